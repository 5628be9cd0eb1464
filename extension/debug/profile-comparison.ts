/** Two profiles side by side: a panel that follows the session at each stop, and shows what is different under the other one. */

import * as vscode from "vscode";
import type { Compared } from "../../debug/protocol.ts";
import type { ToComparison } from "../../webview/compare/messages.ts";
import { pageHtml, panelIcon, webviewRoot } from "../panel/html.ts";
import { viewType as pageTablesType } from "../panel/panel.ts";
import { movedEvent, SessionLink } from "../panel/session-link.ts";
import { uriOf } from "../paths.ts";
import { baseName, launchConfiguration, scenarioDocument } from "../scenarios.ts";
import type { Services } from "../services.ts";

/** What is compared with what. */
interface Comparison {
  readonly link: SessionLink;
  readonly kernel: string;
}

export class ProfileComparison implements vscode.Disposable {
  private readonly services: Services;
  private readonly subscriptions: vscode.Disposable[];
  private panel: vscode.WebviewPanel | undefined;
  private comparison: Comparison | undefined;
  /** What the page shows, for one that is made anew. */
  private shown: ToComparison | undefined;
  /** However many stops come while one is compared, the last one is shown next. */
  private moved = false;
  private following: Promise<void> | undefined;

  constructor(services: Services) {
    this.services = services;
    const { debug } = vscode;
    this.subscriptions = [
      vscode.commands.registerCommand("hmm.compareHere", () =>
        services.guard("The profiles cannot be compared", () => this.begin()),
      ),
      debug.onDidReceiveDebugSessionCustomEvent(({ session, event }) => {
        if (event === movedEvent && session.id === this.comparison?.link.session.id) this.move();
      }),
      debug.onDidTerminateDebugSession((session) => {
        if (session.id !== this.comparison?.link.session.id) return;
        this.comparison = undefined;
        if (this.shown !== undefined) this.post({ ...this.shown, over: true });
      }),
    ];
  }

  dispose(): void {
    this.panel?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Asks for the other profile, and debugs the open scenario if nothing is debugged. */
  private async begin(): Promise<void> {
    const { library } = await this.services.load();
    const active = vscode.debug.activeDebugSession;
    const document = active?.type === "hmm" ? undefined : await scenarioDocument(undefined);
    if (active?.type !== "hmm" && document === undefined) return;
    const here = active?.type === "hmm" ? (await new SessionLink(active).request("hmm/session", {})).kernel : undefined;
    const kernel = await vscode.window.showQuickPick(
      library.profiles.map(({ name }) => name).filter((name) => name !== here),
      {
        title: "Compare Two Profiles Step by Step",
        placeHolder: here === undefined ? "The profile to compare with" : `The profile to compare ${here} with`,
      },
    );
    if (kernel === undefined) return;
    const session = document === undefined ? active : await this.start(document);
    if (session === undefined) return;
    this.comparison = { link: new SessionLink(session), kernel };
    this.show();
    // One at a time: each leads the other session on.
    await this.following;
    this.following = this.compare(this.comparison).finally(() => {
      this.following = undefined;
      if (this.moved) this.move();
    });
    await this.following;
  }
  private async start({ uri }: vscode.TextDocument): Promise<vscode.DebugSession | undefined> {
    const configuration = { ...launchConfiguration(uri), stopOnEntry: true };
    const isStarted = await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(uri), configuration);
    const session = vscode.debug.activeDebugSession;
    return isStarted && session?.type === "hmm" ? session : undefined;
  }

  private move(): void {
    this.moved = true;
    // What nobody sees is compared when somebody does.
    if (this.panel?.visible !== true) return;
    this.following ??= this.follow().finally(() => {
      this.following = undefined;
    });
  }
  private async follow(): Promise<void> {
    while (this.moved) {
      this.moved = false;
      const { comparison } = this;
      if (comparison === undefined) return;
      try {
        await this.compare(comparison);
      } catch (error) {
        // A session that runs on or ends has no answer: there will be another stop, or none.
        this.services.log.debug(`The comparison got no answer: ${String(error)}`);
      }
    }
  }
  private async compare(comparison: Comparison): Promise<void> {
    const { link, kernel } = comparison;
    const compared = await link.request("hmm/compare", { kernel });
    if (this.comparison === comparison) this.post(this.message(compared, link));
  }
  private message(compared: Compared, { program }: SessionLink): ToComparison {
    const name = baseName(uriOf(program));
    return { type: "compared", title: `${name}: ${compared.here} and ${compared.kernel}`, compared, over: false };
  }
  private post(message: ToComparison): void {
    this.shown = message;
    void this.panel?.webview.postMessage(message);
  }

  private show(): void {
    if (this.panel !== undefined) {
      this.panel.reveal(undefined, true);
      return;
    }
    const { extensionUri } = this.services;
    const panel = vscode.window.createWebviewPanel(
      "hmm.profiles",
      "Two Profiles",
      { viewColumn: columnOfPageTables() ?? vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [webviewRoot(extensionUri)] },
    );
    this.panel = panel;
    panel.iconPath = panelIcon(extensionUri);
    panel.webview.onDidReceiveMessage(() => {
      if (this.shown !== undefined) this.post(this.shown);
    });
    panel.onDidChangeViewState(() => {
      if (panel.visible && this.moved) this.move();
    });
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.comparison = undefined;
      this.shown = undefined;
    });
    panel.webview.html = pageHtml(panel.webview, extensionUri, { title: "HMM profiles", name: "compare" });
  }
}

/** Where the page tables are: their place is shared, for a third column would leave too little of each. */
function columnOfPageTables(): vscode.ViewColumn | undefined {
  const group = vscode.window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(pageTablesType)),
  );
  return group?.viewColumn;
}
