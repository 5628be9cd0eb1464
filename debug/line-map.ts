/** Which line of a text is which of another one: of a file that was edited since a program was made of it. */

/** Most cells of the table in which lines are compared; of more, only what is the same at both ends is found. */
const TABLE_LIMIT = 4_000_000;

/** The lines of one text in another. Lines count from 1. */
export interface LineMap {
  /** The same line there; undefined if it is not there any more. */
  same(line: number): number | undefined;
  /** Where it would be: the same line, or the one at its place among those around it. */
  nearest(line: number): number;
}

/** The map from `from` to `to`. */
export function lineMap(from: string, to: string): LineMap {
  const [a, b] = [linesOf(from), linesOf(to)];
  const found = matches(a, b);
  return {
    same: (line) => found.get(line),
    nearest: (line) => {
      let before = Math.min(line, a.length);
      while (before > 0 && !found.has(before)) before--;
      return Math.min(Math.max((found.get(before) ?? 0) + line - before, 1), Math.max(b.length, 1));
    },
  };
}

function linesOf(text: string): string[] {
  return text.split("\n").map((line) => line.trimEnd());
}

/** The longest common sequence of lines, as line numbers. */
function matches(a: readonly string[], b: readonly string[]): Map<number, number> {
  const found = new Map<number, number>();
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) found.set(++start, start);
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) found.set(endA--, endB--);
  const [rows, columns] = [endA - start, endB - start];
  if (rows === 0 || columns === 0 || rows * columns > TABLE_LIMIT) return found;
  // Length of the longest common sequence of the lines from (i, j) on.
  const width = columns + 1;
  const longest = new Int32Array((rows + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const isSame = a[start + i] === b[start + j];
      longest[i * width + j] = isSame ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (a[start + i] === b[start + j]) found.set(start + ++i, start + ++j);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return found;
}
