/** Which region of which process a place names. */

import { didYouMean } from "../suggest.ts";
import type { Expr, Name, Place } from "../syntax/tree.ts";
import type { Context } from "./context.ts";
import { kindText } from "./context.ts";
import type { ResolvedPlace, ResolvedProcess, ResolvedRegion, ResolvedThread } from "./model.ts";
import { regionOf } from "./model.ts";

/**
 * Finds a place's region: of the process that is written; else of the thread's own process; else, in checks and the
 * kernel's own statements, of the process that declares it. Undefined, after a report, if there is no such place.
 */
export function resolvePlace(
  ctx: Context,
  file: number,
  place: Place,
  thread: ResolvedThread | undefined,
): ResolvedPlace | undefined {
  const region = findRegion(ctx, file, place.path, thread);
  if (region === undefined) return undefined;
  const pages = checkPages(ctx, file, place, region.region);
  return { ...region, index: place.index, to: place.to, offset: place.offset, ...pages };
}

interface Found {
  readonly process: ResolvedProcess;
  readonly region: ResolvedRegion;
}

function findRegion(
  ctx: Context,
  file: number,
  path: readonly Name[],
  thread: ResolvedThread | undefined,
): Found | undefined {
  const [first, second, third] = path;
  if (first === undefined || first.text === "") return undefined;
  if (second === undefined) {
    return thread === undefined ? findDeclared(ctx, file, first) : findOwn(ctx, file, first, thread);
  }
  if (second.text === "") return undefined;
  if (third !== undefined) {
    ctx.error(file, "not-a-place", "A place is `region` or `PROCESS.region`.", third);
    return undefined;
  }
  const process = ctx.globals.get(first.text);
  if (process?.kind !== "process") {
    const names = ctx.processes.map((candidate) => candidate.name);
    if (process !== undefined) {
      ctx.error(file, "wrong-kind", `\`${first.text}\` is ${kindText(process)}, not a process.`, first);
    } else if (ctx.regionsByName.has(first.text)) {
      ctx.error(file, "not-a-place", `\`${first.text}\` is a region; a place has no \`.${second.text}\`.`, second, {
        hint: "What a check can say of a place: `pte(…)`, `folio(…)`, `value(…)` and their like.",
      });
    } else {
      ctx.error(file, "unknown-name", `There is no process \`${first.text}\`.`, first, () =>
        didYouMean(first.text, names, first.start, first.end),
      );
    }
    return undefined;
  }
  ctx.bindings.set(first, process);
  const region = regionOf(process, second.text);
  if (region === undefined) {
    reportNoRegion(ctx, file, second, process);
    return undefined;
  }
  ctx.bindings.set(second, region);
  return { process, region };
}

function findOwn(ctx: Context, file: number, name: Name, thread: ResolvedThread): Found | undefined {
  const region = regionOf(thread.process, name.text);
  if (region !== undefined) {
    ctx.bindings.set(name, region);
    return { process: thread.process, region };
  }
  const other = ctx.regionsByName.get(name.text)?.[0];
  if (other === undefined) {
    reportNoRegion(ctx, file, name, thread.process);
  } else {
    ctx.error(
      file,
      "other-process",
      `\`${name.text}\` is a region of \`${other.process.name}\`; \`${thread.name}\` works in \`${thread.process.name}\`.`,
      name,
    );
  }
  return undefined;
}

/** Most ways to write an ambiguous region that are named. */
const MOST_TOLD = 6;

function findDeclared(ctx: Context, file: number, name: Name): Found | undefined {
  const candidates = ctx.regionsByName.get(name.text) ?? [];
  const [region, another] = candidates;
  if (region === undefined) {
    reportNoRegion(ctx, file, name, undefined);
    return undefined;
  }
  if (another !== undefined) {
    const told = candidates.slice(0, candidates.length > MOST_TOLD ? MOST_TOLD - 1 : MOST_TOLD);
    const spelled = told.map((candidate) => `\`${candidate.process.name}.${name.text}\``);
    const others = candidates.length - told.length;
    if (others > 0) spelled.push(`that of one of ${others} others`);
    const ways = `${spelled.slice(0, -1).join(", ")} or ${spelled.at(-1)}`;
    ctx.error(file, "ambiguous", `Several processes have a region \`${name.text}\`: write ${ways}.`, name);
    return undefined;
  }
  ctx.bindings.set(name, region);
  return { process: region.process, region };
}

function reportNoRegion(ctx: Context, file: number, name: Name, process: ResolvedProcess | undefined): void {
  const other = ctx.globals.get(name.text);
  if (other !== undefined) {
    ctx.error(file, "wrong-kind", `\`${name.text}\` is ${kindText(other)}, not a region.`, name);
    return;
  }
  const message =
    process === undefined
      ? `There is no region \`${name.text}\`.`
      : `Process \`${process.name}\` has no region \`${name.text}\`.`;
  ctx.error(file, "unknown-name", message, name, () => {
    const names = process === undefined ? ctx.regionsByName.keys() : regionNames(process);
    return didYouMean(name.text, names, name.start, name.end);
  });
}

function* regionNames(process: ResolvedProcess): Generator<string> {
  for (let at: ResolvedProcess | undefined = process; at !== undefined; at = at.parent) yield* at.regions.keys();
}

type Pages = Pick<ResolvedPlace, "firstPage" | "endPage" | "offsetBytes">;

/** Works out and checks what is constant of a place's indexes and offset. */
function checkPages(ctx: Context, file: number, place: Place, region: ResolvedRegion): Pages {
  const total = BigInt(region.pages);
  const first = place.index === undefined ? 0n : ctx.constant(place.index);
  const end =
    place.to !== undefined
      ? ctx.constant(place.to)
      : place.index === undefined
        ? total
        : first === undefined
          ? undefined
          : first + 1n;
  const isInside =
    place.index === undefined ||
    (checkIndex(ctx, file, place.index, first, total - 1n, region) &&
      (place.to === undefined || checkIndex(ctx, file, place.to, end, total, region)));
  if (isInside && place.to !== undefined && first !== undefined && end !== undefined && end <= first) {
    ctx.error(file, "empty-range", `Pages ${first} to ${end - 1n} are none: the end is exclusive.`, {
      start: place.index?.start ?? place.start,
      end: place.to.end,
    });
  }
  return {
    firstPage: first === undefined ? undefined : Number(first),
    endPage: end === undefined ? undefined : Number(end),
    offsetBytes: checkOffset(ctx, file, place.offset),
  };
}

function checkIndex(
  ctx: Context,
  file: number,
  node: Expr,
  value: bigint | undefined,
  last: bigint,
  region: ResolvedRegion,
): boolean {
  if (value === undefined || (value >= 0n && value <= last)) return true;
  const pages = region.pages === 1 ? "only 1 page, page 0" : `only ${region.pages} pages, 0 to ${region.pages - 1}`;
  ctx.error(file, "index-out-of-range", `\`${region.name}\` has ${pages}.`, node);
  return false;
}

function checkOffset(ctx: Context, file: number, offset: Expr | undefined): number | undefined {
  if (offset === undefined) return 0;
  const value = ctx.constant(offset);
  if (value === undefined) return undefined;
  if (value < 0n || value >= BigInt(ctx.pageSize)) {
    ctx.error(file, "bad-offset", `An offset lies inside the first page: 0 to ${ctx.pageSize - 8}.`, offset);
  } else if (value % 8n !== 0n) {
    ctx.error(file, "bad-offset", "An offset is a multiple of 8: memory is read and written in 64-bit words.", offset);
  }
  return Number(value);
}
