/** A bar between two panes that is dragged, or moved with the arrow keys. */

import { element } from "./dom.ts";

export interface SplitterOptions {
  /** Which way the bar is moved. */
  readonly axis: "x" | "y";
  readonly label: string;
  /** The element on which the size is kept, as a custom property in pixels or percent. */
  readonly target: HTMLElement;
  readonly property: string;
  /** Percent of the target's width or height that the pane behind the bar takes. */
  readonly initial: number;
  readonly onChange: (percent: number) => void;
}

/** Makes the bar. The pane behind it gets between 10 and 85 percent. */
export function splitter({ axis, label, target, property, initial, onChange }: SplitterOptions): HTMLElement {
  const bar = element("div", {
    class: `splitter splitter-${axis}`,
    role: "separator",
    tabindex: 0,
    "aria-label": label,
    "aria-orientation": axis === "x" ? "vertical" : "horizontal",
    "aria-valuemin": 10,
    "aria-valuemax": 85,
  });
  let percent = initial;
  const set = (value: number) => {
    percent = Math.min(85, Math.max(10, value));
    target.style.setProperty(property, `${percent}%`);
    bar.setAttribute("aria-valuenow", String(Math.round(percent)));
  };
  set(initial);
  bar.addEventListener("pointerdown", (down) => {
    bar.setPointerCapture(down.pointerId);
    down.preventDefault();
  });
  bar.addEventListener("pointermove", (move) => {
    if (!bar.hasPointerCapture(move.pointerId)) return;
    const box = target.getBoundingClientRect();
    set(
      axis === "x" ? ((box.right - move.clientX) / box.width) * 100 : ((box.bottom - move.clientY) / box.height) * 100,
    );
  });
  bar.addEventListener("pointerup", () => onChange(percent));
  bar.addEventListener("keydown", (event) => {
    const more = axis === "x" ? "ArrowLeft" : "ArrowUp";
    const less = axis === "x" ? "ArrowRight" : "ArrowDown";
    if (event.key !== more && event.key !== less) return;
    set(percent + (event.key === more ? 3 : -3));
    onChange(percent);
    event.preventDefault();
  });
  return bar;
}
