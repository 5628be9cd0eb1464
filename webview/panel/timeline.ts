/** The way through history: a slider over all steps, and buttons to go a step back or on. */

import type { PanelMove } from "../messages.ts";
import { element, iconButton, setText } from "./dom.ts";
import type { PanelModel } from "./model.ts";

const icons: Readonly<Record<PanelMove, string>> = {
  start: "M3 3h1.4v10H3zM13 3v10L5.5 8z",
  back: "M10.5 3v10L4 8z",
  forward: "M5.5 3v10L12 8z",
  end: "M11.6 3H13v10h-1.4zM3 3v10l7.5-5z",
};

export class Timeline {
  readonly root: HTMLElement;
  private readonly model: PanelModel;
  private readonly slider: HTMLInputElement;
  private readonly label: HTMLElement;
  private readonly buttons: Readonly<Record<PanelMove, HTMLButtonElement>>;
  private readonly onGoTo: (step: number) => void;
  /** The step that the slider was moved to while the answer to the last one is not there yet. */
  private wanted: number | undefined;
  private underWay = false;

  constructor(model: PanelModel, onGoTo: (step: number) => void, onMove: (move: PanelMove) => void) {
    this.model = model;
    this.onGoTo = onGoTo;
    this.slider = element("input", {
      class: "slider",
      type: "range",
      min: 0,
      max: 0,
      step: 1,
      "aria-label": "Step of the history",
    });
    this.label = element("span", { class: "step-label" });
    this.buttons = {
      start: iconButton(icons.start, "Go to the beginning", () => onMove("start")),
      back: iconButton(icons.back, "One step back", () => onMove("back")),
      forward: iconButton(icons.forward, "One step forward", () => onMove("forward")),
      end: iconButton(icons.end, "Go to the end of the history", () => onMove("end")),
    };
    const { start, back, forward, end } = this.buttons;
    this.root = element(
      "div",
      { class: "timeline", role: "group", "aria-label": "History" },
      start,
      back,
      this.slider,
      forward,
      end,
      this.label,
    );
    this.slider.addEventListener("input", () => this.onInput());
  }

  /** Shows what the model knows now. */
  update(): void {
    const { step, total, running, state, ended } = this.model;
    this.underWay = false;
    const live = state === "live" && !running;
    this.slider.max = String(total);
    this.slider.disabled = state !== "live";
    if (this.wanted === undefined || !live) this.slider.value = String(step);
    this.slider.style.setProperty("--at", `${total === 0 ? 100 : (step / total) * 100}%`);
    this.slider.setAttribute("aria-valuetext", `step ${step} of ${total}`);
    this.buttons.start.disabled = this.buttons.back.disabled = !live || step === 0;
    this.buttons.forward.disabled = !live || (ended && step === total);
    this.buttons.end.disabled = !live || step === total;
    const where =
      state === "over" ? "ended" : running ? "running" : step < total ? "in the past" : ended ? "at the end" : "";
    setText(this.label, `step ${step.toLocaleString("en")} / ${total.toLocaleString("en")}`);
    this.label.dataset.where = where;
    this.label.title = where;
    if (this.wanted !== undefined && live) this.go();
  }

  /** While the slider is dragged one jump is under way at a time; the newest wish follows it. */
  private onInput(): void {
    this.wanted = Number(this.slider.value);
    this.slider.style.setProperty("--at", `${(this.wanted / Math.max(1, this.model.total)) * 100}%`);
    if (!this.underWay) this.go();
  }

  private go(): void {
    const step = this.wanted;
    this.wanted = undefined;
    if (step === undefined || step === this.model.step) return;
    this.underWay = true;
    this.onGoTo(step);
  }
}
