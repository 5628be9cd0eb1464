/** Regions: what a mapping says, and the address where each lies. */

import type { Action, Mapping, MappingAttribute, Name, RegionDecl } from "../syntax/tree.ts";
import type { Context, Draft, ProcessDraft } from "./context.ts";
import { findDevice, findNode } from "./machine.ts";
import type { ResolvedRegion } from "./model.ts";
import { addressSpaceEnd, wholePages } from "./sizes.ts";

const hugePage = 2 * 1024 * 1024;

/** The first address that is given out to regions without `at`. */
const firstAddress = 0x1000_0000;

/** Adds the region that `name: mapping` declares to a process. */
export function addRegion(
  ctx: Context,
  file: number,
  process: ProcessDraft,
  name: Name,
  mapping: Mapping,
  declaration: RegionDecl | Action,
): void {
  const region: Draft<ResolvedRegion> = {
    ...describeMapping(ctx, file, mapping),
    kind: "region",
    name: name.text,
    at: { file, name },
    doc: declaration.kind === "region" ? declaration.doc : undefined,
    index: ctx.regions.length,
    process,
    initial: declaration.kind === "region",
    declaration,
    mapping,
  };
  registerRegion(ctx, file, process, region);
}

/** Adds the region that `mremap P to NAME` makes: like its source, at an address of its own. */
export function addMovedRegion(
  ctx: Context,
  file: number,
  process: ProcessDraft,
  name: Name,
  source: ResolvedRegion,
  pages: number,
  declaration: Action,
): void {
  registerRegion(ctx, file, process, {
    ...source,
    name: name.text,
    at: { file, name },
    doc: undefined,
    index: ctx.regions.length,
    process,
    start: 0,
    pages,
    fixed: false,
    initial: false,
    declaration,
  });
}

function registerRegion(ctx: Context, file: number, process: ProcessDraft, region: ResolvedRegion): void {
  const { name, at } = region;
  if (name === "" || at === undefined || ctx.redeclared.has(at.name)) return;
  const before = process.regions.get(name);
  if (before !== undefined) {
    const where = before.at === undefined ? "" : `, in ${ctx.where(before.at, file)}`;
    ctx.error(file, "declared-twice", `Process \`${process.name}\` has a region \`${name}\` already${where}.`, at.name);
    return;
  }
  process.regions.set(name, region);
  ctx.regions.push(region);
  const others = ctx.regionsByName.get(name);
  if (others === undefined) ctx.regionsByName.set(name, [region]);
  else others.push(region);
}

type Described = Omit<
  ResolvedRegion,
  "kind" | "name" | "at" | "doc" | "index" | "process" | "initial" | "declaration" | "mapping"
>;

function describeMapping(ctx: Context, file: number, mapping: Mapping): Described {
  const backing = mapping.backing ?? "anon";
  let pages = mapping.size === undefined ? 1 : wholePages(ctx, file, mapping.size, "A region");
  if (backing === "hugetlb" && mapping.size !== undefined && (pages * ctx.pageSize) % hugePage !== 0) {
    ctx.error(file, "bad-size", "A hugetlb region is a whole number of huge pages of 2 MiB.", mapping.size);
    pages = hugePage / ctx.pageSize;
  }
  const seen = new Map<string, MappingAttribute>();
  for (const attribute of mapping.attributes) {
    const group = groupOf(attribute);
    const before = seen.get(group);
    if (before === undefined) seen.set(group, attribute);
    else reportConflict(ctx, file, before, attribute);
  }
  const protection = seen.get("protection")?.word ?? "rw";
  const address = seen.get("at")?.address;
  const on = seen.get("on")?.node;
  const thp = seen.get("thp")?.word;
  const node = on === undefined ? undefined : findNode(ctx, file, on);
  return {
    pages,
    backing,
    start: address === undefined ? 0 : Number(address.value),
    fixed: address !== undefined,
    file: mapping.file?.value,
    device: mapping.device === undefined ? undefined : findDevice(ctx, file, mapping.device),
    readable: protection !== "none",
    writable: protection === "rw",
    shared: (seen.get("sharing")?.word ?? (backing === "shmem" ? "shared" : "private")) === "shared",
    thp: thp === undefined ? undefined : thp === "thp",
    node,
  };
}

function groupOf(attribute: MappingAttribute): string {
  switch (attribute.word) {
    case "ro":
    case "rw":
    case "none":
      return "protection";
    case "shared":
    case "private":
      return "sharing";
    case "thp":
    case "nothp":
      return "thp";
    default:
      return attribute.word;
  }
}

function reportConflict(ctx: Context, file: number, before: MappingAttribute, attribute: MappingAttribute): void {
  const message =
    before.word === attribute.word
      ? `\`${attribute.word}\` is given already.`
      : `\`${attribute.word}\` contradicts \`${before.word}\`.`;
  ctx.error(file, "contradiction", message, attribute);
}

interface Interval {
  readonly start: number;
  readonly end: number;
  readonly region: ResolvedRegion;
}

/**
 * Gives every region its address. Regions of a process and of the children that it forks share one layout, since a child
 * has its parent's regions where the parent has them. What has no `at` begins on 2 MiB of its own, so that neither huge
 * pages nor page tables are shared by accident, with a gap behind it, so that neighbouring vmas stay apart.
 */
export function layOut(ctx: Context): void {
  const families = new Map<ProcessDraft, Draft<ResolvedRegion>[]>();
  for (const region of ctx.regions) {
    let root = region.process;
    while (root.parent !== undefined) root = root.parent;
    const process = ctx.processes[root.index];
    if (process === undefined) continue;
    const family = families.get(process);
    if (family === undefined) families.set(process, [region]);
    else family.push(region);
  }
  for (const family of families.values()) layOutFamily(ctx, family);
}

function layOutFamily(ctx: Context, family: readonly Draft<ResolvedRegion>[]): void {
  const fixed: Interval[] = [];
  for (const region of family) {
    if (!region.fixed) continue;
    if (!checkAddress(ctx, region)) region.fixed = false;
    else fixed.push({ start: region.start, end: region.start + region.pages * ctx.pageSize, region });
  }
  fixed.sort((a, b) => a.start - b.start || a.region.index - b.region.index);
  reportOverlaps(ctx, fixed);
  let next = firstAddress;
  let upcoming = 0;
  for (const region of family) {
    if (region.fixed) continue;
    const bytes = region.pages * ctx.pageSize;
    for (; upcoming < fixed.length; upcoming++) {
      const interval = fixed[upcoming];
      if (interval === undefined || next + bytes < interval.start) break;
      next = Math.max(next, roundUp(interval.end + ctx.pageSize));
    }
    if (next + bytes > addressSpaceEnd) {
      const size = region.mapping?.size ?? region.at?.name;
      if (size !== undefined && region.at !== undefined) {
        ctx.error(
          region.at.file,
          "too-large",
          `The regions of \`${region.process.name}\` together are too large for a 47-bit address space.`,
          size,
        );
      }
      region.pages = 1;
      region.start = firstAddress - hugePage;
      continue;
    }
    region.start = next;
    next = roundUp(next + bytes + ctx.pageSize);
  }
}

function roundUp(address: number): number {
  return Math.ceil(address / hugePage) * hugePage;
}

/** False, after a report, if nothing can be mapped at the region's address. */
function checkAddress(ctx: Context, region: Draft<ResolvedRegion>): boolean {
  const { at, mapping } = region;
  const where = mapping?.attributes.find((attribute) => attribute.word === "at")?.address;
  if (at === undefined || where === undefined) return false;
  const alignment = region.backing === "hugetlb" ? hugePage : ctx.pageSize;
  if (where.unit !== undefined) {
    ctx.error(at.file, "bad-address", "An address is a plain number, without a unit.", where);
  } else if (where.value % BigInt(alignment) !== 0n) {
    ctx.error(at.file, "bad-address", `The address must be a multiple of ${alignment}.`, where);
  } else if (where.value < 0x1_0000n) {
    ctx.error(at.file, "bad-address", "Nothing can be mapped below 0x1_0000 (mmap_min_addr).", where);
  } else if (where.value + BigInt(region.pages) * BigInt(ctx.pageSize) > BigInt(addressSpaceEnd)) {
    ctx.error(at.file, "bad-address", "The region ends beyond the 47-bit address space.", where);
  } else {
    return true;
  }
  return false;
}

function reportOverlaps(ctx: Context, sorted: readonly Interval[]): void {
  let last: Interval | undefined;
  for (const interval of sorted) {
    if (last !== undefined && interval.start < last.end) {
      const later = interval.region.index > last.region.index ? interval.region : last.region;
      const other = later === interval.region ? last.region : interval.region;
      const where = later.mapping?.attributes.find((attribute) => attribute.word === "at");
      // A later mmap may take the place of what was unmapped before it.
      if (later.at !== undefined && where !== undefined && later.initial && other.initial) {
        ctx.error(later.at.file, "overlap", `\`${later.name}\` overlaps \`${other.name}\` there.`, where);
      }
    }
    if (last === undefined || interval.end > last.end) last = interval;
  }
}
