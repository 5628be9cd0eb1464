/**
 * How a thread's stack stands in the cells of column "frames". Each thread has `STACK` cells; a frame is its link, the top of the
 * thread's heap when it was called, its self (0: none), and then its slots, from its base on. Frames follow each other without gaps.
 *
 * The link is one integer, as every cell of a frame is written, hashed and undone: the function, how far below the frame's base
 * the caller's base lies (0: nobody called it), and where the caller goes on.
 */

/** Cells of a thread's stack. */
export const STACK = 2 ** 12;
/** Cells in front of a frame's slots. */
export const HEADER = 3;
/** Places of the header's cells, counted from the frame's base. */
export const LINK = -3;
export const HEAP_TOP = -2;
export const SELF = -1;

const PC_SPAN = 2 ** 24;
const DISTANCE_BITS = 13;
/** Code must be shorter than this, and functions fewer than `MAX_FUNCTIONS`, for a link to hold them. */
export const MAX_CODE = PC_SPAN;
export const MAX_FUNCTIONS = 2 ** (53 - 24 - DISTANCE_BITS);

export function makeLink(fn: number, distance: number, returnPc: number): number {
  return ((fn << DISTANCE_BITS) | distance) * PC_SPAN + returnPc;
}
/** The function whose frame it is. */
export function linkFunction(link: number): number {
  return Math.floor(link / PC_SPAN) >> DISTANCE_BITS;
}
/** How far below the frame's base its caller's lies; 0 if it has none. */
export function linkDistance(link: number): number {
  return Math.floor(link / PC_SPAN) & (2 ** DISTANCE_BITS - 1);
}
/** The program counter at which the caller goes on. */
export function linkReturn(link: number): number {
  return link - Math.floor(link / PC_SPAN) * PC_SPAN;
}
