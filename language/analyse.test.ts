import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { analyseText } from "./testing/analyse.ts";
import { driverSample, kernelSample, scenarioSample } from "./testing/samples.ts";
import { languageWords } from "./words.ts";

/** Analyses a text; what it finds lies in the text. */
function check(text: string): void {
  const { diagnostics } = analyseText(text);
  assert.ok(diagnostics.length <= 101);
  for (const { start, end, message } of diagnostics) {
    assert.ok(0 <= start && start <= end && end <= text.length, message);
    assert.ok(message.length > 0 && message.length < 1000, message);
  }
}

const machine = "device gpu0 uses dmirror { memory 1 MiB }\nprocess app { buf: anon 4 pages }\n";
const names = [
  "cpu0",
  "gpu0",
  "buf",
  "app",
  "constructor",
  "__proto__",
  "N0",
  "dmirror",
  "0",
  "4 pages",
  '"linux-6.12"',
];
const symbols = [..."{}()[],:;+-*/=.", "..", "==", "->", "\n", "\n", "\n"];
const soup = fc
  .array(fc.oneof(fc.constantFrom(...languageWords), fc.constantFrom(...names), fc.constantFrom(...symbols)), {
    maxLength: 150,
  })
  .map((parts) => machine + parts.join(" "));

test("any soup of words is answered", () => {
  fc.assert(fc.property(soup, check), { numRuns: 500 });
});

test("the samples are answered wherever they are cut off or have a hole", () => {
  for (const sample of [scenarioSample, driverSample, kernelSample]) {
    for (let at = 0; at < sample.length; at += 11) {
      check(sample.slice(0, at));
      check(sample.slice(0, at) + sample.slice(at + 17));
    }
  }
});

test("a file that declares thousands of things is answered, whatever is wrong with it", () => {
  const many = (line: (i: number) => string) => Array.from({ length: 2000 }, (_, i) => line(i)).join("\n");
  const texts = [
    many((i) => `let v${i} = v${i - 1}`),
    many((i) => `process p${i} { buf: anon 1 page }`) + many(() => "\nexpect value(buf) == 1"),
    many((i) => `${i === 0 ? "cpu0" : `t${i - 1}`} fork as c${i}\nthread t${i}: c${i} on cpu0`),
    many((i) => `driver d${i} extends d${i + 1} { }`),
    many((i) => `kernel "k${i}" extends "k${i + 1}" { fn f() { } }`),
    `${many((i) => `const k${i} = k${i + 1} + k${i + 1}`)}\nprocess q { b: anon 4 pages }\ncpu0 read b[k1]`,
    many((i) => `fn f${i}(a) { g${i}(f${i + 1}(a)) }`),
    `${machine}cpu0 read bfu${"\ncpu0 read bfu".repeat(2000)}`,
  ];
  for (const text of texts) check(text);
});

test("the deepest trees that the parser gives are walked", () => {
  const texts = [
    `expect ${"not ".repeat(1990)}1 == 1`,
    `expect ${"1 + ".repeat(1990)}1 == 1`,
    `expect ${"a implies ".repeat(1990)}a`,
    `fn f(a) { ${"if a { ".repeat(190)} ${"}".repeat(190)} a = ${"a.b + ".repeat(900)}1 }`,
    `if 1 == 1 { }${" else if 1 == 1 { }".repeat(1990)}`,
    `fn f(a) { if a { }${" else if a { }".repeat(1990)} }`,
    `expect ${"(".repeat(199)}${"all i in 0..1: ".repeat(1)}1 == 1${")".repeat(199)}`,
  ];
  for (const text of texts) check(text);
});
