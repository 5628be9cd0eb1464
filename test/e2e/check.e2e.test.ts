// Running a scenario and exploring its interleavings from a real VS Code.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { root } from "../../scripts/bootstrap.mjs";
import { eventually, untilShown } from "./eventually.ts";
import { openWorkbench } from "./host.ts";
import { Panel } from "./panel.ts";
import type { Workbench } from "./workbench.ts";

/** The race without the line that says that the file shows it. */
const race = readFileSync(join(root, "scenarios/10-driver-forgets-the-retry.hmm"), "utf8");
const unexpected = race.replace(/^finds .*$/m, "");

let workbench: Workbench;
before(async () => {
  workbench = await openWorkbench({
    name: "check",
    files: {
      "atomics.hmm": { copyOf: "scenarios/02-gpu-atomics.hmm" },
      "race.hmm": race,
      "unexpected.hmm": unexpected,
      "typed.hmm": unexpected,
    },
  });
});
after(() => workbench?.close());

/** Waits for a message that begins so. */
function waitForMessage(beginning: string): Promise<string[]> {
  return eventually(
    () => workbench.notifications(),
    (messages) => messages.some((message) => message.startsWith(beginning)),
    `the message ${beginning}…`,
  );
}

test("HMM: Run says that all held", async () => {
  await workbench.openFile("atomics.hmm");
  await workbench.waitForLanguage("HMM");
  await workbench.page.locator(".codelens-decoration").first().waitFor();
  await workbench.runCommand("HMM: Run");
  await waitForMessage('PASS "GPU atomics and CPU atomics on one counter lose nothing"');
  await workbench.runCommand("Notifications: Clear All Notifications");
});

test("HMM: Check All Interleavings says that all were seen", async () => {
  await workbench.runCommand("HMM: Check All Interleavings");
  const messages = await waitForMessage("PASS");
  assert.match(messages.join("\n"), /\d states in \d+ ms, all interleavings/);
  await workbench.runCommand("Notifications: Clear All Notifications");
});

test("what fails in some interleaving is underlined after an edit; the quick fix debugs it from just before", async () => {
  await workbench.openFile("typed.hmm");
  const underlined = () =>
    eventually(
      () => workbench.errorLines(),
      (lines) => lines.join() === "16",
      "the line to blame",
    );
  await underlined();
  await eventually(
    () => workbench.statusBarItems(),
    (items) => items.some((item) => item.includes("HMM: seq-checked-insert")),
    "the verdict in the status bar",
  );
  // An edit without an error: it is explored anew.
  await workbench.press("Control+Home");
  await workbench.page.keyboard.type("// edited\n");
  await eventually(
    () => workbench.errorLines(),
    (lines) => lines.join() === "17",
    "the line to blame, one further down",
  );
  await workbench.goToLine(17, 6);
  const fix = workbench.page.locator(".action-widget").getByText("Debug this interleaving");
  const ask = async () => {
    await workbench.press("Escape");
    await workbench.runCommand("Quick Fix...");
  };
  await untilShown(fix, ask, "the quick fix");
  await fix.click();
  const widget = workbench.page.locator(".exception-widget");
  await widget.waitFor();
  assert.match(await widget.innerText(), /seq-checked-insert[\s\S]*The next step shows it/);
  await workbench.screenshot("check-just-before");
  await workbench.press("Shift+F5");
  await widget.waitFor({ state: "detached" });
  // A session leaves the debug view in place of the explorer, where the next test opens its file.
  await workbench.runCommand("View: Show Explorer");
});

test("what fails in some interleaving is underlined, and reported with that interleaving", async () => {
  await workbench.openFile("unexpected.hmm");
  await workbench.page.locator(".codelens-decoration").first().waitFor();
  await workbench.runCommand("HMM: Check All Interleavings");
  const messages = await waitForMessage("FAIL");
  assert.match(messages.join("\n"), /gpu0/);
  await eventually(
    () => workbench.errorLines(),
    (lines) => lines.join() === "16",
    "the line to blame",
  );
  await workbench.page.getByRole("button", { name: "Show Details" }).click();
  await workbench.page
    .locator(".terminal-tabs-entry, .single-terminal-tab, .xterm")
    .filter({ visible: true })
    .first()
    .waitFor();
  await workbench.runCommand("Notifications: Clear All Notifications");
});

test("an interleaving that breaks an invariant can be debugged: the session stops where it breaks", async () => {
  await workbench.openFile("race.hmm");
  await workbench.page.locator(".codelens-decoration").first().waitFor();
  await workbench.runCommand("HMM: Check All Interleavings");
  await waitForMessage('PASS "A driver without read_retry reads a page that is gone"');
  await workbench.page.getByRole("button", { name: "Debug This Interleaving" }).click();
  const widget = workbench.page.locator(".exception-widget");
  await widget.waitFor();
  assert.match(await widget.innerText(), /seq-checked-insert/);
  await workbench.waitForCallStack((rows) => rows.some((row) => row.includes("race.hmm 16:5")), "the line to blame");
  const panel = await Panel.of(workbench);
  await panel.waitForPosition(({ step }) => step > 0, "the moment of the failure");
  // A terminal has come up beneath it, and its title is longer than it is wide.
  await panel.waitForFit();
  await panel.waitForPresentEvent();
  await workbench.screenshot("check-stopped");
  await workbench.press("Shift+F5");
});
