/** The page table: a grid of pages in rows, what CPU, memory and devices say of them in columns. */

import type { PageState } from "../messages.ts";
import type { CellTarget } from "./cell-targets.ts";
import { contextOf } from "./cell-targets.ts";
import type { Cell, Part } from "./cells.ts";
import { cellsOf, columnsOf, hex } from "./cells.ts";
import { element, setText } from "./dom.ts";
import type { PanelModel } from "./model.ts";
import type { Row } from "./rows.ts";
import { VirtualList } from "./virtual-list.ts";

/** Height of a row in pixels; panel.css says the same. */
export const rowHeight = 24;

/** A page of the layout: index of its region, and its number there. */
export interface PagePlace {
  readonly region: number;
  readonly page: number;
}

export class Grid {
  readonly root: HTMLElement;
  private readonly model: PanelModel;
  private readonly scroller: HTMLElement;
  private readonly head: HTMLElement;
  private readonly sticky: HTMLElement;
  private readonly list: VirtualList;
  private columns: readonly { readonly name: string; readonly title: string }[] = [];
  private activeRow = 0;
  private activeColumn = 0;
  private selected: PagePlace | undefined;
  private readonly onSelect: (place: PagePlace | undefined) => void;
  private readonly onBreak: (expression: string) => void;

  /**
   * @param onSelect told which page is selected, or that none is any more
   * @param onBreak told the expression of a cell that is to stop when it changes, or no longer
   */
  constructor(
    model: PanelModel,
    onSelect: (place: PagePlace | undefined) => void,
    onBreak: (expression: string) => void,
  ) {
    this.model = model;
    this.onSelect = onSelect;
    this.onBreak = onBreak;
    this.head = element("div", { class: "grid-head", role: "row", "aria-rowindex": 1 });
    this.sticky = element("div", { class: "grid-sticky", "aria-hidden": "true" });
    const body = element("div", { class: "grid-body", role: "presentation" });
    this.scroller = element(
      "div",
      { class: "grid", role: "grid", tabindex: 0, "aria-label": "Page tables" },
      this.head,
      this.sticky,
      body,
    );
    this.root = this.scroller;
    this.list = new VirtualList({
      scroller: this.scroller,
      body,
      rowHeight,
      covered: rowHeight,
      create: () => element("div", { class: "row", role: "row" }),
      draw: (row, number) => this.drawRow(row, number),
      onWindow: ({ firstVisible }) => this.drawSticky(firstVisible),
    });
    this.scroller.addEventListener("keydown", (event) => this.onKey(event));
    this.scroller.addEventListener("click", (event) => this.onClick(event));
    this.scroller.addEventListener("contextmenu", (event) => this.onContextMenu(event));
    this.scroller.addEventListener("focus", () => this.drawActive());
  }

  /** Shows what the model knows now, at once; with `reveal` the first change, unless a change is in view already. */
  update({ reveal = false } = {}): void {
    this.drawHead();
    const { rows } = this.model;
    this.scroller.setAttribute("aria-rowcount", String(rows.length + 1));
    this.activeRow = Math.min(this.activeRow, Math.max(0, rows.length - 1));
    this.list.setCount(rows.length);
    if (reveal) this.revealChange();
    this.list.drawAll();
  }

  private revealChange(): void {
    const rows = this.model.changedRows();
    if (rows.length === 0) return;
    this.list.revealInMiddle(rows.find((row) => this.list.isInView(row, rowHeight)) ?? Math.min(...rows));
  }

  /** Scrolls to a page and selects it. */
  select(place: PagePlace): void {
    const row = this.model.rows.rowOf(place.region, place.page);
    if (row >= 0) this.moveTo(row, this.activeColumn, true);
  }

  /** Takes the selection away. */
  clearSelection(): void {
    this.selected = undefined;
    this.list.refresh();
    this.onSelect(undefined);
  }

  focus(): void {
    this.scroller.focus();
  }

  private drawHead(): void {
    const columns = columnsOf(this.model.devices);
    const names = columns.map((column) => column.name).join("\n");
    if (names === this.columns.map((column) => column.name).join("\n")) return;
    this.columns = columns;
    this.scroller.setAttribute("aria-colcount", String(columns.length));
    this.scroller.style.setProperty("--devices", String(this.model.devices.length));
    this.head.replaceChildren(
      ...columns.map(({ name, title }, index) =>
        element("div", { class: `cell column-${columnClass(index)}`, role: "columnheader", title }, name),
      ),
    );
  }

  /** The heading of the region whose pages are at the top, while its own row is out of view. */
  private drawSticky(firstVisible: number): void {
    const row = this.model.rows.at(firstVisible);
    const region = row === undefined || row.kind === "process" ? undefined : this.model.rows.regions[row.region];
    const hidden = region === undefined || this.scroller.scrollTop <= 0;
    this.sticky.hidden = hidden;
    if (!hidden) {
      setText(this.sticky, "");
      this.sticky.replaceChildren(
        element(
          "div",
          { class: "heading" },
          element("span", { class: "dim" }, `${region.process} ›`),
          ...regionTitle(region),
        ),
      );
    }
  }

  private drawRow(target: HTMLElement, number: number): void {
    const row = this.model.rows.at(number);
    if (row === undefined) return;
    target.setAttribute("aria-rowindex", String(number + 2));
    if (row.kind === "page") this.drawPage(target, number, row.region, row.page);
    else this.drawHeading(target, number, row);
  }

  private drawHeading(target: HTMLElement, number: number, row: Exclude<Row, { kind: "page" }>): void {
    const region = this.model.rows.regions[row.region];
    if (region === undefined) return;
    target.className = `row ${row.kind}-row`;
    target.dataset.signature = "";
    const cell = element("div", { class: "cell wide", role: "gridcell", id: cellId(number, 0) });
    cell.setAttribute("aria-colspan", String(this.columns.length));
    switch (row.kind) {
      case "process":
        cell.append(element("span", { class: "process-name" }, `process ${row.process}`));
        break;
      case "region":
        cell.append(...regionTitle(region));
        break;
      case "run":
        cell.append(
          element("span", { class: "run" }, runText(row.from, row.to)),
          element("span", { class: "dim" }, region.mapped ? "none" : "not mapped"),
        );
        break;
    }
    target.replaceChildren(cell);
    this.markActive(target, number);
  }

  private drawPage(target: HTMLElement, number: number, region: number, page: number): void {
    const layout = this.model.rows.regions[region];
    const state = this.model.page(region, page);
    const before = this.model.before(region, page);
    if (layout === undefined) return;
    const isSelected = this.selected?.region === region && this.selected.page === page;
    target.className = `row page-row${before === undefined ? "" : " changed"}${isSelected ? " selected" : ""}`;
    target.setAttribute("aria-selected", String(isSelected));
    const address = this.addressOf({ region, page });
    const cells = state === undefined ? undefined : cellsOf(state, address);
    const old = before === undefined ? undefined : cellsOf(before, address);
    const breaks = this.columns.map((_, index) => {
      const target = this.model.target(region, page, index);
      return target === undefined ? undefined : this.model.breakpoints.get(target.expression);
    });
    const signature = JSON.stringify([number, cells, old, this.columns.length, breaks]);
    if (target.dataset.signature !== signature) {
      target.dataset.signature = signature;
      target.replaceChildren(
        ...this.columns.map((column, index) =>
          this.drawCell(number, index, column.name, page, cells, old, breaks[index]),
        ),
      );
    }
    this.markActive(target, number);
  }

  private drawCell(
    number: number,
    index: number,
    column: string,
    page: number,
    cells: readonly Cell[] | undefined,
    old: readonly Cell[] | undefined,
    breaks: boolean | undefined,
  ): HTMLElement {
    const cell = cells?.[index];
    const was = old === undefined ? undefined : (old[index]?.words ?? "nothing");
    const changed = index > 0 && cell !== undefined && was !== undefined && was !== cell.words;
    const words = `${column} ${cell?.words ?? (index === 0 ? page : "is being read")}`;
    const stops = breaks === undefined ? "" : breaks ? "breakpoint" : "breakpoint, switched off";
    const label = [words, ...(changed ? [`changed, was ${was}`] : []), stops].filter((part) => part !== "").join("; ");
    const title = changed ? `was ${was}\nis ${cell?.words}` : (cell?.words ?? "");
    const classes = [
      `cell column-${columnClass(index)}`,
      ...(changed ? ["changed"] : []),
      ...(breaks === undefined ? [] : [breaks ? "breaks" : "breaks off"]),
    ];
    return element(
      "div",
      {
        class: classes.join(" "),
        role: "gridcell",
        id: cellId(number, index),
        title: stops === "" ? title : `${title}\n${stops}`,
        "aria-label": label,
      },
      ...(cell === undefined
        ? [element("span", { class: "dim" }, index === 0 ? String(page) : "…")]
        : cell.parts.map(draw)),
    );
  }

  private onClick(event: MouseEvent): void {
    const [row, column] = cellAt(event);
    if (row !== undefined && column !== undefined) this.moveTo(row, column, true);
  }

  /** The menu of a cell is VS Code's own: it reads from the page what the menu is about. */
  private onContextMenu(event: MouseEvent): void {
    const [row, column] = cellAt(event);
    if (row === undefined || column === undefined) {
      if (event.target !== this.scroller || event.button === 2) return;
      // By the keyboard it is asked for on the grid: it is of the cell that the keyboard is at.
      const active = this.list.elementOf(this.activeRow)?.querySelector(".active");
      if (active === null || active === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      const { left, bottom } = active.getBoundingClientRect();
      const at = { bubbles: true, cancelable: true, composed: true, clientX: left + 8, clientY: bottom - 4 };
      active.dispatchEvent(new MouseEvent("contextmenu", at));
      return;
    }
    this.moveTo(row, column, false);
    const cell = this.list.elementOf(row)?.children[column];
    const at = this.model.rows.at(row);
    const target = this.targetAt(row, column);
    if (at?.kind !== "page" || target === undefined || !(cell instanceof HTMLElement)) return;
    const page = this.model.page(at.region, at.page);
    const value = page === undefined ? "" : (cellsOf(page, this.addressOf(at))[column]?.words ?? "");
    const isLive = this.model.state === "live" && !this.model.running;
    const breaks = this.model.breakpoints.has(target.expression);
    cell.dataset.vscodeContext = JSON.stringify(contextOf(target, value, isLive, breaks));
  }
  private addressOf({ region, page }: PagePlace): number {
    return (this.model.rows.regions[region]?.start ?? 0) + page * this.model.pageSize;
  }
  private targetAt(row: number, column: number): CellTarget | undefined {
    const at = this.model.rows.at(row);
    return at?.kind === "page" ? this.model.target(at.region, at.page, column) : undefined;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey) return;
    const last = this.model.rows.length - 1;
    const isPage = this.model.rows.at(this.activeRow)?.kind === "page";
    const lastColumn = isPage ? this.columns.length - 1 : 0;
    const ctrl = event.ctrlKey;
    const go = (row: number, column: number) => this.moveTo(row, column, false);
    switch (event.key) {
      case "ArrowDown":
        go(this.activeRow + 1, this.activeColumn);
        break;
      case "ArrowUp":
        go(this.activeRow - 1, this.activeColumn);
        break;
      case "ArrowRight":
        go(this.activeRow, Math.min(this.activeColumn + 1, lastColumn));
        break;
      case "ArrowLeft":
        go(this.activeRow, Math.max(this.activeColumn - 1, 0));
        break;
      case "PageDown":
        go(this.activeRow + this.list.pageLength, this.activeColumn);
        break;
      case "PageUp":
        go(this.activeRow - this.list.pageLength, this.activeColumn);
        break;
      case "Home":
        go(ctrl ? 0 : this.activeRow, 0);
        break;
      case "End":
        go(ctrl ? last : this.activeRow, lastColumn);
        break;
      case "Enter":
      case " ":
        this.moveTo(this.activeRow, this.activeColumn, true);
        break;
      case "F9": {
        const target = this.targetAt(this.activeRow, this.activeColumn);
        if (target === undefined) return;
        this.onBreak(target.expression);
        break;
      }
      case "Escape":
        if (this.selected === undefined) return;
        this.clearSelection();
        break;
      default:
        return;
    }
    event.preventDefault();
  }

  private moveTo(row: number, column: number, select: boolean): void {
    this.activeRow = Math.min(Math.max(row, 0), Math.max(0, this.model.rows.length - 1));
    this.activeColumn = column;
    const at = this.model.rows.at(this.activeRow);
    if (select && at?.kind === "page") {
      this.selected = { region: at.region, page: at.page };
      this.onSelect(this.selected);
      this.list.refresh();
    }
    this.list.reveal(this.activeRow, rowHeight);
    this.drawActive();
  }

  private drawActive(): void {
    for (const old of this.scroller.querySelectorAll(".active")) old.classList.remove("active");
    const row = this.list.elementOf(this.activeRow);
    if (row !== undefined) this.markActive(row, this.activeRow);
  }

  private markActive(row: HTMLElement, number: number): void {
    if (number !== this.activeRow) {
      row.querySelector(".active")?.classList.remove("active");
      return;
    }
    const column = this.model.rows.at(number)?.kind === "page" ? this.activeColumn : 0;
    const cell = row.children[column];
    if (cell === undefined) return;
    row.querySelector(".active")?.classList.remove("active");
    cell.classList.add("active");
    this.scroller.setAttribute("aria-activedescendant", cell.id);
  }
}

function regionTitle(region: {
  readonly name: string;
  readonly kind: string;
  readonly start: number;
  readonly pages: number;
}): HTMLElement[] {
  return [
    element("span", { class: "region-name" }, region.name),
    element("span", { class: "dim" }, `${region.kind} · ${count(region.pages)} at ${hex(region.start)}`),
  ];
}

function count(pages: number): string {
  return pages === 1 ? "1 page" : `${pages.toLocaleString("en")} pages`;
}

/** "page 4", "pages 4..63": the last page is named, as people do. */
function runText(from: number, to: number): string {
  return to - from === 1 ? `page ${from}` : `pages ${from}–${to - 1}`;
}

/** Row and column of the cell that an event is on. */
function cellAt(event: Event): (number | undefined)[] {
  const target = event.target instanceof Element ? event.target.closest<HTMLElement>("[id^='cell-']") : null;
  return target?.id.split("-").slice(1).map(Number) ?? [];
}

function cellId(row: number, column: number): string {
  return `cell-${row}-${column}`;
}

function columnClass(index: number): string {
  return ["page", "value", "entry", "folio"][index] ?? "mirror";
}

function draw(part: Part): HTMLElement {
  switch (part.kind) {
    case "chip":
      return element("span", { class: `chip tone-${part.tone}` }, part.text);
    case "text":
      return element("span", { class: "text" }, part.text);
    case "dim":
      return element("span", { class: "dim" }, part.text);
    case "flags":
      return element(
        "span",
        { class: "flags" },
        ...part.flags.map(([letter, on]) => element("span", { class: on ? "flag on" : "flag" }, on ? letter : "·")),
      );
  }
}

/** For tests and details: all that is known of a page, by column. */
export function wordsOf(page: PageState, address: number, devices: readonly string[]): [string, string][] {
  const columns = columnsOf(devices);
  return cellsOf(page, address).map((cell, index) => [columns[index]?.name ?? "", cell.words]);
}
