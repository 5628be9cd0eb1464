/** What every check works with: the machine, how to report, and what it must know of the kernel profile. */
import type { Machine } from "../machine/machine.ts";
import type { InvariantId } from "./invariants.ts";
import type { Cell } from "./violation.ts";

export interface Scope {
  readonly machine: Machine;
  /** Device-exclusive entries count in the mapcount (kernels from 6.15 on). */
  readonly exclusiveIsMapped: boolean;
  /** Reports a broken invariant; of each only the first in a step is kept. */
  report(id: InvariantId, message: string, cells: readonly Cell[]): void;
}

/**
 * Calls `visit` with each page at which the reverse map of folio `pfn` says that it may be mapped, and which frame of it would
 * be mapped there.
 */
export function eachMapping(
  machine: Machine,
  pfn: number,
  visit: (process: number, vpn: number, vma: number, frame: number) => void,
): void {
  machine.eachMapping(pfn, (vma, process, start, end, first) => {
    const from = machine.vpn(start);
    const to = machine.vpn(end);
    for (let vpn = from; vpn < to; vpn++) visit(process, vpn, vma, pfn + first + vpn - from);
  });
}
