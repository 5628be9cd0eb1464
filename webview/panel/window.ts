/**
 * Which rows of a long list are in view. Browsers limit how tall an element may be; a list that would be taller is scrolled
 * in proportion, so that its last row is reached at the end of the scroll bar whatever its length.
 */

/** Taller elements are cut off by some browsers (Firefox at 17.8 million pixels). */
export const tallest = 15_000_000;

/** The rows to draw. */
export interface Window {
  /** First row to draw, and the one behind the last. */
  readonly first: number;
  readonly end: number;
  /** Where the first row's top lies, in pixels from the top of the scrolled content. */
  readonly top: number;
  /** Height of the scrolled content. */
  readonly height: number;
  /** The first row that is at least partly in view. */
  readonly firstVisible: number;
}

/** What a list looks like now. All but `count` in pixels. */
export interface Viewport {
  readonly count: number;
  readonly rowHeight: number;
  readonly scrollTop: number;
  readonly viewHeight: number;
  /** Rows drawn beyond the view on either side. */
  readonly spare: number;
}

/** The rows in view, and some before and after. */
export function windowOf({ count, rowHeight, scrollTop, viewHeight, spare }: Viewport): Window {
  const full = count * rowHeight;
  const height = Math.min(full, tallest);
  const scroll = clamp(scrollTop, 0, Math.max(0, height - viewHeight));
  // How far down the list is, as if it were as tall as its rows.
  const offset = full <= tallest ? scroll : (scroll / (height - viewHeight)) * (full - viewHeight);
  const firstVisible = clamp(Math.floor(offset / rowHeight), 0, Math.max(0, count - 1));
  const first = Math.max(0, firstVisible - spare);
  const end = Math.min(count, Math.ceil((offset + viewHeight) / rowHeight) + spare);
  return { first, end, top: scroll - (offset - first * rowHeight), height, firstVisible };
}

/** Where to scroll so that a row is wholly in view, `above` pixels of which are covered; where it is if it is already. */
export function scrollTo(row: number, viewport: Viewport, above = 0): number {
  const { count, rowHeight, viewHeight } = viewport;
  const full = count * rowHeight;
  const height = Math.min(full, tallest);
  const scale = full <= tallest ? 1 : (full - viewHeight) / (height - viewHeight);
  const offset = viewport.scrollTop * scale;
  const top = row * rowHeight;
  if (top < offset + above) return clamp((top - above) / scale, 0, Math.max(0, height - viewHeight));
  if (top + rowHeight > offset + viewHeight)
    return clamp((top + rowHeight - viewHeight) / scale, 0, height - viewHeight);
  return viewport.scrollTop;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
