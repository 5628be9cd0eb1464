/**
 * Far ways through history, at once. Of each chunk of the journal that is full, the cells that its records wrote are kept with what
 * they hold on either side of the chunk: to go over it costs as much as it has cells, where its records are thirty times as many.
 *
 * The records of a chunk that was gone over so are left as they were: they are *turned*, and hold what the cells held on the side
 * where the present now is. They are put right when something goes into the chunk.
 */
import type { Column } from "./column.ts";
import type { Journal, WriteVisitor } from "./journal.ts";
import { CELL_BITS, CELL_MASK, CHUNK, CHUNK_BITS } from "./journal.ts";

/** Chunks that wrote more cells are gone through record by record: to keep these would take more than a fifth of the journal. */
const MOST_CELLS = CHUNK / 8;
const CELL_BYTES = 20;

/** Which of up to `MOST_CELLS` cells a word names, found by hashing. */
class CellTable {
  readonly words = new Int32Array(MOST_CELLS);
  count = 0;
  /** Numbers of cells, plus 1; 0 where there is none. */
  private readonly slots = new Int16Array(MOST_CELLS * 4);

  clear(): void {
    this.count = 0;
    this.slots.fill(0);
  }
  /** The number of the cell that `word` names; `count` after the call is one more if it is new. -1 if there is no room for it. */
  numberOf(word: number): number {
    const { words, slots } = this;
    const mask = slots.length - 1;
    let slot = Math.imul(word, 0x9e3779b1) >>> 16;
    for (;;) {
      slot &= mask;
      const number = (slots[slot] as number) - 1;
      if (number < 0) break;
      if (words[number] === word) return number;
      slot++;
    }
    if (this.count === MOST_CELLS) return -1;
    words[this.count] = word;
    slots[slot] = ++this.count;
    return this.count - 1;
  }
}

interface Leap {
  readonly words: Int32Array;
  /** What the cells hold before the chunk, and after it: the latter is known once it was gone over. */
  readonly before: Float64Array;
  after: Float64Array | undefined;
  isTurned: boolean;
}

export class Leaps {
  private readonly columns: readonly Column[];
  private readonly journal: Journal;
  /** By chunk, for all chunks that were full when a step last began; undefined for those of too many cells. */
  private readonly leaps: (Leap | undefined)[] = [];
  private readonly table = new CellTable();
  /** By number in the table: what a cell holds. */
  private readonly held = new Float64Array(MOST_CELLS);

  constructor(columns: readonly Column[], journal: Journal) {
    this.columns = columns;
    this.journal = journal;
  }

  /** Bytes that the cells take. */
  get bytes(): number {
    return this.leaps.reduce((sum, leap) => sum + (leap?.words.length ?? 0) * CELL_BYTES, 0);
  }

  /** A step begins: what the journal holds now is what history is, and what was behind it is forgotten. */
  settle(): void {
    const full = this.journal.length >>> CHUNK_BITS;
    if (full < this.leaps.length) this.leaps.length = full;
    while (this.leaps.length < full) this.leaps.push(this.leapOver(this.leaps.length));
  }
  private leapOver(chunk: number): Leap | undefined {
    const { table, held } = this;
    const cells = this.journal.cellsOf(chunk);
    const values = this.journal.valuesOf(chunk);
    table.clear();
    for (let i = 0; i < CHUNK; i++) {
      const known = table.count;
      const number = table.numberOf(cells[i] as number);
      if (number < 0) return undefined;
      if (number === known) held[number] = values[i] as number;
    }
    const { count } = table;
    return { words: table.words.slice(0, count), before: held.slice(0, count), after: undefined, isTurned: false };
  }

  /** Undoes or does again all records between the present and record `to`. */
  travel(to: number): void {
    const { journal } = this;
    while (journal.length > to) {
      const chunk = (journal.length - 1) >>> CHUNK_BITS;
      const start = chunk << CHUNK_BITS;
      if (start >= to && journal.length === start + CHUNK && this.leapBack(chunk)) journal.length = start;
      else {
        this.straighten(chunk);
        journal.undo(Math.max(start, to));
      }
    }
    while (journal.length < to) {
      const chunk = journal.length >>> CHUNK_BITS;
      const end = (chunk + 1) << CHUNK_BITS;
      if (end <= to && journal.length === end - CHUNK && this.leapForward(chunk)) journal.length = end;
      else {
        this.straighten(chunk);
        journal.redo(Math.min(end, to));
      }
    }
  }
  /** Goes over a chunk that ends at the present. False if it is to be gone through. */
  private leapBack(chunk: number): boolean {
    const leap = this.leaps[chunk];
    if (leap === undefined) return false;
    leap.after ??= leap.before.slice();
    this.exchange(leap, leap.before, leap.after);
    return true;
  }
  /** The same for one that begins at the present. */
  private leapForward(chunk: number): boolean {
    const leap = this.leaps[chunk];
    if (leap?.after === undefined) return false;
    this.exchange(leap, leap.after, leap.before);
    return true;
  }
  private exchange(leap: Leap, there: Float64Array, here: Float64Array): void {
    const { words } = leap;
    for (let i = 0; i < words.length; i++) {
      const word = words[i] as number;
      here[i] = (this.columns[word >>> CELL_BITS] as Column).swap(word & CELL_MASK, there[i] as number);
    }
    leap.isTurned = !leap.isTurned;
  }

  /** Makes records [from, to) be what undoing and redoing needs. */
  straightenBetween(from: number, to: number): void {
    for (let chunk = from >>> CHUNK_BITS; chunk << CHUNK_BITS < to; chunk++) this.straighten(chunk);
  }
  private straighten(chunk: number): void {
    const leap = this.leaps[chunk];
    if (leap === undefined || !leap.isTurned) return;
    leap.isTurned = false;
    const { table, held, journal } = this;
    const cells = journal.cellsOf(chunk);
    const values = journal.valuesOf(chunk);
    const isPast = (chunk + 1) << CHUNK_BITS <= journal.length;
    table.clear();
    for (const word of leap.words) table.numberOf(word);
    held.set(isPast ? leap.before : (leap.after as Float64Array));
    for (let n = 0; n < CHUNK; n++) {
      const i = isPast ? n : CHUNK - 1 - n;
      const number = table.numberOf(cells[i] as number);
      const other = held[number] as number;
      held[number] = values[i] as number;
      values[i] = other;
    }
  }

  /** Calls `visit` for the cells that records [from, to) wrote; where they are whole chunks, once for each cell. */
  visit(from: number, to: number, visit: WriteVisitor): void {
    for (let at = from; at < to; ) {
      const chunk = at >>> CHUNK_BITS;
      const end = Math.min(to, (chunk + 1) << CHUNK_BITS);
      const leap = end - at === CHUNK ? this.leaps[chunk] : undefined;
      const other = end <= this.journal.length ? leap?.before : leap?.after;
      if (leap === undefined || other === undefined) {
        this.straighten(chunk);
        this.journal.visit(at, end, visit);
      } else {
        leap.words.forEach((word, i) => {
          visit(this.columns[word >>> CELL_BITS] as Column, word & CELL_MASK, other[i] as number);
        });
      }
      at = end;
    }
  }

  /** The oldest `records` records, which are whole chunks, were forgotten. */
  drop(records: number): void {
    this.leaps.splice(0, records >>> CHUNK_BITS);
  }
  clear(): void {
    this.leaps.length = 0;
  }
}
