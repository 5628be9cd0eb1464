/** What checks and expressions see of one page: the functions `value pte pmd folio mirror vma free` of the language. */
import { EntryFlag, EntryKind, flagsOf, hasFlag, kindOf, pfnOf, targetsFolio } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { bool, box, NONE, payloadOf, Tag, tagOf } from "../store/value.ts";
import { word } from "../store/words.ts";
import type { Caller } from "./caller.ts";
import { fields, kindWord } from "./fields.ts";
import { FolioFlag } from "./folios.ts";
import type { Machine } from "./machine.ts";
import { ZERO_PFN } from "./pools.ts";

/** The observation functions of one page. */
export type ObservedFact = "value" | "pte" | "pmd" | "folio" | "mirror" | "vma";

const folioFields = new Map(fields.filter((f) => f.tag === Tag.folio).map((f) => [f.name, f]));
const vmaFields = new Map(fields.filter((f) => f.tag === Tag.vma).map((f) => [f.name, f]));

/**
 * What `fact` says of the page at byte address `address` of `process`; `field` "" asks for the whole (an entry, a folio or a
 * vma as a value, `none` where there is none). `device` is the one that `mirror` asks about.
 */
export function observePage(
  machine: Machine,
  fact: ObservedFact,
  field: string,
  process: number,
  address: number,
  device = -1,
): Value {
  const vpn = machine.vpn(address);
  switch (fact) {
    case "value":
      return valueAt(machine, process, address);
    case "pte": {
      const entry = machine.pageTables.translation(process, vpn);
      if (field === "") return entry;
      // A hint that the page is to be faulted on is, to a person, a present page.
      return entryField(machine, kindOf(entry) === EntryKind.protnone ? "present" : undefined, entry, field);
    }
    case "pmd": {
      const entry = machine.pageTables.getPmd(process, vpn);
      return field === "" ? entry : entryField(machine, undefined, entry, field);
    }
    case "folio": {
      const pfn = folioAt(machine, process, vpn);
      if (pfn < 0) return NONE;
      // To the model a merged page is anonymous (folio_test_anon); to a person, KSM's.
      if (field === "kind" && machine.folios.has(pfn, FolioFlag.ksm)) return word("ksm");
      return field === "" ? box(Tag.folio, pfn) : (folioFields.get(field)?.get(readerOf(machine), pfn) ?? NONE);
    }
    case "mirror": {
      const context = machine.devices.contextId(device, process);
      const entry = machine.mirrors.get(context, vpn);
      if (field === "") return entry;
      if (field === "valid") return bool(kindOf(entry) !== EntryKind.none);
      return entryField(machine, undefined, entry, field);
    }
    case "vma": {
      const vma = machine.vmas.find(process, address);
      if (vma < 0) return NONE;
      return field === "" ? box(Tag.vma, vma) : (vmaFields.get(field)?.get(readerOf(machine), vma) ?? NONE);
    }
  }
}

/** Free pages of a node or a device; `none` for anything else. */
export function freePages(machine: Machine, where: Value): Value {
  const tag = tagOf(where);
  const pool =
    tag === Tag.node
      ? machine.pools.node(payloadOf(where))
      : tag === Tag.device
        ? machine.pools.device(payloadOf(where))
        : undefined;
  if (pool === undefined) return tag === Tag.device ? 0 : NONE;
  return machine.pools.freeOf(pool);
}

/** The frame that the CPU's entry of page `vpn` names, of a large folio the page's own; -1 if it names none (a hole, swap). */
export function folioAt(machine: Machine, process: number, vpn: number): number {
  const entry = machine.pageTables.translation(process, vpn);
  if (kindOf(entry) === EntryKind.zero) return ZERO_PFN;
  return targetsFolio(entry) ? pfnOf(entry) : -1;
}

/** The word at `address` as the process would read it, without faulting; `none` where nothing is mapped. */
function valueAt(machine: Machine, process: number, address: number): Value {
  const entry = machine.pageTables.translation(process, machine.vpn(address));
  const index = Math.floor((address % machine.pageSize) / 8);
  const kind = kindOf(entry);
  if (targetsFolio(entry)) return machine.content.get(machine.folios.contentsOf(pfnOf(entry)), index);
  // A hole of anonymous memory reads 0, as the zero page does.
  if (kind === EntryKind.zero) return 0;
  if (kind === EntryKind.swap) return inSwap(machine, pfnOf(entry), index);
  if (kind === EntryKind.none) {
    const vma = machine.vmas.find(process, address);
    if (vma < 0) return NONE;
    return machine.vmas.fileOf(vma) < 0
      ? machine.vmas.isAnonymous(vma)
        ? 0
        : NONE
      : inFile(machine, vma, address, index);
  }
  return NONE;
}

/** Word `index` of what swap slot `slot` stands for: in the swap cache, or on the disk. */
function inSwap(machine: Machine, slot: number, index: number): Value {
  const cached = machine.swap.cached(slot);
  const { content, swap, folios } = machine;
  const read = cached >= 0 && folios.has(cached, FolioFlag.uptodate);
  return content.get(read ? cached : swap.base + slot, index);
}
/** Word `index` of the page of the file that `vma` maps at `address`: in the page cache, or on the disk. */
function inFile(machine: Machine, vma: number, address: number, index: number): Value {
  const { content, files, folios, vmas } = machine;
  const file = vmas.fileOf(vma);
  const page = vmas.indexOf(vma, address);
  const cached = files.cached(file, page);
  if (cached === undefined) return content.get(files.diskFrame(file, page), index);
  if ("slot" in cached) return inSwap(machine, cached.slot, index);
  return content.get(cached.folio + page - folios.index(cached.folio), index);
}

function entryField(machine: Machine, kindName: "present" | undefined, entry: Value, field: string): Value {
  const kind = kindOf(entry);
  const targets = targetsFolio(entry);
  switch (field) {
    case "kind":
      return kindName !== undefined ? word(kindName) : kindWord(kind);
    case "pfn":
      return targets ? pfnOf(entry) : kind === EntryKind.zero ? ZERO_PFN : NONE;
    case "exclusive":
      // For an entry that maps a page the flag is the page's (PageAnonExclusive); a migration entry carries it itself.
      if (targets && kind !== EntryKind.migration) {
        const page = hasFlag(entry, EntryFlag.huge) ? machine.folios.headOf(pfnOf(entry)) : pfnOf(entry);
        return bool(machine.folios.has(page, FolioFlag.exclusive));
      }
      return bool(hasFlag(entry, EntryFlag.exclusive));
    case "writable":
    case "dirty":
    case "young":
    case "huge":
    case "atomic":
      return bool((flagsOf(entry) & EntryFlag[field]) !== 0);
    default:
      return NONE;
  }
}

/** Fields are read through a caller. An observation runs no code, so only the machine matters: one reader serves all. */
class Reader implements Caller {
  machine: Machine;
  readonly thread = -1;
  readonly context = -1;
  constructor(machine: Machine) {
    this.machine = machine;
  }
  emit(): void {}
  choose(): number {
    return 0;
  }
  mayFail(): boolean {
    return false;
  }
  delay(): void {}
  fail(message: string): never {
    throw new Error(message);
  }
  describe(value: Value): string {
    return String(value);
  }
  newList(): Value {
    return NONE;
  }
  newStruct(): Value {
    return NONE;
  }
}
let reader: Reader | undefined;
function readerOf(machine: Machine): Reader {
  reader ??= new Reader(machine);
  reader.machine = machine;
  return reader;
}
