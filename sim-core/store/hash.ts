/**
 * The two 32-bit halves of a state's hash are sums, over all cells that are not 0, of a mix of the cell's key and its
 * value. A sum can be kept up to date at each write and does not depend on the order of the cells.
 */

/** First half's mix of cell key `k` and the two words of its value. */
export function mixLow(k: number, w0: number, w1: number): number {
  let h = Math.imul(k ^ 0x9e3779b1, 0x85ebca6b) ^ w0;
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d) ^ Math.imul(w1, 0x297a2d39);
  h = Math.imul(h ^ (h >>> 12), 0x27d4eb2f);
  return h ^ (h >>> 15);
}

/** Second half's mix; independent of the first in its constants and in how it folds the words. */
export function mixHigh(k: number, w0: number, w1: number): number {
  let h = Math.imul(k ^ 0x7feb352d, 0xc2b2ae35) ^ w1;
  h = Math.imul(h ^ (h >>> 16), 0x846ca68b) ^ Math.imul(w0, 0x5bd1e995);
  h = Math.imul(h ^ (h >>> 13), 0x9e3779b1);
  return h ^ (h >>> 16);
}

/** The key of logical cell (`space`, `index`) of the column with `seed`; `index` may exceed 32 bits. */
export function cellKey(seed: number, space: number, index: number): number {
  const high = (index / 0x100000000) | 0;
  let k = Math.imul(seed ^ Math.imul(space + 1, 0x632be5ab), 0x9e3779b1) ^ (index | 0);
  k = Math.imul(k ^ (k >>> 16), 0x7feb352d) ^ Math.imul(high, 0x1b873593);
  return k ^ (k >>> 15);
}
