/** Data: breakpoints on them, changes by hand, memory; by requests and events. */
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
cpu0 write buf[1] = 7
expect value(buf[1]) == 7
`;

async function started(scenario = text): Promise<InlineClient> {
  const c = new InlineClient(library, { [program]: scenario });
  await c.start({ program, stopOnEntry: true });
  await c.next("stopped");
  await c.ask("setExceptionBreakpoints", { filters: [] });
  return c;
}
/** Watches what an expression or address names. Returns the breakpoint as the adapter tells it. */
async function watch(c: InlineClient, info: Body, more: Body = {}): Promise<Body> {
  const { dataId, description } = await c.ask("dataBreakpointInfo", info);
  assert.equal(typeof dataId, "string", String(description));
  const { breakpoints } = await c.ask("setDataBreakpoints", { breakpoints: [{ dataId, ...more }] });
  return (breakpoints as Body[])[0] ?? {};
}
/** Goes on to the end and gives what the stops on the way say. */
async function stops(c: InlineClient, command = "continue"): Promise<string[]> {
  const told: string[] = [];
  for (;;) {
    await c.ask(command, { threadId: 2 });
    const event = await c.nextOf(["stopped", "terminated"]);
    if (event.event === "terminated" || event.body.reason !== "data breakpoint") return told;
    told.push(String(event.body.text));
  }
}

test("a data breakpoint on an expression says which line changed it from what to what", async () => {
  const c = await started();
  const breakpoint = await watch(c, { name: "pte(buf[0]).kind" }, { accessType: "write" });
  assert.equal(breakpoint.verified, true);
  const stop = await c.move("continue", { threadId: 2 });
  assert.equal(stop.reason, "data breakpoint");
  assert.deepEqual(stop.hitBreakpointIds, [breakpoint.id]);
  assert.match(String(stop.text), /^pte\(buf\[0\]\)\.kind: none → present, by cpu0 at memory\.hmm:\d+$/);
  const [frame] = await c.stack(stop.threadId);
  assert.match(String(stop.text), new RegExp(`:${frame?.line}$`), "the frame shown is the line that did it");
  const kinds = (await stops(c)).map((line) => /: (\w+ → \w+),/.exec(line)?.[1]);
  assert.deepEqual(kinds, [
    "present → none",
    "none → migration",
    "migration → device_private",
    "device_private → none",
    "none → migration",
    "migration → present",
  ]);
});

test("reverse continue finds the changes again, the last one first", async () => {
  const c = await started();
  await watch(c, { name: "folio(buf[0]).where" });
  const forward: string[] = [];
  const frameOfLine9 = { source: { path: program }, breakpoints: [{ line: 9 }] };
  await c.ask("setBreakpoints", frameOfLine9);
  for (;;) {
    const stop = await c.move("continue", { threadId: 2 });
    if (stop.reason !== "data breakpoint") break;
    forward.push(String(stop.text));
  }
  assert.ok(forward.length >= 3);
  assert.deepEqual(await stops(c, "reverseContinue"), forward.toReversed());
});

test("memory is watched by place or address: loads, stores, and both", async () => {
  const c = await started();
  await watch(c, { name: "buf[1]" }, { accessType: "read" });
  assert.deepEqual(await stops(c), [], "nobody loads from page 1");
  const d = await started();
  await watch(d, { name: "buf[0]" }, { accessType: "read" });
  const [read] = await stops(d);
  assert.match(read ?? "", /^buf\[0\]: read, it is 1, by cpu0 at /);

  const e = await started(text.replace("= 7", "= 1"));
  const name = (await e.ask("evaluate", { expression: "vma(buf).start", format: { hex: true } })).result;
  const info = { name: `0x${(Number(name) + 4096).toString(16)}`, asAddress: true, bytes: 16 };
  await watch(e, info, { accessType: "write" });
  const told = await stops(e);
  assert.equal(told.length, 2, told.join("\n"));
  assert.match(told[1] ?? "", /stored 1, which it was already, by cpu0/);
});

test("locals, fields of structs and locks are watched from the Variables view", async () => {
  const c = await started();
  await c.ask("setFunctionBreakpoints", { breakpoints: [{ name: "dmirror.migrate_to_ram" }] });
  const { threadId } = await c.move("continue", { threadId: 2 });
  const [frame] = await c.stack(threadId);
  const { scopes } = await c.ask("scopes", { frameId: frame?.id });
  const reference = (name: string) =>
    (scopes as { name: string; variablesReference: number }[]).find((s) => s.name === name)?.variablesReference ?? 0;
  const locals = await c.scope(frame?.id ?? 0, "Locals");
  assert.ok(locals.has("vmf"));
  const local = await c.ask("dataBreakpointInfo", { variablesReference: reference("Locals"), name: "vmf" });
  assert.deepEqual([local.description, local.accessTypes, local.canPersist], ["vmf", ["write"], false]);
  const vmf = locals.get("vmf")?.variablesReference ?? 0;
  assert.match(String((await c.ask("dataBreakpointInfo", { variablesReference: vmf, name: "addr" })).dataId), /field/);
  const locks = await c.scope(frame?.id ?? 0, "Locks");
  const [lock = ""] = locks.keys();
  await watch(c, { variablesReference: reference("Locks"), name: lock });
  await c.ask("setFunctionBreakpoints", { breakpoints: [] });
  const stop = await c.move("continue", { threadId });
  assert.match(String(stop.text), new RegExp(`^${lock}: held by cpu0 → free, by cpu0`));
});

test("variables of drivers are watched and set, whether or not code reaches them by name", async () => {
  const c = await started(`${text}gpu0 unbind\n`);
  const [frame] = await c.stack(2);
  const devices = await c.scope(frame?.id ?? 0, "Devices");
  const gpu0 = await c.children(devices.get("gpu0")?.variablesReference ?? 0);
  const variablesReference = gpu0.get("device")?.variablesReference ?? 0;
  assert.equal((await c.children(variablesReference)).get("unbound")?.value, "false");
  await watch(c, { variablesReference, name: "unbound" });
  assert.match((await stops(c))[0] ?? "", /unbound: false → true, by gpu0 at dmirror\.hmm:\d+$/);
  const d = await started();
  const [top] = await d.stack(2);
  const all = await d.scope(top?.id ?? 0, "Devices");
  const reference = (await d.children(all.get("gpu0")?.variablesReference ?? 0)).get("device")?.variablesReference;
  assert.equal(
    (await d.ask("setVariable", { variablesReference: reference, name: "unbound", value: "true" })).value,
    "true",
  );
});

test("locks are watched and followed by name, what has no value yet, and each word of a place", async () => {
  const c = await started();
  const first = async (name: string): Promise<string> => {
    assert.equal((await watch(c, { name })).verified, true, name);
    const told = (await c.move("continue", { threadId: 2 })).text;
    await c.move("hmm/goTo", { step: 0 });
    return String(told).replace(/, by .*/, "");
  };
  assert.equal(await first("app.mmap_lock"), "mmap_lock of app: free → held by gpu0");
  assert.equal(await first("gpu0.mutex"), "gpu0.mutex: free → held by gpu0");
  assert.equal(await first("buf[1..3]"), "value(buf[1]): 0 → 1");
  assert.equal(await first("value(buf[folio(buf[0]).refcount])"), "value(buf[folio(buf[0]).refcount]): none → 0");
  const { points } = await c.ask("hmm/track", { expression: "gpu0.mutex" });
  assert.equal((points as Body[])[1]?.value, "held by gpu0");
  await c.ask("hmm/toChange", { expression: "value(buf[folio(buf[0]).refcount])", which: "first" });
});

test("data breakpoints have conditions and hit counts, and say what is wrong with them", async () => {
  const c = await started();
  await watch(c, { name: "pte(buf[0]).kind" }, { hitCondition: "3" });
  assert.equal((await stops(c)).length, 1);
  const d = await started();
  await watch(d, { name: "pte(buf[0]).kind" }, { condition: "pte(buf[0]).kind == migration" });
  assert.equal((await stops(d)).length, 2);
  const e = await started();
  assert.match(String((await watch(e, { name: "buf[0]" }, { condition: "nothing ==" })).message), /expression/);
  assert.match(String((await watch(e, { name: "free(gpu0)" }, { accessType: "read" })).message), /Only loads/);
  assert.equal((await e.ask("dataBreakpointInfo", { name: "no_such_thing" })).dataId, null);
  const reply = await e.ask("setDataBreakpoints", { breakpoints: [{ dataId: "nonsense" }] });
  assert.equal((reply.breakpoints as Body[])[0]?.verified, false);
});

test("a list of the client's own stops besides, for changes only if it says so; a folio is watched with its counts", async () => {
  const scenario = `${text}cpu0 write buf[1] = 7\n`;
  const c = await started(scenario);
  const stopAt = async (...breakpoints: Body[]): Promise<Body[]> =>
    (await c.ask("hmm/stopAtData", { breakpoints })).breakpoints as Body[];
  const again = async (): Promise<void> => {
    await c.ask("restart", {});
    await c.next("stopped");
  };
  assert.deepEqual(await stopAt({ expression: "value(buf[1])", accessType: "change" }), [{ verified: true }]);
  const changes = (await stops(c)).map((line) => line.split(", by")[0]);
  assert.deepEqual(changes, ["value(buf[1]): 0 → 1", "value(buf[1]): 1 → 7"]);
  await again();
  assert.equal((await stops(c)).length, 2, "it is there after a restart");

  // What both lists ask for stops once.
  await again();
  const { dataId } = await c.ask("dataBreakpointInfo", { name: "buf[1]", bytes: 4096 });
  const { breakpoints } = await c.ask("setDataBreakpoints", { breakpoints: [{ dataId, accessType: "write" }] });
  assert.equal((breakpoints as Body[]).length, 1);
  await stopAt({ expression: "buf[1]", accessType: "write" });
  const written = (await stops(c)).map((line) => line.split(", by")[0]);
  assert.match(written.at(-1) ?? "", /stored 7, which it was already/);
  assert.equal(new Set(written).size, written.length);

  await again();
  await c.ask("setDataBreakpoints", { breakpoints: [] });
  await stopAt({ expression: "folio(buf[0])" });
  const counts = (await stops(c)).join("\n");
  assert.match(counts, /^folio\(buf\[0\]\): none → /m);
  assert.match(counts, /^folio\(buf\[0\]\)\.refcount: 1 → 2/m);
  assert.match(counts, /^folio\(buf\[0\]\)\.locked: false → true/m);

  await again();
  assert.deepEqual(await stopAt({ expression: "value(buf[folio(buf[0]).refcount])" }), [{ verified: true }]);
  assert.notEqual((await stops(c)).length, 0, "what has no value at the beginning has one later");

  const refused = await stopAt({ expression: "nowhere" }, { expression: "pte(buf[0])", accessType: "read" });
  assert.deepEqual(
    refused.map(({ verified }) => verified),
    [false, false],
  );
  assert.match(String(refused[1]?.message), /Only loads from memory/);
  assert.equal(
    (await c.request("hmm/stopAtData", { breakpoints: [{ expression: "x", accessType: "y" }] })).success,
    false,
  );

  const d = new InlineClient(library, { [program]: text });
  const stopAtData = [{ expression: "pte(buf[0]).kind" }, { expression: "nowhere" }];
  await d.start({ program, stopAtData });
  assert.match(String((await d.next("stopped")).body.text), /^pte\(buf\[0\]\)\.kind: none → present/);
});

test("a value set by hand is a step of the history: it changes what follows, and is undone like any other", async () => {
  const c = await started();
  await c.move("next", { threadId: 2 });
  const { step } = await c.ask("hmm/position", {});
  const set = await c.ask("setExpression", { expression: "buf[0]", value: "40 + 2" });
  assert.equal(set.value, "42");
  assert.equal((await c.ask("hmm/position", {})).step, Number(step) + 1);
  assert.equal((await c.ask("evaluate", { expression: "value(buf[0])" })).result, "42");
  assert.ok(c.events.some(({ event, body }) => event === "output" && body.output === "By hand: buf[0]: 1 → 42\n"));
  await c.move("stepBack", { threadId: 2, granularity: "instruction" });
  assert.equal((await c.ask("evaluate", { expression: "value(buf[0])" })).result, "1");
  await c.ask("setExpression", { expression: "value(buf[0])", value: "5" });
  await c.ask("setExceptionBreakpoints", { filters: ["expectation"] });
  const stop = await c.move("continue", { threadId: 2 });
  assert.match(String(stop.text), /read ended with 5, not with 1/);
});

test("variables are set: entries, folios, locals, variables of the scenario; what cannot be says why", async () => {
  const c = await started(text.replace("cpu0 write buf = 1", "let n = 3\ncpu0 write buf = 1"));
  const { threadId: second } = await c.move("next", { threadId: 1 });
  const [top] = await c.stack(second);
  const scenario = await c.ask("scopes", { frameId: top?.id });
  const { variablesReference } = (scenario.scopes as { variablesReference: number }[])[0] ?? {};
  assert.equal((await c.ask("setVariable", { variablesReference, name: "n", value: "n * 2" })).value, "6");
  await c.move("next", { threadId: 2 });
  await c.ask("setExpression", { expression: "pte(buf[0]).writable", value: "false" });
  assert.equal((await c.ask("evaluate", { expression: "pte(buf[0]).writable" })).result, "false");
  await c.ask("setExpression", { expression: "folio(buf[0]).dirty", value: "true" });
  const [standing] = await c.stack(4);
  const entry = (await c.scope(standing?.id ?? 0, "Process")).get("buf")?.variablesReference ?? 0;
  const page = (await c.children(entry)).get("buf[1]")?.variablesReference ?? 0;
  const pte = (await c.children(page)).get("pte")?.variablesReference;
  const written = await c.ask("setVariable", { variablesReference: pte, name: "writable", value: "false" });
  assert.equal(written.value, "false", "it is answered with what it is now");
  for (const [expression, value, message] of [
    ["pte(buf[0]).kind", "none", /cannot be set by hand/],
    ["folio(buf[0]).refcount", "7", /cannot be set/],
    ["pte(buf[3]).kind + 1", "1", /not something that can be set|no number/],
    ["buf[0]", "nonsense", /nothing called/],
    ["free(gpu0)", "3", /not something that can be set/],
  ] as const) {
    const reply = await c.request("setExpression", { expression, value });
    assert.equal(reply.success, false, expression);
    assert.match(reply.message ?? "", message);
  }
  await c.ask("setFunctionBreakpoints", { breakpoints: [{ name: "dmirror.migrate_to_ram" }] });
  const { threadId } = await c.move("continue", { threadId: 2 });
  const [frame] = await c.stack(threadId);
  const { scopes } = await c.ask("scopes", { frameId: frame?.id });
  const locals = (scopes as { variablesReference: number }[])[0]?.variablesReference;
  assert.equal((await c.ask("setVariable", { variablesReference: locals, name: "vmf", value: "none" })).value, "none");
});

test("injected faults are shown, set as variables or by expression, watched, and undone", async () => {
  const c = await started(text.replace("cpu0 write buf = 1", "cpu0 write buf = 1 -> any"));
  const [frame] = await c.stack(2);
  const reference = async (): Promise<number> =>
    (await c.scope(frame?.id ?? 0, "Devices")).get("injected faults")?.variablesReference ?? 0;
  const variablesReference = await reference();
  assert.equal((await c.children(variablesReference)).get("page_alloc")?.value, "none");
  assert.equal((await watch(c, { variablesReference, name: "page_alloc" })).verified, true);
  const set = { variablesReference, name: "page_alloc", value: "fail times 1 after 2" };
  assert.equal((await c.ask("setVariable", set)).value, "fail times 1 after 2");
  const stop = await c.move("continue", { threadId: 2 });
  assert.match(String(stop.text), /^inject page_alloc: fail times 1 after 2 → fail times 1 after 1, by cpu0/);
  await c.ask("setDataBreakpoints", { breakpoints: [] });
  await c.ask("setExceptionBreakpoints", { filters: ["oom", "signal"] });
  const failed = await c.move("continue", { threadId: 2 });
  assert.equal(failed.reason, "exception");
  await c.move("hmm/goTo", { step: 1 });
  await c.ask("setExpression", { expression: "inject page_alloc", value: "none" });
  await c.ask("setExpression", { expression: "inject device_alloc", value: "maybe on gpu0" });
  const { changes } = await c.ask("hmm/changes");
  assert.deepEqual(
    (changes as Body[]).slice(1).map((change) => change.text),
    ["inject page_alloc: fail times 1 after 2 → none", "inject device_alloc: none → maybe on gpu0"],
  );
  for (const value of ["sometimes", "fail on nothing", "fail times x"]) {
    const reply = await c.request("setExpression", { expression: "inject copy", value });
    assert.match(reply.message ?? "", /write none, fail, maybe or delay/);
  }
});

test("memory is read and written as bytes; views are told", async () => {
  const c = new InlineClient(library, { [program]: text });
  const abilities = { supportsMemoryReferences: true, supportsMemoryEvent: true, supportsInvalidatedEvent: true };
  await c.start({ program, stopOnEntry: true }, undefined, abilities);
  await c.next("stopped");
  const { threadId } = await c.move("next", { threadId: 2 });
  const [frame] = await c.stack(threadId);
  const value = (await c.scope(frame?.id ?? 0, "This page")).get("value");
  const { memoryReference } = await c.ask("evaluate", { expression: "buf[0]" });
  assert.equal(value?.memoryReference, memoryReference);
  const read = async (offset: number, count: number) => c.ask("readMemory", { memoryReference, offset, count });
  assert.equal(Buffer.from(String((await read(0, 10)).data), "base64").toString("hex"), "01000000000000000000");
  assert.equal(Buffer.from(String((await read(3, 2)).data), "base64").length, 2);
  const data = Buffer.from([0x34, 0x12]).toString("base64");
  assert.equal((await c.ask("writeMemory", { memoryReference, offset: 1, data })).bytesWritten, 2);
  assert.equal((await c.ask("evaluate", { expression: "buf[0]", format: { hex: true } })).result, "0x123401");
  assert.ok(c.events.some(({ event, body }) => event === "memory" && body.count === 2));
  assert.ok(c.events.some(({ event }) => event === "invalidated"));
  const beyond = await read(4096 * 4, 8);
  assert.deepEqual([beyond.data, beyond.unreadableBytes], ["", 8]);
  assert.equal((await c.request("readMemory", { memoryReference: "nowhere", count: 1 })).success, false);
  assert.equal((await c.request("writeMemory", { memoryReference, offset: 1, data: "***" })).success, false);
});

test("a value leads to the line that changed it last", async () => {
  const c = await started();
  await c.ask("setBreakpoints", { source: { path: program }, breakpoints: [{ line: 9 }] });
  const { threadId } = await c.move("continue", { threadId: 2 });
  const [frame] = await c.stack(threadId);
  const { valueLocationReference } = await c.ask("evaluate", { expression: "pte(buf[0]).kind", frameId: frame?.id });
  const at = await c.ask("locations", { locationReference: valueLocationReference });
  assert.match((at.source as { path: string }).path, /migrate/);
  const counted = await c.ask("evaluate", { expression: "count(oom)" });
  assert.equal((await c.request("locations", { locationReference: counted.valueLocationReference })).success, false);
});

test("pages of a region are opened in parts; types are told to those who show them", async () => {
  const large = text.replace("anon 4 pages", "anon 3000 pages").replace("write buf[1]", "write buf[2999]");
  const c = new InlineClient(library, {
    [program]: large.replace("value(buf[1])", "value(buf[2999])"),
  });
  const abilities = { supportsVariablePaging: true, supportsVariableType: true };
  await c.start({ program, stopOnEntry: true }, undefined, abilities);
  assert.equal(c.events.find(({ event }) => event === "process")?.body.name, "migrate and fault back");
  await c.next("stopped");
  const { threadId } = await c.move("next", { threadId: 2 });
  const [frame] = await c.stack(threadId);
  const buf = (await c.scope(frame?.id ?? 0, "Process")).get("buf") as
    | { variablesReference: number; indexedVariables?: number }
    | undefined;
  assert.equal(buf?.indexedVariables, 3000);
  const part = { variablesReference: buf?.variablesReference, filter: "indexed", start: 2998, count: 100 };
  const { variables } = await c.ask("variables", part);
  assert.deepEqual(
    (variables as Body[]).map((v) => v.name),
    ["buf[2998]", "buf[2999]"],
  );
  assert.equal((await c.ask("evaluate", { expression: "pte(buf[0])" })).type, "entry");
  const plain = await started();
  assert.equal((await plain.ask("evaluate", { expression: "1 + 1" })).type, undefined);
});
