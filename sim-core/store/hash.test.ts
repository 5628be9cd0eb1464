/** States that differ in few bits of few cells have different hashes: a sum of badly mixed words would let differences cancel. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeEntry } from "./entry.ts";
import { Store } from "./store.ts";
import { box, Tag } from "./value.ts";

type Setter = (value: number) => void;

/** All states in which each of `cells` has one of `values` have hashes of their own. */
function allDistinct(cells: (store: Store) => readonly Setter[], values: readonly number[]): void {
  const store = new Store();
  const setters = cells(store);
  const seen = new Set<bigint>();
  const visit = (i: number): void => {
    const set = setters[i];
    if (set === undefined) {
      seen.add((BigInt(store.hashHigh >>> 0) << 32n) | BigInt(store.hashLow >>> 0));
      store.forget();
      return;
    }
    for (const value of values) {
      set(value);
      visit(i + 1);
    }
  };
  visit(0);
  assert.equal(seen.size, values.length ** setters.length);
}

const rows =
  (count: number) =>
  (store: Store): Setter[] => {
    const column = store.values("values");
    return Array.from({ length: count }, (_, i) => (value) => column.set(i, value));
  };
const integers =
  (count: number) =>
  (store: Store): Setter[] => {
    const column = store.int("integers");
    return Array.from({ length: count }, (_, i) => (value) => column.set(i, value));
  };
const pages =
  (count: number) =>
  (store: Store): Setter[] => {
    const column = store.sparseValues("pages");
    return Array.from({ length: count }, (_, i) => (value) => column.set(i % 2, 0x7f000 + (i >> 1), value));
  };
const columns =
  (count: number) =>
  (store: Store): Setter[] =>
    Array.from({ length: count }, (_, i) => {
      const column = store.int(`column ${i}`);
      return (value) => column.set(0, value);
    });

test("small numbers", () => {
  allDistinct(rows(8), [0, 1, 2, 3]);
  allDistinct(integers(8), [0, 1, 2, 3]);
  allDistinct(columns(8), [0, 1, 2, 3]);
  allDistinct(columns(16), [0, 1]);
});

test("numbers that differ in high bits alone", () => {
  allDistinct(rows(8), [0, 4096, 8192, 12288]);
  allDistinct(rows(8), [0, 2 ** 40, 2 ** 40 + 4096, 2 ** 40 + 8192]);
  allDistinct(integers(8), [0, 2 ** 28, 2 ** 29, 2 ** 30]);
});

test("entries, words and handles", () => {
  allDistinct(pages(8), [0, makeEntry(1, 5, 1), makeEntry(1, 5, 0), makeEntry(4, 5, 0)]);
  allDistinct(rows(8), [0, box(Tag.symbol, 0), box(Tag.symbol, 2), box(Tag.folio, 7)]);
});
