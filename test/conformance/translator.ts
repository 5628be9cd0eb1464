/**
 * Operation lists to scenarios. What the runner does is in test/oracle/scenario.c; each operation's statements and the reading of
 * its answer stand together in one method. Where a place of the list lies in a region of its process, the statement is a verb
 * of the language; what reaches beyond is a call of the same function with addresses.
 */
import type { Answer } from "./answer.ts";
import type { OpenFile } from "./holders.ts";
import { OpenFiles } from "./holders.ts";
import type { Operation, OperationList } from "./list.ts";
import { mincore, pagemap, smaps } from "./observe.ts";
import type { OperationEnd } from "./outcome.ts";
import type { TranslatedOperation, Translation } from "./translation.ts";
import { CannotTranslate } from "./translation.ts";

const PAGE = 4096;
/** Where the runner maps its regions. */
const FIRST_REGION = 0x100_0000_0000;
const REGION_STRIDE = 0x4000_0000;
/** Values that the runner prints at most. */
const MOST_VALUES = 16;
const MOST_PROTECTIONS = 32;
/** Devices from this number on have memory that CPUs can address. */
const FIRST_COHERENT = 2;
const DEVICES = 4;

/** How the names of files begin that are memory, and the number that the runner writes to the first page of one. */
const MEMFD = "memfd:";
const FIRST_NUMBER = 1000;

/** The process that a list begins with. */
const FIRST_PROCESS = "P";

/** A region as the runner keeps it. */
interface Region {
  readonly name: string;
  /** Its name in the scenario. */
  readonly hmmName: string;
  readonly base: number;
  readonly pages: number;
}

/** What is known of a process before anything runs. */
interface Process {
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
interface DeviceFile {
  readonly device: number;
  readonly process: string;
  /** The scenario's thread on that device for that process. */
  readonly thread: string;
}

/** Pages in a pipe: who put them there, and where they were. */
interface Pipe {
  readonly pages: { readonly process: string; readonly address: number }[];
}

/** The part of memory that an operation is about. */
interface Range {
  readonly region: Region | undefined;
  readonly page: number;
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

/** A long-term pin that may be in place: `result` keeps what it ended with. */
interface LongPin {
  readonly result: string;
  readonly process: string;
  readonly start: number;
  readonly end: number;
}

/** Statements and how their answer is read. */
interface Translated {
  readonly lines: readonly string[];
  readonly answer: (end: OperationEnd) => Answer;
}

/** Translates a list. @throws CannotTranslate */
export function translate(list: OperationList, kernel: string): Translation {
  return new Translator(list, kernel).translate();
}

/** Nothing to do: the answer is known. */
function known(ret: number, errno?: string): Translated {
  return { lines: [], answer: () => ({ ret, errno }) };
}
function failed(errno: string): Answer {
  return { ret: -1, errno };
}
/** Of a system call that returns 0. */
function plain(end: OperationEnd): Answer {
  const { error } = end.last;
  return error === undefined ? { ret: 0 } : failed(error);
}
function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

class Translator {
  private readonly list: OperationList;
  private readonly kernel: string;
  private readonly regions: Region[] = [];
  private readonly processes = new Map<string, Process>();
  private readonly threads = new Map<string, string>();
  private readonly devices = new Set<number>();
  private readonly deviceFiles = new OpenFiles<DeviceFile>();
  private readonly pipes = new OpenFiles<Pipe>();
  private readonly pinFiles = new OpenFiles<"gup_test">();
  /** Advice that is no word of the language is given by a function of this name. */
  private readonly advisers = new Set<string>();
  /** Pages that a long-term pin holds: the kernel's test file has one set of pages for everybody. */
  private longPinned: LongPin[] = [];
  /** Whether there is shared memory, or a file. */
  private hasFiles = false;
  /** Whether there are files with something in them. */
  private writesFiles = false;
  /** Whether anything is released that a process holds. */
  private releases = false;
  private operation: Operation;

  constructor(list: OperationList, kernel: string) {
    this.list = list;
    this.kernel = kernel;
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

  translate(): Translation {
    const parts = this.list.operations.map((operation) => {
      this.operation = operation;
      return { operation, ...this.one() };
    });
    const head = this.head();
    const operations: TranslatedOperation[] = [];
    const lines = [...head];
    for (const { operation, lines: own, answer } of parts) {
      // The scenario's top level stops at each `let`: there the operation before has ended, whatever it consists of.
      lines.push("", `let op${operation.index} = ${operation.index}  // ${operation.text}`);
      operations.push({ operation, line: lines.length, answer });
      lines.push(...own);
    }
    return { text: `${lines.join("\n")}\n`, operations, regions: this.regions };
  }

  /** Everything that a scenario declares in front of its statements. */
  private head(): string[] {
    const lines = [
      `/// Made from the operation list ${this.list.name}.`,
      `scenario "${this.list.name}"`,
      // Fault-around shows only where pages of files are there before they are mapped.
      this.hasFiles ? `kernel "as recorded" extends "${this.kernel}" { fault_around on }` : `kernel "${this.kernel}"`,
      "node N0 { memory 1 GiB }",
      "cpu cpu0 on N0",
    ];
    for (const device of [...this.devices].sort()) {
      const coherent = device < FIRST_COHERENT ? "" : ` coherent as N${device}`;
      lines.push(`device d${device} uses dmirror { memory 256 MiB${coherent} autoopen off }`);
    }
    lines.push(`process ${FIRST_PROCESS} { }`);
    for (const [thread, on] of this.threads) lines.push(`thread ${thread}: ${on}`);
    if (this.writesFiles) {
      lines.push(
        "/// memfd_create, and pwrite of a number to each page.",
        "fn write_file(start, pages) {",
        "  let vma = find_vma(current_process(), start)",
        `  for i in 0..pages { vfs_write(vma.file, i, ${FIRST_NUMBER} + i) }`,
        "  return ok",
        "}",
      );
    }
    if (this.releases) {
      lines.push(
        "/// What holds pages for a process, which may be gone, lets go of them.",
        "fn drop_pages(process, start, end, pinned) {",
        "  for addr in start..end step PAGE_SIZE {",
        "    let folio = gup_release(process, addr, pinned)",
        "    if folio != none { folio_put(folio) }",
        "  }",
        "  return ok",
        "}",
      );
    }
    for (const advice of this.advisers) {
      lines.push(
        `fn advise_${advice}(start, end) {`,
        `  let r = sys_madvise(start, end, ${advice})`,
        "  return r",
        "}",
      );
    }
    return lines;
  }

  // ---------------------------------------------------------------------------------------------- operands

  private cannot(why: string): never {
    throw new CannotTranslate(this.operation, why);
  }
  /** The process that does the operation. */
  private get who(): string {
    return this.operation.child ?? FIRST_PROCESS;
  }
  private get process(): Process {
    return this.processes.get(this.who) ?? this.cannot(`there is no process ${this.who} any more`);
  }
  private get words(): readonly string[] {
    return this.operation.words;
  }

  /** The device file that the second word names; undefined if it names none. */
  private get handle(): OpenFile<DeviceFile> | undefined {
    return this.process.handles.get(this.words[1] ?? "");
  }
  /** Words behind the region's name: page, number of pages, and one more. */
  private get operands(): readonly string[] {
    return this.words.slice(this.handle === undefined ? 2 : 3);
  }
  /** The word behind page and number. */
  private get argument(): string | undefined {
    return this.operands[2];
  }
  private number(word: string | undefined): number {
    const value = Number(word ?? 0);
    return Number.isSafeInteger(value) ? value : this.cannot(`'${word}' is no number`);
  }
  /** As the runner finds it: the region that was mapped last under the name, from whatever process. */
  private get range(): Range {
    const name = this.words[this.handle === undefined ? 1 : 2];
    const region = this.regions.findLast((candidate) => candidate.name === name);
    const [first, number] = this.operands;
    const page = this.number(first);
    const count = number === undefined ? (region === undefined ? 0 : region.pages - page) : this.number(number);
    const start = region === undefined ? 0 : region.base + page * PAGE;
    return { region, page, count, start, end: start + count * PAGE };
  }

  /** A range as a place of `process`; undefined if it is not one: a statement must name addresses then. */
  private place(range: Range, process: Process, prefix = ""): string | undefined {
    const { region, page, count } = range;
    if (region === undefined || process.regions.get(region.hmmName) !== region) return undefined;
    if (count < 1 || page < 0 || page + count > region.pages) return undefined;
    const name = `${prefix}${region.hmmName}`;
    if (count === region.pages) return name;
    return count === 1 ? `${name}[${page}]` : `${name}[${page}..${page + count}]`;
  }

  /** One statement for each page until one fails: `statement` is told the page as an expression. Its results are the outcomes. */
  private eachPage(range: Range, statement: (page: string, address: string) => string): string[] {
    const { start, page, count } = range;
    if (count === 0) return [];
    if (count === 1) return [`${statement(String(page), hex(start))} -> any`];
    const result = `r${this.operation.index}`;
    const body = statement("i", page === 0 ? `${hex(start)} + i * ${PAGE}` : `${hex(start)} + (i - ${page}) * ${PAGE}`);
    return [`for i in ${page}..${page + count} { if not (${result} is error) { ${body} -> any as ${result} } }`];
  }

  // --------------------------------------------------------------------------------------------- operations

  private one(): Translated {
    switch (this.words[0]) {
      case "open":
        return this.open();
      case "close":
        return this.close();
      case "map":
        return this.map();
      case "cpu_read":
      case "cpu_write":
        return this.access();
      case "dev_read":
      case "dev_write":
      case "to_dev":
      case "to_sys":
      case "snapshot":
      case "exclusive":
      case "check_exclusive":
      case "release":
        return this.ioctl();
      case "munmap":
        return this.munmap();
      case "mprotect":
        return this.mprotect();
      case "mremap":
        return this.mremap();
      case "mlock":
        return this.mlock();
      case "madvise":
        return this.madvise();
      case "pin":
        return this.pin();
      case "unpin":
        return this.unpin();
      case "longpin":
        return this.longpin();
      case "longunpin":
        return this.longunpin();
      case "gup_read":
      case "gup_write":
        return this.gup();
      case "pagemap":
      case "smaps":
      case "mincore":
        return this.look();
      case "fork":
        return this.fork();
      case "exit":
        return this.exit();
      default:
        return this.cannot(`the language of operation lists has no '${this.words[0]}'`);
    }
  }

  // ------------------------------------------------------------------------------------------ device files

  private open(): Translated {
    const [, name = "", number] = this.words;
    const device = this.number(number);
    if (device >= DEVICES || device < 0) return this.cannot(`there is no device ${number}`);
    const twice = this.deviceFiles.all().some(({ of }) => of.device === device && of.process === this.who);
    if (twice)
      return this.cannot(`${this.who} has device ${device} open already; the model has one file a device and process`);
    this.devices.add(device);
    const { process } = this;
    const thread = this.who === FIRST_PROCESS ? `d${device}` : `${process.hmmName}_d${device}`;
    if (this.who !== FIRST_PROCESS) this.threads.set(thread, `${process.hmmName} on d${device}`);
    const file = this.deviceFiles.open({ device, process: this.who, thread }, this.who);
    process.handles.set(name, file);
    return { lines: [`${thread} call dmirror_fops_open() -> any`], answer: plain };
  }
  private close(): Translated {
    const file = this.handle;
    if (file === undefined) return this.cannot(`${this.who} has no device file ${this.words[1]}`);
    this.process.handles.delete(this.words[1] ?? "");
    if (!this.deviceFiles.close(file, this.who)) return known(0);
    return { lines: [this.release(file)], answer: plain };
  }
  /** The last holder of a device file has closed it. */
  private release(file: OpenFile<DeviceFile>): string {
    return `${file.of.thread} call dmirror_fops_release() -> any`;
  }

  private ioctl(): Translated {
    const file = this.handle;
    if (file === undefined) return this.cannot(`${this.who} has no device file ${this.words[1]}`);
    const owner = this.processes.get(file.of.process);
    if (owner === undefined) return this.cannot(`process ${file.of.process}, which opened the device file, is gone`);
    const { range } = this;
    // The driver refuses a range that is empty, whatever is asked for.
    if (range.count < 1) return known(-1, "EINVAL");
    const { thread, device } = file.of;
    const addresses = `${hex(range.start)}, ${hex(range.end)}`;
    const place = this.place(range, owner);
    const by = (verb: string, fn: string): string =>
      place === undefined ? `${thread} call ${fn}(${addresses})` : `${thread} ${verb}`;
    const readBack = (asked: string): string[] => [
      `${asked} -> any as r${this.operation.index}`,
      `if not (r${this.operation.index} is error) { ${thread} call dmirror_read_back(${addresses}) -> any }`,
    ];
    const answer = (end: OperationEnd) => this.ioctlAnswer(end, file.of, range.count);
    const verb = this.words[0] ?? "";
    const read = (end: OperationEnd): Answer => answer(end)(["cpages", "faults", "values"]);
    const counted = (end: OperationEnd): Answer => answer(end)(["cpages", "faults"]);
    switch (verb) {
      case "dev_read":
        return { lines: [`${thread} call dmirror_read(${addresses}) -> any`], answer: read };
      case "dev_write": {
        const value = this.number(this.argument);
        return { lines: [`${thread} call dmirror_write(${addresses}, ${value}) -> any`], answer: counted };
      }
      case "to_dev":
        return { lines: readBack(by(`migrate ${place} to d${device}`, "dmirror_ioctl_to_dev")), answer: read };
      case "exclusive":
        return { lines: readBack(by(`exclusive ${place}`, "dmirror_ioctl_exclusive")), answer: counted };
      case "to_sys":
        return {
          lines: [`${by(`migrate ${place} to system`, "dmirror_ioctl_to_sys")} -> any`],
          answer: ({ last }) =>
            last.error === undefined ? { ret: 0, cpages: Number(last.value), faults: 0 } : failed(last.error),
        };
      case "snapshot":
        return {
          lines: [`${by(`snapshot ${place}`, "dmirror_ioctl_snapshot")} -> any`],
          answer: ({ last }) => {
            if (last.error !== undefined) return failed(last.error);
            const report = last.report ?? [];
            const prot = report.slice(0, MOST_PROTECTIONS).map((page) => protection(page, device >= FIRST_COHERENT));
            return { ret: 0, cpages: report.length, faults: 0, prot };
          },
        };
      case "check_exclusive":
        return { lines: [`${thread} call dmirror_check_atomic(${addresses}) -> any`], answer: plain };
      default:
        return { lines: [`${thread} call dmirror_device_remove_chunks() -> any`], answer: plain };
    }
  }
  /** The answer of an ioctl that filled the driver's bounce buffer, with those of its results that the runner prints. */
  private ioctlAnswer(end: OperationEnd, file: DeviceFile, count: number) {
    return (which: readonly ("cpages" | "faults" | "values")[]): Answer => {
      const { error } = end.last;
      if (error !== undefined) return failed(error);
      const owner = this.processes.get(file.process)?.hmmName ?? hmmProcess(file.process);
      const read = (name: string) => end.driverVariable(`d${file.device}`, owner, name);
      return {
        ret: 0,
        cpages: which.includes("cpages") ? Number(read("cpages")[0]) : undefined,
        faults: which.includes("faults") ? Number(read("faults")[0]) : undefined,
        values: which.includes("values") ? printed(read("bounce"), count) : undefined,
      };
    };
  }

  // --------------------------------------------------------------------------------------------- mappings

  /** The next region's place; the runner counts it whether or not anything is mapped there in the end. */
  private newRegion(name: string, pages: number): Region {
    const taken = new Set(this.regions.map((region) => region.hmmName));
    const plainName = /^[A-Z][A-Za-z0-9_]*$/.test(name) && name !== FIRST_PROCESS && !/^N\d+$/.test(name);
    const stem = plainName ? name : `region_${name.replace(/\W/g, "_")}`;
    let hmmName = stem;
    for (let n = 2; taken.has(hmmName); n++) hmmName = `${stem}_${n}`;
    const region = { name, hmmName, base: FIRST_REGION + this.regions.length * REGION_STRIDE, pages };
    this.regions.push(region);
    return region;
  }

  private map(): Translated {
    const [, name = "", kind = "", size, rights = "rw"] = this.words;
    const pages = this.number(size);
    if (pages < 1) return this.cannot("a region has a page at least");
    const isReadable = rights.includes("r");
    const isWritable = rights.includes("w");
    if (isWritable && !isReadable) return this.cannot("the language has no region that may be written and not read");
    const backing = this.backing(kind, pages);
    if (["shared", "files", "filep"].includes(kind)) this.hasFiles = true;
    const region = this.newRegion(name, pages);
    const { process } = this;
    process.regions.set(region.hmmName, region);
    const right = isWritable ? "rw" : isReadable ? "ro" : "none";
    const text = `${process.cpu} mmap ${region.hmmName}: ${backing.replace("RIGHTS", right)} at ${hex(region.base)} -> any`;
    if (!backing.includes(MEMFD)) return { lines: [text], answer: plain };
    // The runner writes to the file before it maps it; here the vma is what tells the file.
    this.writesFiles = true;
    return {
      lines: [text, `${process.cpu} call write_file(${hex(region.base)}, ${pages}) -> any`],
      answer: plain,
    };
  }
  /** What is mapped, as the language says it. */
  private backing(kind: string, pages: number): string {
    switch (kind) {
      case "anon":
        return `anon ${pages} pages RIGHTS`;
      case "thp":
        return `anon ${pages} pages RIGHTS thp`;
      case "shared":
        return `shmem ${pages} pages RIGHTS`;
      case "files":
        return `file "${MEMFD}${this.regions.length}" ${pages} pages RIGHTS shared`;
      case "filep":
        return `file "${MEMFD}${this.regions.length}" ${pages} pages RIGHTS`;
      case "hugetlb":
        if (pages % 512 !== 0) return this.cannot("a hugetlb region has a multiple of 512 pages");
        return `hugetlb ${pages} pages RIGHTS`;
      default: {
        const file = kind.startsWith("dev:") ? this.process.handles.get(kind.slice(4)) : undefined;
        if (file === undefined) return this.cannot(`there is no kind of region '${kind}'`);
        return `driver d${file.of.device} ${pages} pages RIGHTS shared`;
      }
    }
  }

  private munmap(): Translated {
    const { range, process } = this;
    if (range.count < 1) return known(-1, "EINVAL");
    const place = this.place(range, process);
    const text = place === undefined ? `call sys_munmap(${hex(range.start)}, ${hex(range.end)})` : `munmap ${place}`;
    return { lines: [`${process.cpu} ${text} -> any`], answer: plain };
  }
  private mprotect(): Translated {
    const { range, process } = this;
    if (range.count < 1) return known(0);
    const rights = this.argument ?? this.cannot("mprotect needs rights");
    const isReadable = rights.includes("r");
    const isWritable = rights.includes("w");
    if (isWritable && !isReadable) return this.cannot("the language has no right to write without that to read");
    const place = this.place(range, process);
    const word = isWritable ? "rw" : isReadable ? "ro" : "none";
    const text =
      place === undefined
        ? `call sys_mprotect(${hex(range.start)}, ${hex(range.end)}, ${isReadable}, ${isWritable})`
        : `mprotect ${place} ${word}`;
    return { lines: [`${process.cpu} ${text} -> any`], answer: plain };
  }
  private mremap(): Translated {
    const { range, process } = this;
    const name = this.argument ?? this.cannot("mremap needs a name for what it makes");
    const place = this.place(range, process);
    const region = this.newRegion(name, range.count);
    if (range.count < 1) return known(-1, "EINVAL");
    if (place === undefined) {
      const addresses = [range.start, range.end, region.base].map(hex).join(", ");
      return { lines: [`${process.cpu} call sys_mremap(${addresses}, none) -> any`], answer: plain };
    }
    return { lines: [`${process.cpu} mremap ${place} to ${hex(region.base)} -> any`], answer: plain };
  }
  private mlock(): Translated {
    const { range, process } = this;
    if (range.count < 1) return known(0);
    const place = this.place(range, process);
    const text = place === undefined ? `call sys_mlock(${hex(range.start)}, ${hex(range.end)})` : `mlock ${place}`;
    return { lines: [`${process.cpu} ${text} -> any`], answer: plain };
  }
  private madvise(): Translated {
    const { range, process } = this;
    const advice = this.argument ?? this.cannot("madvise needs advice");
    if (!ADVICE.has(advice)) return this.cannot(`there is no advice '${advice}'`);
    if (range.count < 1) return known(0);
    const place = this.place(range, process);
    if (place !== undefined && !ADVICE_BY_CALL.has(advice)) {
      return { lines: [`${process.cpu} madvise ${place} ${advice} -> any`], answer: plain };
    }
    this.advisers.add(advice);
    const text = `call advise_${advice}(${hex(range.start)}, ${hex(range.end)})`;
    return { lines: [`${process.cpu} ${text} -> any`], answer: plain };
  }

  // ------------------------------------------------------------------------------------------- CPU and GUP

  private access(): Translated {
    const { range, process } = this;
    const isWrite = this.words[0] === "cpu_write";
    const first = this.number(this.argument);
    const isPlace = this.place(range, process) !== undefined;
    const lines = this.eachPage(range, (page, address) => {
      const value = pageValue(first, page, range.page);
      if (!isPlace)
        return `${process.cpu} call ${isWrite ? `user_write(${address}, ${value})` : `user_read(${address})`}`;
      const place = `${range.region?.hmmName}[${page}]`;
      return `${process.cpu} ${isWrite ? `write ${place} = ${value}` : `read ${place}`}`;
    });
    const answer = (end: OperationEnd): Answer => {
      const done = end.outcomes.filter(({ error }) => error === undefined);
      const error = end.outcomes.find((outcome) => outcome.error !== undefined)?.error;
      const values = isWrite
        ? undefined
        : printed(
            done.map(({ value }) => value ?? "?"),
            done.length,
          );
      if (error === undefined) return { ret: 0, values };
      const at = range.start + done.length * PAGE;
      const isMapped = end.simulation.machine.vmas.find(end.process(process.hmmName), at) >= 0;
      const code = error === "SIGSEGV" && !isMapped ? 1 : 2;
      return { ret: -1, signal: `${error} code ${code} at page ${range.page + done.length}`, values };
    };
    return { lines, answer };
  }

  private gup(): Translated {
    const { range, process } = this;
    const isWrite = this.words[0] === "gup_write";
    const first = this.number(this.argument);
    const isPlace = this.place(range, process) !== undefined;
    const lines = this.eachPage(range, (page, address) => {
      const value = pageValue(first, page, range.page);
      if (!isPlace) {
        const call = isWrite
          ? `vm_write(${process.hmmName}, ${address}, ${value})`
          : `vm_read(${process.hmmName}, ${address})`;
        return `${process.cpu} call ${call}`;
      }
      const place = `${process.hmmName}.${range.region?.hmmName}[${page}]`;
      return `${process.cpu} ${isWrite ? `vm_write ${place} = ${value}` : `vm_read ${place}`}`;
    });
    const answer = (end: OperationEnd): Answer => {
      // What access_remote_vm cannot transfer, /proc/PID/mem reports as EIO, whatever the reason.
      if (end.outcomes.some(({ error }) => error !== undefined)) return failed("EIO");
      const values = isWrite
        ? Array.from({ length: range.count }, (_, i) => first + i)
        : end.outcomes.map(({ value }) => value ?? "?");
      return { ret: range.count === 0 ? 0 : 8, values: printed(values, range.count) };
    };
    return { lines, answer };
  }

  /** Plain references, which a pipe holds until nobody has it open. */
  private pin(): Translated {
    const { range, process } = this;
    process.pipe ??= this.pipes.open({ pages: [] }, this.who);
    const { pages } = process.pipe.of;
    const isPlace = this.place(range, process) !== undefined;
    for (let i = 0; i < range.count; i++) pages.push({ process: process.hmmName, address: range.start + i * PAGE });
    const lines = this.eachPage(range, (page, address) =>
      isPlace
        ? `${process.cpu} get ${range.region?.hmmName}[${page}]`
        : `${process.cpu} call gup_get(${address}, ${address} + ${PAGE}, false)`,
    );
    const answer = ({ outcomes }: OperationEnd): Answer => {
      const taken = outcomes.filter(({ error }) => error === undefined).length;
      const error = outcomes.find((outcome) => outcome.error !== undefined)?.error;
      return taken === 0 && error !== undefined ? failed(error) : { ret: taken * PAGE };
    };
    return { lines, answer };
  }
  private unpin(): Translated {
    const { pipe } = this.process;
    if (pipe === undefined) return known(0);
    this.process.pipe = undefined;
    if (!this.pipes.close(pipe, this.who)) return known(0);
    return { lines: this.emptyPipe(pipe), answer: () => ({ ret: 0 }) };
  }
  /** Nobody has the pipe open any more. Pages that could not be had are not in it: to put those fails, and says nothing. */
  private emptyPipe(pipe: OpenFile<Pipe>): string[] {
    return pipe.of.pages.map(({ process, address }) => this.drop(process, address, address + PAGE, false));
  }
  /** Drops what a process, which may be gone by now, got from GUP. */
  private drop(process: string, start: number, end: number, isPin: boolean): string {
    this.releases = true;
    return `cpu0 call drop_pages(${process}, ${hex(start)}, ${hex(end)}, ${isPin}) -> any`;
  }

  private longpin(): Translated {
    const { range, process } = this;
    process.pinFile = this.pinFiles.open("gup_test", this.who);
    if (range.count < 1) return known(-1, "EINVAL");
    const isWrite = this.argument?.startsWith("w") === true;
    const place = this.place(range, process);
    const text =
      place === undefined
        ? `call gup_pin(${hex(range.start)}, ${hex(range.end)}, true, ${isWrite})`
        : `pin ${place} longterm${isWrite ? " rw" : ""}`;
    // Only one set of pages can be pinned at a time.
    const before = this.longPinned.map((pin) => `${pin.result} is error`).join(" and ");
    const result = `r${this.operation.index}`;
    this.longPinned.push({ result, process: process.hmmName, start: range.start, end: range.end });
    const line = `${process.cpu} ${text} -> any as ${result}`;
    return {
      lines: [before === "" ? line : `if ${before} { ${line} }`],
      answer: (end) => (end.outcomes.length === 0 ? failed("EINVAL") : plain(end)),
    };
  }
  private longunpin(): Translated {
    const { pinFile } = this.process;
    if (pinFile === undefined) return known(-1, "9");
    this.process.pinFile = undefined;
    if (!this.pinFiles.close(pinFile, this.who)) return known(0);
    return { lines: this.stopPinning(), answer: () => ({ ret: 0 }) };
  }
  /** A file of the pinning test is gone: that ends the pin, whichever file asked for it. */
  private stopPinning(): string[] {
    const pins = this.longPinned;
    this.longPinned = [];
    return pins.map(({ process, start, end }) => this.drop(process, start, end, true));
  }

  // ------------------------------------------------------------------------------------ looks and processes

  private look(): Translated {
    const { range, process } = this;
    const { hmmName } = process;
    const { region, start, count } = range;
    switch (this.words[0]) {
      case "pagemap":
        return {
          lines: [],
          answer: (end) => ({ ret: 0, pages: pagemap(end.simulation, end.process(hmmName), start, count) }),
        };
      case "smaps": {
        const [from, to] = region === undefined ? [0, 0] : [region.base, region.base + region.pages * PAGE];
        return {
          lines: [],
          answer: (end) => ({ ret: 0, smaps: smaps(end.simulation, end.process(hmmName), from, to) }),
        };
      }
      default:
        return {
          lines: [],
          answer: (end) => {
            const core = mincore(end.simulation, end.process(hmmName), start, count);
            return core === undefined ? { ...failed("ENOMEM"), core: "" } : { ret: 0, core };
          },
        };
    }
  }

  private fork(): Translated {
    const name = this.words[1] ?? this.cannot("fork needs a name for the child");
    if (this.processes.has(name)) return this.cannot(`there is a process ${name} already`);
    // Whoever the operation is for, the runner itself forks.
    const parent = this.processes.get(FIRST_PROCESS) ?? this.cannot("the first process is gone");
    const hmmName = hmmProcess(name);
    const cpu = `${hmmName}_cpu0`;
    if (this.threads.has(cpu))
      return this.cannot(`there was a process ${name} before; the names in a scenario are its for good`);
    this.threads.set(cpu, `${hmmName} on cpu0`);
    this.processes.set(name, {
      hmmName,
      cpu,
      regions: new Map(parent.regions),
      handles: new Map(parent.handles),
      pipe: parent.pipe,
      pinFile: parent.pinFile,
    });
    for (const files of [this.deviceFiles, this.pipes, this.pinFiles]) files.fork(FIRST_PROCESS, name);
    return {
      lines: [`${parent.cpu} fork as ${hmmName} -> any`],
      answer: ({ last }) => ({ ret: last.error === undefined ? 0 : -1 }),
    };
  }

  /** A child ends: its memory goes first, then the files that it was the last to hold. */
  private exit(): Translated {
    if (this.operation.child === undefined) return this.cannot("only a child can exit");
    const { process } = this;
    const lines = [`${process.cpu} exit -> any`];
    for (const file of this.deviceFiles.exit(this.who)) {
      // The model's exit closes what the process has open for itself.
      if (file.of.process !== this.who) lines.push(this.release(file));
    }
    for (const pipe of this.pipes.exit(this.who)) lines.push(...this.emptyPipe(pipe));
    if (this.pinFiles.exit(this.who).length > 0) lines.push(...this.stopPinning());
    this.processes.delete(this.who);
    return { lines, answer: () => ({ ret: 0 }) };
  }
}

function hmmProcess(child: string): string {
  return `child_${child.replace(/\W/g, "_")}`;
}

/** The value for page `page` (an expression) where the first page gets `first`. */
function pageValue(first: number, page: string, firstPage: number): string {
  if (page !== "i") return String(first);
  const offset = first - firstPage;
  return offset === 0 ? "i" : offset > 0 ? `${offset} + i` : `i - ${-offset}`;
}

/** Values as the runner prints them: the first ones, and a sign that there are more. */
function printed(values: readonly (number | string)[], count: number): readonly (number | string)[] {
  return count > MOST_VALUES ? [...values.slice(0, MOST_VALUES), ".."] : values;
}

/** What a snapshot says of one page, in the words that the runner has for it. */
function protection(report: string, isCoherent: boolean): string {
  if (report === "error") return "ERROR";
  const words = report.split(" ");
  const right = words.includes("write") ? "W" : words.includes("read") ? "R" : "none";
  // The runner knows the zero page; the huge one is another to it.
  const zero = words.includes("zero") && !words.includes("huge") ? "zero " : "";
  // Another device's private memory is never reported, so what is remote is coherent.
  const where = words.includes("remote")
    ? "coh_remote "
    : words.includes("local")
      ? isCoherent
        ? "coh_local "
        : "local "
      : "";
  return `${zero}${where}${right}${words.includes("huge") ? " PMD" : ""}`;
}

/** Advice that the runner knows. */
const ADVICE = new Set([
  "dontneed",
  "free",
  "hugepage",
  "nohugepage",
  "pageout",
  "cold",
  "willneed",
  "mergeable",
  "collapse",
  "populate_read",
  "populate_write",
  "dontfork",
  "wipeonfork",
  "remove",
]);
/** Advice that the language has no word for. */
const ADVICE_BY_CALL = new Set(["wipeonfork", "remove"]);
