/**
 * Invariants while you edit: after an edit that leaves no error the scenario is run once, deterministically, and then its
 * interleavings are explored within bounds, both in a worker; what does not hold is underlined on the line to blame.
 */

import * as vscode from "vscode";
import type { Analysed } from "../documents.ts";
import type { Services } from "../services.ts";
import type { Running } from "../worker/client.ts";
import { WorkerClient } from "../worker/client.ts";
import type { ScenarioText, TaskResult } from "../worker/protocol.ts";
import type { Findings } from "./findings.ts";
import { checkSummary, report, runSummary } from "./report.ts";
import type { Reports } from "./reports.ts";
import { scenarioText } from "./scenario-text.ts";
import type { CheckStatus } from "./status.ts";
import { progressStatus, resultStatus } from "./status-text.ts";

/** Most steps of a run in the background: some tenths of a second. A longer one is run by the command. */
const maxSteps = 500_000;

/** A text without errors. */
interface Sound {
  readonly document: vscode.TextDocument;
  readonly version: number;
  readonly scenario: ScenarioText;
}

export class BackgroundRun implements vscode.Disposable {
  private readonly services: Services;
  private readonly worker: WorkerClient;
  private readonly findings: Findings;
  private readonly status: CheckStatus;
  private readonly reports: Reports;
  private readonly underWay = new Map<string, Running>();
  private readonly sound = new Map<string, Sound>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(services: Services, findings: Findings, status: CheckStatus, reports: Reports) {
    this.services = services;
    this.findings = findings;
    this.status = status;
    this.reports = reports;
    this.worker = new WorkerClient(() => services.startWorker());
    const { workspace } = vscode;
    this.subscriptions = [
      workspace.onDidSaveTextDocument((document) => {
        const sound = this.sound.get(document.uri.toString());
        if (sound?.version === document.version && liveCheck(document) === "onSave") this.begin(sound, false, true);
      }),
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.stop(uri);
        this.forget(uri);
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.worker.dispose();
  }

  /** A document was looked at. What an older text's run found stays until the new run has ended, but for errors. */
  lookedAt(document: vscode.TextDocument, { analysis, version }: Analysed, isSound: boolean): void {
    this.stop(document.uri);
    if (!isSound || analysis.resolved.statements.length === 0) {
      this.forget(document.uri);
      return;
    }
    const sound = { document, version, scenario: scenarioText(analysis) };
    this.sound.set(document.uri.toString(), sound);
    const runs = vscode.workspace.getConfiguration("hmm", document).get("run.onType", true);
    const checks = liveCheck(document) === "onType" && isVisible(document);
    if (!runs) this.findings.set(document.uri, "run", []);
    if (!checks) this.findings.set(document.uri, "check", []);
    if (runs || checks) this.begin(sound, runs, checks);
    else this.status.set(document.uri, undefined);
  }

  private begin(sound: Sound, runs: boolean, checks: boolean): void {
    void this.work(sound, runs, checks).catch((error: unknown) => {
      const { uri } = sound.document;
      this.status.set(uri, undefined);
      this.services.log.warn(`What was done in the background for ${uri.toString()} ended: ${String(error)}`);
    });
  }
  private async work(sound: Sound, runs: boolean, checks: boolean): Promise<void> {
    const { document, scenario } = sound;
    const { uri } = document;
    if (runs) {
      const task = { kind: "run", scenario, maxSteps, story: false } as const;
      const result = await this.outcome(sound, this.worker.run(task));
      if (result === undefined) return;
      // A bound that was reached is no mistake of the scenario's: the command says so when it is run.
      const failures = result.failures.filter(({ kind }) => kind !== "limit");
      this.findings.set(uri, "run", failures);
      this.status.set(uri, resultStatus(result, true));
      this.reports.set(uri, report(runSummary(result), result));
    }
    if (!checks) return;
    const configuration = vscode.workspace.getConfiguration("hmm.liveCheck", document);
    const maxStates = configuration.get("maxStates", 50_000);
    const maxSeconds = configuration.get("maxSeconds", 5);
    // It is over before others would have been started.
    const workers = 1;
    const running = this.worker.run({ kind: "check", scenario, maxStates, maxSeconds, workers }, (progress) => {
      if (this.isCurrent(sound)) this.status.set(uri, progressStatus(progress));
    });
    const result = await this.outcome(sound, running);
    if (result === undefined) return;
    this.findings.set(
      uri,
      "check",
      result.failures.filter(({ kind }) => kind !== "limit"),
    );
    this.status.set(uri, resultStatus(result, false));
    this.reports.set(uri, report(checkSummary(result, "liveCheck"), result));
  }
  /** What a task comes to; undefined if the text has changed since, or is none. */
  private async outcome(sound: Sound, running: Running): Promise<TaskResult | undefined> {
    const key = sound.document.uri.toString();
    this.underWay.set(key, running);
    const answer = await running.answer.finally(() => {
      if (this.underWay.get(key) === running) this.underWay.delete(key);
    });
    return this.isCurrent(sound) && answer.kind === "result" ? answer.result : undefined;
  }
  private isCurrent({ document, version }: Sound): boolean {
    return !document.isClosed && document.version === version;
  }

  private stop(uri: vscode.Uri): void {
    this.underWay.get(uri.toString())?.cancel();
    this.underWay.delete(uri.toString());
  }
  private forget(uri: vscode.Uri): void {
    this.sound.delete(uri.toString());
    this.findings.clear(uri);
    this.status.set(uri, undefined);
    this.reports.set(uri, undefined);
  }
}

/** When the interleavings of a scenario are explored in the background. */
function liveCheck(document: vscode.TextDocument): "off" | "onSave" | "onType" {
  return vscode.workspace.getConfiguration("hmm", document).get("liveCheck.when", "onType");
}

function isVisible(document: vscode.TextDocument): boolean {
  return vscode.window.visibleTextEditors.some((editor) => editor.document === document);
}
