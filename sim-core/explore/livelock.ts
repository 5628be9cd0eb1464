/**
 * Executions that go on for ever and get nowhere. Progress is that a statement of the scenario ends: nothing leads back over that,
 * so whatever circle there is in the state graph is one without progress, however much is faulted, copied or locked in it.
 *
 * - `livelock`: no order of steps leads out of the circle any more. (`progress-bound` is the plainest of them: one thread faults on
 *   a page again and again, and nobody else can move.)
 * - `ping-pong`: other orders lead out, but a fair scheduler may keep to the circle (fair-circle.ts): threads undo each other's work.
 */
import { PROGRESS_ID } from "../checks/index.ts";
import type { Program } from "../vm/program.ts";
import { circleFailure } from "./circle.ts";
import type { ClosedStates } from "./components.ts";
import { Components, OUTSIDE } from "./components.ts";
import type { Failure } from "./failure.ts";
import { fairCircle } from "./fair-circle.ts";
import { OnPath } from "./on-path.ts";
import type { CircleId, MergedMove } from "./schedule.ts";
import type { Simulation } from "./simulation.ts";

/**
 * States that are gone through a second time at most in search of circles: of one look, and of all. Several searches, each of which looks
 * from where the ways of others begin, go through a part of all that they have seen at most, if that is more.
 */
const MAX_STATES = 200_000;
const MAX_PART = 0.5;
/** Most moves of a component in which a fair circle is looked for, which is done at once. */
const MAX_FAIR_MOVES = 200_000;

/** A circle that executions can go round for ever, and the way to it. */
export interface Lasso {
  readonly failure: Failure;
  /** From the state looked from: to the circle and once round, as the last move says (`closes`). */
  readonly moves: readonly MergedMove[];
}

/** Whether a circle that other orders of steps lead out of is a failure: the file asks for it. */
export function failsByPingPong({ invariants, finds }: Program): boolean {
  return invariants["ping-pong"] === true || finds.includes("ping-pong") || finds.includes("livelock");
}

/** Finds circles as a depth-first search goes. */
export class Livelocks {
  /** The states on the search's path. */
  readonly onPath = new OnPath();
  /** The first circle that other orders of steps lead out of. */
  pingPong: Lasso | undefined;
  /** What the last look has found. */
  livelock: Lasso | undefined;
  private readonly simulation: Simulation;
  private readonly components: Components;

  constructor(simulation: Simulation, closed?: ClosedStates) {
    this.simulation = simulation;
    this.components = new Components(simulation, MAX_FAIR_MOVES, closed);
  }

  /** Whether there were more states in circles than are looked at: what is in the others is not known. */
  get isCut(): boolean {
    return this.components.isCut;
  }

  /**
   * Begins to look at the circles that can be reached from the present state, which should lie on one; not at those seen before.
   *
   * @param seenTogether how many states several searches have seen; 0 for one alone
   */
  begin(seenTogether = 0): void {
    this.livelock = undefined;
    this.components.begin(MAX_STATES, Math.max(MAX_STATES, seenTogether * MAX_PART));
  }
  /** Whether it is looking: the simulation may stand elsewhere than where it began. */
  get isLooking(): boolean {
    return this.components.isSearching;
  }
  /** Gives up looking: the simulation is led back to where it began. */
  cancel(): void {
    this.components.giveUp();
  }
  /**
   * Goes on for about `moves` more moves. Returns whether it is over: then `livelock` is a circle that nothing leads out of, if there
   * is one; the first of the others is kept in `pingPong`.
   */
  advance(moves: number): boolean {
    return this.components.advance(moves, (component) => {
      const hasWayOut = component.moves.some(({ to }) => to === OUTSIDE);
      if (hasWayOut && this.pingPong !== undefined) return false;
      const circle = fairCircle(component);
      if (circle === undefined) return false;
      const toCircle = circle.way.map(({ move }) => move);
      const round = circle.round.map(({ move }) => move);
      const isAlone = component.moves.every(({ move }) => move.thread === round[0]?.thread);
      const { id, failure } = this.tell(toCircle, round, hasWayOut, isAlone);
      const closes = { moves: round.length, id };
      const moves = [...component.way, ...toCircle, ...round];
      const lasso = { failure, moves: moves.map((m, i) => (i === moves.length - 1 ? { ...m, closes } : m)) };
      if (hasWayOut) this.pingPong = lasso;
      else this.livelock = lasso;
      return !hasWayOut;
    });
  }

  /** What is wrong. The search stands in the component's first state, and `way` leads from there to the circle. */
  private tell(
    way: readonly MergedMove[],
    round: readonly MergedMove[],
    hasWayOut: boolean,
    isAlone: boolean,
  ): { readonly id: CircleId; readonly failure: Failure } {
    const { simulation } = this;
    const { vm, store } = simulation;
    const { chooser } = vm;
    for (const { thread, choices } of [...way, ...round]) {
      let asked = 0;
      vm.chooser = () => choices[asked++] ?? 0;
      simulation.step(thread);
    }
    const faults = simulation.progress.faultedWithin(round[0]?.thread ?? 0, round.length);
    const isPlain = isAlone && faults && simulation.program.invariants[PROGRESS_ID] !== false;
    const id: CircleId = hasWayOut ? "ping-pong" : isPlain ? PROGRESS_ID : "livelock";
    const failure = circleFailure(simulation, id, round);
    for (let i = way.length + round.length; i > 0; i--) store.rollback();
    vm.chooser = chooser;
    return { id, failure };
  }
}
