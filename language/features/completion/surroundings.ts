/**
 * Which block the cursor stands in, found from the tokens alone: while something is being typed the tree has holes, but
 * braces and the words in front of them do not lie.
 */

import type { TokenList } from "../../syntax/tokens.ts";
import { Token } from "../../syntax/tokens.ts";

/** The kind of block, with what its head says. */
export type Surroundings =
  /** outside of all braces */
  | { readonly kind: "top" }
  /** `if`, `for`, `repeat` of a scenario outside of a thread's block */
  | { readonly kind: "scenario" }
  | { readonly kind: "parallel" }
  | { readonly kind: "thread"; readonly thread: string }
  | { readonly kind: "events" }
  | { readonly kind: "regions" }
  | { readonly kind: "node" }
  | { readonly kind: "device"; readonly driver: string }
  | { readonly kind: "profile"; readonly profile: string }
  | { readonly kind: "driver"; readonly driver: string; readonly base: string | undefined }
  | { readonly kind: "struct" }
  /** inside a function or callback; `from` is the index of the token that begins it (`fn`, `on`) */
  | { readonly kind: "model"; readonly from: number; readonly driver: string | undefined }
  /** between the arms of a `match` */
  | { readonly kind: "arms"; readonly from: number; readonly driver: string | undefined };

/** The block that the token `index` stands in. */
export function surroundingsAt(tokens: TokenList, index: number): Surroundings {
  const stack: Surroundings[] = [];
  for (let at = 0; at < index; at++) {
    const kind = tokens.kind(at);
    if (kind === Token.openBrace) stack.push(classify(tokens, at, stack));
    else if (kind === Token.closeBrace) stack.pop();
  }
  return stack.at(-1) ?? { kind: "top" };
}

function classify(tokens: TokenList, brace: number, stack: readonly Surroundings[]): Surroundings {
  const around = stack.at(-1) ?? { kind: "top" as const };
  const word = (back: number) => (tokens.kind(brace - back) === Token.name ? tokens.textOf(brace - back) : "");
  if (word(1) === "events") return { kind: "events" };
  if (word(1) === "parallel") return { kind: "parallel" };
  if (word(2) === "process" && word(1) !== "") return { kind: "regions" };
  if (word(2) === "node") return { kind: "node" };
  if (word(2) === "struct") return { kind: "struct" };
  if (word(2) === "uses") return { kind: "device", driver: word(1) };
  if (word(2) === "driver") return { kind: "driver", driver: word(1), base: undefined };
  if (word(2) === "extends" && word(4) === "driver") return { kind: "driver", driver: word(3), base: word(1) };
  const profile = profileBefore(tokens, brace);
  if (profile !== undefined) return { kind: "profile", profile };
  const head = functionBefore(tokens, brace);
  const driver = stack.findLast((block) => block.kind === "driver");
  if (head !== undefined) return { kind: "model", from: head, driver: driver?.driver };
  if (around.kind === "model") {
    return isMatch(tokens, brace) ? { ...around, kind: "arms" } : around;
  }
  if (around.kind === "arms") return { ...around, kind: "model" };
  if (around.kind === "thread" || around.kind === "events") return around;
  const name = word(1);
  const startsLine = tokens.isFirstOnLine(brace - 1) || isBoundary(tokens, brace - 2);
  if (name !== "" && startsLine && name !== "else") return { kind: "thread", thread: name };
  return { kind: "scenario" };
}

function isBoundary(tokens: TokenList, index: number): boolean {
  if (index < 0) return true;
  const kind = tokens.kind(index);
  return kind === Token.openBrace || kind === Token.closeBrace || kind === Token.semicolon;
}

/** `kernel "x" {`, `kernel "x" extends "y" {` */
function profileBefore(tokens: TokenList, brace: number): string | undefined {
  for (const back of [2, 4]) {
    const at = brace - back;
    if (at >= 0 && tokens.kind(at) === Token.name && tokens.textOf(at) === "kernel") {
      return tokens.textOf(at + 1).slice(1, -1);
    }
  }
  return undefined;
}

/** The index of `fn` or `on` if `fn NAME(…)` or `on NAME(…)` stands in front of the brace. */
function functionBefore(tokens: TokenList, brace: number): number | undefined {
  if (tokens.kind(brace - 1) !== Token.closeParen) return undefined;
  let at = brace - 2;
  while (at >= 0 && (tokens.kind(at) === Token.name || tokens.kind(at) === Token.comma)) at--;
  if (at < 2 || tokens.kind(at) !== Token.openParen) return undefined;
  const word = tokens.textOf(at - 2);
  return word === "fn" || word === "on" ? at - 2 : undefined;
}

/** True if the brace belongs to a `match`, which then stands in front on the same line. */
function isMatch(tokens: TokenList, brace: number): boolean {
  for (let at = brace - 1; at >= 0 && !isBoundary(tokens, at); at--) {
    if (tokens.kind(at) === Token.name && tokens.textOf(at) === "match") return true;
    if (tokens.isFirstOnLine(at)) return false;
  }
  return false;
}

/**
 * Index of the token that begins the statement or declaration that something typed in front of token `index` is part of:
 * the first on its line, or the one behind the last brace or semicolon. `index` itself if it begins one, which it may if
 * it `startsLine`.
 */
export function statementStart(tokens: TokenList, index: number, startsLine: boolean): number {
  let depth = 0;
  for (let at = index; at > 0; at--) {
    const before = tokens.kind(at - 1);
    if (before === Token.closeParen || before === Token.closeBracket) depth++;
    if (before === Token.openParen || before === Token.openBracket) depth--;
    if (depth <= 0 && isBoundary(tokens, at - 1)) return at;
    const isFirst = at === index ? startsLine : tokens.isFirstOnLine(at);
    if (isFirst && depth <= 0 && !continuesLine(tokens, at)) return at;
  }
  return 0;
}

/** True if the line before cannot have ended its statement: it ends in an operator, a comma or an open bracket. */
function continuesLine(tokens: TokenList, index: number): boolean {
  const before = tokens.kind(index - 1);
  if (before === Token.name) return ["and", "or", "implies", "not", "in"].includes(tokens.textOf(index - 1));
  return (
    before === Token.comma ||
    before === Token.openParen ||
    before === Token.openBracket ||
    (before >= Token.plus && before <= Token.minusAssign)
  );
}

/** A call whose parentheses are open at a token. */
export interface OpenCall {
  /** The word in front of the parenthesis. */
  readonly callee: string;
  /** Index of the argument that the token is part of. */
  readonly position: number;
  /** The name in front of the argument's `:`, if it has one. */
  readonly name: string | undefined;
  /** True at the very beginning of the argument (behind its name). */
  readonly atStart: boolean;
}

/** The innermost call around token `index` within its statement, undefined if there is none. */
export function openCallAt(tokens: TokenList, index: number, from: number): OpenCall | undefined {
  let depth = 0;
  let position = 0;
  let colon: number | undefined;
  for (let at = index - 1; at >= from; at--) {
    const kind = tokens.kind(at);
    if (kind === Token.closeParen || kind === Token.closeBracket) depth++;
    else if (kind === Token.openParen || kind === Token.openBracket) {
      if (depth > 0) {
        depth--;
        continue;
      }
      if (kind === Token.openBracket) return undefined;
      if (at === 0 || tokens.kind(at - 1) !== Token.name) return undefined;
      const first = tokens.kind(index - 1);
      return {
        callee: tokens.textOf(at - 1),
        position,
        name: colon === undefined ? undefined : tokens.textOf(colon - 1),
        atStart: first === Token.openParen || first === Token.comma || first === Token.colon,
      };
    } else if (depth === 0) {
      if (kind === Token.comma) position++;
      else if (kind === Token.colon && position === 0) colon = at;
      else if (kind === Token.openBrace || kind === Token.closeBrace) return undefined;
    }
  }
  return undefined;
}
