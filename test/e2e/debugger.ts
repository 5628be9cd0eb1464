// What a person does with VS Code's debugger beyond stepping: menus, conditions, the views of the side bar, the console.

import type { Locator } from "playwright-core";
import { eventually } from "./eventually.ts";
import type { Workbench } from "./workbench.ts";

/** What a breakpoint beside a line is given besides the line. */
export type BreakpointKind = "condition" | "hit count" | "log message";

/** The debugger in a workbench. */
export class Debugger {
  private readonly workbench: Workbench;

  constructor(workbench: Workbench) {
    this.workbench = workbench;
  }

  private get page() {
    return this.workbench.page;
  }

  /** The button of the toolbar that ends the session. */
  private get stopButton(): Locator {
    return this.page.locator(".action-label.codicon-debug-stop").first();
  }
  /** Whether there is a session. */
  isOn(): Promise<boolean> {
    return this.stopButton.isVisible();
  }
  /** Begins a session of the file in the editor, or goes on to the next stop: F5 means what VS Code shows that it means. */
  async run(): Promise<void> {
    if (await this.isOn()) await this.page.locator(".action-label.codicon-debug-continue").first().waitFor();
    await this.workbench.press("F5");
    await this.stopButton.waitFor();
  }
  /** Ends the session, if there is one. */
  async stop(): Promise<void> {
    if (!(await this.isOn())) return;
    await this.workbench.press("Shift+F5");
    await this.stopButton.waitFor({ state: "hidden" });
  }

  /** Opens the context menu of something and chooses an item by its title. */
  async chooseFrom(target: Locator, item: string): Promise<void> {
    await target.click({ button: "right" });
    await this.choose(item);
  }
  /** Chooses an item of the menu that is open. */
  async choose(item: string): Promise<void> {
    const menu = this.page.locator(".monaco-menu");
    await menu.waitFor();
    const click = async () => {
      if (!(await menu.isVisible())) return true;
      await menu.locator(".action-label").getByText(item, { exact: true }).click({ timeout: 5_000 });
      await menu.waitFor({ state: "hidden", timeout: 2_000 });
      return true;
    };
    // A menu that has only just opened does not take a click yet.
    await eventually(click, (done) => done, `${item} to be chosen`);
  }
  /** The titles in the menu that is open. */
  async menuItems(): Promise<string[]> {
    const labels = this.page.locator(".monaco-menu .action-label:not(.separator)");
    await labels.first().waitFor();
    return labels.allInnerTexts();
  }
  /** Chooses an entry of the list that a command offers, by a part of its text. */
  async pick(text: string | RegExp): Promise<void> {
    const rows = this.page.locator(".quick-input-widget .monaco-list-row");
    await rows.filter({ hasText: text }).first().click();
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }
  /** The entries of the list that a command offers. */
  async offered(): Promise<string[]> {
    const rows = this.page.locator(".quick-input-widget .monaco-list-row");
    await rows.first().waitFor();
    return rows.allInnerTexts();
  }
  /** Answers a question that a command asks in the box at the top. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input.input");
    await input.waitFor();
    await input.fill(text);
    await this.workbench.press("Enter");
  }

  /** Sets a breakpoint with a condition, a count or a message at a visible line, from the gutter's menu. */
  async breakpointWith(kind: BreakpointKind, line: number, text: string): Promise<void> {
    const item = kind === "log message" ? "Add Logpoint..." : "Add Conditional Breakpoint...";
    await this.workbench.openGutterMenu(line);
    await this.choose(item);
    const widget = this.page.locator(".breakpoint-widget");
    await widget.waitFor();
    if (kind === "hit count") await widget.locator("select").first().selectOption({ label: "Hit Count" });
    await widget.locator(".monaco-editor").click();
    await this.page.keyboard.type(text);
    await this.workbench.press("Enter");
    await widget.waitFor({ state: "hidden" });
    await eventually(
      () => this.workbench.breakpointLines(),
      (lines) => lines.includes(line),
      `a breakpoint at line ${line}`,
    );
  }
  /** Adds a breakpoint at a function, by its name. */
  async breakpointAtFunction(name: string): Promise<void> {
    await this.openView("Breakpoints");
    await this.page.locator(".pane-header[aria-label^='Breakpoints Section']").hover();
    await this.page.locator(".action-label.codicon-watch-expressions-add-function-breakpoint").click();
    const input = this.page.locator(".debug-breakpoints .inputBoxContainer input").first();
    // It comes below the events, where it may be out of view and is no element then.
    await this.page.locator(".debug-breakpoints .monaco-list").hover();
    const scroll = async () => {
      await this.page.mouse.wheel(0, 5_000);
      return await input.isVisible();
    };
    await eventually(scroll, (isVisible) => isVisible, "the input of a function's name");
    await input.fill(name);
    await input.press("Enter");
    await this.breakpointRow(new RegExp(`^${name}`)).waitFor();
    await this.page.mouse.wheel(0, -5_000);
  }
  /** Waits until the pointer over a breakpoint's icon beside a line shows such a message. */
  async waitForMessageOfBreakpoint(line: number, wanted: RegExp): Promise<void> {
    const look = async () => {
      await this.workbench.pointAtGutter(line);
      const hover = this.page.locator(".monaco-hover:visible, .workbench-hover:visible").filter({ hasText: wanted });
      await hover.first().waitFor({ timeout: 5_000 });
    };
    await eventually(look, () => true, `${wanted} over the breakpoint of line ${line}`);
  }
  /** Takes all breakpoints of VS Code's own list away. */
  async removeBreakpoints(): Promise<void> {
    await this.workbench.runCommand("Remove All Breakpoints");
    await eventually(
      () => this.workbench.breakpointLines(),
      (lines) => lines.length === 0,
      "no breakpoints",
    );
  }

  /** Opens a view of the debug side bar, by its title, if it is closed. */
  async openView(title: string): Promise<void> {
    const header = this.page.locator(`.pane-header[aria-label^="${title} Section"]`).first();
    await header.waitFor();
    if ((await header.getAttribute("aria-expanded")) !== "true") await header.click();
  }
  /** A row of the view of breakpoints, by its whole text. */
  breakpointRow(text: RegExp): Locator {
    return this.page.locator(".debug-breakpoints .monaco-list-row").filter({ hasText: text }).first();
  }
  /** A row of one of the extension's own views, by a part of its text. */
  ownRow(text: RegExp): Locator {
    return this.page.locator(".custom-view-tree-node-item").filter({ hasText: text }).first();
  }
  /** A row of the view of variables, by its name. */
  variableRow(name: string): Locator {
    const named = this.page.locator(".name").getByText(new RegExp(`^${name}\\s*=?\\s*$`));
    return this.page.locator(".debug-variables .monaco-list-row").filter({ has: named }).first();
  }
  /** Opens a row of the view of variables, unless it is open. */
  async openVariable(name: string): Promise<void> {
    const row = this.page.locator(".debug-variables .monaco-list-row").filter({ hasText: name }).first();
    const open = async () => {
      if ((await row.getAttribute("aria-expanded")) === "true") return true;
      await row.locator(".monaco-tl-twistie").click({ timeout: 5_000 });
      return false;
    };
    // A click is lost when the view is drawn anew, as it is after each stop.
    await eventually(open, (isOpen) => isOpen, `${name} to be open`);
  }
  /** Opens a row of the view of variables, and waits until one beneath it has such a value. */
  async waitForVariableIn(parent: string, name: string, value: string): Promise<void> {
    const look = async () => {
      await this.openVariable(parent);
      return await this.workbench.variables();
    };
    // What was open is closed where the view is drawn anew for another moment.
    await eventually(
      look,
      (rows) => rows.some((row) => row.name === name && row.value === value),
      `${name} = ${value}`,
    );
  }
  /** Puts another value in place of that of a variable beneath `parent`. */
  async setVariable(parent: string, name: string, value: string): Promise<void> {
    // A row that was edited before keeps its box, out of sight.
    const editing = this.page.locator(".debug-variables .monaco-list-row:has(input:visible)").first();
    const begin = async () => {
      await this.openVariable(parent);
      await this.variableRow(name).click({ button: "right", timeout: 5_000 });
      await this.choose("Set Value");
      const row = await editing.locator(".name").first().textContent({ timeout: 5_000 });
      if (row?.replace(/[\s=:]+$/, "").trim() === name) return name;
      await this.workbench.press("Escape");
      await editing.waitFor({ state: "hidden" });
      return row;
    };
    // The view is drawn anew after each stop: what the pointer was over when it was asked for may be another row.
    await eventually(begin, (row) => row === name, `the value of ${name} to be edited`);
    await editing.locator("input:visible").fill(value);
    await this.workbench.press("Enter");
    await editing.waitFor({ state: "hidden" });
  }

  /** Waits until the call stack says why execution stopped: a thread's label, whatever its capitals. */
  waitForStop(why: RegExp): Promise<string[]> {
    const wanted = new RegExp(why.source, "i");
    return this.workbench.waitForCallStack((rows) => rows.some((row) => wanted.test(row)), `a stop at ${why}`);
  }

  /** Whether a thread's name in the call stack has room: nothing beside it takes that. */
  isThreadNameSeen(name: string): Promise<boolean> {
    const found = this.page.locator(".debug-call-stack .thread > .name").filter({ hasText: name }).first();
    return found.evaluate((element) => element.clientWidth > 0 && element.scrollWidth <= element.clientWidth);
  }

  /** Shows the debug console. */
  async openConsole(): Promise<void> {
    const input = this.page.locator(".repl-input-wrapper .monaco-editor").first();
    if (!(await input.isVisible())) await this.workbench.runCommand("Debug Console: Focus on Debug Console View");
    await input.waitFor();
  }
  /** Types a line into the debug console and waits for what it is answered. */
  async tell(line: string, answer: RegExp): Promise<string> {
    await this.page.locator(".repl-input-wrapper .monaco-editor").first().click();
    await this.page.keyboard.type(line);
    await this.workbench.press("Escape");
    await this.workbench.press("Enter");
    return await this.waitForOutput(answer);
  }
  /** Waits until the debug console shows a text, and gives all that it shows. */
  waitForOutput(wanted: RegExp): Promise<string> {
    const rows = this.page.locator(".repl .monaco-list-row");
    return eventually(
      async () => (await rows.allInnerTexts()).join("\n").replaceAll("\u00a0", " "),
      (text) => wanted.test(text),
      `${wanted} in the debug console`,
    );
  }
  /** Waits for a notification with such a text, and gives it. */
  async waitForNotification(wanted: RegExp): Promise<string> {
    const all = await eventually(
      () => this.workbench.notifications(),
      (titles) => titles.some((title) => wanted.test(title)),
      `a notification ${wanted}`,
    );
    return all.find((title) => wanted.test(title)) ?? "";
  }
  /** Takes all notifications away. */
  async clearNotifications(): Promise<void> {
    await this.workbench.runCommand("Notifications: Clear All Notifications");
  }
}
