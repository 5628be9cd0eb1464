// The extension's web entry, in the extension host that is a worker of the browser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "./eventually.ts";
import { openWorkbench } from "./host.ts";
import { Panel } from "./panel.ts";
import type { Workbench } from "./workbench.ts";

const scenario = `scenario "Two increments"
device gpu0 uses nouveau { memory 4 MiB }
process app { counter: anon 1 page }
cpu0 write counter = 0
gpu0 atomic add counter 1
cpu0 read counter -> 1
`;

let workbench: Workbench;
before(async () => {
  // A terminal that is drawn has no text to be read.
  const settings = { "hmm.check.workers": 2, "terminal.integrated.gpuAcceleration": "off" };
  workbench = await openWorkbench({ name: "web", entry: "web", files: { "web.hmm": scenario }, settings });
  await workbench.openFile("web.hmm");
  await workbench.waitForLanguage("HMM");
  await workbench.page.locator(".codelens-decoration").first().waitFor();
});
after(() => workbench?.close());

test("a scenario is debugged without any Node", async () => {
  await workbench.setBreakpoint(6);
  await workbench.press("F5");
  await workbench.waitForExecutionAt(6);
  const panel = await Panel.of(workbench);
  const rows = await panel.waitForPages((pages) => pages[0]?.value === "1", "the incremented counter");
  assert.match(rows[0]?.entry ?? "", /^device_exclusive/);
  await workbench.press("Shift+F5");
});

test("interleavings are explored in a worker of the browser", async () => {
  await workbench.page.locator(".view-lines").first().click();
  await workbench.runCommand("HMM: Check All Interleavings");
  await eventually(
    () => workbench.notifications(),
    (messages) => messages.some((message) => message.startsWith('PASS "Two increments"')),
    "the result of the check",
  );
  await workbench.page.getByRole("button", { name: "Show Details" }).click();
  const report = workbench.page.locator(".xterm-rows").filter({ visible: true });
  await eventually(
    () => report.innerText(),
    // A terminal breaks lines anywhere.
    (text) => /Exploredbyoneworker,not2.*notcross-originisolated/.test(text.replaceAll(/\s/g, "")),
    "that several workers cannot share memory here",
  );
});
