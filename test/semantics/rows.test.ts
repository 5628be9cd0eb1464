/** No row of rows.ts is without a scenario, and no scenario names a row that is not there. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { casesOf } from "./cases.ts";
import { ROWS } from "./rows.ts";

const named = new Map<string, string>();
for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith(".hmm"))) {
  for (const { title, rows } of casesOf(readFileSync(join(import.meta.dirname, file), "utf8"))) {
    for (const row of rows) named.set(row, `${file}: ${title}`);
  }
}

test("every row has a scenario that names it", () => {
  assert.deepEqual(
    ROWS.filter((row) => !named.has(row)),
    [],
  );
});
test("every row that a scenario names is listed", () => {
  const listed = new Set(ROWS);
  const unknown = [...named].filter(([row]) => !listed.has(row));
  assert.deepEqual(
    unknown.map(([row, where]) => `${row} (${where})`),
    [],
  );
});
test("no row is listed twice", () => {
  assert.equal(new Set(ROWS).size, ROWS.length);
});
