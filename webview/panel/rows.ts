/**
 * The rows of the page table: for each process a heading, for each of its regions a heading and its pages. A page of which
 * something is known is a row; a run of pages of which nothing is known is one row however long. Finding a row by number
 * costs the logarithm of the number of runs, so that a million pages are no matter.
 */

import type { RegionState } from "../messages.ts";

/** A row. `region` is an index of the layout given. Page ranges are half-open. */
export type Row =
  | { readonly kind: "process"; readonly process: string; readonly region: number }
  | { readonly kind: "region"; readonly region: number }
  | { readonly kind: "page"; readonly region: number; readonly page: number }
  | { readonly kind: "run"; readonly region: number; readonly from: number; readonly to: number };

/** A run of rows: one row for all its pages, or one for each. */
interface Block {
  /** Number of its first row. */
  readonly row: number;
  readonly region: number;
  readonly kind: Row["kind"];
  readonly from: number;
  readonly to: number;
}

export class Rows {
  /** Number of rows. */
  readonly length: number;
  readonly regions: readonly RegionState[];
  private readonly blocks: readonly Block[];
  /** For each region the rows of the headings over it, and the block of its own heading. */
  private readonly headings: { process: number; region: number; block: number }[] = [];

  /** @param regions in the order in which they are shown, those of a process together */
  constructor(regions: readonly RegionState[]) {
    this.regions = regions;
    const blocks: Block[] = [];
    let row = 0;
    const add = (kind: Row["kind"], region: number, from: number, to: number) => {
      if (from >= to) return;
      blocks.push({ row, region, kind, from, to });
      row += kind === "page" ? to - from : 1;
    };
    regions.forEach((region, index) => {
      const first = regions[index - 1]?.process !== region.process;
      const process = first ? row : (this.headings[index - 1]?.process ?? -1);
      if (first) add("process", index, 0, 1);
      this.headings.push({ process, region: row, block: blocks.length });
      add("region", index, 0, 1);
      let next = 0;
      for (let i = 0; i + 1 < region.touched.length; i += 2) {
        const first = region.touched[i] ?? 0;
        const end = Math.min(first + (region.touched[i + 1] ?? 0), region.pages);
        add("run", index, next, first);
        add("page", index, Math.max(first, next), end);
        next = Math.max(next, end);
      }
      add("run", index, next, region.pages);
    });
    this.blocks = blocks;
    this.length = row;
  }

  /** The row with this number; undefined beyond the last. */
  at(row: number): Row | undefined {
    if (row < 0 || row >= this.length) return undefined;
    const block = this.blocks[this.blockOf(row)];
    if (block === undefined) return undefined;
    const { kind, region, from, to } = block;
    switch (kind) {
      case "process":
        return { kind, region, process: this.regions[region]?.process ?? "" };
      case "region":
        return { kind, region };
      case "page":
        return { kind, region, page: from + (row - block.row) };
      case "run":
        return { kind, region, from, to };
    }
  }

  /** Number of the row that shows a page, -1 if there is none. */
  rowOf(region: number, page: number): number {
    const heading = this.headings[region];
    if (heading === undefined) return -1;
    let low = heading.block + 1;
    let high = (this.headings[region + 1]?.block ?? this.blocks.length) - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const block = this.blocks[middle];
      if (block === undefined || block.region !== region || page < block.from) high = middle - 1;
      else if (page >= block.to) low = middle + 1;
      else return block.kind === "page" ? block.row + page - block.from : block.row;
    }
    return -1;
  }

  /** Numbers of the rows that are the headings over a row: those that stick to the top while it is the first in view. */
  headingsOf(row: number): { readonly process: number; readonly region: number } {
    const index = this.blocks[this.blockOf(row)]?.region ?? -1;
    const { process, region: heading } = this.headings[index] ?? { process: -1, region: -1 };
    return { process, region: heading };
  }

  /** Index of the last block that begins at or before `row`. */
  private blockOf(row: number): number {
    let low = 0;
    let high = this.blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.blocks[middle]?.row ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
