// The debugger whole, once, in a real VS Code: breakpoints of every kind, time, what-ifs, other orders, explanations, sessions.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { root } from "../../scripts/bootstrap.mjs";
import { Debugger } from "./debugger.ts";
import { eventually } from "./eventually.ts";
import { openWorkbench } from "./host.ts";
import { Panel } from "./panel.ts";
import type { Workbench } from "./workbench.ts";

const rounds = `scenario "Pages go away and one comes back"
kernel "linux-6.12"
device gpu0 uses dmirror { memory 4 MiB }
process app { buf: anon 4 pages }

for i in 0..4 {
  cpu0 write buf[i] = i + 1
}
gpu0 migrate buf[0..2] to gpu0
cpu0 read buf[1] -> 2
gpu0 exclusive buf[2]
gpu0 write buf[3] = 8
expect value(buf[1]) == 2
`;
const race = `scenario "Two threads, one counter"
process app { buf: anon 4 pages  counter: anon 1 page }

cpu0 write counter = 0
parallel {
  cpu0 { write counter = 1  read buf[0] }
  cpu1 { write counter = 2 }
}
expect value(counter) == 2
`;

let workbench: Workbench;
let debug: Debugger;
before(async () => {
  const files = { "rounds.hmm": rounds, "race.hmm": race, "run.jsonl": trace(rounds) };
  workbench = await openWorkbench({ name: "debugger", files });
  debug = new Debugger(workbench);
  // Rows out of view are no elements: there is room for all views of the side bar.
  await workbench.page.setViewportSize({ width: 1400, height: 1500 });
  await open("rounds.hmm");
});
after(() => workbench?.close());
afterEach(async (context) => {
  if (context !== undefined && "passed" in context && !context.passed) {
    await workbench.screenshot(`debugger-${context.name}`);
    console.log(`${context.name}: ${await workbench.situation()}`);
    // What a test that failed has left stops no other one.
    await workbench.press("Escape");
    if (await debug.isOn()) await workbench.runCommand("HMM: Remove All Data Breakpoints");
    await debug.removeBreakpoints();
    await debug.clearNotifications();
  }
  await debug.stop();
});

/** What `hmm run --json --state` writes of a scenario. */
function trace(scenario: string): string {
  const hmm = join(root, "dist", "cli", "hmm.mjs");
  const folder = mkdtempSync(join(tmpdir(), "hmm-trace-"));
  try {
    const file = join(folder, "rounds.hmm");
    writeFileSync(file, scenario);
    const result = spawnSync(process.execPath, [hmm, "run", "--json", "--state", file], { encoding: "utf8" });
    assert.equal(result.status, 0, result.stderr);
    return result.stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
/** Opens a file for its breakpoints, in the editor. */
async function open(name: string): Promise<void> {
  await workbench.runCommand("View: Show Explorer");
  await workbench.openFile(name);
  await workbench.waitForLanguage("HMM");
  // The lenses move the lines: clicks in the gutter wait for them.
  await workbench.page.locator(".codelens-decoration").first().waitFor();
}
/** Shows a file that is open, whatever source of the model lies over it. */
async function show(name: string): Promise<void> {
  await workbench.page.locator(`.tabs-container .tab[data-resource-name="${name}"]`).click();
  await workbench.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
}
/** Runs to a line where nothing else stops. */
async function runTo(line: number, file = "rounds.hmm"): Promise<Panel> {
  await show(file);
  await workbench.setBreakpoint(line);
  await debug.run();
  await workbench.waitForExecutionAt(line);
  await workbench.clearBreakpoint(line);
  const panel = await Panel.of(workbench);
  await panel.waitForStop();
  return panel;
}
/** Steps over a statement, from a line to another. */
async function stepTo(line: number): Promise<void> {
  await workbench.press("F10");
  await workbench.waitForExecutionAt(line);
}
/** A cell of the panel: the page's entry is in column 2, its folio in column 3. */
const cell = (panel: Panel, page: number, column: number) =>
  panel.frame
    .locator(".page-row")
    .filter({ has: panel.frame.locator(".column-page .text").getByText(String(page), { exact: true }) })
    .locator(".cell")
    .nth(column);

test("breakpoints stop on a condition, a count or at a function; log points tell without stopping", async () => {
  await debug.breakpointWith("condition", 7, "i == 2");
  await debug.breakpointWith("log message", 9, "there are {value(buf[3])}");
  await debug.run();
  await workbench.waitForExecutionAt(7);
  await workbench.waitForVariable("i", "2");
  await eventually(
    () => workbench.page.locator(".editor-instance .view-line").filter({ hasText: "for" }).first().innerText(),
    (text) => /i = 2/.test(text.replaceAll("\u00a0", " ")),
    "the value beside the line",
  );
  await debug.breakpointAtFunction("do_swap_page");
  await debug.openConsole();
  await debug.run();
  await debug.waitForStop(/function breakpoint/);
  await debug.waitForOutput(/there are 4/);
  await workbench.waitForCallStack((rows) => rows.some((row) => row.startsWith("do_swap_page")), "the function");
  // It would be reached once more: the fault is done again under mmap_lock.
  await debug.removeBreakpoints();
  await debug.run();
  await debug.waitForOutput(/The scenario has ended/);

  await show("rounds.hmm");
  await debug.breakpointWith("hit count", 7, "2");
  await debug.run();
  await workbench.waitForExecutionAt(7);
  await workbench.waitForVariable("i", "1");
  await debug.removeBreakpoints();
});

test("an event stops on a condition on its fields; the view of events counts them and switches them", async () => {
  await show("rounds.hmm");
  await debug.run();
  await workbench.waitForExecutionAt(6);
  const faults = debug.breakpointRow(/^Faults/);
  await debug.chooseFrom(faults, "Edit Condition...");
  const input = workbench.page.locator(
    ".debug-breakpoints input[type='text'], .debug-breakpoints .monaco-inputbox input",
  );
  await input.first().fill("access == write and place in buf[2..4]");
  await workbench.press("Enter");
  await faults.getByRole("checkbox").check();
  await debug.run();
  await debug.waitForStop(/fault buf\[2\]/);
  await faults.getByRole("checkbox").uncheck();

  await debug.openView("Events");
  await debug.ownRow(/^Faults\s*3$/).waitFor();
  const box = debug.ownRow(/^Faults/).locator(".custom-view-tree-node-item-checkbox");
  await box.click();
  await debug.ownRow(/^Faults\s*3, stops$/).waitFor();
  try {
    await debug.run();
    await debug.waitForStop(/fault buf\[3\]/);
    await debug.ownRow(/^Faults\s*4, stops$/).waitFor();
  } finally {
    await box.click();
    await debug.ownRow(/^Faults\s*4$/).waitFor();
  }
  await debug.openConsole();
  await debug.run();
  await debug.waitForOutput(/The scenario has ended/);
});

test("data stop: from the Variables view and from the panel's cells; time runs back to them", async () => {
  const panel = await runTo(9);
  await panel.waitForPages((pages) => pages.length === 4, "four pages");
  await debug.openVariable("This page");
  await debug.chooseFrom(debug.variableRow("pte"), "Break on Value Change");
  await debug.run();
  const rows = await debug.waitForStop(/pte\(buf\[0\]\) changed/);
  assert.ok(
    rows.some((row) => /^gpu0\s*pte.*changed/i.test(row)),
    "beside the thread's name",
  );
  await eventually(
    () => debug.isThreadNameSeen("gpu0"),
    (isSeen) => isSeen,
    "the thread's name, which it does not hide",
  );
  await debug.openConsole();
  await debug.waitForOutput(/pte\(buf\[0\]\): present.* → none, by gpu0 at \w+\.hmm:\d+/);

  await cell(panel, 1, 1).click({ button: "right" });
  const items = await debug.menuItems();
  for (const wanted of [
    "Break When This Changes",
    "Break When This Is Read",
    "Break When This Is Written",
    "Why Is This Page Here?",
    "Run to First Change of This",
    "Run to Last Change of This",
    "Copy Value",
  ])
    assert.ok(items.includes(wanted), `${wanted}, not ${items.join(", ")}`);
  await debug.choose("Break When This Is Read");
  await cell(panel, 1, 1).and(panel.frame.locator(".breaks")).waitFor();
  await debug.ownRow(/^value\(buf\[1\]\)\s*is read/).waitFor();
  await debug.removeBreakpoints();
  await debug.run();
  await debug.waitForStop(/buf\[1\] read/);

  // By the keyboard: the cell to the right, its entry.
  await panel.frame.locator(".grid").focus();
  await panel.frame.locator(".grid").press("ArrowRight");
  await panel.frame.locator(".grid").press("F9");
  await cell(panel, 1, 2).and(panel.frame.locator(".breaks")).waitFor();
  await panel.frame.locator(".grid").press("Shift+F10");
  assert.ok((await debug.menuItems()).includes("Remove Breakpoint"));
  await workbench.press("Escape");
  await workbench.page.locator(".codicon-debug-reverse-continue").first().click();
  await debug.waitForStop(/pte\(buf\[1\]\) changed/);
  const { step } = await panel.position();
  await workbench.page.locator(".codicon-debug-step-back").first().click();
  await panel.waitForPosition((at) => at.step < step, "one step back");
  await workbench.runCommand("HMM: Remove All Data Breakpoints");
  await eventually(
    () => panel.frame.locator(".cell.breaks").count(),
    (count) => count === 0,
    "no marks",
  );
});

test("why a page is here, its first and last change, and a moment chosen in the panel", async () => {
  const panel = await runTo(10);
  const { step: end } = await panel.position();
  await debug.chooseFrom(cell(panel, 1, 2), "Why Is This Page Here?");
  const chain = await debug.offered();
  assert.match(
    chain[0] ?? "",
    /^fault\(thread: cpu0, place: buf\[1\], access: write\)\s+step \d+, cpu0, arch\.hmm:\d+/,
  );
  await debug.pick(/^the CPU's entry: none → present/);
  await panel.waitForPosition(({ step }) => step < end, "the moment of a link");
  const { step: made } = await panel.position();

  await debug.chooseFrom(cell(panel, 1, 2), "Run to Last Change of This");
  await panel.waitForPosition(({ step }) => step > made, "the last change");
  await panel.waitForPages((pages) => pages[1]?.entry.startsWith("device_private") === true, "it is on the device");
  const last = await panel.position();
  await debug.chooseFrom(cell(panel, 1, 2), "Run to First Change of This");
  await panel.waitForPosition(({ step }) => step < last.step, "the first change");

  await panel.filterEvents("fault buf[3]");
  await eventually(
    () => panel.events(),
    (events) => events.includes("~fault"),
    "the fault to come",
  );
  const { step: first } = await panel.position();
  await panel.clickEvent("fault");
  await panel.waitForPosition(({ step }) => step > first && step < end, "the moment of the fault");
  await panel.filterEvents("");

  // From the Variables view, too.
  await debug.openView("Variables");
  await debug.openVariable("This page");
  await debug.chooseFrom(debug.variableRow("pte"), "Why Is This Page Here?");
  assert.match((await debug.offered())[0] ?? "", /^fault/);
  await workbench.press("Escape");
  await workbench.page.locator(".quick-input-widget").waitFor({ state: "hidden" });

  await workbench.runCommand("HMM: Follow an Expression over the History");
  await debug.answer("pte(buf[1]).kind");
  await eventually(
    async () => (await debug.offered()).map((point) => point.replace(/\s*step [\s\S]*/, "")).join(),
    (kinds) => kinds === "none,present,none,migration,device_private",
    "what the entry was, in order",
  );
  await debug.pick(/^device_private/);
  await panel.waitForPosition((at) => at.step === last.step, "the moment at which it became that");
});

test("a frame is restarted, a value set and a statement done: what-ifs that history takes back", async () => {
  const panel = await runTo(10);
  await workbench.press("F11");
  await workbench.waitForCallStack((rows) => rows.some((row) => row.includes("arch.hmm")), "the kernel's source");
  const top = async () => (await workbench.callStack()).find((row) => row.includes("arch.hmm"));
  const entered = await top();
  await workbench.press("F10");
  await eventually(top, (row) => row !== undefined && row !== entered, "another line");
  const frames = workbench.page.locator(".debug-call-stack .monaco-list-row").filter({ hasText: "arch.hmm" });
  await debug.chooseFrom(frames.first(), "Restart Frame");
  await eventually(top, (row) => row === entered, "the frame's beginning");

  await debug.waitForVariableIn("This page", "value", "2");
  await debug.setVariable("This page", "value", "77");
  await panel.waitForPages((pages) => pages[1]?.value === "77", "the value that was set");
  await workbench.page.locator(".codicon-debug-step-back").first().click();
  await panel.waitForPages((pages) => pages[1]?.value === "2", "the value that was there");

  await debug.openConsole();
  await debug.tell("cpu0 write buf[3] = 9", /It would end with 0/);
  await debug.tell("do cpu0 write buf[3] = 9", /goes first from here/);
  await debug.tell("why buf[0]", /buf\[0\] is device_private\(.*because:/);
  await debug.tell("value(nowhere)", /There is no .*nowhere/);

  await show("rounds.hmm");
  await workbench.goToLine(9, 1);
  await workbench.runCommand("Debug: Jump to Cursor");
  await debug.pick(/^step \d+: gpu0, 1 of 1 \(past\)/);
  await workbench.waitForExecutionAt(9);
  await panel.waitForPages((pages) => pages[0]?.entry.startsWith("present") === true, "it has not gone yet");
});

test("threads are stepped by hand, and what can follow is explored", async () => {
  await open("race.hmm");
  const panel = await runTo(6, "race.hmm");
  const { height = 0 } = (await panel.frame.locator(".grid-head").boundingBox()) ?? {};
  assert.ok(height > 0 && height < 30, `without a device, too, the columns' names are one line, not ${height} px`);
  await workbench.runCommand("Debug: Step Into Target");
  const targets = await debug.offered();
  assert.ok(
    targets.some((target) => target.includes("cpu1: write counter = 2")),
    targets.join("\n"),
  );
  const { step } = await panel.position();
  await debug.pick("cpu1: write counter = 2");
  await panel.waitForPosition((at) => at.step > step, "a step of cpu1");
  await workbench.waitForCallStack((rows) => rows.some((row) => row.includes("user_write")), "cpu1 in its write");

  await workbench.runCommand("HMM: Explore All That Can Follow");
  await debug.waitForNotification(/From here it can fail: .*counter/);
  await workbench.page.locator(".notification-list-item").getByText("Go There").click();
  await workbench.page.locator(".exception-widget").filter({ hasText: "counter" }).waitFor();
});

test("an edited scenario is reloaded in the same place; a trace is a session without its scenario", async () => {
  await open("rounds.hmm");
  const panel = await runTo(10);
  const { step } = await panel.position();
  await workbench.goToLine(12, 22);
  await workbench.press("Backspace");
  await workbench.page.keyboard.type("9");
  await workbench.runCommand("HMM: Reload the Edited Scenario Here");
  await debug.waitForStop(/Reloaded/);
  await panel.waitForPosition((at) => at.step === step, "the same moment");
  await workbench.waitForExecutionAt(10);
  await stepTo(11);
  await stepTo(12);
  await workbench.press("F10");
  await panel.waitForPages((pages) => pages[3]?.value === "9", "what the new text writes");
  await debug.stop();

  await workbench.runCommand("View: Show Explorer");
  const file = workbench.page.locator(".explorer-folders-view .monaco-list-row").getByText("run.jsonl");
  await debug.chooseFrom(file, "Debug a Saved Trace");
  await workbench.waitForCallStack((rows) => rows.length > 0, "the trace's stack");
  const page = await workbench.webview(".empty");
  await page.getByText("A saved trace is being debugged: run.jsonl").waitFor();
  await workbench.press("F10");
  await workbench.waitForCallStack((rows) => rows.some((row) => /rounds|hmm/.test(row)), "a moment of the trace");
  await debug.stop();
  await page.getByText("No scenario is being debugged").waitFor();
});

test("steps keep to the scenario; what makes no sense is answered with what is wrong", async () => {
  await show("rounds.hmm");
  await debug.run();
  await workbench.waitForExecutionAt(6);
  await workbench.runCommand("HMM: Choose Where Steps Stop");
  await debug.pick(/^Scenario/);
  await workbench.press("F11");
  await workbench.waitForExecutionAt(7);
  const panel = await Panel.of(workbench);
  await workbench.press("F11");
  await panel.waitForPages((pages) => pages.length === 1, "the whole statement done");
  await workbench.waitForCallStack(
    (rows) => rows.some((row) => /rounds\.hmm/.test(row)) && !rows.some((row) => /arch\.hmm/.test(row)),
    "the scenario's own line",
  );

  await debug.breakpointWith("condition", 9, "nowhere == 2");
  await debug.waitForNotification(/rounds\.hmm:9 never stops: There is nothing called .*nowhere/);
  await debug.clearNotifications();
  await debug.waitForMessageOfBreakpoint(9, /nowhere/);
  await debug.removeBreakpoints();
  await workbench.runCommand("HMM: Add Data Breakpoint");
  await debug.answer("pte(nowhere)");
  await debug.pick("when it changes");
  await debug.waitForNotification(/There is no .*nowhere/);
  await debug.clearNotifications();
});

test("two profiles are compared side by side, step by step", async () => {
  await runTo(10);
  await workbench.runCommand("HMM: Compare Two Profiles Step by Step");
  await debug.pick("linux-6.15");
  const page = await workbench.webview("main[aria-label='Differences']");
  await page.locator(".count").getByText("Nothing is different.").waitFor();
  await stepTo(11);
  await stepTo(12);
  const mapcount = page.locator("tr.new").filter({ hasText: "folio(buf[2]).mapcount" });
  await mapcount.waitFor();
  assert.deepEqual(await mapcount.locator("td").allInnerTexts(), ["0", "1"]);
  await page
    .locator("header p")
    .filter({ hasText: /the last one: gpu0 exclusive buf\[2\]/ })
    .waitFor();
  await workbench.page.locator(".codicon-debug-step-back").first().click();
  await page.locator(".count").getByText("Nothing is different.").waitFor();
});
