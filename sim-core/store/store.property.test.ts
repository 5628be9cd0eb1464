/** The store against a plain model of it: any sequence of writes, steps, and moves in history. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Column, DenseColumn, SparseColumn } from "./column.ts";
import { Store } from "./store.ts";

/** A cell of one of the store's columns: `space` and `index`, the row in a dense one. */
interface Cell {
  readonly column: number;
  readonly space: number;
  readonly index: number;
}

class TestStore {
  readonly store = new Store();
  readonly columns: readonly (DenseColumn | SparseColumn)[] = [
    this.store.int("a"),
    this.store.values("b"),
    this.store.sparseInt("c", { chunkBits: 2 }),
    this.store.sparseValues("d", { chunkBits: 3 }),
    this.store.int("e", { hashed: false }),
  ];
  set({ column, space, index }: Cell, value: number): void {
    const target = this.columns[column] as DenseColumn | SparseColumn;
    if (isSparse(target)) target.set(space, index, value);
    else target.set(index % 100, value);
  }
  get({ column, space, index }: Cell): number {
    const target = this.columns[column] as DenseColumn | SparseColumn;
    return isSparse(target) ? target.get(space, index) : target.get(index % 100);
  }
}
function isSparse(column: Column): column is SparseColumn {
  return "find" in column;
}

const cell: fc.Arbitrary<Cell> = fc.record({
  column: fc.nat(4),
  space: fc.constantFrom(0, 1, 65_535),
  index: fc.constantFrom(0, 1, 5, 99, 1000, 2 ** 31 - 1, 2 ** 31, 2 ** 35 + 3),
});
const value = fc.oneof(fc.nat(3), fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)));

type State = ReadonlyMap<string, readonly [Cell, number]>;
const keyOf = ({ column, space, index }: Cell): string =>
  column === 2 || column === 3 ? `${column} ${space} ${index}` : `${column} ${index % 100}`;

/** What the store should be: the state after each step, and where in them the present is. */
class Model {
  readonly real = new TestStore();
  states: State[] = [new Map()];
  position = 0;
  dropped = 0;
  /** Whether nothing was begun yet: writes then belong to no step. */
  get present(): State {
    return this.states[this.position] as State;
  }
  check(): void {
    const { store } = this.real;
    assert.equal(store.step, this.dropped + this.position);
    assert.equal(store.newestStep, this.dropped + this.states.length - 1);
    assert.equal(store.oldestStep, this.dropped);
    for (const state of this.states) {
      for (const [key, [at]] of state) assert.equal(this.real.get(at), this.present.get(key)?.[1] ?? 0, key);
    }
    assert.deepEqual([store.hashLow, store.hashHigh], store.computeHash());
  }
}

type Command = fc.Command<Model, TestStore>;

class Step implements Command {
  readonly writes: readonly (readonly [Cell, number])[];
  constructor(writes: readonly (readonly [Cell, number])[]) {
    this.writes = writes;
  }
  check = () => true;
  run(model: Model): void {
    const { real } = model;
    real.store.mark();
    const state = new Map(model.present);
    for (const [at, v] of this.writes) {
      real.set(at, v);
      state.set(keyOf(at), [at, v]);
    }
    model.states = [...model.states.slice(0, model.position + 1), state];
    model.position++;
    model.check();
  }
  toString = () => `step(${JSON.stringify(this.writes)})`;
}
class Move implements Command {
  readonly how: "undo" | "redo" | "rollback";
  constructor(how: "undo" | "redo" | "rollback") {
    this.how = how;
  }
  check(model: Readonly<Model>): boolean {
    return this.how !== "rollback" || (model.position > 0 && model.position === model.states.length - 1);
  }
  run(model: Model): void {
    const { store } = model.real;
    if (this.how === "undo") {
      assert.equal(store.undo(), model.position > 0);
      model.position = Math.max(0, model.position - 1);
    } else if (this.how === "redo") {
      assert.equal(store.redo(), model.position < model.states.length - 1);
      model.position = Math.min(model.states.length - 1, model.position + 1);
    } else {
      store.rollback();
      model.states.pop();
      model.position--;
    }
    model.check();
  }
  toString = () => this.how;
}
class GoTo implements Command {
  readonly fraction: number;
  constructor(fraction: number) {
    this.fraction = fraction;
  }
  check = () => true;
  run(model: Model): void {
    model.position = Math.round(this.fraction * (model.states.length - 1));
    model.real.store.goTo(model.dropped + model.position);
    model.check();
    assert.throws(() => model.real.store.goTo(model.dropped - 1), RangeError);
    assert.throws(() => model.real.store.goTo(model.dropped + model.states.length), RangeError);
  }
  toString = () => `goTo(${this.fraction})`;
}
class Trial implements Command {
  readonly writes: readonly (readonly [Cell, number])[];
  constructor(writes: readonly (readonly [Cell, number])[]) {
    this.writes = writes;
  }
  check = () => true;
  run(model: Model): void {
    const { real } = model;
    real.store.trial(() => {
      for (const [at, v] of this.writes) real.set(at, v);
      assert.deepEqual([real.store.hashLow, real.store.hashHigh], real.store.computeHash());
    });
    model.check();
  }
  toString = () => `trial(${JSON.stringify(this.writes)})`;
}
class Drop implements Command {
  readonly fraction: number;
  constructor(fraction: number) {
    this.fraction = fraction;
  }
  check = () => true;
  run(model: Model): void {
    const count = Math.round(this.fraction * model.position);
    model.real.store.dropBefore(model.dropped + count);
    model.states = model.states.slice(count);
    model.position -= count;
    model.dropped += count;
    model.check();
  }
  toString = () => `drop(${this.fraction})`;
}
class SnapshotAndRestore implements Command {
  check = () => true;
  run(model: Model): void {
    const snapshot = model.real.store.snapshot();
    const other = new TestStore();
    other.set({ column: 0, space: 0, index: 7 }, 5);
    other.store.restore(snapshot);
    for (const [at, v] of model.present.values()) assert.equal(other.get(at), v);
    assert.equal(other.get({ column: 0, space: 0, index: 7 }), model.real.get({ column: 0, space: 0, index: 7 }));
    assert.deepEqual([other.store.hashLow, other.store.hashHigh], other.store.computeHash());
    assert.deepEqual(
      [other.store.hashLow, other.store.hashHigh],
      [model.real.store.hashLow, model.real.store.hashHigh],
    );
    model.check();
  }
  toString = () => "snapshot";
}

const writes = fc.array(fc.tuple(cell, value), { maxLength: 5 });
const fraction = fc.constantFrom(0, 0.25, 0.5, 0.75, 1);
const commands = fc.commands(
  [
    writes.map((list) => new Step(list)),
    writes.map((list) => new Step(list)),
    writes.map((list) => new Trial(list)),
    fc.constantFrom("undo" as const, "redo" as const, "rollback" as const).map((how) => new Move(how)),
    fraction.map((f) => new GoTo(f)),
    fraction.map((f) => new Drop(f)),
    fc.constant(new SnapshotAndRestore()),
  ],
  { maxCommands: 40, size: "max" },
);

test("history is what was done, wherever one goes in it; the hash is that of the cells", () => {
  fc.assert(
    fc.property(commands, (list) => {
      const model = new Model();
      fc.modelRun(() => ({ model, real: model.real }), list);
    }),
    { numRuns: 300 },
  );
});

test("the same contents have the same hash, in whatever order they came about", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(cell, value), { selector: ([c]) => keyOf(c) }), fc.nat(), (list, turn) => {
      const one = new TestStore();
      const other = new TestStore();
      for (const [at, v] of list) one.set(at, v);
      for (const [at] of list) other.set(at, 1);
      const rotated = [...list.slice(turn % (list.length + 1)), ...list.slice(0, turn % (list.length + 1))];
      for (const [at, v] of rotated) other.set(at, v);
      assert.deepEqual([one.store.hashLow, one.store.hashHigh], [other.store.hashLow, other.store.hashHigh]);
    }),
  );
});

test("which step wrote a cell last, and which cells a run of steps wrote", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.tuple(cell, fc.nat(2)), { maxLength: 3 }), { maxLength: 12 }),
      fc.nat(),
      (steps, n) => {
        const real = new TestStore();
        const changes: Set<string>[] = [];
        const last = new Map<string, number>();
        for (const [i, list] of steps.entries()) {
          real.store.mark();
          const changed = new Set<string>();
          for (const [at, v] of list) {
            if (real.get(at) === v) continue;
            real.set(at, v);
            changed.add(keyOf(at));
            last.set(keyOf(at), i + 1);
          }
          changes.push(changed);
        }
        const nameOf = (column: Column, physical: number): string => {
          const id = real.columns.findIndex((c) => c.id === column.id);
          return isSparse(column)
            ? `${id} ${column.spaceOf(physical)} ${column.indexOf(physical)}`
            : `${id} ${physical}`;
        };
        for (const [i, list] of steps.entries()) {
          for (const [at] of list) {
            const column = real.columns[at.column] as DenseColumn | SparseColumn;
            const physical = isSparse(column) ? column.find(at.space, at.index) : at.index % 100;
            if (physical >= 0) assert.equal(real.store.lastWrite(column, physical), last.get(keyOf(at)), `${i}`);
          }
        }
        const from = steps.length === 0 ? 0 : n % steps.length;
        const seen = new Set<string>();
        real.store.forEachWriteBetween(from, steps.length, (c, physical) => seen.add(nameOf(c, physical)));
        assert.deepEqual([...seen].sort(), [...new Set(changes.slice(from).flatMap((s) => [...s]))].sort());
      },
    ),
  );
});
