import assert from "node:assert/strict";
import { test } from "node:test";
import { lineMap } from "./line-map.ts";

const text = (...lines: string[]): string => lines.join("\n");

test("lines are found again where they have moved to", () => {
  const map = lineMap(text("a", "b", "c", "d", "e"), text("new", "a", "b", "changed", "d", "newer", "e"));
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((line) => map.same(line)),
    [2, 3, undefined, 5, 7],
  );
  assert.equal(map.nearest(3), 4, "a line that was changed is at its place among the others");
  assert.deepEqual([map.nearest(0), map.nearest(99)], [1, 7]);
});

test("the same text, an empty one, and one too long to compare", () => {
  assert.equal(lineMap("a\nb", "a\r\nb").same(2), 2);
  assert.equal(lineMap("a\nb", "").nearest(2), 1);
  const long = Array.from({ length: 3000 }, (_, i) => `line ${i}`);
  const map = lineMap(text("first", ...long, "last"), text("first", ...long.toReversed(), "last"));
  assert.deepEqual([map.same(1), map.same(3002), map.same(1500)], [1, 3002, undefined]);
});
