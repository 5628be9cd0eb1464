import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { analyseText } from "../testing/analyse.ts";
import { testLibrary } from "../testing/library.ts";
import { driverSample, kernelSample, scenarioSample } from "../testing/samples.ts";
import { atMarker, dedent } from "../testing/show.ts";
import { definition, occurrences } from "./definition.ts";
import { evaluatableExpression, statementAt, statements } from "./expression-at.ts";
import { hover } from "./hover.ts";
import type { OutlineItem } from "./outline.ts";
import { outline } from "./outline.ts";

const machine = `
/// The card.
device gpu0 uses dmirror { memory 4 MiB }
process app {
  /// Where the work is.
  buf: anon 4 pages ro // a remark
}
`;

function checkHover(marked: string, expected: string | undefined, rest = machine): void {
  const { text, offset } = atMarker(marked);
  const found = hover(analyseText(text + rest), testLibrary, offset);
  assert.equal(
    found?.markdown
      .replaceAll(/```(hmm)?\n?/g, "")
      .trim()
      .replaceAll(/\n+/g, " | "),
    expected,
  );
}

test("hover: verbs, words and fields", () => {
  checkHover("cpu0 mun<|>map buf", "munmap P | Unmaps the pages of P.");
  checkHover(
    "cpu0 madvise buf dont<|>need",
    "madvise … dontneed | Drops the pages now; an anonymous page reads as zero afterwards.",
  );
  checkHover("inject fail co<|>py", "copy | Copying a page between system and device memory.");
  checkHover("expect folio(buf).ref<|>count == 1", "folio(P).refcount | References held.");
  checkHover("expect pte(buf).kind == zer<|>o", "zero | A value of `pte(P).kind`, `pmd(P).kind`, `folio(P).kind`.");
  checkHover(
    "expect count(not<|>ifier) == 1",
    "notifier(reason: CLEAR|UNMAP|PROTECTION_VMA|PROTECTION_PAGE|SOFT_DIRTY|RELEASE|MIGRATE|EXCLUSIVE, phase: start|end, place, owner) | mmu_notifier_invalidate_range_start or …_end was called.",
  );
  checkHover(
    "expect val<|>ue(buf) == 1",
    "value(P) | The 64-bit word stored at P as the process would read it, without faulting.",
  );
});

test("hover: what is declared", () => {
  checkHover(
    "cpu0 read b<|>uf",
    "buf: anon 4 pages ro | Where the work is. | 4 pages of process `app` at 0x10000000–0x10004000.",
  );
  checkHover("gpu0 migrate buf to gp<|>u0", "device gpu0 uses dmirror { memory 1024 pages } | The card.");
  checkHover("cp<|>u0 read buf", "thread cpu0: app on cpu0");
  checkHover("let a = 1 + 2\nexpect <|>a == 3", "let a = 1 + 2");
  checkHover(
    "cpu0 read buf as r\nexpect <|>r == 3",
    "cpu0 read buf as r | What that statement ended with; `none` before.",
  );
  checkHover("cpu0 mbind buf to N<|>0", "node N0 { memory 262144 pages }");
});

test("hover: strings, sizes, keywords", () => {
  checkHover(
    'kernel "linux<|>-6.15"',
    'kernel "linux-6.15" | Switches: | - `notify_exclusive`: Whether other mirrors are told.',
  );
  checkHover('finds "mirror<|>-subset"', 'invariant "mirror-subset" | A device maps only what the process may use.');
  checkHover("reclaim 3<|> pages", "12288 bytes (0x3000)");
  checkHover("alw<|>ays 1 == 1", "always EXPR | Must hold after every step of every execution.");
  checkHover("device d uses no<|>uveau", "driver nouveau | The nouveau driver.");
  checkHover("expect 1 <|>== 1", undefined);
  checkHover("// cpu0 re<|>ad", undefined);
});

test("hover: model code", () => {
  const code = (marked: string) =>
    `/// Adds.\nfn add(a, b) { return a }\ndriver d extends dmirror { on open() { ${marked} } }`;
  checkHover(code("let x = ad<|>d(1, 2)"), "fn add(a, b) { return a } | Adds.");
  checkHover(code("let x = pte_<|>get(1, 2)"), "pte_get(process, addr) | The entry of an address. | *primitive*");
  checkHover(
    code("migrate_vma_se<|>tup(1)"),
    "fn migrate_vma_setup(args) | Collects and isolates the pages of a range.",
  );
  checkHover(code("ma<|>tch 1 { }"), "match EXPR { present, zero { } else { } } | Runs the arm that has the value.");
  checkHover(code("return PAGE_<|>SIZE"), "const PAGE_SIZE | Bytes of a page.");
});

function checkDefinition(marked: string, expected: string | undefined): void {
  const { text, offset } = atMarker(marked);
  const whole = text + machine;
  const files = { "/home/user/a.hmm": "driver mine extends dmirror { }" };
  const found = definition(analyseText(whole, files), testLibrary, offset);
  const at =
    found === undefined
      ? undefined
      : found.library || found.file !== "/home/user/main.hmm"
        ? `${found.file}:${found.start}-${found.end}`
        : `${found.start}: ${whole.slice(found.start, found.end)}`;
  assert.equal(at, expected);
}

test("go to definition", () => {
  checkDefinition("cpu0 read b<|>uf[1]", "114: buf");
  checkDefinition("gpu0 <|>migrate buf to system", undefined);
  checkDefinition("gp<|>u0 migrate buf to system", "48: gpu0");
  checkDefinition("let a = 1 expect <|>a == 1", "4: a");
  checkDefinition('import "./a<|>.hmm"', "/home/user/a.hmm:0-0");
  checkDefinition('import "./a.hmm"\ndevice d uses mi<|>ne', "/home/user/a.hmm:7-11");
  checkDefinition("device d uses nouv<|>eau", "drivers/nouveau.hmm:7-14");
  checkDefinition("call migrate_vma_se<|>tup(1)", "kernel/migrate_device.hmm:40-57");
  checkDefinition("driver d { lock m on open() { lock self.<|>m } }", "16: m");
});

test("occurrences of a name", () => {
  const check = (marked: string, expected: string) => {
    const { text, offset } = atMarker(marked);
    const found = occurrences(analyseText(text + machine), offset);
    assert.equal(found.map((span) => span.start).join(" "), expected);
  };
  check("let a = 1 expect <|>a == 1 and a == 2", "4 17 28");
  check("cpu0 read b<|>uf expect value(buf) == 1 or buf in [1]", "10 27 148");
  check("repeat 1 { let a = 1 expect a == 1 } repeat 1 { let a = 2 expect <|>a == 1 }", "52 65");
});

test("outline", () => {
  const show = (item: OutlineItem, depth = 0): string =>
    [
      `${"  ".repeat(depth)}${item.kind} ${item.name} ${item.detail}`.trimEnd(),
      ...item.children.map((child) => show(child, depth + 1)),
    ].join("\n");
  const text = `scenario "x"\n${machine}driver d extends e { lock m spin fn f(a) { } on open() { } }\nalways value(buf) == 1`;
  assert.equal(
    outline(analyseText(text).parsed)
      .map((item) => show(item))
      .join("\n"),
    dedent(`
      scenario x
      device gpu0 dmirror
      process app
        region buf anon 4 pages ro
      driver d extends e
        lock m spin
        function f (a)
        callback open ()
      property always value(buf) == 1
    `).trim(),
  );
});

test("the expression under the mouse", () => {
  const check = (marked: string, expected: string | undefined) => {
    const { text, offset } = atMarker(marked);
    assert.equal(evaluatableExpression(text, offset)?.text, expected, marked);
  };
  check("cpu0 read b<|>uf[1] -> 2", "buf[1]");
  check("cpu0 read app.b<|>uf[i] + 8 -> 2", "app.buf[i] + 8");
  check("cpu0 re<|>ad buf", undefined);
  check("expect pte(buf[1]).ki<|>nd == present", "pte(buf[1]).kind");
  check("expect pt<|>e(buf[1]).kind == present", "pte(buf[1])");
  check("expect pte(b<|>uf[i]).kind == present", "buf[i]");
  check("expect pte(a<|>pp.buf[i]).kind == present", "app.buf[i]");
  check("expect pte(buf[<|>i]).kind == present", "i");
  check("exp<|>ect a == 1", undefined);
  check("expect <|>a == 1", "a");
  check("fn f(vmf) { let folio = vmf.orig.fo<|>lio }", "vmf.orig.folio");
  check("fn f(vmf) { let folio = vmf.o<|>rig.folio }", "vmf.orig");
  check("fn f(vmf) { let fo<|>lio = 1 }", "folio");
  check("fn f(vmf) { lock self.mu<|>tex }", "self.mutex");
  check("fn f(vmf) { f(a.b, <|>x) }", "x");
});

test("statements", () => {
  const text = "cpu0 { read a if b { read c } else if d { } }\nfn f() { loop { break } }";
  const { parsed } = analyseText(text);
  assert.deepEqual(
    statements(parsed).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`),
    [
      "threadBlock cpu0 { read a if b { read c } else if d { } }",
      "action read a",
      "if if b { read c } else if d { }",
      "action read c",
      "if if d { }",
      "loop loop { break }",
      "break break",
    ],
  );
  assert.equal(statementAt(parsed, text.indexOf("read c") + 2)?.kind, "action");
});

test("no feature fails, wherever the cursor is and however broken the text", () => {
  for (const sample of [scenarioSample, driverSample, kernelSample]) {
    const run = (text: string, offset: number) => {
      const analysis = analyseText(text);
      hover(analysis, testLibrary, offset);
      definition(analysis, testLibrary, offset);
      occurrences(analysis, offset);
      evaluatableExpression(analysis.parsed, offset);
      statementAt(analysis.parsed, offset);
      outline(analysis.parsed);
    };
    fc.assert(
      fc.property(fc.nat(sample.length), fc.nat(sample.length), fc.nat(40), (offset, cut, length) => {
        run(sample, offset);
        run(sample.slice(0, cut) + sample.slice(cut + length), offset);
      }),
      { numRuns: 60 },
    );
  }
});
