/**
 * The set of states seen, shared by several searches at once: 59 bits of each state's hash, who came to it first and whether it
 * is closed, in a flat table with open addressing, 8 bytes a slot. It grows within the memory that it was given, and whoever comes by meanwhile waits; when that
 * is full, the searches stop. (Memory that has not been touched yet costs nothing, but a table of all of it would touch it at once.)
 *
 * The first word of a slot is what a search claims it with; the second one follows at once, and whoever reads the slot waits for it.
 */
import type { StateSet } from "./visited.ts";

/** Searches that can share a set: each state has the number of one, from 1 up, in the bits that its hash leaves. */
export const MAX_SHARERS = 15;
const OWNER_MASK = 0xf;
/** The bit of a state that is closed. */
const CLOSED_STATE = 0x10;
const REST_MASK = ~(OWNER_MASK | CLOSED_STATE);

/** Words that are written by different searches lie so many apart: in lines of their own of the processor's cache. */
const LINE = 16;
/** Words in front of the slots. Not 0: all are to stop. */
const STOP = 0;
/** A bit for each search that has begun, by its number; and whether no other one may. */
const GATE = 1;
const CLOSED = 1 << 31;
/** Searches that have ended. */
const ENDED = 2;
/** Slots that are used now, and whether somebody is changing that. */
const SLOTS = 3;
const GROWING = 4;
/** Not 0: circles are not looked for any more. */
const CIRCLES_LEFT = 5;
/** By number of the search, a line each: whether it is in the table, how many states it came to first, and how far it is. */
const OWN = LINE;
const IS_IN = 0;
const STATES = 1;
const DEPTH = 2;
const QUEUE = 3;
const TRANSITIONS = 4;
const HEADER = OWN + (MAX_SHARERS + 1) * LINE;

/** How full the table may be; and how full before it grows, by how much, from how many slots on. */
const FULL = 0.9;
const AIRY = 0.6;
const GROWTH = 4;
const FIRST_SLOTS = 1 << 16;
/** So many that there is room between a full table and its end for what the others have added since a search looked. */
const FEWEST_SLOTS = 1 << 14;
const SLOT_BYTES = 8;
/** Each search has some of the states that it was last in at hand, in the processor's own cache: so many, as a power of two. */
const RECENT_BITS = 14;
/** In place of the owner of such a state: it is another's, and closed. */
const OTHERS_CLOSED = 1;
/** After so many states of its own a search looks again how many the others have: a power of two. To look is slow, as they write it. */
const LOOK_AROUND = 64;

/**
 * The memory of a set that takes `bytes` bytes at most, or 128 KiB.
 *
 * @throws RangeError if there is not so much
 */
export function sharedTable(bytes: number): SharedArrayBuffer {
  const slots = Math.max(FEWEST_SLOTS, Math.floor(bytes / SLOT_BYTES));
  const table = new SharedArrayBuffer(HEADER * 4 + slots * SLOT_BYTES);
  new Int32Array(table)[SLOTS] = Math.min(slots, FIRST_SLOTS);
  return table;
}

export class SharedVisited implements StateSet {
  /** Whether the state that was added last had been added by another search. */
  isOthers = false;
  /** Whether it is closed. */
  isClosed = false;
  /** States that this search came to first. */
  own = 0;
  /** Those of the others when it last looked. */
  private others = 0;
  private readonly words: Int32Array;
  /** States that are its own, or another's and closed: what is known of them stays true. */
  private readonly recent = new Int32Array(2 << RECENT_BITS);
  /** Slots that there is memory for. */
  private readonly most: number;
  private readonly owner: number;
  /** Where this search's own words are. */
  private readonly mine: number;

  /** `owner`: the number of the search that adds states, from 1 to `MAX_SHARERS`; 0 for one that only looks on. */
  constructor(table: SharedArrayBuffer, owner: number) {
    this.words = new Int32Array(table);
    this.most = (this.words.length - HEADER) >>> 1;
    this.owner = owner;
    this.mine = OWN + owner * LINE;
  }

  /** States that all searches have come to. */
  get size(): number {
    this.lookAround();
    return this.knownSize;
  }
  get knownSize(): number {
    return this.own + this.others;
  }
  private lookAround(): void {
    const { words, mine } = this;
    this.others = 0;
    for (let at = OWN; at < HEADER; at += LINE) if (at !== mine) this.others += Atomics.load(words, at + STATES);
  }
  get bytes(): number {
    return Atomics.load(this.words, SLOTS) * SLOT_BYTES;
  }
  get isFull(): boolean {
    return this.knownSize >= this.most * FULL;
  }
  /** It grows as it is added to. */
  readonly isCrowded = false;
  makeRoom(): void {}
  get missProbability(): number {
    return Math.min(1, (this.size * this.size) / 2 ** 60);
  }

  /** Whether the searches are to stop. */
  get isStopped(): boolean {
    return Atomics.load(this.words, STOP) !== 0;
  }
  /** Tells all searches to stop. */
  stop(): void {
    Atomics.store(this.words, STOP, 1);
  }
  /** Whether there were circles that one of the searches could not look at, so that none has to any more. */
  get areCirclesLeft(): boolean {
    return Atomics.load(this.words, CIRCLES_LEFT) !== 0;
  }
  /** Tells all searches that there are. */
  leaveCircles(): void {
    Atomics.store(this.words, CIRCLES_LEFT, 1);
  }
  /** This search begins. Returns false if it is not to: the others have ended, or are to stop. */
  begin(): boolean {
    const { words } = this;
    for (let gate = Atomics.load(words, GATE); gate >= 0 && !this.isStopped; ) {
      const found = Atomics.compareExchange(words, GATE, gate, gate | (1 << this.owner));
      if (found === gate) return true;
      gate = found;
    }
    return false;
  }
  /** This search, which had begun, has ended. */
  end(): void {
    Atomics.add(this.words, ENDED, 1);
    Atomics.notify(this.words, ENDED);
  }
  /** Whether all that have begun have ended; from then on, no other one begins. */
  closeGate(): boolean {
    const { words } = this;
    const gate = Atomics.load(words, GATE);
    if (gate < 0) return true;
    if (this.begun > Atomics.load(words, ENDED)) return false;
    return Atomics.compareExchange(words, GATE, gate, gate | CLOSED) === gate;
  }
  /** How many have begun. */
  get begun(): number {
    const gate = Atomics.load(this.words, GATE);
    let count = 0;
    for (let number = 1; number <= MAX_SHARERS; number++) if (gate & (1 << number)) count++;
    return count;
  }
  /** Whether the search with this number has begun. */
  hasBegun(number: number): boolean {
    return (Atomics.load(this.words, GATE) & (1 << number)) !== 0;
  }
  /** Waits until another one ends, `milliseconds` at most. Only where a thread may be kept waiting. */
  wait(milliseconds: number): void {
    const { words } = this;
    Atomics.wait(words, ENDED, Atomics.load(words, ENDED), milliseconds);
  }

  /** Tells the others how far this search is. */
  tell(depth: number, queue: number, transitions: number): void {
    Atomics.store(this.words, this.mine + DEPTH, depth);
    Atomics.store(this.words, this.mine + QUEUE, queue);
    Atomics.store(this.words, this.mine + TRANSITIONS, transitions);
  }
  /** The transitions that the search with this number has told. */
  transitionsOf(number: number): number {
    return Atomics.load(this.words, OWN + number * LINE + TRANSITIONS);
  }
  /** How far they are together: the deepest, and what all of them have yet to go on from. */
  far(): { readonly depth: number; readonly queue: number } {
    let depth = 0;
    let queue = 0;
    for (let at = OWN; at < HEADER; at += LINE) {
      depth = Math.max(depth, Atomics.load(this.words, at + DEPTH));
      queue += Atomics.load(this.words, at + QUEUE);
    }
    return { depth, queue };
  }

  /** Adds the state with this hash. Returns whether it was new; if not, `isOthers` says whose it is. */
  add(low: number, high: number): boolean {
    const { words, mine, recent } = this;
    const claim = claimOf(low);
    const rest = high & REST_MASK;
    const known = (high >>> (32 - RECENT_BITS)) * 2;
    if (recent[known] === claim && ((recent[known + 1] as number) & REST_MASK) === rest) {
      this.isOthers = this.isClosed = recent[known + 1] !== rest;
      return false;
    }
    this.enter();
    const isNew = this.put(claim, rest);
    if (isNew || !this.isOthers || this.isClosed) {
      recent[known] = claim;
      recent[known + 1] = this.isOthers ? rest | OTHERS_CLOSED : rest;
    }
    Atomics.store(words, mine + IS_IN, 0);
    const slots = Atomics.load(words, SLOTS);
    if (isNew && slots < this.most && this.knownSize > slots * AIRY) this.grow();
    return isNew;
  }

  /** Closes a state that was added: no circle goes through it that has not been looked at. */
  close(low: number, high: number): void {
    this.enter();
    const at = this.find(claimOf(low), high & REST_MASK);
    if (at >= 0) Atomics.or(this.words, at + 1, CLOSED_STATE);
    Atomics.store(this.words, this.mine + IS_IN, 0);
  }
  /** Whether a state was added and is closed. */
  hasClosed(low: number, high: number): boolean {
    this.enter();
    const at = this.find(claimOf(low), high & REST_MASK);
    const isClosed = at >= 0 && (Atomics.load(this.words, at + 1) & CLOSED_STATE) !== 0;
    Atomics.store(this.words, this.mine + IS_IN, 0);
    return isClosed;
  }

  /** Begins to use the table, when nobody is making it grow. */
  private enter(): void {
    const { words, mine } = this;
    Atomics.store(words, mine + IS_IN, 1);
    while (Atomics.load(words, GROWING) !== 0) {
      Atomics.store(words, mine + IS_IN, 0);
      Atomics.wait(words, GROWING, 1, 1);
      Atomics.store(words, mine + IS_IN, 1);
    }
  }
  /** Where in `words` a state's slot is; if it was not added, -1 less where it would be. */
  private find(claim: number, rest: number): number {
    const { words } = this;
    const slots = Atomics.load(words, SLOTS);
    let slot = home(claim, rest, slots);
    for (;;) {
      const at = HEADER + slot * 2;
      const found = Atomics.load(words, at);
      if (found === 0) return ~at;
      if (found === claim) {
        let second = Atomics.load(words, at + 1);
        while (second === 0) second = Atomics.load(words, at + 1);
        if ((second & REST_MASK) === rest) return at;
      }
      slot = slot + 1 === slots ? 0 : slot + 1;
    }
  }
  private put(claim: number, rest: number): boolean {
    const { words } = this;
    for (;;) {
      const at = this.find(claim, rest);
      if (at >= 0) {
        const second = Atomics.load(words, at + 1);
        this.isOthers = (second & OWNER_MASK) !== this.owner;
        this.isClosed = (second & CLOSED_STATE) !== 0;
        return false;
      }
      this.isOthers = false;
      this.isClosed = false;
      if (this.knownSize >= Atomics.load(words, SLOTS) * FULL) return false;
      // Another search may be there first.
      if (Atomics.compareExchange(words, ~at, 0, claim) !== 0) continue;
      Atomics.store(words, ~at + 1, rest | this.owner);
      Atomics.store(words, this.mine + STATES, ++this.own);
      if ((this.own & (LOOK_AROUND - 1)) === 0) this.lookAround();
      return true;
    }
  }

  /** Uses more slots, if there is memory for them and nobody else is at it. */
  private grow(): void {
    const { words, most } = this;
    if (Atomics.compareExchange(words, GROWING, 0, 1) !== 0) return;
    const slots = Atomics.load(words, SLOTS);
    const isNeeded = slots < most && this.knownSize > slots * AIRY;
    if (isNeeded && this.isAlone()) {
      // In the order of the slots, which is nearly that of the hashes: from one end of memory to the other.
      const old = words.slice(HEADER, HEADER + 2 * slots);
      words.fill(0, HEADER, HEADER + 2 * slots);
      const more = Math.min(most, slots * GROWTH);
      for (let i = 0; i < old.length; i += 2) {
        const claim = old[i] as number;
        if (claim === 0) continue;
        const second = old[i + 1] as number;
        let slot = home(claim, second & REST_MASK, more);
        while (words[HEADER + slot * 2] !== 0) slot = slot + 1 === more ? 0 : slot + 1;
        words[HEADER + slot * 2] = claim;
        words[HEADER + slot * 2 + 1] = second;
      }
      Atomics.store(words, SLOTS, more);
    }
    Atomics.store(words, GROWING, 0);
    Atomics.notify(words, GROWING);
  }
  /** Waits until no other search is in the table. Returns false if one seems never to leave it: all have been told to stop. */
  private isAlone(): boolean {
    const { words, mine } = this;
    for (let at = OWN; at < HEADER; at += LINE) {
      while (at !== mine && Atomics.load(words, at + IS_IN) !== 0) if (this.isStopped) return false;
    }
    return true;
  }
}

/** The first word of a slot: 0 marks an empty one. */
function claimOf(low: number): number {
  return low === 0 ? 1 : low;
}
/** The slot at which the search for a hash begins. */
function home(claim: number, rest: number, slots: number): number {
  return Math.floor(((claim ^ Math.imul(rest, 0x9e3779b1)) >>> 0) * (slots / 0x100000000));
}
