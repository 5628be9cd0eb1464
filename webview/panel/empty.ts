/** What the panel shows where it has no page tables. */

import { element } from "./dom.ts";
import { emptyWords } from "./empty-words.ts";

/** The part of the page that says so. */
export class EmptyState {
  readonly root = element("div", { class: "empty" });
  private readonly onDebug: () => void;

  /** @param onDebug starts debugging */
  constructor(onDebug: () => void) {
    this.onDebug = onDebug;
    this.update(undefined);
  }

  /** @param trace the name of the saved trace that is looked at, if one is */
  update(trace: string | undefined): void {
    const { title, text, hints, canStart } = emptyWords(trace);
    if (this.root.dataset.title === title) return;
    this.root.dataset.title = title;
    this.root.replaceChildren(
      element("h1", {}, title),
      element("p", {}, ...withCode(text)),
      ...(canStart ? [element("p", {}, this.button())] : []),
      element("ul", {}, ...hints.map((hint) => element("li", {}, ...withCode(hint)))),
    );
  }

  private button(): HTMLElement {
    const button = element("button", { class: "button", type: "button" }, "Start debugging (F5)");
    button.addEventListener("click", this.onDebug);
    return button;
  }
}

/** A text with what stands between backticks as code. */
function withCode(text: string): (Node | string)[] {
  return text.split("`").map((part, i) => (i % 2 === 1 ? element("code", {}, part) : part));
}
