/**
 * The store: all state of a simulation, as typed columns of cells, with a journal and a maintained hash.
 *
 * Every change goes through a column's `set`, which records in the journal the cell and what it held. A *step* is the run
 * of journal records between two calls of `mark`. Going back swaps the recorded values with the present ones, so that the
 * same records lead forward again.
 *
 * Architecture invariant: nothing outside this folder writes a cell's array. What is not in a column is not state.
 */
import type { Column } from "./column.ts";
import { CELL_BITS, DenseColumn, SparseColumn } from "./column.ts";

/** How many columns there may be: the journal packs column and cell into one word. */
export const MAX_COLUMNS = 127;
const CELL_MASK = 2 ** CELL_BITS - 1;

/** A copy of everything in a store, made by `Store.snapshot`. */
export interface Snapshot {
  readonly columns: readonly unknown[];
  readonly hashLow: number;
  readonly hashHigh: number;
}

/** One write of a step, as `Store.forEachWrite` reports it. */
export type WriteVisitor = (column: Column, cell: number) => void;

export class Store {
  readonly columns: Column[] = [];
  /** The hash of the present state, two independent 32-bit halves. */
  hashLow = 0;
  hashHigh = 0;
  /** The `interest` bits of the columns written since the present step began. */
  touched = 0;

  // Journal: one record a write. `where` packs column and physical cell, `what` is the value on the other side.
  private where = new Int32Array(1 << 12);
  private what = new Float64Array(1 << 12);
  private length = 0;

  // Marks: the state *before* step i. Step i's records are [markAt[i], markAt[i + 1]).
  private markAt = new Int32Array(1 << 10);
  private markLow = new Int32Array(1 << 10);
  private markHigh = new Int32Array(1 << 10);
  /** Number of steps begun, the present one included; steps after `position` can be redone. */
  private marks = 0;
  /** Index of the present step among the marks: its records are from markAt[position - 1] to `length`. */
  private position = 0;
  /** Where the journal ends when the present is not the newest state (redo is possible up to `marks`). */
  private endLength = 0;
  /** The number of the oldest step that can still be undone. */
  private dropped = 0;

  /** A new column of 32-bit integers with rows 0, 1, 2 …; `hashed: false` keeps it out of the state's hash. */
  int(name: string, options?: { hashed?: boolean }): DenseColumn {
    return this.add(new DenseColumn(this, name, "int", options?.hashed ?? true));
  }
  /** A new column of values (see `value.ts`) with rows 0, 1, 2 …. */
  values(name: string, options?: { hashed?: boolean }): DenseColumn {
    return this.add(new DenseColumn(this, name, "value", options?.hashed ?? true));
  }
  /** A sparse column of 32-bit integers addressed by (space, index); what was never set is 0 and costs nothing. */
  sparseInt(name: string, options?: { hashed?: boolean; chunkBits?: number }): SparseColumn {
    return this.add(new SparseColumn(this, name, "int", options?.hashed ?? true, options?.chunkBits ?? 9));
  }
  /** A sparse column of values addressed by (space, index). */
  sparseValues(name: string, options?: { hashed?: boolean; chunkBits?: number }): SparseColumn {
    return this.add(new SparseColumn(this, name, "value", options?.hashed ?? true, options?.chunkBits ?? 9));
  }
  private add<C extends Column>(column: C): C {
    if (this.columns.length >= MAX_COLUMNS) throw new RangeError("a store has at most 127 columns");
    column.id = this.columns.length;
    this.columns.push(column);
    return column;
  }

  /** Records that `cell` of column `id` held `old`. Only columns call this. */
  record(id: number, cell: number, old: number): void {
    let at = this.length;
    if (at === this.where.length) this.growJournal();
    this.where[at] = id * (CELL_MASK + 1) + cell;
    this.what[at++] = old;
    this.length = at;
  }

  /** Begins a step: what is written from here on is undone together. Forgets what could have been redone. */
  mark(): void {
    const i = this.position;
    if (i + 1 >= this.markAt.length) this.growMarks();
    this.markAt[i] = this.length;
    this.markLow[i] = this.hashLow;
    this.markHigh[i] = this.hashHigh;
    this.position = i + 1;
    this.marks = i + 1;
    this.endLength = this.length;
    this.touched = 0;
  }

  /** The number of steps begun since the start: the present moment on the time line. */
  get step(): number {
    return this.dropped + this.position;
  }
  /** The number of the newest step that can be reached by `redo`. */
  get newestStep(): number {
    return this.dropped + this.marks;
  }
  /** The number of the oldest moment that can still be reached by `undo`. */
  get oldestStep(): number {
    return this.dropped;
  }

  /** Undoes the present step. Returns false if there is nothing left to undo. */
  undo(): boolean {
    if (this.position === 0) return false;
    if (this.position === this.marks) {
      this.endLength = this.length;
      // The hash after the newest step has no mark of its own: keep it where the next mark would stand.
      this.setMark(this.marks, this.length);
    }
    const i = this.position - 1;
    const from = this.markAt[i] as number;
    const { where, what } = this;
    const columns = this.columns;
    for (let j = this.length - 1; j >= from; j--) {
      const w = where[j] as number;
      what[j] = (columns[w >>> CELL_BITS] as Column).swap(w & CELL_MASK, what[j] as number);
    }
    this.length = from;
    this.hashLow = this.markLow[i] as number;
    this.hashHigh = this.markHigh[i] as number;
    this.position = i;
    return true;
  }

  /** Does again the step that was undone last. Returns false if there is none. */
  redo(): boolean {
    if (this.position >= this.marks) return false;
    const i = this.position;
    const to = i + 1 < this.marks ? (this.markAt[i + 1] as number) : this.endLength;
    const { where, what } = this;
    const columns = this.columns;
    for (let j = this.markAt[i] as number; j < to; j++) {
      const w = where[j] as number;
      what[j] = (columns[w >>> CELL_BITS] as Column).swap(w & CELL_MASK, what[j] as number);
    }
    this.length = to;
    this.position = i + 1;
    this.hashLow = this.markLow[i + 1] as number;
    this.hashHigh = this.markHigh[i + 1] as number;
    return true;
  }

  /**
   * Makes `step` (oldestStep <= step <= newestStep) the present.
   * @throws RangeError if the step is outside what the journal still holds.
   */
  goTo(step: number): void {
    if (step < this.oldestStep || step > this.newestStep) {
      throw new RangeError(`step ${step} is outside the kept history ${this.oldestStep}..${this.newestStep}`);
    }
    while (this.step > step) this.undo();
    while (this.step < step) this.redo();
  }

  /** Undoes the present step and forgets it: the explorer's way back. */
  rollback(): void {
    const i = this.position - 1;
    const from = this.markAt[i] as number;
    const { where, what } = this;
    const columns = this.columns;
    for (let j = this.length - 1; j >= from; j--) {
      const w = where[j] as number;
      (columns[w >>> CELL_BITS] as Column).swap(w & CELL_MASK, what[j] as number);
    }
    this.length = from;
    this.hashLow = this.markLow[i] as number;
    this.hashHigh = this.markHigh[i] as number;
    this.position = i;
    this.marks = i;
    this.endLength = from;
  }

  /**
   * Does `work` and undoes whatever it wrote, wherever in the history the present is: what could be redone still can. `work`
   * must not begin or undo steps.
   */
  trial<T>(work: () => T): T {
    const { length, hashLow, hashHigh, touched } = this;
    // Its records go behind those of the steps that were undone.
    const from = this.position < this.marks ? this.endLength : length;
    this.length = from;
    try {
      return work();
    } finally {
      const { where, what, columns } = this;
      for (let j = this.length - 1; j >= from; j--) {
        const w = where[j] as number;
        (columns[w >>> CELL_BITS] as Column).swap(w & CELL_MASK, what[j] as number);
      }
      this.length = length;
      this.hashLow = hashLow;
      this.hashHigh = hashHigh;
      this.touched = touched;
    }
  }

  /** Calls `visit` for each write since the present step began, oldest first; a cell may come more than once. */
  forEachWrite(visit: WriteVisitor): void {
    if (this.position === 0) return;
    this.visitRecords(this.markAt[this.position - 1] as number, this.length, visit);
  }

  /**
   * Calls `visit` for each cell written in steps (`from`, `to`], in either direction, while the journal still holds them.
   * Steps outside it are passed over.
   */
  forEachWriteBetween(from: number, to: number, visit: WriteVisitor): void {
    const first = Math.max(0, Math.min(from, to) - this.dropped);
    const last = Math.min(this.marks, Math.max(from, to) - this.dropped);
    if (first >= last) return;
    const start = this.markAt[first] as number;
    const end = last < this.marks ? (this.markAt[last] as number) : Math.max(this.endLength, this.length);
    this.visitRecords(start, end, visit);
  }
  private visitRecords(start: number, end: number, visit: WriteVisitor): void {
    for (let j = start; j < end; j++) {
      const w = this.where[j] as number;
      visit(this.columns[w >>> CELL_BITS] as Column, w & CELL_MASK);
    }
  }

  /** The last step (oldestStep < step <= present) that wrote cell `cell` of `column`, or undefined. */
  lastWrite(column: Column, cell: number): number | undefined {
    const packed = (column.id * (CELL_MASK + 1) + cell) | 0;
    for (let j = this.length - 1; j >= 0; j--) {
      if (this.where[j] === packed) return this.dropped + this.stepOfRecord(j);
    }
    return undefined;
  }
  private stepOfRecord(record: number): number {
    let low = 0;
    let high = this.position - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.markAt[middle] as number) <= record) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** Bytes that the journal and its marks take for what they hold now. */
  get historyBytes(): number {
    return Math.max(this.length, this.endLength) * 12 + this.marks * 12;
  }

  /** Bytes that the journal and its marks have allocated. */
  get journalCapacity(): number {
    return this.where.byteLength + this.what.byteLength + 3 * this.markAt.byteLength;
  }

  /** Forgets all steps up to and including `step`: they can no longer be undone. */
  dropBefore(step: number): void {
    const count = Math.min(step - this.dropped, this.position);
    if (count <= 0) return;
    const from = count < this.marks ? (this.markAt[count] as number) : Math.max(this.length, this.endLength);
    const end = Math.max(this.length, this.endLength);
    this.where.copyWithin(0, from, end);
    this.what.copyWithin(0, from, end);
    for (const marks of [this.markAt, this.markLow, this.markHigh]) marks.copyWithin(0, count, this.marks + 1);
    this.marks -= count;
    this.position -= count;
    this.length -= from;
    this.endLength -= from;
    for (let i = 0; i <= this.marks; i++) this.markAt[i] = (this.markAt[i] as number) - from;
    this.dropped += count;
  }

  /** A copy of all cells, from which `restore` makes the same state again, in this store or in one built alike. */
  snapshot(): Snapshot {
    return { columns: this.columns.map((c) => c.copy()), hashLow: this.hashLow, hashHigh: this.hashHigh };
  }

  /** Takes over the state of `snapshot`; the history before it is forgotten. */
  restore(snapshot: Snapshot): void {
    this.columns.forEach((c, i) => {
      c.paste(snapshot.columns[i]);
    });
    this.hashLow = snapshot.hashLow;
    this.hashHigh = snapshot.hashHigh;
    this.forget();
  }

  /** Makes the present the oldest moment: nothing can be undone. Used after a machine is set up. */
  forget(): void {
    this.length = 0;
    this.endLength = 0;
    this.marks = 0;
    this.position = 0;
    this.dropped = 0;
  }

  /** The hash computed anew from all cells; equals [hashLow, hashHigh] always (a property test says so). */
  computeHash(): readonly [number, number] {
    let low = 0;
    let high = 0;
    for (const column of this.columns) {
      const [l, h] = column.computeHash();
      low = (low + l) | 0;
      high = (high + h) | 0;
    }
    return [low, high];
  }

  /** Bytes of all columns as allocated. */
  get bytes(): number {
    return this.columns.reduce((sum, c) => sum + c.bytes, 0);
  }

  private setMark(i: number, at: number): void {
    if (i + 1 >= this.markAt.length) this.growMarks();
    this.markAt[i] = at;
    this.markLow[i] = this.hashLow;
    this.markHigh[i] = this.hashHigh;
  }
  private growJournal(): void {
    const where = new Int32Array(this.where.length * 2);
    where.set(this.where);
    this.where = where;
    const what = new Float64Array(this.what.length * 2);
    what.set(this.what);
    this.what = what;
  }
  private growMarks(): void {
    this.markAt = grown(this.markAt);
    this.markLow = grown(this.markLow);
    this.markHigh = grown(this.markHigh);
  }
}

function grown(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
