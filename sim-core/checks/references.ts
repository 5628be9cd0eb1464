/** refcount-equals-holders, mapcount-equals-entries and no-free-mapped: what is counted of a folio and who is there to count. */
import { FolioFlag } from "../machine/folios.ts";
import { folioLock, LockClass } from "../machine/locks.ts";
import { folioName, threadName } from "../machine/names.ts";
import { ZERO_PFN } from "../machine/pools.ts";
import { folioCell, lockCell, refsCell } from "./cells.ts";
import type { Scope } from "./scope.ts";
import type { Cell } from "./violation.ts";

function countCells(scope: Scope, pfn: number): Cell[] {
  return (["refcount", "temps", "entries", "gups", "batch"] as const).flatMap((field) =>
    folioCell(scope.machine, field, pfn),
  );
}

/** How many references what a folio is a part of holds to it, and what that is. */
function otherHolders({ machine: { folios } }: Scope, pfn: number): (readonly [number, string])[] {
  const cache = folios.has(pfn, FolioFlag.swapcache) ? "the swap cache" : "the page cache";
  const all = [
    [folios.cacheReferences(pfn), cache],
    [folios.privateReferences(pfn), "its file system's data"],
    [folios.batchReferences(pfn), "an LRU-add batch"],
  ] as const;
  return all.filter(([count]) => count > 0);
}

/** refcount(F) is the sum of its holders: CPU entries, running code, GUP users, caches and batches; nobody holds less than nothing. */
export function checkRefcount(scope: Scope, pfn: number): void {
  const { folios } = scope.machine;
  const refcount = folios.refcount.get(0, pfn);
  const entries = folios.mappedEntries(pfn) + folios.exclusiveEntries(pfn);
  const temps = folios.temps.get(0, pfn);
  const gups = folios.gups.get(0, pfn);
  const others = otherHolders(scope, pfn);
  const held = others.reduce((sum, [count]) => sum + count, entries + temps + gups);
  if (refcount === held && refcount >= 0 && temps >= 0 && gups >= 0) return;
  const told = others.map(([count, who]) => `, ${count} by ${who}`).join("");
  const holders = `${entries} by CPU entries, ${temps} by running code, ${gups} by GUP users${told}`;
  const why =
    temps < 0 || refcount < 0
      ? "a reference was dropped, or given to an entry, that the code did not hold"
      : "the two must be equal";
  scope.report(
    "refcount-equals-holders",
    `${folioName(pfn)} has a refcount of ${refcount}, and its references are held: ${holders}; ${why}`,
    countCells(scope, pfn),
  );
}

/** When an operation of `thread` ends its code holds no reference any more. */
export function checkReferencesReleased(scope: Scope, thread: number): void {
  const { threads, folios } = scope.machine;
  const refs = threads.refs.get(thread);
  if (refs === 0) return;
  const suspects: number[] = [];
  folios.temps.forEach(0, 0, 2 ** 30, (pfn, temps) => {
    if (temps !== 0) suspects.push(pfn);
  });
  suspects.sort((a, b) => a - b);
  const names = suspects.slice(0, 4).map(folioName).join(", ");
  const of = suspects.length === 0 ? "" : ` (of ${names}${suspects.length > 4 ? " …" : ""})`;
  const message =
    refs > 0
      ? `${threadName(scope.machine, thread)} ended and still holds ${refs} reference${refs === 1 ? "" : "s"}${of}: nobody will drop ${refs === 1 ? "it" : "them"}`
      : `${threadName(scope.machine, thread)} ended and has dropped ${-refs} reference${refs === -1 ? "" : "s"} more than it held${of}`;
  scope.report("refcount-equals-holders", message, [
    ...suspects.slice(0, 4).flatMap((pfn) => countCells(scope, pfn)),
    ...refsCell(scope.machine, thread),
  ]);
}

/** Whether mapcount(F) is the number of entries that map it. */
export function mapcountIsRight(scope: Scope, pfn: number): boolean {
  return scope.machine.folios.mapcount.get(0, pfn) === expectedMapcount(scope, pfn);
}
function expectedMapcount(scope: Scope, pfn: number): number {
  const { folios } = scope.machine;
  return folios.mappedEntries(pfn) + (scope.exclusiveIsMapped ? folios.exclusiveEntries(pfn) : 0);
}
/** mapcount(F) is the number of entries that map it; asked where no page-table lock is held. */
export function checkMapcount(scope: Scope, pfn: number): void {
  if (mapcountIsRight(scope, pfn)) return;
  const { folios } = scope.machine;
  const mapcount = folios.mapcount.get(0, pfn);
  const entries = expectedMapcount(scope, pfn);
  scope.report(
    "mapcount-equals-entries",
    `${folioName(pfn)} has a mapcount of ${mapcount}, and ${entries === 1 ? "1 entry maps" : `${entries} entries map`} it`,
    [...folioCell(scope.machine, "mapcount", pfn), ...folioCell(scope.machine, "entries", pfn)],
  );
}

/** A folio without references is mapped nowhere, has no migration entry and is not locked. */
export function checkFree(scope: Scope, pfn: number): void {
  const { folios, locks } = scope.machine;
  if (pfn === ZERO_PFN || folios.refcount.get(0, pfn) !== 0) return;
  const entries = folios.mappedEntries(pfn) + folios.exclusiveEntries(pfn);
  const migrations = folios.migrationEntries(pfn);
  const lock = folioLock(pfn);
  const locked = locks.isHeld(lock);
  if (entries === 0 && migrations === 0 && !locked) return;
  const what =
    entries > 0
      ? `${entries === 1 ? "a CPU entry maps" : `${entries} CPU entries map`} it`
      : migrations > 0
        ? "a migration entry names it"
        : `${threadName(scope.machine, locks.owner(lock))} has it locked`;
  scope.report("no-free-mapped", `${folioName(pfn)} has no references left, and ${what}`, [
    ...countCells(scope, pfn),
    ...lockCell(scope.machine, LockClass.folio, pfn),
  ]);
}

/** Whether anybody holds a page-table lock: entries and what is counted of them may then differ for a moment. */
export function underPageTableLock(scope: Scope): boolean {
  const { locks } = scope.machine;
  return locks.anyHeld(LockClass.ptl) || locks.anyHeld(LockClass.pmd);
}
