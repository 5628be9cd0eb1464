/** Notifier subscriptions and their sequence numbers, which are numbered anew when no invalidation is under way. */
export const notifiers = `
static int h_ctx_process(int context) { return context % NPROC; }
static int h_ctx_device(int context) { return context / NPROC; }
static V h_seqvalue(int process, int seq) { return seq == 0 ? 0 : h_box(T_SEQ, (V)seq * 65536 + process); }
static int h_seqnumber(V v) {
  if (h_tag(v) == T_INT) return (int)h_pay(v);
  if (h_tag(v) == T_SEQ) return (int)(h_pay(v) / 65536);
  h_fail("expected a sequence number");
  return 0;
}
static int h_sub_process(int s) { return h_ctx_process(W.ncontext[s]); }
enum { H_SEQS = 64 };
static int h_seqs[H_SEQS], h_seqcount;
static void h_seq_use(int seq) {
  int i, k;
  for (i = 0; i < h_seqcount && h_seqs[i] < seq; i++);
  if (i < h_seqcount && h_seqs[i] == seq) return;
  if (h_seqcount == H_SEQS) { h_left_out("too many sequence numbers in use"); return; }
  for (k = h_seqcount++; k > i; k--) h_seqs[k] = h_seqs[k - 1];
  h_seqs[i] = seq;
}
static int h_seq_now(int seq) {
  int i;
  for (i = 0; i < h_seqcount; i++) if (h_seqs[i] == seq) return 2 * i + 1;
  return 1;
}
static void h_seq_each(V *cells, int n, int process, int rename) {
  int i;
  for (i = 0; i < n; i++) {
    if (h_tag(cells[i]) != T_SEQ || h_pay(cells[i]) % 65536 != process) continue;
    if (rename) cells[i] = h_seqvalue(process, h_seq_now((int)(h_pay(cells[i]) / 65536)));
    else h_seq_use((int)(h_pay(cells[i]) / 65536));
  }
}
static void h_seq_all(int process, int rename) {
  h_seq_each(W.stack, NSTACK, process, rename);
  h_seq_each(&W.hcell[0][0], NT * NHCELL, process, rename);
  h_seq_each(&W.vars[0][0], NSPACE * NVARS, process, rename);
  h_seq_each(W.kvars, NKVARS, process, rename);
}
/* The number after seq of a count that a driver's context keeps: those that are kept somewhere are numbered anew first. */
static V h_seqnext(int context) {
  int owner = 32768 + context;
  h_seqcount = 0;
  h_seq_all(owner, 0);
  h_seq_all(owner, 1);
  return h_seqvalue(owner, 2 * h_seqcount + 1);
}
static void h_renumber(int process) {
  int s, t;
  h_seqcount = 0;
  for (s = 0; s < NSUB; s++) {
    if (W.nstate[s] == SUB_FREE || W.nwide[s] || h_sub_process(s) != process) continue;
    h_seq_use(W.nseq[s]);
    for (t = 0; t < W.threads; t++) if (W.sampledsub[t] == s + 1) h_seq_use(W.sampledseq[t]);
  }
  h_seq_all(process, 0);
  h_seq_all(process, 1);
  for (s = 0; s < NSUB; s++) {
    if (W.nstate[s] == SUB_FREE || W.nwide[s] || h_sub_process(s) != process) continue;
    W.nseq[s] = h_seq_now(W.nseq[s]);
    for (t = 0; t < W.threads; t++) if (W.sampledsub[t] == s + 1) W.sampledseq[t] = h_seq_now(W.sampledseq[t]);
  }
  W.seq[process] = 2 * (h_seqcount > 1 ? h_seqcount : 1);
}
static int h_sub_add(int context, V start, V end) {
  int s;
  for (s = 0; s < NSUB && W.nstate[s] != SUB_FREE; s++);
  if (s == NSUB) return (int)h_left_out("more notifiers than it has room for (hmm export --room)");
  W.ncontext[s] = context;
  W.nstart[s] = start;
  W.nend[s] = end;
  W.hasnotifiers[h_ctx_process(context)] = 1;
  return s;
}
static int h_sub_insert(int context, V start, V end) {
  int s = h_sub_add(context, start, end), process = h_ctx_process(context), seq = W.seq[process];
  if (W.active[process] == 0) { W.nstate[s] = SUB_ACTIVE; W.nseq[s] = seq - 1; }
  else if (seq % 2 == 1) { W.nstate[s] = SUB_INSERTING; W.nseq[s] = seq; }
  else { W.seq[process] = seq + 1; W.nstate[s] = SUB_ACTIVE; W.nseq[s] = seq + 1; }
  return s;
}
static int h_sub_register(int context) {
  int s = h_sub_add(context, 0, 140737488355328LL), i, last = 0;
  for (i = 0; i < NSUB; i++)
    if (i != s && W.nwide[i] && h_sub_process(i) == h_ctx_process(context) && W.norder[i] > last) last = W.norder[i];
  W.nwide[s] = 1;
  W.norder[s] = last + 1;
  W.nstate[s] = SUB_ACTIVE;
  return s;
}
static void h_sub_free(int s) {
  W.nstate[s] = W.nwide[s] = W.ncontext[s] = W.nseq[s] = W.norder[s] = 0;
  W.nstart[s] = W.nend[s] = 0;
}
static int h_sub_remove(int s) {
  int process = h_sub_process(s), seq = W.seq[process];
  if (!W.nwide[s] && seq % 2 == 1 && W.nstate[s] == SUB_ACTIVE) { W.nstate[s] = SUB_REMOVING; return seq; }
  h_sub_free(s);
  if (W.active[process] == 0) h_renumber(process);
  return 0;
}
static void h_sub_deferred(int process) {
  int s;
  for (s = 0; s < NSUB; s++) {
    if (W.nstate[s] != SUB_INSERTING && W.nstate[s] != SUB_REMOVING) continue;
    if (h_sub_process(s) != process) continue;
    if (W.nstate[s] == SUB_INSERTING) W.nstate[s] = SUB_ACTIVE;
    else h_sub_free(s);
  }
  h_renumber(process);
}
`;
