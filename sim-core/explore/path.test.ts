/** The packed path against one of plain objects, through random searches. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Path } from "./path.ts";

test("a search that answers every choice in turn sees each combination once, and the path says which", () => {
  // From each state: the threads, and for each its choices; a choice of n has n answers.
  const tree = fc.array(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), (levels) => {
      const seen = new Set<string>();
      const path = new Path();
      path.push();
      while (path.length > 0) {
        const threads = levels[path.length - 1] ?? [];
        if (!path.nextAnswers()) {
          if (path.thread + 1 === threads.length) {
            path.pop();
            continue;
          }
          path.thread = path.thread + 1;
        }
        path.beginMove();
        const answers = (threads[path.thread] ?? []).map((range) => path.choose(range));
        // Any numbers that there may be, different ones for each answer.
        const [ahead, behind] = [answers.length % 2, (seen.size * 7) % 64];
        path.noteMoved(ahead, behind);
        const moves = path.moves(path.length);
        assert.deepEqual(moves.at(-1), { thread: path.thread, choices: answers, ahead, behind });
        const key = JSON.stringify(moves.map(({ thread, choices }) => [thread, choices]));
        assert.ok(!seen.has(key), "no path comes twice");
        seen.add(key);
        if (path.length < levels.length) path.push();
      }
      let expected = 0;
      let ways = 1;
      for (const threads of levels) {
        ways *= threads.reduce((sum, ranges) => sum + ranges.reduce((n, range) => n * range, 1), 0);
        expected += ways;
      }
      assert.equal(seen.size, expected);
    }),
    { numRuns: 100 },
  );
});

test("a state from which nothing could move is told from one that was left", () => {
  const path = new Path();
  path.push();
  assert.equal(path.moved, false);
  path.thread = 2;
  path.noteMoved(0, 0);
  path.push();
  assert.equal(path.moved, false);
  path.pop();
  assert.equal(path.moved, true);
  assert.equal(path.thread, 2);
});
