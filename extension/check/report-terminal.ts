/** The reports of runs and checks in a terminal: places in it are links, and it works in every host. */

import * as vscode from "vscode";
import { paint } from "./paint.ts";

export class ReportTerminal implements vscode.Disposable {
  private terminal: vscode.Terminal | undefined;
  private readonly written = new vscode.EventEmitter<string>();
  private opened = false;
  private lines: readonly string[] = [];

  dispose(): void {
    this.terminal?.dispose();
    this.written.dispose();
  }

  /** Replaces the report. It is seen when the terminal is shown. */
  set(lines: readonly string[]): void {
    this.lines = lines;
    if (this.opened) this.write();
  }

  /** Shows the report; the focus stays where it is. */
  show(): void {
    this.terminal ??= vscode.window.createTerminal({
      name: "HMM",
      iconPath: new vscode.ThemeIcon("type-hierarchy"),
      pty: {
        onDidWrite: this.written.event,
        open: () => {
          this.opened = true;
          this.write();
        },
        close: () => {
          this.opened = false;
          this.terminal = undefined;
        },
      },
    });
    this.terminal.show(true);
  }

  private write(): void {
    const clear = "\u001b[2J\u001b[3J\u001b[H";
    this.written.fire(`${clear}${this.lines.map((line) => `${paint(line)}\r\n`).join("")}`);
  }
}
