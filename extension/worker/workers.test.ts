/** Checks by real workers of Node, as the extension starts them. Needs the build (`npm test` builds first). */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { endless, large } from "../../language/testing/many-states.ts";
import { startWorker } from "../node/worker-port.ts";
import { WorkerClient } from "./client.ts";
import type { Progress, Task, TaskResult } from "./protocol.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

let client: WorkerClient;
before(() => {
  client = new WorkerClient(() => startWorker(join(root, "dist", "worker", "explore-node.mjs")));
});
after(() => client.dispose());

function task(text: string, workers: number): Extract<Task, { kind: "check" }> {
  const scenario = { path: "a.hmm", text, imports: {} };
  return { kind: "check", scenario, maxStates: 20_000_000, maxSeconds: 300, workers };
}
async function result(answer: ReturnType<WorkerClient["run"]>["answer"]): Promise<TaskResult> {
  const given = await answer;
  assert.ok(given.kind === "result", JSON.stringify(given));
  return given.result;
}

test("two workers find what one finds", async () => {
  const one = await result(client.run(task(large, 1)).answer);
  const two = await result(client.run(task(large, 2)).answer);
  const counts = ({ verdict, states, transitions, complete }: TaskResult) => ({
    verdict,
    states,
    transitions,
    complete,
  });
  assert.deepEqual(counts(two), counts(one));
  assert.deepEqual([one.workers, two.workers], [1, 2]);
  assert.deepEqual(two.notes, []);
});

test("several tell how far they are, and answer with what they know when they are told to stop", async () => {
  const told: Progress[] = [];
  const running = client.run(task(endless, 3), (progress) => {
    told.push(progress);
    if (progress.states > 20_000) running.cancel();
  });
  const { stopped, complete, states } = await result(running.answer);
  assert.deepEqual({ stopped, complete }, { stopped: "cancelled", complete: false });
  assert.ok(told.every(({ depth, queue, rate }) => depth > 0 && queue > 0 && rate > 0));
  assert.ok(states >= (told.at(-1)?.states ?? 0));
});

test("a run tells what comes of what the file says it finds as that, and no more as wrong", async () => {
  const text = readFileSync(join(root, "scenarios", "bugs", "alloc-fail-unchecked.hmm"), "utf8");
  const scenario = { path: "a.hmm", text, imports: {} };
  const run: Task = { kind: "run", scenario, maxSteps: 100_000, story: false };
  const { verdict, failures } = await result(client.run(run).answer);
  assert.equal(verdict, "pass");
  assert.deepEqual(
    failures.map(({ id, expected, consequence }) => [id, expected, consequence]),
    [
      ["expectation", true, undefined],
      ["error", true, true],
    ],
  );
});
