/**
 * Strongly connected components of the state graph, from one state on: the states of a component can all be reached from each
 * other, so an execution can stay in it for ever. Tarjan's algorithm, depth first, going back by undoing.
 *
 * Moves that end a statement of the scenario are not followed: no way leads back over them.
 */
import { StepResult } from "../vm/vm.ts";
import { Path } from "./path.ts";
import type { MergedMove } from "./schedule.ts";
import type { Simulation } from "./simulation.ts";
import { StateNumbers } from "./state-numbers.ts";
import type { Known } from "./transition-cache.ts";

/** A move within a component, or one that leaves it. */
export interface ComponentMove {
  readonly from: number;
  /** Where it leads, `OUTSIDE` if out of the component. */
  readonly to: number;
  readonly move: MergedMove;
}

/** `to` of a move that leads out of its component. */
export const OUTSIDE = -1;

/** States from which all others of them can be reached, numbered from 0, with at least one move between them. */
export interface Component {
  /** How many there are. */
  readonly states: number;
  /** All moves from them, also those that lead out. A thread without a move from a state has to wait there. */
  readonly moves: readonly ComponentMove[];
  /** The moves that lead from where the search began to state 0. */
  readonly way: readonly MergedMove[];
}

/** States whose components others have looked at, where several search. */
export interface ClosedStates {
  hasClosed(low: number, high: number): boolean;
  /** Adds one, if the search has come to it. */
  close(low: number, high: number): void;
}

/** In `StateNumbers`: the state's component is known. */
const DONE = 0x7ffffffe;

export class Components {
  private readonly simulation: Simulation;
  private readonly numbers = new StateNumbers();
  private readonly maxMoves: number;
  private readonly closed: ClosedStates | undefined;
  /** Most states to look at, with those of earlier searches. */
  private maxStates = 0;
  /** Whether states were left out because there were too many. */
  isCut = false;

  // The states whose component is not known yet, in the order in which they were found; a component is the end of this list.
  private readonly lowest: number[] = [];
  private readonly hashes: number[] = [];
  /** Where each state's moves begin in `moves`. */
  private readonly firstMove: number[] = [];
  private moves: ComponentMove[] = [];
  /** Numbers of the states on the path. */
  private readonly onPath: number[] = [];
  private path = new Path();

  /** Components of more than `maxMoves` moves are shown to nobody. */
  constructor(simulation: Simulation, maxMoves: number, closed?: ClosedStates) {
    this.simulation = simulation;
    this.maxMoves = maxMoves;
    this.closed = closed;
  }

  /** States looked at so far. */
  get size(): number {
    return this.numbers.size;
  }

  /**
   * Begins to look at all that can be reached from the present state, but for states of earlier searches.
   *
   * @param maxStates the most states to look at from here
   * @param maxAll the most, with those of earlier searches
   */
  begin(maxStates: number, maxAll: number): void {
    this.maxStates = Math.min(this.numbers.size + maxStates, maxAll);
    this.path = new Path();
    if (this.numberHere() === undefined) this.enter();
  }
  /** Whether a search is under way: the simulation may stand elsewhere than where it began. */
  get isSearching(): boolean {
    return this.path.length > 0;
  }
  /**
   * Goes on for about `moves` more moves, and shows each component to `take` until that returns true; what is left then is only gone
   * back over. When the search is over, the simulation stands where it began. Returns whether it is over.
   */
  advance(moves: number, take: (component: Component) => boolean): boolean {
    const { vm } = this.simulation;
    const { chooser } = vm;
    vm.chooser = (n) => this.path.choose(n);
    for (let left = moves; this.path.length > 0 && left > 0; left--) {
      if (!this.tryNext() && this.leave(take)) this.giveUp();
    }
    vm.chooser = chooser;
    return this.path.length === 0;
  }
  /** Ends the search where it is: the simulation is led back to where it began. */
  giveUp(): void {
    while (this.path.length > 0) this.leave(() => false);
  }

  /** Tries one more move from the last state of the path; false if there is none. */
  private tryNext(): boolean {
    const { path, simulation } = this;
    if (!path.nextAnswers()) {
      const thread = nextRunning(simulation, path.thread);
      if (thread < 0) return false;
      path.thread = thread;
    }
    path.beginMove();
    const { thread } = path;
    const from = this.onPath[this.onPath.length - 1] as number;
    simulation.statementEnded = false;
    const known = simulation.foresee(thread, path);
    if (known === undefined ? simulation.run(thread) === StepResult.blocked : known.isBlocked) {
      // What an injected fault holds up goes on some time, whatever the others do.
      if (simulation.isDelayed(thread))
        this.moves.push({ from, to: OUTSIDE, move: { thread, choices: [], ahead: 0, behind: 0 } });
      return true;
    }
    const { ahead, behind } = known ?? simulation;
    path.noteMoved(ahead, behind);
    const move = { thread, choices: path.choices(), ahead, behind };
    // A remembered move need not be made where it is clear which state it leads to.
    const foreseen = simulation.store.members === undefined ? known : undefined;
    if (known !== undefined && foreseen === undefined) simulation.repeat(known);
    const isOut = simulation.failures.length > 0 || simulation.statementEnded || known?.statementEnded === true;
    const number = isOut ? DONE : foreseen === undefined ? this.numberHere() : this.numberBehind(foreseen);
    if (number === undefined && this.numbers.size < this.maxStates) {
      if (foreseen !== undefined) simulation.repeat(foreseen);
      this.moves.push({ from, to: this.lowest.length, move });
      this.enter();
      return true;
    }
    if (number === undefined) this.isCut = true;
    if (number === undefined || number === DONE) this.moves.push({ from, to: OUTSIDE, move });
    else {
      this.moves.push({ from, to: number, move });
      this.lowest[from] = Math.min(this.lowest[from] as number, number);
    }
    if (foreseen === undefined) this.retreat();
    return true;
  }
  private retreat(): void {
    this.simulation.store.rollback();
    this.simulation.failures.length = 0;
  }

  private numberHere(): number | undefined {
    const { hashLow, hashHigh } = this.simulation.store;
    return this.numberOf(hashLow, hashHigh);
  }
  /** The number of the state that a remembered move, which is not made yet, leads to. */
  private numberBehind({ low, high }: Known): number | undefined {
    const { hashLow, hashHigh } = this.simulation.store;
    return this.numberOf((hashLow + low) | 0, (hashHigh + high) | 0);
  }
  private numberOf(low: number, high: number): number | undefined {
    const number = this.numbers.get(low, high);
    return number === undefined && this.closed?.hasClosed(low, high) === true ? DONE : number;
  }
  private enter(): void {
    const { hashLow, hashHigh } = this.simulation.store;
    const state = this.lowest.length;
    this.numbers.set(hashLow, hashHigh, state);
    this.lowest.push(state);
    this.hashes.push(hashLow, hashHigh);
    this.firstMove.push(this.moves.length);
    this.onPath.push(state);
    this.path.push();
  }
  /** All moves from the last state of the path were made: goes back from it. Returns what `take` says of a component. */
  private leave(take: (component: Component) => boolean): boolean {
    const state = this.onPath.pop() as number;
    const lowest = this.lowest[state] as number;
    this.path.pop();
    let answer = false;
    if (lowest === state) answer = this.finish(state, take);
    const before = this.onPath[this.onPath.length - 1];
    if (before === undefined) return answer;
    if (lowest < state) this.lowest[before] = Math.min(this.lowest[before] as number, lowest);
    this.retreat();
    return answer;
  }
  /** The states from `root` on are a component. */
  private finish(root: number, take: (component: Component) => boolean): boolean {
    const states = this.lowest.length - root;
    const from = this.firstMove[root] as number;
    for (let s = root; s < root + states; s++) {
      const low = this.hashes[2 * s] as number;
      const high = this.hashes[2 * s + 1] as number;
      this.numbers.set(low, high, DONE);
      this.closed?.close(low, high);
    }
    const isShown = this.moves.length - from <= this.maxMoves;
    const moves = isShown ? this.moves.slice(from) : [];
    this.lowest.length = root;
    this.hashes.length = 2 * root;
    this.firstMove.length = root;
    this.moves.length = from;
    // The move that led to it is one of another component: its number will be another state's.
    const entry = this.moves[from - 1];
    if (entry !== undefined) this.moves[from - 1] = { ...entry, to: OUTSIDE };
    const own = moves.map((m) => ({ from: m.from - root, to: m.to === OUTSIDE ? OUTSIDE : m.to - root, move: m.move }));
    return own.some(({ to }) => to !== OUTSIDE) && take({ states, moves: own, way: this.path.moves(this.path.length) });
  }
}

/** The lowest thread above `after` that has something to do; -1 if there is none. It may be waiting. */
function nextRunning(simulation: Simulation, after: number): number {
  const { threads } = simulation.machine;
  for (let t = after + 1; t < threads.length; t++) if (simulation.isRunning(t)) return t;
  return -1;
}
