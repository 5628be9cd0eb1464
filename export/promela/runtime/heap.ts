/** Structs, lists and tables of model code: rows of cells without gaps, a thread's one after another; space 0 keeps what variables have. */
export const heap = `
enum { H_SPAN = 65536 };
static int h_is_object(V v) { int tag = h_tag(v); return tag == T_LIST || tag == T_STRUCT || tag == T_TABLE; }
static int h_owner(V v) { return (int)(h_pay(v) / H_SPAN); }
static int h_number(V v) { return (int)(h_pay(v) % H_SPAN); }
static int h_kept(V v) { return h_is_object(v) && h_owner(v) == 0; }
static int h_type(V v) { return W.otype[h_owner(v)][h_number(v)] - (h_owner(v) == 0 ? 1 : 0); }
static int h_len(V v) { return W.olen[h_owner(v)][h_number(v)]; }
static int h_offset(int t, int n) {
  int i, at = 0;
  for (i = 0; i < n; i++) at += W.olen[t][i];
  return at;
}
static int h_used(int t) { return h_offset(t, W.htop[t]); }
static V *h_cells(V v) { return &W.hcell[h_owner(v)][h_offset(h_owner(v), h_number(v))]; }
static V h_get(V v, int i) { return h_cells(v)[i]; }

/* Makes room for n cells at index i of an object, or (negative) takes them away. */
static void h_shift(V v, int i, int n) {
  int t = h_owner(v), used = h_used(t), at = h_offset(t, h_number(v)) + i, k;
  V *c = W.hcell[t];
  if (n > 0) {
    if (used + n > NHCELL) { h_left_out("more elements of lists and structs than it has room for (hmm export --room)"); return; }
    for (k = used - 1; k >= at; k--) c[k + n] = c[k];
    for (k = at; k < at + n; k++) c[k] = 0;
  } else {
    for (k = at - n; k < used; k++) c[k + n] = c[k];
    for (k = used + n; k < used; k++) c[k] = 0;
  }
  W.olen[t][h_number(v)] += n;
}
static V h_make(int t, int tag, int type) {
  int top = W.htop[t], n = top;
  if (t == 0) for (n = 0; n < top && W.otype[0][n] != 0; n++);
  if (n >= NOBJ) return h_left_out("more lists and structs at once than it has room for (hmm export --room)");
  if (n == top) W.htop[t] = top + 1;
  W.otype[t][n] = t == 0 ? type + 1 : type;
  return h_box(tag, (V)t * H_SPAN + n);
}
static void h_free(V v);
static void h_truncate(V v, int len) {
  int i, old = h_len(v);
  if (h_owner(v) == 0) for (i = len; i < old; i++) {
    V x = h_get(v, i);
    if (h_kept(x)) { h_cells(v)[i] = 0; h_free(x); }
  }
  if (old > len) h_shift(v, len, len - old);
}
static void h_free(V v) {
  int n = h_number(v);
  h_truncate(v, 0);
  W.otype[0][n] = 0;
  while (W.htop[0] > 0 && W.otype[0][W.htop[0] - 1] == 0) W.htop[0]--;
}
static void h_release(int t, int top) {
  int n;
  if (t == 0) return;
  for (n = W.htop[t] - 1; n >= top; n--) {
    h_truncate(h_box(T_LIST, (V)t * H_SPAN + n), 0);
    W.otype[t][n] = 0;
  }
  if (W.htop[t] > top) W.htop[t] = top;
}

/* Copies of objects with all that is in them: taken out into h_lifted, planted again for a thread or a variable. */
enum { H_LIFTED = 512, H_OPEN = 30 };
static V h_lifted[H_LIFTED];
static int h_liftedcount, h_liftmode, h_lifttop;
static int h_wanted(V v) {
  if (!h_is_object(v)) return 0;
  if (h_liftmode == 0) return 1;
  if (h_liftmode == 1) return !h_kept(v);
  if (h_tag(v) == T_TABLE) return 0;
  return h_owner(v) == h_cur && h_number(v) >= h_lifttop;
}
static void h_liftput(V v) {
  if (h_liftedcount >= H_LIFTED) { h_left_out("a list or struct too large to copy"); return; }
  h_lifted[h_liftedcount++] = v;
}
static void h_lift(V v, int depth) {
  int i, n;
  if (!h_wanted(v)) { h_liftput(v); return; }
  if (depth > 50) { h_fail("a list or struct that contains itself cannot be copied"); return; }
  n = h_len(v);
  h_liftput(h_box(H_OPEN, ((V)h_type(v) * 32 + h_tag(v)) * 4096 + n));
  for (i = 0; i < n; i++) h_lift(h_get(v, i), depth + 1);
}
static int h_plantat;
static V h_plant(int t) {
  V v = h_lifted[h_plantat++], made;
  int i, n;
  if (h_tag(v) != H_OPEN) return v;
  n = (int)(h_pay(v) % 4096);
  made = h_make(t, (int)(h_pay(v) / 4096 % 32), (int)(h_pay(v) / 4096 / 32));
  h_shift(made, 0, n);
  for (i = 0; i < n; i++) {
    V item = h_plant(t);
    h_cells(made)[i] = item;
  }
  return made;
}
static V h_copied(int t, V v, int mode) {
  h_liftedcount = 0; h_plantat = 0; h_liftmode = mode;
  h_lift(v, 0);
  return h_plant(t);
}
static V h_planted(int t, V v) { return h_kept(v) ? h_copied(t, v, 0) : v; }
/* What a place that keeps old keeps from now on. */
static V h_replace(V old, V v) {
  if (old == v || !(h_is_object(v) || h_is_object(old))) return v;
  h_liftedcount = 0; h_plantat = 0; h_liftmode = 0;
  h_lift(v, 0);
  if (h_kept(old)) h_free(old);
  return h_plant(0);
}
static void h_set(V v, int i, V x) {
  if (h_owner(v) == 0) x = h_replace(h_get(v, i), x);
  h_cells(v)[i] = x;
}
static void h_push(V v, V x) {
  int n = h_len(v);
  if (h_owner(v) == 0) x = h_replace(0, x);
  h_shift(v, n, 1);
  h_cells(v)[n] = x;
}
static void h_remove(V v, int i) {
  V x = h_get(v, i);
  h_shift(v, i, -1);
  if (h_owner(v) == 0 && h_kept(x)) h_free(x);
}
static void h_resize(V v, int n) {
  h_truncate(v, n);
  if (n > h_len(v)) h_shift(v, h_len(v), n - h_len(v));
}
static void h_assign(V to, V from) {
  int i, n;
  if (to == from) return;
  h_liftedcount = 0; h_plantat = 1; h_liftmode = 0;
  h_lift(from, 0);
  n = h_len(from);
  h_truncate(to, 0);
  h_shift(to, 0, n);
  for (i = 0; i < n; i++) {
    V item = h_plant(0);
    h_cells(to)[i] = item;
  }
}
static int h_find(V table, V key) {
  int low = 0, high = h_len(table) / 2;
  while (low < high) {
    int middle = (low + high) / 2;
    if (h_get(table, middle * 2) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
static V h_lookup(V table, V key) {
  int at = h_find(table, key);
  return at * 2 < h_len(table) && h_get(table, at * 2) == key ? h_get(table, at * 2 + 1) : H_NONE;
}
static void h_tablestore(V table, V key, V v) {
  int at = h_find(table, key);
  int present = at * 2 < h_len(table) && h_get(table, at * 2) == key;
  if (v == H_NONE) {
    if (present) { h_remove(table, at * 2); h_remove(table, at * 2); }
    return;
  }
  if (present) { h_set(table, at * 2 + 1, v); return; }
  if (h_owner(table) == 0) v = h_replace(0, v);
  h_shift(table, at * 2, 2);
  h_cells(table)[at * 2] = key;
  h_cells(table)[at * 2 + 1] = v;
}
static V h_new(int tag, int type) { return h_make(h_cur < 0 ? 0 : h_cur, tag, type); }
static V h_newlist(void) { return h_new(T_LIST, 0); }
static V h_index(V list, V i) {
  if (h_tag(list) == T_TABLE) return h_lookup(list, i);
  if (h_tag(list) != T_LIST) return h_fail("only a list or a table has elements");
  if (h_tag(i) != T_INT || i < 0 || h_pay(i) >= h_len(list)) return h_fail("an index outside the list");
  return h_get(list, (int)h_pay(i));
}
static void h_setindex(V list, V i, V v) {
  if (h_tag(list) == T_TABLE) { h_tablestore(list, i, v); return; }
  if (h_tag(list) != T_LIST) { h_fail("only a list or a table has elements"); return; }
  if (h_tag(i) != T_INT || i < 0 || h_pay(i) >= h_len(list)) { h_fail("an index outside the list"); return; }
  h_set(list, (int)h_pay(i), v);
}
static V h_copylist(V from) {
  V to;
  int i, n;
  if (h_tag(from) != T_LIST) return h_fail("'for ... in' needs a range or a list");
  to = h_newlist();
  n = h_len(from);
  h_shift(to, 0, n);
  for (i = 0; i < n; i++) h_cells(to)[i] = h_get(from, i);
  return to;
}
`;
