/** Primitives on the CPU's page tables. */
import {
  ENTRY_KIND_NAMES,
  EntryFlag,
  EntryKind,
  entryOfLeaf,
  flagsOf,
  hasFlag,
  holdsReference,
  isLeaf,
  kindOf,
  makeEntry,
  NO_ENTRY,
  pfnOf,
  targetsFolio,
} from "../../store/entry.ts";
import type { Value } from "../../store/value.ts";
import { NONE, truthy } from "../../store/value.ts";
import type { BaseWord } from "../../store/words.ts";
import { word } from "../../store/words.ts";
import type { Caller } from "../caller.ts";
import { FolioFlag } from "../folios.ts";
import { pmdLockOf, ptlOf } from "../locks.ts";
import { folioName, placeName } from "../names.ts";
import { TABLE } from "../page-tables.ts";
import { eachPage, firstPage } from "../pages.ts";
import type { Primitive } from "../primitive.ts";
import {
  addressArgument,
  argument,
  entryArgument,
  numberArgument,
  pageArgument,
  pageRange,
  processArgument,
} from "./arguments.ts";

const KINDS = Object.keys(EntryKind) as (keyof typeof EntryKind & BaseWord)[];
const kindOfWord = new Map<Value, EntryKind>(KINDS.map((name) => [word(name), EntryKind[name]]));

/** Replaces the CPU's entry of page `vpn` for the running thread, telling who watches. Returns the old entry. */
export function replaceEntry(call: Caller, process: number, vpn: number, entry: Value): Value {
  const { machine } = call;
  const { pageTables, pageSize } = machine;
  if (entry !== NO_ENTRY && isLeaf(pageTables.getPmd(process, vpn))) {
    return call.fail(`pte_set: a huge leaf maps ${placeName(machine, process, vpn * pageSize)}; split it first`);
  }
  machine.watch?.entryChanging(process, vpn, pageTables.get(process, vpn), entry);
  const old = machine.pageTables.set(call.thread, process, vpn, entry);
  forgetCopy(call, old);
  return old;
}

/** Replaces the PMD-level entry that covers `addr` for the running thread, telling who watches. Returns the old one. */
function replacePmd(call: Caller, primitive: string, process: number, addr: number, entry: Value): Value {
  const { machine } = call;
  const { pageTables } = machine;
  const { span } = pageTables;
  const vpn = machine.vpn(addr);
  const first = vpn - (vpn % span);
  const old = pageTables.getPmd(process, vpn);
  const has = firstPage(pageTables.pte, process, first, first + span) >= 0;
  if (has && kindOf(entry) !== EntryKind.table) {
    return call.fail(
      `${primitive}: there are page-table entries below ${placeName(machine, process, first * machine.pageSize)}`,
    );
  }
  if (isLeaf(entry) && !hasFlag(entry, EntryFlag.huge)) {
    return call.fail(`${primitive}: a PMD-level entry is none, table, or a leaf made with huge: true`);
  }
  if (targetsFolio(entry) && machine.pools.of(pfnOf(entry) + span - 1) !== machine.pools.of(pfnOf(entry))) {
    return call.fail(`${primitive}: there is no memory for all of a huge page from ${folioName(pfnOf(entry))} on`);
  }
  if (isLeaf(old) && isLeaf(entry)) {
    for (let i = 0; i < span; i++) {
      machine.watch?.entryChanging(process, first + i, entryOfLeaf(old, i), entryOfLeaf(entry, i));
    }
  }
  machine.watch?.leafChanging(process, first, old, entry);
  pageTables.setPmd(call.thread, process, vpn, entry);
  forgetCopy(call, old);
  return old;
}

/** The last migration entry of a folio is gone: nobody is going to ask any more what it was copied to. */
function forgetCopy(call: Caller, old: Value): void {
  const { folios } = call.machine;
  if (kindOf(old) !== EntryKind.migration) return;
  const head = folios.headOf(pfnOf(old));
  if (folios.migrationEntries(head) > 0) return;
  for (let page = head; page < head + folios.pages(head); page++) folios.copiedTo.set(0, page, 0);
}

/** See `pmd_split`. */
function splitLeaf(call: Caller, process: number, vpn: number, kind: EntryKind | undefined): void {
  const { machine, thread } = call;
  const { folios, pageTables } = machine;
  const { span } = pageTables;
  const first = vpn - (vpn % span);
  const leaf = pageTables.getPmd(process, vpn);
  if (!isLeaf(leaf)) {
    call.fail(`pmd_split: ${placeName(machine, process, first * machine.pageSize)} is not mapped by a huge leaf`);
  }
  const pfn = pfnOf(leaf);
  const counted = holdsReference(leaf);
  const becomes = kind ?? kindOf(leaf);
  let flags = flagsOf(leaf) & ~EntryFlag.huge;
  if (counted) {
    const mapcount = folios.mapcount.get(0, pfn);
    folios.entireMapcount.set(0, pfn, folios.entireMapcount.get(0, pfn) - 1);
    const exclusive = folios.has(pfn, FolioFlag.exclusive);
    if (becomes === EntryKind.migration) {
      folios.mapcount.set(0, pfn, mapcount - 1);
      flags = exclusive && (flags & EntryFlag.writable) === 0 ? flags | EntryFlag.exclusive : flags;
      if (exclusive) folios.put(pfn, FolioFlag.exclusive, false);
    } else {
      folios.mapcount.set(0, pfn, mapcount - 1 + span);
      folios.refcount.set(0, pfn, folios.refcount.get(0, pfn) + span - 1);
      folios.hold(thread, pfn, span - 1);
      if (exclusive) for (let i = 1; i < span; i++) folios.put(pfn + i, FolioFlag.exclusive, true);
    }
  }
  pageTables.setPmd(thread, process, vpn, TABLE);
  const targets = targetsFolio(leaf);
  for (let i = 0; i < span; i++) {
    pageTables.set(thread, process, first + i, makeEntry(becomes, targets ? pfn + i : 0, flags));
  }
}

/** What an entry of this kind names, as a number: a frame, or a swap slot. */
function framePart(call: Caller, kind: EntryKind, value: Value): number {
  const bare = kind === EntryKind.zero || kind === EntryKind.marker || kind === EntryKind.table;
  if (bare) return 0;
  if (kind === EntryKind.swap) return numberArgument(call, "entry", value);
  if (value === NONE) return call.fail(`entry: a ${ENTRY_KIND_NAMES[kind] ?? "page"} entry needs a page`);
  return pageArgument(call, "entry", value);
}

/** The flags that `entry` takes, in the order of its parameters. */
const ENTRY_FLAGS = [
  "writable",
  "dirty",
  "young",
  "exclusive",
  "huge",
  "special",
  "poisoned",
  "guard",
  "softDirty",
  "uffdWp",
] as const;

export const entryPrimitives: readonly Primitive[] = [
  {
    name: "pte_get",
    params: ["process", "addr"],
    effect: "read",
    doc: "The CPU's page-table entry of the page at addr (ptep_get). Reads the entry.",
    run(call, args, at) {
      const process = processArgument(call, "pte_get", argument(args, at));
      const addr = addressArgument(call, "pte_get", argument(args, at + 1));
      return call.machine.pageTables.get(process, call.machine.vpn(addr));
    },
  },
  {
    name: "pte_next",
    params: ["process", "start", "end"],
    effect: "read",
    doc: "The address of the first page of [start, end) whose entry is not none, or none (walk_page_range, which passes over empty tables). Reads the entries.",
    run(call, args, at) {
      const process = processArgument(call, "pte_next", argument(args, at));
      const [from, to] = pageRange(call, "pte_next", argument(args, at + 1), argument(args, at + 2));
      const vpn = firstPage(call.machine.pageTables.pte, process, from, to);
      return vpn < 0 ? NONE : vpn * call.machine.pageSize;
    },
  },
  {
    name: "pte_set",
    params: ["process", "addr", "entry"],
    effect: "write",
    doc: "Replaces the CPU's entry of the page at addr (set_pte_at). A reference that the running thread holds on the new entry's folio passes to the entry; that of the entry it replaces passes to the thread. Writes the entry. TLBs keep what they have.",
    run(call, args, at) {
      const process = processArgument(call, "pte_set", argument(args, at));
      const addr = addressArgument(call, "pte_set", argument(args, at + 1));
      const entry = entryArgument(call, "pte_set", argument(args, at + 2));
      replaceEntry(call, process, call.machine.vpn(addr), entry);
      return NONE;
    },
  },
  {
    name: "pte_clear",
    params: ["process", "addr"],
    effect: "write",
    doc: "Makes the CPU's entry of the page at addr none and returns what it was (ptep_get_and_clear). The entry's reference passes to the running thread. Writes the entry. TLBs keep what they have.",
    run(call, args, at) {
      const process = processArgument(call, "pte_clear", argument(args, at));
      const addr = addressArgument(call, "pte_clear", argument(args, at + 1));
      return replaceEntry(call, process, call.machine.vpn(addr), NO_ENTRY);
    },
  },
  {
    name: "pmd_get",
    params: ["process", "addr"],
    effect: "read",
    doc: "The entry one level above the page table that covers addr (pmdp_get): none; table; or a leaf, with .huge, that maps a huge page. Reads it.",
    run(call, args, at) {
      const process = processArgument(call, "pmd_get", argument(args, at));
      const addr = addressArgument(call, "pmd_get", argument(args, at + 1));
      return call.machine.pageTables.getPmd(process, call.machine.vpn(addr));
    },
  },
  {
    name: "pmd_next",
    params: ["process", "start", "end"],
    effect: "read",
    doc: "The first address of [start, end) that a page table or a huge leaf covers, or none (walk_pmd_range). Reads the PMD-level entries.",
    run(call, args, at) {
      const process = processArgument(call, "pmd_next", argument(args, at));
      const [from, to] = pageRange(call, "pmd_next", argument(args, at + 1), argument(args, at + 2));
      const { pageTables, pageSize } = call.machine;
      const { span } = pageTables;
      const table = from < to ? firstPage(pageTables.pmd, process, Math.floor(from / span), Math.ceil(to / span)) : -1;
      return table < 0 ? NONE : Math.max(from, table * span) * pageSize;
    },
  },
  {
    name: "pmd_set",
    params: ["process", "addr", "entry"],
    effect: "write",
    doc: "Replaces the PMD-level entry that covers addr (set_pmd_at, pmd_populate): none, table, or a leaf with huge: true. References pass as for pte_set. Below a leaf there may be no page-table entries. Writes it. TLBs keep what they have.",
    run(call, args, at) {
      const process = processArgument(call, "pmd_set", argument(args, at));
      const addr = addressArgument(call, "pmd_set", argument(args, at + 1));
      replacePmd(call, "pmd_set", process, addr, entryArgument(call, "pmd_set", argument(args, at + 2)));
      return NONE;
    },
  },
  {
    name: "pmd_clear",
    params: ["process", "addr"],
    effect: "write",
    doc: "Makes the PMD-level entry that covers addr none and returns what it was (pmdp_huge_get_and_clear). The reference of a leaf passes to the running thread. Writes it. TLBs keep what they have.",
    run(call, args, at) {
      const process = processArgument(call, "pmd_clear", argument(args, at));
      const addr = addressArgument(call, "pmd_clear", argument(args, at + 1));
      return replacePmd(call, "pmd_clear", process, addr, NO_ENTRY);
    },
  },
  {
    name: "pmd_split",
    params: ["process", "addr", "kind?"],
    effect: "write",
    doc: "Replaces the leaf that covers addr by a table of entries for its single pages (the body of __split_huge_pmd_locked): each as the leaf was, or (kind: migration) as migration entries. A folio that the leaf maps gets the references of the entries, one less than its pages, and its mapcount changes from one whole mapping to one a page; as migration entries they take none, and the leaf's own passes to the running thread. A leaf that was exclusive to its process makes each page so. Writes the entries, references and counts.",
    run(call, args, at) {
      const process = processArgument(call, "pmd_split", argument(args, at));
      const addr = addressArgument(call, "pmd_split", argument(args, at + 1));
      const kind = argument(args, at + 2);
      splitLeaf(call, process, call.machine.vpn(addr), kind === NONE ? undefined : (kindOfWord.get(kind) ?? undefined));
      return NONE;
    },
  },
  {
    name: "pmd_size",
    params: [],
    effect: "pure",
    doc: "How many bytes one PMD-level entry maps: the size of a huge page (HPAGE_PMD_SIZE).",
    run: (call) => call.machine.pageTables.span * call.machine.pageSize,
  },
  {
    name: "pmd_order",
    params: [],
    effect: "pure",
    doc: "log2 of the pages that one PMD-level entry maps: the order of a huge page (HPAGE_PMD_ORDER).",
    run: (call) => call.machine.folios.pmdOrder,
  },
  {
    name: "free_pgtables",
    params: ["process", "start", "end"],
    effect: "write",
    doc: "Frees the page tables of [start, end) that are empty and that no vma outside of it reaches into (free_pgtables). Returns the address of the first that went, which CPUs may have cached, or none. Writes the PMD-level entries.",
    run(call, args, at) {
      const process = processArgument(call, "free_pgtables", argument(args, at));
      const [from, to] = pageRange(call, "free_pgtables", argument(args, at + 1), argument(args, at + 2));
      const { pageTables, pageSize, vmas } = call.machine;
      const { span } = pageTables;
      const isUsed = (start: number, end: number) =>
        start < end && !vmas.isFree(process, start * pageSize, end * pageSize);
      let freed = NONE;
      eachPage(pageTables.pmd, process, Math.floor(from / span), Math.ceil(to / span), (table, pmd) => {
        if (pmd !== TABLE) return;
        const first = table * span;
        if (isUsed(first, Math.min(from, first + span)) || isUsed(Math.max(to, first), first + span)) return;
        if (firstPage(pageTables.pte, process, first, first + span) >= 0) return;
        pageTables.pmd.set(process, table, 0);
        if (freed === NONE) freed = Math.max(first, from) * pageSize;
      });
      return freed;
    },
  },
  {
    name: "entry",
    params: [
      "kind",
      "page?",
      "writable?",
      "dirty?",
      "young?",
      "exclusive?",
      "huge?",
      "special?",
      "poisoned?",
      "guard?",
      "soft_dirty?",
      "uffd_wp?",
    ],
    effect: "pure",
    doc: "Makes an entry (mk_pte, make_writable_migration_entry …): a value, nothing is written. Kinds: none present zero swap migration device_private device_exclusive marker hwpoison protnone table. It names a page (any of a folio); a swap entry its slot, a number. huge: a PMD-level leaf.",
    run(call, args, at) {
      const given = argument(args, at);
      const kind = kindOfWord.get(given);
      if (kind === undefined) return call.fail(`entry: ${call.describe(given)} is no kind of entry`);
      if (kind === EntryKind.none) return NO_ENTRY;
      const pfn = framePart(call, kind, argument(args, at + 1));
      let flags = 0;
      ENTRY_FLAGS.forEach((flag, i) => {
        if (truthy(argument(args, at + 2 + i))) flags |= EntryFlag[flag];
      });
      if (
        pfn === 0 &&
        targetsFolio(makeEntry(kind, pfn, flags)) &&
        kind !== EntryKind.hwpoison &&
        (flags & EntryFlag.special) === 0
      ) {
        return call.fail("entry: the zero page has entries of kind zero only");
      }
      return makeEntry(kind, pfn, flags);
    },
  },
  {
    name: "ptl",
    params: ["process", "addr"],
    effect: "pure",
    doc: "The lock of the page table that covers addr (pte_lockptr), a spinlock.",
    run(call, args, at) {
      const process = processArgument(call, "ptl", argument(args, at));
      const addr = addressArgument(call, "ptl", argument(args, at + 1));
      return ptlOf(process, Math.floor(call.machine.vpn(addr) / call.machine.pageTables.span));
    },
  },
  {
    name: "pmdl",
    params: ["process", "addr"],
    effect: "pure",
    doc: "The lock of the PMD-level entry that covers addr (pmd_lockptr), a spinlock.",
    run(call, args, at) {
      const process = processArgument(call, "pmdl", argument(args, at));
      const addr = addressArgument(call, "pmdl", argument(args, at + 1));
      const { span } = call.machine.pageTables;
      return pmdLockOf(process, Math.floor(call.machine.vpn(addr) / span), span);
    },
  },
];
