/** Primitives on entries, folios, memory and hardware. Each takes its arguments as the model code gives them. */
export const primitivesMemory = `
static int p_proc(V v) { if (h_tag(v) != T_PROC) h_fail("expected a process"); return (int)h_pay(v); }
static int p_folio(V v) { if (h_tag(v) != T_FOLIO) h_fail("expected a folio or a page"); return (int)h_pay(v); }
static int p_counted(V v) { int pfn = p_folio(v); if (pfn == 0) h_fail("the zero page is not counted"); return pfn; }
static V p_addr(V v) { if (h_tag(v) != T_INT || v < 0) h_fail("expected an address"); return h_pay(v); }
static V p_num(V v) { if (h_tag(v) != T_INT) h_fail("expected a number"); return h_pay(v); }
static int p_ctx(V v) { if (h_tag(v) != T_CTX) h_fail("expected a context (self)"); return (int)h_pay(v); }
static int p_dev(V v) { if (h_tag(v) == T_CTX) return h_ctx_device((int)h_pay(v)); if (h_tag(v) != T_DEV) h_fail("expected a device"); return (int)h_pay(v); }
static int p_flag(V v, int otherwise) { return v == H_NONE ? otherwise : h_truthy(v); }
static V p_first(V v) { return p_addr(v) / PAGE_BYTES; }
static V p_last(V v) { return (p_addr(v) + PAGE_BYTES - 1) / PAGE_BYTES; }
static int p_within(int page, int process, V from, V to) { return page_process[page] == process && page_vpn[page] >= from && page_vpn[page] < to; }

static V p_replace(int process, V vpn, V e) {
  int page = h_page(process, vpn);
  V old;
  if (page < 0 && e == NO_ENTRY) return NO_ENTRY;
  page = h_page_must(process, vpn);
  h_entry_changing(process, page, h_pte_of(page), e);
  old = h_pte_put(h_cur, process, vpn, e);
  if (h_kind(old) == K_MIGRATION && W.fmigration[h_row(h_pfn(old))] == 0) W.fcopied[h_row(h_pfn(old))] = 0;
  return old;
}
static V p_pte_get(V *a) { return h_pte(p_proc(a[0]), p_first(a[1])); }
static V p_pte_set(V *a) {
  if (h_tag(a[2]) != T_ENT) h_fail("pte_set: expected an entry");
  p_replace(p_proc(a[0]), p_first(a[1]), a[2]);
  return H_NONE;
}
static V p_pte_clear(V *a) { return p_replace(p_proc(a[0]), p_first(a[1]), NO_ENTRY); }
static V p_pte_next(V *a) {
  int page, process = p_proc(a[0]);
  V from = p_first(a[1]), to = p_last(a[2]), best = -1;
  for (page = 0; page < NPAGES; page++)
    if (p_within(page, process, from, to) && W.pte[page] != 0 && (best < 0 || page_vpn[page] < best)) best = page_vpn[page];
  return best < 0 ? H_NONE : h_num(best * PAGE_BYTES);
}
static V p_pmd_get(V *a) {
  int table = h_table(p_proc(a[0]), p_first(a[1]));
  return table >= 0 && W.pmdtable[table] ? h_entry(K_TABLE, 0, 0) : NO_ENTRY;
}
static V p_pmd_next(V *a) {
  int i, process = p_proc(a[0]);
  V from = p_first(a[1]), to = p_last(a[2]), best = -1;
  for (i = 0; i < NTABLES; i++) {
    if (table_process[i] != process || !W.pmdtable[i]) continue;
    if (table_at[i] < from / SPAN_PAGES || table_at[i] >= (to + SPAN_PAGES - 1) / SPAN_PAGES || from >= to) continue;
    if (best < 0 || table_at[i] < best) best = table_at[i];
  }
  if (best < 0) return H_NONE;
  return h_num((best * SPAN_PAGES > from ? best * SPAN_PAGES : from) * PAGE_BYTES);
}
static V p_pmd_put(V *a, V e) {
  int process = p_proc(a[0]), table = h_table(process, p_first(a[1])), page;
  V old, first = p_first(a[1]) / SPAN_PAGES * SPAN_PAGES;
  if (h_kind(e) != K_NONE && h_kind(e) != K_TABLE) return h_left_out("a huge leaf");
  if (table < 0) { if (e == NO_ENTRY) return NO_ENTRY; return h_left_out("a page table where no region is"); }
  for (page = 0; page < NPAGES; page++)
    if (p_within(page, process, first, first + SPAN_PAGES) && W.pte[page] != 0 && h_kind(e) != K_TABLE) h_fail("there are page-table entries below");
  old = W.pmdtable[table] ? h_entry(K_TABLE, 0, 0) : NO_ENTRY;
  W.pmdtable[table] = h_kind(e) == K_TABLE;
  return old;
}
static V p_pmd_set(V *a) { p_pmd_put(a, a[2]); return H_NONE; }
static V p_pmd_clear(V *a) { return p_pmd_put(a, NO_ENTRY); }
static V p_pmd_split(V *a) { return h_left_out("a huge leaf (pmd_split)"); }
static V p_pmd_size(V *a) { return h_num((V)SPAN_PAGES * PAGE_BYTES); }
static V p_pmd_order(V *a) { return h_num(PMD_ORDER); }
static V p_free_pgtables(V *a) {
  int i, page, process = p_proc(a[0]);
  V from = p_first(a[1]), to = p_last(a[2]), freed = H_NONE;
  for (i = 0; i < NTABLES; i++) {
    V first = table_at[i] * SPAN_PAGES, end = first + SPAN_PAGES, low = from < end ? from : end, high = to > first ? to : first;
    int used = 0;
    if (table_process[i] != process || !W.pmdtable[i] || from >= to) continue;
    if (table_at[i] < from / SPAN_PAGES || table_at[i] >= (to + SPAN_PAGES - 1) / SPAN_PAGES) continue;
    if (first < low && !h_vma_free(process, first * PAGE_BYTES, low * PAGE_BYTES)) continue;
    if (high < end && !h_vma_free(process, high * PAGE_BYTES, end * PAGE_BYTES)) continue;
    for (page = 0; page < NPAGES; page++) if (p_within(page, process, first, end) && W.pte[page] != 0) used = 1;
    if (used) continue;
    W.pmdtable[i] = 0;
    if (freed == H_NONE) freed = h_num((first > from ? first : from) * PAGE_BYTES);
  }
  return freed;
}
static V p_entry(V *a) {
  static const int words[11] = { H_NONE, WD_present, WD_zero, WD_swap, WD_migration, WD_device_private, WD_device_exclusive, WD_marker, WD_hwpoison, WD_protnone, WD_table };
  static const int bits[10] = { 1, 2, 4, 8, 64, 256, 512, 1024, 16, 32 };
  int kind, i, flags = 0, pfn = 0;
  for (kind = 0; kind < 11 && words[kind] != a[0]; kind++);
  if (kind == 11) return h_fail("entry: no kind of entry");
  if (kind == K_NONE) return NO_ENTRY;
  if (kind == K_SWAP) pfn = (int)p_num(a[1]);
  else if (kind != K_ZERO && kind != K_MARKER && kind != K_TABLE) pfn = p_folio(a[1]);
  for (i = 0; i < 10; i++) if (h_truthy(a[2 + i])) flags |= bits[i];
  if ((flags & EF_HUGE) != 0) return h_left_out("a huge leaf");
  if (pfn == 0 && h_targets(h_entry(kind, 0, flags)) && kind != K_HWPOISON && (flags & EF_SPECIAL) == 0) return h_fail("entry: the zero page has entries of kind zero only");
  return h_entry(kind, pfn, flags);
}
static V p_ptl(V *a) { return h_ptl(p_proc(a[0]), p_first(a[1])); }
static V p_pmdl(V *a) { return h_pmdl(p_proc(a[0]), p_first(a[1])); }

static V p_folio_page(V *a) { if (a[1] != 0) h_fail("folio_page: the folio has one page"); return h_box(T_FOLIO, p_folio(a[0])); }
static V p_folio_get(V *a) {
  int pfn = p_counted(a[0]);
  if (W.frefcount[h_row(pfn)] <= 0) return h_fail("folio_get: no references: the folio is free or being freed");
  h_folio_get(h_cur, pfn);
  return H_NONE;
}
static V p_folio_try_get(V *a) {
  int pfn = p_counted(a[0]);
  if (W.frefcount[h_row(pfn)] <= 0) return H_NO;
  h_folio_get(h_cur, pfn);
  return H_YES;
}
static V p_folio_put_testzero(V *a) { return h_bool(h_folio_drop(h_cur, p_counted(a[0]))); }
static V p_folio_trylock(V *a) { return h_bool(h_lock_try(h_foliolock(p_folio(a[0])), 0, p_flag(a[1], 0))); }
static V p_folio_unlock(V *a) {
  if (!h_lock_release(h_foliolock(p_folio(a[0])))) return h_fail("folio_unlock: this thread does not hold the lock");
  return H_NONE;
}
static V p_folio_mark_dirty(V *a) { int pfn = p_folio(a[0]); if (pfn != 0) h_put(pfn, FF_DIRTY, 1); return H_NONE; }
static V p_lru_add(V *a) { h_setlru(p_counted(a[0]), LRU_ON); return H_NONE; }
static V p_lru_batch_add(V *a) {
  int pfn = p_counted(a[0]), row, count = 0, cpu = W.cpu[h_cur] - 1;
  h_setlru(pfn, LRU_BATCH);
  W.fbatch[h_row(pfn)] = cpu + 2;
  h_hold(h_cur, pfn, -1);
  for (row = 0; row < NFRAMES; row++) if (W.fbatch[row] == cpu + 2) count++;
  return h_num(count);
}
static V p_lru_batch_move(V *a) {
  V list = h_newlist();
  int row, cpu = a[0] == H_NONE ? -1 : (int)h_pay(a[0]);
  for (row = 0; row < NFRAMES; row++) {
    if (W.fbatch[row] != cpu + 2) continue;
    W.fbatch[row] = 0;
    h_setlru(h_frame_of_row(row), LRU_ON);
    h_hold(h_cur, h_frame_of_row(row), 1);
    h_push(list, h_box(T_FOLIO, h_frame_of_row(row)));
  }
  return list;
}
static V p_lru_batches(V *a) {
  V list = h_newlist();
  int cpu, row;
  for (cpu = -1; cpu < NCPU; cpu++) {
    for (row = 0; row < NFRAMES && W.fbatch[row] != cpu + 2; row++);
    if (row < NFRAMES) h_push(list, cpu < 0 ? H_NONE : h_box(T_CPU, cpu));
  }
  return list;
}
static V p_folio_attach_private(V *a) {
  int pfn = p_counted(a[0]);
  if (h_has(pfn, FF_PRIVATE)) return h_fail("folio_attach_private: the folio has data already");
  h_folio_get(h_cur, pfn);
  h_hold(h_cur, pfn, -1);
  h_put(pfn, FF_PRIVATE, 1);
  return H_NONE;
}
static V p_folio_detach_private(V *a) {
  int pfn = p_counted(a[0]);
  if (!h_has(pfn, FF_PRIVATE)) return h_fail("folio_detach_private: the folio has no data");
  h_hold(h_cur, pfn, 1);
  h_put(pfn, FF_PRIVATE, 0);
  return H_NONE;
}
static V p_folio_isolate_lru(V *a) {
  int pfn = p_counted(a[0]);
  if (h_lru(pfn) != LRU_ON) return H_NO;
  h_setlru(pfn, LRU_ISOLATED);
  h_folio_get(h_cur, pfn);
  return H_YES;
}
static void p_allocated(V list, int pool, int lru, int active) {
  int i;
  for (i = 0; i < pool_window[pool]; i++) {
    int row = pool_first[pool] + i, flags = W.fflags[row];
    if ((flags & FF_ALLOCATED) == 0) continue;
    if (lru && (((flags >> 8) & 3) != LRU_ON || (flags & FF_UNEVICTABLE) != 0 || ((flags & FF_ACTIVE) != 0) != active)) continue;
    h_push(list, h_box(T_FOLIO, pool_base[pool] + i));
  }
}
static V p_lru_folios(V *a) {
  V list = h_newlist();
  int node;
  for (node = 0; node < NNODES; node++) {
    int pool = h_pool_of_node(node);
    if (pool >= 0 && pool_device[pool] < 0) p_allocated(list, pool, 1, p_flag(a[0], 0));
  }
  return list;
}
static V p_folio_split(V *a) { return h_fail("folio_split: the folio is a single page"); }

static V p_taken(int pfn) {
  h_folio_get(h_cur, pfn);
  W.content[h_row(pfn)][0] = POISON;
  h_emit2(EV_alloc, h_where(pfn), h_num(1));
  return h_box(T_FOLIO, pfn);
}
static void p_order(V v) { if (v != H_NONE && v != 0) h_left_out("a large folio"); }
static V p_page_alloc(V *a) {
  int movable = p_flag(a[2], 1), home = 0, i, n = 0, order[NNODES + 1];
  p_order(a[1]);
  if (a[0] == H_NONE) {
    if (h_cur >= 0 && W.cpu[h_cur] != 0) home = cpu_node[W.cpu[h_cur] - 1];
    order[n++] = home;
    for (i = 0; i < NNODES; i++) if (i != home) order[n++] = i;
  } else if (h_tag(a[0]) == T_NODE) order[n++] = (int)h_pay(a[0]);
  else return h_fail("page_alloc: expected a node");
  for (i = 0; i < n; i++) {
    int pool = h_pool_of_node(order[i]), pfn;
    if (pool < 0 || (pool_device[pool] >= 0 && !pool_managed[pool])) return h_fail("page_alloc: a node without memory that the page allocator could take");
    if (pool_movable[pool] && !movable) continue;
    pfn = h_allocate(pool);
    if (pfn >= 0) return p_taken(pfn);
  }
  return H_NONE;
}
static V p_device_page_alloc(V *a) {
  int pool = h_pool_of_device(p_dev(a[0])), pfn;
  p_order(a[1]);
  if (pool < 0) return H_NONE;
  pfn = h_allocate(pool);
  if (pfn < 0) return H_NONE;
  p_taken(pfn);
  if (!h_lock_try(h_foliolock(pfn), 0, 0)) return h_fail("device_page_alloc: a page that is free and yet locked");
  return h_box(T_FOLIO, pfn);
}
static V p_page_release(V *a) {
  int pfn = p_folio(a[0]), row;
  if (pfn == 0) return h_fail("page_release: the zero page is never freed");
  row = h_row(pfn);
  if ((W.fflags[row] & FF_ALLOCATED) == 0) return h_fail("page_release: the folio is free already");
  if (W.frefcount[row] != 0) return h_fail("page_release: the folio still has references");
  h_content_clear(row);
  W.fmapcount[row] = W.fslot[row] = W.fcopied[row] = 0;
  W.mapping[row] = W.data[row] = 0;
  h_page_free(pfn);
  h_emit2(EV_free, h_where(pfn), h_num(1));
  return H_NONE;
}
static V p_page_alloc_above(V *a) {
  int pool = h_pool_of_node((int)h_pay(a[0])), i;
  if (pool < 0 || W.pool_free[pool] == 0 || W.pool_isolated[pool] != 0) return H_NONE;
  if (pool_window[pool] < pool_pages[pool]) return h_left_out("compaction of a node that is larger than it has room for (hmm export --room)");
  for (i = pool_pages[pool] - 1; i >= 0 && pool_base[pool] + i > p_num(a[1]); i--) {
    int row = pool_first[pool] + i;
    if ((W.fflags[row] & (FF_ALLOCATED | FF_HWPOISON)) != 0) continue;
    W.fflags[row] = FF_ALLOCATED;
    W.pool_free[pool]--;
    return p_taken(pool_base[pool] + i);
  }
  return H_NONE;
}
static V p_node_pages(V *a) {
  V list = h_newlist();
  int pool = h_pool_of_node((int)h_pay(a[0]));
  if (pool < 0) return h_fail("node_pages: expected a node with memory of its own");
  p_allocated(list, pool, 0, 0);
  return list;
}
static V p_device_pages(V *a) {
  int pool = h_pool_of_device(p_dev(a[0]));
  V list = h_newlist();
  if (pool >= 0) p_allocated(list, pool, 0, 0);
  return list;
}
static V p_zero_page(V *a) { return h_box(T_FOLIO, 0); }
static V p_copy_page(V *a) {
  int to = p_folio(a[0]), from = p_folio(a[1]), moving;
  V fields[4];
  if (to == 0) return h_fail("copy_page: the zero page is never written");
  moving = W.fmigration[h_row(from)] > 0;
  h_content_copy(h_row(from), h_row(to));
  W.fcopied[h_row(to)] = 0;
  if (moving) W.fcopied[h_row(from)] = to + 1;
  fields[0] = h_where(from);
  fields[1] = h_where(to);
  fields[2] = a[2] != H_NONE ? a[2] : h_private(from) || h_private(to) ? WD_device : WD_cpu;
  fields[3] = h_num(1);
  h_emit(EV_copy, 4, fields);
  return H_NONE;
}
static V p_clear_page(V *a) {
  int pfn = p_folio(a[0]);
  if (pfn == 0) return h_fail("clear_page: the zero page is never written");
  h_content_clear(h_row(pfn));
  W.fcopied[h_row(pfn)] = 0;
  return H_NONE;
}
static V p_page_is_zero(V *a) { return h_bool(h_difference(h_row(p_folio(a[0])), 0) < 0); }
static V p_pages_identical(V *a) { return h_bool(h_difference(h_row(p_folio(a[0])), h_row(p_folio(a[1]))) < 0); }
static void p_storeword(int pfn, int word, V v) { W.content[h_row(pfn)][word] = v; W.fcopied[h_row(pfn)] = 0; }
static V p_integer(V v) { if (h_tag(v) != T_INT && h_tag(v) != T_WIDE) h_fail("expected a number"); return v; }
static V p_word_get(V *a) { return W.content[h_row(p_folio(a[0]))][h_word(p_num(a[1]))]; }
static V p_word_set(V *a) {
  int pfn = p_folio(a[0]);
  if (pfn == 0) return h_fail("word_set: the zero page is never written");
  p_storeword(pfn, h_word(p_num(a[1])), p_integer(a[2]));
  return H_NONE;
}

/* Accesses of CPUs and devices. access: 0 load, 1 store, 2 atomic */
static int p_cpu_translate(int cpu, int process, V vpn, int access) {
  int page = h_page(process, vpn), cached, kind, writable, allowed, flags, vma;
  V e;
  if (page < 0) return -1;
  cached = W.tlb[cpu][page];
  if (cached != 0 && (access == 0 || (cached & 3) == 3)) return cached >> 2;
  e = h_pte_of(page);
  kind = h_kind(e);
  writable = h_flag(e, EF_WRITABLE);
  if (access == 0) {
    vma = kind == K_ZERO ? h_vma_find(process, vpn * PAGE_BYTES) : -1;
    allowed = kind == K_PRESENT || (kind == K_ZERO && (vma < 0 || (W.vflags[vma] & VF_READABLE) != 0));
  } else allowed = kind == K_PRESENT && writable;
  if (!allowed) { W.tlb[cpu][page] = 0; return -1; }
  flags = h_flags(e) | EF_YOUNG | (access == 0 ? 0 : EF_DIRTY);
  if (flags != h_flags(e)) W.pte[page] = h_entry(kind, h_pfn(e), flags);
  W.tlb[cpu][page] = (h_pfn(e) << 2) | (!writable ? 1 : (flags & EF_DIRTY) != 0 ? 3 : 2);
  return h_pfn(e);
}
static int p_device_allows(int device, int pfn, int right, int access) {
  int pool;
  if (access == 0) return 1;
  if (access == 1 || right == 3) return right != 1;
  if (right == 1) return 0;
  if (device_links[device]) return 1;
  pool = h_pool(pfn);
  if (pool < 0 || pool_device[pool] < 0) return 0;
  return pool_device[pool] == device || pool_node[pool] >= 0;
}
static int p_device_translate(int context, V vpn, int access) {
  int device = h_ctx_device(context), page = h_page(h_ctx_process(context), vpn), cached, right;
  V m;
  if (page < 0) return -1;
  cached = W.mtlb[device][page];
  if (cached != 0 && p_device_allows(device, cached >> 2, cached & 3, access)) return cached >> 2;
  m = h_mirror(device, page);
  if (h_kind(m) == K_NONE) return -1;
  if (h_flag(m, EF_ATOMIC) && !h_flag(m, EF_WRITABLE) && access == 2) return h_pfn(m);
  right = !h_flag(m, EF_WRITABLE) ? 1 : h_flag(m, EF_ATOMIC) ? 3 : 2;
  if (!p_device_allows(device, h_pfn(m), right, access)) return -1;
  W.mtlb[device][page] = (h_pfn(m) << 2) | right;
  return h_pfn(m);
}
static V p_perform(V *a, int access, int process, V vpn, int pfn, int word, int device) {
  int page = h_page(process, vpn);
  V before, x;
  if (access == 1) {
    x = p_integer(a[0]);
    h_accessed(process, page, pfn, word, 1, device);
    p_storeword(pfn, word, x);
    return 0;
  }
  h_accessed(process, page, pfn, word, 0, device);
  before = W.content[h_row(pfn)][word];
  if (access == 0) return before;
  x = p_integer(a[1]);
  if (a[0] == WD_add) x = h_arith(0, before, x);
  else if (a[0] == WD_cas) {
    if (before != x) return before;
    x = p_integer(a[2]);
  } else if (a[0] != WD_xchg) return h_fail("no atomic operation (add, xchg, cas)");
  h_accessed(process, page, pfn, word, 1, device);
  p_storeword(pfn, word, x);
  return before;
}
static V p_cpu(V *a, int access) {
  V addr = p_addr(a[0]);
  int cpu = W.cpu[h_cur] - 1, process = W.process[h_cur] - 1, pfn;
  if (cpu < 0 || process < 0) return h_fail("this thread runs on no CPU");
  if (addr % 8 != 0) return h_fail("the address is not a multiple of 8");
  pfn = p_cpu_translate(cpu, process, addr / PAGE_BYTES, access);
  if (pfn < 0) return WD_fault;
  return p_perform(a + 1, access, process, addr / PAGE_BYTES, pfn, h_word(addr % PAGE_BYTES), -1);
}
static V p_device(V *a, int access) {
  int context = p_ctx(a[0]), pfn;
  V addr = p_addr(a[1]);
  if (addr % 8 != 0) return h_fail("the address is not a multiple of 8");
  if (W.stopped[context]) return WD_stopped;
  pfn = p_device_translate(context, addr / PAGE_BYTES, access);
  if (pfn < 0) return WD_fault;
  return p_perform(a + 2, access, h_ctx_process(context), addr / PAGE_BYTES, pfn, h_word(addr % PAGE_BYTES), h_ctx_device(context));
}
static V p_cpu_load(V *a) { return p_cpu(a, 0); }
static V p_cpu_store(V *a) { return p_cpu(a, 1); }
static V p_cpu_atomic(V *a) { return p_cpu(a, 2); }
static V p_device_load(V *a) { return p_device(a, 0); }
static V p_device_store(V *a) { return p_device(a, 1); }
static V p_device_atomic(V *a) { return p_device(a, 2); }
static V p_map(V *a) {
  int context = p_ctx(a[0]), pfn, writable, atomic = p_flag(a[4], 0), page;
  V vpn = p_first(a[1]), m;
  if (h_tag(a[2]) == T_FOLIO) { pfn = (int)h_pay(a[2]); writable = p_flag(a[3], atomic); }
  else if (h_tag(a[2]) == T_ENT) {
    int kind = h_kind(a[2]);
    if (kind != K_PRESENT && kind != K_ZERO && kind != K_PRIVATE && kind != K_EXCLUSIVE) return h_fail("map: no page that a device could map");
    pfn = kind == K_ZERO ? 0 : h_pfn(a[2]);
    writable = p_flag(a[3], atomic || h_flag(a[2], EF_WRITABLE));
  } else return h_fail("map: expected an entry or a folio");
  if (pfn == 0 && (writable || atomic)) return h_fail("map: the zero page may only be mapped to be read");
  if (p_flag(a[5], 0)) return h_left_out("a huge entry of a device");
  page = h_page_must(h_ctx_process(context), vpn);
  m = h_entry(K_PRESENT, pfn, (writable ? EF_WRITABLE : 0) | (atomic ? EF_ATOMIC : 0));
  W.mirror[h_ctx_device(context)][page] = m;
  h_inserted(context, page, m);
  return H_NONE;
}
static V p_unmap(V *a) {
  int context = p_ctx(a[0]), page, dropped = 0, device = h_ctx_device(context);
  V from = p_first(a[1]), to = p_last(a[2]);
  for (page = 0; page < NPAGES; page++)
    if (p_within(page, h_ctx_process(context), from, to) && W.mirror[device][page] != 0) { W.mirror[device][page] = 0; dropped++; }
  return h_num(dropped);
}
static V p_mirror(V *a) { int context = p_ctx(a[0]); return h_mirror(h_ctx_device(context), h_page(h_ctx_process(context), p_first(a[1]))); }
static V p_mirrored(V *a) {
  int context = p_ctx(a[0]), page, device = h_ctx_device(context);
  V from = p_first(a[1]), to = p_last(a[2]), list = h_newlist(), last = -1;
  for (;;) {
    V best = -1;
    for (page = 0; page < NPAGES; page++)
      if (p_within(page, h_ctx_process(context), from, to) && W.mirror[device][page] != 0 && page_vpn[page] > last && (best < 0 || page_vpn[page] < best)) best = page_vpn[page];
    if (best < 0) return list;
    h_push(list, h_num(best * PAGE_BYTES));
    last = best;
  }
}
static V p_device_stop(V *a) { W.stopped[p_ctx(a[0])] = 1; return H_NONE; }
static V p_device_resume(V *a) { W.stopped[p_ctx(a[0])] = 0; return H_NONE; }
static V p_flush_tlb(V *a) {
  int context = p_ctx(a[0]), page, process = h_ctx_process(context), device = h_ctx_device(context);
  V from = p_first(a[1]), to = p_last(a[2]);
  for (page = 0; page < NPAGES; page++) if (p_within(page, process, from, to)) W.mtlb[device][page] = 0;
  h_place(process, from * PAGE_BYTES, to * PAGE_BYTES);
  h_emit2(EV_tlb_flush, h_box(T_DEV, device), H_PLACE);
  return H_NONE;
}
static V p_tlb_flush(V *a) {
  int process = p_proc(a[0]), page, cpu;
  V from = p_first(a[1]), to = p_last(a[2]);
  for (page = 0; page < NPAGES; page++) if (p_within(page, process, from, to)) for (cpu = 0; cpu < NCPU; cpu++) W.tlb[cpu][page] = 0;
  cpu = h_cur < 0 || W.cpu[h_cur] == 0 ? 0 : W.cpu[h_cur] - 1;
  h_place(process, from * PAGE_BYTES, to * PAGE_BYTES);
  h_emit2(EV_tlb_flush, h_box(T_CPU, cpu), H_PLACE);
  return H_NONE;
}
`;
