/** Interleavings that fail are made easier to read, and still fail in the same way. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import { Explorer } from "./explorer.ts";
import { replay } from "./replay.ts";
import type { FoundFailure } from "./search.ts";
import { shorten } from "./shorten.ts";

/** Threads in the order of their turns, without the ones before the first that the explorer could choose. */
function turns({ moves }: FoundFailure): number {
  return moves.filter((move, i) => i > 0 && moves[i - 1]?.thread !== move.thread).length;
}

test("fewer changes of thread, the same failure", () => {
  const text = `process app { a: anon 1 page  b: anon 1 page }
cpu0 write a = 0
parallel {
  cpu0 { write b = 1  write a = 1  read b }
  cpu1 { read b  wait until value(a) == 1  wait until value(b) == 2 }
}
`;
  const program = programOf(text);
  // Of all the ways to the deadlock that a search in another order would find, one with many turns.
  const explorer = new Explorer(program);
  const [found] = explorer.run().failures;
  assert.equal(found?.failure.id, "deadlock");
  const short = shorten(program, found);
  assert.ok(turns(short) <= turns(found));
  assert.ok(turns(short) <= 2, `${turns(short)} changes`);
  const again = replay(program, short.moves, short.failure);
  assert.equal(again.failure?.id, "deadlock");
  assert.deepEqual(again.failure?.spot, found.failure.spot);
});

test("without a budget the interleaving stays as it was found", () => {
  const program = programOf("process app { a: anon 1 page }\ncpu0 write a = 1\nexpect value(a) == 2\n");
  const [found] = new Explorer(program).run().failures;
  assert.ok(found);
  assert.equal(shorten(program, found, 0), found);
});
