/**
 * The path of a depth-first search, packed, as it may be millions of states long: for each state the thread whose move is tried
 * from it, and the answers to `choose` within that move with the number of those there were to choose from.
 */
import { grownInts } from "../store/growing.ts";
import type { MergedMove } from "./schedule.ts";

/**
 * Words of a level: its thread (-1: none was tried yet), how many locks its move gave back and whether it took one first, and whether
 * any thread could move; the end of its answers.
 */
const LEVEL_WORDS = 2;
const THREAD_SHIFT = 8;
const BEHIND_SHIFT = 2;
const BEHIND_MASK = 63;
const AHEAD = 2;
/** Words of an answer: the number answered, and how many there were to choose from. */
const ANSWER_WORDS = 2;
const MOVED = 1;

export class Path {
  private levels = new Int32Array(LEVEL_WORDS << 8);
  private depth = 0;
  private answers = new Int32Array(ANSWER_WORDS << 8);
  private answered = 0;
  // Answers of the move under way that were asked for so far, and where those of the top level begin.
  private cursor = 0;
  private start = 0;

  /** Number of states on the path. */
  get length(): number {
    return this.depth;
  }
  /** Bytes that are allocated. */
  get bytes(): number {
    return this.levels.byteLength + this.answers.byteLength;
  }

  /** Appends a state from which nothing was tried yet. */
  push(): void {
    if ((this.depth + 1) * LEVEL_WORDS > this.levels.length) this.levels = grownInts(this.levels);
    this.start = this.answered;
    this.levels[this.depth * LEVEL_WORDS] = -1 << THREAD_SHIFT;
    this.levels[this.depth * LEVEL_WORDS + 1] = this.answered;
    this.depth++;
  }
  /** Removes the last state. */
  pop(): void {
    this.depth--;
    this.start = this.depth > 1 ? (this.levels[(this.depth - 2) * LEVEL_WORDS + 1] as number) : 0;
    this.answered = this.depth > 0 ? (this.levels[(this.depth - 1) * LEVEL_WORDS + 1] as number) : 0;
  }

  /** The thread that was tried last from the last state, -1 if none was. */
  get thread(): number {
    return (this.levels[(this.depth - 1) * LEVEL_WORDS] as number) >> THREAD_SHIFT;
  }
  /** Tries `thread` next, with the first answers. */
  set thread(thread: number) {
    const at = (this.depth - 1) * LEVEL_WORDS;
    this.levels[at] = (thread << THREAD_SHIFT) | ((this.levels[at] as number) & MOVED);
  }
  /** Whether any thread could move from the last state. */
  get moved(): boolean {
    return ((this.levels[(this.depth - 1) * LEVEL_WORDS] as number) & MOVED) !== 0;
  }
  /** The thread that was tried last from the `index`-th state on the path, -1 if none was. */
  threadAt(index: number): number {
    return index < 0 ? -1 : (this.levels[index * LEVEL_WORDS] as number) >> THREAD_SHIFT;
  }
  /** The thread has moved, and with its move has taken `ahead` locks first (0 or 1) and given `behind` back (up to 63). */
  noteMoved(ahead: number, behind: number): void {
    const at = (this.depth - 1) * LEVEL_WORDS;
    const thread = (this.levels[at] as number) & (-1 << THREAD_SHIFT);
    this.levels[at] = thread | (behind << BEHIND_SHIFT) | (ahead * AHEAD) | MOVED;
  }

  /** Goes on to the next answers of the move tried last; false if all were tried, or none was asked for. */
  nextAnswers(): boolean {
    let at = this.answered - 1;
    while (at >= this.start && this.answer(at) + 1 >= (this.answers[at * ANSWER_WORDS + 1] as number)) at--;
    this.answered = at + 1;
    this.keepEnd();
    if (at < this.start) return false;
    this.answers[at * ANSWER_WORDS] = this.answer(at) + 1;
    return true;
  }
  /** The move under way begins. */
  beginMove(): void {
    this.cursor = this.start;
  }
  /** The answer in the move under way to a choice of `range`. */
  choose(range: number): number {
    const at = this.cursor++;
    if (at === this.answered) {
      if ((at + 1) * ANSWER_WORDS > this.answers.length) this.answers = grownInts(this.answers);
      this.answers[at * ANSWER_WORDS] = 0;
      this.answered++;
      this.keepEnd();
    }
    this.answers[at * ANSWER_WORDS + 1] = range;
    return this.answer(at);
  }
  private answer(at: number): number {
    return this.answers[at * ANSWER_WORDS] as number;
  }
  private keepEnd(): void {
    this.levels[(this.depth - 1) * LEVEL_WORDS + 1] = this.answered;
  }

  /** The answers given in the move that was made last, which is one from the last state. */
  choices(): number[] {
    const choices: number[] = [];
    for (let at = this.start; at < this.cursor; at++) choices.push(this.answer(at));
    return choices;
  }
  /** The moves from the first `count` states of the path. */
  moves(count: number): MergedMove[] {
    const moves: MergedMove[] = [];
    let from = 0;
    for (let i = 0; i < count; i++) {
      const to = this.levels[i * LEVEL_WORDS + 1] as number;
      const choices: number[] = [];
      for (let at = from; at < to; at++) choices.push(this.answer(at));
      const level = this.levels[i * LEVEL_WORDS] as number;
      const ahead = (level & AHEAD) / AHEAD;
      moves.push({ thread: level >> THREAD_SHIFT, choices, ahead, behind: (level >> BEHIND_SHIFT) & BEHIND_MASK });
      from = to;
    }
    return moves;
  }
}
