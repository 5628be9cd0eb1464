/** Primitives on folios: references, the folio lock, flags, the LRU. */
import { EntryKind, kindOf, pfnOf } from "../../store/entry.ts";
import type { Value } from "../../store/value.ts";
import { bool, box, NONE, payloadOf, Tag, tagOf } from "../../store/value.ts";
import type { Caller } from "../caller.ts";
import type { Folios } from "../folios.ts";
import { FolioFlag, Lru, PAGE_FLAGS } from "../folios.ts";
import { folioLock } from "../locks.ts";
import { folioName } from "../names.ts";
import { ZERO_PFN } from "../pools.ts";
import type { Primitive } from "../primitive.ts";
import { argument, flagArgument, folioArgument, numberArgument } from "./arguments.ts";

/** The frame of a folio that is counted: not the zero page, which nobody counts. */
function counted(call: Caller, primitive: string, args: Float64Array, at: number): number {
  const pfn = folioArgument(call, primitive, argument(args, at));
  if (pfn === ZERO_PFN) return call.fail(`${primitive}: the zero page is not counted`);
  return pfn;
}

/** A CPU by its id; -1 for `none`, the threads without one. */
function cpuArgument(call: Caller, primitive: string, value: Value): number {
  if (value === NONE) return -1;
  if (tagOf(value) !== Tag.cpu) return call.fail(`${primitive}: expected a CPU or none, got ${call.describe(value)}`);
  return payloadOf(value);
}
/** What waits in an LRU-add batch, lowest frame first. */
function inBatch(folios: Folios, cpu: number): number[] {
  const pfns: number[] = [];
  folios.batch.forEach(0, 0, 2 ** 30, (pfn, batch) => {
    if (batch === cpu + 2) pfns.push(pfn);
  });
  return pfns.sort((a, b) => a - b);
}

/** See `folio_split`. */
function splitFolio(call: Caller, head: number): Value {
  const { machine, thread } = call;
  const { files, folios, heap, locks, pageTables } = machine;
  const pages = folios.pages(head);
  const list = call.newList();
  if (pages === 1) return call.fail(`folio_split: ${folioName(head)} is a single page`);
  if (locks.owner(folioLock(head)) !== thread) {
    return call.fail(`folio_split: this thread does not hold the lock of ${folioName(head)}`);
  }
  const cached = folios.cacheReferences(head);
  const refcount = folios.refcount.get(0, head);
  if (folios.mapcount.get(0, head) !== 0 || refcount !== cached + 1) {
    return call.fail(
      `folio_split: ${folioName(head)} has a mapcount of ${folios.mapcount.get(0, head)} and a refcount of ${refcount}; it must be unmapped, and held by this thread alone`,
    );
  }
  const file = folios.file(head);
  const root = folios.root(head);
  const index = folios.index(head);
  const migrations = new Int32Array(pages);
  machine.eachMapping(head, (_vma, process, start, end, first) => {
    const from = machine.vpn(start);
    for (let i = 0; i < machine.vpn(end) - from; i++) {
      const entry = pageTables.get(process, from + i);
      if (kindOf(entry) === EntryKind.migration && pfnOf(entry) === head + first + i) {
        migrations[first + i] = (migrations[first + i] ?? 0) + 1;
      }
    }
  });
  folios.setOrder(head, 0);
  folios.entries.set(0, head, 0);
  const shared = folios.flags.get(0, head) & ~PAGE_FLAGS;
  for (let i = 0; i < pages; i++) {
    const pfn = head + i;
    if (i > 0) {
      folios.flags.set(0, pfn, shared | (folios.flags.get(0, pfn) & PAGE_FLAGS));
      folios.refcount.set(0, pfn, 1);
      folios.hold(thread, pfn, 1);
      if (!locks.tryLock(call, folioLock(pfn), false, false)) {
        return call.fail(`folio_split: ${folioName(pfn)} is a page of a large folio and yet locked`);
      }
      folios.setData(pfn, folios.dataOf(head));
    }
    folios.countEntries(pfn, 0, 0, migrations[i] ?? 0);
    if (file < 0) folios.setMapping(pfn, root, index + i);
    else if (cached > 0) {
      if (i > 0) {
        folios.get(thread, pfn);
        files.add(thread, pfn, file, index + i);
      }
    } else folios.setFile(pfn, file, index + i);
    heap.push(list, box(Tag.folio, pfn));
  }
  if (cached > 0) folios.refcount.set(0, head, 2);
  return list;
}

export const folioPrimitives: readonly Primitive[] = [
  {
    name: "folio_page",
    params: ["folio", "n"],
    effect: "pure",
    doc: "Page n of a folio, counted from its first (folio_page).",
    run(call, args, at) {
      const head = folioArgument(call, "folio_page", argument(args, at));
      const n = numberArgument(call, "folio_page", argument(args, at + 1));
      const { folios } = call.machine;
      if (n < 0 || n >= folios.pages(head)) {
        return call.fail(`folio_page: ${folioName(head)} has ${folios.pages(head)} pages, none with number ${n}`);
      }
      return box(Tag.folio, head + n);
    },
  },
  {
    name: "folio_get",
    params: ["folio"],
    effect: "write",
    doc: "Takes a reference, which the running thread holds (folio_get). Writes the refcount.",
    run(call, args, at) {
      const pfn = counted(call, "folio_get", args, at);
      if (call.machine.folios.refcount.get(0, pfn) <= 0) {
        return call.fail(`folio_get: ${folioName(pfn)} has no references: it is free or being freed`);
      }
      call.machine.folios.get(call.thread, pfn);
      return NONE;
    },
  },
  {
    name: "folio_try_get",
    params: ["folio"],
    effect: "write",
    doc: "Takes a reference unless there is none left, and says whether it did (folio_try_get). Writes the refcount.",
    run(call, args, at) {
      const pfn = counted(call, "folio_try_get", args, at);
      if (call.machine.folios.refcount.get(0, pfn) <= 0) return bool(false);
      call.machine.folios.get(call.thread, pfn);
      return bool(true);
    },
  },
  {
    name: "folio_put_testzero",
    params: ["folio"],
    effect: "write",
    doc: "Drops a reference of the running thread; true if it was the last, and the folio is the caller's to free (folio_put_testzero). Writes the refcount.",
    run(call, args, at) {
      const pfn = counted(call, "folio_put_testzero", args, at);
      return bool(call.machine.folios.drop(call.thread, pfn));
    },
  },
  {
    name: "folio_trylock",
    params: ["folio", "waited?"],
    effect: "write",
    doc: "Takes the folio lock if it is free, and says whether it did (folio_trylock). waited: true: the caller would have slept, and the lock order is looked at. Writes the lock.",
    run(call, args, at) {
      const pfn = folioArgument(call, "folio_trylock", argument(args, at));
      const waited = flagArgument(argument(args, at + 1), false);
      return bool(call.machine.locks.tryLock(call, folioLock(pfn), false, waited));
    },
  },
  {
    name: "folio_unlock",
    params: ["folio"],
    effect: "write",
    doc: "Releases the folio lock, which the running thread holds (folio_unlock). Writes the lock.",
    run(call, args, at) {
      const pfn = folioArgument(call, "folio_unlock", argument(args, at));
      if (!call.machine.locks.unlock(call, folioLock(pfn))) {
        return call.fail(`folio_unlock: this thread does not hold the lock of ${folioName(pfn)}`);
      }
      return NONE;
    },
  },
  {
    name: "folio_mark_dirty",
    params: ["folio"],
    effect: "write",
    doc: "Notes that the contents differ from what backs them (folio_mark_dirty). Writes the folio's flags.",
    run(call, args, at) {
      const pfn = folioArgument(call, "folio_mark_dirty", argument(args, at));
      if (pfn !== ZERO_PFN) call.machine.folios.put(pfn, FolioFlag.dirty, true);
      return NONE;
    },
  },
  {
    name: "lru_add",
    params: ["folio"],
    effect: "write",
    doc: "Puts the folio on its LRU list (lru_add). Writes its LRU state.",
    run(call, args, at) {
      call.machine.folios.setLru(counted(call, "lru_add", args, at), Lru.on);
      return NONE;
    },
  },
  {
    name: "lru_batch_add",
    params: ["folio"],
    effect: "write",
    doc: "Puts the folio, with a reference of the running thread, into the LRU-add batch of the thread's CPU (folio_batch_add); threads without a CPU share one. Returns how many folios are in the batch now. Writes the folio's LRU state and who holds it.",
    run(call, args, at) {
      const pfn = counted(call, "lru_batch_add", args, at);
      const { machine, thread } = call;
      const cpu = machine.threads.cpuOf(thread);
      machine.folios.addToBatch(thread, pfn, cpu);
      return inBatch(machine.folios, cpu).length;
    },
  },
  {
    name: "lru_batch_move",
    params: ["cpu"],
    effect: "write",
    doc: "Puts what waits in the LRU-add batch of that CPU on its lists (folio_batch_move_lru, but for its references); none: in that of the threads without a CPU. A list of the folios, each with the reference that the batch held, which is the running thread's now. Writes their LRU state and who holds them.",
    run(call, args, at) {
      const { folios, heap } = call.machine;
      const list = call.newList();
      for (const pfn of inBatch(folios, cpuArgument(call, "lru_batch_move", argument(args, at)))) {
        folios.takeFromBatch(call.thread, pfn);
        heap.push(list, box(Tag.folio, pfn));
      }
      return list;
    },
  },
  {
    name: "lru_batches",
    params: [],
    effect: "read",
    doc: "The CPUs whose LRU-add batches are not empty (cpu_needs_drain): a list, with `none` for the threads without a CPU. Reads the batches.",
    run(call) {
      const { folios, heap } = call.machine;
      const list = call.newList();
      const cpus = new Set<number>();
      folios.batch.forEach(0, 0, 2 ** 30, (_pfn, batch) => cpus.add(batch - 2));
      for (const cpu of [...cpus].sort((a, b) => a - b)) heap.push(list, cpu < 0 ? NONE : box(Tag.cpu, cpu));
      return list;
    },
  },
  {
    name: "folio_attach_private",
    params: ["folio"],
    effect: "write",
    doc: "The file system keeps data with the folio from here on, such as buffer heads; the data holds a reference (folio_attach_private). Writes the folio's flags and refcount.",
    run(call, args, at) {
      const pfn = counted(call, "folio_attach_private", args, at);
      const { folios } = call.machine;
      if (folios.has(pfn, FolioFlag.private))
        return call.fail(`folio_attach_private: ${folioName(pfn)} has data already`);
      folios.get(call.thread, pfn);
      folios.hold(call.thread, pfn, -1);
      folios.put(pfn, FolioFlag.private, true);
      return NONE;
    },
  },
  {
    name: "folio_detach_private",
    params: ["folio"],
    effect: "write",
    doc: "The file system's data goes; its reference is the running thread's now, to be put (the first half of folio_detach_private). Writes the folio's flags.",
    run(call, args, at) {
      const pfn = counted(call, "folio_detach_private", args, at);
      const { folios } = call.machine;
      if (!folios.has(pfn, FolioFlag.private)) return call.fail(`folio_detach_private: ${folioName(pfn)} has no data`);
      folios.hold(call.thread, pfn, 1);
      folios.put(pfn, FolioFlag.private, false);
      return NONE;
    },
  },
  {
    name: "folio_isolate_lru",
    params: ["folio"],
    effect: "write",
    doc: "Takes the folio off its LRU list with a reference for the running thread; false if it is on none (folio_isolate_lru). Writes its LRU state and refcount.",
    run(call, args, at) {
      const pfn = counted(call, "folio_isolate_lru", args, at);
      const { folios } = call.machine;
      if (folios.lru(pfn) !== Lru.on) return bool(false);
      folios.setLru(pfn, Lru.isolated);
      folios.get(call.thread, pfn);
      return bool(true);
    },
  },
  {
    name: "lru_folios",
    params: ["active?"],
    effect: "read",
    doc: "The folios on the inactive LRU lists of all nodes, or (active: true) on the active ones, lowest frame first: a list, without references. Those that are not to be reclaimed are on neither. Reads the LRU lists.",
    run(call, args, at) {
      const active = flagArgument(argument(args, at), false);
      const { description, folios, heap, pools } = call.machine;
      const list = call.newList();
      for (let node = 0; node < description.nodes.length; node++) {
        const pool = pools.node(node);
        if (pool === undefined || pool.device >= 0) continue;
        pools.forEachAllocated(pool, (pfn) => {
          if (folios.lru(pfn) !== Lru.on || folios.has(pfn, FolioFlag.unevictable)) return;
          if (folios.has(pfn, FolioFlag.active) === active) heap.push(list, box(Tag.folio, pfn));
        });
      }
      return list;
    },
  },
  {
    name: "folio_split",
    params: ["folio"],
    effect: "write",
    doc: "Makes small folios of a large one (__split_unmapped_folio): a list of them, the first page's first. The running thread must have it locked and hold all its references but those of a cache, and nothing but migration entries may name it. Afterwards each is locked by the thread, with one reference that it holds, and is what the large one was: kind, mapping, dirty, uptodate, where it stands with the LRU lists. Writes the folios, their locks and references.",
    run(call, args, at) {
      const head = folioArgument(call, "folio_split", argument(args, at));
      return splitFolio(call, head);
    },
  },
];
