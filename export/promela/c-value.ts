/** Values of the program as C writes them. */
import { POISON } from "../../sim-core/machine/content.ts";
import type { Value } from "../../sim-core/store/value.ts";
import { payloadOf, Tag, tagOf } from "../../sim-core/store/value.ts";

/** The C value of a value of model code: its payload times 32, plus its tag. Wide words keep their identity alone. */
export function cNumber(value: Value): bigint {
  const tag = tagOf(value);
  if (tag === Tag.wide) {
    const id = value === POISON ? 0n : BigInt(payloadOf(value)) + 1n;
    return id * 32n + BigInt(tag);
  }
  return BigInt(payloadOf(value)) * 32n + BigInt(tag);
}

/** The same as a C expression. */
export function cValue(value: Value): string {
  const number = cNumber(value);
  return number >= -2147483647n && number <= 2147483647n ? `${number}` : `${number}LL`;
}

/** A C string literal. */
export function cString(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replace(/[^\x20-\x7e]/g, "?")}"`;
}

/** A C array of numbers; one element more than none, as C has no empty ones. */
export function cArray(type: string, name: string, items: readonly (number | string)[]): string {
  const lines: string[] = [];
  const all = items.length === 0 ? [0] : items;
  for (let i = 0; i < all.length; i += 24) lines.push(`  ${all.slice(i, i + 24).join(", ")}`);
  return `static const ${type} ${name}[${all.length}] = {\n${lines.join(",\n")}\n};\n`;
}

const PART = 3000;

/** A long C array in parts, each short enough for one block, and the function `name` that gives an element. */
export function cLongArray(type: string, name: string, items: readonly (number | string)[]): string {
  const parts: string[] = [];
  for (let i = 0; i < Math.max(1, items.length); i += PART) {
    parts.push(cArray(type, `${name}_${parts.length}`, items.slice(i, i + PART)));
  }
  const all = parts.map((_, i) => `${name}_${i}`).join(", ");
  return `${parts.join("")}static const ${type} *const ${name}_parts[] = {\n${all}\n};\nstatic ${type} ${name}(int i) {\n  return ${name}_parts[i / ${PART}][i % ${PART}];\n}\n`;
}
