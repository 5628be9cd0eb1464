/** Calls, returns and steps of model code: how a translated function is entered, left, and where a step ends. */
export const machine = `
enum { GO = 0, RAN = 1, BLOCKED = 2, ENDED = 3, FAILED = 4 };
static int h_pc, h_deepest;
static V h_link(int fn, int distance, int pc) { return (((V)fn * 65536 + distance) * 16777216 + pc) * 32; }
static int h_link_fn(V link) { return (int)(h_pay(link) / 16777216 / 65536); }
static int h_link_distance(V link) { return (int)(h_pay(link) / 16777216 % 65536); }
static int h_link_pc(V link) { return (int)(h_pay(link) % 16777216); }
static int h_current(void) { return h_fp == 0 ? -1 : h_link_fn(F[-3]); }
static int h_in_scenario(void) {
  int fn = h_current();
  return fn < 0 ? 1 : fn_scenario(fn);
}
static V h_self(void) { V self = h_fp == 0 ? h_xself : F[-1]; return self == 0 ? H_NONE : self; }
/* Where a statement begins: 1 if the step ends in front of it. */
static int h_stmt(int spot, int flags) {
  if ((flags & 2) != 0 || (h_aframe >= 0 && h_fp > h_aframe)) {
    h_abegun = h_aframe >= 0;
    if (!h_abegun) h_aframe = h_fp;
  } else {
    h_aframe = -1;
    h_abegun = 0;
    if (!h_first && ((flags & 1) != 0 || h_upto)) return 1;
    h_first = 0;
  }
  h_spot = spot;
  if (--h_budget == 0) h_fail("an endless loop: it makes no step that others could see");
  return 0;
}
static int h_yield(int pc) { W.pc[h_cur] = pc; W.frame[h_cur] = h_fp; return RAN; }
static int h_call(int fn, V self, int at, int count, int retpc) {
  int own = fn_slots(h_current()), base = h_fp + own + 3, i, slots;
  V *B;
  if (fn < 0) { h_fail("a function that this kernel does not have"); return GO; }
  slots = fn_slots(fn);
  if (base + slots >= stack_cells[h_cur]) { h_left_out("calls that nest deeper than it has room for (hmm export --room)"); return GO; }
  if (base + slots > h_deepest) h_deepest = base + slots;
  B = &W.stack[stack_base[h_cur] + base];
  B[-3] = h_link(fn, base - h_fp, retpc);
  B[-2] = h_num(W.htop[h_cur]);
  B[-1] = self == H_NONE ? 0 : self;
  for (i = 0; i < fn_params(fn); i++) B[i] = i < count ? L[at + i] : H_NONE;
  h_fp = base;
  F = B;
  if (fn_hook(fn) != 0) h_called(fn_hook(fn), self, L + at, count);
  h_pc = fn_entry(fn);
  return GO;
}
static int h_callback(const int *of, V self) {
  if (h_tag(self) == T_DEV) return of[h_pay(self)];
  if (h_tag(self) != T_CTX) h_fail("a callback is called on what has no callbacks");
  return of[h_ctx_device((int)h_pay(self))];
}
static V p_choose(V from, V to) {
  if (h_tag(from) != T_INT || h_tag(to) != T_INT || to <= from) return h_fail("choose needs a range of numbers with something in it");
  return from + h_num(h_choose((int)(h_pay(to) - h_pay(from))));
}
static void h_start(int t, int fn, V self) {
  V *B = &W.stack[stack_base[t] + 3];
  B[-3] = h_link(fn, 0, 0);
  B[-2] = 0;
  B[-1] = self == H_NONE ? 0 : self;
  W.pc[t] = fn_entry(fn);
  W.frame[t] = 3;
  W.status[t] = S_RUNNING;
  h_started[h_startedcount++] = t;
}
static int h_return(V v) {
  V link = F[-3];
  int fn = h_link_fn(link), distance = h_link_distance(link), pc = h_link_pc(link), top = (int)h_pay(F[-2]), i, slots = fn_slots(fn);
  if (fn_hook(fn) != 0) {
    V params[16];
    for (i = 0; i < fn_params(fn) && i < 16; i++) params[i] = F[i];
    h_returned(fn_hook(fn), h_self(), params, fn_params(fn), v);
  }
  if ((h_tag(v) == T_LIST || h_tag(v) == T_STRUCT) && h_owner(v) == h_cur && h_number(v) >= top && h_cur != 0) {
    h_liftedcount = 0; h_plantat = 0; h_liftmode = 2; h_lifttop = top;
    h_lift(v, 0);
    h_release(h_cur, top);
    v = h_plant(h_cur);
  } else h_release(h_cur, top);
  for (i = -3; i < slots; i++) F[i] = 0;
  h_rv = v;
  if (distance == 0) {
    int worker = h_cur >= FIRST_WORKER;
    W.pc[h_cur] = 0;
    W.frame[h_cur] = 0;
    W.status[h_cur] = worker && !fn_thread(fn) ? S_FINISHED : S_IDLE;
    if (worker) { h_operation_ended(h_cur); W.statement[h_cur] = 0; }
    return ENDED;
  }
  h_fp -= distance;
  F = &W.stack[stack_base[h_cur] + h_fp];
  h_pc = -pc;
  return GO;
}
static int h_spawn(int fn, int at, int count, V self) {
  int t, i, process;
  V own[16];
  for (t = FIRST_WORKER; t < W.threads && W.status[t] != S_FINISHED; t++);
  if (t == W.threads) {
    if (t >= NT) return (int)h_left_out("more workers at once than it has room for (hmm export --room)");
    W.threads++;
  }
  process = h_tag(self) == T_CTX ? h_ctx_process((int)h_pay(self)) + 1 : W.process[h_cur];
  W.process[t] = process;
  W.cpu[t] = W.cpu[h_cur];
  W.device[t] = W.device[h_cur];
  W.sampledsub[t] = W.sampledseq[t] = 0;
  for (i = 0; i < count && i < 16; i++) own[i] = h_copied(t, L[at + i], 1);
  h_start(t, fn, self);
  for (i = 0; i < count && i < 16; i++) W.stack[stack_base[t] + 3 + i] = own[i];
  return t;
}
static void h_start_thread(int t, int fn) {
  int process = W.process[t] - 1, device = W.device[t] - 1, context = device * NPROC + process;
  if (!W.exists[process]) h_fail("the process of a thread does not exist at this point");
  if (device >= 0 && !W.ctxexists[context]) { h_left_out("a device's context that is opened in the midst of the scenario"); return; }
  h_start(t, fn, device < 0 ? H_NONE : h_box(T_CTX, context));
}
static void h_end_statement(int how, int report, const char *at, V outcome, V expected) {
  h_operation_ended(h_cur);
  if (!h_judge(how, report, outcome, expected)) h_report("expectation", at);
  W.statement[h_cur] = 0;
}
static void h_expect(V v, const char *at) {
  int problem = h_problem;
  h_problem = 0;
  if (problem || !h_truthy(v)) h_report("expectation", at);
}
static int h_unsound(const char *at) {
  if (!h_problem) return 0;
  h_problem = 0;
  h_report("expectation", at);
  W.statement[h_cur] = 0;
  return 1;
}
static int h_no_number(V v, const char *at) {
  if (h_tag(v) == T_INT || h_tag(v) == T_WIDE) return 0;
  h_report("expectation", at);
  W.statement[h_cur] = 0;
  return 1;
}
static void h_check_index(V i, V limit) {
  if (h_tag(i) == T_INT && i >= 0 && i < limit) return;
  if (h_problem) h_failsoft("an index that has no value");
  else h_fail("a page outside its region");
}

/* One step of thread t on W. Mistakes of model code end the execution. */
static int h_run(int t, int upto) {
  int r;
  h_cur = t;
  h_first = !upto;
  h_upto = upto;
  h_aframe = -1;
  h_abegun = 0;
  h_budget = 4000000;
  h_problem = 0;
  h_fp = W.frame[t];
  F = &W.stack[stack_base[t] + h_fp];
  h_pc = W.pc[t];
  do r = fn_run(h_link_fn(F[-3]), h_pc); while (r == GO);
  return r;
}
static void h_give_up(void) {
  int t;
  for (t = 0; t < W.threads; t++) if (W.status[t] == S_RUNNING) W.status[t] = S_FINISHED;
  W.status[0] = S_FINISHED;
  W.over = 1;
}
/* Lets the director go on to its next statement, and started threads to their first shared one. */
static void h_settle(void) {
  int again = 1;
  while (again) {
    again = 0;
    if (W.status[0] == S_RUNNING) {
      if (!pc_statement(W.pc[0])) h_run(0, 1);
      if (W.status[0] == S_RUNNING) h_started[h_startedcount++] = 0;
    }
    while (h_startedcount > 0) {
      int t = h_started[--h_startedcount], r;
      if (W.status[t] != S_RUNNING || !pc_local(W.pc[t])) continue;
      r = h_run(t, 0);
      if (r == ENDED || t == 0) again = 1;
    }
  }
}
static const char *h_trouble;
/* Tries a step of thread t; the number of the move within it says how its choices are answered. 1 if it is a move. */
static int h_try(int t, int move) {
  int out, r = RAN;
  h_unpack();
  if (P.over || t >= P.threads || P.status[t] != S_RUNNING) return 0;
  W = P;
  WH = H;
  h_found = 0;
  h_startedcount = 0;
  h_trouble = NULL;
  h_answers = move;
  h_ways = 1;
  h_spot = pc_spot(W.pc[t]);
  h_stepspot = h_spot;
  out = setjmp(h_out);
  if (out == 0) {
    r = h_run(t, 0);
    if (r == BLOCKED) return 0;
    if (move >= h_ways) return 0;
    if (r == ENDED || h_startedcount > 0) h_settle();
    h_check_step();
    h_properties();
    if (h_ways > NMOVES) h_left_out("a step with more choices than it has room for (hmm export --room)");
    if (h_found > 0) h_give_up();
    return 1;
  }
  if (out == OUT_LEFT_OUT) { h_trouble = "left out"; h_give_up(); return move == 0; }
  h_report(out == OUT_EXPECTATION ? "expectation" : "error", h_text);
  h_give_up();
  return move < h_ways;
}
`;
