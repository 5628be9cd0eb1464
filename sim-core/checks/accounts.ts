/** rss-equals-entries and no-unreachable-ref: what a process is charged for, and what it leaves behind. */
import { FolioKind } from "../machine/folios.ts";
import { deviceName, folioName, pageName, processName } from "../machine/names.ts";
import { EntryKind, holdsReference, kindOf, pfnOf } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { folioCell } from "./cells.ts";
import type { Scope } from "./scope.ts";
import type { Cell } from "./violation.ts";

/** How many anonymous pages an entry stands for. */
export function anonPages(scope: Scope, entry: Value): number {
  if (!holdsReference(entry) && kindOf(entry) !== EntryKind.migration) return 0;
  const { folios } = scope.machine;
  return folios.kind(folios.headOf(pfnOf(entry))) === FolioKind.anon ? 1 : 0;
}

/** A process's MM_ANONPAGES is the number of its entries for anonymous pages; asked where no page-table lock is held. */
export function checkRss(scope: Scope, process: number, entries: number): void {
  const { machine } = scope;
  const rss = machine.processes.rssAnon.get(process);
  if (rss === entries) return;
  const cells: Cell[] = [
    { column: machine.processes.rssAnon, cell: process, what: `rss_anon of ${processName(machine, process)}` },
  ];
  scope.report(
    "rss-equals-entries",
    `${processName(machine, process)} is charged for ${rss} anonymous pages, and ${entries === 1 ? "1 of its entries stands" : `${entries} of its entries stand`} for one`,
    cells,
  );
}

/** `process` was given pins for long of the pages [from, to): none is of memory that others must be able to clear. */
export function checkLongtermPins(scope: Scope, process: number, from: number, to: number): void {
  const { machine } = scope;
  const { gups } = machine;
  for (let row = 0; row < gups.length; row++) {
    const vpn = gups.vpn.get(row);
    if (gups.process.get(row) !== process + 1 || gups.pin.get(row) === 0 || vpn < from || vpn >= to) continue;
    const pfn = gups.pfn.get(row);
    const pool = machine.pools.of(pfn);
    const isMovable = machine.description.nodes[pool?.node ?? -1]?.movable === true;
    if (pool === undefined || (pool.device < 0 && !isMovable)) continue;
    const where = pool.device < 0 ? "in ZONE_MOVABLE" : `coherent memory of ${deviceName(machine, pool.device)}`;
    const head = machine.folios.headOf(pfn);
    scope.report(
      "coherent-not-longterm-pinned",
      `${folioName(pfn)}, which is ${where}, is pinned for long for ${pageName(machine, process, vpn)}: it should have been moved first`,
      [...folioCell(machine, "gups", head), ...folioCell(machine, "refcount", head)],
    );
  }
}

/** Process `process` is gone: nobody could drop a reference that one of its GUP users holds. */
export function checkNothingHeld(scope: Scope, process: number): void {
  const { machine } = scope;
  const { gups } = machine;
  for (let row = 0; row < gups.length; row++) {
    if (gups.process.get(row) !== process + 1) continue;
    const pfn = gups.pfn.get(row);
    const how = gups.pin.get(row) === 1 ? "pinned" : "held";
    scope.report(
      "no-unreachable-ref",
      `${processName(machine, process)} is gone, and ${folioName(pfn)} is still ${how} for its ${pageName(machine, process, gups.vpn.get(row))}: nobody is left to drop that`,
      [...folioCell(machine, "gups", pfn), ...folioCell(machine, "refcount", pfn)],
    );
  }
}
