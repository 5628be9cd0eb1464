/** The page-table panel: one for the window, beside the editor. It shows the hmm session that was started or focused last. */

import * as vscode from "vscode";
import type { TextPlace } from "../../debug/protocol.ts";
import type { FromPanel, ToPanel } from "../../webview/messages.ts";
import { isFromPanel, messagesVersion } from "../../webview/messages.ts";
import type { DataBreakpoints } from "../debug/data-breakpoints.ts";
import type { Documents } from "../documents.ts";
import { uriOf } from "../paths.ts";
import { baseName, currentScenario } from "../scenarios.ts";
import type { Services } from "../services.ts";
import { Feed } from "./feed.ts";
import { panelHtml, panelIcon, webviewRoot } from "./html.ts";
import { movedEvent, SessionLink, watchTraffic } from "./session-link.ts";

/** The webview's type; package.json has it in `activationEvents`. */
export const viewType = "hmm.pageTables";
/** Milliseconds that a call stack may take until the line of an event is shown all the same. */
const stackPatience = 1000;

export class PageTables implements vscode.Disposable {
  private readonly services: Services;
  private readonly documents: Documents;
  private readonly breakpoints: DataBreakpoints;
  private readonly subscriptions: vscode.Disposable[];
  private panel: vscode.WebviewPanel | undefined;
  private feed: Feed | undefined;
  /** The session of a saved trace, while it is the one to be shown. */
  private trace: vscode.DebugSession | undefined;
  /** What to show as soon as VS Code has shown where execution stands. */
  private afterStack: (() => void) | undefined;

  constructor(services: Services, documents: Documents, breakpoints: DataBreakpoints) {
    this.services = services;
    this.documents = documents;
    this.breakpoints = breakpoints;
    const { debug, window, commands } = vscode;
    this.subscriptions = [
      commands.registerCommand("hmm.showPageTables", () => this.show(false)),
      window.registerWebviewPanelSerializer(viewType, {
        deserializeWebviewPanel: async (panel) => this.adopt(panel),
      }),
      debug.onDidStartDebugSession((session) => this.started(session)),
      debug.onDidChangeActiveDebugSession((session) => this.focused(session)),
      debug.onDidReceiveDebugSessionCustomEvent(({ session, event }) => {
        if (event === movedEvent && this.feed?.link.session.id === session.id) this.feed.move();
      }),
      debug.onDidTerminateDebugSession((session) => this.terminated(session)),
      breakpoints.onDidChange((what) => this.postBreakpoints(what)),
      debug.registerDebugAdapterTrackerFactory(
        "hmm",
        watchTraffic({
          onGoing: (session) => {
            if (this.feed?.link.session.id === session.id) this.feed.going();
          },
          onRestart: (session) => {
            if (this.feed?.link.session.id === session.id) this.feed.forget();
          },
          onStack: () => this.afterStack?.(),
        }),
      ),
    ];
  }

  dispose(): void {
    this.feed?.dispose();
    this.panel?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Opens the panel beside the editor, or shows it where it is. */
  private show(preserveFocus: boolean): void {
    if (this.panel !== undefined) {
      this.panel.reveal(undefined, preserveFocus);
      return;
    }
    this.adopt(
      vscode.window.createWebviewPanel(
        viewType,
        "Page Tables",
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus },
        { enableScripts: true, localResourceRoots: [webviewRoot(this.services.extensionUri)] },
      ),
    );
  }

  private adopt(panel: vscode.WebviewPanel): void {
    const { extensionUri } = this.services;
    this.panel?.dispose();
    this.panel = panel;
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(extensionUri)] };
    panel.iconPath = panelIcon(extensionUri);
    panel.webview.onDidReceiveMessage((message: unknown) => void this.receive(message));
    panel.onDidDispose(() => {
      if (this.panel === panel) this.panel = undefined;
    });
    panel.webview.html = panelHtml(panel.webview, extensionUri);
  }

  private post(message: ToPanel): void {
    void this.panel?.webview.postMessage(message);
  }

  // ------------------------------------------------------------------------------------------------- sessions

  private started(session: vscode.DebugSession): void {
    if (session.type !== "hmm" || session.configuration.noDebug === true) return;
    if (isTrace(session)) {
      this.showTrace(session);
      return;
    }
    this.follow(session);
    const open = vscode.workspace.getConfiguration("hmm").get("panel.openOnDebug", true);
    if (open && this.panel === undefined) this.show(true);
  }

  private focused(session: vscode.DebugSession | undefined): void {
    if (session?.type !== "hmm" || session.id === this.feed?.link.session.id) return;
    if (isTrace(session)) this.showTrace(session);
    else this.follow(session);
  }

  /** A trace has no page tables; those of another session would look like its own. */
  private showTrace(session: vscode.DebugSession): void {
    this.feed?.dispose();
    this.feed = undefined;
    this.trace = session;
    this.postEmpty();
  }
  private postEmpty(): void {
    const trace = this.trace === undefined ? {} : { trace: baseName(uriOf(traceOf(this.trace))) };
    this.post({ type: "empty", version: messagesVersion, ...trace });
  }

  private follow(session: vscode.DebugSession): void {
    this.feed?.dispose();
    this.trace = undefined;
    this.feed = new Feed(
      new SessionLink(session),
      (message) => this.post(message),
      // A session that ends while it is asked has no answer any more.
      (error) => this.services.log.debug(`The panel got no answer: ${String(error)}`),
    );
    if (this.panel === undefined) return;
    this.feed.restart();
    this.postBreakpoints("");
  }
  /** Marks the cells that stop; `announcement` is said to screen readers. */
  private postBreakpoints(announcement: string): void {
    const breakpoints = this.breakpoints.cellsOf(this.feed?.link.program ?? "");
    this.post({ type: "breakpoints", breakpoints, announcement });
  }

  private terminated(session: vscode.DebugSession): void {
    if (this.trace?.id === session.id) {
      this.trace = undefined;
      this.postEmpty();
    }
    if (this.feed?.link.session.id !== session.id) return;
    this.feed.dispose();
    this.feed = undefined;
    this.post({ type: "ended" });
  }

  // ------------------------------------------------------------------------------------------------- messages

  private async receive(message: unknown): Promise<void> {
    if (!isFromPanel(message)) {
      this.services.log.warn("The panel sent a message that is not one of its own; it was ignored.");
      return;
    }
    try {
      await this.handle(message);
    } catch (error) {
      this.services.log.warn(
        `The panel's ${message.type} got no answer: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  private async handle(message: FromPanel): Promise<void> {
    const { feed } = this;
    switch (message.type) {
      case "ready":
        if (feed === undefined) this.postEmpty();
        else feed.restart();
        this.postBreakpoints("");
        return;
      case "debug":
        await vscode.commands.executeCommand("hmm.debug");
        return;
      case "complete":
        await this.complete(message);
        return;
      default:
    }
    if (feed === undefined) return;
    const { link } = feed;
    switch (message.type) {
      case "rows": {
        const { request, region, from, to } = message;
        const { pages } = await link.request("hmm/rows", { region, from, to });
        this.post({ type: "rows", request, region, pages });
        return;
      }
      case "events": {
        const { request, from, to } = message;
        const { events } = await link.request("hmm/events", { from, to });
        this.post({ type: "events", request, from, events });
        return;
      }
      case "details": {
        const { request, region, page } = message;
        const { sections } = await link.request("hmm/details", { region, page });
        this.post({ type: "details", request, sections });
        return;
      }
      case "whatIf": {
        const { request, text } = message;
        const result = await link.request("hmm/whatIf", { text });
        this.post({ type: "whatIf", request, result });
        return;
      }
      case "goTo":
        await link.request("hmm/goTo", { step: message.step });
        return;
      case "move":
        await this.move(feed, message.move);
        return;
      case "openEvent":
        await this.openEvent(link, message.index);
        return;
      case "break":
        await this.breakpoints.toggle(message.expression);
        return;
    }
  }

  private async move(feed: Feed, move: Extract<FromPanel, { type: "move" }>["move"]): Promise<void> {
    const { position, link } = feed;
    if (position === undefined) return;
    const { step, newest } = position;
    const goTo = (to: number) => link.request("hmm/goTo", { step: Math.min(Math.max(to, 0), newest) });
    switch (move) {
      case "start":
        await goTo(0);
        return;
      case "end":
        await goTo(newest);
        return;
      case "back":
        await goTo(step - 1);
        return;
      case "forward":
        if (step < newest) await goTo(step + 1);
        // History ends here: a new step is made, the smallest there is. The adapter counts threads from 1.
        else if (position.thread !== undefined) {
          const threadId = position.thread + 1;
          await link.session.customRequest("stepIn", { threadId, granularity: "instruction" });
        }
        return;
    }
  }

  /** Goes to the moment of an event and shows the line that emitted it, once VS Code has shown where execution stands. */
  private async openEvent(link: SessionLink, index: number): Promise<void> {
    const { events } = await link.request("hmm/events", { from: index, to: index + 1 });
    const event = events[0];
    if (event === undefined) return;
    const { place } = event;
    const shown = place === undefined ? undefined : this.nextStack().then(() => this.showPlace(place));
    await link.request("hmm/goTo", { step: event.step });
    await shown;
  }

  private nextStack(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        if (this.afterStack === done) this.afterStack = undefined;
        resolve();
      };
      const timer = setTimeout(done, stackPatience);
      this.afterStack = done;
    });
  }

  private async showPlace({ path, line, column }: TextPlace): Promise<void> {
    const at = new vscode.Position(line - 1, column - 1);
    const beside = vscode.window.visibleTextEditors.find((editor) => editor.viewColumn !== this.panel?.viewColumn);
    await vscode.window.showTextDocument(uriOf(path), {
      viewColumn: beside?.viewColumn ?? vscode.ViewColumn.One,
      preserveFocus: true,
      preview: true,
      selection: new vscode.Range(at, at),
    });
  }

  /** What may be typed in the what-if editor: the names are those of the session's scenario. */
  private async complete({ request, text, offset }: Extract<FromPanel, { type: "complete" }>): Promise<void> {
    const program = this.feed?.link.program;
    const uri = program === undefined ? currentScenario() : uriOf(program);
    if (uri === undefined) {
      this.post({ type: "completions", request, completions: { items: [], start: offset, end: offset } });
      return;
    }
    const document = await vscode.workspace.openTextDocument(uri);
    const { engine, analysis, signature } = await this.documents.analyse(document);
    const completions = engine.completeText(text, analysis.resolved, signature, offset);
    this.post({ type: "completions", request, completions });
  }
}

/** Whether a session goes through a saved trace: nothing runs there. */
function isTrace(session: vscode.DebugSession): boolean {
  return traceOf(session) !== "";
}
/** The path or URI of the saved trace that a session goes through; empty if it runs a scenario. */
function traceOf({ configuration }: vscode.DebugSession): string {
  return typeof configuration.trace === "string" ? configuration.trace.trim() : "";
}
