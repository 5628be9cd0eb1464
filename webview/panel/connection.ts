/** The panel's end of the line to the extension: numbers questions, checks what comes. */

import type { FromPanel, ToPanel } from "../messages.ts";
import { isToPanel } from "../messages.ts";

/** What VS Code gives a webview. */
interface WebviewApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): WebviewApi;

/** Messages that are answered, without their number. */
type Question = Extract<FromPanel, { readonly request: number }>;
type Unnumbered<T> = T extends unknown ? Omit<T, "request"> : never;
type Answer = Extract<ToPanel, { readonly request: number }>;

function hasType(data: unknown): boolean {
  return typeof data === "object" && data !== null && "type" in data;
}

export class Connection {
  private readonly api: WebviewApi = acquireVsCodeApi();
  private next = 1;
  private readonly waiting = new Map<number, (answer: Answer) => void>();

  /** @param onMessage gets every message that is none of the answers that {@link ask} waits for */
  constructor(onMessage: (message: ToPanel) => void) {
    window.addEventListener("message", (event: MessageEvent<unknown>) => {
      // VS Code posts from this very origin; other frames may not speak here.
      if (event.origin !== window.origin || !isToPanel(event.data)) {
        // Monaco posts to its own window; what has a type wants to be one of the extension's.
        if (hasType(event.data)) console.warn("The panel ignored a message that it does not know.");
        return;
      }
      const message = event.data;
      const waiting = "request" in message ? this.waiting.get(message.request) : undefined;
      if (waiting === undefined || !("request" in message)) return onMessage(message);
      this.waiting.delete(message.request);
      waiting(message);
    });
  }

  send(message: FromPanel): void {
    this.api.postMessage(message);
  }

  /** Sends a question whose answer comes to `onMessage`. */
  post(question: Unnumbered<Question>): void {
    this.api.postMessage({ ...question, request: this.next++ });
  }

  /** Sends a question and gives its answer. */
  ask(question: Unnumbered<Question>): Promise<Answer> {
    const request = this.next++;
    return new Promise((resolve) => {
      this.waiting.set(request, resolve);
      this.api.postMessage({ ...question, request });
    });
  }

  /** What {@link keep} kept, if it has the form that `isState` asks for. */
  kept<T>(isState: (value: unknown) => value is T): T | undefined {
    const state = this.api.getState();
    return isState(state) ? state : undefined;
  }

  /** Keeps a small state over hiding and reloading of the panel. */
  keep(state: unknown): void {
    this.api.setState(state);
  }
}
