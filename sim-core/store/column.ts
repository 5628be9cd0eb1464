/**
 * Columns: one field of one kind of thing, for all things of that kind.
 *
 * `DenseColumn` has rows 0, 1, 2 …; `SparseColumn` is addressed by (space, index), such as (process, page number), and keeps
 * chunks only where something was set. Where a chunk lies is layout, not state: the hash of a cell depends on its logical
 * address alone, so the same contents have the same hash however they came about.
 */
import { cellKey, mixHigh, mixLow } from "./hash.ts";
import type { Store } from "./store.ts";

/** Up to this many cells a column doubles when it is full; beyond, it grows by a sixteenth, as memory is what counts then. */
const DOUBLING_LIMIT = 1 << 16;

/** How many cells a column of `present` cells gets that needs `needed`. */
function grownSize(present: number, needed: number): number {
  return Math.max(needed, present < DOUBLING_LIMIT ? present * 2 : present + (present >>> 4));
}

/** The cells of a column: a growing typed array. */
export class IntCells {
  data = new Int32Array(64);
  readonly bytesEach = 4;
  grow(cells: number): void {
    const data = new Int32Array(grownSize(this.data.length, cells));
    data.set(this.data);
    this.data = data;
  }
}
/** Cells that hold values of the language, and their two words for the hash. */
export class FloatCells {
  data = new Float64Array(64);
  readonly bytesEach = 8;
  grow(cells: number): void {
    const data = new Float64Array(grownSize(this.data.length, cells));
    data.set(this.data);
    this.data = data;
  }
}

const scratch = new Float64Array(1);
const scratchWords = new Int32Array(scratch.buffer);

/** What all columns share. Cells are addressed physically by `cell`; subclasses give the logical address. */
export abstract class Column {
  id = -1;
  readonly seed: number;
  readonly store: Store;
  readonly name: string;
  readonly cells: IntCells | FloatCells;
  readonly hashed: boolean;
  /** Bits that a write leaves in `Store.touched`, for whoever looks only at steps that touched certain columns. */
  interest = 0;
  /** Whether cells are 32-bit integers (their second word is 0). */
  protected readonly integer: boolean;

  constructor(store: Store, name: string, cells: IntCells | FloatCells, hashed: boolean) {
    this.store = store;
    this.name = name;
    this.cells = cells;
    this.hashed = hashed;
    this.integer = cells instanceof IntCells;
    let seed = 0x811c9dc5;
    for (let i = 0; i < name.length; i++) seed = Math.imul(seed ^ name.charCodeAt(i), 0x01000193);
    this.seed = seed;
  }

  /** The key under which `cell` enters the hash. */
  protected abstract keyOf(cell: number): number;
  /** Number of cells that may hold something other than 0. */
  abstract get used(): number;
  abstract copy(): unknown;
  abstract paste(copy: unknown): void;

  /** Exchanges `cell`'s value with `value` without journal or hash: undo and redo only. Returns what the cell held. */
  swap(cell: number, value: number): number {
    const data = this.cells.data;
    const old = data[cell] as number;
    data[cell] = value;
    return old;
  }

  /** Writes `cell` with journal and hash. */
  protected write(cell: number, key: number, value: number): void {
    const data = this.cells.data;
    const old = data[cell] as number;
    if (old === value) return;
    const store = this.store;
    store.record(this.id, cell, old);
    store.touched |= this.interest;
    data[cell] = value;
    if (!this.hashed) return;
    let low = store.hashLow;
    let high = store.hashHigh;
    if (this.integer) {
      if (old !== 0) {
        low -= mixLow(key, old, 0);
        high -= mixHigh(key, old, 0);
      }
      if (value !== 0) {
        low += mixLow(key, value, 0);
        high += mixHigh(key, value, 0);
      }
    } else {
      if (old !== 0) {
        scratch[0] = old;
        const w0 = scratchWords[0] as number;
        const w1 = scratchWords[1] as number;
        low -= mixLow(key, w0, w1);
        high -= mixHigh(key, w0, w1);
      }
      if (value !== 0) {
        scratch[0] = value;
        const w0 = scratchWords[0] as number;
        const w1 = scratchWords[1] as number;
        low += mixLow(key, w0, w1);
        high += mixHigh(key, w0, w1);
      }
    }
    store.hashLow = low | 0;
    store.hashHigh = high | 0;
  }

  computeHash(): readonly [number, number] {
    if (!this.hashed) return [0, 0];
    let low = 0;
    let high = 0;
    const data = this.cells.data;
    for (let cell = 0; cell < this.used; cell++) {
      const value = data[cell] as number;
      if (value === 0) continue;
      const key = this.keyOf(cell);
      scratch[0] = value;
      const w0 = this.integer ? value : (scratchWords[0] as number);
      const w1 = this.integer ? 0 : (scratchWords[1] as number);
      low = (low + mixLow(key, w0, w1)) | 0;
      high = (high + mixHigh(key, w0, w1)) | 0;
    }
    return [low, high];
  }

  get bytes(): number {
    return this.cells.data.length * this.cells.bytesEach;
  }
}

/** A column with rows 0, 1, 2 …; a row that was never set reads 0. */
export class DenseColumn extends Column {
  private high = 0;

  get(row: number): number {
    const value = this.cells.data[row];
    return value === undefined ? 0 : value;
  }
  set(row: number, value: number): void {
    if (row >= this.high) {
      if (row >= this.cells.data.length) this.cells.grow(row + 1);
      this.high = row + 1;
    }
    this.write(row, cellKey(this.seed, 0, row), value);
  }
  protected keyOf(cell: number): number {
    return cellKey(this.seed, 0, cell);
  }
  get used(): number {
    return this.high;
  }
  copy(): unknown {
    return this.cells.data.slice(0, this.high);
  }
  paste(copy: unknown): void {
    const from = copy as Int32Array | Float64Array;
    this.cells.data.fill(0);
    if (from.length > this.cells.data.length) this.cells.grow(from.length);
    this.cells.data.set(from);
    this.high = from.length;
  }
}

interface SparseCopy {
  readonly data: Int32Array | Float64Array;
  readonly spaces: readonly number[];
  readonly indexes: readonly number[];
}

/** Indexes of one space are below 2^36 (page numbers of a 47-bit address space fit). */
const SPACE_SPAN = 2 ** 36;

/** A column addressed by (space, index), 0 <= space < 2^16, 0 <= index < 2^36; kept in chunks where something was set. */
export class SparseColumn extends Column {
  private readonly bits: number;
  private readonly size: number;
  private readonly chunks = new Map<number, number>();
  private readonly chunkSpace: number[] = [];
  private readonly chunkIndex: number[] = [];
  // The chunk found last; most accesses go to the same one again.
  private lastKey = -1;
  private lastBase = 0;

  constructor(store: Store, name: string, cells: IntCells | FloatCells, hashed: boolean, chunkBits: number) {
    super(store, name, cells, hashed);
    this.bits = chunkBits;
    this.size = 2 ** chunkBits;
  }

  get(space: number, index: number): number {
    const size = this.size;
    const chunk = Math.floor(index / size);
    const key = space * SPACE_SPAN + chunk;
    let base = this.lastBase;
    if (key !== this.lastKey) {
      const found = this.chunks.get(key);
      if (found === undefined) return 0;
      base = found * size;
      this.lastKey = key;
      this.lastBase = base;
    }
    return this.cells.data[base + (index - chunk * size)] as number;
  }
  set(space: number, index: number, value: number): void {
    const cell = this.cellOf(space, index, value !== 0);
    if (cell < 0) return;
    this.write(cell, cellKey(this.seed, space, index), value);
  }

  /** The physical cell of (space, index); -1 if it has no chunk and `make` is false. */
  cellOf(space: number, index: number, make: boolean): number {
    const size = this.size;
    const chunk = Math.floor(index / size);
    const key = space * SPACE_SPAN + chunk;
    if (key !== this.lastKey) {
      let found = this.chunks.get(key);
      if (found === undefined) {
        if (!make) return -1;
        found = this.chunkSpace.length;
        if ((found + 1) * size > this.cells.data.length) this.cells.grow((found + 1) * size);
        this.chunks.set(key, found);
        this.chunkSpace.push(space);
        this.chunkIndex.push(chunk * size);
      }
      this.lastKey = key;
      this.lastBase = found * size;
    }
    return this.lastBase + (index - chunk * size);
  }
  /** The space of physical cell `cell`. */
  spaceOf(cell: number): number {
    return this.chunkSpace[cell >>> this.bits] as number;
  }
  /** The index of physical cell `cell` within its space. */
  indexOf(cell: number): number {
    return (this.chunkIndex[cell >>> this.bits] as number) + (cell & (this.size - 1));
  }
  /** Calls `visit` with the index and value of each cell of `space` that is not 0, in `[from, to)`; chunks in no set order. */
  forEach(space: number, from: number, to: number, visit: (index: number, value: number) => void): void {
    for (let chunk = 0; chunk < this.chunkSpace.length; chunk++) {
      if (this.chunkSpace[chunk] !== space) continue;
      const first = this.chunkIndex[chunk] as number;
      if (first >= to || first + this.size <= from) continue;
      for (let i = 0; i < this.size; i++) {
        const value = this.cells.data[chunk * this.size + i] as number;
        if (value !== 0 && first + i >= from && first + i < to) visit(first + i, value);
      }
    }
  }
  protected keyOf(cell: number): number {
    return cellKey(this.seed, this.spaceOf(cell), this.indexOf(cell));
  }
  get used(): number {
    return this.chunkSpace.length * this.size;
  }
  copy(): unknown {
    const copy: SparseCopy = {
      data: this.cells.data.slice(0, this.used),
      spaces: this.chunkSpace.slice(),
      indexes: this.chunkIndex.slice(),
    };
    return copy;
  }
  paste(copy: unknown): void {
    const from = copy as SparseCopy;
    this.chunks.clear();
    this.chunkSpace.length = 0;
    this.chunkIndex.length = 0;
    this.lastKey = -1;
    from.spaces.forEach((space, i) => {
      const index = from.indexes[i] as number;
      this.chunks.set(space * SPACE_SPAN + Math.floor(index / this.size), i);
      this.chunkSpace.push(space);
      this.chunkIndex.push(index);
    });
    this.cells.data.fill(0);
    if (from.data.length > this.cells.data.length) this.cells.grow(from.data.length);
    this.cells.data.set(from.data);
  }
}
