/** The fields of handles: what `x.name` means for an entry, a folio, a process and so on, and which of them may be set. */
import { ENTRY_KIND_NAMES, EntryFlag, EntryKind, flagsOf, kindOf, pfnOf, targetsFolio } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { bool, box, NONE, payloadOf, Tag, tagOf, truthy } from "../store/value.ts";
import type { BaseWord } from "../store/words.ts";
import { word } from "../store/words.ts";
import type { Caller } from "./caller.ts";
import { FIRST_FILE, FolioFlag, FolioKind, Lru, maybePinned, PAGE_FLAGS } from "./folios.ts";
import { LockClass, makeLock } from "./locks.ts";
import { ZERO_PFN } from "./pools.ts";
import { MmState } from "./processes.ts";
import { VmaFlag } from "./vmas.ts";

/** A field of one kind of value. */
export interface Field {
  readonly tag: Tag;
  readonly name: string;
  readonly doc: string;
  get(call: Caller, payload: number): Value;
  set?(call: Caller, payload: number, value: Value): void;
}

const KIND_WORDS: readonly Value[] = ENTRY_KIND_NAMES.map((name) => word(name));
const FOLIO_KIND_WORDS: readonly Value[] = (Object.keys(FolioKind) as (keyof typeof FolioKind & BaseWord)[]).map(
  (name) => word(name),
);
const ZERO = word("zero");

/** The word for a kind of entry. */
export function kindWord(kind: EntryKind): Value {
  return KIND_WORDS[kind] ?? NONE;
}
/** The payload of an entry is a number; the accessors of `entry.ts` want the value. */
function entryOf(payload: number): Value {
  return box(Tag.entry, payload);
}
function entryFlag(name: string, flag: number, doc: string): Field {
  return { tag: Tag.entry, name, doc, get: (_call, e) => bool((flagsOf(entryOf(e)) & flag) !== 0) };
}

const entryFields: readonly Field[] = [
  {
    tag: Tag.entry,
    name: "kind",
    doc: "What the entry is: none present zero swap …",
    get: (_c, e) => kindWord(kindOf(entryOf(e))),
  },
  {
    tag: Tag.entry,
    name: "folio",
    doc: "The folio that it names, or none; of a page of a large one, the whole.",
    get: (c, e) => (targetsFolio(entryOf(e)) ? box(Tag.folio, c.machine.folios.headOf(pfnOf(entryOf(e)))) : NONE),
  },
  {
    tag: Tag.entry,
    name: "page",
    doc: "The page that it names (of a huge leaf the first), or none.",
    get: (_c, e) => (targetsFolio(entryOf(e)) ? box(Tag.folio, pfnOf(entryOf(e))) : NONE),
  },
  {
    tag: Tag.entry,
    name: "slot",
    doc: "A swap entry: its slot, a number; else none.",
    get: (_c, e) => (kindOf(entryOf(e)) === EntryKind.swap ? pfnOf(entryOf(e)) : NONE),
  },
  {
    tag: Tag.entry,
    name: "pfn",
    doc: "Page frame number, or none.",
    get: (_c, e) => {
      const kind = kindOf(entryOf(e));
      return targetsFolio(entryOf(e)) || kind === EntryKind.zero ? pfnOf(entryOf(e)) : NONE;
    },
  },
  entryFlag("writable", EntryFlag.writable, "It lets be written (a migration or private entry: its page may be)."),
  entryFlag("dirty", EntryFlag.dirty, "The page was written through it."),
  entryFlag("young", EntryFlag.young, "The page was used through it."),
  entryFlag("exclusive", EntryFlag.exclusive, "A migration or swap entry: the page was exclusive to its process."),
  entryFlag("huge", EntryFlag.huge, "It maps 2 MiB at once."),
  entryFlag("atomic", EntryFlag.atomic, "A device's entry: the device may do atomics."),
  entryFlag("special", EntryFlag.special, "It maps a page that is not counted as mapped (pte_special)."),
  entryFlag("poisoned", EntryFlag.poisoned, "A marker: an access meets a hardware error."),
  entryFlag("guard", EntryFlag.guard, "A marker: an access ends with SIGSEGV."),
  entryFlag("soft_dirty", EntryFlag.softDirty, "Written to since somebody asked (soft-dirty)."),
  entryFlag("uffd_wp", EntryFlag.uffdWp, "Write-protected for userfaultfd."),
  {
    tag: Tag.entry,
    name: "valid",
    doc: "A device's entry: there is one.",
    get: (_c, e) => bool(kindOf(entryOf(e)) !== EntryKind.none),
  },
];

function folioFlag(name: string, flag: number, doc: string, settable: boolean): Field {
  // What each page has for itself, and what the folio has that it is part of.
  const of = (call: Caller, page: number): number =>
    (flag & PAGE_FLAGS) !== 0 ? page : call.machine.folios.headOf(page);
  const field: Field = {
    tag: Tag.folio,
    name,
    doc,
    get: (call, page) => bool(call.machine.folios.has(of(call, page), flag)),
  };
  if (!settable) return field;
  return { ...field, set: (call, page, value) => call.machine.folios.put(of(call, page), flag, truthy(value)) };
}

/** A field of the folio that a page is part of: `get` and `set` are given the folio's first page. */
function ofFolio(field: Omit<Field, "tag">): Field {
  const { get, set } = field;
  const folio: Field = {
    ...field,
    tag: Tag.folio,
    get: (call, page) => get(call, call.machine.folios.headOf(page)),
  };
  if (set === undefined) return folio;
  return { ...folio, set: (call, page, value) => set(call, call.machine.folios.headOf(page), value) };
}

const folioFields: readonly Field[] = [
  ofFolio({ name: "refcount", doc: "References held.", get: (c, pfn) => c.machine.folios.seenRefcount(pfn) }),
  ofFolio({
    name: "mapcount",
    doc: "Entries that map it.",
    get: (c, pfn) => c.machine.folios.mapcount.get(0, pfn),
  }),
  ofFolio({ name: "pincount", doc: "FOLL_PIN references.", get: (c, pfn) => c.machine.folios.pins.get(0, pfn) }),
  ofFolio({
    name: "maybe_dma_pinned",
    doc: "There may be a FOLL_PIN: the refcount is 1024 or more, of a large folio the pincount above 0 (folio_maybe_dma_pinned).",
    get: (c, pfn) => bool(maybePinned(c.machine.folios, pfn)),
  }),
  ofFolio({
    name: "locked",
    doc: "Somebody holds the folio lock.",
    get: (c, pfn) => bool(c.machine.locks.isHeld(makeLock(LockClass.folio, pfn))),
  }),
  ofFolio({
    name: "lru",
    doc: "It is on an LRU list (not while it is isolated).",
    get: (c, pfn) => bool(c.machine.folios.lru(pfn) === Lru.on),
  }),
  folioFlag("dirty", FolioFlag.dirty, "Its contents differ from what backs them.", true),
  folioFlag("uptodate", FolioFlag.uptodate, "Its contents are valid.", true),
  folioFlag("exclusive", FolioFlag.exclusive, "The anonymous page is its process's alone (PageAnonExclusive).", true),
  folioFlag("swapcache", FolioFlag.swapcache, "It is in the swap cache.", false),
  folioFlag("pagecache", FolioFlag.pagecache, "It is in the page cache of a file.", false),
  folioFlag("swapbacked", FolioFlag.swapbacked, "Swap backs it (PG_swapbacked); not so after MADV_FREE.", true),
  folioFlag("writeback", FolioFlag.writeback, "It is being written to what backs it.", true),
  folioFlag("referenced", FolioFlag.referenced, "It was used since it was last looked at.", true),
  folioFlag("active", FolioFlag.active, "Its LRU list is the active one.", true),
  folioFlag("unevictable", FolioFlag.unevictable, "It is not to be reclaimed (mlock).", true),
  folioFlag("hwpoison", FolioFlag.hwpoison, "The page has a hardware error.", true),
  folioFlag("private", FolioFlag.private, "Its file system keeps data with it (folio_test_private).", false),
  folioFlag("ksm", FolioFlag.ksm, "KSM made it of equal pages.", true),
  {
    tag: Tag.folio,
    name: "folio",
    doc: "The folio that the page is part of.",
    get: (c, page) => box(Tag.folio, c.machine.folios.headOf(page)),
  },
  ofFolio({
    name: "pages",
    doc: "Number of its pages.",
    get: (c, pfn) => c.machine.folios.pages(pfn),
  }),
  ofFolio({
    name: "large",
    doc: "It has more than one page (folio_test_large).",
    get: (c, pfn) => bool(c.machine.folios.order(pfn) > 0),
  }),
  ofFolio({
    name: "entire_mapcount",
    doc: "PMD-level entries that map all of it (folio_entire_mapcount).",
    get: (c, pfn) => c.machine.folios.entireMapcount.get(0, pfn),
  }),
  ofFolio({
    name: "slot",
    doc: "Its swap slot while it is in the swap cache, a number; else none.",
    get: (c, pfn) => (c.machine.folios.slot.get(0, pfn) === 0 ? NONE : c.machine.folios.slot.get(0, pfn) - 1),
  }),
  ofFolio({
    name: "file",
    doc: "The file that it is a part of, a number; else none.",
    get: (c, pfn) => (c.machine.folios.file(pfn) < 0 ? NONE : c.machine.folios.file(pfn)),
  }),
  {
    tag: Tag.folio,
    name: "movable_zone",
    doc: "It is in ZONE_MOVABLE, where only pages may be that can be moved away.",
    get: (c, page) => bool(c.machine.pools.of(page)?.movable === true),
  },
  {
    tag: Tag.folio,
    name: "where",
    doc: "The node, or the device whose memory it is (coherent memory too).",
    get: (c, pfn) => c.machine.whereOf(pfn),
  },
  {
    tag: Tag.folio,
    name: "device",
    doc: "The device whose memory it is, or none.",
    get: (c, pfn) => {
      const device = c.machine.folios.deviceOf(pfn);
      return device < 0 ? NONE : box(Tag.device, device);
    },
  },
  {
    tag: Tag.folio,
    name: "node",
    doc: "Its NUMA node; none for private device memory.",
    get: (c, pfn) => {
      const node = pfn === ZERO_PFN ? 0 : (c.machine.pools.of(pfn)?.node ?? -1);
      return node < 0 ? NONE : box(Tag.node, node);
    },
  },
  {
    tag: Tag.folio,
    name: "zone_device",
    doc: "It is device memory, private or coherent (folio_is_zone_device).",
    get: (c, pfn) => bool(c.machine.folios.deviceOf(pfn) >= 0),
  },
  {
    tag: Tag.folio,
    name: "device_private",
    doc: "It is private device memory, which no CPU can address (folio_is_device_private).",
    get: (c, pfn) => bool(c.machine.folios.isPrivate(pfn)),
  },
  {
    tag: Tag.folio,
    name: "coherent",
    doc: "It is coherent device memory (folio_is_device_coherent).",
    get: (c, pfn) => bool(c.machine.folios.deviceOf(pfn) >= 0 && !c.machine.folios.isPrivate(pfn)),
  },
  ofFolio({ name: "order", doc: "log2 of its pages.", get: (c, pfn) => c.machine.folios.order(pfn) }),
  { tag: Tag.folio, name: "pfn", doc: "Number of its first page frame.", get: (_c, pfn) => pfn },
  ofFolio({
    name: "kind",
    doc: "What backs it: anon file shmem hugetlb driver, zero for the zero page, none while it is nobody's.",
    get: (c, pfn) => (pfn === ZERO_PFN ? ZERO : (FOLIO_KIND_WORDS[c.machine.folios.kind(pfn)] ?? NONE)),
    set(call, pfn, value) {
      const { folios } = call.machine;
      if (value !== word("driver"))
        return call.fail(`folio.kind can only be set to driver, not ${call.describe(value)}`);
      if (folios.kind(pfn) === FolioKind.none) folios.setKind(pfn, FolioKind.driver);
    },
  }),
  ofFolio({
    name: "index",
    doc: "Page index within what it belongs to.",
    get: (c, pfn) => c.machine.folios.index(pfn),
  }),
  ofFolio({
    name: "mapping",
    doc: "Whether it belongs to an anonymous mapping or a file; none takes it out of it.",
    get: (c, pfn) => (c.machine.folios.hasMapping(pfn) ? bool(true) : NONE),
    set(call, pfn, value) {
      if (value !== NONE) return call.fail("folio.mapping can only be set to none (see folio_copy_mapping)");
      call.machine.folios.setMapping(pfn, -1, 0);
      call.machine.folios.setKind(pfn, FolioKind.none);
    },
  }),
  ofFolio({
    name: "data",
    doc: "What the driver put there (zone_device_data): a number, a word or a handle.",
    get: (c, pfn) => c.machine.folios.dataOf(pfn),
    set(call, pfn, value) {
      const tag = tagOf(value);
      if (tag === Tag.list || tag === Tag.struct || tag === Tag.table) {
        return call.fail(`page.data keeps a number, a word or a handle, not ${call.describe(value)}`);
      }
      call.machine.folios.setData(pfn, value);
    },
  }),
  ofFolio({
    name: "rmap_lock",
    doc: "The lock of its reverse map (the anon_vma's rwsem, or the file's i_mmap_rwsem); none while it has no mapping.",
    get: (c, pfn) => {
      const root = c.machine.folios.root(pfn);
      if (root >= 0) return makeLock(LockClass.rmap, root);
      const file = c.machine.folios.file(pfn);
      return file < 0 ? NONE : makeLock(LockClass.rmap, FIRST_FILE + file);
    },
  }),
];

function vmaFlag(name: string, flag: number, doc: string, settable = true): Field {
  const field: Field = { tag: Tag.vma, name, doc, get: (call, vma) => bool(call.machine.vmas.has(vma, flag)) };
  if (!settable) return field;
  return { ...field, set: (call, vma, value) => call.machine.vmas.put(vma, flag, truthy(value)) };
}

function hasPageMkwrite(call: Caller, vma: number): boolean {
  const { files, vmas } = call.machine;
  return files.all[vmas.fileOf(vma)]?.kind === "file";
}

const vmaFields: readonly Field[] = [
  { tag: Tag.vma, name: "start", doc: "Address of its first byte.", get: (c, vma) => c.machine.vmas.start.get(vma) },
  { tag: Tag.vma, name: "end", doc: "Address behind its last byte.", get: (c, vma) => c.machine.vmas.end.get(vma) },
  {
    tag: Tag.vma,
    name: "process",
    doc: "The process whose it is; none once it was removed.",
    get: (c, vma) => (c.machine.vmas.exists(vma) ? box(Tag.process, c.machine.vmas.process.get(vma) - 1) : NONE),
  },
  {
    tag: Tag.vma,
    name: "kind",
    doc: "What backs it: anon file shmem hugetlb driver.",
    get: (c, vma) => word(c.machine.vmas.kind(vma)),
  },
  {
    tag: Tag.vma,
    name: "anon",
    doc: "Its pages are anonymous (vma_is_anonymous).",
    get: (c, vma) => bool(c.machine.vmas.isAnonymous(vma)),
  },
  {
    tag: Tag.vma,
    name: "flags",
    doc: "The VM_ flags as bits: 1 readable, 2 writable, 4 shared, 8 pfnmap, 16 dontfork, 32 wipeonfork, 64 hugepage, 128 nohugepage, 256 locked, 512 mergeable, 2048 mixedmap, 32768 registered with userfaultfd.",
    get: (c, vma) => c.machine.vmas.flags.get(vma) & (1023 | VmaFlag.mixedmap | VmaFlag.uffdMissing),
  },
  vmaFlag("readable", VmaFlag.readable, "VM_READ"),
  vmaFlag("writable", VmaFlag.writable, "VM_WRITE"),
  vmaFlag("shared", VmaFlag.shared, "VM_SHARED", false),
  {
    tag: Tag.vma,
    name: "special",
    doc: "VM_IO, VM_PFNMAP or VM_MIXEDMAP (VM_SPECIAL): a driver maps it.",
    get: (c, vma) => bool((c.machine.vmas.flags.get(vma) & (VmaFlag.pfnmap | VmaFlag.mixedmap)) !== 0),
  },
  vmaFlag("pfnmap", VmaFlag.pfnmap, "VM_IO and VM_PFNMAP: what a driver maps there need not be memory."),
  vmaFlag("mixedmap", VmaFlag.mixedmap, "VM_MIXEDMAP: a driver inserted pages there."),
  vmaFlag("dontfork", VmaFlag.dontfork, "VM_DONTCOPY"),
  vmaFlag("wipeonfork", VmaFlag.wipeonfork, "VM_WIPEONFORK"),
  vmaFlag("hugepage", VmaFlag.hugepage, "VM_HUGEPAGE"),
  vmaFlag("nohugepage", VmaFlag.nohugepage, "VM_NOHUGEPAGE"),
  vmaFlag("locked", VmaFlag.locked, "VM_LOCKED"),
  vmaFlag("mergeable", VmaFlag.mergeable, "VM_MERGEABLE"),
  vmaFlag("uffd_missing", VmaFlag.uffdMissing, "VM_UFFD_MISSING: a monitor fills its holes."),
  vmaFlag(
    "resv_owner",
    VmaFlag.resvOwner,
    "Of hugetlbfs: what its process has not touched is reserved for it (HPAGE_RESV_OWNER).",
  ),
  vmaFlag(
    "resv_unmapped",
    VmaFlag.resvUnmapped,
    "Of hugetlbfs: it has lost a page for want of huge pages (HPAGE_RESV_UNMAPPED).",
  ),
  vmaFlag("anon_vma", VmaFlag.anonVma, "It has an anon_vma: fork looks for pages of its own there."),
  {
    tag: Tag.vma,
    name: "page_mkwrite",
    doc: "Its file wants to be told before a page is first written to through a mapping (vm_ops->page_mkwrite): one of a disk, which is going to be written back.",
    get: (c, vma) => bool(hasPageMkwrite(c, vma)),
  },
  {
    tag: Tag.vma,
    name: "prot_writable",
    doc: "A new entry may be written through before anybody has asked to (the write bit of vm_page_prot): of what is shared and writable, unless its file wants to be told (vma_wants_writenotify).",
    get(c, vma) {
      const { vmas } = c.machine;
      return bool(vmas.has(vma, VmaFlag.shared) && vmas.has(vma, VmaFlag.writable) && !hasPageMkwrite(c, vma));
    },
  },
  { tag: Tag.vma, name: "lock", doc: "The per-VMA lock.", get: (_c, vma) => makeLock(LockClass.vma, vma) },
  {
    tag: Tag.vma,
    name: "file",
    doc: "The file that it maps, a number (see pagecache_get); none for anonymous memory.",
    get: (c, vma) => (c.machine.vmas.fileOf(vma) < 0 ? NONE : c.machine.vmas.fileOf(vma)),
  },
  {
    tag: Tag.vma,
    name: "pgoff",
    doc: "Page index of its first page within its file, or its anon_vma tree (vm_pgoff).",
    get: (c, vma) => c.machine.vmas.pgoff.get(vma),
  },
  {
    tag: Tag.vma,
    name: "file_rmap_lock",
    doc: "The i_mmap_rwsem of its file, or none.",
    get: (c, vma) =>
      c.machine.vmas.fileOf(vma) < 0 ? NONE : makeLock(LockClass.rmap, FIRST_FILE + c.machine.vmas.fileOf(vma)),
  },
  {
    tag: Tag.vma,
    name: "rmap_lock",
    doc: "The lock of its reverse map (the anon_vma's rwsem).",
    get: (c, vma) => makeLock(LockClass.rmap, Math.max(c.machine.vmas.rootOf(vma), 0)),
  },
  {
    tag: Tag.vma,
    name: "node",
    doc: "The node that its memory policy names, or none (MPOL_BIND).",
    get: (c, vma) => (c.machine.vmas.node.get(vma) === 0 ? NONE : box(Tag.node, c.machine.vmas.node.get(vma) - 1)),
    set(call, vma, value) {
      if (value !== NONE && tagOf(value) !== Tag.node)
        return call.fail(`vma.node: expected a node, got ${call.describe(value)}`);
      call.machine.vmas.node.set(vma, value === NONE ? 0 : payloadOf(value) + 1);
    },
  },
  {
    tag: Tag.vma,
    name: "region",
    doc: "The scenario's region that it was mapped as.",
    get: (c, vma) =>
      c.machine.vmas.region.get(vma) === 0 ? NONE : box(Tag.region, c.machine.vmas.region.get(vma) - 1),
  },
  {
    tag: Tag.vma,
    name: "device",
    doc: "The device whose driver inserts its pages, or none.",
    get(c, vma) {
      const device = c.machine.description.regions[c.machine.vmas.region.get(vma) - 1]?.driver;
      return device === undefined ? NONE : box(Tag.device, device);
    },
  },
];

function counter(call: Caller, name: string, value: Value): number {
  return Number.isInteger(value) ? value : call.fail(`process.${name}: expected a number, got ${call.describe(value)}`);
}

function processFlag(name: string, bit: number, doc: string): Field {
  return {
    tag: Tag.process,
    name,
    doc,
    get: (c, p) => bool(c.machine.processes.has(p, bit)),
    set: (c, p, value) => c.machine.processes.put(p, bit, truthy(value)),
  };
}

const processFields: readonly Field[] = [
  { tag: Tag.process, name: "mmap_lock", doc: "Its mmap_lock.", get: (_c, p) => makeLock(LockClass.mmap, p) },
  {
    tag: Tag.process,
    name: "invalidate_seq",
    doc: "The sequence number of its invalidations: even when none is under way that reached a notifier.",
    get: (c, p) => c.machine.numbers.value(p, c.machine.processes.seq.get(p)),
  },
  {
    tag: Tag.process,
    name: "invalidating",
    doc: "An invalidation is under way that reached a notifier: invalidate_seq is odd (mn_itree_is_invalidating). Setting it makes invalidate_seq odd, or even again: the next number.",
    get: (c, p) => bool(c.machine.processes.seq.get(p) % 2 === 1),
    set(c, p, value) {
      const { seq } = c.machine.processes;
      const now = seq.get(p);
      if ((now % 2 === 1) !== truthy(value)) seq.set(p, now + 1);
    },
  },
  {
    tag: Tag.process,
    name: "active_invalidate_ranges",
    doc: "How many invalidations have started and not ended.",
    get: (c, p) => c.machine.processes.active.get(p),
    set: (c, p, value) => c.machine.processes.active.set(p, counter(c, "active_invalidate_ranges", value)),
  },
  {
    tag: Tag.process,
    name: "has_notifiers",
    doc: "Somebody has ever subscribed to its invalidations (mm_has_notifiers), or is going to: a driver that does so later says so when it is opened.",
    get: (c, p) => bool(c.machine.processes.hasNotifiers.get(p) !== 0),
    set: (c, p, value) => c.machine.processes.hasNotifiers.set(p, truthy(value) ? 1 : 0),
  },
  {
    tag: Tag.process,
    name: "rss_anon",
    doc: "MM_ANONPAGES.",
    get: (c, p) => c.machine.processes.rssAnon.get(p),
    set: (c, p, value) => c.machine.processes.rssAnon.set(p, counter(c, "rss_anon", value)),
  },
  {
    tag: Tag.process,
    name: "rss_file",
    doc: "MM_FILEPAGES and MM_SHMEMPAGES.",
    get: (c, p) => c.machine.processes.rssFile.get(p),
    set: (c, p, value) => c.machine.processes.rssFile.set(p, counter(c, "rss_file", value)),
  },
  {
    tag: Tag.process,
    name: "swapents",
    doc: "MM_SWAPENTS.",
    get: (c, p) => c.machine.processes.swapents.get(p),
    set: (c, p, value) => c.machine.processes.swapents.set(p, counter(c, "swapents", value)),
  },
  {
    tag: Tag.process,
    name: "exists",
    doc: "It has been made and has not exited.",
    get: (c, p) => bool(c.machine.processes.exists.get(p) !== 0),
    set: (c, p, value) => c.machine.processes.exists.set(p, truthy(value) ? 1 : 0),
  },
  {
    tag: Tag.process,
    name: "tlb_flush_pending",
    doc: "Changes of protections under way whose TLB flush is still to come (mm_tlb_flush_pending).",
    get: (c, p) => c.machine.processes.tlbFlushPending.get(p),
    set: (c, p, value) => c.machine.processes.tlbFlushPending.set(p, counter(c, "tlb_flush_pending", value)),
  },
  processFlag("killed", MmState.killed, "SIGKILL is pending for its threads."),
  processFlag("oom_victim", MmState.oomVictim, "The OOM killer counts on its memory (mark_oom_victim)."),
  processFlag("unstable", MmState.unstable, "The OOM reaper may have taken its pages (MMF_UNSTABLE)."),
  processFlag("oom_skip", MmState.oomSkip, "The OOM killer expects nothing of it any more (MMF_OOM_SKIP)."),
];

const subscriptionFields: readonly Field[] = [
  {
    tag: Tag.subscription,
    name: "seq",
    doc: "Its sequence number (see set_seq).",
    get: (c, s) => c.machine.numbers.value(c.machine.notifiers.processOf(s), c.machine.notifiers.seq.get(s)),
  },
  {
    tag: Tag.subscription,
    name: "start",
    doc: "Address of its first byte.",
    get: (c, s) => c.machine.notifiers.start.get(s),
  },
  {
    tag: Tag.subscription,
    name: "end",
    doc: "Address behind its last byte.",
    get: (c, s) => c.machine.notifiers.end.get(s),
  },
  {
    tag: Tag.subscription,
    name: "context",
    doc: "The context whose callbacks it calls.",
    get: (c, s) => (c.machine.notifiers.exists(s) ? box(Tag.context, c.machine.notifiers.context.get(s)) : NONE),
  },
  {
    tag: Tag.subscription,
    name: "process",
    doc: "The process that it watches.",
    get: (c, s) => (c.machine.notifiers.exists(s) ? box(Tag.process, c.machine.notifiers.processOf(s)) : NONE),
  },
  {
    tag: Tag.subscription,
    name: "device",
    doc: "The device that it is for.",
    get: (c, s) =>
      c.machine.notifiers.exists(s)
        ? box(Tag.device, c.machine.devices.deviceOfContext(c.machine.notifiers.context.get(s)))
        : NONE,
  },
  {
    tag: Tag.subscription,
    name: "exists",
    doc: "It has not been removed.",
    get: (c, s) => bool(c.machine.notifiers.exists(s)),
  },
];

const fenceFields: readonly Field[] = [
  {
    tag: Tag.fence,
    name: "done",
    doc: "What it stands for is done.",
    get: (c, fence) => bool(c.machine.fences.isSignaled(fence)),
  },
];

const deviceFields: readonly Field[] = [
  {
    tag: Tag.device,
    name: "owner",
    doc: "What owns its private memory (pgmap->owner): the device itself.",
    get: (c, d) => c.machine.ownerOf(d),
  },
  {
    tag: Tag.device,
    name: "pages",
    doc: "Pages of its own memory.",
    get: (c, d) => c.machine.pools.device(d)?.pages ?? 0,
  },
  {
    tag: Tag.device,
    name: "free",
    doc: "Free pages of its own memory.",
    get(c, d) {
      const pool = c.machine.pools.device(d);
      return pool === undefined ? 0 : c.machine.pools.freeOf(pool);
    },
  },
  {
    tag: Tag.device,
    name: "coherent",
    doc: "Its memory is CPU-addressable (MEMORY_DEVICE_COHERENT).",
    get: (c, d) => bool((c.machine.pools.device(d)?.node ?? -1) >= 0),
  },
  {
    tag: Tag.device,
    name: "node",
    doc: "The NUMA node that its coherent memory is, or none.",
    get(c, d) {
      const node = c.machine.pools.device(d)?.node ?? -1;
      return node < 0 ? NONE : box(Tag.node, node);
    },
  },
];

const contextFields: readonly Field[] = [
  {
    tag: Tag.context,
    name: "process",
    doc: "The process that it works for.",
    get: (c, x) => box(Tag.process, c.machine.devices.processOfContext(x)),
  },
  {
    tag: Tag.context,
    name: "device",
    doc: "Its device.",
    get: (c, x) => box(Tag.device, c.machine.devices.deviceOfContext(x)),
  },
  {
    tag: Tag.context,
    name: "stopped",
    doc: "The device's queues that work for the process are stopped (device_stop).",
    get: (c, context) => bool(c.machine.mirrors.stopped.get(context) !== 0),
  },
  {
    tag: Tag.context,
    name: "notifier",
    doc: "The subscription that the driver calls its own.",
    get: (c, x) => c.machine.devices.notifierOf(x),
    set(call, x, value) {
      if (value !== NONE && tagOf(value) !== Tag.subscription) {
        return call.fail(`self.notifier: expected a subscription, got ${call.describe(value)}`);
      }
      call.machine.devices.setNotifier(x, value);
    },
  },
];

const nodeFields: readonly Field[] = [
  { tag: Tag.node, name: "pages", doc: "Pages of its memory.", get: (c, n) => c.machine.pools.node(n)?.pages ?? 0 },
  {
    tag: Tag.node,
    name: "free",
    doc: "Free pages of its memory.",
    get(c, n) {
      const pool = c.machine.pools.node(n);
      return pool === undefined ? 0 : c.machine.pools.freeOf(pool);
    },
  },
  {
    tag: Tag.node,
    name: "has_memory",
    doc: "The page allocator has memory there (N_MEMORY): not a coherent device's, and none that is offline.",
    get(c, n) {
      const pool = c.machine.pools.node(n);
      return bool(pool !== undefined && (pool.device < 0 || pool.managed) && !c.machine.pools.isOffline(pool));
    },
  },
  {
    tag: Tag.node,
    name: "isolated",
    doc: "Nothing is allocated there (MIGRATE_ISOLATE): it is going offline, or is.",
    get(c, n) {
      const pool = c.machine.pools.node(n);
      return bool(pool !== undefined && c.machine.pools.isIsolated(pool));
    },
    set(c, n, value) {
      const pool = c.machine.pools.node(n);
      if (pool !== undefined) c.machine.pools.isolate(pool, truthy(value));
    },
  },
  {
    tag: Tag.node,
    name: "offline",
    doc: "The kernel uses its memory no more; can be set, not undone.",
    get(c, n) {
      const pool = c.machine.pools.node(n);
      return bool(pool !== undefined && c.machine.pools.isOffline(pool));
    },
    set(c, n, value) {
      const pool = c.machine.pools.node(n);
      if (pool !== undefined && truthy(value)) c.machine.pools.takeOffline(pool);
    },
  },
  {
    tag: Tag.node,
    name: "movable",
    doc: "Its memory is ZONE_MOVABLE.",
    get: (c, n) => bool(c.machine.description.nodes[n]?.movable ?? false),
  },
];

const regionFields: readonly Field[] = [
  {
    tag: Tag.region,
    name: "start",
    doc: "Address of its first byte.",
    get: (c, r) => c.machine.description.regions[r]?.start ?? 0,
  },
  {
    tag: Tag.region,
    name: "end",
    doc: "Address behind its last byte.",
    get(c, r) {
      const region = c.machine.description.regions[r];
      return region === undefined ? 0 : region.start + region.pages * c.machine.pageSize;
    },
  },
  {
    tag: Tag.region,
    name: "process",
    doc: "The process that declares it.",
    get: (c, r) => box(Tag.process, c.machine.description.regions[r]?.process ?? 0),
  },
  {
    tag: Tag.region,
    name: "kind",
    doc: "What backs it: anon file shmem hugetlb driver.",
    get: (c, r) => word(c.machine.description.regions[r]?.kind ?? "anon"),
  },
];

const threadFields: readonly Field[] = [
  {
    tag: Tag.thread,
    name: "process",
    doc: "Its process, or none.",
    get(c, t) {
      const process = c.machine.threads.processOf(t);
      return process < 0 ? NONE : box(Tag.process, process);
    },
  },
  {
    tag: Tag.thread,
    name: "cpu",
    doc: "Its CPU; none for a device's thread.",
    get(c, t) {
      const cpu = c.machine.threads.cpuOf(t);
      return cpu < 0 ? NONE : box(Tag.cpu, cpu);
    },
  },
  {
    tag: Tag.thread,
    name: "device",
    doc: "The device whose queue it is, or none.",
    get(c, t) {
      const device = c.machine.threads.deviceOf(t);
      return device < 0 ? NONE : box(Tag.device, device);
    },
  },
];

/** All fields of handles. */
export const fields: readonly Field[] = [
  ...entryFields,
  ...folioFields,
  ...vmaFields,
  ...processFields,
  ...subscriptionFields,
  ...deviceFields,
  ...contextFields,
  ...nodeFields,
  ...regionFields,
  ...threadFields,
  ...fenceFields,
  {
    tag: Tag.cpu,
    name: "node",
    doc: "Its NUMA node.",
    get: (c, cpu) => box(Tag.node, c.machine.description.cpus[cpu]?.node ?? 0),
  },
];
