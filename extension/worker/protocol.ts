/** What the extension and its workers say to each other. Plain data, but for memory that workers share. */

import type { Comparison } from "../../language/compare/compare.ts";
import type { Design } from "../../language/compare/designs.ts";
import type { PartReport, PartTask } from "../../sim-core/explore/parallel-search.ts";
import type { ScheduleFile } from "../../sim-core/explore/schedule.ts";
import type { Verdict } from "../../sim-core/explore/verdict.ts";

/** A scenario with all that it imports, as texts: the worker reads no files. */
export interface ScenarioText {
  readonly path: string;
  readonly text: string;
  /** Texts of imported files by path. */
  readonly imports: Readonly<Record<string, string>>;
}

/** Something to be done. */
export type Task =
  /** One run, deterministically. */
  | { readonly kind: "run"; readonly scenario: ScenarioText; readonly maxSteps: number; readonly story: boolean }
  /** All interleavings. */
  | {
      readonly kind: "check";
      readonly scenario: ScenarioText;
      readonly maxStates: number;
      readonly maxSeconds: number;
      /** How many workers search, where memory can be shared. */
      readonly workers: number;
    }
  /** What one of several workers does of a check. */
  | { readonly kind: "part"; readonly scenario: ScenarioText; readonly part: PartTask }
  /** One run under each of several designs. */
  | {
      readonly kind: "compare";
      readonly scenario: ScenarioText;
      readonly designs: readonly Design[];
      readonly maxSteps: number;
    }
  /** A picture of all states. */
  | { readonly kind: "graph"; readonly scenario: ScenarioText };

export type ToWorker =
  | { readonly type: "task"; readonly id: number; readonly task: Task }
  /** What is known so far is the result. */
  | { readonly type: "cancel"; readonly id: number };

/** A range of a file, lines and columns from 1, the end exclusive. Model sources have the scheme `hmm-model`. */
export interface FileRange {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Something that does not hold. */
export interface FoundFailure {
  readonly kind: string;
  readonly id: string;
  readonly message: string;
  readonly range: FileRange;
  readonly because: readonly { readonly message: string; readonly range: FileRange }[];
  /** The file says that it shows this, or it comes of that. */
  readonly expected: boolean;
  /** It comes of what the file says that it shows. */
  readonly consequence?: boolean;
  /** The interleaving that leads there; absent where it is the deterministic one. */
  readonly schedule?: ScheduleFile;
  /** The execution in words, a line each. */
  readonly story: readonly string[];
}

/** How a task ended. */
export interface TaskResult {
  readonly title: string;
  readonly kernel: string;
  readonly verdict: Verdict;
  readonly failures: readonly FoundFailure[];
  /** Of a run. */
  readonly steps: number;
  /** Of a run: what happened, a line each, if that was asked for. */
  readonly story: readonly string[];
  /** Of a check. */
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly stopped: string;
  /** How many workers searched. */
  readonly workers: number;
  /** What is to be known of how it was searched, a sentence each. */
  readonly notes: readonly string[];
  readonly milliseconds: number;
}

/** How far a check is. */
export interface Progress {
  readonly states: number;
  /** States a second. */
  readonly rate: number;
  /** Moves of the execution that is looked at. */
  readonly depth: number;
  /** States that are yet to be gone on from. */
  readonly queue: number;
  /** What is being done: looking for failures, or for the simplest way to one that was found. */
  readonly phase: "search" | "simplest" | "replay";
}

/** A picture of all states of a small scenario, and what leads to each. */
export interface DrawnGraph {
  readonly svg: string;
  /** By state: whether it failed, and the interleaving that leads to it. */
  readonly states: readonly { readonly failed: boolean; readonly schedule: ScheduleFile }[];
  readonly complete: boolean;
}

export type FromWorker =
  | (Progress & { readonly type: "progress"; readonly id: number })
  | { readonly type: "done"; readonly id: number; readonly result: TaskResult }
  | { readonly type: "drawn"; readonly id: number; readonly graph: DrawnGraph }
  /** Nothing, if there was nothing left to do. */
  | { readonly type: "searched"; readonly id: number; readonly report: PartReport | undefined }
  | { readonly type: "compared"; readonly id: number; readonly comparison: Comparison }
  /** The text is no valid scenario: the first thing that is wrong with it. */
  | { readonly type: "invalid"; readonly id: number; readonly message: string; readonly range: FileRange }
  /** A mistake of ours. */
  | { readonly type: "failed"; readonly id: number; readonly message: string };
