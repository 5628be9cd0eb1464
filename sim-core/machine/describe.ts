/** The machine as plain objects of strings, numbers and truth values: for `--state`, the panel and variables. */
import type { SparseColumn } from "../store/column.ts";
import {
  ENTRY_KIND_NAMES,
  EntryFlag,
  EntryKind,
  hasFlag,
  isLeaf,
  kindOf,
  pfnOf,
  targetsFolio,
} from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import type { Folios } from "./folios.ts";
import { FolioFlag, FolioKind, Lru } from "./folios.ts";
import { folioLock } from "./locks.ts";
import type { Machine } from "./machine.ts";
import { cpuName, deviceName, nodeName, processName, subscriptionName, threadName } from "./names.ts";
import { folioAt } from "./observe.ts";
import { ZERO_PFN } from "./pools.ts";
import { translationPfn, translationRight } from "./tlbs.ts";
import { VmaFlag } from "./vmas.ts";

/** A CPU's entry. `pfn` is null where it names no frame. */
export interface EntryView {
  readonly kind: string;
  readonly writable: boolean;
  readonly dirty: boolean;
  readonly young: boolean;
  readonly exclusive: boolean;
  /** Part of a PMD-level leaf that maps a huge page. */
  readonly huge: boolean;
  readonly pfn: number | null;
}
export interface FolioView {
  readonly where: string;
  readonly kind: string;
  readonly order: number;
  readonly refcount: number;
  readonly mapcount: number;
  readonly pincount: number;
  readonly locked: boolean;
  readonly lru: boolean;
  readonly dirty: boolean;
  readonly pfn: number;
}
/** A device's entry; where it is not valid its rights are false and its pfn is null. */
export interface MirrorView {
  readonly valid: boolean;
  readonly writable: boolean;
  readonly atomic: boolean;
  readonly huge: boolean;
  readonly pfn: number | null;
}
export interface PageView {
  readonly pte: EntryView;
  readonly folio: FolioView | null;
  /** By device name: every device that works for the process. */
  readonly mirrors: Readonly<Record<string, MirrorView>>;
}

const FOLIO_KIND_NAMES = Object.keys(FolioKind);
const LRU_NAMES = Object.keys(Lru);

/** The page at byte address `address` of `process`. */
export function describePage(machine: Machine, process: number, address: number): PageView {
  const vpn = machine.vpn(address);
  const mirrors: Record<string, MirrorView> = {};
  for (let device = 0; device < machine.devices.length; device++) {
    const context = machine.devices.contextId(device, process);
    if (!machine.devices.hasContext(context)) continue;
    mirrors[deviceName(machine, device)] = describeMirror(machine.mirrors.get(context, vpn));
  }
  const pfn = folioAt(machine, process, vpn);
  return {
    pte: describeEntry(machine, machine.pageTables.translation(process, vpn)),
    folio: pfn < 0 ? null : describeFolio(machine, machine.folios.headOf(pfn)),
    mirrors,
  };
}

/** An entry of the CPU's page table. */
export function describeEntry(machine: Machine, entry: Value): EntryView {
  const kind = kindOf(entry);
  const targets = targetsFolio(entry);
  const ofPage = targets && kind !== EntryKind.migration;
  return {
    kind: kind === EntryKind.protnone ? "present" : (ENTRY_KIND_NAMES[kind] ?? "none"),
    writable: hasFlag(entry, EntryFlag.writable),
    dirty: hasFlag(entry, EntryFlag.dirty),
    young: hasFlag(entry, EntryFlag.young),
    exclusive: ofPage ? isExclusive(machine, entry) : hasFlag(entry, EntryFlag.exclusive),
    huge: hasFlag(entry, EntryFlag.huge),
    pfn: targets ? pfnOf(entry) : kind === EntryKind.zero ? ZERO_PFN : null,
  };
}

/** Whether the page that a present or private entry maps is exclusive: for a huge leaf its first page's flag counts. */
function isExclusive(machine: Machine, entry: Value): boolean {
  const page = pfnOf(entry);
  const { folios } = machine;
  return folios.has(hasFlag(entry, EntryFlag.huge) ? folios.headOf(page) : page, FolioFlag.exclusive);
}

/** What backs folio `pfn`; a page that KSM merged is `ksm`. */
function kindName(folios: Folios, pfn: number): string {
  if (pfn === ZERO_PFN) return "zero";
  return folios.has(pfn, FolioFlag.ksm) ? "ksm" : (FOLIO_KIND_NAMES[folios.kind(pfn)] ?? "none");
}

/** Folio `pfn`, named by its first page. */
export function describeFolio(machine: Machine, pfn: number): FolioView {
  const { folios } = machine;
  const pool = machine.pools.of(pfn);
  const device = pool?.device ?? -1;
  return {
    where: device >= 0 ? deviceName(machine, device) : nodeName(machine, pool?.node ?? 0),
    kind: kindName(folios, pfn),
    order: folios.order(pfn),
    refcount: folios.refcount.get(0, pfn),
    mapcount: folios.mapcount.get(0, pfn),
    pincount: folios.pins.get(0, pfn),
    locked: machine.locks.isHeld(folioLock(pfn)),
    lru: folios.lru(pfn) === Lru.on,
    dirty: folios.has(pfn, FolioFlag.dirty),
    pfn,
  };
}

/** An entry of a device's table. */
export function describeMirror(entry: Value): MirrorView {
  const valid = kindOf(entry) !== EntryKind.none;
  return {
    valid,
    writable: hasFlag(entry, EntryFlag.writable),
    atomic: hasFlag(entry, EntryFlag.atomic),
    huge: hasFlag(entry, EntryFlag.huge),
    pfn: valid ? pfnOf(entry) : null,
  };
}

/** What else is known of folio `pfn`, beyond `FolioView`: who holds its references, its place in the reverse map. */
export interface FolioDetails extends FolioView {
  readonly exclusive: boolean;
  readonly uptodate: boolean;
  readonly lruState: string;
  readonly lockedBy: string | null;
  /** References held by CPU entries, running code, GUP users, the page cache or swap cache, a file system's data, and an LRU-add batch. */
  readonly holders: {
    readonly entries: number;
    readonly running: number;
    readonly gup: number;
    readonly cache: number;
    readonly private: number;
    readonly batch: number;
  };
  readonly migrationEntries: number;
  readonly mapping: { readonly root: number; readonly index: number } | null;
}
export function describeFolioInDetail(machine: Machine, pfn: number): FolioDetails {
  const { folios } = machine;
  const owner = machine.locks.owner(folioLock(pfn));
  const root = folios.root(pfn);
  return {
    ...describeFolio(machine, pfn),
    exclusive: folios.has(pfn, FolioFlag.exclusive),
    uptodate: folios.has(pfn, FolioFlag.uptodate),
    lruState: LRU_NAMES[folios.lru(pfn)] ?? "off",
    lockedBy: owner < 0 ? null : threadName(machine, owner),
    holders: {
      entries: folios.mappedEntries(pfn) + folios.exclusiveEntries(pfn),
      running: folios.temps.get(0, pfn),
      gup: folios.gups.get(0, pfn),
      cache: folios.cacheReferences(pfn),
      private: folios.privateReferences(pfn),
      batch: folios.batchReferences(pfn),
    },
    migrationEntries: folios.migrationEntries(pfn),
    mapping: root < 0 ? null : { root, index: folios.index(pfn) },
  };
}

/** What CPUs and devices have cached for a page, by name of CPU or device; those with nothing cached are left out. */
export function describeTlbs(
  machine: Machine,
  process: number,
  address: number,
): Readonly<Record<string, { readonly pfn: number; readonly writable: boolean }>> {
  const vpn = machine.vpn(address);
  const found: Record<string, { pfn: number; writable: boolean }> = {};
  const add = (name: string, cell: number): void => {
    if (cell !== 0) found[name] = { pfn: translationPfn(cell), writable: translationRight(cell) > 1 };
  };
  machine.description.cpus.forEach((_cpu, cpu) => {
    add(cpuName(machine, cpu), machine.tlbs.get(cpu, process, vpn));
  });
  for (let device = 0; device < machine.devices.length; device++) {
    add(deviceName(machine, device), machine.mirrors.tlb.get(machine.devices.contextId(device, process), vpn));
  }
  return found;
}

/**
 * Numbers of the pages of [from, to) (page numbers of `process`) that something is known of: a CPU entry, or a device's; in
 * order, at most `limit`. Costs what is touched, not the length of the range.
 */
export function touchedPages(machine: Machine, process: number, from: number, to: number, limit: number): number[] {
  const found = new Set<number>();
  machine.pageTables.pte.forEach(process, from, to, (vpn) => found.add(vpn));
  forEachHugePage(machine.pageTables.pmd, machine.pageTables.span, process, from, to, (vpn) => found.add(vpn));
  for (let device = 0; device < machine.devices.length; device++) {
    const context = machine.devices.contextId(device, process);
    machine.mirrors.entries.forEach(context, from, to, (vpn) => found.add(vpn));
    forEachHugePage(machine.mirrors.huge, machine.mirrors.span, context, from, to, (vpn) => found.add(vpn));
  }
  const pages = [...found].sort((a, b) => a - b);
  return pages.length > limit ? pages.slice(0, limit) : pages;
}

/** Calls `visit` with each page of [from, to) that a huge leaf of `space` in `column` maps. */
export function forEachHugePage(
  column: SparseColumn,
  span: number,
  space: number,
  from: number,
  to: number,
  visit: (vpn: number) => void,
): void {
  column.forEach(space, Math.floor(from / span), Math.ceil(to / span), (at, entry) => {
    if (!isLeaf(entry)) return;
    for (let vpn = Math.max(from, at * span); vpn < Math.min(to, (at + 1) * span); vpn++) visit(vpn);
  });
}

/** Names of the VM_ flags that a vma has, as the kernel abbreviates them in /proc/PID/smaps. */
export function vmaFlagNames(flags: number): string[] {
  const names: readonly (readonly [number, string])[] = [
    [VmaFlag.readable, "rd"],
    [VmaFlag.writable, "wr"],
    [VmaFlag.shared, "sh"],
    [VmaFlag.pfnmap, "io"],
    [VmaFlag.mixedmap, "mm"],
    [VmaFlag.dontfork, "dc"],
    [VmaFlag.wipeonfork, "wf"],
    [VmaFlag.hugepage, "hg"],
    [VmaFlag.nohugepage, "nh"],
    [VmaFlag.locked, "lo"],
    [VmaFlag.mergeable, "mg"],
    [VmaFlag.uffdMissing, "um"],
  ];
  return names.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
}

export interface VmaView {
  readonly id: number;
  readonly start: number;
  readonly end: number;
  readonly kind: string;
  readonly flags: readonly string[];
  /** Name of the region that it was mapped as, or null. */
  readonly region: string | null;
}
export interface ProcessView {
  readonly name: string;
  readonly exists: boolean;
  readonly invalidateSeq: number;
  readonly activeInvalidations: number;
  readonly rssAnon: number;
  readonly vmas: readonly VmaView[];
}
/** Process `process` and its vmas in order of address. */
export function describeProcess(machine: Machine, process: number): ProcessView {
  const { vmas, processes } = machine;
  const list: VmaView[] = [];
  for (let i = 0; i < vmas.countOf(process); i++) {
    const vma = vmas.at(process, i);
    list.push({
      id: vma,
      start: vmas.start.get(vma),
      end: vmas.end.get(vma),
      kind: vmas.kind(vma),
      flags: vmaFlagNames(vmas.flags.get(vma)),
      region: machine.description.regions[vmas.region.get(vma) - 1]?.name ?? null,
    });
  }
  return {
    name: processName(machine, process),
    exists: processes.exists.get(process) !== 0,
    invalidateSeq: processes.seq.get(process),
    activeInvalidations: processes.active.get(process),
    rssAnon: processes.rssAnon.get(process),
    vmas: list,
  };
}

export interface MemoryView {
  readonly name: string;
  readonly device: string | null;
  readonly pages: number;
  readonly free: number;
}
/** Every node's and device's memory. */
export function describeMemory(machine: Machine): MemoryView[] {
  return machine.pools.all.map((pool) => ({
    name: pool.name,
    device: pool.device < 0 ? null : deviceName(machine, pool.device),
    pages: pool.pages,
    free: machine.pools.freeOf(pool),
  }));
}

export interface LockView {
  readonly name: string;
  readonly lock: Value;
  readonly read: boolean;
  readonly threads: readonly string[];
}
/** The locks that are held. */
export function describeLocks(machine: Machine): LockView[] {
  return machine.locks.all().map(({ lock, threads, read }) => ({
    name: machine.locks.name(lock),
    lock,
    read,
    threads: threads.map((thread) => threadName(machine, thread)),
  }));
}

export interface NotifierView {
  readonly name: string;
  readonly device: string;
  readonly process: string;
  readonly wide: boolean;
  readonly start: number;
  readonly end: number;
  readonly seq: number;
  /** active, or waiting for an invalidation to end: inserting, removing. */
  readonly state: string;
}
const SUBSCRIPTION_STATES = ["free", "active", "inserting", "removing"];
/** The notifier subscriptions. */
export function describeNotifiers(machine: Machine): NotifierView[] {
  const { notifiers, devices } = machine;
  const views: NotifierView[] = [];
  for (let sub = 0; sub < notifiers.length; sub++) {
    if (!notifiers.exists(sub)) continue;
    views.push({
      name: subscriptionName(machine, sub),
      device: deviceName(machine, devices.deviceOfContext(notifiers.context.get(sub))),
      process: processName(machine, notifiers.processOf(sub)),
      wide: notifiers.wide.get(sub) === 1,
      start: notifiers.start.get(sub),
      end: notifiers.end.get(sub),
      seq: notifiers.seq.get(sub),
      state: SUBSCRIPTION_STATES[notifiers.state.get(sub)] ?? "free",
    });
  }
  return views;
}
