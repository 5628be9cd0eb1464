/** What the panel knows: the session, the moment, the rows, and those pages and events that it has been told of. */

import type { SessionInfo } from "../../debug/protocol.ts";
import type { EventRow, FromPanel, PageState, RegionState, ToPanel } from "../messages.ts";
import { windowLimit } from "../messages.ts";
import type { CellTarget } from "./cell-targets.ts";
import { targetOf } from "./cell-targets.ts";
import { Rows } from "./rows.ts";

/** A message without the number that pairs it with its answer. */
type Asking = Extract<FromPanel, { type: "rows" | "events" }>;
type Unnumbered<T> = T extends unknown ? Omit<T, "request"> : never;

/** How many pages are remembered before those out of view are forgotten. */
const pageLimit = 50_000;
/** How many events are asked for without being in view. */
const eventLimit = 20_000;
/** Pages are asked for in blocks that begin at multiples of this. */
const blockSize = 128;

/** A page's address in the panel: its region's id, and its number there. */
function key(region: number, page: number): string {
  return `${region}:${page}`;
}

export class PanelModel {
  /** "empty" before the first session. "live": execution stands or runs. "over": the last state of a session that ended. */
  state: "empty" | "live" | "over" = "empty";
  /** The name of the saved trace that is looked at instead of a session. */
  trace: string | undefined;
  running = false;
  session: SessionInfo | undefined;
  step = 0;
  total = 0;
  ended = false;
  rows = new Rows([]);
  /** How many events there are, and how many of them lie in the past of the present moment. */
  eventCount = 0;
  eventsPast = 0;
  /** The cells that stop, by their expressions, and whether they do at present. */
  breakpoints: ReadonlyMap<string, boolean> = new Map();
  /** How many older ones are forgotten. */
  eventsForgotten = 0;
  private pages = new Map<string, PageState>();
  /** Pages that the last stop changed, as they were before. */
  private changed = new Map<string, PageState>();
  private events: (EventRow | undefined)[] = [];
  /** All events before this one are known. */
  private knownTo = 0;
  private readonly asked = new Set<string>();
  private readonly ask: (message: Unnumbered<Asking>) => void;

  /** @param ask sends a question; its answer comes to {@link apply} */
  constructor(ask: (message: Unnumbered<Asking>) => void) {
    this.ask = ask;
  }

  /** Takes in a message of the extension. */
  apply(message: ToPanel): void {
    switch (message.type) {
      case "empty":
        this.forget();
        this.state = "empty";
        this.trace = message.trace;
        break;
      case "session":
        this.forget();
        this.state = "live";
        this.running = true;
        this.session = message.session;
        break;
      case "stop":
        this.stop(message);
        break;
      case "running":
        this.running = true;
        break;
      case "ended":
        this.running = false;
        if (this.state === "live") this.state = "over";
        break;
      case "rows":
        for (const page of message.pages) this.pages.set(key(message.region, page.page), page);
        for (const id of this.asked) if (id.startsWith("p")) this.asked.delete(id);
        break;
      case "events":
        message.events.forEach((event, i) => {
          this.events[message.from + i] = event;
        });
        for (const id of this.asked) if (id.startsWith("e")) this.asked.delete(id);
        break;
      case "breakpoints":
        this.breakpoints = new Map(message.breakpoints.map(({ expression, enabled }) => [expression, enabled]));
        break;
      default:
    }
  }

  private forget(): void {
    this.pages.clear();
    this.changed.clear();
    this.events = [];
    this.knownTo = 0;
    this.asked.clear();
    this.rows = new Rows([]);
    this.step = this.total = this.eventCount = this.eventsPast = this.eventsForgotten = 0;
    this.ended = this.running = false;
  }

  private stop(message: Extract<ToPanel, { type: "stop" }>): void {
    // Told of the same moment again, what led there is still what changed.
    const again = this.state === "live" && message.step === this.step && message.changes.length === 0 && !message.stale;
    this.state = "live";
    this.running = false;
    this.step = message.step;
    this.total = message.total;
    this.ended = message.ended;
    if (message.regions !== undefined) this.rows = new Rows(message.regions);
    if (message.stale || this.pages.size > pageLimit) this.pages.clear();
    // Questions under way are answered with the state of this moment or are asked again.
    this.asked.clear();
    if (!again) this.changed.clear();
    for (const { region, before, now } of message.changes) {
      this.pages.set(key(region, now.page), now);
      this.changed.set(key(region, now.page), before);
    }
    this.eventCount = message.eventCount;
    this.eventsPast = message.eventsPast;
    this.eventsForgotten = message.eventsForgotten ?? 0;
    this.events.length = Math.min(this.events.length, message.eventsFrom);
    this.knownTo = Math.min(this.knownTo, message.eventsFrom);
  }

  /** A page of the region with index `region` of the layout; undefined while it is being asked for. */
  page(region: number, page: number): PageState | undefined {
    const layout = this.rows.regions[region];
    if (layout === undefined) return undefined;
    const known = this.pages.get(key(layout.id, page));
    if (known === undefined && this.state === "live" && !this.running) this.askForPages(layout, page);
    return known;
  }

  private askForPages(region: RegionState, page: number): void {
    const from = page - (page % blockSize);
    const id = `p${key(region.id, from)}`;
    if (this.asked.has(id)) return;
    this.asked.add(id);
    this.ask({ type: "rows", region: region.id, from, to: Math.min(from + blockSize, region.pages) });
  }

  /** What the page was before the last stop, if that changed it. */
  before(region: number, page: number): PageState | undefined {
    const layout = this.rows.regions[region];
    return layout === undefined ? undefined : this.changed.get(key(layout.id, page));
  }

  /** Numbers of the rows of the pages that the last stop changed. */
  changedRows(): number[] {
    return [...this.changed.keys()].flatMap((id) => {
      const [region, page = 0] = id.split(":").map(Number);
      const index = this.rows.regions.findIndex((layout) => layout.id === region);
      const row = this.rows.rowOf(index, page);
      return row < 0 ? [] : [row];
    });
  }

  /** The events that are known, up to the first that is not, which is asked for; of a very long history the first ones. */
  knownEvents(): readonly EventRow[] {
    const end = Math.min(this.eventCount, eventLimit);
    let known = this.knownTo;
    while (known < end && this.events[known] !== undefined) known++;
    this.knownTo = known;
    if (known < end) this.event(known);
    return this.events.slice(0, known) as EventRow[];
  }

  /** The cell in a column of a page of the region with index `region`, as the debugger knows it. */
  target(region: number, page: number, column: number): CellTarget | undefined {
    const layout = this.rows.regions[region];
    if (layout === undefined) return undefined;
    return targetOf(layout, page, column, this.devices, (this.session?.processes.length ?? 0) > 1);
  }

  get devices(): readonly string[] {
    return this.session?.devices ?? [];
  }
  /** Bytes. */
  get pageSize(): number {
    return this.session?.pageSize ?? 4096;
  }

  /** Event number `index`; undefined while it is being asked for. */
  event(index: number): EventRow | undefined {
    const known = this.events[index];
    if (known === undefined && index < this.eventCount && this.state === "live") {
      const from = index - (index % windowLimit);
      const id = `e${from}`;
      if (!this.asked.has(id)) {
        this.asked.add(id);
        this.ask({ type: "events", from, to: Math.min(from + windowLimit, this.eventCount) });
      }
    }
    return known;
  }
}
