/** The invariants about devices' tables, accesses and invalidations. */
export const rulesDevices = `
static V h_mirror(int device, int page) { return page < 0 || W.mirror[device][page] == 0 ? NO_ENTRY : W.mirror[device][page]; }
/* As far as the device can use it now: nothing while its queues are stopped. */
static V h_live(int device, int page) { return page < 0 || W.stopped[device * NPROC + page_process[page]] ? NO_ENTRY : h_mirror(device, page); }
static int h_tlb_holder(int page, int pfn) {
  int cpu;
  for (cpu = 0; cpu < NCPU; cpu++) if (W.tlb[cpu][page] != 0 && W.tlb[cpu][page] >> 2 == pfn) return cpu;
  return -1;
}
static int h_tlb_writer(int page, int pfn) {
  int cpu;
  for (cpu = 0; cpu < NCPU; cpu++) if (W.tlb[cpu][page] >> 2 == pfn && (W.tlb[cpu][page] & 3) > 1) return cpu;
  return -1;
}
static int h_mirror_backed(int device, int page) {
  V m = h_live(device, page), e = h_pte_of(page);
  int frame = h_pfn(m), writes = h_flag(m, EF_WRITABLE) || h_flag(m, EF_ATOMIC);
  if (h_kind(m) == K_NONE) return 1;
  switch (h_kind(e)) {
  case K_ZERO: return frame == 0 && !writes;
  case K_MIGRATION: return h_contents(h_pfn(e)) == frame || h_lock_isheld(h_foliolock(frame));
  case K_PRESENT: case K_PRIVATE:
    if (h_pfn(e) == frame || h_contents(h_pfn(e)) == frame) return !writes || h_flag(e, EF_WRITABLE);
    return frame == 0 && h_device_of(h_pfn(e)) >= 0 && h_lock_isheld(h_foliolock(h_pfn(e)));
  case K_EXCLUSIVE: return h_pfn(e) == frame && (!writes || EXCLUSIVE_MAPPED || h_flag(e, EF_WRITABLE));
  default: return 0;
  }
}
static void h_check_mirror(int device, int page) {
  int context = device * NPROC + page_process[page];
  if (h_mirror_backed(device, page)) return;
  if (h_driver_held(context, device) || (h_kind(h_pte_of(page)) == K_NONE && h_under_ptl())) { WH.defermirror[device][page] = 1; return; }
  h_rule("mirror-subset");
}
static void h_check_exclusive(int pfn) {
  int page[NVMA], vma[NVMA], n, i, d, holder = -1;
  if (pfn == 0 || h_device_of(pfn) >= 0) return;
  n = h_places(pfn, page, vma);
  for (i = 0; i < n && holder < 0; i++) for (d = 0; d < NDEV && holder < 0; d++) {
    V m = h_live(d, page[i]);
    if (h_kind(m) != K_NONE && h_pfn(m) == pfn && h_flag(m, EF_ATOMIC)) holder = d;
  }
  if (holder < 0) return;
  for (i = 0; i < n; i++) {
    V e = h_pte_of(page[i]);
    if (h_tlb_holder(page[i], pfn) >= 0) h_rule("exclusive-no-cpu-map");
    if (h_kind(e) == K_PRESENT && h_pfn(e) == pfn) h_rule("exclusive-no-cpu-map");
    for (d = 0; d < NDEV; d++) {
      V m = h_live(d, page[i]);
      if (d == holder || h_kind(m) == K_NONE || h_pfn(m) != pfn) continue;
      h_rule(h_flag(m, EF_ATOMIC) ? "exclusive-single-owner" : "exclusive-no-cpu-map");
    }
  }
}
/* Migrations: pages on their way carry a mark (who migrates them, a device + 2; 1 if none is named). */
static int h_mover(int pfn) { int mark = WH.source[h_row(pfn)]; return mark == 0 ? -2 : mark == 1 ? -1 : mark - 2; }
static void h_check_unmapped(int row) { if (WH.source[row] != 0 && W.fmapped[row] != 0) h_rule("src-stable-during-copy"); }
static void h_check_stable(int pfn) {
  int page[NVMA], vma[NVMA], n, i, d, mover = h_mover(pfn), row = h_row(pfn);
  h_check_unmapped(row);
  if (W.fgups[row] > 0 && h_device_of(pfn) < 0) h_rule("src-stable-during-copy");
  n = h_places(pfn, page, vma);
  for (i = 0; i < n; i++) {
    if (h_tlb_writer(page[i], pfn) >= 0) h_rule("src-stable-during-copy");
    for (d = 0; d < NDEV; d++) {
      V m = h_live(d, page[i]);
      if (h_pfn(m) == pfn && h_flag(m, EF_WRITABLE) && d != mover) h_rule("src-stable-during-copy");
    }
  }
}
static void h_check_copied(int pfn) {
  int page[NVMA], vma[NVMA], n, i, mover = h_mover(pfn);
  if (mover < 0) return;
  n = h_places(pfn, page, vma);
  for (i = 0; i < n; i++) {
    V m = h_live(mover, page[i]);
    int cached = W.stopped[mover * NPROC + page_process[page[i]]] ? 0 : W.mtlb[mover][page[i]], own = h_device_of(pfn) == mover;
    if (h_kind(m) != K_NONE && h_pfn(m) == pfn && (h_flag(m, EF_WRITABLE) || own)) h_rule("own-device-revoked-before-copy");
    else if (cached != 0 && cached >> 2 == pfn && ((cached & 3) != 1 || own)) h_rule("own-device-revoked-before-copy");
  }
}
static void h_check_used(V m) { if (WH.unused[h_row(h_pfn(m))] != 0) h_rule("migrate-bit-respected"); }
static void h_check_listed(int row) {
  if (WH.unused[row] == 0) return;
  if ((W.fflags[row] & FF_ALLOCATED) == 0) WH.unused[row] = 0;
  if (((W.fflags[row] >> 8) & 3) == LRU_ON) h_rule("lru-isolation-balanced");
}
static void h_check_owner(int pfn, V owner) {
  if (h_private(pfn) && h_box(T_DEV, h_device_of(pfn)) != owner) h_rule("foreign-private-untouched");
}
static int h_has_sub(int context, int wide) {
  int s;
  for (s = 0; s < NSUB; s++) if (W.nstate[s] != SUB_FREE && W.nwide[s] == wide && W.ncontext[s] == context) return 1;
  return 0;
}
/* A device's entry is written. */
static void h_inserted(int context, int page, V m) {
  int device = h_ctx_device(context), frame = h_pfn(m), mover = h_mover(frame), sub;
  W.late[device][page] = WH.callbacks[context] > WH.callers[context][h_cur];
  h_check_used(m);
  if (mover > -2 && h_flag(m, EF_WRITABLE) && device != mover) h_rule("src-stable-during-copy");
  if (h_private(frame) && h_device_of(frame) != device) h_rule("foreign-private-untouched");
  if (!h_driver_owned(h_cur, context, device)) { h_rule("seq-checked-insert"); return; }
  if (frame != 0 && h_lock_owner(h_foliolock(frame)) == h_cur) return;
  if (device_checks[device]) return;
  /* One that has an mm-wide notifier only counts for itself. */
  if (h_has_sub(context, 1) && !h_has_sub(context, 0)) return;
  sub = W.sampledsub[h_cur] - 1;
  if (sub < 0 || W.nstate[sub] == SUB_FREE || W.ncontext[sub] != context || W.nseq[sub] != W.sampledseq[h_cur]) h_rule("seq-checked-insert");
}
/* A CPU (device -1) or device uses frame pfn as a page, perhaps through an old translation. */
static void h_accessed(int process, int page, int pfn, int word, int store, int device) {
  V e = h_pte_of(page);
  int kind = h_kind(e), target, d, mover;
  if (device < 0 && h_private(pfn)) h_rule("no-cpu-present-device-private");
  if (kind != K_ZERO && !h_targets(e)) {
    if (pfn != 0 && W.frefcount[h_row(pfn)] == 0) h_rule("no-free-mapped");
  } else {
    target = kind == K_ZERO ? 0 : h_contents(h_pfn(e));
    if (target == pfn) {
      if (store && device < 0 && kind == K_PRESENT && !h_flag(e, EF_WRITABLE) && !h_has(pfn, FF_EXCLUSIVE) &&
          h_fkind(pfn) == FK_ANON && !h_lock_isheld(h_mklock(LC_MMAP, process))) h_rule("writable-implies-exclusive");
    } else {
      int busy = pfn == 0 ? h_lock_isheld(h_mklock(LC_MMAP, process)) : W.ftemps[h_row(pfn)] > 0;
      if (!busy && kind == K_MIGRATION && device >= 0 && h_lock_isheld(h_foliolock(pfn))) busy = 1;
      if (!busy && !store && W.content[h_row(pfn)][word] == W.content[h_row(target)][word]) busy = 1;
      if (!busy) h_rule("no-lost-write");
    }
  }
  if (!store) return;
  for (d = 0; d < NDEV; d++) {
    V m = h_live(d, page);
    if (h_kind(m) != K_NONE && h_pfn(m) != pfn) h_rule("data-single-latest");
  }
  mover = h_mover(pfn);
  if (mover > -2 && !(device >= 0 && device == mover)) h_rule("src-stable-during-copy");
}
/* Whether of a context's subscriptions that cover a page this is the one that is called last. */
static int h_last_sub(int context, int sub, V vpn) {
  int s, last = -1;
  for (s = 0; s < NSUB; s++) {
    if (W.nstate[s] != SUB_ACTIVE && W.nstate[s] != SUB_REMOVING) continue;
    if (W.nwide[s] || W.ncontext[s] != context || W.nstart[s] >= (vpn + 1) * PAGE_BYTES || W.nend[s] <= vpn * PAGE_BYTES) continue;
    if (last < 0 || W.nstart[s] >= W.nstart[last]) last = s;
  }
  return sub < 0 || last == sub;
}
/* A driver's callback for [start, end) returned. */
static void h_invalidated(int context, int sub, V start, V end, V reason, V owner, V result) {
  int device = h_ctx_device(context), process = h_ctx_process(context), page;
  if (result == H_NO || h_tag(result) == T_ERR || reason == WD_RELEASE || W.stopped[context]) return;
  if ((reason == WD_MIGRATE || reason == WD_EXCLUSIVE) && owner == h_box(T_DEV, device)) return;
  if (sub >= 0 && !W.nwide[sub] && h_has_sub(context, 1)) return;
  if (sub >= 0 && W.nstart[sub] > start) start = W.nstart[sub];
  if (sub >= 0 && W.nend[sub] < end) end = W.nend[sub];
  for (page = 0; page < NPAGES; page++) {
    if (page_process[page] != process || page_vpn[page] < start / PAGE_BYTES || page_vpn[page] >= (end + PAGE_BYTES - 1) / PAGE_BYTES) continue;
    /* What others have entered while the callback ran, it need not have seen. */
    if (!W.late[device][page] && h_last_sub(context, sub, page_vpn[page]) && (W.mirror[device][page] != 0 || W.mtlb[device][page] != 0)) h_rule("no-stale-after-invalidate");
  }
}
`;
