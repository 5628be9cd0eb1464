/** The command that compares designs: asks which, runs the scenario under each, and opens the table beside the file. */

import * as vscode from "vscode";
import type { Compared } from "../../language/compare/designs.ts";
import { comparedBy, designsOf } from "../../language/compare/designs.ts";
import type { Analysed, Documents } from "../documents.ts";
import { baseName, scenarioDocument } from "../scenarios.ts";
import type { Services } from "../services.ts";
import { WorkerClient } from "../worker/client.ts";
import { comparisonHtml } from "./comparison-html.ts";
import { scenarioText } from "./scenario-text.ts";

/** Most steps of each run. */
const maxSteps = 10_000_000;

interface Choice extends vscode.QuickPickItem {
  readonly of?: "kernels" | "drivers";
}

export class CompareCommand implements vscode.Disposable {
  private readonly services: Services;
  private readonly documents: Documents;
  private readonly command: vscode.Disposable;
  private panel: vscode.WebviewPanel | undefined;

  constructor(services: Services, documents: Documents) {
    this.services = services;
    this.documents = documents;
    this.command = vscode.commands.registerCommand("hmm.compare", (uri?: unknown) =>
      services.guard("The scenario cannot be compared", () => this.compare(uri)),
    );
  }

  dispose(): void {
    this.command.dispose();
    this.panel?.dispose();
  }

  private async compare(uri: unknown): Promise<void> {
    const document = await scenarioDocument(uri);
    if (document === undefined) return;
    const analysed = await this.documents.analyse(document);
    const { analysis } = analysed;
    const asked = await ask(analysed);
    if (asked === undefined) return;
    const designs = designsOf(asked);
    if (designs.length < 2) {
      void vscode.window.showErrorMessage("Choose at least two profiles or two drivers to compare.");
      return;
    }
    const worker = new WorkerClient(() => this.services.startWorker());
    try {
      const title = `HMM: comparing ${designs.length} designs`;
      const task = { kind: "compare", scenario: scenarioText(analysis), designs, maxSteps } as const;
      const answer = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        (_, cancelled) => {
          const running = worker.compare(task);
          cancelled.onCancellationRequested(() => running.cancel());
          return running.answer;
        },
      );
      if (answer.kind === "invalid") {
        void vscode.window.showErrorMessage(`Line ${answer.range.line}: ${answer.message}`);
        return;
      }
      this.show(`Comparison: ${baseName(document.uri)}`, comparisonHtml(answer.comparison, crypto.randomUUID()));
    } finally {
      worker.dispose();
    }
  }
  /** The table in its panel: beside the file, which keeps the focus. */
  private show(title: string, html: string): void {
    if (this.panel === undefined) {
      const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      this.panel = vscode.window.createWebviewPanel("hmm.comparison", title, where, { enableScripts: false });
      this.panel.onDidDispose(() => {
        this.panel = undefined;
      });
    } else {
      this.panel.reveal(undefined, true);
    }
    this.panel.title = title;
    this.panel.webview.html = html;
  }
}

/** Which profiles and drivers, those that the file names already chosen; undefined if the question was dismissed. */
async function ask({ analysis, library }: Analysed): Promise<Compared | undefined> {
  const { resolved, parsed } = analysis;
  const asked = comparedBy(parsed.text);
  const profiles = [...resolved.profiles, ...library.profiles].map(({ name }) => name);
  const drivers = [...resolved.drivers.keys(), ...library.drivers.map(({ name }) => name)];
  const items = (of: "kernels" | "drivers", names: readonly string[]): Choice[] =>
    [...new Set(names)].map((label) => ({ label, of, picked: asked[of].includes(label) }));
  const { Separator } = vscode.QuickPickItemKind;
  const choices: Choice[] = [
    { label: "kernel profiles", kind: Separator },
    ...items("kernels", profiles),
    { label: "drivers", kind: Separator },
    ...items("drivers", drivers),
  ];
  const chosen = await vscode.window.showQuickPick(choices, {
    canPickMany: true,
    title: "HMM: Compare Designs",
    placeHolder: "At least two profiles, or two drivers",
  });
  if (chosen === undefined) return undefined;
  const named = (of: "kernels" | "drivers") => chosen.filter((choice) => choice.of === of).map(({ label }) => label);
  return { kernels: named("kernels"), drivers: named("drivers") };
}
