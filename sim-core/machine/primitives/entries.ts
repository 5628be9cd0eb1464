/** Primitives on the CPU's page tables. */
import { EntryFlag, EntryKind, holdsReference, kindOf, makeEntry, NO_ENTRY, pfnOf } from "../../store/entry.ts";
import type { Value } from "../../store/value.ts";
import { NONE, truthy } from "../../store/value.ts";
import type { BaseWord } from "../../store/words.ts";
import { word } from "../../store/words.ts";
import type { Caller } from "../caller.ts";
import { ptlOf } from "../locks.ts";
import { firstPage } from "../pages.ts";
import type { Primitive } from "../primitive.ts";
import { addressArgument, argument, entryArgument, folioArgument, pageRange, processArgument } from "./arguments.ts";

const KINDS = Object.keys(EntryKind) as (keyof typeof EntryKind & BaseWord)[];
const kindOfWord = new Map<Value, EntryKind>(KINDS.map((name) => [word(name), EntryKind[name]]));

/** Replaces the CPU's entry of page `vpn` for the running thread, telling who watches. Returns the old entry. */
export function replaceEntry(call: Caller, process: number, vpn: number, entry: Value): Value {
  const { machine } = call;
  machine.watch?.entryChanging(process, vpn, machine.pageTables.get(process, vpn), entry);
  const old = machine.pageTables.set(call.thread, process, vpn, entry);
  if (kindOf(old) === EntryKind.migration && machine.folios.migrationEntries(pfnOf(old)) === 0) {
    machine.folios.copiedTo.set(0, pfnOf(old), 0);
  }
  return old;
}

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
    doc: "The entry one level above the page table that covers addr (pmdp_get): none, or table. Reads it.",
    run(call, args, at) {
      const process = processArgument(call, "pmd_get", argument(args, at));
      const addr = addressArgument(call, "pmd_get", argument(args, at + 1));
      return call.machine.pageTables.getPmd(process, call.machine.vpn(addr));
    },
  },
  {
    name: "pmd_set",
    params: ["process", "addr", "entry"],
    effect: "write",
    doc: "Replaces the PMD-level entry that covers addr (pmd_populate): none, or table. Writes it.",
    run(call, args, at) {
      const process = processArgument(call, "pmd_set", argument(args, at));
      const addr = addressArgument(call, "pmd_set", argument(args, at + 1));
      const entry = entryArgument(call, "pmd_set", argument(args, at + 2));
      if (holdsReference(entry)) return call.fail("pmd_set: huge mappings are not in this model; set none or table");
      call.machine.pageTables.setPmd(process, call.machine.vpn(addr), entry);
      return NONE;
    },
  },
  {
    name: "pmd_clear",
    params: ["process", "addr"],
    effect: "write",
    doc: "Makes the PMD-level entry that covers addr none and returns what it was (pmdp_get_and_clear). Writes it.",
    run(call, args, at) {
      const process = processArgument(call, "pmd_clear", argument(args, at));
      const addr = addressArgument(call, "pmd_clear", argument(args, at + 1));
      return call.machine.pageTables.setPmd(process, call.machine.vpn(addr), NO_ENTRY);
    },
  },
  {
    name: "entry",
    params: ["kind", "folio?", "writable?", "dirty?", "young?", "exclusive?"],
    effect: "pure",
    doc: "Makes an entry (mk_pte, make_writable_migration_entry …): a value, nothing is written. Kinds: none present zero swap migration device_private device_exclusive marker hwpoison protnone table.",
    run(call, args, at) {
      const given = argument(args, at);
      const kind = kindOfWord.get(given);
      if (kind === undefined) return call.fail(`entry: ${call.describe(given)} is no kind of entry`);
      const folio = argument(args, at + 1);
      const bare =
        kind === EntryKind.none || kind === EntryKind.zero || kind === EntryKind.marker || kind === EntryKind.table;
      if (!bare && folio === NONE) return call.fail(`entry: a ${call.describe(given)} entry needs a folio`);
      if (kind === EntryKind.none) return NO_ENTRY;
      const pfn = bare ? 0 : folioArgument(call, "entry", folio);
      if (!bare && kind !== EntryKind.hwpoison && pfn === 0) {
        return call.fail("entry: the zero page has entries of kind zero only");
      }
      const isPrivate = call.machine.folios.isPrivate(pfn);
      if (kind === EntryKind.device_private && !isPrivate) {
        return call.fail(`entry: ${call.describe(folio)} is not in a device's private memory`);
      }
      if (isPrivate && (kind === EntryKind.present || kind === EntryKind.device_exclusive)) {
        return call.fail(`entry: ${call.describe(folio)} is in a device's private memory, which no CPU can address`);
      }
      const flag = (i: number, bit: number): number => (truthy(argument(args, at + i)) ? bit : 0);
      return makeEntry(
        kind,
        pfn,
        flag(2, EntryFlag.writable) |
          flag(3, EntryFlag.dirty) |
          flag(4, EntryFlag.young) |
          flag(5, EntryFlag.exclusive),
      );
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
];
