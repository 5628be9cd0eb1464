/** Frames, pages, page tables and what is counted of folios. A folio has one page here. */
export const pages = `
static int h_pool(int pfn) {
  int i;
  for (i = 0; i < NPOOL; i++) if (pfn >= pool_base[i] && pfn < pool_base[i] + pool_pages[i]) return i;
  return -1;
}
/* Row of a frame; the zero page is row 0. */
static int h_row(int pfn) {
  int pool;
  if (pfn == 0) return 0;
  pool = h_pool(pfn);
  if (pool < 0) { h_fail("a frame that does not exist"); return 0; }
  if (pfn - pool_base[pool] >= pool_window[pool]) { h_left_out("a frame behind those that it has room for"); return 0; }
  return pool_first[pool] + pfn - pool_base[pool];
}
static int h_frame_of_row(int row) {
  int i;
  for (i = 0; i < NPOOL; i++)
    if (row >= pool_first[i] && row < pool_first[i] + pool_window[i]) return pool_base[i] + row - pool_first[i];
  return 0;
}
static int h_pool_of_node(int node) {
  int i;
  for (i = 0; i < NPOOL; i++) if (pool_node[i] == node && node >= 0) return i;
  return -1;
}
static int h_pool_of_device(int device) {
  int i;
  for (i = 0; i < NPOOL; i++) if (pool_device[i] == device) return i;
  return -1;
}
static int h_device_of(int pfn) {
  int pool = h_pool(pfn);
  return pool < 0 || pool_managed[pool] ? -1 : pool_device[pool];
}
static int h_private(int pfn) {
  int pool = h_pool(pfn);
  return pool >= 0 && pool_device[pool] >= 0 && pool_node[pool] < 0;
}
static V h_where(int pfn) {
  int pool = h_pool(pfn);
  if (pool < 0) return h_box(T_NODE, 0);
  return pool_device[pool] >= 0 ? h_box(T_DEV, pool_device[pool]) : h_box(T_NODE, pool_node[pool]);
}
static int h_freeof(int pool) { return W.pool_isolated[pool] == 2 ? 0 : W.pool_free[pool]; }

static int h_has(int pfn, int flag) { return (W.fflags[h_row(pfn)] & flag) != 0; }
static void h_put(int pfn, int flag, int on) {
  int row = h_row(pfn);
  W.fflags[row] = on ? W.fflags[row] | flag : W.fflags[row] & ~flag;
}
static int h_lru(int pfn) { return (W.fflags[h_row(pfn)] >> 8) & 3; }
static void h_setlru(int pfn, int lru) { int row = h_row(pfn); W.fflags[row] = (W.fflags[row] & ~(3 << 8)) | (lru << 8); }
static int h_fkind(int pfn) { return (W.fflags[h_row(pfn)] >> 10) & 7; }
static void h_setkind(int pfn, int kind) { int row = h_row(pfn); W.fflags[row] = (W.fflags[row] & ~(7 << 10)) | (kind << 10); }
/* mapping: (root or FIRST_FILE + file) + 1, times 2^36, plus page index */
static int h_mappingof(int pfn) { return (int)(W.mapping[h_row(pfn)] >> 36) - 1; }
static int h_root(int pfn) { int m = h_mappingof(pfn); return m < FIRST_FILE ? m : -1; }
static int h_file(int pfn) { int m = h_mappingof(pfn); return m < FIRST_FILE ? -1 : m - FIRST_FILE; }
static V h_findex(int pfn) { return W.mapping[h_row(pfn)] & 68719476735LL; }
static void h_setmapping(int pfn, int m, V index) { W.mapping[h_row(pfn)] = m < 0 ? 0 : (((V)m + 1) << 36) + index; }

static void h_hold(int t, int pfn, int count) {
  W.ftemps[h_row(pfn)] += count;
  if (t >= 0) W.refs[t] += count;
}
static void h_folio_get(int t, int pfn) { W.frefcount[h_row(pfn)]++; h_hold(t, pfn, 1); }
static int h_folio_drop(int t, int pfn) {
  int row = h_row(pfn);
  W.frefcount[row]--;
  h_hold(t, pfn, -1);
  return W.frefcount[row] == 0;
}
static int h_cacherefs(int row) { return (W.fflags[row] & (FF_SWAPCACHE | FF_PAGECACHE)) != 0 ? 1 : 0; }
/* What the page cache or swap cache, a file system's data and an LRU-add batch hold. */
static int h_otherrefs(int row) { return h_cacherefs(row) + ((W.fflags[row] & FF_PRIVATE) != 0 ? 1 : 0) + (W.fbatch[row] != 0 ? 1 : 0); }
static V h_dataof(int pfn) { V v = W.data[h_row(pfn)]; return v == 0 ? H_NONE : v == H_NONE ? 0 : v; }
static int h_contents(int pfn) {
  V data;
  if (!h_private(pfn)) return pfn;
  data = h_dataof(pfn);
  return h_tag(data) == T_FOLIO ? (int)h_pay(data) : pfn;
}
static int h_maybe_pinned(int pfn) { return W.frefcount[h_row(pfn)] >= PIN_BIAS; }

/* Allocation: the lowest free frame. */
static int h_allocate(int pool) {
  int i;
  if (W.pool_free[pool] == 0 || W.pool_isolated[pool] != 0) return -1;
  for (i = 0; i < pool_window[pool]; i++) {
    int row = pool_first[pool] + i;
    if ((W.fflags[row] & (FF_ALLOCATED | FF_HWPOISON)) != 0) continue;
    W.fflags[row] = FF_ALLOCATED;
    W.pool_free[pool]--;
    return pool_base[pool] + i;
  }
  if (pool_window[pool] < pool_pages[pool]) return (int)h_left_out("more pages in use than it has room for (hmm export --room)");
  return -1;
}
static void h_page_free(int pfn) {
  int pool = h_pool(pfn), row = h_row(pfn);
  int bad = W.fflags[row] & FF_HWPOISON;
  W.fflags[row] = bad;
  W.pool_free[pool] += bad ? 0 : 1;
}

/* Contents: rows of frames, then of swap slots, then of files on their disk. */
static int h_word(V offset) {
  int i;
  for (i = 0; i < NWORDS; i++) if (word_offset[i] == offset) return i;
  h_left_out("a word of a page that it has no room for");
  return 0;
}
static void h_content_clear(int row) { int i; for (i = 0; i < NWORDS; i++) W.content[row][i] = 0; }
static void h_content_copy(int from, int to) { int i; for (i = 0; i < NWORDS; i++) W.content[to][i] = W.content[from][i]; }
static int h_difference(int a, int b) {
  int i;
  for (i = 0; i < NWORDS; i++) if (W.content[a][i] != W.content[b][i]) return i;
  return -1;
}
static int h_slot_row(int slot) {
  if (slot < 0 || slot >= NSLOT) { h_left_out("more swap slots than it has room for (hmm export --room)"); return 0; }
  return NFRAMES + slot;
}
static int h_disk_row(int file, V index) {
  if (index < 0 || index >= file_pages[file]) { h_fail("a page behind the end of a file"); return 0; }
  return NFRAMES + NSLOT + file_offset[file] + (int)index;
}

/* The page tables of the pages of regions; anything else is a hole that stays one. */
static int h_page(int process, V vpn) {
  int i;
  for (i = 0; i < NSPAN; i++)
    if (span_process[i] == process && vpn >= span_vpn[i] && vpn < span_vpn[i] + span_pages[i]) return span_first[i] + (int)(vpn - span_vpn[i]);
  return -1;
}
static int h_page_must(int process, V vpn) {
  int page = h_page(process, vpn);
  if (page < 0) h_left_out("an entry of a page that no region has");
  return page;
}
static V h_pte(int process, V vpn) {
  int page = h_page(process, vpn);
  V v = page < 0 ? 0 : W.pte[page];
  return v == 0 ? NO_ENTRY : v;
}
static V h_pte_of(int page) { return W.pte[page] == 0 ? NO_ENTRY : W.pte[page]; }
static int h_table(int process, V vpn) {
  int i;
  V at = vpn / SPAN_PAGES;
  for (i = 0; i < NTABLES; i++) if (table_process[i] == process && table_at[i] == at) return i;
  return -1;
}
static void h_count(V e, int by) {
  int row;
  if (!h_targets(e)) return;
  row = h_row(h_pfn(e));
  switch (h_kind(e)) {
  case K_PRESENT: case K_PROTNONE: case K_PRIVATE: if (h_holds(e)) W.fmapped[row] += by; break;
  case K_EXCLUSIVE: W.fexclusive[row] += by; break;
  case K_MIGRATION: W.fmigration[row] += by; break;
  default: break;
  }
}
static V h_pte_put(int t, int process, V vpn, V e) {
  int page = h_page_must(process, vpn), gives, takes, from, to;
  V old = h_pte_of(page);
  if (old == e) return old;
  W.pte[page] = e == NO_ENTRY ? 0 : e;
  if (old == NO_ENTRY) W.pmdtable[h_table(process, vpn)] = 1;
  from = h_targets(old) ? h_pfn(old) : -1;
  to = h_targets(e) ? h_pfn(e) : -1;
  gives = h_holds(old);
  takes = h_holds(e);
  if (!(gives && takes && from == to)) {
    if (gives) h_hold(t, from, 1);
    if (takes) h_hold(t, to, -1);
  }
  if (from != to || h_kind(old) != h_kind(e)) { h_count(old, -1); h_count(e, 1); }
  return old;
}
`;
