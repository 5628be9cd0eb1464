/** What an execution did wrong: where, what, and which earlier lines led there. */
import type { Spot } from "../vm/program.ts";

export type FailureKind = "expectation" | "invariant" | "property" | "deadlock" | "livelock" | "error" | "limit";

/** An earlier line that led to a failure. */
export interface Cause {
  readonly spot: Spot;
  readonly message: string;
  /** The step that did it. */
  readonly step: number;
}

export interface Failure {
  readonly kind: FailureKind;
  /** The invariant's id; else the kind. */
  readonly id: string;
  /** The line to blame: of the user's own text where there is one. */
  readonly spot: Spot;
  readonly message: string;
  readonly because: readonly Cause[];
  /** The step after which it was found, and the thread that made it. */
  readonly step: number;
  readonly thread: number;
}

/** Failures that are found when nothing can move any more, and belong to no step. */
export function isFoundAtEnd(failure: Failure): boolean {
  return failure.kind === "deadlock" || (failure.kind === "property" && failure.id === "finally");
}

/** What failures have in common that count as one: what is broken, and where. */
export function failureKey({ id, spot }: Failure): string {
  return `${id} ${spot.source}:${spot.start}`;
}
