/** All that is known of the selected page, in words: the text twin of its row, and what has no column. */

import type { DetailSection } from "../messages.ts";
import { element, iconButton } from "./dom.ts";

const cross = "M4.2 3.5 8 7.3l3.8-3.8.7.7L8.7 8l3.8 3.8-.7.7L8 8.7l-3.8 3.8-.7-.7L7.3 8 3.5 4.2z";

export class Details {
  readonly root: HTMLElement;
  private readonly title: HTMLElement;
  private readonly content: HTMLElement;

  /** @param onClose the user is done with it */
  constructor(onClose: () => void) {
    this.title = element("h2", {}, "Details");
    this.content = element("div", {
      class: "details-content",
      tabindex: 0,
      role: "region",
      "aria-label": "Details of the page",
    });
    this.root = element(
      "section",
      { class: "pane details", "aria-label": "Details", hidden: true },
      element(
        "div",
        { class: "pane-head" },
        this.title,
        element("span", { class: "spring" }),
        iconButton(cross, "Close the details", onClose),
      ),
      this.content,
    );
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") onClose();
    });
  }

  /** Shows the page called `name`. */
  show(name: string, sections: readonly DetailSection[]): void {
    this.title.textContent = name;
    this.root.hidden = false;
    this.content.replaceChildren(
      ...sections.map(({ title, rows }) =>
        element(
          "section",
          { class: "detail" },
          element("h3", {}, title),
          element("dl", {}, ...rows.flatMap(([key, value]) => [element("dt", {}, key), element("dd", {}, value)])),
        ),
      ),
    );
  }

  hide(): void {
    this.root.hidden = true;
  }
}
