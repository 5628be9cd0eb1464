/** The last report of each scenario, and the terminal that shows one of them. */

import * as vscode from "vscode";
import { currentScenario } from "../scenarios.ts";
import { ReportTerminal } from "./report-terminal.ts";

export class Reports implements vscode.Disposable {
  private readonly terminal = new ReportTerminal();
  private readonly lines = new Map<string, readonly string[]>();
  private readonly command: vscode.Disposable;

  constructor() {
    this.command = vscode.commands.registerCommand("hmm.showReport", () => this.show(currentScenario()));
  }

  dispose(): void {
    this.command.dispose();
    this.terminal.dispose();
  }

  /** The report of a scenario from now on; undefined: it has none. */
  set(uri: vscode.Uri, lines: readonly string[] | undefined): void {
    if (lines === undefined) this.lines.delete(uri.toString());
    else this.lines.set(uri.toString(), lines);
  }

  /** Shows the report of a scenario. */
  show(uri: vscode.Uri | undefined): void {
    const lines = uri === undefined ? undefined : this.lines.get(uri.toString());
    if (lines === undefined) {
      void vscode.window.showInformationMessage("There is no report yet: run or check the scenario first.");
      return;
    }
    this.terminal.set(lines);
    this.terminal.show();
  }
}
