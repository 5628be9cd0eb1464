/** One scenario under several designs: what each came to, side by side. */
import { COSTS, tallyOf } from "../../sim-core/explore/costs.ts";
import { Run } from "../../sim-core/explore/run.ts";
import { Scheduler } from "../../sim-core/explore/scheduler.ts";
import { Simulation } from "../../sim-core/explore/simulation.ts";
import type { Verdict } from "../../sim-core/explore/verdict.ts";
import { verdictOfRun } from "../../sim-core/explore/verdict.ts";
import type { Program } from "../../sim-core/vm/program.ts";
import type { LoadOptions, PlacedDiagnostic } from "../compile/front-door.ts";
import { loadScenario } from "../compile/front-door.ts";
import type { Design } from "./designs.ts";
import { nameOf } from "./designs.ts";
import { withDriver } from "./with-driver.ts";

/** What a scenario came to under one design. Plain data. */
export interface DesignResult {
  readonly name: string;
  readonly kernel: string;
  readonly verdict: Verdict;
  readonly steps: number;
  /** By the ids of `COSTS`. */
  readonly costs: Readonly<Record<string, number>>;
  /** How each statement ended, in the order of ending. */
  readonly outcomes: readonly Outcome[];
  readonly failures: readonly { readonly line: number; readonly id: string; readonly message: string }[];
}

/** How a statement ended. */
export interface Outcome {
  readonly line: number;
  /** UTF-16 offset of the statement in its line, from 1. */
  readonly column: number;
  readonly text: string;
  readonly outcome: string;
}

/** A comparison. Plain data. */
export interface Comparison {
  readonly title: string;
  readonly designs: readonly DesignResult[];
}

/** Why a scenario cannot be compared: what is wrong with it under the first design that it cannot be run under. */
export interface Incomparable {
  readonly design: string;
  readonly diagnostics: readonly PlacedDiagnostic[];
}

/** Runs a scenario under each design, deterministically and for at most `maxSteps` steps. */
export function compare(
  text: string,
  path: string,
  designs: readonly Design[],
  options: Omit<LoadOptions, "kernel">,
  maxSteps: number,
): Comparison | Incomparable {
  const drivers = designs.flatMap(({ driver }) => (driver === undefined ? [] : [driver]));
  const results: DesignResult[] = [];
  let title = "";
  for (const design of designs) {
    const { kernel, driver } = design;
    const changed = driver === undefined ? text : withDriver(text, driver, drivers);
    const { compiled, diagnostics } = loadScenario(
      changed,
      path,
      kernel === undefined ? options : { ...options, kernel },
    );
    if (compiled === undefined) return { design: nameOf(design), diagnostics };
    title = compiled.program.title;
    results.push(run(compiled.program, nameOf(design), maxSteps));
  }
  return { title, designs: results };
}

function run(program: Program, name: string, maxSteps: number): DesignResult {
  const simulation = new Simulation(program);
  const going = new Run(simulation, new Scheduler(simulation, 0), maxSteps);
  while (going.step() === undefined);
  const { costs, ended } = tallyOf(simulation);
  return {
    name,
    kernel: program.kernel,
    verdict: verdictOfRun(program, simulation.failures),
    steps: going.steps,
    costs: Object.fromEntries(COSTS.map(({ id }) => [id, costs.get(id) ?? 0])),
    outcomes: ended.flatMap(({ statement, thread, outcome }) => {
      const info = program.statements[statement];
      if (info === undefined) return [];
      const { line, column } = info.spot;
      const said = info.text.replaceAll(/\s+/g, " ");
      return [
        { line, column, text: said.startsWith(`${thread} `) || thread === "" ? said : `${thread} ${said}`, outcome },
      ];
    }),
    failures: simulation.failures.map(({ spot, id, message }) => ({ line: spot.line, id, message })),
  };
}
