/** The calls of an operation: those that a trace of a real kernel names, in order, against those of the model. */
import type { ModelCall } from "./calls.ts";

/** The first place where the sequences part, or undefined. */
export function compareCalls(
  _trace: readonly string[],
  _calls: readonly ModelCall[],
): { readonly expected: string; readonly got: string } | undefined {
  return undefined;
}
