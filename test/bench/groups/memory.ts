/** Bytes of a touched page: a million pages that a CPU wrote and a device mirrors, with what the TLBs hold. */

import type { MachineDescription } from "../../../sim-core/machine/description.ts";
import { FolioFlag, FolioKind } from "../../../sim-core/machine/folios.ts";
import { Machine } from "../../../sim-core/machine/machine.ts";
import { translateCpu, translateDevice } from "../../../sim-core/machine/mmu.ts";
import { EntryFlag, EntryKind, makeEntry } from "../../../sim-core/store/entry.ts";
import type { Group } from "../group.ts";

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
    touchAll(machine);
    globalThis.gc?.();
    return {
      store: (machine.store.bytes - empty) / PAGES,
      process: (process.memoryUsage().rss - before) / PAGES,
    };
  },
};

/** What `cpu0 write buf = i` and then `gpu0 read buf` leave of every page; without their steps, which would take minutes. */
function touchAll(machine: Machine): void {
  const { folios, pageTables, mirrors, content, vmas, pools, store } = machine;
  const node = pools.node(0);
  if (node === undefined) throw new Error("the machine has no memory");
  const first = machine.vpn(START);
  const root = vmas.rootOf(vmas.find(0, START));
  for (let i = 0; i < PAGES; i++) {
    const pfn = pools.allocate(node);
    folios.get(1, pfn);
    folios.setKind(pfn, FolioKind.anon);
    folios.setMapping(pfn, root, first + i);
    folios.put(pfn, FolioFlag.exclusive, true);
    folios.mapcount.set(0, pfn, 1);
    pageTables.set(1, 0, first + i, makeEntry(EntryKind.present, pfn, EntryFlag.writable));
    if (translateCpu(machine, 0, 0, first + i, "store") !== pfn) throw new Error("the CPU does not see the page");
    content.set(pfn, 0, i + 1);
    mirrors.set(0, first + i, makeEntry(EntryKind.present, pfn, EntryFlag.writable));
    if (translateDevice(machine, 0, first + i, "load") !== pfn) throw new Error("the device does not see the page");
    // The history is not what is measured here.
    if (i % 4096 === 0) store.forget();
  }
}

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
