/**
 * Each invariant by example: `ID.hmm` breaks it, through a wrong driver, a wrong kernel function or an injected fault, and
 * `hmm check` finds just that; `ID.twin.hmm` is the same done right, and passes.
 *
 * docs/invariants.md is made from the list: `UPDATE_DOCS=1 npm test -- --only unit invariants` writes it anew.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { exploreText, programOf, showFailure } from "../../language/testing/run.ts";
import { INVARIANTS } from "../../sim-core/checks/index.ts";
import { verdictOfCheck } from "../../sim-core/explore/verdict.ts";
import { invariantsDocument } from "./document.ts";

const here = fileURLToPath(new URL("./", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));

const scenarios = readdirSync(here).filter((name) => name.endsWith(".hmm"));
const ids = INVARIANTS.map((i) => i.id);

test("each invariant has its scenario and a twin, and each file is of an invariant", () => {
  assert.deepEqual(scenarios, ids.flatMap((id) => [`${id}.hmm`, `${id}.twin.hmm`]).sort());
});

for (const id of ids) {
  test(id, () => {
    const broken = programOf(readFileSync(join(here, `${id}.hmm`), "utf8"));
    assert.deepEqual(broken.finds, [id]);
    const result = exploreText(broken);
    assert.equal(verdictOfCheck(broken, result).verdict, "pass", `it is found: ${result.shown.join("\n")}`);
    const found = result.failures.find(({ failure, alone }) => alone && failure.id === id);
    assert.ok(found !== undefined, "an execution shows just that");
    assert.doesNotMatch(showFailure(found.failure), /undefined|NaN/);

    const right = programOf(readFileSync(join(here, `${id}.twin.hmm`), "utf8"));
    assert.deepEqual(right.finds, []);
    const twin = exploreText(right);
    assert.deepEqual(twin.shown, []);
    assert.equal(verdictOfCheck(right, twin).verdict, "pass");
  });
}

test("docs/invariants.md is what the list says", () => {
  const path = join(root, "docs", "invariants.md");
  const document = invariantsDocument();
  if (process.env.UPDATE_DOCS === "1") writeFileSync(path, document);
  assert.ok(existsSync(path), "it is there");
  assert.equal(readFileSync(path, "utf8"), document);
});
