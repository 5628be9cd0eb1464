/** `hmm check --workers N`: one search by several threads of Node, which share the set of states seen. */
import { availableParallelism, freemem } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { PartReport, PartTask } from "../sim-core/explore/parallel-search.ts";
import { ParallelSearch, searchPart } from "../sim-core/explore/parallel-search.ts";
import type { Reduction } from "../sim-core/explore/search.ts";
import { MAX_SHARERS } from "../sim-core/explore/shared-visited.ts";
import type { Program } from "../sim-core/vm/program.ts";
import { UsageError } from "./arguments.ts";
import { variantOf } from "./driver.ts";
import { loadFile } from "./files.ts";

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
export interface ThreadsOptions {
  readonly source: ProgramSource;
  /** How many threads, 2 to `MAX_SHARERS`. */
  readonly workers: number;
  readonly without: readonly Reduction[];
  readonly maxStates: number | undefined;
  readonly maxDepth: number | undefined;
  /** Most bytes of the shared set. */
  readonly maxBytes: number | undefined;
}

/** What a thread is given. */
interface Assignment {
  readonly source: ProgramSource;
  readonly task: PartTask;
}

/**
 * A search of `program` by several threads.
 *
 * @throws UsageError if there cannot be so many
 */
export function searchByThreads(program: Program, options: ThreadsOptions): ParallelSearch {
  const { source, workers, without, maxStates, maxDepth, maxBytes } = options;
  if (workers > MAX_SHARERS) {
    throw new UsageError(
      `hmm check: --workers takes at most ${MAX_SHARERS} (this machine has ${availableParallelism()} cores)`,
    );
  }
  return new ParallelSearch(program, {
    workers,
    without,
    maxStates,
    maxDepth,
    maxBytes: maxBytes ?? Math.min(MOST_BYTES, freemem() * SHARE_OF_FREE),
    start: (task, take) => {
      const assignment: Assignment = { source, task };
      // The command's own entry, beside the file that this is built into, is what the threads run.
      const thread = new Worker(new URL("hmm.mjs", import.meta.url), { workerData: assignment });
      thread.on("message", (report: PartReport | undefined) => take(report));
      thread.on("error", (error) => take(error instanceof Error ? error : new Error(String(error))));
      return { end: () => void thread.terminate() };
    },
  });
}

/** Searches as one of several threads, and reports to the one that started it. */
export function searchAsWorker(): void {
  if (isMainThread || parentPort === null) throw new Error("this is no thread of a search");
  const { source, task } = workerData as Assignment;
  const change = (text: string) => variantOf(text, source.path, source);
  const program = loadFile(source.path, source.kernel, change).loaded.compiled?.program;
  if (program === undefined) throw new Error(`${source.path} has changed and is no scenario any more`);
  parentPort.postMessage(searchPart(program, task, () => performance.now()));
}
