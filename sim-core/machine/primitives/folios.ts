/** Primitives on folios: references, the folio lock, flags, the LRU. */
import { bool, NONE } from "../../store/value.ts";
import type { Caller } from "../caller.ts";
import { FolioFlag, Lru } from "../folios.ts";
import { folioLock } from "../locks.ts";
import { folioName } from "../names.ts";
import { ZERO_PFN } from "../pools.ts";
import type { Primitive } from "../primitive.ts";
import { argument, folioArgument } from "./arguments.ts";

/** The frame of a folio that is counted: not the zero page, which nobody counts. */
function counted(call: Caller, primitive: string, args: Float64Array, at: number): number {
  const pfn = folioArgument(call, primitive, argument(args, at));
  if (pfn === ZERO_PFN) return call.fail(`${primitive}: the zero page is not counted`);
  return pfn;
}

export const folioPrimitives: readonly Primitive[] = [
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
    params: ["folio"],
    effect: "write",
    doc: "Takes the folio lock if it is free, and says whether it did (folio_trylock). Writes the lock.",
    run(call, args, at) {
      const pfn = folioArgument(call, "folio_trylock", argument(args, at));
      return bool(call.machine.locks.tryLock(call, folioLock(pfn), false, false));
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
    name: "folio_add_lru",
    params: ["folio"],
    effect: "write",
    doc: "Puts the folio on its LRU list (folio_add_lru; there are no per-CPU batches in this model). Writes its LRU state.",
    run(call, args, at) {
      const pfn = counted(call, "folio_add_lru", args, at);
      if (call.machine.folios.deviceOf(pfn) >= 0) {
        return call.fail(`folio_add_lru: ${folioName(pfn)} is device memory, which is on no LRU list`);
      }
      call.machine.folios.setLru(pfn, Lru.on);
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
    name: "folio_putback_lru",
    params: ["folio"],
    effect: "write",
    doc: "Puts an isolated folio back on its LRU list; the caller drops the reference of the isolation (the state half of folio_putback_lru). Writes its LRU state.",
    run(call, args, at) {
      const pfn = counted(call, "folio_putback_lru", args, at);
      call.machine.folios.setLru(pfn, Lru.on);
      return NONE;
    },
  },
  {
    name: "lru_add_drain",
    params: [],
    effect: "pure",
    doc: "Moves what waits in this CPU's LRU-add batch to the lists (lru_add_drain). Batches are not in this model: folio_add_lru puts a folio on its list at once, so there is never anything to move.",
    run() {
      return NONE;
    },
  },
];
