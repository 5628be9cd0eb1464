import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { scrollTo, tallest, windowOf } from "./window.ts";

const view = { rowHeight: 24, viewHeight: 240, spare: 2, scrollTop: 0 };

test("a short list is drawn whole", () => {
  assert.deepEqual(windowOf({ ...view, count: 3 }), { first: 0, end: 3, top: 0, height: 72, firstVisible: 0 });
});

test("of a long list the rows in view and the spare ones are drawn", () => {
  const window = windowOf({ ...view, count: 1000, scrollTop: 24 * 100 + 12 });
  assert.deepEqual(window, { first: 98, end: 113, top: 98 * 24, height: 24_000, firstVisible: 100 });
});

test("an empty list is no problem", () => {
  assert.deepEqual(windowOf({ ...view, count: 0 }), { first: 0, end: 0, top: 0, height: 0, firstVisible: 0 });
});

test("the last row of a list that is taller than an element may be is in view at the end", () => {
  const count = 10_000_000;
  const window = windowOf({ ...view, count, scrollTop: tallest - view.viewHeight });
  assert.equal(window.height, tallest);
  assert.equal(window.end, count);
  const bottomOfLast = window.top + (count - window.first) * view.rowHeight;
  assert.equal(Math.round(bottomOfLast), tallest);
});

const lists = fc.record({
  count: fc.integer({ min: 1, max: 20_000_000 }),
  scroll: fc.double({ min: 0, max: 1, noNaN: true }),
  row: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

test("wherever a list is scrolled to, the rows drawn cover the view", () => {
  fc.assert(
    fc.property(lists, ({ count, scroll }) => {
      const height = Math.min(count * view.rowHeight, tallest);
      const scrollTop = Math.max(0, height - view.viewHeight) * scroll;
      const window = windowOf({ ...view, count, scrollTop });
      assert.ok(window.top <= scrollTop + 1e-6);
      const bottom = window.top + (window.end - window.first) * view.rowHeight;
      assert.ok(bottom >= Math.min(scrollTop + view.viewHeight, height) - 1e-6);
      assert.ok(window.end - window.first <= view.viewHeight / view.rowHeight + 2 * view.spare + 2);
    }),
  );
});

test("scrolling to a row brings it wholly into view", () => {
  fc.assert(
    fc.property(lists, ({ count, scroll, row }) => {
      const wanted = Math.floor(row * count);
      const height = Math.min(count * view.rowHeight, tallest);
      const from = { ...view, count, scrollTop: Math.max(0, height - view.viewHeight) * scroll };
      const scrollTop = scrollTo(wanted, from);
      const window = windowOf({ ...from, scrollTop });
      const top = window.top + (wanted - window.first) * view.rowHeight;
      assert.ok(wanted >= window.first && wanted < window.end);
      assert.ok(top >= scrollTop - 1e-3 && top + view.rowHeight <= scrollTop + view.viewHeight + 1e-3);
    }),
  );
});

test("a row in view stays where it is", () => {
  assert.equal(scrollTo(5, { ...view, count: 100, scrollTop: 30 }), 30);
});

test("what covers the top of the rows is kept clear of", () => {
  assert.equal(scrollTo(10, { ...view, count: 100, scrollTop: 10 * 24 }, 24), 9 * 24);
});
