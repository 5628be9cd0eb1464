/**
 * A check from its beginning to what is told of it, in slices: the search; then for each failure the simplest interleaving that
 * shows it, and that one's replay with everything recorded, so that its causes and its story are known.
 */
import type { Program } from "../vm/program.ts";
import type { Failure } from "./failure.ts";
import { Replay } from "./replay.ts";
import type { Move } from "./schedule.ts";
import type { ExploreProgress, ExploreResult, FoundFailure, Search } from "./search.ts";
import { Simplest } from "./simplest.ts";
import type { Simulation } from "./simulation.ts";
import type { Finding, Verdict } from "./verdict.ts";
import { isExpected, verdictOfCheck } from "./verdict.ts";

/** A failure with its interleaving, replayed. */
export interface ToldFailure {
  readonly failure: Failure;
  readonly moves: readonly Move[];
  /** It stands where the failure was found. */
  readonly simulation: Simulation;
  /** Of a circle: the moment at which its round begins. */
  readonly roundFrom: number | undefined;
}

/** What a check has come to. */
export interface Checked {
  readonly result: ExploreResult;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly told: readonly ToldFailure[];
}

/** How far a check is. */
export interface CheckProgress extends ExploreProgress {
  /** What is being done: looking for failures, or for the simplest way to one that was found. */
  readonly phase: "search" | "simplest" | "replay";
}

/** Steps of a replay for each move of a slice. */
const STEPS_A_MOVE = 4;

export class Checking {
  private readonly program: Program;
  private readonly search: Search;
  private result_: ExploreResult | undefined;
  private pending: FoundFailure[] = [];
  private simplest: Simplest | undefined;
  private replay: { readonly going: Replay; readonly found: FoundFailure } | undefined;
  private readonly told: ToldFailure[] = [];
  private hurries = false;

  constructor(program: Program, search: Search) {
    this.program = program;
    this.search = search;
  }

  /** Makes about `moves` moves at most, so that the host can do other things in between. Returns whether it is over. */
  advance(moves: number): boolean {
    if (this.result_ === undefined) {
      if (!this.search.advance(moves)) return false;
      this.begin(this.search.result());
    } else if (this.replay !== undefined) {
      if (this.replay.going.advance(moves * STEPS_A_MOVE)) this.tell(this.replay.found, this.replay.going);
    } else if (this.simplest === undefined || this.hurries || this.simplest.advance(moves)) this.begin(undefined);
    return this.replay === undefined && this.simplest === undefined && this.pending.length === 0;
  }

  /** Goes on to the next thing: with what the search found, or with the simplest way to a failure that is known. */
  private begin(result: ExploreResult | undefined): void {
    const { program } = this;
    if (result !== undefined) {
      this.result_ = result;
      const { verdict } = verdictOfCheck(program, result);
      // Where the file shows what it says it does, that is what is told.
      const isTold = ({ failure, alone }: FoundFailure) =>
        verdict !== "pass" || (alone && isExpected(program, failure));
      this.pending = result.failures.filter(isTold);
    }
    const simplest = this.simplest?.result();
    if (simplest !== undefined) {
      this.simplest = undefined;
      this.replay = { going: new Replay(program, simplest.moves, simplest.failure), found: simplest };
      return;
    }
    const next = this.pending.shift();
    if (next !== undefined) this.simplest = new Simplest(program, next);
  }
  private tell({ failure, moves }: FoundFailure, going: Replay): void {
    const { simulation, failure: again, roundFrom } = going.result();
    this.told.push({ failure: again ?? failure, moves, simulation, roundFrom });
    this.replay = undefined;
    this.begin(undefined);
  }

  /** Stops looking: what is known by now is the result, and failures are told by the interleavings that are known. */
  cancel(): void {
    this.search.cancel();
    this.hurries = true;
  }

  progress(): CheckProgress {
    const { search, simplest, replay } = this;
    const phase = replay !== undefined ? "replay" : simplest !== undefined ? "simplest" : "search";
    return { ...search.progress(), phase };
  }

  /** What is known. */
  checked(): Checked {
    const result = this.result_ ?? this.search.result();
    return { result, ...verdictOfCheck(this.program, result), told: this.told };
  }
}
