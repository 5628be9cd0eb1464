/** Members of a set that a program treats alike: one stands for all of them, unless something tells them apart. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import { OWNERSHIP_STATES, ownership, statesBefore } from "../../test/bench/ownership.ts";
import { statesOfRound } from "./circle.ts";
import { Explorer } from "./explorer.ts";
import { replay } from "./replay.ts";
import type { ExploreResult } from "./search.ts";

/** Two threads that do `body` with any member `p` of three, which have a word in each of two lists and a lock in another. */
const text = (body: string, after = ""): string => `list a list b list guard
lock l0 lock l1 lock l2
var w = 3
fn set_up() {
  push(a, 0) push(a, 0) push(a, 0)
  push(b, 0) push(b, 0) push(b, 0)
  push(guard, l0) push(guard, l1) push(guard, l2)
}
fn f() {
  let p = 0
  atomic { p = choose(0..3) }
  ${body}
}
call set_up()
parallel { cpu0 { call f() } cpu1 { call f() } }
${after}
process app { buf: anon 1 page }
`;

function explored(source: string): { reduced: ExploreResult; all: ExploreResult } {
  const program = programOf(source);
  return {
    reduced: new Explorer(program, { without: ["threads"] }).run(),
    all: new Explorer(program, { without: ["symmetry", "threads"] }).run(),
  };
}

test("members that are used alike: fewer states", () => {
  for (const body of [
    "a[p] = 1",
    "lock guard[p] a[p] = 1 b[p] = 2 w = p unlock guard[p]",
    "a[p] = 1 if w == p { b[p] = 1 } w = p",
    "if trylock(guard[p]) { a[p] += 1 unlock guard[p] }",
    "let q = 0 atomic { q = choose(0..3) } if p == q { a[p] = b[q] } else { b[q] = 1 }",
  ]) {
    const { reduced, all } = explored(text(body));
    assert.ok(reduced.complete && all.complete);
    assert.ok(reduced.states * 2 < all.states, `${body}: ${reduced.states} of ${all.states}`);
    assert.equal(all.failures.length + reduced.failures.length, 0, body);
  }
});

test("whatever tells them apart: no fewer states", () => {
  for (const [body, after] of [
    ["a[p] = p"],
    ["a[p] = 1 if p < 2 { b[p] = 1 }"],
    ["let q = p + 0 a[q] = 2"],
    ["a[p] = 1 if p { b[p] = 1 }"],
    ["a[p] = 1 if p == 2 { b[p] = 1 }"],
    ["a[p] = 1 a[0] = 2"],
    ["a[p] = 1 push(a, 1)"],
    ["a[p] = a.length"],
    ["let l = a l[p] = 1"],
    ["lock guard[p] a[p] = 1 unlock guard[p] lock l0 b[p] = 1 unlock l0"],
    ["guard[p] = l0 lock guard[p] a[p] = 1 unlock guard[p]"],
    ["emit retry(p) a[p] = 1"],
    ["a[p] = 1", "fn last() { return a[0] } call last()"],
  ] as const) {
    const { reduced, all } = explored(text(body, after));
    assert.ok(reduced.complete && all.complete);
    assert.equal(reduced.states, all.states, body);
  }
});

test("what breaks for one member is found, and its moves lead there in any run", () => {
  const { reduced } = explored(text("a[p] = a[p] + 1 if w == p { expect a[p] < 2 } w = p"));
  const [found] = reduced.failures;
  assert.ok(found);
  const { failure } = replay(
    programOf(text("a[p] = a[p] + 1 if w == p { expect a[p] < 2 } w = p")),
    found.moves,
    found.failure,
  );
  assert.equal(failure?.id, "expectation");
});

test("the ownership protocol: as many states as sorting its pages leaves", () => {
  for (const [pages, reduced] of [
    [1, OWNERSHIP_STATES[1]],
    [2, 57_387],
  ] as const) {
    const { states, complete } = new Explorer(programOf(ownership(pages)), {
      livelocks: false,
      without: ["threads", "locks"],
    }).run();
    assert.ok(complete);
    assert.equal(states - statesBefore(pages), reduced);
  }
});

test("a circle that leads back to the same state but for names is shown as one that leads back to it", () => {
  const source = text("loop { if w == p { a[p] = 1 } else { w = p } }").replace(
    "call f() } cpu1 { call f()",
    "call f() } cpu1 { call g()",
  );
  const program = programOf(`${source}\nfn g() { loop { if w != 3 { b[w] = 1 } } }`);
  const { failures } = new Explorer(program).run();
  const [found] = failures;
  assert.equal(found?.failure.id, "livelock");
  assert.ok(found !== undefined && statesOfRound(program, found.moves) !== undefined);
});
