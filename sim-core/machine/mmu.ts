/**
 * Loads, stores and atomics of CPUs and devices: one step each. A translation comes from the TLB, or from a walk of the page
 * table that fills the TLB; if there is none that allows the access, it faults and nothing happens.
 */
import { EntryFlag, EntryKind, flagsOf, hasFlag, kindOf, pfnOf } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import type { Machine } from "./machine.ts";
import { Right, translation, translationPfn, translationRight } from "./tlbs.ts";
import { VmaFlag } from "./vmas.ts";

/** What an access wants to do. */
export type Access = "load" | "store" | "atomic";

/** The frame that `cpu`'s access to page `vpn` of `process` reaches; -1: it faults. Sets young and dirty as hardware does. */
export function translateCpu(machine: Machine, cpu: number, process: number, vpn: number, access: Access): number {
  const { tlbs, pageTables } = machine;
  const cached = tlbs.get(cpu, process, vpn);
  // A store through an entry whose dirty flag was clear when it was cached walks again, to set it.
  if (cached !== 0 && (access === "load" || translationRight(cached) === Right.more)) return translationPfn(cached);
  const entry = pageTables.translation(process, vpn);
  const kind = kindOf(entry);
  const writable = hasFlag(entry, EntryFlag.writable);
  const allowed =
    access === "load"
      ? kind === EntryKind.present || (kind === EntryKind.zero && isReadable(machine, process, vpn))
      : kind === EntryKind.present && writable;
  if (!allowed) {
    // The fault drops what this CPU had cached for the page.
    if (cached !== 0) tlbs.set(cpu, process, vpn, 0);
    return -1;
  }
  const flags = flagsOf(entry) | EntryFlag.young | (access === "load" ? 0 : EntryFlag.dirty);
  if (flags !== flagsOf(entry)) pageTables.setFlags(process, vpn, entry, flags);
  const dirty = (flags & EntryFlag.dirty) !== 0;
  tlbs.set(cpu, process, vpn, translation(pfnOf(entry), writable ? (dirty ? Right.more : Right.write) : Right.read));
  return pfnOf(entry);
}

/** An entry of the zero page has no kind for PROT_NONE of its own: its vma says whether it may be read. */
function isReadable(machine: Machine, process: number, vpn: number): boolean {
  const vma = machine.vmas.find(process, vpn * machine.pageSize);
  return vma < 0 || machine.vmas.has(vma, VmaFlag.readable);
}

/** The frame that the access of `context`'s device to page `vpn` reaches; -1: it faults. */
export function translateDevice(machine: Machine, context: number, vpn: number, access: Access): number {
  const { mirrors } = machine;
  const cached = mirrors.tlb.get(context, vpn);
  if (cached !== 0 && allows(machine, context, translationPfn(cached), translationRight(cached), access)) {
    return translationPfn(cached);
  }
  const entry = mirrors.get(context, vpn);
  if (kindOf(entry) === EntryKind.none) return -1;
  const writable = hasFlag(entry, EntryFlag.writable);
  const atomic = hasFlag(entry, EntryFlag.atomic);
  // Atomics without plain stores: such a translation is not cached.
  if (atomic && !writable && access === "atomic") return pfnOf(entry);
  const right = !writable ? Right.read : atomic ? Right.more : Right.write;
  if (!allows(machine, context, pfnOf(entry), right, access)) return -1;
  mirrors.tlb.set(context, vpn, translation(pfnOf(entry), right));
  return pfnOf(entry);
}

/**
 * Atomics on system memory need the atomic right; on the device's own memory, on coherent memory, and where the device's link carries
 * them, writing is enough.
 */
function allows(machine: Machine, context: number, pfn: number, right: Right, access: Access): boolean {
  if (access === "load") return true;
  if (access === "store" || right === Right.more) return right !== Right.read;
  if (right === Right.read) return false;
  const device = machine.devices.deviceOfContext(context);
  if (machine.devices.linkAtomics[device] === true) return true;
  const pool = machine.pools.of(pfn);
  if (pool === undefined || pool.device < 0) return false;
  return pool.device === device || pool.node >= 0;
}

/** Reads word `word` of frame `pfn`, reached as page `vpn`. `device`: -1 for a CPU. */
export function load(machine: Machine, process: number, vpn: number, pfn: number, word: number, device: number): Value {
  machine.watch?.accessed(process, vpn, pfn, word, false, device);
  return machine.content.get(pfn, word);
}

/** Writes word `word` of frame `pfn`, reached as page `vpn`. */
export function store(
  machine: Machine,
  process: number,
  vpn: number,
  pfn: number,
  word: number,
  value: Value,
  device: number,
): void {
  machine.watch?.accessed(process, vpn, pfn, word, true, device);
  machine.storeWord(pfn, word, value);
}
