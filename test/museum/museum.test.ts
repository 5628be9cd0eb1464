/**
 * The bug museum, scenarios/bugs: of each file `hmm check` finds what it says it finds, and its twin (language/twin.ts) holds. A driver or
 * kernel that has the bug breaks a part of the contract of a driver, which the twin keeps.
 *
 * docs/museum.md has the table: `UPDATE_DOCS=1 npm test -- --only unit museum` writes it anew, and looks through the contract for the parts. Its numbers change with every step of the
 * model and every turn of the search; the test is content with half of what stands there, and with twice that.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Exhibit } from "../../cli/exhibit.ts";
import { exhibitOf } from "../../cli/exhibit.ts";
import { runText, shippedLibrary } from "../../language/testing/run.ts";
import { verdictOfRun } from "../../sim-core/explore/verdict.ts";
import { allParts } from "../semantics/contract.ts";
import { breakOf, broken, isKeptByTwin } from "./contract.ts";
import { breaksIn, museumDocument, NO_PART, rowOf } from "./document.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bugs = join(root, "scenarios", "bugs");
const path = join(root, "docs", "museum.md");
const names = readdirSync(bugs).sort();
const exhibits: Exhibit[] = [];
const isUpdate = process.env.UPDATE_DOCS === "1";
const parts = allParts();
const breaks = new Map(isUpdate ? [] : breaksIn(readFileSync(path, "utf8")));

test("there are at least forty, and nothing else", () => {
  assert.ok(names.length >= 40);
  assert.deepEqual(
    names.filter((name) => !/^[a-z0-9-]+\.hmm$/.test(name)),
    [],
  );
});

for (const name of names) {
  test(name, () => {
    const text = readFileSync(join(bugs, name), "utf8");
    const exhibit = exhibitOf(text, name, shippedLibrary());
    assert.ok(typeof exhibit !== "string", String(exhibit));
    assert.equal(exhibit.title.split(":")[0], exhibit.pattern, "the title begins with the pattern");
    exhibits.push(exhibit);
    if (isUpdate) {
      const found = breakOf(text, exhibit.finds, parts);
      if (found !== undefined) breaks.set(exhibit.pattern, found);
    }
  });
  test(`${name} passes when it is run once, too`, () => {
    const { simulation } = runText(readFileSync(join(bugs, name), "utf8"));
    assert.equal(verdictOfRun(simulation.program, simulation.failures), "pass");
  });
  test(`${name} breaks the contract of a driver`, () => {
    const pattern = name.replace(/\.hmm$/, "");
    if (NO_PART[pattern] !== undefined) return;
    const said = breaks.get(pattern);
    const part = parts.find(({ title }) => title === said?.title);
    assert.ok(part !== undefined, "no part of scenarios/driver-contract.hmm and scenarios/contract shows it");
    const text = readFileSync(join(bugs, name), "utf8");
    assert.equal(broken(text, part), said?.id);
    assert.ok(isKeptByTwin(text, part), `what is right does not keep it: ${part.title}`);
  });
}

test("what no part shows, none does", () => {
  for (const pattern of Object.keys(NO_PART))
    assert.ok(names.includes(`${pattern}.hmm`) && !breaks.has(pattern), pattern);
});

test("docs/museum.md has them all, and what it says is about so", () => {
  const document = museumDocument(exhibits, breaks);
  if (isUpdate) writeFileSync(path, document);
  const written = readFileSync(path, "utf8");
  assert.deepEqual(withoutNumbers(written), withoutNumbers(document));
  for (const exhibit of exhibits) {
    const now = numbersOf(rowOf(exhibit, breaks.get(exhibit.pattern)));
    const then = numbersOf(written.split("\n").find((line) => line.includes(`bugs/${exhibit.pattern}.hmm`)) ?? "");
    assert.equal(then.length, now.length, exhibit.pattern);
    then.forEach((number, i) => {
      const ratio = ((now[i] ?? 0) + 1) / (number + 1);
      assert.ok(ratio <= 2 && ratio >= 0.5, `${exhibit.pattern}: ${number} was written, ${now[i]} is so`);
    });
  }
});

/** The cells of a row that are numbers alone. */
function numbersOf(row: string): number[] {
  return [...row.matchAll(/\| (\d+) (?=\|)/g)].map(([, digits]) => Number(digits));
}
function withoutNumbers(document: string): string {
  return document.replaceAll(/\| \d+ (?=\|)/g, "| n ");
}
