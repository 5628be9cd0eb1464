/** What checks and expressions see of places: value, pte, pmd, folio, mirror, vma, free. */
export const observe = `
static V h_in_swap(int slot, int word) {
  int cached, row = h_slot_row(slot);
  cached = W.swapcache[slot] > 0 ? W.swapcache[slot] - 1 : -1;
  return W.content[cached >= 0 && h_has(cached, FF_UPTODATE) ? h_row(cached) : row][word];
}
static V h_value_at(int process, V address) {
  V e = h_pte(process, address / PAGE_BYTES);
  int word = h_word(address % PAGE_BYTES), kind = h_kind(e), vma, file, cell;
  V page;
  if (h_targets(e)) return W.content[h_row(h_contents(h_pfn(e)))][word];
  if (kind == K_ZERO) return 0;
  if (kind == K_SWAP) return h_in_swap(h_pfn(e), word);
  if (kind != K_NONE) return H_NONE;
  vma = h_vma_find(process, address);
  if (vma < 0) return H_NONE;
  if (W.vfile[vma] == 0) return h_vkind(vma) == RK_ANON ? 0 : H_NONE;
  file = W.vfile[vma] - 1;
  page = h_vindex(vma, address);
  cell = W.pagecache[file_offset[file] + (int)page];
  if (cell == 0) return W.content[h_disk_row(file, page)][word];
  return cell < 0 ? h_in_swap(-cell - 1, word) : W.content[h_row(cell - 1)][word];
}
static V h_observed_entry(V e, int f, int known) {
  switch (f) {
  case FLD_kind: return known ? WD_present : h_kindword(h_kind(e));
  case FLD_pfn: return h_targets(e) ? h_num(h_pfn(e)) : h_kind(e) == K_ZERO ? 0 : H_NONE;
  case FLD_exclusive:
    if (h_targets(e) && h_kind(e) != K_MIGRATION) return h_bool(h_has(h_pfn(e), FF_EXCLUSIVE));
    return h_bool(h_flag(e, EF_EXCLUSIVE));
  case FLD_writable: return h_bool(h_flag(e, EF_WRITABLE));
  case FLD_dirty: return h_bool(h_flag(e, EF_DIRTY));
  case FLD_young: return h_bool(h_flag(e, EF_YOUNG));
  case FLD_huge: return h_bool(h_flag(e, EF_HUGE));
  case FLD_atomic: return h_bool(h_flag(e, EF_ATOMIC));
  default: return H_NONE;
  }
}
static V h_observe_page(int fact, int f, int device, int process, V address) {
  V vpn = address / PAGE_BYTES, e;
  int page, table, vma, pfn;
  switch (fact) {
  case 0: return h_value_at(process, address);
  case 1:
    e = h_pte(process, vpn);
    return f == -1 ? e : h_observed_entry(e, f, h_kind(e) == K_PROTNONE);
  case 2:
    table = h_table(process, vpn);
    e = table >= 0 && W.pmdtable[table] ? h_entry(K_TABLE, 0, 0) : NO_ENTRY;
    return f == -1 ? e : h_observed_entry(e, f, 0);
  case 3:
    e = h_pte(process, vpn);
    if (!h_targets(e) && h_kind(e) != K_ZERO) return H_NONE;
    pfn = h_kind(e) == K_ZERO ? 0 : h_pfn(e);
    if (f == FLD_kind && h_has(pfn, FF_KSM)) return WD_ksm;
    return f == -1 ? h_box(T_FOLIO, pfn) : h_folio_field(pfn, f);
  case 4:
    page = h_page(process, vpn);
    e = page < 0 || W.mirror[device][page] == 0 ? NO_ENTRY : W.mirror[device][page];
    if (f == -1) return e;
    return f == FLD_valid ? h_bool(h_kind(e) != K_NONE) : h_observed_entry(e, f, 0);
  case 5:
    vma = h_vma_find(process, address);
    if (vma < 0) return H_NONE;
    return f == -1 ? h_box(T_VMA, vma) : h_vma_field(vma, f);
  default: return H_NONE;
  }
}
static V h_observe(int fact, int f, int device, V process, V address, V pages) {
  V first, i;
  int count = 0, p = (int)h_pay(process);
  address = h_pay(address);
  pages = h_pay(pages);
  if (fact == 6) {
    for (i = 0; i < pages; i++) {
      V e = h_pte(p, address / PAGE_BYTES + i), where;
      int kind = h_kind(e);
      if (kind == K_NONE || kind == K_SWAP || kind == K_MARKER) continue;
      where = h_observe_page(3, FLD_where, -1, p, address + i * PAGE_BYTES);
      if (!(device < 0 ? h_tag(where) == T_NODE : where == h_box(T_DEV, device))) count++;
    }
    return h_num(count);
  }
  first = h_observe_page(fact, f, device, p, address);
  for (i = 1; i < pages; i++)
    if (h_observe_page(fact, f, device, p, address + i * PAGE_BYTES) != first) { h_problem = 1; return H_NONE; }
  return first;
}
static V h_free_pages(V where) {
  int pool = h_tag(where) == T_NODE ? h_pool_of_node((int)h_pay(where)) : h_tag(where) == T_DEV ? h_pool_of_device((int)h_pay(where)) : -1;
  if (pool < 0) return h_tag(where) == T_DEV ? 0 : H_NONE;
  return h_num(h_freeof(pool));
}
/* What hmm_range_fault reported of a page: error, none, or bits 1 zero, 2 huge, 4 local, 8 remote, 16 write, 32 read. */
static int h_report_of(V page, int thread) {
  int bits = 0, device;
  if (h_is_error(page)) return -2;
  if (h_tag(page) != T_ENT || h_kind(page) == K_NONE) return -1;
  if (h_kind(page) == K_ZERO) bits |= 1;
  if (h_flag(page, EF_HUGE)) bits |= 2;
  device = h_kind(page) == K_ZERO ? -1 : h_device_of(h_pfn(page));
  if (device >= 0) bits |= device == W.device[thread] - 1 ? 4 : 8;
  return bits | (h_flag(page, EF_WRITABLE) ? 16 : 32);
}
static int h_judge(int how, int report, V outcome, V expected) {
  int i;
  switch (how) {
  case 0: return !h_is_error(outcome);
  case 1: return 1;
  case 2: return outcome == expected;
  case 3:
    if (h_tag(outcome) != T_LIST) return 0;
    for (i = 0; i < h_len(outcome); i++) if (h_report_of(h_get(outcome, i), h_cur) != report) return 0;
    return 1;
  default: return !h_is_error(outcome) && expected == 0;
  }
}
`;
