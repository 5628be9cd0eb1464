/** Parts of searches put together: verdicts, honest totals, and what cannot be merged. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { CheckJson, PartJson } from "./merge.ts";
import { MergeError, merge, readParts } from "./merge.ts";

const about: PartJson = {
  shard: "1/2",
  kernel: "linux-7.0",
  search: "all interleavings",
  whole: true,
  finds: [],
  unwitnessed: [],
};
const part = (shard: string, more: Partial<CheckJson> = {}, own: Partial<PartJson> = {}): CheckJson => ({
  type: "check",
  file: "a.hmm",
  verdict: "limit",
  complete: false,
  states: 100,
  transitions: 200,
  depth: 10,
  ms: 5,
  failures: [],
  ...more,
  part: { ...about, shard, ...own },
});
const one = (parts: readonly CheckJson[]) => merge(parts)[0] ?? assert.fail();
const failure = (line: number, turns: number) => ({
  kind: "invariant",
  id: "mirror-subset",
  line,
  column: 1,
  message: "no",
  because: [],
  schedule: {
    type: "hmm-schedule" as const,
    version: 1 as const,
    title: "t",
    kernel: "k",
    moves: Array.from({ length: turns }, () => ["cpu0", 1] as const),
  },
});

test("parts that all went through what is theirs are the whole search", () => {
  const merged = one([part("1/2"), part("2/2", { states: 150, depth: 12 })]);
  assert.equal(merged.verdict, "pass");
  assert.equal(merged.complete, true);
  assert.deepEqual([merged.states, merged.merged.statesAtLeast, merged.transitions, merged.depth], [250, 150, 400, 12]);
});

test("a part that is missing, or was stopped, leaves the answer open", () => {
  for (const parts of [[part("1/2")], [part("1/2"), part("2/2", {}, { whole: false })]]) {
    const merged = one(parts);
    assert.equal(merged.verdict, "limit");
    assert.deepEqual(merged.merged.missing, ["2/2"]);
  }
});

test("a failure of any part is one of the whole, told once by its shortest interleaving", () => {
  const failing = (turns: number) => ({ verdict: "fail" as const, failures: [failure(3, turns)] });
  const merged = one([part("1/3", failing(9)), part("3/3", failing(4))]);
  assert.equal(merged.verdict, "fail");
  assert.deepEqual(
    merged.failures.map(({ schedule }) => schedule?.moves.length),
    [4],
  );
});

test("what the file says it finds is found if any part shows it", () => {
  const own = { finds: ["mirror-subset"] };
  const shown = part("2/2", { verdict: "pass", failures: [failure(3, 2)] }, own);
  assert.equal(one([part("1/2", {}, own), shown]).verdict, "pass");
  const nobody = one([part("1/2", {}, own), part("2/2", {}, own)]);
  assert.equal(nobody.verdict, "fail");
  assert.match(nobody.failures[0]?.message ?? "", /no execution shows just mirror-subset/);
});

test("an exists fails only if it fails in every part", () => {
  const unwitnessed = [
    { kind: "property", id: "exists", line: 7, column: 1, message: "no execution ends so", because: [] },
  ];
  assert.equal(one([part("1/2", {}, { unwitnessed }), part("2/2")]).verdict, "pass");
  assert.equal(one([part("1/2", {}, { unwitnessed }), part("2/2", {}, { unwitnessed })]).verdict, "fail");
});

test("random walks and bounded searches are never complete", () => {
  const own = { search: "100 random walks, seed 0" };
  const merged = one([part("1/2", {}, own), part("2/2", {}, own)]);
  assert.deepEqual([merged.verdict, merged.complete, merged.merged.missing.length], ["limit", false, 0]);
});

test("parts of different searches, a part that comes twice, and other files are refused", () => {
  const refused = (parts: readonly CheckJson[], why: RegExp) => assert.throws(() => merge(parts), why);
  refused([part("1/2"), part("2/3")], /different searches/);
  refused([part("1/2"), part("2/2", {}, { kernel: "linux-6.12" })], /different searches/);
  refused([part("1/2"), part("2/2", {}, { variant: "driver nouveau" })], /different searches: .* with driver nouveau/);
  refused([part("1/2"), part("1/2")], /part 1\/2 is there twice/);
  assert.throws(() => readParts("no json", "x"), MergeError);
  assert.throws(() => readParts('{"type":"run"}', "x"), /no result of 'hmm check --json'/);
  const { part: _, ...whole } = part("1/2");
  assert.throws(() => readParts(JSON.stringify(whole), "x"), /of a whole check/);
  assert.equal(readParts(`${JSON.stringify(part("1/2"))}\n\n${JSON.stringify(part("2/2"))}\n`, "x").length, 2);
});
