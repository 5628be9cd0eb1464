/**
 * Structs, lists and tables of model code, as cells of the store.
 *
 * A running thread's objects are allocated like a stack: those that a function made are gone when it returns. Objects of
 * declared variables live for good. Ids are canonical: the n-th live object of a thread always has the same id.
 */
import type { DenseColumn, SparseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import type { Tag, Value } from "../store/value.ts";
import { box, payloadOf } from "../store/value.ts";

const OBJECT_BITS = 16;
/** How many objects one thread may have at once. */
export const OBJECTS_PER_THREAD = 2 ** OBJECT_BITS;
const OBJECT_MASK = OBJECTS_PER_THREAD - 1;
/** How many elements one object may have. */
export const OBJECT_LENGTH = 2 ** 20;

export class Heap {
  private readonly lengths: SparseColumn;
  private readonly types: SparseColumn;
  private readonly cells: SparseColumn;
  private readonly tops: DenseColumn;

  constructor(store: Store) {
    this.lengths = store.sparseInt("heap.length", { chunkBits: 5 });
    this.types = store.sparseInt("heap.type", { chunkBits: 5 });
    this.cells = store.sparseValues("heap.cells", { chunkBits: 3 });
    this.tops = store.int("heap.top");
  }

  /** How many objects `thread` has: give this to `release` later. */
  top(thread: number): number {
    return this.tops.get(thread);
  }

  /**
   * Makes an object for `thread`, empty. `type` is a struct type's id, or 0.
   * Returns the object's handle, or undefined if the thread has too many.
   */
  make(thread: number, tag: typeof Tag.list | typeof Tag.struct | typeof Tag.table, type: number): Value | undefined {
    const top = this.tops.get(thread);
    if (top >= OBJECTS_PER_THREAD) return undefined;
    this.tops.set(thread, top + 1);
    const id = thread * OBJECTS_PER_THREAD + top;
    this.types.set(0, id, type);
    return box(tag, id);
  }

  /** Drops the objects of `thread` from number `top` up. */
  release(thread: number, top: number): void {
    const present = this.tops.get(thread);
    for (let i = present - 1; i >= top; i--) {
      const id = thread * OBJECTS_PER_THREAD + i;
      this.truncate(id, 0);
      this.types.set(0, id, 0);
    }
    if (present > top) this.tops.set(thread, top);
  }

  /** The thread whose object this is, by object id. */
  ownerOf(id: number): number {
    return id >>> OBJECT_BITS;
  }
  /** How many objects its thread had when it was made, by object id. */
  numberOf(id: number): number {
    return id & OBJECT_MASK;
  }
  /** The struct type of an object. */
  typeOf(handle: Value): number {
    return this.types.get(0, payloadOf(handle));
  }
  /** Number of elements (lists), fields (structs) or twice the number of keys (tables). */
  length(handle: Value): number {
    return this.lengths.get(0, payloadOf(handle));
  }
  /** Element `index` (0 <= index < length); the caller checks the range. */
  get(handle: Value, index: number): Value {
    const id = payloadOf(handle);
    return this.cells.get(id >>> OBJECT_BITS, (id & OBJECT_MASK) * OBJECT_LENGTH + index);
  }
  set(handle: Value, index: number, value: Value): void {
    const id = payloadOf(handle);
    this.cells.set(id >>> OBJECT_BITS, (id & OBJECT_MASK) * OBJECT_LENGTH + index, value);
  }
  /** Makes the object `length` elements long; new ones are 0, dropped ones forgotten. */
  resize(handle: Value, length: number): void {
    const id = payloadOf(handle);
    this.truncate(id, length);
    this.lengths.set(0, id, length);
  }
  push(handle: Value, value: Value): void {
    const length = this.length(handle);
    this.set(handle, length, value);
    this.lengths.set(0, payloadOf(handle), length + 1);
  }
  /** Removes element `index`, closing the gap; returns it. */
  remove(handle: Value, index: number): Value {
    const length = this.length(handle);
    const removed = this.get(handle, index);
    for (let i = index; i + 1 < length; i++) this.set(handle, i, this.get(handle, i + 1));
    this.resize(handle, length - 1);
    return removed;
  }
  /** Makes `to` an element-for-element copy of `from`. */
  copy(from: Value, to: Value): void {
    const length = this.length(from);
    this.resize(to, length);
    for (let i = 0; i < length; i++) this.set(to, i, this.get(from, i));
  }

  /** Replaces each value that any object holds, other than 0, by what `change` makes of it. */
  changeEach(change: (value: Value) => Value): void {
    const { cells } = this;
    for (let cell = 0; cell < cells.used; cell++) {
      const value = cells.cells.data[cell] as Value;
      if (value === 0) continue;
      const now = change(value);
      if (now !== value) cells.set(cells.spaceOf(cell), cells.indexOf(cell), now);
    }
  }

  /** The value under integer `key` of a table, or undefined. Keys are kept sorted, so equal tables are equal states. */
  lookup(table: Value, key: number): Value | undefined {
    const at = this.find(table, key);
    return at * 2 < this.length(table) && this.get(table, at * 2) === key ? this.get(table, at * 2 + 1) : undefined;
  }
  /** Puts `value` under `key`; `undefined` removes the key. */
  store(table: Value, key: number, value: Value | undefined): void {
    const at = this.find(table, key);
    const length = this.length(table);
    const present = at * 2 < length && this.get(table, at * 2) === key;
    if (value === undefined) {
      if (present) {
        for (let i = at * 2; i + 2 < length; i++) this.set(table, i, this.get(table, i + 2));
        this.resize(table, length - 2);
      }
      return;
    }
    if (!present) {
      this.resize(table, length + 2);
      for (let i = length - 1; i >= at * 2; i--) this.set(table, i + 2, this.get(table, i));
      this.set(table, at * 2, key);
    }
    this.set(table, at * 2 + 1, value);
  }
  private find(table: Value, key: number): number {
    let low = 0;
    let high = this.length(table) / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.get(table, middle * 2) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private truncate(id: number, length: number): void {
    const old = this.lengths.get(0, id);
    const base = (id & OBJECT_MASK) * OBJECT_LENGTH;
    for (let i = length; i < old; i++) this.cells.set(id >>> OBJECT_BITS, base + i, 0);
    if (old > length) this.lengths.set(0, id, length);
  }
}
