/** `hmm check --workers N`: one search by several threads of Node, which share the set of states seen. */
import { availableParallelism, freemem } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { twinOf } from "../language/twin.ts";
import type { ExploreProgress, ExploreResult, Reduction, Search } from "../sim-core/explore/explorer.ts";
import { Explorer } from "../sim-core/explore/explorer.ts";
import type { PartResult } from "../sim-core/explore/parallel.ts";
import { partResult, togetherOf } from "../sim-core/explore/parallel.ts";
import { MAX_SHARERS, SharedVisited, sharedTable } from "../sim-core/explore/shared-visited.ts";
import type { Program } from "../sim-core/vm/program.ts";
import { UsageError } from "./arguments.ts";
import { underDriver } from "./driver.ts";
import { loadFile } from "./files.ts";

/** Moves between looks at whether to stop. */
const SLICE = 8192;
/** How long the main thread waits for the others at a time, in milliseconds. */
const WAIT = 10;
/** Bytes of the shared set if no bound is given: at most, and as a share of what is free. */
const MOST_BYTES = 2 ** 30;
const SHARE_OF_FREE = 0.25;

/** Where a thread finds the program: it compiles it itself, as a program's interned words are each thread's own. */
export interface ProgramSource {
  readonly path: string;
  readonly kernel: string | undefined;
  readonly twin: boolean;
  /** The driver that takes the place of the file's own. */
  readonly driver: string | undefined;
}

/** What is searched, and its bounds. */
export interface ParallelOptions {
  readonly source: ProgramSource;
  /** How many threads, 2 to `MAX_SHARERS`. */
  readonly workers: number;
  readonly without: readonly Reduction[];
  readonly maxStates: number | undefined;
  /** Most bytes of the shared set. */
  readonly maxBytes: number | undefined;
}

/** What a thread is given. */
interface Assignment {
  readonly source: ProgramSource;
  readonly table: SharedArrayBuffer;
  readonly worker: number;
  readonly without: readonly Reduction[];
  readonly maxStates: number | undefined;
}
/** What it says at its end. */
type Report = { readonly part: PartResult; readonly needsNoSymmetry: boolean } | { readonly error: string };

export class ParallelSearch implements Search {
  private readonly program: Program;
  private readonly options: ParallelOptions;
  private visited: SharedVisited;
  private parts: PartResult[] = [];
  private running = 0;
  private without: readonly Reduction[];
  private mustBeginAnew = false;
  private isCancelled = false;
  private problem: Error | undefined;

  /** @throws UsageError if there cannot be so many threads */
  constructor(program: Program, options: ParallelOptions) {
    if (options.workers > MAX_SHARERS) {
      throw new UsageError(
        `hmm check: --workers takes at most ${MAX_SHARERS} (this machine has ${availableParallelism()} cores)`,
      );
    }
    this.program = program;
    this.options = options;
    this.without = options.without;
    this.visited = this.begin();
  }

  private begin(): SharedVisited {
    const { source, workers, maxStates, maxBytes } = this.options;
    const table = sharedTable(maxBytes ?? Math.min(MOST_BYTES, freemem() * SHARE_OF_FREE));
    this.parts = [];
    this.mustBeginAnew = false;
    for (let worker = 0; worker < workers; worker++) {
      const assignment: Assignment = { source, table, worker, without: this.without, maxStates };
      const thread = new Worker(new URL(import.meta.url), { workerData: assignment });
      this.running++;
      thread.on("message", (report: Report) => this.take(report));
      thread.on("error", (error) => this.take({ error: error.message }));
    }
    return new SharedVisited(table, 0);
  }

  private take(report: Report): void {
    this.running--;
    if ("error" in report) {
      this.problem ??= new Error(report.error);
      this.visited.stop();
      return;
    }
    this.parts.push(report.part);
    this.mustBeginAnew ||= report.needsNoSymmetry;
  }

  advance(): boolean {
    if (this.running > 0) {
      this.visited.wait(WAIT);
      return false;
    }
    if (this.problem !== undefined) throw this.problem;
    if (!this.mustBeginAnew || this.isCancelled) return true;
    this.without = [...this.without, "symmetry", "threads"];
    this.visited = this.begin();
    return false;
  }
  progress(): ExploreProgress {
    return { states: this.visited.size, transitions: 0, depth: 0, queue: 0 };
  }
  cancel(): void {
    this.isCancelled = true;
    this.visited.stop();
  }
  result(): ExploreResult {
    return togetherOf(this.program, this.parts, this.visited);
  }
}

/** Searches as one of several threads, and reports to the one that started it. */
export function searchAsWorker(): void {
  if (isMainThread || parentPort === null) throw new Error("this is no thread of a search");
  const { source, table, worker, without, maxStates } = workerData as Assignment;
  const change = (text: string): string => {
    const meant = source.twin ? (twinOf(text) ?? text) : text;
    return source.driver === undefined ? meant : underDriver(meant, source.path, source.driver);
  };
  const program = loadFile(source.path, source.kernel, change).loaded.compiled?.program;
  if (program === undefined) throw new Error(`${source.path} has changed and is no scenario any more`);
  const visited = new SharedVisited(table, worker + 1);
  const explorer = new Explorer(program, {
    shared: { visited, worker },
    without,
    ...(maxStates === undefined ? {} : { maxStates }),
  });
  while (!explorer.advance(SLICE)) if (visited.isStopped) explorer.cancel();
  const result = explorer.result();
  // What one has found, or cannot go beyond, is what all stop for.
  if (result.stopped !== undefined && result.stopped !== "depth") visited.stop();
  const report: Report = { part: partResult(program, result), needsNoSymmetry: explorer.needsNoSymmetry };
  parentPort.postMessage(report);
}
