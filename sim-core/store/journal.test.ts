/** A history longer than the journal's chunks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Store } from "./store.ts";

/** A store with a history of `steps` steps: step i writes i to row 0, and to rows 1 to 6 in turn. */
function longHistory(steps: number): { store: Store; at: (row: number) => number } {
  const store = new Store();
  const column = store.values("rows");
  for (let i = 1; i <= steps; i++) {
    store.mark();
    column.set(0, i);
    column.set(1 + (i % 6), i);
  }
  return { store, at: (row) => column.get(row) };
}

test("undo and redo cross from one chunk to the next", () => {
  const { store, at } = longHistory(100_000);
  const end = [store.hashLow, store.hashHigh];
  for (const step of [0, 16_384, 16_385, 50_000, 32_767, 100_000, 99_999]) {
    store.goTo(step);
    assert.equal(at(0), step);
    assert.deepEqual([...store.computeHash()], [store.hashLow, store.hashHigh]);
  }
  store.goTo(100_000);
  assert.deepEqual([store.hashLow, store.hashHigh], end);
  assert.equal(store.historyBytes, 100_000 * (2 * 12 + 12));
});

test("what is dropped is gone, and what is kept leads back as before", () => {
  const { store, at } = longHistory(100_000);
  store.goTo(90_000);
  store.dropBefore(70_001);
  assert.equal(store.oldestStep, 70_001);
  assert.equal(store.newestStep, 100_000);
  for (const step of [70_001, 100_000, 80_000]) {
    store.goTo(step);
    assert.equal(at(0), step);
  }
  assert.throws(() => store.goTo(70_000), RangeError);
  store.mark();
  assert.equal(store.newestStep, 80_001);
});

test("a step that goes on from the past writes over what came after", () => {
  const { store, at } = longHistory(100_000);
  store.goTo(20_000);
  store.mark();
  assert.equal(store.newestStep, 20_001);
  store.goTo(0);
  store.goTo(20_001);
  assert.equal(at(0), 20_000);
});
