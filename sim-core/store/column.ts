/**
 * Columns: one field of one kind of thing, for all things of that kind.
 *
 * `DenseColumn` has rows 0, 1, 2 …; `SparseColumn` is addressed by (space, index), such as (process, page number), and keeps
 * chunks only where something was set. Where a chunk lies is layout, not state: the hash of a cell depends on its logical
 * address alone, so the same contents have the same hash however they came about.
 *
 * A column holds 32-bit integers or values (see `value.ts`). There is a class for each: reading an integer is then one
 * instruction, while code for both would reckon with floating-point numbers throughout.
 */
import { foldHigh, foldLow, keyHigh, keyLow, mixHigh, mixLow, seedOf } from "./hash.ts";
import { cellWord, MAX_CELLS } from "./journal.ts";
import type { Members } from "./members.ts";
import { isMember, MEMBER_WORD } from "./members.ts";
import type { Store } from "./store.ts";
import { payloadOf } from "./value.ts";

export type { DenseColumn } from "./dense-column.ts";
export type { SparseColumn } from "./sparse-column.ts";

/** What the cells of a column hold. */
export type CellKind = "int" | "value";

/** Cells of a column at first. */
const FIRST_CELLS = 64;
/** Up to this many cells a column doubles when it is full; beyond, it grows by a sixteenth, as memory is what counts then. */
const DOUBLING_LIMIT = 1 << 16;

/** A column has no room for more cells. */
export class StoreFullError extends Error {}

/** How many cells a column of `present` cells gets that needs `needed`. */
function grownSize(present: number, needed: number): number {
  return Math.max(needed, present < DOUBLING_LIMIT ? present * 2 : present + (present >>> 4));
}

const NO_MEMBERS = new Int16Array(0);
const NO_ADDRESSES = new Int32Array(0);

/** The old and the new value of a write, and their words. Passed so, values need not be made into objects for a call. */
const pair = new Float64Array(2);
const pairWords = new Int32Array(pair.buffer);

/** What the value whose words stand at `from` in `pair` is in the first half of the hash, under `key`. */
function pairLow(key: number, from: number): number {
  const word0 = pairWords[from] as number;
  const word1 = pairWords[from + 1] as number;
  return (word0 | word1) === 0 ? 0 : mixLow(key, foldLow(word0, word1));
}
/** The same for the second half. */
function pairHigh(key: number, from: number): number {
  const word0 = pairWords[from] as number;
  const word1 = pairWords[from + 1] as number;
  return (word0 | word1) === 0 ? 0 : mixHigh(key, foldHigh(word0, word1));
}

/** What all columns share. Cells are addressed physically by `cell`; subclasses give the logical address. */
export abstract class Column {
  id = -1;
  readonly store: Store;
  readonly name: string;
  readonly hashed: boolean;
  /** Bits that a write leaves in `Store.touched`, for whoever looks only at steps that touched certain columns. */
  interest = 0;
  /** The cells: whoever reads them here must not keep the array over a write, which may replace it. One of the two is empty. */
  ints: Int32Array;
  values: Float64Array;
  /**
   * By cell: the member (see `members.ts`) that it stands under, plus 1, and the address that it has in that member's hash. Both
   * empty where no cell does.
   */
  private memberOf: Int16Array = NO_MEMBERS;
  private memberAddress: Int32Array = NO_ADDRESSES;
  protected readonly integer: boolean;
  private readonly seedLow: number;
  private readonly seedHigh: number;

  constructor(store: Store, name: string, kind: CellKind, hashed: boolean) {
    this.store = store;
    this.name = name;
    this.hashed = hashed;
    this.integer = kind === "int";
    this.ints = new Int32Array(this.integer ? FIRST_CELLS : 0);
    this.values = new Float64Array(this.integer ? 0 : FIRST_CELLS);
    this.seedLow = seedOf(name, 0x811c9dc5);
    this.seedHigh = seedOf(name, 0x2b7e1516);
  }

  /** The logical address of `cell`, as `addressWord` makes it. */
  abstract addressOf(cell: number): number;
  /** Number of cells that may hold something other than 0. */
  abstract get used(): number;
  abstract copy(): unknown;
  abstract paste(copy: unknown): void;

  /** `cell` is being read, and the store notes that. */
  protected noteRead(cell: number): void {
    this.store.reads?.note(cellWord(this.id, cell), (this.integer ? this.ints[cell] : this.values[cell]) as number);
  }
  /** What physical cell `cell` holds (0 <= cell < used). */
  at(cell: number): number {
    if (this.store.reads !== undefined) this.noteRead(cell);
    return (this.integer ? this.ints[cell] : this.values[cell]) as number;
  }
  /** Number of cells that there is room for. */
  get capacity(): number {
    return this.integer ? this.ints.length : this.values.length;
  }
  /** Makes room for `cells` cells. */
  reserve(cells: number): void {
    const present = this.capacity;
    if (cells <= present) return;
    if (cells > MAX_CELLS)
      throw new StoreFullError(`the simulation is too large: there is no room for more ${this.name}`);
    const size = Math.min(grownSize(present, cells), MAX_CELLS);
    if (this.integer) {
      const ints = new Int32Array(size);
      ints.set(this.ints);
      this.ints = ints;
    } else {
      const values = new Float64Array(size);
      values.set(this.values);
      this.values = values;
    }
  }

  /** Exchanges `cell`'s value with `value` without journal or hash: undo and redo only. Returns what the cell held. */
  swap(cell: number, value: number): number {
    if (this.integer) {
      const { ints } = this;
      const old = ints[cell] as number;
      ints[cell] = value;
      return old;
    }
    const { values } = this;
    const old = values[cell] as number;
    values[cell] = value;
    return old;
  }

  /** Writes physical cell `cell` (0 <= cell < used) with journal and hash. */
  write(cell: number, value: number): void {
    if (this.integer) this.writeInt(cell, this.addressOf(cell), value);
    else this.writeValue(cell, this.addressOf(cell), value);
  }

  /** Writes `cell` of a column of integers, whose logical address is `address`, with journal and hash. */
  protected writeInt(cell: number, address: number, value: number): void {
    const { store, ints } = this;
    const old = ints[cell] as number;
    if (store.reads !== undefined) store.reads.note(cellWord(this.id, cell), old);
    if (old === value) return;
    store.journal.append(cellWord(this.id, cell), old);
    store.touched |= this.interest;
    ints[cell] = value;
    if (!this.hashed) return;
    if (store.members !== undefined && cell < this.memberOf.length && this.memberOf[cell] !== 0) {
      this.rehashMember(store.members, cell, old, value);
      return;
    }
    const low = keyLow(this.seedLow, address);
    const high = keyHigh(this.seedHigh, address);
    let sumLow = store.hashLow;
    let sumHigh = store.hashHigh;
    if (old !== 0) {
      sumLow -= mixLow(low, old);
      sumHigh -= mixHigh(high, old);
    }
    if (value !== 0) {
      sumLow += mixLow(low, value);
      sumHigh += mixHigh(high, value);
    }
    store.hashLow = sumLow | 0;
    store.hashHigh = sumHigh | 0;
  }
  /** The same for a column of values. */
  protected writeValue(cell: number, address: number, value: number): void {
    const { store, values } = this;
    const old = values[cell] as number;
    if (store.reads !== undefined) store.reads.note(cellWord(this.id, cell), old);
    if (old === value) return;
    store.journal.append(cellWord(this.id, cell), old);
    store.touched |= this.interest;
    values[cell] = value;
    if (!this.hashed) return;
    pair[0] = old;
    pair[1] = value;
    if (store.members === undefined) this.rehash(address);
    else this.rehashAmong(store.members, cell, address);
  }
  /** Brings the hash up to date after the cell at `address` changed from the first to the second value of `pair`. */
  private rehash(address: number): void {
    const { store } = this;
    const low = keyLow(this.seedLow, address);
    const high = keyHigh(this.seedHigh, address);
    let sumLow = store.hashLow;
    let sumHigh = store.hashHigh;
    const old0 = pairWords[0] as number;
    const old1 = pairWords[1] as number;
    if ((old0 | old1) !== 0) {
      sumLow -= mixLow(low, foldLow(old0, old1));
      sumHigh -= mixHigh(high, foldHigh(old0, old1));
    }
    const new0 = pairWords[2] as number;
    const new1 = pairWords[3] as number;
    if ((new0 | new1) !== 0) {
      sumLow += mixLow(low, foldLow(new0, new1));
      sumHigh += mixHigh(high, foldHigh(new0, new1));
    }
    store.hashLow = sumLow | 0;
    store.hashHigh = sumHigh | 0;
  }

  /** The same where members have hashes of their own. */
  private rehashAmong(members: Members, cell: number, address: number): void {
    const old = pair[0] as number;
    const now = pair[1] as number;
    const owner = cell < this.memberOf.length ? (this.memberOf[cell] as number) : 0;
    if (owner === 0 && !isMember(old) && !isMember(now)) {
      this.rehash(address);
      return;
    }
    const at = owner === 0 ? address : (this.memberAddress[cell] as number);
    const low = keyLow(this.seedLow, at);
    const high = keyHigh(this.seedHigh, at);
    if (owner !== 0) {
      members.add(owner - 1, pairLow(low, 2) - pairLow(low, 0), pairHigh(high, 2) - pairHigh(high, 0));
      return;
    }
    let sumLow = 0;
    let sumHigh = 0;
    if (isMember(old)) members.add(payloadOf(old), -mixLow(low, MEMBER_WORD), -mixHigh(high, MEMBER_WORD));
    else {
      sumLow -= pairLow(low, 0);
      sumHigh -= pairHigh(high, 0);
    }
    if (isMember(now)) members.add(payloadOf(now), mixLow(low, MEMBER_WORD), mixHigh(high, MEMBER_WORD));
    else {
      sumLow += pairLow(low, 2);
      sumHigh += pairHigh(high, 2);
    }
    const { store } = this;
    store.hashLow = (store.hashLow + sumLow) | 0;
    store.hashHigh = (store.hashHigh + sumHigh) | 0;
  }
  /** The same for a cell of integers that stands under a member. */
  private rehashMember(members: Members, cell: number, old: number, value: number): void {
    const address = this.memberAddress[cell] as number;
    const low = keyLow(this.seedLow, address);
    const high = keyHigh(this.seedHigh, address);
    const addLow = (value === 0 ? 0 : mixLow(low, value)) - (old === 0 ? 0 : mixLow(low, old));
    const addHigh = (value === 0 ? 0 : mixHigh(high, value)) - (old === 0 ? 0 : mixHigh(high, old));
    members.add((this.memberOf[cell] as number) - 1, addLow, addHigh);
  }
  /** From now on `cell`, which is hashed, stands under `member`, and counts in its hash as the cell at `address` would. */
  placeUnder(member: number, cell: number, address: number): void {
    const { store } = this;
    const value = this.at(cell);
    this.write(cell, 0);
    if (cell >= this.memberOf.length) {
      const memberOf = new Int16Array(this.capacity);
      const memberAddress = new Int32Array(this.capacity);
      memberOf.set(this.memberOf);
      memberAddress.set(this.memberAddress);
      this.memberOf = memberOf;
      this.memberAddress = memberAddress;
    }
    this.memberOf[cell] = member + 1;
    this.memberAddress[cell] = address;
    if (store.members === undefined) throw new RangeError("there are no members to stand under");
    this.write(cell, value);
  }

  /** What a cell at `address` that holds `value` adds to the first half of the hash. */
  shareLow(address: number, value: number): number {
    if (this.integer) return value === 0 ? 0 : mixLow(keyLow(this.seedLow, address), value);
    pair[0] = value;
    return pairLow(keyLow(this.seedLow, address), 0);
  }
  /** The same for the second half. */
  shareHigh(address: number, value: number): number {
    if (this.integer) return value === 0 ? 0 : mixHigh(keyHigh(this.seedHigh, address), value);
    pair[0] = value;
    return pairHigh(keyHigh(this.seedHigh, address), 0);
  }

  /** The column's share of the hash, computed anew. */
  computeHash(): readonly [number, number] {
    if (!this.hashed) return [0, 0];
    let sumLow = 0;
    let sumHigh = 0;
    for (let cell = 0; cell < this.used; cell++) {
      const value = this.at(cell);
      if (value === 0) continue;
      const address = this.addressOf(cell);
      pair[0] = value;
      const w0 = pairWords[0] as number;
      const w1 = pairWords[1] as number;
      const wordLow = this.integer ? value : foldLow(w0, w1);
      const wordHigh = this.integer ? value : foldHigh(w0, w1);
      sumLow = (sumLow + mixLow(keyLow(this.seedLow, address), wordLow)) | 0;
      sumHigh = (sumHigh + mixHigh(keyHigh(this.seedHigh, address), wordHigh)) | 0;
    }
    return [sumLow, sumHigh];
  }

  /** Bytes of the cells as allocated. */
  get bytes(): number {
    return this.ints.byteLength + this.values.byteLength;
  }

  protected copyCells(): Int32Array | Float64Array {
    return this.integer ? this.ints.slice(0, this.used) : this.values.slice(0, this.used);
  }
  protected pasteCells(from: Int32Array | Float64Array): void {
    this.ints.fill(0);
    this.values.fill(0);
    this.reserve(from.length);
    (this.integer ? this.ints : this.values).set(from);
  }
}
