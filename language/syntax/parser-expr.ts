/** Expressions, numbers, places and event patterns. */

import { isReserved, unitWords } from "../words.ts";
import type { Cursor } from "./cursor.ts";
import type { TokenKind } from "./tokens.ts";
import { numberValue, stringValue, Token } from "./tokens.ts";
import type {
  Arg,
  BinaryOperator,
  EventPattern,
  Expr,
  MissingExpr,
  Name,
  Place,
  Size,
  SizeUnit,
  StringLiteral,
} from "./tree.ts";

const units: ReadonlyMap<string, SizeUnit> = new Map(unitWords.map((word) => [word, word]));

const comparisons: ReadonlyMap<TokenKind, BinaryOperator> = new Map<TokenKind, BinaryOperator>([
  [Token.equal, "=="],
  [Token.notEqual, "!="],
  [Token.less, "<"],
  [Token.lessEqual, "<="],
  [Token.greater, ">"],
  [Token.greaterEqual, ">="],
]);

/** Where an expression should be and is not. */
export function missing(c: Cursor): MissingExpr {
  return { kind: "missing", start: c.previousEnd, end: c.previousEnd };
}

/** Parses an expression; a `missing` one, after a report, where there is none. */
export function parseExpr(c: Cursor): Expr {
  const { start } = c;
  const left = parseOr(c);
  if (c.word !== "implies" || !c.operator()) return left;
  c.advance();
  const right = parseExpr(c);
  return { kind: "binary", operator: "implies", left, right, start, end: c.previousEnd };
}

/** Parses the expression of `expect`, `if` and their like, where `=` is a common slip. */
export function parseCondition(c: Cursor): Expr {
  const condition = parseExpr(c);
  if (c.kind === Token.assign) {
    c.fail("assignment", "`=` does not compare; `==` does.", c.start, c.end, {
      fix: { title: "Write `==`", edits: [{ start: c.start, end: c.end, text: "==" }] },
    });
  }
  return condition;
}

function parseOr(c: Cursor): Expr {
  const { start } = c;
  let left = parseAnd(c);
  while (c.word === "or" && c.operator()) {
    c.advance();
    const right = parseAnd(c);
    left = { kind: "binary", operator: "or", left, right, start, end: c.previousEnd };
  }
  return left;
}

function parseAnd(c: Cursor): Expr {
  const { start } = c;
  let left = parseNot(c);
  while (c.word === "and" && c.operator()) {
    c.advance();
    const right = parseNot(c);
    left = { kind: "binary", operator: "and", left, right, start, end: c.previousEnd };
  }
  return left;
}

function parseNot(c: Cursor): Expr {
  const { start } = c;
  if (c.word === "not") {
    if (!c.operator()) return missing(c);
    c.advance();
    const operand = parseNot(c);
    return { kind: "unary", operator: "not", operand, start, end: c.previousEnd };
  }
  if (c.word === "all" || c.word === "any") return parseQuantifier(c, c.word);
  return parseComparison(c);
}

function parseQuantifier(c: Cursor, quantifier: "all" | "any"): Expr {
  const { start } = c;
  if (!c.enter()) return missing(c);
  c.advance();
  const variable = c.name(`a name after \`${quantifier}\``);
  c.expectWord("in", `after \`${quantifier} ${variable.text}\``);
  const from = parseArith(c);
  c.expect(Token.range, "and the end of the range");
  const to = parseArith(c);
  c.expect(Token.colon, "after the range");
  const body = parseExpr(c);
  c.leave();
  return { kind: "quantifier", quantifier, variable, from, to, body, start, end: c.previousEnd };
}

function parseComparison(c: Cursor): Expr {
  const { start } = c;
  const left = parseArith(c);
  const first = parseComparisonTail(c, left, start);
  if (first === left) return left;
  const { start: second, end: secondEnd } = c;
  let chained = first;
  for (;;) {
    const longer = parseComparisonTail(c, chained, start);
    if (longer === chained) break;
    c.report("chained-comparison", "Comparisons do not chain.", second, secondEnd, {
      hint: "Join two of them with `and`, or use parentheses.",
    });
    chained = longer;
  }
  return chained;
}

function parseComparisonTail(c: Cursor, left: Expr, start: number): Expr {
  const operator = comparisons.get(c.kind);
  if (operator !== undefined) {
    if (!c.operator()) return left;
    c.advance();
    const right = parseArith(c);
    return { kind: "binary", operator, left, right, start, end: c.previousEnd };
  }
  const negatedIn = c.word === "not" && c.peekWord() === "in";
  if (c.word === "in" || negatedIn) {
    if (!c.operator()) return left;
    if (negatedIn) c.advance();
    c.advance();
    const right = parseArith(c);
    const to = c.take(Token.range) ? parseArith(c) : undefined;
    return { kind: "in", left, negated: negatedIn, right, to, start, end: c.previousEnd };
  }
  if (c.word === "is") {
    if (!c.operator()) return left;
    c.advance();
    const negated = c.takeWord("not");
    const word = c.name("a kind of value (such as `error`)");
    return { kind: "is", left, negated, word, start, end: c.previousEnd };
  }
  return left;
}

/** Parses an arithmetic expression: no comparison, `not`, `and`, `or`, `implies` outside parentheses. */
export function parseArith(c: Cursor): Expr {
  const { start } = c;
  let left = parseTerm(c);
  for (;;) {
    const operator = c.kind === Token.plus ? "+" : c.kind === Token.minus ? "-" : undefined;
    if (operator === undefined || !c.operator()) return left;
    c.advance();
    const right = parseTerm(c);
    left = { kind: "binary", operator, left, right, start, end: c.previousEnd };
  }
}

function parseTerm(c: Cursor): Expr {
  const { start } = c;
  let left = parseUnary(c);
  for (;;) {
    const { kind } = c;
    const operator = kind === Token.star ? "*" : kind === Token.slash ? "/" : kind === Token.percent ? "%" : undefined;
    if (operator === undefined || !c.operator()) return left;
    c.advance();
    const right = parseUnary(c);
    left = { kind: "binary", operator, left, right, start, end: c.previousEnd };
  }
}

function parseUnary(c: Cursor): Expr {
  const { start } = c;
  switch (c.kind) {
    case Token.minus: {
      if (!c.operator()) return missing(c);
      c.advance();
      const operand = parseUnary(c);
      return { kind: "unary", operator: "-", operand, start, end: c.previousEnd };
    }
    case Token.number:
      return parseSize(c);
    case Token.string:
      return parseString(c);
    case Token.openParen:
      return parseParenthesised(c);
    case Token.openBracket:
      return parseList(c);
    case Token.name:
      return parseNamed(c);
    default:
      c.failExpected("an expression", "");
      return missing(c);
  }
}

function parseNamed(c: Cursor): Expr {
  const { start, end, word } = c;
  if (word === "true" || word === "false") {
    c.advance();
    return { kind: "boolean", value: word === "true", start, end };
  }
  if (isReserved(word)) {
    if (word === "not" || word === "all" || word === "any") {
      c.fail("parentheses", `\`${word} …\` needs parentheses here.`, start, end);
    } else {
      c.failExpected("an expression", "");
    }
    return missing(c);
  }
  if (c.startsNextStatement()) {
    c.failExpected("an expression", "");
    return missing(c);
  }
  return parsePostfix(c);
}

/** Parses `NAME (. WORD | [ … ] | ( … ))*`, the current token being the name. */
export function parsePostfix(c: Cursor): Expr {
  const { start } = c;
  let expr: Expr = c.name("a name");
  for (;;) {
    if (c.kind === Token.dot) {
      if (!c.operator()) return expr;
      c.advance();
      const member = c.isFirstOnLine() ? c.name("a field's name after `.`") : c.anyWord("a field's name after `.`");
      expr = { kind: "member", object: expr, member, start, end: c.previousEnd };
      if (member.text === "") return expr;
    } else if (c.kind === Token.openBracket) {
      if (!c.operator() || !c.enter()) return expr;
      c.advance();
      const index = parseArith(c);
      const to = c.take(Token.range) ? parseArith(c) : undefined;
      c.expect(Token.closeBracket, "after the index");
      c.leave();
      expr = { kind: "index", object: expr, index, to, start, end: c.previousEnd };
    } else if (c.kind === Token.openParen) {
      if (!c.operator()) return expr;
      const args = parseArgs(c);
      expr = { kind: "call", callee: expr, args, start, end: c.previousEnd };
    } else {
      return expr;
    }
  }
}

/** Parses `( arg,* )`, the current token being the parenthesis. */
function parseArgs(c: Cursor): readonly Arg[] {
  const args: Arg[] = [];
  if (!c.enter()) return args;
  c.advance();
  if (!c.take(Token.closeParen)) {
    do {
      args.push(parseArg(c));
    } while (!c.panic && c.take(Token.comma));
    c.expect(Token.closeParen, "after the arguments");
  }
  c.leave();
  return args;
}

function parseArg(c: Cursor): Arg {
  const { start } = c;
  let name: Name | undefined;
  if (c.isName() && c.peekKind() === Token.colon) {
    name = c.name("an argument's name");
    c.advance();
  }
  const value = parseExpr(c);
  const to = c.take(Token.range) ? parseArith(c) : undefined;
  return { kind: "arg", name, value, to, start: c.from(start), end: c.previousEnd };
}

function parseParenthesised(c: Cursor): Expr {
  if (!c.enter()) return missing(c);
  c.advance();
  const expr = parseExpr(c);
  c.expect(Token.closeParen, "after the expression");
  c.leave();
  return expr;
}

function parseList(c: Cursor): Expr {
  const { start } = c;
  if (!c.enter()) return missing(c);
  c.advance();
  const items: Expr[] = [];
  if (!c.take(Token.closeBracket)) {
    do {
      items.push(parseExpr(c));
    } while (!c.panic && c.take(Token.comma));
    c.expect(Token.closeBracket, "after the list");
  }
  c.leave();
  return { kind: "list", items, start, end: c.previousEnd };
}

/** Parses a number and its unit, the current token being the number. */
export function parseSize(c: Cursor): Size {
  const { start, end } = c;
  const written = c.text.slice(start, end);
  let value = numberValue(written);
  if (value === undefined) {
    value = 0n;
    // Other letters in a number have been reported where it was read.
    if (/^(0[xX][0-9a-fA-F_]*|[0-9_]+)$/.test(written)) {
      c.report("bad-number", `\`${written.slice(0, 40)}\` is not a number that fits in 64 bits.`, start, end);
    }
  }
  c.advance();
  const unit = units.get(c.word);
  if (unit === undefined || ((unit === "page" || unit === "pages") && isNameHere(c.peekKind()))) {
    return { kind: "size", value, unit: undefined, start, end };
  }
  c.advance();
  return { kind: "size", value, unit, start, end: c.previousEnd };
}

/** `page` before one of these is a name that begins the next statement, not a unit. */
function isNameHere(next: TokenKind): boolean {
  return (
    next === Token.assign ||
    next === Token.plusAssign ||
    next === Token.minusAssign ||
    next === Token.dot ||
    next === Token.openBracket ||
    next === Token.openParen
  );
}

/** Parses a required number with or without a unit; undefined, after a report, where there is none. */
export function requireSize(c: Cursor, what: string): Size | undefined {
  if (c.kind === Token.number) return parseSize(c);
  c.failExpected(what, "");
  return undefined;
}

/** Parses a string, the current token being one. */
export function parseString(c: Cursor): StringLiteral {
  const { start, end } = c;
  c.advance();
  return { kind: "string", value: stringValue(c.text.slice(start, end)), start, end };
}

/** Parses a required string; undefined, after a report, where there is none. */
export function requireString(c: Cursor, what: string): StringLiteral | undefined {
  if (c.kind === Token.string) return parseString(c);
  c.failExpected(what, "");
  return undefined;
}

/** Parses `SIZE | NAME | ( expr )`: what may follow where an arithmetic expression would not end. */
export function parseAtom(c: Cursor, what: string): Expr {
  if (c.kind === Token.number) return parseSize(c);
  if (c.kind === Token.openParen) return parseParenthesised(c);
  if (c.isName() && !c.startsNextStatement()) return c.name(what);
  c.failExpected(what, "");
  return missing(c);
}

/** Parses an atom, perhaps with `-` in front. */
export function parseSignedAtom(c: Cursor, what: string): Expr {
  const { start } = c;
  if (c.kind !== Token.minus) return parseAtom(c, what);
  c.advance();
  const operand = parseAtom(c, what);
  return { kind: "unary", operator: "-", operand, start, end: c.previousEnd };
}

/** Parses a place; undefined, after a report, where there is none. */
export function parsePlace(c: Cursor): Place | undefined {
  const { start } = c;
  if (!c.isName() || c.startsNextStatement()) {
    c.failExpected("a place (such as `region[0]`)", "");
    return undefined;
  }
  const path = [c.name("a region's name")];
  while (c.kind === Token.dot && c.operator()) {
    c.advance();
    path.push(c.isFirstOnLine() ? c.name("a region's name after `.`") : c.anyWord("a region's name after `.`"));
  }
  let index: Expr | undefined;
  let to: Expr | undefined;
  if (c.kind === Token.openBracket && c.enter()) {
    c.advance();
    index = parseArith(c);
    to = c.take(Token.range) ? parseArith(c) : undefined;
    c.expect(Token.closeBracket, "after the page's index");
    c.leave();
  }
  const offset = c.take(Token.plus) ? parseAtom(c, "a number of bytes") : undefined;
  return { kind: "place", path, index, to, offset, start, end: c.previousEnd };
}

/** Parses `NAME ( ( arg,* ) )?`; the name may be empty, after a report. */
export function parseEvent(c: Cursor): EventPattern {
  const { start } = c;
  const name = c.name("an event's name");
  const args = name.text !== "" && c.kind === Token.openParen ? parseArgs(c) : [];
  return { kind: "event", name, args, start: c.from(start), end: c.previousEnd };
}
