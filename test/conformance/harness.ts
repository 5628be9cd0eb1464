/** Runs and explores `.hmm` files with the model as it stands in the source tree. */
import { readFileSync } from "node:fs";
import { check } from "../../language/check/check.ts";
import { compileScenario } from "../../language/compile/scenario.ts";
import { signatureOf } from "../../language/compile/signature.ts";
import { resolve } from "../../language/resolve/resolve.ts";
import { parse } from "../../language/syntax/parser.ts";
import { shippedLibrary } from "../../language/testing/run.ts";
import { Explorer } from "../../sim-core/explore/explorer.ts";
import type { Failure } from "../../sim-core/explore/failure.ts";
import { Scheduler } from "../../sim-core/explore/scheduler.ts";
import type { ExploreResult } from "../../sim-core/explore/search.ts";
import { Simulation } from "../../sim-core/explore/simulation.ts";
import type { Program } from "../../sim-core/vm/program.ts";

/** Steps after which a run is taken to have no end. */
const STEP_LIMIT = 1_000_000;

/** Compiles a scenario. @throws Error with all that is wrong with it */
export function load(path: string): Program {
  const built = shippedLibrary();
  const signature = signatureOf(built);
  const readImport = (file: string): string => readFileSync(file, "utf8");
  const resolved = resolve(parse(readFileSync(path, "utf8")), { path, readImport, library: signature });
  const mistakes = check(resolved, signature).flat();
  const { compiled, problems } = compileScenario(resolved, built);
  const messages = [...mistakes, ...problems].map((p) => `at ${p.start}: ${p.message}`);
  if (compiled === undefined || messages.length > 0) throw new Error(`${path}\n${messages.join("\n")}`);
  return compiled.program;
}

/** A failure in one line: where and what. */
export function describe(program: Program, failure: Failure): string {
  const { spot, kind, id, message } = failure;
  return `${program.sources[spot.source]?.path}:${spot.line}:${spot.column}: ${kind} ${id}: ${message}`;
}

/** Runs a scenario to its end, one thread after the other. Returns what went wrong. */
export function run(program: Program): readonly string[] {
  const simulation = new Simulation(program);
  const scheduler = new Scheduler(simulation, 0);
  for (let steps = 0; ; steps++) {
    const progress = scheduler.step();
    if (progress.kind === "stuck") simulation.deadlock();
    if (progress.kind !== "moved") break;
    if (steps === STEP_LIMIT) return [`no end after ${STEP_LIMIT} steps`];
  }
  if (simulation.finished) simulation.checkEnd();
  return simulation.failures.map((failure) => describe(program, failure));
}

/** Explores all interleavings, up to `maxStates` states. */
export function explore(program: Program, maxStates = 200_000): ExploreResult {
  return new Explorer(program, { maxStates }).run();
}
