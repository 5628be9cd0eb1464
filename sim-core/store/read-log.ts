/**
 * What a step depends on: the cells that it reads or writes, each with what it held before, in the order in which the step first came to
 * them; and the answers that it was given. A step made from another state in which these cells hold the same does the same.
 */

/** Most cells and answers that are noted of one step. */
export const MOST_READS = 96;

export class ReadLog {
  /** The cells, as `cellWord` names them, and what they held; of an answer the word that `noteAnswer` was given. */
  readonly words = new Int32Array(MOST_READS);
  readonly values = new Float64Array(MOST_READS);
  count = 0;
  /** Whether it depends on nothing but what was noted. If not, nothing more is. */
  isWhole = true;
  /** Whether it depends on which things have a cell at all. */
  readsLayout = false;
  private readonly noted = new Set<number>();
  private readonly constant: ReadonlySet<number>;

  /** `constant`: cells that always hold the same; they are not noted. */
  constructor(constant: Iterable<number> = []) {
    this.constant = new Set(constant);
  }

  /** Begins anew, for another step. */
  begin(): void {
    this.count = 0;
    this.isWhole = true;
    this.readsLayout = false;
    this.noted.clear();
  }
  /** It is known what cell `word` holds before the step: it is not noted. */
  give(word: number): void {
    this.noted.add(word);
  }
  /** The cell that `word` names is being read or written, and holds `value`. */
  note(word: number, value: number): void {
    if (!this.isWhole || this.noted.has(word) || this.constant.has(word)) return;
    this.noted.add(word);
    this.append(word, value);
  }
  /** The step was given `value` as an answer; `word`, which names no cell, says to what. */
  noteAnswer(word: number, value: number): void {
    this.append(word, value);
  }
  /** It is being read whether things have a cell. */
  noteLayout(): void {
    this.readsLayout = true;
  }
  /** Something is being read that is in no cell. */
  noteOther(): void {
    this.isWhole = false;
  }

  private append(word: number, value: number): void {
    if (this.count === MOST_READS) {
      this.isWhole = false;
      return;
    }
    this.words[this.count] = word;
    this.values[this.count++] = value;
  }
}
