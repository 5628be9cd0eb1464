/** A state with many touched pages, made without the steps that would lead there. */
import { FolioFlag, FolioKind } from "../../sim-core/machine/folios.ts";
import type { Machine } from "../../sim-core/machine/machine.ts";
import { translateCpu, translateDevice } from "../../sim-core/machine/mmu.ts";
import { EntryFlag, EntryKind, makeEntry } from "../../sim-core/store/entry.ts";

/**
 * What `cpu0 write buf = i` and then `gpu0 read buf` leave of each of `pages` pages from address `start` of the first process;
 * without their steps, which would take minutes. What was before cannot be undone afterwards.
 */
export function touchAll(machine: Machine, start: number, pages: number): void {
  const { folios, pageTables, mirrors, content, vmas, pools, store } = machine;
  const node = pools.node(0);
  if (node === undefined) throw new Error("the machine has no memory");
  const first = machine.vpn(start);
  const root = vmas.rootOf(vmas.find(0, start));
  for (let i = 0; i < pages; i++) {
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
  store.forget();
}
