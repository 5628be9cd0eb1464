/** Whether a thread gets on is part of what is taken over from another simulation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import { word } from "../store/words.ts";
import { Simulation } from "./simulation.ts";

test("a fault that was repeated in a state taken over is followed on", () => {
  const program = programOf(`process app { buf: anon 2 pages }
var x = 0
fn f() { x = 1
  x = 2 }
parallel { cpu0 { read buf[0] } cpu1 { call f() } }`);
  const options = { merged: true, record: false };
  const before = new Simulation(program, options);
  before.step(0);
  for (let times = 0; times < 9; times++) before.progress.faulted(1, 5, word("read"));
  const after = new Simulation(program, options);
  after.resume(before.store.snapshot());
  assert.deepEqual([after.progress.count, after.progress.isSpinning(1)], [9, true]);
  // Another thread moves: it may have changed something.
  after.step(2);
  assert.deepEqual([after.progress.count, after.progress.isSpinning(1)], [0, false]);
});
