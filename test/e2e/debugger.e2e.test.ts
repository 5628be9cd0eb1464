// The debugger beyond stepping, in a real VS Code: breakpoints of every kind, the past explained, other orders, two profiles.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
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
  const files = { "rounds.hmm": rounds, "race.hmm": race };
  workbench = await openWorkbench({ name: "debugger", files });
  debug = new Debugger(workbench);
  // Rows out of view are no elements: there is room for all views of the side bar.
  await workbench.page.setViewportSize({ width: 1400, height: 1500 });
  await open("rounds.hmm");
});
after(() => workbench?.close());
afterEach(async () => {
  // What a test that failed has left stops no other one.
  await debug.clearNotifications();
  await debug.removeBreakpoints();
  if (await debug.isOn()) await workbench.runCommand("HMM: Remove All Data Breakpoints");
  await workbench.press("Shift+F5");
  await workbench.page
    .locator(".debug-toolbar, .debug-call-stack .monaco-list-row")
    .first()
    .waitFor({ state: "hidden" });
});

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
  await workbench.press("F5");
  await workbench.waitForExecutionAt(line);
  await debug.removeBreakpoints();
  const panel = await Panel.of(workbench);
  await panel.waitForStop();
  return panel;
}
/** A cell of the panel: the page's entry is in column 2, its folio in column 3. */
const cell = (panel: Panel, page: number, column: number) =>
  panel.frame
    .locator(".page-row")
    .filter({ has: panel.frame.locator(".column-page .text").getByText(String(page), { exact: true }) })
    .locator(".cell")
    .nth(column);

test("breakpoints stop on a condition or a count, and log points tell without stopping", async () => {
  await debug.breakpointWith("condition", 7, "i == 2");
  await debug.breakpointWith("log message", 9, "there are {value(buf[3])}");
  await workbench.press("F5");
  await workbench.waitForExecutionAt(7);
  await workbench.waitForVariable("i", "2");
  await debug.openConsole();
  await workbench.press("F5");
  await debug.waitForOutput(/there are 4/);
  await debug.waitForOutput(/The scenario has ended/);

  await workbench.page.locator(".editor-instance .view-line").first().click();
  await debug.removeBreakpoints();
  await debug.breakpointWith("hit count", 7, "2");
  await workbench.press("F5");
  await workbench.waitForExecutionAt(7);
  await workbench.waitForVariable("i", "1");
  await debug.removeBreakpoints();
});

test("an event stops on a condition on its fields; the view of events counts them", async () => {
  await workbench.press("F5");
  await workbench.waitForExecutionAt(6);
  const faults = debug.breakpointRow(/^Faults/);
  await debug.chooseFrom(faults, "Edit Condition...");
  const input = workbench.page.locator(
    ".debug-breakpoints input[type='text'], .debug-breakpoints .monaco-inputbox input",
  );
  await input.first().fill("access == write and place in buf[2..4]");
  await workbench.press("Enter");
  await faults.getByRole("checkbox").check();
  await workbench.press("F5");
  await debug.waitForStop(/fault\(thread: cpu0, place: buf\[2\], access: write\)/);
  await faults.getByRole("checkbox").uncheck();

  await debug.openView("Events");
  await debug.ownRow(/^Faults\s*3$/).waitFor();
});

test("data stop: from the Variables view and from the panel's cells; time runs back to them", async () => {
  const panel = await runTo(9);
  await panel.waitForPages((pages) => pages.length === 4, "four pages");
  await workbench.toggleVariable("This page");
  await debug.chooseFrom(debug.variableRow("pte"), "Break on Value Change");
  await workbench.press("F5");
  await debug.waitForStop(/pte\(buf\[0\]\): present.* → none/);

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
  await workbench.press("F5");
  await debug.waitForStop(/buf\[1\]: read, it is 2/);

  // By the keyboard: the cell to the right, its entry.
  await panel.frame.locator(".grid").focus();
  await panel.frame.locator(".grid").press("ArrowRight");
  await panel.frame.locator(".grid").press("F9");
  await cell(panel, 1, 2).and(panel.frame.locator(".breaks")).waitFor();
  await panel.frame.locator(".grid").press("Shift+F10");
  assert.ok((await debug.menuItems()).includes("Remove Breakpoint"));
  await workbench.press("Escape");
  await workbench.page.locator(".codicon-debug-reverse-continue").first().click();
  await debug.waitForStop(/pte\(buf\[1\]\): /);
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
  await workbench.toggleVariable("This page");
  await debug.chooseFrom(debug.variableRow("pte"), "Why Is This Page Here?");
  assert.match((await debug.offered()).at(-1) ?? "", /buf\[3\]/);
  await workbench.press("Escape");
  await workbench.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
});

test("threads are stepped by hand, and what can follow is explored", async () => {
  await open("race.hmm");
  const panel = await runTo(6, "race.hmm");
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
  await debug.waitForStop(/counter/);
});

test("two profiles are compared side by side, step by step", async () => {
  await runTo(10);
  await workbench.runCommand("HMM: Compare Two Profiles Step by Step");
  await debug.pick("linux-6.15");
  const page = await workbench.webview("main[aria-label='Differences']");
  await page.locator(".count").getByText("Nothing is different.").waitFor();
  await workbench.press("F10");
  await workbench.waitForExecutionAt(11);
  await workbench.press("F10");
  await workbench.waitForExecutionAt(12);
  const mapcount = page.locator("tr.new").filter({ hasText: "folio(buf[2]).mapcount" });
  await mapcount.waitFor();
  assert.deepEqual(await mapcount.locator("td").allInnerTexts(), ["0", "1"]);
  await page
    .locator(".where")
    .getByText(/the last one: gpu0 exclusive buf\[2\]/)
    .waitFor();
  await workbench.page.locator(".codicon-debug-step-back").first().click();
  await page.locator(".count").getByText("Nothing is different.").waitFor();
});
