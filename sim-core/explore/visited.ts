/**
 * The set of states seen, as 64-bit hashes in one flat table with open addressing: 8 bytes a slot, 35 to 70 % full, so 11 to 23
 * bytes a state. A state that was never seen may be taken for seen if its hash equals another's.
 *
 * Slots are in the order of the hashes, so that the table grows from one end to the other, and in pieces, as a search has to answer in
 * between. What takes time is waiting for
 * memory: a search often comes back to states that it has just been in, and those are found in a small table that the
 * processor's own cache holds.
 */

const EMPTY = 0;
/** How full the table may be before it is to grow, and before it does so at once. */
const CROWDED = 0.7;
const FULL = 0.8;
/** Slots of one piece of growing: about a millisecond. */
const PIECE = 1 << 13;
/** Slots at first, as a power of two. */
const FIRST_BITS = 12;
/** Slots of the small table, as a power of two: at first, and for each so many slots of the large one. */
const FIRST_RECENT_BITS = 10;
const SLOTS_PER_RECENT = 2 ** 6;

/** A set of states, by their hashes. */
export interface StateSet {
  /** How many there are. */
  readonly size: number;
  /** How many of them are known of at once: where several searches add to it, some of the others' may be left out. */
  readonly knownSize: number;
  readonly bytes: number;
  /** Probability that some state was missed because its hash is another's. */
  readonly missProbability: number;
  /** Whether it is to be made larger by calls of `makeRoom`, each of which takes about a millisecond, before much is added. */
  readonly isCrowded: boolean;
  makeRoom(): void;
  /** Adds the state with this hash. Returns whether it was new. */
  add(low: number, high: number): boolean;
}

export class Visited implements StateSet {
  private slots: Int32Array;
  /** Number of slots, a power of two, and by how much a word is shifted to be a slot's number. */
  private size_ = 1 << FIRST_BITS;
  private shift = 32 - FIRST_BITS;
  private count = 0;
  private limit = Math.floor(this.size_ * CROWDED);
  private mostCount = Math.floor(this.size_ * FULL);
  /** The table that takes this one's place when all is in it, and how many slots have been gone through. */
  private larger: Int32Array | undefined;
  private moved = 0;
  private recent = new Int32Array(2 << FIRST_RECENT_BITS);
  private recentShift = 32 - FIRST_RECENT_BITS;

  constructor() {
    this.slots = new Int32Array(this.size_ * 2);
  }

  get size(): number {
    return this.count;
  }
  get knownSize(): number {
    return this.count;
  }
  get bytes(): number {
    return this.slots.byteLength + this.recent.byteLength + (this.larger?.byteLength ?? 0);
  }
  get isCrowded(): boolean {
    return this.count > this.limit;
  }
  /** Probability that some state was missed because its hash is another's (birthday bound over 64-bit hashes). */
  get missProbability(): number {
    return Math.min(1, (this.count * this.count) / 2 ** 65);
  }

  /** Adds the state with this hash. Returns whether it was new. */
  add(low: number, high: number): boolean {
    // The pair (0, 0) marks an empty slot; the one state in 2^64 that has it is given another hash.
    if (low === EMPTY && high === EMPTY) high = 1;
    if (this.larger !== undefined) this.grow();
    const { slots, recent } = this;
    const known = (high >>> this.recentShift) * 2;
    if (recent[known] === low && recent[known + 1] === high) return false;
    recent[known] = low;
    recent[known + 1] = high;
    const end = slots.length;
    let at = home(low, high, this.shift) * 2;
    for (;;) {
      const a = slots[at] as number;
      const b = slots[at + 1] as number;
      if (a === low && b === high) return false;
      if (a === EMPTY && b === EMPTY) break;
      at += 2;
      if (at === end) at = 0;
    }
    slots[at] = low;
    slots[at + 1] = high;
    this.count++;
    if (this.count > this.mostCount) this.grow();
    return true;
  }

  makeRoom(): void {
    const { slots, shift } = this;
    this.larger ??= new Int32Array(slots.length * 2);
    const { larger } = this;
    const end = larger.length;
    const last = Math.min(slots.length, this.moved + 2 * PIECE);
    for (let i = this.moved; i < last; i += 2) {
      const low = slots[i] as number;
      const high = slots[i + 1] as number;
      if (low === EMPTY && high === EMPTY) continue;
      let at = home(low, high, shift - 1) * 2;
      while (larger[at] !== EMPTY || larger[at + 1] !== EMPTY) {
        at += 2;
        if (at === end) at = 0;
      }
      larger[at] = low;
      larger[at + 1] = high;
    }
    this.moved = last;
    if (last === slots.length) this.takeLarger(larger);
  }
  private takeLarger(larger: Int32Array): void {
    this.slots = larger;
    this.larger = undefined;
    this.moved = 0;
    this.size_ *= 2;
    this.shift--;
    this.limit = Math.floor(this.size_ * CROWDED);
    this.mostCount = Math.floor(this.size_ * FULL);
    if (this.size_ >= this.recent.length * SLOTS_PER_RECENT) {
      this.recent = new Int32Array(this.recent.length * 2);
      this.recentShift--;
    }
  }
  /** Makes it larger at once. */
  private grow(): void {
    while (this.isCrowded) this.makeRoom();
  }
}

/** The slot at which the search for a hash begins: in the order of its first half. */
function home(low: number, high: number, shift: number): number {
  return (low ^ Math.imul(high, 0x9e3779b1)) >>> shift;
}
