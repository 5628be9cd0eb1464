/**
 * The view "Data Breakpoints" of the debug side bar: cells of the page tables and expressions that stop. VS Code lets an
 * extension add breakpoints at lines and functions to its own list, but none on data; those of the Variables view are there.
 */

import * as vscode from "vscode";
import type { DataAccessType, DataStop } from "../../debug/protocol.ts";
import type { CellBreakpoint } from "../../webview/messages.ts";
import { SessionLink } from "../panel/session-link.ts";
import type { Services } from "../services.ts";
import { ownStopsOf } from "./own-stops.ts";

/** A datum that stops in sessions of one scenario. */
export interface DataBreakpoint {
  /** The scenario's path or URI. */
  readonly program: string;
  readonly expression: string;
  readonly accessType: DataAccessType;
  enabled: boolean;
  /** Why the last session that was told of it cannot watch it. */
  problem: string | undefined;
}

/** What each access is called, after the expression. */
const accessNames: Readonly<Record<DataAccessType, string>> = {
  change: "changes",
  write: "is written",
  read: "is read",
  readWrite: "is read or written",
};

export class DataBreakpoints implements vscode.TreeDataProvider<DataBreakpoint>, vscode.Disposable {
  private readonly services: Services;
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly told = new vscode.EventEmitter<string>();
  /** Something was added, removed or switched: what, in words. */
  readonly onDidChange = this.told.event;
  private readonly view: vscode.TreeView<DataBreakpoint>;
  private readonly subscriptions: vscode.Disposable[];
  private readonly sessions = new Set<vscode.DebugSession>();
  private all: readonly DataBreakpoint[] = [];

  constructor(services: Services) {
    this.services = services;
    this.view = vscode.window.createTreeView<DataBreakpoint>("hmm.dataBreakpoints", {
      treeDataProvider: this,
      manageCheckboxStateManually: true,
    });
    const { debug, commands } = vscode;
    const command = (name: string, work: (given: unknown) => Promise<void>) =>
      commands.registerCommand(name, (given?: unknown) =>
        services.guard("The breakpoint cannot be changed", () => work(given)),
      );
    this.subscriptions = [
      this.changed,
      this.told,
      this.view,
      this.view.onDidChangeCheckboxState(({ items }) => void this.switched(items)),
      debug.onDidChangeActiveDebugSession(() => this.changed.fire(undefined)),
      debug.onDidStartDebugSession((session) => {
        if (session.type !== "hmm") return;
        this.sessions.add(session);
        // The launch has set them already; this says which of them cannot be.
        void this.tell(session).then(() => this.changed.fire(undefined));
      }),
      debug.onDidTerminateDebugSession((session) => {
        this.sessions.delete(session);
      }),
      command("hmm.data.add", () => this.ask()),
      command("hmm.data.remove", async (given) => {
        const found = this.all.find((breakpoint) => breakpoint === given);
        if (found !== undefined)
          await this.replace(without(this.all, found), `${nameOf(found)}: no breakpoint any more`);
      }),
      command("hmm.data.removeAll", async () => {
        const program = activeProgram();
        await this.replace(
          this.all.filter((breakpoint) => breakpoint.program !== program),
          "No breakpoints on data any more",
        );
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Those that stop in a session of a scenario: part of its launch, so that its first step is watched already. */
  stopsOf(program: string): DataStop[] {
    return this.all
      .filter((breakpoint) => breakpoint.program === program && breakpoint.enabled)
      .map(({ expression, accessType }) => ({ expression, accessType }));
  }
  /** Those of a scenario as the panel marks its cells: an expression once, enabled if any of its breakpoints is. */
  cellsOf(program: string): CellBreakpoint[] {
    const cells = new Map<string, boolean>();
    for (const { expression, enabled } of this.all.filter((breakpoint) => breakpoint.program === program)) {
      cells.set(expression, cells.get(expression) === true || enabled);
    }
    return [...cells].map(([expression, enabled]) => ({ expression, enabled }));
  }

  /** Lets an expression stop in sessions of the scenario that is debugged. */
  async add(expression: string, accessType: DataAccessType): Promise<void> {
    const program = activeProgram();
    if (program === undefined) throw new Error("Only a scenario that is debugged can stop; a saved trace cannot.");
    const same = this.all.find(
      (breakpoint) =>
        breakpoint.program === program && breakpoint.expression === expression && breakpoint.accessType === accessType,
    );
    const made = same ?? { program, expression, accessType, enabled: true, problem: undefined };
    made.enabled = true;
    await this.replace(same === undefined ? [...this.all, made] : this.all, `Stops when ${nameOf(made)}`);
    if (made.problem === undefined) {
      // It is seen where it came to, without the focus leaving the cell.
      await this.view.reveal(made, { focus: false, select: false });
      return;
    }
    await this.replace(without(this.all, made), `No breakpoint: ${made.problem}`);
    throw new Error(`${nameOf(made)}: ${made.problem}`);
  }
  /** Lets an expression stop when it changes, or no longer stop at all. */
  async toggle(expression: string): Promise<void> {
    if (this.cellsOf(activeProgram() ?? "").some((cell) => cell.expression === expression))
      await this.remove(expression);
    else await this.add(expression, "change");
  }
  /** Takes all breakpoints of an expression away. */
  async remove(expression: string): Promise<void> {
    const program = activeProgram();
    await this.replace(
      this.all.filter((breakpoint) => breakpoint.program !== program || breakpoint.expression !== expression),
      `${expression}: no breakpoint any more`,
    );
  }

  getTreeItem({ expression, accessType, enabled, problem }: DataBreakpoint): vscode.TreeItem {
    const item = new vscode.TreeItem(expression);
    item.id = `${accessType} ${expression}`;
    item.description = accessNames[accessType];
    item.checkboxState = enabled ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked;
    item.contextValue = "dataBreakpoint";
    item.tooltip = problem ?? `Stops when ${expression} ${accessNames[accessType]}`;
    if (problem !== undefined) item.iconPath = new vscode.ThemeIcon("warning");
    return item;
  }
  /** Only what reveal needs: there is one level. */
  getParent(): undefined {
    return undefined;
  }
  getChildren(parent?: DataBreakpoint): DataBreakpoint[] {
    const program = activeProgram();
    return parent === undefined ? this.all.filter((breakpoint) => breakpoint.program === program) : [];
  }

  private async ask(): Promise<void> {
    if (activeProgram() === undefined) {
      void vscode.window.showInformationMessage("Debug a scenario first (F5), then try again.");
      return;
    }
    const expression = await vscode.window.showInputBox({
      title: "Data Breakpoint",
      prompt: "An expression, such as pte(buf[0]).kind or folio(buf[0]), or a place, such as buf[0..2]: all its memory",
    });
    if (expression === undefined || expression.trim() === "") return;
    const items = (["change", "write", "read", "readWrite"] as const).map((accessType) => ({
      accessType,
      label: `when it ${accessNames[accessType]}`,
    }));
    const chosen = await vscode.window.showQuickPick(items, { title: `Stop: ${expression.trim()}` });
    if (chosen !== undefined) await this.add(expression.trim(), chosen.accessType);
  }

  private async switched(items: readonly (readonly [DataBreakpoint, vscode.TreeItemCheckboxState])[]): Promise<void> {
    for (const [breakpoint, state] of items) breakpoint.enabled = state === vscode.TreeItemCheckboxState.Checked;
    const names = items.map(([breakpoint]) => nameOf(breakpoint)).join(", ");
    const isOn = items.every(([{ enabled }]) => enabled);
    await this.replace(this.all, `${names}: switched ${isOn ? "on" : "off"}`);
  }
  /** Puts a list in place of the one there was, and tells everybody; `what` happened, in words. */
  private async replace(all: readonly DataBreakpoint[], what: string): Promise<void> {
    this.all = all;
    for (const session of this.sessions) await this.tell(session);
    this.changed.fire(undefined);
    this.told.fire(what);
  }
  private async tell(session: vscode.DebugSession): Promise<void> {
    const link = new SessionLink(session);
    const asked = this.all.filter(({ program, enabled }) => program === link.program && enabled);
    try {
      const breakpoints = asked.map(({ expression, accessType }) => ({ expression, accessType }));
      const own = ownStopsOf(session).data;
      const answer = await link.request("hmm/stopAtData", { breakpoints: [...breakpoints, ...own] });
      asked.forEach((breakpoint, i) => {
        breakpoint.problem = answer.breakpoints[i]?.message;
      });
    } catch (error) {
      // A session that is just ending, and a trace, have nothing to stop at.
      this.services.log.debug(`The data to stop at got no answer: ${String(error)}`);
    }
  }
}

/** The scenario that is debugged; a trace has none that could stop. */
function activeProgram(): string | undefined {
  const session = vscode.debug.activeDebugSession;
  const program = session?.type === "hmm" ? new SessionLink(session).program : "";
  return program === "" ? undefined : program;
}
function nameOf({ expression, accessType }: DataBreakpoint): string {
  return `${expression} ${accessNames[accessType]}`;
}
function without(all: readonly DataBreakpoint[], one: DataBreakpoint): readonly DataBreakpoint[] {
  return all.filter((breakpoint) => breakpoint !== one);
}
