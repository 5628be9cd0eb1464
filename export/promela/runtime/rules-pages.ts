/** The invariants about counts, entries, flags and contents of pages. Ids are those of `hmm invariants`. */
export const rulesPages = `
static int h_under_ptl(void) { return h_lock_anyclass(LC_PTL) || h_lock_anyclass(LC_PMD); }
static void h_check_refcount(int row) {
  int entries = W.fmapped[row] + W.fexclusive[row];
  if (W.frefcount[row] == entries + W.ftemps[row] + W.fgups[row] + h_otherrefs(row) && W.frefcount[row] >= 0 && W.ftemps[row] >= 0 && W.fgups[row] >= 0) return;
  h_rule("refcount-equals-holders");
}
static int h_mapcount_right(int row) { return W.fmapcount[row] == W.fmapped[row] + (EXCLUSIVE_MAPPED ? W.fexclusive[row] : 0); }
static void h_check_free(int row) {
  if (row == 0 || W.frefcount[row] != 0) return;
  if (W.fmapped[row] + W.fexclusive[row] == 0 && W.fmigration[row] == 0 && !h_lock_isheld(h_foliolock(h_frame_of_row(row)))) return;
  h_rule("no-free-mapped");
}
static void h_check_migration_entry(int row) {
  if (W.fmigration[row] == 0) return;
  if (h_lock_isheld(h_foliolock(h_frame_of_row(row))) && W.ftemps[row] > 0) return;
  h_rule("migration-entry-locked");
}
static int h_writable_right(int row) {
  int page[NVMA], vma[NVMA], pfn = h_frame_of_row(row), n, i;
  if (((W.fflags[row] >> 10) & 7) != FK_ANON) return 1;
  if ((W.fflags[row] & FF_EXCLUSIVE) != 0 && W.fmapped[row] <= 1) return 1;
  n = h_places(pfn, page, vma);
  for (i = 0; i < n; i++) {
    V e = h_pte_of(page[i]);
    if (h_kind(e) != K_PRESENT || h_pfn(e) != pfn || !h_flag(e, EF_WRITABLE)) continue;
    if ((W.vflags[vma[i]] & VF_SHARED) == 0) return 0;
  }
  return 1;
}
static int h_mapped_too_often(int row) {
  int page[NVMA], vma[NVMA], pfn = h_frame_of_row(row), n, i;
  int maps = W.fmapped[row] + W.fexclusive[row], migrations = W.fmigration[row];
  if (maps + migrations < 2 || ((W.fflags[row] >> 10) & 7) != FK_ANON) return 0;
  if ((W.fflags[row] & FF_EXCLUSIVE) != 0) return maps > 1;
  if (migrations == 0) return 0;
  n = h_places(pfn, page, vma);
  for (i = 0; i < n; i++) {
    V e = h_pte_of(page[i]);
    if (h_kind(e) == K_MIGRATION && h_pfn(e) == pfn && (h_flag(e, EF_WRITABLE) || h_flag(e, EF_EXCLUSIVE))) return 1;
  }
  return 0;
}
static int h_well_placed(int row) {
  int page[NVMA], vma[NVMA], count[NPROC], pfn = h_frame_of_row(row), n, i, found = 0;
  if (W.fmapped[row] == 0 || !h_private(pfn) || (W.fflags[row] & FF_KSM) != 0) return 1;
  for (i = 0; i < NPROC; i++) count[i] = 0;
  n = h_places(pfn, page, vma);
  for (i = 0; i < n; i++) {
    V e = h_pte_of(page[i]);
    if (h_kind(e) != K_PRIVATE || h_pfn(e) != pfn) continue;
    found++;
    if (++count[page_process[page[i]]] > 1) return 0;
  }
  return found >= W.fmapped[row];
}
static void h_check_entries_now(int row) {
  if (!h_mapcount_right(row)) h_rule("mapcount-equals-entries");
  if (!h_writable_right(row)) h_rule("writable-implies-exclusive");
  else if (h_mapped_too_often(row)) h_rule("pae-single-mapping");
  if (!h_well_placed(row)) h_rule("devpriv-single-va-per-mm");
}
static void h_check_entries(int row) {
  if (h_mapcount_right(row) && h_writable_right(row) && !h_mapped_too_often(row) && h_well_placed(row)) return;
  if (h_under_ptl()) WH.deferfolio[row] = 1;
  else h_check_entries_now(row);
}
static void h_check_entry_kind(V e) {
  int pfn = h_pfn(e);
  switch (h_kind(e)) {
  case K_ZERO: if (h_flag(e, EF_WRITABLE)) h_rule("zero-page-readonly"); break;
  case K_PRESENT: case K_PROTNONE: if (h_private(pfn)) h_rule("no-cpu-present-device-private"); break;
  case K_PRIVATE: if (!h_private(pfn) || W.frefcount[h_row(pfn)] <= 0) h_rule("devpriv-targets-private"); break;
  case K_EXCLUSIVE: if (h_private(pfn) || h_fkind(pfn) != FK_ANON) h_rule("exclusive-anon-only"); break;
  default: break;
  }
}
static void h_check_flags(int row) {
  int flags = W.fflags[row];
  if ((flags & FF_ALLOCATED) == 0) return;
  if ((flags & FF_EXCLUSIVE) == 0 && ((flags >> 10) & 7) == FK_ANON && W.fpins[row] > 0) h_rule("pinned-not-shared");
  if (((flags >> 8) & 3) != LRU_OFF && h_device_of(h_frame_of_row(row)) >= 0) h_rule("zone-device-never-on-lru");
}
static int h_on_lru(int row) {
  int flags = W.fflags[row], lru = (flags >> 8) & 3, kind = (flags >> 10) & 7, pfn = h_frame_of_row(row);
  if (lru == LRU_ON || lru == LRU_BATCH || (flags & FF_ALLOCATED) == 0 || (flags & FF_HWPOISON) != 0) return 1;
  if (kind == FK_HUGETLB || kind == FK_DRIVER || h_device_of(pfn) >= 0) return 1;
  if (lru == LRU_OFF && W.fmapped[row] == 0) return 1;
  if (lru == LRU_ISOLATED && W.fmapped[row] == 0 && W.fgups[row] > 0) return 1;
  return W.ftemps[row] > 0 || W.frefcount[row] == 0 || h_lock_isheld(h_foliolock(pfn));
}
static int h_may_be_off_lru(int row) {
  int lru = (W.fflags[row] >> 8) & 3;
  return lru == LRU_ISOLATED || (lru == LRU_OFF && W.fmapped[row] > 0 && h_device_of(h_frame_of_row(row)) < 0);
}
static int h_is_kept(int row) { return (W.fflags[row] & FF_ALLOCATED) == 0 || W.frefcount[row] > 0; }
static void h_check_emptied(int device) {
  int pool = h_pool_of_device(device), i;
  if (pool < 0) return;
  for (i = 0; i < pool_window[pool]; i++) if ((W.fflags[pool_first[pool] + i] & FF_ALLOCATED) != 0) h_rule("device-removed-empty");
}
static void h_check_longterm(int process, V from, V to) {
  int i;
  for (i = 0; i < NGUP; i++) {
    int pool;
    if (W.gprocess[i] != process + 1 || !W.gpin[i] || page_vpn[W.gpage[i]] < from || page_vpn[W.gpage[i]] >= to) continue;
    pool = h_pool(W.gpfn[i]);
    if (pool < 0 || (pool_device[pool] < 0 && !pool_movable[pool])) continue;
    h_rule("coherent-not-longterm-pinned");
  }
}
static void h_check_nothing_held(int process) {
  int i;
  for (i = 0; i < NGUP; i++) if (W.gprocess[i] == process + 1) h_rule("no-unreachable-ref");
}
/* How many anonymous pages an entry stands for. */
static int h_anon_pages(V e) {
  if (!h_holds(e) && h_kind(e) != K_MIGRATION) return 0;
  return h_fkind(h_pfn(e)) == FK_ANON ? 1 : 0;
}
static int h_dirty_frame(V e) {
  int kind = h_kind(e);
  if ((kind != K_PRESENT && kind != K_PROTNONE) || !h_flag(e, EF_DIRTY)) return -1;
  return h_fkind(h_pfn(e)) == FK_ANON && h_device_of(h_pfn(e)) < 0 ? h_pfn(e) : -1;
}
static void h_check_moved(V old, V e) {
  int from, to;
  if (h_kind(old) != K_MIGRATION || h_kind(e) == K_MIGRATION || !h_targets(e)) return;
  from = h_contents(h_pfn(old));
  to = h_contents(h_pfn(e));
  if (from == to || W.fcopied[h_row(from)] == to + 1) return;
  if (h_difference(h_row(from), h_row(to)) >= 0) h_rule("no-lost-write");
}
static void h_check_restored(V old, V e) {
  if ((h_kind(e) != K_PRESENT && h_kind(e) != K_PROTNONE) || h_pfn(e) != h_pfn(old)) return;
  if (!h_lock_heldby(h_cur, h_foliolock(h_pfn(old)))) h_rule("exclusive-lock-window");
}
static void h_migration_restored(V old, V e) {
  int pfn = h_pfn(old);
  if (h_kind(e) == K_NONE) {
    if (h_lock_owner(h_foliolock(pfn)) == h_cur) h_rule("failed-word-restored");
    return;
  }
  if (h_kind(e) == K_MIGRATION || !h_targets(e) || h_pfn(e) != pfn) return;
  if (h_flag(e, EF_WRITABLE) != h_flag(old, EF_WRITABLE)) h_rule("failed-word-restored");
}
/* An entry is about to change. */
static void h_entry_changing(int process, int page, V old, V e) {
  int now, before, kind;
  h_check_moved(old, e);
  if (h_kind(old) == K_MIGRATION) h_migration_restored(old, e);
  else if (h_kind(old) == K_EXCLUSIVE) h_check_restored(old, e);
  WH.anon[process] += h_anon_pages(e) - h_anon_pages(old);
  now = h_dirty_frame(old);
  if (h_kind(e) == K_NONE) {
    if (now >= 0) WH.cleared[page] = now + 1;
    return;
  }
  before = now >= 0 ? now : WH.cleared[page] - 1;
  if (before < 0) return;
  WH.cleared[page] = 0;
  if (h_has(before, FF_DIRTY) || !h_has(before, FF_ALLOCATED)) return;
  kind = h_kind(e);
  if (kind == K_SWAP || ((kind == K_MIGRATION || kind == K_EXCLUSIVE) && h_pfn(e) == before)) h_rule("dirty-not-lost");
}
`;
