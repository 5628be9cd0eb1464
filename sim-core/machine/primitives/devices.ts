/** Primitives on the devices' own page tables and TLBs, and the CPUs' TLB flush. */
import { EntryFlag, EntryKind, flagsOf, hasFlag, kindOf, makeEntry, pfnOf } from "../../store/entry.ts";
import type { Value } from "../../store/value.ts";
import { box, NONE, payloadOf, Tag, tagOf } from "../../store/value.ts";
import type { Caller } from "../caller.ts";
import { Event } from "../events.ts";
import { ZERO_PFN } from "../pools.ts";
import type { Primitive } from "../primitive.ts";
import { addressArgument, argument, contextArgument, flagArgument, pageRange, processArgument } from "./arguments.ts";

/** The device entry that maps `what`: an entry as hmm_range_fault reports it, or a folio. */
function deviceEntry(call: Caller, what: Value, writableGiven: Value, atomicGiven: Value): Value {
  const atomic = flagArgument(atomicGiven, false);
  let pfn: number;
  let writable: boolean;
  if (tagOf(what) === Tag.folio) {
    pfn = payloadOf(what);
    writable = flagArgument(writableGiven, atomic);
  } else if (tagOf(what) === Tag.entry) {
    const kind = kindOf(what);
    const maps =
      kind === EntryKind.present ||
      kind === EntryKind.zero ||
      kind === EntryKind.device_private ||
      kind === EntryKind.device_exclusive;
    if (!maps) return call.fail(`map: ${call.describe(what)} has no page that a device could map`);
    pfn = kind === EntryKind.zero ? ZERO_PFN : pfnOf(what);
    writable = flagArgument(writableGiven, atomic || hasFlag(what, EntryFlag.writable));
  } else {
    return call.fail(`map: expected an entry or a folio, got ${call.describe(what)}`);
  }
  if (pfn === ZERO_PFN && (writable || atomic)) return call.fail("map: the zero page may only be mapped to be read");
  const flags = (writable ? EntryFlag.writable : 0) | (atomic ? EntryFlag.atomic : 0);
  return makeEntry(EntryKind.present, pfn, flags);
}

export const devicePrimitives: readonly Primitive[] = [
  {
    name: "map",
    params: ["self", "addr", "what", "writable?", "atomic?", "huge?"],
    effect: "write",
    doc: "Writes the device's entry of the page at addr: `what` is an entry as hmm_range_fault gives it, or a folio. writable: as the entry says unless given; atomic: the device may do atomics, and write unless said otherwise. huge: one entry for the whole huge page that contains addr, in place of all that was there; `what` is its first page. Writes the device's table; its TLB keeps what it has.",
    run(call, args, at) {
      const context = contextArgument(call, "map", argument(args, at));
      const addr = addressArgument(call, "map", argument(args, at + 1));
      const entry = deviceEntry(call, argument(args, at + 2), argument(args, at + 3), argument(args, at + 4));
      const { machine } = call;
      const vpn = machine.vpn(addr);
      if (!flagArgument(argument(args, at + 5), false)) {
        machine.mirrors.set(context, vpn, entry);
        machine.watch?.inserted(context, vpn, entry, call.thread);
        return NONE;
      }
      if (vpn % machine.mirrors.span !== 0) return call.fail("map: a huge entry begins at a multiple of its size");
      const huge = makeEntry(EntryKind.present, pfnOf(entry), flagsOf(entry) | EntryFlag.huge);
      machine.mirrors.setHuge(context, vpn, huge);
      machine.watch?.inserted(context, vpn, huge, call.thread);
      return NONE;
    },
  },
  {
    name: "unmap",
    params: ["self", "start", "end"],
    effect: "write",
    doc: "Drops the device's entries in [start, end), a huge one that reaches into it whole, and returns how many pages lost theirs. Writes the device's table; its TLB keeps what it has. Pages that the device wrote are the driver's to mark dirty, before.",
    run(call, args, at) {
      const context = contextArgument(call, "unmap", argument(args, at));
      const [from, to] = pageRange(call, "unmap", argument(args, at + 1), argument(args, at + 2));
      return call.machine.mirrors.clear(context, from, to);
    },
  },
  {
    name: "mirror",
    params: ["self", "addr"],
    effect: "read",
    doc: "The device's own entry of the page at addr: .valid .writable .atomic .folio .pfn. Reads the device's table.",
    run(call, args, at) {
      const context = contextArgument(call, "mirror", argument(args, at));
      const addr = addressArgument(call, "mirror", argument(args, at + 1));
      return call.machine.mirrors.get(context, call.machine.vpn(addr));
    },
  },
  {
    name: "device_stop",
    params: ["self"],
    effect: "write",
    doc: "Stops the device's queues for the context's process and waits until none is in the middle of an access: until device_resume it uses nothing of its table and TLB. Writes whether it is stopped.",
    run(call, args, at) {
      call.machine.mirrors.stopped.set(contextArgument(call, "device_stop", argument(args, at)), 1);
      return NONE;
    },
  },
  {
    name: "device_resume",
    params: ["self"],
    effect: "write",
    doc: "Lets the queues go on that device_stop stopped: with the table and the TLB as they are now. Writes whether it is stopped.",
    run(call, args, at) {
      call.machine.mirrors.stopped.set(contextArgument(call, "device_resume", argument(args, at)), 0);
      return NONE;
    },
  },
  {
    name: "mirrored",
    params: ["self", "start", "end"],
    effect: "read",
    doc: "The addresses of the pages of [start, end) that the device has an entry for, in order: a list. Reads the device's table.",
    run(call, args, at) {
      const context = contextArgument(call, "mirrored", argument(args, at));
      const [from, to] = pageRange(call, "mirrored", argument(args, at + 1), argument(args, at + 2));
      const { heap, mirrors, pageSize } = call.machine;
      const pages: number[] = [];
      mirrors.forEach(context, from, to, (vpn) => pages.push(vpn));
      const list = call.newList();
      for (const vpn of pages.sort((a, b) => a - b)) heap.push(list, vpn * pageSize);
      return list;
    },
  },
  {
    name: "flush_tlb",
    params: ["self", "start", "end"],
    effect: "write",
    doc: "The device forgets the translations that it has cached for [start, end), and has ended what it was doing through them. Writes the device's TLB. Emits tlb_flush.",
    run(call, args, at) {
      const context = contextArgument(call, "flush_tlb", argument(args, at));
      const [from, to] = pageRange(call, "flush_tlb", argument(args, at + 1), argument(args, at + 2));
      const { devices, mirrors, pageSize } = call.machine;
      mirrors.flush(context, from, to);
      const process = devices.processOfContext(context);
      const place = { process, start: from * pageSize, end: to * pageSize };
      call.emit(Event.tlb_flush, box(Tag.device, devices.deviceOfContext(context)), place);
      return NONE;
    },
  },
  {
    name: "tlb_flush",
    params: ["process", "start", "end"],
    effect: "write",
    doc: "All CPUs forget the translations that they have cached for [start, end) of the process (flush_tlb_mm_range with its interrupts, waited for). Writes the CPUs' TLBs. Emits tlb_flush by the CPU that runs this.",
    run(call, args, at) {
      const process = processArgument(call, "tlb_flush", argument(args, at));
      const [from, to] = pageRange(call, "tlb_flush", argument(args, at + 1), argument(args, at + 2));
      const { machine } = call;
      machine.tlbs.flush(process, from, to);
      // What a device's thread does in the kernel runs on some CPU: the first stands for it.
      const cpu = Math.max(call.thread < 0 ? 0 : machine.threads.cpuOf(call.thread), 0);
      const { pageSize } = machine;
      call.emit(Event.tlb_flush, box(Tag.cpu, cpu), { process, start: from * pageSize, end: to * pageSize });
      return NONE;
    },
  },
];
