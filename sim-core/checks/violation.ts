/** What a broken invariant is reported as. */
import type { Column } from "../store/column.ts";
import type { InvariantId } from "./invariants.ts";

/** A cell of the state: who wrote it last is to be asked of the store (`Store.lastWrite`). */
export interface Cell {
  readonly column: Column;
  readonly cell: number;
  /** What it holds, as a noun phrase: "the CPU's entry of buf[1]". */
  readonly what: string;
}

/** A broken invariant. */
export interface Violation {
  readonly id: InvariantId;
  /** The values that break it, in a sentence. */
  readonly message: string;
  /** The cells that hold them, the most telling first: the steps that wrote them led there. */
  readonly cells: readonly Cell[];
}
