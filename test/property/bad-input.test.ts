/** Bad input is answered, never crashed on: through the front door, and then run as far as it goes. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { loadScenario } from "../../language/compile/front-door.ts";
import { errorsOf, exploreText, runText, shippedLibrary } from "../../language/testing/run.ts";
import { modelText, scenarioText } from "./programs.ts";

const folder = new URL("../../scenarios/", import.meta.url);
const shipped = readdirSync(folder)
  .filter((name) => name.endsWith(".hmm"))
  .map((name) => readFileSync(new URL(name, folder), "utf8"));
const drivers = ["dmirror", "nouveau"].map((name) =>
  readFileSync(new URL(`../../sim-core/drivers/${name}.hmm`, import.meta.url), "utf8"),
);

/** Every error has a place inside the text. If there is none, the text runs and explores without a crash. */
function answered(text: string): void {
  const { compiled, diagnostics } = loadScenario(text, "bad.hmm", { library: shippedLibrary() });
  for (const d of diagnostics) {
    assert.ok(d.message.length > 0 && d.start >= 0 && d.end <= text.length && d.start <= d.end, JSON.stringify(d));
    assert.ok(d.line >= 1 && d.column >= 1);
  }
  if (compiled === undefined) {
    assert.ok(diagnostics.some((d) => d.severity === "error"));
    return;
  }
  for (const failure of runText(compiled.program, { limit: 3_000 }).simulation.failures) {
    assert.ok(failure.message.length > 0 && failure.spot.line >= 1);
  }
  exploreText(compiled.program, { maxStates: 200, maxDepth: 200, maxFailures: 3 });
}

const words = [
  ..."expect let if for repeat wait until barrier parallel read write atomic add cas pin migrate to system as any none".split(
    " ",
  ),
  ..."process device driver kernel fn on return lock unlock loop match struct var table list extends option super".split(
    " ",
  ),
  ..."buf cpu0 gpu0 app anon pages value pte folio count fault always never finally events in is not and or implies".split(
    " ",
  ),
  ...'( ) { } [ ] , : = == -> .. + - * / % . ; 0 1 4096 0xffffffffffffffff 18446744073709551615 " // /* \n'.split(" "),
  "\n",
  "\u0000",
  "é",
  "😀",
];

test("any prefix of a shipped scenario or driver", () => {
  for (const text of [...shipped, ...drivers]) {
    const step = Math.max(1, Math.floor(text.length / 40));
    for (let end = 0; end < text.length; end += step) answered(text.slice(0, end));
  }
  const [first] = shipped;
  for (let end = 0; first !== undefined && end < first.length; end++) answered(first.slice(0, end));
});

test("a shipped scenario with a piece cut out, doubled, or replaced", () => {
  const edit = fc.record({
    text: fc.oneof(fc.constantFrom(...shipped), fc.constantFrom(...drivers), modelText, scenarioText),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(40),
    by: fc.oneof(
      fc.constant(""),
      fc.array(fc.constantFrom(...words), { maxLength: 6 }).map((w) => w.join(" ")),
      fc.string(),
    ),
    keep: fc.boolean(),
  });
  fc.assert(
    fc.property(edit, ({ text, from, length, by, keep }) => {
      const at = Math.floor(from * text.length);
      answered(text.slice(0, at) + by + text.slice(keep ? at : at + length));
    }),
    { numRuns: 400 },
  );
});

test("words in any order", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 60 }), (list) => answered(list.join(" "))),
    { numRuns: 300 },
  );
});

test("files that are empty, large, or deep", () => {
  assert.deepEqual(errorsOf(""), ["1:1 The file is empty: there is nothing to run."]);
  assert.match(errorsOf(" \n// nothing\n").join(), /nothing to run/);
  const read = "cpu0 read buf -> 0\n";
  answered(`process app { buf: anon 1 page }\n${"// five megabytes\n".repeat(300_000)}${read}`);
  answered(`process app { buf: anon 1 page }\nexpect ${"(".repeat(5_000)}1${")".repeat(5_000)} == 1\n`);
  answered(`process app { buf: anon 1 page }\n${"if true {\n".repeat(3_000)}${read}${"}\n".repeat(3_000)}`);
  answered(`process app { buf: anon 1 page }\nexpect ${"1 + ".repeat(3_000)}1 == 3001\n`);
  answered(`process app { buf: anon 1 page }\nexpect ${"1 + (2 * ".repeat(150)}1${")".repeat(150)} > 1\n`);
  answered(
    `process app { buf: anon 1 page }\nfn f(x) { return ${"min(x, ".repeat(190)}1${")".repeat(190)} }\ncpu0 call f(1)\n`,
  );
  answered("{".repeat(100_000));
  answered("/*".repeat(100_000));
  answered('"'.repeat(99_999));
});

test("sizes that no machine has", () => {
  const region = (size: string): string => errorsOf(`process app { buf: anon ${size} }\ncpu0 read buf\n`).join("\n");
  assert.match(region("1125899906842624 pages"), /^1:25 A region of 1125899906842624 pages is too large/);
  assert.match(region("0 pages"), /^1:25 A region has at least one page/);
  assert.match(region("1000 B"), /^1:25 /);
  assert.match(region("99999999999999999999999999 TiB"), /^1:25 /);
  answered("node N0 { memory 9999999 TiB }\nprocess app { buf: anon 1 page }\ncpu0 read buf\n");
  answered(
    "device gpu0 uses dmirror { memory 1125899906842624 pages }\nprocess app { buf: anon 1 page }\ncpu0 read buf\n",
  );
  answered("process app { buf: anon 1 page at 0xffff_ffff_ffff_f000 }\ncpu0 read buf\n");
  answered("page_size 3 KiB\nprocess app { buf: anon 1 page }\ncpu0 read buf\n");
});

test("executions without an end are cut, and say where they are", () => {
  const cut = (text: string): string => runText(text, { limit: 2_000 }).failures.join("\n");
  const driver = (body: string): string =>
    `process app { buf: anon 1 page }\ndevice d uses bad { memory 4 pages }\ndriver bad extends dmirror {\n on device_fault(addr, access) {\n ${body} } }\nd read buf\n`;
  assert.match(
    cut(driver("loop { let seq = read_begin(self.notifier) }")),
    /^5 limit: no end after 2000 steps: d is in .*bad\.device_fault \(test\.hmm:5\)/,
  );
  assert.match(cut(driver("let i = 0\n loop { i += 1 }")), /^6 limit: no end after 2000 steps/);
  assert.match(cut(driver("return ok")), /^6 progress-bound: d faults on buf again and again/);
  assert.match(cut("process app { buf: anon 1 page }\nrepeat 1_000_000_000_000 { cpu0 read buf }\n"), /^2 limit/);
  assert.match(cut("process app { buf: anon 1 page }\nrepeat 1_000_000_000_000 { }\n"), /^2 error: an endless loop/);
  assert.match(
    cut("process app { buf: anon 1 page }\nexpect all i in 0..1_000_000_000_000: i >= 0\n"),
    /^2 error: an endless loop/,
  );
  const explored = exploreText(driver("let i = 0\n loop { i += 1 }"));
  assert.match(explored.shown.join(), /^6 error: an endless loop: it makes no step that others could see/);
});
