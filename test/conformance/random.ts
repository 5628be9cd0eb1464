/**
 * `npm run conformance -- --random N --seed S`: N random lists on a real kernel and in the model. Where they differ, the list is
 * shortened.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ComparedList } from "./kept.ts";
import { compareList } from "./kept.ts";
import { listText, parseList } from "./list.ts";
import { ensureOracle, record } from "./oracle.ts";
import type { Feature } from "./random-list.ts";
import { randomList } from "./random-list.ts";
import { showDifference } from "./report.ts";
import { shrink } from "./shrink.ts";

/** What to try. */
export interface RandomOptions {
  readonly count: number;
  readonly seed: number;
  readonly features: ReadonlySet<Feature>;
  readonly kernel: string;
  /** Lists that differ are shortened, at most so many. */
  readonly shrinks: number;
  /** Where shortened lists are written, with their recordings. */
  readonly keep: string | undefined;
  /** Calls that differ are shown too. */
  readonly calls: boolean;
}

/** Runs the lists and reports. Returns whether all results and pages agree. */
export function runRandom(options: RandomOptions, say: (text: string) => void): boolean {
  ensureOracle();
  const { count, seed, features, kernel } = options;
  const lists = Array.from({ length: count }, (_, number) => randomList(seed, number, features));
  const asked = lists.map(({ lines, options: how }) => ({ text: listText(lines, how), options: how }));
  const recordings = record(asked, (done, all) => say(`recorded ${done} of ${all}\n`));
  let operations = 0;
  let callsCompared = 0;
  let callsDiffer = 0;
  const differing: { number: number; compared: ComparedList }[] = [];
  recordings.forEach((recording, number) => {
    const list = parseList(`${seed}-${number}`, asked[number]?.text ?? "");
    const compared = compareList({ list }, recording, kernel, { sharedBoot: true });
    operations += list.operations.length;
    callsCompared += compared.comparison.compared.calls;
    for (const difference of compared.comparison.differences) {
      if (difference.kind !== "calls") continue;
      callsDiffer++;
      if (options.calls) say(`${showDifference(compared.name, difference)}\n`);
    }
    if (compared.comparison.differences.some(({ kind }) => kind !== "calls")) differing.push({ number, compared });
  });
  say(`\nseed ${seed}: ${count} lists, ${operations} operations, of ${[...features].join(", ")}\n`);
  say(
    `results and pages agree in ${count - differing.length} lists, calls in ${callsCompared - callsDiffer} of ${callsCompared} operations\n`,
  );
  differing.forEach(({ number, compared }, i) => {
    const first = compared.comparison.differences.find(({ kind }) => kind !== "calls");
    if (i >= options.shrinks) {
      if (first !== undefined) say(`\n${showDifference(compared.name, first)}\n`);
      return;
    }
    const { lines = [], options: how = "" } = lists[number] ?? {};
    const judged = shrink(lines, how, kernel);
    say(`\n${compared.name}, shortened:\n  ${judged.lines.join("\n  ")}\n`);
    for (const difference of judged.differences.slice(0, 3)) say(`${showDifference("", difference)}\n`);
    if (options.keep !== undefined) {
      mkdirSync(options.keep, { recursive: true });
      writeFileSync(join(options.keep, `${compared.name}.txt`), listText(judged.lines, how));
      writeFileSync(join(options.keep, `${compared.name}.recorded.txt`), judged.recording);
    }
  });
  return differing.length === 0;
}
