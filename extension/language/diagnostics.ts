/** Mistakes as you type: each document is looked at a moment after the last edit; what an older text gave is dropped. */

import * as vscode from "vscode";
import type { Analysed, Documents } from "../documents.ts";
import { isOwn } from "../paths.ts";
import type { Services } from "../services.ts";
import { toDiagnostic } from "./convert.ts";

/** Milliseconds without an edit before a document is looked at. */
const pause = 50;

/** Told of a document that was looked at; `sound` if it has no error. */
export type OnLookedAt = (document: vscode.TextDocument, analysed: Analysed, sound: boolean) => void;

export class LiveDiagnostics implements vscode.Disposable {
  private readonly services: Services;
  private readonly documents: Documents;
  private readonly onLookedAt: OnLookedAt;
  private readonly collection = vscode.languages.createDiagnosticCollection("hmm");
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(services: Services, documents: Documents, onLookedAt: OnLookedAt) {
    this.services = services;
    this.documents = documents;
    this.onLookedAt = onLookedAt;
    const { workspace } = vscode;
    const watcher = workspace.createFileSystemWatcher("**/*.hmm");
    this.subscriptions = [
      this.collection,
      workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)),
      workspace.onDidChangeTextDocument(({ document }) => {
        this.schedule(document, pause);
        if (isOwn(document)) this.othersChanged(document.uri);
      }),
      workspace.onDidCloseTextDocument((document) => {
        this.stop(document.uri);
        this.documents.forget(document.uri);
        this.collection.delete(document.uri);
      }),
      watcher,
      watcher.onDidChange((uri) => this.othersChanged(uri)),
      watcher.onDidCreate((uri) => this.othersChanged(uri)),
      watcher.onDidDelete((uri) => this.othersChanged(uri)),
    ];
    for (const document of workspace.textDocuments) this.schedule(document, 0);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** A file that others may import has changed. */
  private othersChanged(uri: vscode.Uri): void {
    const others = vscode.workspace.textDocuments.filter(
      (document) =>
        isOwn(document) && document.uri.toString() !== uri.toString() && /^\s*import\b/m.test(document.getText()),
    );
    if (others.length === 0) return;
    this.documents.forgetOthers(uri);
    for (const document of others) this.schedule(document, pause);
  }

  private schedule(document: vscode.TextDocument, delay: number): void {
    if (!isOwn(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => void this.look(document), delay),
    );
  }

  private stop(uri: vscode.Uri): void {
    clearTimeout(this.timers.get(uri.toString()));
    this.timers.delete(uri.toString());
  }

  private async look(document: vscode.TextDocument): Promise<void> {
    try {
      const analysed = await this.documents.analyse(document);
      if (document.isClosed || analysed.version !== document.version) return;
      const { diagnostics } = analysed.analysis;
      this.collection.set(
        document.uri,
        diagnostics.map((diagnostic) => toDiagnostic(document, diagnostic)),
      );
      this.onLookedAt(
        document,
        analysed,
        !analysed.analysis.byFile.some((list) => list.some((d) => d.severity === "error")),
      );
    } catch (error) {
      this.services.log.error(error instanceof Error ? error : String(error));
    }
  }
}
