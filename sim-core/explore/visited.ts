/**
 * The set of states seen, as 64-bit hashes in one flat table with open addressing: 8 bytes a slot, at most 70 % full, so 11 to
 * 23 bytes a state. A state that was never seen may be taken for seen if its hash equals another's.
 */

const EMPTY = 0;

export class Visited {
  private slots: Int32Array;
  private mask: number;
  private count = 0;

  constructor() {
    this.mask = (1 << 12) - 1;
    this.slots = new Int32Array((this.mask + 1) * 2);
  }

  get size(): number {
    return this.count;
  }
  get bytes(): number {
    return this.slots.byteLength;
  }
  /** Probability that some state was missed because its hash is another's (birthday bound over 64-bit hashes). */
  get missProbability(): number {
    return Math.min(1, (this.count * this.count) / 2 ** 65);
  }

  /** Adds the state with this hash. Returns whether it was new. */
  add(low: number, high: number): boolean {
    // The pair (0, 0) marks an empty slot; the one state in 2^64 that has it is given another hash.
    if (low === EMPTY && high === EMPTY) high = 1;
    const { slots, mask } = this;
    let at = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
    for (;;) {
      const a = slots[at * 2];
      const b = slots[at * 2 + 1];
      if (a === EMPTY && b === EMPTY) break;
      if (a === low && b === high) return false;
      at = (at + 1) & mask;
    }
    slots[at * 2] = low;
    slots[at * 2 + 1] = high;
    this.count++;
    if (this.count > (mask + 1) * 0.7) this.grow();
    return true;
  }

  private grow(): void {
    const old = this.slots;
    this.mask = this.mask * 2 + 1;
    this.slots = new Int32Array((this.mask + 1) * 2);
    const { slots, mask } = this;
    for (let i = 0; i < old.length; i += 2) {
      const low = old[i] as number;
      const high = old[i + 1] as number;
      if (low === EMPTY && high === EMPTY) continue;
      let at = (low ^ Math.imul(high, 0x9e3779b1)) & mask;
      while (slots[at * 2] !== EMPTY || slots[at * 2 + 1] !== EMPTY) at = (at + 1) & mask;
      slots[at * 2] = low;
      slots[at * 2 + 1] = high;
    }
  }
}
