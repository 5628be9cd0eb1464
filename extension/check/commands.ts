/** The commands that run a scenario and explore its interleavings. */

import * as vscode from "vscode";
import type { Documents } from "../documents.ts";
import { uriOf } from "../paths.ts";
import { baseName, scenarioDocument } from "../scenarios.ts";
import type { Services } from "../services.ts";
import type { Answer } from "../worker/client.ts";
import { WorkerClient } from "../worker/client.ts";
import type { FoundFailure, TaskResult } from "../worker/protocol.ts";
import { rangeOf } from "./failures.ts";
import type { Findings } from "./findings.ts";
import { debugFailure } from "./findings.ts";
import { checkSummary, report, runSummary } from "./report.ts";
import type { Reports } from "./reports.ts";
import { scenarioText } from "./scenario-text.ts";
import type { CheckStatus } from "./status.ts";
import { progressStatus, resultStatus } from "./status-text.ts";

/** Most steps of "HMM: Run". */
const maxSteps = 10_000_000;

export class CheckCommands implements vscode.Disposable {
  private readonly services: Services;
  private readonly documents: Documents;
  private readonly findings: Findings;
  private readonly status: CheckStatus;
  private readonly reports: Reports;
  private readonly subscriptions: vscode.Disposable[];
  private checking = false;

  constructor(services: Services, documents: Documents, findings: Findings, status: CheckStatus, reports: Reports) {
    this.services = services;
    this.documents = documents;
    this.findings = findings;
    this.status = status;
    this.reports = reports;
    const { commands } = vscode;
    this.subscriptions = [
      commands.registerCommand("hmm.run", (uri?: unknown) =>
        this.guard("The scenario cannot be run", () => this.run(uri)),
      ),
      commands.registerCommand("hmm.check", (uri?: unknown) =>
        this.guard("The scenario cannot be checked", () => this.check(uri)),
      ),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private guard(what: string, work: () => Promise<void>): Promise<void> {
    return this.services.guard(what, work);
  }

  private async run(uri: unknown): Promise<void> {
    const document = await scenarioDocument(uri);
    if (document === undefined) return;
    const { analysis } = await this.documents.analyse(document);
    const worker = new WorkerClient(() => this.services.startWorker());
    try {
      const options = { location: vscode.ProgressLocation.Window, title: `HMM: running ${baseName(document.uri)}` };
      const answer = await vscode.window.withProgress(
        options,
        () => worker.run({ kind: "run", scenario: scenarioText(analysis), maxSteps, story: true }).answer,
      );
      if (answer.kind === "invalid") return await showInvalid(answer);
      const { result } = answer;
      const summary = runSummary(result);
      this.reports.set(document.uri, report(summary, result));
      this.findings.set(document.uri, "run", result.failures);
      await this.tell(document, summary, result);
    } finally {
      worker.dispose();
    }
  }

  private async check(uri: unknown): Promise<void> {
    if (this.checking) {
      void vscode.window.showInformationMessage(
        "A check is under way already. Cancel it in its notification to start another.",
      );
      return;
    }
    const document = await scenarioDocument(uri);
    if (document === undefined) return;
    this.checking = true;
    const worker = new WorkerClient(() => this.services.startWorker());
    try {
      const { analysis } = await this.documents.analyse(document);
      const answer = await this.explore(worker, document, scenarioText(analysis));
      if (answer.kind === "invalid") return await showInvalid(answer);
      const { result } = answer;
      for (const note of result.notes) this.services.log.info(note);
      const summary = checkSummary(result);
      this.reports.set(document.uri, report(summary, result));
      this.findings.set(document.uri, "check", result.failures);
      this.status.set(document.uri, resultStatus(result, false));
      // Not waited for: another check may begin while the message is shown.
      void this.tell(document, summary, result);
    } finally {
      this.checking = false;
      worker.dispose();
    }
  }

  private explore(
    worker: WorkerClient,
    document: vscode.TextDocument,
    scenario: ReturnType<typeof scenarioText>,
  ): Thenable<Answer> {
    const configuration = vscode.workspace.getConfiguration("hmm", document);
    const maxStates = configuration.get("check.maxStates", 20_000_000);
    const maxSeconds = configuration.get("check.maxSeconds", 300);
    const workers = configuration.get("check.workers", 1);
    const title = `HMM: checking ${baseName(document.uri)}`;
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return vscode.window.withProgress(options, (progress, cancelled) => {
      const running = worker.run({ kind: "check", scenario, maxStates, maxSeconds, workers }, (now) => {
        const { label, tooltip, ...status } = progressStatus(now);
        progress.report({
          message: `${label.replace(/^HMM: (exploring, )?/, "")}, depth ${now.depth.toLocaleString("en")}`,
        });
        this.status.set(document.uri, { ...status, label, tooltip: `${title}. ${tooltip}` });
      });
      cancelled.onCancellationRequested(() => running.cancel());
      return running.answer;
    });
  }

  /** The result as a message, with what can be done next. */
  private async tell(document: vscode.TextDocument, summary: string, result: TaskResult): Promise<void> {
    const { window } = vscode;
    const failure = result.failures.find(({ expected }) => !expected) ?? result.failures[0];
    const details = "Show Details";
    if (failure === undefined) {
      const show = result.verdict === "limit" ? window.showWarningMessage : window.showInformationMessage;
      if ((await show(summary, details)) === details) this.reports.show(document.uri);
      return;
    }
    const debug = failure.schedule === undefined ? "Debug" : "Debug This Interleaving";
    const line = "Go to Line";
    const show = failure.expected ? window.showInformationMessage : window.showErrorMessage;
    const choice = await show(summary, debug, line, details);
    if (choice === details) this.reports.show(document.uri);
    else if (choice === line) await goTo(failure);
    else if (choice === debug) await debugFailure(document.uri, failure);
  }
}

async function goTo({ range }: FoundFailure): Promise<void> {
  await vscode.window.showTextDocument(uriOf(range.path), { selection: rangeOf(range) });
}

async function showInvalid({ message, range }: Extract<Answer, { kind: "invalid" }>): Promise<void> {
  const choice = await vscode.window.showErrorMessage(`Line ${range.line}: ${message} Mend this first.`, "Go to Line");
  if (choice !== undefined) await vscode.window.showTextDocument(uriOf(range.path), { selection: rangeOf(range) });
}
