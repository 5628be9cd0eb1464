/**
 * Runs a simulation deterministically: picks the thread to move next by seed or by a saved schedule. What it has decided so
 * far is state, so that stepping back and forward again goes the same way.
 */
import type { DenseColumn } from "../store/column.ts";
import { StepResult } from "../vm/vm.ts";
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
  /**
   * Row 0: state of the generator; 1: the thread that moved last, plus 1; 2: moves of the schedule that were used;
   * 3: whether the move under way has run its shared statement.
   */
  private readonly cells: DenseColumn;

  /** `seed` 0 lets a thread run until it waits or ends; others switch at random. */
  constructor(simulation: Simulation, seed: number, schedule?: readonly Move[]) {
    this.simulation = simulation;
    this.seed = seed;
    this.schedule = schedule;
    this.cells = simulation.store.int("scheduler", { hashed: false });
    this.cells.set(0, Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
    simulation.store.forget();
    simulation.vm.chooser = (n) => this.choose(n);
  }

  /** The thread that moved last; the director before any did. */
  get lastMoved(): number {
    return Math.max(this.cells.get(1) - 1, DIRECTOR);
  }

  /** Follows `schedule` from its beginning from now on. */
  follow(schedule: readonly Move[]): void {
    this.schedule = schedule;
    this.cells.set(2, 0);
  }

  private random(n: number): number {
    const state = nextRandom(this.cells.get(0));
    this.cells.set(0, state);
    return randomBelow(state, n);
  }
  private pendingChoices: readonly number[] = [];
  private choose(n: number): number {
    const [next, ...rest] = this.pendingChoices;
    if (next !== undefined) {
      this.pendingChoices = rest;
      return Math.min(next, n - 1);
    }
    return this.seed === 0 ? 0 : this.random(n);
  }

  /** Moves one thread by one step. */
  step(): Progress {
    const { simulation } = this;
    const last = this.cells.get(1) - 1;
    if (this.seed === 0 && this.schedule === undefined && last >= 0 && !simulation.hasWorkers) {
      // Nearly every step: whoever moved last goes on.
      const moved = this.move(last);
      if (moved !== undefined) return moved;
    }
    const running = simulation.running();
    if (running.length === 0) return { kind: "finished" };
    const planned = this.planned(running);
    const order = planned === undefined ? this.order(running) : [planned, ...running.filter((t) => t !== planned)];
    for (const thread of order) {
      const moved = this.move(thread);
      if (moved !== undefined) return moved;
    }
    return { kind: "stuck" };
  }

  /** Moves `thread` by one step, whatever the schedule says; undefined if it waits. */
  move(thread: number): Progress | undefined {
    const { simulation } = this;
    if (!simulation.isRunning(thread)) return undefined;
    const pc = simulation.machine.threads.pc.get(thread);
    const result = simulation.step(thread);
    if (result === StepResult.blocked) return undefined;
    this.cells.set(1, thread + 1);
    if (this.schedule !== undefined) this.advance(thread, result, !simulation.codeMap.isLocal(pc));
    return { kind: "moved", thread, result };
  }

  /** The thread that the schedule moves next, if there is one and it can be moved. */
  private planned(running: readonly number[]): number | undefined {
    const move = this.schedule?.[this.cells.get(2)];
    if (move === undefined) return undefined;
    this.pendingChoices = move.choices;
    if (running.includes(move.thread)) return move.thread;
    // A thread that has nothing but local statements has no move of its own: the explorer ran it with its start.
    return running.find((t) => t !== DIRECTOR) ?? running[0];
  }
  /** After a step of the planned thread: its move is over when what comes next is no local statement. */
  private advance(thread: number, result: StepResult, shared: boolean): void {
    const used = this.cells.get(2);
    if (this.schedule?.[used]?.thread !== thread) return;
    const { codeMap, machine } = this.simulation;
    const sharedDone = shared || this.cells.get(3) !== 0;
    const over = result !== StepResult.ran || (sharedDone && !codeMap.isLocal(machine.threads.pc.get(thread)));
    this.cells.set(3, !over && sharedDone ? 1 : 0);
    if (over && sharedDone) this.cells.set(2, used + 1);
  }

  /** Threads in the order in which they are tried. */
  private order(running: readonly number[]): readonly number[] {
    const last = this.cells.get(1) - 1;
    const workers = running.filter((t) => t >= this.simulation.vm.firstWorker);
    if (this.seed === 0) {
      // Work that was put off is done before the scenario goes on; otherwise whoever moved last goes on.
      const rest = running.filter((t) => !workers.includes(t));
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
