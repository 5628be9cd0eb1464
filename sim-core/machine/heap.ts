/**
 * Structs, lists and tables of model code, as cells of the store.
 *
 * A running thread's objects are allocated like a stack: those that a function made are gone when it returns. Those of
 * declared variables are *kept*: they belong to nobody's stack, and each to exactly one variable, element or field. So what is
 * put into one of them is copied, with all that is in it, and what was there before is freed. Ids are canonical: the n-th live
 * object of a thread always has the same id, and a new kept one gets the lowest that is free.
 */
import type { DenseColumn, SparseColumn } from "../store/column.ts";
import { addressWord } from "../store/hash.ts";
import { isMember } from "../store/members.ts";
import type { Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";
import { box, payloadOf, Tag, tagOf } from "../store/value.ts";

const OBJECT_BITS = 16;
/** How many objects one thread may have at once. */
export const OBJECTS_PER_THREAD = 2 ** OBJECT_BITS;
const OBJECT_MASK = OBJECTS_PER_THREAD - 1;
/** How many elements one object may have. */
export const OBJECT_LENGTH = 2 ** 20;
/** Whose the kept objects are, in place of a thread's: the director, which runs no model code, has none of its own. */
export const KEEPER = 0;
/** How deep objects may lie inside one another where they are copied; only one that contains itself gets there. */
const MAX_NESTING = 50;

/** Whether `value` is a list, struct or table. */
export function isObject(value: Value): boolean {
  const tag = tagOf(value);
  return tag === Tag.list || tag === Tag.struct || tag === Tag.table;
}

/** An object with all that is in it, out of the store. */
interface Lifted {
  readonly tag: ObjectTag;
  readonly type: number;
  readonly items: readonly (Value | Lifted)[];
}
type ObjectTag = typeof Tag.list | typeof Tag.struct | typeof Tag.table;

/** An object could not be made or copied; the message says why. */
export class HeapError extends Error {}

/** Objects whose places are remembered at once, by the low bits of their ids. */
const REMEMBERED = 2 ** 8;
/** Elements of an object from the first on that surely stand side by side: those of one chunk. */
const CHUNK_BITS = 3;
const SIDE_BY_SIDE = 2 ** CHUNK_BITS;

export class Heap {
  private readonly lengths: SparseColumn;
  private readonly types: SparseColumn;
  private readonly cells: SparseColumn;
  private readonly tops: DenseColumn;
  // Of objects looked at of late: which one, where its length stands, and its first element. Cells stay where they are.
  private readonly known = new Int32Array(REMEMBERED).fill(-1);
  private readonly lengthCells = new Int32Array(REMEMBERED);
  private readonly firstCells = new Int32Array(REMEMBERED);

  constructor(store: Store) {
    this.lengths = store.sparseInt("heap.length", { chunkBits: 5 });
    this.types = store.sparseInt("heap.type", { chunkBits: 5 });
    this.cells = store.sparseValues("heap.cells", { chunkBits: CHUNK_BITS });
    this.tops = store.int("heap.top");
    this.cells.onPaste = () => this.known.fill(-1);
  }

  /** By id of a kept object: whether it is to stay as it is; undefined while there is none. */
  private guarded: Uint8Array | undefined;
  /** Whether an object that was to stay as it is has been changed in any execution. No state. */
  isGuardBroken = false;
  /** How often one more object was guarded. No state. */
  guards = 0;
  /** Has a kept object be one that should stay as it is. */
  guard(handle: Value): void {
    this.guarded ??= new Uint8Array(OBJECTS_PER_THREAD);
    const id = payloadOf(handle);
    if (this.guarded[id] === 0) this.guards++;
    this.guarded[id] = 1;
  }

  /** Lets all objects be changed again. */
  unguard(): void {
    this.guarded = undefined;
    this.isGuardBroken = false;
  }

  /** How many objects `thread` has: give this to `release` later. */
  top(thread: number): number {
    return this.tops.get(thread);
  }

  /** Makes an object for `thread` (or `KEEPER`), empty. `type` is a struct type's id, or 0. @throws HeapError if it has too many */
  make(thread: number, tag: ObjectTag, type: number): Value {
    const top = this.tops.get(thread);
    let number = top;
    if (thread === KEEPER) for (number = 0; number < top && this.types.get(0, number) !== 0; number++);
    if (number >= OBJECTS_PER_THREAD) throw new HeapError("there are too many lists and structs at once");
    if (number === top) this.tops.set(thread, top + 1);
    const id = thread * OBJECTS_PER_THREAD + number;
    this.types.set(0, id, thread === KEEPER ? type + 1 : type);
    return box(tag, id);
  }

  /** Drops the objects of `thread` from number `top` up. */
  release(thread: number, top: number): void {
    if (thread === KEEPER) return;
    const present = this.tops.get(thread);
    for (let i = present - 1; i >= top; i--) {
      const id = thread * OBJECTS_PER_THREAD + i;
      this.truncate(id, 0);
      this.types.set(0, id, 0);
    }
    if (present > top) this.tops.set(thread, top);
  }

  /** Frees a kept object with all that is in it. */
  private free(handle: Value): void {
    const id = payloadOf(handle);
    this.truncate(id, 0);
    this.types.set(0, id, 0);
    let top = this.tops.get(KEEPER);
    while (top > 0 && this.types.get(0, top - 1) === 0) top--;
    this.tops.set(KEEPER, top);
  }
  /** Whether `value` is an object that is kept. */
  isKept(value: Value): boolean {
    return isObject(value) && payloadOf(value) < OBJECTS_PER_THREAD;
  }

  /** Takes out of the store what `which` says of the objects in `value`; others stay handles. @throws HeapError */
  lift(value: Value, which: (handle: Value) => boolean = () => true, depth = 0): Value | Lifted {
    if (!isObject(value) || !which(value)) return value;
    if (depth > MAX_NESTING) throw new HeapError("a list or struct that contains itself cannot be copied");
    const items: (Value | Lifted)[] = [];
    for (let i = 0; i < this.length(value); i++) items.push(this.lift(this.get(value, i), which, depth + 1));
    return { tag: tagOf(value) as ObjectTag, type: this.typeOf(value), items };
  }
  /** Makes for `thread` what was lifted. @throws HeapError */
  plant(thread: number, lifted: Value | Lifted): Value {
    if (typeof lifted === "number") return lifted;
    const handle = this.make(thread, lifted.tag, lifted.type);
    const id = payloadOf(handle);
    this.lengths.set(0, id, lifted.items.length);
    lifted.items.forEach((item, i) => {
      this.put(id, i, this.plant(thread, item));
    });
    return handle;
  }
  /** `value` as `thread` may hold it where the kept object that it is will be freed: a copy. @throws HeapError */
  planted(thread: number, value: Value): Value {
    return this.isKept(value) ? this.plant(thread, this.lift(value)) : value;
  }
  /** What a place that keeps `old` keeps from now on, for `value`: a copy of it. @throws HeapError */
  replace(old: Value, value: Value): Value {
    if (old === value || !(isObject(value) || isObject(old))) return value;
    const lifted = this.lift(value);
    if (this.isKept(old)) this.free(old);
    return this.plant(KEEPER, lifted);
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
    return this.typeOfId(payloadOf(handle));
  }
  /** The same, by object id. */
  typeOfId(id: number): number {
    return this.types.get(0, id) - (id < OBJECTS_PER_THREAD ? 1 : 0);
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
  /**
   * Where element `index` of object `id` stands in `values`; -1 if the object has no such element, or it was never set and is 0.
   * For the interpreter, which reads little else.
   */
  cellOf(id: number, index: number): number {
    const i = index | 0;
    if ((i !== index && !isMember(index)) || i < 0) return -1;
    if (this.cells.store.reads !== undefined) this.noteElement(id, i);
    const at = id & (REMEMBERED - 1);
    if (i >= SIDE_BY_SIDE || (this.known[at] !== id && !this.remember(id, at))) {
      if (i >= this.lengths.get(0, id)) return -1;
      return this.cells.find(id >>> OBJECT_BITS, (id & OBJECT_MASK) * OBJECT_LENGTH + i);
    }
    if (i >= (this.lengths.ints[this.lengthCells[at] as number] as number)) return -1;
    return (this.firstCells[at] as number) + i;
  }
  /** Element `index` of object `id` is being read, if it has one, and the store notes that. */
  private noteElement(id: number, index: number): void {
    if (index < this.lengths.get(0, id)) this.cells.get(id >>> OBJECT_BITS, (id & OBJECT_MASK) * OBJECT_LENGTH + index);
  }
  /** Notes where object `id` stands; false if it has no cells yet. */
  private remember(id: number, at: number): boolean {
    const length = this.lengths.find(0, id);
    const first = this.cells.find(id >>> OBJECT_BITS, (id & OBJECT_MASK) * OBJECT_LENGTH);
    if (length < 0 || first < 0) return false;
    this.known[at] = id;
    this.lengthCells[at] = length;
    this.firstCells[at] = first;
    return true;
  }
  /** Has each element of a kept list stand under the member with its number (see `members.ts`). */
  placeUnderMembers(list: Value): void {
    const { cells } = this;
    const base = (payloadOf(list) & OBJECT_MASK) * OBJECT_LENGTH;
    for (let i = 0; i < this.length(list); i++)
      cells.placeUnder(i, cells.cellFor(KEEPER, base + i), addressWord(KEEPER, base));
  }
  /** The cells of all objects: not to be kept over a write. */
  get values(): Float64Array {
    return this.cells.values;
  }
  /** The column and the cell in it that hold element `index` of an object; cell -1 if it was never set and is 0. */
  whereIs(handle: Value, index: number): { readonly column: SparseColumn; readonly cell: number } {
    const id = payloadOf(handle);
    return {
      column: this.cells,
      cell: this.cells.find(id >>> OBJECT_BITS, (id & OBJECT_MASK) * OBJECT_LENGTH + index),
    };
  }
  /** Sets element `index` (0 <= index < length); the caller checks the range. @throws HeapError */
  set(handle: Value, index: number, value: Value): void {
    const id = payloadOf(handle);
    this.put(id, index, id < OBJECTS_PER_THREAD ? this.replace(this.get(handle, index), value) : value);
  }
  private put(id: number, index: number, value: Value): void {
    if (this.guarded !== undefined && this.guarded[id] === 1) this.isGuardBroken = true;
    this.cells.set(id >>> OBJECT_BITS, (id & OBJECT_MASK) * OBJECT_LENGTH + index, value);
  }
  /** Makes the object `length` elements long; new ones are 0, dropped ones forgotten. */
  resize(handle: Value, length: number): void {
    const id = payloadOf(handle);
    this.truncate(id, length);
    this.lengths.set(0, id, length);
  }
  /** Appends an element. @throws HeapError */
  push(handle: Value, value: Value): void {
    const id = payloadOf(handle);
    const length = this.lengths.get(0, id);
    if (length >= OBJECT_LENGTH) throw new HeapError(`a list has at most ${OBJECT_LENGTH} elements`);
    this.put(id, length, id < OBJECTS_PER_THREAD ? this.replace(0, value) : value);
    this.lengths.set(0, id, length + 1);
  }
  /** Removes element `index`, closing the gap. */
  remove(handle: Value, index: number): void {
    const id = payloadOf(handle);
    const length = this.length(handle);
    const removed = this.get(handle, index);
    for (let i = index; i + 1 < length; i++) this.put(id, i, this.get(handle, i + 1));
    this.put(id, length - 1, 0);
    this.lengths.set(0, id, length - 1);
    if (id < OBJECTS_PER_THREAD && this.isKept(removed)) this.free(removed);
  }
  /** Makes `to` an element-for-element copy of `from`, for a list that is not kept. */
  copy(from: Value, to: Value): void {
    const length = this.length(from);
    this.resize(to, length);
    for (let i = 0; i < length; i++) this.put(payloadOf(to), i, this.get(from, i));
  }
  /** Makes kept list or table `to` a copy of `from`, with all that is in it. @throws HeapError */
  assign(to: Value, from: Value): void {
    if (to === from) return;
    const lifted = this.lift(from);
    if (typeof lifted === "number") return;
    const id = payloadOf(to);
    this.truncate(id, 0);
    this.lengths.set(0, id, lifted.items.length);
    lifted.items.forEach((item, i) => {
      this.put(id, i, this.plant(KEEPER, item));
    });
  }

  /** Replaces each value that any object holds, other than 0, by what `change` makes of it. */
  changeEach(change: (value: Value) => Value): void {
    const { cells } = this;
    for (let cell = 0; cell < cells.used; cell++) {
      const value = cells.at(cell);
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
  /** Whether a table has ever had a thread or CPU as a key: their order can be seen then. */
  isSortedByThread = false;
  /** Puts `value` under `key`; `undefined` removes the key. @throws HeapError */
  store(table: Value, key: number, value: Value | undefined): void {
    if (tagOf(key) === Tag.thread || tagOf(key) === Tag.cpu) this.isSortedByThread = true;
    const id = payloadOf(table);
    const at = this.find(table, key);
    const length = this.length(table);
    const present = at * 2 < length && this.get(table, at * 2) === key;
    if (value === undefined) {
      if (!present) return;
      this.remove(table, at * 2);
      this.remove(table, at * 2);
      return;
    }
    if (present) {
      this.set(table, at * 2 + 1, value);
      return;
    }
    const kept = id < OBJECTS_PER_THREAD ? this.replace(0, value) : value;
    this.lengths.set(0, id, length + 2);
    for (let i = length - 1; i >= at * 2; i--) this.put(id, i + 2, this.get(table, i));
    this.put(id, at * 2, key);
    this.put(id, at * 2 + 1, kept);
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

  /** Drops the elements from `length` up, and what is kept in them. */
  private truncate(id: number, length: number): void {
    const old = this.lengths.get(0, id);
    if (old > length && this.guarded !== undefined && this.guarded[id] === 1) this.isGuardBroken = true;
    const space = id >>> OBJECT_BITS;
    const base = (id & OBJECT_MASK) * OBJECT_LENGTH;
    for (let i = length; i < old; i++) {
      const value = this.cells.get(space, base + i);
      if (value === 0) continue;
      this.cells.set(space, base + i, 0);
      if (space === KEEPER && this.isKept(value)) this.free(value);
    }
    if (old > length) this.lengths.set(0, id, length);
  }
}
