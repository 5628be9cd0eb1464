/** Searches that do not look at everything: bounded preemptions, random walks, and parts that together are the whole. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import type { Program } from "../vm/program.ts";
import { Explorer } from "./explorer.ts";
import { RandomWalks } from "./random-walks.ts";
import { replay } from "./replay.ts";

/** Two threads increment a counter twice each; in the end it must not be `wrong`. */
const counter = (wrong: number): string => `process app { a: anon 1 page }
var n = 0
fn increment() { let seen = n  n = seen + 1 }
parallel {
  cpu0 { call increment() call increment() }
  cpu1 { call increment() call increment() }
}
fn look() { expect n != ${wrong} }
call look()
`;

const finals = (p: Program, options: ConstructorParameters<typeof Explorer>[1] = {}): Set<string> => {
  const seen = new Set<string>();
  const explorer = new Explorer(p, {
    ...options,
    onEnd: ({ store }) => seen.add(`${store.hashLow} ${store.hashHigh}`),
  });
  explorer.run();
  return seen;
};

test("without preemptions each thread runs to its end: nothing is lost", () => {
  for (const wrong of [2, 3]) {
    const none = new Explorer(programOf(counter(wrong)), { maxPreemptions: 0 }).run();
    assert.deepEqual(none.failures, []);
    assert.equal(none.complete, false);
    assert.equal(none.stopped, "preemptions");
  }
});

test("one preemption loses two increments, to lose just one takes two; enough of them are as good as any number", () => {
  const failures = (wrong: number, maxPreemptions: number): number =>
    new Explorer(programOf(counter(wrong)), { maxPreemptions }).run().failures.length;
  assert.equal(failures(2, 1), 1);
  assert.equal(failures(3, 1), 0);
  assert.equal(failures(3, 2), 1);
  const many = new Explorer(programOf(counter(9)), { maxPreemptions: 50 }).run();
  assert.equal(many.complete, true);
  assert.deepEqual(finals(programOf(counter(9)), { maxPreemptions: 50 }), finals(programOf(counter(9))));
});

test("parts of a search: each ends, none is the whole, and together they see every final state", () => {
  const p = programOf(counter(9));
  const together = new Set<string>();
  for (let index = 0; index < 3; index++) {
    const shard = { index, of: 3 };
    const result = new Explorer(p, { shard }).run();
    assert.equal(result.complete, false);
    assert.equal(result.stopped, "shard");
    for (const state of finals(p, { shard })) together.add(state);
  }
  assert.deepEqual(together, finals(p));
});

/** What is done before several threads are at work takes more moves than a part of a search goes through with the others. */
const prepared = `process app { a: anon 4 pages }
cpu0 write a[3] = 1
parallel {
  cpu0 { write a[0] = 2 }
  cpu1 { write a[1] = 3 }
}
`;

test("parts begin to differ where several threads are at work, however much was done before", () => {
  const p = programOf(prepared);
  const sizes = [0, 1, 2].map((index) => new Explorer(p, { shard: { index, of: 3 } }).run().states);
  const whole = new Explorer(p).run().states;
  for (const size of sizes) assert.ok(size > whole / 2 && size < whole, `${sizes.join(" ")} of ${whole} states`);
});

test("parts of a search end where a single thread goes round for ever, and where its choices lead to the same", () => {
  const shard = { index: 0, of: 2 };
  const round = programOf(`process app { a: anon 1 page }
var n = 0
fn wait_for(value) { while n != value { n = 1 - n } }
cpu0 call wait_for(2)
`);
  assert.equal(new Explorer(round, { shard }).run().failures[0]?.failure.id, "livelock");
  const choices = programOf(`process app { a: anon 1 page }
var n = 0
fn pick() { for i in 0..30 { n = choose(0..2) } n = 0 }
cpu0 call pick()
parallel { cpu0 { write a = 1 } cpu1 { read a } }
`);
  assert.ok(new Explorer(choices, { shard }).run().states < 2_000);
});

test("with bounded preemptions, parts see every final state together, and each of them looks at less than the whole", () => {
  const p = programOf(prepared);
  const whole = new Explorer(p, { maxPreemptions: 1 }).run();
  const together = new Set<string>();
  for (let index = 0; index < 3; index++) {
    const options = { maxPreemptions: 1, shard: { index, of: 3 } };
    const { states, complete } = new Explorer(p, options).run();
    assert.ok(!complete && states < whole.states * 0.7, `${states} of ${whole.states}`);
    for (const state of finals(p, options)) together.add(state);
  }
  assert.deepEqual(together, finals(p, { maxPreemptions: 1 }));
});

test("some part of a search finds what the whole finds", () => {
  const p = programOf(counter(2));
  const found = [0, 1, 2, 3].map((index) => new Explorer(p, { shard: { index, of: 4 } }).run().failures.length);
  assert.ok(
    found.some((n) => n > 0),
    `${found.join(" ")}`,
  );
});

test("random walks are the same for the same seed, find the failure, and it replays", () => {
  const p = programOf(counter(3));
  const walk = (seed: number) => new RandomWalks(p, { walks: 200, seed });
  const first = walk(1);
  assert.ok(first.advance(Number.POSITIVE_INFINITY));
  const result = first.result();
  const again = walk(1);
  again.advance(Number.POSITIVE_INFINITY);
  assert.deepEqual(again.result(), result);
  const [found] = result.failures;
  assert.equal(found?.failure.id, "expectation");
  assert.equal(replay(p, found.moves, found.failure).failure?.id, "expectation");
  assert.equal(result.complete, false);
});

test("walks are dealt out to parts by number, and end by themselves where nothing fails", () => {
  const p = programOf(counter(9));
  const ends = (options: Partial<ConstructorParameters<typeof RandomWalks>[1]>): number => {
    const search = new RandomWalks(p, { walks: 10, ...options });
    assert.ok(search.advance(Number.POSITIVE_INFINITY));
    assert.equal(search.result().stopped, "walks");
    return search.result().endStates;
  };
  assert.equal(ends({}), 10);
  assert.equal(
    ends({ shard: { index: 0, of: 3 } }) + ends({ shard: { index: 1, of: 3 } }) + ends({ shard: { index: 2, of: 3 } }),
    10,
  );
});

test("a random walk that cannot leave a circle any more is a livelock, one that may go on in it is told of", () => {
  const late = programOf(`process app { a: anon 1 page }
var n = 0
fn wait_for(value) { while n != value { } }
fn count(to) { for i in 0..to { n = i } }
parallel { cpu0 { call wait_for(2) }  cpu1 { call count(4) } }
`);
  const livelock = new RandomWalks(late, { walks: 50 });
  while (!livelock.advance(100));
  const [found] = livelock.result().failures;
  assert.ok(found !== undefined);
  assert.equal(found.failure.id, "livelock");
  assert.equal(replay(late, found.moves, found.failure).failure?.id, "livelock");

  const contest = programOf(`process app { a: anon 1 page }
var turn = 0
fn take(me) { loop { turn = me  if turn == me { return } } }
parallel { cpu0 { call take(1) }  cpu1 { call take(2) } }
`);
  const pingPong = new RandomWalks(contest, { walks: 5000 });
  while (!pingPong.advance(100));
  assert.deepEqual(pingPong.result().failures, []);
  assert.equal(pingPong.result().pingPong?.failure.id, "ping-pong");
});
