/**
 * What a page may be and where it may be mapped: pae-single-mapping, pinned-not-shared, zero-page-readonly, the rules of private
 * device memory, of device-exclusive entries and of the LRU.
 */
import { FolioFlag, FolioKind, Lru } from "../machine/folios.ts";
import { folioLock, LockClass } from "../machine/locks.ts";
import { cpuName, deviceName, entryName, folioName, pageName, processName, threadName } from "../machine/names.ts";
import { firstPage } from "../machine/pages.ts";
import { EntryFlag, EntryKind, hasFlag, kindOf, pfnOf, targetsFolio } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { entryCell, folioCell, leafCell, lockCell, mirrorCell } from "./cells.ts";
import type { Scope } from "./scope.ts";
import { eachMapping } from "./scope.ts";
import type { Cell } from "./violation.ts";

/** The CPU's entry of page `vpn` was written: what its kind demands of the page that it names. */
export function checkEntryKind(scope: Scope, process: number, vpn: number, entry: Value): void {
  const { machine } = scope;
  const { folios } = machine;
  const pfn = pfnOf(entry);
  const cells = (...more: Cell[]): Cell[] => [...entryCell(machine, process, vpn), ...more];
  switch (kindOf(entry)) {
    case EntryKind.zero:
      if (!hasFlag(entry, EntryFlag.writable)) return;
      scope.report(
        "zero-page-readonly",
        `${pageName(machine, process, vpn)} maps the zero page writable: whoever writes there changes what every hole reads`,
        cells(),
      );
      return;
    case EntryKind.present:
    case EntryKind.protnone:
      if (!folios.isPrivate(pfn)) return;
      scope.report(
        "no-cpu-present-device-private",
        `${pageName(machine, process, vpn)} has a ${entryName(entry)} entry, and ${folioName(pfn)} is private memory of ${deviceName(machine, folios.deviceOf(pfn))}, which no CPU can address`,
        cells(),
      );
      return;
    case EntryKind.device_private: {
      const isPrivate = folios.isPrivate(pfn);
      if (isPrivate && folios.refcount.get(0, folios.headOf(pfn)) > 0) return;
      const why = isPrivate ? "is free" : "is not in a device's private memory";
      scope.report(
        "devpriv-targets-private",
        `${pageName(machine, process, vpn)} has a device-private entry to ${folioName(pfn)}, which ${why}`,
        cells(...folioCell(machine, "refcount", pfn)),
      );
      return;
    }
    case EntryKind.device_exclusive: {
      const isPrivate = folios.isPrivate(pfn);
      if (!isPrivate && folios.kind(folios.headOf(pfn)) === FolioKind.anon) return;
      const why = isPrivate ? "is in a device's private memory" : "is no anonymous page";
      scope.report(
        "exclusive-anon-only",
        `${pageName(machine, process, vpn)} was made exclusive to a device, and ${folioName(pfn)} ${why}`,
        cells(...folioCell(machine, "flags", pfn)),
      );
      return;
    }
    default:
  }
}

/** A huge leaf came for the pages from `vpn` on: it maps one folio of its size. */
export function checkLeaf(scope: Scope, process: number, vpn: number, leaf: Value): void {
  const { machine } = scope;
  const { folios, pageTables, pools } = machine;
  if (!targetsFolio(leaf)) return;
  const pfn = pfnOf(leaf);
  const offset = pfn - (pools.of(pfn)?.base ?? 0);
  const hidden = firstPage(pageTables.pte, process, vpn, vpn + pageTables.span);
  const why =
    folios.order(pfn) !== folios.pmdOrder
      ? "is not the first page of a folio of that size"
      : offset % pageTables.span !== 0
        ? "does not lie at a multiple of that size"
        : hidden >= 0
          ? `hides the entry of ${pageName(machine, process, hidden)}`
          : undefined;
  if (why === undefined) return;
  scope.report(
    "thp-homogeneous",
    `${pageName(machine, process, vpn)} is mapped huge by ${entryName(leaf)}, and ${folioName(pfn)} ${why}`,
    [...leafCell(machine, process, vpn), ...folioCell(machine, "flags", pfn)],
  );
}

/** A device's entry of page `vpn` was written: a huge one only where the CPU's table has one. */
export function checkMapOrder(scope: Scope, context: number, vpn: number, entry: Value): void {
  if (!hasFlag(entry, EntryFlag.huge)) return;
  const { machine } = scope;
  const { devices, pageTables } = machine;
  const process = devices.processOfContext(context);
  if (kindOf(pageTables.getPmd(process, vpn)) !== EntryKind.table) return;
  scope.report(
    "device-map-order",
    `${deviceName(machine, devices.deviceOfContext(context))} has one huge entry from ${pageName(machine, process, vpn)} on, and the CPU's table maps it page by page: it may change page by page, too`,
    [...mirrorCell(machine, context, vpn), ...leafCell(machine, process, vpn)],
  );
}

/** A CPU reached private device memory through a translation that nobody should have. */
export function checkCpuReach(scope: Scope, process: number, vpn: number, pfn: number, thread: number): void {
  const { machine } = scope;
  if (!machine.folios.isPrivate(pfn)) return;
  const cpu = thread < 0 ? -1 : machine.threads.cpuOf(thread);
  scope.report(
    "no-cpu-present-device-private",
    `${cpu < 0 ? "a CPU" : cpuName(machine, cpu)} has a translation of ${pageName(machine, process, vpn)} to ${folioName(pfn)}, private memory of ${deviceName(machine, machine.folios.deviceOf(pfn))}`,
    entryCell(machine, process, vpn),
  );
}

/** A page that is mapped more than once although it is exclusive to one process, or its migration entry says that it was. */
interface Overmapped {
  readonly page: number;
  readonly maps: number;
  /** The page itself is exclusive; else a migration entry carries that it was. */
  readonly exclusive: boolean;
}

/** Such a page of folio `pfn`; undefined if all is well. */
function mappedTooOften(scope: Scope, pfn: number): Overmapped | undefined {
  const { folios, pageTables } = scope.machine;
  const migrations = folios.migrationEntries(pfn);
  const maps = folios.mappedEntries(pfn) + folios.exclusiveEntries(pfn);
  if (maps + migrations < 2 || folios.kind(pfn) !== FolioKind.anon) return undefined;
  if (folios.order(pfn) > 0) return pageMappedTooOften(scope, pfn);
  if (folios.has(pfn, FolioFlag.exclusive)) return maps > 1 ? { page: pfn, maps, exclusive: true } : undefined;
  if (migrations === 0) return undefined;
  let carries = false;
  eachMapping(scope.machine, pfn, (process, vpn) => {
    const entry = pageTables.translation(process, vpn);
    carries ||= kindOf(entry) === EntryKind.migration && pfnOf(entry) === pfn && carriesExclusive(entry);
  });
  return carries ? { page: pfn, maps: maps + migrations, exclusive: false } : undefined;
}
/** The same of a large folio, whose pages have entries, and are exclusive, each for itself; or as a whole, as the first one is. */
function pageMappedTooOften(scope: Scope, head: number): Overmapped | undefined {
  const { machine } = scope;
  const { folios, pageTables } = machine;
  let ranges = 0;
  machine.eachMapping(head, () => ranges++);
  if (ranges < 2) return undefined; // within one vma no page is mapped twice
  const maps = new Map<number, { present: number; moving: number; exclusive: boolean; carries: boolean }>();
  eachMapping(machine, head, (process, vpn, _vma, page) => {
    const entry = pageTables.translation(process, vpn);
    if (!targetsFolio(entry) || pfnOf(entry) !== page) return;
    const of = maps.get(page) ?? { present: 0, moving: 0, exclusive: false, carries: false };
    maps.set(page, of);
    if (kindOf(entry) === EntryKind.migration) {
      of.moving++;
      of.carries ||= carriesExclusive(entry);
      return;
    }
    of.present++;
    of.exclusive ||= folios.has(hasFlag(entry, EntryFlag.huge) ? head : page, FolioFlag.exclusive);
  });
  for (const [page, { present, moving, exclusive, carries }] of maps) {
    if (exclusive && present > 1) return { page, maps: present, exclusive };
    if (!exclusive && carries && present + moving > 1) return { page, maps: present + moving, exclusive };
  }
  return undefined;
}
/** Whether a migration entry says that its page was exclusive. */
function carriesExclusive(entry: Value): boolean {
  return hasFlag(entry, EntryFlag.writable) || hasFlag(entry, EntryFlag.exclusive);
}
export function isMappedOnce(scope: Scope, pfn: number): boolean {
  return mappedTooOften(scope, pfn) === undefined;
}
/** An exclusive page is mapped once; asked where no page-table lock is held, of one that is mapped writable nowhere. */
export function checkMappedOnce(scope: Scope, pfn: number): void {
  const wrong = mappedTooOften(scope, pfn);
  if (wrong === undefined) return;
  const { machine } = scope;
  const { page, maps, exclusive } = wrong;
  const cells = [...folioCell(machine, "flags", page), ...folioCell(machine, "entries", pfn)];
  const places: string[] = [];
  eachMapping(machine, pfn, (process, vpn, _vma, frame) => {
    if (frame !== page || pfnOf(machine.pageTables.translation(process, vpn)) !== page) return;
    places.push(pageName(machine, process, vpn));
    cells.push(...entryCell(machine, process, vpn));
  });
  const where = places.length === 0 ? "" : ` (${places.join(", ")})`;
  const why = exclusive
    ? "is exclusive to one process (PageAnonExclusive)"
    : "was exclusive to one process, as its migration entry says";
  scope.report("pae-single-mapping", `${folioName(page)} ${why}, and ${maps} entries map it${where}`, cells);
}

/** Why a page of private device memory is mapped as it should not be; undefined if all is well. */
function wronglyPlaced(scope: Scope, pfn: number): { message: string; cells: Cell[] } | undefined {
  const { machine } = scope;
  const { folios, pageTables } = machine;
  const maps = folios.mappedEntries(pfn);
  if (maps === 0 || !folios.isPrivate(pfn) || folios.has(pfn, FolioFlag.ksm)) return undefined;
  const cells: Cell[] = [];
  const counts = new Map<number, number>();
  let found = 0;
  eachMapping(machine, pfn, (process, vpn, _vma) => {
    const entry = pageTables.translation(process, vpn);
    if (kindOf(entry) !== EntryKind.device_private || pfnOf(entry) !== pfn) return;
    found++;
    counts.set(process, (counts.get(process) ?? 0) + 1);
    cells.push(...entryCell(machine, process, vpn));
  });
  for (const [process, count] of counts) {
    if (count > 1) return { message: `${processName(machine, process)} maps it at ${count} addresses`, cells };
  }
  if (found >= maps || folios.order(pfn) > 0) return undefined;
  const message = `${maps - found} of the ${maps} entries that map it stand where its reverse map does not look`;
  return { message, cells: [...cells, ...folioCell(machine, "entries", pfn)] };
}
export function isWellPlaced(scope: Scope, pfn: number): boolean {
  return wronglyPlaced(scope, pfn) === undefined;
}
/** A page of private device memory is mapped once in a process; asked where no page-table lock is held. */
export function checkPlaced(scope: Scope, pfn: number): void {
  const wrong = wronglyPlaced(scope, pfn);
  if (wrong === undefined) return;
  scope.report(
    "devpriv-single-va-per-mm",
    `${folioName(pfn)} is private device memory, and ${wrong.message}`,
    wrong.cells,
  );
}

/** What a folio's flags and pins say together. */
export function checkFlags(scope: Scope, pfn: number): void {
  const { machine } = scope;
  const { folios } = machine;
  const flags = folios.flags.get(0, pfn);
  if ((flags & FolioFlag.allocated) === 0) return;
  const shared = folios.kind(pfn) === FolioKind.anon && folios.pins.get(0, pfn) > 0 ? sharedPinnedPage(scope, pfn) : -1;
  if (shared >= 0) {
    scope.report(
      "pinned-not-shared",
      `${folioName(shared)} is pinned for DMA and is no longer exclusive to its process: the next write will copy it, and the DMA will not see that`,
      [...folioCell(machine, "flags", shared), ...folioCell(machine, "gups", pfn)],
    );
  }
  if (folios.lru(pfn) !== Lru.off && folios.deviceOf(pfn) >= 0) {
    scope.report(
      "zone-device-never-on-lru",
      `${folioName(pfn)} is memory of ${deviceName(machine, folios.deviceOf(pfn))} and was put on an LRU list`,
      folioCell(machine, "flags", pfn),
    );
  }
}

/**
 * A pinned page of folio `pfn` that is not exclusive, or -1. What is mapped as a whole is exclusive as a whole, as its first page says; of
 * a large folio that is mapped page by page each page has the flag for itself, and each pin is of one page.
 */
function sharedPinnedPage(scope: Scope, pfn: number): number {
  const { folios, gups } = scope.machine;
  const isWhole = folios.order(pfn) === 0 || folios.entireMapcount.get(0, pfn) > 0;
  if (isWhole) return folios.has(pfn, FolioFlag.exclusive) ? -1 : pfn;
  for (let row = 0; row < gups.length; row++) {
    const page = gups.pfn.get(row);
    const isPin = gups.process.get(row) !== 0 && gups.pin.get(row) === 1;
    if (isPin && folios.headOf(page) === pfn && !folios.has(page, FolioFlag.exclusive)) return page;
  }
  return -1;
}

/** Whether a folio is on its LRU list, as a mapped page of system memory is when nobody is at work on it. */
export function isOnLru(scope: Scope, pfn: number): boolean {
  const { folios, locks } = scope.machine;
  const lru = folios.lru(pfn);
  if (lru === Lru.on || lru === Lru.batch || !folios.has(pfn, FolioFlag.allocated)) return true;
  if (folios.has(pfn, FolioFlag.hwpoison)) return true; // taken off for good
  const kind = folios.kind(pfn);
  if (kind === FolioKind.hugetlb || kind === FolioKind.driver || folios.deviceOf(pfn) >= 0) return true;
  if (lru === Lru.off && folios.mappedEntries(pfn) === 0) return true;
  // Isolated, unmapped and kept so by whoever holds the reference: the unmap-and-pin proposal.
  if (lru === Lru.isolated && folios.mappedEntries(pfn) === 0 && folios.gups.get(0, pfn) > 0) return true;
  return folios.temps.get(0, pfn) > 0 || folios.refcount.get(0, pfn) === 0 || locks.isHeld(folioLock(pfn));
}
/** Whether it is worth asking later: it is mapped or isolated, and on no list now. */
export function mayBeOffLru(scope: Scope, pfn: number): boolean {
  const { folios } = scope.machine;
  const lru = folios.lru(pfn);
  return lru === Lru.isolated || (lru === Lru.off && folios.mappedEntries(pfn) > 0 && folios.deviceOf(pfn) < 0);
}
/** An operation ended, and nobody is at work on the folio: it is on its LRU list. */
export function checkOnLru(scope: Scope, pfn: number): void {
  if (isOnLru(scope, pfn)) return;
  const isolated = scope.machine.folios.lru(pfn) === Lru.isolated;
  const what = isolated ? "was isolated and never put back" : "is mapped and was never put on one";
  scope.report(
    "lru-isolation-balanced",
    `${folioName(pfn)} is on no LRU list although nobody is at work on it: it ${what}; it can be neither reclaimed nor migrated`,
    folioCell(scope.machine, "flags", pfn),
  );
}

/** `thread` makes the device-exclusive entry of page `vpn` present again: it holds the folio's lock. */
export function checkRestored(
  scope: Scope,
  process: number,
  vpn: number,
  old: Value,
  entry: Value,
  thread: number,
): void {
  const { machine } = scope;
  const pfn = pfnOf(old);
  const kind = kindOf(entry);
  if ((kind !== EntryKind.present && kind !== EntryKind.protnone) || pfnOf(entry) !== pfn) return;
  if (machine.locks.heldBy(thread, folioLock(machine.folios.headOf(pfn)))) return;
  scope.report(
    "exclusive-lock-window",
    `${threadName(machine, thread)} made ${pageName(machine, process, vpn)} present again without the lock of ${folioName(pfn)}: a driver may be programming its device with the page`,
    [...entryCell(machine, process, vpn), ...lockCell(machine, LockClass.folio, pfn)],
  );
}

/** A dirty entry of an anonymous page in system memory was taken away, and page `vpn` gets `entry` in its place. */
export function checkDirtyKept(scope: Scope, process: number, vpn: number, pfn: number, entry: Value): void {
  const { machine } = scope;
  const { folios } = machine;
  const head = folios.headOf(pfn);
  if (folios.has(head, FolioFlag.dirty) || !folios.has(head, FolioFlag.allocated)) return;
  const kind = kindOf(entry);
  const names =
    kind === EntryKind.swap ||
    ((kind === EntryKind.migration || kind === EntryKind.device_exclusive) && pfnOf(entry) === pfn);
  if (!names) return;
  scope.report(
    "dirty-not-lost",
    `${pageName(machine, process, vpn)} had a dirty entry to ${folioName(pfn)} and now has ${entryName(entry)}, and the folio is not dirty: what was written may be dropped as if it were on disk`,
    [...entryCell(machine, process, vpn), ...folioCell(machine, "flags", head)],
  );
}
/** The frame whose contents are known to be newer than what backs them only because `entry` is dirty; -1 if there is none. */
export function dirtyFrame(scope: Scope, entry: Value): number {
  const kind = kindOf(entry);
  if ((kind !== EntryKind.present && kind !== EntryKind.protnone) || !hasFlag(entry, EntryFlag.dirty)) return -1;
  const { folios } = scope.machine;
  const pfn = pfnOf(entry);
  return folios.kind(folios.headOf(pfn)) === FolioKind.anon && folios.deviceOf(pfn) < 0 ? pfn : -1;
}

/** `page_free` of a device's driver is called for `pfn`: nobody has the page any more. */
export function checkFreed(scope: Scope, pfn: number): void {
  const { machine } = scope;
  const { folios } = machine;
  const mapped = folios.mapping.get(0, pfn) !== 0;
  if (!mapped && !folios.has(pfn, FolioFlag.exclusive)) return;
  const what = mapped ? "still belongs to a mapping" : "is still exclusive to a process (PageAnonExclusive)";
  scope.report(
    "device-pool-conservation",
    `${folioName(pfn)} goes back to the driver of ${deviceName(machine, folios.deviceOf(pfn))}, and ${what}: whoever gets it next inherits that`,
    [...folioCell(machine, "flags", pfn), ...folioCell(machine, "refcount", pfn)],
  );
}
/** memunmap_pages of `device` returned: nothing of its memory is in use. */
export function checkEmptied(scope: Scope, device: number): void {
  const { machine } = scope;
  const { folios, pools } = machine;
  const pool = pools.device(device);
  if (pool === undefined) return;
  pools.forEachAllocated(pool, (pfn) => {
    const cells = [...folioCell(machine, "refcount", pfn), ...folioCell(machine, "flags", pfn)];
    const places: string[] = [];
    eachMapping(machine, pfn, (process, vpn, _vma, frame) => {
      if (pfnOf(machine.pageTables.translation(process, vpn)) !== frame) return;
      places.push(pageName(machine, process, vpn));
      cells.push(...entryCell(machine, process, vpn));
    });
    const maps = places.length === 0 ? "somebody holds a reference to" : `${places[0]} still has`;
    scope.report(
      "device-removed-empty",
      `the memory of ${deviceName(machine, device)} is given up, and ${maps} ${folioName(pfn)} of it (refcount ${folios.refcount.get(0, pfn)}): whoever touches it next calls a driver that is gone`,
      cells,
    );
  });
}
/** Whether a page of device memory is in use or free, and not forgotten by its driver. */
export function isKept(scope: Scope, pfn: number): boolean {
  const { folios } = scope.machine;
  return !folios.has(pfn, FolioFlag.allocated) || folios.refcount.get(0, pfn) > 0;
}
/** All work is done, and a page that the driver was given back is neither free nor in use. */
export function checkKept(scope: Scope, pfn: number): void {
  if (isKept(scope, pfn)) return;
  const { machine } = scope;
  scope.report(
    "device-pool-conservation",
    `${folioName(pfn)} of ${deviceName(machine, machine.folios.deviceOf(pfn))} has no references and is not free: its driver was given it back and has forgotten it`,
    [...folioCell(machine, "refcount", pfn), ...folioCell(machine, "flags", pfn)],
  );
}
