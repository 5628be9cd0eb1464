/** Cells of the state as a violation names them. */

import { LockClass, makeLock } from "../machine/locks.ts";
import type { Machine } from "../machine/machine.ts";
import { deviceName, folioName, pageName, subscriptionName, threadName } from "../machine/names.ts";
import type { SparseColumn } from "../store/column.ts";
import { pfnOf, targetsFolio } from "../store/entry.ts";
import type { Cell } from "./violation.ts";

function cell(column: SparseColumn, space: number, index: number, what: string): Cell[] {
  const at = column.find(space, index);
  return at < 0 ? [] : [{ column, cell: at, what }];
}

/** The CPU's entry of a page; none if it was never written. The same holds for the others. */
export function entryCell(machine: Machine, process: number, vpn: number): Cell[] {
  return cell(machine.pageTables.pte, process, vpn, `the CPU's entry of ${pageName(machine, process, vpn)}`);
}
/** The PMD-level entry that covers a page. */
export function leafCell(machine: Machine, process: number, vpn: number): Cell[] {
  const table = Math.floor(vpn / machine.pageTables.span);
  const page = pageName(machine, process, table * machine.pageTables.span);
  return cell(machine.pageTables.pmd, process, table, `the huge entry from ${page} on`);
}
/** A device's entry of a page. */
export function mirrorCell(machine: Machine, context: number, vpn: number): Cell[] {
  const { devices } = machine;
  const page = pageName(machine, devices.processOfContext(context), vpn);
  const device = deviceName(machine, devices.deviceOfContext(context));
  return cell(machine.mirrors.entries, context, vpn, `${device}'s entry of ${page}`);
}
/** What a device's TLB has for a page. */
export function mirrorTlbCell(machine: Machine, context: number, vpn: number): Cell[] {
  const { devices } = machine;
  const page = pageName(machine, devices.processOfContext(context), vpn);
  const device = deviceName(machine, devices.deviceOfContext(context));
  return cell(machine.mirrors.tlb, context, vpn, `what ${device}'s TLB has for ${page}`);
}
/** One thing that is counted or noted of a folio. */
export function folioCell(
  machine: Machine,
  field: "refcount" | "mapcount" | "flags" | "temps" | "entries" | "gups" | "batch",
  pfn: number,
): Cell[] {
  const names = {
    refcount: "the refcount",
    mapcount: "the mapcount",
    flags: "the flags",
    temps: "the references that code holds",
    entries: "the entries",
    gups: "the GUP references",
    batch: "the LRU-add batch",
  };
  return cell(machine.folios[field], 0, pfn, `${names[field]} of ${folioName(pfn)}`);
}
/** What a frame holds. */
export function contentCell(machine: Machine, pfn: number): Cell[] {
  return cell(machine.content.first, 0, pfn, `what ${folioName(pfn)} holds`);
}
/** Who holds a lock. */
export function lockCell(machine: Machine, lockClass: number, index: number): Cell[] {
  return cell(machine.locks.state, lockClass, index, `the lock ${machine.locks.name(makeLock(lockClass, index))}`);
}
/** A notifier's sequence number. */
export function seqCell(machine: Machine, sub: number): Cell[] {
  return [
    { column: machine.notifiers.seq, cell: sub, what: `the sequence number of ${subscriptionName(machine, sub)}` },
  ];
}
/** How many references a thread's code holds. */
export function refsCell(machine: Machine, thread: number): Cell[] {
  const what = `the references that ${threadName(machine, thread)} holds`;
  return [{ column: machine.threads.refs, cell: thread, what }];
}
/** What keeps a fault on page `vpn` of `process` from ever succeeding: its entry, and who holds the page. */
export function progressCells(machine: Machine, process: number, vpn: number): Cell[] {
  const entry = machine.pageTables.translation(process, vpn);
  const cells = entryCell(machine, process, vpn);
  if (!targetsFolio(entry)) return cells;
  const pfn = machine.folios.headOf(pfnOf(entry));
  for (const field of ["temps", "gups", "refcount"] as const) cells.push(...folioCell(machine, field, pfn));
  return [...cells, ...lockCell(machine, LockClass.folio, pfn)];
}
