/**
 * Finds the chunks of a sparse column: a hash table from (space, number of the chunk within it) to the chunk's position. Chunks
 * are only ever added; where one lies is layout and no part of the state.
 *
 * Numbers may be as large as 2^36, and integers of 32 bits are what is fast: a chunk is known by two words, the low 31 bits of
 * its number, and above its space the rest of them.
 */

const LOW_SPAN = 2 ** 31;
/** Numbers are below 2^36: five bits of theirs stand in the second word. */
const HIGH_BITS = 5;
const HIGH_MASK = 2 ** HIGH_BITS - 1;

export class ChunkTable {
  // The two words of each chunk, in the order of their making.
  private lows = new Int32Array(16);
  private highs = new Int32Array(16);
  private count = 0;
  // Open addressing: slot -> chunk + 1, at most half full.
  private slots = new Int32Array(64);
  private shift = 26;
  // The chunk found last; most accesses go to the same one again.
  private lastLow = -1;
  private lastHigh = -1;
  private last = 0;

  get length(): number {
    return this.count;
  }
  /** The space of the chunk at `position`. */
  spaceOf(position: number): number {
    return (this.highs[position] as number) >>> HIGH_BITS;
  }
  /** Its number within its space. */
  numberOf(position: number): number {
    return ((this.highs[position] as number) & HIGH_MASK) * LOW_SPAN + (this.lows[position] as number);
  }

  /** The position of chunk `number` of `space`, for numbers below 2^31; -1 if there is none. */
  findSmall(space: number, number: number): number {
    return this.find(number, space << HIGH_BITS);
  }
  /** The same for any number below 2^36. */
  findLarge(space: number, number: number): number {
    const rest = Math.floor(number / LOW_SPAN);
    return this.find(number - rest * LOW_SPAN, (space << HIGH_BITS) | rest);
  }
  private find(low: number, high: number): number {
    if (low === this.lastLow && high === this.lastHigh) return this.last;
    const { slots, lows, highs } = this;
    const mask = slots.length - 1;
    for (let at = hash(low, high) >>> this.shift; ; at = (at + 1) & mask) {
      const chunk = (slots[at] as number) - 1;
      if (chunk < 0) return -1;
      if (lows[chunk] === low && highs[chunk] === high) {
        this.lastLow = low;
        this.lastHigh = high;
        this.last = chunk;
        return chunk;
      }
    }
  }

  /** Adds chunk `number` of `space`, which is not there yet; returns its position. */
  add(space: number, number: number): number {
    const chunk = this.count;
    if (chunk === this.lows.length) this.grow();
    const rest = Math.floor(number / LOW_SPAN);
    this.lows[chunk] = number - rest * LOW_SPAN;
    this.highs[chunk] = (space << HIGH_BITS) | rest;
    this.count = chunk + 1;
    this.place(chunk);
    return chunk;
  }
  clear(): void {
    this.count = 0;
    this.slots.fill(0);
    this.lastLow = -1;
  }

  private place(chunk: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let at = hash(this.lows[chunk] as number, this.highs[chunk] as number) >>> this.shift;
    while (slots[at] !== 0) at = (at + 1) & mask;
    slots[at] = chunk + 1;
  }
  private grow(): void {
    this.lows = doubled(this.lows);
    this.highs = doubled(this.highs);
    if (this.lows.length * 2 <= this.slots.length) return;
    this.slots = new Int32Array(this.slots.length * 2);
    this.shift--;
    for (let chunk = 0; chunk < this.count; chunk++) this.place(chunk);
  }
}

function hash(low: number, high: number): number {
  return Math.imul(low ^ Math.imul(high, 0x632be5ab), 0x9e3779b1);
}
function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
