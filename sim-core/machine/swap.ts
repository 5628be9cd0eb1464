/**
 * The swap area (mm/swapfile.c, mm/swap_state.c, v6.12): slots of a page, how many entries name each, and the swap cache, by
 * which a page that has a slot is found while it is (still, or already) in memory. A slot's contents lie in a frame behind
 * those of memory, which nothing maps.
 */
import type { DenseColumn, SparseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import type { Folios } from "./folios.ts";
import { FolioFlag } from "./folios.ts";

/** Slots of the swap area: 1 GiB of 4 KiB pages. */
const SLOTS = 2 ** 18;

/** In place of a folio: somebody reads the slot past the cache (SWAP_HAS_CACHE without a folio). */
const BEING_READ = -1;

export class Swap {
  /** Frame in which slot 0 lies. */
  readonly base: number;
  /** Swap entries that name slot `slot`, at (0, slot) (swap_map). */
  readonly count: SparseColumn;
  /** Folio + 1 that is in the swap cache for it; `BEING_READ`. */
  readonly cache: SparseColumn;
  // No slot below it is free. Not hashed: how far it has moved is history, not state.
  private readonly hint: DenseColumn;
  private readonly folios: Folios;

  constructor(store: Store, folios: Folios, base: number) {
    this.folios = folios;
    this.base = base;
    this.count = store.sparseInt("swap.count", { chunkBits: 4 });
    this.cache = store.sparseInt("swap.cache", { chunkBits: 4 });
    this.hint = store.int("swap.hint", { hashed: false });
  }

  /** One frame behind the swap area. */
  get end(): number {
    return this.base + SLOTS;
  }
  /** Whether neither an entry nor the cache has slot `slot`. */
  isFree(slot: number): boolean {
    return this.count.get(0, slot) === 0 && this.cache.get(0, slot) === 0;
  }
  /** The lowest free slot; -1 if there is none. It is taken by what names it. */
  allocate(): number {
    let slot = this.hint.get(0);
    while (slot < SLOTS && !this.isFree(slot)) slot++;
    this.hint.set(0, slot);
    return slot < SLOTS ? slot : -1;
  }
  /** One entry more (`by` 1) or less (-1) names `slot`. */
  change(slot: number, by: number): void {
    this.count.set(0, slot, this.count.get(0, slot) + by);
    this.freed(slot);
  }
  /** The folio in the swap cache for `slot`; -1 if none is. */
  cached(slot: number): number {
    return Math.max(this.cache.get(0, slot) - 1, -1);
  }
  /** Whether a folio is in the cache for `slot`, or somebody reads it past the cache. */
  hasCache(slot: number): boolean {
    return this.cache.get(0, slot) !== 0;
  }
  /** Marks `slot` as being read past the cache, or no longer. */
  setBeingRead(slot: number, reading: boolean): void {
    this.cache.set(0, slot, reading ? BEING_READ : 0);
    this.freed(slot);
  }
  /** Puts small folio `pfn` into the swap cache: one reference of `thread` becomes the cache's. */
  addToCache(thread: number, pfn: number, slot: number): void {
    this.cache.set(0, slot, pfn + 1);
    this.folios.slot.set(0, pfn, slot + 1);
    this.folios.put(pfn, FolioFlag.swapcache, true);
    this.folios.hold(thread, pfn, -1);
  }
  /** Takes folio `pfn` out of the swap cache: the cache's reference becomes one of `thread`. */
  removeFromCache(thread: number, pfn: number): void {
    const slot = this.folios.slot.get(0, pfn) - 1;
    this.cache.set(0, slot, 0);
    this.folios.slot.set(0, pfn, 0);
    this.folios.put(pfn, FolioFlag.swapcache, false);
    this.folios.hold(thread, pfn, 1);
    this.freed(slot);
  }
  /** In the swap cache folio `to` takes the place of folio `from`, with the cache's reference (both belong to `thread`). */
  replaceInCache(thread: number, from: number, to: number): void {
    const slot = this.folios.slot.get(0, from) - 1;
    this.removeFromCache(thread, from);
    this.addToCache(thread, to, slot);
  }
  private freed(slot: number): void {
    if (this.isFree(slot) && slot < this.hint.get(0)) this.hint.set(0, slot);
  }
}
