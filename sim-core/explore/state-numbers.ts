/** A number for each of many states, by their 64-bit hashes, in one flat table: 12 bytes a slot, at most 75 % full. */

const SLOT = 3;
const FULL = 0.75;

export class StateNumbers {
  private size_ = 1 << 10;
  /** By slot: the two halves of the hash, and the number plus 1; 0 marks an empty slot. */
  private slots = new Int32Array(this.size_ * SLOT);
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The number of the state with this hash; undefined if it has none. */
  get(low: number, high: number): number | undefined {
    const number = this.slots[this.find(low, high) + 2] as number;
    return number === 0 ? undefined : number - 1;
  }

  /** Gives the state with this hash a number, 0 <= number < 2^31 - 1. */
  set(low: number, high: number, number: number): void {
    if (this.count + 1 > this.size_ * FULL) this.grow();
    const at = this.find(low, high);
    if (this.slots[at + 2] === 0) this.count++;
    this.slots[at] = low;
    this.slots[at + 1] = high;
    this.slots[at + 2] = number + 1;
  }

  /** Where the slot of this hash is, or the empty one that it would get. */
  private find(low: number, high: number): number {
    const { slots } = this;
    let at = (Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1) & (this.size_ - 1)) * SLOT;
    while (slots[at + 2] !== 0 && (slots[at] !== low || slots[at + 1] !== high)) {
      at += SLOT;
      if (at === slots.length) at = 0;
    }
    return at;
  }
  private grow(): void {
    const old = this.slots;
    this.size_ *= 2;
    this.slots = new Int32Array(this.size_ * SLOT);
    for (let i = 0; i < old.length; i += SLOT) {
      if (old[i + 2] === 0) continue;
      const at = this.find(old[i] as number, old[i + 1] as number);
      this.slots.set(old.subarray(i, i + SLOT), at);
    }
  }
}
