/** Primitives that are what hardware does: loads, stores and atomics of CPUs and devices. */
import type { Value } from "../../store/value.ts";
import { fromBigInt, isInteger, isPlainInteger, toBigInt } from "../../store/value.ts";
import { word } from "../../store/words.ts";
import type { Caller } from "../caller.ts";
import type { Access } from "../mmu.ts";
import { load, store, translateCpu, translateDevice } from "../mmu.ts";
import type { Primitive } from "../primitive.ts";
import { addressArgument, argument, contextArgument } from "./arguments.ts";

const FAULT = word("fault");
const STOPPED = word("stopped");
const ADD = word("add");
const XCHG = word("xchg");
const CAS = word("cas");

/** The sum of two words, modulo 2^64. */
export function addWords(a: Value, b: Value): Value {
  if (isPlainInteger(a) && isPlainInteger(b)) {
    const sum = a + b;
    if (sum <= Number.MAX_SAFE_INTEGER && sum >= Number.MIN_SAFE_INTEGER) return sum;
  }
  return fromBigInt((toBigInt(a) ?? 0n) + (toBigInt(b) ?? 0n));
}

function integer(call: Caller, primitive: string, value: Value): Value {
  return isInteger(value) ? value : call.fail(`${primitive}: expected a number, got ${call.describe(value)}`);
}

/** An access that got through: what it does to the word. Returns what the primitive does. */
function perform(
  call: Caller,
  primitive: string,
  args: Float64Array,
  at: number,
  access: Access,
  target: { process: number; vpn: number; pfn: number; word: number; device: number },
): Value {
  const { machine } = call;
  const { process, vpn, pfn, device } = target;
  const index = target.word;
  if (access === "load") return load(machine, process, vpn, pfn, index, device);
  if (access === "store") {
    store(machine, process, vpn, pfn, index, integer(call, primitive, argument(args, at)), device);
    return 0;
  }
  const op = argument(args, at);
  const a = integer(call, primitive, argument(args, at + 1));
  const before = load(machine, process, vpn, pfn, index, device);
  if (op === ADD) store(machine, process, vpn, pfn, index, addWords(before, a), device);
  else if (op === XCHG) store(machine, process, vpn, pfn, index, a, device);
  else if (op === CAS) {
    const b = integer(call, primitive, argument(args, at + 2));
    if (before === a) store(machine, process, vpn, pfn, index, b, device);
  } else return call.fail(`${primitive}: ${call.describe(op)} is no atomic operation (add, xchg, cas)`);
  return before;
}

function wordOf(call: Caller, primitive: string, addr: number): number {
  if (addr % 8 !== 0) return call.fail(`${primitive}: the address is not a multiple of 8`);
  return (addr % call.machine.pageSize) / 8;
}

function cpuAccess(call: Caller, primitive: string, args: Float64Array, at: number, access: Access): Value {
  const addr = addressArgument(call, primitive, argument(args, at));
  const { machine } = call;
  const cpu = machine.threads.cpuOf(call.thread);
  const process = machine.threads.processOf(call.thread);
  if (cpu < 0 || process < 0) return call.fail(`${primitive}: this thread runs on no CPU`);
  const index = wordOf(call, primitive, addr);
  const vpn = machine.vpn(addr);
  const pfn = translateCpu(machine, cpu, process, vpn, access);
  if (pfn < 0) return FAULT;
  return perform(call, primitive, args, at + 1, access, { process, vpn, pfn, word: index, device: -1 });
}

function deviceAccess(call: Caller, primitive: string, args: Float64Array, at: number, access: Access): Value {
  const context = contextArgument(call, primitive, argument(args, at));
  const addr = addressArgument(call, primitive, argument(args, at + 1));
  const { machine } = call;
  const index = wordOf(call, primitive, addr);
  if (machine.mirrors.stopped.get(context) !== 0) return STOPPED;
  const vpn = machine.vpn(addr);
  const pfn = translateDevice(machine, context, vpn, access);
  if (pfn < 0) return FAULT;
  const process = machine.devices.processOfContext(context);
  const device = machine.devices.deviceOfContext(context);
  return perform(call, primitive, args, at + 2, access, { process, vpn, pfn, word: index, device });
}

export const hardwarePrimitives: readonly Primitive[] = [
  {
    name: "cpu_load",
    params: ["addr"],
    effect: "write",
    doc: "The running thread's CPU loads the word at addr of its process: its value, or the word fault. Uses and fills the CPU's TLB; a walk sets the entry's young flag.",
    run: (call, args, at) => cpuAccess(call, "cpu_load", args, at, "load"),
  },
  {
    name: "cpu_store",
    params: ["addr", "value"],
    effect: "write",
    doc: "The running thread's CPU stores a word at addr of its process: ok, or the word fault. Uses and fills the CPU's TLB; a walk sets the entry's young and dirty flags.",
    run: (call, args, at) => cpuAccess(call, "cpu_store", args, at, "store"),
  },
  {
    name: "cpu_atomic",
    params: ["addr", "op", "a", "b?"],
    effect: "write",
    doc: "The running thread's CPU does add, xchg or cas (a: expected, b: new) on the word at addr: the value before, or the word fault. Translates like cpu_store.",
    run: (call, args, at) => cpuAccess(call, "cpu_atomic", args, at, "atomic"),
  },
  {
    name: "device_load",
    params: ["context", "addr"],
    effect: "write",
    doc: "The context's device loads the word at addr: its value, or the word fault, or stopped while its queues are stopped. Uses and fills the device's TLB from its own table.",
    run: (call, args, at) => deviceAccess(call, "device_load", args, at, "load"),
  },
  {
    name: "device_store",
    params: ["context", "addr", "value"],
    effect: "write",
    doc: "The context's device stores a word at addr: ok, or the word fault or stopped. Uses and fills the device's TLB from its own table; marks nothing on the CPU's side.",
    run: (call, args, at) => deviceAccess(call, "device_store", args, at, "store"),
  },
  {
    name: "device_atomic",
    params: ["context", "addr", "op", "a", "b?"],
    effect: "write",
    doc: "The context's device does add, xchg or cas (a: expected, b: new) on the word at addr: the value before, or the word fault or stopped. On system memory it needs an entry with atomic; on its own or coherent memory, or if its link carries atomics, a writable one.",
    run: (call, args, at) => deviceAccess(call, "device_atomic", args, at, "atomic"),
  },
];
