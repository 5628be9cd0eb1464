/**
 * The history of one execution: a simulation that goes forward and back. Going back is undoing; going forward again does what
 * was undone once more, until a step is made that history does not have.
 *
 * A *moment* is the number of steps made before it. Step n leads from moment n - 1 to moment n.
 */
import type { Failure } from "../sim-core/explore/failure.ts";
import type { Move } from "../sim-core/explore/schedule.ts";
import { Scheduler } from "../sim-core/explore/scheduler.ts";
import type { Simulation } from "../sim-core/explore/simulation.ts";
import { DIRECTOR } from "../sim-core/explore/simulation.ts";
import type { LogRecord } from "../sim-core/vm/event-log.ts";
import type { SeenEvent } from "../sim-core/vm/patterns.ts";
import type { Program } from "../sim-core/vm/program.ts";
import type { Forgotten } from "./recorded.ts";
import { RecordedSimulation } from "./recorded.ts";

/** Most steps that can be undone; beyond, the older half is forgotten. */
const HISTORY_LIMIT = 4_000_000;

const none: readonly Failure[] = [];

/** A change that somebody made by hand: a what-if that became part of the history. */
export interface Intervention {
  /** The step that it is. */
  readonly step: number;
  /** What was set to what, for a person: `value(buf[0]): 1 → 5`. */
  readonly text: string;
  /** The memory that it is about, if it is about some. */
  readonly about?: { readonly process: number; readonly start: number; readonly end: number } | undefined;
}

/** A load or store of a CPU (`device` -1) or device: word `word` of page `vpn`. */
export interface MemoryAccess {
  readonly process: number;
  readonly vpn: number;
  readonly word: number;
  readonly isStore: boolean;
  readonly device: number;
}

/** Why there is no step forward. */
export type End = "finished" | "stuck";

/** What a call of `forward` came to. */
export type Forward = "moved" | "blocked" | End;

export class Timeline {
  readonly simulation: Simulation;
  private readonly recorded: RecordedSimulation;
  private readonly scheduler: Scheduler;
  /** Failures of the steps that were undone, the next one last. */
  private readonly undone: Failure[] = [];
  /** Told when steps after a moment are forgotten because another future begins there. */
  onForget: (moment: number) => void = () => {};
  /** Told when the oldest part of history was forgotten, with the first moment that is left. */
  onCut: (oldest: number) => void = () => {};
  /** The earliest moment at which another future began since this was reset; infinite if none did. */
  divergedAt = Number.POSITIVE_INFINITY;
  /** The moment at which the execution was found to end, and how. */
  private end: { readonly moment: number; readonly how: End } | undefined;

  private made: Intervention[] = [];
  /** The schedules that were followed, each from a moment on; the one given at first from 0. */
  private followed: { readonly from: number; readonly moves: readonly Move[] | undefined }[];
  private readonly historyLimit: number;

  /**
   * `historyLimit`: the most steps that can be undone; of a longer execution the older half is forgotten.
   * @throws ModelError if a driver's `open` fails
   */
  constructor(
    program: Program,
    seed: number,
    schedule?: (simulation: Simulation) => readonly Move[],
    historyLimit = HISTORY_LIMIT,
  ) {
    this.historyLimit = historyLimit;
    this.recorded = new RecordedSimulation(program);
    this.simulation = this.recorded;
    this.simulation.store.keepLeaps();
    const moves = schedule?.(this.simulation);
    this.followed = [{ from: 0, moves }];
    this.scheduler = new Scheduler(this.simulation, seed, moves);
    this.recorded.noteChoices();
    this.recorded.noteRecords();
  }

  /** Has `take` called with each event that is about to be forgotten with the oldest steps. */
  whenForgotten(take: (event: SeenEvent) => void): void {
    this.recorded.onForgotten = take;
  }
  /** Whether the schedule given at first has been followed to its end. */
  get isScheduleOver(): boolean {
    const moves = this.followed[0]?.moves;
    return moves !== undefined && this.scheduler.used >= moves.length && this.scheduler.isBetweenMoves();
  }
  /** The present moment. */
  get now(): number {
    return this.simulation.store.step;
  }
  /** The first moment that history still has: 0, unless the execution is very long. */
  get oldest(): number {
    return this.simulation.store.oldestStep;
  }
  /** The last moment that history has. */
  get newest(): number {
    return this.simulation.store.newestStep;
  }
  /** What went wrong up to the present moment. */
  get failures(): readonly Failure[] {
    return this.simulation.failures;
  }

  /** What step `step` of the history showed to be wrong. */
  failuresOf(step: number): readonly Failure[] {
    if (this.failures.length === 0 && this.undone.length === 0) return none;
    const { failures, undone } = this;
    if (step > this.now) return undone.filter((failure) => failure.step === step).reverse();
    // They are in the order of steps: asked for at each step, of which many may fail.
    let low = 0;
    let high = failures.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((failures[middle]?.step ?? 0) < step) low = middle + 1;
      else high = middle;
    }
    let end = low;
    while (failures[end]?.step === step) end++;
    return low === end ? none : failures.slice(low, end);
  }
  /** Who made a step of the history, from which statement (program counter) and at which depth of calls (1: outermost). */
  threadOf(step: number): number {
    return this.simulation.steps.at(step)?.thread ?? 0;
  }
  pcOf(step: number): number {
    return this.recorded.pcOf(step);
  }
  depthOf(step: number): number {
    return this.recorded.depthOf(step);
  }

  /** Number of records that the event log has at a moment of the history. */
  recordsAt(moment: number): number {
    return this.recorded.recordsAt(moment);
  }
  record(index: number): LogRecord | undefined {
    return this.simulation.vm.log.at(index);
  }
  /** The first record that is not forgotten. */
  get oldestRecord(): number {
    return this.simulation.vm.log.oldest;
  }
  /** What there was before the oldest moment: all that is still known of it. */
  get forgotten(): Forgotten {
    return this.recorded.forgotten;
  }
  /** How many events there have been up to the present moment, by event; those that were forgotten among them. */
  eventCounts(): number[] {
    const counts = [...this.forgotten.events];
    for (let i = this.oldestRecord; i < this.recordsAt(this.now); i++) {
      const record = this.record(i);
      if (record?.kind === "event") counts[record.event] = (counts[record.event] ?? 0) + 1;
    }
    return counts;
  }

  /**
   * Makes one step: of `thread`, or without it, whoever is next. What history already has is done again; a step of another
   * thread than history's begins a new future. "blocked": `thread` waits, and no step was made. `choices`: what it chooses.
   */
  forward(thread?: number, choices?: readonly number[]): Forward {
    const { simulation } = this;
    const at = this.now;
    const had = this.newest;
    if (at < had) {
      if (thread === undefined || this.threadOf(at + 1) === thread) {
        simulation.store.redo();
        this.restoreFailures();
        return "moved";
      }
    } else if (thread === undefined && this.end?.moment === at) {
      return this.end.how;
    }
    if (thread !== undefined) {
      if (!simulation.isRunning(thread)) return "blocked";
      // Whether it waits is seen by trying, which already begins a new future.
      this.forgetFuture(at, had);
      if (this.scheduler.move(thread, choices) === undefined) return "blocked";
      this.bound();
      return "moved";
    }
    const progress = this.scheduler.step();
    if (progress.kind === "moved") {
      this.forgetFuture(at, had);
      this.bound();
      return "moved";
    }
    const how = progress.kind;
    this.end = { moment: at, how };
    if (how === "stuck") simulation.deadlock();
    else simulation.checkEnd();
    this.recorded.noteRecords();
    return how;
  }
  /** Forgets what is long past, so that history does not grow for ever. */
  private bound(): void {
    const { store } = this.simulation;
    if (store.step - store.oldestStep <= this.historyLimit) return;
    this.recorded.dropBefore(store.step - Math.floor(this.historyLimit / 2));
    this.onCut(store.oldestStep);
  }
  private forgetFuture(from: number, had: number): void {
    this.undone.length = 0;
    this.end = undefined;
    if (from >= had) return;
    this.divergedAt = Math.min(this.divergedAt, from);
    this.made = this.made.filter(({ step }) => step <= from);
    if ((this.followed.at(-1)?.from ?? 0) > from) {
      this.followed = this.followed.filter((f) => f.from <= from);
      this.scheduler.resume(this.followed.at(-1)?.moves);
    }
    this.onForget(from);
  }

  /** What was changed by hand, up to the newest moment. */
  get interventions(): readonly Intervention[] {
    return this.made;
  }
  /** Whether step `step` was made by hand. */
  isIntervention(step: number): boolean {
    return this.pcOf(step) < 0;
  }
  /**
   * Changes the state by hand, in the name of `thread`, as a step of its own: a new future begins here. If `work` throws, nothing
   * has happened.
   */
  intervene(thread: number, text: string, work: () => void, about?: Intervention["about"]): void {
    const { simulation } = this;
    // What cannot be done is seen on trial, before any future is forgotten.
    simulation.store.trial(work);
    const at = this.now;
    const had = this.newest;
    this.forgetFuture(at, had);
    simulation.intervene(thread, work);
    this.made.push({ step: this.now, text, ...(about === undefined ? {} : { about }) });
    this.bound();
  }

  /** The moves that led to the present moment, as a schedule has them: steps that others can see, and what they chose. */
  moves(): Move[] {
    const { codeMap } = this.simulation;
    const moves: Move[] = [];
    for (let step = this.oldest + 1; step <= this.now; step++) {
      const pc = this.pcOf(step);
      if (pc < 0 || codeMap.isLocal(pc)) continue;
      moves.push({ thread: this.threadOf(step), choices: this.recorded.choicesOf(step) });
    }
    return moves;
  }
  /** Follows a schedule from the present moment on: what history has after it is forgotten. */
  follow(moves: readonly Move[]): void {
    this.forgetFuture(this.now, this.newest);
    // The cell that counts them is part of the history: it is set by a step.
    this.recorded.intervene(DIRECTOR, () => this.scheduler.follow(moves));
    this.followed.push({ from: this.now, moves });
  }

  /** Goes on from the newest moment as `other` does, which has made the same steps. */
  goOnAs(other: Timeline): void {
    this.scheduler.goOnAs(other.scheduler);
  }
  /** What step `step` of the history chose (`choose`, injected faults). */
  choicesOf(step: number): readonly number[] {
    return this.recorded.choicesOf(step);
  }
  /** The moves of a schedule that step `step` of the history began to follow; undefined if it did not. */
  followedFrom(step: number): readonly Move[] | undefined {
    return this.followed.find(({ from }) => from === step && from > 0)?.moves;
  }

  /** The loads and stores that step `step` (of the history) made. The present moment stays what it is. */
  accessesOf(step: number): MemoryAccess[] {
    const { simulation } = this;
    const { machine, vm } = simulation;
    if (this.isIntervention(step)) return [];
    const here = this.now;
    const { watch } = machine;
    const { chooser, spot } = vm;
    const { enabled } = vm.log;
    const found: MemoryAccess[] = [];
    const choices = [...this.recorded.choicesOf(step)];
    simulation.store.goTo(step - 1);
    const failures = simulation.failures.length;
    vm.log.enabled = false;
    vm.chooser = () => choices.shift() ?? 0;
    machine.watch = {
      acquired() {},
      inserted() {},
      entryChanging() {},
      leafChanging() {},
      accessed(process, vpn, _pfn, word, isStore, device) {
        found.push({ process, vpn, word, isStore, device });
      },
    };
    try {
      simulation.store.trial(() => vm.step(this.threadOf(step)));
    } finally {
      machine.watch = watch;
      vm.chooser = chooser;
      vm.log.enabled = enabled;
      vm.spot = spot;
      vm.started.length = 0;
      simulation.failures.length = failures;
      simulation.store.goTo(here);
    }
    return found;
  }

  /** How the execution ends at the present moment; undefined if it goes on (or it is not known yet). */
  get ended(): End | undefined {
    return this.end?.moment === this.now ? this.end.how : undefined;
  }

  /** Undoes a step. False at the beginning. */
  back(): boolean {
    if (!this.simulation.store.undo()) return false;
    this.keepFailures();
    return true;
  }

  /** Goes to a moment of the history: `oldest` to `newest`. @throws RangeError for another one, with what to do */
  goTo(moment: number): void {
    if (moment >= 0 && moment < this.oldest) {
      throw new RangeError(
        `Moment ${moment} was forgotten: the history begins at ${this.oldest}. 'historyLimit' of the launch configuration sets how many steps are kept.`,
      );
    }
    this.simulation.store.goTo(moment);
    this.keepFailures();
    this.restoreFailures();
  }
  /** Failures of steps that were undone come back when the steps are done again. */
  private keepFailures(): void {
    const { failures } = this.simulation;
    for (let last = failures.at(-1); last !== undefined && last.step > this.now; last = failures.at(-1)) {
      this.undone.push(last);
      failures.pop();
    }
  }
  private restoreFailures(): void {
    const { now } = this;
    for (let next = this.undone.at(-1); next !== undefined && next.step <= now; next = this.undone.at(-1)) {
      this.simulation.failures.push(next);
      this.undone.pop();
    }
  }

  /**
   * The thread that moves next; undefined if the execution ends here. Found by making the step and undoing it, which leaves it
   * in the history.
   */
  next(): number | undefined {
    if (this.now === this.newest) {
      if (this.ended !== undefined || this.forward() !== "moved") return undefined;
      this.back();
    }
    return this.threadOf(this.now + 1);
  }
}
