/** Columns addressed by (space, index). */
import { ChunkTable } from "./chunk-table.ts";
import type { CellKind } from "./column.ts";
import { Column } from "./column.ts";
import { addressWord } from "./hash.ts";
import type { Store } from "./store.ts";

interface SparseCopy {
  readonly cells: Int32Array | Float64Array;
  /** Space and number of each chunk, in the order of the cells. */
  readonly chunks: readonly (readonly [space: number, number: number])[];
}

/** A column addressed by (space, index), 0 <= space < 2^16, 0 <= index < 2^36; kept in chunks where something was set. */
export abstract class SparseColumn extends Column {
  private readonly bits: number;
  private readonly size: number;
  private readonly mask: number;
  private readonly chunks = new ChunkTable();
  /** Called when a copy was pasted: cells may stand elsewhere than before. Otherwise each stays where it is. */
  onPaste: () => void = () => {};

  constructor(store: Store, name: string, kind: CellKind, hashed: boolean, chunkBits: number) {
    super(store, name, kind, hashed);
    this.bits = chunkBits;
    this.size = 2 ** chunkBits;
    this.mask = this.size - 1;
  }

  abstract get(space: number, index: number): number;
  abstract set(space: number, index: number, value: number): void;

  /** The physical cell of (space, index); -1 if nothing was ever set there or near. */
  find(space: number, index: number): number {
    const cell = this.locate(space, index);
    if (cell < 0) this.store.reads?.noteLayout();
    return cell;
  }
  /** The same, for who notes himself what he reads. */
  protected locate(space: number, index: number): number {
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
  /** The physical cell of (space, index), for which room is made if nothing was ever set there or near. */
  cellFor(space: number, index: number): number {
    const cell = this.locate(space, index);
    return cell < 0 ? this.make(space, index) : cell;
  }
  /** (space, index) is being read, and its store notes that. It gets its cell for it: what is set there later is seen. */
  protected noteAt(space: number, index: number): void {
    if (this.store.reads?.isWhole === true) this.noteRead(this.cellFor(space, index));
  }
  protected make(space: number, index: number): number {
    this.store.layout++;
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
    this.store.reads?.noteLayout();
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
  addressOf(cell: number): number {
    return addressWord(this.spaceOf(cell), this.indexOf(cell));
  }
  get used(): number {
    this.store.reads?.noteLayout();
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
    this.onPaste();
  }
}

class SparseInts extends SparseColumn {
  get(space: number, index: number): number {
    if (this.store.reads !== undefined) this.noteAt(space, index);
    const cell = this.locate(space, index);
    return cell < 0 ? 0 : (this.ints[cell] as number);
  }
  set(space: number, index: number, value: number): void {
    let cell = this.locate(space, index);
    if (cell < 0) {
      if (value === 0) {
        if (this.store.reads !== undefined) this.noteAt(space, index);
        return;
      }
      cell = this.make(space, index);
    }
    this.writeInt(cell, addressWord(space, index), value);
  }
}

class SparseValues extends SparseColumn {
  get(space: number, index: number): number {
    if (this.store.reads !== undefined) this.noteAt(space, index);
    const cell = this.locate(space, index);
    return cell < 0 ? 0 : (this.values[cell] as number);
  }
  set(space: number, index: number, value: number): void {
    let cell = this.locate(space, index);
    if (cell < 0) {
      if (value === 0) {
        if (this.store.reads !== undefined) this.noteAt(space, index);
        return;
      }
      cell = this.make(space, index);
    }
    this.writeValue(cell, addressWord(space, index), value);
  }
}

/** A new sparse column of `store` with chunks of 2^chunkBits cells; `Store.sparseInt` and `Store.sparseValues` make them. */
export function sparseColumn(
  store: Store,
  name: string,
  kind: CellKind,
  hashed: boolean,
  chunkBits: number,
): SparseColumn {
  if (kind === "int") return new SparseInts(store, name, kind, hashed, chunkBits);
  return new SparseValues(store, name, kind, hashed, chunkBits);
}
