/**
 * The two 32-bit halves of a state's hash are sums, over all cells that are not 0, of a mix of the cell's key and its
 * value. A sum can be kept up to date at each write and does not depend on the order of the cells.
 *
 * A cell's key is the address of the cell within its column, mixed with the column's seed for that half; the value is one word
 * (integers) or two (values of the language, as the bits of their double, of which the first is 0 for most).
 */

/** Logical address (`space`, `index`) of a cell as one word; `index` may exceed 32 bits. */
export function addressWord(space: number, index: number): number {
  return ((index | 0) + Math.imul(space, 0x9e3779b1) + Math.imul((index / 0x100000000) | 0, 0x632be5ab)) | 0;
}

/** Key of the cell at `address` for the first half, in the column with `seed`. */
export function keyLow(seed: number, address: number): number {
  const k = Math.imul(seed ^ address, 0x85ebca6b);
  return k ^ (k >>> 15);
}
/** Key for the second half. */
export function keyHigh(seed: number, address: number): number {
  const k = Math.imul(seed ^ address, 0xc2b2ae35);
  return k ^ (k >>> 16);
}

/** First half's mix of a cell's key and the word that it holds. */
export function mixLow(key: number, word: number): number {
  let h = Math.imul(key ^ word, 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 15), 0x27d4eb2f);
  return h ^ (h >>> 16);
}
/** Second half's mix. */
export function mixHigh(key: number, word: number): number {
  let h = Math.imul(key ^ word, 0x846ca68b);
  h = Math.imul(h ^ (h >>> 14), 0x9e3779b1);
  return h ^ (h >>> 15);
}

/** The two words of a value as one, for the first half: for values whose first word is 0 no two are alike. */
export function foldLow(w0: number, w1: number): number {
  return Math.imul(w0, 0x297a2d39) ^ w1;
}
/** The same for the second half. */
export function foldHigh(w0: number, w1: number): number {
  return (Math.imul(w0, 0x5bd1e995) + w1) | 0;
}

/** A column's seed for one half of the hash: `start` tells the halves apart. */
export function seedOf(name: string, start: number): number {
  let seed = start;
  for (let i = 0; i < name.length; i++) seed = Math.imul(seed ^ name.charCodeAt(i), 0x01000193);
  return Math.imul(seed ^ (seed >>> 16), 0x7feb352d);
}
