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

/** How much of a line is shown. */
const WIDTH = 160;

/** A line of text with a mark under columns [from, to); of a long line, the part around them. */
export function marked(line: string, number: number, from: number, to: number | undefined): string {
  const first = from > WIDTH - 40 ? from - 40 : 1;
  const before = first > 1 ? "…" : "";
  const text = line.replace(/\r$/, "");
  const after = text.length - first + 1 > WIDTH ? "…" : "";
  const shown = `${before}${text.slice(first - 1, first - 1 + WIDTH)}`;
  const start = from - first + before.length;
  const gutter = `${String(number).padStart(5)} | `;
  const width = Math.max(1, Math.min((to ?? from + 1) - from, shown.length - start));
  const indent = shown.slice(0, start).replace(/[^\t]/g, " ");
  return `${gutter}${shown}${after}\n${" ".repeat(5)} | ${indent}${"^".repeat(width)}\n`;
}
