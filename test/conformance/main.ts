/**
 * `npm run conformance [-- --lists DIR --results DIR] [--keep DIR] [NAME…]`: each operation list in the model, against what a real
 * kernel did with it. Ends with 1 if a result or a page differs.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compareList, findLists } from "./kept.ts";
import { showReport } from "./report.ts";

const usage =
  "usage: npm run conformance [-- --lists DIR --results DIR] [--keep DIR] [--kernel PROFILE] [--calls] [NAME…]\n";

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
      help: { type: "boolean" },
    },
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return 0;
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
