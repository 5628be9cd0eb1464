/** What the cells of the page table are to the debugger: expressions that say the same, which can be watched and followed. */

import type { CellContext, RegionState } from "../messages.ts";

/** A cell as the debugger knows it. */
export interface CellTarget {
  /** The page: `buf[1]`, with its process if there are several. */
  readonly place: string;
  /** What the cell shows: `pte(buf[1])`; of the first column the page itself. */
  readonly expression: string;
  /** Whether it is memory, whose loads and stores can be watched, too. */
  readonly isMemory: boolean;
}

/** The cell in column `column`, in the order of `columnsOf`, of a page. `manyProcesses`: places need their process's name. */
export function targetOf(
  region: Pick<RegionState, "process" | "name" | "pages">,
  page: number,
  column: number,
  devices: readonly string[],
  manyProcesses: boolean,
): CellTarget {
  const name = manyProcesses ? `${region.process}.${region.name}` : region.name;
  const place = region.pages === 1 ? name : `${name}[${page}]`;
  switch (column) {
    case 0:
      return { place, expression: place, isMemory: true };
    case 1:
      return { place, expression: `value(${place})`, isMemory: true };
    case 2:
      return { place, expression: `pte(${place})`, isMemory: false };
    case 3:
      return { place, expression: `folio(${place})`, isMemory: false };
    default:
      return { place, expression: `mirror(${devices[column - 4] ?? ""}, ${place})`, isMemory: false };
  }
}

/** What the context menu of a cell is told. `value`: what the cell says; `breaks`: whether it stops. */
export function contextOf(target: CellTarget, value: string, isLive: boolean, breaks: boolean): CellContext {
  return { webviewSection: "cell", preventDefaultContextMenuItems: true, ...target, value, isLive, breaks };
}
