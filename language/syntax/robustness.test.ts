import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { driverSample, kernelSample, scenarioSample } from "../testing/samples.ts";
import { languageWords } from "../words.ts";
import type { Parsed } from "./parser.ts";
import { parse, parseExpression, parseStatement } from "./parser.ts";

const cwd = new URL("../../", import.meta.url);
const shipped = globSync(["scenarios/*.hmm", "sim-core/drivers/*.hmm"], { cwd }).map((path) =>
  readFileSync(new URL(path, cwd), "utf8"),
);
const samples = [scenarioSample, driverSample, kernelSample, ...shipped];

/** Every node lies in the text and in its parent; names are what stands in the text; diagnostics lie in the text. */
function checkRanges(parsed: Parsed): void {
  const { text, file, diagnostics } = parsed;
  for (const { start, end } of diagnostics) assert.ok(0 <= start && start <= end && end <= text.length);
  const pending: [unknown, number, number][] = [[file, 0, text.length]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [node, from, to] = next;
    if (typeof node !== "object" || node === null) continue;
    let inner: [number, number] = [from, to];
    if ("start" in node && "end" in node && typeof node.start === "number" && typeof node.end === "number") {
      assert.ok(0 <= node.start && node.start <= node.end && node.end <= text.length);
      // What is missing stands behind the last thing that was read, perhaps before what it is part of.
      if (node.start < node.end) assert.ok(from <= node.start && node.end <= to);
      inner = [node.start, node.end];
      if ("kind" in node && node.kind === "name" && "text" in node) {
        assert.equal(text.slice(node.start, node.end), node.text);
      }
    }
    for (const child of Object.values(node)) pending.push([child, ...inner]);
  }
}

const symbols = [
  ..."{}()[],:;.+-*/%=<>!\"\\'",
  "..",
  "==",
  "!=",
  "<=",
  ">=",
  "+=",
  "-=",
  "->",
  "//",
  "/*",
  "*/",
  "///",
  "\n",
];
const numbers = ["0", "4", "0x10", "1_000", "99999999999999999999", "4 KiB", "3 pages", "0x"];
const names = ["constructor", "__proto__", "toString", "cpu0", "gpu0", "buf", "app", "a", "é", "…"];
const soup = fc
  .array(fc.oneof(fc.constantFrom(...languageWords), fc.constantFrom(...symbols, ...numbers, ...names)), {
    maxLength: 200,
  })
  .map((parts) => parts.join(" "));

test("any soup of tokens gives a tree and diagnostics in range", () => {
  fc.assert(
    fc.property(soup, (text) => {
      checkRanges(parse(text));
      parseExpression(text);
      parseStatement(text);
    }),
    { numRuns: 500 },
  );
});

test("any text gives a tree and diagnostics in range", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => checkRanges(parse(text))),
    { numRuns: 300 },
  );
});

test("every shipped file, cut off anywhere, gives a tree and diagnostics in range", () => {
  for (const text of samples) {
    for (let length = 0; length <= text.length; length += 7) checkRanges(parse(text.slice(0, length)));
  }
});

test("every shipped file with a piece cut out gives a tree and diagnostics in range", () => {
  const cut = fc.tuple(fc.constantFrom(...samples), fc.nat(), fc.nat({ max: 60 }));
  fc.assert(
    fc.property(cut, ([text, at, length]) => {
      const start = at % (text.length + 1);
      checkRanges(parse(text.slice(0, start) + text.slice(start + length)));
    }),
    { numRuns: 300 },
  );
});

test("an empty file is a tree without items", () => {
  for (const text of ["", "\n\n", "// nothing\n", "\ufeff", ";;;"]) {
    const { file, diagnostics } = parse(text);
    assert.deepEqual([file.items, diagnostics], [[], []]);
  }
});

const pieces = [
  "{",
  "(",
  "[",
  "if x {\n",
  "not ",
  "a implies ",
  "a\n",
  "f(a,\n",
  '"\n',
  "\u0001",
  "//\n",
  "x",
  "1",
  "- ",
];
const morePieces = ["parallel {", "all i in 0..1: ", "else if x {}\n", "read ", "-> zero ", "a.", "1 + "];

test("a file of one thing over and over is answered", () => {
  for (const piece of [...pieces, ...morePieces]) {
    for (const head of ["", "expect ", "fn f() { if x {} "]) parse(head + piece.repeat(20_000));
  }
});

test("5 MB are answered", () => {
  const repeated = (text: string) => text.repeat(Math.ceil(5_000_000 / text.length));
  assert.deepEqual(parse(repeated(scenarioSample)).diagnostics, []);
  for (const piece of ["{", "a\n", "f(a,\n"]) assert.ok(parse(repeated(piece)).diagnostics.length > 0);
});

test("deep trees are bounded: whatever walks them may recurse", () => {
  const texts = [
    `expect ${"not ".repeat(5000)}a`,
    `expect ${"- ".repeat(5000)}a`,
    `expect ${"a + ".repeat(5000)}a`,
    `expect a${".b".repeat(5000)}`,
    `expect ${"a implies ".repeat(5000)}a`,
    `if a { }${" else if a { }".repeat(5000)}`,
    `${"if a { ".repeat(5000)}`,
  ];
  const depth = (node: unknown): number => {
    if (typeof node !== "object" || node === null) return 0;
    return 1 + Math.max(0, ...Object.values(node).map(depth));
  };
  for (const text of texts) {
    const { file, diagnostics } = parse(text);
    assert.ok(diagnostics.length > 0);
    assert.ok(depth(file) < 6500, String(depth(file)));
  }
});
