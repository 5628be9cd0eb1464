/** Failures as people read them and as JSON. */
import type { Failure } from "../../sim-core/explore/failure.ts";
import type { Bearing } from "../../sim-core/explore/verdict.ts";
import type { Program, Spot } from "../../sim-core/vm/program.ts";
import type { Terminal } from "../commands.ts";
import { marked } from "./diagnostics.ts";
import { paint } from "./paint.ts";

/** A failure as `--json` gives it. */
export interface FailureJson {
  readonly kind: string;
  readonly id: string;
  readonly file?: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly because: readonly { readonly file?: string; readonly line: number; readonly message: string }[];
  /** It comes of what the file says it finds. */
  readonly consequence?: true;
}

/** The path of a spot's source; model sources have the paths of the library. */
export function pathOf(program: Program, spot: Spot): string {
  return program.sources[spot.source]?.path ?? "";
}

/** A failure as plain data; `file` is there where it is not the scenario's own. */
export function failureJson(program: Program, failure: Failure, file: string): FailureJson {
  const other = (spot: Spot) => (pathOf(program, spot) === file ? {} : { file: pathOf(program, spot) });
  return {
    kind: failure.kind,
    id: failure.id,
    ...other(failure.spot),
    line: failure.spot.line,
    column: failure.spot.column,
    message: failure.message,
    because: failure.because.map((cause) => ({ ...other(cause.spot), line: cause.spot.line, message: cause.message })),
  };
}

/**
 * Prints a failure to standard output: place, fact, the line, and the earlier lines that led there. `bearing`: what it is, given what the
 * file says it finds.
 */
export function printFailure(program: Program, failure: Failure, terminal: Terminal, bearing?: Bearing): void {
  const { spot } = failure;
  const id = failure.kind === "invariant" ? `invariant ${failure.id}` : failure.id;
  const isConsequence = bearing === "consequence";
  const head = isConsequence ? paint(terminal, "dim", `${id}, a consequence`) : paint(terminal, "red", id);
  terminal.out(`${pathOf(program, spot)}:${spot.line}:${spot.column}: ${head}: ${failure.message}\n`);
  const line = program.sources[spot.source]?.text.split("\n")[spot.line - 1];
  if (line !== undefined) terminal.out(marked(line, spot.line, spot.column, spot.column + (spot.end - spot.start)));
  for (const cause of failure.because) {
    terminal.out(`    because ${pathOf(program, cause.spot)}:${cause.spot.line}: ${cause.message}\n`);
  }
}
