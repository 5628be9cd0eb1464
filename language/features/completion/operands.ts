/** What may come next in an action: its operands one after another, its outcome. */

import { policies } from "../../policies.ts";
import type { TokenList } from "../../syntax/tokens.ts";
import { Token } from "../../syntax/tokens.ts";
import type { OperandShape, TargetKind, Verb } from "../../verbs.ts";
import { atomicOperations, injectPoints } from "../../verbs.ts";

/** What can stand at the cursor. */
export type Expected =
  | { readonly kind: "place" }
  | { readonly kind: "processPlace" }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "policy" }
  | { readonly kind: "target"; readonly of: readonly TargetKind[] }
  | { readonly kind: "device" }
  | { readonly kind: "function" }
  | { readonly kind: "value" }
  | { readonly kind: "mapping" }
  | { readonly kind: "newName" }
  | { readonly kind: "outcome" }
  /** the statement may end here: `->`, `as`, the next one */
  | { readonly kind: "end" };

/** Goes through the tokens of an action behind its verb, up to the cursor. */
class Walk {
  at: number;
  private readonly tokens: TokenList;
  private readonly end: number;

  constructor(tokens: TokenList, at: number, end: number) {
    this.tokens = tokens;
    this.at = at;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  word(): string {
    return !this.isAtEnd && this.tokens.kind(this.at) === Token.name ? this.tokens.textOf(this.at) : "";
  }

  is(kind: number): boolean {
    return !this.isAtEnd && this.tokens.kind(this.at) === kind;
  }

  /** Skips a bracketed piece; false if the cursor stands inside it. */
  brackets(): boolean {
    let depth = 0;
    while (!this.isAtEnd) {
      const kind = this.tokens.kind(this.at++);
      if (kind === Token.openParen || kind === Token.openBracket) depth++;
      if (kind === Token.closeParen || kind === Token.closeBracket) depth--;
      if (depth === 0) return true;
    }
    return false;
  }

  /** Skips a number with its unit, a name or something in parentheses; false if the cursor stands inside it. */
  atom(): boolean {
    if (this.is(Token.minus)) this.at++;
    if (this.isAtEnd) return false;
    if (this.is(Token.openParen)) return this.brackets();
    const isNumber = this.is(Token.number);
    this.at++;
    if (isNumber && /^([KMGT]i)?B$|^pages?$/.test(this.word())) this.at++;
    return true;
  }

  /** Skips a place; false if the cursor stands inside it. */
  place(): boolean {
    this.at++;
    while (this.is(Token.dot)) {
      this.at++;
      if (this.isAtEnd) return false;
      this.at++;
    }
    if (this.is(Token.openBracket) && !this.brackets()) return false;
    if (!this.is(Token.plus)) return true;
    this.at++;
    return this.atom();
  }

  /** Skips an arithmetic expression, or what looks like one; false if the cursor stands inside it. */
  arith(): boolean {
    for (;;) {
      if (!this.atom()) return false;
      while (this.is(Token.openParen) || this.is(Token.openBracket) || this.is(Token.dot)) {
        if (this.is(Token.dot)) this.at += 2;
        else if (!this.brackets()) return false;
      }
      const isOperator =
        !this.isAtEnd && this.tokens.kind(this.at) >= Token.plus && this.tokens.kind(this.at) <= Token.percent;
      if (!isOperator) return true;
      this.at++;
      if (this.isAtEnd) return false;
    }
  }
}

/**
 * What is expected at token `end` of an action whose verb is token `verbAt`; several things where parts may be left out.
 */
export function expectedAt(tokens: TokenList, verb: Verb, verbAt: number, end: number): Expected[] {
  const walk = new Walk(tokens, verbAt + 1, end);
  const expected: Expected[] = [];
  for (const shape of verb.operands) {
    const result = step(walk, shape);
    if (result === "done") continue;
    expected.push(...result);
    if (shape.kind !== "flag") return expected;
  }
  if (walk.isAtEnd) return [...expected, { kind: "end" }];
  if (!walk.is(Token.arrow)) return walk.word() === "as" ? [{ kind: "newName" }] : [{ kind: "value" }];
  walk.at++;
  return walk.isAtEnd || isReportStart(walk) ? [{ kind: "outcome" }] : [{ kind: "value" }, { kind: "end" }];
}

function isReportStart(walk: Walk): boolean {
  const first = walk.word();
  return ["zero", "huge", "local", "remote"].includes(first);
}

/** Skips a shape, or says what is expected where the cursor stands in it. */
function step(walk: Walk, shape: OperandShape): Expected[] | "done" {
  switch (shape.kind) {
    case "place":
      if (walk.isAtEnd) return [{ kind: "place" }];
      return walk.place() ? "done" : [{ kind: "value" }];
    case "processPlace":
      if (walk.isAtEnd) return [{ kind: "processPlace" }];
      return walk.place() ? "done" : [{ kind: "value" }];
    case "placeOrPages":
      if (walk.isAtEnd) return [{ kind: "place" }];
      if (walk.is(Token.number)) return walk.atom() ? "done" : [];
      return walk.place() ? "done" : [{ kind: "value" }];
    case "assigned":
      if (walk.isAtEnd) return [{ kind: "words", words: ["="] }];
      walk.at++;
      return !walk.isAtEnd && walk.arith() ? "done" : [{ kind: "value" }];
    case "atomic":
      return stepAtomic(walk);
    case "newRegion":
      if (walk.isAtEnd) return [{ kind: "newName" }];
      walk.at += 2;
      return [{ kind: "mapping" }];
    case "word":
      return stepWord(walk, shape.words);
    case "policy": {
      if (walk.isAtEnd) return [{ kind: "policy" }];
      const policy = policies.get(walk.word());
      walk.at++;
      if (policy === undefined || policy.target.length === 0) return "done";
      if (walk.isAtEnd) return [{ kind: "target", of: policy.target }];
      walk.at++;
      return "done";
    }
    case "target":
      if (shape.after !== undefined) {
        if (walk.isAtEnd) return [{ kind: "words", words: [shape.after] }];
        walk.at++;
      }
      if (walk.isAtEnd) return [{ kind: "target", of: shape.of }];
      walk.at++;
      return "done";
    case "newAddress":
    case "newProcess": {
      const word = shape.kind === "newAddress" ? "to" : "as";
      if (walk.isAtEnd) return [{ kind: "words", words: [word] }];
      walk.at++;
      if (walk.isAtEnd) return [{ kind: "newName" }];
      walk.at++;
      return "done";
    }
    case "flag":
      if (walk.isAtEnd) return [{ kind: "words", words: [shape.into] }];
      if (walk.word() === shape.into) walk.at++;
      return "done";
    case "call":
      if (walk.isAtEnd) return [{ kind: "function" }];
      walk.at++;
      return walk.brackets() ? "done" : [{ kind: "value" }];
    case "injection":
      return stepInjection(walk);
  }
}

function stepWord(walk: Walk, words: readonly string[]): Expected[] | "done" {
  if (walk.isAtEnd) return [{ kind: "words", words }];
  walk.at++;
  return "done";
}

function stepAtomic(walk: Walk): Expected[] | "done" {
  const operation = walk.word();
  if (walk.isAtEnd) return [{ kind: "words", words: atomicOperations }];
  walk.at++;
  if (walk.isAtEnd) return [{ kind: "place" }];
  if (!walk.place()) return [{ kind: "value" }];
  const operands = operation === "cas" ? 2 : 1;
  for (let count = 0; count < operands; count++) if (walk.isAtEnd || !walk.atom()) return [{ kind: "value" }];
  return "done";
}

function stepInjection(walk: Walk): Expected[] | "done" {
  if (walk.isAtEnd) return [{ kind: "words", words: [...injectPoints.keys()] }];
  walk.at++;
  const rest = new Set(["on", "times", "after"]);
  while (rest.has(walk.word())) {
    const word = walk.word();
    rest.delete(word);
    walk.at++;
    if (walk.isAtEnd) return word === "on" ? [{ kind: "device" }] : [];
    walk.at++;
  }
  return walk.isAtEnd ? [{ kind: "words", words: [...rest] }, { kind: "end" }] : "done";
}
