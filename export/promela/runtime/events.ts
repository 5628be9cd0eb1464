/** Events that the scenario asks about, and injected faults. */
export const events = `
static void h_place(int process, V start, V end) { h_pprocess = process; h_pstart = start; h_pend = end; }
static V h_field(V object, int field);
static void h_place_of(V v) {
  int tag = h_tag(v), i;
  int own = h_cur < 0 ? -1 : W.process[h_cur] - 1;
  if (tag == T_PLACE) return;
  if (tag == T_INT) {
    V start = h_pay(v) / PAGE_BYTES * PAGE_BYTES;
    h_place(own, start, start + PAGE_BYTES);
    return;
  }
  if (tag == T_STRUCT) {
    int type = h_type(v);
    int ip = h_struct_pos(type, FLD_process), is = h_struct_pos(type, FLD_start), ie = h_struct_pos(type, FLD_end);
    if (is < 0) is = h_struct_pos(type, FLD_addr);
    if (is >= 0) {
      V start = h_pay(h_get(v, is));
      h_place(ip < 0 ? own : (int)h_pay(h_get(v, ip)), start, ie < 0 ? start + PAGE_BYTES : h_pay(h_get(v, ie)));
      return;
    }
  }
  if (tag == T_FOLIO) {
    h_mappings((int)h_pay(v));
    h_place(-1, 0, 0);
    for (i = 0; i < h_mapcount_found; i++) {
      int process = W.vprocess[h_mapvma[i]] - 1;
      if (h_pprocess < 0 || process < h_pprocess || (process == h_pprocess && h_mapstart[i] < h_pstart))
        h_place(process, h_mapstart[i], h_mapend[i]);
    }
    return;
  }
  h_place(-1, 0, 0);
}
/* Whether field i of an event is v, or a thread of the CPU or device v. */
static int h_names(V *fields, int n, int i, V v) {
  V x;
  int t;
  if (i >= n) return 0;
  x = fields[i];
  if (x == v) return 1;
  if (h_tag(x) != T_THREAD) return 0;
  t = (int)h_pay(x);
  if (W.device[t] != 0) return v == h_box(T_DEV, W.device[t] - 1);
  return W.cpu[t] != 0 && v == h_box(T_CPU, W.cpu[t] - 1);
}
static int h_at_place(int process, V start, V end) { return h_pprocess == process && h_pstart < end && h_pend > start; }
static void h_see(int event, int n, V *fields, int pages);
static void h_emit(int event, int n, V *given) {
  V fields[8];
  int i, pages = 1;
  if (!event_wanted[event]) return;
  for (i = 0; i < n && i < 8; i++) {
    fields[i] = given[i];
    if (i == event_place[event]) { h_place_of(given[i]); fields[i] = H_NONE; }
    else if (h_tag(given[i]) == T_SEQ) fields[i] = h_num(h_pay(given[i]) / 65536);
    if (i == event_pages[event] && i != event_place[event]) pages = (int)h_pay(given[i]);
  }
  h_see(event, n, fields, pages);
}
static void h_emit1(int event, V a) { h_emit(event, 1, &a); }
static void h_emit2(int event, V a, V b) {
  V fields[2];
  fields[0] = a;
  fields[1] = b;
  h_emit(event, 2, fields);
}
enum { H_PLACE = 31 };

static void h_inject(int site, int device, int mode, int times, int after) {
  int row = W.icount;
  if (row >= NINJ) { h_left_out("more injected faults than it has room for (hmm export --room)"); return; }
  W.icount++;
  W.isite[row] = site + 1;
  W.idevice[row] = device + 1;
  W.imode[row] = mode;
  W.itimes[row] = times < 0 ? 0 : times + 1;
  W.iafter[row] = after;
}
static V h_injected(int site, int device, int cannot_fail) {
  int row, found = -1;
  for (row = 0; row < W.icount; row++) {
    if (W.isite[row] != site + 1) continue;
    if (cannot_fail && W.imode[row] != 2) continue;
    if (W.idevice[row] != 0 && W.idevice[row] - 1 != device) continue;
    if (W.itimes[row] == 1) continue;
    if (W.iafter[row] > 0) W.iafter[row]--;
    else if (found < 0) found = row;
  }
  if (found < 0) return H_NO;
  if (W.imode[found] == 1 && h_choose(2) == 0) return H_NO;
  if (W.itimes[found] > 1) W.itimes[found]--;
  return H_YES;
}
`;
