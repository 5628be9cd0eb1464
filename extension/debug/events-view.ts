/** The view "Events" of the debug side bar: how often each event has happened, and which of them stop. */

import * as vscode from "vscode";
import type { EventCount } from "../../debug/protocol.ts";
import { movedEvent, SessionLink } from "../panel/session-link.ts";
import type { Services } from "../services.ts";
import { ownStopsOf } from "./own-stops.ts";

/** Elements are the events' names: they stay what they are while counts change, so that a tick is never lost in between. */
export class EventsView implements vscode.TreeDataProvider<string>, vscode.Disposable {
  private readonly services: Services;
  private readonly changed = new vscode.EventEmitter<string[] | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];
  /** Events that were switched on here, for every session. */
  private readonly stopping = new Set<string>();
  private counts: ReadonlyMap<string, EventCount> = new Map();

  constructor(services: Services) {
    this.services = services;
    const view = vscode.window.createTreeView<string>("hmm.events", {
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
        if (event === movedEvent) void this.refresh();
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

  getTreeItem(name: string): vscode.TreeItem {
    const { label, count, stops } = this.counts.get(name) ?? { label: name, count: 0, stops: false };
    const item = new vscode.TreeItem(label);
    item.id = name;
    item.description = [count === 0 ? "" : count.toLocaleString("en"), stops ? "stops" : ""].filter(Boolean).join(", ");
    item.checkboxState = stops ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked;
    item.tooltip = `${name}: happened ${count === 1 ? "once" : `${count.toLocaleString("en")} times`}`;
    return item;
  }

  async getChildren(parent?: string): Promise<string[]> {
    if (parent !== undefined) return [];
    this.counts = await this.ask();
    return [...this.counts.keys()];
  }
  /** The same events with what they count now; all anew if they are others. */
  private async refresh(): Promise<void> {
    const names = [...this.counts.keys()];
    const now = await this.ask();
    const areSame = names.length > 0 && names.length === now.size && names.every((name) => now.has(name));
    if (areSame) this.counts = now;
    this.changed.fire(areSame ? names : undefined);
  }
  private async ask(): Promise<ReadonlyMap<string, EventCount>> {
    const session = vscode.debug.activeDebugSession;
    if (session?.type !== "hmm") return new Map();
    try {
      const { events } = await new SessionLink(session).request("hmm/eventCounts", {});
      return new Map(events.map((event) => [event.name, event]));
    } catch (error) {
      // A session that is just beginning or ending has nothing to tell.
      this.services.log.debug(`The events got no answer: ${String(error)}`);
      return new Map();
    }
  }

  private async switched(items: readonly (readonly [string, vscode.TreeItemCheckboxState])[]): Promise<void> {
    for (const [name, state] of items) {
      if (state === vscode.TreeItemCheckboxState.Checked) this.stopping.add(name);
      else this.stopping.delete(name);
    }
    const session = vscode.debug.activeDebugSession;
    if (session?.type === "hmm") await this.tell(session);
    await this.refresh();
  }
  private async tell(session: vscode.DebugSession): Promise<void> {
    try {
      const link = new SessionLink(session);
      await link.request("hmm/stopAtEvents", { events: [...ownStopsOf(session).events, ...this.stopping] });
    } catch (error) {
      this.services.log.debug(`The events to stop at got no answer: ${String(error)}`);
    }
  }
}
