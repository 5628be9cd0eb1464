/** Statements of scenarios: actions with their operands and outcomes, blocks, control and checks. */

import { policies } from "../policies.ts";
import { didYouMean, oneOf } from "../suggest.ts";
import type { OperandShape, Verb } from "../verbs.ts";
import { atomicOperations, injectPoints, verbByName } from "../verbs.ts";
import { declarationWords, memberWords, reportQualifiers, reportWords, scenarioStatementWords } from "../words.ts";
import type { Cursor, LazyExtra } from "./cursor.ts";
import { operatorLimit } from "./cursor.ts";
import {
  missing,
  parseArith,
  parseCondition,
  parseEvent,
  parseExpr,
  parsePlace,
  parsePostfix,
  parseSignedAtom,
  parseSize,
  requireSize,
} from "./parser-expr.ts";
import { parseMapping } from "./parser-mapping.ts";
import { Token } from "./tokens.ts";
import type { Action, Block, EventPattern, Expr, For, If, Name, Operands, Outcome, ScenarioStatement } from "./tree.ts";

/** Parses `{ statements }` with the statement parser given; used for scenarios and model code alike. */
export function parseBlock<S>(c: Cursor, after: string, statement: (c: Cursor) => S | undefined): Block<S> {
  if (c.panic) skipToBlock(c);
  const { start } = c;
  if (c.kind !== Token.openBrace) {
    c.failExpected("`{`", after);
    skipToBlock(c);
  }
  if (c.kind !== Token.openBrace) return { kind: "block", statements: [], start: c.previousEnd, end: c.previousEnd };
  const open = { start: c.start, end: c.end };
  const statements: S[] = [];
  c.panic = false;
  if (!c.enter()) {
    c.panic = false;
    return { kind: "block", statements, start, end: c.previousEnd };
  }
  c.advance();
  while (!c.at(Token.closeBrace) && !c.unwinding) {
    if (c.take(Token.semicolon)) continue;
    if (c.at(Token.end) || c.startsDeclaration()) {
      c.panic = false;
      c.report("unclosed", "This `{` is never closed.", open.start, open.end);
      c.unwinding = true;
      break;
    }
    const from = c.index;
    c.operators = 0;
    const parsed = statement(c);
    if (parsed !== undefined) statements.push(parsed);
    if (c.panic && !c.unwinding) c.recover(from);
    // Whatever went wrong, the loop goes on only behind something that was read.
    if (c.index === from) c.advance();
  }
  if (!c.unwinding) c.advance();
  c.leave();
  return { kind: "block", statements, start, end: c.previousEnd };
}

/** After an error in front of a block: goes to its `{` if that stands on the same line. */
function skipToBlock(c: Cursor): void {
  while (c.kind !== Token.openBrace && c.kind !== Token.end && c.kind !== Token.closeBrace) {
    if (c.isFirstOnLine()) return;
    c.advance();
  }
}

/** Parses a block of scenario statements. */
export function parseScenarioBlock(c: Cursor, after: string): Block<ScenarioStatement> {
  return parseBlock(c, after, parseScenarioStatement);
}

/** Parses one statement of a scenario; undefined, after a report, if there is none. */
export function parseScenarioStatement(c: Cursor): ScenarioStatement | undefined {
  const { start, word } = c;
  switch (word) {
    case "let":
      return parseLet(c);
    case "if":
      return parseIf(c, parseScenarioBlock);
    case "for":
      return parseScenarioFor(c);
    case "repeat": {
      c.advance();
      const count = parseArith(c);
      const body = parseScenarioBlock(c, "after the number of times");
      return { kind: "repeat", count, body, start, end: c.previousEnd };
    }
    case "wait":
      return parseWait(c);
    case "barrier": {
      c.advance();
      const name = c.name("a barrier's name");
      return { kind: "barrier", name, start, end: c.previousEnd };
    }
    case "expect":
      return parseExpect(c);
    case "parallel": {
      c.advance();
      const body = parseScenarioBlock(c, "after `parallel`");
      return { kind: "parallel", body, start, end: c.previousEnd };
    }
    default:
      return parseThreadStatement(c);
  }
}

function parseThreadStatement(c: Cursor): ScenarioStatement | undefined {
  const { start, word } = c;
  if (verbByName.has(word)) return parseAction(c, undefined);
  if (!c.isName()) {
    c.fail("expected-statement", `${capital(c.describe())} begins no statement.`, c.start, c.end);
    return undefined;
  }
  const next = c.peekWord();
  if (verbByName.has(next) && !(c.isFirstOnLine(1) && c.threadNames.has(next))) {
    return parseAction(c, c.name("a thread"));
  }
  if (c.peekKind() === Token.openBrace) {
    const thread = c.name("a thread");
    const body = parseScenarioBlock(c, "after the thread's name");
    return { kind: "threadBlock", thread, body, start, end: c.previousEnd };
  }
  if (next !== "" && !c.isFirstOnLine(1) && (c.threadNames.has(word) || looksLikeThread(c))) {
    const thread = c.name("a thread");
    c.fail("unknown-verb", `There is no verb \`${next}\`.`, c.start, c.end, suggestVerb(next, c));
    return {
      kind: "action",
      thread,
      verb: c.name("a verb"),
      operands: noOperands,
      outcome: undefined,
      as: undefined,
      start,
      end: c.previousEnd,
    };
  }
  if (c.threadNames.has(word)) {
    c.advance();
    c.failExpected("a verb", `after \`${word}\``, { hint: "For example: `read buf[0]`, `write buf = 1`." });
    return undefined;
  }
  c.fail("expected-statement", `\`${word}\` begins no statement.`, c.start, c.end, suggestBeginning(word, c));
  return undefined;
}

/** `NAME NAME …` where the second is no verb: the first is taken for a thread if the line goes on like an action. */
function looksLikeThread(c: Cursor): boolean {
  const after = c.peekKind(2);
  return (after === Token.name && !c.isFirstOnLine(2)) || after === Token.end;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function suggestVerb(word: string, c: Cursor): LazyExtra {
  const { start, end } = c;
  return () => didYouMean(word, verbByName.keys(), start, end);
}

function suggestBeginning(word: string, c: Cursor): LazyExtra {
  const { start, end } = c;
  return () => {
    const words = [...scenarioStatementWords, ...declarationWords, ...memberWords, ...c.threadNames];
    return didYouMean(word, [...words, ...verbByName.keys()], start, end);
  };
}

// ------------------------------------------------------------------------------------------------------------ actions

const noOperands: Operands = {
  place: undefined,
  place2: undefined,
  value: undefined,
  expected: undefined,
  word: undefined,
  target: undefined,
  declares: undefined,
  address: undefined,
  mapping: undefined,
  pages: undefined,
  call: undefined,
  longterm: undefined,
  rw: undefined,
  point: undefined,
  times: undefined,
  after: undefined,
};

type Draft = { -readonly [Key in keyof Operands]: Operands[Key] };

/** Parses an action, the current token being its verb, which is in the table. */
function parseAction(c: Cursor, thread: Name | undefined): Action {
  const start = thread === undefined ? c.start : thread.start;
  const row = verbByName.get(c.word);
  const verb = c.name("a verb");
  const operands: Draft = { ...noOperands };
  for (const shape of row?.operands ?? []) {
    parseOperand(c, shape, operands);
    if (c.panic) break;
  }
  const outcome = !c.panic && c.take(Token.arrow) ? parseOutcome(c, row) : undefined;
  const as = !c.panic && c.takeWord("as") ? c.operandName("a name after `as`") : undefined;
  return { kind: "action", thread, verb, operands, outcome, as, start, end: c.previousEnd };
}

function parseOperand(c: Cursor, shape: OperandShape, into: Draft): void {
  switch (shape.kind) {
    case "place":
    case "processPlace":
      into[shape.into] = parsePlace(c);
      return;
    case "placeOrPages":
      if (c.kind === Token.number) into.pages = parseSize(c);
      else into.place = parsePlace(c);
      return;
    case "assigned":
      if (c.expect(Token.assign, "and a value")) into.value = parseArith(c);
      return;
    case "atomic":
      parseAtomicOperands(c, into);
      return;
    case "newRegion":
      into.declares = c.operandName("the new region's name");
      if (c.expect(Token.colon, "after the region's name")) into.mapping = parseMapping(c);
      return;
    case "word":
      into.word = parseWordOf(c, shape.words, shape.what);
      return;
    case "policy": {
      into.word = parseWordOf(c, [...policies.keys()], "a policy");
      const policy = policies.get(into.word.text);
      if (policy !== undefined && policy.target.length > 0) into.target = c.operandName("a device or node");
      return;
    }
    case "target":
      if (shape.after !== undefined && !c.expectWord(shape.after, `and ${targetText(shape.of)}`)) return;
      into.target = c.operandName(targetText(shape.of));
      return;
    case "newAddress":
      if (!c.expectWord("to", "and an address or a new name")) return;
      if (c.kind === Token.number) into.address = parseSize(c);
      else into.declares = c.operandName("an address or a new name");
      return;
    case "newProcess":
      if (c.expectWord("as", "and the child's name")) into.declares = c.operandName("the child's name");
      return;
    case "flag":
      if (c.word === shape.into) into[shape.into] = c.name(shape.into);
      return;
    case "call":
      parseCallOperand(c, into);
      return;
    case "injection":
      parseInjection(c, into);
      return;
  }
}

function failName(c: Cursor, what: string): Name {
  c.failExpected(what, "");
  return { kind: "name", text: "", start: c.previousEnd, end: c.previousEnd };
}

function targetText(of: readonly string[]): string {
  return of.map((kind) => (kind === "system" ? "`system`" : `a ${kind}`)).join(" or ");
}

/** A word that must be one of a list. Another one is consumed and reported. */
function parseWordOf(c: Cursor, words: readonly string[], what: string): Name {
  if (!c.isName() || c.startsNextStatement()) return failName(c, `${what}: ${oneOf(words)}`);
  const { start, end, word } = c;
  if (!words.includes(word)) {
    c.report("unknown-word", `\`${word}\` is not ${what}: ${oneOf(words)}.`, start, end, () =>
      didYouMean(word, words, start, end),
    );
  }
  return c.name(what);
}

function parseAtomicOperands(c: Cursor, into: Draft): void {
  into.word = parseWordOf(c, atomicOperations, "an atomic operation");
  if (c.panic) return;
  into.place = parsePlace(c);
  if (c.panic) return;
  const operand = parseSignedAtom(c, into.word.text === "cas" ? "the old value" : "a value");
  if (into.word.text !== "cas") {
    into.value = operand;
    return;
  }
  into.expected = operand;
  if (!c.panic) into.value = parseSignedAtom(c, "the new value");
}

function parseCallOperand(c: Cursor, into: Draft): void {
  if (!c.isName()) {
    c.failExpected("a function's name", "");
    return;
  }
  const expr = parsePostfix(c);
  if (expr.kind === "call") into.call = expr;
  else c.failExpected("`(`", "and the arguments");
}

function parseInjection(c: Cursor, into: Draft): void {
  into.point = parseWordOf(c, [...injectPoints.keys()], "something that can fail");
  for (;;) {
    if (c.word === "on" && into.target === undefined) {
      c.advance();
      into.target = c.operandName("a device");
    } else if (c.word === "times" && into.times === undefined) {
      c.advance();
      into.times = requireSize(c, "a number");
    } else if (c.word === "after" && into.after === undefined) {
      c.advance();
      into.after = requireSize(c, "a number");
    } else {
      return;
    }
    if (c.panic) return;
  }
}

const qualifiers: ReadonlySet<string> = new Set(reportQualifiers);
const reports: ReadonlySet<string> = new Set(reportWords);

function parseOutcome(c: Cursor, verb: Verb | undefined): Outcome {
  const { start } = c;
  if (c.word === "any") {
    c.advance();
    return { kind: "anyOutcome", start, end: c.previousEnd };
  }
  let length = 0;
  while (length < 8 && qualifiers.has(length === 0 ? c.word : c.peekWord(length))) length++;
  const last = length === 0 ? c.word : c.peekWord(length);
  if (reports.has(last) && (length > 0 || verb?.outcomes.includes("report"))) {
    const words: Name[] = [];
    for (let at = 0; at <= length; at++) words.push(c.name("what is reported"));
    return { kind: "reportOutcome", words, start, end: c.previousEnd };
  }
  const value: Expr = c.startsNextStatement() ? missing(c) : parseArith(c);
  if (value.kind === "missing" && !c.panic) c.failExpected("an outcome", "after `->`");
  return { kind: "valueOutcome", value, start: c.from(start), end: c.previousEnd };
}

// ------------------------------------------------------------------------------------------------- control and checks

/** Parses `let NAME = EXPR`, the current token being `let`. */
export function parseLet(c: Cursor): ScenarioStatement & { readonly kind: "let" } {
  const { start } = c;
  c.advance();
  const name = c.name("a name after `let`");
  c.expect(Token.assign, `after \`let ${name.text}\``);
  const value = c.panic ? missing(c) : parseExpr(c);
  return { kind: "let", name, value, start, end: c.previousEnd };
}

/** Parses `if EXPR block (else (block | if …))?`, the current token being `if`. */
export function parseIf<S>(c: Cursor, block: (c: Cursor, after: string) => Block<S>): If<S> {
  const { start } = c;
  c.advance();
  const condition = parseCondition(c);
  const then = block(c, "after the condition");
  let otherwise: Block<S> | If<S> | undefined;
  if (!c.unwinding && c.takeWord("else")) {
    if (c.word !== "if") {
      otherwise = block(c, "after `else`");
    } else if (c.chain >= operatorLimit) {
      c.fail("too-long", `More than ${operatorLimit} \`else if\` in a row.`, c.start, c.end);
    } else {
      c.chain++;
      otherwise = parseIf(c, block);
      c.chain--;
    }
  }
  return { kind: "if", condition, then, else: otherwise, start, end: c.previousEnd };
}

function parseScenarioFor(c: Cursor): For<ScenarioStatement> {
  const { start } = c;
  c.advance();
  const variable = c.name("a name after `for`");
  c.expectWord("in", `after \`for ${variable.text}\``);
  const from = parseArith(c);
  c.expect(Token.range, "and the end of the range");
  const to = parseArith(c);
  const body = parseScenarioBlock(c, "after the range");
  return { kind: "for", variable, from, to, step: undefined, body, start, end: c.previousEnd };
}

/** Parses `wait until EXPR`, the current token being `wait`. */
export function parseWait(c: Cursor): ScenarioStatement & { readonly kind: "waitUntil" } {
  const { start } = c;
  c.advance();
  c.expectWord("until", "after `wait`");
  const condition = c.panic ? missing(c) : parseCondition(c);
  return { kind: "waitUntil", condition, start, end: c.previousEnd };
}

function parseExpect(c: Cursor): ScenarioStatement {
  const { start } = c;
  c.advance();
  if (c.word === "events" && c.peekKind() === Token.openBrace) {
    c.advance();
    const events = parseEventList(c);
    return { kind: "expectEvents", events, start, end: c.previousEnd };
  }
  if (c.word === "no" && c.peekKind() === Token.name) {
    c.advance();
    const event = parseEvent(c);
    return { kind: "expectNo", event, start, end: c.previousEnd };
  }
  const condition = parseCondition(c);
  return { kind: "expect", condition, start, end: c.previousEnd };
}

function parseEventList(c: Cursor): readonly EventPattern[] {
  const block = parseBlock(c, "after `events`", (inner) => {
    if (inner.isName()) return parseEvent(inner);
    inner.failExpected("an event", "");
    return undefined;
  });
  return block.statements;
}
