/** A check in slices: however small they are, the same comes of it; stopped at any time, what is known stays known. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import type { Program } from "../vm/program.ts";
import type { Checked } from "./checking.ts";
import { Checking } from "./checking.ts";
import { Explorer } from "./explorer.ts";
import { Pace } from "./pace.ts";

/** Two threads lose an increment, and then one goes round for ever. */
const text = `process app { a: anon 1 page }
var n = 0
fn increment() { let seen = n  n = seen + 1 }
fn wait_for_two() { while n != 2 { } }
parallel {
  cpu0 { call increment() call wait_for_two() }
  cpu1 { call increment() }
}
`;

function check(p: Program, slice: number): Checked {
  const checking = new Checking(p, new Explorer(p, { maxFailures: 5 }));
  while (!checking.advance(slice));
  return checking.checked();
}
const plain = ({ result, verdict, told }: Checked) => ({
  states: result.states,
  transitions: result.transitions,
  verdict,
  told: told.map(({ failure, moves, roundFrom }) => ({ id: failure.id, message: failure.message, moves, roundFrom })),
});

test("slices of one move come to the same as one slice", () => {
  const p = programOf(text);
  const whole = plain(check(p, Number.POSITIVE_INFINITY));
  assert.equal(whole.verdict, "fail");
  assert.deepEqual(
    whole.told.map(({ id }) => id),
    ["livelock"],
  );
  assert.ok((whole.told[0]?.roundFrom ?? 0) > 0, "the story can say where the circle begins");
  for (const slice of [1, 7, 100]) assert.deepEqual(plain(check(p, slice)), whole);
});

test("cancelled at any time, a check is over with a few slices more and says what it knows", () => {
  const p = programOf(text);
  let known = 0;
  for (let after = 0; after < 400; after += 7) {
    const checking = new Checking(p, new Explorer(p, { maxFailures: 5 }));
    let over = false;
    for (let i = 0; i < after && !over; i++) over = checking.advance(1);
    checking.cancel();
    while (!over) over = checking.advance(1);
    const { result, told, verdict } = checking.checked();
    assert.ok(result.stopped === "cancelled" || result.complete || result.failures.length > 0);
    assert.equal(told.length, result.failures.length, "each failure that was found is told");
    if (told.length > 0) {
      known++;
      assert.equal(verdict, "fail");
      assert.equal(told[0]?.failure.id, "livelock");
    } else if (!result.complete) assert.equal(verdict, "limit");
  }
  assert.ok(known > 0);
});

test("a slice grows while it is quick, shrinks when it is slow, and keeps within its bounds", () => {
  const pace = new Pace();
  const first = pace.size;
  pace.took(1);
  assert.ok(pace.size > first);
  for (let i = 0; i < 50; i++) pace.took(0);
  const most = pace.size;
  pace.took(0);
  assert.equal(pace.size, most);
  for (let i = 0; i < 50; i++) pace.took(10_000);
  assert.ok(pace.size > 0 && pace.size < first);
});
