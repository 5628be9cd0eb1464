/** mirror-subset, no-stale-after-invalidate, seq-checked-insert and exclusive-no-cpu-map: what devices' tables may say. */
import { folioLock } from "../machine/locks.ts";
import { cpuName, deviceName, entryName, folioName, hex, pageName, processName, threadName } from "../machine/names.ts";
import { eachPage } from "../machine/pages.ts";
import { ZERO_PFN } from "../machine/pools.ts";
import { translationPfn } from "../machine/tlbs.ts";
import { EntryFlag, EntryKind, hasFlag, kindOf, pfnOf } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { FALSE, Tag, tagOf } from "../store/value.ts";
import { word } from "../store/words.ts";
import { entryCell, mirrorCell, mirrorTlbCell, seqCell } from "./cells.ts";
import type { Invalidations } from "./notifiers.ts";
import type { Scope } from "./scope.ts";
import { eachMapping } from "./scope.ts";

/** Whether the device's entry of page `vpn` is backed by the CPU's: the same frame, with no more rights. */
export function mirrorIsBacked(scope: Scope, context: number, vpn: number): boolean {
  const { devices, folios, locks, mirrors, pageTables } = scope.machine;
  const mirror = mirrors.live(context, vpn);
  if (kindOf(mirror) === EntryKind.none) return true;
  const entry = pageTables.translation(devices.processOfContext(context), vpn);
  const kind = kindOf(entry);
  const frame = pfnOf(mirror);
  const writes = hasFlag(mirror, EntryFlag.writable) || hasFlag(mirror, EntryFlag.atomic);
  switch (kind) {
    case EntryKind.zero:
      return frame === ZERO_PFN && !writes;
    case EntryKind.migration:
      // On its way: the old frame, until its driver drops it, or the new one, which is locked until the move is done.
      return folios.contentsOf(pfnOf(entry)) === frame || locks.isHeld(folioLock(folios.headOf(frame)));
    case EntryKind.present:
    case EntryKind.device_private:
      if (pfnOf(entry) === frame || folios.contentsOf(pfnOf(entry)) === frame) {
        return !writes || hasFlag(entry, EntryFlag.writable);
      }
      // The device's own hole that is being filled: it reads zeros until the driver maps the new page, which is locked.
      return (
        frame === ZERO_PFN && folios.deviceOf(pfnOf(entry)) >= 0 && locks.isHeld(folioLock(folios.headOf(pfnOf(entry))))
      );
    case EntryKind.device_exclusive:
      return pfnOf(entry) === frame && (!writes || scope.exclusiveIsMapped || hasFlag(entry, EntryFlag.writable));
    default:
      return false;
  }
}
/** What the device's table says of a page, the CPU's says too; asked while no lock of the driver is held. */
export function checkMirror(scope: Scope, context: number, vpn: number): void {
  if (mirrorIsBacked(scope, context, vpn)) return;
  const { devices, mirrors, pageTables } = scope.machine;
  const process = devices.processOfContext(context);
  const device = deviceName(scope.machine, devices.deviceOfContext(context));
  const mirror = mirrors.get(context, vpn);
  const entry = pageTables.translation(process, vpn);
  const right = hasFlag(mirror, EntryFlag.writable)
    ? "writable"
    : hasFlag(mirror, EntryFlag.atomic)
      ? "for atomics"
      : "to be read";
  scope.report(
    "mirror-subset",
    `${device} maps ${folioName(pfnOf(mirror))} ${right} for ${pageName(scope.machine, process, vpn)}, and the CPU's entry is ${entryName(entry)}`,
    [...mirrorCell(scope.machine, context, vpn), ...entryCell(scope.machine, process, vpn)],
  );
}

/** Whether a driver may ignore this invalidation: its own migration, its own exclusive access, the end of the process. */
function mayIgnore(scope: Scope, context: number, reason: Value, owner: Value): boolean {
  if (reason === word("RELEASE")) return true;
  if (reason !== word("MIGRATE") && reason !== word("EXCLUSIVE")) return false;
  return owner === scope.machine.ownerOf(scope.machine.devices.deviceOfContext(context));
}

/**
 * After a driver's callback returned, the device has no translation in the range any more: [start, end), within what the
 * subscription `sub` covers (-1: everything). What others have entered while the callback ran, it need not have seen.
 */
export function checkInvalidated(
  scope: Scope,
  invalidations: Invalidations,
  context: number,
  sub: number,
  start: number,
  end: number,
  reason: Value,
  owner: Value,
  result: Value,
): void {
  if (result === FALSE || tagOf(result) === Tag.error || mayIgnore(scope, context, reason, owner)) return;
  const { devices, mirrors, notifiers, pageSize } = scope.machine;
  if (mirrors.stopped.get(context) !== 0) return;
  // A driver with both kinds of notifier drops its entries in the mm-wide one, which is called after the interval ones.
  if (sub >= 0 && notifiers.wide.get(sub) === 0 && notifiers.hasWide(context)) return;
  const first = sub < 0 ? start : Math.max(start, notifiers.start.get(sub));
  const last = sub < 0 ? end : Math.min(end, notifiers.end.get(sub));
  const from = Math.floor(first / pageSize);
  const to = Math.ceil(last / pageSize);
  const device = deviceName(scope.machine, devices.deviceOfContext(context));
  const process = devices.processOfContext(context);
  // Where a context has two subscriptions, each is there for what is mapped through it: the last that is called has seen to all.
  const isLast = (vpn: number): boolean =>
    sub < 0 ||
    notifiers
      .overlapping(process, vpn * pageSize, (vpn + 1) * pageSize)
      .filter((other) => notifiers.context.get(other) === context)
      .at(-1) === sub;
  const what = (vpn: number): string =>
    `for ${pageName(scope.machine, process, vpn)} after its callback for ${hex(start)}-${hex(end)} returned`;
  mirrors.forEach(context, from, to, (vpn, entry) => {
    if (!isLast(vpn) || invalidations.isLate(context, vpn)) return;
    scope.report(
      "no-stale-after-invalidate",
      `${device} still has an entry to ${folioName(pfnOf(entry))} ${what(vpn)}`,
      mirrorCell(scope.machine, context, vpn),
    );
  });
  eachPage(mirrors.tlb, context, from, to, (vpn, cell) => {
    if (!isLast(vpn) || invalidations.isLate(context, vpn)) return;
    scope.report(
      "no-stale-after-invalidate",
      `${device}'s TLB still has a translation to ${folioName(translationPfn(cell))} ${what(vpn)}: it was not flushed`,
      mirrorTlbCell(scope.machine, context, vpn),
    );
  });
}

/**
 * A device's entry is written under the driver's lock, and either the sequence number that the thread sampled before it read
 * the CPU's table is still the notifier's, or the thread has the page locked.
 */
export function checkInserted(scope: Scope, context: number, vpn: number, entry: Value, thread: number): void {
  const { devices, locks, notifiers, threads } = scope.machine;
  const id = devices.deviceOfContext(context);
  const device = deviceName(scope.machine, id);
  const page = pageName(scope.machine, devices.processOfContext(context), vpn);
  const cells = mirrorCell(scope.machine, context, vpn);
  if (!locks.holdsDriverLock(thread, context, id)) {
    scope.report("seq-checked-insert", `${device} mapped ${page} without holding a lock of its driver`, cells);
    return;
  }
  const frame = pfnOf(entry);
  if (frame !== ZERO_PFN && locks.owner(folioLock(scope.machine.folios.headOf(frame))) === thread) return;
  // One that has an mm-wide notifier only counts for itself (KVM), another has flags (gpusvm): whether they are right, mirror-subset
  // shows.
  if (devices.checksRanges[id] === true) return;
  if (notifiers.hasWide(context) && !notifiers.hasInterval(context)) return;
  const sub = threads.sampledSubscription.get(thread) - 1;
  if (sub < 0 || !notifiers.exists(sub) || notifiers.context.get(sub) !== context) {
    scope.report(
      "seq-checked-insert",
      `${device} mapped ${page}, and ${threadName(scope.machine, thread)} had sampled no sequence number of its notifier (read_begin)`,
      cells,
    );
    return;
  }
  const now = notifiers.seq.get(sub);
  const sampled = threads.sampledSeq.get(thread);
  if (now === sampled) return;
  scope.report(
    "seq-checked-insert",
    `${device} mapped ${page} with what it read at sequence ${sampled}, and an invalidation has made it ${now} since: read_retry would say so`,
    [...cells, ...seqCell(scope.machine, sub)],
  );
}

/** While a device may do atomics on a frame of system memory no CPU maps the frame and no other device has it. */
export function checkExclusive(scope: Scope, pfn: number): void {
  const { machine } = scope;
  const { devices, pageTables } = machine;
  if (pfn === ZERO_PFN || machine.folios.deviceOf(pfn) >= 0) return;
  let holder: { context: number; vpn: number } | undefined;
  eachMirror(scope, pfn, (context, vpn, mirror) => {
    if (hasFlag(mirror, EntryFlag.atomic)) holder ??= { context, vpn };
  });
  if (holder === undefined) return;
  const { context, vpn } = holder;
  const device = deviceName(machine, devices.deviceOfContext(context));
  const atomics = `${device} may do atomics on ${folioName(pfn)} for ${pageName(machine, devices.processOfContext(context), vpn)}`;
  eachMapping(machine, machine.folios.headOf(pfn), (process, page, _vma, frame) => {
    if (frame !== pfn) return;
    const cpu = machine.tlbs.holder(process, page, pfn);
    if (cpu >= 0) {
      scope.report(
        "exclusive-no-cpu-map",
        `${atomics}, and the TLB of ${cpuName(machine, cpu)} still has ${pageName(machine, process, page)}: it was not flushed`,
        [...entryCell(machine, process, page), ...mirrorCell(scope.machine, context, vpn)],
      );
    }
    const entry = pageTables.translation(process, page);
    if (kindOf(entry) !== EntryKind.present || pfnOf(entry) !== pfn) return;
    scope.report(
      "exclusive-no-cpu-map",
      `${atomics}, and a CPU entry of ${processName(machine, process)} maps it, at ${pageName(machine, process, page)}`,
      [...entryCell(machine, process, page), ...mirrorCell(scope.machine, context, vpn)],
    );
  });
  eachMirror(scope, pfn, (other, page, entry) => {
    if (devices.deviceOfContext(other) === devices.deviceOfContext(context)) return;
    scope.report(
      hasFlag(entry, EntryFlag.atomic) ? "exclusive-single-owner" : "exclusive-no-cpu-map",
      `${atomics}, and ${deviceName(machine, devices.deviceOfContext(other))} maps it too`,
      [...mirrorCell(machine, other, page), ...mirrorCell(scope.machine, context, vpn)],
    );
  });
}
/**
 * Something was stored to page `vpn` through frame `pfn`, by a CPU (`device` -1) or a device: a device that has another frame for
 * the page would not see it.
 */
export function checkLatest(scope: Scope, process: number, vpn: number, pfn: number, device: number): void {
  const { machine } = scope;
  const { devices, mirrors } = machine;
  if (mirrors.entries.used === 0) return;
  for (let other = 0; other < devices.length; other++) {
    const context = devices.contextId(other, process);
    const mirror = mirrors.live(context, vpn);
    if (kindOf(mirror) === EntryKind.none || pfnOf(mirror) === pfn) continue;
    const who = device < 0 ? "a CPU" : deviceName(machine, device);
    scope.report(
      "data-single-latest",
      `${who} stores to ${pageName(machine, process, vpn)} through ${folioName(pfn)}, and ${deviceName(machine, other)}'s table has ${folioName(pfnOf(mirror))} for it: two frames now claim to hold the latest data`,
      [...mirrorCell(machine, context, vpn), ...entryCell(machine, process, vpn)],
    );
  }
}

/** Calls `visit` with each device entry to frame `pfn`, where the reverse map says that it may be. */
function eachMirror(scope: Scope, pfn: number, visit: (context: number, vpn: number, mirror: Value) => void): void {
  const { devices, mirrors } = scope.machine;
  eachMapping(scope.machine, scope.machine.folios.headOf(pfn), (process, vpn, _vma, frame) => {
    if (frame !== pfn) return;
    for (let device = 0; device < devices.length; device++) {
      const context = devices.contextId(device, process);
      const mirror = mirrors.live(context, vpn);
      if (kindOf(mirror) !== EntryKind.none && pfnOf(mirror) === pfn) visit(context, vpn, mirror);
    }
  });
}
