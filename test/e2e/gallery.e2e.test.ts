// Comparing designs, new files and the lessons from a real VS Code.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Debugger } from "./debugger.ts";
import { eventually } from "./eventually.ts";
import { openWorkbench } from "./host.ts";
import type { Workbench } from "./workbench.ts";

let workbench: Workbench;
before(async () => {
  workbench = await openWorkbench({
    name: "gallery",
    files: { "discussion.hmm": { copyOf: "scenarios/discussions/one-notifier-or-one-per-leaf.hmm" } },
  });
});
after(() => workbench?.close());

/** The text of the active editor as far as it is drawn. */
function editorText(): Promise<string> {
  return workbench.page.locator(".editor-group-container.active .view-lines").first().innerText();
}

test("HMM: Compare Designs opens the table of what the file names beside it", async () => {
  await workbench.openFile("discussion.hmm");
  await workbench.waitForLanguage("HMM");
  await workbench.runCommand("HMM: Compare Designs");
  const chosen = workbench.page.locator(".quick-input-count");
  await eventually(
    () => chosen.innerText(),
    (text) => text.includes("3"),
    "three drivers chosen already",
  );
  await workbench.press("Enter");
  const frame = await workbench.webview("table");
  assert.deepEqual(await frame.locator("table").first().locator("thead th").allInnerTexts(), [
    "",
    "dmirror",
    "mlx5_odp",
    "nouveau",
  ]);
  assert.ok((await frame.locator("td.cheapest").count()) > 0);
});

test("HMM: New makes a scenario of the usual answers", async () => {
  await workbench.runCommand("HMM: New");
  for (const question of ["What do you want to make?", "Which device?", "What happens?", "Which kernel?"]) {
    await workbench.page.getByPlaceholder(question).waitFor();
    await workbench.press("Enter");
  }
  await eventually(
    editorText,
    (text) => text.replaceAll("\u00a0", " ").includes("gpu0 uses dmirror"),
    "the new scenario",
  );
});

test("HMM: Open Example opens a scenario that is debugged without being saved", async () => {
  await workbench.runCommand("HMM: Open Example");
  await workbench.page.getByText("The bug museum", { exact: true }).waitFor();
  await workbench.page.locator(".quick-input-widget input.input").fill("child-no-notifier");
  await workbench.page.locator(".quick-input-widget .monaco-list-row").getByText("child-no-notifier").first().click();
  await eventually(
    editorText,
    (text) => text.replaceAll("\u00a0", " ").includes("a device mirrors a process that does not know it"),
    "the example",
  );
  await workbench.waitForLanguage("HMM");
  const debug = new Debugger(workbench);
  await debug.run();
  await workbench.page.locator(".editor-instance .debug-top-stack-frame-line").waitFor();
  await debug.stop();
  await workbench.page.locator(".editor-instance .debug-top-stack-frame-line").waitFor({ state: "detached" });
});

test("the walkthrough opens a lesson", async () => {
  await workbench.runCommand("HMM: Lessons");
  await workbench.page.getByText("HMM in ten lessons").first().waitFor();
  await workbench.page.getByText("Open lesson 1", { exact: true }).click();
  await eventually(editorText, (text) => text.replaceAll("\u00a0", " ").includes("Lesson 1."), "the lesson");
});
