/** The search of a check: by this worker alone, or by several that share what they have seen. */

import { Explorer } from "../../sim-core/explore/explorer.ts";
import { ParallelSearch } from "../../sim-core/explore/parallel-search.ts";
import type { Search } from "../../sim-core/explore/search.ts";
import { MAX_SHARERS } from "../../sim-core/explore/shared-visited.ts";
import type { Program } from "../../sim-core/vm/program.ts";
import type { WorkerPort } from "../host.ts";
import { WorkerClient } from "./client.ts";
import type { Task, TaskResult } from "./protocol.ts";

/** Bytes of the shared set for each state that may be visited, so that it stays airy; and at most. */
const BYTES_PER_STATE = 12;
const MOST_BYTES = 2 ** 30;

/** A search that was begun. */
export interface BegunSearch {
  readonly search: Search;
  /** Who searched, and what is to be said of that. */
  readonly searchers: () => Pick<TaskResult, "workers" | "notes">;
}

/** Begins to search. Where memory cannot be shared this worker searches alone, and the notes say why. */
export function beginSearch(
  program: Program,
  task: Extract<Task, { kind: "check" }>,
  startWorker: () => WorkerPort,
): BegunSearch {
  const { maxStates, scenario } = task;
  const workers = Math.min(task.workers, MAX_SHARERS);
  const alone = (why: readonly string[]): BegunSearch => ({
    search: new Explorer(program, { maxStates }),
    searchers: () => ({ workers: 1, notes: why.map((reason) => note(1, workers, reason)) }),
  });
  if (workers < 2) return alone([]);
  if (!canShare()) return alone([notIsolated]);
  const start: ConstructorParameters<typeof ParallelSearch>[1]["start"] = (part, take) => {
    const client = new WorkerClient(startWorker);
    client.search({ kind: "part", scenario, part }).answer.then(
      (answer) => take(answer.kind === "searched" ? answer.report : new Error(answer.message)),
      (error: unknown) => take(error instanceof Error ? error : new Error(String(error))),
    );
    return { end: () => client.dispose() };
  };
  const maxBytes = Math.min(MOST_BYTES, maxStates * BYTES_PER_STATE);
  let search: ParallelSearch;
  try {
    search = new ParallelSearch(program, { workers, maxStates, maxBytes, start });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return alone([`there is no memory for a set of ${maxStates.toLocaleString("en")} states (hmm.check.maxStates)`]);
  }
  const searchers = () => ({
    workers: search.workers,
    notes: search.trouble === undefined ? [] : [note(search.workers, workers, search.trouble)],
  });
  return { search, searchers };
}

const notIsolated =
  "memory cannot be shared in this browser page, as it is not cross-origin isolated; " +
  "where VS Code's server supports it, ?vscode-coi=on in the address makes it so";

/** Browsers have it, Node has not. */
declare const crossOriginIsolated: boolean | undefined;

/** Whether workers can share memory: always in Node, in browsers only on pages that are cross-origin isolated. */
function canShare(): boolean {
  return typeof SharedArrayBuffer === "function" && (typeof crossOriginIsolated === "undefined" || crossOriginIsolated);
}

function note(workers: number, wanted: number, why: string): string {
  return `Explored by ${workers === 1 ? "one worker" : `${workers} workers`}, not ${wanted} (hmm.check.workers): ${why}.`;
}
