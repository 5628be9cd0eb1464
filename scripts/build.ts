// `npm run build [-- PART…]`: makes what is stale of dist/ (all of it with --force), says what it did unless --quiet.
// Parts are the model library ("library") and the bundles of build/bundles.ts. An entry file that does not exist is an
// error with --strict, else skipped with a notice.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { giveUp, root, SetupError } from "./bootstrap.mjs";
import { buildPart, partNames } from "./build/part.ts";

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { force: { type: "boolean" }, quiet: { type: "boolean" }, strict: { type: "boolean" } },
  });
  const unknown = positionals.find((name) => !partNames.includes(name));
  if (unknown !== undefined) throw new SetupError(`There is no part '${unknown}'. Parts: ${partNames.join(", ")}.`);
  const wanted = positionals.length > 0 ? partNames.filter((name) => positionals.includes(name)) : partNames;
  // Nothing stays from parts that are no more.
  if (values.force && positionals.length === 0) rmSync(join(root, "dist"), { recursive: true, force: true });
  const missing: string[] = [];
  for (const name of wanted) {
    const { outcome, detail, problem } = await buildPart(name, { force: values.force ?? false });
    if (outcome === "no entry") missing.push(detail);
    if (problem !== undefined && outcome !== "no entry") process.stderr.write(`${problem}\n`);
    if (!values.quiet) process.stdout.write(`  ${name.padEnd(14)} ${outcome.padEnd(9)} ${detail}\n`);
  }
  if (values.strict && missing.length > 0) throw new SetupError(`These entry files are missing: ${missing.join(", ")}`);
} catch (error) {
  giveUp(error);
}
