/** What the editor shows beside the lines of the function that execution stands in: names, and expressions of checks. */

/** A name or expression of a line; columns count from 0, `end` is exclusive. */
export interface InlineName {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** An expression is evaluated; a variable is looked up among those of the frame. */
  readonly kind: "variable" | "expression";
}

const opening = /^\s*(?:fn|on)\s+\w+\s*\(([^)]*)\)/;
const declared = /\b(?:let|for)\s+(\w+)\b/g;
const observed = /\b(?:value|pte|pmd|folio|mirror|vma|free|count)\([^()]*\)(?:\.\w+)?/g;

/** The names in `lines` (of a whole text) from the beginning of the function at line `at` to it, both counted from 0. */
export function inlineNames(lines: readonly string[], at: number): InlineName[] {
  let first = Math.min(at, lines.length - 1);
  while (first > 0 && !opening.test(lines[first] ?? "")) first--;
  const found: InlineName[] = [];
  for (let line = first; line <= at; line++) {
    const text = withoutComment(lines[line] ?? "");
    const parameters = opening.exec(text)?.[1];
    if (parameters !== undefined) {
      const from = text.indexOf("(") + 1;
      for (const match of parameters.matchAll(/\w+/g)) add(found, line, from + match.index, match[0], "variable");
    }
    for (const match of text.matchAll(declared)) {
      const name = match[1] ?? "";
      add(found, line, match.index + match[0].length - name.length, name, "variable");
    }
    for (const match of text.matchAll(observed)) add(found, line, match.index, match[0], "expression");
  }
  return found;
}

function add(to: InlineName[], line: number, start: number, text: string, kind: InlineName["kind"]): void {
  to.push({ line, start, end: start + text.length, text, kind });
}

/** A line without what stands behind `//`. */
function withoutComment(line: string): string {
  const at = line.indexOf("//");
  return at < 0 ? line : line.slice(0, at);
}
