// Building one part of dist/, if it is stale.

import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, rmSync, statSync } from "node:fs";
import { dirname, join, parse, relative } from "node:path";
import type { BuildFailure, BuildOptions } from "esbuild";
import { root, SetupError } from "../bootstrap.mjs";
import type { Bundle } from "./bundles.ts";
import { bundles } from "./bundles.ts";
import { fingerprint, isFresh, keepRecord, replaceFile } from "./freshness.mjs";

/** What became of a part, and in a few words: sizes and time, or the file that is missing. */
export interface PartResult {
  readonly outcome: "fresh" | "built" | "no entry";
  readonly detail: string;
  /** What is wrong with the part, although it could be built; absent when nothing is. */
  readonly problem?: string;
}

/** Every part in the order in which they must be built: a bundle contains the library. */
export const partNames: readonly string[] = ["library", ...bundles.map((bundle) => bundle.name)];

/** A change of these makes everything stale. */
const ownSources = ["scripts/build/part.ts", "scripts/build/bundles.ts", "package-lock.json"];

const libraryCompiler = "language/build/compile-library.ts";
const libraryOutput = "dist/library.json";

/**
 * Brings one part up to date.
 *
 * @throws {SetupError} the sources do not build; the message names the files and lines
 */
export async function buildPart(name: string, { force }: { force: boolean }): Promise<PartResult> {
  const bundle = bundles.find((candidate) => candidate.name === name);
  const entry = bundle?.entry ?? libraryCompiler;
  if (!existsSync(join(root, entry))) {
    return { outcome: "no entry", detail: entry, problem: `Its entry file, ${entry}, does not exist.` };
  }
  const stale = force || !isFresh(root, name);
  const startedAt = Date.now();
  const outputs = stale ? await make(name, bundle, startedAt) : [bundle?.output ?? libraryOutput];
  const sizes = tellSizes(outputs);
  const overweight = bundle?.maxKiB !== undefined && kib(bundle.output) > bundle.maxKiB;
  return {
    outcome: stale ? "built" : "fresh",
    detail: stale ? `${sizes} in ${Date.now() - startedAt} ms` : sizes,
    ...(overweight ? { problem: `${bundle.output} may weigh ${bundle.maxKiB} KiB, not ${kib(bundle.output)}.` } : {}),
  };
}

/** Builds a part and records from what; gives its outputs. */
async function make(name: string, bundle: Bundle | undefined, startedAt: number): Promise<readonly string[]> {
  const made = bundle === undefined ? compileLibrary() : await runEsbuild(bundle);
  record(name, made, startedAt);
  return made.outputs;
}

/** Paths relative to the root. */
interface Made {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Compiles the kernel and driver models, sim-core/{kernel,drivers}/**.hmm, to the library that ships. */
function compileLibrary(): Made {
  mkdirSync(join(root, "dist"), { recursive: true });
  const result = spawnSync(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", libraryCompiler, libraryOutput],
    {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  if (result.status !== 0) {
    throw new SetupError(
      `The model library does not compile:\n${result.error?.message ?? ""}${result.stdout}${result.stderr}`,
    );
  }
  // The compiler may use anything of these two; folders are among the inputs so that a new model file is noticed.
  const sources = globSync("{sim-core,language}/**/*.{ts,hmm}", { cwd: root }).filter(
    (path) => !path.endsWith(".test.ts"),
  );
  const folders = new Set(sources.filter((path) => path.endsWith(".hmm")).map((path) => dirname(path)));
  return { inputs: [...sources, ...folders], outputs: [libraryOutput] };
}

async function runEsbuild(bundle: Bundle): Promise<Made> {
  const { build, formatMessages } = await import("esbuild");
  try {
    const result = await build({
      absWorkingDir: root,
      ...places(bundle),
      bundle: true,
      sourcemap: "linked",
      sourcesContent: false,
      legalComments: "linked",
      logLevel: "silent",
      ...bundle.options,
      write: false,
      metafile: true,
    });
    if (result.warnings.length > 0) {
      process.stderr.write((await formatMessages(result.warnings, { kind: "warning", color: false })).join(""));
    }
    // The entry last: it must find what it loads.
    const isEntry = (path: string) => path === join(root, bundle.output);
    const files = result.outputFiles.sort((a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)));
    for (const file of files) {
      mkdirSync(dirname(file.path), { recursive: true });
      replaceFile(file.path, file.contents);
    }
    const outputs = files.map((file) => relative(root, file.path));
    if (bundle.options.splitting) removeOthers(dirname(bundle.output), outputs);
    return { inputs: Object.keys(result.metafile.inputs).filter((path) => !path.includes(":")), outputs };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    const text = await formatMessages(error.errors, { kind: "error", color: false });
    throw new SetupError(`The bundle '${bundle.name}' does not build:\n${text.join("")}`);
  }
}

/** What esbuild is to read and where it is to write: a folder if there may be several files. */
function places({ entry, output, options }: Bundle): BuildOptions {
  if (!options.splitting) return { entryPoints: [entry], outfile: output };
  const { dir, name, ext } = parse(output);
  return { entryPoints: [{ in: entry, out: name }], outdir: dir, outExtension: { ".js": ext } };
}

/** Removes from a folder what an earlier build left: names of files that are loaded when needed change with their content. */
function removeOthers(folder: string, outputs: readonly string[]): void {
  for (const path of globSync(`${folder}/*`, { cwd: root })) if (!outputs.includes(path)) rmSync(join(root, path));
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}

/** Remembers what the part was made from; a file that changed meanwhile counts as changed. */
function record(name: string, { inputs, outputs }: Made, startedAt: number): void {
  const prints: { [path: string]: string } = {};
  for (const path of [...inputs, ...ownSources]) {
    const absolute = join(root, path);
    const changedMeanwhile = (statSync(absolute, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= startedAt;
    prints[path] = changedMeanwhile && !path.startsWith("dist/") ? "changed during the build" : fingerprint(absolute);
  }
  keepRecord(root, name, { inputs: prints, outputs: [...outputs] });
}

/** Files and sizes, most of them in one if they are many. */
function tellSizes(outputs: readonly string[]): string {
  const paths = outputs.filter((path) => !path.endsWith(".map"));
  if (paths.length <= 4) return paths.map((path) => `${path} ${kib(path)} KiB`).join(", ");
  const total = paths.reduce((sum, path) => sum + kib(path), 0);
  return `${paths.at(-1)} and what it loads, ${paths.length} files of ${total} KiB`;
}

function kib(path: string): number {
  return Math.ceil(statSync(join(root, path)).size / 1024);
}
