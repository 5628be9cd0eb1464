/** Completion in declarations: the top level, regions, attributes, drivers, profiles. */

import { callbacks } from "../../callbacks.ts";
import { driverOptions, profileOptions } from "../../check/machine.ts";
import { modelKeywords, scenarioKeywords } from "../../keyword-docs.ts";
import { Token } from "../../syntax/tokens.ts";
import { backingWords, mappingWords } from "../../words.ts";
import { expression } from "./expressions.ts";
import type { Position } from "./position.ts";
import { statement } from "./statements.ts";

export function topLevel(p: Position, from: number): void {
  const { index } = p;
  const head = p.wordAt(from);
  if (from >= index) {
    for (const [word, { usage, doc }] of scenarioKeywords) p.list.add("keyword", word, usage, doc);
    for (const word of ["fn", "struct", "var", "const", "table", "list", "lock", "option"]) {
      p.list.add("keyword", word, modelKeywords.get(word)?.usage, modelKeywords.get(word)?.doc);
    }
    snippets(p);
    statement(p, from, { kind: "scenario" });
    return;
  }
  const before = p.wordAt(index - 1);
  switch (head) {
    case "kernel":
      if (before === "extends") p.list.add("word", "none");
      if (before === "kernel" || before === "extends") p.names.profiles(true);
      else p.list.add("keyword", "extends");
      return;
    case "finds":
    case "invariant":
      if (before === head) p.names.invariants(true, head === "finds");
      else p.list.addAll("word", ["on", "off"]);
      return;
    case "device":
      if (before === "uses") p.names.drivers();
      else if (index > from + 1) p.list.add("keyword", "uses");
      return;
    case "driver":
      if (before === "extends") p.names.drivers();
      else if (index > from + 1) p.list.add("keyword", "extends");
      return;
    case "cpu":
      if (before === "on") p.names.nodes();
      else if (index > from + 1) p.list.add("keyword", "on");
      return;
    case "thread":
      threadDeclaration(p, from, before);
      return;
    case "always":
    case "never":
    case "finally":
    case "exists":
      expression(p, from + 1);
      return;
    case "scenario":
    case "import":
    case "page_size":
    case "node":
    case "process":
    case "fn":
    case "struct":
    case "table":
    case "list":
    case "lock":
      return;
    default:
      statement(p, from, { kind: "scenario" });
  }
}

function threadDeclaration(p: Position, from: number, before: string): void {
  if (p.tokens.kind(p.index - 1) === Token.colon) p.names.processes();
  else if (before === "on") {
    p.names.cpus();
    p.names.devices();
  } else if (p.index > from + 2) p.list.add("keyword", "on");
}

function snippets(p: Position): void {
  p.list.snippet("snippet", "process …", `process \${1:app} {\n  \${2:buf}: anon \${3:4} pages\n}`, "an address space");
  p.list.snippet("snippet", "device …", `device \${1:gpu0} uses \${2:dmirror} { memory \${3:4} MiB }`, "a device");
  p.list.snippet(
    "snippet",
    "parallel …",
    `parallel {\n  \${1:cpu0} { $2 }\n  \${3:gpu0} { $4 }\n}`,
    "blocks side by side",
  );
}

export function region(p: Position, from: number): void {
  const { tokens, index } = p;
  const before = p.wordAt(index - 1);
  if (tokens.kind(index - 1) === Token.colon) p.list.addAll("keyword", backingWords, "what backs the region");
  else mappingPart(p, before, index > from + 2);
}

export function mappingPart(p: Position, before: string, isBehind: boolean): void {
  if (before === "on") p.names.nodes();
  else if (before === "driver") p.names.devices();
  else if (p.tokens.kind(p.index - 1) === Token.number) {
    p.list.addAll("keyword", ["pages", "page", "KiB", "MiB", "GiB"], "unit");
  } else if (isBehind && before !== "at" && before !== "file" && !isBacking(before)) {
    p.list.addAll("keyword", mappingWords);
  }
}

export function deviceAttribute(p: Position, driver: string): void {
  const before = p.wordAt(p.index - 1);
  const options = driverOptions(p.names.resolved, p.names.library, driver);
  const fallback = options.get(before);
  if (fallback === "on" || fallback === "off") {
    p.list.addAll("word", ["on", "off"]);
    return;
  }
  if (before === "coherent") {
    p.list.add("keyword", "as");
    return;
  }
  p.list.add("keyword", "memory", "memory SIZE", "The device's own memory.");
  p.list.add("keyword", "coherent", "coherent as NODE", "Its memory is CPU-addressable, and a NUMA node.");
  for (const [name, value] of options) p.list.add("option", name, value, `Option of driver ${driver}.`);
}

export function profileEntry(p: Position, profile: string, from: number): void {
  const options = profileOptions(p.names.resolved, p.names.library, profile);
  if (p.index > from && options.has(p.wordAt(p.index - 1))) {
    p.list.addAll("word", ["on", "off"]);
    return;
  }
  for (const [name, value] of options) p.list.add("option", name, value, `Switch of profile ${profile}.`);
  for (const word of ["fn", "option", "struct", "var", "const", "table", "list", "lock"]) {
    p.list.add("keyword", word, modelKeywords.get(word)?.usage, modelKeywords.get(word)?.doc);
  }
}

export function driverEntry(p: Position, driver: string, from: number): void {
  const before = p.wordAt(p.index - 1);
  if (before === "on" && p.index > from) {
    for (const { name, params, doc } of callbacks) {
      p.list.snippet("function", name, `${name}(${params.join(", ")}) {\n  $0\n}`, params.join(", "), doc);
    }
    return;
  }
  const words = ["on", "fn", "device", "option", "struct", "var", "const", "table", "list", "lock"];
  if (p.index > from && words.includes(before) && before !== "device") return;
  for (const word of words) {
    p.list.add("keyword", word, modelKeywords.get(word)?.usage, modelKeywords.get(word)?.doc);
  }
  const options = driverOptions(p.names.resolved, p.names.library, driver);
  for (const [name, value] of options) p.list.add("option", name, value);
}

function isBacking(word: string): boolean {
  return backingWords.some((backing) => backing === word);
}
