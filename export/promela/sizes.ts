/** How much of everything an exported model has room for: the arrays of a state have fixed lengths. */
import { filesOf } from "../../sim-core/machine/files.ts";
import type { Pool } from "../../sim-core/machine/pools.ts";
import { layOutPools } from "../../sim-core/machine/pools.ts";
import { isPlainInteger } from "../../sim-core/store/value.ts";
import { layoutOf } from "../../sim-core/vm/instructions.ts";
import { Op } from "../../sim-core/vm/op.ts";
import type { Program } from "../../sim-core/vm/program.ts";
import { SCRATCH } from "../../sim-core/vm/program.ts";
import { cArray } from "./c-value.ts";
import type { Stacks } from "./reach.ts";
import { eachInstruction } from "./reach.ts";

/** Pages [vpn, vpn + pages) of a process; `first` is the row of the first in the model's arrays. */
export interface Span {
  readonly process: number;
  readonly vpn: number;
  readonly pages: number;
  readonly first: number;
}

/** A pool of frames and how many of its lowest the model has; `first` is the row of the first. */
export interface PoolWindow {
  readonly pool: Pool;
  readonly window: number;
  readonly first: number;
}

export interface Layout {
  readonly spans: readonly Span[];
  readonly pages: number;
  /** Page tables that the spans lie in. */
  readonly tables: readonly { readonly process: number; readonly at: number }[];
  readonly pools: readonly PoolWindow[];
  readonly frames: number;
  /** Byte offsets within a page of the words that there is room for. */
  readonly words: readonly number[];
  readonly filePages: number;
  /** Entries that one page table has. */
  readonly span: number;
}

/** The whole numbers that the scenario's own code uses. */
function ownNumbers(program: Program): readonly number[] {
  const found = new Set<number>();
  program.functions.forEach((info) => {
    if (info.role !== "thread" && info.role !== "director") return;
    eachInstruction(program, info.entry, info.end, (op, pc) => {
      [...layoutOf(op)].forEach((letter, i) => {
        const operand = program.code[pc + 1 + i] as number;
        const constant = letter === "r" && operand < -SCRATCH ? program.constants[~operand - SCRATCH] : undefined;
        if (constant !== undefined && isPlainInteger(constant)) found.add(constant);
      });
      if (op === Op.primitive) return;
    });
  });
  return [...found];
}

function spansOf(program: Program, numbers: readonly number[]): Span[] {
  const { pageSize, processes, regions } = program.machine;
  const spans: Span[] = [];
  let first = 0;
  const add = (process: number, vpn: number, pages: number): void => {
    for (let at = vpn; at < vpn + pages; at++) {
      if (spans.some((s) => s.process === process && at >= s.vpn && at < s.vpn + s.pages)) continue;
      const last = spans[spans.length - 1];
      if (last !== undefined && last.process === process && last.vpn + last.pages === at) {
        spans[spans.length - 1] = { ...last, pages: last.pages + 1 };
      } else spans.push({ process, vpn: at, pages: 1, first });
      first++;
    }
  };
  const largest = Math.max(1, ...regions.map((r) => r.pages));
  processes.forEach(({ parent }, process) => {
    for (const region of regions) {
      if (region.process === process || region.process === parent) add(process, region.start / pageSize, region.pages);
    }
    // An address that the scenario names may be where it moves a region to.
    for (const n of numbers) if (n >= 2 ** 20 && n % pageSize === 0) add(process, n / pageSize, largest);
  });
  return spans;
}

function windowsOf(program: Program, pages: number, room: number): PoolWindow[] {
  let first = 1;
  return layOutPools(program.machine).map((pool) => {
    const window = Math.min(pool.pages, Math.ceil((pages + 6) * room));
    const at = first;
    first += window;
    return { pool, window, first: at };
  });
}

/** The layout of a scenario's pages and frames, with `room` times the usual room for frames. */
export function layOut(program: Program, room: number): Layout {
  const { machine } = program;
  const span = machine.pageSize / 8;
  const numbers = ownNumbers(program);
  const spans = spansOf(program, numbers);
  const pages = spans.reduce((sum, s) => sum + s.pages, 0);
  const tables: { process: number; at: number }[] = [];
  for (const { process, vpn, pages: count } of spans) {
    for (let at = Math.floor(vpn / span); at <= Math.floor((vpn + count - 1) / span); at++) {
      if (!tables.some((t) => t.process === process && t.at === at)) tables.push({ process, at });
    }
  }
  const pools = windowsOf(program, pages, room);
  const words = new Set([0]);
  for (const n of numbers) {
    if (n > 0 && n < machine.pageSize && n % 8 === 0) words.add(n);
    for (const { start, pages: count } of machine.regions) {
      if (n >= start && n < start + count * machine.pageSize && n % 8 === 0) words.add((n - start) % machine.pageSize);
    }
  }
  return {
    spans,
    pages,
    tables,
    pools,
    frames: pools.reduce((sum, p) => sum + p.window, 1),
    words: [...words].sort((a, b) => a - b),
    filePages: filesOf(machine).files.reduce((sum, f) => sum + f.pages, 0),
    span,
  };
}

/** Workers at once. */
const WORKERS = 2;

/** Where each thread's stack begins, and how many cells it has. */
export function stackTables(stacks: Stacks, room: number): string {
  const workers = Array.from({ length: WORKERS * room }, () => stacks.worker);
  const cells = [...stacks.threads.map((n) => n * room), ...workers];
  const bases = cells.map((_, t) => cells.slice(0, t).reduce((sum, n) => sum + n, 0));
  return cArray("int", "stack_base", bases) + cArray("int", "stack_cells", cells);
}

/** The lengths of the state's arrays with `room` times the usual room for what is not known beforehand; by the names that the C has for them; at least 1 each, as C has no empty arrays. */
export function arrayLengths(
  program: Program,
  layout: Layout,
  stacks: Stacks,
  room: number,
): Readonly<Record<string, number>> {
  const { machine } = program;
  const devices = machine.devices.length;
  const processes = machine.processes.length;
  const slots = Math.max(4, layout.pages + 2) * room;
  const variables = program.drivers.map((d) => d.variables.length);
  const lengths = {
    NT: stacks.threads.length + WORKERS * room,
    NSTACK: (stacks.threads.reduce((sum, cells) => sum + cells, 0) + WORKERS * stacks.worker) * room,
    NHCELL: (64 + 12 * layout.pages) * room,
    NOBJ: (24 + 2 * layout.pages) * room,
    NSPACE: devices * processes + devices,
    NVARS: Math.max(0, ...variables),
    NKVARS: program.variables.length,
    NSCEN: program.scenarioVariables.length,
    NPAGES: layout.pages,
    NDEV1: devices,
    NFRAMES: layout.frames,
    NCONTENT: layout.frames + slots + layout.filePages,
    NWORDS: layout.words.length,
    NVMA: (machine.regions.length + 3) * Math.max(1, processes) * room,
    NSUB: (devices * processes + 2) * room,
    NCTX: devices * processes,
    NHELD: 24 * room,
    NCPU1: machine.cpus.length,
    NPOOL: layout.pools.length,
    NPROC: processes,
    NGUP: (layout.pages + 4) * room,
    NSLOT: slots,
    NFILEPAGES: layout.filePages,
    NFILE: filesOf(machine).files.length,
    NFENCE: 4 * room,
    NINJ: 2 * program.injections.length,
    NCOUNTER: program.counters.length,
    NMATCHER: program.matchers.length,
    NTABLE: layout.tables.length,
  };
  return Object.fromEntries(Object.entries(lengths).map(([name, n]) => [name, Math.max(1, n)]));
}
