/**
 * What one state differs by from another, packed into one array: how a search that does not go back by undoing keeps the states
 * that it has yet to look at. Cells are named by where they lie, so changes are good in the store that they were taken from only.
 */
import type { Column } from "./column.ts";
import type { Journal } from "./journal.ts";
import { CELL_BITS, CELL_MASK } from "./journal.ts";

/**
 * The number of small cells, then each as (word, value * 32), then the others as (word, the two halves of the double). Most values
 * are small whole numbers or handles, whose 32-fold is a 32-bit integer (see `value.ts`).
 */
export type Changes = Int32Array;

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** The cells that records from `from` on wrote and that differ from what they held before, with what they hold now. */
export function collectChanges(columns: readonly Column[], journal: Journal, from: number): Changes {
  const before = new Map<number, number>();
  journal.visit(from, journal.length, (column, cell, old) => {
    const word = (column.id << CELL_BITS) | cell;
    if (!before.has(word)) before.set(word, old);
  });
  const small: number[] = [];
  const large: number[] = [];
  for (const [word, old] of before) {
    const value = (columns[word >>> CELL_BITS] as Column).at(word & CELL_MASK);
    if (value === old) continue;
    const scaled = value * 32;
    if ((scaled | 0) === scaled) small.push(word, scaled);
    else {
      double[0] = value;
      large.push(word, halves[0] as number, halves[1] as number);
    }
  }
  const changes = new Int32Array(1 + small.length + large.length);
  changes[0] = small.length / 2;
  changes.set(small, 1);
  changes.set(large, 1 + small.length);
  return changes;
}

/** Writes what `changes` say. */
export function applyChanges(columns: readonly Column[], changes: Changes): void {
  const end = 1 + (changes[0] as number) * 2;
  for (let i = 1; i < end; i += 2) {
    const word = changes[i] as number;
    (columns[word >>> CELL_BITS] as Column).write(word & CELL_MASK, (changes[i + 1] as number) / 32);
  }
  for (let i = end; i < changes.length; i += 3) {
    const word = changes[i] as number;
    halves[0] = changes[i + 1] as number;
    halves[1] = changes[i + 2] as number;
    (columns[word >>> CELL_BITS] as Column).write(word & CELL_MASK, double[0] as number);
  }
}
