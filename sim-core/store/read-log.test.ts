/** A step that was noted does the same in each state in which the noted cells hold the same. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CELL_BITS, CELL_MASK, cellWord } from "./journal.ts";
import { MOST_READS, ReadLog } from "./read-log.ts";
import { Store } from "./store.ts";

/** A store with a column of each kind; `addresses` cells of each are used. */
class TestStore {
  readonly store = new Store();
  private readonly dense = [this.store.int("a"), this.store.values("b")];
  private readonly sparse = [
    this.store.sparseInt("c", { chunkBits: 1 }),
    this.store.sparseValues("d", { chunkBits: 1 }),
  ];
  get(at: number): number {
    const index = at >> 2;
    return (at & 2) === 0 ? (this.dense[at & 1]?.get(index) ?? 0) : (this.sparse[at & 1]?.get(index & 1, index) ?? 0);
  }
  set(at: number, value: number): void {
    const index = at >> 2;
    if ((at & 2) === 0) this.dense[at & 1]?.set(index, value);
    else this.sparse[at & 1]?.set(index & 1, index, value);
  }
  /** Whether a sparse cell is there. */
  has(at: number): boolean {
    const index = at >> 2;
    return (this.sparse[at & 1]?.find(index & 1, index) ?? -1) >= 0;
  }
  count(at: number): number {
    let count = 0;
    this.sparse[at & 1]?.forEach((at >> 2) & 1, 0, 100, () => count++);
    return count;
  }
}
const ADDRESSES = 40;

/** One thing that a step does: it depends on some cells and writes one. */
interface Action {
  readonly kind: "copy" | "if" | "add" | "has" | "count" | "step";
  readonly from: number;
  readonly to: number;
  readonly value: number;
}
const address = fc.nat(ADDRESSES - 1);
const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom("copy", "copy", "if", "if", "add", "has", "count", "step"),
  from: address,
  to: address,
  value: fc.nat(2),
});

function act(on: TestStore, actions: readonly Action[]): void {
  for (const { kind, from, to, value } of actions) {
    if (kind === "copy") on.set(to, on.get(from));
    else if (kind === "if") {
      if (on.get(from) === value) on.set(to, value + 1);
    } else if (kind === "add") on.set(to, on.get(to) + value);
    else if (kind === "has") on.set(to, on.has(from) ? 1 : 2);
    else if (kind === "count") on.set(to, on.count(from));
    else on.set(to, on.store.step);
  }
}
const contents = fc.array(fc.tuple(address, fc.nat(2)), { maxLength: 30 });

test("its writes made again are what it does", () => {
  let repeated = 0;
  const step = fc.array(action, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(contents, contents, step, (first, second, actions) => {
      const on = new TestStore();
      const { store } = on;
      for (const [at, value] of first) on.set(at, value);
      const log = new ReadLog();
      store.mark();
      const { hashLow, hashHigh, layout } = store;
      store.reads = log;
      act(on, actions);
      store.reads = undefined;
      assert.equal(log.isWhole, !actions.some(({ kind }) => kind === "step"));
      const low = (store.hashLow - hashLow) | 0;
      const high = (store.hashHigh - hashHigh) | 0;
      const words: number[] = [];
      const values: number[] = [];
      store.forEachWrite((column, cell) => {
        words.push(cellWord(column.id, cell));
        values.push(column.at(cell));
      });
      store.rollback();

      // Another state: the rest of it.
      store.mark();
      for (const [at, value] of second) on.set(at, value);
      const holds = (word: number): number => store.columns[word >>> CELL_BITS]?.at(word & CELL_MASK) ?? 0;
      for (let i = 0; i < log.count; i++) if (holds(log.words[i] as number) !== log.values[i]) return;
      if (!log.isWhole || (log.readsLayout && layout !== store.layout)) return;
      repeated++;
      const seen = (): readonly number[] => [
        ...Array.from({ length: ADDRESSES }, (_, at) => on.get(at)),
        store.hashLow,
        store.hashHigh,
      ];
      store.mark();
      act(on, actions);
      const done = seen();
      store.rollback();
      const before = seen();
      store.mark();
      store.repeat(Int32Array.from(words), Float64Array.from(values), { from: 0, to: words.length, low, high });
      assert.deepEqual(seen(), done);
      assert.deepEqual([store.hashLow, store.hashHigh], store.computeHash());
      store.rollback();
      assert.deepEqual(seen(), before);
    }),
    { numRuns: 3_000 },
  );
  assert.ok(repeated > 300, `${repeated} were made again`);
});

test("a cell is noted once, as it was before the step", () => {
  const store = new Store();
  const column = store.int("a");
  column.set(3, 7);
  const log = new ReadLog();
  store.mark();
  store.reads = log;
  column.set(3, 8);
  column.get(3);
  column.set(3, 9);
  assert.deepEqual([log.count, log.words[0], log.values[0]], [1, cellWord(column.id, 3), 7]);
});

test("a step that reads very much is not whole", () => {
  const store = new Store();
  const column = store.int("a");
  const log = new ReadLog();
  store.reads = log;
  for (let row = 0; row < MOST_READS; row++) column.get(row);
  assert.equal(log.isWhole, true);
  column.get(MOST_READS);
  assert.equal(log.isWhole, false);
  // What is read from then on gets no cell for it.
  const { layout } = store;
  column.get(MOST_READS + 50);
  assert.equal(store.layout, layout);
  log.begin();
  assert.deepEqual([log.isWhole, log.count], [true, 0]);
});
