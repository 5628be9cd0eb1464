/** Completion in expressions. */

import { factByName, facts } from "../../facts.ts";
import type { TokenList } from "../../syntax/tokens.ts";
import { Token } from "../../syntax/tokens.ts";
import type { Position } from "./position.ts";
import type { Surroundings } from "./surroundings.ts";
import { openCallAt } from "./surroundings.ts";

export function expression(p: Position, from: number): void {
  const { tokens, index } = p;
  const call = openCallAt(tokens, index, from);
  const fact = call === undefined ? undefined : factByName.get(call.callee);
  if (call?.atStart && fact !== undefined) {
    factArgument(p, fact.name, fact.parameters[call.position], call.position, from);
    return;
  }
  const before = tokens.kind(index - 1);
  if (p.wordAt(index - 1) === "is" || (p.wordAt(index - 1) === "not" && p.wordAt(index - 2) === "is")) {
    p.list.addAll("word", p.names.library.valueKinds);
    return;
  }
  if (before === Token.equal || before === Token.notEqual) fieldWords(p);
  if (endsValue(tokens, index - 1)) {
    p.list.addAll("keyword", ["and", "or", "implies", "in", "is"]);
    return;
  }
  p.names.facts();
  p.list.addAll("keyword", ["not", "all", "any", "true", "false"]);
  p.names.values();
  p.names.nodes();
  p.names.devices();
  p.names.errors();
  p.list.add("word", "none", "nothing there");
}

function factArgument(p: Position, name: string, parameter: string | undefined, position: number, from: number): void {
  if (name !== "count") {
    if (parameter === "place") p.names.places(undefined);
    if (parameter === "device" || parameter === "memory") p.names.devices();
    if (parameter === "memory") p.names.nodes();
    return;
  }
  if (position === 0) {
    p.names.events();
    return;
  }
  let open = p.index - 1;
  while (open > from && p.wordAt(open - 1) !== "count") open--;
  const call = openCallAt(p.tokens, p.index, from);
  p.names.eventField(p.wordAt(open + 1), position - 1, call?.name);
}

/** Behind `.kind ==`: the words of that field. */
function fieldWords(p: Position): void {
  const field = p.wordAt(p.index - 2);
  const fact = factBefore(p, p.index - 3);
  const words = fact?.fields.find((row) => row.name === field)?.words;
  if (words !== undefined) p.list.addAll("word", words, field);
}

/** The observation function whose call ends right before the `.` at `dot`. */
function factBefore(p: Position, dot: number): ReturnType<typeof factByName.get> {
  const { tokens } = p;
  if (tokens.kind(dot) !== Token.dot || tokens.kind(dot - 1) !== Token.closeParen) return undefined;
  let depth = 0;
  for (let at = dot - 1; at > 0; at--) {
    const kind = tokens.kind(at);
    if (kind === Token.closeParen) depth++;
    if (kind === Token.openParen && --depth === 0) return factByName.get(p.wordAt(at - 1));
  }
  return undefined;
}

export function members(p: Position, around: Surroundings): void {
  const { index, tokens, names } = p;
  const fact = factBefore(p, index - 1);
  const object = p.wordAt(index - 2);
  const process = names.resolved.processes.find(({ name }) => name === object);
  const isModel = around.kind === "model" || around.kind === "arms";
  if (fact !== undefined) {
    for (const field of fact.fields) p.list.add("field", field.name, fact.usage, field.doc);
  } else if (isModel) {
    if (object === "self") names.driverMembers(around.driver);
    for (const { name, doc } of names.library.fields) p.list.add("field", name, "", doc);
  } else if (process !== undefined && tokens.kind(index - 3) !== Token.dot) {
    names.regionsOf(process);
  } else if (object !== "") {
    for (const field of facts.flatMap((row) => row.fields)) p.list.add("field", field.name, "", field.doc);
  }
}

const operatorWords: ReadonlySet<string> = new Set([
  ...["and", "or", "not", "in", "is", "implies", "expect", "let", "if", "while", "return", "until", "match", "lock"],
  ...["read", "unlock", "spawn", "always", "never", "finally", "exists", "repeat", "no", "all", "any", "else"],
]);

/** True if a value ends at the token, so that an operator may follow. */
export function endsValue(tokens: TokenList, index: number): boolean {
  switch (tokens.kind(index)) {
    case Token.closeParen:
    case Token.closeBracket:
    case Token.number:
    case Token.string:
      return true;
    case Token.name:
      return !operatorWords.has(tokens.textOf(index));
    default:
      return false;
  }
}
