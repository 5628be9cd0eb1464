/** Bytes of a touched page: a million pages that a CPU wrote and a device mirrors, with what the TLBs hold. */

import type { MachineDescription } from "../../../sim-core/machine/description.ts";
import { Machine } from "../../../sim-core/machine/machine.ts";
import type { Group } from "../group.ts";
import { touchAll } from "../touch.ts";

const PAGES = 2 ** 20;
const START = 0x7f00_0000_5000;

export const memory: Group = {
  name: "memory",
  title: "Memory: a million touched pages of 4 KiB, mirrored by one device",
  runs: 3,
  rows: [
    { name: "store", unit: "bytes/page", budget: { atMost: 72 } },
    { name: "process", unit: "bytes/page", budget: { atMost: 72 } },
  ],
  measure() {
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const machine = new Machine(description());
    const empty = machine.store.bytes;
    touchAll(machine, START, PAGES);
    globalThis.gc?.();
    return {
      store: (machine.store.bytes - empty) / PAGES,
      process: (process.memoryUsage().rss - before) / PAGES,
    };
  },
};

function description(): MachineDescription {
  return {
    pageSize: 4096,
    nodes: [{ name: "N0", pages: PAGES + 10, movable: false }],
    cpus: [{ name: "cpu0", node: 0 }],
    devices: [{ name: "gpu0", driver: "dmirror", pages: 0, options: [] }],
    processes: [{ name: "app", regions: [0] }],
    regions: [
      {
        name: "buf",
        process: 0,
        start: START,
        pages: PAGES,
        kind: "anon",
        readable: true,
        writable: true,
        shared: false,
        initial: true,
      },
    ],
    threads: [{ name: "gpu0", process: 0, device: 0 }],
  };
}
