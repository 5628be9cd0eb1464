/**
 * The shortest way to a failure: breadth first, so that of all executions that fail so none has fewer moves, or none fewer
 * changes of thread. States yet to be looked at are kept as what they differ by from the first one; of every state seen there is
 * its hash, and from where it was reached by which move.
 */
import type { Changes } from "../store/changes.ts";
import type { Program } from "../vm/program.ts";
import { StepResult } from "../vm/vm.ts";
import { Answers } from "./answers.ts";
import { hashOf } from "./circle.ts";
import type { Failure } from "./failure.ts";
import type { Move } from "./schedule.ts";
import { Simulation } from "./simulation.ts";
import { Visited } from "./visited.ts";

/** Bounds of a search; it ends without a finding when one is reached. */
export interface BreadthFirstOptions {
  /** Most states to visit. */
  readonly maxStates: number;
  /** Most bytes of states yet to be looked at. */
  readonly maxBytes: number;
  /** Called for every move that is made, also to a state seen before. */
  readonly onMove?: (move: MadeMove, simulation: Simulation) => void;
  /** Called in each state from which nobody can move; `failures` of the simulation say what is wrong with it. */
  readonly onEnd?: (state: number, simulation: Simulation) => void;
  /** What there are to be fewest of: moves; or changes of thread, and among those with as few of them moves. */
  readonly fewest?: "moves" | "turns";
  /** Whether a failure is the one that is looked for; any if not given. */
  readonly wanted?: (failure: Failure, alone: boolean) => boolean;
  /** Asked of each new state: whether the search is over with it (`reached`). */
  readonly until?: (simulation: Simulation) => boolean;
}

/** A move from one state to another, by their numbers in the order of finding; the first state is 0. */
export interface MadeMove {
  readonly from: number;
  /** undefined where something failed: such a state is not gone on from. */
  readonly to: number | undefined;
  readonly isNew: boolean;
  readonly thread: number;
  /** What was chosen in it. */
  readonly choices: readonly number[];
}

/** A failure and the fewest moves that lead to it. */
export interface ShortestFailure {
  readonly failure: Failure;
  readonly moves: readonly Move[];
  /** Whether nothing else failed with it. */
  readonly alone: boolean;
}

/** A state that was looked for, by its hash, and the moves that lead to it. */
interface Reached {
  readonly hash: string;
  readonly moves: readonly Move[];
}

/** What was found, and how many changes of thread and moves it took. */
interface Finding {
  readonly turns: number;
  readonly moves: number;
  readonly what: { readonly failure: ShortestFailure } | { readonly reached: Reached };
}

/** A state yet to be looked at. */
interface Pending {
  /** Its number, in the order of finding. */
  readonly state: number;
  /** The thread that moved last, -1 in the first state. */
  readonly thread: number;
  /** Moves that led to it. */
  readonly moves: number;
  readonly changes: Changes;
}

export class BreadthFirst {
  readonly simulation: Simulation;
  private readonly options: BreadthFirstOptions;
  private readonly visited = new Visited();
  private readonly answers = new Answers();
  private readonly origins = new Origins();
  private queue = new Queue();
  private nextQueue = new Queue();
  private readonly numbers = new Map<string, number>();
  private bytes = 0;
  /** Changes of thread of the executions that are looked at now. */
  private turns = 0;
  /** The best that was found so far. It took one change of thread more, perhaps: a better one may be to come. */
  private best: Finding | undefined;
  private found: ShortestFailure | undefined;
  /** The state that `until` was true of, by its hash, and the fewest moves that lead to it. */
  reached: Reached | undefined;

  constructor(program: Program, options: BreadthFirstOptions) {
    this.options = options;
    this.simulation = new Simulation(program, { merged: true, record: false, renumber: true });
    this.simulation.vm.chooser = (n) => this.answers.choose(n);
    const { store, failures } = this.simulation;
    this.isNew(-1);
    this.numberOf(this.origins.add(-1, { thread: 0, choices: [] }));
    const first = { state: 0, thread: -1, moves: 0, changes: store.changesSince(store.step) };
    if (failures.length > 0) this.take(first, undefined);
    else this.queue.add(first);
    this.noteReached(first, 0);
    this.settle();
  }

  /** States seen so far; where turns count, each as often as it was reached by another thread. */
  get states(): number {
    return this.visited.size;
  }

  /** Looks at `states` more states at most, so that the host can do other things in between. Returns whether it is over. */
  advance(states: number): boolean {
    for (let left = states; left > 0 && !this.over; left--) {
      const pending = this.queue.take();
      if (pending === undefined) {
        [this.queue, this.nextQueue] = [this.nextQueue, this.queue];
        this.turns++;
      } else {
        this.bytes -= pending.changes.byteLength;
        this.expand(pending);
      }
      if (this.isBest) this.settle();
    }
    // At a bound, it is the best that is known.
    if (this.over) this.settle();
    return this.over;
  }
  /** Whether nothing better than what was found is to come. */
  private get isBest(): boolean {
    const { best } = this;
    if (best === undefined || !this.countsTurns) return best !== undefined;
    return best.turns < this.turns || (best.turns === this.turns && best.moves <= this.queue.fewestMoves);
  }
  private settle(): void {
    if (this.best === undefined) return;
    const { what } = this.best;
    if ("failure" in what) this.found = what.failure;
    else this.reached = what.reached;
  }
  private offer(finding: Finding): void {
    const { best } = this;
    const isBetter =
      best === undefined || finding.turns < best.turns || (finding.turns === best.turns && finding.moves < best.moves);
    if (isBetter) this.best = finding;
  }
  private get over(): boolean {
    const { maxStates, maxBytes } = this.options;
    const empty = this.queue.length === 0 && this.nextQueue.length === 0;
    const isFound = this.found !== undefined || this.reached !== undefined;
    return isFound || empty || this.visited.size >= maxStates || this.bytes > maxBytes;
  }
  /** The failure, once it is found; undefined while it is not, or if a bound came first. */
  result(): ShortestFailure | undefined {
    return this.found;
  }

  /** Makes every move that is possible in a state. */
  private expand(pending: Pending): void {
    const { changes } = pending;
    const { simulation, answers } = this;
    const { store } = simulation;
    const first = store.step;
    store.mark();
    store.apply(changes);
    let moved = false;
    for (const thread of simulation.running()) {
      answers.clear();
      do {
        answers.begin();
        if (simulation.step(thread) === StepResult.blocked) continue;
        moved = true;
        this.arrive(pending, thread, first);
        store.rollback();
        simulation.failures.length = 0;
      } while (!this.isBest && answers.next());
      if (this.isBest) break;
    }
    if (!moved) this.ended(pending);
    store.rollback();
    simulation.failures.length = 0;
  }
  private noteReached({ state, moves }: Pending, turns: number): void {
    if (this.options.until?.(this.simulation) !== true) return;
    const reached = { hash: hashOf(this.simulation), moves: this.origins.movesTo(state) };
    this.offer({ turns, moves, what: { reached } });
  }
  private arrive(from: Pending, thread: number, first: number): void {
    const { store, failures } = this.simulation;
    if (failures.length > 0) {
      this.tell(from.state, undefined, false, thread);
      this.take(from, thread);
      return;
    }
    if (!this.isNew(thread)) {
      this.tell(from.state, this.numberOf(undefined), false, thread);
      return;
    }
    const state = this.origins.add(from.state, { thread, choices: this.answers.given() });
    this.tell(from.state, this.numberOf(state), true, thread);
    const changes = store.changesSince(first);
    this.bytes += changes.byteLength;
    const arrived = { state, thread, moves: from.moves + 1, changes };
    const goesOn = this.countsTurns && this.goesOn(from, thread);
    this.noteReached(arrived, goesOn ? this.turns : this.turns + 1);
    (goesOn ? this.queue : this.nextQueue).add(arrived);
  }
  private goesOn(from: Pending, thread: number): boolean {
    return from.thread === thread || from.thread < 0;
  }
  private tell(from: number, to: number | undefined, isNew: boolean, thread: number): void {
    const { onMove } = this.options;
    if (onMove !== undefined) onMove({ from, to, isNew, thread, choices: this.answers.given() }, this.simulation);
  }
  /** The number of the present state, which is `state` if it is a new one; only kept where somebody wants to know. */
  private numberOf(state: number | undefined): number | undefined {
    if (this.options.onMove === undefined) return undefined;
    const { hashLow, hashHigh } = this.simulation.store;
    const key = `${hashLow} ${hashHigh}`;
    if (state !== undefined) this.numbers.set(key, state);
    return this.numbers.get(key);
  }
  private get countsTurns(): boolean {
    return this.options.fewest === "turns";
  }
  /** Whether the present state was not seen before; where turns count, not after a move of this thread. */
  private isNew(thread: number): boolean {
    const { hashLow, hashHigh } = this.simulation.store;
    const mixed = this.countsTurns ? Math.imul(thread + 2, 0x9e3779b1) : 0;
    return this.visited.add(hashLow ^ mixed, hashHigh);
  }
  /** No thread can move in a state: the execution has ended, or is stuck. */
  private ended(pending: Pending): void {
    const { simulation } = this;
    if (simulation.finished) simulation.checkEnd();
    else simulation.deadlock();
    this.options.onEnd?.(pending.state, simulation);
    if (simulation.failures.length > 0) this.take(pending, undefined);
  }
  /** Keeps the failure that was found behind state `from`, after a move of `thread` if one is given, if it is wanted. */
  private take(from: Pending, thread: number | undefined): void {
    const { failures } = this.simulation;
    const alone = failures.every(({ id }) => id === failures[0]?.id);
    const failure = failures.find((f) => this.options.wanted?.(f, alone) ?? true);
    if (failure === undefined) return;
    const moves = this.origins.movesTo(from.state);
    if (thread !== undefined) moves.push({ thread, choices: this.answers.given() });
    const turns = thread === undefined || this.goesOn(from, thread) ? this.turns : this.turns + 1;
    this.offer({ turns, moves: moves.length, what: { failure: { failure, moves, alone } } });
  }
}

/** States yet to be looked at, those with the fewest moves first. */
class Queue {
  private readonly byMoves: Pending[][] = [];
  private lowest = 0;
  length = 0;

  /** Moves of the one that has fewest; infinite if there is none. */
  get fewestMoves(): number {
    while (this.lowest < this.byMoves.length && (this.byMoves[this.lowest]?.length ?? 0) === 0) this.lowest++;
    return this.lowest < this.byMoves.length ? this.lowest : Number.POSITIVE_INFINITY;
  }

  add(pending: Pending): void {
    let sameMoves = this.byMoves[pending.moves];
    if (sameMoves === undefined) {
      sameMoves = [];
      this.byMoves[pending.moves] = sameMoves;
    }
    sameMoves.push(pending);
    this.lowest = Math.min(this.lowest, pending.moves);
    this.length++;
  }
  take(): Pending | undefined {
    while (this.lowest < this.byMoves.length) {
      const pending = this.byMoves[this.lowest]?.pop();
      if (pending !== undefined) {
        this.length--;
        return pending;
      }
      this.lowest++;
    }
    return undefined;
  }
}

/** From where each state was first reached, and by which move. */
class Origins {
  private from = new Int32Array(1 << 10);
  private threads = new Int16Array(1 << 10);
  /** Few moves have choices. */
  private readonly choices = new Map<number, readonly number[]>();
  private count = 0;

  /** A state reached from state `from` (-1: the first) by `move`. Returns its number. */
  add(from: number, { thread, choices }: Move): number {
    const state = this.count++;
    if (state === this.from.length) {
      this.from = grown(this.from, new Int32Array(state * 2));
      this.threads = grown(this.threads, new Int16Array(state * 2));
    }
    this.from[state] = from;
    this.threads[state] = thread;
    if (choices.length > 0) this.choices.set(state, choices);
    return state;
  }
  /** The moves from the first state to `state`. */
  movesTo(state: number): Move[] {
    const moves: Move[] = [];
    for (let at = state; at > 0; at = this.from[at] as number) {
      moves.push({ thread: this.threads[at] as number, choices: this.choices.get(at) ?? [] });
    }
    return moves.reverse();
  }
}

function grown<A extends Int32Array<ArrayBuffer> | Int16Array<ArrayBuffer>>(from: A, to: A): A {
  to.set(from);
  return to;
}
