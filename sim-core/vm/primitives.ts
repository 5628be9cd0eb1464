/** The whole table of primitives: the machine's, and those on plain data and on the running thread, which need the VM. */
import type { Caller } from "../machine/caller.ts";
import { OBJECT_LENGTH } from "../machine/heap.ts";
import type { InjectionSite } from "../machine/injection.ts";
import { INJECTION_SITES } from "../machine/injection.ts";
import type { Primitive } from "../machine/primitive.ts";
import { primitives as machinePrimitives } from "../machine/primitives.ts";
import { MmState } from "../machine/processes.ts";
import { ThreadStatus } from "../machine/threads.ts";
import type { Value } from "../store/value.ts";
import { bool, box, isInteger, isPlainInteger, NONE, payloadOf, Tag, tagOf, truthy } from "../store/value.ts";
import { word } from "../store/words.ts";
import { compare } from "./arithmetic.ts";

function listOf(call: Caller, name: string, value: Value): Value {
  return tagOf(value) === Tag.list ? value : call.fail(`${name}: expected a list, got ${call.describe(value)}`);
}
/** Removes element `index` of a list and gives it; what a declared list kept is the running function's then. */
function taken(call: Caller, list: Value, index: number): Value {
  const { heap } = call.machine;
  const value = heap.planted(call.thread, heap.get(list, index));
  heap.remove(list, index);
  return value;
}
function argument(args: Float64Array, index: number): Value {
  return args[index] as number;
}

/** The primitive that asks whether the running thread has been killed. */
export const FATAL_SIGNAL_PENDING = "fatal_signal_pending";

const dataPrimitives: readonly Primitive[] = [
  {
    name: "array",
    params: ["n"],
    effect: "pure",
    doc: "A new list of `n` zeros that lives until the running function returns.",
    run(call, args, at) {
      const list = call.newList();
      const n = argument(args, at);
      if (!(isPlainInteger(n) && n >= 0 && n < OBJECT_LENGTH)) {
        return call.fail(`array: a list has 0 to ${OBJECT_LENGTH - 1} elements, not ${call.describe(n)}`);
      }
      call.machine.heap.resize(list, n);
      return list;
    },
  },
  {
    name: "push",
    params: ["list", "value"],
    effect: "pure",
    doc: "Appends `value` to `list`.",
    run(call, args, at) {
      call.machine.heap.push(listOf(call, "push", argument(args, at)), argument(args, at + 1));
      return NONE;
    },
  },
  {
    name: "pop",
    params: ["list"],
    effect: "pure",
    doc: "Removes the last element of `list` and gives it; `none` if there is none.",
    run(call, args, at) {
      const list = listOf(call, "pop", argument(args, at));
      const length = call.machine.heap.length(list);
      return length === 0 ? NONE : taken(call, list, length - 1);
    },
  },
  {
    name: "remove",
    params: ["list", "index"],
    effect: "pure",
    doc: "Removes element `index` of `list`, closing the gap, and gives it. Of a table: removes that key.",
    run(call, args, at) {
      const from = argument(args, at);
      const index = argument(args, at + 1);
      const { heap } = call.machine;
      if (tagOf(from) === Tag.table) {
        const value = heap.planted(call.thread, heap.lookup(from, index) ?? NONE);
        heap.store(from, index, undefined);
        return value;
      }
      const list = listOf(call, "remove", from);
      if (!(isPlainInteger(index) && index >= 0 && index < heap.length(list))) {
        return call.fail(`remove: the list has no element ${call.describe(index)}`);
      }
      return taken(call, list, index);
    },
  },
  {
    name: "min",
    params: ["a", "b", "c?"],
    effect: "pure",
    doc: "The smallest of two or three numbers.",
    run: (call, args, at) => extreme(call, "min", args, at, -1),
  },
  {
    name: "max",
    params: ["a", "b", "c?"],
    effect: "pure",
    doc: "The largest of two or three numbers.",
    run: (call, args, at) => extreme(call, "max", args, at, 1),
  },
  {
    name: "trylock",
    params: ["lock", "read?"],
    effect: "write",
    doc: "Takes a lock if it is free, without waiting; with the word `read`, for reading. True if it was taken.",
    run(call, args, at) {
      const lock = call.machine.locks.of(argument(args, at));
      if (lock === undefined) return call.fail(`trylock: ${call.describe(argument(args, at))} is not a lock`);
      const read = argument(args, at + 1) === word("read");
      return bool(!call.machine.locks.heldBy(call.thread, lock) && call.machine.locks.tryLock(call, lock, read, false));
    },
  },
  {
    name: "is_locked",
    params: ["lock"],
    effect: "read",
    doc: "Whether anybody holds the lock.",
    run(call, args, at) {
      const lock = call.machine.locks.of(argument(args, at));
      return lock === undefined ? call.fail("is_locked: not a lock") : bool(call.machine.locks.isHeld(lock));
    },
  },
  {
    name: "current_thread",
    params: [],
    effect: "pure",
    doc: "The running thread.",
    run: (call) => box(Tag.thread, call.thread),
  },
  {
    name: "alone",
    params: ["stalled?"],
    effect: "read",
    doc: "No other thread has anything left to do. Only then does time pass: a driver that would give up after a second asks this. stalled: a list of threads that do not count, since they stand still until the running one is done.",
    run(call, args, at) {
      const { heap, threads } = call.machine;
      const stalled = argument(args, at) === NONE ? NONE : listOf(call, "alone", argument(args, at));
      const standsStill = (t: number): boolean => {
        const length = stalled === NONE ? 0 : heap.length(stalled);
        for (let i = 0; i < length; i++) if (heap.get(stalled, i) === box(Tag.thread, t)) return true;
        return false;
      };
      for (let t = 1; t < threads.length; t++) {
        const isBusy = t !== call.thread && threads.status.get(t) === ThreadStatus.running;
        if (isBusy && !standsStill(t)) return bool(false);
      }
      return bool(true);
    },
  },
  {
    name: "current_process",
    params: [],
    effect: "pure",
    doc: "The process of the running thread (current->mm), or `none`.",
    run(call) {
      const process = call.machine.threads.processOf(call.thread);
      return process < 0 ? NONE : box(Tag.process, process);
    },
  },
  {
    name: FATAL_SIGNAL_PENDING,
    params: [],
    // It is read wherever a kernel looks for it: a point of interleaving only in a scenario whose own code kills somebody.
    effect: "pure",
    doc: "Whether the running thread has been killed (fatal_signal_pending(current)): SIGKILL is pending for its process, and it is no worker. Reads the process's state.",
    run(call) {
      const { description, processes, threads } = call.machine;
      const process = threads.processOf(call.thread);
      const isWorker = call.thread > description.threads.length;
      return bool(process >= 0 && !isWorker && processes.has(process, MmState.killed));
    },
  },
  {
    name: "current_cpu",
    params: [],
    effect: "pure",
    doc: "The CPU of the running thread, or `none`.",
    run(call) {
      const cpu = call.machine.threads.cpuOf(call.thread);
      return cpu < 0 ? NONE : box(Tag.cpu, cpu);
    },
  },
  {
    name: "current_context",
    params: [],
    effect: "pure",
    doc: "The context of the innermost driver code that is running, or `none`.",
    run: (call) => (call.context < 0 ? NONE : box(Tag.context, call.context)),
  },
  {
    name: "injected",
    params: ["site", "device?", "cannot_fail?"],
    effect: "write",
    doc: "Whether an injected fault makes this operation fail; uses it up. One that delays makes the statement wait until no other thread can move. device: the one that the operation is of, else the one for which the code runs; cannot_fail: only a delay counts.",
    run(call, args, at) {
      const site = INJECTION_SITES.find((s) => word(s) === argument(args, at));
      if (site === undefined)
        return call.fail("injected: expected device_alloc, page_alloc, copy, folio_lock, notifier or swap_io");
      const device = injectionDevice(call, argument(args, at + 1));
      return bool(injected(call, site, device, truthy(argument(args, at + 2))));
    },
  },
];

/** The largest (`sign` 1) or smallest (-1) of two or three numbers; the third may be `none`. */
function extreme(call: Caller, name: string, args: Float64Array, at: number, sign: number): Value {
  let best = argument(args, at);
  for (let i = 0; i < 3; i++) {
    const value = argument(args, at + i);
    if (i === 2 && value === NONE) break;
    if (!isInteger(value)) return call.fail(`${name}: expected numbers, got ${call.describe(value)}`);
    if ((compare(value, best) ?? 0) * sign > 0) best = value;
  }
  return best;
}

/** The device that an operation is of: the one given, else that of the driver or thread that runs; -1: of none. */
function injectionDevice(call: Caller, given: Value): number {
  const { devices, threads } = call.machine;
  if (tagOf(given) === Tag.device) return payloadOf(given);
  if (call.context >= 0) return devices.deviceOfContext(call.context);
  return call.thread < 0 ? -1 : threads.deviceOf(call.thread);
}

function injected(call: Caller, site: InjectionSite, device: number, cannotFail: boolean): boolean {
  const fault = call.machine.injection.consult(site, device, cannotFail);
  if (fault === undefined) return false;
  if (fault.mode === "delay") call.delay();
  if (fault.mode === "maybe" && !call.mayFail()) return false;
  call.machine.injection.use(fault.row);
  return fault.mode !== "delay";
}

const known = new Set(machinePrimitives.map((p) => p.name));

/** All primitives; compiled code refers to them by index. */
export const primitives: readonly Primitive[] = [
  ...machinePrimitives,
  ...dataPrimitives.filter((p) => !known.has(p.name)),
];

/**
 * Fields of handles that other threads may change while code looks: reading one is a point of interleaving. Those of vmas are
 * not among them: whoever changes a vma holds mmap_lock for writing, and whoever looks at one holds it for reading. Those of
 * entries are values.
 */
export const SHARED_FIELDS: ReadonlySet<string> = new Set([
  "refcount",
  "mapcount",
  "entire_mapcount",
  "large",
  "active",
  "referenced",
  "unevictable",
  "writeback",
  "swapbacked",
  "pagecache",
  "private",
  "done",
  "pincount",
  "maybe_dma_pinned",
  "locked",
  "lru",
  "uptodate",
  "swapcache",
  "mapping",
  "data",
  "invalidate_seq",
  "invalidating",
  "active_invalidate_ranges",
  "rss_anon",
  "seq",
  "free",
  "notifier",
  "stopped",
  "exists",
]);
