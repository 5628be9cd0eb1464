/** What a run or an exploration comes to, given what the file says that it finds. */
import type { Program } from "../vm/program.ts";
import type { ExploreResult } from "./explorer.ts";
import type { Failure } from "./failure.ts";

/** Whether all held, something did not, or a bound was reached before the answer was known. */
export type Verdict = "pass" | "fail" | "limit";

/** Whether the file declares (`finds`) that it shows this. */
export function isExpected(program: Program, failure: Failure): boolean {
  return program.finds.includes(failure.id);
}

/** The verdict of one run: what the file says it finds is no failure. */
export function verdictOfRun(program: Program, failures: readonly Failure[]): Verdict {
  const unexpected = failures.filter((failure) => !isExpected(program, failure));
  if (unexpected.some(({ kind }) => kind !== "limit")) return "fail";
  return unexpected.length > 0 ? "limit" : "pass";
}

/** A property or a known bug that no execution showed although one should. */
export interface Missing {
  readonly message: string;
  /** 1-based; of the `exists` line, or of the first line for a known bug. */
  readonly line: number;
  readonly column: number;
}

/** The verdict of an exploration, and what no execution showed although one should. */
export function verdictOfCheck(
  program: Program,
  result: ExploreResult,
): { readonly verdict: Verdict; readonly missing: readonly Missing[] } {
  const found = result.failures.map(({ failure }) => failure);
  if (found.some((failure) => !isExpected(program, failure))) return { verdict: "fail", missing: [] };
  if (program.finds.length > 0) {
    if (found.length > 0) return { verdict: "pass", missing: [] };
    if (!result.complete) return { verdict: "limit", missing: [] };
    const message = `no execution shows ${program.finds.join(" or ")}, which the file says it finds`;
    return { verdict: "fail", missing: [{ message, line: 1, column: 1 }] };
  }
  if (!result.complete) return { verdict: "limit", missing: [] };
  const missing = result.unwitnessed.map(({ text, spot }) => ({
    message: `no execution ends so: ${text}`,
    line: spot.line,
    column: spot.column,
  }));
  return { verdict: missing.length > 0 ? "fail" : "pass", missing };
}
