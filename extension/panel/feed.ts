/**
 * Keeps a panel in step with a session: tells it each moment once, and only what has changed. However many moments pass
 * while an answer is under way, the next message is about the last one.
 */

import type { Position, RegionState } from "../../debug/protocol.ts";
import type { ToPanel } from "../../webview/messages.ts";
import { messagesVersion } from "../../webview/messages.ts";
import type { SessionLink } from "./session-link.ts";

/** Milliseconds before the panel is told that the program runs: most steps are over by then. */
const runningAfter = 150;

/** @typeParam L how the session is reached */
export class Feed<L extends Pick<SessionLink, "request"> = SessionLink> {
  readonly link: L;
  /** Where execution stands, as told last. */
  position: Position | undefined;
  private readonly post: (message: ToPanel) => void;
  private readonly onError: (error: unknown) => void;
  /** Whether the panel was told of the session. */
  private introduced = false;
  /** Raised when what the panel knows is void: answers to older questions are dropped. */
  private generation = 0;
  private moved = false;
  private telling: Promise<void> | undefined;
  private regions = "";
  private runningTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(link: L, post: (message: ToPanel) => void, onError: (error: unknown) => void) {
    this.link = link;
    this.post = post;
    this.onError = onError;
  }

  dispose(): void {
    clearTimeout(this.runningTimer);
  }

  /** What the panel knows is void: the next moment is told with everything. */
  forget(): void {
    this.generation++;
    this.introduced = false;
    this.position = undefined;
    this.regions = "";
  }

  /** The panel knows nothing (any more): it is told everything, now. */
  restart(): void {
    this.forget();
    this.move();
  }

  /** Execution stands at another moment. */
  move(): void {
    clearTimeout(this.runningTimer);
    this.moved = true;
    this.telling ??= this.tell().finally(() => {
      this.telling = undefined;
    });
  }

  /** Execution goes on. */
  going(): void {
    clearTimeout(this.runningTimer);
    this.runningTimer = setTimeout(() => this.post({ type: "running" }), runningAfter);
  }

  private async tell(): Promise<void> {
    try {
      while (this.moved) {
        this.moved = false;
        const { generation } = this;
        const session = this.introduced ? undefined : await this.link.request("hmm/session", {});
        const since = this.position?.step;
        const position = await this.link.request("hmm/position", since === undefined ? {} : { since });
        if (generation !== this.generation) continue;
        if (session !== undefined) this.post({ type: "session", version: messagesVersion, session });
        this.introduced = true;
        this.position = position;
        this.post(this.stop(position));
      }
    } catch (error) {
      this.moved = false;
      this.onError(error);
    }
  }

  private stop(position: Position): ToPanel {
    const { step, newest, ended, regions, changes, stale, eventCount, eventsPast, eventsFrom, eventsForgotten } =
      position;
    return {
      type: "stop",
      step,
      total: newest,
      ended,
      ...this.regionsIfNew(regions),
      changes,
      stale,
      eventCount,
      eventsPast,
      eventsFrom,
      ...(eventsForgotten === 0 ? {} : { eventsForgotten }),
      announcement: announcementOf(position),
    };
  }

  private regionsIfNew(regions: readonly RegionState[]): { readonly regions?: readonly RegionState[] } {
    const text = JSON.stringify(regions);
    if (text === this.regions) return {};
    this.regions = text;
    return { regions };
  }
}

function announcementOf({ step, newest, ended, place, changes, stale }: Position): string {
  const where = ended
    ? "the scenario has ended"
    : place === undefined
      ? ""
      : `line ${place.line} of ${fileOf(place.path)}`;
  const changed = stale
    ? "many pages changed"
    : changes.length === 1
      ? "1 page changed"
      : `${changes.length} pages changed`;
  return [`Step ${step} of ${newest}`, where, changed].filter((part) => part !== "").join(", ");
}

function fileOf(path: string): string {
  return path.replace(/^.*[\\/]/, "");
}
