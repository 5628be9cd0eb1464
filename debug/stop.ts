/** Why execution stands where it stands, and the frames of its threads: what a debugger shows first. */
import type { Failure } from "../sim-core/explore/failure.ts";
import type { EventRecord } from "../sim-core/vm/event-log.ts";
import type { Spot } from "../sim-core/vm/program.ts";
import type { EvaluationFrame } from "./evaluate.ts";

export type StopReason =
  | "entry"
  | "step"
  | "breakpoint"
  | "function breakpoint"
  | "data breakpoint"
  | "exception"
  | "pause"
  | "goto"
  /** The execution has ended, and all that was wrong with it has been shown. */
  | "finished";

/** A frame of a thread's stack. */
export interface Frame extends EvaluationFrame {
  /** `nouveau.invalidate`, `do_swap_page`; of the scenario's own, the statement's text. */
  readonly name: string;
  /** The statement that it stands at. */
  readonly spot: Spot;
  /** Whether its source is part of the model that ships. */
  readonly isModel: boolean;
  /** Whether it runs the scenario's own statements: the outermost frame of its threads. */
  readonly isScenario: boolean;
}

export interface Stop {
  readonly reason: StopReason;
  /** The thread that it is about; undefined if all have ended. */
  readonly thread: number | undefined;
  /** For a person: the event, what failed, why stepping could not go on. */
  readonly description?: string | undefined;
  /** The same in two or three words, where they do not follow from the rest. */
  readonly brief?: string;
  /** Of an exception: the filter's id, and what it found. */
  readonly filter?: string;
  readonly event?: EventRecord;
  readonly failure?: Failure;
  /** Ids of the breakpoints that were hit. */
  readonly breakpoints?: readonly number[];
  /**
   * Of an exception: the thread's stack at the statement that did it, innermost first. The statement is done: the thread itself
   * already stands at the next one.
   */
  readonly frames?: readonly Frame[];
}
