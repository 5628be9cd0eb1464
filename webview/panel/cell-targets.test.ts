import assert from "node:assert/strict";
import { test } from "node:test";
import { isCellContext } from "../messages.ts";
import { contextOf, targetOf } from "./cell-targets.ts";

const buf = { process: "app", name: "buf", pages: 4 };

test("each column has an expression that says what its cells show", () => {
  const expressions = [0, 1, 2, 3, 4, 5].map((column) => targetOf(buf, 1, column, ["gpu0", "nic0"], false).expression);
  assert.deepEqual(expressions, [
    "buf[1]",
    "value(buf[1])",
    "pte(buf[1])",
    "folio(buf[1])",
    "mirror(gpu0, buf[1])",
    "mirror(nic0, buf[1])",
  ]);
});

test("among several processes places have their names; a region of one page needs no index", () => {
  assert.equal(targetOf(buf, 2, 2, [], true).expression, "pte(app.buf[2])");
  assert.equal(targetOf({ process: "app", name: "counter", pages: 1 }, 0, 1, [], false).expression, "value(counter)");
});

test("what a menu is told passes the check of who receives it", () => {
  const context = contextOf(targetOf(buf, 1, 3, [], false), "nothing", true, false);
  assert.ok(isCellContext(context));
  assert.ok(!isCellContext({ ...context, expression: 7 }));
  assert.ok(!isCellContext({ ...context, expression: "x".repeat(10_000) }));
  assert.ok(!isCellContext(undefined));
});
