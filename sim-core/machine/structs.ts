/**
 * The struct types that primitives make. Type id 0 is no struct (a list or table); these have ids 1, 2 … in order, and a
 * program's own struct types follow.
 */

/** A struct type: its name and its fields in the order in which an object holds them. */
export interface StructType {
  readonly name: string;
  readonly fields: readonly string[];
}

/** Type ids of the structs that primitives make. */
export const StructId = { mapping: 1, range: 2 } as const;

/** The types of `StructId`; type id 1 is the first. */
export const BUILTIN_STRUCTS: readonly StructType[] = [
  /** Where a folio may be mapped, as `rmap` lists it: addresses [addr, end), with its page `page` at `addr`. */
  { name: "mapping", fields: ["process", "vma", "addr", "end", "page"] },
  /** A range of addresses, half-open; what a notifier is told of (struct mmu_notifier_range) and what an event's place is. */
  { name: "range", fields: ["process", "start", "end", "reason", "owner", "blockable"] },
];

/** Places of the fields of a `range`. */
export const RangeField = { process: 0, start: 1, end: 2, reason: 3, owner: 4, blockable: 5 } as const;
