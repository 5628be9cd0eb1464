/** Searches that share what they have seen find together what one alone finds, and count it once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import { ownership } from "../../test/bench/ownership.ts";
import { searchTogether } from "../../test/property/together.ts";
import { Explorer } from "./explorer.ts";
import type { ExploreOptions, ExploreResult } from "./search.ts";
import { SharedVisited, sharedTable } from "./shared-visited.ts";

/** Moves of one search, and of two that take turns: with those that count for the other. */
function movesOf(text: string, options: ExploreOptions): { readonly alone: number; readonly together: number } {
  const program = programOf(text);
  const alone = new Explorer(program, options);
  alone.run();
  const table = sharedTable(2 ** 22);
  const parts = [0, 1].map((worker) => {
    const visited = new SharedVisited(table, worker + 1);
    return new Explorer(program, { ...options, shared: { visited, worker } });
  });
  while (parts.map((part) => part.advance(100)).includes(false));
  const moves = parts.map((part) => part.progress().transitions);
  return { alone: alone.result().transitions, together: moves.reduce((a, b) => a + b) };
}

function same(text: string, options: ExploreOptions = {}): void {
  const alone = new Explorer(programOf(text), options).run();
  for (const [workers, rememberAfter] of [
    [2, Number.POSITIVE_INFINITY],
    [3, 0],
    [4, 100],
  ] as const) {
    const all = searchTogether(programOf(text), { ...options, rememberAfter, workers, seed: 1 });
    const counts = ({ states, transitions, endStates, complete, stopped }: ExploreResult) => ({
      states,
      transitions,
      endStates,
      complete,
      stopped,
    });
    assert.deepEqual(counts(all), counts(alone), `${workers} searches`);
    assert.deepEqual(all.unwitnessed.length, alone.unwitnessed.length);
  }
}

const race = (check: string): string => `process app { buf: anon 2 pages }
device gpu0 uses dmirror { memory 4 pages }
cpu0 write buf = 1
parallel {
  gpu0 read buf[0] -> any
  cpu0 madvise buf dontneed
}
${check}
`;

/** Two threads do the same with any of three members. */
const members = `list a
var w = 3
fn set_up() { push(a, 0) push(a, 0) push(a, 0) }
fn f() {
  let p = 0
  atomic { p = choose(0..3) }
  if a[p] == 0 { a[p] = 1 }
  w = p
}
call set_up()
parallel { cpu0 { call f() call f() } cpu1 { call f() } }
process app { buf: anon 1 page }
`;

/** Two threads that wait for what nobody does. */
const waiting = `process app { a: anon 1 page }
var n = 0
fn wait_for(value) { while n != value { } }
fn count(to) { for i in 0..to { n = 10 + i } }
parallel { cpu0 { call wait_for(1) }  cpu1 { call count(6) call wait_for(2) } }
`;

test("as many states, moves and ends as one search alone", () => {
  same(race("exists value(buf[0]) == 0\nexists value(buf[1]) == 9"));
  same(members);
  same(ownership(1), { livelocks: false, without: ["symmetry", "threads"] });
});

test("what fails is found", () => {
  const result = searchTogether(programOf(race("expect value(buf[1]) == 1")), { workers: 3, seed: 1 });
  assert.equal(result.stopped, "failure");
  assert.equal(result.failures[0]?.failure.id, "expectation");
});

test("a circle is found, also where its states are several searches'", () => {
  for (const workers of [2, 3, 4]) {
    for (const rememberAfter of [0, Number.POSITIVE_INFINITY]) {
      assert.equal(
        searchTogether(programOf(waiting), { workers, rememberAfter, seed: 1 }).failures[0]?.failure.id,
        "livelock",
      );
    }
  }
});

test("what each of them goes through, it goes through once", () => {
  const { alone, together } = movesOf(ownership(2), { livelocks: false, without: ["symmetry", "threads", "locks"] });
  assert.ok(together < alone * 1.05, `${together} moves where one search makes ${alone}`);
});

test("where one cannot look at all circles, none does, and the result says so", () => {
  const program = programOf(waiting);
  const visited = new SharedVisited(sharedTable(2 ** 20), 1);
  visited.leaveCircles();
  const explorer = new Explorer(program, { shared: { visited, worker: 0 } });
  explorer.run();
  assert.deepEqual(explorer.result().failures, []);
  assert.equal(explorer.result().livelocksSought, false);
});

test("a set that is full ends the search, and it says so", () => {
  const result = searchTogether(programOf(ownership(2)), { workers: 2, seed: 1, livelocks: false, bytes: 2 ** 16 });
  assert.equal(result.stopped, "memory");
  assert.equal(result.complete, false);
});

test("a search alone has a bound on memory too", () => {
  const result = new Explorer(programOf(ownership(2)), { livelocks: false, maxBytes: 2 ** 20 }).run();
  assert.equal(result.stopped, "memory");
  assert.ok(result.states > 1000 && !result.complete);
});
