/**
 * Runs a simulation deterministically: picks the thread to move next by seed or by a saved schedule. What it has decided so
 * far is state, so that stepping back and forward again goes the same way.
 */
import type { DenseColumn } from "../store/column.ts";
import { StepResult } from "../vm/vm.ts";
import { circleFailure, statesOfRound } from "./circle.ts";
import { nextRandom, randomBelow } from "./random.ts";
import type { Move } from "./schedule.ts";
import type { Simulation } from "./simulation.ts";
import { DIRECTOR } from "./simulation.ts";

/** What a call of `Scheduler.step` came to. */
export type Progress =
  /** A thread moved. */
  | { readonly kind: "moved"; readonly thread: number; readonly result: StepResult }
  /** All threads have ended. */
  | { readonly kind: "finished" }
  /** Threads are left and none can move. */
  | { readonly kind: "stuck" };

export class Scheduler {
  private readonly simulation: Simulation;
  private readonly seed: number;
  private schedule: readonly Move[] | undefined;
  /** Row 0: state of the generator; 1: the thread that moved last, plus 1; 2: moves of the schedule that were used. */
  private readonly cells: DenseColumn;
  /** The generator's state while a step is decided on; kept in its cell with the step. */
  private generator = 0;
  /** Choices of the schedule for the step being made. */
  private pendingChoices: readonly number[] = [];

  /** `seed` 0 lets a thread run until it waits or ends; others switch at random. */
  constructor(simulation: Simulation, seed: number, schedule?: readonly Move[]) {
    this.simulation = simulation;
    this.seed = seed;
    this.schedule = schedule;
    this.cells = simulation.store.int("scheduler", { hashed: false });
    this.cells.set(0, Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
    simulation.store.forget();
    simulation.vm.chooser = (n, isFault) => this.choose(n, isFault);
  }

  /** The thread that moved last; the director before any did. */
  get lastMoved(): number {
    return Math.max(this.cells.get(1) - 1, DIRECTOR);
  }

  /** How many moves of the schedule have been made. */
  get used(): number {
    return this.cells.get(2);
  }
  /** Whether no thread stands at a statement that belongs to a move made already: one that others cannot see. */
  isBetweenMoves(): boolean {
    return !this.simulation.running().some((thread) => this.isAtLocal(thread));
  }

  /** Follows `schedule` from its beginning from now on. */
  follow(schedule: readonly Move[]): void {
    this.schedule = schedule;
    this.isRound = undefined;
    this.cells.set(2, 0);
  }

  /** Goes on with `schedule`, of which as many moves count as made as the state says. */
  resume(schedule: readonly Move[] | undefined): void {
    this.schedule = schedule;
  }

  /** Goes on as another one would that has made the same steps: what it decides next at random is the same. */
  goOnAs(other: Scheduler): void {
    this.cells.set(0, other.cells.get(0));
    this.cells.set(1, other.cells.get(1));
  }

  private random(n: number): number {
    this.generator = nextRandom(this.generator);
    return randomBelow(this.generator, n);
  }
  private choose(n: number, isFault: boolean): number {
    const [next, ...rest] = this.pendingChoices;
    if (next !== undefined) {
      this.pendingChoices = rest;
      return Math.min(next, n - 1);
    }
    return this.seed === 0 || isFault ? 0 : this.random(n);
  }

  /** Moves one thread by one step. */
  step(): Progress {
    const { simulation } = this;
    const last = this.cells.get(1) - 1;
    const goesOn = last >= 0 && !simulation.hasWorkers && !simulation.progress.isSpinning(last);
    if (this.seed === 0 && this.schedule === undefined && goesOn) {
      // Nearly every step: whoever moved last goes on.
      const moved = this.move(last);
      if (moved !== undefined) return moved;
    }
    const running = simulation.running();
    if (running.length === 0) return { kind: "finished" };
    this.generator = this.cells.get(0);
    const planned = this.planned(running);
    const order = planned === undefined ? this.order(running) : [planned, ...running.filter((t) => t !== planned)];
    for (const thread of order) {
      const moved = this.attempt(thread);
      if (moved !== undefined) return moved;
      this.pendingChoices = [];
    }
    return { kind: "stuck" };
  }

  /**
   * Moves `thread` by one step, whatever the schedule says; undefined if it waits. It chooses `choices`, or what the schedule says where
   * the thread is the one that it says.
   */
  move(thread: number, choices?: readonly number[]): Progress | undefined {
    if (!this.simulation.isRunning(thread)) return undefined;
    this.generator = this.cells.get(0);
    this.pendingChoices = choices ?? this.choicesFor(thread);
    return this.attempt(thread);
  }
  private choicesFor(thread: number): readonly number[] {
    const next = this.schedule?.[this.cells.get(2)];
    return next?.thread === thread && !this.isAtLocal(thread) ? next.choices : [];
  }
  private attempt(thread: number): Progress | undefined {
    const { simulation } = this;
    const isLocal = this.isAtLocal(thread);
    const result = simulation.step(thread);
    if (result === StepResult.blocked) return undefined;
    // All that was decided belongs to the step: undoing it undoes that too.
    this.cells.set(0, this.generator);
    this.cells.set(1, thread + 1);
    const used = this.cells.get(2);
    if (!isLocal && this.schedule?.[used]?.thread === thread) {
      this.cells.set(2, used + 1);
      if (used + 1 === this.schedule.length && this.leadsRound) this.goRound(this.schedule);
    }
    return { kind: "moved", thread, result };
  }
  /** Whether the schedule's last moves lead back to where they began, as it says: the scenario may have changed since. */
  private get leadsRound(): boolean {
    const { schedule, simulation } = this;
    if (schedule?.at(-1)?.closes === undefined) return false;
    this.isRound ??= statesOfRound(simulation.program, schedule) !== undefined;
    return this.isRound;
  }
  private isRound: boolean | undefined;
  /** A round of the circle at the schedule's end has been made: that is what is wrong, and the next round follows. */
  private goRound(schedule: readonly Move[]): void {
    const { closes } = schedule.at(-1) ?? {};
    if (closes === undefined) return;
    const { failures } = this.simulation;
    const isKnown = failures.some(({ kind, id }) => kind === "livelock" && id === closes.id);
    if (!isKnown) failures.push(circleFailure(this.simulation, closes.id, schedule.slice(-closes.moves)));
    this.cells.set(2, schedule.length - closes.moves);
  }
  /** Whether `thread` stands at a statement that no other thread can see. */
  private isAtLocal(thread: number): boolean {
    const { codeMap, machine } = this.simulation;
    return this.schedule !== undefined && codeMap.isLocal(machine.threads.pc.get(thread));
  }

  /**
   * The thread that moves next by the schedule, if there is one. A move of the schedule is one statement that others can see;
   * statements that nobody can see belong to no move, and whoever stands at one runs first, as when exploring.
   */
  private planned(running: readonly number[]): number | undefined {
    this.pendingChoices = [];
    const local = running.find((thread) => this.isAtLocal(thread));
    if (local !== undefined) return local;
    const move = this.schedule?.[this.cells.get(2)];
    if (move === undefined || !running.includes(move.thread)) return undefined;
    this.pendingChoices = move.choices;
    return move.thread;
  }

  /** Threads in the order in which they are tried. */
  private order(running: readonly number[]): readonly number[] {
    const last = this.cells.get(1) - 1;
    const workers = running.filter((t) => t >= this.simulation.vm.firstWorker);
    if (this.seed === 0) {
      // Work that was put off is done before the scenario goes on; otherwise whoever moved last goes on.
      const rest = running.filter((t) => !workers.includes(t));
      if (this.simulation.progress.isSpinning(last)) {
        // It tries in vain: what it waits for, others may do.
        const others = running.filter((t) => t !== last && t !== DIRECTOR);
        return [...others, last, ...running.filter((t) => t === DIRECTOR)];
      }
      const own = rest.includes(last) ? [last, ...rest.filter((t) => t > last), ...rest.filter((t) => t < last)] : rest;
      return [...workers, ...own.filter((t) => t !== DIRECTOR), ...own.filter((t) => t === DIRECTOR)];
    }
    if (running.length === 1) return running;
    const others = running.filter((t) => t !== last);
    const first =
      running.includes(last) && this.random(4) !== 0 ? last : (running[this.random(running.length)] as number);
    const start = others.length === 0 ? 0 : this.random(others.length);
    const rest = [...others.slice(start), ...others.slice(0, start), last].filter(
      (t) => t !== first && running.includes(t),
    );
    return [first, ...rest];
  }
}
