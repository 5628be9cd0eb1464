/**
 * `npm run conformance [-- --lists DIR --results DIR] [--keep DIR] [NAME…]`: each operation list in the model, against what a real
 * kernel did with it. With `--random N --seed S` random lists, which a real kernel runs for it. Ends with 1 if a result or a page
 * differs.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compareList, findLists } from "./kept.ts";
import { runRandom } from "./random.ts";
import type { Feature } from "./random-list.ts";
import { FEATURES } from "./random-list.ts";
import { showReport } from "./report.ts";

const usage = `usage: npm run conformance [-- --lists DIR --results DIR] [--keep DIR] [--kernel PROFILE] [--calls] [NAME…]
       npm run conformance -- --random N [--seed S] [--features F,F…] [--shrink N] [--keep DIR] [--calls]
features: ${FEATURES.join(" ")}
`;

/** Runs the command. Returns its exit status. */
export function main(args: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      lists: { type: "string" },
      results: { type: "string" },
      keep: { type: "string" },
      kernel: { type: "string", default: "linux-6.12" },
      calls: { type: "boolean", default: false },
      random: { type: "string" },
      seed: { type: "string", default: "1" },
      features: { type: "string" },
      shrink: { type: "string", default: "3" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return 0;
  }
  if (values.random !== undefined) {
    const options = {
      count: wholeNumber("--random", values.random),
      seed: wholeNumber("--seed", values.seed),
      shrinks: wholeNumber("--shrink", values.shrink),
      features: featuresOf(values.features),
      kernel: values.kernel,
      keep: values.keep,
      calls: values.calls,
    };
    return runRandom(options, (text) => process.stdout.write(text)) ? 0 : 1;
  }
  const lists = values.lists ?? join(import.meta.dirname, "lists");
  const results = values.results ?? join(import.meta.dirname, "results");
  const found = findLists(lists, results).filter(
    ({ list }) => positionals.length === 0 || positionals.some((name) => list.name.includes(name)),
  );
  if (found.length === 0)
    throw new Error(`there is no list with a recording: lists in ${lists}, recordings in ${results}`);
  const compared = found.map((kept) => compareList(kept, readFileSync(kept.recording, "utf8"), values.kernel));
  if (values.keep !== undefined) {
    mkdirSync(values.keep, { recursive: true });
    for (const { name, text } of compared)
      if (text !== undefined) writeFileSync(join(values.keep, `${name}.hmm`), text);
  }
  const { text, agrees } = showReport(compared, values.calls);
  process.stdout.write(text);
  return agrees ? 0 : 1;
}

function wholeNumber(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`${option} takes a whole number, not '${text}'`);
  return number;
}

function featuresOf(text: string | undefined): ReadonlySet<Feature> {
  if (text === undefined) return new Set(FEATURES);
  return new Set(
    text.split(",").map((name) => {
      const feature = FEATURES.find((known) => known === name);
      if (feature === undefined) throw new Error(`there is no feature '${name}'; there are ${FEATURES.join(", ")}`);
      return feature;
    }),
  );
}
