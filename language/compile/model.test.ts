/** What model code means, form by form: functions, drivers and profiles that the texts declare, run by `call` and by accesses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { exploreText, runText } from "../testing/run.ts";

/** The text runs and nothing fails. */
function holds(name: string, text: string): void {
  test(name, () => assert.deepEqual(runText(text).failures, []));
}
/** The text runs and fails so, and no more: `line kind: message`. */
function fails(name: string, text: string, ...expected: string[]): void {
  test(name, () => assert.deepEqual(runText(text).failures, expected));
}
/** Nothing fails in any interleaving, and all `exists` are witnessed. */
function holdsAlways(name: string, text: string): void {
  test(name, () => {
    const result = exploreText(text);
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

// --------------------------------------------------------------------------------------------------- statements

holds(
  "let, assignment, loops, break and continue",
  `${page}
fn f(a) {
  let s = 0
  for i in 0..5 { if i == 1 { continue } if i == 4 { break } s += i }
  expect s == 5
  s = 0
  let n = 0
  loop { n += 1 if n == 3 { continue } if n > 5 { break } s += n }
  expect s == 12
  let w = 0
  while w < 10 { w += 3 }
  expect w == 12
  if a == 1 { s = 1 } else if a == 2 { s = 2 } else { s = 3 }
  let s2 = s
  if true { let s2 = 7 expect s2 == 7 }
  return s2
}
cpu0 call f(1) -> 1
cpu0 call f(2) -> 2
cpu0 call f(9) -> 3`,
);
holds(
  "for goes up or down by its step",
  `${page}
fn f(k) {
  let s = 0
  for i in 0..10 step 3 { s = s * 10 + i }
  expect s == 369
  s = 0
  for i in 5..0 step -2 { s = s * 10 + i }
  expect s == 531
  s = 0
  for i in 5..0 step k { s = s * 10 + i }
  for i in 0..5 step -k { s = s * 10 + i }
  for i in 0..5 step k { s = 0 }
  return s
}
cpu0 call f(-2) -> 531024`,
);
holds(
  "match takes the arm that has the word or number, else else",
  `${page}
const FOUR = 4
fn f(x) { match x { present, zero { return 1 } 3 { return 2 } FOUR { return 3 } none { return 4 } else { return 5 } } }
fn g(x) { match x { swap { return 1 } }
  return 0 }
cpu0 call f(zero) -> 1
cpu0 call f(3) -> 2
cpu0 call f(4) -> 3
cpu0 call f(none) -> 4
cpu0 call f(swap) -> 5
cpu0 call g(swap) -> 1
cpu0 call g(zero) -> 0`,
);
holds(
  "structs with defaults and arrays, by reference within a function's life",
  `${page}
struct point { x, y = 3, words[] }
fn change(p) { p.x += 1 push(p.words, p.x) }
fn make(x) { let p = point(x, words: array(2))
  return p }
fn f() {
  let p = point(1)
  expect p.x == 1 and p.y == 3 and p.words.length == 0
  let q = p
  q.y = 9
  change(p)
  expect q.x == 2 and p.y == 9 and q.words[0] == 2
  let other = point(y: 1, x: 5)
  expect other.x == 5 and other.words.length == 0 and p.words.length == 1
  let made = make(8)
  let junk = array(5)
  expect made.x == 8 and made.words.length == 2 and made.words[1] == 0
  return ok
}
cpu0 call f()`,
);
holds(
  "lists",
  `${page}
fn f() {
  let e = array(3)
  e[2] = 6
  e[0] += 1
  let sum = 0
  for v in e { sum += v push(e, 10) }
  expect sum == 7 and e.length == 6
  expect pop(e) == 10 and remove(e, 2) == 6 and e.length == 4
  let empty = array(0)
  expect pop(empty) == none
  expect min(3, 1) == 1 and max(3, 1) == 3 and min(3, 2, 1) == 1
  return ok
}
cpu0 call f()`,
);
holds(
  "variables, tables and lists keep copies, with all that is in them",
  `${page}
struct item { n, more[] }
var v = item(n: 1)
table t
list l
fn put() {
  let i = item(n: 2)
  push(i.more, 20)
  v = i
  t[7] = i
  t[3] = item(n: 3)
  push(l, i)
  i.n = 100
  return ok
}
fn look() {
  let junk = item(n: 70)
  let more = array(4)
  expect v.n == 2 and v.more[0] == 20
  let a = t[7]
  expect a.n == 2 and a.more.length == 1 and t[5] == none
  let b = l[0]
  b.n += 5
  let again = l[0]
  expect again.n == 7 and v.n == 2
  let taken = pop(l)
  expect taken.n == 7 and l.length == 0
  t[7] = none
  v = none
  expect t[7] == none and v == none
  let three = t[3]
  expect three.n == 3
  let copy = array(0)
  push(copy, item(n: 9))
  l = copy
  push(copy, 1)
  expect l.length == 1 and copy.length == 2
  return ok
}
cpu0 call put()
cpu0 call look()`,
);
holds(
  "what is kept is freed when it is replaced: rounds are one state",
  `${page}
struct item { n, more[] }
var v = none
table t
fn turn(k) { let i = item(n: k)
  push(i.more, k)
  v = i
  t[1] = i
  t[1] = none }
fn rounds() { for k in 0..100_000 step 1000 { turn(k) }
  return v.n }
cpu0 call rounds() -> 99000`,
);
holds(
  "none and errors",
  `${page}
struct s { a }
fn f(x) { return x }
fn g() { }
fn h() {
  let z = none
  expect z.a == none
  expect (not (z < 1)) and z == none and z is none
  let e = f(EBUSY)
  expect e is error and e == EBUSY and e != EAGAIN
  expect VM_FAULT_RETRY is not error and ok == 0
  let nothing = g()
  expect nothing == none
  return ok
}
cpu0 call h()`,
);
holds(
  "emit and events",
  `${page}
fn f() { emit retry(none)
  emit oom(none) emit oom(where: none) }
cpu0 call f()
expect events { retry oom oom }
expect count(oom) == 2 and count(signal) == 0
expect no signal`,
);

// -------------------------------------------------------------------------------------------------- concurrency

const counter = `${page}
var n = 0
fn bump() { let x = n
  n = x + 1
  return x }
fn get() { return n }
`;
failsSometimes(
  "between two statements another thread may run",
  `${counter}
parallel { cpu0 { call bump() } cpu1 { call bump() } }
cpu0 call get() -> 2`,
  /call ended with 1, not with 2/,
);
holdsAlways(
  "what stands in atomic, and what it calls, is one step",
  `${counter}
fn twice() { atomic { let a = bump() let b = bump() } }
fn other() { atomic { let x = n
  n = x + 1 } }
parallel { cpu0 { call twice() } cpu1 { call other() } }
cpu0 call get() -> 3`,
);
holdsAlways(
  "atomic begins when its first statement may",
  `${counter}
lock m
fn locked() { atomic { lock m
    let x = n
    n = x + 1
    unlock m } }
fn waits() { atomic { wait until n == 1
    n = 10 } }
parallel { cpu0 { call locked() } cpu1 { call waits() } }
cpu0 call get() -> 10`,
);
failsSometimes(
  "nothing that atomic calls may wait",
  `${counter}
lock m
fn locked() { lock m
  n += 1
  unlock m }
fn f() { atomic { n += 1
  locked() } }
parallel { cpu0 { call f() } cpu1 { call f() } }`,
  /^10 error: a lock inside 'atomic', after its first statement/,
);
holdsAlways(
  "locks that sleep, spin, and let readers share",
  `${page}
lock r rw
lock s spin
var readers = 0
var writers = 0
var most = 0
fn read_it() { lock read r
  readers += 1
  expect writers == 0
  most = max(most, readers)
  readers -= 1
  unlock r }
fn write_it() { lock r
  writers += 1
  expect writers == 1 and readers == 0
  lock s
  expect not trylock(s)
  unlock s
  expect trylock(s)
  unlock s
  writers -= 1
  unlock r }
fn most_readers() { return most }
parallel { cpu0 { call read_it() } cpu1 { call write_it() } call read_it() }
cpu0 call most_readers() as seen
exists seen == 2
exists seen == 1`,
);
holdsAlways(
  "a worker gets its own copy of what it is given, and shares what is kept",
  `${page}
var sum = 0
list q
struct order { n, list[] }
fn work(o, l) { for x in o.list { sum += x }
  sum += o.n
  push(l, 3) }
fn go() { let o = order(n: 5)
  push(o.list, 7)
  spawn work(o, q)
  o.n = 100
  return ok }
fn see() { wait until q.length == 1
  return sum }
cpu0 call go()
cpu0 call see() -> 12`,
);
const putsOff = `process app { buf: anon 2 pages }
driver lazy extends dmirror {
  var done = 0
  fn later(n) { done += n }
  on hint(range, policy, target) { spawn later(self.done + 1)
    return ok }
  on prefetch(range) { return done }
}
device d uses lazy { memory 4 pages }
d hint buf none
d prefetch buf -> any as seen
`;
holds("when running, work that was put off is done before what follows", `${putsOff}expect seen == 1`);
holdsAlways(
  "in other interleavings it runs beside what follows, and is done at the end",
  `${putsOff}
exists seen == 0
exists seen == 1
finally seen in [0, 1]`,
);
holdsAlways(
  "choose is tried with all its values",
  `${page}
fn pick() { let a = choose(0..3)
  let b = choose(a..a + 2)
  return a * 10 + b }
cpu0 call pick() as x
exists x == 0
exists x == 1
exists x == 12
exists x == 23
finally x in [0, 1, 11, 12, 22, 23]`,
);
failsSometimes(
  "a helper that is given what a variable keeps races as the variable does",
  `${page}
struct box { n = 0 }
var shared = box()
fn add(b) { let x = b.n
  b.n = x + 1 }
fn f() { add(shared) }
fn get() { return shared.n }
parallel { cpu0 { call f() } cpu1 { call f() } }
cpu0 call get() -> 2`,
  /call ended with 1, not with 2/,
);

// ---------------------------------------------------------------------------------------- overriding, inheriting

holds(
  "a profile overrides kernel functions; super calls what it overrides",
  `${page}
kernel "mine" extends "linux-6.12" {
  var faults = 0
  fn handle_mm_fault(vmf) { faults += 1
    let r = super(vmf)
    return r }
  fn user_read(addr) { let v = super(addr)
    if v is error { return v }
    return v + 1000 * faults }
}
cpu0 read buf -> 1000
cpu0 write buf = 1
cpu0 read buf -> 2001`,
);
holds(
  "options of profiles: their defaults, what a deriving profile says, and what the scenario says",
  `${page}
kernel "base" extends "linux-6.12" {
  option shiny on
  option level 3
  fn tell() { if option(shiny) { return option(level) } return 0 }
}
kernel "mine" extends "base" { level 5
  fn tell() { let r = super()
    return r + 10 } }
kernel "mine" { shiny off }
cpu0 call tell() -> 10`,
);
holds(
  "a driver that extends another: callbacks, functions, options, variables of contexts and of the device",
  `process app { buf: anon 2 pages }
process other { buf: anon 1 page }
driver one extends dmirror {
  option speed 4
  var calls = 0
  device var total = 0
  fn helper(x) { return x + 1 }
  on hint(range, policy, target) { calls += 1
    total += 1
    let r = helper(calls * 10 + total)
    return r }
}
driver two extends one {
  speed 9
  fn helper(x) { let r = super(x)
    return r * 100 }
  on hint(range, policy, target) {
    let r = super(range, policy, target)
    let q = helper(3)
    return r + q + option(speed) }
}
device d1 uses one { memory 16 pages }
device d2 uses two { memory 16 pages }
device d3 uses two { memory 16 pages speed 5 }
thread a1: app on d1
thread b1: other on d1
thread a2: app on d2
thread a3: app on d3
a1 hint buf none as x1
a1 hint buf none as x2
b1 hint buf none as y1
a2 hint buf none as z2
a3 hint buf none as z3
expect x1 == 12 and x2 == 23 and y1 == 14
expect z2 == 12 + 400 + 9 and z3 == 12 + 400 + 5`,
);
holds(
  "a callback that a driver does not have",
  `process app { buf: anon 2 pages }
driver bare { }
device d uses bare { memory 16 pages }
d migrate buf to d -> EOPNOTSUPP
d read buf -> EOPNOTSUPP`,
);
holds(
  "open and a device's own variables",
  `process app { buf: anon 2 pages }
driver mine extends dmirror {
  device var opened = 0
  var number = 0
  on open() { opened += 1
    number = opened
    self.notifier = mmu_interval_notifier_insert(self, 0, TASK_SIZE) }
  on hint(range, policy, target) { return self.number * 10 + opened }
}
device d uses mine { memory 16 pages }
thread a: app on d
thread c: child on d
thread t: app on cpu0
a hint buf none as before
t fork as child
c hint buf none as child_sees
a hint buf none as after
expect before == 11 and child_sees == 22 and after == 12`,
);

// -------------------------------------------------------------------------------------------- mistakes when run

fails(
  "a failed expect of model code is told, and the code goes on",
  `${page}
var n = 3
struct p { x, y }
fn f(a) { let q = p(a, 7)
  expect q.x == 2 and n == 3
  expect min(a, 3) == 1
  return q.y }
cpu0 call f(5) -> 7`,
  "6 expectation: expect q.x == 2 and n == 3 does not hold: q.x is 5; n is 3",
  "7 expectation: expect min(a, 3) == 1 does not hold: a is 5",
);
const mistake = (body: string, argument: string, message: string): void =>
  fails(
    `${body} with ${argument}: ${message}`,
    `${page}struct p { x }\nlock m\nfn f(x) {\n ${body} }\ncpu0 call f(${argument})\nexpect false`,
    `5 ${message}`,
  );
mistake("let v = array(4) v[x] = 1", "4", "error: index 4 is outside the list, which has 4 elements");
mistake("let v = array(1) return v[x]", "true", "error: index true is outside the list, which has one element");
mistake("let v = array(1) return v[x]", "none", "error: index none is outside the list, which has one element");
mistake("let v = array(x)", "-1", "error: array: a list has 0 to 1048575 elements, not -1");
mistake("let v = array(0) remove(v, x)", "0", "error: remove: the list has no element 0");
mistake("return x[0]", "none", "error: only a list or a table has elements, not none");
mistake("return 1 / x", "0", "expectation: division by zero");
mistake("return x + 1", "none", "error: '+' needs numbers on both sides, not none and 1");
mistake("return x.refcount", "3", "error: 3 has no field 'refcount'");
mistake("x.refcount = 3", "3", "error: field 'refcount' of 3 cannot be set");
mistake("let r = x.invalidate(1, 2, 3)", "3", "error: invalidate(…) is called on 3, which has no callbacks");
mistake("for i in x { }", "3", "error: 'for … in' needs a range or a list, not 3");
mistake("lock x", "3", "error: 3 is not a lock");
mistake("unlock m", "0", "error: unlocks m, which this thread does not hold");
mistake("pte_set(x, 3, 4)", "3", "error: pte_set: expected a process, got 3");
mistake("return choose(3..x)", "3", "error: choose needs a range of numbers with something in it");
mistake("return choose(x..3)", "none", "error: choose needs a range of numbers with something in it");
mistake("return min(1, x)", "EBUSY", "error: min: expected numbers, got EBUSY");
mistake("let y = f(x + 1)", "0", "error: calls nest too deeply at f: is it a recursion without an end?");
mistake("atomic { loop { x += 1 } }", "0", "error: an endless loop: it makes no step that others could see");
mistake("for i in 0..5 step x { }", "0", "error: an endless loop: it makes no step that others could see");
mistake(
  "let v = p(1) let w = array(0) push(w, v) v.x = w return w",
  "0",
  "error: a list or struct that contains itself cannot be copied",
);

fails(
  "a struct that outlived its function",
  `${page}
struct p { x }
fn inner(l) { push(l, p(1)) }
fn f() { let l = array(0)
  inner(l)
  let e = l[0]
  return e.x }
cpu0 call f()`,
  "8 error: this struct is no more: it ended with the function that made it",
);
fails(
  "a lock taken twice is a deadlock of one",
  `${page}
lock m
fn f() { lock m
  lock m }
cpu0 call f()`,
  "5 deadlock: nothing can move: cpu0 waits for m, which it holds itself",
);
test("two locks in two orders: both waiters are named, with where they took what the other wants", () => {
  const { simulation } = runText(`${page}
lock a
lock b
var x = 0
fn f() { lock a
  wait until x == 1
  lock b }
fn g() { lock b
  x = 1
  lock a }
parallel { cpu0 { call f() } cpu1 { call g() } }`);
  const [failure] = simulation.failures;
  assert.equal(
    failure?.message,
    "nothing can move: cpu0 waits for b, which cpu1 holds, and cpu1 waits for a, which cpu0 holds",
  );
  assert.deepEqual(
    failure.because.map(({ spot, message }) => `${spot.line} ${message}`),
    [
      "9 cpu1 took b here",
      "6 cpu0 took a here",
      "8 cpu0 waits here for b, which cpu1 holds",
      "11 cpu1 waits here for a, which cpu0 holds",
    ],
  );
});
fails(
  "an open that fails: nothing runs",
  `process app { buf: anon 1 page }
driver mine extends dmirror { on open() { let x = array(1) x[3] = 1 } }
device d uses mine { memory 16 pages }
d read buf`,
  "2 error: index 3 is outside the list, which has one element",
);
fails(
  "a first value that cannot be reckoned",
  `process app { buf: anon 1 page }
var bad = 1 / 0
cpu0 read buf`,
  "2 expectation: division by zero",
);
