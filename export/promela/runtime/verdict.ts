/** How a step that was tried becomes the state, what is wrong with it, and what is told at the end. */
export const verdict = String.raw`
extern void (*uerror)(char *);
extern int readtrail;
static unsigned long h_ends, h_failed;
static int h_shown;
static char h_said[800];
static void h_tell_spot(void) {
  const char *at = spot_name(h_stepspot);
  size_t n = strlen(h_said);
  if (at[0] != 0) snprintf(h_said + n, sizeof(h_said) - n, " (at %s)", at);
}
/* All that failed, as the message of one error. */
static void h_say(void) {
  int i, found = 0;
  if (h_trouble != NULL) {
    snprintf(h_said, sizeof(h_said), "hmm: no verdict: the model leaves out %s", h_text);
    h_tell_spot();
    uerror(h_said);
    return;
  }
  if (h_found == 0) return;
  h_failed++;
  snprintf(h_said, sizeof(h_said), "hmm: ");
  for (i = 0; i < h_found; i++) {
    size_t n = strlen(h_said);
    snprintf(h_said + n, sizeof(h_said) - n, "%s%s", i == 0 ? "" : " and ", h_ids[i]);
    n = strlen(h_said);
    if (h_ats[i] != NULL) snprintf(h_said + n, sizeof(h_said) - n, " (%s)", h_ats[i]);
    if (h_finds(h_ids[i])) found = 1;
  }
  h_tell_spot();
  /* Of a file that shows a known bug only an execution that shows just that counts. */
  if (H_LOOKS_FOR && !(found && h_found == 1)) return;
  if (H_LOOKS_FOR) {
    size_t n = strlen(h_said);
    snprintf(h_said + n, sizeof(h_said) - n, ", as the file says");
    h_shown = 1;
  }
  uerror(h_said);
}
static void h_commit(int t) {
  if (!h_pack(&W)) {
    h_trouble = "left out";
    snprintf(h_text, sizeof(h_text), "a state with more in it than it has room for (hmm export --room)");
    h_give_up();
    memset(&now.S, 0, sizeof(now.S));
  }
  H = WH;
  if (readtrail) printf("hmm: %-12s %s\n", thread_name(t), spot_name(h_stepspot));
  h_say();
}
static int h_running(void) {
  int t;
  for (t = 0; t < P.threads; t++) if (P.status[t] == S_RUNNING) return 1;
  return 0;
}
/* Who waits, and where. */
static const char *h_waiting(void) {
  static char who[300];
  int t;
  who[0] = 0;
  for (t = 1; t < P.threads; t++) {
    size_t n = strlen(who);
    if (P.status[t] == S_RUNNING) snprintf(who + n, sizeof(who) - n, "%s%s waits at %s", n == 0 ? "" : ", ", thread_name(t), spot_name(pc_spot(P.pc[t])));
  }
  return who;
}
/* Nothing can move: the execution has ended, or is stuck. */
static void h_end(void) {
  h_unpack();
  if (P.over) return;
  W = P;
  WH = H;
  h_found = 0;
  h_trouble = NULL;
  h_stepspot = -1;
  if (h_running()) h_report("deadlock", h_waiting());
  else {
    h_ends++;
    if (setjmp(h_out) == 0) h_finally();
    else h_report("finally", h_text);
  }
  if (h_found > 0) {
    W = P;
    W.over = 1;
    h_pack(&W);
  }
  h_say();
}
/* SPIN's own: errors so far. */
extern unsigned long errors;
static void h_summary(void) {
  printf("hmm: end states %lu, failing %lu\n", h_ends, h_failed);
  /* A search that ended with an error did not look at all executions. */
  if (errors == 0) {
    if (H_LOOKS_FOR && !h_shown) printf("hmm: no execution showed what the file says it finds\n");
    h_unwitnessed();
  }
  fflush(stdout);
}
static void h_init(void) {
  memset(&W, 0, sizeof(W));
  memset(&H, 0, sizeof(H));
  h_first_state();
  if (!h_pack(&W)) {
    printf("hmm: no verdict: the first state has more in it than there is room for (hmm export --room)\n");
    exit(1);
  }
  if (!readtrail) atexit(h_summary);
}
`;
