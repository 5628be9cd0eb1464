/** The fields of handles: `x.name` of model code. */
export const fields = `
static V h_kindword(int kind) {
  static const int words[11] = { H_NONE, WD_present, WD_zero, WD_swap, WD_migration, WD_device_private, WD_device_exclusive, WD_marker, WD_hwpoison, WD_protnone, WD_table };
  return words[kind];
}
static V h_entry_field(V e, int f) {
  int kind = h_kind(e);
  switch (f) {
  case FLD_kind: return h_kindword(kind);
  case FLD_folio: case FLD_page: return h_targets(e) ? h_box(T_FOLIO, h_pfn(e)) : H_NONE;
  case FLD_slot: return kind == K_SWAP ? h_num(h_pfn(e)) : H_NONE;
  case FLD_pfn: return h_targets(e) || kind == K_ZERO ? h_num(h_pfn(e)) : H_NONE;
  case FLD_writable: return h_bool(h_flag(e, EF_WRITABLE));
  case FLD_dirty: return h_bool(h_flag(e, EF_DIRTY));
  case FLD_young: return h_bool(h_flag(e, EF_YOUNG));
  case FLD_exclusive: return h_bool(h_flag(e, EF_EXCLUSIVE));
  case FLD_huge: return h_bool(h_flag(e, EF_HUGE));
  case FLD_atomic: return h_bool(h_flag(e, EF_ATOMIC));
  case FLD_special: return h_bool(h_flag(e, EF_SPECIAL));
  case FLD_poisoned: return h_bool(h_flag(e, 512));
  case FLD_guard: return h_bool(h_flag(e, 1024));
  case FLD_soft_dirty: return h_bool(h_flag(e, 16));
  case FLD_uffd_wp: return h_bool(h_flag(e, 32));
  case FLD_valid: return h_bool(kind != K_NONE);
  default: return h_left_out("a field of an entry that it does not have");
  }
}
static int h_folioflag(int f) {
  switch (f) {
  case FLD_dirty: return FF_DIRTY;
  case FLD_uptodate: return FF_UPTODATE;
  case FLD_exclusive: return FF_EXCLUSIVE;
  case FLD_swapcache: return FF_SWAPCACHE;
  case FLD_pagecache: return FF_PAGECACHE;
  case FLD_swapbacked: return FF_SWAPBACKED;
  case FLD_writeback: return FF_WRITEBACK;
  case FLD_referenced: return FF_REFERENCED;
  case FLD_active: return FF_ACTIVE;
  case FLD_unevictable: return FF_UNEVICTABLE;
  case FLD_hwpoison: return FF_HWPOISON;
  case FLD_ksm: return FF_KSM;
  case FLD_private: return FF_PRIVATE;
  default: return 0;
  }
}
static V h_folio_field(int pfn, int f) {
  static const int kinds[6] = { H_NONE, WD_anon, WD_file, WD_shmem, WD_hugetlb, WD_driver };
  int flag = h_folioflag(f), pool;
  if (flag != 0) return h_bool(h_has(pfn, flag));
  switch (f) {
  case FLD_refcount:
    if (COUNTS_FREE && !h_has(pfn, FF_ALLOCATED) && h_device_of(pfn) >= 0) return h_num(1);
    return h_num(W.frefcount[h_row(pfn)]);
  case FLD_mapcount: return h_num(W.fmapcount[h_row(pfn)]);
  case FLD_pincount: return h_num(W.fpins[h_row(pfn)]);
  case FLD_maybe_dma_pinned: return h_bool(h_maybe_pinned(pfn));
  case FLD_locked: return h_bool(h_lock_isheld(h_foliolock(pfn)));
  case FLD_lru: return h_bool(h_lru(pfn) == LRU_ON);
  case FLD_folio: return h_box(T_FOLIO, pfn);
  case FLD_pages: return h_num(1);
  case FLD_large: return H_NO;
  case FLD_entire_mapcount: return 0;
  case FLD_slot: return W.fslot[h_row(pfn)] == 0 ? H_NONE : h_num(W.fslot[h_row(pfn)] - 1);
  case FLD_file: return h_file(pfn) < 0 ? H_NONE : h_num(h_file(pfn));
  case FLD_movable_zone: pool = h_pool(pfn); return h_bool(pool >= 0 && pool_movable[pool]);
  case FLD_where: return h_where(pfn);
  case FLD_device: return h_device_of(pfn) < 0 ? H_NONE : h_box(T_DEV, h_device_of(pfn));
  case FLD_node:
    if (pfn == 0) return h_box(T_NODE, 0);
    pool = h_pool(pfn);
    return pool < 0 || pool_node[pool] < 0 ? H_NONE : h_box(T_NODE, pool_node[pool]);
  case FLD_zone_device: return h_bool(h_device_of(pfn) >= 0);
  case FLD_device_private: return h_bool(h_private(pfn));
  case FLD_coherent: return h_bool(h_device_of(pfn) >= 0 && !h_private(pfn));
  case FLD_order: return 0;
  case FLD_pfn: return h_num(pfn);
  case FLD_kind: return pfn == 0 ? WD_zero : kinds[h_fkind(pfn)];
  case FLD_index: return h_num(h_findex(pfn));
  case FLD_mapping: return W.mapping[h_row(pfn)] != 0 ? H_YES : H_NONE;
  case FLD_data: return h_dataof(pfn);
  case FLD_rmap_lock:
    if (h_root(pfn) >= 0) return h_mklock(LC_RMAP, h_root(pfn));
    return h_file(pfn) < 0 ? H_NONE : h_mklock(LC_RMAP, FIRST_FILE + h_file(pfn));
  default: return h_left_out("a field of a folio that it does not have");
  }
}
static int h_vmaflag(int f) {
  switch (f) {
  case FLD_readable: return VF_READABLE;
  case FLD_writable: return VF_WRITABLE;
  case FLD_shared: return VF_SHARED;
  case FLD_pfnmap: return VF_PFNMAP;
  case FLD_mixedmap: return VF_MIXEDMAP;
  case FLD_dontfork: return VF_DONTFORK;
  case FLD_wipeonfork: return VF_WIPEONFORK;
  case FLD_hugepage: return VF_HUGEPAGE;
  case FLD_nohugepage: return VF_NOHUGEPAGE;
  case FLD_locked: return VF_LOCKED;
  case FLD_mergeable: return VF_MERGEABLE;
  case FLD_anon_vma: return VF_ANONVMA;
  case FLD_uffd_missing: return VF_UFFDMISSING;
  case FLD_resv_owner: return VF_RESVOWNER;
  case FLD_resv_unmapped: return VF_RESVUNMAPPED;
  default: return 0;
  }
}
static V h_regionkind(int kind) {
  static const int kinds[5] = { WD_anon, WD_file, WD_shmem, WD_hugetlb, WD_driver };
  return kinds[kind];
}
static int h_mkwrite(int v) { return W.vfile[v] != 0 && file_kind[W.vfile[v] - 1] == RK_FILE; }
static V h_vma_field(int v, int f) {
  int flag = h_vmaflag(f);
  if (flag != 0) return h_bool((W.vflags[v] & flag) != 0);
  switch (f) {
  case FLD_start: return h_num(W.vstart[v]);
  case FLD_end: return h_num(W.vend[v]);
  case FLD_process: return W.vprocess[v] == 0 ? H_NONE : h_box(T_PROC, W.vprocess[v] - 1);
  case FLD_kind: return h_regionkind(h_vkind(v));
  case FLD_anon: return h_bool(h_vkind(v) == RK_ANON);
  case FLD_flags: return h_num(W.vflags[v] & (1023 | VF_MIXEDMAP | VF_UFFDMISSING));
  case FLD_special: return h_bool((W.vflags[v] & (VF_PFNMAP | VF_MIXEDMAP)) != 0);
  case FLD_page_mkwrite: return h_bool(h_mkwrite(v));
  case FLD_prot_writable: return h_bool((W.vflags[v] & VF_SHARED) != 0 && (W.vflags[v] & VF_WRITABLE) != 0 && !h_mkwrite(v));
  case FLD_lock: return h_mklock(LC_VMA, v);
  case FLD_file: return W.vfile[v] == 0 ? H_NONE : h_num(W.vfile[v] - 1);
  case FLD_pgoff: return h_num(W.vpgoff[v]);
  case FLD_file_rmap_lock: return W.vfile[v] == 0 ? H_NONE : h_mklock(LC_RMAP, FIRST_FILE + W.vfile[v] - 1);
  case FLD_rmap_lock: return h_mklock(LC_RMAP, W.vroot[v] == 0 ? 0 : W.vroot[v] - 1);
  case FLD_node: return W.vnode[v] == 0 ? H_NONE : h_box(T_NODE, W.vnode[v] - 1);
  case FLD_region: return W.vregion[v] == 0 ? H_NONE : h_box(T_REGION, W.vregion[v] - 1);
  case FLD_device:
    return W.vregion[v] == 0 || region_driver[W.vregion[v] - 1] < 0 ? H_NONE : h_box(T_DEV, region_driver[W.vregion[v] - 1]);
  default: return h_left_out("a field of a vma that it does not have");
  }
}
static V h_process_field(int p, int f) {
  switch (f) {
  case FLD_mmap_lock: return h_mklock(LC_MMAP, p);
  case FLD_invalidate_seq: return h_seqvalue(p, W.seq[p]);
  case FLD_invalidating: return h_bool(W.seq[p] % 2 == 1);
  case FLD_active_invalidate_ranges: return h_num(W.active[p]);
  case FLD_has_notifiers: return h_bool(W.hasnotifiers[p] != 0);
  case FLD_rss_anon: return h_num(W.rssanon[p]);
  case FLD_rss_file: return h_num(W.rssfile[p]);
  case FLD_swapents: return h_num(W.swapents[p]);
  case FLD_exists: return h_bool(W.exists[p] != 0);
  case FLD_tlb_flush_pending: return h_num(W.tlbpending[p]);
  case FLD_killed: return h_bool((W.mmstate[p] & 1) != 0);
  case FLD_oom_victim: return h_bool((W.mmstate[p] & 8) != 0);
  case FLD_unstable: return h_bool((W.mmstate[p] & 2) != 0);
  case FLD_oom_skip: return h_bool((W.mmstate[p] & 4) != 0);
  default: return h_left_out("a field of a process that it does not have");
  }
}
static V h_sub_field(int s, int f) {
  int is = W.nstate[s] != SUB_FREE;
  switch (f) {
  case FLD_seq: return h_seqvalue(h_sub_process(s), W.nseq[s]);
  case FLD_start: return h_num(W.nstart[s]);
  case FLD_end: return h_num(W.nend[s]);
  case FLD_context: return is ? h_box(T_CTX, W.ncontext[s]) : H_NONE;
  case FLD_process: return is ? h_box(T_PROC, h_sub_process(s)) : H_NONE;
  case FLD_device: return is ? h_box(T_DEV, h_ctx_device(W.ncontext[s])) : H_NONE;
  case FLD_exists: return h_bool(is);
  default: return h_left_out("a field of a notifier that it does not have");
  }
}
/* Variables of drivers by slot: a context's own, or its device's. */
static int h_space(V self, int slot) {
  int device = h_tag(self) == T_DEV ? (int)h_pay(self) : h_tag(self) == T_CTX ? h_ctx_device((int)h_pay(self)) : -1;
  if (device < 0 || h_var_kind(device, slot) < 0) { h_fail("there is no 'self' here: this is not a driver's code"); return 0; }
  if (h_var_device(device, slot)) return NCTX + device;
  if (h_tag(self) == T_DEV) { h_fail("a variable of a process's context, and 'self' is the device here"); return 0; }
  return (int)h_pay(self);
}
static V h_variable(V self, int slot) { return W.vars[h_space(self, slot)][slot]; }
static void h_assign_variable(int kind, V *at, V v) {
  if (kind == VK_LIST || kind == VK_TABLE) {
    if (h_tag(v) != (kind == VK_LIST ? T_LIST : T_TABLE)) { h_fail("a list or table is assigned something else"); return; }
    h_assign(*at, v);
    return;
  }
  if (kind != VK_VAR) { h_fail("a lock cannot be assigned"); return; }
  *at = h_replace(*at, v);
}
static void h_setvariable(V self, int slot, V v) {
  int space = h_space(self, slot);
  int device = space >= NCTX ? space - NCTX : h_ctx_device(space);
  h_assign_variable(h_var_kind(device, slot), &W.vars[space][slot], v);
}
static void h_setkernel(int slot, V v) { h_assign_variable(h_kernel_kind(slot), &W.kvars[slot], v); }
static void h_setscenario(int slot, V v) { W.scen[slot] = h_replace(W.scen[slot], v); }
static V h_driver_variable(V object, int f) {
  int device = h_tag(object) == T_DEV ? (int)h_pay(object) : h_ctx_device((int)h_pay(object));
  int slot = h_var_slot(device, f);
  return slot < 0 ? h_left_out("a field that it does not have") : h_variable(object, slot);
}
static V h_field(V o, int f) {
  int p = (int)h_pay(o), pool, at;
  switch (h_tag(o)) {
  case T_STRUCT:
    at = h_struct_pos(h_type(o), f);
    return at < 0 ? h_left_out("a field of a struct that it does not have") : h_get(o, at);
  case T_ENT: return h_entry_field(o, f);
  case T_FOLIO: return h_folio_field(p, f);
  case T_VMA: return h_vma_field(p, f);
  case T_PROC: return h_process_field(p, f);
  case T_SUB: return h_sub_field(p, f);
  case T_LIST: return f == FLD_length ? h_num(h_len(o)) : h_left_out("a field of a list that it does not have");
  case T_FENCE: return f == FLD_done ? h_bool(W.fence[p] == 2) : h_left_out("a field of a fence that it does not have");
  case T_DEV:
    pool = h_pool_of_device(p);
    switch (f) {
    case FLD_owner: return h_box(T_DEV, p);
    case FLD_pages: return h_num(pool < 0 ? 0 : pool_pages[pool]);
    case FLD_free: return h_num(pool < 0 ? 0 : h_freeof(pool));
    case FLD_coherent: return h_bool(pool >= 0 && pool_node[pool] >= 0);
    case FLD_node: return pool < 0 || pool_node[pool] < 0 ? H_NONE : h_box(T_NODE, pool_node[pool]);
    default: return h_driver_variable(o, f);
    }
  case T_CTX:
    switch (f) {
    case FLD_process: return h_box(T_PROC, h_ctx_process(p));
    case FLD_device: return h_box(T_DEV, h_ctx_device(p));
    case FLD_stopped: return h_bool(W.stopped[p] != 0);
    case FLD_notifier: return W.notifier[p] == 0 ? H_NONE : W.notifier[p];
    default: return h_driver_variable(o, f);
    }
  case T_NODE:
    pool = h_pool_of_node(p);
    switch (f) {
    case FLD_pages: return h_num(pool < 0 ? 0 : pool_pages[pool]);
    case FLD_free: return h_num(pool < 0 ? 0 : h_freeof(pool));
    case FLD_has_memory: return h_bool(pool >= 0 && (pool_device[pool] < 0 || pool_managed[pool]) && W.pool_isolated[pool] != 2);
    case FLD_isolated: return h_bool(pool >= 0 && W.pool_isolated[pool] != 0);
    case FLD_offline: return h_bool(pool >= 0 && W.pool_isolated[pool] == 2);
    case FLD_movable: return h_bool(pool >= 0 && pool_device[pool] < 0 && pool_movable[pool]);
    default: return h_left_out("a field of a node that it does not have");
    }
  case T_REGION:
    switch (f) {
    case FLD_start: return h_num(region_start[p]);
    case FLD_end: return h_num(region_start[p] + (V)region_pages[p] * PAGE_BYTES);
    case FLD_process: return h_box(T_PROC, region_process[p]);
    case FLD_kind: return h_regionkind(region_kind[p]);
    default: return h_left_out("a field of a region that it does not have");
    }
  case T_THREAD:
    switch (f) {
    case FLD_process: return W.process[p] == 0 ? H_NONE : h_box(T_PROC, W.process[p] - 1);
    case FLD_cpu: return W.cpu[p] == 0 ? H_NONE : h_box(T_CPU, W.cpu[p] - 1);
    case FLD_device: return W.device[p] == 0 ? H_NONE : h_box(T_DEV, W.device[p] - 1);
    default: return h_left_out("a field of a thread that it does not have");
    }
  case T_CPU: return f == FLD_node ? h_box(T_NODE, cpu_node[p]) : h_left_out("a field of a CPU that it does not have");
  default: return o == H_NONE ? H_NONE : h_left_out("a field that this value does not have");
  }
}
static void h_setbit(int *word, int bit, V v) { *word = h_truthy(v) ? *word | bit : *word & ~bit; }
static int h_counter(V v) { if (h_tag(v) != T_INT) h_fail("a counter is set to something that is no number"); return (int)h_pay(v); }
static void h_setfield(V o, int f, V v) {
  int p = (int)h_pay(o), at, flag, pool;
  switch (h_tag(o)) {
  case T_STRUCT:
    at = h_struct_pos(h_type(o), f);
    if (at < 0) { h_left_out("a field of a struct that it does not have"); return; }
    h_set(o, at, v);
    return;
  case T_FOLIO:
    flag = h_folioflag(f);
    if (flag != 0 && flag != FF_SWAPCACHE && flag != FF_PAGECACHE && flag != FF_PRIVATE) { h_put(p, flag, h_truthy(v)); return; }
    if (f == FLD_kind) {
      if (v != WD_driver) { h_fail("folio.kind can only be set to driver"); return; }
      if (h_fkind(p) == FK_NONE) h_setkind(p, FK_DRIVER);
      return;
    }
    if (f == FLD_mapping) {
      if (v != H_NONE) { h_fail("folio.mapping can only be set to none"); return; }
      h_setmapping(p, -1, 0);
      h_setkind(p, FK_NONE);
      return;
    }
    if (f == FLD_data) {
      if (h_is_object(v)) { h_fail("page.data keeps a number, a word or a handle"); return; }
      W.data[h_row(p)] = v == 0 ? H_NONE : v == H_NONE ? 0 : v;
      return;
    }
    break;
  case T_VMA:
    flag = h_vmaflag(f);
    if (flag != 0 && flag != VF_SHARED) { h_setbit(&W.vflags[p], flag, v); return; }
    if (f == FLD_node) { W.vnode[p] = v == H_NONE ? 0 : (int)h_pay(v) + 1; return; }
    break;
  case T_PROC:
    switch (f) {
    case FLD_invalidating: if ((W.seq[p] % 2 == 1) != h_truthy(v)) W.seq[p]++; return;
    case FLD_active_invalidate_ranges: W.active[p] = h_counter(v); return;
    case FLD_has_notifiers: W.hasnotifiers[p] = h_truthy(v); return;
    case FLD_rss_anon: W.rssanon[p] = h_counter(v); return;
    case FLD_rss_file: W.rssfile[p] = h_counter(v); return;
    case FLD_swapents: W.swapents[p] = h_counter(v); return;
    case FLD_exists: W.exists[p] = h_truthy(v); if (!h_truthy(v)) h_check_nothing_held(p); return;
    case FLD_tlb_flush_pending: W.tlbpending[p] = h_counter(v); return;
    case FLD_killed: h_setbit(&W.mmstate[p], 1, v); return;
    case FLD_oom_victim: h_setbit(&W.mmstate[p], 8, v); return;
    case FLD_unstable: h_setbit(&W.mmstate[p], 2, v); return;
    case FLD_oom_skip: h_setbit(&W.mmstate[p], 4, v); return;
    default: break;
    }
    break;
  case T_NODE:
    pool = h_pool_of_node(p);
    if (pool >= 0 && f == FLD_isolated) { W.pool_isolated[pool] = h_truthy(v) ? 1 : 0; return; }
    if (pool >= 0 && f == FLD_offline) { if (h_truthy(v)) W.pool_isolated[pool] = 2; return; }
    break;
  case T_CTX:
    if (f == FLD_notifier) { W.notifier[p] = v == H_NONE ? 0 : v; return; }
    at = h_var_slot(h_ctx_device(p), f);
    if (at >= 0) { h_setvariable(o, at, v); return; }
    break;
  case T_DEV:
    at = h_var_slot(p, f);
    if (at >= 0) { h_setvariable(o, at, v); return; }
    break;
  default: break;
  }
  h_left_out("a field that it cannot set");
}
`;
