// `npm test [-- --only STEP,STEP] [-- FILTER…]`: everything that is checked, a step after the other. The last line is
// "N passed, M failed", the exit status 0 if M is 0. A FILTER is a part of a test file's path: only such files are run.

import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { ensureChromium } from "../test/e2e/chromium.ts";
import { installHost } from "../test/host/code-server.ts";
import { giveUp, root, SetupError } from "./bootstrap.mjs";
import { buildPart, partNames } from "./build/part.ts";
import { shippedFiles } from "./package/shipped.ts";
import { packageVsix, projectFilesInVsix } from "./package/vsix.ts";
import { checkImports } from "./test/imports.ts";
import type { Tally } from "./test/suite.ts";
import { runTestFiles } from "./test/suite.ts";
import { typecheck } from "./test/typecheck.ts";

/** Where more end-to-end files than this fail, it is not that they are unsteady. */
const MOST_UNSTEADY = 2;

/** Prints one result and counts it; `problem` is why it failed, if it did. */
function report(name: string, problem: string | undefined): Tally {
  process.stdout.write(problem === undefined ? `ok   ${name}\n` : `FAIL ${name}\n${problem.trimEnd()}\n`);
  return problem === undefined ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function add(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
  };
}

function types(): Tally {
  return add([...typecheck()].map(({ name, errors }) => report(name, errors)));
}

function lint(): Tally {
  const script = join(root, "scripts", "lint.ts");
  const result = spawnSync(process.execPath, [script, "--error-on-warnings"], { cwd: root, encoding: "utf8" });
  return report("format and lint", result.status === 0 ? undefined : `${result.stdout}${result.stderr}`);
}

function imports(): Tally {
  const violations = checkImports(root).map(({ file, line, message }) => `${file}:${line}: ${message}`);
  return report("import direction", violations.length === 0 ? undefined : violations.join("\n"));
}

async function build(): Promise<Tally> {
  const tallies: Tally[] = [];
  for (const name of partNames) {
    try {
      const { outcome, detail, problem } = await buildPart(name, { force: false });
      tallies.push(report(`${name}: ${outcome}, ${detail}`, problem));
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      tallies.push(report(name, error.message));
    }
  }
  return add(tallies);
}

/** That the VSIX holds what it should, no file more and none less. */
function packageContents(): Tally {
  const expected = shippedFiles(root);
  const actual = projectFilesInVsix(packageVsix());
  const surplus = actual.filter((path) => !expected.includes(path)).map((path) => `does not belong: ${path}`);
  const lacking = expected.filter((path) => !actual.includes(path)).map((path) => `is missing: ${path}`);
  const problems = [...surplus, ...lacking];
  return report(`the VSIX holds ${actual.length} files`, problems.length === 0 ? undefined : problems.join("\n"));
}

async function unit(filters: readonly string[]): Promise<Tally> {
  const exclude = ["**/node_modules", "**/.*", "dist", "test/e2e", "test-results"];
  const files = chosen(globSync("**/*.test.ts", { cwd: root, exclude }), filters);
  return add(await runTestFiles({ files, timeout: 300_000 }));
}

async function e2e(filters: readonly string[]): Promise<Tally> {
  ensureChromium(() => process.stdout.write("Installing Chromium …\n"));
  installHost(() => process.stdout.write("Installing VS Code's server …\n"));
  const options = { timeout: 900_000, concurrency: 1 };
  const first = await runTestFiles({
    files: chosen(globSync("test/e2e/**/*.test.ts", { cwd: root }), filters),
    ...options,
  });
  const failed = first.filter(({ failed }) => failed > 0).map(({ file }) => file);
  if (failed.length === 0 || failed.length > MOST_UNSTEADY) return add(first);
  process.stdout.write(
    "What failed is run once more, as something else on this machine may have kept VS Code from answering:\n",
  );
  const second = await runTestFiles({ files: failed, ...options });
  for (const { file } of second.filter(({ failed }) => failed === 0))
    process.stdout.write(`UNSTEADY ${relative(root, file)}: failed (see above), then passed\n`);
  return add([...first.filter(({ file }) => !failed.includes(file)), ...second]);
}

/** The files whose paths have one of the filters, as absolute paths, in alphabetical order. */
function chosen(paths: readonly string[], filters: readonly string[]): string[] {
  const wanted = paths.filter((path) => filters.length === 0 || filters.some((filter) => path.includes(filter)));
  if (wanted.length === 0) process.stdout.write("no such files\n");
  return wanted.sort().map((path) => join(root, path));
}

/** In the order in which they run: the quick and the basic first. */
const steps: Readonly<Record<string, (filters: readonly string[]) => Tally | Promise<Tally>>> = {
  types,
  lint,
  imports,
  build,
  package: packageContents,
  unit,
  e2e,
};

/** Runs a step to its end; what stops it from running counts as one failure. */
async function runStep(name: string, step: (typeof steps)[string], filters: readonly string[]): Promise<Tally> {
  process.stdout.write(`\n== ${name}\n`);
  const startedAt = performance.now();
  try {
    return await step(filters);
  } catch (error) {
    const text = error instanceof SetupError ? error.message : error instanceof Error ? error.stack : String(error);
    return report(name, text ?? "");
  } finally {
    process.stdout.write(`== ${name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
  }
}

try {
  const { values, positionals: filters } = parseArgs({ allowPositionals: true, options: { only: { type: "string" } } });
  const only = values.only?.split(",") ?? (filters.length > 0 ? ["unit", "e2e"] : Object.keys(steps));
  const unknown = only.find((name) => steps[name] === undefined);
  if (unknown !== undefined)
    throw new SetupError(`There is no step '${unknown}'. Steps: ${Object.keys(steps).join(", ")}.`);
  const tallies: Tally[] = [];
  for (const [name, step] of Object.entries(steps)) {
    if (only.includes(name)) tallies.push(await runStep(name, step, filters));
  }
  const { passed, failed } = add(tallies);
  // A run that checked nothing is no success.
  const nothing = passed + failed === 0;
  if (nothing) process.stdout.write("Nothing was tested.\n");
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  process.exit(failed > 0 || nothing ? 1 : 0);
} catch (error) {
  giveUp(error);
}
