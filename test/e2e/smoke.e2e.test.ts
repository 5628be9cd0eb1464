import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openWorkbench } from "./host.ts";
import type { Workbench } from "./workbench.ts";

const scenario = `scenario "nothing happens"

process app {
  buf: anon 1 page
}
`;

let workbench: Workbench;
before(async () => {
  workbench = await openWorkbench({ name: "smoke", files: { "smoke.hmm": scenario } });
});
after(() => workbench?.close());

test("a .hmm file opens in the language HMM", async () => {
  await workbench.openFile("smoke.hmm");
  await workbench.waitForLanguage("HMM");
});

test("a click in the gutter sets a breakpoint", async () => {
  await workbench.setBreakpoint(3);
  assert.deepEqual(await workbench.breakpointLines(), [3]);
});
