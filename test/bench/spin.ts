/** SPIN on the ownership protocol (ownership.pml), compiled with its usual optimisations, for comparison in the same run. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const model = fileURLToPath(new URL("ownership.pml", import.meta.url));

/** What SPIN found, and what it took. */
export interface SpinResult {
  readonly states: number;
  readonly transitions: number;
  readonly errors: number;
  /** Of the verifier alone: seconds by the clock, and of the processor. */
  readonly wall: number;
  readonly cpu: number;
  /** Of `spin` and the C compiler, by the clock. */
  readonly preparation: number;
}

/** Whether SPIN and a C compiler are there. */
export function hasSpin(): boolean {
  return ["spin", "gcc"].every((command) => spawnSync(command, ["--version"]).error === undefined);
}

/** Runs SPIN with preprocessor definitions for the model and for its verifier. @throws Error if it says something else */
export function runSpin(
  definitions: readonly string[],
  verifier: readonly string[],
  options: readonly string[],
): SpinResult {
  const folder = mkdtempSync(join(tmpdir(), "hmm-spin-"));
  try {
    const startedAt = performance.now();
    execFileSync("spin", [...definitions, "-a", model], { cwd: folder, stdio: "ignore" });
    execFileSync("gcc", ["-O2", "-w", "-DSAFETY", ...verifier, "-o", "pan", "pan.c"], { cwd: folder });
    const builtAt = performance.now();
    // The shell tells what its children took of the processor, which nothing else here does.
    const script = `./pan ${options.join(" ")}; times`;
    const output = execFileSync("bash", ["-c", script], { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26 });
    const wall = (performance.now() - builtAt) / 1000;
    const number = (pattern: RegExp): number => Number(pattern.exec(output)?.[1] ?? Number.NaN);
    const times = output.trim().split("\n").at(-1) ?? "";
    const cpu = [...times.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
    return {
      states: number(/(\d+) states, stored/),
      transitions: number(/(\d+) transitions/),
      errors: number(/errors: (\d+)/),
      wall,
      cpu,
      preparation: (builtAt - startedAt) / 1000,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
