/**
 * The journal: one record a write, with the cell and the value on the other side of the present (what it held before; once it was
 * undone, what it will hold again). Records stand in chunks, so that a long history is neither copied nor doubled as it grows.
 */
import type { Column } from "./column.ts";

/** Of the word that names a cell, the low bits that say which one of its column; the others name the column. */
export const CELL_BITS = 25;
export const CELL_MASK = 2 ** CELL_BITS - 1;
/** How many cells a column and how many columns a store may have: a record names both in one word. */
export const MAX_CELLS = 2 ** CELL_BITS;
export const MAX_COLUMNS = 127;

/** Records stand in chunks of so many. */
export const CHUNK_BITS = 15;
export const CHUNK = 2 ** CHUNK_BITS;
const CHUNK_MASK = CHUNK - 1;
/** Records that the first chunk has room for at first: most simulations are short. */
const FIRST = 2 ** 10;
const RECORD_BYTES = 12;

/** The word that names cell `cell` of column `column`. */
export function cellWord(column: number, cell: number): number {
  return (column << CELL_BITS) | cell;
}

/** One write, as visitors are told of it; `other` is what the record holds: what the cell had before it, or after if undone. */
export type WriteVisitor = (column: Column, cell: number, other: number) => void;

export class Journal {
  private readonly columns: readonly Column[];
  private readonly cells: Int32Array[] = [new Int32Array(FIRST)];
  private readonly values: Float64Array[] = [new Float64Array(FIRST)];
  private count = 0;
  // The chunk that the next record goes to, and the number of records at which it is full.
  private chunk = 0;
  private chunkCells = this.cells[0] as Int32Array;
  private chunkValues = this.values[0] as Float64Array;
  private full = FIRST;

  constructor(columns: readonly Column[]) {
    this.columns = columns;
  }

  /** Number of records up to the present. */
  get length(): number {
    return this.count;
  }
  /** Makes records from `length` on be written over; records behind it stay readable until then. */
  set length(length: number) {
    this.count = length;
    const chunk = Math.min(length >>> CHUNK_BITS, this.cells.length - 1);
    if (chunk !== this.chunk) this.enter(chunk);
  }
  /** Bytes that `records` records take. */
  static bytesOf(records: number): number {
    return records * RECORD_BYTES;
  }
  /** Bytes that are allocated. */
  get bytes(): number {
    return Journal.bytesOf(this.cells.reduce((sum, chunk) => sum + chunk.length, 0));
  }

  /** Appends: the cell that `word` names held `old`. */
  append(word: number, old: number): void {
    if (this.count === this.full) this.nextChunk();
    const at = this.count++ & CHUNK_MASK;
    this.chunkCells[at] = word;
    this.chunkValues[at] = old;
  }
  /** The words of the records of a chunk, and their values. */
  cellsOf(chunk: number): Int32Array {
    return this.cells[chunk] as Int32Array;
  }
  valuesOf(chunk: number): Float64Array {
    return this.values[chunk] as Float64Array;
  }
  /** The word of record `at`. */
  wordOf(at: number): number {
    return (this.cells[at >>> CHUNK_BITS] as Int32Array)[at & CHUNK_MASK] as number;
  }

  /** Takes back the records from `from` to the present, the last first. They lead forward again after that. */
  undo(from: number): void {
    for (let to = this.count; to > from; ) {
      const first = Math.max(from, (to - 1) & ~CHUNK_MASK);
      const cells = this.cells[first >>> CHUNK_BITS] as Int32Array;
      const values = this.values[first >>> CHUNK_BITS] as Float64Array;
      const { columns } = this;
      for (let i = (to - 1) & CHUNK_MASK; i >= (first & CHUNK_MASK); i--) {
        const word = cells[i] as number;
        values[i] = (columns[word >>> CELL_BITS] as Column).swap(word & CELL_MASK, values[i] as number);
      }
      to = first;
    }
    this.length = from;
  }
  /** Does again the records from the present up to `to`. */
  redo(to: number): void {
    for (let from = this.count; from < to; ) {
      const cells = this.cells[from >>> CHUNK_BITS] as Int32Array;
      const values = this.values[from >>> CHUNK_BITS] as Float64Array;
      const end = Math.min(to, (from | CHUNK_MASK) + 1);
      for (let at = from; at < end; at++) {
        const i = at & CHUNK_MASK;
        const word = cells[i] as number;
        const column = this.columns[word >>> CELL_BITS] as Column;
        values[i] = column.swap(word & CELL_MASK, values[i] as number);
      }
      from = end;
    }
    this.length = to;
  }

  private recordedAt(at: number): number {
    return (this.values[at >>> CHUNK_BITS] as Float64Array)[at & CHUNK_MASK] as number;
  }

  /** Calls `visit` for each record in [from, to), in their order. With `interest`, only for columns that have some. */
  visit(from: number, to: number, visit: WriteVisitor, interest = false): void {
    for (let at = from; at < to; at++) {
      const word = this.wordOf(at);
      const column = this.columns[word >>> CELL_BITS] as Column;
      if (!interest || column.interest !== 0) visit(column, word & CELL_MASK, this.recordedAt(at));
    }
  }

  /** Forgets all records. */
  clear(): void {
    this.cells.length = 1;
    this.values.length = 1;
    this.length = 0;
  }
  /** Forgets the oldest records, `count` at most; returns how many. The others' numbers are less by that. */
  drop(count: number): number {
    const chunks = Math.min(count >>> CHUNK_BITS, this.cells.length - 1);
    this.cells.splice(0, chunks);
    this.values.splice(0, chunks);
    this.count -= chunks << CHUNK_BITS;
    this.enter(Math.min(this.count >>> CHUNK_BITS, this.cells.length - 1));
    return chunks << CHUNK_BITS;
  }

  private nextChunk(): void {
    if (this.full < CHUNK) {
      const cells = new Int32Array(this.full * 2);
      const values = new Float64Array(this.full * 2);
      cells.set(this.chunkCells);
      values.set(this.chunkValues);
      this.cells[0] = cells;
      this.values[0] = values;
      this.enter(0);
      return;
    }
    const next = this.chunk + 1;
    if (next === this.cells.length) {
      this.cells.push(new Int32Array(CHUNK));
      this.values.push(new Float64Array(CHUNK));
    }
    this.enter(next);
  }
  private enter(chunk: number): void {
    this.chunk = chunk;
    this.chunkCells = this.cells[chunk] as Int32Array;
    this.chunkValues = this.values[chunk] as Float64Array;
    this.full = (chunk << CHUNK_BITS) + this.chunkCells.length;
  }
}
