/** Statements of model code: what stands in functions and callbacks. */

import { isReserved, modelStatementWords } from "../words.ts";
import type { Cursor } from "./cursor.ts";
import { missing, parseArith, parseCondition, parseEvent, parseExpr, parsePostfix, parseSize } from "./parser-expr.ts";
import { parseBlock, parseIf, parseLet, parseWait } from "./parser-statements.ts";
import { Token } from "./tokens.ts";
import type { Assign, Block, Expr, ExprStatement, For, Match, MatchArm, ModelStatement, Name, Size } from "./tree.ts";

const statementWords: ReadonlySet<string> = new Set(modelStatementWords);

/** Parses `{ statements }` of model code. */
export function parseModelBlock(c: Cursor, after: string): Block<ModelStatement> {
  return parseBlock(c, after, parseModelStatement);
}

function parseModelStatement(c: Cursor): ModelStatement | undefined {
  const { start, word } = c;
  switch (word) {
    case "let":
      return parseLet(c);
    case "if":
      return parseIf(c, parseModelBlock);
    case "match":
      return parseMatch(c);
    case "loop": {
      c.advance();
      const body = parseModelBlock(c, "after `loop`");
      return { kind: "loop", body, start, end: c.previousEnd };
    }
    case "while": {
      c.advance();
      const condition = parseCondition(c);
      const body = parseModelBlock(c, "after the condition");
      return { kind: "while", condition, body, start, end: c.previousEnd };
    }
    case "for":
      return parseModelFor(c);
    case "break":
      c.advance();
      return { kind: "break", start, end: c.previousEnd };
    case "continue":
      c.advance();
      return { kind: "continue", start, end: c.previousEnd };
    case "return": {
      c.advance();
      const value = startsValue(c) ? parseExpr(c) : undefined;
      return { kind: "return", value, start, end: c.previousEnd };
    }
    case "lock": {
      c.advance();
      const next = c.peekWord();
      const read = c.word === "read" && next !== "" && !isReserved(next) && !statementWords.has(next);
      if (read) c.advance();
      const target = requirePostfix(c, "a lock");
      return { kind: "lock", read, target, start, end: c.previousEnd };
    }
    case "unlock": {
      c.advance();
      const target = requirePostfix(c, "a lock");
      return { kind: "unlock", target, start, end: c.previousEnd };
    }
    case "wait":
      return parseWait(c);
    case "atomic": {
      c.advance();
      const body = parseModelBlock(c, "after `atomic`");
      return { kind: "atomic", body, start, end: c.previousEnd };
    }
    case "spawn": {
      c.advance();
      const call = requirePostfix(c, "a call");
      if (call.kind !== "call" && !c.panic) c.failExpected("`(`", "and the arguments");
      return { kind: "spawn", call, start, end: c.previousEnd };
    }
    case "emit": {
      c.advance();
      const event = parseEvent(c);
      return { kind: "emit", event, start, end: c.previousEnd };
    }
    case "expect": {
      c.advance();
      const condition = parseCondition(c);
      return { kind: "expect", condition, start, end: c.previousEnd };
    }
    default:
      return parseAssignmentOrCall(c);
  }
}

/** After `return`: the longer reading holds, but what can only begin the next statement is no value. */
function startsValue(c: Cursor): boolean {
  switch (c.kind) {
    case Token.minus:
    case Token.number:
    case Token.string:
    case Token.openParen:
    case Token.openBracket:
      return true;
    case Token.name:
      break;
    default:
      return false;
  }
  if (isReserved(c.word)) return ["not", "all", "any", "true", "false"].includes(c.word);
  if (!statementWords.has(c.word)) return true;
  // `return atomic` gives the word; `return` and then `atomic { … }`, `lock m`, `let x` are two statements.
  const next = c.peekKind();
  return next === Token.closeBrace || next === Token.semicolon ? !["break", "continue"].includes(c.word) : false;
}

function requirePostfix(c: Cursor, what: string): Expr {
  if (c.isName() && !c.startsNextStatement()) return parsePostfix(c);
  c.failExpected(what, "");
  return missing(c);
}

function parseAssignmentOrCall(c: Cursor): Assign | ExprStatement | undefined {
  const { start } = c;
  if (!c.isName()) {
    c.fail(
      "expected-statement",
      `${c.describe()} begins no statement.`.replace(/^./, (char) => char.toUpperCase()),
      start,
      c.end,
    );
    return undefined;
  }
  const target = parsePostfix(c);
  const operator =
    c.kind === Token.assign
      ? "="
      : c.kind === Token.plusAssign
        ? "+="
        : c.kind === Token.minusAssign
          ? "-="
          : undefined;
  if (operator !== undefined) {
    c.advance();
    const value = parseExpr(c);
    return { kind: "assign", target, operator, value, start, end: c.previousEnd };
  }
  if (target.kind !== "call") {
    const written = c.text.slice(target.start, Math.min(target.end, target.start + 40));
    c.fail(
      "expected-statement",
      `\`${written}\` is no statement: \`=\` or \`(\` should follow.`,
      target.start,
      target.end,
    );
  }
  return { kind: "callStatement", call: target, start, end: c.previousEnd };
}

function parseModelFor(c: Cursor): For<ModelStatement> {
  const { start } = c;
  c.advance();
  const variable = c.name("a name after `for`");
  c.expectWord("in", `after \`for ${variable.text}\``);
  const from = parseArith(c);
  const to = c.take(Token.range) ? parseArith(c) : undefined;
  const step = !c.panic && c.takeWord("step") ? parseArith(c) : undefined;
  const body = parseModelBlock(c, "after the range");
  return { kind: "for", variable, from, to, step, body, start, end: c.previousEnd };
}

function parseMatch(c: Cursor): Match {
  const { start } = c;
  c.advance();
  const subject = parseArith(c);
  const arms = parseBlock(c, "after what is matched", parseArm);
  return { kind: "match", subject, arms: arms.statements, start, end: c.previousEnd };
}

function parseArm(c: Cursor): MatchArm {
  const { start } = c;
  const words: (Name | Size)[] = [];
  const isElse = c.word === "else" && c.peekKind() === Token.openBrace;
  if (isElse) {
    c.advance();
  } else {
    do words.push(c.kind === Token.number ? parseSize(c) : c.name("a word or number to match"));
    while (!c.panic && c.take(Token.comma));
  }
  const body = parseModelBlock(c, "after what the arm is for");
  return { kind: "arm", words, isElse, body, start: c.from(start), end: c.previousEnd };
}
