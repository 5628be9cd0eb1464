/**
 * The twin of a scenario that shows a bug: the same text with what is right in place of what is wrong, which is to pass.
 *
 * What is wrong is what the file itself declares. A driver that it declares gives way to the driver `right`, if the file declares one
 * by that name, else to the shipped one that it extends; a profile likewise to the profile `"right"`, or to the one that it extends.
 * Where a shipped driver is wrong, `right` extends it and takes its place; where a shipped profile is, the profile `"right"` does.
 * `finds` is dropped: nothing is to be found.
 */
import { parse } from "./syntax/parser.ts";
import type { DriverDecl, KernelDecl, SourceFile } from "./syntax/tree.ts";

/** What a file calls the driver, or the profile, that does not have the bug. */
const RIGHT = "right";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The twin's text, line by line as long as `text`; undefined if the file says of nothing that it is wrong. */
export function twinOf(text: string): string | undefined {
  const { file } = parse(text);
  const finds = file.items.filter((item) => item.kind === "finds");
  const changes = [...driverEdits(file), ...kernelEdits(file)];
  if (finds.length === 0 || changes.length === 0) return undefined;
  const edits: Edit[] = [...changes, ...finds.map(({ start, end }) => ({ start, end, text: "" }))];
  edits.sort((a, b) => b.start - a.start);
  let twin = text;
  for (const { start, end, text: replacement } of edits) {
    const lines = twin.slice(start, end).split("\n").length - 1;
    twin = twin.slice(0, start) + replacement + "\n".repeat(lines) + twin.slice(end);
  }
  return twin;
}

/** Devices get the right driver: those whose driver the file declares, or, if there are none, those of what `right` extends. */
function driverEdits({ items }: SourceFile): Edit[] {
  const drivers = new Map(items.filter((item) => item.kind === "driver").map((item) => [item.name.text, item]));
  const devices = items.filter((item) => item.kind === "device").filter(({ driver }) => driver.text !== RIGHT);
  const right = drivers.get(RIGHT);
  const own = devices.filter(({ driver }) => drivers.has(driver.text));
  const wrong = own.length > 0 ? own : devices.filter(({ driver }) => driver.text === right?.extends?.text);
  return wrong.flatMap(({ driver: { start, end, text: used } }) => {
    const instead = right === undefined ? shippedBase(drivers, used) : RIGHT;
    return instead === undefined ? [] : [{ start, end, text: instead }];
  });
}

/** The first ancestor of a driver that the file does not declare itself. */
function shippedBase(drivers: ReadonlyMap<string, DriverDecl>, name: string): string | undefined {
  const seen = new Set<string>();
  let at: string | undefined = name;
  while (at !== undefined && drivers.has(at) && !seen.has(at)) {
    seen.add(at);
    at = drivers.get(at)?.extends?.text;
  }
  return at !== undefined && drivers.has(at) ? undefined : at;
}

/** The scenario runs under the right profile. */
function kernelEdits({ items }: SourceFile): Edit[] {
  const kernels = items.filter((item) => item.kind === "kernel");
  const others = kernels.filter(({ profile }) => profile?.value !== RIGHT);
  // What stays is the only one that is named, so it is the one that is chosen.
  if (others.length < kernels.length) return others.map(({ start, end }) => ({ start, end, text: "" }));
  return others.flatMap((kernel) => {
    const base = shippedProfile(kernel);
    return base === undefined ? [] : [{ start: kernel.start, end: kernel.end, text: `kernel "${base}"` }];
  });
}

/** The shipped profile below what a `kernel` line declares or switches; undefined if it does neither. */
function shippedProfile({ extends: base, profile, members, settings }: KernelDecl): string | undefined {
  if (base?.kind === "string") return base.value;
  return members.length + settings.length > 0 ? profile?.value : undefined;
}
