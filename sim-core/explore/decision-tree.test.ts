/** Ways through a decision tree, and what cannot be put there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cellWord } from "../store/journal.ts";
import { ReadLog } from "../store/read-log.ts";
import { Store } from "../store/store.ts";
import { answerWord, DecisionTree } from "./decision-tree.ts";

const store = new Store();
const column = store.int("a");
const never = (): number => assert.fail("nothing is asked");

/** What a step notes that reads these rows, in this order. */
function logOf(...rows: readonly number[]): ReadLog {
  const log = new ReadLog();
  for (const row of rows) log.note(cellWord(column.id, row), column.get(row));
  return log;
}

test("a way is found again while its cells hold the same", () => {
  const tree = new DecisionTree(store.columns);
  const edge = tree.newTree();
  column.set(0, 5);
  column.set(1, 6);
  assert.equal(tree.walk(edge, never), -1);
  assert.equal(tree.put(edge, logOf(0, 1), 7), true);
  assert.equal(tree.walk(edge, never), 7);
  column.set(1, 9);
  assert.equal(tree.walk(edge, never), -1);
  assert.equal(tree.put(edge, logOf(0, 1), 8), true);
  assert.equal(tree.walk(edge, never), 8);
  column.set(1, 6);
  assert.equal(tree.walk(edge, never), 7);
});

test("answers are asked for on the way", () => {
  const tree = new DecisionTree(store.columns);
  const edge = tree.newTree();
  for (const answer of [0, 1, 2]) {
    const log = new ReadLog();
    log.noteAnswer(answerWord(3, false), answer);
    tree.put(edge, log, 10 + answer);
  }
  for (const answer of [0, 1, 2]) {
    const asked: [number, boolean][] = [];
    const number = tree.walk(edge, (range, isFault) => {
      asked.push([range, isFault]);
      return answer;
    });
    assert.deepEqual([number, asked], [10 + answer, [[3, false]]]);
  }
});

test("a way that looks at something else first, or is one too many, is not put there", () => {
  const tree = new DecisionTree(store.columns);
  const edge = tree.newTree();
  assert.equal(tree.put(edge, logOf(0, 1), 1), true);
  assert.equal(tree.put(edge, logOf(1, 0), 2), false);
  assert.equal(tree.walk(edge, never), 1);
  let placed = 1;
  for (let value = 100; value < 200; value++) {
    column.set(1, value);
    if (tree.put(edge, logOf(0, 1), value)) placed++;
  }
  assert.ok(placed > 10 && placed < 50, `${placed} ways`);
});
