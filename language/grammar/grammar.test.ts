import assert from "node:assert/strict";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import oniguruma from "vscode-oniguruma";
import textmate from "vscode-textmate";
import { languageConfiguration, monarchLanguage } from "../monarch.ts";
import { dedent } from "../testing/show.ts";
import { languageWords } from "../words.ts";
import { textmateText } from "./textmate.ts";
import * as words from "./words.ts";

const root = new URL("../../", import.meta.url);
const grammarFile = new URL("extension/syntaxes/hmm.tmLanguage.json", root);

test("the extension's grammar is what the tables give (UPDATE_EXPECTED=1 rewrites it)", () => {
  if (process.env.UPDATE_EXPECTED === "1") writeFileSync(grammarFile, textmateText());
  assert.equal(readFileSync(grammarFile, "utf8"), textmateText());
});

test("Monaco and VS Code have the same brackets and comments", () => {
  const configuration = JSON.parse(readFileSync(new URL("extension/language-configuration.json", root), "utf8"));
  for (const [key, value] of Object.entries(languageConfiguration)) assert.deepEqual(configuration[key], value, key);
});

test("every word of the language is coloured as something", () => {
  const coloured = new Set(Object.values(words).flat());
  const left = [...languageWords].filter((word) => !coloured.has(word));
  assert.deepEqual(
    left,
    ["self", "super", "movable"].filter((word) => left.includes(word)),
  );
});

const require = createRequire(import.meta.url);
const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(textmateText(), "hmm.json"),
});
const grammar = await registry.loadGrammar("source.hmm");
assert.ok(grammar);

/** The words of a text with the last of their scopes, as `word:scope`. */
function scopes(text: string): string {
  let state = textmate.INITIAL;
  const shown: string[] = [];
  for (const line of text.split("\n")) {
    const result = grammar?.tokenizeLine(line, state);
    if (result === undefined) break;
    state = result.ruleStack;
    for (const token of result.tokens) {
      const written = line.slice(token.startIndex, token.endIndex).trim();
      const scope = token.scopes
        .at(-1)
        ?.replace(/^source\.hmm$/, "")
        .replace(/\.hmm$/, "");
      if (written !== "" && scope !== undefined && !scope.startsWith("punctuation"))
        shown.push(scope === "" ? written : `${written}:${scope}`);
    }
  }
  return shown.join(" ");
}

function check(text: string, expected: string): void {
  assert.equal(scopes(dedent(text).trim()), dedent(expected).trim().replaceAll(/\s+/g, " "));
}

test("statements", () => {
  check(
    "cpu0 atomic add near + 64 1 -> EBUSY as r // done",
    "cpu0:variable.language.thread atomic:keyword.control add:support.constant.word near +:keyword.operator 64:constant.numeric 1:constant.numeric ->:keyword.operator.outcome EBUSY:constant.other.error as:storage.modifier r // done:comment.line.double-slash",
  );
  check(
    "parallel { t0 { read buf[0..4] } gpu0 migrate buf to system }",
    "parallel:keyword.control { t0:variable.language.thread { read:support.function.verb buf[ 0:constant.numeric ..:keyword.operator 4:constant.numeric ] } gpu0:variable.language.thread migrate:support.function.verb buf to:storage.modifier system:storage.modifier }",
  );
});

test("checks", () => {
  check(
    "expect not pte(app.buf[1]).kind == device_private and count(notifier, MIGRATE) > 0",
    "expect:keyword.control not:keyword.operator.word pte:support.function.observation (app . buf:variable.other.member [ 1:constant.numeric ]) . kind:variable.other.member ==:keyword.operator device_private:constant.language and:keyword.operator.word count:support.function.observation ( notifier:support.constant.word MIGRATE:constant.language ) >:keyword.operator 0:constant.numeric",
  );
});

test("declarations", () => {
  check(
    `
    /// doc
    scenario "say \\"x\\""
    device gpu0 uses nouveau { memory 16 MiB coherent as N2 }
    process app {
      stream: anon 4 pages rw
      table: file "f" 0x10 pages
    }
    `,
    `
    /// doc:comment.line.documentation
    scenario:storage.type ":string.quoted.double say:string.quoted.double \\":constant.character.escape x:string.quoted.double \\":constant.character.escape ":string.quoted.double
    device:storage.type gpu0:entity.name.type uses:storage.modifier nouveau { memory:storage.modifier 16:constant.numeric MiB:keyword.other.unit coherent:storage.modifier as:storage.modifier N2 }
    process:storage.type app:entity.name.type {
    stream:variable.other.region anon:constant.language 4:constant.numeric pages:keyword.other.unit rw:storage.modifier
    table:variable.other.region file:constant.language ":string.quoted.double f:string.quoted.double ":string.quoted.double 0x10:constant.numeric pages:keyword.other.unit
    }
    `,
  );
});

test("model code", () => {
  check(
    `
    on invalidate(sub) {
      let page = f(self.device, 1 page)
      lock gpu_lock
    }
    `,
    `
    on:storage.type invalidate:entity.name.function (sub) {
    let:storage.type page:variable.other.declaration =:keyword.operator f:entity.name.function.call ( self:variable.language.self . device:variable.other.member 1:constant.numeric page:keyword.other.unit )
    lock:keyword.control gpu_lock
    }
    `,
  );
});

test("strings and comments end where they should", () => {
  check(
    'scenario "half\ncpu0 exit',
    'scenario:storage.type ":string.quoted.double half:string.quoted.double cpu0:variable.language.thread exit:support.function.verb',
  );
  check(
    "/* a\nb */ cpu0 exit",
    "/*:comment.block a:comment.block b:comment.block */:comment.block cpu0 exit:support.function.verb",
  );
});

test("Monarch: every state and list that a rule names exists", () => {
  const { tokenizer } = monarchLanguage;
  const text = JSON.stringify(tokenizer, (_, value) => (value instanceof RegExp ? "" : value));
  for (const [, name] of text.matchAll(/"@(\w+)"/g)) {
    if (["pop", "brackets", "default"].includes(name ?? "")) continue;
    assert.ok(name !== undefined && (name in tokenizer || name in monarchLanguage), name);
  }
});

/** A small interpreter of Monarch, enough to see that every text is split without anything invalid. */
function monarchTokens(line: string, start: string): { tokens: string[]; state: string } {
  const tokens: string[] = [];
  let state = start;
  let at = 0;
  while (at < line.length) {
    const rules = monarchLanguage.tokenizer[state] ?? [];
    const found = rules
      .map((rule) => {
        if ("include" in rule) return undefined;
        const sticky = new RegExp(rule[0].source.replace(/^\^/, ""), `y${rule[0].flags}`);
        sticky.lastIndex = at;
        const match = sticky.exec(line);
        return match === null || match[0] === "" ? undefined : { match: match[0], rule };
      })
      .find((hit) => hit !== undefined);
    if (found === undefined) {
      tokens.push(`invalid:${line[at]}`);
      at++;
      continue;
    }
    tokens.push(found.match);
    const next = found.rule[2];
    if (next === "@pop") state = "root";
    else if (next !== undefined) state = next.slice(1);
    at += found.match.length;
  }
  return { tokens, state };
}

test("Monarch: nothing that ships is invalid", () => {
  for (const path of globSync(["scenarios/**/*.hmm", "sim-core/**/*.hmm"], { cwd: root })) {
    let state = "root";
    for (const line of readFileSync(new URL(path, root), "utf8").split("\n")) {
      const result = monarchTokens(line, state);
      const bad = result.tokens.filter((token) => token.startsWith("invalid:"));
      assert.deepEqual(bad, [], `${path}: ${line}`);
      state = result.state;
    }
  }
});
