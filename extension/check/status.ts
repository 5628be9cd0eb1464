/** The status-bar item: how far the check of the scenario that is looked at is, and what it came to. */

import * as vscode from "vscode";
import { isOwn } from "../paths.ts";
import type { StatusText } from "./status-text.ts";

export class CheckStatus implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("hmm.check", vscode.StatusBarAlignment.Left, 0);
  private readonly texts = new Map<string, StatusText>();
  private readonly subscription: vscode.Disposable;

  constructor() {
    this.item.name = "HMM check";
    this.item.command = "hmm.showReport";
    this.subscription = vscode.window.onDidChangeActiveTextEditor(() => this.show());
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  /** What is said of a scenario from now on; undefined: nothing. */
  set(uri: vscode.Uri, text: StatusText | undefined): void {
    if (text === undefined) this.texts.delete(uri.toString());
    else this.texts.set(uri.toString(), text);
    this.show();
  }

  private show(): void {
    const document = vscode.window.activeTextEditor?.document;
    const text = document === undefined || !isOwn(document) ? undefined : this.texts.get(document.uri.toString());
    if (text === undefined) {
      this.item.hide();
      return;
    }
    this.item.text = text.text;
    this.item.tooltip = text.tooltip;
    this.item.accessibilityInformation = { label: text.label };
    this.item.show();
  }
}
