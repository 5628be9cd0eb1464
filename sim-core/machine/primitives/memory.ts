/** Primitives on memory: allocation, contents, references of GUP users. */
import type { Value } from "../../store/value.ts";
import { bool, box, isInteger, NONE, payloadOf, Tag, tagOf, truthy } from "../../store/value.ts";
import { word } from "../../store/words.ts";
import type { Caller } from "../caller.ts";
import { POISON } from "../content.ts";
import { Event } from "../events.ts";
import { FolioFlag } from "../folios.ts";
import { folioLock } from "../locks.ts";
import { folioName, nodeName } from "../names.ts";
import type { Pool } from "../pools.ts";
import { ZERO_PFN } from "../pools.ts";
import type { Primitive } from "../primitive.ts";
import {
  addressArgument,
  argument,
  deviceArgument,
  flagArgument,
  folioArgument,
  numberArgument,
  pageArgument,
  processArgument,
} from "./arguments.ts";

/** Takes a folio of `pool` with one reference for the running thread; -1 if there is no room for it. */
function allocate(call: Caller, pool: Pool, order: number): number {
  const { machine } = call;
  const pfn = order === 0 ? machine.pools.allocate(pool) : machine.pools.allocateLarge(pool);
  if (pfn >= 0) taken(call, pfn);
  return pfn;
}
/** Folio `pfn` has just been allocated for the running thread. */
function taken(call: Caller, pfn: number): Value {
  const { machine } = call;
  machine.folios.get(call.thread, pfn);
  machine.content.set(pfn, 0, POISON);
  call.emit(Event.alloc, machine.whereOf(pfn), machine.folios.pages(pfn));
  return box(Tag.folio, pfn);
}
/** The memory that the page allocator has of a node: not a coherent device's. */
function nodeMemory(call: Caller, primitive: string, value: Value): Pool {
  const pool = tagOf(value) === Tag.node ? call.machine.pools.node(payloadOf(value)) : undefined;
  if (pool === undefined || (pool.device >= 0 && !pool.managed)) {
    return call.fail(`${primitive}: expected a node with memory of its own, got ${call.describe(value)}`);
  }
  return pool;
}

/** The order that was asked for: 0 unless given, else that of huge pages. */
function orderArgument(call: Caller, primitive: string, value: Value): number {
  const order = value === NONE ? 0 : numberArgument(call, primitive, value);
  const { pmdOrder } = call.machine.folios;
  if (order !== 0 && order !== pmdOrder) {
    return call.fail(`${primitive}: folios have order 0 or ${pmdOrder} in this model, not ${order}`);
  }
  return order;
}

/** How many pages an operation on two pages is about: a folio's if they are the first pages of two of equal size, else one. */
function pagesInCommon(call: Caller, a: number, b: number): number {
  const { folios } = call.machine;
  return folios.order(a) === folios.order(b) ? folios.pages(a) : 1;
}

/** Node of the running thread's CPU; node 0 for a device's thread. */
function homeNode(call: Caller): number {
  const cpu = call.thread < 0 ? -1 : call.machine.threads.cpuOf(call.thread);
  return call.machine.description.cpus[cpu]?.node ?? 0;
}

function wordIndex(call: Caller, primitive: string, value: Value): number {
  const offset = numberArgument(call, primitive, value);
  if (offset < 0 || offset >= call.machine.pageSize || offset % 8 !== 0) {
    return call.fail(`${primitive}: offset ${offset} is not a multiple of 8 inside the page`);
  }
  return offset / 8;
}

export const memoryPrimitives: readonly Primitive[] = [
  {
    name: "page_alloc",
    params: ["node?", "order?", "movable?"],
    effect: "write",
    doc: "Takes a free folio of that node, with one reference for the running thread; none if it has none. Without a node: of the running CPU's node, else of the other nodes in order (alloc_pages_node, folio_alloc). order: log2 of its pages, 0 or that of huge pages. movable: false leaves ZONE_MOVABLE out, where only pages may be that can be moved away (__GFP_MOVABLE). Its contents are anything. Writes the free list and the folio. Emits alloc.",
    run(call, args, at) {
      const value = argument(args, at);
      const folioOrder = orderArgument(call, "page_alloc", argument(args, at + 1));
      const movable = flagArgument(argument(args, at + 2), true);
      const { pools, description } = call.machine;
      const order: number[] = [];
      if (value === NONE) {
        const home = homeNode(call);
        order.push(home);
        for (let node = 0; node < description.nodes.length; node++) if (node !== home) order.push(node);
      } else if (tagOf(value) === Tag.node) {
        order.push(payloadOf(value));
      } else {
        return call.fail(`page_alloc: expected a node, got ${call.describe(value)}`);
      }
      for (const node of order) {
        const pool = pools.node(node);
        if (pool === undefined || (pool.device >= 0 && !pool.managed)) {
          return call.fail(
            `page_alloc: ${nodeName(call.machine, node)} has no memory that the page allocator could take`,
          );
        }
        if (pool.movable && !movable) continue;
        const pfn = allocate(call, pool, folioOrder);
        if (pfn >= 0) return box(Tag.folio, pfn);
      }
      return NONE;
    },
  },
  {
    name: "device_page_alloc",
    params: ["device", "order?"],
    effect: "write",
    doc: "Takes a free folio of the device's own memory, locked and with one reference, both the running thread's; none if it is full (the driver's allocator and zone_device_page_init, zone_device_folio_init). order: log2 of its pages, 0 or that of huge pages. Its contents are anything. Writes the free list and the folio. Emits alloc and lock.",
    run(call, args, at) {
      const device = deviceArgument(call, "device_page_alloc", argument(args, at));
      const pool = call.machine.pools.device(device);
      if (pool === undefined) return NONE;
      const pfn = allocate(call, pool, orderArgument(call, "device_page_alloc", argument(args, at + 1)));
      if (pfn < 0) return NONE;
      if (!call.machine.locks.tryLock(call, folioLock(pfn), false, false)) {
        return call.fail(`device_page_alloc: ${folioName(pfn)} is free and yet locked`);
      }
      return box(Tag.folio, pfn);
    },
  },
  {
    name: "page_release",
    params: ["folio"],
    effect: "write",
    doc: "Gives a folio without references back to its node or device (free_unref_page; the driver's page_free does it for device memory). Its contents, mapping and flags are gone. Writes the free list and the folio. Emits free.",
    run(call, args, at) {
      const pfn = folioArgument(call, "page_release", argument(args, at));
      const { content, folios, pools } = call.machine;
      if (pfn === ZERO_PFN) return call.fail("page_release: the zero page is never freed");
      if (!folios.has(pfn, FolioFlag.allocated)) return call.fail(`page_release: ${folioName(pfn)} is free already`);
      const refcount = folios.refcount.get(0, pfn);
      if (refcount !== 0) {
        return call.fail(`page_release: ${folioName(pfn)} still has a refcount of ${refcount}`);
      }
      const pages = folios.pages(pfn);
      for (let page = pfn; page < pfn + pages; page++) content.clear(page);
      folios.forget(pfn);
      pools.release(pfn);
      call.emit(Event.free, call.machine.whereOf(pfn), pages);
      return NONE;
    },
  },
  {
    name: "page_alloc_above",
    params: ["node", "pfn"],
    effect: "write",
    doc: "Takes the node's highest free page, if its number is above pfn, with one reference for the running thread; else none (compaction's free scanner, isolate_freepages). Its contents are anything. Writes the free list and the folio. Emits alloc.",
    run(call, args, at) {
      const pool = nodeMemory(call, "page_alloc_above", argument(args, at));
      const above = numberArgument(call, "page_alloc_above", argument(args, at + 1));
      const { machine } = call;
      const pfn = machine.pools.allocateAbove(pool, above);
      return pfn < 0 ? NONE : taken(call, pfn);
    },
  },
  {
    name: "node_pages",
    params: ["node"],
    effect: "read",
    doc: "The allocated folios of a node's memory, lowest first: a list (what compaction and offline_pages scan). Reads the free list.",
    run(call, args, at) {
      const pool = nodeMemory(call, "node_pages", argument(args, at));
      const { heap, pools } = call.machine;
      const list = call.newList();
      pools.forEachAllocated(pool, (pfn) => heap.push(list, box(Tag.folio, pfn)));
      return list;
    },
  },
  {
    name: "device_pages",
    params: ["device"],
    effect: "read",
    doc: "The allocated folios of the device's own memory, lowest first: a list (what migrate_device_range walks). Reads the free list.",
    run(call, args, at) {
      const device = deviceArgument(call, "device_pages", argument(args, at));
      const { heap, pools } = call.machine;
      const list = call.newList();
      const pool = pools.device(device);
      if (pool !== undefined) pools.forEachAllocated(pool, (pfn) => heap.push(list, box(Tag.folio, pfn)));
      return list;
    },
  },
  {
    name: "zero_page",
    params: [],
    effect: "pure",
    doc: "The shared zero page (ZERO_PAGE), which holds zeros and is not counted.",
    run() {
      return box(Tag.folio, ZERO_PFN);
    },
  },
  {
    name: "copy_page",
    params: ["dst", "src", "by?"],
    effect: "write",
    doc: "Copies a page's contents, or a whole folio's if both are the first pages of folios of one size (copy_highpage, folio_copy, or the device's copy engine: by is cpu or device; without it, device if either page is in private device memory). Reads src, writes dst. Emits copy.",
    run(call, args, at) {
      const to = pageArgument(call, "copy_page", argument(args, at));
      const from = pageArgument(call, "copy_page", argument(args, at + 1));
      const given = argument(args, at + 2);
      const { content, folios } = call.machine;
      if (to === ZERO_PFN) return call.fail("copy_page: the zero page is never written");
      const pages = pagesInCommon(call, from, to);
      const moving = folios.migrationEntries(folios.headOf(from)) > 0;
      for (let i = 0; i < pages; i++) {
        content.copy(from + i, to + i);
        folios.copiedTo.set(0, to + i, 0);
        if (moving) folios.copiedTo.set(0, from + i, to + i + 1);
      }
      const byDevice = folios.isPrivate(from) || folios.isPrivate(to);
      const by = given === NONE ? word(byDevice ? "device" : "cpu") : given;
      call.emit(Event.copy, call.machine.whereOf(from), call.machine.whereOf(to), by, pages);
      return NONE;
    },
  },
  {
    name: "clear_page",
    params: ["dst"],
    effect: "write",
    doc: "Makes a page's contents zeros, or a whole folio's if it is the first page of one (clear_highpage, folio_zero_range). Writes dst.",
    run(call, args, at) {
      const pfn = pageArgument(call, "clear_page", argument(args, at));
      if (pfn === ZERO_PFN) return call.fail("clear_page: the zero page is never written");
      const { content, folios } = call.machine;
      for (let page = pfn; page < pfn + folios.pages(pfn); page++) {
        content.clear(page);
        folios.copiedTo.set(0, page, 0);
      }
      return NONE;
    },
  },
  {
    name: "page_is_zero",
    params: ["page"],
    effect: "read",
    doc: "Whether a page holds nothing but zeros (pages_identical with the zero page). Reads its contents.",
    run(call, args, at) {
      const pfn = pageArgument(call, "page_is_zero", argument(args, at));
      return bool(call.machine.content.difference(pfn, ZERO_PFN) < 0);
    },
  },
  {
    name: "pages_identical",
    params: ["a", "b"],
    effect: "read",
    doc: "Whether two pages hold the same (pages_identical). Reads the contents.",
    run(call, args, at) {
      const a = pageArgument(call, "pages_identical", argument(args, at));
      const b = pageArgument(call, "pages_identical", argument(args, at + 1));
      return bool(call.machine.content.difference(a, b) < 0);
    },
  },
  {
    name: "word_get",
    params: ["folio", "offset"],
    effect: "read",
    doc: "The 64-bit word at offset (in bytes, a multiple of 8) of a page, as the kernel reads it through its own mapping. Reads the contents.",
    run(call, args, at) {
      const pfn = pageArgument(call, "word_get", argument(args, at));
      return call.machine.content.get(pfn, wordIndex(call, "word_get", argument(args, at + 1)));
    },
  },
  {
    name: "word_set",
    params: ["folio", "offset", "value"],
    effect: "write",
    doc: "Stores a 64-bit word at offset (in bytes, a multiple of 8) of a page, as the kernel does through its own mapping. Writes the contents.",
    run(call, args, at) {
      const pfn = pageArgument(call, "word_set", argument(args, at));
      const index = wordIndex(call, "word_set", argument(args, at + 1));
      const value = argument(args, at + 2);
      if (pfn === ZERO_PFN) return call.fail("word_set: the zero page is never written");
      if (!isInteger(value)) return call.fail(`word_set: expected a number, got ${call.describe(value)}`);
      call.machine.storeWord(pfn, index, value);
      return NONE;
    },
  },
  {
    name: "gup_hold",
    params: ["process", "addr", "folio", "pin?"],
    effect: "write",
    doc: "A reference of the running thread becomes that of a user who asked for the page at addr (FOLL_GET); with pin it takes GUP_PIN_COUNTING_BIAS in all (FOLL_PIN, try_grab_folio). Writes the refcount and the table of GUP users.",
    run(call, args, at) {
      const process = processArgument(call, "gup_hold", argument(args, at));
      const addr = addressArgument(call, "gup_hold", argument(args, at + 1));
      const pfn = pageArgument(call, "gup_hold", argument(args, at + 2));
      if (pfn === ZERO_PFN) return call.fail("gup_hold: the zero page is not counted");
      const { machine } = call;
      machine.gups.hold(call.thread, process, machine.vpn(addr), pfn, truthy(argument(args, at + 3)));
      return NONE;
    },
  },
  {
    name: "gup_release",
    params: ["process", "addr", "pin?"],
    effect: "write",
    doc: "Takes back what gup_hold gave (put_page, unpin_user_page): returns the folio, with one reference for the running thread to drop, or none if nobody holds a page by this address so. Writes the refcount and the table of GUP users.",
    run(call, args, at) {
      const process = processArgument(call, "gup_release", argument(args, at));
      const addr = addressArgument(call, "gup_release", argument(args, at + 1));
      const { machine } = call;
      const pfn = machine.gups.release(call.thread, process, machine.vpn(addr), truthy(argument(args, at + 2)));
      return pfn < 0 ? NONE : box(Tag.folio, pfn);
    },
  },
  {
    name: "gup_release_next",
    params: ["process"],
    effect: "write",
    doc: "The same for any page that a user of the process holds, as the files of a process that ends are closed: returns its folio, with one reference for the running thread to drop, or none if there is none. Writes the refcount and the table of GUP users.",
    run(call, args, at) {
      const process = processArgument(call, "gup_release_next", argument(args, at));
      const pfn = call.machine.gups.releaseNext(call.thread, process);
      return pfn < 0 ? NONE : box(Tag.folio, pfn);
    },
  },
];
