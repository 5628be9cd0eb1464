/** The invariants: their ids, what they say, and which of them are checked unless a file says otherwise. */

/** An invariant. */
export interface Invariant {
  readonly id: InvariantId;
  readonly statement: string;
  /** What a scenario must have for it to matter; `anything`: nothing in particular. */
  readonly needs: string;
  /** Why it is not checked unless the file says `invariant "ID" on`; undefined if it is. */
  readonly offBecause: string | undefined;
}

/** What each is about, and its statement, by id in the order in which they are listed. */
const STATEMENTS = {
  "refcount-equals-holders": [
    "anything",
    "A folio's refcount is the number of references that CPU entries, running code and GUP users hold; code that has ended holds none.",
  ],
  "mapcount-equals-entries": ["anything", "A folio's mapcount is the number of CPU entries that map it."],
  "no-free-mapped": [
    "anything",
    "A folio without references is mapped by no CPU entry, used through no old translation, and is not locked.",
  ],
  "writable-implies-exclusive": [
    "anything",
    "An entry that maps a private anonymous page writable is the page's only one, and the page is exclusive to its process.",
  ],
  "pae-single-mapping": [
    "anything",
    "A page that is exclusive to a process (PageAnonExclusive) is mapped once; so is one whose migration entry carries that it was.",
  ],
  "pinned-not-shared": [
    "a pin or a plain reference",
    "An anonymous page that is pinned for DMA stays exclusive to its process: neither fork nor a migration makes it shared.",
  ],
  "zero-page-readonly": [
    "anything",
    "An entry of the shared zero page is not writable, and the zero page is not counted as mapped.",
  ],
  "devpriv-targets-private": [
    "private device memory",
    "A device-private entry names a page of private device memory that is in use; a present one never does.",
  ],
  "devpriv-single-va-per-mm": [
    "private device memory",
    "A page of private device memory is mapped at most once in an address space, at the address that its reverse map has.",
  ],
  "no-cpu-present-device-private": [
    "private device memory",
    "No present entry and no CPU's TLB leads to private device memory, which no CPU can address.",
  ],
  "migration-entry-locked": [
    "a migration",
    "A folio that a migration entry names is locked, and whoever moves it holds a reference.",
  ],
  "no-migration-survives-finalize": [
    "a migration",
    "After migrate_vma_finalize no migration entry of that call is left in its range.",
  ],
  "finalize-balances-locks": [
    "a migration",
    "After migrate_vma_finalize every folio that the migration had locked is unlocked.",
  ],
  "setup-pages-finalize-order": [
    "a migration",
    "A migration is set up, committed (migrate_vma_pages) and finalized in this order, each once; one that was set up is finalized.",
  ],
  "src-stable-during-copy": [
    "a migration",
    "From migrate_vma_setup to migrate_vma_finalize no CPU entry or TLB, no pin and no other device's entry lets anybody write to a page that is on its way.",
  ],
  "own-device-revoked-before-copy": [
    "a migration",
    "When a migration copies a page, the device that migrates cannot write to it any more, and cannot use it at all if it was the device's own memory.",
  ],
  "migrate-bit-respected": [
    "a migration",
    "A driver maps the destination of a migration on its device only if the page has moved: if MIGRATE is still set after migrate_vma_pages.",
  ],
  "failed-word-restored": [
    "a migration",
    "A page that did not move is mapped again where it was, with the rights that it had, unless somebody unmapped it meanwhile.",
  ],
  "lru-isolation-balanced": [
    "anything",
    "When an operation ends, each page of system memory that it has mapped or isolated is on its LRU list; a page about to be freed is put on none.",
  ],
  "zone-device-never-on-lru": ["device memory", "Device memory, private or coherent, is on no LRU list."],
  "mirror-subset": [
    "a device",
    "What a device's table maps, the CPU's table maps to the same frame with at least the same rights; while no lock of the driver is held.",
  ],
  "no-stale-after-invalidate": [
    "a device",
    "After a driver's invalidate callback returned, the device has neither entry nor cached translation in the range.",
  ],
  "seq-checked-insert": [
    "a device",
    "A device's entry is written under the driver's lock, with a sequence number that no invalidation has changed since it was sampled, or with the page locked.",
  ],
  "interval-seq-odd": [
    "a device",
    "The sequence number of a subscription is odd; that of an address space is odd only while an invalidation is under way, and nothing waits for the end of one that is not.",
  ],
  "start-end-paired": [
    "a device",
    "Each invalidate_range_start that returned 0 is followed by just one invalidate_range_end; one that returned EAGAIN by none.",
  ],
  "nonblockable-no-sleep": [
    "a device",
    "A callback for a range that may not block only tries locks that sleep, and never waits for one.",
  ],
  "exclusive-no-cpu-map": [
    "exclusive access",
    "While a device may do atomics on a frame of system memory, no CPU maps the frame and no other device has it.",
  ],
  "exclusive-single-owner": [
    "exclusive access",
    "Not more than one device may do atomics on a frame of system memory.",
  ],
  "exclusive-anon-only": [
    "exclusive access",
    "A device-exclusive entry names an anonymous page of memory that CPUs can address.",
  ],
  "exclusive-lock-window": [
    "exclusive access",
    "A device-exclusive entry becomes present again only under the folio's lock.",
  ],
  "data-single-latest": [
    "a device",
    "When something is stored through one frame, no device's table maps the same address to another one.",
  ],
  "no-lost-write": [
    "anything",
    "What a CPU or device stores is what later loads of the address see; moving a page leaves nothing behind.",
  ],
  "dirty-not-lost": [
    "anything",
    "When a dirty entry of an anonymous page gives way to a migration, swap or device-exclusive entry, the folio is marked dirty.",
  ],
  "foreign-private-untouched": [
    "private device memory",
    "A device neither maps nor moves another owner's private memory; that is for the other driver's migrate_to_ram.",
  ],
  "device-pool-conservation": [
    "device memory",
    "A page of device memory that loses its last reference has no mapping and is exclusive to nobody, and its driver makes it free.",
  ],
  "device-removed-empty": [
    "device memory",
    "When a device's memory has been given up (memunmap_pages), no page of it is in use and no CPU entry names one.",
  ],
  "no-unreachable-ref": [
    "a pin or a plain reference",
    "Each reference to a page has a holder that can drop it: none of a process that is gone.",
  ],
  "lock-order": ["anything", "Nobody waits for a lock while holding one that comes later in the lock order."],
  "locks-released": ["anything", "A statement or worker that has ended holds no lock."],
  "progress-bound": [
    "anything",
    "No thread faults on one page for ever while nothing changes and nobody else can move.",
  ],
  livelock: [
    "anything",
    "From every state some order of steps leads to the end of a statement: no execution goes round in a circle that nothing leads out of.",
  ],
  "ping-pong": [
    "anything",
    "Threads cannot keep each other from getting on for ever, each moving again and again, without a statement's coming to its end.",
  ],
  "coherent-not-longterm-pinned": [
    "a pin or a plain reference",
    "No page of coherent device memory or of ZONE_MOVABLE is pinned for long (FOLL_LONGTERM): it could never be moved out of the way.",
  ],
  "thp-homogeneous": [
    "huge pages",
    "A huge leaf names the first page of a folio of its size, which lies where it may, and hides no entries below it.",
  ],
  "device-map-order": [
    "huge pages",
    "A device gets a huge entry only where the CPU's table maps the whole range by one.",
  ],
  "rss-equals-entries": [
    "anything",
    "A process's count of anonymous pages is the number of its entries that stand for one, migration entries included.",
  ],
  "notifier-removed-quiesced": [
    "a device",
    "When mmu_interval_notifier_remove returns, no callback of the subscription runs, and none will.",
  ],
} as const;
export type InvariantId = keyof typeof STATEMENTS;

/** The one that is about many steps: a scheduler or an explorer asks for it. */
export const PROGRESS_ID = "progress-bound" satisfies InvariantId;

/** Those that are off by default, with the reason. */
const OFF: Partial<Record<InvariantId, string>> = {
  "own-device-revoked-before-copy":
    "dmirror and nouveau break it: they ignore their own migrations and drop their device's entries when the pages have moved",
  "ping-pong":
    "CPUs and devices that want one page may take it from each other as long as they are unlucky, and up to 6.14 CPUs that fault on one device page; no scheduler does so for ever",
  "migrate-bit-respected": "nouveau breaks it; what comes of it is a broken mirror-subset",
};

/** All invariants, in the order in which they are listed. */
export const INVARIANTS: readonly Invariant[] = (Object.keys(STATEMENTS) as InvariantId[]).map((id) => ({
  id,
  statement: STATEMENTS[id][1],
  needs: STATEMENTS[id][0],
  offBecause: OFF[id],
}));

/** The invariants that are checked, given what a file switches on (true) and off (false). */
export function invariantsOn(switches: Readonly<Record<string, boolean>>): ReadonlySet<InvariantId> {
  return new Set(INVARIANTS.filter((i) => switches[i.id] ?? i.offBecause === undefined).map((i) => i.id));
}
