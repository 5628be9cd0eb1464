import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFile } from "./imports.ts";

const verdicts: [file: string, text: string, expected: string | undefined][] = [
  ["sim-core/vm/step.ts", 'import { Store } from "../store/store.ts";', undefined],
  ["sim-core/vm/step.ts", 'import type { Search } from "../explore/search.ts";', "sim-core/explore/search.ts"],
  ["sim-core/store/a.ts", 'import { x } from "../machine/a.ts";', "sim-core/machine/a.ts"],
  ["sim-core/checks/a.ts", 'export * from "../explore/a.ts";', "sim-core/explore/a.ts"],
  ["sim-core/index.ts", 'export { Store } from "./store/store.ts";', undefined],
  ["sim-core/index.ts", 'import { readFileSync } from "node:fs";', "'node:fs'"],
  ["language/parser.ts", 'import {\n  one,\n  two,\n} from "../debug/session.ts";', "debug/session.ts"],
  ["language/build/compile-library.ts", 'import { readFileSync } from "node:fs";', undefined],
  ["debug/adapter.ts", 'import { DebugSession } from "@vscode/debugadapter";', undefined],
  ["debug/adapter.ts", 'import * as vscode from "vscode";', "'vscode'"],
  ["extension/hover.ts", 'import * as vscode from "vscode";', undefined],
  ["extension/hover.ts", 'import { join } from "node:path";', "'node:path'"],
  ["extension/node/main.ts", 'import { join } from "node:path";', undefined],
  ["extension/panel.ts", 'import type { ToPanel } from "../webview/messages.ts";', undefined],
  ["extension/panel.ts", 'import { render } from "../webview/panel/main.ts";', "webview/panel/main.ts"],
  ["webview/panel/main.ts", 'import "../../cli/main.ts";', "cli/main.ts"],
  ["cli/main.ts", 'const { run } = await import("../extension/run.ts");', "extension/run.ts"],
  ["cli/main.ts", 'const text = "this is from another place";', undefined],
];

for (const [file, text, expected] of verdicts) {
  test(`${file}: ${text.replaceAll("\n", " ")}`, () => {
    const violations = checkFile(file, text);
    assert.equal(violations.length, expected === undefined ? 0 : 1, JSON.stringify(violations));
    if (expected !== undefined) assert.match(violations[0]?.message ?? "", new RegExp(expected));
  });
}

test("the line of a violation is that of its statement", () => {
  const violations = checkFile("language/a.ts", '// first\n\nimport {\n  a,\n} from "../cli/a.ts";\n');
  assert.deepEqual(
    violations.map(({ line }) => line),
    [3],
  );
});
