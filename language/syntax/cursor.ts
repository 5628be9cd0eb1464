/**
 * The parser's position in the tokens, its way of reporting errors and of finding its feet after one.
 *
 * Errors: `fail` reports and begins a panic, in which nothing more is reported until a statement or declaration boundary
 * ends it, so that one mistake gives one message. `report` is for mistakes that do not confuse the parser.
 */

import type { Diagnostic } from "../diagnostic.ts";
import { Diagnostics } from "../diagnostic.ts";
import { verbByName } from "../verbs.ts";
import { declarationWords, isReserved, memberWords, modelStatementWords, scenarioStatementWords } from "../words.ts";
import type { TokenKind, TokenList } from "./tokens.ts";
import { Token, tokenize, tokenText } from "./tokens.ts";
import type { Name } from "./tree.ts";

/** How deep blocks, parentheses and brackets may nest. */
export const nestingLimit = 200;

/**
 * How many operators one statement's expressions may have, and how many `else if` one chain: a bound on the recursion of
 * everything that walks trees.
 */
export const operatorLimit = 2000;

/** What a diagnostic may have besides its place and text. */
export type Extra = Pick<Diagnostic, "hint" | "fix">;

/** The same, perhaps worked out only when the diagnostic is kept. */
export type LazyExtra = Extra | (() => Extra);

const declarations: ReadonlySet<string> = new Set([...declarationWords, ...memberWords, "on"]);
const statements: ReadonlySet<string> = new Set([...scenarioStatementWords, ...modelStatementWords]);

/** Position in a token list, with diagnostics. */
export class Cursor {
  readonly tokens: TokenList;
  readonly diagnostics: Diagnostics;
  readonly text: string;
  /** Names declared in this file as CPUs, devices and threads: never an operand's first word. */
  readonly threadNames: ReadonlySet<string>;
  /** Index of the current token. */
  index = 0;
  /** The current token: its kind, its text if it is a name (else ""), its range. */
  kind: TokenKind = Token.end;
  word = "";
  start = 0;
  end = 0;
  /** Where the token before the current one ends. */
  previousEnd = 0;
  panic = false;
  /** Set when a block turned out to be unclosed: the blocks around it end too. */
  unwinding = false;
  /** Open blocks, parentheses and brackets. */
  nesting = 0;
  /** Length of the `else if` chains around. */
  chain = 0;
  /** Operators of the current statement so far. */
  operators = 0;
  private lastErrorStart = -1;
  /** The tokens' columns themselves: every token is read several times. */
  private readonly kinds: Uint8Array;
  private readonly starts: Uint32Array;
  private readonly ends: Uint32Array;

  constructor(text: string) {
    this.text = text;
    this.diagnostics = new Diagnostics();
    this.tokens = tokenize(text, this.diagnostics);
    this.threadNames = declaredThreads(this.tokens);
    [this.kinds, this.starts, this.ends] = this.tokens.columns;
    this.load();
  }

  private load(): void {
    const { index } = this;
    this.kind = ((this.kinds[index] ?? 0) & 0x7f) as TokenKind;
    this.start = this.starts[index] ?? 0;
    this.end = this.ends[index] ?? 0;
    this.word = this.kind === Token.name ? this.text.slice(this.start, this.end) : "";
  }

  /** Goes to the next token; stays at the end of the text. */
  advance(): void {
    this.previousEnd = this.end;
    if (this.kind === Token.end) return;
    this.index++;
    this.load();
  }

  peekKind(ahead = 1): TokenKind {
    return ((this.kinds[this.index + ahead] ?? 0) & 0x7f) as TokenKind;
  }

  /** The text of the token `ahead` if it is a name, else "". */
  peekWord(ahead = 1): string {
    const at = this.index + ahead;
    return ((this.kinds[at] ?? 0) & 0x7f) === Token.name ? this.text.slice(this.starts[at], this.ends[at]) : "";
  }

  isFirstOnLine(ahead = 0): boolean {
    return ((this.kinds[this.index + ahead] ?? 0) & 0x80) !== 0;
  }

  /**
   * Where a node begins that was begun at `start`: there, or (if nothing has been consumed since) where it ends, so that
   * no node's range is inside out.
   */
  from(start: number): number {
    return Math.min(start, this.previousEnd);
  }

  /** True if the token is of this kind. A call, so that TypeScript does not think it knows the next token's kind too. */
  at(kind: TokenKind): boolean {
    return this.kind === kind;
  }

  /** Consumes the token if it is of this kind. */
  take(kind: TokenKind): boolean {
    if (this.kind !== kind) return false;
    this.advance();
    return true;
  }

  /** Consumes the token if it is this word. */
  takeWord(word: string): boolean {
    if (this.word !== word) return false;
    this.advance();
    return true;
  }

  /** Consumes a token of this kind, or fails. `after` names what it belongs to: "after the region's name". */
  expect(kind: TokenKind, after: string): boolean {
    if (this.take(kind)) return true;
    this.failExpected(tokenText[kind] ?? "a token", after);
    return false;
  }

  /** Consumes this word, or fails. */
  expectWord(word: string, after: string): boolean {
    if (this.takeWord(word)) return true;
    this.failExpected(`\`${word}\``, after);
    return false;
  }

  /** Consumes a name; if there is none, fails and gives an empty one. `what`: "a region's name". */
  name(what: string): Name {
    const { start, end, word } = this;
    if (this.kind === Token.name && !isReserved(word)) {
      this.advance();
      return { kind: "name", text: word, start, end };
    }
    if (isReserved(word) && !this.panic) {
      this.fail("reserved-word", `\`${word}\` is a reserved word; ${what} is needed here.`, start, end);
    } else {
      this.failExpected(what, "");
    }
    return { kind: "name", text: "", start: this.previousEnd, end: this.previousEnd };
  }

  /** Consumes a name as `name` does, unless the word there can only begin the next statement. */
  operandName(what: string): Name {
    if (!this.startsNextStatement()) return this.name(what);
    this.failExpected(what, "");
    return { kind: "name", text: "", start: this.previousEnd, end: this.previousEnd };
  }

  /** Consumes any word, reserved ones too (what stands after a `.`). */
  anyWord(what: string): Name {
    const { start, end, word } = this;
    if (this.kind === Token.name) {
      this.advance();
      return { kind: "name", text: word, start, end };
    }
    return this.name(what);
  }

  /** True at a name that is not reserved. */
  isName(): boolean {
    return this.kind === Token.name && !isReserved(this.word);
  }

  /** Reports without a panic, unless one is on. */
  report(code: string, message: string, start: number, end: number, extra: LazyExtra = {}): void {
    if (this.panic || start === this.lastErrorStart) return;
    this.lastErrorStart = start;
    if (this.diagnostics.isFull) this.diagnostics.omit();
    else this.diagnostics.error(code, message, start, end, typeof extra === "function" ? extra() : extra);
  }

  /** Reports and begins a panic. */
  fail(code: string, message: string, start: number, end: number, extra: LazyExtra = {}): void {
    this.report(code, message, start, end, extra);
    this.panic = true;
  }

  /** Fails because `what` is missing here; the place is the current token, or behind the last one on its line. */
  failExpected(what: string, after: string, extra: LazyExtra = {}): void {
    const atEnd = this.kind === Token.end || this.isFirstOnLine();
    const found = this.kind === Token.end ? "" : `, not ${this.describe()}`;
    const where = after === "" ? "" : ` ${after}`;
    const message = `Expected ${what}${where}${atEnd ? "" : found}.`;
    if (atEnd && this.previousEnd > 0) this.fail("expected", message, this.previousEnd, this.previousEnd, extra);
    else this.fail("expected", message, this.start, this.end, extra);
  }

  /** The current token for a message. */
  describe(): string {
    if (this.kind === Token.name) return `\`${this.word}\``;
    if (this.kind === Token.number) return `the number ${this.text.slice(this.start, this.end).slice(0, 20)}`;
    return tokenText[this.kind] ?? "this";
  }

  /**
   * Enters something that nests. False (after a report) if that is too deep; then what is open is skipped as a whole,
   * the current token being its opening bracket.
   */
  enter(): boolean {
    if (this.nesting < nestingLimit) {
      this.nesting++;
      return true;
    }
    this.fail("nesting", `Nested more than ${nestingLimit} deep.`, this.start, this.end, {
      hint: "Split this up: `let` in expressions, functions in model code.",
    });
    this.skipBalanced();
    return false;
  }

  leave(): void {
    this.nesting--;
  }

  /** Skips from an opening bracket to behind what closes it, or to the end. */
  skipBalanced(): void {
    let open = 0;
    do {
      const { kind } = this;
      if (kind === Token.openBrace || kind === Token.openParen || kind === Token.openBracket) open++;
      else if (kind === Token.closeBrace || kind === Token.closeParen || kind === Token.closeBracket) open--;
      this.advance();
    } while (open > 0 && this.kind !== Token.end);
  }

  /**
   * After an error inside a statement or declaration: skips to the next `;`, `}` or first word of a line, and ends the
   * panic. `from` is the token where the statement began; at least one token behind that has been consumed afterwards.
   */
  recover(from: number): void {
    while (this.kind !== Token.end && this.kind !== Token.closeBrace && this.kind !== Token.semicolon) {
      if (this.index > from && this.isFirstOnLine() && this.kind === Token.name) break;
      if (this.index > from && this.startsDeclaration()) break;
      if (this.kind === Token.openBrace) this.skipBalanced();
      else this.advance();
    }
    this.panic = false;
  }

  /** True at `process app`, `scenario "…"` and the like: two tokens that never stand so inside a statement. */
  startsDeclaration(): boolean {
    if (!declarations.has(this.word)) return false;
    const next = this.peekKind();
    switch (this.word) {
      case "scenario":
      case "import":
      case "kernel":
      case "finds":
      case "invariant":
        return next === Token.string;
      case "page_size":
        return next === Token.number;
      case "lock":
        return false;
      case "on":
        return this.isFirstOnLine() && next === Token.name && this.peekKind(2) === Token.openParen;
      case "always":
      case "never":
      case "finally":
      case "exists":
        return this.isFirstOnLine() && next === Token.name;
      case "list":
      case "table":
      case "var":
      case "const":
      case "option":
        return this.isFirstOnLine() && next === Token.name && this.peekKind(2) !== Token.dot;
      default:
        return next === Token.name && !isReserved(this.peekWord()) && !this.isFirstOnLine(1);
    }
  }

  /** Counts an operator; false (after a report) if the statement has too many. */
  operator(): boolean {
    this.operators++;
    if (this.operators <= operatorLimit) return true;
    this.fail("too-long", `More than ${operatorLimit} operators in one statement.`, this.start, this.end, {
      hint: "Split it up with `let`.",
    });
    return false;
  }

  /** True at a thread's name that begins a line and that a verb or a block follows. */
  startsThreadStatement(): boolean {
    if (!this.isFirstOnLine() || !this.threadNames.has(this.word)) return false;
    return this.peekKind() === Token.openBrace || verbByName.has(this.peekWord());
  }

  /**
   * True if the current word begins a line and, read as part of what came before, could only be a mistake: what should
   * stand in between has not been typed yet.
   */
  startsNextStatement(): boolean {
    if (this.kind !== Token.name || !this.isFirstOnLine()) return false;
    const { word } = this;
    const next = this.peekWord();
    if (this.threadNames.has(word) && this.peekKind() === Token.openBrace) return true;
    if (this.startsDeclaration()) return true;
    if (next === "" || isReserved(next) || this.isFirstOnLine(1)) return false;
    return verbByName.has(next) || statements.has(word) || verbByName.has(word);
  }

  /** Text of the `///` lines between token `index` and the one before it, undefined if there are none. */
  docBefore(index: number): string | undefined {
    const { tokens, text } = this;
    const { comments } = tokens;
    if (comments.count === 0) return undefined;
    const from = index === 0 ? 0 : tokens.end(index - 1);
    const to = tokens.start(index);
    let lines: string[] | undefined;
    for (let at = tokens.commentAt(from); at < comments.count; at++) {
      const start = comments.starts[at] ?? 0;
      if (start >= to) break;
      if (!text.startsWith("///", start) || text.startsWith("////", start)) continue;
      if (index > 0 && !text.slice(from, start).includes("\n")) continue;
      lines ??= [];
      lines.push(
        text
          .slice(start + 3, comments.ends[at])
          .replace(/^ /, "")
          .trimEnd(),
      );
    }
    return lines?.join("\n");
  }
}

/** Words that `cpu`, `device` and `thread` lines declare, and the CPUs that exist where no line declares one. */
function declaredThreads(tokens: TokenList): Set<string> {
  const names = new Set<string>();
  let hasCpu = false;
  for (let index = 0; index + 1 < tokens.count; index++) {
    if (tokens.kind(index) !== Token.name || tokens.kind(index + 1) !== Token.name) continue;
    const length = tokens.end(index) - tokens.start(index);
    if (length !== 3 && length !== 6) continue;
    const word = tokens.textOf(index);
    const after = index + 2;
    if (word === "device" ? tokens.textOf(after) === "uses" : word === "thread" && tokens.kind(after) === Token.colon) {
      names.add(tokens.textOf(index + 1));
    } else if (word === "cpu") {
      hasCpu = true;
      names.add(tokens.textOf(index + 1));
      for (let at = after; tokens.kind(at) === Token.comma && tokens.kind(at + 1) === Token.name; at += 2) {
        names.add(tokens.textOf(at + 1));
      }
    }
  }
  if (!hasCpu) {
    names.add("cpu0");
    names.add("cpu1");
  }
  return names;
}
