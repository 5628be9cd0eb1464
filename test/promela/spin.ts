/** SPIN and a C compiler, if they are here or may be installed, and what SPIN says of an exported scenario. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { exportPromela } from "../../export/promela/index.ts";
import { loadScenario } from "../../language/compile/front-door.ts";
import { shippedLibrary } from "../../language/testing/run.ts";
import type { Program } from "../../sim-core/vm/program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What the tests need, and the packages of Debian and Ubuntu that bring it. */
const TOOLS = { spin: "spin", gcc: "gcc" } as const;

function has(tool: string): boolean {
  return spawnSync(tool, [tool === "spin" ? "-V" : "--version"]).error === undefined;
}

/** Why SPIN cannot be run here; undefined if it can. Installs what is missing where this process may. */
export function whyNoSpin(): string | undefined {
  const missing = Object.keys(TOOLS).filter((tool) => !has(tool)) as (keyof typeof TOOLS)[];
  if (missing.length === 0) return undefined;
  const packages = missing.map((tool) => TOOLS[tool]);
  if (process.getuid?.() === 0) spawnSync("apt-get", ["install", "-y", ...packages], { timeout: 120_000 });
  const still = missing.filter((tool) => !has(tool));
  return still.length === 0
    ? undefined
    : `left out: ${still.join(" and ")} missing (apt-get install ${packages.join(" ")})`;
}

/** What SPIN found. */
export interface SpinResult {
  /** Messages of errors, without "hmm: " and the depth. */
  readonly errors: readonly string[];
  readonly states: number;
  /** Executions that came to an end, and what was told besides. */
  readonly endStates: number;
  readonly notes: readonly string[];
}

/** The program of a scenario, by its path from the project's root. */
export function scenarioAt(path: string): Program {
  const readImport = (imported: string): string | undefined => {
    try {
      return readFileSync(resolve(root, imported), "utf8");
    } catch {
      return undefined;
    }
  };
  const { compiled } = loadScenario(readFileSync(join(root, path), "utf8"), path, {
    library: shippedLibrary(),
    readImport,
  });
  if (compiled === undefined) throw new Error(`${path} does not compile`);
  return compiled.program;
}

/** Searches a program with SPIN: all states, or until the first error. */
export function spin(program: Program): SpinResult {
  const exported = exportPromela(program);
  if (exported.text === undefined) throw new Error(exported.refusals.map((r) => r.message).join("; "));
  const folder = mkdtempSync(join(tmpdir(), "hmm-spin-"));
  try {
    writeFileSync(join(folder, "model.pml"), exported.text);
    run(folder, "spin", ["-a", "model.pml"]);
    // Compiling costs more than searching what is this small.
    run(folder, "gcc", ["-O0", "-w", "-DVECTORSZ=65536", "-DSAFETY", "-o", "pan", "pan.c"]);
    return read(run(folder, join(folder, "pan"), ["-m100000"]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(folder: string, command: string, args: readonly string[]): string {
  const done = spawnSync(command, args, { cwd: folder, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (done.status !== 0) throw new Error(`${relative(dirname(folder), command)} failed: ${done.stdout}${done.stderr}`);
  return done.stdout;
}

function read(output: string): SpinResult {
  const errors = [...output.matchAll(/^pan:\d+: (.*) \(at depth \d+\)$/gm)].map((m) =>
    (m[1] as string).replace(/^hmm: /, ""),
  );
  return {
    errors,
    states: Number(/(\d+) states, stored/.exec(output)?.[1]),
    endStates: Number(/^hmm: end states (\d+)/m.exec(output)?.[1]),
    notes: [...output.matchAll(/^hmm: (no execution .*)$/gm)].map((m) => m[1] as string),
  };
}
