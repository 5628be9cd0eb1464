/** Failures as diagnostics: on the line to blame, with the earlier lines that led there. */

import * as vscode from "vscode";
import { uriOf } from "../paths.ts";
import type { FileRange, FoundFailure } from "../worker/protocol.ts";

/** Code of a diagnostic that a schedule belongs to: quick fixes look for it. */
export const failureSource = "hmm";

/** A range of a file as VS Code counts: from 0. At least one character. */
export function rangeOf({ line, column, endLine, endColumn }: FileRange): vscode.Range {
  const start = new vscode.Position(line - 1, column - 1);
  const end = new vscode.Position(endLine - 1, endColumn - 1);
  // A statement of many lines is marked on its first one.
  if (end.line > start.line) return new vscode.Range(start, new vscode.Position(start.line, Number.MAX_SAFE_INTEGER));
  return new vscode.Range(start, end.isAfter(start) ? end : start.translate(0, 1));
}

/** The heading of a failure: the invariant's name, or what kind it is. */
export function headingOf({ kind, id }: FoundFailure): string {
  return kind === "invariant" ? `invariant ${id}` : id === "" ? kind : id;
}

/** A failure as a diagnostic. What the file says it finds is only information. */
export function toDiagnostic(failure: FoundFailure, found: string): vscode.Diagnostic {
  const { expected, consequence, because, message, range } = failure;
  const ofWhat = consequence === true ? " (a consequence of what the file says it finds)" : "";
  const made = new vscode.Diagnostic(
    rangeOf(range),
    `${headingOf(failure)}: ${message}${ofWhat}${found}`,
    expected ? vscode.DiagnosticSeverity.Information : vscode.DiagnosticSeverity.Error,
  );
  made.source = failureSource;
  made.code = failure.id;
  made.relatedInformation = because.map(
    (cause) =>
      new vscode.DiagnosticRelatedInformation(
        new vscode.Location(uriOf(cause.range.path), rangeOf(cause.range)),
        cause.message,
      ),
  );
  return made;
}
