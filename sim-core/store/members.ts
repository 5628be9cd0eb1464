/**
 * The members of a set that a program treats alike, such as the pages of a protocol, in the hash: states that differ only in which
 * member is which have the same one.
 *
 * A member is a value of its own kind (`Tag.member`). Each has a hash of its own: the sum over the cells that speak of it, those
 * that hold it and those that stand under it, of a mix that leaves out which member it is. The state's hash is the sum, over the
 * members, of a mix of these, and over all other cells, of theirs. No cell may speak of two members: then two states with the
 * same member hashes are the same but for the members' names.
 */
import type { Column, DenseColumn } from "./column.ts";
import type { Store } from "./store.ts";
import { Tag, tagOf } from "./value.ts";

/** What a cell that holds a member counts as holding. */
export const MEMBER_WORD = 0x6d656d62;

/** Whether `value` is a member. */
export function isMember(value: number): boolean {
  return tagOf(value) === Tag.member;
}

export class Members {
  /** How many there are: their payloads are 0 to `size` - 1. */
  readonly size: number;
  private readonly store: Store;
  // Each one's hash. Columns, so that they are undone with the step; not hashed, as they follow from the others.
  private readonly low: DenseColumn;
  private readonly high: DenseColumn;

  constructor(store: Store, size: number) {
    this.store = store;
    this.size = size;
    this.low = store.int("members.low", { hashed: false });
    this.high = store.int("members.high", { hashed: false });
  }

  /** Counts the members in: to be called once, before any cell speaks of one. */
  begin(): void {
    const { store } = this;
    for (let member = 0; member < this.size; member++) {
      store.hashLow = (store.hashLow + finishLow(0, 0)) | 0;
      store.hashHigh = (store.hashHigh + finishHigh(0, 0)) | 0;
    }
  }

  /** Adds to the hash of `member`, and keeps the state's hash right. */
  add(member: number, low: number, high: number): void {
    const { store } = this;
    // They follow from other cells, whose writes are noted.
    const { reads } = store;
    store.reads = undefined;
    const oldLow = this.low.get(member);
    const oldHigh = this.high.get(member);
    const newLow = (oldLow + low) | 0;
    const newHigh = (oldHigh + high) | 0;
    this.low.set(member, newLow);
    this.high.set(member, newHigh);
    store.hashLow = (store.hashLow - finishLow(oldLow, oldHigh) + finishLow(newLow, newHigh)) | 0;
    store.hashHigh = (store.hashHigh - finishHigh(oldLow, oldHigh) + finishHigh(newLow, newHigh)) | 0;
    store.reads = reads;
  }

  /** Whether `column` is one in which hashes of members stand. */
  has(column: Column): boolean {
    return column === this.low || column === this.high;
  }
  /** Whether a lower member is just as `member` is: what could be done with it is the same but for the names. */
  isRepeated(member: number): boolean {
    this.store.reads?.noteOther();
    const low = this.low.get(member);
    const high = this.high.get(member);
    for (let other = 0; other < member; other++) {
      if (this.low.get(other) === low && this.high.get(other) === high) return true;
    }
    return false;
  }
}

function finishLow(low: number, high: number): number {
  let h = Math.imul(low ^ Math.imul(high, 0x2c1b3c6d), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x27d4eb2f);
  return h ^ (h >>> 16);
}
function finishHigh(low: number, high: number): number {
  let h = Math.imul(high ^ Math.imul(low, 0x846ca68b), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 14), 0x9e3779b1);
  return h ^ (h >>> 15);
}
