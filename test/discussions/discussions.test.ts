/**
 * The arguments of the mailing lists, scenarios/discussions: each file names the designs that were argued about (`// compare:`), runs under
 * all of them, and holds in every interleaving under its own.
 *
 * docs/discussions.md has the tables: `UPDATE_DOCS=1 npm test -- --only unit discussions` writes them anew; the diff is to be read.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Comparison } from "../../language/compare/compare.ts";
import { compare } from "../../language/compare/compare.ts";
import { comparedBy, designsOf } from "../../language/compare/designs.ts";
import { exploreText, programOf, shippedLibrary } from "../../language/testing/run.ts";
import { verdictOfCheck } from "../../sim-core/explore/verdict.ts";
import { discussionsDocument } from "./document.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "scenarios", "discussions");
const path = join(root, "docs", "discussions.md");
const names = readdirSync(folder).sort();
const texts = new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
const comparisons = new Map<string, Comparison>();

test("there are at least ten", () => assert.ok(names.length >= 10));

for (const [name, text] of texts) {
  test(`${name} runs under the designs that it names`, () => {
    const designs = designsOf(comparedBy(text));
    assert.ok(designs.length >= 2, "a line `// compare:` names them");
    const comparison = compare(text, name, designs, { library: shippedLibrary() }, 1_000_000);
    assert.ok(!("diagnostics" in comparison), JSON.stringify(comparison));
    comparisons.set(name, comparison);
    assert.ok(
      comparison.designs.some(({ verdict }) => verdict === "pass"),
      "one of them holds",
    );
    const costs = new Set(comparison.designs.map((design) => JSON.stringify(design.costs)));
    assert.ok(costs.size > 1, "they differ");
  });

  test(`${name} holds in every interleaving under its own`, () => {
    const program = programOf(text);
    const { verdict, findings } = verdictOfCheck(program, exploreText(program));
    assert.equal(verdict, "pass", JSON.stringify(findings));
  });
}

test("docs/discussions.md says what came out", () => {
  const document = discussionsDocument(texts, comparisons);
  if (process.env.UPDATE_DOCS === "1") writeFileSync(path, document);
  assert.equal(readFileSync(path, "utf8"), document);
});
