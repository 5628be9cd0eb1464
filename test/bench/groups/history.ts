/** Bytes of a step that can be undone, and how long a jump to any moment of a long history takes. */

import { programOf } from "../../../language/testing/run.ts";
import { Scheduler } from "../../../sim-core/explore/scheduler.ts";
import { Simulation } from "../../../sim-core/explore/simulation.ts";
import type { Group } from "../group.ts";
import { kernelMix } from "../programs.ts";

const STEPS = 1_000_000;
const JUMPS = 200;

export const history: Group = {
  name: "history",
  title: "History: a million steps of kernel and driver code, all of which can be undone",
  runs: 3,
  rows: [
    { name: "journal", unit: "bytes/step", budget: { atMost: 80 } },
    { name: "process", unit: "bytes/step" },
    { name: "jump, median", unit: "ms", budget: { atMost: 100 } },
    { name: "jump, longest", unit: "ms", budget: { atMost: 100 } },
  ],
  measure() {
    const simulation = new Simulation(programOf(kernelMix(1_000)));
    const { store } = simulation;
    // As a session does.
    store.keepLeaps();
    const scheduler = new Scheduler(simulation, 0);
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < STEPS; i++) {
      if (scheduler.step().kind !== "moved") throw new Error("the scenario is too short");
    }
    globalThis.gc?.();
    const grown = process.memoryUsage().rss - before;
    const end = [store.hashLow, store.hashHigh];
    const times: number[] = [];
    const jump = (step: number): void => {
      const start = performance.now();
      store.goTo(step);
      times.push(performance.now() - start);
    };
    jump(0);
    jump(STEPS);
    if (store.hashLow !== end[0] || store.hashHigh !== end[1]) throw new Error("the way back is another");
    let random = 1;
    for (let i = 0; i < JUMPS; i++) {
      random = (Math.imul(random, 1664525) + 1013904223) | 0;
      jump((random >>> 8) % (STEPS + 1));
    }
    store.goTo(STEPS);
    times.sort((a, b) => a - b);
    return {
      journal: store.historyBytes / STEPS,
      process: grown / STEPS,
      "jump, median": times[times.length >> 1] ?? Number.NaN,
      "jump, longest": times.at(-1) ?? Number.NaN,
    };
  },
};
