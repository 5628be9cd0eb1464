/** Completion in model code. */

import { modelKeywords } from "../../keyword-docs.ts";
import { modelStatementWords } from "../../words.ts";
import { endsValue } from "./expressions.ts";
import type { Position } from "./position.ts";
import { event } from "./statements.ts";
import type { Surroundings } from "./surroundings.ts";

export function model(p: Position, around: Surroundings & { readonly kind: "model" }, from: number): void {
  const { index, names, tokens } = p;
  const before = p.wordAt(index - 1);
  if (before === "emit" || (p.wordAt(from) === "emit" && index === from + 1)) {
    names.events();
    return;
  }
  if (p.wordAt(from) === "emit") {
    event(p, from + 1);
    return;
  }
  if (before === "let" || (before === "for" && index > from)) return;
  if (before === "is") {
    p.list.addAll("word", names.library.valueKinds);
    return;
  }
  if (from >= index) {
    for (const word of modelStatementWords) {
      const row = modelKeywords.get(word);
      p.list.add("keyword", word, row?.usage, row?.doc);
    }
  } else if (endsValue(tokens, index - 1)) {
    p.list.addAll("keyword", ["and", "or", "in", "is"]);
    return;
  }
  names.modelValues(tokens, around.from, index, around.driver);
  names.functions();
  names.primitives();
  if (from < index) p.list.addAll("keyword", ["not", "true", "false"]);
}
