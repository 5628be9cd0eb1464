/** Taking a lock is one move with the statement behind it, giving it back one with that before, unless somebody can tell. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { programOf } from "../../language/testing/run.ts";
import { ownership } from "../../test/bench/ownership.ts";
import { lockText } from "../../test/property/programs.ts";
import { Explorer } from "./explorer.ts";
import { replay } from "./replay.ts";
import type { ExploreResult } from "./search.ts";

const declarations = `process app { buf: anon 1 page }
lock m
lock n spin
lock w rw
list guard
var a = 0
var b = 0
fn set_up() { push(guard, m) push(guard, n) }
`;

interface Both {
  readonly all: ExploreResult;
  readonly reduced: ExploreResult;
}
/** What two CPUs come to that call f and g, in moves of their own for locks and without. */
function both(functions: string, more = ""): Both {
  const text = `${declarations}${functions}\ncpu0 call set_up()\nparallel { cpu0 { call f() } cpu1 { call g() } }\n${more}`;
  const program = programOf(text);
  const options = { maxFailures: Number.POSITIVE_INFINITY };
  return {
    all: new Explorer(program, { ...options, without: ["threads", "locks"] }).run(),
    reduced: new Explorer(program, { ...options, without: ["threads"] }).run(),
  };
}
const kinds = ({ failures }: ExploreResult): string[] => failures.map(({ failure }) => failure.kind);

test("a critical section of one statement is one move", () => {
  for (const [take, lock] of [
    ["lock m", "m"],
    ["lock n", "n"],
    ["lock w", "w"],
    ["lock read w", "w"],
    ["lock guard[0]", "guard[0]"],
    ["lock ptl(current_process(), 0)", "ptl(current_process(), 0)"],
  ]) {
    const section = `{ ${take}\n  a += 1\n  unlock ${lock} }`;
    const { all, reduced } = both(`fn f() ${section}\nfn g() ${section}`);
    assert.deepEqual([all.complete, reduced.complete, reduced.endStates], [true, true, all.endStates], take);
    // The two sections in either order, and what is before and behind them.
    assert.ok(reduced.states <= 12 && reduced.states * 1.5 < all.states, `${take}: ${reduced.states} of ${all.states}`);
  }
});

test("who looks at a lock without waiting for it sees it held", () => {
  for (const [look, more] of [
    ["if trylock(m) { unlock m } else { b = 1 }", ""],
    ["if is_locked(m) { b = 1 }", ""],
    ["wait until is_locked(m)\n  b = 1", ""],
    ["guard[0] = n\n  lock n\n  b = 1 unlock n", ""],
    ["atomic { let x = pop(guard) push(guard, x) }", ""],
    ["b = 1", "expect events { lock unlock }\n"],
  ] as const) {
    const { all, reduced } = both(`fn f() { lock guard[0]\n  a = 1\n  unlock m }\nfn g() { ${look} }`, more);
    assert.deepEqual(
      [reduced.endStates, kinds(reduced).sort(), reduced.states],
      [all.endStates, kinds(all).sort(), all.states],
      look,
    );
  }
});

test("waiting until a lock is free is as good as taking it", () => {
  const { all, reduced } = both(
    "fn f() { lock m\n  a = 1\n  unlock m }\nfn g() { wait until not is_locked(m)\n  b = 1 }",
  );
  assert.deepEqual([reduced.complete, reduced.endStates], [true, all.endStates]);
  assert.ok(reduced.states < all.states);
});

test("who holds one lock and waits for another is seen to", () => {
  const pair = (one: string, other: string) =>
    `{ lock ${one}\n  lock ${other}\n  a = 1\n  unlock ${other}\n  unlock ${one} }`;
  const { all, reduced } = both(`fn f() ${pair("m", "n")}\nfn g() ${pair("n", "m")}`, 'invariant "lock-order" off\n');
  assert.deepEqual(kinds(all), ["deadlock"]);
  assert.deepEqual(kinds(reduced), ["deadlock"]);
});

test("a schedule has a move for each statement, also of what was one move", () => {
  const program = programOf(
    `${declarations}fn f() { lock m\n  a = 1\n  unlock m\n  lock m\n  expect b == 0\n  unlock m }
fn g() { lock m\n  b = choose(0..2)\n  unlock m }\nparallel { cpu0 { call f() } cpu1 { call g() } }`,
  );
  const [found] = new Explorer(program).run().failures;
  assert.ok(found !== undefined);
  const { failure, simulation } = replay(program, found.moves, found.failure);
  assert.deepEqual([failure?.id, failure?.spot], [found.failure.id, found.failure.spot]);
  assert.equal(simulation.spot(simulation.vm.spot).line, found.failure.spot.line);
});

test("whatever fails in random programs fails again in its schedule", () => {
  let failed = 0;
  fc.assert(
    fc.property(lockText, (text) => {
      const program = programOf(text);
      for (const { failure, moves } of new Explorer(program, { maxStates: 20_000, maxFailures: 9 }).run().failures) {
        if (failure.kind === "limit") continue;
        failed++;
        const again = replay(program, moves, failure).failure;
        assert.deepEqual([again?.kind, again?.id], [failure.kind, failure.id]);
        if (failure.kind !== "deadlock") assert.deepEqual(again?.spot, failure.spot);
      }
    }),
    { numRuns: 100 },
  );
  assert.ok(failed > 10, `${failed} failures in 100 programs`);
});

test("the ownership protocol, with locks in a list", () => {
  const program = programOf(ownership(2));
  const states = (without: ("locks" | "symmetry")[]) => {
    const { complete, states: count } = new Explorer(program, { livelocks: false, without }).run();
    assert.ok(complete);
    return count;
  };
  assert.deepEqual([states(["symmetry", "locks"]), states(["symmetry"]), states([])], [114_777, 46_833, 23_423]);
});
