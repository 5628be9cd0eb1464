// Debugging a scenario in a real VS Code: breakpoints, stepping both ways, and the panel that agrees with the debugger.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Debugger } from "./debugger.ts";
import { eventually } from "./eventually.ts";
import { openWorkbench } from "./host.ts";
import { Panel } from "./panel.ts";
import type { Workbench } from "./workbench.ts";

const migrate = `scenario "A page goes to the device and back"
device gpu0 uses dmirror { memory 4 MiB }
process app {
  buf: anon 4 pages
}
cpu0 write buf = 7
gpu0 migrate buf to gpu0 -> 4 pages
cpu0 read buf[1] -> 7
gpu0 write buf[2] = 8
expect value(buf[1]) == 7
`;

let workbench: Workbench;
let debug: Debugger;
before(async () => {
  workbench = await openWorkbench({ name: "debug", files: { "migrate.hmm": migrate } });
  debug = new Debugger(workbench);
  await workbench.openFile("migrate.hmm");
  await workbench.waitForLanguage("HMM");
  // The lenses move the lines: clicks in the gutter wait for them.
  await workbench.page.locator(".codelens-decoration").first().waitFor();
});
after(() => workbench?.close());
afterEach(() => debug.stop());

test("F5 without a launch.json and without breakpoints stops at the first statement", async () => {
  await debug.run();
  await workbench.waitForExecutionAt(6);
  const panel = await Panel.of(workbench);
  await panel.waitForPosition(({ step }) => step === 0, "the beginning");
  await panel.waitForPages((pages) => pages.length === 0, "no page, as none is touched yet");
});

test("at a breakpoint the stack, the variables and the panel agree; stepping back goes back in all of them", async () => {
  await workbench.setBreakpoint(8);
  await debug.run();
  await workbench.waitForExecutionAt(8);
  const stack = await workbench.waitForCallStack(
    (rows) => rows.some((row) => row.includes("8:1")),
    "line 8 in the stack",
  );
  assert.ok(
    stack.some((row) => row.startsWith("cpu0")),
    stack.join("\n"),
  );
  await debug.waitForVariableIn("This page", "place", "buf[1]");
  await debug.waitForVariableIn("This page", "value", "7");
  const entry = await variable("pte");
  assert.match(entry, /^device_private\(0x[0-9a-f]+, writable\)$/);

  const panel = await Panel.of(workbench);
  const rows = await panel.waitForPages((pages) => pages.length === 4 && pages[1]?.value === "7", "four pages");
  const frame = /0x[0-9a-f]+/.exec(entry)?.[0] ?? "?";
  assert.equal(rows[1]?.page, "1");
  assert.match(rows[1]?.entry ?? "", /^device_private W/);
  assert.ok(rows[1]?.folio.startsWith(`gpu0 ${frame} `), `${rows[1]?.folio} is frame ${frame} of gpu0`);
  assert.ok(rows[1]?.mirrors[0]?.endsWith(frame), "gpu0 maps the same frame");

  // A step of the statement: the page comes back.
  await workbench.press("F10");
  await workbench.waitForExecutionAt(9);
  const back = await panel.waitForPages((pages) => pages[1]?.entry.startsWith("present") === true, "page 1 is back");
  assert.deepEqual(
    back.map(({ entry: kind }) => kind.split(" ")[0]),
    ["device_private", "present", "device_private", "device_private"],
  );
  assert.ok(back[1]?.changed.includes(2) && back[1].changed.includes(3), "what the step changed is marked");
  const after = await panel.position();

  await workbench.page.locator(".codicon-debug-step-back").first().click();
  await workbench.waitForExecutionAt(8);
  await panel.waitForPages((pages) => pages[1]?.entry.startsWith("device_private") === true, "page 1 is away again");
  const before = await panel.position();
  assert.ok(before.step < after.step);
  await debug.waitForVariableIn("This page", "value", "7");
});

test("stepping into a fault shows the kernel's own source", async () => {
  await debug.run();
  await workbench.waitForExecutionAt(8);
  await workbench.press("F11");
  await workbench.waitForCallStack(
    (rows) => rows.some((row) => row.includes("arch.hmm")) && rows.some((row) => row.includes("migrate.hmm 8:1")),
    "model code over line 8",
  );
  const tab = workbench.page.locator(".tabs-container .tab[data-resource-name='arch.hmm']");
  await tab.waitFor();
  const panel = await Panel.of(workbench);
  assert.ok(await panel.frame.locator(".grid").isVisible(), "the panel stays in view");
  assert.match(await variable("addr"), /0x[0-9a-f]+/);
});

/** What the Variables view shows of a variable, when it shows something. */
async function variable(name: string): Promise<string> {
  return eventually(
    async () => (await workbench.variables()).find((row) => row.name === name)?.value ?? "",
    (value) => value !== "",
    `the variable ${name}`,
  );
}

test("the exception filter migrate_to_ram stops where the kernel calls it", async () => {
  const filter = workbench.page.locator(".debug-breakpoints .monaco-list-row").filter({ hasText: /^migrate_to_ram$/ });
  await debug.run();
  await workbench.waitForExecutionAt(8);
  await filter.getByRole("checkbox").check();
  await debug.run();
  // The label is in capital letters.
  const why = /migrate_to_ram buf\[1\]/i;
  await workbench.waitForCallStack(
    (rows) => rows.some((row) => row.startsWith("do_swap_page")) && rows.some((row) => why.test(row)),
    "the fault, and why execution stopped",
  );
  await filter.getByRole("checkbox").uncheck();
});

test("a click on an event goes to its moment and its line; the slider's buttons step through history", async () => {
  await debug.run();
  await workbench.waitForExecutionAt(8);
  const panel = await Panel.of(workbench);
  const { step: end } = await panel.waitForStop();
  await panel.filterEvents("fault cpu0 buf[0]");
  await eventually(
    () => panel.events(),
    (events) => events.includes("fault"),
    "the first fault in the list",
  );
  await panel.clickEvent("fault");
  await panel.waitForPosition(({ step }) => step > 0 && step < end, "a moment in the past");
  await panel.waitForPosition(({ total }) => total >= end, "the future, which is kept");
  await workbench.waitForCallStack(
    (rows) => rows.some((row) => row.includes("migrate.hmm 6:1")),
    "line 6 in the stack",
  );
  await panel.waitForPages((pages) => pages.length === 0, "no page, as nothing was mapped at that moment");

  const { step: there } = await panel.position();
  await panel.press("One step forward");
  await panel.waitForPosition(({ step }) => step === there + 1, "one step on");
  await panel.press("One step back");
  await panel.waitForPosition(({ step }) => step === there, "one step back");
  await panel.press("Go to the beginning");
  await panel.waitForPosition(({ step }) => step === 0, "the beginning");
  await workbench.waitForExecutionAt(6);
  await panel.filterEvents("");
});

test("a what-if tells what a statement would change, and changes nothing", async () => {
  await debug.run();
  await workbench.waitForExecutionAt(8);
  const panel = await Panel.of(workbench);
  const before = await panel.waitForPages((pages) => pages[3]?.value === "7", "four pages");
  const result = await panel.whatIf(workbench, "cpu0 write buf[3] = 9", /^ok/);
  assert.match(result, /value\(buf\[3\]\)\s+7\s+→\s+9/);
  assert.match(result, /pte\(buf\[3\]\)[\s\S]*\.kind\s+device_private\s+→\s+present/);
  assert.match(result, /migrate_to_ram/);
  assert.deepEqual(await panel.pages(), before);
  await panel.whatIf(workbench, "cpu0 wriet buf = 1", /wriet/);
});
