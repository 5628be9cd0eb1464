import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Diagnostics } from "../../diagnostic.ts";
import { tokenize } from "../../syntax/tokens.ts";
import { analyseText } from "../../testing/analyse.ts";
import { testLibrary } from "../../testing/library.ts";
import { driverSample, scenarioSample } from "../../testing/samples.ts";
import { atMarker } from "../../testing/show.ts";
import { complete, completeFragment } from "./complete.ts";

const machine = `
device gpu0 uses amdkfd { memory 4 MiB }
device nic0 uses mlx5_odp
process app { buf: anon 4 pages other: anon 1 page }
thread c0: child on cpu1
cpu0 fork as child
let kept = 1
cpu0 read buf as result
`;

function labels(marked: string, rest = machine): string[] {
  const { text, offset } = atMarker(marked);
  return complete(analyseText(text + rest), testLibrary, offset).items.map((item) => item.label);
}

/** Expects exactly these labels, in the order in which they are offered. */
function check(marked: string, expected: string, rest = machine): void {
  assert.equal(labels(marked, rest).join(" "), expected);
}

/** Expects some labels, and (behind `-`) that others are missing. */
function checkSome(marked: string, expected: string, rest = machine): void {
  const offered = labels(marked, rest);
  for (const word of expected.split(" ")) {
    if (word.startsWith("-") && word !== "->")
      assert.ok(!offered.includes(word.slice(1)), `${word} in ${offered.join(" ")}`);
    else assert.ok(offered.includes(word), `${word} not in ${offered.join(" ")}`);
  }
}

test("the beginning of a statement", () => {
  checkSome("<|>", "scenario kernel device process fn always expect parallel cpu0 gpu0 c0 reclaim inject -read");
  checkSome("cp<|>", "cpu0 cpu");
  checkSome("cpu0 {\n  <|>\n}", "read write mmap reclaim expect barrier -migrate -process -cpu0");
  checkSome("gpu0 { m<|> }", "migrate read -mmap -reclaim");
  checkSome("parallel {\n  <|>\n}", "cpu0 gpu0 reclaim -parallel -let");
  checkSome("for i in 0..4 {\n  <|>\n}", "cpu0 parallel let");
});

test("verbs of the thread", () => {
  checkSome("cpu0 <|>", "read munmap fork -migrate -reclaim");
  checkSome("gpu0 mig<|>", "migrate exclusive -munmap");
});

test("operands", () => {
  check("cpu0 read <|>", "buf other");
  check("c0 read <|>", "buf other");
  check("gpu0 migrate buf <|>", "to");
  check("gpu0 migrate buf to <|>", "gpu0 nic0 system N0");
  check("cpu0 atomic <|>", "add xchg cas");
  check("cpu0 atomic add <|>", "buf other");
  check("cpu0 mprotect buf[1..2] + 8 <|>", "ro rw none");
  checkSome("cpu0 madvise buf <|>", "dontneed free dofork");
  check("gpu0 hint buf <|>", "migrate_on_fault read_duplicate remote_map preferred accessed_by none");
  check("gpu0 hint buf preferred <|>", "gpu0 nic0 N0");
  check("inject maybe <|>", "device_alloc page_alloc copy folio_lock notifier swap_io");
  check("inject maybe copy <|>", "on times after -> as");
  check("inject maybe copy on <|>", "gpu0 nic0");
  check("offline <|>", "gpu0 nic0 N0");
  check("cpu0 pin buf <|>", "longterm rw -> as");
  check("cpu0 vm_read <|>", "app child");
  check("cpu0 vm_read app.<|>", "buf other");
  check("cpu0 mmap ring: <|>", "anon shmem hugetlb file driver");
  checkSome("cpu0 mmap ring: anon 4 pages <|>", "ro rw thp on");
  checkSome("call <|>", "migrate_vma_setup folio_put -pte_get");
  checkSome("cpu0 write buf = <|>", "value kept result");
});

test("outcomes", () => {
  checkSome("cpu0 read buf -> <|>", "any SIGBUS EBUSY kept result -zero");
  checkSome("gpu0 snapshot buf -> <|>", "zero local read any");
  checkSome("gpu0 snapshot buf -> zero <|>", "read write huge");
  check("cpu0 read buf <|>", "-> as");
});

test("checks", () => {
  checkSome("expect <|>", "events no pte folio value count not all kept result gpu0 N0 EBUSY none");
  check("expect pte(<|>", "buf other app child");
  check("expect mirror(<|>", "gpu0 nic0");
  check("expect mirror(gpu0, b<|>)", "buf other app child");
  check("expect free(<|>", "gpu0 nic0 N0");
  check("expect pte(buf).<|>", "kind huge writable dirty young exclusive pfn");
  check("expect not folio(app.buf[0]).r<|>", "where kind order refcount mapcount pincount locked lru dirty pfn");
  checkSome("expect pte(buf).kind == <|>", "none present device_private kept");
  checkSome("expect pte(buf).kind == present <|>", "and or implies -pte");
  check("expect kept is <|>", testLibrary.valueKinds.join(" "));
  checkSome("always all i in 0..4: p<|>", "pte pmd");
  checkSome("expect count(<|>", "fault notifier migrate_to_ram");
  check(
    "expect count(notifier, <|>",
    "CLEAR UNMAP PROTECTION_VMA PROTECTION_PAGE SOFT_DIRTY RELEASE MIGRATE EXCLUSIVE _ reason: phase: place: owner:",
  );
  check("expect count(notifier, MIGRATE, <|>", "start end _ phase: place: owner:");
  check("expect count(notifier, owner: <|>", "gpu0 nic0 _");
});

test("events", () => {
  checkSome("expect no <|>", "fault migrate_to_ram");
  checkSome("expect events { fault(cpu0)  m<|> }", "migrate_to_ram migrate");
  check("expect events { fault(cpu0, buf[1], <|>) }", "read write atomic _ access:");
  check("expect events {\n  copy(<|>\n}", "N0 gpu0 nic0 _ from: to: by: pages:");
});

test("declarations", () => {
  checkSome("kernel <|>", '"linux-6.12"');
  checkSome('kernel "linux<|>"', "linux-6.12");
  check('finds "<|>', "mirror-subset no-lost-write deadlock livelock expectation", "");
  check("device d uses <|>", "dmirror nouveau amdkfd mlx5_odp cdm");
  checkSome("device d uses amdkfd { <|> }", "memory coherent granularity");
  check('kernel "linux-6.15" { <|> }', "notify_exclusive fn option struct var const table list lock");
  check('kernel "linux-6.15" { notify_exclusive <|> }', "on off");
  check("node N1 { <|> }", "memory movable");
  check("thread t: <|>", "app child");
  check("thread t: app on <|>", "cpu0 cpu1 gpu0 nic0");
  check("process p {\n  a: <|>\n}", "anon shmem hugetlb file driver");
  checkSome("process p {\n  a: anon 4 pages <|>\n}", "ro rw thp at on");
  check("process p {\n  a: anon 4 <|>\n}", "pages page KiB MiB GiB");
  check("process p {\n  <|>\n}", "");
});

test("model code", () => {
  checkSome("driver d extends dmirror { <|> }", "on fn lock option");
  checkSome("driver d { on <|> }", "invalidate device_fault migrate_to_ram");
  checkSome("driver d extends dmirror { on open() { <|> } }", "let lock match pte_get range_fault mutex self");
  checkSome(
    "driver d extends dmirror { on invalidate(sub, range, seq) { let x = 1\n lock <|> } }",
    "mutex x range -let",
  );
  checkSome(
    "driver d extends dmirror { on invalidate(sub, range, seq) { if range.<|> } }",
    "reason owner start -range",
  );
  checkSome("driver d extends dmirror { on open() { lock self.<|> } }", "mutex process notifier");
  checkSome("fn f(a) { match a { <|> } }", "present zero else -let");
  checkSome("fn f(a) { match a { present { <|> } } }", "let return a");
  checkSome("fn f(a) { emit <|> }", "exclusive fault");
  checkSome("fn f(a) { emit exclusive(<|>) }", "make break");
});

test("nothing in comments, and what is replaced is the whole word", () => {
  check("// cpu0 <|>", "");
  check("/* <|> */", "");
  const { text, offset } = atMarker("cpu0 re<|>ad buf");
  const { start, end } = complete(analyseText(text + machine), testLibrary, offset);
  assert.equal(text.slice(start, end), "read");
});

test("a fragment knows the file's names", () => {
  const { resolved } = analyseText(machine);
  const fragment = (marked: string) => {
    const { text, offset } = atMarker(marked);
    const tokens = tokenize(text, new Diagnostics());
    return completeFragment(tokens, resolved, testLibrary, offset).items.map((item) => item.label);
  };
  assert.deepEqual(fragment("cpu0 read <|>"), ["buf", "other"]);
  assert.ok(fragment("<|>").includes("gpu0") && !fragment("<|>").includes("process"));
});

test("completion never fails, wherever the cursor is", () => {
  for (const sample of [scenarioSample, driverSample]) {
    const whole = analyseText(sample);
    for (let offset = 0; offset <= sample.length; offset += 3) complete(whole, testLibrary, offset);
    fc.assert(
      fc.property(fc.nat(sample.length), (offset) => {
        const { start, end } = complete(analyseText(sample.slice(0, offset)), testLibrary, offset);
        assert.ok(start <= offset && offset <= end);
      }),
      { numRuns: 60 },
    );
  }
});
