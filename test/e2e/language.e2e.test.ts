// Editing a scenario in a real VS Code: mistakes, invariants underlined while you type, completion, hover, definition.

import { after, before, test } from "node:test";
import { eventually, untilShown } from "./eventually.ts";
import { openWorkbench } from "./host.ts";
import type { Workbench } from "./workbench.ts";

// A driver that forgets its device's own table when it is told to drop pages: right until it is asked to.
const careless = `scenario "A driver that keeps what it was told to drop"
driver careless extends dmirror {
  on invalidate(sub, range, seq) {
    set_seq(sub, seq)
    return true
  }
}
device gpu0 uses careless { memory 4 MiB }
process app { buf: anon 1 page }
cpu0 write buf = 1
gpu0 read buf -> 1
`;

const mistaken = `scenario "mistakes"
process app { buf: anon 1 page }
cpu0 raed buf
cpu0 write bfu = 1
`;

let workbench: Workbench;
before(async () => {
  workbench = await openWorkbench({ name: "language", files: { "careless.hmm": careless, "mistaken.hmm": mistaken } });
});
after(() => workbench?.close());

/** Waits until just these lines are underlined as errors. */
async function waitForErrors(lines: readonly number[]): Promise<void> {
  await eventually(
    () => workbench.errorLines(),
    (found) => found.join() === lines.join(),
    `errors at lines ${lines.join(", ")}`,
  );
}

/** Moves the cursor to the end of a line, counted from 1. */
async function goToEndOf(line: number): Promise<void> {
  await workbench.goToLine(line, 1);
  await workbench.press("End");
}

test("mistakes are underlined, with what to write instead", async () => {
  await workbench.openFile("mistaken.hmm");
  await waitForErrors([3, 4]);
  await workbench.waitForHover("raed", /read/);
});

test("an invariant that an edit breaks is underlined at the line to blame, and no longer when the edit is taken back", async () => {
  await workbench.openFile("careless.hmm");
  await workbench.page.locator(".codelens-decoration").first().waitFor();
  await waitForErrors([]);
  await goToEndOf(11);
  await workbench.page.keyboard.type("\ncpu0 munmap buf");
  await eventually(
    () => workbench.errorLines(),
    (lines) => lines.length > 0,
    "a broken invariant",
  );
  await workbench.press("Control+Shift+M");
  const problems = workbench.page.locator(".markers-panel .monaco-list-row");
  await problems
    .getByText(/invariant (no-stale-after-invalidate|mirror-subset)/)
    .first()
    .waitFor();
  await workbench.press("Control+Shift+M");
  await goToEndOf(12);
  await workbench.press("Control+Shift+K");
  await waitForErrors([]);
});

test("completion offers what may stand there", async () => {
  await goToEndOf(11);
  await workbench.page.keyboard.type("\ngpu0 mig");
  const suggestion = workbench.page.locator(".suggest-widget .monaco-list-row").getByText("migrate").first();
  const ask = async () => {
    await workbench.press("Escape");
    await workbench.press("Control+Space");
  };
  await untilShown(suggestion, ask, "the completion of mig");
  await workbench.press("Escape");
  await workbench.press("Control+Shift+K");
});

test("hover tells what a word is", async () => {
  await workbench.waitForHover("set_seq", /set_seq\(sub, seq\)/);
  await workbench.page.mouse.move(0, 0);
  await workbench.page.locator(".monaco-hover:visible").first().waitFor({ state: "hidden" });
});

test("go to definition of what the model declares opens its source", async () => {
  const driver = workbench.page.locator(".view-line span span").getByText("dmirror", { exact: true }).first();
  const source = workbench.page.locator(".tabs-container .tab.active[data-resource-name='dmirror.hmm']");
  const ask = async () => {
    await driver.click({ timeout: 10_000 });
    await workbench.press("F12");
  };
  await untilShown(source, ask, "the driver's source");
});
