/** "Did you mean": the nearest of some words by edit distance. */

import type { Diagnostic } from "./diagnostic.ts";

/**
 * Optimal-string-alignment distance (insertions, deletions, changes and swaps of neighbours), or `limit + 1` if it is
 * more than `limit`.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1);
      }
      row.push(best);
      least = Math.min(least, best);
    }
    if (least > limit) return limit + 1;
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length] ?? limit + 1;
}

/**
 * The word nearest to `written`, undefined if none is near enough to be what was meant. The first of equals wins. `limit`:
 * the most edits that are taken for a slip; by default it grows with the word's length.
 */
export function nearest(written: string, words: Iterable<string>, limit = slips(written)): string | undefined {
  if (written.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = limit + 1;
  let left = candidateLimit;
  for (const word of words) {
    if (word === written) continue;
    if (left-- === 0) break;
    const distance = distanceIgnoringCase(written, word, bestDistance - 1);
    if (distance < bestDistance && distance < Math.max(word.length, written.length) / 2 + 0.5) {
      best = word;
      bestDistance = distance;
    }
  }
  return best ?? byPrefix(written, words);
}

/** How many words are looked at: a file may declare hundreds of thousands. */
const candidateLimit = 2000;

function slips(written: string): number {
  return written.length <= 3 ? 1 : written.length <= 5 ? 2 : 3;
}

function distanceIgnoringCase(written: string, word: string, limit: number): number {
  const exact = editDistance(written, word, limit);
  if (exact === 0) return 0;
  const folded = editDistance(written.toLowerCase(), word.toLowerCase(), limit);
  return Math.min(exact, folded + 0.5);
}

/** `refcnt` for `refcount`: the letters of what was written, in order, in a word that begins and ends alike. */
function byPrefix(written: string, words: Iterable<string>): string | undefined {
  if (written.length < 3) return undefined;
  let left = candidateLimit;
  for (const word of words) {
    if (word === written) continue;
    if (left-- === 0) return undefined;
    if (word.startsWith(written) || (written.length >= 4 && isAbbreviation(written, word))) return word;
  }
  return undefined;
}

function isAbbreviation(short: string, long: string): boolean {
  if (short[0] !== long[0] || short.at(-1) !== long.at(-1) || short.length * 2 < long.length) return false;
  let at = 0;
  for (const char of long) if (char === short[at]) at++;
  return at === short.length;
}

/** Hint and fix for a misspelt word at [start, end), to be spread into a diagnostic; nothing if no word is near. */
export function didYouMean(
  written: string,
  words: Iterable<string>,
  start: number,
  end: number,
): Pick<Diagnostic, "hint" | "fix"> {
  const word = nearest(written, words);
  if (word === undefined) return {};
  return {
    hint: `Did you mean \`${word}\`?`,
    fix: { title: `Change to \`${word}\``, edits: [{ start, end, text: word }] },
  };
}

/** "`a`, `b` or `c`" */
export function oneOf(words: readonly string[]): string {
  const quoted = words.map((word) => `\`${word}\``);
  const last = quoted.pop();
  return quoted.length === 0 ? (last ?? "nothing") : `${quoted.join(", ")} or ${last}`;
}
