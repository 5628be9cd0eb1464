/** Going far at once against going step by step: two stores that the same is done to, one of which keeps leaps. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nextRandom, randomBelow } from "../explore/random.ts";
import type { DenseColumn } from "./column.ts";
import { CHUNK } from "./journal.ts";
import { Store } from "./store.ts";

/** Cells that are written over and over, as a scenario's loop does. */
const FEW = 50;
/** Cells of stretches that write each once: no leap is kept over them. */
const MANY = CHUNK;
const STEPS = 40_000;

class Twin {
  readonly store: Store;
  readonly rows: DenseColumn;
  constructor(leaps: boolean) {
    this.store = new Store();
    this.rows = this.store.values("rows");
    if (leaps) this.store.keepLeaps();
  }
  /** Steps of four writes each; which, follows from `seed`. With `each`, to ever other cells. */
  run(steps: number, seed: number, each: boolean): void {
    let random = seed;
    for (let i = 0; i < steps; i++) {
      this.store.mark();
      for (let write = 0; write < 4; write++) {
        random = nextRandom(random);
        const row = each ? (i * 4 + write) % MANY : randomBelow(random, FEW);
        this.rows.set(row, (random >>> 8) + 1);
      }
    }
  }
  /** Where it is, the hash that it has, and that of what it holds. */
  state(): readonly number[] {
    const { store } = this;
    return [store.step, store.oldestStep, store.newestStep, store.hashLow, store.hashHigh, ...store.computeHash()];
  }
  writtenBetween(from: number, to: number): Set<number> {
    const found = new Set<number>();
    this.store.forEachWriteBetween(from, to, (_, cell) => found.add(cell));
    return found;
  }
}

const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("goTo" as const), to: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("undo" as const, "redo" as const), times: fc.nat(20_000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("run" as const),
      steps: fc.nat(20_000),
      seed: fc.nat(),
      each: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("trial" as const, "rollback" as const), seed: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("drop" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

function perform({ store, rows, run }: Twin, what: Act, twin: Twin): void {
  const at = (share: number): number => store.oldestStep + Math.round(share * (store.newestStep - store.oldestStep));
  switch (what.kind) {
    case "goTo":
      store.goTo(at(what.to));
      return;
    case "undo":
    case "redo":
      for (let i = 0; i < what.times; i++) store[what.kind]();
      return;
    case "run":
      run.call(twin, what.steps, what.seed, what.each);
      return;
    case "trial":
      store.trial(() => {
        for (let i = 0; i < CHUNK + 5; i++) rows.set(i % FEW, what.seed + i);
      });
      return;
    case "rollback":
      store.mark();
      for (let i = 0; i < CHUNK + 5; i++) rows.set(i % FEW, what.seed + i);
      store.rollback();
      return;
    case "drop":
      store.dropBefore(store.oldestStep + Math.round(what.share * (store.step - store.oldestStep)));
  }
}

test("wherever one goes, and whatever is done there, it is as without leaps", () => {
  fc.assert(
    fc.property(fc.array(act, { minLength: 3, maxLength: 12 }), (acts) => {
      const twins = [new Twin(true), new Twin(false)] as const;
      for (const twin of twins) {
        twin.run(STEPS, 7, false);
        twin.run(10_000, 8, true);
        twin.run(STEPS, 9, false);
      }
      for (const what of acts) {
        for (const twin of twins) perform(twin, what, twin);
        assert.deepEqual(twins[0].state(), twins[1].state());
      }
      const [from, to] = [twins[0].store.oldestStep, twins[0].store.newestStep];
      assert.deepEqual(twins[0].writtenBetween(from, to), twins[1].writtenBetween(from, to));
      for (const step of [from, to, (from + to) >> 1]) {
        for (const { store } of twins) store.goTo(step);
        assert.deepEqual(twins[0].state(), twins[1].state());
      }
    }),
    { numRuns: 12 },
  );
});

test("leaps take a fifth of the journal at most", () => {
  const [leaping, plain] = [new Twin(true), new Twin(false)];
  for (const twin of [leaping, plain]) {
    twin.run(STEPS, 7, false);
    twin.run(STEPS, 8, true);
  }
  const { historyBytes } = plain.store;
  assert.ok(leaping.store.historyBytes > historyBytes);
  assert.ok(leaping.store.historyBytes <= historyBytes * 1.21);
});
