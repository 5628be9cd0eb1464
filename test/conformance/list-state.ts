/**
 * What is known of a list's processes, regions and open files before anything runs, and the operation that is being translated.
 * The runner that it stands for is test/oracle/scenario.c.
 */
import type { Answer } from "./answer.ts";
import type { OpenFile } from "./holders.ts";
import { OpenFiles } from "./holders.ts";
import type { Operation } from "./list.ts";
import type { OperationEnd } from "./outcome.ts";
import { CannotTranslate } from "./translation.ts";

export const PAGE = 4096;
/** Where the runner maps its regions. */
const FIRST_REGION = 0x100_0000_0000;
const REGION_STRIDE = 0x4000_0000;
/** Values that the runner prints at most. */
const MOST_VALUES = 16;
/** Devices from this number on have memory that CPUs can address. */
export const FIRST_COHERENT = 2;

/** The process that a list begins with. */
export const FIRST_PROCESS = "P";

/** A region as the runner keeps it. */
export interface Region {
  readonly name: string;
  /** Its name in the scenario. */
  readonly hmmName: string;
  readonly base: number;
  readonly pages: number;
}

/** What is known of a process before anything runs. */
export interface Process {
  readonly hmmName: string;
  /** The thread that runs its CPU operations. */
  readonly cpu: string;
  /** Regions that the scenario declares for it, by their names there. */
  readonly regions: Map<string, Region>;
  /** Its open device files by handle; a name may be used again after a close. */
  readonly handles: Map<string, OpenFile<DeviceFile>>;
  pipe: OpenFile<Pipe> | undefined;
  pinFile: OpenFile<"gup_test"> | undefined;
}

/** An open device file: it mirrors the process that opened it, whoever uses it. */
export interface DeviceFile {
  readonly device: number;
  readonly process: string;
  /** The scenario's thread on that device for that process. */
  readonly thread: string;
}

/** Pages in a pipe: who put them there, and where they were. */
export interface Pipe {
  readonly pages: { readonly process: string; readonly address: number }[];
}

/** The part of memory that an operation is about. */
export interface Range {
  readonly region: Region | undefined;
  readonly page: number;
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

/** A long-term pin that may be in place: `result` keeps what it ended with. */
export interface LongPin {
  readonly result: string;
  readonly process: string;
  readonly start: number;
  readonly end: number;
}

/** Statements and how their answer is read. */
export interface Translated {
  readonly lines: readonly string[];
  readonly answer: (end: OperationEnd) => Answer;
}

/** Nothing to do: the answer is known. */
export function known(ret: number, errno?: string): Translated {
  return { lines: [], answer: () => ({ ret, errno }) };
}
export function failed(errno: string): Answer {
  return { ret: -1, errno };
}
/** Of a system call that returns 0. */
export function plain(end: OperationEnd): Answer {
  const { error } = end.last;
  return error === undefined ? { ret: 0 } : failed(error);
}
export function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

export function hmmProcess(child: string): string {
  return `child_${child.replace(/\W/g, "_")}`;
}

/** The value for page `page` (an expression) where the first page gets `first`. */
export function pageValue(first: number, page: string, firstPage: number): string {
  if (page !== "i") return String(first);
  const offset = first - firstPage;
  return offset === 0 ? "i" : offset > 0 ? `${offset} + i` : `i - ${-offset}`;
}

/** Values as the runner prints them: the first ones, and a sign that there are more. */
export function printed(values: readonly (number | string)[], count: number): readonly (number | string)[] {
  return count > MOST_VALUES ? [...values.slice(0, MOST_VALUES), ".."] : values;
}

/** The state of a translation. */
export class ListState {
  readonly regions: Region[] = [];
  readonly processes = new Map<string, Process>();
  readonly threads = new Map<string, string>();
  readonly devices = new Set<number>();
  readonly deviceFiles = new OpenFiles<DeviceFile>();
  readonly pipes = new OpenFiles<Pipe>();
  readonly pinFiles = new OpenFiles<"gup_test">();
  /** Advice that is no word of the language is given by a function of this name. */
  readonly advisers = new Set<string>();
  /** Pages that a long-term pin holds: the kernel's test file has one set of pages for everybody. */
  longPinned: LongPin[] = [];
  /** Whether there is shared memory, or a file. */
  hasFiles = false;
  /** Whether there are huge pages of hugetlbfs. */
  hasHugePages = false;
  /** Whether there are files with something in them. */
  writesFiles = false;
  /** Whether anything is released that a process holds. */
  releases = false;
  operation: Operation;

  constructor() {
    this.operation = { index: 0, text: "", child: undefined, words: [] };
    this.processes.set(FIRST_PROCESS, {
      hmmName: FIRST_PROCESS,
      cpu: "cpu0",
      regions: new Map(),
      handles: new Map(),
      pipe: undefined,
      pinFile: undefined,
    });
  }

  cannot(why: string): never {
    throw new CannotTranslate(this.operation, why);
  }
  /** The process that does the operation. */
  get who(): string {
    return this.operation.child ?? FIRST_PROCESS;
  }
  get process(): Process {
    return this.processes.get(this.who) ?? this.cannot(`there is no process ${this.who} any more`);
  }
  get words(): readonly string[] {
    return this.operation.words;
  }

  /** The device file that the second word names; undefined if it names none. */
  get handle(): OpenFile<DeviceFile> | undefined {
    return this.process.handles.get(this.words[1] ?? "");
  }
  /** Words behind the region's name: page, number of pages, and one more. */
  get operands(): readonly string[] {
    return this.words.slice(this.handle === undefined ? 2 : 3);
  }
  /** The word behind page and number. */
  get argument(): string | undefined {
    return this.operands[2];
  }
  number(word: string | undefined): number {
    const value = Number(word ?? 0);
    return Number.isSafeInteger(value) ? value : this.cannot(`'${word}' is no number`);
  }
  /** As the runner finds it: the region that was mapped last under the name, from whatever process. */
  get range(): Range {
    const name = this.words[this.handle === undefined ? 1 : 2];
    const region = this.regions.findLast((candidate) => candidate.name === name);
    const [first, number] = this.operands;
    const page = this.number(first);
    const count = number === undefined ? (region === undefined ? 0 : region.pages - page) : this.number(number);
    const start = region === undefined ? 0 : region.base + page * PAGE;
    return { region, page, count, start, end: start + count * PAGE };
  }

  /** A range as a place of `process`; undefined if it is not one: a statement must name addresses then. */
  place(range: Range, process: Process, prefix = ""): string | undefined {
    const { region, page, count } = range;
    if (region === undefined || process.regions.get(region.hmmName) !== region) return undefined;
    if (count < 1 || page < 0 || page + count > region.pages) return undefined;
    const name = `${prefix}${region.hmmName}`;
    if (count === region.pages) return name;
    return count === 1 ? `${name}[${page}]` : `${name}[${page}..${page + count}]`;
  }

  /** One statement for each page until one fails: `statement` is told the page as an expression. Its results are the outcomes. */
  eachPage(range: Range, statement: (page: string, address: string) => string): string[] {
    const { start, page, count } = range;
    if (count === 0) return [];
    if (count === 1) return [`${statement(String(page), hex(start))} -> any`];
    const result = `r${this.operation.index}`;
    const body = statement("i", page === 0 ? `${hex(start)} + i * ${PAGE}` : `${hex(start)} + (i - ${page}) * ${PAGE}`);
    return [`for i in ${page}..${page + count} { if not (${result} is error) { ${body} -> any as ${result} } }`];
  }

  /** The next region's place; the runner counts it whether or not anything is mapped there in the end. */
  newRegion(name: string, pages: number): Region {
    const taken = new Set(this.regions.map((region) => region.hmmName));
    const plainName = /^[A-Z][A-Za-z0-9_]*$/.test(name) && name !== FIRST_PROCESS && !/^N\d+$/.test(name);
    const stem = plainName ? name : `region_${name.replace(/\W/g, "_")}`;
    let hmmName = stem;
    for (let n = 2; taken.has(hmmName); n++) hmmName = `${stem}_${n}`;
    const region = { name, hmmName, base: FIRST_REGION + this.regions.length * REGION_STRIDE, pages };
    this.regions.push(region);
    return region;
  }
}
