/** The commands that run a scenario and explore its interleavings. */

import * as vscode from "vscode";
import type { Documents } from "../documents.ts";
import { isOwn, uriOf } from "../paths.ts";
import { baseName, launchConfiguration, scenarioDocument } from "../scenarios.ts";
import type { Services } from "../services.ts";
import type { Answer } from "../worker/client.ts";
import { WorkerClient } from "../worker/client.ts";
import type { FoundFailure, TaskResult } from "../worker/protocol.ts";
import { diagnosticsByFile, rangeOf } from "./failures.ts";
import { checkSummary, report, runSummary } from "./report.ts";
import { ReportTerminal } from "./report-terminal.ts";
import { scenarioText } from "./scenario-text.ts";
import { keepSchedule } from "./schedules.ts";

/** Most steps of "HMM: Run". */
const maxSteps = 10_000_000;

export class CheckCommands implements vscode.Disposable {
  private readonly services: Services;
  private readonly documents: Documents;
  private readonly report = new ReportTerminal();
  private readonly collection = vscode.languages.createDiagnosticCollection("hmm-check");
  private readonly status = vscode.window.createStatusBarItem("hmm.check", vscode.StatusBarAlignment.Left, 0);
  private readonly subscriptions: vscode.Disposable[];
  private checking = false;

  constructor(services: Services, documents: Documents) {
    this.services = services;
    this.documents = documents;
    this.status.name = "HMM check";
    const { commands, workspace } = vscode;
    this.subscriptions = [
      this.report,
      this.collection,
      this.status,
      commands.registerCommand("hmm.run", (uri?: unknown) =>
        this.guard("The scenario cannot be run", () => this.run(uri)),
      ),
      commands.registerCommand("hmm.check", (uri?: unknown) =>
        this.guard("The scenario cannot be checked", () => this.check(uri)),
      ),
      // What a check found is about the text that was checked.
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0 && isOwn(document)) this.collection.clear();
      }),
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
      this.report.set(report(summary, result));
      this.collection.clear();
      for (const [file, diagnostics] of diagnosticsByFile(result.failures)) this.collection.set(file, diagnostics);
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
      const summary = checkSummary(result);
      this.report.set(report(summary, result));
      this.collection.clear();
      for (const [file, diagnostics] of diagnosticsByFile(result.failures, " (found by exploring all interleavings)")) {
        this.collection.set(file, diagnostics);
      }
      // Not waited for: another check may begin while the message is shown.
      void this.tell(document, summary, result);
    } finally {
      this.checking = false;
      this.status.hide();
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
    const title = `HMM: checking ${baseName(document.uri)}`;
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    return vscode.window.withProgress(options, (progress, cancelled) => {
      const running = worker.run({ kind: "check", scenario, maxStates, maxSeconds }, ({ states, depth }) => {
        const message = `${states.toLocaleString("en")} states`;
        progress.report({ message: `${message}, depth ${depth.toLocaleString("en")}` });
        this.status.text = `$(sync~spin) HMM: ${message}`;
        this.status.tooltip = title;
        this.status.show();
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
      if ((await show(summary, details)) === details) this.report.show();
      return;
    }
    const debug = failure.schedule === undefined ? "Debug" : "Debug This Interleaving";
    const line = "Go to Line";
    const show = failure.expected ? window.showInformationMessage : window.showErrorMessage;
    const choice = await show(summary, debug, line, details);
    if (choice === details) this.report.show();
    else if (choice === line) await goTo(failure);
    else if (choice === debug) await debugFailure(document, failure);
  }
}

/** Starts a session that follows the interleaving of a failure. */
async function debugFailure(document: vscode.TextDocument, { schedule }: FoundFailure): Promise<void> {
  await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(document.uri), {
    ...launchConfiguration(document.uri),
    ...(schedule === undefined ? {} : { name: `Interleaving of ${baseName(document.uri)}` }),
    // It stops just before the failure shows (the filters for that are on by default), with the way there behind it.
    stopOnEntry: false,
    stopBefore: "failure",
    ...(schedule === undefined ? {} : { schedule: keepSchedule(schedule) }),
  });
}

async function goTo({ range }: FoundFailure): Promise<void> {
  await vscode.window.showTextDocument(uriOf(range.path), { selection: rangeOf(range) });
}

async function showInvalid({ message, range }: Extract<Answer, { kind: "invalid" }>): Promise<void> {
  const choice = await vscode.window.showErrorMessage(`Line ${range.line}: ${message} Mend this first.`, "Go to Line");
  if (choice !== undefined) await vscode.window.showTextDocument(uriOf(range.path), { selection: rangeOf(range) });
}
