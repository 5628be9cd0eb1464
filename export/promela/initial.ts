/** The first state of an exported model: the machine as it is before the first step, with its devices opened. */
import { Simulation } from "../../sim-core/explore/simulation.ts";
import type { Column, SparseColumn } from "../../sim-core/store/column.ts";
import type { Value } from "../../sim-core/store/value.ts";

import { linkDistance, linkFunction, linkReturn, STACK } from "../../sim-core/vm/frames.ts";
import type { Program } from "../../sim-core/vm/program.ts";
import { cNumber, cValue } from "./c-value.ts";
import type { Layout } from "./sizes.ts";

/** The first state cannot be written down; the message says what it has that the model has no room for. */
export class InitialStateError extends Error {}

const OBJECTS = 2 ** 16;
const LENGTH = 2 ** 20;
const KERNEL_SPACE = 0x7fff;
const DEVICE_SPACE = 0x4000;

/** Columns of rows that the C has arrays for, by name; `plain` holds integers, `value` values, `address` plain numbers in a V. */
const ROWS: Readonly<Record<string, string>> = {
  "thread.status": "status",
  "thread.process": "process",
  "thread.cpu": "cpu",
  "thread.device": "device",
  "thread.pc": "pc",
  "thread.statement": "statement",
  "thread.refs": "refs",
  "thread.sampledSubscription": "sampledsub",
  "thread.sampledSeq": "sampledseq",
  "context.exists": "ctxexists",
  "mirror.stopped": "stopped",
  "process.exists": "exists",
  "process.seq": "seq",
  "process.active": "active",
  "process.hasNotifiers": "hasnotifiers",
  "process.rssAnon": "rssanon",
  "process.rssFile": "rssfile",
  "process.swapents": "swapents",
  "process.tlbFlushPending": "tlbpending",
  "process.state": "mmstate",
  "vma.process": "vprocess",
  "vma.start": "vstart",
  "vma.end": "vend",
  "vma.pgoff": "vpgoff",
  "vma.flags": "vflags",
  "vma.region": "vregion",
  "vma.root": "vroot",
  "vma.node": "vnode",
  "vma.file": "vfile",
  "notifier.state": "nstate",
  "notifier.wide": "nwide",
  "notifier.context": "ncontext",
  "notifier.start": "nstart",
  "notifier.end": "nend",
  "notifier.seq": "nseq",
  "notifier.order": "norder",
  "pool.free": "pool_free",
  "pool.isolated": "pool_isolated",
  "fence.state": "fence",
  "watch.count": "counts",
  "watch.progress": "progress",
};

/** Columns that follow from others, are only logs, or say how far something was ever used. */
const DERIVED = new Set([
  "vma.order",
  "vma.count",
  "vma.rows",
  "root.users",
  "root.count",
  "notifier.rows",
  "pool.hint",
  "gup.rows",
  "swap.hint",
  "fence.rows",
  "log.length",
  "scheduler",
  "progress",
  "thread.frame",
  "heap.length",
  "heap.type",
  "heap.cells",
  "heap.top",
  "checks.deferred",
  "checks.deferredCount",
  "lock.held",
  "lock.driver",
]);

/** Assignments that make `W` the first state. @throws InitialStateError */
export function firstState(program: Program, layout: Layout, lengths: Readonly<Record<string, number>>): string {
  const simulation = new Simulation(program, { merged: true, record: false, renumber: true });
  const [failure] = simulation.failures;
  if (failure !== undefined) throw new InitialStateError(`the devices cannot be set up: ${failure.message}`);
  const writer = new Writer(simulation, layout, lengths);
  return `static void h_first_state(void) {\n${writer.write().join("\n")}\n}\n`;
}

class Writer {
  private readonly simulation: Simulation;
  private readonly layout: Layout;
  private readonly lengths: Readonly<Record<string, number>>;
  private readonly lines: string[] = [];

  constructor(simulation: Simulation, layout: Layout, lengths: Readonly<Record<string, number>>) {
    this.simulation = simulation;
    this.layout = layout;
    this.lengths = lengths;
  }

  write(): readonly string[] {
    const { machine } = this.simulation;
    this.set("threads", machine.threads.length);
    for (const column of this.simulation.store.columns) {
      for (let cell = 0; cell < column.used; cell++) {
        const value = column.at(cell);
        if (value !== 0) this.cell(column, cell, value);
      }
    }
    this.frames();
    this.heap();
    return this.lines;
  }

  private set(place: string, value: number | string): void {
    this.lines.push(`  W.${place} = ${value};`);
  }
  private cell(column: Column, cell: number, value: number): void {
    const { name } = column;
    const row = ROWS[name];
    if (row !== undefined) {
      this.set(
        `${row}[${cell}]`,
        Number.isInteger(value) ? `${value}${Math.abs(value) > 2 ** 31 - 1 ? "LL" : ""}` : cValue(value),
      );
      return;
    }
    if (DERIVED.has(name) || name === "frames" || name === "thread.count") return;
    const sparse = column as SparseColumn;
    switch (name) {
      case "context.notifier":
        this.set(`notifier[${cell}]`, cValue(value));
        break;
      case "kernel variables":
        this.set(`kvars[${cell}]`, cValue(value));
        break;
      case "scenario":
        this.set(`scen[${cell}]`, cValue(value));
        break;
      case "variables":
        this.set(`vars[${this.space(sparse.spaceOf(cell))}][${sparse.indexOf(cell)}]`, cValue(value));
        break;
      default:
        this.memory(name, sparse.spaceOf(cell), sparse.indexOf(cell), value);
    }
  }
  private space(space: number): number {
    if (space === KERNEL_SPACE) throw new InitialStateError("a variable of the kernel model stands among the drivers'");
    return space >= DEVICE_SPACE ? (this.lengths.NCTX as number) + space - DEVICE_SPACE : space;
  }
  /** What drivers have put into memory and page tables when they were opened. */
  private memory(name: string, space: number, index: number, value: number): void {
    switch (name) {
      case "pte":
        this.set(`pte[${this.page(space, index)}]`, cValue(value));
        break;
      case "pmd":
        this.set(`pmdtable[${this.layout.tables.findIndex((t) => t.process === space && t.at === index)}]`, 1);
        break;
      case "folio.refcount":
      case "folio.mapcount":
      case "folio.flags":
      case "folio.temps":
      case "folio.gups":
      case "folio.pins":
      case "folio.slot":
      case "folio.batch":
      case "folio.copiedTo": {
        const field = name.slice("folio.".length);
        this.set(`${field === "copiedTo" ? "fcopied" : `f${field}`}[${this.row(index)}]`, value);
        break;
      }
      case "folio.entries": {
        const unit = 2 ** 17;
        const row = this.row(index);
        this.set(`fmapped[${row}]`, value % unit);
        this.set(`fexclusive[${row}]`, Math.floor(value / unit) % unit);
        this.set(`fmigration[${row}]`, Math.floor(value / unit / unit));
        break;
      }
      case "folio.mapping":
        this.set(`mapping[${this.row(index)}]`, `${value}LL`);
        break;
      case "folio.data":
        this.set(`data[${this.row(index)}]`, cValue(value));
        break;
      case "content.first":
        this.set(`content[${this.row(index)}][0]`, cValue(value));
        break;
      case "checks.anonEntries":
        this.lines.push(`  H.anon[${index}] = ${value};`);
        break;
      default:
        throw new InitialStateError(`the first state has something in '${name}', which the model has no place for`);
    }
  }
  private page(process: number, vpn: number): number {
    const span = this.layout.spans.find((s) => s.process === process && vpn >= s.vpn && vpn < s.vpn + s.pages);
    if (span === undefined) throw new InitialStateError("the first state maps a page that no region has");
    return span.first + vpn - span.vpn;
  }
  private row(pfn: number): number {
    if (pfn === 0) return 0;
    const at = this.layout.pools.find(({ pool, window }) => pfn >= pool.base && pfn < pool.base + window);
    if (at === undefined) throw new InitialStateError("the first state uses a frame that the model has no place for");
    return at.first + pfn - at.pool.base;
  }

  /** The threads' stacks: a thread's cells stand at its own beginning, a frame's header as C writes it. */
  private frames(): void {
    const { machine, vm } = this.simulation;
    for (let thread = 0; thread < machine.threads.length; thread++) {
      const views = vm.framesOf(thread);
      if (views.length === 0) continue;
      const base = (cell: number): number => cell - thread * STACK;
      this.set(`frame[${thread}]`, base(machine.threads.frame.get(thread)));
      for (const frame of views) {
        const at = base(frame.base);
        const slots = this.simulation.program.functions[frame.function]?.slots.length ?? 0;
        const link = this.rawCell(frame.base - 3);
        const cLink =
          ((BigInt(linkFunction(link)) * 65536n + BigInt(linkDistance(link))) * 16777216n + BigInt(linkReturn(link))) *
          32n;
        this.set(`stack[stack_base[${thread}] + ${at - 3}]`, `${cLink}LL`);
        this.set(`stack[stack_base[${thread}] + ${at - 2}]`, `${BigInt(this.rawCell(frame.base - 2)) * 32n}LL`);
        this.value(`stack[stack_base[${thread}] + ${at - 1}]`, this.rawCell(frame.base - 1));
        for (let slot = 0; slot < slots; slot++)
          this.value(`stack[stack_base[${thread}] + ${at + slot}]`, vm.slotOf(frame, slot));
      }
    }
  }
  private rawCell(cell: number): number {
    const column = this.simulation.store.columns.find((c) => c.name === "frames");
    return column === undefined || cell >= column.used ? 0 : column.at(cell);
  }
  private value(place: string, value: Value): void {
    if (value !== 0) this.set(place, `${cNumber(value)}LL`);
  }

  /** The lists and structs: cells without gaps, in the order of their numbers. */
  private heap(): void {
    const column = (name: string): Column | undefined => this.simulation.store.columns.find((c) => c.name === name);
    const read = (name: string): Map<string, number> => {
      const found = new Map<string, number>();
      const from = column(name) as SparseColumn | undefined;
      for (let cell = 0; from !== undefined && cell < from.used; cell++) {
        if (from.at(cell) !== 0) found.set(`${from.spaceOf(cell)} ${from.indexOf(cell)}`, from.at(cell));
      }
      return found;
    };
    const lengths = read("heap.length");
    const types = read("heap.type");
    const cells = read("heap.cells");
    const tops = column("heap.top");
    for (let thread = 0; tops !== undefined && thread < tops.used; thread++) {
      const top = tops.at(thread);
      if (top === 0) continue;
      this.set(`htop[${thread}]`, top);
      let at = 0;
      for (let n = 0; n < top; n++) {
        const length = lengths.get(`0 ${thread * OBJECTS + n}`) ?? 0;
        this.set(`otype[${thread}][${n}]`, types.get(`0 ${thread * OBJECTS + n}`) ?? 0);
        this.set(`olen[${thread}][${n}]`, length);
        for (let i = 0; i < length; i++)
          this.value(`hcell[${thread}][${at + i}]`, cells.get(`${thread} ${n * LENGTH + i}`) ?? 0);
        at += length;
      }
    }
  }
}
