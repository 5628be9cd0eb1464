/** Completion in statements of scenarios. */

import { scenarioKeywords } from "../../keyword-docs.ts";
import { policies } from "../../policies.ts";
import { Token } from "../../syntax/tokens.ts";
import type { VerbUser } from "../../verbs.ts";
import { verbByName, verbs } from "../../verbs.ts";
import { backingWords, reportQualifiers, reportWords } from "../../words.ts";
import { mappingPart } from "./declarations.ts";
import { expression } from "./expressions.ts";
import type { Names } from "./names.ts";
import type { Expected } from "./operands.ts";
import { expectedAt } from "./operands.ts";
import type { Position } from "./position.ts";
import type { Surroundings } from "./surroundings.ts";
import { openCallAt } from "./surroundings.ts";

export function statement(p: Position, from: number, around: Surroundings): void {
  const { index } = p;
  const thread = around.kind === "thread" ? p.names.thread(around.thread) : undefined;
  if (from >= index) {
    statementBeginnings(p, around);
    return;
  }
  const head = p.wordAt(from);
  switch (head) {
    case "let":
      if (index > from + 2) expression(p, from + 3);
      return;
    case "if":
    case "repeat":
      expression(p, from + 1);
      return;
    case "for":
      if (index === from + 2) p.list.add("keyword", "in");
      else if (index > from + 2) expression(p, from + 3);
      return;
    case "wait":
      if (index === from + 1) p.list.add("keyword", "until");
      else expression(p, from + 2);
      return;
    case "expect":
      expect(p, from);
      return;
    case "barrier":
      return;
    default:
  }
  const last = lastVerb(p, from);
  if (last === undefined) {
    const own = p.names.thread(head);
    if (own !== undefined && index === from + 1) verbsFor(p, [own.on.kind]);
    else expression(p, from);
    return;
  }
  const writer = last > from ? p.wordAt(last - 1) : "";
  action(p, last, p.names.thread(writer) ?? thread, around);
}

/** Index of the verb of the statement that the cursor stands in: several may stand on one line. */
function lastVerb(p: Position, from: number): number | undefined {
  for (let at = p.index - 1; at >= from; at--) {
    if (!verbByName.has(p.wordAt(at))) continue;
    // `-> read`, `madvise P free`, `atomic`'s operand: a verb's name that stands there as another word.
    const before = at > from ? p.wordAt(at - 1) : "";
    const isArrow = at > from && p.tokens.kind(at - 1) === Token.arrow;
    const begins = at === from || p.names.thread(before) !== undefined || !isArrow;
    if (begins && before !== "to" && before !== "on" && before !== "as") return at;
  }
  return undefined;
}

function statementBeginnings(p: Position, around: Surroundings): void {
  const thread = around.kind === "thread" ? p.names.thread(around.thread) : undefined;
  if (around.kind === "thread") {
    verbsFor(p, thread === undefined ? ["cpu", "device"] : [thread.on.kind]);
    if (thread?.on.kind === "cpu") verbsFor(p, ["kernel"]);
  } else {
    p.names.threads();
    verbsFor(p, ["kernel"]);
  }
  const words = around.kind === "parallel" ? [] : ["let", "if", "for", "repeat", "wait", "expect"];
  if (around.kind === "thread") words.push("barrier");
  if (around.kind === "scenario") words.push("parallel");
  for (const word of words) {
    const row = scenarioKeywords.get(word);
    p.list.add("keyword", word, row?.usage, row?.doc);
  }
}

function verbsFor(p: Position, users: readonly VerbUser[]): void {
  for (const verb of verbs) {
    if (users.some((user) => verb.users.includes(user))) p.list.add("verb", verb.name, verb.usage, verb.doc);
  }
}

function action(p: Position, verbAt: number, thread: ReturnType<Names["thread"]>, around: Surroundings): void {
  const verb = verbByName.get(p.wordAt(verbAt));
  if (verb === undefined) return;
  const expected = expectedAt(p.tokens, verb, verbAt, p.index);
  for (const what of expected) offer(p, what, verb.outcomes.includes("report"), thread, around, verbAt);
}

function offer(
  p: Position,
  what: Expected,
  reports: boolean,
  thread: ReturnType<Names["thread"]>,
  around: Surroundings,
  verbAt: number,
): void {
  switch (what.kind) {
    case "place":
      p.names.places(thread);
      return;
    case "processPlace":
      p.names.processes();
      return;
    case "words":
      p.list.addAll("word", what.words);
      return;
    case "policy":
      for (const [name, { doc }] of policies) p.list.add("word", name, "policy", doc);
      return;
    case "target":
      p.names.targets(what.of);
      return;
    case "device":
      p.names.devices();
      return;
    case "function":
      p.names.functions();
      return;
    case "value":
      expression(p, verbAt + 1);
      return;
    case "mapping":
      if (p.tokens.kind(p.index - 1) === Token.colon) p.list.addAll("keyword", backingWords);
      else mappingPart(p, p.wordAt(p.index - 1), true);
      return;
    case "outcome":
      if (reports) p.list.addAll("word", [...reportQualifiers, ...reportWords]);
      p.list.add("word", "any", "whatever it ends with");
      p.names.errors();
      p.names.values();
      return;
    case "newName":
      return;
    case "end":
      p.list.add("keyword", "->", "what it must end with");
      p.list.add("keyword", "as", "keeps what it ends with");
      if (around.kind === "thread") statementBeginnings(p, around);
  }
}

function expect(p: Position, from: number): void {
  const { index } = p;
  if (index === from + 1) {
    p.list.snippet("keyword", "events", "events {\n  $0\n}", "events of the statement before, in this order");
    p.list.add("keyword", "no", "no such event");
  }
  if (p.wordAt(from + 1) === "no" && index === from + 2) p.names.events();
  else if (p.wordAt(from + 1) === "no") event(p, from + 2);
  else expression(p, from + 1);
}

export function event(p: Position, from: number): void {
  const call = openCallAt(p.tokens, p.index, from);
  if (call === undefined) p.names.events();
  else if (call.atStart) p.names.eventField(call.callee, call.position, call.name);
  else expression(p, from);
}
