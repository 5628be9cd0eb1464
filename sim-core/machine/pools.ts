/**
 * Memory: which page frames there are, and which are allocated.
 *
 * Frame 0 is the shared zero page; it stands for each page of the huge zero folio too. Each node's memory and then each device's is a run of
 * frames, a *pool*. An allocation takes the pool's lowest free frame, or its highest free run for a large folio, so that
 * equal states come about in equal ways.
 */
import type { DenseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import type { MachineDescription } from "./description.ts";
import type { Folios } from "./folios.ts";
import { FolioFlag, TAKEN } from "./folios.ts";

/** A run of page frames. */
export interface Pool {
  readonly name: string;
  /** First frame and number of frames. */
  readonly base: number;
  readonly pages: number;
  /** Index of the device whose memory it is, -1 for a node's. */
  readonly device: number;
  /** It is a device's memory that the page allocator manages: its pages are no ZONE_DEVICE pages. */
  readonly managed: boolean;
  /** NUMA node id: of a node's memory, or of a device's coherent memory; -1 for private device memory. */
  readonly node: number;
  /** Its zone is ZONE_MOVABLE: only pages that can be moved away come from here. */
  readonly movable: boolean;
}

/** Frame number of the shared zero page. */
export const ZERO_PFN = 0;

/** The pools of a machine: nodes first, then devices with memory, in order of declaration. */
export function layOutPools(description: MachineDescription): readonly Pool[] {
  const pools: Pool[] = [];
  let base = ZERO_PFN + 1;
  let node = 0;
  for (const { name, pages, movable } of description.nodes) {
    pools.push({ name, base, pages, device: -1, managed: false, node: node++, movable });
    base += pages;
  }
  description.devices.forEach((d, device) => {
    if (d.pages === 0) return;
    const coherent = d.coherent !== undefined;
    pools.push({
      name: d.coherent ?? d.name,
      base,
      pages: d.pages,
      device,
      managed: d.managed === true,
      node: coherent ? node++ : -1,
      movable: false,
    });
    base += d.pages;
  });
  return pools;
}

/** The pool of `pools` that frame `pfn` belongs to; undefined for the zero page and for frames that do not exist. */
export function poolOf(pools: readonly Pool[], pfn: number): Pool | undefined {
  for (const pool of pools) if (pfn >= pool.base && pfn < pool.base + pool.pages) return pool;
  return undefined;
}

// Values of `Pools.isolated`.
const ISOLATED = 1;
const OFFLINE = 2;

export class Pools {
  /** See `layOutPools`. */
  readonly all: readonly Pool[];
  private readonly ofNode: (Pool | undefined)[] = [];
  private readonly ofDevice: (Pool | undefined)[] = [];
  private readonly free: DenseColumn;
  private readonly isolated: DenseColumn;
  // No frame below it is free. Not hashed: how far it has moved is history, not state.
  private readonly hint: DenseColumn;
  private readonly folios: Folios;

  constructor(store: Store, folios: Folios, pools: readonly Pool[]) {
    this.folios = folios;
    this.free = store.int("pool.free");
    this.isolated = store.int("pool.isolated");
    this.hint = store.int("pool.hint", { hashed: false });
    this.all = pools;
    pools.forEach((pool, row) => {
      this.free.set(row, pool.pages);
      if (pool.node >= 0) this.ofNode[pool.node] = pool;
      if (pool.device >= 0) this.ofDevice[pool.device] = pool;
    });
  }

  /** The pool that frame `pfn` belongs to; undefined for the zero page and for frames that do not exist. */
  of(pfn: number): Pool | undefined {
    return poolOf(this.all, pfn);
  }
  /** The pool of NUMA node `node` (a coherent device's memory is one too), or undefined. */
  node(node: number): Pool | undefined {
    return this.ofNode[node];
  }
  /** Number of NUMA nodes, those of coherent devices included. */
  get nodes(): number {
    return this.ofNode.length;
  }
  /** The memory of device `device`, or undefined if it has none. */
  device(device: number): Pool | undefined {
    return this.ofDevice[device];
  }
  /** Free frames of `pool`; of one that is offline there are none. */
  freeOf(pool: Pool): number {
    return this.isOffline(pool) ? 0 : this.free.get(this.all.indexOf(pool));
  }

  /** Whether nothing is allocated from `pool`, since it is going offline (MIGRATE_ISOLATE) or is so. */
  isIsolated(pool: Pool): boolean {
    return this.isolated.get(this.all.indexOf(pool)) !== 0;
  }
  isolate(pool: Pool, on: boolean): void {
    this.isolated.set(this.all.indexOf(pool), on ? ISOLATED : 0);
  }
  /** Whether the kernel uses `pool` no more. */
  isOffline(pool: Pool): boolean {
    return this.isolated.get(this.all.indexOf(pool)) === OFFLINE;
  }
  takeOffline(pool: Pool): void {
    this.isolated.set(this.all.indexOf(pool), OFFLINE);
  }

  /** Takes the lowest free frame of `pool`; -1 if there is none. */
  allocate(pool: Pool): number {
    const row = this.all.indexOf(pool);
    const free = this.free.get(row);
    if (free === 0 || this.isIsolated(pool)) return -1;
    const { folios } = this;
    const end = pool.base + pool.pages;
    let pfn = pool.base + this.hint.get(row);
    while (pfn < end) {
      const head = folios.headOf(pfn);
      if ((folios.flags.get(0, head) & TAKEN) === 0) break;
      pfn = head + folios.pages(head);
    }
    if (pfn >= end) return -1;
    folios.flags.set(0, pfn, FolioFlag.allocated);
    this.free.set(row, free - 1);
    this.hint.set(row, pfn + 1 - pool.base);
    return pfn;
  }

  /**
   * Takes the highest naturally aligned run of free frames of `pool` that make a large folio (order `Folios.pmdOrder`), far
   * from where small pages come from; returns the first, or -1 if there is none.
   */
  allocateLarge(pool: Pool): number {
    const { folios } = this;
    const row = this.all.indexOf(pool);
    const span = 2 ** folios.pmdOrder;
    const free = this.free.get(row);
    if (free < span || this.isIsolated(pool)) return -1;
    for (let block = Math.floor(pool.pages / span) - 1; block >= 0; block--) {
      const pfn = pool.base + block * span;
      if (!this.isFreeRun(pfn, span)) continue;
      folios.flags.set(0, pfn, FolioFlag.allocated);
      folios.setOrder(pfn, folios.pmdOrder);
      this.free.set(row, free - span);
      return pfn;
    }
    return -1;
  }
  /** Takes the highest free frame of `pool` above frame `above`; -1 if there is none. */
  allocateAbove(pool: Pool, above: number): number {
    const row = this.all.indexOf(pool);
    const { folios } = this;
    if (this.free.get(row) === 0 || this.isIsolated(pool)) return -1;
    for (let pfn = pool.base + pool.pages - 1; pfn > above && pfn >= pool.base; pfn--) {
      if ((folios.flags.get(0, folios.headOf(pfn)) & TAKEN) !== 0) continue;
      folios.flags.set(0, pfn, FolioFlag.allocated);
      this.free.set(row, this.free.get(row) - 1);
      return pfn;
    }
    return -1;
  }
  private isFreeRun(pfn: number, pages: number): boolean {
    if (this.folios.flags.get(0, pfn) !== 0) return false;
    let free = true;
    this.folios.flags.forEach(0, pfn, pfn + pages, () => {
      free = false;
    });
    return free;
  }

  /** Gives an allocated folio back to its pool. Pages with a hardware error are not given out again. */
  release(pfn: number): void {
    const pool = this.of(pfn);
    if (pool === undefined) return;
    const row = this.all.indexOf(pool);
    const { flags } = this.folios;
    const pages = this.folios.pages(pfn);
    let poisoned = 0;
    for (let page = pfn; page < pfn + pages; page++) {
      const bad = flags.get(0, page) & FolioFlag.hwpoison;
      if (bad !== 0) poisoned++;
      flags.set(0, page, bad);
    }
    this.free.set(row, this.free.get(row) + pages - poisoned);
    if (pfn - pool.base < this.hint.get(row)) this.hint.set(row, pfn - pool.base);
  }
  /** Calls `visit` with each allocated folio of `pool`, lowest first. */
  forEachAllocated(pool: Pool, visit: (pfn: number) => void): void {
    const { folios } = this;
    let left = pool.pages - this.free.get(this.all.indexOf(pool));
    for (let pfn = pool.base; left > 0 && pfn < pool.base + pool.pages; ) {
      const flags = folios.flags.get(0, pfn);
      const pages = folios.pages(pfn);
      if ((flags & FolioFlag.allocated) !== 0) visit(pfn);
      if ((flags & TAKEN) !== 0) left -= pages;
      pfn += pages;
    }
  }
}
