/** Primitives on the reverse map and on vmas. */
import { bool, box, NONE, payloadOf, Tag, tagOf } from "../../store/value.ts";
import type { Caller } from "../caller.ts";
import type { Folios } from "../folios.ts";
import { FIRST_FILE, FolioFlag, FolioKind, maybePinned } from "../folios.ts";
import { LockClass, makeLock } from "../locks.ts";
import { placeName } from "../names.ts";
import type { Primitive } from "../primitive.ts";
import { StructId } from "../structs.ts";
import {
  addressArgument,
  argument,
  fileArgument,
  flagArgument,
  folioArgument,
  numberArgument,
  pageArgument,
  processArgument,
  vmaArgument,
} from "./arguments.ts";

/** Whether an exclusive page must not become shared since it may be pinned; never so for private device memory. */
function keepsExclusive(call: Caller, page: number): boolean {
  const { folios } = call.machine;
  return folios.has(page, FolioFlag.exclusive) && !folios.isPrivate(page) && maybePinned(folios, folios.headOf(page));
}
/** One mapping more or less (`by`) of the folio that page `page` is part of; `huge`: of all of it. */
function countMapping(folios: Folios, page: number, by: number, huge: boolean): void {
  const head = folios.headOf(page);
  folios.mapcount.set(0, head, folios.mapcount.get(0, head) + by);
  if (huge) folios.entireMapcount.set(0, head, folios.entireMapcount.get(0, head) + by);
}

export const rmapPrimitives: readonly Primitive[] = [
  {
    name: "rmap",
    params: ["folio"],
    effect: "read",
    doc: "Where the folio may be mapped: a list of .process .vma .addr .end .page, one for each vma of its anon_vma tree, or of its file, that covers any of its pages (the walks of rmap_walk_anon and rmap_walk_file): [addr, end) are the addresses of its pages in that vma, and page is the one at addr. Whether it is mapped there, the entries say. Reads the vmas.",
    run(call, args, at) {
      const pfn = folioArgument(call, "rmap", argument(args, at));
      const { heap } = call.machine;
      const list = call.newList();
      call.machine.eachMapping(pfn, (vma, process, start, end, first) => {
        const page = box(Tag.folio, pfn + first);
        heap.push(
          list,
          call.newStruct(StructId.mapping, box(Tag.process, process), box(Tag.vma, vma), start, end, page),
        );
      });
      return list;
    },
  },
  {
    name: "file_maps",
    params: ["file", "first", "last"],
    effect: "read",
    doc: "Where pages [first, last) of a file are mapped: a list of .process .vma .addr .end, one for each vma that covers any of them (vma_interval_tree_foreach over mapping->i_mmap). Reads the vmas.",
    run(call, args, at) {
      const file = fileArgument(call, "file_maps", argument(args, at));
      const first = numberArgument(call, "file_maps", argument(args, at + 1));
      const last = numberArgument(call, "file_maps", argument(args, at + 2));
      const { heap, vmas } = call.machine;
      const list = call.newList();
      vmas.forEachMapping(-1, file, first, last - first, (vma, process, start, end) => {
        heap.push(
          list,
          call.newStruct(StructId.mapping, box(Tag.process, process), box(Tag.vma, vma), start, end, NONE),
        );
      });
      return list;
    },
  },
  {
    name: "file_rmap_lock",
    params: ["file"],
    effect: "pure",
    doc: "The i_mmap_rwsem of a file, under which its vmas are looked up.",
    run(call, args, at) {
      return makeLock(LockClass.rmap, FIRST_FILE + fileArgument(call, "file_rmap_lock", argument(args, at)));
    },
  },
  {
    name: "rmap_add",
    params: ["page", "process", "addr", "exclusive?", "huge?"],
    effect: "write",
    doc: "One more entry maps the page: its folio's mapcount + 1 (folio_add_anon_rmap_pte, folio_add_file_rmap_pte; huge: a PMD-level entry maps all of it, folio_add_anon_rmap_pmd). A folio that is nobody's yet becomes an anonymous one of the vma at addr (hugetlb_add_new_anon_rmap: a huge page of hugetlbfs), exclusive to its process (folio_add_new_anon_rmap); exclusive: true makes the page so again (RMAP_EXCLUSIVE). Writes the mapcount, and the mapping of a new folio.",
    run(call, args, at) {
      const page = pageArgument(call, "rmap_add", argument(args, at));
      const process = processArgument(call, "rmap_add", argument(args, at + 1));
      const addr = addressArgument(call, "rmap_add", argument(args, at + 2));
      const { folios, vmas } = call.machine;
      let exclusive = flagArgument(argument(args, at + 3), false);
      const head = folios.headOf(page);
      if (folios.kind(head) === FolioKind.none) {
        const vma = vmas.find(process, addr);
        if (vma < 0) return call.fail(`rmap_add: no vma at ${placeName(call.machine, process, addr)}`);
        folios.setKind(head, vmas.kind(vma) === "hugetlb" ? FolioKind.hugetlb : FolioKind.anon);
        folios.setMapping(head, vmas.rootOf(vma), vmas.indexOf(vma, addr) - (page - head));
        folios.put(head, FolioFlag.swapbacked, true);
        exclusive = true;
      }
      countMapping(folios, page, 1, flagArgument(argument(args, at + 4), false));
      if (exclusive) folios.put(page, FolioFlag.exclusive, true);
      return NONE;
    },
  },
  {
    name: "rmap_remove",
    params: ["page", "process", "addr", "huge?"],
    effect: "write",
    doc: "One entry less maps the page: its folio's mapcount - 1 (folio_remove_rmap_pte; huge: folio_remove_rmap_pmd). Writes the mapcount.",
    run(call, args, at) {
      const page = pageArgument(call, "rmap_remove", argument(args, at));
      processArgument(call, "rmap_remove", argument(args, at + 1));
      addressArgument(call, "rmap_remove", argument(args, at + 2));
      countMapping(call.machine.folios, page, -1, flagArgument(argument(args, at + 3), false));
      return NONE;
    },
  },
  {
    name: "rmap_try_share",
    params: ["page", "process", "addr"],
    effect: "write",
    doc: "The page (of a huge mapping: its first) stops to be exclusive to its process, as it must before its entry becomes a migration or swap entry; false, and nothing changes, if it may be pinned for DMA (folio_try_share_anon_rmap_pte, _pmd). Writes the exclusive flag.",
    run(call, args, at) {
      const page = pageArgument(call, "rmap_try_share", argument(args, at));
      if (keepsExclusive(call, page)) return bool(false);
      call.machine.folios.put(page, FolioFlag.exclusive, false);
      return bool(true);
    },
  },
  {
    name: "rmap_try_dup",
    params: ["page", "process", "addr", "huge?"],
    effect: "write",
    doc: "A forked child maps the page too: its folio's mapcount + 1, and the page is no longer exclusive; false, and nothing changes, if it may be pinned for DMA and must be copied (folio_try_dup_anon_rmap_pte, huge: _pmd). Writes the mapcount and the exclusive flag.",
    run(call, args, at) {
      const page = pageArgument(call, "rmap_try_dup", argument(args, at));
      if (keepsExclusive(call, page)) return bool(false);
      const { folios } = call.machine;
      folios.put(page, FolioFlag.exclusive, false);
      countMapping(folios, page, 1, flagArgument(argument(args, at + 3), false));
      return bool(true);
    },
  },
  {
    name: "folio_copy_mapping",
    params: ["new", "old"],
    effect: "write",
    doc: "The new folio takes the old one's place: kind, mapping and index; and if it is in the page cache or the swap cache, that: the cache takes references to the new folio and drops those to the old one (the commit of folio_migrate_mapping). Writes both folios and the cache.",
    run(call, args, at) {
      const to = folioArgument(call, "folio_copy_mapping", argument(args, at));
      const from = folioArgument(call, "folio_copy_mapping", argument(args, at + 1));
      const { files, folios, swap } = call.machine;
      folios.setKind(to, folios.kind(from));
      folios.copyMapping(to, from);
      if (folios.cacheReferences(from) > 0) {
        const pages = folios.pages(from);
        for (let i = 0; i < pages; i++) folios.get(call.thread, to);
        if (folios.has(from, FolioFlag.swapcache)) swap.replaceInCache(call.thread, from, to);
        else files.replace(call.thread, from, to);
        for (let i = 0; i < pages; i++) folios.drop(call.thread, from);
      }
      folios.put(to, FolioFlag.swapbacked, folios.has(from, FolioFlag.swapbacked));
      return NONE;
    },
  },
  {
    name: "folio_copy_flags",
    params: ["new", "old"],
    effect: "write",
    doc: "The new folio takes the old one's flags: dirty, uptodate, referenced, active, unevictable, ksm (folio_migrate_flags). Writes the new folio's flags.",
    run(call, args, at) {
      const to = folioArgument(call, "folio_copy_flags", argument(args, at));
      const from = folioArgument(call, "folio_copy_flags", argument(args, at + 1));
      const { folios } = call.machine;
      const { dirty, uptodate, referenced, active, unevictable, ksm } = FolioFlag;
      for (const flag of [dirty, uptodate, referenced, active, unevictable, ksm]) {
        if (folios.has(from, flag)) folios.put(to, flag, true);
      }
      return NONE;
    },
  },
];

export const vmaPrimitives: readonly Primitive[] = [
  {
    name: "add_mm_counter",
    params: ["process", "page", "entries"],
    effect: "write",
    doc: "That many entries more (or less) of the process stand for a page like this: MM_ANONPAGES, or MM_FILEPAGES and MM_SHMEMPAGES (add_mm_counter with mm_counter). Writes the process.",
    run(call, args, at) {
      const process = processArgument(call, "add_mm_counter", argument(args, at));
      const page = pageArgument(call, "add_mm_counter", argument(args, at + 1));
      const entries = numberArgument(call, "add_mm_counter", argument(args, at + 2));
      const { folios, processes } = call.machine;
      const isAnon = folios.kind(folios.headOf(page)) === FolioKind.anon;
      const counter = isAnon ? processes.rssAnon : processes.rssFile;
      counter.set(process, counter.get(process) + entries);
      return NONE;
    },
  },
  {
    name: "find_vma",
    params: ["process", "addr"],
    effect: "read",
    doc: "The vma that contains addr, or none (vma_lookup). Reads the process's vmas.",
    run(call, args, at) {
      const process = processArgument(call, "find_vma", argument(args, at));
      const addr = addressArgument(call, "find_vma", argument(args, at + 1));
      const vma = call.machine.vmas.find(process, addr);
      return vma < 0 ? NONE : box(Tag.vma, vma);
    },
  },
  {
    name: "vmas",
    params: ["process", "start", "end"],
    effect: "read",
    doc: "The vmas that overlap [start, end), in order of address (for_each_vma_range). Reads the process's vmas.",
    run(call, args, at) {
      const process = processArgument(call, "vmas", argument(args, at));
      const start = addressArgument(call, "vmas", argument(args, at + 1));
      const end = addressArgument(call, "vmas", argument(args, at + 2));
      const { vmas, heap } = call.machine;
      const list = call.newList();
      for (let i = vmas.firstEndingAfter(process, start); i < vmas.countOf(process); i++) {
        const vma = vmas.at(process, i);
        if (vmas.start.get(vma) >= end) break;
        heap.push(list, box(Tag.vma, vma));
      }
      return list;
    },
  },
  {
    name: "vma_insert",
    params: ["process", "region"],
    effect: "write",
    doc: "Maps a region of the scenario where it was declared (vma_link of a new vma); none if something is mapped there. Writes the process's vmas.",
    run(call, args, at) {
      const process = processArgument(call, "vma_insert", argument(args, at));
      const value = argument(args, at + 1);
      if (tagOf(value) !== Tag.region) return call.fail(`vma_insert: expected a region, got ${call.describe(value)}`);
      const id = payloadOf(value);
      const region = call.machine.description.regions[id];
      if (region === undefined || region.process !== process) {
        return call.fail(`vma_insert: ${call.describe(value)} is not a region of ${call.describe(argument(args, at))}`);
      }
      const end = region.start + region.pages * call.machine.pageSize;
      if (!call.machine.vmas.isFree(process, region.start, end)) return NONE;
      return box(Tag.vma, call.machine.mapRegion(id));
    },
  },
  {
    name: "vma_insert_at",
    params: ["process", "start", "end", "like", "from?"],
    effect: "write",
    doc: "Maps [start, end) with the attributes of vma `like`, its anon_vma tree and its page indexes from address `from` on, else from its start (copy_vma, as mremap does); none if something is mapped there. Writes the process's vmas.",
    run(call, args, at) {
      const process = processArgument(call, "vma_insert_at", argument(args, at));
      const start = addressArgument(call, "vma_insert_at", argument(args, at + 1));
      const end = addressArgument(call, "vma_insert_at", argument(args, at + 2));
      const like = vmaArgument(call, "vma_insert_at", argument(args, at + 3));
      if (start >= end) return call.fail("vma_insert_at: the range is empty");
      const { vmas } = call.machine;
      if (!vmas.isFree(process, start, end)) return NONE;
      const from = argument(args, at + 4);
      const index =
        from === NONE ? vmas.pgoff.get(like) : vmas.indexOf(like, addressArgument(call, "vma_insert_at", from));
      const vma = vmas.insertLike(like, process, start, end);
      vmas.pgoff.set(vma, index);
      return box(Tag.vma, vma);
    },
  },
  {
    name: "vma_split",
    params: ["vma", "addr"],
    effect: "write",
    doc: "Cuts the vma at addr: it keeps what is below, and a new one, which is returned, has what is above (split_vma). Writes the process's vmas.",
    run(call, args, at) {
      const vma = vmaArgument(call, "vma_split", argument(args, at));
      const addr = addressArgument(call, "vma_split", argument(args, at + 1));
      const { vmas, pageSize } = call.machine;
      if (addr <= vmas.start.get(vma) || addr >= vmas.end.get(vma) || addr % pageSize !== 0) {
        return call.fail(`vma_split: the address must be a page inside ${call.describe(argument(args, at))}`);
      }
      return box(Tag.vma, vmas.split(vma, addr));
    },
  },
  {
    name: "vma_can_join",
    params: ["lower", "upper"],
    effect: "read",
    doc: "Whether the upper vma begins where the lower one ends, and both have the same flags, memory policy and file or anon_vma tree, with page indexes that continue (can_vma_merge_after). Reads the vmas.",
    run(call, args, at) {
      const lower = vmaArgument(call, "vma_can_join", argument(args, at));
      const upper = vmaArgument(call, "vma_can_join", argument(args, at + 1));
      return bool(call.machine.vmas.canJoin(lower, upper));
    },
  },
  {
    name: "vma_join",
    params: ["lower", "upper"],
    effect: "write",
    doc: "Makes one vma of two that may be joined: the lower one, which reaches as far as the upper one did (vma_expand, commit_merge). Writes the process's vmas.",
    run(call, args, at) {
      const lower = vmaArgument(call, "vma_join", argument(args, at));
      const upper = vmaArgument(call, "vma_join", argument(args, at + 1));
      const { vmas } = call.machine;
      if (!vmas.canJoin(lower, upper)) return call.fail("vma_join: the two vmas are not alike, or apart");
      vmas.join(lower, upper);
      return NONE;
    },
  },
  {
    name: "vma_remove",
    params: ["vma"],
    effect: "write",
    doc: "Takes the vma out of its process (vma_iter_clear and remove_vma). Its entries must be gone. Writes the process's vmas.",
    run(call, args, at) {
      const vma = vmaArgument(call, "vma_remove", argument(args, at));
      call.machine.vmas.remove(vma);
      return NONE;
    },
  },
  {
    name: "vma_dup",
    params: ["vma", "child"],
    effect: "write",
    doc: "A forked child gets a vma like this one, in the same anon_vma tree (vm_area_dup and anon_vma_fork). Returns it. Writes the child's vmas.",
    run(call, args, at) {
      const vma = vmaArgument(call, "vma_dup", argument(args, at));
      const child = processArgument(call, "vma_dup", argument(args, at + 1));
      const { vmas } = call.machine;
      const start = vmas.start.get(vma);
      const end = vmas.end.get(vma);
      if (!vmas.isFree(child, start, end)) {
        return call.fail(`vma_dup: something is mapped at ${placeName(call.machine, child, start)}`);
      }
      return box(Tag.vma, vmas.insertLike(vma, child, start, end));
    },
  },
  {
    name: "processes",
    params: [],
    effect: "read",
    doc: "The processes that exist, in order of declaration: a list (for_each_process). Reads the processes.",
    run(call) {
      const { heap, processes } = call.machine;
      const list = call.newList();
      for (let process = 0; process < processes.length; process++) {
        if (processes.exists.get(process) !== 0) heap.push(list, box(Tag.process, process));
      }
      return list;
    },
  },
  {
    name: "process_create",
    params: ["process"],
    effect: "write",
    doc: "The process starts to exist, with an empty address space and no notifiers (mm_init of a forked child). Writes the process.",
    run(call, args, at) {
      const process = processArgument(call, "process_create", argument(args, at));
      if (call.machine.processes.exists.get(process) !== 0) {
        return call.fail(`process_create: ${call.describe(argument(args, at))} exists already`);
      }
      call.machine.processes.create(process);
      return NONE;
    },
  },
];
