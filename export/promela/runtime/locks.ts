/** Locks: a sorted list of those that are held, with their owner, or a bit for each thread that holds them to read. */
export const locks = `
static V h_mklock(int c, V index) { return h_box(T_LOCK, (V)c * 1099511627776LL + index); }
static int h_lclass(V lock) { return (int)(h_pay(lock) / 1099511627776LL); }
static V h_lindex(V lock) { return h_pay(lock) % 1099511627776LL; }
static V h_ptl(int process, V vpn) { return h_mklock(LC_PTL, (V)process * 134217728LL + vpn / SPAN_PAGES); }
static V h_pmdl(int process, V vpn) { return h_mklock(LC_PMD, (V)process * 134217728LL + vpn / SPAN_PAGES / SPAN_PAGES); }
static V h_foliolock(int pfn) { return h_mklock(LC_FOLIO, pfn); }
static V h_lockof(V v) {
  if (h_tag(v) == T_LOCK) return v;
  if (h_tag(v) == T_FOLIO) return h_foliolock((int)h_pay(v));
  return 0;
}
static int h_lockrow(V lock) {
  int i;
  for (i = 0; i < NHELD && W.hlock[i] != 0; i++) if (W.hlock[i] == lock) return i;
  return -1;
}
static int h_lock_isheld(V lock) { return h_lockrow(lock) >= 0; }
static int h_lock_owner(V lock) { int i = h_lockrow(lock); return i < 0 ? -1 : W.howner[i] - 1; }
static int h_row_heldby(int i, int t) { return W.howner[i] == t + 1 || ((W.hreaders[i] >> t) & 1) != 0; }
static int h_lock_heldby(int t, V lock) { int i = h_lockrow(lock); return i >= 0 && h_row_heldby(i, t); }
static int h_lock_anyclass(int c) {
  int i;
  for (i = 0; i < NHELD && W.hlock[i] != 0; i++) if (h_lclass(W.hlock[i]) == c) return 1;
  return 0;
}
static int h_ofdriver(V lock, int context, int device) {
  int c = h_lclass(lock);
  V owner = h_lindex(lock) / 1024;
  if (c < LC_CTX || c >= LC_KERNEL) return 0;
  return c < LC_DEV ? owner == context : owner == device;
}
static int h_driver_held(int context, int device) {
  int i;
  for (i = 0; i < NHELD && W.hlock[i] != 0; i++) if (h_ofdriver(W.hlock[i], context, device)) return 1;
  return 0;
}
static int h_driver_owned(int t, int context, int device) {
  int i;
  for (i = 0; i < NHELD && W.hlock[i] != 0; i++)
    if (W.howner[i] == t + 1 && h_ofdriver(W.hlock[i], context, device)) return 1;
  return 0;
}
static int h_rank(V lock) {
  int c = h_lclass(lock);
  switch (c) {
  case LC_MMAP: return 1;
  case LC_VMA: return 2;
  case LC_FOLIO: return 3;
  case LC_RMAP: return 4;
  case LC_PMD: return 6;
  case LC_PTL: return 7;
  default: break;
  }
  if ((c & 3) == 1) return 8;
  return c < LC_KERNEL ? 5 : 0;
}
/* Nobody waits for a lock while holding one that comes later. */
static void h_check_order(int t, V lock) {
  int i, rank = h_rank(lock);
  if (rank == 0) return;
  for (i = 0; i < NHELD && W.hlock[i] != 0; i++) {
    V other = W.hlock[i];
    int held = h_rank(other);
    if (other == lock || held < rank || held == 0 || !h_row_heldby(i, t)) continue;
    if (held == rank && h_lclass(other) != LC_FOLIO) continue;
    h_rule("lock-order");
  }
}
static int h_spins(V lock) {
  int c = h_lclass(lock);
  return c < LC_CTX ? c == LC_PTL || c == LC_PMD : (c & 3) == 1;
}
static int h_lock_try(V lock, int read, int sleeping) {
  int i, k;
  V fields[1];
  for (i = 0; i < NHELD && W.hlock[i] != 0 && W.hlock[i] < lock; i++);
  if (i < NHELD && W.hlock[i] == lock) {
    if (!read || W.howner[i] != 0) return 0;
    W.hreaders[i] |= 1 << h_cur;
  } else {
    if (W.hlock[NHELD - 1] != 0) return (int)h_left_out("more locks held at once than it has room for (hmm export --room)");
    for (k = NHELD - 1; k > i; k--) {
      W.hlock[k] = W.hlock[k - 1]; W.howner[k] = W.howner[k - 1]; W.hreaders[k] = W.hreaders[k - 1];
    }
    W.hlock[i] = lock;
    W.howner[i] = read ? 0 : h_cur + 1;
    W.hreaders[i] = read ? 1 << h_cur : 0;
  }
  if (sleeping) {
    h_check_order(h_cur, lock);
    if (WH.atomiccall[h_cur] > 0 && !h_spins(lock)) h_rule("nonblockable-no-sleep");
  }
  fields[0] = lock;
  h_emit(EV_lock, 1, fields);
  return 1;
}
static int h_lock_release(V lock) {
  int i = h_lockrow(lock), k;
  V fields[1];
  if (i < 0 || !h_row_heldby(i, h_cur)) return 0;
  if (W.howner[i] != 0) W.howner[i] = 0;
  else W.hreaders[i] &= ~(1 << h_cur);
  if (W.hreaders[i] == 0) {
    for (k = i; k + 1 < NHELD; k++) {
      W.hlock[k] = W.hlock[k + 1]; W.howner[k] = W.howner[k + 1]; W.hreaders[k] = W.hreaders[k + 1];
    }
    W.hlock[NHELD - 1] = 0; W.howner[NHELD - 1] = 0; W.hreaders[NHELD - 1] = 0;
  }
  fields[0] = lock;
  h_emit(EV_unlock, 1, fields);
  return 1;
}
/* The instructions: 1 if the thread waits. */
static int h_lock(V target, int read) {
  V lock;
  if (h_abegun) h_fail("a lock inside 'atomic', after its first statement");
  lock = h_lockof(target);
  if (lock == 0) h_fail("what is to be locked is not a lock");
  if (h_lock_heldby(h_cur, lock)) return 1;
  return !h_lock_try(lock, read, 1);
}
static void h_unlock(V target) {
  V lock = h_lockof(target);
  if (lock == 0) h_fail("what is to be unlocked is not a lock");
  if (!h_lock_release(lock)) h_fail("unlocks a lock that this thread does not hold");
}
static int h_wait(V v) {
  int problem = h_problem;
  if (h_abegun) h_fail("a wait inside 'atomic', after its first statement");
  h_problem = 0;
  return problem || !h_truthy(v);
}
`;
