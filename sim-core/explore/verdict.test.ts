import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import type { Failure } from "./failure.ts";
import { Run } from "./run.ts";
import { Scheduler } from "./scheduler.ts";
import { Simulation } from "./simulation.ts";
import { bearingsOf, verdictOfRun } from "./verdict.ts";

const declarations = `kernel "mine" extends "linux-6.12" {
  fn ask(page) {
    expect page != none
    folio_lock_held(page)
    return 0
  }
  fn folio_lock_held(page) { folio_trylock(page) return 0 }
}
process app { a: anon 1 page }
`;
/** The failures of a run, by id, and what each is; then its verdict. */
function judged(text: string): string[] {
  const program = programOf(declarations + text);
  const simulation = new Simulation(program);
  const run = new Run(simulation, new Scheduler(simulation, 0));
  while (run.step() === undefined);
  const { failures } = simulation;
  const bearings = bearingsOf(program, failures);
  return [...failures.map(({ id }, i) => `${id}: ${bearings[i]}`), verdictOfRun(program, failures)];
}

test("what comes after what the file says it finds is its consequence", () => {
  const broken = "cpu0 write a = 1\ncall ask(none)\n";
  assert.deepEqual(judged(`finds "expectation"\n${broken}`), ["expectation: expected", "error: consequence", "pass"]);
  assert.deepEqual(judged(broken), ["expectation: wrong", "error: wrong", "fail"], "no file that finds anything");
  assert.deepEqual(judged(`finds "deadlock"\n${broken}`), ["expectation: wrong", "error: wrong", "fail"]);
});

test("what comes before it is wrong", () => {
  const text = 'finds "expectation"\nalways value(a) == 0\nnever value(a) == 1\ncpu0 write a = 1\nexpect false\n';
  assert.deepEqual(judged(text), ["always: wrong", "never: wrong", "expectation: expected", "fail"]);
});

test("what must hold at the end comes after the last step, though it has the same number", () => {
  const program = programOf(`finds "mirror-subset"\n${declarations}cpu0 write a = 1\nfinally value(a) == 2\n`);
  const spot = { source: 0, line: 1, column: 1, start: 0, end: 1 };
  const about = { spot, message: "", because: [], step: 7, thread: 1 };
  const shown: Failure = { ...about, kind: "invariant", id: "mirror-subset" };
  const atEnd: Failure = { ...about, kind: "property", id: "finally" };
  const also: Failure = { ...about, kind: "invariant", id: "no-lost-write" };
  assert.deepEqual(bearingsOf(program, [shown, atEnd]), ["expected", "consequence"]);
  assert.deepEqual(bearingsOf(program, [shown, also]), ["expected", "wrong"], "the same step broke more than that");
  assert.deepEqual(bearingsOf(program, []), []);
});
