/**
 * Exploration takes statements that no other thread can see together with the one before. What it finds so is what it finds
 * without: the same failures and the same ways to end, for random programs.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { programOf } from "../../language/testing/run.ts";
import { Explorer } from "../../sim-core/explore/explorer.ts";
import type { Simulation } from "../../sim-core/explore/simulation.ts";
import type { Program } from "../../sim-core/vm/program.ts";
import { modelText, scenarioText } from "./programs.ts";

/** What can be told of a final state: variables of model code and of the scenario, and counts of events. */
function signature(program: Program, { machine, vm }: Simulation): string {
  const { heap } = machine;
  return JSON.stringify([
    program.variables.map((_, slot) => heap.lift(vm.variables.kernel.get(slot))),
    program.scenarioVariables.flatMap((name, i) => (name.startsWith(".") ? [] : [vm.variables.scenario.get(i)])),
    program.counters.map((_, i) => vm.watch.countOf(i)),
  ]);
}

interface Found {
  readonly states: number;
  readonly complete: boolean;
  readonly ends: readonly string[];
  readonly failures: readonly string[];
}

function explore(program: Program, merged: boolean, maxStates: number): Found {
  const ends = new Set<string>();
  const failures = new Set<string>();
  const explorer = new Explorer(program, {
    merged,
    maxStates,
    maxFailures: Number.POSITIVE_INFINITY,
    onEnd: (simulation) => ends.add(signature(program, simulation)),
  });
  const result = explorer.run();
  for (const { failure } of result.failures) failures.add(`${failure.spot.line} ${failure.id}: ${failure.message}`);
  return { states: result.states, complete: result.complete, ends: [...ends].sort(), failures: [...failures].sort() };
}

function sameWithoutReduction(text: string, maxStates: number): void {
  const program = programOf(text);
  const { states, complete, ...all } = explore(program, false, maxStates);
  if (!complete) return;
  const { states: reducedStates, complete: reducedComplete, ...reduced } = explore(program, true, maxStates);
  assert.ok(reducedComplete);
  assert.ok(reducedStates <= states);
  assert.deepEqual(reduced, all);
}

test("model code with locks, waiting, workers and kept structs", () => {
  fc.assert(
    fc.property(modelText, (text) => sameWithoutReduction(text, 8_000)),
    { numRuns: 120 },
  );
});

test("scenarios with faults, results that other threads read, barriers and checks", () => {
  fc.assert(
    fc.property(scenarioText, (text) => sameWithoutReduction(text, 8_000)),
    { numRuns: 80 },
  );
});
