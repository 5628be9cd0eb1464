/** A long list of rows of one height, of which only those in view exist as elements. Elements are used again. */

import type { Viewport, Window } from "./window.ts";
import { scrollTo, windowOf } from "./window.ts";

export interface VirtualListOptions {
  /** The element that scrolls. */
  readonly scroller: HTMLElement;
  /** The element inside it that gets the list's full height and the rows; positioned. */
  readonly body: HTMLElement;
  /** Pixels. */
  readonly rowHeight: number;
  /** Height of what covers the top of the scroller, pixels. */
  readonly covered: number;
  /** A new element for a row. */
  readonly create: () => HTMLElement;
  /** Makes an element show a row. Called again for the same row when it may have changed. */
  readonly draw: (element: HTMLElement, row: number) => void;
  /** Told after each drawing what is in view. */
  readonly onWindow?: (window: Window) => void;
}

export class VirtualList {
  private readonly options: VirtualListOptions;
  private count = 0;
  private readonly shown = new Map<number, HTMLElement>();
  private readonly free: HTMLElement[] = [];
  private scheduled = false;
  /** The row that was revealed last: it stays in view when the list changes its size, until somebody scrolls away. */
  private kept: number | undefined;
  /** Where the list was when it was revealed. */
  private keptAt = 0;

  constructor(options: VirtualListOptions) {
    this.options = options;
    options.scroller.addEventListener("scroll", () => this.onScroll(), { passive: true });
    new ResizeObserver(() => this.onResize()).observe(options.scroller);
  }

  /** Sets the number of rows; the list has its height at once, its rows when it is drawn. */
  setCount(count: number): void {
    this.count = count;
    this.options.body.style.height = `${windowOf(this.viewport()).height}px`;
  }

  /** Draws all rows in view now. */
  drawAll(): void {
    this.draw(true);
  }

  /** Draws all rows in view again, once, in the next frame. */
  refresh(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => {
      this.scheduled = false;
      this.drawAll();
    });
  }

  private onScroll(): void {
    if (this.options.scroller.scrollTop !== this.keptAt) this.kept = undefined;
    this.draw(false);
  }
  private onResize(): void {
    if (this.kept !== undefined) this.revealInMiddle(this.kept);
    this.draw(false);
  }
  private keep(row: number): void {
    this.kept = row;
    this.keptAt = this.options.scroller.scrollTop;
  }

  /** Scrolls so that a row is in view, and not under what covers the first `above` pixels of the rows. */
  reveal(row: number, above = 0): void {
    this.scroll(scrollTo(row, this.viewport(), above));
    this.keep(row);
  }

  /** Scrolls so that a row is in view, in the middle if it was not. */
  revealInMiddle(row: number): void {
    const viewport = this.viewport();
    if (scrollTo(row, viewport) !== viewport.scrollTop) {
      const top = scrollTo(row, { ...viewport, scrollTop: 0 }, 0);
      this.scroll(top + (viewport.viewHeight - this.options.rowHeight) / 2);
    }
    this.keep(row);
  }

  /** Whether a row is wholly in view, and not under what covers the first `above` pixels of the rows. */
  isInView(row: number, above = 0): boolean {
    const viewport = this.viewport();
    return scrollTo(row, viewport, above) === viewport.scrollTop;
  }

  private scroll(top: number): void {
    const { scroller } = this.options;
    if (top !== scroller.scrollTop) scroller.scrollTop = top;
    this.draw(false);
  }

  /** The element that shows a row, if it is in view. */
  elementOf(row: number): HTMLElement | undefined {
    return this.shown.get(row);
  }

  /** How many rows fit into the view. */
  get pageLength(): number {
    return Math.max(1, Math.floor(this.viewport().viewHeight / this.options.rowHeight) - 1);
  }

  private viewport(): Viewport {
    const { scroller, rowHeight, covered } = this.options;
    const viewHeight = Math.max(0, scroller.clientHeight - covered);
    return { count: this.count, rowHeight, scrollTop: scroller.scrollTop, viewHeight, spare: 8 };
  }

  private draw(all: boolean): void {
    const { body, rowHeight, create, draw, onWindow } = this.options;
    const window = windowOf(this.viewport());
    body.style.height = `${window.height}px`;
    for (const [row, element] of this.shown) {
      if (row >= window.first && row < window.end) continue;
      this.shown.delete(row);
      this.free.push(element);
    }
    for (let row = window.first; row < window.end; row++) {
      let element = this.shown.get(row);
      const isNew = element === undefined;
      if (element === undefined) {
        element = this.free.pop() ?? create();
        this.shown.set(row, element);
      }
      const top = `${Math.round(window.top + (row - window.first) * rowHeight)}px`;
      if (element.style.top !== top) element.style.top = top;
      if (isNew || all) draw(element, row);
      if (element.parentNode !== body) body.append(element);
    }
    for (const element of this.free) element.remove();
    onWindow?.(window);
  }
}
