/** Ranges of pages, and walking the sparse columns that are addressed by page number. */
import type { SparseColumn } from "../store/column.ts";

/** Ranges up to this long are looked at page by page; longer ones through the chunks that exist. */
const SHORT = 64;

/** Calls `visit` with each page of [from, to) whose cell is not 0; in a short range lowest first. */
export function eachPage(
  column: SparseColumn,
  space: number,
  from: number,
  to: number,
  visit: (vpn: number, value: number) => void,
): void {
  if (to - from > SHORT) {
    column.forEach(space, from, to, visit);
    return;
  }
  for (let vpn = from; vpn < to; vpn++) {
    const value = column.get(space, vpn);
    if (value !== 0) visit(vpn, value);
  }
}

/** The lowest page of [from, to) whose cell is not 0, or -1. */
export function firstPage(column: SparseColumn, space: number, from: number, to: number): number {
  const near = Math.min(to, from + SHORT);
  for (let vpn = from; vpn < near; vpn++) if (column.get(space, vpn) !== 0) return vpn;
  let lowest = -1;
  if (near < to) {
    column.forEach(space, near, to, (vpn) => {
      if (lowest < 0 || vpn < lowest) lowest = vpn;
    });
  }
  return lowest;
}
