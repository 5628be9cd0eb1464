/** Primitives on the swap area and the page cache. */
import { bool, box, NONE, Tag } from "../../store/value.ts";
import { word } from "../../store/words.ts";
import { FolioFlag, FolioKind } from "../folios.ts";
import { folioName } from "../names.ts";
import type { Primitive } from "../primitive.ts";
import { argument, fileArgument, folioArgument, numberArgument, slotArgument } from "./arguments.ts";

export const cachePrimitives: readonly Primitive[] = [
  {
    name: "swap_alloc",
    params: [],
    effect: "read",
    doc: "A free slot of the swap area, or none (get_swap_page). It is taken by the first that names it: swap_dup or swap_cache_add, in the same atomic block. Reads the swap map.",
    run(call) {
      const slot = call.machine.swap.allocate();
      return slot < 0 ? NONE : slot;
    },
  },
  {
    name: "swap_dup",
    params: ["slot"],
    effect: "write",
    doc: "One more swap entry names the slot (swap_duplicate). Writes the swap map.",
    run(call, args, at) {
      call.machine.swap.change(slotArgument(call, "swap_dup", argument(args, at)), 1);
      return NONE;
    },
  },
  {
    name: "swap_put",
    params: ["slot"],
    effect: "write",
    doc: "One swap entry less names the slot (swap_free, free_swap_and_cache): without entries and out of the swap cache it is free. Writes the swap map.",
    run(call, args, at) {
      const slot = slotArgument(call, "swap_put", argument(args, at));
      if (call.machine.swap.count.get(0, slot) <= 0) return call.fail(`swap_put: no entry names swap slot ${slot}`);
      call.machine.swap.change(slot, -1);
      return NONE;
    },
  },
  {
    name: "swap_count",
    params: ["slot"],
    effect: "read",
    doc: "How many swap entries name the slot (__swap_count). Reads the swap map.",
    run(call, args, at) {
      return call.machine.swap.count.get(0, slotArgument(call, "swap_count", argument(args, at)));
    },
  },
  {
    name: "swap_cache_get",
    params: ["slot"],
    effect: "read",
    doc: "The folio that is in the swap cache for the slot, or none; without a reference (filemap_get_folio of the swap address space). Reads the swap cache.",
    run(call, args, at) {
      const pfn = call.machine.swap.cached(slotArgument(call, "swap_cache_get", argument(args, at)));
      return pfn < 0 ? NONE : box(Tag.folio, pfn);
    },
  },
  {
    name: "swap_cache_add",
    params: ["folio", "slot"],
    effect: "write",
    doc: "Puts a small folio into the swap cache for the slot: a reference of the running thread becomes the cache's (add_to_swap_cache). Writes the swap cache and the folio.",
    run(call, args, at) {
      const pfn = folioArgument(call, "swap_cache_add", argument(args, at));
      const slot = slotArgument(call, "swap_cache_add", argument(args, at + 1));
      const { folios, swap } = call.machine;
      if (folios.order(pfn) > 0) return call.fail(`swap_cache_add: ${folioName(pfn)} is large: split it first`);
      if (folios.has(pfn, FolioFlag.swapcache))
        return call.fail(`swap_cache_add: ${folioName(pfn)} has a slot already`);
      if (swap.hasCache(slot)) return call.fail(`swap_cache_add: swap slot ${slot} is in the cache already`);
      swap.addToCache(call.thread, pfn, slot);
      return NONE;
    },
  },
  {
    name: "swap_cache_remove",
    params: ["folio"],
    effect: "write",
    doc: "Takes a folio out of the swap cache: the cache's reference becomes the running thread's (delete_from_swap_cache). A slot that no entry names is free then. Writes the swap cache and the folio.",
    run(call, args, at) {
      const pfn = folioArgument(call, "swap_cache_remove", argument(args, at));
      const { folios, swap } = call.machine;
      if (!folios.has(pfn, FolioFlag.swapcache)) {
        return call.fail(`swap_cache_remove: ${folioName(pfn)} is not in the swap cache`);
      }
      swap.removeFromCache(call.thread, pfn);
      return NONE;
    },
  },
  {
    name: "swap_has_cache",
    params: ["slot"],
    effect: "read",
    doc: "Whether a folio is in the swap cache for the slot, or somebody reads it past the cache (SWAP_HAS_CACHE). Reads the swap cache.",
    run(call, args, at) {
      return bool(call.machine.swap.hasCache(slotArgument(call, "swap_has_cache", argument(args, at))));
    },
  },
  {
    name: "swapcache_prepare",
    params: ["slot"],
    effect: "write",
    doc: "Marks the slot as being read past the swap cache; false if no entry names it any more, a folio is in the cache for it, or somebody else reads it (swapcache_prepare). Writes the swap map.",
    run(call, args, at) {
      const slot = slotArgument(call, "swapcache_prepare", argument(args, at));
      const { swap } = call.machine;
      if (swap.hasCache(slot) || swap.count.get(0, slot) === 0) return bool(false);
      swap.setBeingRead(slot, true);
      return bool(true);
    },
  },
  {
    name: "swapcache_clear",
    params: ["slot"],
    effect: "write",
    doc: "The slot is no longer being read past the swap cache (swapcache_clear). Without entries it is free then. Writes the swap map.",
    run(call, args, at) {
      const slot = slotArgument(call, "swapcache_clear", argument(args, at));
      const { swap } = call.machine;
      if (!swap.hasCache(slot) || swap.cached(slot) >= 0) {
        return call.fail(`swapcache_clear: nobody reads swap slot ${slot} past the cache`);
      }
      swap.setBeingRead(slot, false);
      return NONE;
    },
  },
  {
    name: "swap_read",
    params: ["folio", "slot"],
    effect: "write",
    doc: "Reads a slot's contents into a page (swap_read_folio). Writes the page.",
    run(call, args, at) {
      const pfn = folioArgument(call, "swap_read", argument(args, at));
      const { content, swap } = call.machine;
      content.copy(swap.base + slotArgument(call, "swap_read", argument(args, at + 1)), pfn);
      return NONE;
    },
  },
  {
    name: "swap_write",
    params: ["folio"],
    effect: "write",
    doc: "Writes a page's contents to its slot (swap_writepage). Writes the slot.",
    run(call, args, at) {
      const pfn = folioArgument(call, "swap_write", argument(args, at));
      const { content, folios, swap } = call.machine;
      const slot = folios.slot.get(0, pfn) - 1;
      if (slot < 0) return call.fail(`swap_write: ${folioName(pfn)} has no swap slot`);
      content.copy(pfn, swap.base + slot);
      return NONE;
    },
  },
  {
    name: "file_pages",
    params: ["file"],
    effect: "read",
    doc: "How many pages a file has (i_size_read). Reads the file's size.",
    run(call, args, at) {
      return call.machine.files.pagesOf(fileArgument(call, "file_pages", argument(args, at)));
    },
  },
  {
    name: "file_set_pages",
    params: ["file", "pages"],
    effect: "write",
    doc: "The file has that many pages from here on, at most as many as regions map of it (i_size_write). Its page cache stays. Writes the file's size.",
    run(call, args, at) {
      const file = fileArgument(call, "file_set_pages", argument(args, at));
      const pages = numberArgument(call, "file_set_pages", argument(args, at + 1));
      const { files } = call.machine;
      const most = files.all[file]?.pages ?? 0;
      if (!Number.isInteger(pages) || pages < 0 || pages > most) {
        return call.fail(`file_set_pages: ${files.all[file]?.name ?? "the file"} has 0 to ${most} pages, not ${pages}`);
      }
      files.setPages(file, pages);
      return NONE;
    },
  },
  {
    name: "file_kind",
    params: ["file"],
    effect: "pure",
    doc: "What a file is: file, one of a disk; shmem, one of memory alone (shared memory, memfd); or hugetlb.",
    run(call, args, at) {
      return word(call.machine.files.all[fileArgument(call, "file_kind", argument(args, at))]?.kind ?? "file");
    },
  },
  {
    name: "pagecache_get",
    params: ["file", "index"],
    effect: "read",
    doc: "What the page cache has for a page of a file: a folio, without a reference; the number of the swap slot that a page of shared memory is in; or none (filemap_get_entry). Reads the page cache.",
    run(call, args, at) {
      const file = fileArgument(call, "pagecache_get", argument(args, at));
      const cached = call.machine.files.cached(file, numberArgument(call, "pagecache_get", argument(args, at + 1)));
      if (cached === undefined) return NONE;
      return "folio" in cached ? box(Tag.folio, cached.folio) : cached.slot;
    },
  },
  {
    name: "pagecache_add",
    params: ["folio", "file", "index"],
    effect: "write",
    doc: "Puts a folio into the page cache as that page of a file: one reference of the running thread for each of its pages becomes the cache's (filemap_add_folio, shmem_add_to_page_cache). Writes the page cache and the folio.",
    run(call, args, at) {
      const pfn = folioArgument(call, "pagecache_add", argument(args, at));
      const file = fileArgument(call, "pagecache_add", argument(args, at + 1));
      const index = numberArgument(call, "pagecache_add", argument(args, at + 2));
      const { files, folios } = call.machine;
      if (folios.hasMapping(pfn)) return call.fail(`pagecache_add: ${folioName(pfn)} belongs somewhere already`);
      const cached = files.cached(file, index);
      if (cached !== undefined && "folio" in cached) {
        return call.fail(`pagecache_add: that page of ${files.all[file]?.name ?? "the file"} is in the cache already`);
      }
      const kind = files.all[file]?.kind ?? "file";
      folios.setKind(pfn, FolioKind[kind]);
      if (kind === "shmem") folios.put(pfn, FolioFlag.swapbacked, true);
      files.add(call.thread, pfn, file, index);
      return NONE;
    },
  },
  {
    name: "pagecache_remove",
    params: ["folio"],
    effect: "write",
    doc: "Takes a folio out of the page cache: the cache's references become the running thread's (filemap_remove_folio). Writes the page cache and the folio.",
    run(call, args, at) {
      const pfn = folioArgument(call, "pagecache_remove", argument(args, at));
      const { files, folios } = call.machine;
      if (!folios.has(pfn, FolioFlag.pagecache)) {
        return call.fail(`pagecache_remove: ${folioName(pfn)} is not in the page cache`);
      }
      files.remove(call.thread, pfn);
      return NONE;
    },
  },
  {
    name: "pagecache_set_slot",
    params: ["file", "index", "slot"],
    effect: "write",
    doc: "That page of shared memory is in a swap slot from here on; none: it is nowhere (shmem_delete_from_page_cache). Whoever replaces a slot drops its count. Writes the page cache.",
    run(call, args, at) {
      const file = fileArgument(call, "pagecache_set_slot", argument(args, at));
      const index = numberArgument(call, "pagecache_set_slot", argument(args, at + 1));
      const slot = argument(args, at + 2);
      call.machine.files.setSlot(file, index, slot === NONE ? -1 : slotArgument(call, "pagecache_set_slot", slot));
      return NONE;
    },
  },
  {
    name: "file_clear",
    params: ["file", "first", "last"],
    effect: "write",
    doc: "Pages [first, last) of a file are zeros on its disk from here on (a hole is punched, or it is cut there). Writes the disk.",
    run(call, args, at) {
      const file = fileArgument(call, "file_clear", argument(args, at));
      const first = numberArgument(call, "file_clear", argument(args, at + 1));
      const last = numberArgument(call, "file_clear", argument(args, at + 2));
      const { content, files } = call.machine;
      for (let index = first; index < last; index++) content.clear(files.diskFrame(file, index));
      return NONE;
    },
  },
  {
    name: "file_read",
    params: ["folio"],
    effect: "write",
    doc: "Reads what the file has on its disk into a folio of its page cache (read_folio). Writes the folio's contents.",
    run(call, args, at) {
      const pfn = folioArgument(call, "file_read", argument(args, at));
      const { content, files, folios } = call.machine;
      const file = folios.file(pfn);
      if (file < 0) return call.fail(`file_read: ${folioName(pfn)} is no page of a file`);
      for (let i = 0; i < folios.pages(pfn); i++) content.copy(files.diskFrame(file, folios.index(pfn) + i), pfn + i);
      return NONE;
    },
  },
  {
    name: "file_write",
    params: ["folio"],
    effect: "write",
    doc: "Writes a folio of the page cache to the file's disk (writepage). Writes the disk.",
    run(call, args, at) {
      const pfn = folioArgument(call, "file_write", argument(args, at));
      const { content, files, folios } = call.machine;
      const file = folios.file(pfn);
      if (file < 0) return call.fail(`file_write: ${folioName(pfn)} is no page of a file`);
      for (let i = 0; i < folios.pages(pfn); i++) content.copy(pfn + i, files.diskFrame(file, folios.index(pfn) + i));
      return NONE;
    },
  },
];
