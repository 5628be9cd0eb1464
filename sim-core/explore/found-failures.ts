/** The failures that a search has found, different ones, and whether they are enough. */
import type { Program } from "../vm/program.ts";
import type { Failure } from "./failure.ts";
import { failureKey } from "./failure.ts";
import type { Move } from "./schedule.ts";
import type { FoundFailure } from "./search.ts";
import { isExpected } from "./verdict.ts";

/** Failures that are kept of a file that shows another one. */
const KEPT_FAILURES = 20;

export class FoundFailures {
  readonly list: FoundFailure[] = [];
  private readonly known = new Set<string>();
  private readonly program: Program;
  private readonly most: number | undefined;

  /** `most`: how many are enough; if not given, the first, or of a file that says what it finds the first that is just that. */
  constructor(program: Program, most: number | undefined) {
    this.program = program;
    this.most = most;
  }

  /** Keeps failures not seen before, with the moves that lead to them. Returns whether there are enough. */
  take(failures: readonly Failure[], moves: readonly Move[]): boolean {
    const [first] = failures;
    if (first === undefined) return false;
    const alone = failures.every(({ id }) => id === first.id);
    // A file that shows a known bug is explored until an execution shows just that, whatever others do.
    const isFound = this.isLooking && alone && this.program.finds.includes(first.id);
    for (const failure of failures) {
      const key = `${failureKey(failure)} ${alone}`;
      if (this.known.has(key) || (this.isLooking && !isFound && this.list.length >= KEPT_FAILURES)) continue;
      this.known.add(key);
      this.list.push({ failure, moves, alone });
    }
    return this.isLooking ? isFound : this.isFull;
  }
  /** Keeps an endless execution if none like it was seen before. Returns whether there are enough. */
  takeCircle(found: FoundFailure): boolean {
    const key = failureKey(found.failure);
    if (!this.known.has(key)) this.list.push(found);
    this.known.add(key);
    return this.isLooking ? isExpected(this.program, found.failure) : this.isFull;
  }
  /** Forgets them. */
  clear(): void {
    this.list.length = 0;
    this.known.clear();
  }

  private get isLooking(): boolean {
    return this.program.finds.length > 0 && this.most === undefined;
  }
  private get isFull(): boolean {
    return this.list.length >= (this.most ?? 1);
  }
}
