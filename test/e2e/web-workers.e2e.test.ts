// Several workers of the browser that search together, on a page where they can share memory.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { root } from "../../scripts/bootstrap.mjs";
import { eventually } from "./eventually.ts";
import { openWorkbench } from "./host.ts";
import type { Workbench } from "./workbench.ts";

const waiting = "scenarios/13-waiting-for-a-migration.hmm";
/** More states than anybody will wait for. */
const endless = `scenario "Everybody at once"
device gpu0 uses dmirror { memory 4 pages }
process app { buf: anon 3 pages }
cpu0 write buf = 1
parallel {
  gpu0 { read buf -> any  write buf[2] = 6  read buf -> any  write buf[1] = 7 }
  cpu0 { write buf[0] = 2  madvise buf[1] dontneed  read buf -> any }
  cpu1 { write buf[1] = 3  read buf -> any  write buf[2] = 4 }
}
`;

let workbench: Workbench;
before(async () => {
  const settings = { "hmm.check.workers": 2, "hmm.liveCheck.when": "off" };
  const files = {
    "endless.hmm": endless,
    "waiting.hmm": { copyOf: waiting },
  };
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
function message(isMeant: (text: string) => boolean, what: string): Promise<string[]> {
  return eventually(
    () => workbench.notifications(),
    (messages) => messages.some(isMeant),
    what,
  );
}

test("two workers find what one finds", async () => {
  assert.ok(await workbench.page.evaluate(() => globalThis.crossOriginIsolated), "the page is isolated");
  await check("waiting.hmm");
  const alone = spawnSync(process.execPath, [join(root, "dist", "cli", "hmm.mjs"), "check", "--json", waiting], {
    cwd: root,
    encoding: "utf8",
  });
  const { states } = JSON.parse(alone.stdout) as { readonly states: number };
  const isResult = (text: string) =>
    text.startsWith("PASS") &&
    text.includes(`, ${states.toLocaleString("en")} states by 2 workers in `) &&
    text.includes("all interleavings");
  await message(isResult, "the result of two workers");
});

test("they tell how far they are, and stop with what they know", async () => {
  await check("endless.hmm");
  await message((text) => /checking endless\.hmm: [\d,]{6,} states, depth/.test(text), "progress");
  await workbench.page.getByRole("button", { name: "Cancel" }).click();
  const isResult = (text: string) => /^LIMIT ".* states .*: it was cancelled/.test(text);
  await message(isResult, "what is known");
});
