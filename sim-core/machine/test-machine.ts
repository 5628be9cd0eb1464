/** For tests: a small machine, and a caller that runs primitives by name without a VM. */
import type { Value } from "../store/value.ts";
import { box, NONE, Tag } from "../store/value.ts";
import { BASE_WORDS } from "../store/words.ts";
import type { Caller, Place } from "./caller.ts";
import type { MachineDescription } from "./description.ts";
import type { EventId } from "./events.ts";
import { EVENTS } from "./events.ts";
import { Machine } from "./machine.ts";
import { describeValue } from "./names.ts";
import type { Primitive } from "./primitive.ts";
import { primitives } from "./primitives.ts";

/** Pages of the first region start here. */
export const BASE = 0x7f0000000000;

/** Two CPUs, two devices (the second coherent), a process `app` with regions `buf` and `other`, and one that it forks. */
export const TEST_MACHINE: MachineDescription = {
  pageSize: 4096,
  nodes: [
    { name: "N0", pages: 64, movable: false },
    { name: "N1", pages: 4, movable: true },
  ],
  cpus: [
    { name: "cpu0", node: 0 },
    { name: "cpu1", node: 1 },
  ],
  devices: [
    { name: "gpu0", driver: "dmirror", pages: 8, options: [] },
    { name: "gpu1", driver: "amdkfd", pages: 4, coherent: "N2", options: [] },
  ],
  processes: [
    { name: "app", regions: [0, 1, 2] },
    { name: "child", parent: 0, regions: [] },
  ],
  regions: [
    region("buf", BASE, 8, true),
    region("other", BASE + 0x100000, 2, true),
    region("late", BASE + 0x200000, 4, false),
  ],
  threads: [
    { name: "t0", process: 0, cpu: 0 },
    { name: "t1", process: 0, cpu: 1 },
    { name: "g0", process: 0, device: 0 },
    { name: "g1", process: 0, device: 1 },
  ],
};

function region(name: string, start: number, pages: number, initial: boolean): MachineDescription["regions"][number] {
  return { name, process: 0, start, pages, kind: "anon", readable: true, writable: true, shared: false, initial };
}

/** What a call of `TestCaller.fail` throws. */
export class PrimitiveFailure extends Error {}

export class TestCaller implements Caller {
  readonly machine: Machine;
  thread = 1;
  context = -1;
  /** Events so far, as "name field field". */
  readonly events: string[] = [];
  private readonly byName: ReadonlyMap<string, Primitive> = new Map(primitives.map((p) => [p.name, p]));

  /** Makes the machine with its scenario threads; nothing that was done can be undone. */
  constructor(description: MachineDescription = TEST_MACHINE) {
    this.machine = new Machine(description);
    const { threads } = this.machine;
    threads.create(-1, -1, -1, Number.POSITIVE_INFINITY);
    for (const t of description.threads) {
      threads.create(t.process, t.cpu ?? -1, t.device ?? -1, Number.POSITIVE_INFINITY);
    }
    this.machine.store.forget();
  }

  /** Runs a primitive with `args`, `none` for what is left out. */
  run(name: string, ...args: Value[]): Value {
    const primitive = this.byName.get(name);
    if (primitive === undefined) throw new Error(`no primitive ${name}`);
    const all = Float64Array.from({ length: primitive.params.length }, (_, i) => args[i] ?? NONE);
    return primitive.run(this, all, 0);
  }
  /** The elements of a list. */
  list(handle: Value): Value[] {
    return Array.from({ length: this.machine.heap.length(handle) }, (_, i) => this.machine.heap.get(handle, i));
  }

  emit(event: EventId, ...fields: (Value | Place)[]): void {
    const words = fields.map((f) => (typeof f === "number" ? this.describe(f) : `[${f.start - BASE},${f.end - BASE})`));
    this.events.push([EVENTS[event]?.name, ...words].join(" "));
  }
  mayFail(): boolean {
    return false;
  }
  delay(): void {}
  choose(): number {
    return 0;
  }
  fail(message: string): never {
    throw new PrimitiveFailure(message);
  }
  describe(value: Value): string {
    return describeValue(this.machine, BASE_WORDS, value);
  }
  newList(): Value {
    return this.machine.heap.make(this.thread, Tag.list, 0);
  }
  newStruct(type: number, ...fields: Value[]): Value {
    const handle = this.machine.heap.make(this.thread, Tag.struct, type);
    for (const field of fields) this.machine.heap.push(handle, field);
    return handle;
  }
}

/** Handles of the test machine. */
export const app: Value = box(Tag.process, 0);
export const child: Value = box(Tag.process, 1);
export const gpu0: Value = box(Tag.device, 0);
export const gpu1: Value = box(Tag.device, 1);
/** The contexts of `gpu0` and `gpu1` for `app`. */
export const mirror0: Value = box(Tag.context, 0);
export const mirror1: Value = box(Tag.context, 2);
/** Address of page `i` of `buf`. */
export function buf(i: number, offset = 0): number {
  return BASE + i * 4096 + offset;
}
