/**
 * Which states lie on the path of a depth-first search: one that leads back to itself closes a circle. Known by one half of their
 * hashes only, so that now and then a state is taken for one on the path that is not.
 */

/** The table of counts has at least so many places for each state on the path. */
const ROOM = 8;

export class OnPath {
  private hashes = new Int32Array(1 << 10);
  private length = 0;
  /** How many states of the path have a hash that falls to each place. */
  private counts = new Uint16Array(1 << 14);

  /** A state was put on the path. */
  push(hash: number): void {
    if (this.length === this.hashes.length) this.grow();
    this.hashes[this.length++] = hash;
    this.add(hash, 1);
  }
  /** The last state was taken off the path. */
  pop(): void {
    this.add(this.hashes[--this.length] as number, -1);
  }
  /** Whether a state with this hash may be on the path; if it is, this is true. */
  has(hash: number): boolean {
    if (this.counts[hash & (this.counts.length - 1)] === 0) return false;
    for (let i = this.length - 1; i >= 0; i--) if (this.hashes[i] === hash) return true;
    return false;
  }

  private add(hash: number, by: number): void {
    const at = hash & (this.counts.length - 1);
    this.counts[at] = (this.counts[at] as number) + by;
  }
  private grow(): void {
    const hashes = new Int32Array(this.hashes.length * 2);
    hashes.set(this.hashes);
    this.hashes = hashes;
    if (hashes.length * ROOM <= this.counts.length) return;
    this.counts = new Uint16Array(this.counts.length * 2);
    for (let i = 0; i < this.length; i++) this.add(hashes[i] as number, 1);
  }
}
