import assert from "node:assert/strict";
import { test } from "node:test";
import { along, nextFailed } from "./walk.ts";

/** 0 leads to 1, 2 and 3, those to 4, which leads round to itself. */
const moves = [
  { from: 0, to: 1 },
  { from: 0, to: 2 },
  { from: 0, to: 3 },
  { from: 1, to: 4 },
  { from: 2, to: 4 },
  { from: 3, to: 4 },
  { from: 4, to: 4 },
];

test("down and up follow the moves, left and right go to what lies beside", () => {
  assert.equal(along(moves, 0, "ArrowDown"), 1);
  assert.equal(along(moves, 1, "ArrowDown"), 4);
  assert.equal(along(moves, 4, "ArrowDown"), undefined, "a circle of one state leads nowhere");
  assert.equal(along(moves, 4, "ArrowUp"), 1);
  assert.equal(along(moves, 0, "ArrowUp"), undefined);
  assert.equal(along(moves, 1, "ArrowRight"), 2);
  assert.equal(along(moves, 3, "ArrowRight"), 1, "round");
  assert.equal(along(moves, 1, "ArrowLeft"), 3);
  assert.equal(along(moves, 0, "ArrowLeft"), undefined);
});

test("failures come one after the other, and then from the beginning", () => {
  const failed = new Set([7, 2]);
  assert.equal(nextFailed(failed, 0), 2);
  assert.equal(nextFailed(failed, 2), 7);
  assert.equal(nextFailed(failed, 7), 2);
  assert.equal(nextFailed(new Set(), 0), undefined);
});
