/**
 * The TextMate grammar that VS Code colours files with, made from the tables of the language. The file in the extension
 * is what `textmateGrammar` gives; a test compares them (and rewrites the file if asked to).
 */

import {
  constants,
  control,
  declarations,
  events,
  facts,
  modifiers,
  operandWords,
  operators,
  units,
  verbs,
} from "./words.ts";

/** A rule of a TextMate grammar, as far as this one needs it. */
export interface TextmateRule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
  readonly beginCaptures?: Readonly<Record<string, { readonly name: string }>>;
  readonly patterns?: readonly TextmateRule[];
  readonly include?: string;
}

/** A TextMate grammar. */
export interface TextmateGrammar {
  readonly $schema: string;
  readonly name: string;
  readonly scopeName: string;
  readonly patterns: readonly TextmateRule[];
  readonly repository: Readonly<Record<string, TextmateRule>>;
}

const name = "[\\p{L}_][\\p{L}\\p{N}_]*";

/** One of these words, not as a field behind a `.` and not as a name that a `:` or `=` follows. */
function word(words: readonly string[]): string {
  return `(?<![\\p{L}\\p{N}_.])(?:${words.join("|")})(?![\\p{L}\\p{N}_])`;
}

const isNotAName = "(?!\\s*(?::|\\.(?!\\.)|=(?!=)))";

function capture(...names: readonly string[]): Record<string, { readonly name: string }> {
  return Object.fromEntries(names.map((scope, position) => [String(position + 1), { name: `${scope}.hmm` }]));
}

/** The grammar. */
export function textmateGrammar(): TextmateGrammar {
  return {
    $schema: "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
    name: "HMM scenario",
    scopeName: "source.hmm",
    patterns: [
      "comments",
      "strings",
      "numbers",
      "definitions",
      "threads",
      "fields",
      "outcomes",
      "calls",
      "words",
      "punctuation",
    ].map((rule) => ({ include: `#${rule}` })),
    repository: {
      comments: {
        patterns: [
          { name: "comment.line.documentation.hmm", match: "///(?!/).*$" },
          { name: "comment.line.double-slash.hmm", match: "//.*$" },
          { name: "comment.block.hmm", begin: "/\\*", end: "\\*/" },
        ],
      },
      strings: {
        patterns: [
          {
            name: "string.quoted.double.hmm",
            begin: '"',
            end: '"|$',
            patterns: [{ name: "constant.character.escape.hmm", match: '\\\\["\\\\]' }],
          },
        ],
      },
      numbers: {
        patterns: [
          {
            match: `(?<![\\p{L}\\p{N}_])(0[xX][0-9a-fA-F_]+|[0-9][0-9_]*)(?:\\s*(${units.join("|")})(?![\\p{L}\\p{N}_])(?!\\s*(?:=(?!=)|\\+=|-=|\\.(?!\\.)|\\[|\\()))?`,
            captures: capture("constant.numeric", "keyword.other.unit"),
          },
        ],
      },
      definitions: {
        patterns: [
          { match: `(?<![.\\w])(fn)\\s+(${name})`, captures: capture("storage.type", "entity.name.function") },
          {
            match: `(?<![.\\w])(on)\\s+(${name})(?=\\s*\\()`,
            captures: capture("storage.type", "entity.name.function"),
          },
          {
            match: `(?<![.\\w])(device|process|thread|node|driver|struct)\\s+(${name})(?=\\s*(?:\\{|:|uses\\b|extends\\b))`,
            captures: capture("storage.type", "entity.name.type"),
          },
          { match: `^\\s*(${name})\\s*(?=:)`, captures: capture("variable.other.region") },
          {
            match: `(?<![.\\w])(let|var|const)\\s+(${name})`,
            captures: capture("storage.type", "variable.other.declaration"),
          },
        ],
      },
      threads: {
        patterns: [
          {
            match: `(?:^|(?<=[{};]))\\s*(?!(?:${[...declarations, ...control, ...verbs].join("|")})(?![\\p{L}\\p{N}_]))(${name})(?=\\s+(?:${verbs.join("|")})(?![\\p{L}\\p{N}_])|\\s*\\{)`,
            captures: capture("variable.language.thread"),
          },
        ],
      },
      fields: {
        patterns: [
          { match: `(?<!\\.)\\.(${name})(?=\\s*\\()`, captures: capture("entity.name.function.member") },
          { match: `(?<!\\.)\\.(${name})`, captures: capture("variable.other.member") },
        ],
      },
      outcomes: {
        patterns: [{ name: "keyword.operator.outcome.hmm", match: "->" }],
      },
      calls: {
        patterns: [
          { name: "support.function.observation.hmm", match: `${word(facts)}(?=\\s*\\()` },
          { name: "entity.name.function.event.hmm", match: `${word(events)}(?=\\s*\\()` },
          {
            name: "entity.name.function.call.hmm",
            match: `(?<![\\p{L}\\p{N}_.])(?!(?:${[...operators, ...control].join("|")})\\b)${name}(?=\\()`,
          },
        ],
      },
      words: {
        patterns: [
          { name: "keyword.operator.word.hmm", match: word(operators) },
          { name: "keyword.control.hmm", match: `${word(control)}${isNotAName}` },
          { name: "support.function.verb.hmm", match: `${word(verbs)}${isNotAName}(?!\\s*[,)])` },
          { name: "storage.type.hmm", match: `${word(declarations)}${isNotAName}` },
          {
            name: "constant.other.error.hmm",
            match: "(?<![\\p{L}\\p{N}_.])(?:E[A-Z0-9]{2,}|SIG[A-Z]+|VM_FAULT_[A-Z]+)(?![\\p{L}\\p{N}_])",
          },
          { name: "constant.language.hmm", match: `${word(constants)}${isNotAName}` },
          { name: "support.constant.word.hmm", match: `${word(operandWords)}${isNotAName}` },
          { name: "storage.modifier.hmm", match: `${word(modifiers)}${isNotAName}` },
          { name: "variable.language.self.hmm", match: word(["self", "super"]) },
        ],
      },
      punctuation: {
        patterns: [
          { name: "keyword.operator.hmm", match: "==|!=|<=|>=|\\+=|-=|\\.\\.|[-+*/%<>=]" },
          { name: "punctuation.separator.hmm", match: "[,;:]" },
        ],
      },
    },
  };
}

/** The grammar as the text of its file. */
export function textmateText(): string {
  return `${JSON.stringify(textmateGrammar(), undefined, 2)}\n`;
}
