/** Counts that a driver keeps for itself: plain in a run; while exploring, no more of them than are kept somewhere. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Value } from "../store/value.ts";
import { SequenceNumbers } from "./sequence-numbers.ts";

/** Calls `next` for a variable `rounds` times, with an older value kept beside it. Returns all values that the variable had. */
function count(numbers: SequenceNumbers, rounds: number): { seen: Set<Value>; variable: Value; sampled: Value } {
  let variable: Value = 0;
  let sampled: Value = 0;
  numbers.holders.push((change) => {
    variable = change(variable);
    sampled = change(sampled);
  });
  const next = (): Value => numbers.next(3, numbers.numberOf(variable) ?? -1);
  variable = next();
  sampled = variable;
  const seen = new Set<Value>();
  for (let i = 0; i < rounds; i++) {
    variable = next();
    assert.notEqual(variable, sampled, "what was sampled before is told from what is counted since");
    seen.add(variable);
  }
  return { seen, variable, sampled };
}

test("in a run a count goes up by one", () => {
  const { seen, variable, sampled } = count(new SequenceNumbers(), 5);
  assert.deepEqual([...seen], [2, 3, 4, 5, 6]);
  assert.deepEqual([variable, sampled], [6, 1]);
});

test("while exploring a thread that tries in vain comes back to the same numbers", () => {
  const numbers = new SequenceNumbers();
  numbers.renumbered = true;
  assert.ok(count(numbers, 50).seen.size <= 3);
});
