/** Mapped ranges, anonymous roots, and where a folio may be mapped. */
export const vmas = `
static int h_vma_find(int process, V address) {
  int i;
  for (i = 0; i < NVMA; i++)
    if (W.vprocess[i] == process + 1 && W.vstart[i] <= address && address < W.vend[i]) return i;
  return -1;
}
static int h_vma_free(int process, V start, V end) {
  int i;
  for (i = 0; i < NVMA; i++)
    if (W.vprocess[i] == process + 1 && W.vstart[i] < end && start < W.vend[i]) return 0;
  return 1;
}
static int h_vma_row(void) {
  int i;
  for (i = 0; i < NVMA; i++) if (W.vprocess[i] == 0) return i;
  return (int)h_left_out("more vmas than it has room for (hmm export --room)");
}
static int h_root_free(void) {
  int root, i;
  for (root = 0; ; root++) {
    for (i = 0; i < NVMA; i++) if (W.vprocess[i] != 0 && W.vroot[i] == root + 1) break;
    if (i == NVMA) return root;
  }
}
static int h_vkind(int vma) { return (W.vflags[vma] >> 12) & 7; }
static V h_vindex(int vma, V address) { return W.vpgoff[vma] + (address - W.vstart[vma]) / PAGE_BYTES; }
static int h_map_region(int r) {
  int vma = h_vma_row(), root = h_root_free();
  W.vprocess[vma] = region_process[r] + 1;
  W.vstart[vma] = region_start[r];
  W.vend[vma] = region_start[r] + (V)region_pages[r] * PAGE_BYTES;
  W.vpgoff[vma] = region_file[r] < 0 ? region_start[r] / PAGE_BYTES : 0;
  W.vfile[vma] = region_file[r] + 1;
  W.vflags[vma] = region_flags[r] | (region_kind[r] << 12);
  W.vregion[vma] = r + 1;
  W.vnode[vma] = region_node[r] + 1;
  W.vroot[vma] = root + 1;
  return vma;
}
static int h_vma_like(int from, int process, V start, V end) {
  int vma = h_vma_row();
  W.vprocess[vma] = process + 1;
  W.vstart[vma] = start;
  W.vend[vma] = end;
  W.vpgoff[vma] = W.vpgoff[from];
  W.vflags[vma] = W.vflags[from];
  W.vregion[vma] = W.vregion[from];
  W.vnode[vma] = W.vnode[from];
  W.vfile[vma] = W.vfile[from];
  W.vroot[vma] = W.vroot[from];
  return vma;
}
static void h_vma_remove(int vma) {
  W.vprocess[vma] = W.vflags[vma] = W.vregion[vma] = W.vroot[vma] = W.vnode[vma] = W.vfile[vma] = 0;
  W.vstart[vma] = W.vend[vma] = W.vpgoff[vma] = 0;
}
static int h_can_join(int a, int b) {
  return W.vend[a] == W.vstart[b] && W.vprocess[a] == W.vprocess[b] && W.vflags[a] == W.vflags[b] &&
    W.vregion[a] == W.vregion[b] && W.vroot[a] == W.vroot[b] && W.vnode[a] == W.vnode[b] && W.vfile[a] == W.vfile[b] &&
    h_vindex(a, W.vend[a]) == W.vpgoff[b];
}

/* Where pages of a root or file are mapped: rows, and the addresses. */
static int h_mapcount_found;
static int h_mapvma[NVMA];
static V h_mapstart[NVMA], h_mapend[NVMA], h_mapskip[NVMA];
static void h_mappings_of(int root, int file, V index, V count) {
  int i;
  h_mapcount_found = 0;
  if (root < 0 && file < 0) return;
  for (i = 0; i < NVMA; i++) {
    V first, last;
    if (W.vprocess[i] == 0 || (root >= 0 ? W.vroot[i] != root + 1 : W.vfile[i] != file + 1)) continue;
    first = index > W.vpgoff[i] ? index : W.vpgoff[i];
    last = W.vpgoff[i] + (W.vend[i] - W.vstart[i]) / PAGE_BYTES;
    if (last > index + count) last = index + count;
    if (first >= last) continue;
    h_mapvma[h_mapcount_found] = i;
    h_mapstart[h_mapcount_found] = W.vstart[i] + (first - W.vpgoff[i]) * PAGE_BYTES;
    h_mapend[h_mapcount_found] = h_mapstart[h_mapcount_found] + (last - first) * PAGE_BYTES;
    h_mapskip[h_mapcount_found] = first - index;
    h_mapcount_found++;
  }
}
static void h_mappings(int pfn) {
  if (h_has(pfn, FF_KSM)) { h_left_out("a page that KSM merged"); return; }
  h_mappings_of(h_root(pfn), h_file(pfn), h_findex(pfn), 1);
}
/* The pages (rows) at which the reverse map of a folio says that it may be mapped. */
static int h_places(int pfn, int *page, int *vma) {
  int i, n = 0;
  h_mappings(pfn);
  for (i = 0; i < h_mapcount_found; i++) {
    int p = h_page(W.vprocess[h_mapvma[i]] - 1, h_mapstart[i] / PAGE_BYTES);
    if (p < 0) continue;
    page[n] = p;
    vma[n] = h_mapvma[i];
    n++;
  }
  return n;
}
`;
