/** The debug console, and what is set by hand in it and in views: by requests. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shippedLibrary } from "../language/testing/run.ts";
import type { Body } from "./testing/client.ts";
import { InlineClient } from "./testing/client.ts";

const library = shippedLibrary();

const program = "/home/user/scenario.hmm";
const text = `device gpu0 uses dmirror { memory 64 KiB }
process app { buf: anon 4 pages  counter: anon 1 page }

cpu0 write buf = 1
gpu0 migrate buf[0] to gpu0
cpu0 read buf[0] -> 1
`;

/** Stands behind the first statement. */
async function started(): Promise<{
  readonly c: InlineClient;
  readonly typed: (expression: string) => Promise<string>;
}> {
  const c = new InlineClient(library, { [program]: text });
  await c.start({ program, stopOnEntry: true });
  await c.next("stopped");
  await c.move("next", { threadId: 2 });
  const typed = async (expression: string): Promise<string> => {
    const { success, message, body } = await c.request("evaluate", { expression, context: "repl" });
    return success ? String(body.result) : `! ${message}`;
  };
  return { c, typed };
}
async function changes(c: InlineClient): Promise<unknown[]> {
  return ((await c.ask("hmm/changes")).changes as Body[]).map((change) => change.text);
}

test("an assignment is done by hand; a comparison is none", async () => {
  const { c, typed } = await started();
  assert.equal(await typed("buf[0] = 2 + 3"), "buf[0]: 1 → 5");
  assert.equal(await typed("value(buf[0]) == 5"), "true");
  assert.equal(await typed("pte(buf[1]).writable = false"), "pte(buf[1]).writable: true → false");
  assert.match(await typed("counter = 1"), /^! No page is mapped at counter, 0x\w+: there is nothing to write to/);
  assert.match(await typed("pte(buf[0]) = none"), /^! .*is not something that can be set/);
  assert.deepEqual(await changes(c), ["buf[0]: 1 → 5", "pte(buf[1]).writable: true → false"]);
});

test("a place of several pages is set on each of them, and shown with each", async () => {
  const { c, typed } = await started();
  await c.ask("setExpression", { expression: "buf[1..3]", value: "7" });
  assert.equal(await typed("buf"), "1, 7, 7, 1");
  const shown = await c.ask("evaluate", { expression: "buf", context: "watch" });
  const pages = await c.children(shown.variablesReference as number);
  assert.deepEqual([...pages.keys()], ["buf[0]", "buf[1]", "buf[2]", "buf[3]"]);
  await c.ask("setExpression", { expression: "buf", value: "8" });
  assert.equal(await typed("value(buf)"), "8");
  assert.equal((await c.request("setExpression", { expression: "counter", value: "8" })).success, false);
});

test("help, checks, and words that are missing something", async () => {
  const { typed } = await started();
  assert.match(await typed("help"), /why buf\[0\]/);
  assert.equal(await typed("expect value(buf[0]) == 1"), "It holds.");
  assert.equal(await typed("expect value(buf[0]) == 2"), "It does not hold.");
  assert.match(await typed("why"), /^! Why what\?/);
  assert.match(await typed("do"), /^! Do what\?/);
  assert.equal(await typed("inject fail page_alloc"), "It would do its work later and change nothing now.");
});

test("why takes any observation of a page, tells of no other page's changes, and says which page a region's is", async () => {
  const { typed } = await started();
  await typed("buf[0] = 5");
  const told = await typed("why buf[0]");
  assert.match(told, /by hand: buf\[0\]: 1 → 5/);
  for (const observed of ["mirror(gpu0, buf[0])", "pmd(buf[0])", "pte(buf[0]).kind", "folio(buf[0]).refcount"]) {
    assert.equal(await typed(`why ${observed}`), told, observed);
  }
  assert.doesNotMatch(await typed("why buf[1]"), /by hand/);
  assert.match(await typed("why buf"), /\nbuf has 4 pages; this is about buf\[0\]\.$/);
});

test("do and why are completed, and what stands behind them", async () => {
  const { c } = await started();
  const labels = async (typed: string): Promise<string[]> => {
    const { targets } = await c.ask("completions", { text: typed, column: typed.length + 1 });
    for (const { start, length } of targets as { start: number; length: number }[]) {
      assert.equal(typed.slice(start, start + length), /\w*$/.exec(typed)?.[0], typed);
    }
    return (targets as { label: string }[]).map(({ label }) => label);
  };
  for (const word of ["do", "why", "help"]) assert.ok((await labels("")).includes(word), word);
  assert.ok((await labels("do cpu0 re")).includes("read"));
  assert.ok((await labels("do ")).includes("cpu0"));
  assert.ok((await labels("why bu")).includes("buf"));
});

test("what is shown as settable can be set, and what has an expression can be evaluated by it", async () => {
  const { c } = await started();
  const { threadId } = await c.move("next", { threadId: 4 });
  const [frame] = await c.stack(threadId);
  const { scopes } = await c.ask("scopes", { frameId: frame?.id });
  let settable = 0;
  const visit = async (variablesReference: number, path: string, depth: number): Promise<void> => {
    const { variables } = await c.ask("variables", { variablesReference });
    for (const variable of variables as (Body & { name: string; variablesReference: number })[]) {
      const { name, value, evaluateName, presentationHint } = variable;
      const { attributes } = presentationHint as { attributes: string[] };
      const at = `${path} › ${name}`;
      if (evaluateName !== undefined) {
        const reply = await c.request("evaluate", { expression: evaluateName, frameId: frame?.id });
        assert.equal(reply.success, true, `${at}: ${evaluateName}: ${reply.message}`);
      }
      if (attributes.includes("readOnly")) {
        const reply = await c.request("setVariable", { variablesReference, name, value: "1" });
        assert.equal(reply.success, false, `${at} says that it cannot be set`);
      } else if (/^(?:\d+|true|false)$/.test(String(value))) {
        settable++;
        const reply = await c.request("setVariable", { variablesReference, name, value });
        const isOfNothing = at.includes("mirror");
        assert.ok(reply.success || isOfNothing, `${at}: ${reply.message}`);
      }
      if (variable.variablesReference > 0 && depth < 2) await visit(variable.variablesReference, at, depth + 1);
    }
  };
  for (const scope of scopes as { name: string; variablesReference: number }[]) {
    await visit(scope.variablesReference, scope.name, 0);
  }
  assert.ok(settable > 10);
});

const two = `process a { buf: anon 1 page }
process b { buf: anon 2 pages  other: anon 1 page }
process c { buf: anon 1 page }
thread ta: a on cpu0
thread tb: b on cpu1

ta write buf = 1
parallel {
  ta { write buf = 2 }
  tb { write buf[0] = 3 }
}
`;
test("a region that several processes have is that of the selected thread's; without one the ways to write it are named", async () => {
  const c = new InlineClient(library, { [program]: two });
  let made: Body[] = [];
  await c.start({ program, stopOnEntry: true }, async () => {
    const breakpoints = [{ line: 10, condition: "value(buf[1]) == value(other)" }];
    const functions = [
      { name: "user_write", condition: "nowhere == 1" },
      { name: "user_write", condition: "value(buf) == 1" },
    ];
    const lines = await c.ask("setBreakpoints", { source: { path: program }, breakpoints });
    const others = await c.ask("setFunctionBreakpoints", { breakpoints: functions });
    made = [...(lines.breakpoints as Body[]), ...(others.breakpoints as Body[])];
  });
  assert.deepEqual(
    made.map(({ verified }) => verified),
    [true, false, true],
  );
  await c.next("stopped");
  const ambiguous = "Several processes have a region `buf`: write `a.buf`, `b.buf` or `c.buf`.";
  for (const expression of ["buf", "value(buf)", "why buf[0]", "buf = 1", "expect value(buf) == 0"]) {
    const { message } = await c.request("evaluate", { expression, context: "repl" });
    assert.equal(message, ambiguous, expression);
  }

  // The write of ta is in a frame of a: its word is 1 by then.
  const { threadId, reason } = await c.move("continue", { threadId: 2 });
  assert.equal(reason, "function breakpoint");
  const frameId = (await c.stack(threadId))[0]?.id;
  const typed = async (expression: string): Promise<unknown> =>
    (await c.ask("evaluate", { expression, frameId, context: "repl" })).result;
  assert.deepEqual(
    [await typed("buf"), await typed("a.buf"), await typed("expect value(buf) == 1")],
    ["1", "1", "It holds."],
  );
  assert.equal(await typed("buf = 7"), "a.buf: 1 → 7");
  assert.match(String(await typed("why buf")), /a\.buf/);
  const info = await c.ask("dataBreakpointInfo", { name: "pte(buf)", frameId });
  assert.equal(info.description, "pte(a.buf)");
});
