/** What may be typed at the cursor. */

import type { Analysis } from "../../analyse.ts";
import type { LibrarySignature } from "../../library-signature.ts";
import type { Resolved } from "../../resolve/model.ts";
import type { TokenList } from "../../syntax/tokens.ts";
import { Token } from "../../syntax/tokens.ts";
import { deviceAttribute, driverEntry, profileEntry, region, topLevel } from "./declarations.ts";
import { members } from "./expressions.ts";
import type { Completions } from "./items.ts";
import { CompletionList } from "./items.ts";
import { model } from "./model.ts";
import { Names } from "./names.ts";
import { Position } from "./position.ts";
import { event, statement } from "./statements.ts";
import type { Surroundings } from "./surroundings.ts";
import { statementStart, surroundingsAt } from "./surroundings.ts";

export type { Completion, CompletionKind, Completions } from "./items.ts";

/** What may be typed at `offset` of a file. */
export function complete(analysis: Analysis, library: LibrarySignature, offset: number): Completions {
  return completeTokens(analysis.parsed.tokens, analysis.resolved, library, offset, { kind: "top" });
}

/**
 * What may be typed at `offset` of a piece of text that is not part of the file (debug console, what-if editor), whose
 * tokens are given; names are those of the file.
 */
export function completeFragment(
  tokens: TokenList,
  resolved: Resolved,
  library: LibrarySignature,
  offset: number,
): Completions {
  return completeTokens(tokens, resolved, library, offset, { kind: "scenario" });
}

const nothing: readonly never[] = [];

function completeTokens(
  tokens: TokenList,
  resolved: Resolved,
  library: LibrarySignature,
  offset: number,
  outermost: Surroundings,
): Completions {
  const comment = tokens.commentAt(offset - 1);
  const commentStart = tokens.comments.starts[comment] ?? 0;
  if (comment < tokens.comments.count && commentStart < offset) return { items: nothing, start: offset, end: offset };
  let index = tokens.indexAt(offset);
  // The word right before the cursor is what is being typed.
  if (index > 0 && tokens.start(index) >= offset && tokens.end(index - 1) === offset && isTyped(tokens, index - 1))
    index--;
  else if (index > 0 && tokens.end(index - 1) === offset && isOpenString(tokens, index - 1)) index--;
  const isWord = isTyped(tokens, index) && tokens.start(index) <= offset;
  const isString = tokens.kind(index) === Token.string && tokens.start(index) < offset;
  const start = isWord ? tokens.start(index) : isString ? tokens.start(index) + 1 : offset;
  const list = new CompletionList();
  const names = new Names(resolved, library, list);
  const gap = tokens.text.slice(index === 0 ? 0 : tokens.end(index - 1), start);
  const position = new Position(tokens, index, gap.includes("\n"), names, outermost);
  if (isString) string(position);
  else word(position);
  const end = isWord ? tokens.end(index) : isString ? stringEnd(tokens, index) : offset;
  return { items: list.items, start, end: Math.max(end, start) };
}

function isTyped(tokens: TokenList, index: number): boolean {
  return tokens.kind(index) === Token.name;
}

function isOpenString(tokens: TokenList, index: number): boolean {
  return tokens.kind(index) === Token.string && stringEnd(tokens, index) === tokens.end(index);
}

function stringEnd(tokens: TokenList, index: number): number {
  const text = tokens.textOf(index);
  return text.length > 1 && text.endsWith('"') ? tokens.end(index) - 1 : tokens.end(index);
}

/** Inside a string: what the word in front of it takes. */
function string(p: Position): void {
  const before = p.wordAt(p.index - 1);
  if (before === "kernel" || before === "extends") p.names.profiles(false);
  else if (before === "finds" || before === "invariant") p.names.invariants(false, before === "finds");
}

function word(p: Position): void {
  const { tokens, index } = p;
  const found = surroundingsAt(tokens, index);
  const around = found.kind === "top" ? p.outermost : found;
  if (index > 0 && tokens.kind(index - 1) === Token.dot) {
    members(p, around);
    return;
  }
  const from = statementStart(tokens, index, p.startsLine);
  switch (around.kind) {
    case "top":
      topLevel(p, from);
      return;
    case "scenario":
    case "parallel":
    case "thread":
      statement(p, from, around);
      return;
    case "events":
      event(p, from);
      return;
    case "regions":
      region(p, from);
      return;
    case "node":
      p.list.addAll("keyword", ["memory", "movable"]);
      return;
    case "device":
      deviceAttribute(p, around.driver);
      return;
    case "profile":
      profileEntry(p, around.profile, from);
      return;
    case "driver":
      driverEntry(p, around.driver, from);
      return;
    case "model":
      model(p, around, from);
      return;
    case "arms":
      for (const { name, doc } of p.names.library.words) p.list.add("word", name, "", doc);
      p.list.add("keyword", "else");
      return;
    case "struct":
      return;
  }
}
