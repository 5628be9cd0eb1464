/** Other moments, other threads, other orders: by requests and events. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shippedLibrary } from "../language/testing/run.ts";
import type { Body } from "./testing/client.ts";
import { InlineClient } from "./testing/client.ts";

const library = shippedLibrary();

const program = "/home/user/scenario.hmm";
const machine = `device gpu0 uses dmirror { memory 64 KiB }
process app { buf: anon 4 pages  counter: anon 1 page }
`;
const migrating = `scenario "migrate and fault back"
${machine}
cpu0 write buf = 1
gpu0 migrate buf[0] to gpu0
cpu0 read buf[0] -> 1
expect value(buf[0]) == 1
`;
const racing = `scenario "two threads"
${machine}
cpu0 write counter = 0
parallel {
  cpu0 { write counter = 1  read buf[0]  write buf[1] = 2 }
  cpu1 { read counter  write buf[1] = 3 }
}
`;

async function started(text: string, launch: Body = {}, abilities: Body = {}): Promise<InlineClient> {
  const c = new InlineClient(library, { [program]: text, ...schedules });
  await c.start({ program, stopOnEntry: true, ...launch }, undefined, abilities);
  await c.next("stopped");
  return c;
}
const schedules: Record<string, string> = {};
async function position(c: InlineClient): Promise<number> {
  return Number((await c.ask("hmm/position", {})).step);
}
async function top(c: InlineClient, threadId: unknown): Promise<string> {
  const [frame] = await c.stack(threadId);
  return `${frame?.name}:${frame?.line}`;
}
async function toFunction(c: InlineClient, name: string): Promise<Body> {
  await c.ask("setFunctionBreakpoints", { breakpoints: [{ name }] });
  const stop = await c.move("continue", { threadId: 2 });
  await c.ask("setFunctionBreakpoints", { breakpoints: [] });
  return stop;
}

test("a frame is restarted: back to where its function was entered", async () => {
  const c = await started(migrating);
  const { threadId } = await toFunction(c, "do_swap_page");
  const entered = await position(c);
  for (let i = 0; i < 2; i++) await c.move("next", { threadId });
  assert.ok((await position(c)) > entered);
  const frames = await c.stack(threadId);
  const frame = frames.find((f) => f.name.startsWith("do_swap_page("));
  assert.equal(frame?.canRestart, true);
  const stop = await c.move("restartFrame", { frameId: frame?.id });
  assert.equal(stop.reason, "goto");
  assert.equal(await position(c), entered);
  const outermost = (await c.stack(threadId)).at(-1);
  await c.move("restartFrame", { frameId: outermost?.id });
  assert.match(await top(c, threadId), /^cpu0 read buf\[0\] -> 1:7$/);
});

test("a line can be gone to: at each moment of the past, or forward", async () => {
  const c = await started(migrating.replace("cpu0 read", "repeat 3 { cpu0 read").replace("-> 1", "-> 1 }"));
  const source = { path: program };
  const ahead = (await c.ask("gotoTargets", { source, line: 7 })).targets as { id: number; label: string }[];
  assert.deepEqual(
    ahead.map((target) => target.label),
    ["run forward to this statement"],
  );
  await c.ask("setBreakpoints", { source, breakpoints: [{ line: 8 }] });
  assert.equal((await c.move("goto", { threadId: 2, targetId: ahead[0]?.id })).reason, "goto");
  await c.move("continue", { threadId: 2 });
  const line = (await c.ask("gotoTargets", { source, line: 5 })).targets as { id: number; label: string }[];
  assert.match(line[0]?.label ?? "", /^step 0: cpu0, 1 of 1 \(past\)$/);
  await c.move("goto", { threadId: 2, targetId: line[0]?.id });
  assert.equal(await position(c), 0);
  assert.equal((await c.request("goto", { threadId: 2, targetId: 99 })).success, false);
  assert.deepEqual((await c.ask("gotoTargets", { source: { path: "/elsewhere.hmm" }, line: 1 })).targets, []);
});

test("step in offers the threads that could move next", async () => {
  const c = await started(racing);
  const { threadId } = await c.move("next", { threadId: 2 });
  const [frame] = await c.stack(threadId);
  const { targets } = await c.ask("stepInTargets", { frameId: frame?.id });
  const labels = (targets as { id: number; label: string }[]).map((t) => t.label);
  assert.deepEqual(labels, ["cpu0: write counter = 1", "cpu1: read counter"]);
  const cpu1 = (targets as { id: number }[])[1]?.id;
  const stop = await c.move("stepIn", { threadId, targetId: cpu1 });
  assert.equal(stop.threadId, cpu1);
  assert.ok((await c.stack(cpu1)).length > 1, "cpu1 has gone into its read");
  assert.equal((await c.stack(threadId)).length, 1, "cpu0 stands where it stood");
  assert.equal((await c.request("stepIn", { threadId, targetId: 77 })).success, false);
});

test("a thread runs alone until it waits, and a thread is ended", async () => {
  const text = `scenario "waits"\n${machine}parallel {\n  cpu0 { wait until value(counter) == 1 }\n  cpu1 { write counter = 1 }\n}\n`;
  const c = await started(text);
  await c.ask("hmm/runThread", { threadId: 2 });
  await c.next("continued");
  const stop = (await c.next("stopped")).body;
  assert.match(String(stop.text), /cpu0 cannot go on alone: it waits for 'value\(counter\) == 1'/);
  await c.move("terminateThreads", { threadIds: [2] });
  assert.ok(c.events.some(({ event, body }) => event === "thread" && body.reason === "exited" && body.threadId === 2));
  const { changes } = await c.ask("hmm/changes");
  assert.deepEqual((changes as Body[])[0]?.text, "cpu0 is ended");
  await c.ask("continue", { threadId: 3 });
  assert.deepEqual((await c.next("exited")).body, { exitCode: 0 });
  assert.equal((await c.request("terminateThreads", { threadIds: [99] })).success, false);
  const d = await started(text);
  await d.move("terminateThreads", { threadIds: [2] });
  const again = await d.request("terminateThreads", { threadIds: [2] });
  assert.match(again.message ?? "", /cpu0 has nothing to do here that could be ended/);
});

test("the order of steps is saved, and replays to the same state", async () => {
  const c = await started(racing, { seed: 7, stopAtEnd: true });
  await c.ask("setExceptionBreakpoints", { filters: [] });
  await c.move("continue", { threadId: 2 });
  const saved = await c.ask("hmm/schedule");
  assert.deepEqual([saved.complete, saved.changes], [true, []]);
  const hash = c.adapter.session?.simulation.store.hashLow;
  const steps = await position(c);
  schedules["/home/user/saved.json"] = JSON.stringify(saved.schedule);
  const again = await started(racing, { schedule: "/home/user/saved.json", stopAtEnd: true });
  await again.ask("setExceptionBreakpoints", { filters: [] });
  await again.move("continue", { threadId: 2 });
  assert.equal(again.adapter.session?.simulation.store.hashLow, hash);
  assert.equal(await position(again), steps);
});

test("from any stop all continuations are explored, and a failure found is followed", async () => {
  const bad = racing.replace(
    "cpu0 write counter = 0",
    "never value(counter) == 1 and value(buf[1]) == 3\ncpu0 write counter = 0",
  );
  const c = await started(bad);
  const { threadId } = await c.move("next", { threadId: 2 });
  const found = await c.ask("hmm/explore", {});
  assert.deepEqual([found.verdict, (found.failures as Body[]).length > 0], ["fail", true], String(found.message));
  await c.ask("hmm/follow", { failure: 0 });
  const stop = await c.move("continue", { threadId });
  assert.equal(stop.description, "never");
  assert.match(String(stop.text), /does not hold/);
  const d = await started(migrating);
  const fine = await d.ask("hmm/explore", {});
  assert.deepEqual([fine.verdict, fine.complete], ["pass", true]);
  assert.match(String(fine.message), /^From here everything holds/);
  assert.equal((await d.request("hmm/follow", { failure: 3 })).success, false);
  const limited = await started(racing);
  await limited.move("next", { threadId: 2 });
  assert.equal((await limited.ask("hmm/explore", { maxStates: 5 })).verdict, "limit");
});

test("an expression is followed over the history, and its first and last change gone to", async () => {
  const c = await started(migrating, { stopAtEnd: true });
  await c.move("continue", { threadId: 2 });
  const { points, complete } = await c.ask("hmm/track", { expression: "folio(buf[0]).where" });
  assert.equal(complete, true);
  assert.deepEqual(
    (points as { value: string }[]).map((point) => point.value),
    ["none", "N0", "none", "N0", "gpu0", "none", "gpu0", "N0"],
  );
  await c.ask("hmm/toChange", { expression: "folio(buf[0]).where", which: "first" });
  assert.equal((await c.next("stopped")).body.reason, "goto");
  assert.equal(await position(c), (points as { step: number }[])[1]?.step);
  await c.ask("hmm/toChange", { expression: "folio(buf[0]).where", which: "last" });
  await c.next("stopped");
  assert.equal(await position(c), (points as { step: number }[]).at(-1)?.step);
  assert.match((await c.request("hmm/toChange", { expression: "1 + 1", which: "last" })).message ?? "", /is the same/);
  assert.equal((await c.request("hmm/track", { expression: "nothing" })).success, false);
});

test("why a page is where it is: the chain of what happened to it", async () => {
  const c = await started(migrating, { stopAtEnd: true });
  await c.move("continue", { threadId: 2 });
  const reason = await c.ask("hmm/why", { place: "buf[0]" });
  assert.equal(reason.place, "buf[0]");
  const chain = reason.chain as { step: number; what: string[]; within: string[]; statement: string; thread: string }[];
  const all = chain.flatMap((link) => link.what);
  for (const wanted of [
    /^fault\(thread: cpu0/,
    /^the CPU's entry: none → present/,
    /^gpu0's entry/,
    /^migrate_to_ram\(/,
  ]) {
    assert.ok(
      all.some((what) => wanted.test(what)),
      String(wanted),
    );
  }
  const back = chain.find((link) => link.what.some((what) => what.startsWith("migrate_to_ram(")));
  assert.deepEqual([back?.thread, back?.statement], ["cpu0", "cpu0 read buf[0] -> 1"]);
  assert.ok(back?.within.includes("do_swap_page"));
  assert.deepEqual(
    chain.map((link) => link.step),
    chain.map((link) => link.step).toSorted((a, b) => a - b),
  );
  const { result } = await c.ask("evaluate", { expression: "why buf[0]", context: "repl" });
  assert.match(String(result), /^buf\[0\] is present.*, because:\n {0}step \d+: /);
  const { regions } = await c.ask("hmm/position", {});
  const region = (regions as { id: number; name: string }[]).find((r) => r.name === "buf")?.id;
  assert.equal((await c.ask("hmm/why", { region, page: 0 })).place, "buf[0]");
  assert.match(String((await c.ask("evaluate", { expression: "why counter", context: "repl" })).result), /Nothing has/);
  assert.equal((await c.request("hmm/why", { place: "nowhere" })).success, false);

  // Under the mouse a place is its page, and the chain is beneath it, the last link first.
  const shown = await c.ask("evaluate", { expression: "buf[0]", context: "hover" });
  const under = await c.children(shown.variablesReference as number);
  assert.match(under.get("pte")?.value ?? "", /^present/);
  const links = await c.children(under.get("why")?.variablesReference ?? 0);
  assert.deepEqual([...links.keys()], chain.map(({ step }) => `step ${step}`).toReversed());
  const link = links.get(`step ${back?.step}`);
  assert.match(link?.value ?? "", /migrate_to_ram\(.*\) — cpu0, linux-[\d.]+\.hmm:\d+$/);
  const line = Number(/\d+$/.exec(link?.value ?? "")?.[0]);
  assert.equal((await c.ask("locations", { locationReference: link?.valueLocationReference })).line, line);
  assert.equal((await c.children(link?.variablesReference ?? 0)).get("statement")?.value, "cpu0 read buf[0] -> 1");
});

test("a statement typed with do becomes part of the execution, until one steps back over it", async () => {
  const c = await started(migrating);
  const { threadId } = await c.move("next", { threadId: 2 });
  const before = await position(c);
  const ask = async (expression: string) => (await c.ask("evaluate", { expression, context: "repl" })).result;
  assert.match(String(await ask("do cpu0 write buf[0] = 9")), /goes first from here/);
  await c.ask("setExceptionBreakpoints", { filters: ["expectation"] });
  const { threads } = await c.ask("threads");
  const typed = (threads as { id: number }[]).at(-1)?.id;
  const [statement] = await c.stack(typed);
  assert.equal(statement?.name, "cpu0 write buf[0] = 9");
  const { content } = await c.ask("source", { source: statement?.source, sourceReference: 0 });
  assert.equal(content, "cpu0 write buf[0] = 9", "it is in no file, and can be looked at");
  const { sources } = await c.ask("loadedSources");
  assert.ok((sources as Body[]).every(({ path }) => path !== undefined && path !== ""));
  const stop = await c.move("continue", { threadId });
  assert.match(String(stop.text), /read ended with 9, not with 1/);
  assert.equal(await ask("value(buf[0])"), "9");
  await c.move("hmm/goTo", { step: before });
  assert.equal(await ask("value(buf[0])"), "1");
  assert.match(String(await ask("do inject fail device_alloc")), /goes first/);
  const { step } = await c.ask("hmm/position", {});
  assert.equal(step, before + 1);
  assert.equal((await c.request("evaluate", { expression: "do nonsense", context: "repl" })).success, false);
});

test("events stop before or after their statement, and a view of them counts and switches", async () => {
  const c = await started(migrating);
  const filterOptions = [{ filterId: "migrate_to_ram", mode: "before" }];
  await c.ask("setExceptionBreakpoints", { filters: [], filterOptions });
  const odd = { filters: [], filterOptions: [{ filterId: "migrate_to_ram", mode: "sideways" }] };
  const [told] = (await c.ask("setExceptionBreakpoints", odd)).breakpoints as Body[];
  assert.match(String(told?.message), /no mode 'sideways'/);
  await c.ask("setExceptionBreakpoints", { filters: [], filterOptions });
  const stop = await c.move("continue", { threadId: 2 });
  assert.equal(stop.description, "migrate_to_ram buf[0]");
  const count = async (name: string): Promise<Body | undefined> =>
    ((await c.ask("hmm/eventCounts")).events as Body[]).find((event) => event.name === name);
  assert.deepEqual([(await count("migrate_to_ram"))?.count, (await count("migrate_to_ram"))?.stops], [0, true]);
  const before = await position(c);
  await c.move("stepIn", { threadId: stop.threadId, granularity: "instruction" });
  assert.equal((await count("migrate_to_ram"))?.count, 1);
  await c.move("reverseContinue", { threadId: stop.threadId });
  assert.equal(await position(c), before, "running back stops in front of it, too");
  await c.ask("hmm/stopAtEvents", { events: ["copy"] });
  assert.equal((await c.move("continue", { threadId: stop.threadId })).description, "copy");
  await c.ask("hmm/stopAtEvents", { events: [] });
  await c.ask("continue", { threadId: stop.threadId });
  assert.deepEqual((await c.next("exited")).body, { exitCode: 0 });
});

test("step filters keep to drivers, or to the scenario; other frames are subtle", async () => {
  const c = await started(migrating, { stepFilter: "drivers" });
  await c.move("next", { threadId: 2 });
  const { threadId } = await c.move("stepIn", { threadId: 4 });
  const { stackFrames } = await c.ask("stackTrace", { threadId });
  const [inner] = stackFrames as Body[];
  assert.match(JSON.stringify(inner?.source), /drivers\//);
  assert.equal(inner?.presentationHint, undefined);
  await c.ask("hmm/stepFilter", { filter: "scenario" });
  const hints = ((await c.ask("stackTrace", { threadId })).stackFrames as Body[]).map((f) => f.presentationHint);
  assert.equal(hints[0], "subtle");
  const out = await c.move("stepIn", { threadId });
  assert.match(await top(c, out.threadId), /^cpu0 read buf/);
  assert.equal((await c.request("hmm/stepFilter", { filter: "none" })).success, false);
});

test("functions are listed by the names that breakpoints take; near misses are told", async () => {
  const mine = migrating
    .replace("dmirror", "mine")
    .replace("process", "driver mine extends dmirror { on page_free(page) { super(page) } }\nprocess");
  const c = await started(mine);
  const { functions } = await c.ask("hmm/functions");
  const names = (functions as { name: string }[]).map(({ name }) => name);
  for (const name of ["do_swap_page", "dmirror.migrate_to_ram", "mine.page_free"])
    assert.ok(names.includes(name), name);
  assert.equal(new Set(names).size, names.length);
  const set = await c.ask("setFunctionBreakpoints", {
    breakpoints: [...names, "do_swap_page(vmf)", "do_swap_pgae", "nothing like it"].map((name) => ({ name })),
  });
  const told = set.breakpoints as { verified: boolean; message?: string }[];
  assert.deepEqual(
    names.filter((_, i) => told[i]?.verified !== true),
    [],
  );
  assert.deepEqual(
    told.slice(names.length).map(({ verified, message }) => message ?? verified),
    [
      true,
      "The model has no function 'do_swap_pgae'. Did you mean 'do_swap_page'?",
      "The model has no function 'nothing like it'.",
    ],
  );
  // What a driver has from the one that it extends is stopped at by either name.
  await c.ask("setFunctionBreakpoints", { breakpoints: [{ name: "mine.migrate_to_ram" }] });
  const stop = await c.move("continue", { threadId: 2 });
  assert.equal(stop.reason, "function breakpoint");
  assert.match(await top(c, stop.threadId), /^dmirror\.migrate_to_ram\(vmf\)/);
});

test("frames name their parameters, and their values if asked for; modules are listed", async () => {
  const c = await started(migrating);
  const { threadId } = await toFunction(c, "do_swap_page");
  assert.match(await top(c, threadId), /^do_swap_page\(vmf\):/);
  const format = { parameters: true, parameterValues: true, line: true };
  const { stackFrames } = await c.ask("stackTrace", { threadId, format, levels: 1 });
  const [frame] = stackFrames as { name: string; moduleId: string }[];
  assert.match(frame?.name ?? "", /^do_swap_page\(vmf=.+\):\d+$/);
  const { modules, totalModules } = await c.ask("modules", { startModule: 0, moduleCount: 5 });
  assert.equal((modules as Body[]).length, 5);
  assert.ok(Number(totalModules) > 5);
  const all = (await c.ask("modules")).modules as Body[];
  assert.ok(all.some((module) => module.id === frame?.moduleId && module.isUserCode === false));
  assert.equal(all.find((module) => module.name === "scenario.hmm")?.isUserCode, true);
});

test("long work tells how far it is, and is cancelled", async () => {
  const endless = `scenario "endless"\n${machine}cpu0 { for i in 0..1000000000 { read counter } }\n`;
  const c = await started(endless, {}, { supportsProgressReporting: true });
  await c.ask("continue", { threadId: 2 });
  const { body } = await c.next("progressStart");
  assert.equal(body.cancellable, true);
  await c.next("progressUpdate");
  await c.ask("cancel", { progressId: body.progressId });
  assert.equal((await c.next("stopped")).body.reason, "pause");
  assert.ok(c.events.some(({ event }) => event === "progressEnd"));
  const exploring = c.request("hmm/explore", {});
  const seq = c.lastSeq;
  await c.ask("threads");
  await c.ask("cancel", { requestId: seq });
  const reply = await exploring;
  assert.deepEqual([reply.success, reply.message], [false, "cancelled"]);
});

test("a long history is cut, and the user is told", async () => {
  const long = `scenario "long"\n${machine}repeat 1000 { cpu0 write counter = 1 }\n`;
  const c = await started(long, { historyLimit: 1000, stopAtEnd: true });
  await c.move("continue", { threadId: 2 });
  const told = c.events.filter(
    ({ event, body }) => event === "output" && /history has become too long/.test(String(body.output)),
  );
  assert.equal(told.length, 1);
  const back = await c.move("reverseContinue", { threadId: 2 });
  assert.equal(back.reason, "entry");
  assert.ok((await position(c)) > 0);
  assert.equal((await c.request("hmm/goTo", { step: 0 })).success, false);
});

test("failures are told in red where the client shows colours", async () => {
  const c = await started(migrating.replace("-> 1", "-> 2"), {}, { supportsANSIStyling: true });
  await c.ask("setExceptionBreakpoints", { filters: [] });
  await c.ask("continue", { threadId: 2 });
  await c.next("terminated");
  const told = c.events.find(({ event, body }) => event === "output" && body.category === "stderr");
  assert.ok(String(told?.body.output).startsWith("\u001b[31mread ended with 1, not with 2"));
});

test("an exception tells its statement, its stack, and what happened before it", async () => {
  const c = await started(migrating);
  await c.ask("setExceptionBreakpoints", { filters: ["migrate_to_ram"] });
  const { threadId } = await c.move("continue", { threadId: 2 });
  const { details } = await c.ask("exceptionInfo", { threadId });
  const told = details as { fullTypeName: string; stackTrace: string; innerException: { message: string }[] };
  assert.equal(told.fullTypeName, "migrate_to_ram in: cpu0 read buf[0] -> 1");
  assert.match(told.stackTrace, /^ {4}at [\w.-]+ \(hmm-model:\/kernel\/.+:\d+:\d+\)\n/);
  assert.match(told.innerException[0]?.message ?? "", /^step \d+: \w+\(.*\) by cpu0$/);
});

test("breakpoints are set, moved and met while the program runs", async () => {
  const endless = `scenario "endless"\n${machine}cpu0 {\n  for i in 0..1000000000 {\n\n    read counter\n  }\n}\n`;
  const c = await started(endless);
  await c.ask("continue", { threadId: 2 });
  const { breakpoints } = await c.ask("setBreakpoints", { source: { path: program }, breakpoints: [{ line: 6 }] });
  assert.deepEqual(
    (breakpoints as Body[]).map((b) => [b.verified, b.line]),
    [[true, 7]],
  );
  const stop = (await c.next("stopped")).body;
  assert.equal(stop.reason, "breakpoint");
  assert.equal((await c.stack(stop.threadId)).at(-1)?.line, 7);
});
