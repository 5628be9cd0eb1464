/**
 * The machine: one object whose parts own the columns of the state. It knows what the state means; what happens to it, step
 * by step, is model code's business.
 */
import { EntryKind, kindOf, pfnOf, targetsFolio } from "../store/entry.ts";
import { Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";
import { box, Tag } from "../store/value.ts";
import type { Place } from "./caller.ts";
import { Content } from "./content.ts";
import type { MachineDescription, RegionDescription } from "./description.ts";
import { Devices } from "./devices.ts";
import { Fences } from "./fences.ts";
import { Files } from "./files.ts";
import { FolioFlag, Folios } from "./folios.ts";
import { Gups } from "./gups.ts";
import { Heap } from "./heap.ts";
import { Injection } from "./injection.ts";
import { Locks } from "./locks.ts";
import { Mirrors } from "./mirrors.ts";
import { lockName } from "./names.ts";
import { Notifiers } from "./notifiers.ts";
import { PageTables } from "./page-tables.ts";
import { layOutPools, Pools } from "./pools.ts";
import { Processes } from "./processes.ts";
import { SequenceNumbers } from "./sequence-numbers.ts";
import { Swap } from "./swap.ts";
import { Threads } from "./threads.ts";
import { Tlbs } from "./tlbs.ts";
import { VmaFlag, Vmas } from "./vmas.ts";
import type { Watch } from "./watch.ts";

export class Machine {
  readonly description: MachineDescription;
  readonly pageSize: number;
  readonly store = new Store();
  readonly threads: Threads;
  readonly heap: Heap;
  readonly folios: Folios;
  readonly pools: Pools;
  readonly content: Content;
  readonly fences: Fences;
  readonly swap: Swap;
  readonly files: Files;
  readonly pageTables: PageTables;
  readonly tlbs: Tlbs;
  readonly processes: Processes;
  readonly vmas: Vmas;
  readonly devices: Devices;
  readonly mirrors: Mirrors;
  readonly notifiers: Notifiers;
  readonly numbers = new SequenceNumbers();
  readonly locks: Locks;
  readonly gups: Gups;
  readonly injection: Injection;
  private watcher: Watch | undefined;

  /** Builds the machine as it is before the first step: initial regions are mapped, nothing is touched. */
  constructor(description: MachineDescription) {
    this.description = description;
    this.pageSize = description.pageSize;
    const { store, pageSize } = this;
    const processes = description.processes.length;
    const pools = layOutPools(description);
    this.threads = new Threads(store);
    this.heap = new Heap(store);
    this.folios = new Folios(
      store,
      this.threads,
      pools,
      Math.log2(pageSize / 8),
      description.countsFreeDevicePages === true,
    );
    this.pools = new Pools(store, this.folios, pools);
    this.content = new Content(store, pageSize);
    this.fences = new Fences(store);
    const lastPool = pools[pools.length - 1];
    this.swap = new Swap(store, this.folios, lastPool === undefined ? 1 : lastPool.base + lastPool.pages);
    this.files = new Files(store, this.folios, description, this.swap.end);
    this.pageTables = new PageTables(store, this.folios, pageSize);
    this.tlbs = new Tlbs(store, description.cpus.length, processes);
    this.processes = new Processes(store, processes);
    this.vmas = new Vmas(store, pageSize);
    this.devices = new Devices(store, description.devices, processes);
    this.mirrors = new Mirrors(store, this.pageTables.span);
    this.notifiers = new Notifiers(store, this.devices, this.processes, this.threads, this.numbers);
    this.numbers.holders.push((change) => this.heap.changeEach(change));
    this.locks = new Locks(store, this.threads);
    this.gups = new Gups(store, this.folios);
    this.injection = new Injection(store);
    this.locks.nameOther = (lock) => lockName(this, lock);

    description.processes.forEach((process, id) => {
      if (process.parent === undefined) this.processes.create(id);
    });
    description.regions.forEach((region, id) => {
      if (region.initial && this.processes.exists.get(region.process) !== 0) this.mapRegion(id);
    });
    for (const { process, device } of description.threads) {
      if (device !== undefined && this.processes.exists.get(process) !== 0) this.contextOf(device, process);
    }
  }

  /** Who is told of single accesses: the invariants. No part of the state. */
  get watch(): Watch | undefined {
    return this.watcher;
  }
  set watch(watch: Watch | undefined) {
    this.watcher = watch;
    this.locks.watch = watch;
  }

  /** The context of `device` for `process`; makes it exist. Whether it is new is what `devices.hasContext` said before. */
  contextOf(device: number, process: number): number {
    const context = this.devices.contextId(device, process);
    this.devices.contextExists.set(context, 1);
    return context;
  }

  /** Page number of a byte address. */
  vpn(address: number): number {
    return Math.floor(address / this.pageSize);
  }

  /** Maps region `id`, which must be free, into its process. Returns the vma's row. */
  mapRegion(id: number): number {
    const region = this.description.regions[id] as RegionDescription;
    const end = region.start + region.pages * this.pageSize;
    const { process, start, kind } = region;
    return this.vmas.insert(
      process,
      start,
      end,
      kind,
      regionFlags(region),
      id,
      region.node ?? -1,
      this.files.ofRegion(id),
    );
  }

  /** The device's value, which is also the owner of its private memory (pgmap->owner). */
  ownerOf(device: number): Value {
    return box(Tag.device, device);
  }

  /** The memory that frame `pfn` is part of, as events and `folio.where` name it: its node, or the device whose memory it is. */
  whereOf(pfn: number): Value {
    const pool = this.pools.of(pfn);
    if (pool === undefined) return box(Tag.node, 0);
    return pool.device >= 0 ? box(Tag.device, pool.device) : box(Tag.node, pool.node);
  }
  /** Stores a word in a frame; what was copied from it before is no longer its latest content. */
  storeWord(pfn: number, word: number, value: Value): void {
    this.content.set(pfn, word, value);
    this.folios.copiedTo.set(0, pfn, 0);
  }

  /** Where folio `pfn` is mapped (the lowest process and address of those that its reverse map has); process -1 if nowhere. */
  placeOfFolio(pfn: number): Place {
    let place: Place = { process: -1, start: 0, end: 0 };
    this.eachMapping(pfn, (_vma, process, start, end) => {
      const before = process < place.process || (process === place.process && start < place.start);
      if (place.process < 0 || before) place = { process, start, end };
    });
    return place;
  }
  /**
   * Calls `visit` with each range of addresses where folio `pfn` may be mapped, as its reverse map has it; `first` is how many
   * of its pages lie before it.
   */
  eachMapping(
    pfn: number,
    visit: (vma: number, process: number, start: number, end: number, first: number) => void,
  ): void {
    const { folios } = this;
    if (folios.has(pfn, FolioFlag.ksm)) {
      this.eachKsmMapping(pfn, visit);
      return;
    }
    this.vmas.forEachMapping(folios.root(pfn), folios.file(pfn), folios.index(pfn), folios.pages(pfn), visit);
  }
  /**
   * The places of a page that KSM merged, which may belong to unrelated vmas: what its list of rmap_items says (rmap_walk_ksm of
   * mm/ksm.c), found by what maps it, or waits for the end of its migration, now.
   */
  private eachKsmMapping(
    pfn: number,
    visit: (vma: number, process: number, start: number, end: number, first: number) => void,
  ): void {
    const { folios, pageSize, pageTables, vmas } = this;
    for (let process = 0; process < this.processes.length; process++) {
      for (let i = 0; i < vmas.countOf(process); i++) {
        const vma = vmas.at(process, i);
        if (!vmas.isAnonymous(vma)) continue;
        pageTables.pte.forEach(process, this.vpn(vmas.start.get(vma)), this.vpn(vmas.end.get(vma)), (vpn, entry) => {
          if (!targetsFolio(entry)) return;
          const target = pfnOf(entry);
          const moving = kindOf(entry) === EntryKind.migration && folios.has(target, FolioFlag.ksm);
          const same = target === pfn || (moving && folios.mapping.get(0, target) === folios.mapping.get(0, pfn));
          if (same) visit(vma, process, vpn * pageSize, (vpn + 1) * pageSize, 0);
        });
      }
    }
  }
}

/** The vma flags of a region as it is mapped. */
export function regionFlags(region: RegionDescription): number {
  return (
    (region.readable ? VmaFlag.readable : 0) |
    (region.writable ? VmaFlag.writable : 0) |
    (region.shared ? VmaFlag.shared : 0) |
    (region.thp === true ? VmaFlag.hugepage : 0) |
    (region.thp === false ? VmaFlag.nohugepage : 0) |
    (region.kind === "driver" ? VmaFlag.pfnmap : 0) |
    (region.kind === "hugetlb" && !region.shared ? VmaFlag.resvOwner : 0)
  );
}
