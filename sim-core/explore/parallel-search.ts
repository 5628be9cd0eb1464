/**
 * One search by several threads over a shared set of states, whatever the threads are: those of Node or the workers of a browser.
 * Whoever asks for it searches too, as the first of them; the others are started when it turns out to be long. The host says how a
 * thread is started.
 */
import type { Program } from "../vm/program.ts";
import { Explorer } from "./explorer.ts";
import { Pace } from "./pace.ts";
import type { PartResult } from "./parallel.ts";
import { partResult, togetherOf } from "./parallel.ts";
import type { Beginning, ExploreProgress, ExploreResult, Reduction, Search } from "./search.ts";
import { SharedVisited, sharedTable } from "./shared-visited.ts";

/** Moves after which the other threads are started if not said otherwise: a search that is over by then is not worth it. */
const ALONE = 1 << 14;
/** How long one that has nothing left to do waits for the others at a time, in milliseconds; and for what they have said. */
const WAIT = 10;
const WAIT_FOR_REPORT = 1;
/** How long it waits for them after all were told to stop, all in all: on a crowded machine they may take long even for that. */
const PATIENCE = 50;

/** What one of several threads is to do with the program: plain data, but for the memory that they share. */
export interface PartTask extends Beginning {
  readonly table: SharedArrayBuffer;
  /** Its number, from 0 up. */
  readonly worker: number;
  readonly maxStates: number | undefined;
  readonly maxDepth: number | undefined;
}

/** What it came to. */
export interface PartReport {
  readonly part: PartResult;
  /** How all have to begin again, if they have to. */
  readonly again: Beginning | undefined;
}

/** A thread that was started. */
export interface PartThread {
  /** Ends it, whatever it is doing. */
  end(): void;
}

/** What is searched by how many, and its bounds. */
export interface ParallelOptions {
  /** How many search, 1 to `MAX_SHARERS`. */
  readonly workers: number;
  readonly without?: readonly Reduction[];
  readonly maxStates?: number | undefined;
  /** Most moves in one execution. */
  readonly maxDepth?: number | undefined;
  /** Bytes of the shared set. */
  readonly maxBytes: number;
  /** Moves after which the other threads are started. */
  readonly alone?: number;
  /** Starts a thread that does `task` by `searchPart`. It tells what that came to, or why it cannot. */
  readonly start: (task: PartTask, take: (report: PartReport | undefined | Error) => void) => PartThread;
}

/** One of several searches, in slices. */
class Part {
  readonly explorer: Explorer;
  private readonly program: Program;
  private readonly visited: SharedVisited;

  constructor(program: Program, visited: SharedVisited, { worker, without, lookedAt, maxStates, maxDepth }: PartTask) {
    this.program = program;
    this.visited = visited;
    this.explorer = new Explorer(program, {
      shared: { visited, worker },
      without,
      lookedAt,
      ...(maxStates === undefined ? {} : { maxStates }),
      ...(maxDepth === undefined ? {} : { maxDepth }),
    });
  }

  /** Makes so many moves at most. Returns whether it is over; what one has found, or cannot go beyond, is what all stop for. */
  advance(moves: number): boolean {
    const { explorer, visited } = this;
    if (visited.isStopped) explorer.cancel();
    const isOver = explorer.advance(moves);
    const { depth, queue } = explorer.progress();
    visited.tell(depth, queue, explorer.result().transitions);
    if (!isOver) return false;
    const { stopped } = explorer.result();
    if (stopped !== undefined && stopped !== "depth") visited.stop();
    visited.end();
    return true;
  }
  report(): PartReport {
    const { program, explorer } = this;
    return { part: partResult(program, explorer.result()), again: explorer.again };
  }
}

/**
 * Searches as a thread that was started, until it is over or all are told to stop.
 *
 * @param now the time in milliseconds, from any beginning
 * @returns nothing if there was nothing left to do
 */
export function searchPart(program: Program, task: PartTask, now: () => number): PartReport | undefined {
  const visited = new SharedVisited(task.table, task.worker + 1);
  if (!visited.begin()) return undefined;
  const part = new Part(program, visited, task);
  const pace = new Pace();
  for (let before = now(); !part.advance(pace.size); ) {
    const after = now();
    pace.took(after - before);
    before = after;
  }
  return part.report();
}

/** The search as whoever asked for it sees it: a search like any other. */
export class ParallelSearch implements Search {
  private readonly program: Program;
  private readonly options: ParallelOptions;
  private beginning: Beginning;
  private visited: SharedVisited;
  private own: Part;
  private isOwnOver = false;
  private table: SharedArrayBuffer;
  private moves = 0;
  private isAlone = true;
  private isOver = false;
  private threads: PartThread[] = [];
  private reports: PartReport[] = [];
  /** Numbers of the threads that have not reported. */
  private readonly silent = new Set<number>();
  private patience = PATIENCE;
  private isCancelled = false;
  private problem: Error | undefined;
  /** Why fewer search than were asked for, if a thread could not be started. */
  trouble: string | undefined;

  /** @throws RangeError if there is no memory for the set of states */
  constructor(program: Program, options: ParallelOptions) {
    this.program = program;
    this.options = options;
    this.beginning = { without: options.without ?? [], lookedAt: [] };
    this.table = sharedTable(options.maxBytes);
    this.visited = new SharedVisited(this.table, 1);
    this.own = this.begin();
  }

  private begin(): Part {
    this.visited.begin();
    this.isOwnOver = false;
    this.isOver = false;
    this.moves = 0;
    this.isAlone = true;
    this.reports = [];
    this.silent.clear();
    return new Part(this.program, this.visited, this.taskOf(0));
  }
  private taskOf(worker: number): PartTask {
    const { maxStates, maxDepth } = this.options;
    return { table: this.table, worker, ...this.beginning, maxStates, maxDepth };
  }

  private startOthers(): void {
    this.isAlone = false;
    for (let worker = 1; worker < this.options.workers; worker++) {
      const { visited } = this;
      const take = (report: PartReport | undefined | Error): void => {
        // What comes from before a new beginning, or from one that was ended, is nobody's.
        if (visited !== this.visited || this.isOver) return;
        this.silent.delete(worker);
        if (!(report instanceof Error)) this.reports.push(...(report === undefined ? [] : [report]));
        else if (visited.hasBegun(worker + 1)) this.fail(report);
        else this.trouble ??= report.message;
      };
      this.silent.add(worker);
      try {
        this.threads.push(this.options.start(this.taskOf(worker), take));
      } catch (error) {
        take(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }
  /** What a thread that ended by an error had come to first, nobody goes on from. */
  private fail(error: Error): void {
    this.problem ??= error;
    this.visited.stop();
  }
  private endOthers(): void {
    this.isOver = true;
    for (const thread of this.threads) thread.end();
    this.threads = [];
  }

  /** How many have searched. */
  get workers(): number {
    return this.visited.begun;
  }

  /** @throws Error if a thread ended by an error */
  advance(moves: number): boolean {
    const { own } = this;
    if (!this.isOwnOver) {
      this.isOwnOver = own.advance(moves);
      this.moves += moves;
      if (!this.isOwnOver && this.isAlone && this.moves >= (this.options.alone ?? ALONE)) this.startOthers();
      return false;
    }
    if (this.problem !== undefined) {
      this.endOthers();
      throw this.problem;
    }
    if (!(this.isCancelled && this.patience <= 0) && this.isWaiting()) return false;
    this.endOthers();
    const again = [own.report(), ...this.reports].flatMap((report) => report.again ?? []);
    if (again.length === 0 || this.isCancelled) return true;
    this.beginning = {
      without: [this.beginning, ...again].flatMap(({ without }) => without),
      lookedAt: [this.beginning, ...again].flatMap(({ lookedAt }) => lookedAt),
    };
    this.table = sharedTable(this.options.maxBytes);
    this.visited = new SharedVisited(this.table, 1);
    this.own = this.begin();
    return false;
  }
  /** Waits a moment for the others. Returns whether there is somebody to wait for. */
  private isWaiting(): boolean {
    const { visited } = this;
    const areAtIt = !visited.closeGate();
    if (!areAtIt && this.reports.length + 1 >= visited.begun) return false;
    const milliseconds = areAtIt ? WAIT : WAIT_FOR_REPORT;
    visited.wait(milliseconds);
    if (this.isCancelled) this.patience -= milliseconds;
    return true;
  }
  progress(): ExploreProgress {
    const { transitions } = this.own.explorer.progress();
    return { states: this.visited.size, transitions, ...this.visited.far() };
  }
  cancel(): void {
    this.isCancelled = true;
    this.visited.stop();
  }
  result(): ExploreResult {
    const parts = [this.own.report(), ...this.reports].map(({ part }) => part);
    const together = togetherOf(this.program, parts, this.visited);
    let { transitions } = together;
    for (const worker of this.silent) transitions += this.visited.transitionsOf(worker + 1);
    return { ...together, transitions };
  }
}
