/** A saved interleaving in the debugger: stopped just before what fails, or where it ends; and one that goes round for ever. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadScenario } from "../language/compile/front-door.ts";
import { shippedLibrary } from "../language/testing/run.ts";
import { Checking } from "../sim-core/explore/checking.ts";
import { Explorer } from "../sim-core/explore/explorer.ts";
import { saveSchedule } from "../sim-core/explore/schedule.ts";
import { InlineClient } from "./testing/client.ts";

const library = shippedLibrary();

const program = "/home/user/scenario.hmm";
const schedule = "/home/user/scenario.schedule.json";

/** A client with the scenario, and the first failing interleaving that a check finds, without its last `cut` moves. */
function client(text: string, cut = 0): InlineClient {
  const { compiled } = loadScenario(text, program, { library: library });
  assert.ok(compiled);
  const checking = new Checking(compiled.program, new Explorer(compiled.program));
  while (!checking.advance(1000));
  const [told] = checking.checked().told;
  assert.ok(told, "it fails");
  const saved = JSON.stringify(saveSchedule(told.simulation, told.moves.slice(0, told.moves.length - cut)));
  return new InlineClient(library, { [program]: text, [schedule]: saved });
}

const lost = `process app { a: anon 1 page }
var n = 0
fn increment() { let seen = n  n = seen + 1  expect n > seen }
fn check() { expect n == 2 }
parallel {
  cpu0 { call increment() }
  cpu1 { call increment() }
}
call check()
`;

test("stopped just before the failure: the next step shows it, and one can go back to the beginning", async () => {
  const c = client(lost);
  await c.start({ program, schedule, stopBefore: "failure" });
  const before = (await c.next("stopped")).body;
  assert.equal(before.reason, "exception");
  assert.equal(before.description, "expectation");
  const { threadId } = before;
  const [frame] = await c.stack(threadId);
  assert.equal(frame?.line, 4, "in front of the check");
  const info = await c.ask("exceptionInfo", { threadId });
  assert.match(String(info.description), /^The next step shows it: /);
  assert.equal(info.exceptionId, "expectation");
  const { step } = await c.ask("hmm/position", {});

  const shown = await c.move("next", { threadId });
  assert.equal(shown.reason, "exception");
  assert.equal(Number((await c.ask("hmm/position", {})).step), Number(step) + 1);

  await c.move("hmm/goTo", { step: 0 });
  const again = await c.move("continue", { threadId });
  assert.equal(again.reason, "exception", "the interleaving is followed again, and stops where it fails");
  assert.equal(Number((await c.ask("hmm/position", {})).step), Number(step) + 1);
});

test("stopped where the interleaving ends", async () => {
  const c = client(lost, 2);
  await c.start({ program, schedule, stopBefore: "scheduleEnd" });
  const stop = (await c.next("stopped")).body;
  assert.equal(stop.reason, "goto");
  assert.ok(Number((await c.ask("hmm/position", {})).step) > 0);
});

test("a livelock stops when its first round is done, and goes round and round", async () => {
  const c = client(`process app { a: anon 1 page }
var n = 0
fn wait_for_one() { while n != 1 { } }
fn set(value) { n = value }
parallel {
  cpu0 { call wait_for_one() }
  cpu1 { call set(1) call set(2) }
}
`);
  await c.start({ program, schedule });
  const stop = (await c.next("stopped")).body;
  assert.equal(stop.description, "livelock");
  const { step } = await c.ask("hmm/position", {});
  for (let i = 0; i < 5; i++) await c.move("stepIn", { threadId: stop.threadId });
  assert.ok(Number((await c.ask("hmm/position", {})).step) > Number(step));
  const [frame] = await c.stack(stop.threadId);
  assert.equal(frame?.line, 3);
});

test("a launch that asks to stop elsewhere is refused", async () => {
  const c = client(lost);
  await c.ask("initialize", { adapterID: "hmm", linesStartAt1: true, columnsStartAt1: true, pathFormat: "path" });
  const { success, message } = await c.request("launch", { program, schedule, stopBefore: "lunch" });
  assert.equal(success, false);
  assert.match(message ?? "", /'stopBefore' is "failure" or "scheduleEnd", not 'lunch'/);
});
