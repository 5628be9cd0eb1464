/**
 * Invariants while you edit: after an edit that leaves no error the scenario is run once, deterministically, in a worker, and
 * what does not hold is underlined on the line to blame.
 */

import * as vscode from "vscode";
import type { Analysed } from "../documents.ts";
import type { Services } from "../services.ts";
import type { Running } from "../worker/client.ts";
import { WorkerClient } from "../worker/client.ts";
import { diagnosticsByFile } from "./failures.ts";
import { scenarioText } from "./scenario-text.ts";

/** Most steps of a run in the background: some tenths of a second. A longer one is run by the command. */
const maxSteps = 500_000;

export class BackgroundRun implements vscode.Disposable {
  private readonly services: Services;
  private readonly worker: WorkerClient;
  private readonly collection = vscode.languages.createDiagnosticCollection("hmm-run");
  /** Files that have diagnostics of a scenario's run, by the scenario. */
  private readonly marked = new Map<string, readonly vscode.Uri[]>();
  private readonly underWay = new Map<string, Running>();
  private readonly closing: vscode.Disposable;

  constructor(services: Services) {
    this.services = services;
    this.worker = new WorkerClient(() => services.startWorker());
    this.closing = vscode.workspace.onDidCloseTextDocument((document) => {
      this.stop(document.uri);
      this.clear(document.uri);
    });
  }

  dispose(): void {
    this.closing.dispose();
    this.collection.dispose();
    this.worker.dispose();
  }

  /** A document was looked at. What an older text's run found stays until the new run has ended, but for errors. */
  lookedAt(document: vscode.TextDocument, { analysis, version }: Analysed, sound: boolean): void {
    this.stop(document.uri);
    const enabled = vscode.workspace.getConfiguration("hmm", document).get("run.onType", true);
    if (!sound || !enabled || analysis.resolved.statements.length === 0) {
      this.clear(document.uri);
      return;
    }
    void this.run(document, version, analysis).catch((error: unknown) => {
      this.services.log.warn(`The run in the background of ${document.uri.toString()} ended: ${String(error)}`);
    });
  }

  private async run(document: vscode.TextDocument, version: number, analysis: Analysed["analysis"]): Promise<void> {
    const key = document.uri.toString();
    const running = this.worker.run({ kind: "run", scenario: scenarioText(analysis), maxSteps, story: false });
    this.underWay.set(key, running);
    const answer = await running.answer.finally(() => {
      if (this.underWay.get(key) === running) this.underWay.delete(key);
    });
    if (document.isClosed || document.version !== version) return;
    this.clear(document.uri);
    // A bound that was reached is no mistake of the scenario's: the command says so when it is run.
    const failures = answer.kind === "result" ? answer.result.failures.filter(({ kind }) => kind !== "limit") : [];
    const byFile = diagnosticsByFile(failures);
    for (const [uri, diagnostics] of byFile) this.collection.set(uri, diagnostics);
    this.marked.set(
      key,
      byFile.map(([uri]) => uri),
    );
  }

  private stop(uri: vscode.Uri): void {
    this.underWay.get(uri.toString())?.cancel();
    this.underWay.delete(uri.toString());
  }

  private clear(uri: vscode.Uri): void {
    for (const file of this.marked.get(uri.toString()) ?? []) this.collection.delete(file);
    this.marked.delete(uri.toString());
  }
}
