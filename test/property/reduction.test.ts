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

/** What can be told of a final state: page tables and folios, variables of model code and of the scenario, counts of events. */
function signature(program: Program, { machine, vm, store }: Simulation): string {
  const { heap } = machine;
  const tables = store.columns.filter(({ name }) => /^(pte|folio|mirror|content)/.test(name));
  return JSON.stringify([
    tables.map((column) => column.computeHash()),
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

function sameWithoutReduction(text: string, maxStates: number): boolean {
  const program = programOf(text);
  const { states, complete, ...all } = explore(program, false, maxStates);
  if (!complete) return false;
  const { states: reducedStates, complete: reducedComplete, ...reduced } = explore(program, true, maxStates);
  assert.ok(reducedComplete);
  assert.ok(reducedStates <= states);
  assert.deepEqual(reduced, all);
  return true;
}

/** As far as an exploration without reduction gets: nothing that one with reduction, which is complete, does not find too. */
function findsNoMoreWithoutReduction(text: string, maxStates: number): void {
  const program = programOf(text);
  const all = explore(program, false, maxStates);
  const reduced = explore(program, true, maxStates);
  assert.ok(reduced.complete);
  assert.ok(all.ends.length > 0, "it came to an end");
  assert.deepEqual(
    all.ends.filter((end) => !reduced.ends.includes(end)),
    [],
  );
  assert.deepEqual(
    all.failures.filter((failure) => !reduced.failures.includes(failure)),
    [],
  );
}

test("model code with locks, waiting, workers and kept structs", () => {
  fc.assert(
    fc.property(modelText, (text) => void sameWithoutReduction(text, 8_000)),
    { numRuns: 120 },
  );
});

test("scenarios with faults, results that other threads read, barriers and checks", () => {
  fc.assert(
    fc.property(scenarioText, (text) => void sameWithoutReduction(text, 8_000)),
    { numRuns: 80 },
  );
});

test("a device races with a CPU, in either driver that ships", () => {
  for (const driver of ["dmirror", "nouveau"]) {
    for (const [device, cpu] of [
      ["read buf -> any", "madvise buf dontneed"],
      ["write buf = 5 -> any", "munmap buf"],
      ["atomic add buf 1 -> any", "atomic add buf 1 -> any"],
      ["migrate buf to gpu0 -> any", "write buf = 7 -> any"],
      ["exclusive buf -> any", "read buf -> any"],
      ["read buf -> any", "mprotect buf ro"],
    ]) {
      const text = `process app { buf: anon 1 page }
device gpu0 uses ${driver} { memory 4 pages }
cpu0 write buf = 1
parallel { gpu0 ${device}
  cpu0 ${cpu} }`;
      // With the copy engine three threads are at work: millions of states without reduction.
      if (driver === "nouveau" && device?.startsWith("migrate")) findsNoMoreWithoutReduction(text, 60_000);
      else assert.ok(sameWithoutReduction(text, 60_000), text);
    }
  }
});
