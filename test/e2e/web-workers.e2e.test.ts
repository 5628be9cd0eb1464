// Several workers of the browser that search together, on a page where they can share memory.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { endless, large } from "../../language/testing/many-states.ts";
import { root } from "../../scripts/bootstrap.mjs";
import { eventually } from "./eventually.ts";
import { openWorkbench } from "./host.ts";
import type { Workbench } from "./workbench.ts";

let workbench: Workbench;
before(async () => {
  const settings = { "hmm.check.workers": 2, "hmm.liveCheck.when": "off" };
  const files = { "large.hmm": large, "endless.hmm": endless };
  workbench = await openWorkbench({ name: "web-workers", entry: "web", isolated: true, files, settings });
});
after(() => workbench?.close());

/** Opens a file and begins to check it. */
async function check(file: string): Promise<void> {
  await workbench.openFile(file);
  await workbench.waitForLanguage("HMM");
  await workbench.page.locator(".codelens-decoration").first().waitFor();
  await workbench.page.locator(".view-lines").first().click();
  await workbench.runCommand("HMM: Check All Interleavings");
}
/** How many states one search finds. */
function statesOf(text: string): number {
  const folder = mkdtempSync(join(tmpdir(), "hmm-e2e-"));
  try {
    const file = join(folder, "a.hmm");
    writeFileSync(file, text);
    const hmm = join(root, "dist", "cli", "hmm.mjs");
    const { stdout } = spawnSync(process.execPath, [hmm, "check", "--json", file], { encoding: "utf8" });
    return (JSON.parse(stdout) as { readonly states: number }).states;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
function message(isMeant: (text: string) => boolean, what: string): Promise<string[]> {
  return eventually(
    () => workbench.notifications(),
    (messages) => messages.some(isMeant),
    what,
    150_000,
  );
}

test("two workers find what one finds", async () => {
  assert.ok(await workbench.page.evaluate(() => globalThis.crossOriginIsolated), "the page is isolated");
  const states = statesOf(large).toLocaleString("en");
  await check("large.hmm");
  const isResult = (text: string) =>
    text.startsWith("PASS") &&
    text.includes(`, ${states} states by 2 workers in `) &&
    text.includes("all interleavings");
  await message(isResult, `${states} states by 2 workers`);
});

test("they tell how far they are, and stop with what they know", async () => {
  await check("endless.hmm");
  await message((text) => /checking endless\.hmm: [\d,]{6,} states, depth/.test(text), "progress");
  await workbench.page.getByRole("button", { name: "Cancel" }).click();
  const isResult = (text: string) => /^LIMIT ".* states .*: it was cancelled/.test(text);
  await message(isResult, "what is known");
});
