/**
 * The struct types that primitives make. A program's own struct types get ids from `BUILTIN_STRUCTS.length + 1` up; id 0 is
 * no struct (a list or table).
 */

/** A struct type: its name and its fields in the order in which an object holds them. */
export interface StructType {
  readonly name: string;
  readonly fields: readonly string[];
}

/** Type ids of the structs that primitives make. */
export const StructId = { map: 1, range: 2 } as const;

/** The types of `StructId`; type id 1 is the first. */
export const BUILTIN_STRUCTS: readonly StructType[] = [
  /** One mapping of a folio, as `rmap` lists them. */
  { name: "map", fields: ["process", "vma", "addr"] },
  /** A range of addresses, half-open; what a notifier is told of (struct mmu_notifier_range) and what an event's place is. */
  { name: "range", fields: ["process", "start", "end", "reason", "owner", "blockable"] },
];
