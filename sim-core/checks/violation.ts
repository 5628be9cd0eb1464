/** What a broken invariant is reported as. */
import type { Column } from "../store/column.ts";

/** The invariants by id, in the order in which they are listed. */
export const INVARIANT_IDS = [
  "refcount-equals-holders",
  "mapcount-equals-entries",
  "no-free-mapped",
  "writable-implies-exclusive",
  "migration-entry-locked",
  "no-migration-survives-finalize",
  "mirror-subset",
  "no-stale-after-invalidate",
  "seq-checked-insert",
  "exclusive-no-cpu-map",
  "no-lost-write",
  "locks-released",
  "lock-order",
] as const;
export type InvariantId = (typeof INVARIANT_IDS)[number];

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
