/**
 * The kept lists once more, with `lru_batch on`: the model answers as the real kernel did although batches hold references, and no page
 * waits in the kernel's batch that is on a list in the model's. (The other way round may be: what ran the lists faulted pages of its
 * own, which fill the batch.)
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { PageAnswer } from "./answer.ts";
import { compare } from "./compare.ts";
import { findLists } from "./kept.ts";
import { runInModel } from "./model-run.ts";
import { parseRecording } from "./recording.ts";
import { showDifference } from "./report.ts";

const kept = findLists(join(import.meta.dirname, "lists"), join(import.meta.dirname, "results"));

/** How many ordinary pages were looked at, by where the model and the kernel have them: `list/list`, `batch/list` … */
const seen = new Map<string, number>();

function place(page: PageAnswer): string {
  return page.lru ? "list" : "batch";
}

for (const { list, recording } of kept) {
  const { name } = list;
  test(`with batches: ${name}`, () => {
    const run = runInModel(list, "linux-6.12", "lru_batch on");
    const recorded = parseRecording(readFileSync(recording, "utf8"));
    const differences = compare(run, recorded).differences.filter(({ kind }) => kind !== "calls");
    assert.deepEqual(
      differences.map((d) => showDifference(name, d)),
      [],
    );
    for (const { index, text, answer } of recorded.operations) {
      answer.pages?.forEach((expected, i) => {
        const got = run.operations[index]?.answer.pages?.[i];
        if (got === undefined || expected.kind !== "page" || expected.where !== "system") return;
        const both = `${place(got)}/${place(expected)}`;
        seen.set(both, (seen.get(both) ?? 0) + 1);
        assert.notEqual(both, "list/batch", `operation ${index}, ${text}, page ${i}`);
      });
    }
  });
}

test("the kernel's batches are seen, and mostly the model's hold the same", (t) => {
  const [same, drained] = [(seen.get("batch/batch") ?? 0) + (seen.get("list/list") ?? 0), seen.get("batch/list") ?? 0];
  t.diagnostic([...seen].map(([where, pages]) => `${where}: ${pages}`).join(", "));
  assert.ok((seen.get("batch/batch") ?? 0) >= 10);
  assert.ok(same > 5 * drained);
});
