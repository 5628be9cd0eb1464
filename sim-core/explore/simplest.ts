/** A failure by the interleaving that is easiest to read: few changes of thread, then few moves. */
import type { Program } from "../vm/program.ts";
import { BreadthFirst } from "./breadth-first.ts";
import { hashOf, statesOfRound } from "./circle.ts";
import type { Move } from "./schedule.ts";
import type { FoundFailure } from "./search.ts";
import { Shorten } from "./shorten.ts";

/** States among which the shortest interleaving is looked for: about a second with the whole kernel model. */
const MAX_STATES = 30_000;
const MAX_BYTES = 2 ** 28;
/** Moves of `Shorten` for each state of a slice: both take about as long. */
const MOVES_A_STATE = 4;

/**
 * Looks for the same failure, at the same line, by an execution with as few changes of thread as any has, among the states nearest
 * to the first one; if they do not show it, puts turns of threads together in the given one as far as the failure stays. Of a
 * livelock, the way to its circle is made simpler. In slices: what is best so far can be had at any time.
 */
export class Simplest {
  private readonly program: Program;
  private readonly search: BreadthFirst;
  /** The states of the livelock's circle, in their order; undefined if it is none. */
  private readonly circle: readonly string[] | undefined;
  private readonly found: FoundFailure;
  private shorten: Shorten | undefined;

  constructor(program: Program, found: FoundFailure, maxStates = MAX_STATES) {
    this.program = program;
    this.found = found;
    const { id, spot } = found.failure;
    const round = statesOfRound(program, found.moves);
    const states = round === undefined ? undefined : new Set(round);
    this.circle = round;
    this.search = new BreadthFirst(program, {
      maxStates,
      maxBytes: MAX_BYTES,
      fewest: "turns",
      wanted: (failure, alone) =>
        states === undefined &&
        failure.id === id &&
        failure.spot.source === spot.source &&
        failure.spot.start === spot.start &&
        alone === found.alone,
      ...(states === undefined ? {} : { until: (simulation) => states.has(hashOf(simulation)) }),
    });
  }

  /** Looks at `states` more states at most. Returns whether it is over. */
  advance(states: number): boolean {
    if (this.shorten === undefined) {
      if (!this.search.advance(states)) return false;
      if (this.isFound || this.circle !== undefined) return true;
      this.shorten = new Shorten(this.program, this.found);
      return false;
    }
    return this.shorten.advance(states * MOVES_A_STATE);
  }
  private get isFound(): boolean {
    return this.search.result() !== undefined || this.search.reached !== undefined;
  }

  /** The simplest known so far. */
  result(): FoundFailure {
    const { found, circle } = this;
    const { reached } = this.search;
    if (circle !== undefined && reached !== undefined) return { ...found, moves: this.lasso(circle, reached) };
    return this.search.result() ?? this.shorten?.result() ?? found;
  }
  /** The way that was found to a state of the circle, and once round from there. */
  private lasso(
    circle: readonly string[],
    { moves, hash }: { readonly moves: readonly Move[]; readonly hash: string },
  ) {
    const old = this.found.moves.slice(1 - circle.length);
    const from = circle.indexOf(hash);
    const round = [...old.slice(from), ...old.slice(0, from)].map(({ thread, choices }) => ({ thread, choices }));
    const closes = old.at(-1)?.closes;
    const last = round.pop();
    return [...moves, ...round, ...(last === undefined || closes === undefined ? [] : [{ ...last, closes }])];
  }
}

/** The simplest interleaving that is found within the bounds, at once. */
export function simplest(program: Program, found: FoundFailure, maxStates = MAX_STATES): FoundFailure {
  const search = new Simplest(program, found, maxStates);
  while (!search.advance(MAX_STATES));
  return search.result();
}
