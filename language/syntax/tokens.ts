/**
 * Text to tokens. Tokens are columns of numbers, not objects: a 5 MB file has a million of them. Comments are kept
 * beside the tokens so that documentation and the formatter find them.
 */

import type { Diagnostics } from "../diagnostic.ts";

/** Kinds of tokens. `end` is the end of the text, its range is empty. */
export const Token = {
  end: 0,
  name: 1,
  number: 2,
  string: 3,
  openBrace: 4,
  closeBrace: 5,
  openParen: 6,
  closeParen: 7,
  openBracket: 8,
  closeBracket: 9,
  comma: 10,
  colon: 11,
  semicolon: 12,
  dot: 13,
  range: 14,
  plus: 15,
  minus: 16,
  star: 17,
  slash: 18,
  percent: 19,
  assign: 20,
  equal: 21,
  notEqual: 22,
  less: 23,
  lessEqual: 24,
  greater: 25,
  greaterEqual: 26,
  plusAssign: 27,
  minusAssign: 28,
  arrow: 29,
} as const;

/** A kind of token. */
export type TokenKind = (typeof Token)[keyof typeof Token];

/** How each kind is written, for messages. */
export const tokenText: readonly string[] = [
  "the end of the file",
  "a name",
  "a number",
  "a string",
  "`{`",
  "`}`",
  "`(`",
  "`)`",
  "`[`",
  "`]`",
  "`,`",
  "`:`",
  "`;`",
  "`.`",
  "`..`",
  "`+`",
  "`-`",
  "`*`",
  "`/`",
  "`%`",
  "`=`",
  "`==`",
  "`!=`",
  "`<`",
  "`<=`",
  "`>`",
  "`>=`",
  "`+=`",
  "`-=`",
  "`->`",
];

/** Ranges [starts[i], ends[i]) of the text, in its order. */
export class Ranges {
  starts = new Uint32Array(256);
  ends = new Uint32Array(256);
  count = 0;

  push(start: number, end: number): void {
    if (this.count === this.starts.length) {
      this.starts = doubled(this.starts);
      this.ends = doubled(this.ends);
    }
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
  }
}

function doubled(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(column.length * 2);
  wider.set(column);
  return wider;
}

/** The tokens of a text. The last one is `Token.end`. */
export class TokenList {
  readonly text: string;
  /** Kind of each token; the top bit is set if it is the first on its line. */
  private kinds = new Uint8Array(256);
  private readonly ranges = new Ranges();
  /** Comments of all sorts, delimiters included. */
  readonly comments: Ranges = new Ranges();

  constructor(text: string) {
    this.text = text;
  }

  get count(): number {
    return this.ranges.count;
  }

  push(kind: TokenKind, start: number, end: number, firstOnLine: boolean): void {
    const index = this.ranges.count;
    if (index === this.kinds.length) {
      const wider = new Uint8Array(this.kinds.length * 2);
      wider.set(this.kinds);
      this.kinds = wider;
    }
    this.kinds[index] = firstOnLine ? kind | 0x80 : kind;
    this.ranges.push(start, end);
  }

  /** Where token `index` ends at [2], starts at [1], and its kind (with the top bit if it is first on its line) at [0]. */
  get columns(): readonly [Uint8Array, Uint32Array, Uint32Array] {
    return [this.kinds, this.ranges.starts, this.ranges.ends];
  }

  /** Kind of token `index`; `Token.end` behind the last. */
  kind(index: number): TokenKind {
    return ((this.kinds[index] ?? 0) & 0x7f) as TokenKind;
  }

  isFirstOnLine(index: number): boolean {
    return ((this.kinds[index] ?? 0) & 0x80) !== 0;
  }

  start(index: number): number {
    return index < this.count ? (this.ranges.starts[index] ?? this.text.length) : this.text.length;
  }

  end(index: number): number {
    return index < this.count ? (this.ranges.ends[index] ?? this.text.length) : this.text.length;
  }

  /** The token as written. */
  textOf(index: number): string {
    return this.text.slice(this.start(index), this.end(index));
  }

  /** Index of the first token that ends behind `offset` (the one that contains it, or else the next). */
  indexAt(offset: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.end(middle) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Index of the first comment that ends behind `offset`; `comments.count` if there is none. */
  commentAt(offset: number): number {
    let low = 0;
    let high = this.comments.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.comments.ends[middle] ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

const isDigit = (code: number) => code >= 48 && code <= 57;

/** 1: may begin a name, 2: may continue one; of ASCII. */
const nameClass = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
  nameClass[code] = isLetter ? 3 : isDigit(code) ? 2 : 0;
}

const letter = /^\p{L}/u;
const letterOrDigit = /^[\p{L}\p{N}]/u;

/** Length in code units of the name character at `at`, 0 if there is none. */
function nameCharLength(text: string, at: number, first: boolean): number {
  const code = text.charCodeAt(at);
  if (code < 128) return ((nameClass[code] ?? 0) & (first ? 1 : 2)) !== 0 ? 1 : 0;
  const point = text.codePointAt(at);
  if (point === undefined) return 0;
  const char = String.fromCodePoint(point);
  return (first ? letter : letterOrDigit).test(char) ? char.length : 0;
}

const singles: ReadonlyMap<number, TokenKind> = new Map<number, TokenKind>([
  [123, Token.openBrace],
  [125, Token.closeBrace],
  [40, Token.openParen],
  [41, Token.closeParen],
  [91, Token.openBracket],
  [93, Token.closeBracket],
  [44, Token.comma],
  [58, Token.colon],
  [59, Token.semicolon],
  [46, Token.dot],
  [43, Token.plus],
  [45, Token.minus],
  [42, Token.star],
  [47, Token.slash],
  [37, Token.percent],
  [61, Token.assign],
  [60, Token.less],
  [62, Token.greater],
]);

/** Kind of the two-character token `a b`, undefined if they are none. */
function pairKind(a: number, b: number): TokenKind | undefined {
  if (b === 61) {
    if (a === 61) return Token.equal;
    if (a === 33) return Token.notEqual;
    if (a === 60) return Token.lessEqual;
    if (a === 62) return Token.greaterEqual;
    if (a === 43) return Token.plusAssign;
    if (a === 45) return Token.minusAssign;
  }
  if (a === 45 && b === 62) return Token.arrow;
  if (a === 46 && b === 46) return Token.range;
  return undefined;
}

const units: ReadonlySet<string> = new Set(["B", "KiB", "MiB", "GiB", "TiB", "page", "pages"]);

/** Splits a text into tokens. What is no token is reported and left out. */
export function tokenize(text: string, diagnostics: Diagnostics): TokenList {
  const tokens = new TokenList(text);
  const length = text.length;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let firstOnLine = true;
  while (at < length) {
    const code = text.charCodeAt(at);
    if (code === 10) {
      firstOnLine = true;
      at++;
      continue;
    }
    if (code === 32 || code === 9 || code === 13) {
      at++;
      continue;
    }
    const start = at;
    const next = text.charCodeAt(at + 1);
    if (code < 128 ? ((nameClass[code] ?? 0) & 1) !== 0 : nameCharLength(text, at, true) > 0) {
      at = nameEnd(text, at);
      tokens.push(Token.name, start, at, firstOnLine);
    } else if (isDigit(code)) {
      at = numberEnd(text, at);
      const tail = nameEnd(text, at);
      if (tail > at && !units.has(text.slice(at, tail))) {
        diagnostics.add({
          severity: "error",
          code: "bad-number",
          message: `\`${text.slice(start, tail)}\` is no number: \`${text.slice(at, tail)}\` is neither digits nor a unit.`,
          start,
          end: tail,
        });
        at = tail;
      }
      tokens.push(Token.number, start, at, firstOnLine);
    } else if (code === 34) {
      at = stringEnd(text, at, diagnostics);
      tokens.push(Token.string, start, at, firstOnLine);
    } else if (code === 47 && next === 47) {
      const newline = text.indexOf("\n", at);
      at = newline < 0 ? length : newline;
      const end = text.charCodeAt(at - 1) === 13 ? at - 1 : at;
      tokens.comments.push(start, end);
      continue;
    } else if (code === 47 && next === 42) {
      const close = text.indexOf("*/", at + 2);
      if (close < 0) {
        diagnostics.add({
          severity: "error",
          code: "unterminated-comment",
          message: "This comment is never closed: `*/` is missing.",
          start,
          end: start + 2,
        });
      }
      at = close < 0 ? length : close + 2;
      tokens.comments.push(start, at);
      if (text.slice(start, at).includes("\n")) firstOnLine = true;
      continue;
    } else {
      const pair = pairKind(code, next);
      const kind = pair ?? singles.get(code);
      if (kind === undefined) {
        at = badCharacters(text, at, diagnostics);
        continue;
      }
      at += pair === undefined ? 1 : 2;
      tokens.push(kind, start, at, firstOnLine);
    }
    firstOnLine = false;
  }
  tokens.push(Token.end, length, length, true);
  return tokens;
}

function nameEnd(text: string, at: number): number {
  for (;;) {
    const code = text.charCodeAt(at);
    // Almost all names are ASCII; they are most of a file's characters.
    if (code < 128) {
      if (((nameClass[code] ?? 0) & 2) === 0) return at;
      at++;
      continue;
    }
    const step = nameCharLength(text, at, false);
    if (step === 0) return at;
    at += step;
  }
}

function numberEnd(text: string, at: number): number {
  const isHex = text.charCodeAt(at) === 48 && (text.charCodeAt(at + 1) | 32) === 120;
  if (isHex) at += 2;
  for (;;) {
    const code = text.charCodeAt(at);
    const lower = code | 32;
    if (isDigit(code) || code === 95 || (isHex && lower >= 97 && lower <= 102)) at++;
    else return at;
  }
}

function stringEnd(text: string, start: number, diagnostics: Diagnostics): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (at >= text.length || code === 10 || code === 13) {
      diagnostics.add({
        severity: "error",
        code: "unterminated-string",
        message: 'This string is never closed: `"` is missing at the end of the line.',
        start,
        end: at,
      });
      return at;
    }
    if (code === 34) return at + 1;
    if (code === 92) {
      const escaped = text.charCodeAt(at + 1);
      if (escaped === 34 || escaped === 92) {
        at += 2;
        continue;
      }
      diagnostics.add({
        severity: "error",
        code: "bad-escape",
        message: 'In a string `\\` stands only before `"` and `\\`.',
        start: at,
        end: at + 1,
        fix: { title: "Write `\\\\`", edits: [{ start: at, end: at + 1, text: "\\\\" }] },
      });
    }
    at++;
  }
}

function badCharacters(text: string, start: number, diagnostics: Diagnostics): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code === 34 || nameCharLength(text, at, false) > 0 || singles.has(code)) break;
    if (at > start && pairKind(code, text.charCodeAt(at + 1)) !== undefined) break;
    at++;
  }
  if (at === start) at++;
  const shown = text.slice(start, Math.min(at, start + 20));
  diagnostics.add({
    severity: "error",
    code: "bad-character",
    message: /[\p{C}\p{Z}]/u.test(shown)
      ? `The character U+${(text.codePointAt(start) ?? 0).toString(16).toUpperCase().padStart(4, "0")} means nothing here.`
      : `\`${shown}\` means nothing here.`,
    start,
    end: at,
    ...(shown === "!" ? { hint: "Negation is `not`." } : shown === "&&" ? { hint: "Conjunction is `and`." } : {}),
  });
  return at;
}

/** The value of a string token, without quotes and with its escapes resolved. */
export function stringValue(written: string): string {
  const isClosed = written.length >= 2 && written.endsWith('"') && !/[^\\](\\\\)*\\"$/.test(written);
  return written.slice(1, isClosed ? -1 : undefined).replaceAll(/\\(["\\])/g, "$1");
}

const maxWord = (1n << 64n) - 1n;

/**
 * The value of a number token, undefined if it is no number that fits 64 bits. A unit that is part of the token must
 * have been cut off.
 */
export function numberValue(written: string): bigint | undefined {
  const digits = written.includes("_") ? written.replaceAll("_", "") : written;
  if (digits.length < 15 && digits.charCodeAt(1) !== 120) {
    const value = Number(digits);
    return Number.isNaN(value) ? undefined : BigInt(value);
  }
  if (!/^(\d+|0[xX][0-9a-fA-F]+)$/.test(digits) || digits.length > 40) return undefined;
  const value = BigInt(digits);
  return value <= maxWord ? value : undefined;
}
