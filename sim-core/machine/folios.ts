/**
 * Folios: what is known of each page frame (struct folio and struct page, include/linux/mm_types.h, v6.12).
 *
 * References are counted twice, so that a leak is seen at the step that makes it: `refcount` is the kernel's counter, and
 * who holds them is kept apart in a ledger: entries (`entries`, kept by the page tables), running code (`temps`, and each
 * thread's share in `threads.refs`), GUP users (`gups`) and what holds a folio as long as it is a part of it: the page cache or
 * swap cache, a file system's data, an LRU-add batch.
 */
import type { SparseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";
import { NONE, payloadOf, Tag, tagOf } from "../store/value.ts";
import type { Pool } from "./pools.ts";
import { poolOf } from "./pools.ts";
import type { Threads } from "./threads.ts";

/** Bits of `Folios.flags`. */
export const FolioFlag = {
  allocated: 1,
  dirty: 2,
  uptodate: 4,
  /** PageAnonExclusive. */
  exclusive: 8,
  /** Its contents are backed by swap when it is anonymous (PG_swapbacked). */
  swapbacked: 16,
  swapcache: 32,
  /** It is in the page cache of a file. */
  pagecache: 64,
  /** Being written to what backs it (PG_writeback). */
  writeback: 128,
  /** Used since it was last looked at (PG_referenced); on the active list (PG_active); not to be reclaimed (PG_unevictable). */
  referenced: 1 << 17,
  active: 1 << 18,
  unevictable: 1 << 19,
  /** The page has a hardware error (PG_hwpoison). */
  hwpoison: 1 << 20,
  /** KSM made it of several equal pages (PAGE_MAPPING_KSM): nobody may write to it. */
  ksm: 1 << 21,
  /** Its file system keeps data with it, which has a reference to it (PG_private). */
  private: 1 << 22,
} as const;
/** What makes a frame not free: somebody has it, or it is bad. */
export const TAKEN = FolioFlag.allocated | FolioFlag.hwpoison;
/** Flags that each page of a large folio has for itself; the others are the folio's, kept with its first page. */
export const PAGE_FLAGS = FolioFlag.exclusive | FolioFlag.hwpoison;
const LRU_SHIFT = 8;
const LRU_MASK = 3 << LRU_SHIFT;
const KIND_SHIFT = 10;
const KIND_MASK = 7 << KIND_SHIFT;
const ORDER_SHIFT = 13;
const ORDER_MASK = 15 << ORDER_SHIFT;

/** Where a folio stands with the LRU lists. */
export const Lru = { off: 0, on: 1, isolated: 2, batch: 3 } as const;
export type Lru = (typeof Lru)[keyof typeof Lru];

/** What backs a folio; `none` before its first mapping. */
export const FolioKind = { none: 0, anon: 1, file: 2, shmem: 3, hugetlb: 4, driver: 5 } as const;
export type FolioKind = (typeof FolioKind)[keyof typeof FolioKind];

/** References that one FOLL_PIN takes (GUP_PIN_COUNTING_BIAS, include/linux/mm.h, v6.12). */
export const PIN_BIAS = 1024;

// Fields of `entries`: how many CPU entries of each sort name the folio or a page of it, 17 bits each.
const ENTRIES_LIMIT = 2 ** 17;
const EXCLUSIVE_UNIT = ENTRIES_LIMIT;
const MIGRATION_UNIT = ENTRIES_LIMIT * ENTRIES_LIMIT;

/** Mappings (anonymous roots and files) are below 2^17, page indexes below 2^36: both fit one cell (`mapping`). */
const INDEX_SPAN = 2 ** 36;
/** A mapping's number: below this an anonymous root, from here on a file. */
export const FIRST_FILE = 2 ** 16;

/**
 * Columns addressed by (0, pfn). Pages are named by their own frame, folios by that of their first page; but for `PAGE_FLAGS`
 * what is known of a large folio stands with its first page alone, and the cells of the others are empty.
 */
export class Folios {
  readonly refcount: SparseColumn;
  readonly mapcount: SparseColumn;
  /** Of the mapcount, the PMD-level entries that map a large folio whole. */
  readonly entireMapcount: SparseColumn;
  readonly flags: SparseColumn;
  /** References held by running code. */
  readonly temps: SparseColumn;
  /** References held by GUP users (a pin counts PIN_BIAS). */
  readonly gups: SparseColumn;
  readonly pins: SparseColumn;
  /** CPU entries that name the folio; see `mappedEntries`, `exclusiveEntries`, `migrationEntries`. */
  readonly entries: SparseColumn;
  /** Mapping (anonymous root, or `FIRST_FILE` + file) plus 1, times 2^36, plus page index; 0: no mapping. */
  readonly mapping: SparseColumn;
  /** Whose LRU-add batch a folio waits in, and is held by: a CPU's + 2; 1: that of the threads that have no CPU; 0: none. */
  readonly batch: SparseColumn;
  /** Swap slot + 1 of a folio in the swap cache. */
  readonly slot: SparseColumn;
  /** See `dataOf`. */
  readonly data: SparseColumn;
  /** While migration entries name this folio: the folio that its contents were copied to since the last store, plus 1. */
  readonly copiedTo: SparseColumn;
  /** log2 of the pages that one PMD-level entry maps: the order of large folios. */
  readonly pmdOrder: number;
  private readonly threads: Threads;
  private readonly pools: readonly Pool[];
  private readonly countsFreeDevicePages: boolean;

  constructor(
    store: Store,
    threads: Threads,
    pools: readonly Pool[],
    pmdOrder: number,
    countsFreeDevicePages: boolean,
  ) {
    this.countsFreeDevicePages = countsFreeDevicePages;
    this.threads = threads;
    this.pools = pools;
    this.pmdOrder = pmdOrder;
    this.refcount = store.sparseInt("folio.refcount");
    this.mapcount = store.sparseInt("folio.mapcount");
    this.flags = store.sparseInt("folio.flags");
    this.temps = store.sparseInt("folio.temps");
    this.entries = store.sparseValues("folio.entries");
    this.entireMapcount = store.sparseInt("folio.entireMapcount", { chunkBits: 2 });
    this.batch = store.sparseInt("folio.batch", { chunkBits: 4 });
    this.slot = store.sparseInt("folio.slot", { chunkBits: 4 });
    this.mapping = store.sparseValues("folio.mapping");
    this.gups = store.sparseInt("folio.gups", { chunkBits: 4 });
    this.pins = store.sparseInt("folio.pins", { chunkBits: 4 });
    this.data = store.sparseValues("folio.data", { chunkBits: 4 });
    this.copiedTo = store.sparseInt("folio.copiedTo", { chunkBits: 4 });
  }

  /** The first page of the folio that page `pfn` is part of; `pfn` itself for a small folio or a free frame. */
  headOf(pfn: number): number {
    const flags = this.flags.get(0, pfn);
    if ((flags & FolioFlag.allocated) !== 0) return pfn;
    const pool = poolOf(this.pools, pfn);
    if (pool === undefined) return pfn;
    const offset = pfn - pool.base;
    const head = pfn - (offset % 2 ** this.pmdOrder);
    return this.order(head) > 0 ? head : pfn;
  }
  /** Number of pages of folio `pfn`. */
  pages(pfn: number): number {
    return 2 ** this.order(pfn);
  }

  /** Index of the device in whose memory the frame is (private or coherent), -1 for memory that the page allocator manages. */
  deviceOf(pfn: number): number {
    const pool = poolOf(this.pools, pfn);
    return pool === undefined || pool.managed ? -1 : pool.device;
  }
  /** Whether the frame is MEMORY_DEVICE_PRIVATE, which no CPU can address. */
  isPrivate(pfn: number): boolean {
    const pool = poolOf(this.pools, pfn);
    return pool !== undefined && pool.device >= 0 && pool.node < 0;
  }
  has(pfn: number, flag: number): boolean {
    return (this.flags.get(0, pfn) & flag) !== 0;
  }
  /** Sets or clears one bit of `flags`. */
  put(pfn: number, flag: number, on: boolean): void {
    const flags = this.flags.get(0, pfn);
    this.flags.set(0, pfn, on ? flags | flag : flags & ~flag);
  }
  lru(pfn: number): Lru {
    return ((this.flags.get(0, pfn) & LRU_MASK) >>> LRU_SHIFT) as Lru;
  }
  setLru(pfn: number, lru: Lru): void {
    this.flags.set(0, pfn, (this.flags.get(0, pfn) & ~LRU_MASK) | (lru << LRU_SHIFT));
  }
  kind(pfn: number): FolioKind {
    return ((this.flags.get(0, pfn) & KIND_MASK) >>> KIND_SHIFT) as FolioKind;
  }
  setKind(pfn: number, kind: FolioKind): void {
    this.flags.set(0, pfn, (this.flags.get(0, pfn) & ~KIND_MASK) | (kind << KIND_SHIFT));
  }
  /** log2 of its pages. */
  order(pfn: number): number {
    return (this.flags.get(0, pfn) & ORDER_MASK) >>> ORDER_SHIFT;
  }
  setOrder(pfn: number, order: number): void {
    this.flags.set(0, pfn, (this.flags.get(0, pfn) & ~ORDER_MASK) | (order << ORDER_SHIFT));
  }

  /** Anonymous root that the folio belongs to, or -1: it is nobody's, or a file's. */
  root(pfn: number): number {
    const mapping = Math.floor(this.mapping.get(0, pfn) / INDEX_SPAN) - 1;
    return mapping < FIRST_FILE ? mapping : -1;
  }
  /** File that the folio is a part of, or -1. */
  file(pfn: number): number {
    return Math.max(Math.floor(this.mapping.get(0, pfn) / INDEX_SPAN) - 1 - FIRST_FILE, -1);
  }
  /** Whether the folio belongs to an anonymous root or a file. */
  hasMapping(pfn: number): boolean {
    return this.mapping.get(0, pfn) !== 0;
  }
  /** Page index of the folio within what maps it; 0 without a mapping. */
  index(pfn: number): number {
    const mapping = this.mapping.get(0, pfn);
    return mapping - Math.floor(mapping / INDEX_SPAN) * INDEX_SPAN;
  }
  /** Makes the folio page `index` of anonymous root `root`; -1 takes it out of any mapping. */
  setMapping(pfn: number, root: number, index: number): void {
    this.mapping.set(0, pfn, root < 0 ? 0 : (root + 1) * INDEX_SPAN + index);
  }

  /** Makes the folio page `index` of file `file`. */
  setFile(pfn: number, file: number, index: number): void {
    this.mapping.set(0, pfn, (FIRST_FILE + file + 1) * INDEX_SPAN + index);
  }
  /** Gives folio `to` the place of folio `from` in its mapping. */
  copyMapping(to: number, from: number): void {
    this.mapping.set(0, to, this.mapping.get(0, from));
  }

  /** `thread` takes a reference (folio_get). */
  get(thread: number, pfn: number): void {
    this.refcount.set(0, pfn, this.refcount.get(0, pfn) + 1);
    this.hold(thread, pfn, 1);
  }
  /** `thread` drops a reference (folio_put_testzero). Returns whether it was the last one. */
  drop(thread: number, pfn: number): boolean {
    const refcount = this.refcount.get(0, pfn) - 1;
    this.refcount.set(0, pfn, refcount);
    this.hold(thread, pfn, -1);
    return refcount === 0;
  }
  /** Books `count` references of folio `pfn` as held by `thread`'s running code, or (negative) as passed on by it. */
  hold(thread: number, pfn: number, count: number): void {
    this.temps.set(0, pfn, this.temps.get(0, pfn) + count);
    if (thread >= 0) this.threads.refs.set(thread, this.threads.refs.get(thread) + count);
  }

  /** CPU entries that map it: present, protnone and device-private ones. */
  mappedEntries(pfn: number): number {
    return this.entries.get(0, pfn) % ENTRIES_LIMIT;
  }
  /** Device-exclusive entries that name it. */
  exclusiveEntries(pfn: number): number {
    return Math.floor(this.entries.get(0, pfn) / EXCLUSIVE_UNIT) % ENTRIES_LIMIT;
  }
  /** Migration entries that name it. */
  migrationEntries(pfn: number): number {
    return Math.floor(this.entries.get(0, pfn) / MIGRATION_UNIT);
  }
  /** Books CPU entries that came or went. Only the page tables, and a split, call this. */
  countEntries(pfn: number, mapped: number, exclusive: number, migration: number): void {
    const change = mapped + exclusive * EXCLUSIVE_UNIT + migration * MIGRATION_UNIT;
    this.entries.set(0, pfn, this.entries.get(0, pfn) + change);
  }
  /** The refcount as the kernel's code reads it: of a device's free page one where the kernel counts so, though nobody uses it. */
  seenRefcount(pfn: number): number {
    const isFree = this.countsFreeDevicePages && !this.has(pfn, FolioFlag.allocated) && this.deviceOf(pfn) >= 0;
    return isFree ? 1 : this.refcount.get(0, pfn);
  }
  /** References that the swap cache or the page cache holds: one for each page of a folio that is in it. */
  cacheReferences(pfn: number): number {
    const cached = this.flags.get(0, pfn) & (FolioFlag.swapcache | FolioFlag.pagecache);
    return cached === 0 ? 0 : this.pages(pfn);
  }

  /** The reference that the data of a file system holds: 1 or 0. */
  privateReferences(pfn: number): number {
    return this.has(pfn, FolioFlag.private) ? 1 : 0;
  }
  /** The reference that an LRU-add batch holds: 1 or 0. */
  batchReferences(pfn: number): number {
    return this.batch.get(0, pfn) === 0 ? 0 : 1;
  }
  /** `thread` gives a reference of its own to the LRU-add batch of `cpu` (-1: of threads that have no CPU). */
  addToBatch(thread: number, pfn: number, cpu: number): void {
    this.setLru(pfn, Lru.batch);
    this.batch.set(0, pfn, cpu + 2);
    this.hold(thread, pfn, -1);
  }
  /** Folio `pfn` goes from its LRU-add batch to its list; the batch's reference is `thread`'s now. */
  takeFromBatch(thread: number, pfn: number): void {
    this.setLru(pfn, Lru.on);
    this.batch.set(0, pfn, 0);
    this.hold(thread, pfn, 1);
  }

  /** What its driver put there (zone_device_data); `none` at first. */
  dataOf(pfn: number): Value {
    return swapZero(this.data.get(0, pfn));
  }
  /**
   * The frame that has the contents of `pfn`: another one where `pfn` is private device memory in which its driver has put that
   * page as data, a proxy for it (the unmap-and-pin proposal).
   */
  contentsOf(pfn: number): number {
    if (!this.isPrivate(pfn)) return pfn;
    const data = this.dataOf(pfn);
    return tagOf(data) === Tag.folio ? payloadOf(data) : pfn;
  }
  setData(pfn: number, value: Value): void {
    this.data.set(0, pfn, swapZero(value));
  }

  /** Forgets what is known of a frame that is being freed, but for what shows a mistake (references, entries). */
  forget(pfn: number): void {
    this.mapcount.set(0, pfn, 0);
    this.entireMapcount.set(0, pfn, 0);
    this.slot.set(0, pfn, 0);
    this.mapping.set(0, pfn, 0);
    this.data.set(0, pfn, 0);
    this.copiedTo.set(0, pfn, 0);
  }
}

/** Whether there may be a FOLL_PIN on folio `head` (folio_maybe_dma_pinned, include/linux/mm.h, v6.12). */
export function maybePinned(folios: Folios, head: number): boolean {
  return folios.order(head) > 0 ? folios.pins.get(0, head) > 0 : folios.refcount.get(0, head) >= PIN_BIAS;
}

/** A cell that was never set reads 0 and stands for `none`; the integer 0 takes `none`'s place. */
function swapZero(value: Value): Value {
  return value === 0 ? NONE : value === NONE ? 0 : value;
}
