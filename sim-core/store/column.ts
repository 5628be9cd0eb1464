/**
 * Columns: one field of one kind of thing, for all things of that kind.
 *
 * `DenseColumn` has rows 0, 1, 2 …; `SparseColumn` is addressed by (space, index), such as (process, page number), and keeps
 * chunks only where something was set. Where a chunk lies is layout, not state: the hash of a cell depends on its logical
 * address alone, so the same contents have the same hash however they came about.
 *
 * A column holds 32-bit integers or values (see `value.ts`), in an array of its own for each: code that works on both is not
 * one piece of machine code for two kinds of array.
 */
import { ChunkTable } from "./chunk-table.ts";
import { addressWord, foldHigh, foldLow, keyHigh, keyLow, mixHigh, mixLow, seedOf } from "./hash.ts";
import { cellWord, MAX_CELLS } from "./journal.ts";
import type { Store } from "./store.ts";

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

const scratch = new Float64Array(1);
const scratchWords = new Int32Array(scratch.buffer);

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
  protected abstract addressOf(cell: number): number;
  /** Number of cells that may hold something other than 0. */
  abstract get used(): number;
  abstract copy(): unknown;
  abstract paste(copy: unknown): void;

  /** What physical cell `cell` holds (0 <= cell < used). */
  at(cell: number): number {
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

  /** Writes `cell`, whose logical address is `address`, with journal and hash. */
  protected write(cell: number, address: number, value: number): void {
    const { store } = this;
    if (this.integer) {
      const { ints } = this;
      const old = ints[cell] as number;
      if (old === value) return;
      store.journal.append(cellWord(this.id, cell), old);
      store.touched |= this.interest;
      ints[cell] = value;
      if (!this.hashed) return;
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
      return;
    }
    const { values } = this;
    const old = values[cell] as number;
    if (old === value) return;
    store.journal.append(cellWord(this.id, cell), old);
    store.touched |= this.interest;
    values[cell] = value;
    if (!this.hashed) return;
    const low = keyLow(this.seedLow, address);
    const high = keyHigh(this.seedHigh, address);
    let sumLow = store.hashLow;
    let sumHigh = store.hashHigh;
    if (old !== 0) {
      scratch[0] = old;
      const w0 = scratchWords[0] as number;
      const w1 = scratchWords[1] as number;
      sumLow -= mixLow(low, foldLow(w0, w1));
      sumHigh -= mixHigh(high, foldHigh(w0, w1));
    }
    if (value !== 0) {
      scratch[0] = value;
      const w0 = scratchWords[0] as number;
      const w1 = scratchWords[1] as number;
      sumLow += mixLow(low, foldLow(w0, w1));
      sumHigh += mixHigh(high, foldHigh(w0, w1));
    }
    store.hashLow = sumLow | 0;
    store.hashHigh = sumHigh | 0;
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
      scratch[0] = value;
      const w0 = scratchWords[0] as number;
      const w1 = scratchWords[1] as number;
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

/** A column with rows 0, 1, 2 …; a row that was never set reads 0. */
export class DenseColumn extends Column {
  private rows = 0;

  get(row: number): number {
    if (row >= this.rows) return 0;
    return (this.integer ? this.ints[row] : this.values[row]) as number;
  }
  set(row: number, value: number): void {
    if (row >= this.rows) {
      if (row >= this.capacity) this.reserve(row + 1);
      this.rows = row + 1;
    }
    this.write(row, row, value);
  }
  protected addressOf(cell: number): number {
    return cell;
  }
  get used(): number {
    return this.rows;
  }
  copy(): unknown {
    return this.copyCells();
  }
  paste(copy: unknown): void {
    const from = copy as Int32Array | Float64Array;
    this.pasteCells(from);
    this.rows = from.length;
  }
}

interface SparseCopy {
  readonly cells: Int32Array | Float64Array;
  /** Space and number of each chunk, in the order of the cells. */
  readonly chunks: readonly (readonly [space: number, number: number])[];
}

/** A column addressed by (space, index), 0 <= space < 2^16, 0 <= index < 2^36; kept in chunks where something was set. */
export class SparseColumn extends Column {
  private readonly bits: number;
  private readonly size: number;
  private readonly mask: number;
  private readonly chunks = new ChunkTable();

  constructor(store: Store, name: string, kind: CellKind, hashed: boolean, chunkBits: number) {
    super(store, name, kind, hashed);
    this.bits = chunkBits;
    this.size = 2 ** chunkBits;
    this.mask = this.size - 1;
  }

  get(space: number, index: number): number {
    const cell = this.find(space, index);
    if (cell < 0) return 0;
    return (this.integer ? this.ints[cell] : this.values[cell]) as number;
  }
  set(space: number, index: number, value: number): void {
    let cell = this.find(space, index);
    if (cell < 0) {
      if (value === 0) return;
      cell = this.make(space, index);
    }
    this.write(cell, addressWord(space, index), value);
  }

  /** The physical cell of (space, index); -1 if nothing was ever set there or near. */
  find(space: number, index: number): number {
    const { bits, mask } = this;
    const small = index | 0;
    if (small === index) {
      const chunk = this.chunks.findSmall(space, small >> bits);
      return chunk < 0 ? -1 : (chunk << bits) | (small & mask);
    }
    const number = Math.floor(index / this.size);
    const chunk = this.chunks.findLarge(space, number);
    return chunk < 0 ? -1 : chunk * this.size + (index - number * this.size);
  }
  private make(space: number, index: number): number {
    const number = Math.floor(index / this.size);
    const chunk = this.chunks.add(space, number);
    this.reserve((chunk + 1) * this.size);
    return chunk * this.size + (index - number * this.size);
  }
  /** The space of physical cell `cell`. */
  spaceOf(cell: number): number {
    return this.chunks.spaceOf(cell >>> this.bits);
  }
  /** The index of physical cell `cell` within its space. */
  indexOf(cell: number): number {
    return this.chunks.numberOf(cell >>> this.bits) * this.size + (cell & this.mask);
  }
  /** Calls `visit` with the index and value of each cell of `space` that is not 0, in `[from, to)`; chunks in no set order. */
  forEach(space: number, from: number, to: number, visit: (index: number, value: number) => void): void {
    for (let chunk = 0; chunk < this.chunks.length; chunk++) {
      if (this.chunks.spaceOf(chunk) !== space) continue;
      const first = this.chunks.numberOf(chunk) * this.size;
      if (first >= to || first + this.size <= from) continue;
      for (let i = 0; i < this.size; i++) {
        const value = this.at(chunk * this.size + i);
        if (value !== 0 && first + i >= from && first + i < to) visit(first + i, value);
      }
    }
  }
  protected addressOf(cell: number): number {
    return addressWord(this.spaceOf(cell), this.indexOf(cell));
  }
  get used(): number {
    return this.chunks.length * this.size;
  }
  copy(): unknown {
    const { chunks } = this;
    const copy: SparseCopy = {
      cells: this.copyCells(),
      chunks: Array.from({ length: chunks.length }, (_, i) => [chunks.spaceOf(i), chunks.numberOf(i)]),
    };
    return copy;
  }
  paste(copy: unknown): void {
    const from = copy as SparseCopy;
    this.chunks.clear();
    for (const [space, number] of from.chunks) this.chunks.add(space, number);
    this.pasteCells(from.cells);
  }
}
