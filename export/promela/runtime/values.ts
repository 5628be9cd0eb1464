/** Values of model code as C: a payload above a tag of five bits; an integer is itself above the tag 0. */
export const values = `
static jmp_buf h_out;
static int h_cur, h_fp, h_spot, h_first, h_upto, h_aframe, h_abegun, h_problem, h_stepspot;
static long h_budget;
static V *F;
static V h_rv, h_xself = H_NONE, L[256];
static char h_text[400];
static const char *h_ids[16];
static const char *h_ats[16];
static int h_found;
static V h_pstart, h_pend;
static int h_pprocess;
static int h_answers, h_ways;
static int h_started[NT], h_startedcount;
static int h_setup;

static V h_box(int tag, V payload) { return payload * 32 + tag; }
static int h_tag(V v) { return (int)(v & 31); }
static V h_pay(V v) { return v >> 5; }
static V h_bool(int b) { return b ? H_YES : H_NO; }
static int h_truthy(V v) { return v != H_NONE && v != H_NO && v != 0; }
static V h_num(V n) { return n * 32; }

enum { OUT_MISTAKE = 1, OUT_EXPECTATION = 2, OUT_WAIT = 3, OUT_LEFT_OUT = 4 };
/* Model code made a mistake. */
static V h_fail(const char *what) {
  snprintf(h_text, sizeof(h_text), "%s", what);
  longjmp(h_out, OUT_MISTAKE);
  return H_NONE;
}
static V h_failsoft(const char *what) {
  snprintf(h_text, sizeof(h_text), "%s", what);
  longjmp(h_out, OUT_EXPECTATION);
  return H_NONE;
}
/* The execution needs what this export does not have: no verdict. */
static V h_left_out(const char *what) {
  snprintf(h_text, sizeof(h_text), "%s", what);
  longjmp(h_out, OUT_LEFT_OUT);
  return H_NONE;
}
/* A rule is broken; of each only the first in a step is kept. */
static void h_report(const char *id, const char *at) {
  int i;
  for (i = 0; i < h_found; i++) if (strcmp(h_ids[i], id) == 0) return;
  if (h_found < 16) { h_ids[h_found] = id; h_ats[h_found] = at; h_found++; }
}
static void h_rule(const char *id) { if (h_rule_on(id)) h_report(id, NULL); }

static V h_limit(V n) {
  if (n > 9007199254740991LL || n < -9007199254740991LL) return h_left_out("a number of 2^53 or more");
  return n * 32;
}
static V h_arith(int op, V a, V b) {
  V x, y;
  if (h_tag(a) != T_INT || h_tag(b) != T_INT) {
    if (h_tag(a) == T_WIDE || h_tag(b) == T_WIDE) return h_left_out("arithmetic with a number of 2^53 or more");
    if (!h_in_scenario()) return h_fail("arithmetic needs numbers on both sides");
    if (a != H_NONE && b != H_NONE) h_problem = 1;
    return H_NONE;
  }
  x = h_pay(a);
  y = h_pay(b);
  switch (op) {
  case 0: return h_limit(x + y);
  case 1: return h_limit(x - y);
  case 2:
    if (x != 0 && (x > 3000000000LL || x < -3000000000LL) && y != 0 && (y > 3000000LL || y < -3000000LL))
      return h_left_out("a product of 2^53 or more");
    return h_limit(x * y);
  default:
    if (y == 0) {
      if (!h_in_scenario()) return h_failsoft("division by zero");
      h_problem = 1;
      return H_NONE;
    }
    return h_limit(op == 3 ? x / y : x % y);
  }
}
static V h_compare(int op, V a, V b) {
  if (h_tag(a) == T_WIDE || h_tag(b) == T_WIDE) return h_left_out("a comparison with a number of 2^53 or more");
  if (h_tag(a) != T_INT || h_tag(b) != T_INT) return H_NO;
  return h_bool(op == 0 ? a < b : op == 1 ? a <= b : op == 2 ? a > b : a >= b);
}
static V h_equal(V a, V b) { return h_bool(a == b); }

static int h_kind(V e) { return (int)((h_pay(e) >> 30) & 15); }
static int h_pfn(V e) { return (int)(h_pay(e) & 1073741823LL); }
static int h_flags(V e) { return (int)(h_pay(e) >> 34); }
static int h_flag(V e, int flag) { return (h_flags(e) & flag) != 0; }
static V h_entry(int kind, int pfn, int flags) { return h_box(T_ENT, ((V)flags * 16 + kind) * 1073741824LL + pfn); }
static int h_targets(V e) {
  switch (h_kind(e)) {
  case K_PRESENT: case K_PROTNONE: case K_PRIVATE: case K_EXCLUSIVE: case K_MIGRATION: case K_HWPOISON: return 1;
  default: return 0;
  }
}
static int h_holds(V e) {
  int kind = h_kind(e);
  if (kind == K_PRESENT || kind == K_PROTNONE) return !h_flag(e, EF_SPECIAL);
  return kind == K_PRIVATE || kind == K_EXCLUSIVE;
}
static int h_is_error(V v) {
  return h_tag(v) == T_ERR && v != E_VM_FAULT_RETRY && v != E_VM_FAULT_FALLBACK && v != E_VM_FAULT_NOPAGE;
}
static int h_is(V v, int kind) {
  static const int tags[17] = { 0, 0, T_PROC, T_VMA, T_FOLIO, T_STRUCT, T_THREAD, T_DEV, T_CTX, T_SUB, T_LOCK, T_ENT, T_LIST, 0, T_NODE, 0, 0 };
  switch (kind) {
  case 0: return h_is_error(v);
  case 1: return v == H_NONE || (h_tag(v) == T_ENT && h_kind(v) == K_NONE);
  case 13: return h_tag(v) == T_INT || h_tag(v) == T_WIDE;
  case 15: return h_tag(v) == T_SYM && v != H_NONE;
  case 16: return v == E_SIGBUS || v == E_SIGSEGV || v == E_SIGKILL;
  default: return h_tag(v) == tags[kind];
  }
}
/* One of n ways to go on; the answers are the digits of the move's number. */
static int h_choose(int n) {
  int answer = h_answers % n;
  h_answers /= n;
  h_ways *= n;
  return answer;
}
`;
