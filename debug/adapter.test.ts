/** The debug adapter, by requests and events. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
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
function client(files: Record<string, string> = { [program]: text }): InlineClient {
  return new InlineClient(library, files);
}
async function started(launch: Body = {}, configure?: (c: InlineClient) => Promise<unknown>): Promise<InlineClient> {
  const c = client();
  await c.start({ program, stopOnEntry: true, ...launch }, configure === undefined ? undefined : () => configure(c));
  return c;
}

test("launch, stop on entry, step to the end, exit code", async () => {
  const c = await started();
  const entry = (await c.next("stopped")).body;
  assert.deepEqual(entry, { reason: "entry", threadId: 2, allThreadsStopped: true });
  const lines: unknown[] = [(await c.stack(2))[0]?.line];
  for (let i = 0; i < 3; i++) {
    const { threadId } = await c.move("next", { threadId: lines.length === 2 ? 4 : 2 });
    lines.push((await c.stack(threadId)).at(-1)?.line);
  }
  assert.deepEqual(lines, [5, 6, 7, 8]);
  await c.ask("next", { threadId: 1 });
  assert.deepEqual((await c.next("exited")).body, { exitCode: 0 });
  await c.next("terminated");
});

test("threads, stack, scopes and variables", async () => {
  const c = await started({}, (d) =>
    d.ask("setFunctionBreakpoints", { breakpoints: [{ name: "dmirror.migrate_to_ram" }] }),
  );
  await c.next("stopped");
  const stop = await c.move("continue", { threadId: 2 });
  assert.equal(stop.reason, "function breakpoint");
  const { threads } = await c.ask("threads");
  assert.deepEqual(threads, [
    { id: 2, name: "cpu0" },
    { id: 4, name: "gpu0" },
  ]);
  const frames = await c.stack(2);
  assert.equal(frames[0]?.name, "dmirror.migrate_to_ram(vmf)");
  assert.equal(frames[0]?.source.path, "hmm-model:/drivers/dmirror.hmm");
  assert.deepEqual([frames.at(-1)?.name, frames.at(-1)?.line], ["cpu0 read buf[0] -> 1", 7]);
  const { stackFrames, totalFrames } = await c.ask("stackTrace", { threadId: 2, startFrame: 1, levels: 2 });
  assert.equal((stackFrames as unknown[]).length, 2);
  assert.equal(totalFrames, frames.length);

  const id = frames[0]?.id ?? 0;
  const { scopes } = await c.ask("scopes", { frameId: id });
  assert.deepEqual(
    (scopes as { name: string }[]).map((s) => s.name),
    ["Locals", "This page", "Process", "Devices", "Locks", "Notifiers", "Counters"],
  );
  const locals = await c.scope(id, "Locals");
  const vmf = await c.children(locals.get("vmf")?.variablesReference ?? 0);
  assert.match(vmf.get("addr")?.value ?? "", /^0x[0-9a-f]+ \(buf\[0\]\)$/);
  const page = await c.scope(id, "This page");
  assert.match(page.get("pte")?.value ?? "", /^device_private/);
  assert.equal((await c.scope(id, "Counters")).get("migrate_to_ram")?.value, "1");
  const { result } = await c.ask("evaluate", { expression: "folio(buf[0]).where", frameId: id, context: "hover" });
  assert.equal(result, "gpu0");
});

test("breakpoints are verified or moved, in the scenario and in the model", async () => {
  const c = await started();
  await c.next("stopped");
  const { breakpoints } = await c.ask("setBreakpoints", {
    source: { path: program },
    breakpoints: [{ line: 3 }, { line: 7, condition: "value(buf[0]) == 1" }, { line: 42 }, { line: 8, condition: "(" }],
  });
  assert.deepEqual(
    (breakpoints as { verified: boolean; line: number }[]).map((b) => [b.verified, b.line]),
    [
      [true, 5],
      [true, 7],
      [false, 42],
      [false, 8],
    ],
  );
  const other = await c.ask("setBreakpoints", { source: { path: "/home/user/other.hmm" }, breakpoints: [{ line: 1 }] });
  assert.equal((other.breakpoints as { verified: boolean }[])[0]?.verified, false);
  const { breakpoints: places } = await c.ask("breakpointLocations", {
    source: { path: program },
    line: 5,
    endLine: 8,
  });
  assert.equal((places as unknown[]).length, 4);

  const { sources } = await c.ask("loadedSources");
  const model = (sources as { path: string; sourceReference: number }[]).find((s) => s.path.endsWith("/dmirror.hmm"));
  const { content } = await c.ask("source", { sourceReference: model?.sourceReference, source: {} });
  const line =
    String(content)
      .split("\n")
      .findIndex((l) => l.includes("on migrate_to_ram")) + 2;
  const inModel = await c.ask("setBreakpoints", { source: { path: model?.path }, breakpoints: [{ line }] });
  assert.equal((inModel.breakpoints as { verified: boolean }[])[0]?.verified, true);
  assert.equal((await c.move("continue", { threadId: 2 })).reason, "breakpoint");
  assert.equal((await c.move("continue", { threadId: 2 })).reason, "breakpoint");
  assert.match((await c.stack(2))[0]?.source.path ?? "", /dmirror/);
});

test("log points print and do not stop", async () => {
  const c = await started({ stopOnEntry: false }, (d) =>
    d.ask("setBreakpoints", {
      source: { path: program },
      breakpoints: [{ line: 7, logMessage: "it is {value(buf[0])}" }],
    }),
  );
  await c.next("terminated");
  const logged = c.events.find((e) => e.event === "output" && String(e.body.output).startsWith("it is"));
  assert.equal(logged?.body.output, "it is 1\n");
  assert.equal(logged?.body.line, 7);
});

test("exception filters with conditions, exception info, time travel", async () => {
  const c = await started({ stopOnEntry: false }, (d) =>
    d.ask("setExceptionBreakpoints", {
      filters: ["migrate_to_ram"],
      filterOptions: [{ filterId: "notifier", condition: "reason == MIGRATE and owner == gpu0 and phase == start" }],
    }),
  );
  const first = (await c.next("stopped")).body;
  assert.deepEqual([first.reason, first.description], ["exception", "notifier buf[0]"]);
  assert.match(String(first.text), /^notifier\(reason: MIGRATE, phase: start, place: buf\[0\], owner: gpu0\)/);
  const second = await c.move("continue", { threadId: first.threadId });
  assert.deepEqual([second.reason, second.description], ["exception", "migrate_to_ram buf[0]"]);
  const info = await c.ask("exceptionInfo", { threadId: second.threadId });
  assert.equal(info.exceptionId, "migrate_to_ram");
  assert.equal(info.description, "migrate_to_ram(device: gpu0, place: buf[0])");
  const back = await c.move("reverseContinue", { threadId: second.threadId });
  assert.equal(back.description, "notifier buf[0]");
  assert.equal((await c.move("stepBack", { threadId: back.threadId })).reason, "step");
  await c.ask("setExceptionBreakpoints", { filters: [] });
  await c.ask("continue", { threadId: 2 });
  assert.deepEqual((await c.next("exited")).body, { exitCode: 0 });
});

test("a failed check stops, says why, and the exit code is 1", async () => {
  const c = client({ [program]: text.replace("-> 1", "-> 2") });
  await c.start({ program });
  const stop = (await c.next("stopped")).body;
  assert.deepEqual([stop.reason, stop.description], ["exception", "expectation"]);
  assert.match(String(stop.text), /read ended with 1, not with 2/);
  assert.equal((await c.stack(stop.threadId))[0]?.line, 7);
  await c.ask("continue", { threadId: stop.threadId });
  assert.deepEqual((await c.next("exited")).body, { exitCode: 1 });
  const told = c.events.filter((e) => e.event === "output").map((e) => String(e.body.output));
  assert.ok(told.some((output) => output.includes("read ended with 1, not with 2")));
});

test("a scenario with mistakes does not start, and says where they are", async () => {
  const c = client({ [program]: text.replace("buf[0] to", "buff to") });
  await c.ask("initialize", { adapterID: "hmm" });
  const reply = await c.request("launch", { program });
  assert.equal(reply.success, false);
  assert.match(reply.message ?? "", /scenario\.hmm:6:14: Process `app` has no region `buff`/);
  const missing = await c.request("launch", { program: "/home/user/missing.hmm" });
  assert.match(missing.message ?? "", /missing\.hmm: there is no such file/);
  assert.match((await c.request("launch", {})).message ?? "", /'program' is to be a text/);
  assert.match((await c.request("launch", { program, kernel: "linux-0.01" })).message ?? "", /no kernel profile/);
});

test("imports are read, and breakpoints in them hold", async () => {
  const driver = "/home/user/drivers/mine.hmm";
  const c = client({
    [program]: text.replace("device", 'import "./drivers/mine.hmm"\ndevice').replace("dmirror", "mine"),
    [driver]:
      "driver mine extends dmirror {\n  on migrate_to_ram(vmf) {\n    let r = super(vmf)\n    return r\n  }\n}\n",
  });
  await c.start({ program }, () => c.ask("setBreakpoints", { source: { path: driver }, breakpoints: [{ line: 4 }] }));
  const stop = (await c.next("stopped")).body;
  assert.equal(stop.reason, "breakpoint");
  const [frame] = await c.stack(stop.threadId);
  assert.deepEqual([frame?.source.path, frame?.line], [driver, 4]);
  assert.equal((await c.scope(frame?.id ?? 0, "Locals")).get("r")?.value, "0");
});

test("restart begins anew with the same breakpoints", async () => {
  const c = await started({ stopOnEntry: false }, (d) =>
    d.ask("setBreakpoints", { source: { path: program }, breakpoints: [{ line: 7 }] }),
  );
  assert.equal((await c.next("stopped")).body.reason, "breakpoint");
  await c.move("next", { threadId: 2 });
  await c.ask("restart", {});
  const stop = (await c.next("stopped")).body;
  assert.equal(stop.reason, "breakpoint");
  assert.equal((await c.stack(stop.threadId))[0]?.line, 7);
});

test("pause interrupts a run", async () => {
  const c = client({ [program]: "process app { a: anon 1 page }\ncpu0 { for i in 0..1000000000 { read a } }\n" });
  await c.start({ program });
  await c.ask("pause", { threadId: 2 });
  const stop = (await c.next("stopped")).body;
  assert.equal(stop.reason, "pause");
  assert.ok((await c.stack(stop.threadId)).length > 0);
  await c.ask("disconnect", {});
});

test("the debug console evaluates expressions and tries statements", async () => {
  const c = await started();
  await c.next("stopped");
  const [frame] = await c.stack(2);
  const ask = async (expression: string) =>
    (await c.ask("evaluate", { expression, frameId: frame?.id, context: "repl" })).result;
  assert.equal(await ask("1 + 2"), "3");
  assert.match(String(await ask("cpu0 write buf[1] = 5")), /^It would end with 0\.\n(.*\n)*value\(buf\[1\]\): 0 → 5/);
  assert.equal((await c.request("evaluate", { expression: "cpu0 wrote buf", context: "repl" })).success, false);
});

test("the debug console completes", async () => {
  const c = await started();
  await c.next("stopped");
  const [frame] = await c.stack(2);
  const labels = async (typed: string, frameId = frame?.id): Promise<string[]> => {
    const { targets } = await c.ask("completions", { text: typed, column: typed.length + 1, frameId });
    return (targets as { label: string }[]).map((t) => t.label);
  };
  assert.ok((await labels("cpu0 re")).includes("read"));
  assert.ok((await labels("pte(buf).ki")).includes("kind"));
  await c.move("stepIn", { threadId: 2 });
  const [inner] = await c.stack(2);
  assert.ok((await labels("ad", inner?.id)).includes("addr"));
  assert.equal((await c.request("completions", { text: "x", column: 99 })).success, true);
});

test("the panel's requests", async () => {
  const c = await started();
  await c.next("stopped");
  const session = await c.ask("hmm/session");
  assert.deepEqual(session.devices, ["gpu0"]);
  const before = await c.ask("hmm/position", {});
  await c.move("next", { threadId: 2 });
  const after = await c.ask("hmm/position", { since: before.step });
  assert.equal((after.changes as unknown[]).length, 4);
  const { pages } = await c.ask("hmm/rows", { region: 0, from: 1, to: 3 });
  assert.deepEqual(
    (pages as { page: number; value: string }[]).map((p) => [p.page, p.value]),
    [
      [1, "1"],
      [2, "1"],
    ],
  );
  const { events } = await c.ask("hmm/events", { from: 0, to: 5 });
  assert.equal((events as unknown[]).length, 5);
  const stop = await c.move("hmm/goTo", { step: 3 });
  assert.equal(stop.reason, "goto");
  assert.equal((await c.ask("hmm/position", {})).step, 3);
  const tried = await c.ask("hmm/whatIf", { text: "gpu0 migrate buf[2] to gpu0" });
  assert.deepEqual(tried.problems, []);
  assert.ok(((await c.ask("hmm/details", { region: 0, page: 0 })).sections as unknown[]).length >= 2);
});

test("whatever is sent, it is answered and nothing falls over", async () => {
  const commands = [
    ..."initialize launch configurationDone restart setBreakpoints setFunctionBreakpoints setExceptionBreakpoints".split(
      " ",
    ),
    ..."breakpointLocations threads stackTrace scopes variables evaluate exceptionInfo continue next stepIn".split(" "),
    ..."stepOut stepBack reverseContinue pause source loadedSources attach nonsense toString".split(" "),
    ..."hmm/session hmm/position hmm/rows hmm/events hmm/details hmm/failures hmm/goTo hmm/whatIf".split(" "),
  ];
  const argument = fc.oneof(
    fc.record(
      {
        threadId: fc.integer({ min: -1, max: 6 }),
        frameId: fc.integer({ min: -1, max: 6 }),
        variablesReference: fc.integer({ min: -1, max: 12 }),
        source: fc.record({ path: fc.constantFrom(program, "hmm-model:/kernel/arch.hmm", "x") }),
        breakpoints: fc.array(fc.record({ line: fc.integer({ min: -5, max: 20 }), condition: fc.string() })),
        filters: fc.array(fc.constantFrom("fault", "notifier", "zzz")),
        expression: fc.oneof(
          fc.string(),
          fc.constantFrom("buf[0]", "cpu0 read buf", "value(buf[9])", "gpu0 migrate buf to gpu0"),
        ),
        context: fc.constantFrom("repl", "hover", "watch"),
        step: fc.integer({ min: -3, max: 400 }),
        region: fc.integer({ min: -1, max: 2 }),
        page: fc.integer({ min: -1, max: 5 }),
        from: fc.integer({ min: -5, max: 50 }),
        to: fc.integer({ min: -5, max: 50 }),
        line: fc.integer({ min: -5, max: 20 }),
        text: fc.constantFrom("cpu0 read buf", "gpu0 exclusive buf[1]", "}}}"),
        program: fc.constantFrom(program, "/nowhere"),
        since: fc.integer({ min: -5, max: 500 }),
      },
      { requiredKeys: [] },
    ),
    fc.jsonValue(),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...commands), argument), { maxLength: 30 }),
      async (sequence) => {
        const c = await started();
        for (const [command, args] of sequence) {
          const reply = await c.request(command, args);
          assert.equal(typeof reply.success, "boolean");
          assert.doesNotMatch(reply.message ?? "", /has made a mistake/, `${command} ${JSON.stringify(args)}`);
        }
        await c.ask("disconnect", {});
        assert.ok(!c.events.some((e) => String(e.body.output ?? "").includes("has made a mistake")));
      },
    ),
    { numRuns: 60 },
  );
});

test("the page that a statement is about is the one that its index means now", async () => {
  const looping = text.replace("cpu0 write buf = 1", "for i in 0..3 { cpu0 write buf[i + 1] = i }");
  const c = client({ [program]: looping });
  const breakpoints = [{ line: 5, column: 20, condition: "i == 2" }];
  await c.start({ program }, () => c.ask("setBreakpoints", { source: { path: program }, breakpoints }));
  const stop = (await c.next("stopped")).body;
  const [frame] = await c.stack(stop.threadId);
  assert.equal((await c.scope(frame?.id ?? 0, "This page")).get("place")?.value, "buf[3]");
});

test("where nothing can move the end shows a thread that waits; the top level, which only waits for them, has no frame", async () => {
  const stuck = `process app { counter: anon 1 page }
parallel { cpu0 { wait until value(counter) == 1 } cpu1 { wait until value(counter) == 2 } }
`;
  const c = client({ [program]: stuck });
  await c.start({ program, stopAtEnd: true });
  assert.equal((await c.next("stopped")).body.description, "deadlock");
  const end = await c.move("continue", { threadId: 2 });
  assert.deepEqual([end.threadId, end.text], [2, "Nothing can move any more; one can still go back."]);
  assert.equal((await c.stack(end.threadId))[0]?.name, "wait until value(counter) == 1");
  assert.deepEqual(await c.stack(1), []);
});

test("a client that keeps its adapter launches once more", async () => {
  const c = await started();
  await c.next("stopped");
  await c.ask("continue", { threadId: 2 });
  await c.next("terminated");
  const launched = c.ask("launch", { program, stopOnEntry: true });
  await c.next("initialized");
  await launched;
  await c.ask("configurationDone");
  assert.equal((await c.next("stopped")).body.reason, "entry");
  assert.equal((await c.move("next", { threadId: 2 })).reason, "step");
});

test("what comes of what the file says it finds is told as that, and is no failure of the file", async () => {
  const bug = `finds "expectation"
process app { a: anon 1 page }
never value(a) == 3
cpu0 write a = 1
expect value(a) == 2
cpu0 write a = 3
`;
  const c = client({ [program]: bug });
  await c.start({ program, noDebug: true });
  assert.deepEqual((await c.next("exited")).body, { exitCode: 0 });
  const told = c.events.filter((e) => e.event === "output").map((e) => String(e.body.output));
  const later = told.find((output) => output.startsWith("never value(a) == 3"));
  assert.match(later ?? "", /\(a consequence of what the file says it finds\)\n/);
  const d = client({ [program]: bug.replace('"expectation"', '"mirror-subset"') });
  await d.start({ program, noDebug: true });
  assert.deepEqual((await d.next("exited")).body, { exitCode: 1 });
});

test("a condition or count that is wrong is told where a user looks, once as long as it stays so", async () => {
  const c = await started();
  await c.next("stopped");
  const told = () =>
    c.events.filter(({ event, body }) => event === "output" && body.category === "important").map(({ body }) => body);
  const lines = (...breakpoints: Body[]) => c.ask("setBreakpoints", { source: { path: program }, breakpoints });
  await lines({ line: 6, condition: "nowhere == 2" }, { line: 7, condition: "value(buf[0]) == 1" }, { line: 42 });
  const [first, ...others] = told();
  assert.deepEqual(others, [], "a line without a statement is told by its icon");
  assert.match(
    String(first?.output),
    /^The breakpoint at scenario.hmm:6 never stops: There is nothing called `nowhere`/,
  );
  assert.equal((first?.source as Body | undefined)?.path, program);
  assert.equal(first?.line, 6);
  await lines({ line: 6, condition: "nowhere == 2" }, { line: 8 });
  assert.equal(told().length, 1, "it is as it was");
  await lines({ line: 6, condition: "nowhere == 2", hitCondition: "often" });
  assert.match(String(told()[1]?.output), /'often' is no hit condition/);
  await lines({ line: 6, condition: "value(buf[0]) == 1" });
  await lines({ line: 6, condition: "nowhere == 2" });
  assert.equal(told().length, 3, "it was right in between");

  await c.ask("setFunctionBreakpoints", {
    breakpoints: [{ name: "user_write", condition: "(" }, { name: "no_function" }],
  });
  assert.match(String(told()[3]?.output), /^The breakpoint at user_write never stops: /);
  await c.ask("setExceptionBreakpoints", {
    filters: [],
    filterOptions: [{ filterId: "fault", condition: "acces == read" }],
  });
  assert.match(String(told()[4]?.output), /^The condition of the event 'fault' is wrong, and it never stops: .*acces/);
  const { dataId } = await c.ask("dataBreakpointInfo", { name: "pte(buf[0])" });
  await c.ask("setDataBreakpoints", { breakpoints: [{ dataId, condition: "nowhere" }] });
  assert.match(String(told()[5]?.output), /^The data breakpoint on pte\(buf\[0\]\) never stops: .*nowhere/);
  assert.equal(told().length, 6);
});
