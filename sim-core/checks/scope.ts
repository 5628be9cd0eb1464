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

/** Calls `visit` with each page that the reverse map of folio `pfn` has: where it may be mapped. */
export function eachMapping(
  machine: Machine,
  pfn: number,
  visit: (process: number, vpn: number, vma: number) => void,
): void {
  const root = machine.folios.root(pfn);
  if (root < 0) return;
  machine.vmas.forEachOfRoot(root, machine.folios.index(pfn), (vma, process, address) => {
    visit(process, machine.vpn(address), vma);
  });
}
