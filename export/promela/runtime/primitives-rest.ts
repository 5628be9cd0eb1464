/** Primitives on the reverse map, vmas, notifiers, GUP users, swap, files, fences and plain data. */
export const primitivesRest = `
static V p_struct(int type, V a, V b, V c, V d, V e, V f, int count) {
  V s = h_new(T_STRUCT, type);
  V fields[6];
  int i;
  fields[0] = a; fields[1] = b; fields[2] = c; fields[3] = d; fields[4] = e; fields[5] = f;
  for (i = 0; i < count; i++) h_push(s, fields[i]);
  return s;
}
static void p_push_mappings(V list, V page) {
  int i, n = h_mapcount_found, vma[NVMA];
  V start[NVMA], end[NVMA];
  for (i = 0; i < n; i++) { vma[i] = h_mapvma[i]; start[i] = h_mapstart[i]; end[i] = h_mapend[i]; }
  for (i = 0; i < n; i++)
    h_push(list, p_struct(1, h_box(T_PROC, W.vprocess[vma[i]] - 1), h_box(T_VMA, vma[i]), h_num(start[i]), h_num(end[i]), page, 0, 5));
}
static V p_rmap(V *a) {
  V list = h_newlist();
  h_mappings(p_folio(a[0]));
  p_push_mappings(list, h_box(T_FOLIO, p_folio(a[0])));
  return list;
}
static int p_file(V v) { if (h_tag(v) != T_INT || v < 0 || h_pay(v) >= NFILES) h_fail("expected a file"); return (int)h_pay(v); }
static V p_file_maps(V *a) {
  V list = h_newlist();
  h_mappings_of(-1, p_file(a[0]), p_num(a[1]), p_num(a[2]) - p_num(a[1]));
  p_push_mappings(list, H_NONE);
  return list;
}
static V p_file_rmap_lock(V *a) { return h_mklock(LC_RMAP, FIRST_FILE + p_file(a[0])); }
static V p_rmap_add(V *a) {
  int pfn = p_folio(a[0]), process = p_proc(a[1]), exclusive = p_flag(a[3], 0), vma;
  V addr = p_addr(a[2]);
  if (p_flag(a[4], 0)) return h_left_out("a huge mapping");
  if (h_fkind(pfn) == FK_NONE) {
    vma = h_vma_find(process, addr);
    if (vma < 0) return h_fail("rmap_add: no vma there");
    h_setkind(pfn, h_vkind(vma) == RK_HUGETLB ? FK_HUGETLB : FK_ANON);
    h_setmapping(pfn, W.vroot[vma] - 1, h_vindex(vma, addr));
    h_put(pfn, FF_SWAPBACKED, 1);
    exclusive = 1;
  }
  W.fmapcount[h_row(pfn)]++;
  if (exclusive) h_put(pfn, FF_EXCLUSIVE, 1);
  return H_NONE;
}
static V p_rmap_remove(V *a) { W.fmapcount[h_row(p_folio(a[0]))]--; return H_NONE; }
static int p_stays_exclusive(int pfn) { return h_has(pfn, FF_EXCLUSIVE) && !h_private(pfn) && h_maybe_pinned(pfn); }
static V p_rmap_try_share(V *a) {
  int pfn = p_folio(a[0]);
  if (p_stays_exclusive(pfn)) return H_NO;
  h_put(pfn, FF_EXCLUSIVE, 0);
  return H_YES;
}
static V p_rmap_try_dup(V *a) {
  int pfn = p_folio(a[0]);
  if (p_stays_exclusive(pfn)) return H_NO;
  h_put(pfn, FF_EXCLUSIVE, 0);
  W.fmapcount[h_row(pfn)]++;
  return H_YES;
}
static void p_swap_freed(int slot) { h_slot_row(slot); }
static void p_swapcache_remove(int pfn) {
  int slot = W.fslot[h_row(pfn)] - 1;
  p_swap_freed(slot);
  W.swapcache[slot] = 0;
  W.fslot[h_row(pfn)] = 0;
  h_put(pfn, FF_SWAPCACHE, 0);
  h_hold(h_cur, pfn, 1);
}
static void p_swapcache_add(int pfn, int slot) {
  W.swapcache[slot] = pfn + 1;
  W.fslot[h_row(pfn)] = slot + 1;
  h_put(pfn, FF_SWAPCACHE, 1);
  h_hold(h_cur, pfn, -1);
}
static void p_files_add(int pfn, int file, V index) {
  if (index < 0 || index >= file_pages[file]) { h_left_out("a page behind the end of a file"); return; }
  W.pagecache[file_offset[file] + (int)index] = pfn + 1;
  h_setmapping(pfn, FIRST_FILE + file, index);
  h_put(pfn, FF_PAGECACHE, 1);
  h_hold(h_cur, pfn, -1);
}
static void p_files_remove(int pfn) {
  W.pagecache[file_offset[h_file(pfn)] + (int)h_findex(pfn)] = 0;
  h_hold(h_cur, pfn, 1);
  h_put(pfn, FF_PAGECACHE, 0);
  h_setmapping(pfn, -1, 0);
}
static V p_folio_copy_mapping(V *a) {
  int to = p_folio(a[0]), from = p_folio(a[1]);
  h_setkind(to, h_fkind(from));
  W.mapping[h_row(to)] = W.mapping[h_row(from)];
  if (h_cacherefs(h_row(from)) > 0) {
    h_folio_get(h_cur, to);
    if (h_has(from, FF_SWAPCACHE)) {
      int slot = W.fslot[h_row(from)] - 1;
      p_swapcache_remove(from);
      p_swapcache_add(to, slot);
    } else {
      int file = h_file(from);
      V index = h_findex(from);
      p_files_remove(from);
      p_files_add(to, file, index);
    }
    h_folio_drop(h_cur, from);
  }
  h_put(to, FF_SWAPBACKED, h_has(from, FF_SWAPBACKED));
  return H_NONE;
}
static V p_folio_copy_flags(V *a) {
  int to = p_folio(a[0]), from = p_folio(a[1]);
  W.fflags[h_row(to)] |= W.fflags[h_row(from)] & (FF_DIRTY | FF_UPTODATE | FF_REFERENCED | FF_ACTIVE | FF_UNEVICTABLE | FF_KSM);
  return H_NONE;
}
static V p_add_mm_counter(V *a) {
  int process = p_proc(a[0]), pfn = p_folio(a[1]), by = (int)p_num(a[2]);
  if (h_fkind(pfn) == FK_ANON) W.rssanon[process] += by;
  else W.rssfile[process] += by;
  return H_NONE;
}
static int p_vma(V v) {
  if (h_tag(v) != T_VMA) h_fail("expected a vma");
  if (W.vprocess[h_pay(v)] == 0) h_fail("this vma was removed");
  return (int)h_pay(v);
}
static V p_find_vma(V *a) { int vma = h_vma_find(p_proc(a[0]), p_addr(a[1])); return vma < 0 ? H_NONE : h_box(T_VMA, vma); }
static V p_vmas(V *a) {
  V list = h_newlist(), start = p_addr(a[1]), end = p_addr(a[2]), from = -1;
  int i, process = p_proc(a[0]);
  for (;;) {
    int best = -1;
    for (i = 0; i < NVMA; i++) {
      if (W.vprocess[i] != process + 1 || W.vend[i] <= start || W.vstart[i] >= end || W.vstart[i] <= from) continue;
      if (best < 0 || W.vstart[i] < W.vstart[best]) best = i;
    }
    if (best < 0) return list;
    from = W.vstart[best];
    h_push(list, h_box(T_VMA, best));
  }
}
static V p_vma_insert(V *a) {
  int process = p_proc(a[0]), r = (int)h_pay(a[1]);
  if (h_tag(a[1]) != T_REGION || region_process[r] != process) return h_fail("vma_insert: not a region of this process");
  if (!h_vma_free(process, region_start[r], region_start[r] + (V)region_pages[r] * PAGE_BYTES)) return H_NONE;
  return h_box(T_VMA, h_map_region(r));
}
static V p_vma_insert_at(V *a) {
  int process = p_proc(a[0]), like = p_vma(a[3]), vma;
  V start = p_addr(a[1]), end = p_addr(a[2]), index;
  if (start >= end) return h_fail("vma_insert_at: the range is empty");
  if (!h_vma_free(process, start, end)) return H_NONE;
  index = a[4] == H_NONE ? W.vpgoff[like] : h_vindex(like, p_addr(a[4]));
  vma = h_vma_like(like, process, start, end);
  W.vpgoff[vma] = index;
  return h_box(T_VMA, vma);
}
static V p_vma_split(V *a) {
  int vma = p_vma(a[0]), upper;
  V addr = p_addr(a[1]), end = W.vend[vma], index;
  if (addr <= W.vstart[vma] || addr >= end || addr % PAGE_BYTES != 0) return h_fail("vma_split: the address must be a page inside the vma");
  index = h_vindex(vma, addr);
  W.vend[vma] = addr;
  upper = h_vma_like(vma, W.vprocess[vma] - 1, addr, end);
  W.vpgoff[upper] = index;
  return h_box(T_VMA, upper);
}
static V p_vma_can_join(V *a) { return h_bool(h_can_join(p_vma(a[0]), p_vma(a[1]))); }
static V p_vma_join(V *a) {
  int lower = p_vma(a[0]), upper = p_vma(a[1]);
  V end = W.vend[upper];
  if (!h_can_join(lower, upper)) return h_fail("vma_join: the two vmas are not alike, or apart");
  h_vma_remove(upper);
  W.vend[lower] = end;
  return H_NONE;
}
static V p_vma_remove(V *a) { h_vma_remove(p_vma(a[0])); return H_NONE; }
static V p_vma_dup(V *a) {
  int vma = p_vma(a[0]), child = p_proc(a[1]);
  if (!h_vma_free(child, W.vstart[vma], W.vend[vma])) return h_fail("vma_dup: something is mapped there");
  return h_box(T_VMA, h_vma_like(vma, child, W.vstart[vma], W.vend[vma]));
}
static V p_processes(V *a) {
  V list = h_newlist();
  int p;
  for (p = 0; p < NPROC; p++) if (W.exists[p]) h_push(list, h_box(T_PROC, p));
  return list;
}
static V p_process_create(V *a) {
  int p = p_proc(a[0]);
  if (W.exists[p]) return h_fail("process_create: the process exists already");
  W.exists[p] = 1;
  W.seq[p] = 2;
  W.active[p] = W.hasnotifiers[p] = W.rssanon[p] = W.rssfile[p] = W.swapents[p] = W.tlbpending[p] = W.mmstate[p] = 0;
  return H_NONE;
}

static V p_notifiers(V *a) {
  V list = h_newlist(), start = p_addr(a[1]), end = p_addr(a[2]);
  int process = p_proc(a[0]), s, i;
  int rows[NSUB], n = 0;
  for (s = 0; s < NSUB; s++) {
    if (W.nstate[s] != SUB_ACTIVE && W.nstate[s] != SUB_REMOVING) continue;
    if (W.nwide[s] || h_sub_process(s) != process || W.nstart[s] >= end || start >= W.nend[s]) continue;
    for (i = n++; i > 0 && W.nstart[rows[i - 1]] > W.nstart[s]; i--) rows[i] = rows[i - 1];
    rows[i] = s;
  }
  for (i = 0; i < n; i++) h_push(list, h_box(T_SUB, rows[i]));
  return list;
}
static V p_mm_notifiers(V *a) {
  V list = h_newlist();
  int process = p_proc(a[0]), s, i;
  int rows[NSUB], n = 0;
  for (s = 0; s < NSUB; s++) {
    if (W.nstate[s] == SUB_FREE || !W.nwide[s] || h_sub_process(s) != process) continue;
    for (i = n++; i > 0 && W.norder[rows[i - 1]] < W.norder[s]; i--) rows[i] = rows[i - 1];
    rows[i] = s;
  }
  for (i = 0; i < n; i++) h_push(list, h_box(T_SUB, rows[i]));
  return list;
}
static V p_contexts(V *a) {
  V list = h_newlist();
  int process = p_proc(a[0]), device;
  for (device = 0; device < NDEV; device++)
    if (W.ctxexists[device * NPROC + process]) h_push(list, h_box(T_CTX, device * NPROC + process));
  return list;
}
static V p_seq_next(V *a) { h_seqnumber(a[1]); return h_seqnext(p_ctx(a[0])); }
static V p_range(V *a) { p_proc(a[0]); p_addr(a[1]); p_addr(a[2]); return p_struct(2, a[0], a[1], a[2], H_NONE, H_NONE, H_YES, 6); }
static V p_notifier_range(V *a) {
  p_proc(a[0]); p_addr(a[1]); p_addr(a[2]);
  if (h_tag(a[3]) != T_SYM) return h_fail("notifier_range: expected a reason");
  return p_struct(2, a[0], a[1], a[2], a[3], a[4], h_bool(p_flag(a[5], 1)), 6);
}
static int p_sub(V v) {
  if (h_tag(v) != T_SUB) h_fail("expected a subscription");
  if (W.nstate[h_pay(v)] == SUB_FREE) h_fail("this notifier was removed");
  return (int)h_pay(v);
}
static V p_notifier_insert(V *a) {
  int context = p_ctx(a[0]), s;
  V start = p_addr(a[1]), end = p_addr(a[2]);
  if (start >= end) return h_fail("notifier_insert: the range is empty");
  s = h_sub_insert(context, start, end);
  h_place(h_ctx_process(context), start, end);
  h_emit2(EV_subscribe, h_box(T_DEV, h_ctx_device(context)), H_PLACE);
  return h_box(T_SUB, s);
}
static V p_notifier_register(V *a) {
  int context = p_ctx(a[0]), s = h_sub_register(context);
  h_place(h_ctx_process(context), 0, W.nend[s]);
  h_emit2(EV_subscribe, h_box(T_DEV, h_ctx_device(context)), H_PLACE);
  return h_box(T_SUB, s);
}
static V p_notifier_remove(V *a) {
  int s = p_sub(a[0]), device = h_ctx_device(W.ncontext[s]), process = h_sub_process(s), seq, t;
  V start = W.nstart[s], end = W.nend[s];
  seq = h_sub_remove(s);
  for (t = 0; t < W.threads; t++) if (W.sampledsub[t] == s + 1) W.sampledsub[t] = W.sampledseq[t] = 0;
  h_place(process, start, end);
  h_emit2(EV_unsubscribe, h_box(T_DEV, device), H_PLACE);
  return h_seqvalue(process, seq);
}
static V p_notifier_apply_deferred(V *a) { h_sub_deferred(p_proc(a[0])); return H_NONE; }
static V p_set_seq(V *a) { int s = p_sub(a[0]); W.nseq[s] = h_seqnumber(a[1]); return H_NONE; }
static V p_seq_sample(V *a) {
  int s = p_sub(a[0]);
  W.sampledsub[h_cur] = s + 1;
  W.sampledseq[h_cur] = W.nseq[s];
  return h_seqvalue(h_sub_process(s), W.nseq[s]);
}
static V p_sampled_seq(V *a) {
  int s = p_sub(a[0]);
  return W.sampledsub[h_cur] != s + 1 ? H_NONE : h_seqvalue(h_sub_process(s), W.sampledseq[h_cur]);
}
static V p_read_retry(V *a) {
  int s = p_sub(a[0]);
  if (W.nseq[s] == h_seqnumber(a[1])) return H_NO;
  h_emit1(EV_retry, h_box(T_DEV, h_ctx_device(W.ncontext[s])));
  return H_YES;
}

static void p_gup_move(int pfn, int pin, int sign) {
  int row = h_row(pfn), amount = pin ? PIN_BIAS : 1;
  h_hold(h_cur, pfn, -sign);
  W.fgups[row] += sign * amount;
  if (!pin) return;
  W.frefcount[row] += sign * (amount - 1);
  W.fpins[row] += sign;
}
static V p_gup_hold(V *a) {
  int process = p_proc(a[0]), pfn = p_counted(a[2]), pin = h_truthy(a[3]), i;
  int page = h_page_must(process, p_first(a[1]));
  for (i = 0; i < NGUP && W.gprocess[i] != 0; i++);
  if (i == NGUP) return h_left_out("more GUP references than it has room for (hmm export --room)");
  W.gprocess[i] = process + 1;
  W.gpage[i] = page;
  W.gpfn[i] = pfn;
  W.gpin[i] = pin;
  p_gup_move(pfn, pin, 1);
  return H_NONE;
}
static V p_gup_drop(int i) {
  int pfn = W.gpfn[i], pin = W.gpin[i];
  W.gprocess[i] = W.gpage[i] = W.gpfn[i] = W.gpin[i] = 0;
  p_gup_move(pfn, pin, -1);
  return h_box(T_FOLIO, pfn);
}
static V p_gup_release(V *a) {
  int process = p_proc(a[0]), page = h_page(process, p_first(a[1])), pin = h_truthy(a[2]), i;
  for (i = 0; i < NGUP; i++) if (W.gprocess[i] == process + 1 && W.gpage[i] == page && W.gpin[i] == pin) return p_gup_drop(i);
  return H_NONE;
}
static V p_gup_release_next(V *a) {
  int process = p_proc(a[0]), i;
  for (i = 0; i < NGUP; i++) if (W.gprocess[i] == process + 1) return p_gup_drop(i);
  return H_NONE;
}

static int p_slot(V v) { int slot = (int)p_num(v); h_slot_row(slot); return slot; }
static V p_swap_alloc(V *a) {
  int slot;
  for (slot = 0; slot < NSLOT; slot++) if (W.swapcount[slot] == 0 && W.swapcache[slot] == 0) return h_num(slot);
  return h_left_out("more swap slots than it has room for (hmm export --room)");
}
static V p_swap_dup(V *a) { W.swapcount[p_slot(a[0])]++; return H_NONE; }
static V p_swap_put(V *a) {
  int slot = p_slot(a[0]);
  if (W.swapcount[slot] <= 0) return h_fail("swap_put: no entry names the slot");
  W.swapcount[slot]--;
  return H_NONE;
}
static V p_swap_count(V *a) { return h_num(W.swapcount[p_slot(a[0])]); }
static V p_swap_cache_get(V *a) { int c = W.swapcache[p_slot(a[0])]; return c > 0 ? h_box(T_FOLIO, c - 1) : H_NONE; }
static V p_swap_cache_add(V *a) {
  int pfn = p_folio(a[0]), slot = p_slot(a[1]);
  if (h_has(pfn, FF_SWAPCACHE)) return h_fail("swap_cache_add: the folio has a slot already");
  if (W.swapcache[slot] != 0) return h_fail("swap_cache_add: the slot is in the cache already");
  p_swapcache_add(pfn, slot);
  return H_NONE;
}
static V p_swap_cache_remove(V *a) {
  int pfn = p_folio(a[0]);
  if (!h_has(pfn, FF_SWAPCACHE)) return h_fail("swap_cache_remove: the folio is not in the swap cache");
  p_swapcache_remove(pfn);
  return H_NONE;
}
static V p_swap_has_cache(V *a) { return h_bool(W.swapcache[p_slot(a[0])] != 0); }
static V p_swapcache_prepare(V *a) {
  int slot = p_slot(a[0]);
  if (W.swapcache[slot] != 0 || W.swapcount[slot] == 0) return H_NO;
  W.swapcache[slot] = -1;
  return H_YES;
}
static V p_swapcache_clear(V *a) {
  int slot = p_slot(a[0]);
  if (W.swapcache[slot] >= 0) return h_fail("swapcache_clear: nobody reads the slot past the cache");
  W.swapcache[slot] = 0;
  return H_NONE;
}
static V p_swap_read(V *a) { h_content_copy(h_slot_row(p_slot(a[1])), h_row(p_folio(a[0]))); return H_NONE; }
static V p_swap_write(V *a) {
  int pfn = p_folio(a[0]), slot = W.fslot[h_row(pfn)] - 1;
  if (slot < 0) return h_fail("swap_write: the folio has no swap slot");
  h_content_copy(h_row(pfn), h_slot_row(slot));
  return H_NONE;
}
static V p_file_pages(V *a) { int file = p_file(a[0]); return h_num(file_pages[file] - W.shortened[file]); }
static V p_file_set_pages(V *a) {
  int file = p_file(a[0]);
  V pages = p_num(a[1]);
  if (pages < 0 || pages > file_pages[file]) return h_fail("file_set_pages: more pages than the file was mapped with");
  W.shortened[file] = file_pages[file] - (int)pages;
  return H_NONE;
}
static V p_file_kind(V *a) { return h_regionkind(file_kind[p_file(a[0])]); }
static int *p_cached(int file, V index) {
  static int nothing;
  nothing = 0;
  return index < 0 || index >= file_pages[file] ? &nothing : &W.pagecache[file_offset[file] + (int)index];
}
static V p_pagecache_get(V *a) {
  int c = *p_cached(p_file(a[0]), p_num(a[1]));
  return c > 0 ? h_box(T_FOLIO, c - 1) : c < 0 ? h_num(-c - 1) : H_NONE;
}
static V p_pagecache_add(V *a) {
  int pfn = p_folio(a[0]), file = p_file(a[1]);
  if (W.mapping[h_row(pfn)] != 0) return h_fail("pagecache_add: the folio belongs somewhere already");
  if (*p_cached(file, p_num(a[2])) > 0) return h_fail("pagecache_add: that page is in the cache already");
  h_setkind(pfn, file_kind[file]+ 1);
  if (file_kind[file] == RK_SHMEM) h_put(pfn, FF_SWAPBACKED, 1);
  p_files_add(pfn, file, p_num(a[2]));
  return H_NONE;
}
static V p_pagecache_remove(V *a) {
  int pfn = p_folio(a[0]);
  if (!h_has(pfn, FF_PAGECACHE)) return h_fail("pagecache_remove: the folio is not in the page cache");
  p_files_remove(pfn);
  return H_NONE;
}
static V p_pagecache_set_slot(V *a) { *p_cached(p_file(a[0]), p_num(a[1])) = a[2] == H_NONE ? 0 : -(p_slot(a[2]) + 1); return H_NONE; }
static V p_file_clear(V *a) {
  V i;
  for (i = p_num(a[1]); i < p_num(a[2]); i++) h_content_clear(h_disk_row(p_file(a[0]), i));
  return H_NONE;
}
static V p_file_read(V *a) {
  int pfn = p_folio(a[0]);
  if (h_file(pfn) < 0) return h_fail("file_read: no page of a file");
  h_content_copy(h_disk_row(h_file(pfn), h_findex(pfn)), h_row(pfn));
  return H_NONE;
}
static V p_file_write(V *a) {
  int pfn = p_folio(a[0]);
  if (h_file(pfn) < 0) return h_fail("file_write: no page of a file");
  h_content_copy(h_row(pfn), h_disk_row(h_file(pfn), h_findex(pfn)));
  return H_NONE;
}
static int p_fenceof(V v) {
  if (h_tag(v) != T_FENCE) h_fail("expected a fence");
  if (W.fence[h_pay(v)] == 0) h_fail("this fence is gone (fence_put)");
  return (int)h_pay(v);
}
static V p_fence(V *a) {
  int i;
  for (i = 0; i < NFENCE && W.fence[i] != 0; i++);
  if (i == NFENCE) return h_left_out("more fences than it has room for (hmm export --room)");
  W.fence[i] = 1;
  return h_box(T_FENCE, i);
}
static V p_fence_signal(V *a) { W.fence[p_fenceof(a[0])] = 2; return H_NONE; }
static V p_fence_put(V *a) {
  int i = p_fenceof(a[0]);
  if (W.fence[i] != 2) return h_fail("fence_put: what the fence stands for is not done yet");
  W.fence[i] = 0;
  return H_NONE;
}

static V p_listof(V v) { if (h_tag(v) != T_LIST) h_fail("expected a list"); return v; }
static V p_array(V *a) { V list = h_newlist(); h_resize(list, (int)p_num(a[0])); return list; }
static V p_push(V *a) { h_push(p_listof(a[0]), a[1]); return H_NONE; }
static V p_taken_from(V list, int i) {
  V v = h_planted(h_cur, h_get(list, i));
  h_remove(list, i);
  return v;
}
static V p_pop(V *a) { int n = h_len(p_listof(a[0])); return n == 0 ? H_NONE : p_taken_from(a[0], n - 1); }
static V p_remove(V *a) {
  V v;
  if (h_tag(a[0]) == T_TABLE) {
    v = h_planted(h_cur, h_lookup(a[0], a[1]));
    h_tablestore(a[0], a[1], H_NONE);
    return v;
  }
  p_listof(a[0]);
  if (h_tag(a[1]) != T_INT || a[1] < 0 || h_pay(a[1]) >= h_len(a[0])) return h_fail("remove: the list has no such element");
  return p_taken_from(a[0], (int)h_pay(a[1]));
}
static V p_extreme(V *a, int sign) {
  V best = a[0];
  int i;
  for (i = 0; i < 3; i++) {
    if (i == 2 && a[i] == H_NONE) break;
    if (h_tag(a[i]) != T_INT) return h_fail("min, max: expected numbers");
    if (sign > 0 ? a[i] > best : a[i] < best) best = a[i];
  }
  return best;
}
static V p_min(V *a) { return p_extreme(a, -1); }
static V p_max(V *a) { return p_extreme(a, 1); }
static V p_trylock(V *a) {
  V lock = h_lockof(a[0]);
  if (lock == 0) return h_fail("trylock: not a lock");
  return h_bool(!h_lock_heldby(h_cur, lock) && h_lock_try(lock, a[1] == WD_read, 0));
}
static V p_is_locked(V *a) {
  V lock = h_lockof(a[0]);
  if (lock == 0) return h_fail("is_locked: not a lock");
  return h_bool(h_lock_isheld(lock));
}
static V p_current_thread(V *a) { return h_box(T_THREAD, h_cur < 0 ? 0 : h_cur); }
static V p_alone(V *a) {
  int t;
  for (t = 1; t < W.threads; t++) {
    int i, stalled = 0;
    if (t == h_cur || W.status[t] != S_RUNNING) continue;
    for (i = 0; a[0] != H_NONE && i < h_len(a[0]); i++) if (h_get(a[0], i) == h_box(T_THREAD, t)) stalled = 1;
    if (!stalled) return H_NO;
  }
  return H_YES;
}
static V p_fatal_signal_pending(V *a) {
  int process = W.process[h_cur] - 1;
  return h_bool(process >= 0 && h_cur < FIRST_WORKER && (W.mmstate[process] & 1) != 0);
}
static V p_current_process(V *a) { return W.process[h_cur] == 0 ? H_NONE : h_box(T_PROC, W.process[h_cur] - 1); }
static V p_current_cpu(V *a) { return W.cpu[h_cur] == 0 ? H_NONE : h_box(T_CPU, W.cpu[h_cur] - 1); }
static int p_context(void) { V self = h_fp == 0 ? h_xself : F[-1]; return h_tag(self) == T_CTX ? (int)h_pay(self) : -1; }
static V p_current_context(V *a) { return p_context() < 0 ? H_NONE : h_box(T_CTX, p_context()); }
static V p_injected(V *a) {
  static const int sites[6] = { WD_device_alloc, WD_page_alloc, WD_copy, WD_folio_lock, WD_notifier, WD_swap_io };
  int site, device;
  for (site = 0; site < 6 && sites[site] != a[0]; site++);
  if (site == 6) return h_fail("injected: no such operation");
  if (W.icount == 0) return H_NO;
  device = h_tag(a[1]) == T_DEV ? (int)h_pay(a[1]) : p_context() >= 0 ? h_ctx_device(p_context()) : W.device[h_cur] - 1;
  return h_injected(site, device, h_truthy(a[2]));
}
`;
