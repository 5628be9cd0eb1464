/** A small pseudo-random generator whose state is one 32-bit number: the same on every platform. */

/** The next state after `state`. */
export function nextRandom(state: number): number {
  return (Math.imul(state, 1664525) + 1013904223) | 0;
}
/** A number in [0, n) from `state`'s upper bits. */
export function randomBelow(state: number, n: number): number {
  let h = Math.imul(state ^ (state >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return ((h ^ (h >>> 16)) >>> 0) % n;
}
