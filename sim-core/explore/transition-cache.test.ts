/** A search that remembers moves goes through the same states by the same moves, and tells the same, as one that runs each. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { programOf } from "../../language/testing/run.ts";
import { ownership } from "../../test/bench/ownership.ts";
import { shippedScenarios } from "../../test/property/equivalence.ts";
import { lockText, memberText, modelText, scenarioText, twinText } from "../../test/property/programs.ts";
import type { Program } from "../vm/program.ts";
import { Explorer } from "./explorer.ts";
import type { ExploreOptions } from "./search.ts";
import { REDUCTIONS } from "./search.ts";

/** How the programs are searched: each way has moves of its own. */
const WAYS: readonly ExploreOptions[] = [
  { without: REDUCTIONS },
  { without: ["symmetry", "threads", "locks"] },
  { without: ["symmetry"] },
  {},
  { maxFailures: 1 },
  { maxPreemptions: 1 },
  { maxDepth: 9 },
  { shard: { index: 1, of: 2 } },
];

/** All that a search comes to, and each end by its hash, in their order. `after`: moves that are made before any is remembered. */
function found(program: Program, options: ExploreOptions, after: number) {
  const ends: string[] = [];
  const explorer = new Explorer(program, {
    maxFailures: Number.POSITIVE_INFINITY,
    ...options,
    rememberAfter: after,
    onEnd: ({ store }) => ends.push(`${store.hashLow} ${store.hashHigh}`),
  });
  const result = explorer.run();
  const { remembered, store } = explorer.simulation;
  if (store.members === undefined) assert.deepEqual([store.hashLow, store.hashHigh], store.computeHash());
  return { told: { ...result, ends }, hits: remembered?.hits ?? 0, misses: remembered?.misses ?? 0 };
}
/** Returns how many moves were known. */
function isSame(program: Program, options: ExploreOptions): number {
  const { told, hits } = found(program, options, 0);
  assert.deepEqual(told, found(program, options, Number.POSITIVE_INFINITY).told);
  return hits;
}

for (const [name, text] of Object.entries({ modelText, lockText, memberText, twinText, scenarioText })) {
  test(`random programs: ${name}`, () => {
    let known = 0;
    fc.assert(
      fc.property(text, fc.constantFrom(...WAYS), (source, way) => {
        known += isSame(programOf(source), { ...way, maxStates: 1_000 });
      }),
      { numRuns: 60 },
    );
    assert.ok(known > 1_000, `${known} moves were known`);
  });
}

test("the scenarios that ship", () => {
  for (const { name, program } of shippedScenarios()) {
    try {
      isSame(program, { maxStates: 400 });
    } catch (problem) {
      throw new Error(name, { cause: problem });
    }
  }
});

test("of the ownership protocol nearly all moves are known", () => {
  const { told, hits, misses } = found(programOf(ownership(1)), { without: ["symmetry", "threads", "locks"] }, 0);
  assert.equal(told.states, 2_342);
  assert.ok(misses < 300 && hits > 20 * misses, `${hits} were known, ${misses} not`);
});

const declarations = `process app { buf: anon 4 pages }
var a = 0
var b = 0
list l
table t
lock m
lock n
list guard
fn set_up() { push(guard, m) push(guard, n) }
`;
/** What two CPUs come to that go through f and g some times, in each way. */
function bothWays(functions: string): void {
  const text = `${declarations}${functions}
fn f3() { for i in 0..3 { f(i) } }
fn g3() { for i in 0..3 { g(i) } }
cpu0 call set_up()
parallel { cpu0 { call f3() } cpu1 { call g3() } }
finally a != 3`;
  for (const way of WAYS) isSame(programOf(text), way);
}

test("what a move depends on", () => {
  // An element that is not there yet, one that is taken away, and a table's order of keys.
  bothWays("fn f(i) { push(l, a) }\nfn g(i) { if l.length > 1 { a = l[1] } }");
  bothWays("fn f(i) { push(l, i) }\nfn g(i) { let x = pop(l) if x != none { a = x } }");
  bothWays("fn f(i) { t[2 - i] = i }\nfn g(i) { if t[i] != none { a += 1 t[i] = none } }");
  // A caller's variable, what a function is given, and what it makes and hands over.
  bothWays("fn add(x) { b = a\n  return x + b }\nfn f(i) { let y = i\n  y = add(y)\n  a = y }\nfn g(i) { a = 1 }");
  bothWays(
    "struct rec { n = 0 }\nfn make() { b += 1\n  return rec(b) }\nfn f(i) { let r = make()\n  a = r.n }\nfn g(i) { b = 0 }",
  );
  bothWays("fn add(x) { b = a\n  return x }\nfn f(i) { let y = add(0)\n  y = y + i\n  a = y }\nfn g(i) { a = 1 }");
  // Answers, of which some are asked for only after others.
  bothWays("fn f(i) { if choose(0..2) == 0 { a = choose(0..3) } }\nfn g(i) { if a == 2 { b = choose(0..2) } }");
  // A lock that somebody holds, and one that is looked at.
  bothWays("fn f(i) { lock m\n  a = b\n  unlock m }\nfn g(i) { if trylock(m) { b = 1 unlock m } else { b = 2 } }");
  // A list that locks are found in, which is changed after one was.
  bothWays("fn f(i) { guard[0] = n\n  b = 2 }\nfn g(i) { lock guard[0]\n  a = b\n  b = 1\n  unlock guard[0] }");
  // A variable that is written with what it holds already.
  bothWays("fn f(i) { a = b }\nfn g(i) { b = 1\n  a = 1 }");
  // A failure is told again from wherever it is come to.
  bothWays("fn f(i) { expect a < 2 }\nfn g(i) { a += 1 }");
});

test("what has no cell when a move is made first", () => {
  // The driver drops what it has mapped of the page: nothing where the device comes later, and there was never anything.
  const text = `process app { buf: anon 1 page }
device gpu0 uses dmirror { memory 1 MiB }
cpu0 write buf = 1
parallel { cpu0 { madvise buf dontneed } gpu0 { read buf } }`;
  for (const way of WAYS) isSame(programOf(text), way);
});

test("a lock that is looked at for the first time while circles are looked for", () => {
  for (const look of ["unlock m", "unlock m\n k = 1 - k"]) {
    const program = programOf(`process app { buf: anon 1 page }
var a = 0
var b = 0
lock m
fn f() { while a == 0 { lock m
  b = 1 - b
  unlock m } }
fn g() { let k = 0
  while a == 0 { if trylock(m) { ${look} } else { a = 1 } } }
parallel { cpu0 { call f() } cpu1 { call g() } }`);
    for (const way of WAYS) isSame(program, way);
    const [{ told }, { told: unmoved }] = [found(program, {}, 0), found(program, { without: ["locks"] }, 0)];
    assert.deepEqual([told.complete, told.failures.length, told.states], [true, 0, unmoved.states]);
    for (const moves of [1, 8, 100]) {
      const explorer = new Explorer(program, { rememberAfter: 0 });
      while (!explorer.advance(moves));
      const { states, transitions, pingPong } = explorer.result();
      assert.deepEqual([states, transitions, pingPong], [told.states, told.transitions, told.pingPong]);
    }
  }
});
