import assert from "node:assert/strict";
import { test } from "node:test";
import { EntryFlag, EntryKind, makeEntry } from "../store/entry.ts";
import type { MachineDescription } from "./description.ts";
import { FolioFlag, FolioKind } from "./folios.ts";
import { Machine } from "./machine.ts";
import { translateCpu, translateDevice } from "./mmu.ts";

const PAGES = 2 ** 20;
/** What a touched page of 4 KiB that one device mirrors may cost, as in docs/performance.md. */
const BUDGET = 72;

test("a million touched pages, mirrored by a device, cost at most 72 bytes each", () => {
  const description: MachineDescription = {
    pageSize: 4096,
    nodes: [{ name: "N0", pages: PAGES + 10, movable: false }],
    cpus: [{ name: "cpu0", node: 0 }],
    devices: [{ name: "gpu0", driver: "dmirror", pages: 0, options: [] }],
    processes: [{ name: "app", regions: [0] }],
    regions: [
      {
        name: "buf",
        process: 0,
        // Not aligned to anything, so that the chunks at both ends are half full.
        start: 0x7f0000005000,
        pages: PAGES,
        kind: "anon",
        readable: true,
        writable: true,
        shared: false,
        initial: true,
      },
    ],
    threads: [{ name: "g", process: 0, device: 0 }],
  };
  const machine = new Machine(description);
  const { folios, pageTables, mirrors, content, vmas, pools, store } = machine;
  const node = pools.node(0);
  assert.ok(node !== undefined);
  const empty = store.bytes;
  const first = machine.vpn(0x7f0000005000);
  const root = vmas.rootOf(vmas.find(0, 0x7f0000005000));
  for (let i = 0; i < PAGES; i++) {
    const pfn = pools.allocate(node);
    folios.get(1, pfn);
    folios.setKind(pfn, FolioKind.anon);
    folios.setMapping(pfn, root, first + i);
    folios.put(pfn, FolioFlag.exclusive, true);
    folios.mapcount.set(0, pfn, 1);
    pageTables.set(1, 0, first + i, makeEntry(EntryKind.present, pfn, EntryFlag.writable));
    assert.equal(translateCpu(machine, 0, 0, first + i, "store"), pfn);
    content.set(pfn, 0, i + 1);
    mirrors.set(0, first + i, makeEntry(EntryKind.present, pfn, EntryFlag.writable));
    assert.equal(translateDevice(machine, 0, first + i, "load"), pfn);
    // The history is not what is measured here.
    if (i % 4096 === 0) store.forget();
  }
  const bytes = (store.bytes - empty) / PAGES;
  assert.ok(bytes <= BUDGET, `${bytes.toFixed(1)} bytes a page`);
  assert.ok(bytes >= 56, "everything was really stored");
  assert.deepEqual([...store.computeHash()], [store.hashLow, store.hashHigh]);
});
