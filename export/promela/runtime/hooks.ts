/** What rules are told of calls of a few functions, of ended operations, and of each step. */
export const hooks = `
static V *h_args;
static int h_argcount;
static V h_arg(int i) { return i < h_argcount ? h_args[i] : H_NONE; }
static int h_isfolio(V list, int i) { return h_tag(h_get(list, i)) == T_FOLIO; }
static void h_migration_setup(int to) {
  V args = h_arg(0), src = h_field(args, FLD_src), owner = h_field(args, FLD_owner);
  int object = h_number(args), before = W.phase[h_cur][object], i;
  if (before == 1 || before == 2) h_rule("setup-pages-finalize-order");
  W.phase[h_cur][object] = h_field(args, FLD_cpages) == 0 ? 3 : to;
  if (h_tag(src) != T_LIST) return;
  for (i = 0; i < h_len(src); i++) {
    int pfn = (int)h_pay(h_get(src, i));
    if (!h_isfolio(src, i)) continue;
    WH.source[h_row(pfn)] = h_tag(owner) == T_DEV ? (int)h_pay(owner) + 2 : 1;
    h_check_owner(pfn, owner);
    h_check_stable(pfn);
  }
}
static void h_migration_advance(int to) {
  int object = h_number(h_arg(0)), before = W.phase[h_cur][object];
  if (before == 0) h_rule("setup-pages-finalize-order");
  else if (before == 2 && to == 2) h_rule("setup-pages-finalize-order");
  W.phase[h_cur][object] = before == 3 && to == 2 ? 3 : to;
}
static void h_migration_committed(void) {
  V args = h_arg(0), dst = h_field(args, FLD_dst), moved = h_field(args, FLD_migrate), vma = h_field(args, FLD_vma);
  V start = h_field(args, FLD_start);
  int i, d;
  int process = h_tag(vma) == T_VMA ? W.vprocess[h_pay(vma)] - 1 : -1;
  if (h_tag(dst) != T_LIST) return;
  for (i = 0; i < h_len(dst); i++) {
    int pfn = (int)h_pay(h_get(dst, i)), page;
    if (!h_isfolio(dst, i)) continue;
    if (h_tag(moved) == T_LIST && i < h_len(moved) && h_truthy(h_get(moved, i))) continue;
    WH.unused[h_row(pfn)] = 1;
    if (process < 0) continue;
    page = h_page(process, h_pay(start) / PAGE_BYTES + i);
    for (d = 0; page >= 0 && d < NDEV; d++) {
      V m = h_live(d, page);
      if (h_kind(m) != K_NONE && h_pfn(m) == pfn) h_check_used(m);
    }
  }
}
static void h_migration_unlocked(V list, V kept) {
  int i;
  if (h_tag(list) != T_LIST) return;
  for (i = 0; i < h_len(list); i++) {
    int pfn = (int)h_pay(h_get(list, i));
    if (!h_isfolio(list, i) || h_lock_owner(h_foliolock(pfn)) != h_cur || (kept != H_NONE && h_pay(kept) == pfn)) continue;
    if (W.fmigration[h_row(pfn)] == 0) h_rule("finalize-balances-locks");
  }
}
static void h_mark(V list, int *marks, int mark) {
  int i;
  if (h_tag(list) != T_LIST) return;
  for (i = 0; i < h_len(list); i++) if (h_isfolio(list, i)) marks[h_row((int)h_pay(h_get(list, i)))] = mark;
}
static void h_finalized(void) {
  V args = h_arg(0), vma = h_field(args, FLD_vma);
  V from = h_pay(h_field(args, FLD_start)) / PAGE_BYTES, to = (h_pay(h_field(args, FLD_end)) + PAGE_BYTES - 1) / PAGE_BYTES;
  int page, process = W.vprocess[h_pay(vma)] - 1;
  for (page = 0; page < NPAGES; page++) {
    V e = h_pte_of(page);
    int owner;
    if (page_process[page] != process || page_vpn[page] < from || page_vpn[page] >= to || h_kind(e) != K_MIGRATION) continue;
    owner = h_lock_owner(h_foliolock(h_pfn(e)));
    if (owner < 0 || owner == h_cur) h_rule("no-migration-survives-finalize");
  }
}
/* A thread enters a callback of a driver, or leaves it. */
static void h_in_callback(int context, int change) {
  int page, device = h_ctx_device(context);
  WH.callers[context][h_cur] += change;
  WH.callbacks[context] += change;
  if (WH.callbacks[context] > 0) return;
  for (page = 0; page < NPAGES; page++) if (page_process[page] == h_ctx_process(context)) W.late[device][page] = 0;
}
static void h_called(int hook, V self, V *args, int count) {
  V first;
  int object;
  h_args = args;
  h_argcount = count;
  first = h_arg(0);
  switch (hook) {
  case HK_migrate_vma_pages: case HK_migrate_device_pages: h_migration_advance(2); break;
  case HK_migrate_vma_finalize: case HK_migrate_device_finalize:
    h_migration_advance(0);
    h_mark(h_field(first, FLD_src), WH.source, 0);
    break;
  case HK_invalidate:
    WH.runningcall[h_pay(first)]++;
    h_in_callback(W.ncontext[h_pay(first)], 1);
    if (h_field(h_arg(1), FLD_blockable) == H_NO) WH.atomiccall[h_cur]++;
    break;
  case HK_invalidate_start:
    h_in_callback((int)h_pay(self), 1);
    if (h_field(first, FLD_blockable) == H_NO) WH.atomiccall[h_cur]++;
    break;
  case HK_mmu_notifier_invalidate_range_end:
    object = h_number(first);
    if (W.openrange[h_cur][object]) W.openrange[h_cur][object] = 0;
    else h_rule("start-end-paired");
    break;
  case HK_mmu_interval_notifier_remove: WH.remover[h_pay(first)] = h_cur + 1; break;
  case HK_page_free:
    if (W.mapping[h_row((int)h_pay(first))] != 0 || h_has((int)h_pay(first), FF_EXCLUSIVE)) h_rule("device-pool-conservation");
    break;
  default: break;
  }
}
static void h_returned(int hook, V self, V *args, int count, V result) {
  V first, range;
  int object, sub;
  h_args = args;
  h_argcount = count;
  first = h_arg(0);
  switch (hook) {
  case HK_migrate_vma_setup: if (h_tag(result) != T_ERR) h_migration_setup(1); break;
  case HK_migrate_device_range: case HK_migrate_device_pfns: h_migration_setup(1); break;
  case HK_migrate_device_unmap: if (result != 0) h_migration_setup(4); break;
  case HK_migrate_vma_pages: case HK_migrate_device_pages: h_migration_committed(); break;
  case HK_migrate_vma_finalize: case HK_migrate_device_finalize:
    h_migration_unlocked(h_field(first, FLD_src), h_field(first, FLD_fault_page));
    h_migration_unlocked(h_field(first, FLD_dst), h_field(first, FLD_fault_page));
    h_mark(h_field(first, FLD_dst), WH.unused, 0);
    if (hook == HK_migrate_vma_finalize) h_finalized();
    break;
  case HK_invalidate:
    sub = (int)h_pay(first);
    range = h_arg(1);
    WH.runningcall[sub]--;
    if (h_field(range, FLD_blockable) == H_NO) WH.atomiccall[h_cur]--;
    h_invalidated(W.ncontext[sub], sub, h_pay(h_field(range, FLD_start)), h_pay(h_field(range, FLD_end)), h_field(range, FLD_reason), h_field(range, FLD_owner), result);
    h_in_callback(W.ncontext[sub], -1);
    break;
  case HK_invalidate_start:
    if (h_field(first, FLD_blockable) == H_NO) WH.atomiccall[h_cur]--;
    h_invalidated((int)h_pay(self), -1, h_pay(h_field(first, FLD_start)), h_pay(h_field(first, FLD_end)), h_field(first, FLD_reason), h_field(first, FLD_owner), result);
    h_in_callback((int)h_pay(self), -1);
    break;
  case HK_mmu_notifier_invalidate_range_start: case HK_mmu_notifier_invalidate_range_start_nonblock:
    if (h_tag(result) == T_ERR) break;
    object = h_number(first);
    if (W.openrange[h_cur][object]) h_rule("start-end-paired");
    W.openrange[h_cur][object] = 1;
    break;
  case HK_mmu_interval_notifier_remove:
    sub = (int)h_pay(first);
    if (WH.remover[sub] == h_cur + 1) {
      WH.remover[sub] = 0;
      if (W.nstate[sub] != SUB_FREE) h_rule("notifier-removed-quiesced");
    }
    break;
  case HK_gup_hold_range:
    if (h_tag(result) != T_ERR && h_truthy(h_arg(3)) && h_truthy(h_arg(4)))
      h_check_longterm(W.process[h_cur] - 1, h_pay(first) / PAGE_BYTES, h_pay(h_arg(1)) / PAGE_BYTES);
    break;
  case HK_memunmap_pages: h_check_emptied((int)h_pay(first)); break;
  case HK_page_free: if (!h_is_kept(h_row((int)h_pay(first)))) WH.deferunused[h_row((int)h_pay(first))] = 1; break;
  default: break;
  }
}
static int h_has_workers(void) {
  int t;
  for (t = FIRST_WORKER; t < W.threads; t++) if (W.status[t] == S_RUNNING) return 1;
  return 0;
}
/* A statement of thread t, or a worker, has ended. */
static void h_operation_ended(int t) {
  int i, idle = !h_has_workers();
  for (i = 0; i < NHELD && W.hlock[i] != 0; i++) if (h_row_heldby(i, t)) h_rule("locks-released");
  if (W.refs[t] != 0) h_rule("refcount-equals-holders");
  for (i = 0; i < NOBJ; i++) {
    if (W.phase[t][i] != 0 && W.phase[t][i] != 3) h_rule("setup-pages-finalize-order");
    W.phase[t][i] = 0;
    if (W.openrange[t][i]) h_rule("start-end-paired");
    W.openrange[t][i] = 0;
  }
  for (i = 0; i < NFRAMES; i++) {
    if (WH.deferlru[i]) {
      WH.deferlru[i] = 0;
      if (!h_on_lru(i)) h_rule("lru-isolation-balanced");
      else if (h_may_be_off_lru(i)) WH.deferlru[i] = 1;
    }
    if (idle && WH.deferunused[i]) {
      WH.deferunused[i] = 0;
      if (!h_is_kept(i)) h_rule("device-pool-conservation");
    }
  }
}
/* The rules about what a step changed: P is the state before it. */
static void h_check_step(void) {
  HState *old = &P;
  int row, page, d, s, p, i, touched[NFRAMES];
  for (row = 0; row < NFRAMES; row++) touched[row] = old->fmapcount[row] != W.fmapcount[row] || old->fmapped[row] != W.fmapped[row] || old->fexclusive[row] != W.fexclusive[row] || old->fmigration[row] != W.fmigration[row];
  for (page = 0; page < NPAGES; page++) {
    V e = h_pte_of(page);
    if (old->pte[page] == W.pte[page]) continue;
    for (d = 0; d < NDEV; d++) h_check_mirror(d, page);
    h_check_entry_kind(e);
    if (h_targets(e)) touched[h_row(h_pfn(e))] = 1;
  }
  for (d = 0; d < NDEV; d++) for (page = 0; page < NPAGES; page++) {
    int context = d * NPROC + page_process[page];
    if (old->mirror[d][page] == W.mirror[d][page] && (old->stopped[context] == W.stopped[context] || W.mirror[d][page] == 0)) continue;
    h_check_mirror(d, page);
    if (W.mirror[d][page] != 0) h_check_exclusive(h_pfn(W.mirror[d][page]));
  }
  for (row = 0; row < NFRAMES; row++) {
    int pfn = h_frame_of_row(row);
    if (touched[row] || old->frefcount[row] != W.frefcount[row] || old->ftemps[row] != W.ftemps[row] || old->fgups[row] != W.fgups[row]) {
      h_check_refcount(row);
      h_check_free(row);
      h_check_migration_entry(row);
    }
    if (touched[row]) {
      h_check_entries(row);
      if (NDEV > 0) { h_check_exclusive(pfn); h_check_unmapped(row); }
      if (h_may_be_off_lru(row)) WH.deferlru[row] = 1;
    }
    if (old->fflags[row] != W.fflags[row]) {
      h_check_entries(row);
      h_check_flags(row);
      h_check_listed(row);
      if (h_may_be_off_lru(row)) WH.deferlru[row] = 1;
    }
    if (old->fpins[row] != W.fpins[row]) h_check_flags(row);
    if (old->fcopied[row] != W.fcopied[row] && W.fcopied[row] != 0) h_check_copied(pfn);
  }
  for (s = 0; s < NSUB; s++) {
    if (old->nstate[s] == W.nstate[s] && old->nseq[s] == W.nseq[s]) continue;
    if (W.nstate[s] == SUB_FREE) {
      WH.remover[s] = 0;
      if (WH.runningcall[s] > 0) { WH.runningcall[s] = 0; h_rule("notifier-removed-quiesced"); }
    } else if (!W.nwide[s] && W.nseq[s] % 2 == 0) h_rule("interval-seq-odd");
  }
  for (p = 0; p < NPROC; p++) {
    if (old->seq[p] == W.seq[p] && old->active[p] == W.active[p]) continue;
    if (W.active[p] < 0 || (W.active[p] == 0 && W.seq[p] % 2 == 1)) h_rule("interval-seq-odd");
    for (s = 0; W.active[p] == 0 && s < NSUB; s++)
      if ((W.nstate[s] == SUB_INSERTING || W.nstate[s] == SUB_REMOVING) && h_sub_process(s) == p) h_rule("interval-seq-odd");
  }
  for (i = 0; i < NHELD && old->hlock[i] != 0; i++) {
    int places[NVMA], vma[NVMA], n, k;
    if (h_lclass(old->hlock[i]) != LC_FOLIO || h_lock_isheld(old->hlock[i])) continue;
    row = h_row((int)h_lindex(old->hlock[i]));
    h_check_migration_entry(row);
    n = NDEV > 0 ? h_places(h_frame_of_row(row), places, vma) : 0;
    for (k = 0; k < n; k++) for (d = 0; d < NDEV; d++) h_check_mirror(d, places[k]);
  }
  if (!h_under_ptl()) {
    for (p = 0; p < NPROC; p++) if (W.rssanon[p] != WH.anon[p]) h_rule("rss-equals-entries");
    for (row = 0; row < NFRAMES; row++) if (WH.deferfolio[row]) { WH.deferfolio[row] = 0; h_check_entries_now(row); }
  }
  for (d = 0; d < NDEV; d++) for (page = 0; page < NPAGES; page++) {
    if (!WH.defermirror[d][page] || h_driver_held(d * NPROC + page_process[page], d)) continue;
    WH.defermirror[d][page] = 0;
    h_check_mirror(d, page);
  }
}
`;
