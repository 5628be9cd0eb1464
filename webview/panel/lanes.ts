/**
 * Lanes over the history, one a thread: a mark for each event that says something, in its colour, and where the present is. A
 * picture of the list of events, which says the same in words; so it is hidden from screen readers.
 */

import { element } from "./dom.ts";
import { eventKind } from "./event-kinds.ts";
import type { Lane } from "./lane-marks.ts";
import { lanesOf, nearestMark } from "./lane-marks.ts";
import type { PanelModel } from "./model.ts";

/** Pixels. */
const laneHeight = 11;
const markWidth = 2;
/** A click this near to a mark means it. */
const reach = 6;

export class Lanes {
  readonly root: HTMLElement;
  private readonly model: PanelModel;
  private readonly canvas: HTMLCanvasElement;
  private readonly names: HTMLElement;
  private readonly probe: HTMLElement;
  private lanes: readonly Lane[] = [];
  private drawnEvents = -1;

  /** @param onOpen asked to go to the moment of an event; `onGoTo` to a moment without one */
  constructor(model: PanelModel, onOpen: (index: number) => void, onGoTo: (step: number) => void) {
    this.model = model;
    this.canvas = element("canvas", { class: "lanes-canvas" });
    this.names = element("div", { class: "lane-names" });
    this.probe = element("span", { hidden: true });
    this.root = element("div", { class: "lanes", "aria-hidden": "true" }, this.names, this.canvas, this.probe);
    this.canvas.addEventListener("click", (event) => {
      const mark = this.markAt(event);
      if (mark !== undefined) onOpen(mark.index);
      else onGoTo(this.stepAt(event.offsetX));
    });
    this.canvas.addEventListener("mousemove", (event) => {
      const mark = this.markAt(event);
      this.canvas.title = mark === undefined ? "" : `${mark.event}, step ${mark.step}`;
    });
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  /** Shows what the model knows now; the theme may have changed too. */
  update(): void {
    const events = this.model.knownEvents();
    if (events.length !== this.drawnEvents || events.length < this.model.eventCount) {
      this.drawnEvents = events.length;
      this.lanes = lanesOf(events);
      this.names.replaceChildren(...this.lanes.map(({ thread }) => element("div", { class: "lane-name" }, thread)));
    }
    this.root.hidden = this.lanes.length === 0;
    this.draw();
  }

  private get width(): number {
    return this.canvas.clientWidth;
  }

  private stepAt(x: number): number {
    return Math.round((Math.min(Math.max(x, 0), this.width) / Math.max(1, this.width)) * this.model.total);
  }

  private markAt({ offsetX, offsetY }: MouseEvent) {
    const lane = this.lanes[Math.floor(offsetY / laneHeight)];
    const stepsAPixel = this.model.total / Math.max(1, this.width);
    return lane === undefined ? undefined : nearestMark(lane, this.stepAt(offsetX), reach * stepsAPixel);
  }

  private draw(): void {
    const { canvas, lanes, width } = this;
    const { step, total } = this.model;
    const context = canvas.getContext("2d");
    const height = lanes.length * laneHeight;
    if (context === null || width === 0 || height === 0) return;
    const scale = window.devicePixelRatio;
    canvas.style.height = `${height}px`;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    context.scale(scale, scale);
    const x = (at: number) => (at / Math.max(1, total)) * (width - markWidth);
    const line = this.colour("lane");
    lanes.forEach(({ marks }, row) => {
      const top = row * laneHeight;
      context.globalAlpha = 1;
      context.fillStyle = line;
      context.fillRect(0, top + laneHeight / 2, width, 1);
      for (const mark of marks) {
        context.globalAlpha = mark.step <= step ? 1 : 0.35;
        context.fillStyle = this.colour(`tone-${eventKind(mark.event).tone}`);
        context.fillRect(x(mark.step), top + 1.5, markWidth, laneHeight - 3);
      }
    });
    context.globalAlpha = 1;
    context.fillStyle = this.colour("lane-present");
    context.fillRect(x(step), 0, 1, height);
  }

  /** The colour that a class gives as `--tone`. */
  private colour(name: string): string {
    let colour = this.colours.get(name);
    if (colour === undefined) {
      this.probe.className = name;
      colour = getComputedStyle(this.probe).getPropertyValue("--tone").trim();
      this.colours.set(name, colour);
    }
    return colour;
  }
  private readonly colours = new Map<string, string>();

  /** The theme of VS Code has changed. */
  updateTheme(): void {
    this.colours.clear();
    this.draw();
  }
}
