/**
 * The set of states seen, shared by several searches at once: 60 bits of each state's hash and who came to it first, in a flat table
 * with open addressing, 8 bytes a slot. It does not grow: when it is full, the searches stop.
 *
 * The first word of a slot is what a search claims it with; the second one follows at once, and whoever reads the slot waits for it.
 */
import type { StateSet } from "./visited.ts";

/** Searches that can share a set: each state has the number of one, from 1 up, in the bits that its hash leaves. */
export const MAX_SHARERS = 15;
const OWNER_MASK = 0xf;
/** Words in front of the slots: the number of states, and what the searches tell each other. */
const HEADER = 8;
const COUNT = 0;
const STOP = 1;
/** How full the table may be. */
const FULL = 0.9;
const SLOT_BYTES = 8;

/** The memory of a set that takes `bytes` bytes. */
export function sharedTable(bytes: number): SharedArrayBuffer {
  const slots = Math.max(1 << 10, Math.floor(bytes / SLOT_BYTES));
  return new SharedArrayBuffer(HEADER * 4 + slots * SLOT_BYTES);
}

export class SharedVisited implements StateSet {
  /** Whether the state that was added last had been added by another search. */
  isOthers = false;
  /** States that this search came to first. */
  own = 0;
  private readonly words: Int32Array;
  private readonly slots: number;
  private readonly owner: number;

  /** `owner`: the number of the search that adds states, from 1 to `MAX_SHARERS`; 0 for one that only looks on. */
  constructor(table: SharedArrayBuffer, owner: number) {
    this.words = new Int32Array(table);
    this.slots = (this.words.length - HEADER) >>> 1;
    this.owner = owner;
  }

  /** States that all searches have come to. */
  get size(): number {
    return Atomics.load(this.words, COUNT);
  }
  /** Bytes of the slots that are used, and of those that have to stay free for them. */
  get bytes(): number {
    return Math.min(this.words.byteLength, Math.ceil(this.size / FULL) * SLOT_BYTES);
  }
  get isFull(): boolean {
    return this.size >= this.slots * FULL;
  }
  get missProbability(): number {
    return Math.min(1, (this.size * this.size) / 2 ** 61);
  }

  /** Whether the searches are to stop. */
  get isStopped(): boolean {
    return Atomics.load(this.words, STOP) !== 0;
  }
  /** Tells all searches to stop. */
  stop(): void {
    Atomics.store(this.words, STOP, 1);
  }
  /** Waits until they are told to, `milliseconds` at most. Only where a thread may be kept waiting. */
  wait(milliseconds: number): void {
    Atomics.wait(this.words, STOP, 0, milliseconds);
  }

  /** Adds the state with this hash. Returns whether it was new; if not, `isOthers` says whose it is. */
  add(low: number, high: number): boolean {
    const { words, slots } = this;
    const claim = low === 0 ? 1 : low;
    const rest = high & ~OWNER_MASK;
    let slot = Math.floor(((low ^ Math.imul(high, 0x9e3779b1)) >>> 0) * (slots / 0x100000000));
    for (;;) {
      const at = HEADER + slot * 2;
      let found = Atomics.load(words, at);
      if (found === 0) {
        this.isOthers = false;
        if (this.isFull) return false;
        found = Atomics.compareExchange(words, at, 0, claim);
        if (found === 0) {
          Atomics.store(words, at + 1, rest | this.owner);
          Atomics.add(words, COUNT, 1);
          this.own++;
          return true;
        }
      }
      if (found === claim) {
        let second = Atomics.load(words, at + 1);
        while (second === 0) second = Atomics.load(words, at + 1);
        if ((second & ~OWNER_MASK) === rest) {
          this.isOthers = (second & OWNER_MASK) !== this.owner;
          return false;
        }
      }
      slot = slot + 1 === slots ? 0 : slot + 1;
    }
  }
}
