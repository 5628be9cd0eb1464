/** Model steps a second on one core. */

import { programOf } from "../../../language/testing/run.ts";
import { Scheduler } from "../../../sim-core/explore/scheduler.ts";
import { Simulation } from "../../../sim-core/explore/simulation.ts";
import { StepResult } from "../../../sim-core/vm/vm.ts";
import type { Group } from "../group.ts";
import { ownership } from "../ownership.ts";
import { kernelMix } from "../programs.ts";

const WARM_UP = 500_000;
const MEASURED = 2_000_000;
/** Statements that a thread runs before the next one takes its turn. */
const TURN = 16;

export const steps: Group = {
  name: "steps",
  title: "Steps: statements of model code a second, each journaled, hashed and undoable",
  runs: 5,
  rows: [
    { name: "straight", unit: "steps/s", budget: { atLeast: 10_000_000 } },
    { name: "checked", unit: "steps/s" },
    { name: "kernel mix", unit: "steps/s" },
  ],
  measure() {
    return {
      straight: straight(false),
      checked: straight(true),
      "kernel mix": kernel(),
    };
  },
};

/**
 * The ownership protocol's three threads in turns. `checked`: as a simulation makes steps, with the invariants and the record of
 * who did what; else the VM and the store alone.
 */
function straight(checked: boolean): number {
  const simulation = new Simulation(programOf(ownership(3)));
  const { store, vm, machine } = simulation;
  let random = 1;
  vm.chooser = (n) => {
    random = (Math.imul(random, 1664525) + 1013904223) | 0;
    return (random >>> 8) % n;
  };
  const step = checked
    ? (thread: number) => simulation.step(thread)
    : (thread: number) => {
        store.mark();
        const result = vm.step(thread);
        if (result === StepResult.blocked) store.rollback();
        return result;
      };
  // The setting up, which ends with all three threads started.
  while (!simulation.isRunning(3))
    simulation.running().some((thread) => simulation.step(thread) !== StepResult.blocked);
  const run = (count: number): void => {
    let made = 0;
    for (let thread = 1; made < count; thread = (thread % 3) + 1) {
      for (let i = 0; i < TURN && step(thread) !== StepResult.blocked; i++) made++;
    }
  };
  run(WARM_UP);
  store.forget();
  const start = performance.now();
  run(MEASURED);
  const seconds = (performance.now() - start) / 1000;
  if (simulation.failures.length > 0 || machine.threads.length < 3) throw new Error("the protocol went wrong");
  return MEASURED / seconds;
}

/** Kernel and driver code as \`hmm run\` runs it: scheduler, checks, log of events. */
function kernel(): number {
  const simulation = new Simulation(programOf(kernelMix(1_000)));
  const scheduler = new Scheduler(simulation, 0);
  const run = (count: number): void => {
    for (let made = 0; made < count; made++) {
      if (scheduler.step().kind !== "moved") throw new Error("the scenario is too short");
    }
  };
  run(WARM_UP);
  simulation.store.forget();
  const start = performance.now();
  run(MEASURED / 2);
  const seconds = (performance.now() - start) / 1000;
  if (simulation.failures.length > 0) throw new Error(simulation.failures[0]?.message);
  return MEASURED / 2 / seconds;
}
