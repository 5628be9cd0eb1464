/**
 * Page-table and device-table entries as values: compared as a whole, never changed in place.
 *
 * Payload: pfn in the low 30 bits; above them the kind (4 bits) and the flags.
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
  return (
    kind === EntryKind.present ||
    kind === EntryKind.protnone ||
    kind === EntryKind.device_private ||
    kind === EntryKind.device_exclusive
  );
}
/** Whether an entry of this kind names a folio at all (a migration entry does, without holding a reference). */
export function targetsFolio(entry: Value): boolean {
  return holdsReference(entry) || kindOf(entry) === EntryKind.migration || kindOf(entry) === EntryKind.hwpoison;
}
