/** More than one execution: reloading an edited scenario, comparing profiles, looking at a trace. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shippedLibrary } from "../language/testing/run.ts";
import type { Body } from "./testing/client.ts";
import { InlineClient } from "./testing/client.ts";

const library = shippedLibrary();

const program = "/home/user/scenario.hmm";
const text = `scenario "migrate and fault back"
device gpu0 uses dmirror { memory 64 KiB }
process app { buf: anon 4 pages }

cpu0 write buf = 1
gpu0 migrate buf[0] to gpu0
cpu0 read buf[0] -> 1
expect value(buf[0]) == 1
`;

async function started(files: Record<string, string>, launch: Body = {}): Promise<InlineClient> {
  const c = new InlineClient(library, files);
  await c.start({ program, stopOnEntry: true, ...launch });
  await c.next("stopped");
  return c;
}
async function line(c: InlineClient, threadId: unknown): Promise<number | undefined> {
  return (await c.stack(threadId)).at(-1)?.line;
}

test("an edited scenario is reloaded at the same place if its past is unchanged", async () => {
  const files = { [program]: text };
  const c = await started(files);
  await c.ask("setBreakpoints", { source: { path: program }, breakpoints: [{ line: 7 }] });
  await c.move("continue", { threadId: 2 });
  const { step } = await c.ask("hmm/position", {});
  files[program] = text.replace("buf[0] -> 1", "buf[0] -> 7");
  const reloaded = await c.ask("hmm/reload");
  assert.deepEqual(reloaded, { step, same: true, because: "" });
  const stop = (await c.next("stopped")).body;
  assert.equal(await line(c, stop.threadId), 7);
  assert.equal((await c.move("continue", { threadId: stop.threadId })).description, "expectation");
  await c.move("hmm/goTo", { step });

  // The past is another one: it stands where that begins.
  files[program] = text.replace("gpu0 migrate buf[0]", "gpu0 migrate buf[1]");
  const other = await c.ask("hmm/reload");
  assert.equal(other.same, false);
  assert.equal(await line(c, (await c.next("stopped")).body.threadId), 6);
  // What does not compile is told, and all stays as it was.
  files[program] = "cpu0 wriet buf";
  assert.equal((await c.request("hmm/reload")).success, false);
  assert.equal((await c.ask("hmm/position", {})).step, other.step);
});

test("a reload repeats what was chosen, and goes on by what was followed", async () => {
  const choosing = `process app { buf: anon 4 pages }
inject maybe page_alloc times 1 after 1
cpu0 write buf[0] = 1 -> any
cpu0 write buf[1] = 1 -> any
cpu0 write buf[2] = 1 -> any
expect value(buf[1]) == 1
`;
  const files = { [program]: choosing };
  const c = await started(files);
  assert.equal((await c.ask("hmm/explore", {})).verdict, "fail");
  await c.ask("hmm/follow", { failure: 0 });
  assert.equal((await c.next("hmm/moved")).body.step, 1, "a step of the history");
  // A thread alone chooses what it is said to, too.
  await c.move("next", { threadId: 1 });
  await c.move("next", { threadId: 2, singleThread: true });
  await c.move("next", { threadId: 2, singleThread: true });
  await c.move("next", { threadId: 1 });
  const { step } = await c.ask("hmm/position", {});
  assert.equal((await c.ask("evaluate", { expression: "value(buf[1])" })).result, "0");
  files[program] = `${choosing}cpu0 read buf[0]\n`;
  assert.deepEqual(await c.ask("hmm/reload"), { step, same: true, because: "" });
  await c.next("stopped");
  assert.equal((await c.move("continue", { threadId: 2 })).description, "expectation");
});

test("files that are read anew are told as sources and modules: changed, new, and gone", async () => {
  const driver = "/home/user/mine.hmm";
  const files: Record<string, string> = { [program]: text, [driver]: "driver mine extends dmirror { }\n" };
  const c = await started(files);
  const told = (): unknown[] =>
    c.events.flatMap(({ event, body }) => {
      if (event === "module") return [`module ${body.reason} ${(body.module as Body).id}`];
      return event === "loadedSource" ? [`source ${body.reason} ${(body.source as Body).path}`] : [];
    });
  await c.ask("hmm/reload");
  assert.deepEqual(told(), []);
  files[program] = `import "./mine.hmm"\n${text.replace("dmirror", "mine")}`;
  await c.ask("hmm/reload");
  assert.deepEqual(told().toSorted(), [
    `module changed ${program}`,
    `module new ${driver}`,
    `source changed ${program}`,
    `source new ${driver}`,
  ]);
  files[program] = text;
  await c.ask("restart", {});
  assert.deepEqual(told().slice(4).toSorted(), [
    `module changed ${program}`,
    `module removed ${driver}`,
    `source changed ${program}`,
    `source removed ${driver}`,
  ]);
});

test("what is at random goes on after a reload as it would have", async () => {
  const racing = `process app { buf: anon 4 pages }
parallel {
  cpu0 { write buf = 1  read buf[0]  write buf[3] = 4 }
  cpu1 { read buf[1]  write buf[2] = 3  read buf[3] }
}
`;
  const order = async (isReloaded: boolean): Promise<unknown> => {
    const c = await started({ [program]: racing }, { seed: 5, stopAtEnd: true });
    await c.move("stepIn", { threadId: 2 });
    for (let i = 0; i < 60; i++) {
      const threadId = Number(c.adapter.session?.stop.thread) + 1;
      await c.move("stepIn", { threadId, granularity: "instruction" });
    }
    if (isReloaded) {
      assert.equal((await c.ask("hmm/reload")).same, true);
      await c.next("stopped");
    }
    await c.move("continue", { threadId: 2 });
    return (await c.ask("hmm/schedule")).schedule;
  };
  assert.deepEqual(await order(true), await order(false));
});

test("breakpoints of an edited file are of its new lines; what was edited is not verified before a reload", async () => {
  const files = { [program]: text };
  const c = await started(files);
  const source = { path: program };
  const set = async (...lines: number[]): Promise<Body[]> => {
    const breakpoints = lines.map((at) => ({ line: at }));
    return (await c.ask("setBreakpoints", { source, breakpoints })).breakpoints as Body[];
  };
  files[program] = text.replace("cpu0 write buf = 1", "// One more line.\n\ncpu0 write buf = 2");
  const [edited, moved] = await set(7, 9);
  assert.deepEqual([edited?.verified, edited?.line], [false, 7]);
  assert.match(String(edited?.message), /edited since the program was started: reload or restart it/);
  assert.deepEqual([moved?.verified, moved?.line, moved?.endLine], [true, 9, 9]);
  const stop = await c.move("continue", { threadId: 2 });
  assert.deepEqual(stop.hitBreakpointIds, [moved?.id]);
  assert.equal(await line(c, stop.threadId), 7, "the line of the program that runs");
  await c.ask("restart", {});
  await c.next("stopped");
  assert.deepEqual(
    c.events.filter(({ event }) => event === "breakpoint").map(({ body }) => (body.breakpoint as Body).verified),
    [true, true],
  );
  assert.equal(await line(c, (await c.move("continue", { threadId: 2 })).threadId), 9);
});

test("breakpoints keep their numbers over restarts, and their statements over edits, though nobody sets them again", async () => {
  const files = { [program]: text };
  const c = await started(files);
  const source = { path: program };
  const lines = (await c.ask("setBreakpoints", { source, breakpoints: [{ line: 7 }, { line: 8 }] })).breakpoints;
  const functions = (await c.ask("setFunctionBreakpoints", { breakpoints: [{ name: "do_anonymous_page" }] }))
    .breakpoints;
  const { dataId } = await c.ask("dataBreakpointInfo", { name: "pte(buf[0]).kind" });
  const stop = await c.move("continue", { threadId: 2 });
  const [frame] = await c.stack(stop.threadId);
  const { scopes } = await c.ask("scopes", { frameId: frame?.id });
  const [locals] = scopes as { variablesReference: number }[];
  const local = await c.ask("dataBreakpointInfo", { variablesReference: locals?.variablesReference, name: "vmf" });
  const data = (await c.ask("setDataBreakpoints", { breakpoints: [{ dataId }, { dataId: local.dataId }] })).breakpoints;
  const id = (of: unknown, at: number): unknown => (of as Body[])[at]?.id;
  files[program] = text.replace("cpu0 write buf = 1", "cpu0 write buf = 1\n\ncpu0 read buf[3]");
  await c.ask("restart", {});
  await c.next("stopped");
  const changed = c.events.flatMap(({ event, body }) => (event === "breakpoint" ? [body.breakpoint as Body] : []));
  assert.deepEqual(
    changed.map((b) => [b.id, b.verified, b.line]),
    [
      [id(lines, 0), true, 9],
      [id(lines, 1), true, 10],
      [id(functions, 0), true, changed[2]?.line],
      [id(data, 0), true, undefined],
      [id(data, 1), false, undefined],
    ],
  );
  assert.match(String(changed[4]?.message), /set it again/);
  assert.deepEqual((await c.move("continue", { threadId: 2 })).hitBreakpointIds, [id(functions, 0)]);
  assert.deepEqual((await c.move("continue", { threadId: 2 })).hitBreakpointIds, [id(data, 0)]);
  await c.ask("setFunctionBreakpoints", { breakpoints: [] });
  await c.ask("setDataBreakpoints", { breakpoints: [] });
  const last = await c.move("continue", { threadId: 2 });
  assert.deepEqual(last.hitBreakpointIds, [id(lines, 0)]);
  assert.equal(await line(c, last.threadId), 9);
});

test("what is sent right behind breakpoints waits for them", async () => {
  const c = new InlineClient(library, { [program]: text });
  await c.ask("initialize", { adapterID: "hmm" });
  const launched = c.ask("launch", { program });
  await c.next("initialized");
  await launched;
  const set = c.ask("setBreakpoints", { source: { path: program }, breakpoints: [{ line: 5 }] });
  const done = c.ask("configurationDone");
  assert.equal((await c.next("stopped")).body.reason, "breakpoint");
  await Promise.all([set, done]);
});

test("the same scenario follows under another profile, and what is different is told", async () => {
  const exclusive = text.replace("gpu0 migrate buf[0] to gpu0", "gpu0 exclusive buf[0]").replace("-> 1\n", "\n");
  const c = await started({ [program]: exclusive.replace("scenario", 'kernel "linux-6.12"\nscenario') });
  const { threadId } = await c.move("next", { threadId: 2 });
  const first = await c.ask("hmm/compare", { kernel: "linux-6.15" });
  assert.deepEqual([first.kernel, first.statements], ["linux-6.15", 1]);
  await c.move("next", { threadId });
  const then = await c.ask("hmm/compare", { kernel: "linux-6.15" });
  assert.equal(then.statements, 2);
  const differences = then.differences as Body[];
  const mapcount = differences.find(({ what }) => what === "folio(buf[0]).mapcount");
  assert.deepEqual(
    [mapcount?.kind, mapcount?.before, mapcount?.after],
    ["page", "0", "1"],
    "6.15 does not take the mapping away from the count",
  );
  assert.ok(
    differences.every(({ what }) => !/pfn/.test(String(what))),
    "numbers of frames mean nothing elsewhere",
  );
  assert.ok(differences.some(({ kind }) => kind === "event"));
  assert.equal(then.statement, "gpu0 exclusive buf[0]");
  const same = await c.ask("hmm/compare", { kernel: "linux-6.12" });
  assert.deepEqual(same.differences, []);
  await c.move("stepBack", { threadId });
  assert.equal((await c.ask("hmm/compare", { kernel: "linux-6.15" })).statements, 1, "it follows back, too");
  assert.equal((await c.request("hmm/compare", { kernel: "linux-0.1" })).success, false);
});

test("a trace is looked at without its scenario", async () => {
  const trace = [
    { type: "scenario", file: "/home/user/gone.hmm", title: "a trace", kernel: "linux-6.12" },
    {
      type: "event",
      n: 1,
      event: "fault",
      thread: "cpu0",
      line: 5,
      function: "handle_mm_fault",
      region: "buf",
      page: 0,
    },
    { type: "event", n: 2, event: "alloc", thread: "cpu0", line: 5, where: "N0", pages: 1 },
    { type: "statement", n: 3, line: 5, thread: "cpu0", verb: "write", outcome: 0, ok: true },
    { type: "state", after: 5, pages: [{ process: "app", region: "buf", page: 0, pte: { kind: "present" } }] },
    { type: "event", n: 4, event: "fault", thread: "gpu0", line: 6, region: "buf", page: 0 },
    { type: "result", verdict: "pass", failures: [], counts: {}, steps: 9 },
  ];
  const file = "/home/user/trace.jsonl";
  const c = new InlineClient(library, {
    [file]: trace.map((object) => JSON.stringify(object)).join("\n"),
    "/home/user/none": "not a trace",
    "/home/user/gone.hmm": "as it was",
  });
  await c.start({ trace: file }, () =>
    c.ask("setBreakpoints", { source: { path: "/home/user/gone.hmm" }, breakpoints: [{ line: 6 }, { line: 99 }] }),
  );
  const entry = (await c.next("stopped")).body;
  const { capabilities } = c.events.find(({ event }) => event === "capabilities")?.body ?? {};
  assert.equal((capabilities as Body).supportsSetVariable, false, "nothing can be set in a trace");
  assert.equal(entry.reason, "entry");
  assert.deepEqual((await c.ask("threads")).threads, [
    { id: 1, name: "cpu0" },
    { id: 2, name: "gpu0" },
  ]);
  const [frame] = await c.stack(entry.threadId);
  assert.deepEqual([frame?.name, frame?.line], ["fault(region: buf, page: 0) in handle_mm_fault", 5]);
  const rest = await c.ask("stackTrace", { threadId: entry.threadId, startFrame: 1, levels: 19 });
  assert.deepEqual(rest, { stackFrames: [], totalFrames: 1 });
  assert.equal((await c.move("next", { threadId: 1 })).reason, "step");
  assert.equal((await c.ask("evaluate", { expression: "where" })).result, "N0");
  const stop = await c.move("continue", { threadId: 1 });
  assert.deepEqual([stop.reason, stop.threadId], ["breakpoint", 2]);
  const pages = await c.scope(1, "Pages");
  assert.ok(pages.has("buf[0]"));
  assert.equal((await c.ask("evaluate", { expression: "pte(buf[0]).kind" })).result, "present");
  assert.match(
    (await c.request("evaluate", { expression: "pte(buf[1])" })).message ?? "",
    /'pte\(buf\[1\]\)' is not in it/,
  );
  const set = await c.ask("setFunctionBreakpoints", { breakpoints: [{ name: "handle_mm_fault" }, { name: "nobody" }] });
  assert.deepEqual(
    (set.breakpoints as Body[]).map((b) => b.verified),
    [true, false],
  );
  assert.equal((await c.move("reverseContinue", { threadId: 2 })).reason, "function breakpoint");
  assert.equal((await c.ask("exceptionInfo", { threadId: 1 })).exceptionId, "fault");
  const { targets } = await c.ask("gotoTargets", { source: { path: "/home/user/gone.hmm" }, line: 6 });
  const targetId = (targets as { id: number }[])[0]?.id;
  assert.equal((await c.move("goto", { threadId: 1, targetId })).reason, "goto");
  assert.deepEqual((await c.ask("loadedSources")).sources, [{ name: "gone.hmm", path: "/home/user/gone.hmm" }]);
  await c.ask("setFunctionBreakpoints", { breakpoints: [] });
  const conditional = { filters: [], filterOptions: [{ filterId: "alloc", condition: "pages == 1" }] };
  const [told] = (await c.ask("setExceptionBreakpoints", conditional)).breakpoints as Body[];
  assert.match(String(told?.message), /not looked at in a trace/);
  assert.equal((await c.move("reverseContinue", { threadId: 2 })).description, "alloc");
  assert.match(String((await c.move("hmm/goTo", { step: 4 })).reason), /goto/);
  assert.match((await c.request("setExpression", { expression: "buf", value: "1" })).message ?? "", /This is a trace/);
  assert.equal((await c.request("launch", { trace: "/home/user/none" })).success, false);
  await c.ask("disconnect", {});
});

test("a trace from elsewhere finds its scenario beside it, or does without", async () => {
  const trace = [
    { type: "scenario", file: "/of/somebody/else/gone.hmm", title: "a trace", kernel: "linux-6.12" },
    { type: "statement", n: 1, line: 5, thread: "cpu0", verb: "write", outcome: 0, ok: true },
  ];
  const text = trace.map((object) => JSON.stringify(object)).join("\n");
  const file = "/home/user/trace.jsonl";
  const beside = new InlineClient(library, { [file]: text, "/home/user/gone.hmm": "as it was" });
  await beside.start({ trace: file });
  await beside.next("stopped");
  assert.equal((await beside.stack(1))[0]?.source?.path, "/home/user/gone.hmm");

  const alone = new InlineClient(library, { [file]: text });
  await alone.start({ trace: file });
  assert.match(String((await alone.next("output")).body.output), /With gone.hmm in the trace's folder/);
  await alone.next("stopped");
  const [frame] = await alone.stack(1);
  assert.deepEqual([frame?.name, frame?.source], ["write ended with 0, line 5", undefined]);
  assert.deepEqual((await alone.ask("loadedSources")).sources, []);
});
