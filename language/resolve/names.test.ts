import { test } from "node:test";
import { checkDiagnostics } from "../testing/analyse.ts";

const machine = `device gpu0 uses dmirror { memory 4 MiB }
process app { buf: anon 4 pages }
`;

/** What is wrong with statements under a small machine; line 1 is the first statement. */
function check(statements: string, expected: string): void {
  checkDiagnostics(`${statements}\n${machine}`, expected);
}

test("a name is declared once, whatever it names", () => {
  check("process gpu0 { }", "2:8-12 declared-twice: `gpu0` is declared already, in line 1.");
  check("let buf = 1", "1:5-8 declared-twice: `buf` is declared already, in line 3.");
  check("cpu0 read buf as app", "1:18-21 declared-twice: `app` is declared already, in line 3.");
  check("let a = 1 let a = 2", "1:15-16 declared-twice: `a` is declared already in this block, in line 1.");
  check("repeat 2 { let a = 1 }\nlet a = 2\nrepeat 2 { let a = 3 }", "");
  check("cpu0 mmap buf: anon 1 page", "1:11-14 declared-twice: Process `app` has a region `buf` already, in line 3.");
  check(
    "driver d { fn f() { } fn f() { } lock f }",
    "1:26-27 declared-twice: `f` is declared already, in line 1.\n1:39-40 declared-twice: `f` is declared already, in line 1.",
  );
});

test("words of the language", () => {
  check("cpu read", "1:5-9 word-of-language: `read` is a word of the language; a CPU may not be called so.");
  check("fn f(let) { }", "1:6-9 word-of-language: `let` begins a statement; it may not be declared.");
  check("var match = 1", "1:5-10 word-of-language: `match` begins a statement; it may not be declared.");
  check("thread t0: app on cpu0\nlet expected = 1\nt0 read buf", "");
});

test("unknown names and what they may have meant", () => {
  check("cpu7 read buf", "1:1-5 unknown-name: There is no thread `cpu7`. (Did you mean `cpu0`?)");
  check("gpu0 migrate buff to gpu0", "1:14-18 unknown-name: Process `app` has no region `buff`. (Did you mean `buf`?)");
  check("gpu0 migrate buf to gpu1", "1:21-25 unknown-name: There is no device or node `gpu1`. (Did you mean `gpu0`?)");
  check(
    "expect pte(buf).kind == presnt",
    "1:25-31 unknown-name: `presnt` is none of the words that can stand here: `none`, `present`, `zero`, `swap`, `migration`, `device_private`, `device_exclusive`, `marker`, `hwpoison`. (Did you mean `present`?)",
  );
  check("expect mirror(gpu, buf).valid", "1:15-18 unknown-name: There is no device `gpu`. (Did you mean `gpu0`?)");
  check("expect free(N1) == 0", "1:13-15 unknown-name: There is no node or device `N1`. (Did you mean `N0`?)");
  check("expect fought == 1", "1:8-14 unknown-name: There is nothing called `fought`.");
  check("expect foo(buf) == 1", "1:8-11 unknown-function: There is no function `foo`.");
  check("expect folo(buf).order == 1", "1:8-12 unknown-function: There is no function `folo`. (Did you mean `folio`?)");
  check(
    "device d uses nouvaeu",
    "1:15-22 unknown-driver: There is no driver `nouvaeu`: `dmirror`, `nouveau`, `amdkfd`, `mlx5_odp` or `cdm`. (Did you mean `nouveau`?)",
  );
  check(
    'finds "mirror-subst"',
    "1:7-21 unknown-invariant: There is no invariant `mirror-subst`. (Did you mean `mirror-subset`?)",
  );
  check('finds "deadlock" invariant "no-lost-write" off', "");
  check(
    "call migrate_vma_steup(1)",
    "1:6-23 unknown-function: There is no function `migrate_vma_steup`. (Did you mean `migrate_vma_setup`?)",
  );
});

test("names of the wrong kind", () => {
  check("expect value(gpu0) == 0", "1:14-18 wrong-kind: `gpu0` is a device, not a region.");
  check(
    "expect buf == 0",
    "1:8-11 not-a-value: `buf` is a region, which is no value. (The word stored in it is `value(buf)`.)",
  );
  check(
    "cpu0 mbind buf to gpu0",
    "1:19-23 wrong-kind: `gpu0` is a device; `mbind` needs a node here. (It can be `N0`.)",
  );
  check(
    "expect pte(3).huge",
    "1:12-13 not-a-place: This is no place: write `region`, `region[i]` or `PROCESS.region[i]`.",
  );
  check(
    "expect pte(buf.kind == present)",
    "1:12-31 not-a-place: This is no place: write `region`, `region[i]` or `PROCESS.region[i]`.",
  );
  check(
    "expect pte(buf.kind).huge",
    "1:16-20 not-a-place: `buf` is a region; a place has no `.kind`. (What a check can say of a place: `pte(…)`, `folio(…)`, `value(…)` and their like.)",
  );
  check("app read buf", "1:1-4 wrong-kind: `app` is a process, not a thread.");
});

test("events and their arguments", () => {
  check("cpu0 exit\nexpect no falt", "2:11-15 unknown-event: There is no event `falt`. (Did you mean `fault`?)");
  check(
    "expect count(fault, buf) == 1",
    "1:21-24 wrong-kind: `buf` is a region, not a thread, CPU or device, which `thread` is.",
  );
  check(
    "expect count(notifier, MIGRAT) == 1",
    "1:24-30 unknown-name: `MIGRAT` is none of the words that can stand here: `CLEAR`, `UNMAP`, `PROTECTION_VMA`, `PROTECTION_PAGE`, `SOFT_DIRTY`, `RELEASE`, `MIGRATE`, `EXCLUSIVE`. (Did you mean `MIGRATE`?)",
  );
  check("expect count(deadlock, 1) == 1", "1:24-25 too-many-arguments: Too many arguments: `deadlock()`.");
  check(
    "expect count(notifier, ownr: gpu0) == 1",
    "1:24-28 unknown-field: Event `notifier` has no field `ownr`: `notifier(reason, phase, place, owner)`. (Did you mean `owner`?)",
  );
  check(
    "expect count(migrate_to_ram, _, buf[1]) == 0 and count(copy, gpu0, N0, by: cpu) == 0 and count(lock, anything) == 0",
    "",
  );
  check("expect count() == 1", "1:8-13 unknown-event: `count` needs an event: `count(fault, gpu0)`.");
});

test("several processes", () => {
  const two = "process a { x: anon 1 page }\nprocess b { x: anon 1 page z: anon 1 page }\n";
  checkDiagnostics(
    `${two}expect value(x) == 1`,
    "3:14-15 ambiguous: Several processes have a region `x`: write `a.x` or `b.x`.",
  );
  checkDiagnostics(
    `${two}cpu0 read x`,
    "3:1-5 no-process: `cpu0` is a CPU, and there are 2 processes: which one does it work in? (Declare a thread: `thread t0: a on cpu0`.)",
  );
  checkDiagnostics(
    `${two}thread t: a on cpu0\nt read z`,
    "4:8-9 other-process: `z` is a region of `b`; `t` works in `a`.",
  );
  checkDiagnostics(
    `${two}thread t: a on cpu0\nt read b.z`,
    "4:8-9 other-process: `t` works in `a`, not in `b`. (Only `vm_read` and `vm_write` reach another process.)",
  );
  checkDiagnostics(`${two}thread t: a on cpu0\nt vm_write b.z = 1`, "");
  checkDiagnostics(
    "cpu0 read x",
    "1:1-5 no-process: `cpu0` has no process to work in. (Declare one: `process app { buf: anon 4 pages }`.)",
  );
  checkDiagnostics(
    "process a { }\nthread c: child on cpu0\nc fork as child",
    "3:1-2 fork-cycle: `c` works in `child`, which does not exist before `child` is forked.",
  );
});

test("places outside of their region", () => {
  check("cpu0 read buf[9]", "1:15-16 index-out-of-range: `buf` has only 4 pages, 0 to 3.");
  check("cpu0 read buf[2..5]", "1:18-19 index-out-of-range: `buf` has only 4 pages, 0 to 3.");
  check("cpu0 read buf[-1]", "1:15-17 index-out-of-range: `buf` has only 4 pages, 0 to 3.");
  check("cpu0 read buf[3..3]", "1:15-19 empty-range: Pages 3 to 2 are none: the end is exclusive.");
  check(
    "cpu0 read buf + 4",
    "1:17-18 bad-offset: An offset is a multiple of 8: memory is read and written in 64-bit words.",
  );
  check("cpu0 read buf + 4096", "1:17-21 bad-offset: An offset lies inside the first page: 0 to 4088.");
  check(
    "const last = 2 * 2 - 1\ncpu0 read buf[last + 1]",
    "2:15-23 index-out-of-range: `buf` has only 4 pages, 0 to 3.",
  );
  check("for i in 0..8 { if i < 4 { cpu0 read buf[i] } }", "");
  check("always all i in 0..5: pte(buf[i]).kind == none", "");
});

test("sizes and addresses", () => {
  checkDiagnostics(
    "process a { x: anon 1125899906842624 pages }",
    "1:21-43 too-large: A region of 1125899906842624 pages is too large for a 47-bit address space. (At most 34359738368 pages (128 TiB) fit.)",
  );
  checkDiagnostics(
    "process a { x: anon 4 }",
    "1:21-22 bad-size: A region is a whole number of pages; a page has 4096 bytes. (Without a unit a size is in bytes.)",
  );
  checkDiagnostics(
    "process a { x: anon 6 KiB }",
    "1:21-26 bad-size: A region is a whole number of pages; a page has 4096 bytes.",
  );
  checkDiagnostics("process a { x: anon 0 pages }", "1:21-28 bad-size: A region has at least one page.");
  checkDiagnostics(
    "process a { x: hugetlb 4 pages }",
    "1:24-31 bad-size: A hugetlb region is a whole number of huge pages of 2 MiB.",
  );
  checkDiagnostics(
    "process a { x: anon 1 page at 0x1001_0010 }",
    "1:31-42 bad-address: The address must be a multiple of 4096.",
  );
  checkDiagnostics(
    "process a { x: anon 1 page at 0 }",
    "1:31-32 bad-address: Nothing can be mapped below 0x1_0000 (mmap_min_addr).",
  );
  checkDiagnostics(
    "process a { x: anon 2 pages at 0x10_0000 y: anon 1 page at 0x10_1000 }",
    "1:57-69 overlap: `y` overlaps `x` there.",
  );
  checkDiagnostics(
    "process a { x: anon 100 TiB y: anon 100 TiB }",
    "1:37-44 too-large: The regions of `a` together are too large for a 47-bit address space.",
  );
  checkDiagnostics("page_size 5 KiB", "1:11-16 bad-size: A page has 4, 8, 16, 32 or 64 KiB.");
  checkDiagnostics(
    "process a { x: anon 1 page ro rw thp thp }",
    "1:31-33 contradiction: `rw` contradicts `ro`.\n1:38-41 contradiction: `thp` is given already.",
  );
});
