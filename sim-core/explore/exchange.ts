/**
 * The hash of a state in which twins (`twins.ts`) are exchanged, for each order of them: the least of these is the same for all states
 * that differ only in which twin is which. A search that goes by it looks at one of them.
 *
 * What an exchange does to a state: what stands under a twin (its frames, lists, rows) stands under the other, who or whose CPU is named
 * is the other, and the places in its own code, its statements and its variables are the other's. The hash is a sum over cells, so
 * the exchanged one differs from the state's own by a sum over the cells that an exchange changes, which is brought up to date from
 * the journal after each step: steps themselves know nothing of it.
 */
import { OBJECTS_PER_THREAD } from "../machine/heap.ts";
import type { Column, SparseColumn } from "../store/column.ts";
import { addressWord } from "../store/hash.ts";
import type { Value } from "../store/value.ts";
import { box, payloadOf, Tag, tagOf } from "../store/value.ts";
import { HEADER, linkDistance, linkFunction, linkReturn, makeLink, STACK } from "../vm/frames.ts";
import type { Simulation } from "./simulation.ts";
import type { Twins } from "./twins.ts";

/**
 * How the cells of a column are to be taken: whether their rows or spaces are those of a thread or CPU, and what they hold. `values`
 * are of the language; `plain` numbers name no thread and no CPU.
 */
const KINDS = {
  plain: 0,
  values: 1,
  threadRows: 2,
  threadValues: 3,
  pcs: 4,
  frameCells: 5,
  statements: 6,
  cpus: 7,
  frames: 8,
  objects: 9,
  elements: 10,
  holders: 11,
  threadSpaces: 12,
  tlb: 13,
  batches: 14,
  slots: 15,
} as const;
type Kind = keyof typeof KINDS;

/** The hashed columns that are about threads and CPUs, or hold values of the language. */
const SPECIAL: Readonly<Record<string, Kind>> = {
  "thread.status": "threadRows",
  "thread.process": "threadRows",
  "thread.cpu": "cpus",
  "thread.device": "threadRows",
  "thread.pc": "pcs",
  "thread.frame": "frameCells",
  "thread.statement": "statements",
  "thread.refs": "threadRows",
  "thread.outcome": "threadValues",
  "thread.sampledSubscription": "threadRows",
  "thread.sampledSeq": "threadRows",
  "heap.top": "threadRows",
  "heap.length": "objects",
  "heap.type": "objects",
  "heap.cells": "elements",
  "lock.state": "holders",
  "lock.reads": "threadSpaces",
  "checks.openRanges": "threadSpaces",
  "checks.migrations": "threadSpaces",
  "folio.batch": "batches",
  tlb: "tlb",
  frames: "frames",
  scenario: "slots",
  variables: "values",
  "kernel variables": "values",
};
/** The other hashed columns: their numbers and handles are of pages, processes, devices and the like. */
const PLAIN = [
  /^(context|swap|file|process|gup|fence|pool|notifier|inject|vma|root|watch)\./,
  /^folio\.(refcount|mapcount|flags|temps|entries|entireMapcount|slot|mapping|gups|pins|data|copiedTo)$/,
  /^(pagecache|pte|pmd|mirror|mirror\.(huge|tlb|stopped)|content\.(first|rest)|thread\.count|checks\.lateEntries)$/,
];

/** How the cells of `column` are to be taken; undefined if that is not known. */
function kindOf({ name, hashed }: Column): number | undefined {
  const special = SPECIAL[name];
  if (special !== undefined) return KINDS[special];
  return !hashed || PLAIN.some((names) => names.test(name)) ? KINDS.plain : undefined;
}

/** One order of the twins: what becomes of whom. */
class Order {
  private readonly twins: Twins;
  private readonly processes: number;
  /** By number: what is in its place. Numbers beyond are left as they are. */
  private readonly threads: Int32Array;
  private readonly cpus: Int32Array;
  private readonly statements: Int32Array;
  private readonly slots: Int32Array;
  private readonly functions: Int32Array;
  /** By thread: how far its code, where it is a twin's, lies behind that of the one in its place. */
  private readonly shifts: Int32Array;
  /** By thread: where its own code begins and ends; both 0 for who is no twin. */
  private readonly entries: Int32Array;
  private readonly ends: Int32Array;
  /** Where in a twin's stack the link of a function stands that its own code calls. */
  private readonly calleeLink: number;
  // The address and the value that a cell has in this order.
  address = 0;
  value = 0;

  /** `to`: by twin, the one that is in its place. */
  constructor({ program, machine }: Simulation, twins: Twins, to: readonly number[]) {
    this.twins = twins;
    this.processes = machine.description.processes.length;
    const table = (size: number, rows: readonly (readonly number[])[]): Int32Array => {
      const places = Int32Array.from({ length: size }, (_, i) => i);
      for (const row of rows) for (const [i, item] of row.entries()) places[item] = row[to[i] ?? i] ?? item;
      return places;
    };
    this.threads = table(program.machine.threads.length + 1, [twins.threads]);
    this.cpus = table(program.machine.cpus.length, twins.cpus[0] === -1 ? [] : [twins.cpus]);
    this.statements = table(program.statements.length, twins.statements);
    this.slots = table(program.scenarioVariables.length, twins.slots);
    this.functions = table(program.functions.length, [twins.functions]);
    this.shifts = new Int32Array(this.threads.length);
    this.entries = new Int32Array(this.threads.length);
    this.ends = new Int32Array(this.threads.length);
    twins.threads.forEach((thread, i) => {
      const own = program.functions[twins.functions[i] ?? -1];
      const other = program.functions[twins.functions[to[i] ?? i] ?? -1];
      this.shifts[thread] = (other?.entry ?? 0) - (own?.entry ?? 0);
      this.entries[thread] = own?.entry ?? 0;
      this.ends[thread] = own?.end ?? 0;
    });
    this.calleeLink = HEADER + (program.functions[twins.functions[0] ?? -1]?.slots.length ?? 0);
  }

  /** Says in `address` and `value` what becomes of `cell`, where it holds `value`. */
  place(column: Column, kind: number, cell: number, value: number): void {
    this.value = value;
    switch (kind) {
      case KINDS.threadRows:
        this.address = this.thread(cell);
        return;
      case KINDS.threadValues:
        this.address = this.thread(cell);
        this.value = this.named(value);
        return;
      case KINDS.pcs:
        this.address = this.thread(cell);
        this.value = cell === 0 ? this.director(value) : this.pc(cell, value);
        return;
      case KINDS.frameCells: {
        const thread = this.thread(cell);
        this.address = thread;
        if (value !== 0) this.value = value + (thread - cell) * STACK;
        return;
      }
      case KINDS.statements:
        this.address = this.thread(cell);
        if (value !== 0) this.value = (this.statements[value - 1] ?? value - 1) + 1;
        return;
      case KINDS.cpus:
        this.address = this.thread(cell);
        // Other threads of the scenario on a twin's CPU have nothing more to do.
        if (this.address !== cell || cell >= this.threads.length) this.value = this.cpu(value - 1) + 1;
        return;
      case KINDS.frames:
        this.frame(cell, value);
        return;
      case KINDS.objects: {
        const { space, index } = addressIn(column, cell);
        this.address = addressWord(space, this.object(index));
        return;
      }
      case KINDS.elements: {
        const { space, index } = addressIn(column, cell);
        this.address = addressWord(this.thread(space), index);
        this.value = this.named(value);
        return;
      }
      case KINDS.threadSpaces: {
        const { space, index } = addressIn(column, cell);
        this.address = addressWord(this.thread(space), index);
        return;
      }
      case KINDS.tlb: {
        const { space, index } = addressIn(column, cell);
        const process = space % this.processes;
        this.address = addressWord(this.cpu((space - process) / this.processes) * this.processes + process, index);
        return;
      }
      case KINDS.slots:
        this.address = this.slots[cell] ?? cell;
        this.value = this.named(value);
        return;
      default:
        this.address = column.addressOf(cell);
        if (kind === KINDS.values) this.value = this.named(value);
        else if (kind === KINDS.holders && value > 0) this.value = this.thread(value - 1) + 1;
        else if (kind === KINDS.batches) this.value = this.cpu(value - 2) + 2;
    }
  }

  private thread(thread: number): number {
    return thread < this.threads.length ? (this.threads[thread] as number) : thread;
  }
  private cpu(cpu: number): number {
    return this.cpus[cpu] ?? cpu;
  }
  private object(id: number): number {
    const thread = Math.floor(id / OBJECTS_PER_THREAD);
    return id + (this.thread(thread) - thread) * OBJECTS_PER_THREAD;
  }
  /** A value of the language: a thread, a CPU or a list or struct of a thread is another's. */
  private named(value: Value): Value {
    switch (tagOf(value)) {
      case Tag.thread:
        return box(Tag.thread, this.thread(payloadOf(value)));
      case Tag.cpu:
        return box(Tag.cpu, this.cpu(payloadOf(value)));
      case Tag.list:
      case Tag.struct:
      case Tag.table:
        return value + (this.object(payloadOf(value)) - payloadOf(value));
      default:
        return value;
    }
  }
  /** A place in code: in a twin's own it is the other's. */
  private pc(thread: number, pc: number): number {
    if (thread >= this.entries.length) return pc;
    const isOwn = pc >= (this.entries[thread] as number) && pc < (this.ends[thread] as number);
    return isOwn ? pc + (this.shifts[thread] as number) : pc;
  }
  /** For whom the director waits first follows from who is still at work. */
  private director(pc: number): number {
    const { from, to } = this.twins.joins;
    return pc >= from && pc < to ? from : pc;
  }
  private frame(cell: number, value: number): void {
    const thread = Math.floor(cell / STACK);
    const other = this.thread(thread);
    this.address = cell + (other - thread) * STACK;
    this.value = this.named(value);
    if (thread >= this.ends.length || this.ends[thread] === 0 || value === 0) return;
    const at = cell % STACK;
    if (at === 0) {
      const fn = linkFunction(value);
      this.value = makeLink(this.functions[fn] ?? fn, linkDistance(value), linkReturn(value));
    } else if (at === this.calleeLink) {
      this.value = makeLink(linkFunction(value), linkDistance(value), this.pc(thread, linkReturn(value)));
    }
  }
}

function addressIn(column: Column, cell: number): { readonly space: number; readonly index: number } {
  const sparse = column as SparseColumn;
  return { space: sparse.spaceOf(cell), index: sparse.indexOf(cell) };
}

/** All orders of `n` things; the first leaves them as they are. */
function orders(n: number): number[][] {
  if (n === 0) return [[]];
  return orders(n - 1).flatMap((order) => Array.from({ length: n }, (_, i) => order.toSpliced(n - 1 - i, 0, n - 1)));
}

export class Exchange {
  /** The hash of the state that `follow` was called for. */
  low = 0;
  high = 0;
  private readonly simulation: Simulation;
  private readonly twins: Twins;
  private readonly orders: readonly Order[];
  /** By column id. */
  private readonly kinds: Int8Array;
  // By state on the path, and order: how far its hash is from the state's own. Behind them stand those of the present state.
  private away: Int32Array;
  private at = 0;
  /** The first state on the path in which the twins are at work: exchanging them means nothing before. */
  private since = Number.POSITIVE_INFINITY;
  // By column id and cell: the number of the step in which it was seen last. A cell may be written several times.
  private readonly seen: Uint32Array[];
  private steps = 0;

  /** Undefined if there is a column of which it is not known what it says of threads. */
  static of(simulation: Simulation, twins: Twins): Exchange | undefined {
    const kinds = simulation.store.columns.map(kindOf);
    return kinds.includes(undefined) ? undefined : new Exchange(simulation, twins, kinds as number[]);
  }
  private constructor(simulation: Simulation, twins: Twins, kinds: readonly number[]) {
    this.simulation = simulation;
    this.twins = twins;
    this.orders = orders(twins.threads.length).map((to) => new Order(simulation, twins, to));
    this.kinds = Int8Array.from(kinds);
    this.away = new Int32Array(this.orders.length * 2 * 64);
    this.seen = kinds.map(() => new Uint32Array(0));
  }

  /** Whether a table is sorted by threads or CPUs: then it is seen who is who. */
  get isTold(): boolean {
    return this.simulation.machine.heap.isSortedByThread;
  }

  /** A move from the `depth`-th state on the path (-1: none) led to the present state: says what that one's hash is. */
  follow(depth: number): void {
    const { store } = this.simulation;
    const words = this.orders.length * 2;
    this.at = (depth + 1) * words;
    while (this.at + words > this.away.length) this.grow();
    if (depth < this.since) {
      this.since = Number.POSITIVE_INFINITY;
      this.low = store.hashLow;
      this.high = store.hashHigh;
      if (!this.isAtWork()) return;
      this.since = depth + 1;
      this.away.fill(0, this.at, this.at + words);
      for (const column of store.columns) {
        if (this.kinds[column.id] === KINDS.plain) continue;
        for (let cell = 0; cell < column.used; cell++) this.count(column, cell, 0);
      }
    } else {
      this.away.copyWithin(this.at, this.at - words, this.at);
      this.steps++;
      store.forEachWrite(this.visit);
    }
    this.choose(store.hashLow, store.hashHigh);
  }
  /** Whether the director waits for the twins. */
  private isAtWork(): boolean {
    const pc = this.simulation.machine.threads.pc.get(0);
    return pc >= this.twins.joins.from && pc < this.twins.joins.to;
  }
  private choose(hashLow: number, hashHigh: number): void {
    for (let i = 0; i < this.orders.length; i++) {
      const low = (hashLow + (this.away[this.at + 2 * i] as number)) | 0;
      const high = (hashHigh + (this.away[this.at + 2 * i + 1] as number)) | 0;
      if (i > 0 && (low > this.low || (low === this.low && high >= this.high))) continue;
      this.low = low;
      this.high = high;
    }
  }

  private readonly visit = (column: Column, cell: number, old: number): void => {
    const { id } = column;
    if (this.kinds[id] === KINDS.plain) return;
    let seen = this.seen[id] as Uint32Array;
    if (cell >= seen.length) {
      const larger = new Uint32Array(column.capacity);
      larger.set(seen);
      seen = larger;
      this.seen[id] = seen;
    }
    // Its first record says what it held before the step.
    if (seen[cell] === this.steps) return;
    seen[cell] = this.steps;
    this.count(column, cell, old);
  };
  /** `cell` holds something else now than `old`, what it held before. */
  private count(column: Column, cell: number, old: number): void {
    const now = column.at(cell);
    if (now === old) return;
    const kind = this.kinds[column.id] as number;
    const address = column.addressOf(cell);
    const low = column.shareLow(address, now) - column.shareLow(address, old);
    const high = column.shareHigh(address, now) - column.shareHigh(address, old);
    let { at } = this;
    for (const order of this.orders) {
      order.place(column, kind, cell, old);
      const oldAddress = order.address;
      const oldValue = order.value;
      order.place(column, kind, cell, now);
      if (oldValue !== old || order.value !== now || order.address !== address) {
        const awayLow = column.shareLow(order.address, order.value) - column.shareLow(oldAddress, oldValue) - low;
        const awayHigh = column.shareHigh(order.address, order.value) - column.shareHigh(oldAddress, oldValue) - high;
        this.away[at] = ((this.away[at] as number) + awayLow) | 0;
        this.away[at + 1] = ((this.away[at + 1] as number) + awayHigh) | 0;
      }
      at += 2;
    }
  }

  private grow(): void {
    const larger = new Int32Array(this.away.length * 2);
    larger.set(this.away);
    this.away = larger;
  }
  /** Bytes that are allocated for the states on the path. */
  get bytes(): number {
    return this.away.byteLength;
  }
}
