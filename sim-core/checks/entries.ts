/** writable-implies-exclusive, migration-entry-locked and no-migration-survives-finalize: what CPU entries may say. */
import { FolioFlag, FolioKind } from "../machine/folios.ts";
import { folioLock, LockClass } from "../machine/locks.ts";
import { folioName, pageName, processName } from "../machine/names.ts";
import { eachPage } from "../machine/pages.ts";
import { VmaFlag } from "../machine/vmas.ts";
import { EntryFlag, EntryKind, hasFlag, kindOf, pfnOf } from "../store/entry.ts";
import { entryCell, folioCell, lockCell } from "./cells.ts";
import type { Scope } from "./scope.ts";
import { eachMapping } from "./scope.ts";

/** The page that maps folio `pfn` writable although it is not its process's alone; undefined if all is well. */
function wronglyWritable(scope: Scope, pfn: number): { process: number; vpn: number } | undefined {
  const { folios, pageTables, vmas } = scope.machine;
  if (folios.kind(pfn) !== FolioKind.anon) return undefined;
  const large = folios.order(pfn) > 0;
  if (!large && folios.has(pfn, FolioFlag.exclusive) && folios.mappedEntries(pfn) <= 1) return undefined;
  let found: { process: number; vpn: number } | undefined;
  eachMapping(scope.machine, pfn, (process, vpn, vma, frame) => {
    const entry = pageTables.translation(process, vpn);
    if (kindOf(entry) !== EntryKind.present || pfnOf(entry) !== frame || !hasFlag(entry, EntryFlag.writable)) return;
    // What a huge leaf maps is exclusive as a whole: its first page says so.
    if (large && folios.has(hasFlag(entry, EntryFlag.huge) ? pfn : frame, FolioFlag.exclusive)) return;
    if (!vmas.has(vma, VmaFlag.shared)) found ??= { process, vpn };
  });
  return found;
}
export function writableIsExclusive(scope: Scope, pfn: number): boolean {
  return wronglyWritable(scope, pfn) === undefined;
}
/** An entry that maps a private anonymous page writable is its only one, and the page is exclusive. */
export function checkWritable(scope: Scope, pfn: number): void {
  const page = wronglyWritable(scope, pfn);
  if (page === undefined) return;
  const { folios } = scope.machine;
  const maps = folios.mappedEntries(pfn);
  const why = folios.has(pfn, FolioFlag.exclusive)
    ? `${maps} entries map it`
    : "the folio is not exclusive (PageAnonExclusive is clear): a copy should have been made";
  scope.report(
    "writable-implies-exclusive",
    `${pageName(scope.machine, page.process, page.vpn)} of ${processName(scope.machine, page.process)} maps ${folioName(pfn)} writable, and ${why}`,
    [
      ...entryCell(scope.machine, page.process, page.vpn),
      ...folioCell(scope.machine, "flags", pfn),
      ...folioCell(scope.machine, "entries", pfn),
    ],
  );
}

/** A folio that a migration entry names is locked, and whoever moves it holds a reference. */
export function checkMigrationEntry(scope: Scope, pfn: number): void {
  const { folios, locks } = scope.machine;
  if (folios.migrationEntries(pfn) === 0) return;
  const locked = locks.isHeld(folioLock(pfn));
  if (locked && folios.temps.get(0, pfn) > 0) return;
  let place = "";
  const cells = [...lockCell(scope.machine, LockClass.folio, pfn), ...folioCell(scope.machine, "entries", pfn)];
  eachMapping(scope.machine, pfn, (process, vpn, _vma, frame) => {
    const entry = scope.machine.pageTables.translation(process, vpn);
    if (kindOf(entry) !== EntryKind.migration || pfnOf(entry) !== frame) return;
    place ||= ` of ${pageName(scope.machine, process, vpn)}`;
    cells.push(...entryCell(scope.machine, process, vpn));
  });
  const what = locked ? "nobody who runs holds a reference to it" : "the folio is not locked";
  scope.report(
    "migration-entry-locked",
    `the migration entry${place} names ${folioName(pfn)}, and ${what}: whoever waits for it waits in vain`,
    cells,
  );
}

/** After migrate_vma_finalize no migration entry is left in its range, but for those that somebody else is moving. */
export function checkFinalized(scope: Scope, thread: number, process: number, start: number, end: number): void {
  const { locks, pageTables } = scope.machine;
  const from = scope.machine.vpn(start);
  const to = Math.ceil(end / scope.machine.pageSize);
  eachPage(pageTables.pte, process, from, to, (vpn, entry) => {
    if (kindOf(entry) !== EntryKind.migration) return;
    const owner = locks.owner(folioLock(scope.machine.folios.headOf(pfnOf(entry))));
    if (owner >= 0 && owner !== thread) return;
    scope.report(
      "no-migration-survives-finalize",
      `${pageName(scope.machine, process, vpn)} still has a migration entry, to ${folioName(pfnOf(entry))}, after migrate_vma_finalize`,
      entryCell(scope.machine, process, vpn),
    );
  });
}
