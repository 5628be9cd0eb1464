/**
 * All interleavings: depth-first, going back by undoing, with the set of states seen. A state is expanded once; what it does
 * wrong is found on whatever path reaches it first.
 */
import type { Program, PropertyInfo } from "../vm/program.ts";
import { StepResult } from "../vm/vm.ts";
import type { Failure } from "./failure.ts";
import { Path } from "./path.ts";
import type { Move } from "./schedule.ts";
import { Simulation } from "./simulation.ts";
import { Visited } from "./visited.ts";

/** Bounds of an exploration. */
export interface ExploreOptions {
  /** Most states to visit. */
  readonly maxStates?: number;
  /** Most moves in one execution; `DEFAULT_MAX_DEPTH` if not given. */
  readonly maxDepth?: number;
  /** Called every few thousand states; returning false stops. */
  readonly onProgress?: (progress: ExploreProgress) => boolean;
  /**
   * Goes on after the first failure, up to so many different ones. If not given, the first one ends the exploration; of a file
   * that says what it finds, the first that is just that.
   */
  readonly maxFailures?: number;
  /** False: each statement is a move of its own, also one that no other thread can see. For tests of that reduction. */
  readonly merged?: boolean;
  /** Called in each final state. */
  readonly onEnd?: (simulation: Simulation) => void;
}

export interface ExploreProgress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
}

/** A failure with the moves that lead to it. */
export interface FoundFailure {
  readonly failure: Failure;
  readonly moves: readonly Move[];
  /** Whether nothing else failed with it. */
  readonly alone: boolean;
}

export interface ExploreResult {
  readonly states: number;
  readonly transitions: number;
  /** Longest execution in moves. */
  readonly depth: number;
  /** Whether every reachable state was visited. */
  readonly complete: boolean;
  /** Why not, if not. */
  readonly stopped: "states" | "depth" | "cancelled" | "failure" | undefined;
  readonly failures: readonly FoundFailure[];
  /** `exists` properties that no execution showed; only meaningful if complete. */
  readonly unwitnessed: readonly PropertyInfo[];
  /** The first execution that was cut at the bound of moves, if one was. */
  readonly cutShort: Failure | undefined;
  /** Where an execution goes round in a circle, if none comes to an end. */
  readonly livelock: Failure | undefined;
  /** Executions that came to an end, counted once for each final state. */
  readonly endStates: number;
  readonly missProbability: number;
}

/** Moves after which an execution is cut: some hundred bytes are kept for each. */
export const DEFAULT_MAX_DEPTH = 1_000_000;

/** A step that is a probe of 2^12 transitions between calls of `onProgress`. */
const PROGRESS_MASK = 0xfff;

export class Explorer {
  readonly simulation: Simulation;
  private readonly options: ExploreOptions;
  private readonly visited: Visited;
  private readonly path = new Path();
  private readonly found: FoundFailure[] = [];
  private readonly foundKeys = new Set<string>();
  private readonly unwitnessed: Set<PropertyInfo>;
  private transitions = 0;
  private depth = 0;
  private endStates = 0;
  private stopped: ExploreResult["stopped"];
  private begun = false;
  /** Whether executions were cut at the bound of moves. */
  private cutShort: Failure | undefined;
  private circle: Failure | undefined;
  private hasLeft = false;
  private readonly maxStates: number;
  private readonly maxDepth: number;

  constructor(program: Program, options: ExploreOptions = {}) {
    this.options = options;
    this.simulation = new Simulation(program, { merged: options.merged ?? true, record: false, renumber: true });
    this.maxStates = options.maxStates ?? Number.POSITIVE_INFINITY;
    this.maxDepth = options.maxDepth ?? DEFAULT_MAX_DEPTH;
    this.visited = new Visited();
    this.unwitnessed = new Set(program.properties.filter((p) => p.kind === "exists"));
    this.simulation.vm.chooser = (n) => this.path.choose(n);
  }

  /** Explores until all is seen, a bound is reached, or enough failures are found. */
  run(): ExploreResult {
    while (!this.advance(Number.POSITIVE_INFINITY))
      if (this.options.onProgress?.(this.progress()) === false) this.cancel();
    return this.result();
  }

  /** Explores `transitions` moves more at most, so that the host can do other things in between. Returns whether it is over. */
  advance(transitions: number): boolean {
    const { path, simulation } = this;
    const { store } = simulation;
    if (!this.begun) this.begin();
    const until = this.transitions + transitions;
    while (path.length > 0 && this.stopped === undefined) {
      if (!path.nextAnswers()) {
        const thread = this.nextRunning(path.thread);
        if (thread < 0) {
          if (!path.moved && this.atEnd()) break;
          this.leave();
          continue;
        }
        path.thread = thread;
      }
      path.beginMove();
      if (simulation.step(path.thread) === StepResult.blocked) continue;
      path.noteMoved();
      this.transitions++;
      if (simulation.failures.length > 0) {
        const enough = this.take(simulation.failures, path.length);
        this.retreat();
        if (enough) this.stopped = "failure";
      } else if (path.length >= this.maxDepth) {
        this.cutShort ??= this.endless(path.thread);
        this.retreat();
      } else if (!this.visited.add(store.hashLow, store.hashHigh)) {
        // As long as nothing was gone back over, a state seen before is one of this very execution.
        if (!this.hasLeft) this.circle ??= this.roundInCircles(path.thread);
        this.retreat();
      } else {
        path.push();
        if (path.length > this.depth) this.depth = path.length;
        if (this.visited.size >= this.maxStates) this.stopped = "states";
      }
      if (this.transitions >= until) break;
      if ((this.transitions & PROGRESS_MASK) === 0 && this.options.onProgress?.(this.progress()) === false)
        this.cancel();
    }
    return path.length === 0 || this.stopped !== undefined;
  }

  private begin(): void {
    const { simulation } = this;
    this.begun = true;
    this.visited.add(simulation.store.hashLow, simulation.store.hashHigh);
    if (this.take(simulation.failures, 0)) this.stopped = "failure";
    else this.path.push();
  }

  /** Stops the exploration where it stands. */
  cancel(): void {
    this.stopped ??= "cancelled";
  }
  /** How far it is. */
  progress(): ExploreProgress {
    return { states: this.visited.size, transitions: this.transitions, depth: this.path.length };
  }
  /** Bytes taken now by the set of states seen, and at the longest by the path: journal, marks, levels and moves. */
  memory(): { readonly visited: number; readonly path: number } {
    return { visited: this.visited.bytes, path: this.path.bytes + this.simulation.store.journalCapacity };
  }
  /** What is known so far. */
  result(): ExploreResult {
    const over = this.begun && this.path.length === 0;
    return {
      states: this.visited.size,
      transitions: this.transitions,
      depth: this.depth,
      complete: over && this.stopped === undefined && this.cutShort === undefined,
      stopped: this.stopped ?? (this.cutShort !== undefined ? "depth" : over ? undefined : "cancelled"),
      cutShort: this.cutShort,
      livelock: over && this.endStates === 0 && this.found.length === 0 ? this.circle : undefined,
      failures: this.found,
      unwitnessed: [...this.unwitnessed],
      endStates: this.endStates,
      missProbability: this.visited.missProbability,
    };
  }

  /** What an execution is that has more moves than any that ends. */
  private endless(thread: number): Failure {
    const { simulation } = this;
    const { spot, where } = simulation.standing(thread);
    const name = simulation.threadName(thread);
    const message = `an execution does not end within ${this.maxDepth} moves: ${name} is in ${where}; is this an endless loop?`;
    return { kind: "limit", id: "limit", spot, message, because: [], step: simulation.store.step, thread };
  }

  private roundInCircles(thread: number): Failure {
    const { simulation } = this;
    const { spot, where } = simulation.standing(thread);
    const message = `no execution comes to an end: ${simulation.threadName(thread)} goes round in a circle in ${where}`;
    return { kind: "livelock", id: "livelock", spot, message, because: [], step: simulation.store.step, thread };
  }

  /** The lowest thread above `thread` that has something to do; -1 if there is none. It may be waiting. */
  private nextRunning(thread: number): number {
    const { threads } = this.simulation.machine;
    for (let t = thread + 1; t < threads.length; t++) if (this.simulation.isRunning(t)) return t;
    return -1;
  }

  /** Goes back over the last move. */
  private retreat(): void {
    this.simulation.store.rollback();
    if (this.simulation.failures.length > 0) this.simulation.failures.length = 0;
  }
  /** Goes back to the state before the last one on the path. */
  private leave(): void {
    this.hasLeft = true;
    this.path.pop();
    if (this.path.length > 0) this.retreat();
  }

  /** No thread can move: the execution has ended, or is stuck. Returns whether to stop. */
  private atEnd(): boolean {
    const { simulation } = this;
    if (simulation.finished) {
      this.endStates++;
      this.options.onEnd?.(simulation);
      for (const property of simulation.checkEnd()) this.unwitnessed.delete(property);
    } else {
      simulation.deadlock();
    }
    const enough = this.take(simulation.failures, this.path.length - 1);
    simulation.failures.length = 0;
    if (enough) this.stopped = "failure";
    return enough;
  }

  /** Keeps failures not seen before, with the moves from the first `count` states of the path. Returns whether there are enough. */
  private take(failures: readonly Failure[], count: number): boolean {
    const [first] = failures;
    if (first === undefined) return false;
    const alone = failures.every(({ id }) => id === first.id);
    const { finds } = this.simulation.program;
    const { maxFailures } = this.options;
    // A file that shows a known bug is explored until an execution shows just that, whatever others do.
    const isLooking = finds.length > 0 && maxFailures === undefined;
    const isFound = isLooking && alone && finds.includes(first.id);
    for (const failure of failures) {
      const key = `${failure.id} ${failure.spot.source}:${failure.spot.start} ${alone}`;
      if (this.foundKeys.has(key) || (isLooking && !isFound && this.found.length >= KEPT_FAILURES)) continue;
      this.foundKeys.add(key);
      this.found.push({ failure, moves: this.path.moves(count), alone });
    }
    return isLooking ? isFound : this.found.length >= (maxFailures ?? 1);
  }
}

/** Failures that are kept of a file that shows another one. */
const KEPT_FAILURES = 20;
