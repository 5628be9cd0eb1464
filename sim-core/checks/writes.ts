/**
 * no-lost-write: a store goes where later loads of the page will look, and nothing that was stored is left behind by a move.
 * And of no-free-mapped and writable-implies-exclusive what shows only when a page is used through an old translation.
 */
import { FolioFlag, FolioKind } from "../machine/folios.ts";
import { folioLock, LockClass, makeLock } from "../machine/locks.ts";
import { deviceName, entryName, folioName, pageName } from "../machine/names.ts";
import { ZERO_PFN } from "../machine/pools.ts";
import { EntryFlag, EntryKind, hasFlag, kindOf, pfnOf, targetsFolio } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { contentCell, entryCell, folioCell } from "./cells.ts";
import type { Scope } from "./scope.ts";

/**
 * A CPU (`device` -1) or device reached frame `pfn` for word `word` of page `vpn`. Where the page has become another frame
 * meanwhile, what it stores there is lost, and what it loads there is old if the two differ. While the operation that took the
 * old frame away is under way neither is wrong: the access counts as one before it.
 */
export function checkAccess(
  scope: Scope,
  process: number,
  vpn: number,
  pfn: number,
  word: number,
  isStore: boolean,
  device: number,
): void {
  const { content, folios, locks, pageTables } = scope.machine;
  const entry = pageTables.translation(process, vpn);
  const kind = kindOf(entry);
  if (kind !== EntryKind.zero && !targetsFolio(entry)) {
    // Unmapped: the access and the unmapping race, and either order is right as long as the page is still there.
    if (pfn !== ZERO_PFN && folios.refcount.get(0, folios.headOf(pfn)) === 0)
      reportFreed(scope, process, vpn, pfn, isStore, device);
    return;
  }
  const target = kind === EntryKind.zero ? ZERO_PFN : folios.contentsOf(pfnOf(entry));
  if (target === pfn) {
    if (isStore && device < 0 && kind === EntryKind.present) checkRight(scope, process, vpn, pfn, entry);
    return;
  }
  // Somebody is still at taking the old page away, and flushes before it lets go of it: the access may have come first.
  const underWay =
    pfn === ZERO_PFN ? locks.isHeld(makeLock(LockClass.mmap, process)) : folios.temps.get(0, folios.headOf(pfn)) > 0;
  if (underWay) return;
  // A device may use the page that its driver is moving to before the CPU's entry says so; it is locked until then.
  if (kind === EntryKind.migration && device >= 0 && locks.isHeld(folioLock(folios.headOf(pfn)))) return;
  if (!isStore && content.get(pfn, word) === content.get(target, word)) return;
  const who = device < 0 ? "a CPU" : deviceName(scope.machine, device);
  const page = pageName(scope.machine, process, vpn);
  const message = isStore
    ? `${who} stores to ${page} through an old translation to ${folioName(pfn)}, and the page is ${entryName(entry)} by now: the write is lost`
    : `${who} reads ${page} through an old translation to ${folioName(pfn)}, and the page is ${entryName(entry)} by now, with other contents`;
  scope.report("no-lost-write", message, [
    ...entryCell(scope.machine, process, vpn),
    ...contentCell(scope.machine, target),
    ...contentCell(scope.machine, pfn),
  ]);
}

/**
 * A CPU stored to the frame that the entry of page `vpn` maps: it may not, if others may map the frame too and the entry was made
 * read-only because of that. While the fork that did so is under way, the store counts as one before it.
 */
function checkRight(scope: Scope, process: number, vpn: number, pfn: number, entry: Value): void {
  const { folios, locks } = scope.machine;
  const head = folios.headOf(pfn);
  const flagged = hasFlag(entry, EntryFlag.huge) ? head : pfn;
  if (hasFlag(entry, EntryFlag.writable) || folios.has(flagged, FolioFlag.exclusive)) return;
  if (folios.kind(head) !== FolioKind.anon || locks.isHeld(makeLock(LockClass.mmap, process))) return;
  scope.report(
    "writable-implies-exclusive",
    `a CPU stores to ${pageName(scope.machine, process, vpn)} through an old translation to ${folioName(pfn)}, which others may map by now: a copy should have been made`,
    [...entryCell(scope.machine, process, vpn), ...folioCell(scope.machine, "flags", pfn)],
  );
}

/** A CPU or device reached a frame that was freed before its translation was flushed: it may be anybody's by now. */
function reportFreed(scope: Scope, process: number, vpn: number, pfn: number, isStore: boolean, device: number): void {
  const who = device < 0 ? "a CPU" : deviceName(scope.machine, device);
  const page = pageName(scope.machine, process, vpn);
  scope.report(
    "no-free-mapped",
    `${who} ${isStore ? "stores to" : "reads"} ${page} through an old translation to ${folioName(pfn)}, which was freed before it was flushed`,
    [...entryCell(scope.machine, process, vpn), ...folioCell(scope.machine, "refcount", pfn)],
  );
}

/** A migration entry of one frame gives way to another frame: the other must have got everything that was stored. */
export function checkMoved(scope: Scope, process: number, vpn: number, old: Value, entry: Value): void {
  if (kindOf(old) !== EntryKind.migration || kindOf(entry) === EntryKind.migration || !targetsFolio(entry)) return;
  const { content, folios } = scope.machine;
  const from = folios.contentsOf(pfnOf(old));
  const to = folios.contentsOf(pfnOf(entry));
  if (from === to || folios.copiedTo.get(0, from) === to + 1) return;
  const word = content.difference(from, to);
  if (word < 0) return;
  scope.report(
    "no-lost-write",
    `${pageName(scope.machine, process, vpn)} moves from ${folioName(from)} to ${folioName(to)}, which lacks what was stored last (word ${word}): it was not copied, or written after the copy`,
    [...contentCell(scope.machine, from), ...contentCell(scope.machine, to), ...entryCell(scope.machine, process, vpn)],
  );
}
