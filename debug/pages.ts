/** Pages as the panel, the variables and what-if show them: which regions there are, each page's state, and what changed. */

import { describePage, describeTlbs } from "../sim-core/machine/describe.ts";
import type { RegionDescription } from "../sim-core/machine/description.ts";
import { LockClass } from "../sim-core/machine/locks.ts";
import type { Machine } from "../sim-core/machine/machine.ts";
import { folioAt, observePage } from "../sim-core/machine/observe.ts";
import type { Column, SparseColumn } from "../sim-core/store/column.ts";
import { isLeaf } from "../sim-core/store/entry.ts";
import { NONE } from "../sim-core/store/value.ts";
import type { PageState, RegionState } from "./protocol.ts";

/** A region of a process: its own, or one that it has from the process that forked it. */
export interface Region {
  readonly id: number;
  readonly process: number;
  readonly description: RegionDescription;
}

/** All regions of all processes, a child's inherited ones included. Ids are indexes. */
export function listRegions(machine: Machine): Region[] {
  const { processes, regions } = machine.description;
  const found: Region[] = [];
  processes.forEach((_, process) => {
    const names = new Set<string>();
    for (let at: number | undefined = process; at !== undefined; at = processes[at]?.parent) {
      for (const id of processes[at]?.regions ?? []) {
        const description = regions[id];
        if (description === undefined || names.has(description.name)) continue;
        names.add(description.name);
        found.push({ id: found.length, process, description });
      }
    }
  });
  return found;
}

/** What backs a region, and what else its declaration says: `anon rw`, `file "weights.bin" ro shared`. */
export function regionKind(machine: Machine, region: RegionDescription): string {
  const words: string[] = [region.kind];
  if (region.file !== undefined) words.push(JSON.stringify(region.file));
  if (region.driver !== undefined) words.push(machine.description.devices[region.driver]?.name ?? "");
  words.push(region.writable ? "rw" : region.readable ? "ro" : "none");
  if (region.shared && region.kind !== "shmem") words.push("shared");
  if (region.thp !== undefined) words.push(region.thp ? "thp" : "nothp");
  return words.join(" ");
}

/** Whether any part of a region is mapped now. */
export function isMapped(machine: Machine, { process, description }: Region): boolean {
  if (machine.processes.exists.get(process) === 0) return false;
  const { vmas, pageSize } = machine;
  const end = description.start + description.pages * pageSize;
  for (let i = 0; i < vmas.countOf(process); i++) {
    const vma = vmas.at(process, i);
    if (vmas.start.get(vma) < end && vmas.end.get(vma) > description.start) return true;
  }
  return false;
}

/** Pages of `pages` from address `start` on of which something is known, as runs (first page, number of pages), ascending. */
export function touchedRuns(machine: Machine, process: number, start: number, pages: number): number[] {
  const from = machine.vpn(start);
  const to = from + pages;
  const runs: [first: number, end: number][] = [];
  const collect = (column: SparseColumn, space: number): void => {
    let run: [number, number] | undefined;
    column.forEach(space, from, to, (vpn) => {
      if (run !== undefined && run[1] === vpn) {
        run[1] = vpn + 1;
      } else {
        run = [vpn, vpn + 1];
        runs.push(run);
      }
    });
  };
  const collectHuge = (column: SparseColumn, space: number): void => {
    const { span } = machine.pageTables;
    column.forEach(space, Math.floor(from / span), Math.ceil(to / span), (at, entry) => {
      if (isLeaf(entry)) runs.push([Math.max(from, at * span), Math.min(to, (at + 1) * span)]);
    });
  };
  collect(machine.pageTables.pte, process);
  collectHuge(machine.pageTables.pmd, process);
  for (let device = 0; device < machine.devices.length; device++) {
    const context = machine.devices.contextId(device, process);
    collect(machine.mirrors.entries, context);
    collectHuge(machine.mirrors.huge, context);
  }
  runs.sort((a, b) => a[0] - b[0]);
  const merged: number[] = [];
  let end = -1;
  for (const [first, last] of runs) {
    if (first <= end) {
      if (last > end) {
        merged[merged.length - 1] = (merged.at(-1) ?? 0) + last - end;
        end = last;
      }
    } else {
      merged.push(first - from, last - first);
      end = last;
    }
  }
  return merged;
}

/** A region as the panel lists it. */
export function regionState(machine: Machine, region: Region, touched: readonly number[]): RegionState {
  const { id, process, description } = region;
  return {
    id,
    process: machine.description.processes[process]?.name ?? "",
    name: description.name,
    kind: regionKind(machine, description),
    start: description.start,
    pages: description.pages,
    mapped: isMapped(machine, region),
    touched,
  };
}

/** Page `page` of a region. `show`: a value as text. */
export function pageState(
  machine: Machine,
  { process, description }: Region,
  page: number,
  show: (value: number) => string,
): PageState {
  const address = description.start + page * machine.pageSize;
  const { pte, folio, mirrors } = describePage(machine, process, address);
  const value = observePage(machine, "value", "", process, address);
  const tlbs = Object.entries(describeTlbs(machine, process, address));
  return {
    page,
    value: value === NONE ? "" : show(value),
    pte,
    folio,
    mirrors: machine.description.devices.map(({ name }) => mirrors[name] ?? null),
    tlbs: tlbs.map(([name, { pfn, writable }]) => ({ name, pfn, writable })),
  };
}

/** A set of pages of processes. */
export class PageSet {
  private readonly pages = new Map<number, Set<number>>();
  size = 0;

  add(process: number, vpn: number): void {
    let set = this.pages.get(process);
    if (set === undefined) {
      set = new Set();
      this.pages.set(process, set);
    }
    if (set.has(vpn)) return;
    set.add(vpn);
    this.size++;
  }
  /** The pages of a process that lie in [from, to), ascending. */
  within(process: number, from: number, to: number): number[] {
    return [...(this.pages.get(process) ?? [])].filter((vpn) => vpn >= from && vpn < to).sort((a, b) => a - b);
  }
}

/**
 * The pages that steps between two moments may have changed: entries, mirrors, cached translations, and what their folios say,
 * as they are mapped at the present moment. undefined if they are more than `limit`.
 */
export function changedPages(machine: Machine, from: number, to: number, limit: number): PageSet | undefined {
  const pages = new PageSet();
  const frames = new Set<number>();
  const { store, pageTables, mirrors, tlbs, folios, content, locks, devices } = machine;
  const ofFrame = new Set<Column>([
    folios.refcount,
    folios.mapcount,
    folios.flags,
    folios.pins,
    folios.gups,
    content.first,
  ]);
  const addSpan = (process: number, table: number): void => {
    const { span } = pageTables;
    for (let vpn = table * span; vpn < (table + 1) * span; vpn++) pages.add(process, vpn);
  };
  store.forEachWriteBetween(from, to, (column, cell, other) => {
    if (pages.size > limit || frames.size > limit) return;
    if (column === pageTables.pte) {
      pages.add(pageTables.pte.spaceOf(cell), pageTables.pte.indexOf(cell));
    } else if (column === pageTables.pmd) {
      // A page table that comes or goes changes no page; the entries in it are told of by themselves.
      if (isLeaf(other) || isLeaf(column.at(cell))) {
        addSpan(pageTables.pmd.spaceOf(cell), pageTables.pmd.indexOf(cell));
      }
    } else if (column === mirrors.huge) {
      addSpan(devices.processOfContext(mirrors.huge.spaceOf(cell)), mirrors.huge.indexOf(cell));
    } else if (column === mirrors.entries || column === mirrors.tlb) {
      const sparse = column === mirrors.entries ? mirrors.entries : mirrors.tlb;
      pages.add(devices.processOfContext(sparse.spaceOf(cell)), sparse.indexOf(cell));
    } else if (column === tlbs.cells) {
      pages.add(tlbs.ownerOf(tlbs.cells.spaceOf(cell)).process, tlbs.cells.indexOf(cell));
    } else if (ofFrame.has(column)) {
      frames.add((column as SparseColumn).indexOf(cell));
    } else if (column === locks.state && locks.state.spaceOf(cell) === LockClass.folio) {
      frames.add(locks.state.indexOf(cell));
    }
  });
  for (const pfn of frames) {
    const head = folios.headOf(pfn);
    machine.eachMapping(head, (_vma, process, start, end) => {
      for (let vpn = machine.vpn(start); vpn < machine.vpn(end); vpn++) {
        const at = folioAt(machine, process, vpn);
        if (at === pfn || (at >= 0 && folios.headOf(at) === pfn)) pages.add(process, vpn);
      }
    });
  }
  return pages.size > limit || frames.size > limit ? undefined : pages;
}

/** Whether two states of a page are the same in all that is shown. */
export function samePage(a: PageState, b: PageState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
