/** What a region maps: `anon 4 pages rw thp at 0x1000`, in processes and after `mmap NAME:`. */

import { didYouMean, oneOf } from "../suggest.ts";
import { backingWords, mappingWords } from "../words.ts";
import type { Cursor } from "./cursor.ts";
import { requireSize, requireString } from "./parser-expr.ts";
import { Token } from "./tokens.ts";
import type { Backing, Mapping, MappingAttribute, MappingWord, Name, Size, StringLiteral } from "./tree.ts";

const backings: ReadonlyMap<string, Backing> = new Map(backingWords.map((word) => [word, word]));
const attributes: ReadonlyMap<string, MappingWord> = new Map(mappingWords.map((word) => [word, word]));

/** Parses a mapping. */
export function parseMapping(c: Cursor): Mapping {
  const { start } = c;
  const backing = parseBacking(c);
  let file: StringLiteral | undefined;
  let device: Name | undefined;
  if (backing === "file") file = requireString(c, 'the file\'s name (such as `"weights.bin"`)');
  else if (backing === "driver") device = c.operandName("a device");
  const size = c.panic ? undefined : requireSize(c, "a size (such as `4 pages`)");
  const list: MappingAttribute[] = [];
  for (;;) {
    if (c.panic) break;
    const attribute = parseAttribute(c);
    if (attribute === undefined) break;
    list.push(attribute);
  }
  return { kind: "mapping", backing, file, device, size, attributes: list, start: c.from(start), end: c.previousEnd };
}

function parseBacking(c: Cursor): Backing | undefined {
  const { start, end, word } = c;
  const backing = backings.get(word);
  if (backing === undefined) {
    if (word === "" || c.startsNextStatement() || c.peekKind() === Token.colon) {
      c.failExpected(`what backs the region: ${oneOf(backingWords)}`, "");
      return undefined;
    }
    c.report("unknown-word", `\`${word}\` is not what backs a region: ${oneOf(backingWords)}.`, start, end, () =>
      didYouMean(word, backingWords, start, end),
    );
  }
  c.advance();
  return backing;
}

function parseAttribute(c: Cursor): MappingAttribute | undefined {
  const { start } = c;
  const word = attributes.get(c.word);
  if (word === undefined || c.peekKind() === Token.colon) return undefined;
  c.advance();
  let address: Size | undefined;
  let node: Name | undefined;
  if (word === "at") address = requireSize(c, "an address");
  else if (word === "on") node = c.operandName("a node");
  return { kind: "mappingAttribute", word, address, node, start, end: c.previousEnd };
}
