/** What the comparison shows, as data: differences in groups, those that are new since the last stop marked. */

import type { Compared, Difference } from "../../debug/protocol.ts";

/** A difference as a row. */
export interface Row {
  readonly what: string;
  readonly here: string;
  readonly there: string;
  /** Whether it was not there, or was another, at the last stop. */
  readonly isNew: boolean;
}
/** Rows under one heading. */
export interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
}

const titles: readonly (readonly [Difference["kind"], string])[] = [
  ["statement", "How statements ended"],
  ["page", "Pages"],
  ["event", "How often events happened"],
];

/** The groups that have rows. `before`: the comparison at the last stop, if there was one. */
export function groupsOf({ differences }: Compared, before: Compared | undefined): Group[] {
  const known = new Set(before?.differences.map(keyOf));
  return titles.flatMap(([kind, title]) => {
    const rows = differences
      .filter((difference) => difference.kind === kind)
      .map((difference) => ({
        what: difference.what,
        here: difference.before,
        there: difference.after,
        isNew: before !== undefined && !known.has(keyOf(difference)),
      }));
    return rows.length === 0 ? [] : [{ title, rows }];
  });
}
function keyOf({ kind, what, before, after }: Difference): string {
  return JSON.stringify([kind, what, before, after]);
}

/** Where both stand, in a sentence. */
export function standing({ statements, statement, behind, kernel }: Compared): string {
  if (statements === 0 && behind === 0) return "At the beginning: no statement has ended yet.";
  const after = statement === "" ? "" : `, the last one: ${statement}`;
  const count = statements === 1 ? "1 statement" : `${statements} statements`;
  const late =
    behind === 0 ? "" : ` Here ${behind} more ${behind === 1 ? "has" : "have"} ended: ${kernel} cannot go on.`;
  return `Both after ${count}${after}.${late}`;
}

/** How many differences there are, in words. */
export function countOf({ differences }: Compared): string {
  if (differences.length === 0) return "Nothing is different.";
  return differences.length === 1 ? "1 difference." : `${differences.length} differences.`;
}
