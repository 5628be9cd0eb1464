/**
 * docs/language.md is what the implementation accepts: its examples run and come to what they say, and its tables have all that the tables
 * of the language and the library have, and nothing else.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { callbacks } from "../../language/callbacks.ts";
import { librarySignature } from "../../language/compile/library-file.ts";
import { events } from "../../language/events.ts";
import { facts } from "../../language/facts.ts";
import { policies } from "../../language/policies.ts";
import type { Files } from "../../language/testing/run.ts";
import { errorsOf, exploreText, programOf, runText, shippedLibrary } from "../../language/testing/run.ts";
import { advice, injectModes, injectPoints, verbs } from "../../language/verbs.ts";
import {
  backingWords,
  declarationWords,
  mappingWords,
  memberWords,
  modelStatementWords,
  reservedWords,
  scenarioStatementWords,
} from "../../language/words.ts";
import { verdictOfCheck } from "../../sim-core/explore/verdict.ts";
import { fields } from "../../sim-core/machine/fields.ts";
import { Tag } from "../../sim-core/store/value.ts";
import { primitives } from "../../sim-core/vm/primitives.ts";
import { codeIn, readDocument } from "./document.ts";

const { text: document, blocks, rows } = readDocument("language.md");
const library = librarySignature(shippedLibrary());

/** Cells of a column of the tables below a heading. */
function column(heading: string, index: number): string[] {
  const found = rows.get(heading);
  assert.ok(found !== undefined, `there is a table below ${heading}`);
  return found.map((cells) => cells[index] ?? "");
}
/** What stands in backticks in a column of the tables below a heading. */
function code(heading: string, index = 0): string[] {
  return column(heading, index).flatMap(codeIn);
}
function sameSet(documented: Iterable<string>, known: Iterable<string>): void {
  assert.deepEqual([...new Set(documented)].sort(), [...new Set(known)].sort());
}
function firstWord(text: string): string {
  return /^\w+/.exec(text)?.[0] ?? text;
}

// --------------------------------------------------------------------------------------------------------- examples

/** Examples that others import, by path: `// file: ./PATH` in their first line. */
const files: Record<string, string> = {};
const examples = blocks.filter(({ language, text }) => {
  const path = /^\/\/ file: \.\/(\S+)/.exec(text)?.[1];
  if (path !== undefined) files[path] = text;
  return language === "hmm" && path === undefined;
});

/** The comments `// KIND: TEXT` of an example, as `line TEXT`. */
function said(text: string, kind: string): [line: number, text: string][] {
  return text.split("\n").flatMap((line, i): [number, string][] => {
    const about = new RegExp(`// ${kind}: (.*)$`).exec(line)?.[1];
    return about === undefined ? [] : [[i + 1, about]];
  });
}
/** That there is one message for each of `expected`, at its line and with its text. */
function matches(messages: readonly string[], expected: readonly [number, string][]): void {
  assert.equal(messages.length, expected.length, messages.join("\n"));
  expected.forEach(([line, text], i) => {
    const message = messages[i] ?? "";
    assert.ok(
      new RegExp(`^${line}\\b`).test(message) && message.includes(text),
      `${message}, expected ${line}: ${text}`,
    );
  });
}

/** Checks an example: its mistakes are what it says; without them, it fails or holds as it says. */
function checkExample(text: string, known: Files): void {
  const mistakes = said(text, "error");
  matches(errorsOf(text, known), mistakes);
  const lines = text.split("\n").map((line, i) => (mistakes.some(([at]) => at === i + 1) ? "" : line));
  const program = programOf(lines.join("\n"), known);
  const fails = said(text, "fails");
  if (fails.length > 0) {
    matches(runText(program).failures, fails);
    return;
  }
  const result = exploreText(program);
  const { verdict, findings } = verdictOfCheck(program, result);
  assert.equal(verdict, "pass", [...result.shown, ...findings.map(({ message }) => message)].join("\n"));
}

for (const { text, line } of examples) {
  test(`the example in line ${line} is as it says`, () => checkExample(text, files));
}

test("each example that is a file for others is imported by one", () => {
  for (const path of Object.keys(files)) {
    assert.ok(
      examples.some(({ text }) => text.includes(`import "./${path}"`)),
      path,
    );
  }
});

test("an example that is not as it says is found", () => {
  const process = "process app { a: anon 1 page }\n";
  assert.throws(() => checkExample(`${process}cpu0 read a -> 1\n`, {}), /read ended with 0/);
  assert.throws(() => checkExample(`${process}cpu0 read a -> 1 // fails: no reason\n`, {}), /no reason/);
  assert.throws(() => checkExample(`${process}cpu0 raed a\n`, {}), /There is no verb/);
});

// ------------------------------------------------------------------------------------------------------- vocabulary

test("top level: each word that begins a declaration, and no other", () => {
  sameSet(code("Top level").map(firstWord), [...declarationWords, ...memberWords]);
  sameSet(code("Declarations of model code").map(firstWord), memberWords);
});

test("words that are never names", () => {
  const line = document.split("\n").find((text) => text.startsWith("Never a name"));
  assert.deepEqual(
    codeIn(line ?? "").filter((word) => word !== "."),
    [...reservedWords],
  );
});

test("regions: what backs them, and attributes", () => {
  const written = code("Regions and places").map(firstWord);
  sameSet(
    written.filter((word) => word !== "buf" && word !== "PROCESS"),
    [...backingWords, ...mappingWords],
  );
});

test("statements of scenarios and of model code", () => {
  const scenario = code("Statements").map(firstWord);
  sameSet(
    scenario.filter((word) => /^[a-z]+$/.test(word)),
    scenarioStatementWords,
  );
  const model = code("Statements of model code").map(firstWord);
  sameSet(
    model.filter((word) => /^[a-z]{2,}$/.test(word)),
    [...modelStatementWords],
  );
});

test("verbs: how each is written, and what it ends with", () => {
  sameSet(
    code("Verbs"),
    verbs.flatMap(({ usage }) => usage.split(", ")),
  );
  const endsWith = { value: "a value", count: "pages", report: "a report" } as const;
  for (const [usage, ends] of (rows.get("Verbs") ?? []).map((cells) => [codeIn(cells[0] ?? "")[0] ?? "", cells[1]])) {
    const verb = verbs.find(({ name }) => name === firstWord(usage ?? ""));
    assert.equal(ends, verb?.outcomes.map((kind) => endsWith[kind]).join(", "), usage);
  }
});

test("advice, policies, modes and points of injected faults", () => {
  sameSet(code("Advice"), advice.keys());
  const targets = new Map([...policies].map(([name, { target }]) => [name, target.map((kind) => kind.toUpperCase())]));
  sameSet(
    code("Policies"),
    [...targets].flatMap(([name, of]) => (of.length === 0 ? [name] : of.map((kind) => `${name} ${kind}`))),
  );
  sameSet(code("Faults to inject"), [...injectModes.keys(), ...injectPoints.keys()]);
});

test("what checks can ask: each with its fields, and their words", () => {
  for (const { usage, fields: own } of facts) {
    const row = rows.get("Expressions")?.find(([cell]) => cell === `\`${usage}\``);
    assert.deepEqual(
      codeIn(row?.[1] ?? ""),
      own.map(({ name }) => `.${name}`),
      usage,
    );
    for (const { name, words } of own.filter((field) => field.words.length > 0)) {
      const said = rows.get("Expressions")?.find(([cell]) => codeIn(cell ?? "").includes(`${usage}.${name}`));
      assert.deepEqual(codeIn(said?.[1] ?? ""), words, `${usage}.${name}`);
    }
  }
  const called = code("Expressions").filter((text) => /^\w+\(.*\)$/.test(text));
  sameSet(
    called,
    facts.map(({ usage }) => usage),
  );
});

test("events: each with its fields in order, and their words", () => {
  assert.deepEqual(
    code("Events"),
    events.map(({ name, fields: own }) =>
      own.length === 0 ? name : `${name}(${own.map((field) => field.name).join(", ")})`,
    ),
  );
  assert.deepEqual(
    column("Events", 1).map(codeIn),
    events.map(({ fields: own }) => own.flatMap(({ words }) => [...words])),
  );
});

test("profiles and their switches, with defaults", () => {
  const [named, switches] = [0, 1].map((part) =>
    (rows.get("Profiles") ?? []).filter((cells) => (cells.length === 4) === (part === 1)),
  );
  sameSet(
    (named ?? []).flatMap(([cell]) => codeIn(cell ?? "")),
    library.profiles.map(({ name }) => name),
  );
  const defaults = new Map<string, Set<string>>();
  for (const { options } of library.profiles) {
    for (const { name, default: value } of options) defaults.set(name, (defaults.get(name) ?? new Set()).add(value));
  }
  assert.deepEqual(
    new Map((switches ?? []).map(([name, value]) => [codeIn(name ?? "")[0], new Set(codeIn(value ?? ""))])),
    defaults,
  );
  assert.equal(
    codeIn(rows.get("Top level")?.find(([cell]) => cell?.startsWith("`kernel "))?.[2] ?? "")[0],
    library.defaultProfile,
  );
});

test("drivers: the verbs that each serves, and its options", () => {
  const served = new Set(verbs.filter(({ users }) => users.includes("device")).map(({ name }) => name));
  const drivers = (rows.get("Drivers") ?? []).slice(0, library.drivers.length);
  sameSet(
    drivers.flatMap(([name]) => codeIn(name ?? "")),
    library.drivers.map(({ name }) => name),
  );
  for (const [cell, verbsOf, options] of drivers) {
    const driver = library.drivers.find(({ name }) => name === codeIn(cell ?? "")[0]);
    sameSet(codeIn(verbsOf ?? ""), driver?.callbacks.map(({ name }) => name).filter((name) => served.has(name)) ?? []);
    sameSet(codeIn(options ?? ""), driver?.options.map(({ name, default: value }) => `${name} ${value}`) ?? []);
  }
});

test("callbacks, and what self is in each", () => {
  const documented = (rows.get("Drivers") ?? [])
    .slice(library.drivers.length)
    .flatMap(([cell, self]) => codeIn(cell ?? "").map((usage) => `${usage} ${self}`));
  sameSet(
    documented,
    callbacks.map(({ name, params, self }) => `${name}(${params.join(", ")}) ${self}`),
  );
});

test("kinds of values and errors", () => {
  const after = (start: string) => codeIn(document.slice(document.indexOf(start)).split("\n\n")[0] ?? "");
  assert.deepEqual(after("After `is`:").slice(1), library.valueKinds);
  sameSet(
    after("Errors: ").filter((word) => /^[A-Z_]+$/.test(word)),
    library.errors.map(({ name }) => name),
  );
});

test("handles: all fields, and which can be set", () => {
  const tags = new Map(Object.entries(Tag).map(([name, tag]) => [tag, name]));
  const known = new Map<string, [string[], string[]]>();
  for (const { tag, name, set } of fields) {
    const of = tags.get(tag) ?? "";
    const lists = known.get(of) ?? [[], []];
    lists[set === undefined ? 0 : 1].push(`.${name}`);
    known.set(of, lists);
  }
  const documented = (rows.get("Handles and their fields") ?? []).map(
    ([of, get, set]): [string, [string[], string[]]] => [of ?? "", [codeIn(get ?? ""), codeIn(set ?? "")]],
  );
  assert.deepEqual(new Map(documented), known);
});

test("primitives, with their parameters", () => {
  sameSet(
    code("Primitives", 1),
    primitives.map(({ name, params }) => `${name}(${params.join(", ")})`),
  );
});
