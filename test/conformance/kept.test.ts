/**
 * The kept operation lists: the model answers each operation as a real Linux 6.12 did, its pages are the same, and so
 * are the functions that it went through, those apart that docs/model-limits.md names as left out.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compareList, findLists } from "./kept.ts";
import { PENDING } from "./pending.ts";
import { showDifference } from "./report.ts";

const kept = findLists(join(import.meta.dirname, "lists"), join(import.meta.dirname, "results"));

test("there are recordings to compare with", () => assert.ok(kept.length >= 19));

for (const list of kept) {
  const { name } = list.list;
  test(`the model does what a real kernel did: ${name}`, (t) => {
    const { comparison } = compareList(list, readFileSync(list.recording, "utf8"), "linux-6.12");
    const shown = comparison.differences.map((d) => showDifference(name, d));
    const lacks = PENDING[name];
    if (lacks === undefined) assert.deepEqual(shown, []);
    else t.diagnostic(shown.length === 0 ? `agrees: it is pending no more (${lacks})` : `pending: ${lacks}`);
  });
}

test("what is pending is a list", () => {
  for (const name of Object.keys(PENDING))
    assert.ok(
      kept.some(({ list }) => list.name === name),
      name,
    );
});
