// What a person does in VS Code and sees of it, as functions over its page. Every one waits until what it is about is
// there; the selectors hold for VS Code 1.100 to 1.139.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Frame, Locator, Page } from "playwright-core";
import { eventually, untilShown } from "./eventually.ts";
import { resultsFolder } from "./results.ts";

/** One row of the Variables view: its depth counts from 1, `value` is absent for a scope. */
export interface VariableRow {
  readonly name: string;
  readonly value: string | undefined;
  readonly depth: number;
}

/** A VS Code in a browser page. Lines are numbered from 1, as in its gutter. */
export class Workbench {
  readonly page: Page;
  readonly #close: () => Promise<void>;

  /** @param close ends everything that belongs to this workbench */
  constructor(page: Page, close: () => Promise<void>) {
    this.page = page;
    this.#close = close;
  }

  /** Ends VS Code and the browser, and deletes their folders. */
  close(): Promise<void> {
    return this.#close();
  }

  /** Waits for the workbench and its file explorer. */
  async waitUntilLoaded(): Promise<void> {
    await this.page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: 120_000 });
    await this.page.locator(".explorer-folders-view .monaco-list-row").first().waitFor({ timeout: 120_000 });
  }

  /** Opens a file of the workspace from the explorer, to stay open, and waits for its text. */
  async openFile(name: string): Promise<void> {
    const row = this.page.locator(".explorer-folders-view .monaco-list-row").getByText(name, { exact: true });
    await row.dblclick({ timeout: 30_000 });
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator(".editor-instance .view-line").first().waitFor();
  }

  /** The texts of the status bar's items, the language's name among them. */
  statusBarItems(): Promise<string[]> {
    return this.page.locator(".statusbar-item").allInnerTexts();
  }

  /** Waits until the status bar says that the active editor's language is `name`. */
  async waitForLanguage(name: string): Promise<void> {
    await eventually(
      () => this.statusBarItems(),
      (items) => items.some((item) => item.trim() === name),
      `the language ${name} in the status bar`,
    );
  }

  /** Clicks the gutter beside a visible line, as often as is needed for a breakpoint to appear there. */
  setBreakpoint(line: number): Promise<void> {
    return this.#clickGutterUntil(line, true);
  }

  /** Clicks the gutter beside a visible line with a plain breakpoint, so that it goes. */
  clearBreakpoint(line: number): Promise<void> {
    return this.#clickGutterUntil(line, false);
  }

  async #clickGutterUntil(line: number, wanted: boolean): Promise<void> {
    const what = `${wanted ? "a" : "no"} breakpoint at line ${line}`;
    const isDone = (lines: number[]) => lines.includes(line) === wanted;
    await eventually(
      async () => {
        // A click just after a file was opened is lost: the gutter does not take breakpoints yet.
        if (isDone(await this.breakpointLines())) return true;
        const { x, y } = await this.#gutterAt(line);
        await this.page.mouse.click(x, y);
        return await eventually(() => this.breakpointLines(), isDone, what, 1_500).then(
          () => true,
          () => false,
        );
      },
      (done) => done,
      what,
      15_000,
    );
  }

  /** Opens the menu of the gutter beside a visible line. */
  async openGutterMenu(line: number): Promise<void> {
    // A click on an element waits until it stands still: lines move while something between them closes.
    await this.#lineNumber(line).click({ button: "right" });
    await this.page.locator(".monaco-menu").waitFor();
  }

  /** Moves the pointer to where a visible line's breakpoint is, from beside it. */
  async pointAtGutter(line: number): Promise<void> {
    const { x, y } = await this.#gutterAt(line);
    await this.page.mouse.move(x + 100, y);
    await this.page.mouse.move(x, y, { steps: 3 });
  }

  #lineNumber(line: number): Locator {
    return this.page.locator(".editor-instance .line-numbers").getByText(String(line), { exact: true });
  }

  async #gutterAt(line: number): Promise<{ x: number; y: number }> {
    const row = await this.#lineNumber(line).boundingBox();
    const margin = await this.page.locator(".editor-instance .margin").first().boundingBox();
    if (row === null || margin === null) throw new Error(`Line ${line} is not visible`);
    return { x: margin.x + 10, y: row.y + row.height / 2 };
  }

  /** The visible lines with a breakpoint's icon, in ascending order. */
  breakpointLines(): Promise<number[]> {
    return this.#linesOf(".editor-instance [class*='codicon-debug-breakpoint']");
  }

  /** The visible line where execution stands, or undefined when none is marked. */
  async executionLine(): Promise<number | undefined> {
    return (await this.#linesOf(".editor-instance .debug-top-stack-frame-line"))[0];
  }

  /** Waits until execution is shown to stand at `line`. */
  async waitForExecutionAt(line: number): Promise<void> {
    await eventually(
      () => this.executionLine(),
      (at) => at === line,
      `execution to stand at line ${line}`,
    );
  }

  /** The line numbers beside the elements of the editor that match, in ascending order, each once. */
  #linesOf(selector: string): Promise<number[]> {
    return this.page.evaluate((wanted) => {
      const middle = (element: Element) => {
        const box = element.getBoundingClientRect();
        return box.top + box.height / 2;
      };
      const numbers = [...document.querySelectorAll(".editor-instance .line-numbers")];
      const lines = [...document.querySelectorAll(wanted)].flatMap((element) =>
        numbers
          .filter((number) => Math.abs(middle(number) - middle(element)) < 5)
          .map((number) => Number(number.textContent)),
      );
      return [...new Set(lines)].sort((a, b) => a - b);
    }, selector);
  }

  /** Presses a key or chord in VS Code, in playwright's spelling: "F5", "Shift+F11", "Control+Shift+P". */
  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /** Runs a command by its title in the command palette, category included: "HMM: Show Page Tables". */
  async runCommand(title: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input.input");
    const row = this.page.locator(".quick-input-widget .monaco-list-row").getByText(title, { exact: true }).first();
    const choose = async () => {
      // A list that is open already does not take up commands that have come since.
      if (await input.isVisible()) await this.press("Escape");
      await this.press("F1");
      await input.fill(`>${title}`, { timeout: 10_000 });
      // Another command with these words in its title may come first.
      await row.click({ timeout: 10_000 });
    };
    // The palette closes when something takes the focus, such as a stop of the debugger.
    await eventually(choose, () => true, `the command ${title}`);
    // The command may ask something in the same box at once.
    await eventually(
      async () => !(await input.isVisible()) || !(await input.inputValue()).startsWith(">"),
      (isGone) => isGone,
      "the palette to close",
    );
  }

  /** Puts the cursor of the active editor to a line and column, both from 1. */
  async goToLine(line: number, column: number): Promise<void> {
    const input = this.page.locator(".quick-input-widget input.input");
    const position = new RegExp(`^Ln ${line}, Col ${column}\\b`);
    const isThere = async () => (await this.statusBarItems()).some((item) => position.test(item.trim()));
    const go = async () => {
      await this.press("F1");
      await input.fill(`:${line}:${column}`, { timeout: 10_000 });
      await this.press("Enter");
      await input.waitFor({ state: "hidden", timeout: 10_000 });
      await eventually(isThere, (there) => there, `the cursor at ${line}:${column}`, 2_000);
    };
    // The palette closes when something else takes the focus, such as an editor that has just got it back.
    await eventually(go, () => true, `the cursor at ${line}:${column}`);
  }

  /** The rows of the Call Stack view, threads and frames, as their text in one line each. */
  async callStack(): Promise<string[]> {
    const rows = await this.page.locator(".debug-call-stack .monaco-list-row").allInnerTexts();
    return rows.map((row) => row.replaceAll(/\s+/g, " ").trim());
  }

  /** Waits for a call stack that `isRight`, and gives it. */
  waitForCallStack(isRight: (rows: string[]) => boolean, what: string): Promise<string[]> {
    return eventually(() => this.callStack(), isRight, what);
  }

  /** The rows of the Variables view that are on the screen. */
  variables(): Promise<VariableRow[]> {
    return this.page.locator(".debug-variables .monaco-list-row").evaluateAll((rows) =>
      rows.map((row) => ({
        name: (row.querySelector(".name") ?? row).textContent.replace(/\s*=\s*$|:\s*$/, "").trim(),
        value: row.querySelector(".value")?.textContent.trim(),
        depth: Number(row.getAttribute("aria-level")),
      })),
    );
  }

  /** Waits until the Variables view shows `name` with `value`. */
  async waitForVariable(name: string, value: string): Promise<void> {
    await eventually(
      () => this.variables(),
      (rows) => rows.some((row) => row.name === name && row.value === value),
      `the variable ${name} = ${value}`,
    );
  }

  /** The visible lines that are underlined as an error. */
  errorLines(): Promise<number[]> {
    return this.#linesOf(".editor-instance .squiggly-error");
  }

  /** Points at the first occurrence of `word` in the visible text of the editor until the hover there says `wanted`. */
  async waitForHover(word: string, wanted: RegExp): Promise<void> {
    const place = this.page.locator(".editor-instance .view-line span span").filter({ hasText: word }).first();
    const hover = this.page.locator(".monaco-hover:visible").filter({ hasText: wanted }).first();
    const point = async () => {
      await this.page.mouse.move(0, 0);
      await place.hover({ timeout: 10_000 });
    };
    await untilShown(hover, point, `a hover over ${word} that says ${wanted}`);
  }

  /** The frame of a webview that has an element matching `selector`: webviews are frames within frames. */
  async webview(selector: string): Promise<Frame> {
    const find = async () => {
      for (const frame of this.page.frames()) {
        if (frame === this.page.mainFrame()) continue;
        const found = await frame
          .locator(selector)
          .count()
          .catch(() => 0);
        if (found > 0) return frame;
      }
      throw new Error(`none of ${this.page.frames().length} frames has it`);
    };
    return eventually(find, () => true, `a webview with ${selector}`);
  }

  /** What tells why something does not come: the focus, what is open, how the debugger stands, what was said last. */
  async situation(): Promise<string> {
    const told = await this.page.evaluate(() => {
      const seen = (selector: string) =>
        [...document.querySelectorAll(selector)].filter((element) => element.getClientRects().length > 0);
      const texts = (selector: string) =>
        seen(selector).map((element) => element.textContent.replaceAll(/\s+/g, " ").trim());
      const nameOf = (element: Element) => [element.tagName.toLowerCase(), ...element.classList].join(".");
      const focus: string[] = [];
      for (let at = document.activeElement; at !== null && focus.length < 6; at = at.parentElement)
        focus.push(nameOf(at));
      return {
        focus,
        tabs: texts(".tabs-container .tab.active"),
        widgets: seen(
          ".quick-input-widget, .breakpoint-widget, .suggest-widget.visible, .monaco-menu, .monaco-dialog-box",
        ).map(nameOf),
        toolbar: seen("[class*='codicon-debug-']")
          .map((action) => action.getAttribute("aria-label") ?? "")
          .filter((label) => /^(Start|Continue|Pause|Stop)/.test(label)),
        callStack: texts(".debug-call-stack .monaco-list-row"),
        breakpoints: texts(".debug-breakpoints .monaco-list-row").filter((text) => text.includes(".hmm")),
        notifications: texts(".notification-list-item-message"),
        console: texts(".repl .monaco-list-row").slice(-5),
      };
    });
    const lines = { execution: await this.executionLine(), breakpoints: await this.breakpointLines() };
    return JSON.stringify({ ...told, lines }, undefined, 2);
  }

  /** The titles of the notifications that are shown. */
  notifications(): Promise<string[]> {
    return this.page.locator(".notification-list-item-message").allInnerTexts();
  }

  /**
   * Keeps a picture of the window in the git-ignored test-results/.
   *
   * @returns its path
   */
  async screenshot(name: string): Promise<string> {
    mkdirSync(resultsFolder, { recursive: true });
    const path = join(resultsFolder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}
