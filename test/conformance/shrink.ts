/** Shortens a list on which model and kernel differ, by leaving out operations as long as they still do. */
import type { Difference } from "./compare.ts";
import { compareList } from "./kept.ts";
import { listText, parseList } from "./list.ts";
import { record } from "./oracle.ts";

/** A list and where the model differs from what was recorded of it, results and pages. */
export interface Judged {
  readonly lines: readonly string[];
  readonly recording: string;
  readonly differences: readonly Difference[];
}

/** Records lists of the same options and compares each. */
export function judge(lists: readonly (readonly string[])[], options: string, kernel: string): Judged[] {
  const texts = lists.map((lines) => listText(lines, options));
  const recordings = record(texts.map((text) => ({ text, options })));
  return lists.map((lines, i) => {
    const recording = recordings[i] ?? "";
    const { comparison } = compareList({ list: parseList("shrunk", texts[i] ?? "") }, recording, kernel, {
      sharedBoot: true,
    });
    return { lines, recording, differences: comparison.differences.filter(({ kind }) => kind !== "calls") };
  });
}

/**
 * The shortest list found that still differs. Each round tries all ways of leaving out a run of operations in one boot and goes on
 * with the shortest that differs; it ends when no single operation can be left out. `judgeAll` says which lists differ.
 */
export function shrink(lines: readonly string[], options: string, kernel: string, judgeAll = judge): Judged {
  const [given] = judgeAll([lines], options, kernel);
  if (given === undefined || given.differences.length === 0) throw new Error("the list does not differ");
  let best: Judged = given;
  for (;;) {
    // What comes after the first difference does not matter.
    const cut: readonly string[] = best.lines.slice(0, Math.min(...indexes(best)) + 1);
    const length: number = best.lines.length;
    const candidates = [cut, ...shorter(cut)].filter((c) => c.length < length && isSound(c));
    const judged: Judged[] = judgeAll(candidates, options, kernel).filter(({ differences }) => differences.length > 0);
    const shortest = judged.sort((a, b) => a.lines.length - b.lines.length)[0];
    if (shortest === undefined) return best;
    best = shortest;
  }
}
/** Numbers of the operations that differ; of a difference of the whole list, that of its end. */
function indexes({ differences, lines }: Judged): number[] {
  const found = differences.map(({ index }) => index).filter((index) => index >= 0);
  return found.length === 0 ? [lines.length - 1] : found;
}

/** The list without each run of n/2, n/4 … 1 operations. */
function shorter(lines: readonly string[]): string[][] {
  const found: string[][] = [];
  for (let length = Math.floor(lines.length / 2); length >= 1; length = Math.floor(length / 2)) {
    for (let from = 0; from < lines.length; from += length) {
      found.push([...lines.slice(0, from), ...lines.slice(from + length)]);
    }
  }
  return found;
}

/** Whether every name that is used is there: the runner would do something else than the list says, or fail. */
function isSound(lines: readonly string[]): boolean {
  const children = new Set<string>();
  const regions = new Set<string>();
  const handles = new Set<string>();
  const pipes = new Set<string>();
  const pins = new Set<string>();
  for (const line of lines) {
    const [, child = "", rest = ""] = /^(?:(\w)> )?(.*)$/.exec(line) ?? [];
    const [verb = "", name = "", third = ""] = rest.split(" ");
    if (child !== "" && !children.has(child)) return false;
    if (verb === "fork") {
      children.add(name);
      for (const held of [pipes, pins]) if (held.has("")) held.add(name);
    } else if (verb === "exit") children.delete(child);
    else if (verb === "open") handles.add(name);
    else if (verb === "close") {
      if (!handles.delete(name)) return false;
    } else if (verb === "map") regions.add(name);
    else if (name.startsWith("h") && (!handles.has(name) || !regions.has(third))) return false;
    else if (!name.startsWith("h") && !regions.has(name)) return false;
    if (verb === "mremap") regions.add(rest.split(" ")[4] ?? "");
    if (verb === "pin") pipes.add(child);
    if (verb === "unpin" && !pipes.delete(child)) return false;
    if (verb === "longpin") pins.add(child);
    if (verb === "longunpin" && !pins.delete(child)) return false;
  }
  return true;
}
