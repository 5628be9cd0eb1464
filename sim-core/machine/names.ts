/** Readable names of the machine's things and of values, as messages, variables and the panel show them. */
import { ENTRY_KIND_NAMES, EntryFlag, EntryKind, hasFlag, kindOf, pfnOf, targetsFolio } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { payloadOf, Tag, tagOf, toBigInt } from "../store/value.ts";
import { ERROR_NAMES } from "../store/words.ts";
import { LockClass, lockClassOf, lockIndexOf, ptlOwner } from "./locks.ts";
import type { Machine } from "./machine.ts";

/** A number as addresses and frames are written. */
export function hex(n: number): string {
  return `0x${n.toString(16)}`;
}

export function processName(machine: Machine, process: number): string {
  return machine.description.processes[process]?.name ?? `process ${process}`;
}
export function deviceName(machine: Machine, device: number): string {
  return machine.description.devices[device]?.name ?? `device ${device}`;
}
export function cpuName(machine: Machine, cpu: number): string {
  return machine.description.cpus[cpu]?.name ?? `cpu ${cpu}`;
}
/** Name of a NUMA node, a coherent device's included. */
export function nodeName(machine: Machine, node: number): string {
  return machine.pools.node(node)?.name ?? `node ${node}`;
}
/** The scenario's name of a thread; `scenario` for its top level, `worker 7` for what code spawned. */
export function threadName(machine: Machine, thread: number): string {
  if (thread === 0) return "scenario";
  return machine.description.threads[thread - 1]?.name ?? `worker ${thread}`;
}

/** An address as a person reads it: `buf[2]`, `app.buf[2] + 8` for another process than `process`, or `0x7f0000001000`. */
export function placeName(machine: Machine, owner: number, address: number): string {
  const { pageSize, description } = machine;
  const vma = machine.vmas.find(owner, address);
  let region = vma < 0 ? -1 : machine.vmas.region.get(vma) - 1;
  const contains = (r: number): boolean => {
    const it = description.regions[r];
    return it !== undefined && it.process === owner && address >= it.start && address < it.start + it.pages * pageSize;
  };
  if (!contains(region)) region = description.regions.findIndex((_, r) => contains(r));
  const found = description.regions[region];
  if (found === undefined) return `${hex(address)} of ${processName(machine, owner)}`;
  const page = Math.floor((address - found.start) / pageSize);
  const offset = address % pageSize;
  const prefix = description.processes.length > 1 ? `${processName(machine, owner)}.` : "";
  const index = found.pages > 1 ? `[${page}]` : "";
  return `${prefix}${found.name}${index}${offset === 0 ? "" : ` + ${offset}`}`;
}
/** A page as a person reads it; see `placeName`. */
export function pageName(machine: Machine, process: number, vpn: number): string {
  return placeName(machine, process, vpn * machine.pageSize);
}

/** Name of a lock that no model code declared. */
export function lockName(machine: Machine, lock: Value): string {
  const index = lockIndexOf(lock);
  switch (lockClassOf(lock)) {
    case LockClass.mmap:
      return `mmap_lock of ${processName(machine, index)}`;
    case LockClass.vma:
      return `lock of ${vmaName(machine, index)}`;
    case LockClass.folio:
      return folioName(index);
    case LockClass.rmap:
      return `rmap lock ${index}`;
    case LockClass.ptl: {
      const { process, table } = ptlOwner(lock);
      const address = table * machine.pageTables.span * machine.pageSize;
      return `ptl of ${processName(machine, process)} ${hex(address)}`;
    }
    case LockClass.pmd: {
      const { process, table } = ptlOwner(lock);
      const address = table * machine.pageTables.span ** 2 * machine.pageSize;
      return `pmd lock of ${processName(machine, process)} ${hex(address)}`;
    }
    default:
      return `lock ${index}`;
  }
}

export function folioName(pfn: number): string {
  return pfn === 0 ? "the zero page" : `folio ${hex(pfn)}`;
}
export function vmaName(machine: Machine, vma: number): string {
  const process = machine.vmas.process.get(vma) - 1;
  if (process < 0) return `vma ${vma} (gone)`;
  const start = machine.vmas.start.get(vma);
  const end = machine.vmas.end.get(vma);
  return `vma ${hex(start)}-${hex(end)} of ${processName(machine, process)}`;
}

const SHOWN_FLAGS = [
  "writable",
  "dirty",
  "young",
  "exclusive",
  "huge",
  "atomic",
  "special",
  "poisoned",
  "guard",
] as const;

/** An entry: `none`, `present(0x12, writable, dirty)`. */
export function entryName(entry: Value): string {
  const kind = kindOf(entry);
  const name = ENTRY_KIND_NAMES[kind] ?? `kind ${kind}`;
  if (kind === EntryKind.none) return name;
  const parts: string[] = targetsFolio(entry)
    ? [hex(pfnOf(entry))]
    : kind === EntryKind.swap
      ? [`slot ${pfnOf(entry)}`]
      : [];
  for (const flag of SHOWN_FLAGS) {
    if (hasFlag(entry, EntryFlag[flag])) parts.push(flag);
  }
  return parts.length === 0 ? name : `${name}(${parts.join(", ")})`;
}

/** `value` as text. `words` are the program's words, by symbol id; objects of the heap are shown by kind alone. */
export function describeValue(machine: Machine, words: readonly string[], value: Value): string {
  const payload = payloadOf(value);
  switch (tagOf(value)) {
    case 0:
      return String(value);
    case Tag.wide:
      return String(toBigInt(value));
    case Tag.sequence:
      return String(machine.numbers.numberOf(value));
    case Tag.symbol:
      return words[payload] ?? `word ${payload}`;
    case Tag.error:
      return ERROR_NAMES[payload] ?? `error ${payload}`;
    case Tag.entry:
      return entryName(value);
    case Tag.folio:
      return folioName(payload);
    case Tag.process:
      return processName(machine, payload);
    case Tag.vma:
      return vmaName(machine, payload);
    case Tag.thread:
      return threadName(machine, payload);
    case Tag.device:
      return deviceName(machine, payload);
    case Tag.context: {
      const device = deviceName(machine, machine.devices.deviceOfContext(payload));
      return `${device} for ${processName(machine, machine.devices.processOfContext(payload))}`;
    }
    case Tag.subscription:
      return subscriptionName(machine, payload);
    case Tag.lock:
      return machine.locks.name(value);
    case Tag.node:
      return nodeName(machine, payload);
    case Tag.cpu:
      return cpuName(machine, payload);
    case Tag.region:
      return `region ${machine.description.regions[payload]?.name ?? payload}`;
    case Tag.list:
      return "a list";
    case Tag.struct:
      return "a struct";
    case Tag.table:
      return "a table";
    case Tag.string:
      return `string ${payload}`;
    case Tag.fence:
      return `fence ${payload}`;
    default:
      return `value ${value}`;
  }
}

/** "gpu0's notifier of app 0x0-0x800000000000", or "gpu0's mm-wide notifier of app". */
export function subscriptionName(machine: Machine, sub: number): string {
  const { notifiers } = machine;
  if (!notifiers.exists(sub)) return `notifier ${sub} (removed)`;
  const context = notifiers.context.get(sub);
  const device = deviceName(machine, machine.devices.deviceOfContext(context));
  const process = processName(machine, machine.devices.processOfContext(context));
  if (notifiers.wide.get(sub) === 1) return `${device}'s mm-wide notifier of ${process}`;
  return `${device}'s notifier of ${process} ${hex(notifiers.start.get(sub))}-${hex(notifiers.end.get(sub))}`;
}
