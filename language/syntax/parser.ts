/** Text to tree. Never throws and never loops: any text gives a tree and what is wrong with it. */

import type { Diagnostic } from "../diagnostic.ts";
import { Cursor } from "./cursor.ts";
import { parseDeclaration } from "./parser-declarations.ts";
import { parseExpr } from "./parser-expr.ts";
import { parseScenarioStatement } from "./parser-statements.ts";
import type { TokenList } from "./tokens.ts";
import { Token } from "./tokens.ts";
import type { Expr, Item, ScenarioStatement, SourceFile } from "./tree.ts";

/** What parsing gives. */
export interface Parsed {
  readonly text: string;
  readonly file: SourceFile;
  /** Tokens and comments, for features that look at the text and not at the tree. */
  readonly tokens: TokenList;
  /** At most `diagnosticLimit` and a summary, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses a `.hmm` file of any kind. */
export function parse(text: string): Parsed {
  const c = new Cursor(text);
  const items: Item[] = [];
  while (c.kind !== Token.end) {
    if (c.take(Token.semicolon)) continue;
    const from = c.index;
    c.operators = 0;
    c.unwinding = false;
    if (c.kind === Token.closeBrace) {
      c.report("unopened", "This `}` closes nothing.", c.start, c.end);
      c.advance();
      continue;
    }
    const item = parseDeclaration(c) ?? parseScenarioStatement(c);
    if (item !== undefined) items.push(item);
    if (c.panic && !c.unwinding) c.recover(from);
    c.panic = false;
    if (c.index === from) c.advance();
  }
  return {
    text,
    file: { kind: "file", items, start: 0, end: text.length },
    tokens: c.tokens,
    diagnostics: c.diagnostics.finish(),
  };
}

/** A parsed fragment: what the debug console, watches and breakpoint conditions give. */
export interface ParsedFragment<T> {
  readonly text: string;
  /** undefined only if there are diagnostics */
  readonly node: T | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses a text that is one expression. */
export function parseExpression(text: string): ParsedFragment<Expr> {
  const c = new Cursor(text);
  const node = parseExpr(c);
  if (c.kind !== Token.end) c.fail("unexpected", `${c.describe()} follows the expression.`, c.start, c.end);
  return { text, node: node.kind === "missing" ? undefined : node, diagnostics: c.diagnostics.finish() };
}

/** Parses a text that is one scenario statement. */
export function parseStatement(text: string): ParsedFragment<ScenarioStatement> {
  const c = new Cursor(text);
  const node = parseScenarioStatement(c);
  c.take(Token.semicolon);
  if (c.kind !== Token.end) c.fail("unexpected", `${c.describe()} follows the statement.`, c.start, c.end);
  return { text, node, diagnostics: c.diagnostics.finish() };
}
