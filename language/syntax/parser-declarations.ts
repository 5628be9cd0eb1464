/** Declarations of scenarios: the machine, processes, threads and properties. Drivers and profiles: `parser-members.ts`. */

import { structuralWords } from "../words.ts";
import type { Cursor } from "./cursor.ts";
import { parseCondition, parseSize, parseString, requireSize, requireString } from "./parser-expr.ts";
import { parseMapping } from "./parser-mapping.ts";
import { parseDriver, parseMember, parseMembers } from "./parser-members.ts";
import { Token } from "./tokens.ts";
import type {
  Attribute,
  Declaration,
  KernelDecl,
  Name,
  RegionDecl,
  Setting,
  SettingValue,
  StringLiteral,
} from "./tree.ts";

/**
 * Parses a declaration if the current word begins one; undefined, with nothing consumed or reported, if not.
 */
export function parseDeclaration(c: Cursor): Declaration | undefined {
  const { start, word } = c;
  const doc = () => c.docBefore(index);
  const index = c.index;
  switch (word) {
    case "scenario": {
      c.advance();
      const title = requireString(c, "the scenario's title in quotes");
      return { kind: "scenario", title, doc: doc(), start, end: c.previousEnd };
    }
    case "import": {
      c.advance();
      const path = requireString(c, "the file's path in quotes");
      return { kind: "import", path, doc: doc(), start, end: c.previousEnd };
    }
    case "page_size": {
      c.advance();
      const size = requireSize(c, "a size (such as `4 KiB`)");
      return { kind: "pageSize", size, doc: doc(), start, end: c.previousEnd };
    }
    case "kernel":
      return parseKernel(c, doc());
    case "node": {
      c.advance();
      const name = c.name("the node's name");
      const attributes = parseAttributes(c, true);
      return { kind: "node", name, attributes, doc: doc(), start, end: c.previousEnd };
    }
    case "cpu": {
      c.advance();
      const names: Name[] = [];
      do names.push(c.name("a CPU's name"));
      while (!c.panic && c.take(Token.comma));
      const on = !c.panic && c.takeWord("on") ? c.operandName("a node") : undefined;
      return { kind: "cpu", names, on, doc: doc(), start, end: c.previousEnd };
    }
    case "device": {
      c.advance();
      const name = c.name("the device's name");
      c.expectWord("uses", "and the device's driver");
      const driver = c.panic ? emptyName(c) : c.operandName("a driver");
      const attributes = c.panic ? [] : parseAttributes(c, false);
      return { kind: "device", name, driver, attributes, doc: doc(), start, end: c.previousEnd };
    }
    case "process": {
      c.advance();
      const name = c.name("the process's name");
      const regions = parseRegions(c);
      return { kind: "process", name, regions, doc: doc(), start, end: c.previousEnd };
    }
    case "thread": {
      c.advance();
      const name = c.name("the thread's name");
      c.expect(Token.colon, "and the thread's process");
      const process = c.panic ? emptyName(c) : c.operandName("a process");
      if (!c.panic) c.expectWord("on", "and a CPU or device");
      const on = c.panic ? emptyName(c) : c.operandName("a CPU or device");
      return { kind: "thread", name, process, on, doc: doc(), start, end: c.previousEnd };
    }
    case "driver":
      return parseDriver(c, doc());
    case "always":
    case "never":
    case "finally":
    case "exists": {
      c.advance();
      const condition = parseCondition(c);
      return { kind: "property", property: word, condition, doc: doc(), start, end: c.previousEnd };
    }
    case "finds": {
      c.advance();
      const id = requireString(c, "an invariant's id in quotes");
      return { kind: "finds", id, doc: doc(), start, end: c.previousEnd };
    }
    case "invariant": {
      c.advance();
      const id = requireString(c, "an invariant's id in quotes");
      const on = c.word === "on";
      if (!c.panic && !c.takeWord("on") && !c.takeWord("off")) c.failExpected("`on` or `off`", "");
      return { kind: "invariant", id, on, doc: doc(), start, end: c.previousEnd };
    }
    default:
      return parseMember(c);
  }
}

function emptyName(c: Cursor): Name {
  return { kind: "name", text: "", start: c.previousEnd, end: c.previousEnd };
}

function parseKernel(c: Cursor, doc: string | undefined): KernelDecl {
  const { start } = c;
  c.advance();
  const profile = requireString(c, "a profile's name in quotes");
  let base: StringLiteral | Name | undefined;
  if (!c.panic && c.takeWord("extends")) {
    if (c.kind === Token.string) base = parseString(c);
    else if (c.word === "none") base = c.name("none");
    else c.failExpected("a profile's name in quotes, or `none`,", "after `extends`");
  }
  const body = c.kind === Token.openBrace && !c.panic ? parseMembers(c, false) : undefined;
  return {
    kind: "kernel",
    profile,
    extends: base,
    members: body?.members ?? [],
    settings: body?.settings ?? [],
    doc,
    start,
    end: c.previousEnd,
  };
}

/** Parses `{ entries }` whose entries are read one by one; each must consume something or panic. */
export function parseBraces(c: Cursor, entry: (c: Cursor) => void, isEntry: (c: Cursor) => boolean): void {
  const open = { start: c.start, end: c.end };
  if (!c.enter()) return;
  c.advance();
  while (c.kind !== Token.closeBrace) {
    if (c.take(Token.semicolon)) continue;
    if (c.kind === Token.end || (!isEntry(c) && (c.startsDeclaration() || c.startsThreadStatement()))) {
      c.panic = false;
      c.report("unclosed", "This `{` is never closed.", open.start, open.end);
      c.leave();
      return;
    }
    const from = c.index;
    c.operators = 0;
    c.unwinding = false;
    entry(c);
    if (c.panic) c.recover(from);
    if (c.index === from) c.advance();
  }
  c.advance();
  c.leave();
}

function parseAttributes(c: Cursor, isRequired: boolean): readonly Attribute[] {
  const attributes: Attribute[] = [];
  if (c.panic) return attributes;
  if (c.kind !== Token.openBrace) {
    if (isRequired) c.failExpected("`{ memory SIZE }`", "after the node's name");
    return attributes;
  }
  parseBraces(
    c,
    (inner) => {
      const attribute = parseAttribute(inner);
      if (attribute !== undefined) attributes.push(attribute);
    },
    () => false,
  );
  return attributes;
}

function parseAttribute(c: Cursor): Attribute | undefined {
  const { start, word } = c;
  switch (word) {
    case "memory": {
      c.advance();
      const size = requireSize(c, "a size (such as `16 MiB`)");
      return { kind: "memory", size, start, end: c.previousEnd };
    }
    case "movable":
      c.advance();
      return { kind: "movable", start, end: c.previousEnd };
    case "coherent": {
      c.advance();
      c.expectWord("as", "and the node's name");
      const node = c.panic ? emptyName(c) : c.name("the node's name");
      return { kind: "coherent", node, start, end: c.previousEnd };
    }
    default:
      return parseSetting(c, "an attribute: `memory`, `movable`, `coherent` or an option of the driver");
  }
}

/** Parses `FREE (NAME | SIZE | STRING)`; undefined, after a report, where there is none. */
export function parseSetting(c: Cursor, what: string): Setting | undefined {
  const { start, word } = c;
  if (!c.isName() || structuralWords.has(word)) {
    c.failExpected(what, "");
    return undefined;
  }
  const name = c.name("an option");
  const value = parseSettingValue(c, word);
  return { kind: "setting", name, value, start, end: c.previousEnd };
}

/** Parses the value of an option. */
export function parseSettingValue(c: Cursor, option: string): SettingValue | undefined {
  if (c.kind === Token.number) return parseSize(c);
  if (c.kind === Token.string) return parseString(c);
  if (c.isName() && !c.startsNextStatement()) return c.name("a value");
  c.failExpected("a value (a word such as `on`, a number or a string)", `for \`${option}\``);
  return undefined;
}

function parseRegions(c: Cursor): readonly RegionDecl[] {
  const regions: RegionDecl[] = [];
  if (c.panic) return regions;
  if (c.kind !== Token.openBrace) {
    c.failExpected("`{`", "after the process's name");
    return regions;
  }
  parseBraces(
    c,
    (inner) => {
      const region = parseRegion(inner);
      if (region !== undefined) regions.push(region);
    },
    (inner) => inner.isName() && inner.peekKind() === Token.colon,
  );
  return regions;
}

function parseRegion(c: Cursor): RegionDecl | undefined {
  const { start, index } = c;
  const name = c.name("a region (such as `buf: anon 4 pages`)");
  if (name.text === "" || !c.expect(Token.colon, "after the region's name")) return undefined;
  const mapping = parseMapping(c);
  return { kind: "region", name, mapping, doc: c.docBefore(index), start, end: c.previousEnd };
}
