/** The interpreter's switch, the table of opcodes and the layouts of their operands say the same. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { layoutOf, sizeOf } from "./instructions.ts";
import { Op } from "./op.ts";

const opcodes: ReadonlyMap<string, number> = new Map(Object.entries(Op));

test("each opcode has a number of its own", () => {
  assert.equal(new Set(opcodes.values()).size, opcodes.size);
});

test("the switch has each opcode but that of statements under its number, named in a comment", () => {
  const source = readFileSync(new URL("./vm.ts", import.meta.url), "utf8");
  const loop = source.slice(source.indexOf("switch (code[pc])"));
  const cases = [...loop.matchAll(/^ {8}case (\d+):(?: \{)?\s*\/\/ (\w+)/gm)];
  const named = new Map(cases.map(([, number, name]) => [name, Number(number)]));
  // Statements are looked for in front of the switch.
  named.set("statement", Op.statement);
  assert.deepEqual(Object.fromEntries([...named].sort()), Object.fromEntries([...opcodes].sort()));
});

test("each opcode has a layout of operands", () => {
  for (const [name, opcode] of opcodes) {
    assert.match(layoutOf(opcode), /^[drT#D]*$/, name);
    assert.equal(sizeOf(opcode), layoutOf(opcode).length + 1, name);
  }
  assert.throws(() => layoutOf(0), RangeError);
  assert.throws(() => layoutOf(Math.max(...opcodes.values()) + 1), RangeError);
});
