/**
 * All interleavings of the ownership protocol, depth first: without symmetry, where as many states are found as by any other checker,
 * and with it, beside SPIN in the same run; and of a scenario of the kernel model.
 */
import { readFileSync } from "node:fs";
import { programOf } from "../../../language/testing/run.ts";
import { Explorer } from "../../../sim-core/explore/explorer.ts";
import type { ExploreOptions, ExploreResult } from "../../../sim-core/explore/search.ts";
import { REDUCTIONS } from "../../../sim-core/explore/search.ts";
import type { Program } from "../../../sim-core/vm/program.ts";
import type { Group } from "../group.ts";
import { OWNERSHIP_STATES, ownership, statesBefore } from "../ownership.ts";
import { hasSpin, runSpin } from "../spin.ts";

/** Pages where all states are gone through one by one, and where symmetry is used. */
const PAGES = 3;
const REDUCED_PAGES = 4;
const KERNEL_SCENARIO = new URL("../../../scenarios/13-waiting-for-a-migration.hmm", import.meta.url);

interface Measured {
  readonly result: ExploreResult;
  readonly explorer: Explorer;
  readonly wall: number;
  readonly cpu: number;
}

/** Executions that never end are left out, as SPIN does unless asked for. */
function measured(program: Program, options: ExploreOptions): Measured {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const explorer = new Explorer(program, { livelocks: false, ...options });
  const result = explorer.run();
  const { user, system } = process.cpuUsage(before);
  return { result, explorer, wall: (performance.now() - startedAt) / 1000, cpu: (user + system) / 1e6 };
}
function complete({ result }: Measured, expected: number | undefined): void {
  if (!result.complete || (expected !== undefined && result.states !== expected)) {
    throw new Error(`${result.states} states were found, and not ${expected ?? "all"}`);
  }
}

export const explore: Group = {
  name: "explore",
  title: `Exploration: the ownership protocol, ${PAGES} pages without symmetry and ${REDUCED_PAGES} with it, beside SPIN`,
  runs: 1,
  rows: [
    { name: "states_per_s", unit: "states/CPU s", budget: { atLeast: 500_000 } },
    { name: "transitions_per_s", unit: "/CPU s" },
    { name: "bytes_per_state", unit: "bytes", budget: { atMost: 24 } },
    { name: "path_bytes_per_state", unit: "bytes" },
    { name: "process_bytes_per_state", unit: "bytes" },
    { name: "states", unit: "states" },
    { name: "spin_states_per_s", unit: "states/CPU s" },
    { name: "spin_states", unit: "states" },
    { name: "reduced_states", unit: "states" },
    { name: "reduced_s", unit: "s" },
    { name: "reduced_cpu_s", unit: "CPU s" },
    { name: "spin_s", unit: "s" },
    { name: "spin_cpu_s", unit: "CPU s" },
    { name: "spin_preparation_s", unit: "s" },
    { name: "wall_ratio_to_spin", unit: "", budget: { atMost: 0.05 } },
    { name: "cpu_ratio_to_spin", unit: "", budget: { atMost: 0.05 } },
    { name: "bug_retry_states", unit: "states" },
    { name: "bug_retry_spin_states", unit: "states" },
    { name: "bug_notify_states", unit: "states" },
    { name: "bug_notify_spin_states", unit: "states" },
    { name: "kernel_states", unit: "states" },
    { name: "kernel_transitions", unit: "" },
    { name: "kernel_s", unit: "s" },
    { name: "kernel_bytes_per_state", unit: "bytes" },
    { name: "kernel_states_per_s", unit: "states/CPU s" },
    { name: "kernel_reduction", unit: "times" },
  ],
  measure() {
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const all = measured(programOf(ownership(PAGES)), { without: ["symmetry", "threads", "locks"] });
    const resident = process.memoryUsage().rss - before;
    complete(all, (OWNERSHIP_STATES[PAGES] ?? 0) + statesBefore(PAGES));
    const { visited, path } = all.explorer.memory();
    const { states, transitions } = all.result;
    return {
      states_per_s: states / all.cpu,
      transitions_per_s: transitions / all.cpu,
      bytes_per_state: visited / states,
      path_bytes_per_state: path / states,
      process_bytes_per_state: resident / states,
      states: states - statesBefore(PAGES),
      ...kernel(),
      bug_retry_states: bug({ retry: false }),
      bug_notify_states: bug({ lateNotify: true }),
    };
  },
  measureApart() {
    const reduced = measured(programOf(ownership(REDUCED_PAGES)), {});
    complete(reduced, undefined);
    return {
      reduced_states: reduced.result.states - statesBefore(REDUCED_PAGES),
      reduced_s: reduced.wall,
      reduced_cpu_s: reduced.cpu,
      ...(hasSpin() ? spin(reduced) : {}),
    };
  },
};

/** States until a seeded bug shows, with all pages. */
function bug(options: Parameters<typeof ownership>[1]): number {
  const { result } = measured(programOf(ownership(REDUCED_PAGES, options)), {});
  if (result.failures[0]?.failure.id !== "expectation") throw new Error("a seeded bug was not found");
  return result.states;
}

/** The same with SPIN. Its number of states counts the first one, which ours does not. */
function spin(reduced: Measured): Record<string, number> {
  const pages = (n: number): string => `-DNP=${n}`;
  const some = runSpin([pages(PAGES)], [], ["-m4000000", "-w24"]);
  const all = runSpin([pages(REDUCED_PAGES)], ["-DMEMLIM=11000"], ["-m20000000", "-w26"]);
  if (some.states !== (OWNERSHIP_STATES[PAGES] ?? 0) + 1 || all.states !== (OWNERSHIP_STATES[REDUCED_PAGES] ?? 0) + 1) {
    throw new Error(`SPIN found ${some.states} and ${all.states} states`);
  }
  const bugs = ["BUG_NO_RETRY", "BUG_LATE_NOTIFY"].map((name) => {
    const found = runSpin([pages(REDUCED_PAGES), `-D${name}`], ["-DBFS"], ["-w20"]);
    if (found.errors !== 1) throw new Error(`SPIN does not find ${name}`);
    return found.states;
  });
  return {
    spin_states_per_s: some.states / some.cpu,
    spin_states: some.states - 1,
    spin_s: all.wall,
    spin_cpu_s: all.cpu,
    spin_preparation_s: all.preparation,
    wall_ratio_to_spin: reduced.wall / all.wall,
    cpu_ratio_to_spin: reduced.cpu / all.cpu,
    bug_retry_spin_states: bugs[0] ?? Number.NaN,
    bug_notify_spin_states: bugs[1] ?? Number.NaN,
  };
}

/** A scenario of the kernel model, with its reductions and without. */
function kernel(): Record<string, number> {
  const program = programOf(readFileSync(KERNEL_SCENARIO, "utf8"));
  const reduced = measured(program, {});
  complete(reduced, undefined);
  const whole = measured(program, { without: REDUCTIONS, maxStates: 2_000_000 });
  const { states, transitions } = reduced.result;
  return {
    kernel_states: states,
    kernel_transitions: transitions,
    kernel_s: reduced.wall,
    kernel_bytes_per_state: reduced.explorer.memory().visited / states,
    kernel_states_per_s: states / reduced.cpu,
    kernel_reduction: whole.result.states / states,
  };
}
