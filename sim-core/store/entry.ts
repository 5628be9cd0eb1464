/**
 * Page-table and device-table entries as values: compared as a whole, never changed in place.
 *
 * Payload: pfn (of a swap entry its slot) in the low 30 bits; above them the kind (4 bits) and the flags.
 */
import type { Value } from "./value.ts";
import { box, payloadOf, Tag } from "./value.ts";

/** Kinds of entry (kernel: pte_present, is_swap_pte and the swp_entry types of include/linux/swapops.h, v6.12). */
export const EntryKind = {
  none: 0,
  present: 1,
  zero: 2,
  swap: 3,
  migration: 4,
  device_private: 5,
  device_exclusive: 6,
  marker: 7,
  hwpoison: 8,
  protnone: 9,
  /** PMD level only: a page table hangs there. */
  table: 10,
} as const;
export type EntryKind = (typeof EntryKind)[keyof typeof EntryKind];
export const ENTRY_KIND_NAMES = [
  "none",
  "present",
  "zero",
  "swap",
  "migration",
  "device_private",
  "device_exclusive",
  "marker",
  "hwpoison",
  "protnone",
  "table",
] as const;

const PFN_SPAN = 2 ** 30;
const KIND_SPAN = 16;

/** Flags of an entry, as bits of `flagsOf`. */
export const EntryFlag = {
  writable: 1,
  dirty: 2,
  young: 4,
  /** For a migration entry: the page was exclusive to its process (`readable-exclusive`); for swap: the slot is. */
  exclusive: 8,
  softDirty: 16,
  uffdWp: 32,
  huge: 64,
  /** Device tables only: the device may do atomic operations through this entry. */
  atomic: 128,
  /** The kernel does not manage the page as a mapped one (pte_special): no reference, no mapcount. */
  special: 256,
  /** A marker: an access is answered with a hardware error (PTE_MARKER_POISONED). */
  poisoned: 512,
  /** A marker: an access is answered with SIGSEGV (PTE_MARKER_GUARD, from 6.13 on). */
  guard: 1024,
} as const;

/** The entry for a hole: nothing mapped. */
export const NO_ENTRY: Value = box(Tag.entry, 0);

/** Builds an entry: `pfn` (0 <= pfn < 2^30) and flags as or-ed `EntryFlag` bits. */
export function makeEntry(kind: EntryKind, pfn: number, flags: number): Value {
  return box(Tag.entry, (flags * KIND_SPAN + kind) * PFN_SPAN + pfn);
}
export function pfnOf(entry: Value): number {
  // Not `%`, which is a call of the C library for numbers beyond 32 bits.
  const payload = payloadOf(entry);
  return payload - Math.floor(payload / PFN_SPAN) * PFN_SPAN;
}
export function kindOf(entry: Value): EntryKind {
  return (Math.floor(payloadOf(entry) / PFN_SPAN) & (KIND_SPAN - 1)) as EntryKind;
}
export function flagsOf(entry: Value): number {
  return Math.floor(payloadOf(entry) / (PFN_SPAN * KIND_SPAN));
}
export function hasFlag(entry: Value, flag: number): boolean {
  return (flagsOf(entry) & flag) !== 0;
}
/** Whether an entry of this kind holds a reference on its folio (kernel-visible holders: present, private, exclusive). */
export function holdsReference(entry: Value): boolean {
  const kind = kindOf(entry);
  if (kind === EntryKind.present || kind === EntryKind.protnone) return !hasFlag(entry, EntryFlag.special);
  return kind === EntryKind.device_private || kind === EntryKind.device_exclusive;
}
/** Whether an entry of this kind names a page at all (a migration entry does, without holding a reference). */
export function targetsFolio(entry: Value): boolean {
  switch (kindOf(entry)) {
    case EntryKind.present:
    case EntryKind.protnone:
    case EntryKind.device_private:
    case EntryKind.device_exclusive:
    case EntryKind.migration:
    case EntryKind.hwpoison:
      return true;
    default:
      return false;
  }
}
/** Whether a PMD-level entry (or a cell of one: 0 is a hole) maps or stands for a whole huge page: no hole and no page table. */
export function isLeaf(pmd: Value): boolean {
  const kind = kindOf(pmd);
  return kind !== EntryKind.none && kind !== EntryKind.table;
}
/** What a PMD-level leaf says of its `offset`-th page, as an entry of that page. */
export function entryOfLeaf(pmd: Value, offset: number): Value {
  return targetsFolio(pmd) ? makeEntry(kindOf(pmd), pfnOf(pmd) + offset, flagsOf(pmd)) : pmd;
}
