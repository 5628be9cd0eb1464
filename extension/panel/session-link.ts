/** A debug session as the panel sees it: the adapter's own requests, typed, and what passes between VS Code and the adapter. */

import type * as vscode from "vscode";
import type { HmmEvents, HmmRequests } from "../../debug/protocol.ts";

/** A session has come to another moment. */
export const movedEvent: keyof HmmEvents = "hmm/moved";

export class SessionLink {
  readonly session: vscode.DebugSession;

  constructor(session: vscode.DebugSession) {
    this.session = session;
  }

  /** Sends one of the adapter's own requests. Fails with the adapter's message. */
  async request<K extends keyof HmmRequests>(
    name: K,
    given: HmmRequests[K]["arguments"],
  ): Promise<HmmRequests[K]["response"]> {
    const response: HmmRequests[K]["response"] = await this.session.customRequest(name, given);
    return response;
  }

  /** The scenario's path or URI. */
  get program(): string {
    const program: unknown = this.session.configuration.program;
    return typeof program === "string" ? program : "";
  }
}

/** Requests after which the program runs. */
const goingOn: ReadonlySet<string> = new Set([
  "continue",
  "next",
  "stepIn",
  "stepOut",
  "stepBack",
  "reverseContinue",
  "restart",
]);

/** What is seen of the messages of a session. */
export interface Traffic {
  /** VS Code asked to go on. */
  readonly onGoing: (session: vscode.DebugSession) => void;
  /** VS Code asked to begin anew: what was known of the session is void. */
  readonly onRestart: (session: vscode.DebugSession) => void;
  /** VS Code was told a call stack: it shows the line where execution stands now. */
  readonly onStack: (session: vscode.DebugSession) => void;
}

/** Watches the messages between VS Code and the adapters. */
export function watchTraffic(traffic: Traffic): vscode.DebugAdapterTrackerFactory {
  return {
    createDebugAdapterTracker: (session) => ({
      onWillReceiveMessage: (message: unknown) => {
        const command = commandOf(message);
        if (command === "restart") traffic.onRestart(session);
        if (goingOn.has(command)) traffic.onGoing(session);
      },
      onDidSendMessage: (message: unknown) => {
        if (commandOf(message) === "stackTrace") traffic.onStack(session);
      },
    }),
  };
}

function commandOf(message: unknown): string {
  if (typeof message !== "object" || message === null || !("command" in message)) return "";
  return typeof message.command === "string" ? message.command : "";
}
