/** States a second and bytes a state: all interleavings of the ownership protocol, depth first, without reduction. */
import { Explorer } from "../../../sim-core/explore/explorer.ts";
import type { Group } from "../group.ts";
import { OWNERSHIP_STATES, ownership, statesBefore } from "../ownership.ts";
import { programOf } from "../programs.ts";

const PAGES = 3;

export const exploration: Group = {
  name: "exploration",
  title: `Exploration: the ownership protocol with ${PAGES} pages, depth first, without reduction`,
  runs: 3,
  rows: [
    { name: "states", unit: "states/s", budget: { atLeast: 500_000 } },
    { name: "transitions", unit: "transitions/s" },
    { name: "memory", unit: "bytes/state", budget: { atMost: 24 } },
    { name: "visited set", unit: "bytes/state" },
    { name: "path", unit: "bytes/state" },
    { name: "process", unit: "bytes/state" },
    { name: "distinct states", unit: "states" },
  ],
  measure() {
    const program = programOf(ownership(PAGES));
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const start = performance.now();
    const explorer = new Explorer(program);
    const result = explorer.run();
    const seconds = (performance.now() - start) / 1000;
    const { states, transitions } = result;
    const expected = (OWNERSHIP_STATES[PAGES] ?? 0) + statesBefore(PAGES);
    if (!result.complete || states !== expected) throw new Error(`${states} states were found, and not ${expected}`);
    const { visited, path } = explorer.memory();
    return {
      states: states / seconds,
      transitions: transitions / seconds,
      memory: (visited + path) / states,
      "visited set": visited / states,
      path: path / states,
      process: (process.memoryUsage().rss - before) / states,
      "distinct states": states - statesBefore(PAGES),
    };
  },
};
