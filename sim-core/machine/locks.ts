/**
 * Locks: who holds what. A lock is a value: its class and, within the class, an index that says whose it is. It costs nothing
 * until it is taken.
 */
import type { SparseColumn } from "../store/column.ts";
import { addressWord } from "../store/hash.ts";
import type { Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";
import { box, payloadOf, Tag, tagOf } from "../store/value.ts";
import type { Caller } from "./caller.ts";
import { Event } from "./events.ts";
import type { Threads } from "./threads.ts";
import type { Watch } from "./watch.ts";

/** Classes of lock. The declared ones have one for each kind of lock: class + `LockKind`. */
export const LockClass = {
  /** mmap_lock; index: process. */
  mmap: 1,
  /** Per-VMA lock; index: vma row. */
  vma: 2,
  /** Folio lock; index: pfn. */
  folio: 3,
  /** Rmap lock (anon_vma rwsem); index: anonymous root. */
  rmap: 4,
  /** Page-table lock; index: process * 2^27 + page table. */
  ptl: 5,
  /** PMD-level page-table lock (pmd_lock); index: process * 2^27 + table of PMDs. */
  pmd: 6,
  /** Declared by a driver, one for each context; index: context * 2^10 + slot. */
  context: 8,
  /** Declared by a driver with `device`; index: device * 2^10 + slot. */
  device: 12,
  /** Declared by the kernel model; index: slot. */
  kernel: 16,
} as const;
/** How a declared lock waits: added to its class. */
export const LockKind = { sleep: 0, spin: 1, rw: 2 } as const;
export type LockKind = keyof typeof LockKind;
/** Whose a declared lock is; for the kernel's own, `owner` is 0. */
export interface Declared {
  readonly scope: "context" | "device" | "kernel";
  readonly owner: number;
  readonly slot: number;
}

const CLASS_SPAN = 2 ** 40;
const PTL_SPAN = 2 ** 27;
const SLOTS = 1024;
/** One more than the highest class of lock. */
export const LOCK_CLASSES = 20;
/** Owners of declared locks as the VM numbers their variables: contexts, devices from here, the kernel model. */
const FIRST_DEVICE = 0x4000;
const KERNEL = 0x7fff;
/** See `Locks.driver`: nobody holds this many locks exclusively. */
const READ_UNIT = 0x10000;

export function makeLock(lockClass: number, index: number): Value {
  return box(Tag.lock, lockClass * CLASS_SPAN + index);
}
export function lockClassOf(lock: Value): number {
  return Math.floor(payloadOf(lock) / CLASS_SPAN);
}
export function lockIndexOf(lock: Value): number {
  const payload = payloadOf(lock);
  return payload - Math.floor(payload / CLASS_SPAN) * CLASS_SPAN;
}
/** Who declared the lock; undefined for those that the machine itself has. */
export function declaredBy(lock: Value): Declared | undefined {
  const c = lockClassOf(lock);
  if (c < LockClass.context) return undefined;
  const index = lockIndexOf(lock);
  const scope = c < LockClass.device ? "context" : c < LockClass.kernel ? "device" : "kernel";
  return { scope, owner: Math.floor(index / SLOTS), slot: index % SLOTS };
}
/** The page-table lock of table `table` (page number / entries a table) of `process`. */
export function ptlOf(process: number, table: number): Value {
  return makeLock(LockClass.ptl, process * PTL_SPAN + table);
}
/** The lock of the table of PMDs that has the entry of page table `table` of `process`; such a table has `span` entries. */
export function pmdLockOf(process: number, table: number, span: number): Value {
  return makeLock(LockClass.pmd, process * PTL_SPAN + Math.floor(table / span));
}
/** Process and table of a page-table lock, of either level. */
export function ptlOwner(lock: Value): { process: number; table: number } {
  const index = lockIndexOf(lock);
  return { process: Math.floor(index / PTL_SPAN), table: index % PTL_SPAN };
}
/** Whether who waits for the lock spins and does not sleep: one that was declared so, or a page table's. */
export function spins(lock: Value): boolean {
  const c = lockClassOf(lock);
  if (c < LockClass.context) return c === LockClass.ptl || c === LockClass.pmd;
  return (c & 3) === LockKind.spin;
}
export function folioLock(pfn: number): Value {
  return makeLock(LockClass.folio, pfn);
}

/**
 * Place of a lock in the order of mm/rmap.c and Documentation/mm/hmm.rst, outermost 1; 0 for one that has none:
 * mmap_lock, vma lock, folio lock, rmap lock, driver lock, PMD lock, page-table lock, spinlocks that nothing is taken under.
 */
export function lockRank(lock: Value): number {
  const c = lockClassOf(lock);
  switch (c) {
    case LockClass.mmap:
      return 1;
    case LockClass.vma:
      return 2;
    case LockClass.folio:
      return 3;
    case LockClass.rmap:
      return 4;
    case LockClass.pmd:
      return 6;
    case LockClass.ptl:
      return 7;
    default:
  }
  const kind = c & 3;
  if (kind === LockKind.spin) return 8;
  return c < LockClass.kernel ? 5 : 0;
}

export class Locks {
  /** Addressed by (class, index): holder + 1 when held exclusively, minus the number of readers, or 0. */
  readonly state: SparseColumn;
  // How many of each class a thread holds: (thread, class). Follows from the others and is not hashed.
  private readonly held: SparseColumn;
  // Locks held for reading, by thread: (thread, i), sorted by value; 0 ends the list.
  private readonly reads: SparseColumn;
  // How many driver locks a thread holds, by owner (contexts, devices from FIRST_DEVICE): (thread, owner); exclusively, plus
  // READ_UNIT times to read. Follows from the others and is not hashed.
  private readonly driver: SparseColumn;
  /** Names of declared locks, by lock. No state: a declaration always gives the same. */
  private readonly declaredNames = new Map<Value, string>();
  private readonly threads: Threads;
  /**
   * By class: whether anybody has looked at such a lock in an execution without waiting for it; folios' always count as such. No
   * state: once it is known of any execution, it stays known.
   */
  private readonly observed = new Uint8Array(LOCK_CLASSES);
  /** How many classes are known to be observed. */
  observedClasses = 0;
  /** Names of the others; set by the machine. */
  nameOther: ((lock: Value) => string) | undefined;
  /** Told of what is taken; set through `Machine.watch`. */
  watch: Watch | undefined;

  constructor(store: Store, threads: Threads) {
    this.threads = threads;
    this.state = store.sparseInt("lock.state", { chunkBits: 5 });
    this.held = store.sparseInt("lock.held", { hashed: false, chunkBits: 5 });
    this.reads = store.sparseValues("lock.reads", { chunkBits: 2 });
    this.driver = store.sparseInt("lock.driver", { hashed: false, chunkBits: 3 });
    this.observed[LockClass.folio] = 1;
  }

  /** Somebody looks at a lock of class `lockClass` without waiting for it. */
  observe(lockClass: number): void {
    if (this.observed[lockClass] === 1) return;
    this.observed[lockClass] = 1;
    this.observedClasses++;
  }
  /** The classes of lock that are looked at. */
  lookedAt(): number[] {
    return [...this.observed.keys()].filter((c) => this.observed[c] === 1);
  }
  /** Whether anybody has looked at a lock like this one without waiting for it. */
  isObserved(lock: Value): boolean {
    return this.observed[lockClassOf(lock)] === 1;
  }

  /**
   * The lock that variable `slot` (below 2^10) of `owner` is: a context's id, 0x4000 + a device's, or 0x7fff for the kernel
   * model. It is called `ownerName.name` in messages.
   */
  declared(owner: number, slot: number, kind: LockKind, ownerName: string, name: string): Value {
    const [scope, index] =
      owner === KERNEL
        ? [LockClass.kernel, 0]
        : owner >= FIRST_DEVICE
          ? [LockClass.device, owner - FIRST_DEVICE]
          : [LockClass.context, owner];
    const lock = makeLock(scope + LockKind[kind], index * SLOTS + slot);
    this.declaredNames.set(lock, ownerName === "" ? name : `${ownerName}.${name}`);
    return lock;
  }

  /** The lock of this name, as messages call it: of those that were declared, or were ever taken. Looks at all of them. */
  called(name: string): Value | undefined {
    for (const [lock, declared] of this.declaredNames) if (declared === name) return lock;
    let found: Value | undefined;
    for (let c = 1; c < LockClass.context; c++) {
      this.state.forEach(c, 0, 2 ** 36, (index) => {
        if (found === undefined && this.name(makeLock(c, index)) === name) found = makeLock(c, index);
      });
    }
    return found;
  }
  /** The lock that `value` stands for: itself, or a folio's lock; undefined if it is neither. */
  of(value: Value): Value | undefined {
    const tag = tagOf(value);
    if (tag === Tag.lock) return value;
    if (tag === Tag.folio) return folioLock(payloadOf(value));
    return undefined;
  }

  /** Has `lock` stand under `member` (see `members.ts`), as `first` stands under the first one. */
  placeUnderMember(member: number, lock: Value, first: Value): void {
    const cell = this.state.cellFor(lockClassOf(lock), lockIndexOf(lock));
    this.state.placeUnder(member, cell, addressWord(lockClassOf(first), lockIndexOf(first)));
  }
  /** The cell of `state` that says who holds the lock; -1 if it was never taken. */
  cellOf(lock: Value): number {
    return this.state.find(lockClassOf(lock), lockIndexOf(lock));
  }
  /** Whether anybody holds it. */
  isHeld(lock: Value): boolean {
    return this.state.get(lockClassOf(lock), lockIndexOf(lock)) !== 0;
  }
  /** The thread that holds it exclusively, or -1. */
  owner(lock: Value): number {
    return Math.max(this.state.get(lockClassOf(lock), lockIndexOf(lock)), 0) - 1;
  }
  /** All threads that hold it, lowest first. */
  owners(lock: Value): number[] {
    const state = this.state.get(lockClassOf(lock), lockIndexOf(lock));
    if (state > 0) return [state - 1];
    const found: number[] = [];
    for (let thread = 0; state < 0 && thread < this.threads.length; thread++) {
      if (this.readIndex(thread, lock) >= 0) found.push(thread);
    }
    return found;
  }
  /** Whether `thread` holds it, to read or exclusively. */
  heldBy(thread: number, lock: Value): boolean {
    const state = this.state.get(lockClassOf(lock), lockIndexOf(lock));
    return state > 0 ? state === thread + 1 : state < 0 && this.readIndex(thread, lock) >= 0;
  }
  /** How many locks of class `lockClass` `thread` holds. */
  heldOfClass(thread: number, lockClass: number): number {
    return this.held.get(thread, lockClass);
  }
  /** Whether anybody holds a lock of class `lockClass`. */
  anyHeld(lockClass: number): boolean {
    for (let thread = 0; thread < this.threads.length; thread++)
      if (this.held.get(thread, lockClass) !== 0) return true;
    return false;
  }
  /** Whether `thread` holds any lock. */
  holdsAny(thread: number): boolean {
    for (let c = 1; c < LOCK_CLASSES; c++) if (this.held.get(thread, c) !== 0) return true;
    return false;
  }
  /** All locks that `thread` holds, outermost class first. Looks at every lock that was ever taken: for messages and panels. */
  heldByThread(thread: number): { lock: Value; read: boolean }[] {
    const found: { lock: Value; read: boolean }[] = [];
    for (let c = 1; c < LOCK_CLASSES; c++) {
      if (this.held.get(thread, c) === 0) continue;
      this.state.forEach(c, 0, 2 ** 36, (index, state) => {
        if (state === thread + 1) found.push({ lock: makeLock(c, index), read: false });
      });
    }
    for (let i = 0; this.reads.get(thread, i) !== 0; i++) found.push({ lock: this.reads.get(thread, i), read: true });
    return found.sort((a, b) => a.lock - b.lock);
  }
  /** All locks that are held, outermost class first. */
  all(): { lock: Value; threads: number[]; read: boolean }[] {
    const found: { lock: Value; threads: number[]; read: boolean }[] = [];
    for (let c = 1; c < LOCK_CLASSES; c++) {
      this.state.forEach(c, 0, 2 ** 36, (index, state) => {
        const lock = makeLock(c, index);
        found.push({ lock, threads: this.owners(lock), read: state < 0 });
      });
    }
    return found.sort((a, b) => a.lock - b.lock);
  }
  /** Whether anybody holds a lock that the driver declared for `context`, or for its device `device`. */
  driverLockHeld(context: number, device: number): boolean {
    for (let thread = 0; thread < this.threads.length; thread++) {
      if (this.driver.get(thread, context) !== 0 || this.driver.get(thread, FIRST_DEVICE + device) !== 0) return true;
    }
    return false;
  }
  /** Whether `thread` holds exclusively a lock that the driver declared for `context`, or for its device `device`. */
  holdsDriverLock(thread: number, context: number, device: number): boolean {
    const exclusive = this.driver.get(thread, context) + this.driver.get(thread, FIRST_DEVICE + device);
    return exclusive % READ_UNIT !== 0;
  }

  /**
   * The running thread takes `lock` if it is free (for reading: not held exclusively). `sleeping`: it would have waited for it,
   * which is what the lock order is about. Emits `lock`. Returns false, and changes nothing, if it is not free.
   */
  tryLock(call: Caller, lock: Value, read: boolean, sleeping = true): boolean {
    const c = lockClassOf(lock);
    const index = lockIndexOf(lock);
    const state = this.state.get(c, index);
    if (read ? state > 0 : state !== 0) return false;
    const { thread } = call;
    this.state.set(c, index, read ? state - 1 : thread + 1);
    this.held.set(thread, c, this.held.get(thread, c) + 1);
    if (read) this.addRead(thread, lock);
    this.countDriver(thread, lock, read, 1);
    this.watch?.acquired(thread, lock, read, sleeping);
    call.emit(Event.lock, lock);
    return true;
  }
  /** The running thread releases `lock`. Emits `unlock`. Returns false, and changes nothing, if it does not hold it. */
  unlock(call: Caller, lock: Value): boolean {
    const c = lockClassOf(lock);
    const index = lockIndexOf(lock);
    const state = this.state.get(c, index);
    const { thread } = call;
    if (state === 0 || (state > 0 && state !== thread + 1)) return false;
    if (state < 0 && !this.dropRead(thread, lock)) return false;
    this.state.set(c, index, state < 0 ? state + 1 : 0);
    this.held.set(thread, c, this.held.get(thread, c) - 1);
    this.countDriver(thread, lock, state < 0, -1);
    call.emit(Event.unlock, lock);
    return true;
  }

  /** A readable name: "mmap_lock of app", "folio 0x12", "ptl of app 0x7f0000000000", "gpu0.mutex". */
  name(lock: Value): string {
    return this.declaredNames.get(lock) ?? this.nameOther?.(lock) ?? `lock ${lockClassOf(lock)}:${lockIndexOf(lock)}`;
  }

  private countDriver(thread: number, lock: Value, read: boolean, sign: number): void {
    const c = lockClassOf(lock);
    if (c < LockClass.context || c >= LockClass.kernel) return;
    const owner = Math.floor(lockIndexOf(lock) / SLOTS) + (c < LockClass.device ? 0 : FIRST_DEVICE);
    this.driver.set(thread, owner, this.driver.get(thread, owner) + (read ? sign * READ_UNIT : sign));
  }
  private readIndex(thread: number, lock: Value): number {
    for (let i = 0; ; i++) {
      const held = this.reads.get(thread, i);
      if (held === lock) return i;
      if (held === 0) return -1;
    }
  }
  private addRead(thread: number, lock: Value): void {
    let i = 0;
    while (this.reads.get(thread, i) !== 0) i++;
    for (; i > 0 && this.reads.get(thread, i - 1) > lock; i--) this.reads.set(thread, i, this.reads.get(thread, i - 1));
    this.reads.set(thread, i, lock);
  }
  private dropRead(thread: number, lock: Value): boolean {
    let i = this.readIndex(thread, lock);
    if (i < 0) return false;
    for (; this.reads.get(thread, i) !== 0; i++) this.reads.set(thread, i, this.reads.get(thread, i + 1));
    return true;
  }
}
