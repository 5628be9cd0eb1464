/**
 * The store: all state of a simulation, as typed columns of cells, with a journal and a maintained hash.
 *
 * Every change goes through a column's `set`, which records in the journal the cell and what it held. A *step* is the run
 * of journal records between two calls of `mark`. Going back swaps the recorded values with the present ones, so that the
 * same records lead forward again.
 *
 * Architecture invariant: nothing outside this folder writes a cell's array. What is not in a column is not state.
 */
import type { Changes } from "./changes.ts";
import { applyChanges, collectChanges } from "./changes.ts";
import type { Column } from "./column.ts";
import type { DenseColumn } from "./dense-column.ts";
import { denseColumn } from "./dense-column.ts";
import { grownInts } from "./growing.ts";
import type { WriteVisitor } from "./journal.ts";
import { CELL_BITS, CELL_MASK, cellWord, Journal, MAX_COLUMNS } from "./journal.ts";
import { Leaps } from "./leaps.ts";
import type { Members } from "./members.ts";
import type { ReadLog } from "./read-log.ts";
import type { SparseColumn } from "./sparse-column.ts";
import { sparseColumn } from "./sparse-column.ts";

/** Bytes of a mark. */
const MARK_BYTES = 12;

/** A copy of everything in a store, made by `Store.snapshot`. */
export interface Snapshot {
  readonly columns: readonly unknown[];
  readonly hashLow: number;
  readonly hashHigh: number;
}

/** Writes that were made once: those in [from, to) of a list, and what they add to the hash. */
export interface Writes {
  readonly from: number;
  readonly to: number;
  /** To its two halves. Of no meaning while there are `members`: then the writes are hashed anew. */
  readonly low: number;
  readonly high: number;
}

export class Store {
  readonly columns: Column[] = [];
  /** The hash of the present state, two independent 32-bit halves. */
  hashLow = 0;
  hashHigh = 0;
  /** The `interest` bits of the columns written since the present step began. */
  touched = 0;
  /** What the hash leaves out the names of, if anything. */
  members: Members | undefined;
  /** Notes what is read, and written, while it is given. */
  reads: ReadLog | undefined;
  /** How often a column got more cells: whether a thing has a cell depends on it, its value does not. */
  layout = 0;

  /** Columns append to it; nobody else. */
  readonly journal = new Journal(this.columns);
  /** Far ways through history; undefined where nobody goes far. */
  private leaps: Leaps | undefined;

  // Marks: the state *before* step i. Step i's records are [markAt[i], markAt[i + 1]).
  private markAt = new Int32Array(1 << 10);
  private markLow = new Int32Array(1 << 10);
  private markHigh = new Int32Array(1 << 10);
  /** Number of steps begun, the present one included; steps after `position` can be redone. */
  private marks = 0;
  /** Index of the present step among the marks: its records are from markAt[position - 1] to the journal's length. */
  private position = 0;
  /** Where the journal ends when the present is not the newest state (redo is possible up to `marks`). */
  private endLength = 0;
  /** The number of the oldest step that can still be undone. */
  private dropped = 0;

  /** A new column of 32-bit integers with rows 0, 1, 2 …; `hashed: false` keeps it out of the state's hash. */
  int(name: string, options?: { hashed?: boolean }): DenseColumn {
    return this.add(denseColumn(this, name, "int", options?.hashed ?? true));
  }
  /** A new column of values (see `value.ts`) with rows 0, 1, 2 …. */
  values(name: string, options?: { hashed?: boolean }): DenseColumn {
    return this.add(denseColumn(this, name, "value", options?.hashed ?? true));
  }
  /** A sparse column of 32-bit integers addressed by (space, index); what was never set is 0 and costs nothing. */
  sparseInt(name: string, options?: { hashed?: boolean; chunkBits?: number }): SparseColumn {
    return this.add(sparseColumn(this, name, "int", options?.hashed ?? true, options?.chunkBits ?? 9));
  }
  /** A sparse column of values addressed by (space, index). */
  sparseValues(name: string, options?: { hashed?: boolean; chunkBits?: number }): SparseColumn {
    return this.add(sparseColumn(this, name, "value", options?.hashed ?? true, options?.chunkBits ?? 9));
  }
  private add<C extends Column>(column: C): C {
    if (this.columns.length >= MAX_COLUMNS) throw new RangeError("a store has at most 127 columns");
    column.id = this.columns.length;
    this.columns.push(column);
    return column;
  }

  /** From now on `goTo` goes far at once, for a fifth more memory at most. */
  keepLeaps(): void {
    this.leaps ??= new Leaps(this.columns, this.journal);
  }

  /** Begins a step: what is written from here on is undone together. Forgets what could have been redone. */
  mark(): void {
    if (this.leaps !== undefined) this.leaps.settle();
    const i = this.position;
    if (i + 1 >= this.markAt.length) this.growMarks();
    this.markAt[i] = this.journal.length;
    this.markLow[i] = this.hashLow;
    this.markHigh[i] = this.hashHigh;
    this.position = i + 1;
    this.marks = i + 1;
    this.endLength = this.journal.length;
    this.touched = 0;
  }

  /** The number of steps begun since the start: the present moment on the time line. */
  get step(): number {
    this.reads?.noteOther();
    return this.dropped + this.position;
  }
  /** How many steps ago, of the last `most`, the state was the same as now (its hash was); 0 if it was not. */
  stepsSinceSame(most: number): number {
    this.reads?.noteOther();
    for (let i = 1; i <= most && i <= this.position; i++) {
      const at = this.position - i;
      if (this.markLow[at] === this.hashLow && this.markHigh[at] === this.hashHigh) return i;
    }
    return 0;
  }
  /** The number of the newest step that can be reached by `redo`. */
  get newestStep(): number {
    return this.dropped + this.marks;
  }
  /** The number of the oldest moment that can still be reached by `undo`. */
  get oldestStep(): number {
    return this.dropped;
  }

  /**
   * Makes writes again, as part of the present step, in a state in which their cells hold the same as when they were made first. `words`
   * and `values`: the list, of each write the cell (`cellWord`) and what it holds then. `touched` is not kept: no rule is asked of them.
   */
  repeat(words: Int32Array, values: Float64Array, { from, to, low, high }: Writes): void {
    const { columns, journal, members } = this;
    for (let i = from; i < to; i++) {
      const word = words[i] as number;
      const column = columns[word >>> CELL_BITS] as Column;
      if (members !== undefined) column.write(word & CELL_MASK, values[i] as number);
      else journal.append(word, column.swap(word & CELL_MASK, values[i] as number));
    }
    if (members !== undefined) return;
    this.hashLow = (this.hashLow + low) | 0;
    this.hashHigh = (this.hashHigh + high) | 0;
  }

  /** Undoes the present step. Returns false if there is nothing left to undo. */
  undo(): boolean {
    if (this.position === 0) return false;
    if (this.position === this.marks) this.noteNewest();
    const i = this.position - 1;
    this.leaps?.straightenBetween(this.markAt[i] as number, this.journal.length);
    this.journal.undo(this.markAt[i] as number);
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
    this.leaps?.straightenBetween(this.journal.length, to);
    this.journal.redo(to);
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
    const position = step - this.dropped;
    if (position === this.position) return;
    if (this.position === this.marks) this.noteNewest();
    const to = position < this.marks ? (this.markAt[position] as number) : this.endLength;
    if (this.leaps !== undefined) this.leaps.travel(to);
    else if (position < this.position) this.journal.undo(to);
    else this.journal.redo(to);
    this.position = position;
    this.hashLow = this.markLow[position] as number;
    this.hashHigh = this.markHigh[position] as number;
  }
  /** The newest step is about to be left: notes where its records end, and its hash where the next mark would stand. */
  private noteNewest(): void {
    this.endLength = this.journal.length;
    this.setMark(this.marks, this.journal.length);
  }

  /** Undoes the present step and forgets it: the explorer's way back. */
  rollback(): void {
    const i = this.position - 1;
    this.journal.undo(this.markAt[i] as number);
    this.hashLow = this.markLow[i] as number;
    this.hashHigh = this.markHigh[i] as number;
    this.position = i;
    this.marks = i;
    this.endLength = this.journal.length;
  }

  /**
   * Does `work` and undoes whatever it wrote, wherever in the history the present is: what could be redone still can. `work`
   * must not begin or undo steps.
   */
  trial<T>(work: () => T): T {
    const { hashLow, hashHigh, touched } = this;
    const { length } = this.journal;
    // Its records go behind those of the steps that were undone.
    const from = this.position < this.marks ? this.endLength : length;
    this.journal.length = from;
    try {
      return work();
    } finally {
      this.journal.undo(from);
      this.journal.length = length;
      this.hashLow = hashLow;
      this.hashHigh = hashHigh;
      this.touched = touched;
    }
  }

  /** Calls `visit` for each write since the present step began, oldest first; a cell may come more than once. */
  forEachWrite(visit: WriteVisitor): void {
    if (this.position === 0) return;
    this.leaps?.straightenBetween(this.markAt[this.position - 1] as number, this.journal.length);
    this.journal.visit(this.markAt[this.position - 1] as number, this.journal.length, visit);
  }
  /** The same, only for columns with `interest`. */
  forEachWriteOfInterest(visit: WriteVisitor): void {
    if (this.position === 0) return;
    this.journal.visit(this.markAt[this.position - 1] as number, this.journal.length, visit, true);
  }

  /**
   * Calls `visit` for each cell written in steps (`from`, `to`], in either direction, while the journal still holds them.
   * Steps outside it are passed over. Of many steps, a cell may be told of fewer times than it was written.
   */
  forEachWriteBetween(from: number, to: number, visit: WriteVisitor): void {
    const first = Math.max(0, Math.min(from, to) - this.dropped);
    const last = Math.min(this.marks, Math.max(from, to) - this.dropped);
    if (first >= last) return;
    const start = this.markAt[first] as number;
    const end = last < this.marks ? (this.markAt[last] as number) : Math.max(this.endLength, this.journal.length);
    if (this.leaps === undefined) this.journal.visit(start, end, visit);
    else this.leaps.visit(start, end, visit);
  }
  /** The last step (oldestStep < step <= present) that wrote cell `cell` of `column`, or undefined. */
  lastWrite(column: Column, cell: number): number | undefined {
    if (this.position === 0) return undefined;
    const word = cellWord(column.id, cell);
    // Records of steps that were forgotten may still stand before those of the oldest.
    const first = this.markAt[0] as number;
    for (let j = this.journal.length - 1; j >= first; j--) {
      if (this.journal.wordOf(j) === word) return this.dropped + this.stepOfRecord(j);
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

  /** Bytes that the journal, its marks and the far ways through it take for what they hold now. */
  get historyBytes(): number {
    const records = Math.max(this.journal.length, this.endLength);
    return Journal.bytesOf(records) + this.marks * MARK_BYTES + (this.leaps?.bytes ?? 0);
  }

  /** Bytes that the journal and its marks have allocated. */
  get journalCapacity(): number {
    return this.journal.bytes + this.markAt.length * MARK_BYTES;
  }

  /** Number of records of the first `steps` steps. */
  private recordsBefore(steps: number): number {
    return steps < this.marks ? (this.markAt[steps] as number) : Math.max(this.journal.length, this.endLength);
  }
  /** Forgets all steps up to and including `step`: they can no longer be undone. */
  dropBefore(step: number): void {
    const count = Math.min(step - this.dropped, this.position);
    if (count <= 0) return;
    const from = this.journal.drop(this.recordsBefore(count));
    this.leaps?.drop(from);
    for (const marks of [this.markAt, this.markLow, this.markHigh]) marks.copyWithin(0, count, this.marks + 1);
    this.marks -= count;
    this.position -= count;
    this.endLength -= from;
    for (let i = 0; i <= this.marks; i++) this.markAt[i] = (this.markAt[i] as number) - from;
    this.dropped += count;
  }

  /**
   * What was written since step `step` (oldestStep <= step <= present), packed: the cells that differ from what they were then,
   * and what they hold now. Good for `apply` in this store, and only here.
   */
  changesSince(step: number): Changes {
    this.leaps?.straightenBetween(this.recordsBefore(step - this.dropped), this.journal.length);
    return collectChanges(this.columns, this.journal, this.recordsBefore(step - this.dropped));
  }
  /** Makes the changes again, as part of the present step. The state must be the one that they are changes of. */
  apply(changes: Changes): void {
    applyChanges(this.columns, changes);
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
    this.journal.clear();
    this.leaps?.clear();
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
  private growMarks(): void {
    this.markAt = grownInts(this.markAt);
    this.markLow = grownInts(this.markLow);
    this.markHigh = grownInts(this.markHigh);
  }
}
