/** What debuggers ask of a text: the expression under the mouse, the statement under the cursor. */

import type { AnyNode } from "../syntax/find.ts";
import { nodesAt } from "../syntax/find.ts";
import type { Parsed } from "../syntax/parser.ts";
import { parse } from "../syntax/parser.ts";
import type { Block, MemberExpr, ModelStatement, ScenarioStatement, Span } from "../syntax/tree.ts";

/** A piece of the text. */
export interface TextSpan extends Span {
  readonly text: string;
}

/**
 * The expression that hovering at `offset` asks the value of: a place as far as it is written (`buf[1]`), a call with its
 * field (`pte(buf[1]).kind` at `kind`, `pte(buf[1])` at `pte`), a variable. Undefined at keywords, verbs, words, numbers and
 * between expressions.
 */
export function evaluatableExpression(source: string | Parsed, offset: number): TextSpan | undefined {
  const parsed = typeof source === "string" ? parse(source) : source;
  const path = nodesAt(parsed.file, offset);
  const name = path.pop();
  if (name?.kind !== "name") return undefined;
  const text = ({ start, end }: Span): TextSpan => ({ start, end, text: parsed.text.slice(start, end) });
  const parent = path.pop();
  switch (parent?.kind) {
    case "place":
      return text(parent);
    case "member": {
      if (parent.member !== name) return objectOf(parent, path.at(-1), text);
      const call = path.pop();
      if (call?.kind === "call" && call.callee === parent) return undefined;
      if (call?.kind === "index" && call.object === parent) return text(call);
      return text(parent);
    }
    case "call":
      return parent.callee === name ? text(parent) : text(name);
    case "index":
      return parent.object === name ? text(parent) : text(name);
    case "binary":
    case "unary":
    case "in":
    case "list":
    case "assign":
    case "let":
    case "return":
    case "expect":
    case "waitUntil":
    case "if":
    case "while":
    case "for":
    case "match":
    case "repeat":
    case "lock":
    case "unlock":
    case "property":
    case "quantifier":
    case "valueOutcome":
      return text(name);
    case "is":
      return parent.left === name ? text(name) : undefined;
    case "arg":
      return parent.value === name ? text(name) : undefined;
    case "action":
      // The operands that are values; verbs, threads and words are not.
      return parent.operands.value === name || parent.operands.expected === name || parent.as === name
        ? text(name)
        : undefined;
    case "region":
      return parent.name === name ? text(name) : undefined;
    default:
      return undefined;
  }
}

/** At the object of a member: the object; but `app.buf[1]`, a process and its region, is one place. */
function objectOf(member: MemberExpr, outer: AnyNode | undefined, text: (span: Span) => TextSpan): TextSpan {
  return text(outer?.kind === "index" && outer.object === member ? outer : member.object);
}

/** A statement of either kind of code. */
export interface StatementSpan extends Span {
  readonly kind: (ScenarioStatement | ModelStatement)["kind"];
}

/** Every statement of a file, scenario and model code alike, in the order of their beginnings. */
export function statements(parsed: Parsed): StatementSpan[] {
  const spans: StatementSpan[] = [];
  const addBlock = (block: Block<ScenarioStatement | ModelStatement>) => {
    for (const statement of block.statements) add(statement);
  };
  const add = (statement: ScenarioStatement | ModelStatement): void => {
    spans.push({ kind: statement.kind, start: statement.start, end: statement.end });
    switch (statement.kind) {
      case "threadBlock":
      case "parallel":
      case "for":
      case "repeat":
      case "loop":
      case "while":
      case "atomic":
        addBlock(statement.body);
        return;
      case "if": {
        addBlock(statement.then);
        if (statement.else?.kind === "if") add(statement.else);
        else if (statement.else !== undefined) addBlock(statement.else);
        return;
      }
      case "match":
        for (const arm of statement.arms) addBlock(arm.body);
        return;
      default:
    }
  };
  for (const item of parsed.file.items) {
    switch (item.kind) {
      case "fn":
        addBlock(item.body);
        break;
      case "driver":
      case "kernel":
        for (const member of item.members) if (member.kind === "fn") addBlock(member.body);
        if (item.kind === "driver") for (const callback of item.callbacks) addBlock(callback.body);
        break;
      case "action":
      case "threadBlock":
      case "parallel":
      case "let":
      case "if":
      case "for":
      case "repeat":
      case "waitUntil":
      case "barrier":
      case "expect":
      case "expectEvents":
      case "expectNo":
        add(item);
        break;
      default:
    }
  }
  return spans.sort((a, b) => a.start - b.start || b.end - a.end);
}

/** The innermost statement that contains `offset`. */
export function statementAt(parsed: Parsed, offset: number): StatementSpan | undefined {
  return statements(parsed).findLast(({ start, end }) => start <= offset && offset <= end);
}
