import assert from "node:assert/strict";
import { test } from "node:test";
import { analyseText } from "../testing/analyse.ts";
import { showDiagnostics } from "../testing/show.ts";
import type { FragmentOptions } from "./fragment.ts";
import { bindExpression, bindFragmentStatement, localsAt } from "./fragment.ts";

const text = `device gpu0 uses dmirror { memory 4 MiB }
process app { buf: anon 4 pages }
let top = 1
for i in 0..4 { let inner = i cpu0 read buf[i] }
repeat 1 { let other = 1 }
cpu0 read buf as result
`;
const { resolved, context, diagnostics } = analyseText(text);

test("the file that fragments are bound in is right", () => assert.deepEqual(diagnostics, []));

function expression(fragment: string, expected: string, options: FragmentOptions = {}): void {
  const bound = bindExpression(resolved, context, fragment, options);
  assert.equal(showDiagnostics(fragment, bound.diagnostics), expected);
  assert.equal(bound.node !== undefined, expected === "");
}

function statement(fragment: string, expected: string, options: FragmentOptions = {}): void {
  const bound = bindFragmentStatement(resolved, context, fragment, options);
  assert.equal(showDiagnostics(fragment, bound.diagnostics), expected);
  assert.equal(bound.node !== undefined, expected === "");
}

test("an expression names what the file declares", () => {
  expression("pte(buf[top]).kind == present and result == 1 and folio(buf).where == gpu0", "");
  expression("reason == 1", "1:1-7 unknown-name: There is nothing called `reason`.");
  expression("pte(buff)", "1:5-9 unknown-name: There is no region `buff`. (Did you mean `buf`?)");
  expression(
    "folio(buf).refcnt",
    "1:12-18 unknown-field: `folio(P)` has no field `refcnt`: `where`, `kind`, `order`, `refcount`, `mapcount`, `pincount`, `locked`, `lru`, `dirty` or `pfn`. (Did you mean `refcount`?)",
  );
  expression("1 +", "1:4-4 expected: Expected an expression.");
  expression("1 2", "1:3-4 unexpected: the number 2 follows the expression.");
});

test("locals can be named where they are visible", () => {
  const inLoop = text.indexOf("cpu0 read buf[i]");
  assert.deepEqual(
    localsAt(resolved, inLoop).map((local) => local.name),
    ["top", "i", "inner"],
  );
  expression("i + inner", "", { offset: inLoop });
  expression("i", "1:1-2 unknown-name: There is nothing called `i`.");
  expression("top", "1:1-4 unknown-name: There is nothing called `top`.", { offset: 0 });
});

test("a place by itself is its value where that is asked for", () => {
  expression("buf[1]", "", { placesAreValues: true });
  expression("app.buf + 8", "", { placesAreValues: true });
  expression("buf[9]", "1:5-6 index-out-of-range: `buf` has only 4 pages, 0 to 3.", { placesAreValues: true });
  expression("top + 1", "", { placesAreValues: true });
});

test("a statement", () => {
  statement("cpu0 write buf[1] = top", "");
  statement("write buf[1] = 3", "", { thread: "cpu0" });
  statement("gpu0 { read buf migrate buf to gpu0 -> 4 pages }", "");
  statement("expect value(buf) == 1", "");
  statement("reclaim buf", "");
  statement(
    "write buf = 1",
    "1:1-6 no-thread: `write` needs a thread: `cpu0 write …`. (Only the kernel's own verbs and `inject` stand without one.)",
  );
  statement("cpu0 exclusive buf", "1:6-15 wrong-user: `exclusive` is a device's verb; `cpu0` is a CPU.");
  statement(
    "cpu0 mmap x: anon 1 page",
    "1:11-12 not-in-fragment: `mmap` would declare `x`: only a file can declare names.",
  );
  statement("cpu0 fork as c", "1:14-15 not-in-fragment: `fork` would declare `c`: only a file can declare names.");
  statement("process p { }", "1:1-8 expected-statement: `process` begins no statement.");
});
