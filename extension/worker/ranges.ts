/** Places of the program as ranges of files. */

import { clientPath } from "../../debug/sources.ts";
import { LineIndex } from "../../language/syntax/lines.ts";
import type { Program, Spot } from "../../sim-core/vm/program.ts";
import type { FileRange } from "./protocol.ts";

/** The range of a spot in the source that it names. */
export function rangeOfSpot(program: Program, spot: Spot): FileRange {
  const source = program.sources[spot.source];
  const end = new LineIndex(source?.text ?? "").at(spot.end);
  return {
    path: source === undefined ? "" : clientPath(source),
    line: spot.line,
    column: spot.column,
    endLine: end.line,
    endColumn: end.column,
  };
}
