import assert from "node:assert/strict";
import { test } from "node:test";
import { analyseText } from "../testing/analyse.ts";
import { testLibrary } from "../testing/library.ts";
import { diagnose, fixesAt, underlined } from "./diagnostics.ts";

test("applying a fix mends what it is for", () => {
  const check = (text: string, expected: string) => {
    const analysis = analyseText(text);
    const [fix, ...others] = fixesAt(analysis, 0, text.length);
    assert.deepEqual(others, []);
    let mended = text;
    for (const { start, end, text: replacement } of fix?.edits.toReversed() ?? []) {
      mended = mended.slice(0, start) + replacement + mended.slice(end);
    }
    assert.equal(mended, expected);
    assert.deepEqual(analyseText(mended).diagnostics, []);
  };
  const machine = "device gpu0 uses dmirror { memory 1 MiB }\nprocess app { buf: anon 4 pages }\n";
  check(`${machine}gpu0 migrate buff to gpu0`, `${machine}gpu0 migrate buf to gpu0`);
  check(`${machine}cpu0 raed buf`, `${machine}cpu0 read buf`);
  check(`${machine}expect value(buf) = 1`, `${machine}expect value(buf) == 1`);
  check(`${machine}cpu0 reclaim buf`, `${machine}reclaim buf`);
  check(`${machine}reclaim 3`, `${machine}reclaim 3 pages`);
  check("process app { buf: anon 4 }", "process app { buf: anon 4 pages }");
  check('kernel "linux-6.15" { notify_exclusiv off }', 'kernel "linux-6.15" { notify_exclusive off }');
  check('finds "mirror-subse"', 'finds "mirror-subset"');
});

test("fixes are offered only where the cursor is", () => {
  const analysis = analyseText("process app { a: anon 4 }\nprocess b { c: anon 4 }");
  assert.equal(fixesAt(analysis, 23, 23).length, 1);
  assert.equal(fixesAt(analysis, 3, 3).length, 0);
});

test("what is missing is underlined at the character before", () => {
  const text = "cpu0 read\n";
  const [diagnostic] = diagnose(`${text}process app { }`, {
    path: "a.hmm",
    readImport: () => undefined,
    library: testLibrary,
  });
  assert.ok(diagnostic);
  assert.deepEqual(underlined(text, diagnostic), { start: 8, end: 9 });
});
