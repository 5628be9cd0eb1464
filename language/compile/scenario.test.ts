/** What scenarios mean, form by form: each text runs to its end, and its own checks hold, or fail as the test says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Files } from "../testing/run.ts";
import { exploreText, runText } from "../testing/run.ts";

/** The text runs and nothing fails. */
function holds(name: string, text: string, files: Files = {}): void {
  test(name, () => assert.deepEqual(runText(text, { files }).failures, []));
}
/** The text runs and fails so, and no more: `line kind: message`. */
function fails(name: string, text: string, ...expected: string[]): void {
  test(name, () => assert.deepEqual(runText(text).failures, expected));
}
/** Nothing fails in any interleaving, and all `exists` are witnessed. */
function holdsAlways(name: string, text: string): void {
  test(name, () => {
    const result = exploreText(text, { maxStates: 450_000 });
    assert.deepEqual(result.shown, []);
    assert.ok(result.complete);
    assert.deepEqual(
      result.unwitnessed.map((p) => p.text),
      [],
    );
  });
}
/** Some interleaving fails so. */
function failsSometimes(name: string, text: string, expected: RegExp): void {
  test(name, () => assert.match(exploreText(text).shown.join("\n"), expected));
}

const page = "process app { buf: anon 1 page }\n";
const pages = "process app { buf: anon 4 pages }\n";
const gpu = "process app { buf: anon 4 pages }\ndevice gpu0 uses dmirror { memory 16 pages }\n";

// -------------------------------------------------------------------------------------------------- expressions

holds(
  "operators bind as in Python",
  `${page}
expect not 1 == 2 and 2 == 2
expect not (1 == 1 and 2 == 3)
expect 1 == 2 or 3 == 3 and 4 == 4
expect 2 * 3 + 4 * 5 - 6 / 4 == 25
expect -2 * 3 == -6 and - 2 - - 3 == 1
expect 10 - 4 - 3 == 3 and 100 / 10 / 5 == 2
expect true implies false implies false
expect not (true implies false)
expect not 5 in 6..10
expect 0x10 == 16 and 1_000 == 1000 and 4 KiB == 4096 and 2 pages == 8192`,
);
holds(
  "and, or and implies stop as soon as they know",
  `${page}
expect true or 1 / 0 == 1
expect not (false and 1 / 0 == 1)
expect false implies 1 / 0 == 1`,
);
holds(
  "words have 64 bits, are signed when compared, and wrap; division is C's",
  `${page}
let big = 0x7fff_ffff_ffff_ffff
expect big + 1 == -0x8000_0000_0000_0000 and big + 1 < 0
expect big * 2 == -2 and 0xffff_ffff_ffff_ffff == -1
expect -7 / 2 == -3 and -7 % 2 == -1 and 7 % -2 == 1
expect (big + 1) / -1 == big + 1
cpu0 write buf = 0xffff_ffff_ffff_ffff
cpu0 read buf -> -1
cpu0 atomic add buf -1 -> -1
cpu0 atomic cas buf -2 (3 + 4) -> -2
cpu0 atomic xchg buf 0x8000000000000000 -> 7
expect value(buf) < 0`,
);
holds(
  "in a range, a list, a place",
  `${pages}
expect 3 in 1..4 and 4 not in 1..4 and none not in 0..10
expect 4 in [1, 4] and 4 not in [1, 5]
cpu0 read buf
expect vma(buf).start in buf and vma(buf).end not in buf
expect vma(buf).start not in buf[1..4]
expect pte(buf).kind in [zero, present]`,
);
holds(
  "none equals only itself, compares with nothing, counts as false; so do its fields",
  `${pages}
expect result == none and result is none
expect not (result < 3) and not (result >= 3) and result != 0
expect not result
cpu0 munmap buf[1]
expect folio(buf[1]) == none and folio(buf[1]).refcount == none
expect not (folio(buf[1]).refcount < 1) and not (folio(buf[1]).refcount > 0)
expect vma(buf[1]).flags is none
cpu0 read buf[0] as result
expect result == 0 and result is number and result is not none`,
);
holds(
  "kinds of values",
  `${page}
cpu0 write buf = 1
expect EBUSY is error and SIGBUS is error and 0 is not error
expect 3 is number and present is word and folio(buf) is folio
expect EBUSY == EBUSY and EBUSY != ENOMEM and not 3 < EBUSY`,
);
holds(
  "all and any; of an empty range all holds and any does not",
  `${pages}
expect all i in 0..3: i < 3
expect any i in 0..3: i == 2
expect (all i in 3..0: false) and not (any i in 3..0: true)
cpu0 write buf[2] = 1
expect any i in 0..4: value(buf[i]) == 1
expect not (all i in 0..4: value(buf[i]) == 1)`,
);
holds(
  "constants and variables of model code",
  `${page}
const K = 4
var n = 3
fn inc() { n += 1 }
cpu0 call inc()
cpu0 write buf = n + K * 2
expect value(buf) == 12 and n == 4`,
);

fails(
  "to divide by zero is a failed expectation, wherever it stands",
  `${page}
expect 1 / 0 == 1
cpu0 write buf = 1 / value(buf)
let x = 5 % value(buf)
if 1 / value(buf) == 1 { cpu0 write buf = 2 }
cpu0 read buf -> 1 / 0
expect x is none`,
  "3 expectation: expect 1 / 0 == 1 does not hold: division by zero",
  "4 expectation: division by zero",
  "5 expectation: division by zero",
  "6 expectation: division by zero",
  "7 expectation: division by zero",
);
fails(
  "in a property, too",
  `${page}
always 1 / value(buf) != 5
never 1 / value(buf) == 5
cpu0 read buf`,
  "3 always: always 1 / value(buf) != 5 does not hold: division by zero; value(buf) is 0",
  "4 never: never 1 / value(buf) == 5 does not hold: division by zero; value(buf) is 0",
);
fails(
  "a place of several pages has what all its pages have; where they differ, the check fails",
  `${pages}
cpu0 write buf = 3
expect value(buf) == 3 and pte(buf).writable
cpu0 write buf[2] = 4
expect value(buf) == 3
expect value(buf[0..2]) == 3
let x = value(buf)`,
  "6 expectation: expect value(buf) == 3 does not hold: value is not the same for all pages: page 0 has 3, page 2 has 4",
  "8 expectation: value is not the same for all pages: page 0 has 3, page 2 has 4",
);
fails(
  "in a property, too, whether it says always or never",
  `${pages}
never value(buf) == 3
cpu0 write buf[1] = 3`,
  "3 never: never value(buf) == 3 does not hold: value is not the same for all pages: page 0 has 0, page 1 has 3",
);
fails(
  "only numbers are written",
  `${page}
cpu0 write buf = later
cpu0 atomic add buf later
cpu0 read buf as later`,
  "3 expectation: none is no number",
  "4 expectation: none is no number",
);
fails(
  "an index outside its region ends the execution",
  `${pages}
let i = 5
cpu0 write buf[i - 3] = 1
cpu0 read buf[i]
expect false`,
  "5 error: page 5 is outside the region, which has 4 pages",
);

// --------------------------------------------------------------------------------------------------- statements

holds(
  "an access of several pages goes to the same word of each",
  `${pages}
cpu0 write buf[1..3] + 8 = 7
cpu0 read buf[1..3] + 8 -> 7
cpu0 read buf -> 0
cpu0 atomic add buf[0..2] 5 -> 0
expect value(buf[0]) == 5 and value(buf[1]) == 5 and value(buf[1] + 8) == 7 and value(buf[2]) == 0
let i = 2
cpu0 write buf[i..i + 2] = i
expect value(buf[3]) == 2`,
);
fails(
  "with -> V every page must give V",
  `${pages}
cpu0 write buf[2] = 8
cpu0 read buf -> 0`,
  "4 expectation: read ended with 8, not with 0",
);
holds(
  "as keeps what a statement ended with",
  `${gpu}
cpu0 write buf[0..2] = 1
gpu0 migrate buf to gpu0 -> 4 pages as moved
cpu0 munmap buf[3]
cpu0 read buf[3] -> SIGSEGV as fault
cpu0 read buf[0] as word
expect moved == 4 and fault == SIGSEGV and fault is error and word == 1`,
);
fails(
  "a statement without an outcome must succeed; migrate must move all that is mapped",
  `${gpu}
cpu0 write buf = 1
cpu0 pin buf[2]
gpu0 migrate buf to gpu0
gpu0 migrate buf to gpu0 -> any
cpu0 munmap buf[3]
cpu0 read buf[3]
cpu0 read buf[0] -> EBUSY`,
  "6 expectation: migrate left 1 of the mapped pages where they were (it moved 3)",
  "9 expectation: read failed with SIGSEGV",
  "10 expectation: read ended with 1, not with EBUSY",
);
fails(
  "snapshot reports every page",
  `${gpu}
cpu0 write buf[0] = 7
cpu0 read buf[1]
gpu0 migrate buf[2] to gpu0
gpu0 snapshot buf[0] -> write
gpu0 snapshot buf[1] -> zero read
gpu0 snapshot buf[2] -> local write
gpu0 snapshot buf[3] -> none
gpu0 snapshot buf -> read`,
  "11 expectation: snapshot reported write, zero read, local write, none, not read",
);
holds(
  "let, if, for and repeat, with the scopes of blocks",
  `${pages}
let i = 1
if i == 1 { let j = 2
  cpu0 write buf[j] = i } else { cpu0 write buf[0] = 100 }
for k in i..3 { let j = k * 10
  cpu0 { atomic add buf[k] j } }
expect value(buf[1]) == 10 and value(buf[2]) == 21 and value(buf[0]) == 0
for a in 0..2 { for b in 0..2 { cpu0 atomic add buf[a * 2 + b] 1 } }
expect value(buf[3]) == 1
repeat i + 1 { cpu0 atomic add buf[0] 1 }
expect value(buf[0]) == 3
repeat 0 { cpu0 write buf = 9 }
for k in 3..1 { cpu0 write buf = 9 }
cpu0 { if value(buf[0]) == 4 { write buf[0] = 0 } else if value(buf[0]) == 3 { write buf[0] = 50 } else { write buf[0] = 1 } }
expect value(buf[0]) == 50`,
);
holds(
  "mmap, munmap and mprotect change what there is",
  `${page}
expect vma(more) is none
cpu0 mmap more: anon 2 pages
cpu0 write more = 3
cpu0 mprotect more ro
cpu0 write more[0] = 4 -> SIGSEGV
cpu0 read more -> 3
cpu0 munmap more[0]
cpu0 read more[0] -> SIGSEGV
expect vma(more[0]) is none and value(more[1]) == 3`,
);
holds(
  "several processes, threads of each, and access to another's memory",
  `
process app { buf: anon 1 page }
process other { buf: anon 1 page  x: anon 1 page }
thread a: app on cpu0
thread b: other on cpu1
a write buf = 5
b read buf -> 0
b write x = 9
expect value(app.buf) == 5 and value(other.buf) == 0 and value(x) == 9
a vm_read other.x -> 9
a vm_write other.x = 4
b read x -> 4`,
);
holds(
  "threads of a child that fork makes, on a CPU and on a device",
  `
process app { buf: anon 2 pages }
device gpu0 uses dmirror { memory 16 pages }
thread c0: child on cpu1
thread d0: child on gpu0
thread t0: app on cpu0
thread q0: app on gpu0
t0 write buf = 1
q0 read buf -> 1
t0 fork as child
c0 write buf[0] = 2
d0 read buf[0] -> 2
q0 read buf[0] -> 1
d0 write buf[1] = 9
t0 read buf[1] -> 1
expect value(child.buf[0]) == 2 and value(buf[0]) == 1`,
);
fails(
  "a child does nothing before it is there",
  `
process app { buf: anon 2 pages }
thread c0: child on cpu1
thread t0: app on cpu0
t0 read buf
c0 read buf
t0 fork as child`,
  "6 error: process child does not exist at this point",
);
holds(
  "a page size of its own",
  `
page_size 64 KiB
process app { buf: anon 4 pages  more: anon 128 KiB }
device gpu0 uses dmirror { memory 1 MiB }
cpu0 write buf = 3
cpu0 write more[1] + 65528 = 4
gpu0 migrate buf to gpu0 -> 4 pages
gpu0 write buf[2] = 4
cpu0 read buf[2] -> 4
expect vma(buf).end - vma(buf).start == 4 pages and value(more[1] + 65528) == 4`,
);
holds(
  "on a device's thread, call finds the functions of its driver, with self as that device's context",
  `process app { buf: anon 4 pages }
driver base { fn where() { return self.device } fn twice(n) { return n + n } }
driver mine extends base { fn twice(n) { let r = super(n) return r + 1 } }
device gpu0 uses mine
device gpu1 uses base
gpu0 call twice(3) -> 7
gpu1 call twice(3) -> 6
gpu0 call where() as a
gpu1 call where() as b
expect a == gpu0 and b == gpu1`,
);

holds(
  "an import brings declarations",
  `
process app { buf: anon 1 page }
import "./lib.hmm"
device gpu0 uses mine { memory 16 pages }
gpu0 write buf = TWO
cpu0 call lib_fn(3) -> 5
gpu0 hint buf none as h
expect h == 77`,
  {
    "lib.hmm": `
const TWO = 2
fn lib_fn(x) { return x + TWO }
driver mine extends dmirror { on hint(range, policy, target) { return 77 } }
always value(buf) < 3`,
  },
);
holds(
  "injected faults: how often, and after how many operations",
  `${gpu}
cpu0 write buf = 1
inject fail device_alloc times 1
gpu0 migrate buf to gpu0 -> 3 pages
gpu0 migrate buf to gpu0
gpu0 migrate buf to system
inject fail device_alloc after 2
gpu0 migrate buf to gpu0 -> 2 pages`,
);
test("a fault that may happen does not when running, whatever the seed", () => {
  const text = `${gpu}cpu0 write buf = 1\ninject maybe device_alloc\ngpu0 migrate buf to gpu0`;
  for (let seed = 0; seed < 20; seed++) assert.deepEqual(runText(text, { seed }).failures, []);
});
holdsAlways(
  "an operation that is delayed takes until no other thread can move, be they delayed or waiting",
  `
process app { buf: anon 2 pages }
device gpu0 uses dmirror { memory 16 pages }
device gpu1 uses dmirror { memory 16 pages }
cpu0 write buf = 1
inject delay copy times 2
parallel {
  gpu0 { migrate buf[0] to gpu0 as first }
  gpu1 { migrate buf[1] to gpu1 -> any }
  cpu1 { expect first is none
    atomic add buf[1] 1 -> any
    wait until first is not none }
}
gpu0 migrate buf[0] to system`,
);
holdsAlways(
  "a fault that may happen is tried both ways",
  `
process app { buf: anon 2 pages }
device gpu0 uses dmirror { memory 16 pages }
cpu0 write buf = 1
inject maybe device_alloc
gpu0 migrate buf to gpu0 -> any as moved
exists moved == 2
exists moved == 1
exists moved == 0
finally value(buf) == 1`,
);

// ------------------------------------------------------------------------------------------------- concurrency

holdsAlways(
  "the blocks of parallel run in all orders",
  `${pages}
parallel {
  cpu0 write buf[0] = 1
  cpu1 { write buf[1] = 1  read buf[0] -> any as seen }
}
exists seen == 0
exists seen == 1
finally value(buf[0]) == 1 and value(buf[1]) == 1`,
);
holdsAlways(
  "a barrier waits for every block that has it, also time and again",
  `${pages}
parallel {
  cpu0 { repeat 2 { write buf[0] = 1  barrier b  read buf[1] -> 1  barrier c } }
  cpu1 { repeat 2 { write buf[1] = 1  barrier b  read buf[0] -> 1  barrier c } }
}`,
);
holdsAlways(
  "wait until blocks the thread",
  `${pages}
parallel {
  cpu0 { wait until value(buf[0]) == 5  write buf[1] = 1 }
  cpu1 { write buf[0] = 5 }
}
expect value(buf[1]) == 1`,
);
holdsAlways(
  "a result is seen by other threads from the statement's end on",
  `${pages}
parallel {
  cpu0 { write buf[0] = 5  read buf[0] as x }
  cpu1 { if x is none { write buf[2] = 1 }  wait until x is not none  write buf[1] = x + 1 }
}
expect value(buf[1]) == 6
exists value(buf[2]) == 1
exists value(buf[2]) == 0`,
);
fails(
  "a barrier that a block never comes to",
  `${pages}
parallel {
  cpu0 { if value(buf) == 1 { barrier b } }
  cpu1 { barrier b }
}`,
  "5 deadlock: nothing can move: cpu1 waits for 'barrier b'",
);
fails(
  "what nobody will make true",
  `${pages}
wait until value(buf[0]) == 5`,
  "3 deadlock: nothing can move: scenario waits for 'value(buf[0]) == 5'",
);
holds(
  "pages that differ are no reason to go on, and none to fail",
  `${pages}
cpu0 write buf[0] = 1
parallel {
  cpu0 { wait until not value(buf[0..2]) == 0  write buf[0] = 2 }
  cpu1 { write buf[1] = 1 }
}
expect value(buf[0]) == 2`,
);
holdsAlways(
  "finally and exists speak of the ends of executions; always and never of every step",
  `${page}
always value(buf) in 0..3
never value(buf) == 3
parallel { cpu0 { atomic add buf 1 } cpu1 { atomic add buf 1 } }
finally value(buf) == 2
exists count(fault) == 1
exists count(fault) == 2`,
);
failsSometimes(
  "always is looked at after every step",
  `${page}
always value(buf) != 1
parallel { cpu0 { atomic add buf 1 } cpu1 { atomic add buf 1 } }`,
  /^3 always: always value\(buf\) != 1 does not hold: value\(buf\) is 1/,
);

// ------------------------------------------------------------------------------------------------------- events

holds(
  "expect events asks about the statement before, which a check or a let is not; a loop or parallel counts as one",
  `${pages}
cpu0 read buf[0]
let a = 1
expect a == 1
expect events { fault(cpu0, buf[0], read) }
expect no fault(_, buf[1])
expect no fault(access: write)
cpu0 write buf[1] = 2
expect events { fault(cpu0, buf[1], write) alloc }
expect no fault(_, buf[0])
repeat 2 { cpu0 write buf[2] = 1 }
expect events { fault(cpu0, buf[2]) }
parallel { cpu0 { read buf[3] } cpu1 { read buf[3] + 8 } }
expect events { fault(_, buf[3]) }
expect no fault(_, buf[2])
cpu1 { madvise buf[3] dontneed
  read buf[3] }
expect events { fault(cpu1, buf[3]) }
expect count(fault, cpu1, buf[3]) in 1..3 and count(alloc) == 2`,
);
holds(
  "locks by the names that they are shown by",
  `${pages}
lock m
fn f() { lock m  unlock m }
call f()
expect events { lock("m") unlock(m) }
expect no lock("mmap_lock of app")
cpu0 munmap buf
expect events { lock("mmap_lock of app") unlock(name: "mmap_lock of app") }
expect no lock(m)
expect count(lock, m) == 1 and count(unlock, _) > 1`,
);
fails(
  "events must come in the order listed",
  `${pages}
cpu0 { read buf[0]
  read buf[1] }
expect events { fault(cpu0, buf[1]) fault(cpu0, buf[0]) }
expect no fault`,
  "5 expectation: expect events { fault(cpu0, buf[1]) fault(cpu0, buf[0]) } does not hold: there was no fault(cpu0, buf[0]) after fault(cpu0, buf[1])",
  "6 expectation: expect no fault does not hold: expected no fault, but it happened 2 times",
);
fails(
  "a check at a block's beginning asks about the statement before the block, in a loop then about its last",
  `${pages}
cpu0 read buf[0]
cpu0 read buf[1]
if true { expect no fault(_, buf[0])
  expect events { fault(_, buf[1]) } }
cpu0 { expect no fault(_, buf[0]) }
cpu0 read buf[2]
for i in 0..2 { expect events { fault(_, buf[2]) }
  cpu0 read buf[1]
  expect no fault }`,
  "9 expectation: expect events { fault(_, buf[2]) } does not hold: there was no fault(_, buf[2])",
);
holds(
  "what happens while a thread waits counts for the wait",
  `${pages}
parallel {
  cpu0 { read buf[3]
    wait until value(buf[0]) == 1
    expect events { fault(cpu1) } }
  cpu1 { write buf[0] = 1 }
}`,
);
holds(
  "an event's place matches where it overlaps; a device stands for its threads; pages of copies are counted",
  `${gpu}
cpu0 write buf = 1
gpu0 migrate buf to gpu0
expect events { notifier(MIGRATE, start, buf[2]) }
expect events { notifier(MIGRATE, owner: gpu0) notifier(phase: end) }
expect count(copy) == 4 and count(copy, N0, gpu0) == 4
gpu0 write buf[1] = 1
expect count(fault, gpu0) == 0
cpu0 madvise buf[1] dontneed
gpu0 write buf[1] = 1
expect count(fault, gpu0) == 1`,
);
holds(
  "a report that is kept stays what it was",
  `${gpu}
cpu0 write buf[0] = 7
gpu0 snapshot buf as before
gpu0 snapshot buf as same
cpu0 write buf[1] = 7
gpu0 snapshot buf as after
expect before is list and after is list`,
);
const forgetful = `process app { buf: anon 1 page }
device gpu0 uses forgetful { memory 4 pages }
driver forgetful extends dmirror { on invalidate(sub, range, seq) { return true } }
gpu0 write buf = 1
cpu0 munmap buf
`;
test("an invariant may be left out", () => {
  const ids = (text: string): string[] => runText(text).simulation.failures.map((f) => f.id);
  assert.deepEqual(ids(forgetful), ["no-stale-after-invalidate", "mirror-subset"]);
  assert.deepEqual(ids(`${forgetful}invariant "mirror-subset" off`), ["no-stale-after-invalidate"]);
  assert.deepEqual(ids(`${forgetful}invariant "mirror-subset" off\ninvariant "no-stale-after-invalidate" off`), []);
});
test("a broken invariant blames the driver's line, and tells which earlier statements led there", () => {
  const { simulation } = runText(forgetful);
  const [stale, subset] = simulation.failures;
  assert.deepEqual([stale?.spot.line, stale?.spot.column], [3, 69]);
  assert.equal(subset?.spot.line, 5);
  assert.deepEqual(
    subset?.because.map(({ spot, message }) => `${spot.line} ${message.replace(/:.*/, "")}`),
    ["4 gpu0", "5 cpu0"],
  );
});
