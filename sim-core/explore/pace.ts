/**
 * How much to do between two looks at the clock and at messages: so much that a slice takes about `SLICE_MS`, whatever the machine
 * and the scenario. A slice that was planned with another kind of work in mind may take ten times as long and still not be noticed.
 */

/** Milliseconds that a slice should take. */
const SLICE_MS = 12;
const LEAST = 32;
const MOST = 1 << 16;
/** By how much a slice may differ from the one before. */
const MOST_CHANGE = 4;

export class Pace {
  private size_ = 256;

  /** Moves of the next slice. */
  get size(): number {
    return this.size_;
  }
  /** A slice of `size` took `milliseconds`. */
  took(milliseconds: number): void {
    const factor = SLICE_MS / Math.max(milliseconds, SLICE_MS / MOST_CHANGE);
    const size = this.size_ * Math.max(factor, 1 / MOST_CHANGE);
    this.size_ = Math.round(Math.min(MOST, Math.max(LEAST, size)));
  }
}
