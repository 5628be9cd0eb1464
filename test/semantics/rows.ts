/**
 * What has to be proved about the kernel, table by table: rows.test.ts asks for a scenario of each row. A scenario names its
 * rows (`// rows: collect/zero fail/alloc`).
 */

/** What an operation can meet, and each operation that meets it. */
const MATRIX_ENTRIES = ["devpriv", "devexcl", "coherent", "migration"];
const MATRIX_OPERATIONS = [
  "read",
  "write",
  "fork",
  "munmap",
  "mprotect",
  "reclaim",
  "migrate-own",
  "migrate-foreign",
  "range-fault-own",
  "range-fault-foreign",
  "longterm",
];

/** Rows by table, separated by blanks. */
const TABLES: Readonly<Record<string, string>> = {
  // What an entry holds, and what it remembers.
  entries:
    "none present zero protnone swap migration-r migration-rx migration-w devpriv-r devpriv-w devexcl rss " +
    "pmd-thp pmd-huge-zero pmd-devpriv hugetlb hwpoison marker",
  pae: "new fork share-fails-when-pinned migration unshare device-free",
  // Who holds references to a folio, and where a migration counts them.
  holders:
    "mapping page-cache swap-cache private lru-batch lru-isolation FOLL_GET FOLL_PIN fault collect mirrors free-device free-device-5.14 device-exclusive " +
    "pmd-mapping FOLL_PIN-large",
  check: "unmap unmap-lenient unmap-5.14 commit",
  // What a file system keeps with a page.
  private: "none migrate migrate-6.1 migrate-held migrate-vma reclaim truncate invalidate hwpoison",
  // Folios that wait for their LRU lists in a batch.
  "lru-batch":
    "drain-all full large migrate-vma migrate-vma-misses copy-on-write reuse free disabled reclaim drainers longterm mlock",
  // Faults of a CPU on what a device has.
  "devpriv-fault": "returns-page 6.0 6.1-6.14 6.15 6.15-trylock 7.0-wait pmd",
  "devexcl-fault": "event counts lock",
  // migrate_vma: what is asked for, collected, unmapped, committed and finalized.
  select: "system private coherent compound",
  validate: "no-vma hugetlb special empty start end fault-page fault-page-locked permissions nothing-collected",
  collect:
    "none pmd-none swap migration devexcl devpriv-match devpriv-wrong zero present-system protnone coherent file " +
    "hwpoison marker pmd-thp pmd-thp-pinned pmd-thp-locked pmd-huge-zero large-folio " +
    "compound compound-hole compound-pinned pmd-devpriv-other " +
    "candidate notifier flush dirty exclusive pinned trylock none-to-system",
  unmap: "isolate device try-to-migrate extra-reference pinned",
  commit: "no-destination hole page-cache swap-cache exact-references extra-reference " + "compound compound-to-small",
  insert:
    "none zero notifier read-only coherent lost-race unstable uffd uffd-zero uffd-compound compound compound-zero compound-to-small",
  finalize: "no-source restore-new restore-old zapped lru no-notifier",
  net: "sys-to-dev hole dev-to-sys compound",
  result: "bad-arguments busy allocation extra-reference waiters never-finalized",
  fail: "setup unmap alloc copy commit",
  range: "notifier free trylock allocation leak compound-to-small",
  "coherent-folio": "moves busy allocation",
  "copy-engine": "before-commit before-finalize cpu-waits back evict failure hole-not-cleared",
  "fault-buffer": "replay batch sorted cancel sticky-atomic instances",
  full: "partial evict evict-skips-busy remote-map",
  // hmm_range_fault: its answers, errors and walk.
  "range-fault":
    "no-vma unreadable hole present-ro present-rw zero swap migration devpriv-own devpriv-other devexcl coherent file " +
    "special hwpoison marker pmd-none pmd-thp hugetlb pmd-devpriv-own pmd-devpriv-other",
  "range-fault-errors": "EPERM EFAULT EBUSY",
  "range-fault-walk": "restart holes no-references",
  // Notifiers.
  "notifier-kinds": "interval mm-wide order",
  "notifier-start": "overlap interval-eagain hlist hlist-eagain",
  "notifier-end": "hlist nested concurrent deferred",
  nonblockable: "interval hlist hlist-leak trylock",
  seq: "insert-idle insert-active insert-deferred set-seq read-begin read-retry remove remove-in-callback",
  events: "UNMAP CLEAR PROTECTION_VMA PROTECTION_PAGE RELEASE MIGRATE EXCLUSIVE none",
  // Device-exclusive access.
  "exclusive-make": "hole zero shared devpriv hand-over notifier lock-window pmd-thp pmd-devpriv",
  "exclusive-failure": "not-writable no-vma file hugetlb tail locked replaced fatal-signal",
  "exclusive-end": "cpu gup other-device fork fork-enomem mprotect zap exit mremap free reclaim migrate-vma migration",
  // What fork makes of each entry.
  fork: "none present pinned zero hwpoison pmd-thp pmd-devpriv swap migration devpriv devexcl coherent file",
  // What mprotect and unmapping make of each entry.
  mprotect: "none present protnone zero swap migration devpriv devexcl coherent",
  zap: "every-kind dontneed migration exit",
  // MADV_GUARD_INSTALL and MADV_GUARD_REMOVE, and what meets a guard.
  guard:
    "none install remove holes devpriv devexcl range-fault migrate hole-race gup stays fork mremap huge file invalid retry",
  // Ranges that are registered with userfaultfd.
  uffd: "read write nobody unregister zeropage exists migrate range-fault devpriv gup huge huge-read collapse fork mremap invalid",
  // Operations by kind of entry.
  matrix: MATRIX_OPERATIONS.flatMap((what) => MATRIX_ENTRIES.map((entry) => `${what}-${entry}`)).join(" "),
};

/** Every row, as scenarios name it. */
export const ROWS: readonly string[] = Object.entries(TABLES).flatMap(([table, rows]) =>
  rows.split(" ").map((row) => `${table}/${row}`),
);
