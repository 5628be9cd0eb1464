/** Messages with their place and the line of text they are about. */
import type { PlacedDiagnostic } from "../../language/compile/front-door.ts";
import type { Terminal } from "../commands.ts";
import { paint } from "./paint.ts";

/** Prints what is wrong with a file to standard error, each with the line and a mark under it. */
export function printDiagnostics(
  diagnostics: readonly PlacedDiagnostic[],
  textOf: (path: string) => string | undefined,
  terminal: Terminal,
): void {
  for (const d of diagnostics) {
    const place = `${d.path}:${d.line}:${d.column}`;
    const severity = paint(terminal, d.severity === "error" ? "red" : "yellow", d.severity);
    terminal.err(`${place}: ${severity}: ${d.message}\n`);
    const line = textOf(d.path)?.split("\n")[d.line - 1];
    if (line !== undefined)
      terminal.err(marked(line, d.line, d.column, d.endLine === d.line ? d.endColumn : undefined));
    if (d.hint !== undefined) terminal.err(`    ${d.hint}\n`);
  }
}

/** A line of text with a mark under columns [from, to). */
export function marked(line: string, number: number, from: number, to: number | undefined): string {
  const shown = line.replace(/\r$/, "").slice(0, 160);
  const gutter = `${String(number).padStart(5)} | `;
  const width = Math.max(1, Math.min((to ?? from + 1) - from, shown.length - from + 1));
  const indent = shown.slice(0, from - 1).replace(/[^\t]/g, " ");
  return `${gutter}${shown}\n${" ".repeat(5)} | ${indent}${"^".repeat(width)}\n`;
}
