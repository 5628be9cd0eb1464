/**
 * Every driver that ships keeps scenarios/driver-contract.hmm: in a run, and in all interleavings of each of its parts. Each part has
 * memory of its own, so it may stand alone. Of what stands in scenarios/contract it keeps all but what `shipped-breaks.ts` says.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { exploreText, runText, shippedLibrary, showFailure } from "../../language/testing/run.ts";
import {
  allParts,
  contractFiles,
  contractText,
  EVERYBODYS,
  offerOfShipped,
  partsOf,
  programUnder,
} from "./contract.ts";
import { contractDocument } from "./contract-document.ts";
import { BREAKS, SEEN_IN_PART } from "./shipped-breaks.ts";

/** States of the part with the most interleavings that are all seen. */
const STATES = 1_000_000;

/** States that are looked at where there are too many. */
const SOME_STATES = 60_000;

const drivers = shippedLibrary().drivers.map(({ name }) => name);
const parts = allParts();

test("the contract has parts, each with a title of its own", () => {
  assert.ok(partsOf(EVERYBODYS).length > 15);
  for (const file of contractFiles) assert.ok(partsOf(file).length > 0, file);
  assert.equal(new Set(parts.map(({ title }) => title)).size, parts.length);
});

for (const name of drivers) {
  test(`${name} keeps the contract`, () => {
    assert.deepEqual(runText(programUnder(contractText(EVERYBODYS), offerOfShipped(name))).failures, []);
  });
  for (const { title, text } of parts) {
    const why = BREAKS[title]?.[name];
    test(`${name}, in every order: ${title}${why === undefined ? "" : " (which it does not keep)"}`, () => {
      const inPart = SEEN_IN_PART[title]?.includes(name) ?? false;
      const program = programUnder(text, offerOfShipped(name));
      const { failures, complete } = exploreText(program, { maxStates: inPart ? SOME_STATES : STATES });
      if (why !== undefined) {
        assert.ok(failures.length > 0, "it is kept after all: say so in shipped-breaks.ts");
        return;
      }
      assert.deepEqual(
        failures.map(({ failure }) => showFailure(failure)),
        [],
      );
      assert.equal(complete, !inPart, "not all interleavings were seen, or all after all");
    });
  }
}

test("what is said of drivers and parts is of such as there are; every driver keeps what is everybody's", () => {
  const said = [
    ...Object.entries(BREAKS).map(([title, why]) => ({ title, names: Object.keys(why), optional: true })),
    ...Object.entries(SEEN_IN_PART).map(([title, names]) => ({ title, names, optional: false })),
  ];
  for (const { title, names, optional } of said) {
    const part = parts.find((one) => one.title === title);
    assert.ok(part !== undefined, title);
    for (const name of names) assert.ok(drivers.includes(name), name);
    if (optional) assert.notEqual(part.file, EVERYBODYS, title);
  }
});

test("docs/driver-contract.md says it (UPDATE_DOCS=1 writes it anew)", () => {
  const path = join(import.meta.dirname, "..", "..", "docs", "driver-contract.md");
  const document = contractDocument(parts, drivers);
  if (process.env.UPDATE_DOCS === "1") writeFileSync(path, document);
  assert.equal(readFileSync(path, "utf8"), document);
});
