/** A check or property that does not hold is told with the steps that made what it looks at what it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import { Explorer } from "./explorer.ts";
import type { Failure } from "./failure.ts";
import { replay } from "./replay.ts";
import { Run } from "./run.ts";
import { Scheduler } from "./scheduler.ts";
import { Simulation } from "./simulation.ts";

/** `LINE: MESSAGE` of what a failure names, without where in the model that was. */
const told = (failure: Failure | undefined): string[] =>
  (failure?.because ?? []).map(({ spot, message }) => `${spot.line}: ${message.replace(/: \w+: .*$/, "")}`);

function run(text: string): Simulation {
  const simulation = new Simulation(programOf(text));
  const going = new Run(simulation, new Scheduler(simulation, 0));
  while (going.step() === undefined);
  return simulation;
}

test("each observation of a failed check with its last change, the earliest first", () => {
  const simulation = run(`process app { buf: anon 2 pages }
device gpu0 uses dmirror { memory 4 pages }
cpu0 write buf = 1
gpu0 migrate buf to gpu0
cpu0 read buf[0] as x
expect folio(buf[0]).where == gpu0 and folio(buf[1]).where == gpu0 and x == 2
cpu0 read buf[1] -> 1
`);
  const [failure] = simulation.failures;
  assert.deepEqual(told(failure), [
    "4: folio(buf[1]).where was N0 and became gpu0",
    "5: folio(buf[0]).where was gpu0 and became N0",
    "5: x was none and became 1",
  ]);
  // The way there is as it was, and goes on.
  assert.equal(simulation.failures.length, 1);
  for (const { step } of failure?.because ?? []) assert.ok(step < (failure?.step ?? 0));
});

test("what has never changed, and what only a frame knows, has no cause", () => {
  const [never] = run("process app { a: anon 1 page }\ncpu0 read a\nexpect value(a) == 1\n").failures;
  assert.deepEqual(told(never), []);
  const [inside] = run(`process app { a: anon 1 page }
var n = 0
fn f(x) { let y = x + 1
  n = y
  expect y == n + 1 }
cpu0 call f(1)
`).failures;
  assert.deepEqual(told(inside), ["4: n was 0 and became 2"]);
});

test("a finally that an interleaving breaks is told with the write that came last", () => {
  const program = programOf(`process app { c: anon 1 page }
parallel {
  cpu0 { write c = 1 }
  cpu1 { write c = 2 }
}
finally value(c) == 2
`);
  const [found] = new Explorer(program).run().failures;
  assert.ok(found);
  assert.deepEqual(told(replay(program, found.moves, found.failure).failure), ["3: value(c) was 2 and became 1"]);
});

test("an always is told with the statement of the user's text that broke it", () => {
  const [failure] = run("process app { a: anon 1 page }\nalways value(a) != 3\ncpu0 write a = 3\n").failures;
  assert.deepEqual(
    failure?.because.map(({ spot }) => spot.line),
    [3],
  );
  assert.match(failure?.because[0]?.message ?? "", /^cpu0: .* \(kernel\/arch\.hmm:\d+\)$/);
});
