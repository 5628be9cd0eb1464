/**
 * What Monaco needs to edit the language: a Monarch tokenizer and the configuration of brackets and comments, as plain
 * data and regular expressions, made from the tables of the language.
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
} from "./grammar/words.ts";

/** What a Monarch rule does with what it matched: a token's name, `@pop`, a new state, or cases by word. */
export type MonarchAction =
  | string
  | { readonly token: string; readonly next?: string }
  | { readonly cases: Readonly<Record<string, string>> }
  | readonly MonarchAction[];

/** A rule: an expression and its action, or another state's rules. */
export type MonarchRule =
  | readonly [RegExp, MonarchAction]
  | readonly [RegExp, MonarchAction, string]
  | { readonly include: string };

/** A Monarch language definition, as far as this one needs it. */
export interface MonarchLanguage {
  readonly defaultToken: string;
  readonly unicode: boolean;
  readonly declarations: readonly string[];
  readonly control: readonly string[];
  readonly modifiers: readonly string[];
  readonly wordOperators: readonly string[];
  readonly constants: readonly string[];
  readonly operandWords: readonly string[];
  readonly verbs: readonly string[];
  readonly facts: readonly string[];
  readonly events: readonly string[];
  readonly units: readonly string[];
  readonly tokenizer: Readonly<Record<string, readonly MonarchRule[]>>;
}

/** The id under which the language is registered everywhere. */
export const languageId = "hmm";

const words = {
  cases: {
    "@wordOperators": "keyword.operator",
    "@control": "keyword",
    "@verbs": "keyword.verb",
    "@declarations": "keyword.declaration",
    "@constants": "constant",
    "@operandWords": "constant.word",
    "@modifiers": "keyword.modifier",
    "E[A-Z0-9]{2,}|SIG[A-Z]+|VM_FAULT_[A-Z]+": "constant.error",
    "@default": "identifier",
  },
} as const;

/** The tokenizer. */
export const monarchLanguage: MonarchLanguage = {
  defaultToken: "invalid",
  unicode: true,
  declarations,
  control,
  modifiers,
  wordOperators: operators,
  constants,
  operandWords,
  verbs,
  facts,
  events,
  units,
  tokenizer: {
    root: [
      [/\/\/\/(?!\/).*$/, "comment.doc"],
      [/\/\/.*$/, "comment"],
      [/\/\*/, "comment", "@comment"],
      [/"/, "string", "@string"],
      [/(\.)([\p{L}_][\p{L}\p{N}_]*)/u, ["delimiter", "variable.member"]],
      [
        /[\p{L}_][\p{L}\p{N}_]*(?=\()/u,
        {
          cases: {
            "@facts": "predefined",
            "@events": "predefined.event",
            "@wordOperators": "keyword.operator",
            "@default": "function",
          },
        },
      ],
      [/[\p{L}_][\p{L}\p{N}_]*/u, words],
      [/0[xX][0-9a-fA-F_]+/, "number.hex"],
      [/(\d[\d_]*)(\s*)((?:[KMGT]iB|B|pages?)?)(?![\p{L}\p{N}_])/u, ["number", "white", "number.unit"]],
      [/\d[\d_]*/, "number"],
      [/->|==|!=|<=|>=|\+=|-=|\.\.|[-+*/%<>=]/, "operator"],
      [/[{}()[\]]/, "@brackets"],
      [/[,;:.]/, "delimiter"],
      [/\s+/, "white"],
    ],
    comment: [
      [/\*\//, "comment", "@pop"],
      [/[^*]+|\*/, "comment"],
    ],
    string: [
      [/\\["\\]/, "string.escape"],
      [/"/, "string", "@pop"],
      [/[^"\\]+$/, "string", "@pop"],
      [/[^"\\]+|\\/, "string"],
    ],
  },
};

/** Comments, brackets and what closes by itself; the same as the extension's language-configuration.json. */
export const languageConfiguration = {
  comments: { lineComment: "//", blockComment: ["/*", "*/"] },
  brackets: [
    ["{", "}"],
    ["[", "]"],
    ["(", ")"],
  ],
  autoClosingPairs: [
    { open: "{", close: "}" },
    { open: "[", close: "]" },
    { open: "(", close: ")" },
    { open: '"', close: '"', notIn: ["string", "comment"] },
  ],
  surroundingPairs: [
    ["{", "}"],
    ["[", "]"],
    ["(", ")"],
    ['"', '"'],
  ],
} as const;
