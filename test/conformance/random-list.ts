/**
 * Random operation lists, the same for the same seed: two devices, regions of several kinds, a process and its children. Operations
 * are mostly such as can succeed; some are not.
 */
import { nextRandom, randomBelow } from "../../sim-core/explore/random.ts";

/** What a list may be about. */
export const FEATURES = [
  "anon",
  "thp",
  "shared",
  "files",
  "swap",
  "mremap",
  "coherent",
  "advice",
  "hugetlb",
  "driver",
  "release",
] as const;
export type Feature = (typeof FEATURES)[number];

/** A random list: its lines, and the options that it is recorded with. */
export interface RandomList {
  readonly lines: readonly string[];
  readonly options: string;
}

interface Region {
  readonly name: string;
  readonly pages: number;
  readonly isHuge: boolean;
}
interface Process {
  /** "" for the first one. */
  readonly name: string;
  /** Handles by device number, of files that the process itself opened. */
  readonly handles: Map<number, string>;
  /** Those that it had when it was forked. */
  readonly inherited: readonly string[];
  readonly regions: Region[];
  /** Pages in its pipe. */
  pinned: number;
  hasLongPin: boolean;
}

/** Makes list number `number` of a seed. */
export function randomList(seed: number, number: number, features: ReadonlySet<Feature>): RandomList {
  return new Generator(seed, number, features).generate();
}

/** Pages of a huge page. */
const HUGE = 512;
/** Regions of hugetlbfs in a list, of two huge pages at most: with copies for two children the guest's pool of 20 has enough. */
const HUGETLB = 3;
/** Pages that the runner's pipe may hold. */
const PIPE = 12;

class Generator {
  private state: number;
  private readonly features: ReadonlySet<Feature>;
  private readonly lines: string[] = [];
  private readonly isCoherent: boolean;
  private readonly devices: readonly number[];
  private readonly first: Process = {
    name: "",
    handles: new Map(),
    inherited: [],
    regions: [],
    pinned: 0,
    hasLongPin: false,
  };
  private processes: Process[] = [this.first];
  private value = 100;
  private regionCount = 0;
  private children = 0;
  private handleCount = 0;
  private hugetlbCount = 0;

  constructor(seed: number, number: number, features: ReadonlySet<Feature>) {
    this.state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b);
    for (let i = 0; i < 8; i++) this.state = nextRandom(this.state);
    this.features = features;
    this.isCoherent = features.has("coherent") && this.chance(0.25);
    this.devices = this.isCoherent
      ? this.pick([
          [2, 3],
          [0, 2],
          [2, 0],
        ])
      : [0, 1];
  }

  generate(): RandomList {
    this.open(this.first, this.devices[0] ?? 0);
    if (this.chance(0.6)) this.open(this.first, this.devices[1] ?? 1);
    this.map(this.first);
    this.write(this.first);
    const length = 8 + this.below(16);
    for (let i = 0; i < length; i++) {
      this.operation(this.pick(this.processes));
      if (this.chance(0.4)) this.look();
    }
    this.look();
    return { lines: this.lines, options: this.isCoherent ? "--fixed --coherent" : "--fixed" };
  }

  // ----------------------------------------------------------------------------------------------- chance

  private below(n: number): number {
    this.state = nextRandom(this.state);
    return randomBelow(this.state, n);
  }
  private chance(p: number): boolean {
    return this.below(1000) < p * 1000;
  }
  private pick<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T;
  }
  /** One of several ways, by weight. */
  private choose(ways: readonly (readonly [number, () => void])[]): void {
    const sum = ways.reduce((total, [weight]) => total + weight, 0);
    let at = this.below(sum);
    for (const [weight, way] of ways) {
      if (at < weight) {
        way();
        return;
      }
      at -= weight;
    }
  }

  // ------------------------------------------------------------------------------------------------ parts

  private say(process: Process, text: string): void {
    this.lines.push(process.name === "" ? text : `${process.name}> ${text}`);
  }
  private region(process: Process): Region {
    return this.pick(process.regions);
  }
  /** Some pages of a region, now and then one more than it has. */
  private span(region: Region): string {
    const [page, count] = this.pages(region);
    return `${region.name} ${page} ${count}`;
  }
  private pages(region: Region): readonly [number, number] {
    const reach = region.isHuge ? 8 : region.pages;
    if (region.isHuge && this.chance(0.2)) return [0, region.pages];
    const page = this.below(reach);
    const count = this.chance(0.4) ? 1 : 1 + this.below(reach - page);
    return [page, this.chance(0.04) ? count + 1 : count];
  }
  private nextValue(): number {
    this.value += 100;
    return this.value;
  }
  /** A device file that the process may use: its own, or now and then one of the first process. */
  private handle(process: Process): string | undefined {
    const own = [...process.handles.values()];
    const all = own.length > 0 && !this.chance(0.1) ? own : [...own, ...process.inherited];
    return all.length === 0 ? undefined : this.pick(all);
  }

  // ------------------------------------------------------------------------------------------- operations

  private operation(process: Process): void {
    const device = (verb: string, after = ""): (() => void) => {
      return () => {
        const handle = this.handle(process);
        if (handle === undefined) this.openAny(process);
        else this.say(process, `${verb} ${handle} ${this.span(this.region(process))}${after}`);
      };
    };
    const span =
      (verb: string, after = ""): (() => void) =>
      () =>
        this.say(process, `${verb} ${this.span(this.region(process))}${after}`);
    this.choose([
      [10, span("cpu_read")],
      [12, () => this.write(process)],
      [7, device("dev_read")],
      [8, device("dev_write", ` ${this.nextValue()}`)],
      [16, device("to_dev")],
      [6, device("to_sys")],
      [9, device("exclusive")],
      [2, device("check_exclusive")],
      [7, device("snapshot")],
      [7, () => this.fork()],
      [process === this.first ? 0 : 4, () => this.exit(process)],
      [5, span("mprotect", ` ${this.pick(["r", "rw", "rw", "none"])}`)],
      [3, span("munmap")],
      [5, span("madvise", ` ${this.pick(this.advice())}`)],
      [2, span("mlock")],
      [3, span("gup_read")],
      [3, span("gup_write", ` ${this.nextValue()}`)],
      [4, () => this.pin(process)],
      [4, () => this.longPin(process)],
      [2, () => this.map(process)],
      [2, () => this.openAny(process)],
      [1, () => this.close(process)],
      [2, () => this.say(process, `smaps ${this.region(process).name}`)],
      [1, span("mincore")],
      [this.features.has("mremap") ? 4 : 0, () => this.mremap(process)],
      [this.features.has("release") ? 2 : 0, device("release")],
    ]);
  }

  private advice(): readonly string[] {
    const advice = ["dontneed", "dontneed", "free", "populate_read", "populate_write"];
    if (this.features.has("advice")) advice.push("cold", "willneed", "dontfork", "wipeonfork");
    if (this.features.has("swap")) advice.push("pageout", "pageout", "pageout", "willneed");
    if (this.features.has("thp")) advice.push("hugepage", "nohugepage", "collapse");
    if (this.features.has("files") || this.features.has("shared")) advice.push("remove");
    return advice;
  }

  private write(process: Process): void {
    const region = this.region(process);
    const [page, count] = this.pages(region);
    this.say(process, `cpu_write ${region.name} ${page} ${count} ${this.nextValue()}`);
  }

  private map(process: Process): void {
    if (this.regionCount >= 6) return;
    const kinds = ["anon", "anon", "anon"];
    if (this.features.has("thp")) kinds.push("thp", "thp");
    if (this.features.has("shared")) kinds.push("shared");
    if (this.features.has("files")) kinds.push("files", "filep");
    if (this.features.has("hugetlb") && this.hugetlbCount < HUGETLB) kinds.push("hugetlb", "hugetlb");
    const handles = [...process.handles.values()];
    if (this.features.has("driver") && handles.length > 0) kinds.push(`dev:${this.pick(handles)}`);
    const kind = this.pick(kinds);
    if (kind === "hugetlb") this.hugetlbCount++;
    const region = {
      name: String.fromCharCode("A".charCodeAt(0) + this.regionCount++),
      pages: kind === "thp" ? HUGE : kind === "hugetlb" ? HUGE * (1 + this.below(2)) : 2 + this.below(5),
      isHuge: kind === "thp" || kind === "hugetlb",
    };
    const rights = this.chance(0.1) ? ` ${this.pick(["r", "none"])}` : "";
    this.say(process, `map ${region.name} ${kind} ${region.pages}${rights}`);
    process.regions.push(region);
  }
  private mremap(process: Process): void {
    if (this.regionCount >= 6) return;
    const region = this.region(process);
    const page = region.isHuge ? 0 : this.below(region.pages);
    const count = region.isHuge ? region.pages : 1 + this.below(region.pages - page);
    const moved = { ...region, name: String.fromCharCode("A".charCodeAt(0) + this.regionCount++), pages: count };
    this.say(process, `mremap ${region.name} ${page} ${count} ${moved.name}`);
    process.regions.push(moved);
  }

  private fork(): void {
    if (this.processes.length > 2 || this.children >= 3) return;
    const name = ["C", "D", "E"][this.children++] ?? "C";
    this.lines.push(`fork ${name}`);
    this.processes.push({
      name,
      handles: new Map(),
      inherited: [...this.first.handles.values()],
      regions: [...this.first.regions],
      // What the parent pinned it has too: it must not open a pipe or a pin of its own beside them.
      pinned: this.first.pinned,
      hasLongPin: this.first.hasLongPin,
    });
  }
  private exit(process: Process): void {
    this.say(process, "exit");
    this.processes = this.processes.filter((other) => other !== process);
  }

  private openAny(process: Process): void {
    const free = this.devices.filter((device) => !process.handles.has(device));
    if (free.length > 0) this.open(process, this.pick(free));
  }
  private open(process: Process, device: number): void {
    const handle = `h${this.handleCount++}`;
    this.say(process, `open ${handle} ${device}`);
    process.handles.set(device, handle);
  }
  /** Closes a file of the process's own. With children about, they may have it too: it is not really closed then. */
  private close(process: Process): void {
    const own = [...process.handles];
    if (own.length === 0 || (process === this.first && this.processes.length > 1)) return;
    const [device, handle] = this.pick(own);
    this.say(process, `close ${handle}`);
    process.handles.delete(device);
  }

  private pin(process: Process): void {
    if (process.pinned > 0 && this.chance(0.6)) {
      this.say(process, `unpin ${this.region(process).name}`);
      process.pinned = 0;
      return;
    }
    const region = this.region(process);
    const [page, count] = this.pages(region);
    const few = Math.min(count, 3);
    if (process.pinned + few > PIPE) return;
    this.say(process, `pin ${region.name} ${page} ${few}`);
    process.pinned += few;
  }
  private longPin(process: Process): void {
    if (process.hasLongPin) {
      this.say(process, `longunpin ${this.region(process).name}`);
      process.hasLongPin = false;
      return;
    }
    const region = this.region(process);
    const [page, count] = this.pages(region);
    this.say(process, `longpin ${region.name} ${page} ${Math.min(count, 16)}${this.chance(0.5) ? " w" : ""}`);
    process.hasLongPin = true;
  }

  /** Looks at all that there is. */
  private look(): void {
    for (const process of this.processes) {
      for (const { name, isHuge } of process.regions) this.say(process, `pagemap ${name}${isHuge ? " 0 12" : ""}`);
    }
  }
}
