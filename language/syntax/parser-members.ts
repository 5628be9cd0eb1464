/** Drivers, and what may be declared at the top level, in drivers and in profiles: functions, structs, variables, locks. */

import { memberWords } from "../words.ts";
import type { Cursor } from "./cursor.ts";
import { parseBraces, parseSetting, parseSettingValue } from "./parser-declarations.ts";
import { parseArith, parseExpr } from "./parser-expr.ts";
import { parseModelBlock } from "./parser-model.ts";
import { Token } from "./tokens.ts";
import type { CallbackDecl, DriverDecl, Member, Name, Setting, StructField } from "./tree.ts";

const members: ReadonlySet<string> = new Set(memberWords);

interface Body {
  readonly members: readonly Member[];
  readonly settings: readonly Setting[];
  readonly callbacks: readonly CallbackDecl[];
}

/** Parses a driver, the current token being `driver`. */
export function parseDriver(c: Cursor, doc: string | undefined): DriverDecl {
  const { start } = c;
  c.advance();
  const name = c.name("the driver's name");
  const base = !c.panic && c.takeWord("extends") ? c.operandName("the driver that it extends") : undefined;
  if (!c.panic && c.kind !== Token.openBrace) c.failExpected("`{`", "after the driver's name");
  const body: Body = c.panic ? { members: [], settings: [], callbacks: [] } : parseMembers(c, true);
  return { kind: "driver", name, extends: base, ...body, doc, start, end: c.previousEnd };
}

/** Parses the braces of a driver or (without callbacks and `device`) of a profile, the current token being `{`. */
export function parseMembers(c: Cursor, isDriver: boolean): Body {
  const list: Member[] = [];
  const settings: Setting[] = [];
  const callbacks: CallbackDecl[] = [];
  const what = isDriver
    ? "a callback (`on …`), a declaration (`fn`, `var`, `lock` …) or an option"
    : "a function (`fn …`), a declaration (`var`, `lock` …) or a switch";
  parseBraces(
    c,
    (inner) => {
      if (isDriver && inner.word === "on") {
        callbacks.push(parseCallback(inner));
        return;
      }
      const member = parseMember(inner);
      if (member !== undefined) {
        list.push(member);
        return;
      }
      const setting = parseSetting(inner, what);
      if (setting !== undefined) settings.push(setting);
    },
    (inner) => members.has(inner.word) || isDriverEntry(inner, isDriver),
  );
  return { members: list, settings, callbacks };
}

function isDriverEntry(c: Cursor, isDriver: boolean): boolean {
  return isDriver && (c.word === "on" || (c.word === "device" && members.has(c.peekWord())));
}

function parseCallback(c: Cursor): CallbackDecl {
  const { start, index } = c;
  c.advance();
  const name = c.name("a callback's name");
  const params = parseParams(c);
  const body = parseModelBlock(c, "after the parameters");
  return { kind: "callback", name, params, body, doc: c.docBefore(index), start, end: c.previousEnd };
}

function parseParams(c: Cursor): readonly Name[] {
  const params: Name[] = [];
  if (c.panic || !c.expect(Token.openParen, "and the parameters")) return params;
  if (c.take(Token.closeParen)) return params;
  do params.push(c.name("a parameter's name"));
  while (!c.panic && c.take(Token.comma));
  c.expect(Token.closeParen, "after the parameters");
  return params;
}

/**
 * Parses a member if the current word (perhaps after `device`) begins one; undefined, with nothing consumed or reported,
 * if not.
 */
export function parseMember(c: Cursor): Member | undefined {
  const device = c.word === "device" && members.has(c.peekWord());
  if (!device && !members.has(c.word)) return undefined;
  const { start, index } = c;
  if (device) c.advance();
  const { word } = c;
  c.advance();
  const name = c.name(`a name after \`${word}\``);
  const common = { device, name, doc: c.docBefore(index), start };
  switch (word) {
    case "fn": {
      const params = parseParams(c);
      const body = parseModelBlock(c, "after the parameters");
      return { kind: "fn", ...common, params, body, end: c.previousEnd };
    }
    case "struct": {
      const fields = parseFields(c);
      return { kind: "struct", ...common, fields, end: c.previousEnd };
    }
    case "table":
      return { kind: "table", ...common, end: c.previousEnd };
    case "list":
      return { kind: "listDecl", ...common, end: c.previousEnd };
    case "lock": {
      const type = c.word === "spin" || c.word === "rw" ? c.word : "sleep";
      if (type !== "sleep") c.advance();
      return { kind: "lockDecl", ...common, type, end: c.previousEnd };
    }
    case "option": {
      const value = c.panic ? undefined : parseSettingValue(c, name.text);
      return { kind: "option", ...common, value, end: c.previousEnd };
    }
    default: {
      c.expect(Token.assign, `and the value of \`${name.text}\``);
      const value = c.panic ? { kind: "missing" as const, start: c.previousEnd, end: c.previousEnd } : parseExpr(c);
      return { kind: word === "const" ? "const" : "var", ...common, value, end: c.previousEnd };
    }
  }
}

function parseFields(c: Cursor): readonly StructField[] {
  const fields: StructField[] = [];
  if (c.panic || !c.expect(Token.openBrace, "and the fields")) return fields;
  if (c.take(Token.closeBrace)) return fields;
  do {
    const { start, index } = c;
    const name = c.name("a field's name");
    let isArray = false;
    if (!c.panic && c.take(Token.openBracket)) isArray = c.expect(Token.closeBracket, "after `[`");
    const value = !c.panic && c.take(Token.assign) ? parseArith(c) : undefined;
    fields.push({
      kind: "field",
      name,
      isArray,
      default: value,
      doc: c.docBefore(index),
      start: c.from(start),
      end: c.previousEnd,
    });
  } while (!c.panic && c.take(Token.comma));
  c.expect(Token.closeBrace, "after the fields");
  return fields;
}
