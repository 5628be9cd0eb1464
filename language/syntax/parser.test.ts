import assert from "node:assert/strict";
import { test } from "node:test";
import { driverSample, kernelSample, scenarioSample } from "../testing/samples.ts";
import { dedent, showDiagnostics, showTree } from "../testing/show.ts";
import { languageWords, reservedWords } from "../words.ts";
import { parse, parseExpression } from "./parser.ts";

function check(text: string, expected: string): void {
  const source = dedent(text);
  const { file, diagnostics } = parse(source);
  assert.equal(showDiagnostics(source, diagnostics), "");
  assert.equal(file.items.map(showTree).join("\n"), dedent(expected).trim());
}

function checkExpr(text: string, expected: string): void {
  const { node, diagnostics } = parseExpression(text);
  assert.equal(showDiagnostics(text, diagnostics), "");
  assert.equal(showTree(node), expected);
}

test("the samples of the reference parse", () => {
  for (const sample of [scenarioSample, driverSample, kernelSample]) {
    assert.equal(showDiagnostics(sample, parse(sample).diagnostics), "");
  }
});

test("operators bind as in the reference, loosest first", () => {
  checkExpr("a implies b implies c", "(a implies (b implies c))");
  checkExpr("a or b and not c == d", "(a or (b and (unary not (c == d))))");
  checkExpr("not a implies b", "((unary not a) implies b)");
  checkExpr("1 + 2 * -x - 3", "((1 + (2 * (unary - x))) - 3)");
  checkExpr("x in 0..n + 1", "(in x 0 to=(n + 1))");
  checkExpr("x not in [a, b]", "(in x negated (list [a b]))");
  checkExpr("r is not error and r != 4 pages", "((is r negated error) and (r != 4pages))");
  checkExpr("a and all i in 0..4: p or q", "(a and (quantifier all i 0 to=4 (p or q)))");
  checkExpr("f(a, writable: w).kind == present", "((member (call f [(arg a) (arg writable w)]) kind) == present)");
  checkExpr("pte(app.buf[i..j] + 8).is", "(member (call pte [(arg ((index (member app buf) index=i to=j) + 8))]) is)");
  checkExpr("choose(0..3)", "(call choose [(arg 0 to=3)])");
  checkExpr("(a + b) * c", "((a + b) * c)");
});

test("a unit belongs to its number unless the word begins what follows", () => {
  checkExpr("[4 KiB, 16MiB, 0x1_0000 B, 1_000 pages]", "(list [4KiB 16MiB 65536B 1000pages])");
  check("fn f(page) { let n = 4 page.data = n }", "(fn f [page] (block [(let n 4) (assign (member page data) = n)]))");
  check(
    "fn f(page) { let n = 4 page\n g(n) }",
    "(fn f [page] (block [(let n 4page) (callStatement (call g [(arg n)]))]))",
  );
});

test("machine", () => {
  check(
    `
    page_size 4 KiB
    node N1 { memory 32 MiB movable }
    cpu cpu0, cpu1 on N0
    device gpu1 uses amdkfd { memory 16 MiB coherent as N2 granularity 9 mode "x" }
    process app {
      /// The counter.
      counter: anon 1 page
      weights: file "w.bin" 16 pages ro shared on N1
      on: driver gpu0 1 page at 0x1000
      at: anon 1 page
    }
    thread t0: app on cpu0
    `,
    `
    (pageSize 4KiB)
    (node N1 [(memory 32MiB) (movable)])
    (cpu [cpu0 cpu1] on=N0)
    (device gpu1 amdkfd [(memory 16MiB) (coherent N2) (setting granularity 9) (setting mode "x")])
    (process app [(region counter (mapping anon 1page) doc=The counter.) (region weights (mapping file "w.bin" 16pages [(mappingAttribute ro) (mappingAttribute shared) (mappingAttribute on N1)])) (region on (mapping driver gpu0 1page [(mappingAttribute at 4096)])) (region at (mapping anon 1page))])
    (thread t0 app on=cpu0)
    `,
  );
});

test("kernel, properties, what is known to be wrong", () => {
  check(
    `
    kernel "mine" extends "linux-6.12" { notify_exclusive off fn f() { } option x on }
    always a
    finds "deadlock"
    invariant "mirror-subset" off
    import "./a.hmm"
    `,
    `
    (kernel "mine" extends="linux-6.12" [(fn f (block)) (option x on)] [(setting notify_exclusive off)])
    (property always a)
    (finds "deadlock")
    (invariant "mirror-subset")
    (import "./a.hmm")
    `,
  );
});

test("actions, operands and outcomes", () => {
  check(
    `
    cpu0 write buf[0..4] + 8 = 7
    cpu0 atomic cas word (n + 1) -1 -> any as old
    cpu0 mmap ring: shmem 4 pages ro
    cpu0 mremap a to 0x4000 ; cpu0 mremap a to b
    cpu0 fork as c -> ENOMEM as r
    cpu0 pin buf longterm rw
    gpu0 migrate buf to system -> 3 pages
    gpu0 snapshot buf -> zero huge read
    gpu0 hint buf preferred N1
    reclaim 3 pages
    reclaim app.buf
    ksm a b
    call migrate_pages(a, 1) -> none
    inject maybe copy on gpu0 times 2 after 1
    `,
    `
    (action cpu0 write (place [buf] index=0 to=4 offset=8) 7)
    (action cpu0 atomic (place [word]) (unary - 1) (n + 1) cas outcome=(anyOutcome) as=old)
    (action cpu0 mmap ring (mapping shmem 4pages [(mappingAttribute ro)]))
    (action cpu0 mremap (place [a]) 16384)
    (action cpu0 mremap (place [a]) b)
    (action cpu0 fork c outcome=(valueOutcome ENOMEM) as=r)
    (action cpu0 pin (place [buf]) longterm rw)
    (action gpu0 migrate (place [buf]) system outcome=(valueOutcome 3pages))
    (action gpu0 snapshot (place [buf]) outcome=(reportOutcome [zero huge read]))
    (action gpu0 hint (place [buf]) preferred N1)
    (action reclaim 3pages)
    (action reclaim (place [app buf]))
    (action ksm (place [a]) (place [b]))
    (action call (call migrate_pages [(arg a) (arg 1)]) outcome=(valueOutcome none))
    (action inject maybe gpu0 copy 2 1)
    `,
  );
});

test("statements on one line: an optional part belongs to the statement before", () => {
  check(
    "cpu0 { atomic add near + 64 1  get buf read buf -> zero }",
    "(threadBlock cpu0 (block [(action atomic (place [near] offset=64) 1 add) (action get (place [buf])) (action read (place [buf]) outcome=(valueOutcome zero))]))",
  );
  check(
    "gpu0 { snapshot a -> read read b }",
    "(threadBlock gpu0 (block [(action snapshot (place [a]) outcome=(reportOutcome [read])) (action read (place [b]))]))",
  );
});

test("control and checks", () => {
  check(
    `
    parallel { t0 { barrier b } reclaim 1 page }
    for i in 0..16 { repeat 2 { } }
    if a { } else if b { } else { }
    wait until count(fault) == 1
    expect events { fault(cpu0, buf[1], read) lock notifier(MIGRATE, owner: gpu0) }
    expect no migrate_to_ram
    expect no == 1
    `,
    `
    (parallel (block [(threadBlock t0 (block [(barrier b)])) (action reclaim 1page)]))
    (for i 0 to=16 (block [(repeat 2 (block))]))
    (if a (block) else=(if b (block) else=(block)))
    (waitUntil ((call count [(arg fault)]) == 1))
    (expectEvents [(event fault [(arg cpu0) (arg (index buf index=1)) (arg read)]) (event lock) (event notifier [(arg MIGRATE) (arg owner gpu0)])])
    (expectNo (event migrate_to_ram))
    (expect (no == 1))
    `,
  );
});

test("model code", () => {
  check(
    `
    driver d extends base {
      granularity 9
      lock m spin
      device table pages
      struct s { a, b = 0, words[] }
      on invalidate(sub, range, seq) {
        match access { read { } write, 3 { } else { } }
        for x in 0..8 step 2 { continue }
        for x in rmap(folio) { break }
        while not done { x.f -= 1; t[i] += 1 }
        lock read process.mmap_lock
        lock read
        unlock ptl(p, a)
        atomic { wait until n == 0 }
        spawn f(1)
        emit exclusive(break, addr)
        let r = sub.context.invalidate(a)
        if r is error { return }
        return atomic
      }
    }
    `,
    `
    (driver d extends=base [(lockDecl m spin) (table device pages) (struct s [(field a) (field b default=0) (field words isArray)])] [(setting granularity 9)] [(callback invalidate [sub range seq] (block [(match access [(arm [read] (block)) (arm [write 3] (block)) (arm isElse (block))]) (for x 0 to=8 step=2 (block [(continue)])) (for x (call rmap [(arg folio)]) (block [(break)])) (while (unary not done) (block [(assign (member x f) -= 1) (assign (index t index=i) += 1)])) (lock read (member process mmap_lock)) (lock read) (unlock (call ptl [(arg p) (arg a)])) (atomic (block [(waitUntil (n == 0))])) (spawn (call f [(arg 1)])) (emit (event exclusive [(arg break) (arg addr)])) (let r (call (member (member sub context) invalidate) [(arg a)])) (if (is r error) (block [(return)])) (return atomic)]))])
    `,
  );
});

test("documentation is what stands in /// lines in front", () => {
  const { file } = parse("node N0 { memory 1 MiB } /// not this\n\n/// one\n/// two\n// a remark\nprocess app { }");
  const [, process] = file.items;
  assert.equal(process?.kind === "process" ? process.doc : undefined, "one\ntwo");
});

test("words of the language may be names where that blurs nothing", () => {
  const words = [...languageWords].filter((word) => !reservedWords.some((reserved) => reserved === word));
  const lines = words.flatMap((word) => [
    `node ${word} { memory 1 MiB }`,
    `process ${word} { ${word}: anon 1 page ${word}: anon 2 pages }`,
    `cpu0 write ${word}[0] = ${word}`,
    `cpu0 read ${word}.${word} -> 1 as ${word}`,
    `expect value(${word}) == ${word} and ${word}.${word} != 2`,
    `let ${word} = ${word} + 1`,
    `barrier ${word}`,
  ]);
  for (const line of lines) assert.deepEqual(parse(line).diagnostics, [], line);
  assert.deepEqual(parse(lines.join("\n")).diagnostics, []);
  for (const word of reservedWords) assert.ok(parse(`let ${word} = 1`).diagnostics.length > 0);
  assert.deepEqual(parse("expect a.in == b.not and c.all != d.true").diagnostics, []);
});

test("options of devices may have words as values, on lines of their own", () => {
  check(
    `
    device d uses e {
      memory 1 MiB
      policy migrate
      mode read
    }
    `,
    "(device d e [(memory 1MiB) (setting policy migrate) (setting mode read)])",
  );
});
