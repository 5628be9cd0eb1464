/** The list of events: one row each, those of the future dimmed, the present marked; a click goes to an event's moment. */

import { element, icon, setText } from "./dom.ts";
import { filterWords, passes, placeText } from "./event-filter.ts";
import { eventKind } from "./event-kinds.ts";
import { rowHeight } from "./grid.ts";
import type { PanelModel } from "./model.ts";
import { VirtualList } from "./virtual-list.ts";

export class Events {
  readonly root: HTMLElement;
  private readonly model: PanelModel;
  private readonly scroller: HTMLElement;
  private readonly filterBox: HTMLInputElement;
  private readonly summary: HTMLElement;
  private readonly list: VirtualList;
  private readonly onOpen: (index: number) => void;
  private words: readonly string[] = [];
  /** Numbers of the events that pass the filter; undefined while there is none. */
  private passing: number[] | undefined;
  private active = 0;

  /** @param onOpen asked to go to the moment of an event */
  constructor(model: PanelModel, onOpen: (index: number) => void) {
    this.model = model;
    this.onOpen = onOpen;
    this.filterBox = element("input", {
      class: "filter",
      type: "text",
      placeholder: "Filter (e.g. notifier, -lock)",
      "aria-label": "Filter events",
      spellcheck: "false",
    });
    this.summary = element("span", { class: "summary", "aria-live": "polite" });
    const body = element("div", { class: "grid-body", role: "presentation" });
    this.scroller = element("div", { class: "events", role: "listbox", tabindex: 0, "aria-label": "Events" }, body);
    this.root = element(
      "section",
      { class: "pane events-pane", "aria-label": "Events" },
      element("div", { class: "pane-head" }, element("h2", {}, "Events"), this.summary, this.filterBox),
      this.scroller,
    );
    this.list = new VirtualList({
      scroller: this.scroller,
      body,
      rowHeight,
      covered: 0,
      create: () => element("div", { class: "event", role: "option" }),
      draw: (row, number) => this.drawRow(row, number),
    });
    this.filterBox.addEventListener("input", () => {
      this.words = filterWords(this.filterBox.value);
      this.update();
    });
    this.filterBox.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        this.filterBox.value = "";
        this.words = [];
        this.update();
      } else if (event.key === "ArrowDown" || event.key === "Enter") {
        this.scroller.focus();
        event.preventDefault();
      }
    });
    this.scroller.addEventListener("keydown", (event) => this.onKey(event));
    this.scroller.addEventListener("click", (event) => this.onClick(event));
  }

  get filter(): string {
    return this.filterBox.value;
  }
  set filter(text: string) {
    this.filterBox.value = text;
    this.words = filterWords(text);
  }

  /** Shows what the model knows now, at once; with `reveal` the present moment, whose event becomes the active one. */
  update({ reveal = false } = {}): void {
    const { eventCount, eventsPast, eventsForgotten } = this.model;
    this.passing = this.words.length === 0 ? undefined : this.filtered();
    const count = this.count;
    setText(
      this.summary,
      this.passing !== undefined
        ? `${count} of ${eventCount}`
        : eventsPast < eventCount
          ? `${eventsPast} of ${eventCount}`
          : String(count),
    );
    this.summary.title =
      eventsForgotten === 0 ? "" : `${eventsForgotten.toLocaleString("en")} older events are forgotten (historyLimit)`;
    this.active = Math.min(this.active, Math.max(0, count - 1));
    this.list.setCount(count);
    if (reveal) this.revealPresent();
    this.list.drawAll();
  }

  private revealPresent(): void {
    const row = this.rowOfPresent();
    if (row < 0) return;
    this.active = row;
    this.list.revealInMiddle(row);
  }

  private filtered(): number[] {
    const found: number[] = [];
    for (let index = 0; index < this.model.eventCount; index++) {
      // Those that are not known yet are asked for, a block at a time; the answer filters again.
      const event = this.model.event(index);
      if (event === undefined) break;
      if (passes(event, this.words)) found.push(index);
    }
    return found;
  }

  private get count(): number {
    return this.passing?.length ?? this.model.eventCount;
  }
  private indexOf(row: number): number {
    return this.passing === undefined ? row : (this.passing[row] ?? -1);
  }

  /** The row of the last event that has happened. */
  private rowOfPresent(): number {
    const last = this.model.eventsPast - 1;
    return this.passing === undefined ? last : this.passing.findLastIndex((index) => index <= last);
  }

  private drawRow(row: HTMLElement, number: number): void {
    const index = this.indexOf(number);
    const event = this.model.event(index);
    row.id = `event-${index}`;
    row.setAttribute("aria-setsize", String(this.count));
    row.setAttribute("aria-posinset", String(number + 1));
    const past = index < this.model.eventsPast;
    const present = index === this.model.eventsPast - 1;
    const kind = eventKind(event?.event ?? "");
    row.className = `event tone-${kind.tone}${past ? "" : " future"}${present ? " present" : ""}${number === this.active ? " active" : ""}`;
    row.setAttribute("aria-selected", String(present));
    if (number === this.active) this.scroller.setAttribute("aria-activedescendant", row.id);
    if (event === undefined) {
      row.replaceChildren(element("span", { class: "dim" }, "…"));
      row.dataset.signature = "";
      return;
    }
    const signature = `${index} ${JSON.stringify(event)}`;
    if (row.dataset.signature === signature) return;
    row.dataset.signature = signature;
    const thread = event.threadName;
    const place = placeText(event.place);
    const line = event.statement?.line;
    row.title = `${event.event}(${event.text})\n${thread}, step ${event.step}${place === "" ? "" : `, ${place}`}\nClick to go to this moment`;
    row.setAttribute("aria-label", `${thread}: ${event.event} ${event.text}, step ${event.step}, ${place}`);
    row.replaceChildren(
      icon(kind.icon),
      element("span", { class: "event-thread" }, thread),
      element("span", { class: "event-name" }, event.event),
      element("span", { class: "event-text" }, event.text),
      element("span", { class: "event-place" }, place),
      element("span", { class: "event-line-number" }, line === undefined ? "" : `line ${line}`),
    );
  }

  private onClick(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>("[id^='event-']") : null;
    if (target === null) return;
    const index = Number(target.id.slice("event-".length));
    this.active = this.passing === undefined ? index : this.passing.indexOf(index);
    this.onOpen(index);
    this.list.refresh();
  }

  private onKey(event: KeyboardEvent): void {
    const last = this.count - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + this.list.pageLength,
      PageUp: this.active - this.list.pageLength,
      Home: 0,
      End: last,
    };
    const to = moves[event.key];
    if (to !== undefined) {
      this.active = Math.min(Math.max(to, 0), Math.max(0, last));
      this.list.reveal(this.active);
      this.list.refresh();
    } else if ((event.key === "Enter" || event.key === " ") && last >= 0) {
      this.onOpen(this.indexOf(this.active));
    } else {
      return;
    }
    event.preventDefault();
  }
}
