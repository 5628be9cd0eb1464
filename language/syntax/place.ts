/** Places in expressions: `pte(app.buf[0] + 8)` is parsed as an expression, and means a place. */

import type { Expr, Name, Place } from "./tree.ts";

/** The place that an expression spells, undefined if it spells none. Its names and indexes are the expression's nodes. */
export function placeOfExpr(expr: Expr): Place | undefined {
  if (expr.kind === "binary" && expr.operator === "+") {
    const base = placeOfExpr(expr.left);
    if (base === undefined || base.offset !== undefined) return undefined;
    return { ...base, offset: expr.right, start: expr.start, end: expr.end };
  }
  let index: Expr | undefined;
  let to: Expr | undefined;
  let named = expr;
  if (expr.kind === "index") {
    index = expr.index;
    to = expr.to;
    named = expr.object;
  }
  const path = pathOf(named);
  if (path === undefined) return undefined;
  return { kind: "place", path, index, to, offset: undefined, start: expr.start, end: expr.end };
}

function pathOf(expr: Expr): Name[] | undefined {
  if (expr.kind === "name") return [expr];
  if (expr.kind !== "member") return undefined;
  const before = pathOf(expr.object);
  before?.push(expr.member);
  return before;
}
