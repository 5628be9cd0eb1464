/** Several searches over one set of states find what one finds alone, and count what it counts, for random programs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { programOf } from "../../language/testing/run.ts";
import { Explorer } from "../../sim-core/explore/explorer.ts";
import type { ExploreResult } from "../../sim-core/explore/search.ts";
import { lockText, memberText, modelText, scenarioText, twinText } from "./programs.ts";
import { searchTogether } from "./together.ts";

const number = fc.integer({ min: 0, max: 2 });
const name = fc.constantFrom("m", "n");
const wait = fc.tuple(name, number).map(([v, i]) => `while ${v} != ${i} { }`);
const urge = fc.tuple(name, number, name, number).map(([v, i, w, j]) => `while ${v} != ${i} { ${w} = ${j} }`);
const set = fc.tuple(name, number).map(([v, i]) => `${v} = ${i}`);
/** Threads that wait for each other in loops: many of them for ever. */
const circleText = fc
  .array(fc.array(fc.oneof(wait, urge, set, set, set), { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 3 })
  .map((threads) => {
    const functions = threads.map((lines, i) => `fn f${i}() { ${lines.join("  ")} }`);
    const calls = threads.map((_, i) => `cpu${i} { call f${i}() }`);
    return `cpu cpu0, cpu1, cpu2
process app { a: anon 1 page }
var m = 0
var n = 0
${functions.join("\n")}
parallel { ${calls.join("  ")} }
`;
  });

/** Of a program without failures; which state of several that stand for each other is met first is another one each time. */
function counts({ states, endStates, complete, livelocksSought, unwitnessed, pingPong }: ExploreResult): unknown {
  return { states, endStates, complete, livelocksSought, unwitnessed, canPingPong: pingPong !== undefined };
}
function failed(text: string, workers: number, seed: number): boolean | undefined {
  const program = programOf(text);
  const alone = new Explorer(program, { maxStates: 8_000 }).run();
  if (alone.stopped === "states") return undefined;
  const together = searchTogether(program, { workers, seed, rememberAfter: seed % 3 === 0 ? 0 : 100 });
  const hasFailed = alone.failures.length > 0;
  assert.equal(together.failures.length > 0, hasFailed, text);
  if (!hasFailed) assert.deepEqual(counts(together), counts(alone), text);
  return hasFailed;
}

for (const [what, texts] of Object.entries({ circleText, modelText, lockText, memberText, twinText, scenarioText })) {
  test(`random programs (${what})`, () => {
    let [passed, broken] = [0, 0];
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 4 }), fc.nat(1_000_000), (text, workers, seed) => {
        const hasFailed = failed(text, workers, seed);
        if (hasFailed === true) broken++;
        else if (hasFailed === false) passed++;
      }),
      { numRuns: 60 },
    );
    assert.ok(passed > 0 && broken > 0, `${passed} passed, ${broken} failed`);
  });
}

test("a search that begins again knows of lists of locks what a new one knows", () => {
  const text = `process app { buf: anon 1 page }
var a = 0
lock m
lock n spin
list guard
fn set_up() { push(guard, m) push(guard, n) }
fn f() { lock n  a += 1  unlock n }
fn g() { lock guard[1]  unlock guard[1]  if trylock(m) { a += 1  unlock m } }
call set_up()
parallel { cpu0 { call f() } cpu1 { call g() } }
`;
  assert.equal(failed(text, 2, 0), false);
});
