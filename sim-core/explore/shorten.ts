/**
 * Makes an interleaving easier to read: the depth-first search finds a failure along whatever path it took, with threads taking
 * turns for no reason. Turns are put off, brought forward or left out as long as the same thing fails.
 */
import type { Program } from "../vm/program.ts";
import { StepResult } from "../vm/vm.ts";
import type { Failure } from "./failure.ts";
import type { Move } from "./schedule.ts";
import type { FoundFailure } from "./search.ts";
import { Simulation } from "./simulation.ts";

/** Most moves that are made in search of a better interleaving: a second or two. */
const BUDGET = 400_000;

/** A run of moves of one thread. */
type Turn = readonly Move[];

/** The same failure by an interleaving with fewer changes of thread, or fewer moves; the given one if none is found. */
export function shorten(program: Program, found: FoundFailure, budget = BUDGET): FoundFailure {
  const search = new Shorten(program, found, budget);
  while (!search.advance(budget));
  return search.result();
}

/** The search for a better interleaving, in slices. */
export class Shorten {
  private readonly simulation: Simulation;
  private readonly wanted: Failure;
  private best: FoundFailure;
  private bestTurns: readonly Turn[];
  private left: number;
  private planned: readonly number[] = [];
  private asked = 0;
  /** The turn that is looked at next, and whether any was changed since the last one was. */
  private at: number;
  private improved = false;

  constructor(program: Program, found: FoundFailure, budget = BUDGET) {
    this.simulation = new Simulation(program, { merged: true, record: false, renumber: true });
    this.simulation.vm.chooser = () => this.planned[this.asked++] ?? 0;
    this.wanted = found.failure;
    this.best = found;
    this.bestTurns = turnsOf(found.moves);
    this.left = budget;
    this.at = this.bestTurns.length - 2;
  }

  /** Makes about `moves` more moves at most. Returns whether it is over. */
  advance(moves: number): boolean {
    // Later turns first: what is near the failure matters most, and the beginning is the same for all candidates.
    const until = this.left - moves;
    while (this.left > 0 && this.left > until) {
      if (this.at < 0) {
        if (!this.improved) return true;
        this.improved = false;
        this.at = this.bestTurns.length - 2;
        if (this.at < 0) return true;
      }
      if (this.tryAll(this.at)) this.improved = true;
      this.at = Math.min(this.at, this.bestTurns.length - 1) - 1;
    }
    return this.left <= 0;
  }
  /** The best known so far. */
  result(): FoundFailure {
    return this.best;
  }

  private tryAll(i: number): boolean {
    return (
      this.attempt(without(this.bestTurns, i)) ||
      this.attempt(later(this.bestTurns, i)) ||
      this.attempt(earlier(this.bestTurns, i))
    );
  }

  /** Makes these turns; keeps what came of them if the same thing fails and it reads better. */
  private attempt(turns: readonly Turn[] | undefined): boolean {
    if (turns === undefined) return false;
    const made: Move[] = [];
    const failure = this.replay(turns, made);
    for (let i = 0; i < made.length; i++) this.simulation.store.rollback();
    this.simulation.failures.length = 0;
    if (failure === undefined) return false;
    const madeTurns = turnsOf(made);
    const isBetter =
      madeTurns.length < this.bestTurns.length ||
      (madeTurns.length === this.bestTurns.length && made.length < this.best.moves.length);
    if (!isBetter) return false;
    this.best = { ...this.best, failure, moves: made };
    this.bestTurns = madeTurns;
    return true;
  }

  /** Makes turns one after another; a thread that cannot move yields. Returns the failure wanted, if it comes. */
  private replay(turns: readonly Turn[], made: Move[]): Failure | undefined {
    const { simulation } = this;
    for (const turn of turns) {
      for (const move of turn) {
        if (!this.make(move, made)) break;
        if (simulation.failures.length > 0) return this.same();
      }
    }
    // What was left out may have been needed to get there: everybody goes on in turn.
    for (let moved = true; moved && this.left > 0; ) {
      moved = false;
      for (const thread of simulation.running()) {
        while (this.left > 0 && this.make({ thread, choices: [] }, made)) {
          moved = true;
          if (simulation.failures.length > 0) return this.same();
        }
      }
    }
    if (this.left <= 0) return undefined;
    if (simulation.finished) simulation.checkEnd();
    else simulation.deadlock();
    return this.same();
  }
  private make(move: Move, made: Move[]): boolean {
    const { simulation } = this;
    if (!simulation.isRunning(move.thread)) return false;
    this.left--;
    this.planned = move.choices;
    this.asked = 0;
    if (simulation.step(move.thread) === StepResult.blocked) return false;
    made.push({ thread: move.thread, choices: move.choices.slice(0, this.asked) });
    return true;
  }
  private same(): Failure | undefined {
    const { failures } = this.simulation;
    const { id, spot } = this.wanted;
    const isSame = failures.every((f) => f.id === id);
    return isSame ? failures.find((f) => f.spot.source === spot.source && f.spot.start === spot.start) : undefined;
  }
}

function turnsOf(moves: readonly Move[]): Turn[] {
  const turns: Move[][] = [];
  for (const move of moves) {
    const last = turns.at(-1);
    if (last?.[0]?.thread === move.thread) last.push(move);
    else turns.push([move]);
  }
  return turns;
}

/** The turns without turn `i`. */
function without(turns: readonly Turn[], i: number): readonly Turn[] {
  return turns.toSpliced(i, 1);
}
/** Turn `i` put off until its thread's next turn. */
function later(turns: readonly Turn[], i: number): readonly Turn[] | undefined {
  const turn = turns[i] ?? [];
  const to = turns.findIndex((t, j) => j > i && t[0]?.thread === turn[0]?.thread);
  const target = turns[to];
  if (target === undefined) return undefined;
  return turns.with(to, [...turn, ...target]).toSpliced(i, 1);
}
/** Turn `i` brought forward to its thread's turn before. */
function earlier(turns: readonly Turn[], i: number): readonly Turn[] | undefined {
  const turn = turns[i] ?? [];
  const to = turns.findLastIndex((t, j) => j < i && t[0]?.thread === turn[0]?.thread);
  const target = turns[to];
  if (target === undefined) return undefined;
  return turns.with(to, [...target, ...turn]).toSpliced(i, 1);
}
