// The state graph in a real VS Code: drawn, walked by keyboard, and opened in the debugger.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "./eventually.ts";
import { openWorkbench } from "./host.ts";
import type { Workbench } from "./workbench.ts";

const lost = `scenario "An increment is lost"
process app { a: anon 1 page }
var n = 0
fn increment() { let seen = n  n = seen + 1 }
fn check() { expect n == 2 }
parallel {
  cpu0 { call increment() }
  cpu1 { call increment() }
}
call check()
`;

let workbench: Workbench;
before(async () => {
  workbench = await openWorkbench({ name: "graph", files: { "lost.hmm": lost } });
});
after(() => workbench?.close());

test("HMM: Show State Graph draws all states; the keyboard leads to the failure, Enter debugs it from just before", async () => {
  await workbench.openFile("lost.hmm");
  await workbench.page.locator(".codelens-decoration").first().waitFor();
  await workbench.runCommand("HMM: Show State Graph");
  const graph = await workbench.webview("g.state");
  await eventually(
    () => graph.locator("header").innerText(),
    (text) => /^\d+ states \(all there are\), 1 failed/.test(text),
    "all states, one of which failed",
  );
  assert.ok((await graph.locator("g.state").count()) > 5);
  await graph.locator("g.state:focus").waitFor();
  await workbench.press("ArrowDown");
  await workbench.press("f");
  const failed = graph.locator("g.state.failed:focus");
  await failed.waitFor();
  assert.match((await failed.getAttribute("aria-label")) ?? "", /^failed state \d+: .*expectation/);
  await workbench.screenshot("graph-failed");
  await graph.locator("g.state.failed").first().click();
  const widget = workbench.page.locator(".exception-widget");
  await widget.waitFor();
  assert.match(await widget.innerText(), /The next step shows it/);
  await workbench.press("Shift+F5");
});
