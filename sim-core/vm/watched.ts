/**
 * Functions of the kernel model and callbacks of drivers of whose calls and returns the listener is told, because rules are about
 * them. Their parameters are kept until they return.
 */
export const WATCHED_FUNCTIONS: readonly string[] = [
  "migrate_vma_setup",
  "migrate_vma_pages",
  "migrate_vma_finalize",
  "migrate_device_range",
  "migrate_device_pfns",
  "migrate_device_pages",
  "migrate_device_finalize",
  "migrate_device_unmap",
  "mmu_notifier_invalidate_range_start",
  "mmu_notifier_invalidate_range_start_nonblock",
  "mmu_notifier_invalidate_range_end",
  "mmu_interval_notifier_remove",
  "memunmap_pages",
  "gup_hold_range",
];
export const WATCHED_CALLBACKS: readonly string[] = ["invalidate", "invalidate_start", "page_free"];

/**
 * Those of both whose return is judged by what other threads can change, such as a device's table: when they return can be told. The
 * others are judged by what the thread has itself: the ranges that it started, the pages that it has locked. At the return of
 * migrate_vma_finalize the entries of the range are looked at, which others could put right meanwhile: one that returns at once shows
 * whatever a later return would.
 */
export const JUDGED_AT_RETURN: ReadonlySet<string> = new Set([
  "invalidate",
  "invalidate_start",
  "mmu_interval_notifier_remove",
  "memunmap_pages",
  "gup_hold_range",
]);
