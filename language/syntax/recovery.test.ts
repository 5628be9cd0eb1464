import assert from "node:assert/strict";
import { test } from "node:test";
import { dedent, showDiagnostics, showTree } from "../testing/show.ts";
import { parse } from "./parser.ts";

/** What is wrong with a text, and (if given) the tree that it gives all the same. */
function check(text: string, diagnostics: string, tree?: string): void {
  const source = dedent(text);
  const parsed = parse(source);
  assert.equal(showDiagnostics(source, parsed.diagnostics), dedent(diagnostics).trim());
  if (tree !== undefined) assert.equal(parsed.file.items.map(showTree).join("\n"), dedent(tree).trim());
}

test("a half-typed statement does not swallow the next one", () => {
  check(
    `
    cpu0 read
    gpu0 read b -> 1
    cpu0
    expect
    let x =
    gpu0 write b =
    process app { }
    `,
    `
    1:10-10 expected: Expected a place (such as \`region[0]\`).
    3:5-5 expected: Expected a verb after \`cpu0\`. (For example: \`read buf[0]\`, \`write buf = 1\`.)
    4:7-7 expected: Expected an expression.
    5:8-8 expected: Expected an expression.
    6:15-15 expected: Expected an expression.
    `,
    `
    (action cpu0 read)
    (action gpu0 read (place [b]) outcome=(valueOutcome 1))
    (expect <missing>)
    (let x <missing>)
    (action gpu0 write (place [b]) <missing>)
    (process app)
    `,
  );
});

test("a half-typed statement before a declaration or the end", () => {
  check("expect pte(", "1:12-12 expected: Expected an expression.", "(expect (call pte [(arg <missing>)]))");
  check("gpu0 migrate buf to", "1:20-20 expected: Expected a device or `system` or a node.");
  check("expect folio(buf).", "1:19-19 expected: Expected a field's name after `.`.");
  check("parallel {\n  cpu0 { read a", "2:8-9 unclosed: This `{` is never closed.");
  check(
    "process app {\n  buf: anon\nnode N0 { memory 1 MiB }",
    `
    1:13-14 unclosed: This \`{\` is never closed.
    2:12-12 expected: Expected a size (such as \`4 pages\`).
    `,
    "(process app [(region buf (mapping anon))])\n(node N0 [(memory 1MiB)])",
  );
});

test("an unclosed block ends where a declaration begins, with one message", () => {
  check(
    `
    parallel {
      cpu0 {
        read a
    process app { a: anon 1 page }
    cpu0 read a
    `,
    "2:8-9 unclosed: This `{` is never closed.",
    `
    (parallel (block [(threadBlock cpu0 (block [(action read (place [a]))]))]))
    (process app [(region a (mapping anon 1page))])
    (action cpu0 read (place [a]))
    `,
  );
});

test("words that are not what is needed", () => {
  check("cpu0 raed buf", "1:6-10 unknown-verb: There is no verb `raed`. (Did you mean `read`?)");
  check(
    "proces app { }",
    "1:1-7 expected-statement: `proces` begins no statement. (Did you mean `process`?)".replace(
      "proces` b",
      "proces` b",
    ),
  );
  check(
    "cpu0 madvise buf dontnead",
    "1:18-26 unknown-word: `dontnead` is not an advice: `dontneed`, `free`, `hugepage`, `nohugepage`, `collapse`, `cold`, `pageout`, `willneed`, `populate_read`, `populate_write`, `dontfork`, `dofork`, `mergeable`, `unmergeable`, `guard_install` or `guard_remove`. (Did you mean `dontneed`?)",
  );
  check(
    "process p { b: annon 4 pages ro }",
    "1:16-21 unknown-word: `annon` is not what backs a region: `anon`, `shmem`, `hugetlb`, `file` or `driver`. (Did you mean `anon`?)",
    "(process p [(region b (mapping 4pages [(mappingAttribute ro)]))])",
  );
  check("let in = 3", "1:5-7 reserved-word: `in` is a reserved word; a name after `let` is needed here.");
});

test("slips in expressions", () => {
  check("expect a = 3", "1:10-11 assignment: `=` does not compare; `==` does.");
  check(
    "expect a < b < c",
    "1:14-15 chained-comparison: Comparisons do not chain. (Join two of them with `and`, or use parentheses.)",
  );
  check("expect a == not b", "1:13-16 parentheses: `not …` needs parentheses here.");
  check(
    "expect a && b",
    "1:10-12 bad-character: `&&` means nothing here. (Conjunction is `and`.)\n1:13-14 expected-statement: `b` begins no statement.",
  );
  check(
    "expect 99999999999999999999 == 1",
    "1:8-28 bad-number: `99999999999999999999` is not a number that fits in 64 bits.",
  );
  check("expect 12abc == 1", "1:8-13 bad-number: `12abc` is no number: `abc` is neither digits nor a unit.");
});

test("bad text", () => {
  check(
    'scenario "half',
    '1:10-15 unterminated-string: This string is never closed: `"` is missing at the end of the line.',
  );
  check("expect a /* half", "1:10-12 unterminated-comment: This comment is never closed: `*/` is missing.");
  check("}", "1:1-2 unopened: This `}` closes nothing.");
  check("expect \u0007a", "1:8-9 bad-character: The character U+0007 means nothing here.");
});

test("model code recovers statement by statement", () => {
  check(
    `
    fn f(a) {
      let x =
      let y = 1
      g(a
      lock
      return x
    }
    fn g(a) { }
    `,
    `
    2:10-10 expected: Expected an expression.
    4:6-6 expected: Expected \`)\` after the arguments.
    5:7-7 expected: Expected a lock.
    `,
  );
});

test("nesting deeper than 200 is one error with a place", () => {
  const depth = 201;
  const text = `expect ${"(".repeat(depth)}1${")".repeat(depth)}\ncpu0 exit`;
  const { diagnostics, file } = parse(text);
  assert.equal(
    showDiagnostics(text, diagnostics),
    "1:208-209 nesting: Nested more than 200 deep. (Split this up: `let` in expressions, functions in model code.)",
  );
  assert.equal(file.items.length, 2);
  assert.deepEqual(parse(`expect ${"(".repeat(200)}1${")".repeat(200)}`).diagnostics, []);
});

test("a file full of mistakes gives 100 and says that there are more", () => {
  const { diagnostics } = parse("cpu0 frobnicate x\n".repeat(1000));
  assert.equal(diagnostics.length, 101);
  assert.equal(diagnostics.at(-1)?.message, "There are more errors; these are the first 100.");
});
