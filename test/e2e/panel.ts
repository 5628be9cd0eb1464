// What a person does in the page-table panel and sees of it.

import type { Frame } from "playwright-core";
import { eventually } from "./eventually.ts";
import type { Workbench } from "./workbench.ts";

/** A row of the page table as its text: the page, then what each column says. */
export interface PageRow {
  readonly page: string;
  readonly value: string;
  readonly entry: string;
  readonly folio: string;
  readonly mirrors: readonly string[];
  /** Columns that are marked as changed, by number from 0. */
  readonly changed: readonly number[];
}

/** The panel in a workbench. */
export class Panel {
  readonly frame: Frame;

  private constructor(frame: Frame) {
    this.frame = frame;
  }

  /** Waits for the panel and what it shows of a session. */
  static async of(workbench: Workbench): Promise<Panel> {
    const frame = await workbench.webview(".content:not([hidden]) .region-row");
    return new Panel(frame);
  }

  /** The rows of pages that are on the screen; runs of untouched pages are none. */
  pages(): Promise<PageRow[]> {
    return this.frame.locator(".page-row").evaluateAll((rows) =>
      rows
        .sort((a, b) => Number(a.getAttribute("aria-rowindex")) - Number(b.getAttribute("aria-rowindex")))
        .map((row) => {
          const cells = [...row.querySelectorAll(".cell")];
          const texts = cells.map((cell) => [...cell.children].map((part) => part.textContent).join(" "));
          const [page = "", value = "", entry = "", folio = "", ...mirrors] = texts;
          const changed = cells.flatMap((cell, index) => (cell.classList.contains("changed") ? [index] : []));
          return { page: page.split(" ")[0] ?? "", value, entry, folio, mirrors, changed };
        }),
    );
  }

  /** Waits until the pages on the screen are as `isRight` wants them, and gives them. */
  waitForPages(isRight: (rows: PageRow[]) => boolean, what: string): Promise<PageRow[]> {
    return eventually(() => this.pages(), isRight, what);
  }

  /** The step that the panel shows, and how many history has. */
  async position(): Promise<{ step: number; total: number }> {
    const text = await this.frame.locator(".step-label").innerText();
    const [step = 0, total = 0] = (text.match(/[\d,]+/g) ?? []).map((number) => Number(number.replaceAll(",", "")));
    return { step, total };
  }

  /** Waits until the panel shows a stop of a session that goes on; what the one before it left on view is not it. */
  async waitForStop(): Promise<{ step: number; total: number }> {
    const subtitle = this.frame.locator(".subtitle");
    await eventually(
      () => subtitle.innerText(),
      (text) => !text.includes("the session is over") && !text.includes("running"),
      "a session that goes on",
    );
    return eventually(
      () => this.position(),
      ({ total }) => total > 0,
      "a stop",
    );
  }

  /** Waits until the panel shows a moment. */
  async waitForPosition(isRight: (at: { step: number; total: number }) => boolean, what: string): Promise<void> {
    await eventually(() => this.position(), isRight, what);
  }

  /** The names of the events on the screen, from the top; those of the future begin with a `~`. */
  events(): Promise<string[]> {
    return this.frame.locator(".event").evaluateAll((rows) =>
      rows
        .sort((a, b) => Number(a.getAttribute("aria-posinset")) - Number(b.getAttribute("aria-posinset")))
        .map((row) => {
          const name = row.querySelector(".event-name")?.textContent ?? "";
          return row.classList.contains("future") ? `~${name}` : name;
        }),
    );
  }

  /** Waits until the event of the present moment is wholly in view in the list. */
  async waitForPresentEvent(): Promise<void> {
    await eventually(
      () =>
        this.frame.evaluate(() => {
          const list = document.querySelector(".events")?.getBoundingClientRect();
          const event = document.querySelector(".event.present")?.getBoundingClientRect();
          if (list === undefined || event === undefined) return false;
          // Scrolling goes by whole pixels, sizes do not.
          return event.top > list.top - 1 && event.bottom < list.bottom + 1;
        }),
      (isSeen) => isSeen,
      "the event of the present moment in view",
    );
  }

  /** Waits until nothing of the panel is cut off at its right. */
  async waitForFit(): Promise<void> {
    await eventually(
      () =>
        this.frame.evaluate(() => {
          const parts = [...document.querySelectorAll(".header, .timeline, .pane-head, .what-if-results")];
          return Math.max(...parts.map((part) => part.getBoundingClientRect().right - window.innerWidth));
        }),
      (beyond) => beyond < 1,
      "nothing wider than the panel",
    );
  }

  /** Shows only the events that have these words. */
  async filterEvents(words: string): Promise<void> {
    await this.frame.locator(".filter").fill(words);
  }

  /** Clicks an event that is on the screen, the nth (from 0) with this name. */
  async clickEvent(name: string, nth = 0): Promise<void> {
    await this.frame
      .locator(".event")
      .filter({ has: this.frame.locator(".event-name").getByText(name, { exact: true }) })
      .nth(nth)
      .click();
  }

  /** Clicks a button of the timeline by its name. */
  async press(button: string): Promise<void> {
    await this.frame.getByRole("button", { name: button, exact: true }).click();
  }

  /** Tries a statement in the what-if editor, waits for such a result and gives its text. */
  async whatIf(workbench: Workbench, statement: string, wanted: RegExp): Promise<string> {
    const editor = this.frame.locator(".what-if-monaco");
    await editor.waitFor();
    await editor.click();
    await workbench.press("Control+A");
    await workbench.page.keyboard.type(statement);
    await workbench.press("Control+Enter");
    const results = this.frame.locator(".what-if-results");
    return eventually(
      () => results.innerText(),
      (text) => wanted.test(text),
      `${wanted} as the result of a what-if`,
    );
  }
}
