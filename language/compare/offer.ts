/**
 * What a file has to offer to other scenarios: the driver that its devices have, its profile, and what both are made of. So a file of the bug
 * museum, which shows a bug in a scenario of its own, is tried in any other.
 */
import { isDefinition } from "../resolve/declare.ts";
import { parse } from "../syntax/parser.ts";
import type { Item, SourceFile } from "../syntax/tree.ts";
import { isMember } from "../syntax/tree.ts";

/** A driver, and what goes with it. */
export interface Offer {
  /** The driver for all devices. */
  readonly driver: string;
  /** The profile that the file chooses; undefined if it does not. */
  readonly kernel: string | undefined;
  /** The file's text with nothing but drivers, profiles and model code: the rest is blank, so that every place in it is what it was. */
  readonly declarations: string;
}

/**
 * What `text` offers. The driver is the first of its own that one of its devices uses, else what its first device uses, else the last that it
 * declares; undefined if there is none.
 */
export function offerOf(text: string): Offer | undefined {
  const { file } = parse(text);
  const driver = driverOf(file);
  if (driver === undefined) return undefined;
  return { driver, kernel: kernelOf(file), declarations: declarationsOf(text, file) };
}

function driverOf({ items }: SourceFile): string | undefined {
  const declared = items.filter((item) => item.kind === "driver").map(({ name }) => name.text);
  const used = items.filter((item) => item.kind === "device").map(({ driver }) => driver.text);
  return used.find((name) => declared.includes(name)) ?? used[0] ?? declared.at(-1);
}

/** As a scenario chooses: by a plain `kernel` line, else by the only one that it defines. */
function kernelOf({ items }: SourceFile): string | undefined {
  const kernels = items.filter((item) => item.kind === "kernel");
  const chosen = kernels.find((kernel) => !isDefinition(kernel)) ?? kernels[0];
  return chosen?.profile?.value;
}

function declarationsOf(text: string, { items }: SourceFile): string {
  let kept = text;
  for (const item of items) {
    if (isModelCode(item)) continue;
    const blank = text.slice(item.start, item.end).replaceAll(/[^\n]/g, " ");
    kept = kept.slice(0, item.start) + blank + kept.slice(item.end);
  }
  return kept;
}

function isModelCode(item: Item): boolean {
  return item.kind === "driver" || item.kind === "kernel" || item.kind === "import" || isMember(item);
}
