/** The state graph: a picture of all states of a small scenario; a state that is chosen opens its interleaving in the debugger. */

import * as vscode from "vscode";
import { scenarioText } from "../check/scenario-text.ts";
import { keepSchedule } from "../check/schedules.ts";
import type { Documents } from "../documents.ts";
import { webviewRoot } from "../panel/html.ts";
import { baseName, launchConfiguration, scenarioDocument } from "../scenarios.ts";
import type { Services } from "../services.ts";
import { WorkerClient } from "../worker/client.ts";
import type { DrawnGraph } from "../worker/protocol.ts";
import { graphHtml } from "./html.ts";

/** The panel's type. */
const viewType = "hmm.stateGraph";

interface Shown {
  readonly scenario: vscode.Uri;
  readonly graph: DrawnGraph;
}

export class StateGraphPanel implements vscode.Disposable {
  private readonly services: Services;
  private readonly documents: Documents;
  private readonly command: vscode.Disposable;
  private panel: vscode.WebviewPanel | undefined;
  private shown: Shown | undefined;

  constructor(services: Services, documents: Documents) {
    this.services = services;
    this.documents = documents;
    this.command = vscode.commands.registerCommand("hmm.showStateGraph", (uri?: unknown) =>
      services.guard("The state graph cannot be drawn", () => this.draw(uri)),
    );
  }

  dispose(): void {
    this.command.dispose();
    this.panel?.dispose();
  }

  private async draw(uri: unknown): Promise<void> {
    const document = await scenarioDocument(uri);
    if (document === undefined) return;
    const { analysis } = await this.documents.analyse(document);
    const worker = new WorkerClient(() => this.services.startWorker());
    try {
      const title = `HMM: drawing the states of ${baseName(document.uri)}`;
      const answer = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        (_, cancelled) => {
          const running = worker.draw({ kind: "graph", scenario: scenarioText(analysis) });
          cancelled.onCancellationRequested(() => running.cancel());
          return running.answer;
        },
      );
      if (answer.kind === "invalid") {
        void vscode.window.showErrorMessage(`Line ${answer.range.line}: ${answer.message} Mend this first.`);
        return;
      }
      this.show({ scenario: document.uri, graph: answer.graph });
    } finally {
      worker.dispose();
    }
  }

  private show(shown: Shown): void {
    this.shown = shown;
    const { extensionUri } = this.services;
    const title = `States: ${baseName(shown.scenario)}`;
    if (this.panel === undefined) {
      this.panel = vscode.window.createWebviewPanel(viewType, title, vscode.ViewColumn.Beside, {
        enableScripts: true,
        localResourceRoots: [webviewRoot(extensionUri)],
        retainContextWhenHidden: true,
      });
      this.panel.onDidDispose(() => {
        this.panel = undefined;
      });
      this.panel.webview.onDidReceiveMessage((message: unknown) =>
        this.services.guard("The interleaving cannot be debugged", () => this.chosen(message)),
      );
    } else this.panel.reveal();
    this.panel.title = title;
    this.panel.webview.html = graphHtml(this.panel.webview, extensionUri, shown.graph);
  }

  /** A state was chosen: the debugger goes where it is, or in front of what fails there. */
  private async chosen(message: unknown): Promise<void> {
    const { shown } = this;
    const number = chosenState(message);
    const state = number === undefined ? undefined : shown?.graph.states[number];
    if (shown === undefined || state === undefined) return;
    const { scenario } = shown;
    await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(scenario), {
      ...launchConfiguration(scenario),
      name: `State ${number} of ${baseName(scenario)}`,
      stopOnEntry: false,
      stopBefore: state.failed ? "failure" : "scheduleEnd",
      schedule: keepSchedule(state.schedule),
    });
  }
}

/** The number in a message of the page, which may be anything. */
function chosenState(message: unknown): number | undefined {
  if (typeof message !== "object" || message === null || !("type" in message) || message.type !== "open")
    return undefined;
  return "state" in message && typeof message.state === "number" && Number.isInteger(message.state)
    ? message.state
    : undefined;
}
