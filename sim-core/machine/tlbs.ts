/**
 * The CPUs' TLBs: translations that a CPU goes on using until they are flushed, whatever the page table says meanwhile. They
 * are as large as need be: what a real TLB forgets early can only hide a missing flush.
 */
import type { SparseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import { eachPage } from "./pages.ts";

/** What a cached translation lets be done, in its low two bits; above them stands the frame number. */
export const Right = {
  read: 1,
  write: 2,
  /** CPU: may write, and the entry's dirty flag is known to be set. Device: may write and do atomics. */
  more: 3,
} as const;
export type Right = (typeof Right)[keyof typeof Right];

/** A cached translation as a cell: never 0. Frames are below 2^30. */
export function translation(pfn: number, right: Right): number {
  return (pfn << 2) | right;
}
export function translationPfn(cell: number): number {
  return cell >>> 2;
}
export function translationRight(cell: number): Right {
  return (cell & 3) as Right;
}

export class Tlbs {
  /** Addressed by (cpu * processes + process, virtual page number); 0 is nothing cached. */
  readonly cells: SparseColumn;
  private readonly cpus: number;
  private readonly processes: number;

  constructor(store: Store, cpus: number, processes: number) {
    this.cpus = cpus;
    this.processes = processes;
    this.cells = store.sparseInt("tlb");
  }

  /** What `cpu` has cached for page `vpn` of `process`; 0 if nothing. */
  get(cpu: number, process: number, vpn: number): number {
    return this.cells.get(cpu * this.processes + process, vpn);
  }
  set(cpu: number, process: number, vpn: number, cell: number): void {
    this.cells.set(cpu * this.processes + process, vpn, cell);
  }
  /** A CPU that has a translation of page `vpn` of `process` to frame `pfn` cached, with `writes` one to write; -1 if none has. */
  holder(process: number, vpn: number, pfn: number, writes = false): number {
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      const cell = this.get(cpu, process, vpn);
      if (cell === 0 || translationPfn(cell) !== pfn) continue;
      if (!writes || translationRight(cell) !== Right.read) return cpu;
    }
    return -1;
  }
  /** Drops what any CPU has cached for pages [from, to) of `process`. */
  flush(process: number, from: number, to: number): void {
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      const space = cpu * this.processes + process;
      eachPage(this.cells, space, from, to, (vpn) => this.cells.set(space, vpn, 0));
    }
  }
  /** CPU and process of space `space` of the column. */
  ownerOf(space: number): { cpu: number; process: number } {
    return { cpu: Math.floor(space / this.processes), process: space % this.processes };
  }
}
