/** Trees and diagnostics as short texts, for tests whose expectations people read. */

import type { Diagnostic } from "../diagnostic.ts";
import { LineIndex } from "../syntax/lines.ts";

/**
 * A tree as an S-expression: `(kind field…)`. Names are their text, strings and numbers as written; what is undefined,
 * false or empty is left out.
 */
export function showTree(node: unknown): string {
  if (typeof node === "bigint") return String(node);
  if (typeof node === "string") return node;
  if (typeof node === "boolean") return String(node);
  if (Array.isArray(node)) return `[${node.map(showTree).join(" ")}]`;
  if (typeof node !== "object" || node === null) return "";
  const fields = new Map<string, unknown>(Object.entries(node));
  const kind = fields.get("kind");
  switch (kind) {
    case "name":
      return String(fields.get("text")) || "?";
    case "string":
      return JSON.stringify(fields.get("value"));
    case "size":
      return `${fields.get("value")}${fields.get("unit") ?? ""}`;
    case "binary":
      return `(${showTree(fields.get("left"))} ${fields.get("operator")} ${showTree(fields.get("right"))})`;
    case "missing":
      return "<missing>";
    default:
  }
  const parts: string[] = [];
  for (const [name, value] of fields) {
    if (name === "kind" || name === "start" || name === "end") continue;
    if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) continue;
    const shown = value === true ? name : showTree(value);
    if (shown !== "") parts.push(needsLabel(name) ? `${name}=${shown}` : shown);
  }
  const inside = parts.join(" ");
  return kind === undefined ? inside : `(${String(kind)}${inside === "" ? "" : ` ${inside}`})`;
}

function needsLabel(name: string): boolean {
  return ["to", "as", "else", "doc", "offset", "index", "extends", "on", "step", "default", "outcome"].includes(name);
}

/** Diagnostics as lines: `line:column-column code: message (hint)`. */
export function showDiagnostics(text: string, diagnostics: readonly Diagnostic[]): string {
  const lines = new LineIndex(text);
  return diagnostics
    .map(({ start, end, code, message, hint }) => {
      const from = lines.at(start);
      const to = lines.at(end);
      const range = to.line === from.line ? `${from.column}-${to.column}` : `${from.column}-${to.line}:${to.column}`;
      return `${from.line}:${range} ${code}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
    })
    .join("\n");
}

/** A text without the indentation that all its lines share, and without a first and last empty line. */
export function dedent(text: string): string {
  const lines = text
    .replace(/^\n/, "")
    .replace(/\n[ \t]*$/, "\n")
    .split("\n");
  const depths = lines.filter((line) => line.trim() !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const depth = Math.min(...depths);
  return lines.map((line) => line.slice(Number.isFinite(depth) ? depth : 0)).join("\n");
}

/** A text with one `<|>` in it: the text without it, and where it stood. */
export function atMarker(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf("<|>");
  if (offset < 0) throw new Error("The fixture has no <|>.");
  return { text: marked.slice(0, offset) + marked.slice(offset + 3), offset };
}
