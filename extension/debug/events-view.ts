/** The view "Events" of the debug side bar: how often each event has happened, and which of them stop. */

import * as vscode from "vscode";
import type { EventCount, HmmEvents } from "../../debug/protocol.ts";
import { SessionLink } from "../panel/session-link.ts";
import type { Services } from "../services.ts";

const movedEvent: keyof HmmEvents = "hmm/moved";

export class EventsView implements vscode.TreeDataProvider<EventCount>, vscode.Disposable {
  private readonly services: Services;
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];
  /** Events that were switched on here, for every session. */
  private readonly stopping = new Set<string>();

  constructor(services: Services) {
    this.services = services;
    const view = vscode.window.createTreeView<EventCount>("hmm.events", {
      treeDataProvider: this,
      manageCheckboxStateManually: true,
    });
    const { debug } = vscode;
    this.subscriptions = [
      this.changed,
      view,
      view.onDidChangeCheckboxState(({ items }) => void this.switched(items)),
      debug.onDidChangeActiveDebugSession(() => this.changed.fire(undefined)),
      debug.onDidReceiveDebugSessionCustomEvent(({ event }) => {
        if (event === movedEvent) this.changed.fire(undefined);
      }),
    ];
  }

  /** The events that were switched on here: part of a launch, so that the first step is watched already. */
  stops(): string[] {
    return [...this.stopping];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  getTreeItem({ name, label, count, stops }: EventCount): vscode.TreeItem {
    const item = new vscode.TreeItem(label);
    item.id = name;
    item.description = count === 0 ? "" : count.toLocaleString("en");
    item.checkboxState = stops ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked;
    item.tooltip = `${name}: happened ${count === 1 ? "once" : `${count.toLocaleString("en")} times`}`;
    return item;
  }

  async getChildren(parent?: EventCount): Promise<EventCount[]> {
    const session = vscode.debug.activeDebugSession;
    if (parent !== undefined || session?.type !== "hmm") return [];
    try {
      return [...(await new SessionLink(session).request("hmm/eventCounts", {})).events];
    } catch (error) {
      // A session that is just beginning or ending has nothing to tell.
      this.services.log.debug(`The events got no answer: ${String(error)}`);
      return [];
    }
  }

  private async switched(items: readonly (readonly [EventCount, vscode.TreeItemCheckboxState])[]): Promise<void> {
    for (const [{ name }, state] of items) {
      if (state === vscode.TreeItemCheckboxState.Checked) this.stopping.add(name);
      else this.stopping.delete(name);
    }
    const session = vscode.debug.activeDebugSession;
    if (session?.type === "hmm") await this.tell(session);
    this.changed.fire(undefined);
  }
  private async tell(session: vscode.DebugSession): Promise<void> {
    try {
      await new SessionLink(session).request("hmm/stopAtEvents", { events: [...this.stopping] });
    } catch (error) {
      this.services.log.debug(`The events to stop at got no answer: ${String(error)}`);
    }
  }
}
