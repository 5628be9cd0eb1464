import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkerPort } from "../host.ts";
import { WorkerClient } from "./client.ts";
import type { FromWorker, Task, TaskResult, ToWorker } from "./protocol.ts";

const task: Task = { kind: "run", scenario: { path: "a.hmm", text: "", imports: {} }, maxSteps: 1, story: false };
const result: TaskResult = {
  title: "t",
  kernel: "k",
  verdict: "pass",
  failures: [],
  steps: 1,
  story: [],
  states: 0,
  transitions: 0,
  depth: 0,
  complete: false,
  stopped: "",
  workers: 1,
  notes: [],
  milliseconds: 1,
};

/** A worker that does nothing by itself. */
class FakeWorker implements WorkerPort {
  readonly posted: ToWorker[] = [];
  terminated = false;
  private receive: (message: unknown) => void = () => {};
  private fail: (reason: string) => void = () => {};

  post(message: unknown): void {
    this.posted.push(message as ToWorker);
  }
  onMessage(receive: (message: unknown) => void): void {
    this.receive = receive;
  }
  onError(receive: (reason: string) => void): void {
    this.fail = receive;
  }
  terminate(): void {
    this.terminated = true;
  }
  say(message: FromWorker): void {
    this.receive(message);
  }
  die(reason: string): void {
    this.fail(reason);
  }
}

function begin() {
  const workers: FakeWorker[] = [];
  const client = new WorkerClient(() => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker;
  });
  return { client, workers };
}

test("the worker is started by the first task, and answers each by its number", async () => {
  const { client, workers } = begin();
  assert.equal(workers.length, 0);
  const first = client.run(task);
  const second = client.run(task);
  assert.equal(workers.length, 1);
  workers[0]?.say({ type: "done", id: 2, result: { ...result, title: "second" } });
  workers[0]?.say({ type: "done", id: 1, result: { ...result, title: "first" } });
  const titles = (await Promise.all([first.answer, second.answer])).map((answer) =>
    answer.kind === "result" ? answer.result.title : "",
  );
  assert.deepEqual(titles, ["first", "second"]);
});

test("progress comes before the answer; what comes after it is nobody's", async () => {
  const { client, workers } = begin();
  const states: number[] = [];
  const running = client.run(task, (progress) => states.push(progress.states));
  workers[0]?.say({ type: "progress", id: 1, states: 7, rate: 1, depth: 1, queue: 1, phase: "search" });
  workers[0]?.say({ type: "done", id: 1, result });
  workers[0]?.say({ type: "progress", id: 1, states: 8, rate: 1, depth: 1, queue: 1, phase: "search" });
  await running.answer;
  assert.deepEqual(states, [7]);
});

test("a text that is no scenario is an answer", async () => {
  const { client, workers } = begin();
  const running = client.run(task);
  const range = { path: "a.hmm", line: 1, column: 1, endLine: 1, endColumn: 2 };
  workers[0]?.say({ type: "invalid", id: 1, message: "no", range });
  assert.deepEqual(await running.answer, { kind: "invalid", message: "no", range });
});

test("cancelling tells the worker, which answers with what it knows", async () => {
  const { client, workers } = begin();
  const running = client.run(task);
  running.cancel();
  assert.deepEqual(workers[0]?.posted.at(-1), { type: "cancel", id: 1 });
  workers[0]?.say({ type: "done", id: 1, result: { ...result, verdict: "limit" } });
  const answer = await running.answer;
  assert.ok(answer.kind === "result" && answer.result.verdict === "limit");
  client.dispose();
});

test("a worker that dies fails its tasks, and the next task gets a new one", async () => {
  const { client, workers } = begin();
  const running = client.run(task);
  workers[0]?.die("out of memory");
  await assert.rejects(running.answer, /out of memory/);
  assert.ok(workers[0]?.terminated);
  client.run(task).answer.catch(() => {});
  assert.equal(workers.length, 2);
  client.dispose();
});
