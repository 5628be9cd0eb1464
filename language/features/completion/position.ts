/** Where completion was asked for, and what it fills. */

import type { TokenList } from "../../syntax/tokens.ts";
import { Token } from "../../syntax/tokens.ts";
import type { CompletionList } from "./items.ts";
import type { Names } from "./names.ts";
import type { Surroundings } from "./surroundings.ts";

/** The cursor among the tokens. */
export class Position {
  readonly tokens: TokenList;
  /** The token that is being typed, or the one behind the cursor. */
  readonly index: number;
  /** What is being typed is the first on its line. */
  readonly startsLine: boolean;
  readonly names: Names;
  readonly list: CompletionList;
  /** What is around a text's braces: the file's top level, or a statement's place for a fragment. */
  readonly outermost: Surroundings;

  constructor(tokens: TokenList, index: number, startsLine: boolean, names: Names, outermost: Surroundings) {
    this.tokens = tokens;
    this.index = index;
    this.startsLine = startsLine;
    this.names = names;
    this.list = names.list;
    this.outermost = outermost;
  }

  /** The word of a token, "" if it is none. */
  wordAt(index: number): string {
    return index >= 0 && this.tokens.kind(index) === Token.name ? this.tokens.textOf(index) : "";
  }
}
