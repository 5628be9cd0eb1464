/** The shortest failing execution: as few moves as any that the exhaustive search finds, and it replays. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hastyDriver } from "../../language/testing/hasty-driver.ts";
import { programOf } from "../../language/testing/run.ts";
import { BreadthFirst } from "./breadth-first.ts";
import { Explorer } from "./explorer.ts";
import { replay } from "./replay.ts";

const BOUNDS = { maxStates: 100_000, maxBytes: 2 ** 28 };

/** A counter that two threads increment in two steps each, so that an increment can be lost. */
const lost = `process app { a: anon 1 page }
var n = 0
fn increment() { let seen = n  n = seen + 1 }
parallel {
  cpu0 { call increment() call increment() call increment() }
  cpu1 { call increment() call increment() call increment() }
}
call look()
fn look() { expect n == 6 }
`;

test("no failing execution has fewer moves", () => {
  const p = programOf(lost);
  const search = new BreadthFirst(p, BOUNDS);
  assert.ok(search.advance(Number.POSITIVE_INFINITY));
  const found = search.result() ?? assert.fail("it fails");
  assert.equal(found.failure.id, "expectation");
  const [deep] = new Explorer(p).run().failures;
  assert.ok(deep !== undefined && found.moves.length <= deep.moves.length);
  // The same by bounding the depth of the exhaustive search: one move less is not enough.
  const shorter = new Explorer(p, { maxDepth: found.moves.length - 1 }).run();
  assert.deepEqual(shorter.failures, [], `${found.moves.length} moves are the fewest`);
  const again = replay(p, found.moves, found.failure);
  assert.deepEqual(again.failure?.spot, found.failure.spot);
});

test("no failing execution has fewer changes of thread", () => {
  const p = programOf(lost);
  const search = new BreadthFirst(p, { ...BOUNDS, fewest: "turns" });
  search.advance(Number.POSITIVE_INFINITY);
  const found = search.result() ?? assert.fail("it fails");
  const changes = found.moves.filter((move, i) => i > 0 && found.moves[i - 1]?.thread !== move.thread).length;
  // One thread reads, the other increments in between, the first goes on; then the check.
  assert.equal(changes, 3);
  assert.equal(replay(p, found.moves, found.failure).failure?.id, "expectation");
});

test("one thread alone fails after more moves than two that take turns: fewer changes of thread come first", () => {
  const p = programOf(`process app { a: anon 1 page }
var n = 0
var k = 0
fn look() { expect n == 0 }
fn f() { n = 1  k = 1  k = 2  k = 3  look() }
parallel { cpu0 { call f() } cpu1 { call look() } }
`);
  const threads = (fewest: "moves" | "turns"): string => {
    const search = new BreadthFirst(p, { ...BOUNDS, fewest });
    search.advance(Number.POSITIVE_INFINITY);
    const { moves } = search.result() ?? assert.fail("it fails");
    return moves.map(({ thread }) => search.simulation.threadName(thread)).join(" ");
  };
  assert.equal(threads("turns"), "cpu0 cpu0 cpu0 cpu0 cpu0");
  assert.equal(threads("moves"), "cpu0 cpu1");
});

test("all states are seen once where nothing fails, as many as by going deep", () => {
  const p = programOf(lost.replace("n == 6", "n > 0"));
  const search = new BreadthFirst(p, BOUNDS);
  assert.ok(search.advance(Number.POSITIVE_INFINITY));
  assert.equal(search.result(), undefined);
  assert.equal(search.states, new Explorer(p, { without: ["threads", "locks"] }).run().states);
});

test("choices within a move are tried each, and the schedule has them", () => {
  const p = programOf(`process app { a: anon 1 page }
var n = 0
fn pick() { atomic { n = choose(0..5) } }
fn look() { expect n != 3 }
call pick()
call look()
`);
  const search = new BreadthFirst(p, BOUNDS);
  search.advance(Number.POSITIVE_INFINITY);
  const found = search.result() ?? assert.fail("it fails");
  assert.ok(found.moves.some(({ choices }) => choices.length === 1 && choices[0] === 3));
  assert.equal(replay(p, found.moves, found.failure).failure?.id, "expectation");
});

test("with the kernel model: the driver that forgets the retry", () => {
  const p = programOf(`kernel "linux-6.12"
device gpu0 uses hasty { memory 1 MiB }
process app { buf: anon 1 page }
${hastyDriver}cpu0 write buf = 1
parallel {
  gpu0 { read buf }
  cpu0 { madvise buf dontneed }
}
`);
  const [deep] = new Explorer(p).run().failures;
  assert.ok(deep);
  const search = new BreadthFirst(p, { ...BOUNDS, wanted: ({ id }) => id === deep.failure.id });
  search.advance(Number.POSITIVE_INFINITY);
  const found = search.result() ?? assert.fail("it fails");
  assert.ok(found.moves.length <= deep.moves.length);
  assert.equal(replay(p, found.moves, found.failure).failure?.id, deep.failure.id);
});

test("a bound ends the search without a finding", () => {
  const p = programOf(lost);
  for (const bounds of [
    { maxStates: 5, maxBytes: 2 ** 28 },
    { maxStates: 100_000, maxBytes: 100 },
  ]) {
    const search = new BreadthFirst(p, bounds);
    assert.ok(search.advance(Number.POSITIVE_INFINITY));
    assert.equal(search.result(), undefined);
  }
});
