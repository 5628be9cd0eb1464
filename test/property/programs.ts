/** Random small programs for property tests: texts that the checks accept, with two or three threads that meet in a few places. */
import fc from "fast-check";

type Text = fc.Arbitrary<string>;

function lines(statements: fc.Arbitrary<string>, minLength: number, maxLength: number): Text {
  return fc.array(statements, { minLength, maxLength }).map((list) => list.join("\n  "));
}

// ------------------------------------------------------------------------------------------------- model code

const local = fc.constantFrom("x", "y");
const shared = fc.constantFrom("a", "b");
const value: Text = fc.oneof(local, shared, fc.nat(2).map(String));
const comparison: Text = fc
  .tuple(value, fc.constantFrom("==", "<", ">="), fc.nat(2))
  .map(([left, operator, right]) => `${left} ${operator} ${right}`);
const condition: Text = fc.oneof(
  { weight: 4, arbitrary: comparison },
  fc.constantFrom("l.length > 0", "s.n == 1", "p.n == 1"),
);

const simple: Text = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(local, value).map(([x, v]) => `${x} = ${v}`) },
  { weight: 4, arbitrary: fc.tuple(shared, value).map(([x, v]) => `${x} = ${v}`) },
  { weight: 2, arbitrary: fc.tuple(shared, fc.constantFrom("+=", "-="), value).map((parts) => parts.join(" ")) },
  { weight: 2, arbitrary: condition.map((c) => `expect ${c}`) },
  fc.constantFrom(
    "push(l, x)",
    "x = pop(l) if x == none { x = 0 }",
    "push(q, 1)",
    "x = q.length",
    "append(l, x)",
    "s.n += 1",
    "p.n += 1",
    "x = p.n",
    "bump(s)",
    "bump(p)",
    "if x < 9 { let z = s z.n = z.n + 1 }",
    "t[x] = y",
    "y = t[1] if y == none { y = 0 }",
    "y = helper(x)",
    "emit retry(none)",
    "emit oom(none)",
  ),
);

const { statement } = fc.letrec<{ statement: string; block: string }>((tie) => ({
  block: lines(tie("statement"), 1, 3),
  statement: fc.oneof(
    { depthSize: "small", maxDepth: 2 },
    { weight: 6, arbitrary: simple },
    tie("block").map((block) => `lock m\n  ${block}\n  unlock m`),
    lines(simple, 1, 2).map((block) => `atomic { ${block} }`),
    fc.tuple(condition, tie("block")).map(([c, block]) => `if ${c} { ${block} }`),
    condition.map((c) => `wait until ${c}`),
    fc.constant("spawn other(x)"),
    fc.constant("x = choose(0..2)"),
    tie("block").map((block) => `for i in 0..2 { ${block} }`),
  ),
}));

const declarations = `process app { buf: anon 1 page }
struct rec { n = 0 }
var a = 0
var b = 0
var s = rec()
list l
table t
lock m
fn bump(p) { p.n = p.n + 1 }
fn append(p, x) { push(p, x) }
fn helper(x) { a += 1
  return x + b }
fn other(x) { a = x
  let y = b
  b = y + 1 }
fn look() { return a * 10 + b }
`;

/** Two functions of random statements, run concurrently, with shared variables, a lock, kept structs and workers. */
export const modelText: Text = fc
  .record({
    f: lines(statement, 1, 4),
    g: lines(statement, 1, 4),
    third: fc.constantFrom("", "call other(2)"),
    checks: fc.constantFrom("", "expect events { retry oom }\nexpect no oom\n"),
  })
  .map(({ f, g, third, checks }) => {
    const body = (name: string, x: number, text: string) =>
      `fn ${name}() { let p = s\n  let q = l\n  let x = ${x}\n  let y = 0\n  ${text}\n  return x + y }\n`;
    const run = `parallel { cpu0 { call f() } cpu1 { call g() } ${third} }\n${checks}cpu0 call look() as seen\n`;
    return `${declarations}${body("f", 0, f)}${body("g", 1, g)}${run}`;
  });

// ------------------------------------------------------------------------------------------------------ locks

const lockSimple: Text = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(shared, value).map(([x, v]) => `${x} = ${v}`) },
  { weight: 3, arbitrary: fc.tuple(local, value).map(([x, v]) => `${x} = ${v}`) },
  { weight: 2, arbitrary: shared.map((x) => `${x} += 1`) },
  { weight: 2, arbitrary: comparison.map((c) => `expect ${c}`) },
);
/** What tells whether somebody holds a lock, or changes which one it is. */
const looking: Text = fc.constantFrom(
  "if trylock(m) { a += 1\n  unlock m }",
  "if trylock(w, read) { b += 1\n  unlock w }",
  "if is_locked(n) { x = 2 }",
  "if is_locked(guard[0]) { b = 2 }",
  "wait until is_locked(m)",
  "atomic { z = pop(guard) push(guard, z) }",
  "guard[1] = m",
);
const hold = fc.constantFrom(["m", ""], ["n", ""], ["w", ""], ["w", "read "], ["guard[0]", ""], ["guard[1]", ""]);
const { lockStatement } = fc.letrec<{ lockStatement: string; lockBlock: string }>((tie) => ({
  lockBlock: lines(tie("lockStatement"), 0, 3),
  lockStatement: fc.oneof(
    { depthSize: "small", maxDepth: 3 },
    { weight: 4, arbitrary: lockSimple },
    fc.tuple(hold, tie("lockBlock")).map(([[lock, how], b]) => `lock ${how}${lock}\n  ${b}\n  unlock ${lock}`),
    // Given back in another order than taken, or in another function.
    tie("lockBlock").map((b) => `lock m\n  lock n\n  ${b}\n  unlock m\n  unlock n`),
    tie("lockBlock").map((b) => `take()\n  ${b}\n  unlock n`),
    lockSimple.map((b) => `atomic { lock m ${b} unlock m }`),
    fc.constantFrom(
      "wait until not is_locked(m)",
      "atomic { wait until not is_locked(guard[0])\n  a = 1 }",
      "spawn worker(x)",
    ),
    fc.tuple(comparison, tie("lockBlock")).map(([c, b]) => `if ${c} { ${b} }`),
    comparison.map((c) => `wait until ${c}`),
    fc.constant("x = choose(0..2)"),
    { weight: 1, arbitrary: looking },
  ),
}));

/** Two or three threads with locks of every kind, which some of these programs look at without waiting. */
export const lockText: Text = fc
  .record({
    f: lines(lockStatement, 1, 3),
    g: lines(lockStatement, 1, 3),
    third: fc.constantFrom("", "lock m a = 2 unlock m"),
    checks: fc.constantFrom("", "", "", "always a < 3\n", "expect events { lock }\n", "never a == 2 and b == 2\n"),
  })
  .map(({ f, g, third, checks }) => {
    const body = (name: string, x: number, text: string) =>
      `fn ${name}() { let x = ${x}\n  let y = 0\n  let z = 0\n  ${text}\n  return x + y }\n`;
    return `process app { buf: anon 1 page }
var a = 0
var b = 0
lock m
lock n spin
lock w rw
list guard
fn take() { lock n
  a += 1 }
fn worker(v) { lock m
  b = v
  unlock m }
fn set_up() { push(guard, m) push(guard, n) }
fn look() { return a * 10 + b }
${body("f", 0, f)}${body("g", 1, g)}${third === "" ? "" : body("h", 0, third)}cpu0 call set_up()
parallel { cpu0 { call f() } cpu1 { call g() } ${third === "" ? "" : "call h()"} }
${checks}cpu0 call look() as seen
`;
  });

// ---------------------------------------------------------------------------------------------------- members

const member = fc.constantFrom("p", "q");
const word: Text = fc.oneof(fc.nat(2).map(String), fc.constantFrom("x", "n", "a[p]", "b[q]"));
const memberSimple: Text = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom("a", "b"), member, word).map(([l, m, v]) => `${l}[${m}] = ${v}`) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom("a", "b"), member).map(([l, m]) => `${l}[${m}] += 1`) },
  { weight: 2, arbitrary: member.map((m) => `w = ${m}`) },
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom("a", "b"), member).map(([l, m]) => `x = ${l}[${m}]`) },
  { weight: 2, arbitrary: member.map((m) => `expect a[${m}] != 2 or b[${m}] != 1`) },
  { weight: 1, arbitrary: member.map((m) => `mark(${m})`) },
  fc.constantFrom("n += 1", "p = other(q)", "atomic { q = choose(0..MEMBERS) }", "w = MEMBERS", "q = p"),
);
/** These tell members apart, as few programs should. */
const telling: Text = fc.constantFrom(
  "a[p] = p",
  "if p < q { b[q] = 1 }",
  "a[0] = 1",
  "x = p + 1",
  "push(a, 1)",
  "lock l0 unlock l0",
);
const memberCondition: Text = fc.oneof(
  member.map((m) => `w == ${m}`),
  fc.constantFrom("p == q", "p != q", "w != MEMBERS", "n > 1", "x == 1"),
  fc.tuple(member, fc.nat(2)).map(([m, v]) => `a[${m}] == ${v}`),
);
const { memberStatement } = fc.letrec<{ memberStatement: string; memberBlock: string }>((tie) => ({
  memberBlock: lines(tie("memberStatement"), 1, 2),
  memberStatement: fc.oneof(
    { depthSize: "small", maxDepth: 2 },
    { weight: 6, arbitrary: memberSimple },
    fc.tuple(member, tie("memberBlock")).map(([m, b]) => `lock guard[${m}]\n  ${b}\n  unlock guard[${m}]`),
    lines(
      memberSimple.filter((t) => !t.startsWith("atomic") && !/mark|other/.test(t)),
      1,
      2,
    ).map((b) => `atomic { ${b} }`),
    fc.tuple(memberCondition, tie("memberBlock")).map(([c, b]) => `if ${c} { ${b} }`),
    memberCondition.map((c) => `wait until ${c}`),
  ),
}));

/** How many members the programs of `memberText` have. */
export const MEMBERS = 3;

/** Two threads that do something with members of a set, which most of these programs treat alike. */
export const memberText: Text = fc
  .record({
    f: lines(memberStatement, 1, 4),
    g: lines(memberStatement, 1, 3),
    same: fc.boolean(),
    tells: fc.oneof({ weight: 4, arbitrary: fc.constant("") }, telling),
  })
  .map(({ f, g, same, tells }) => {
    // Each looks up both lists: what no list is looked up by is no property of a member.
    const body = (name: string, inside: string): string => `fn ${name}() {
  let p = 0
  let q = 0
  let x = 0
  atomic { p = choose(0..MEMBERS) q = p if a[p] + b[p] > 6 { n = 7 } }
  ${inside}
}
`;
    return `process app { buf: anon 1 page }
const MEMBERS = ${MEMBERS}
list a list b list guard
lock l0 lock l1 lock l2
var w = MEMBERS
var n = 0
fn mark(m) { a[m] = 2
  w = m }
fn other(m) { if w != MEMBERS { return w }
  return m }
fn set_up() {
  ${[0, 1, 2].map((i) => `push(a, 0) push(b, ${i === 2 ? 1 : 0}) push(guard, l${i})`).join(" ")}
}
${body("f", f)}${body("g", `${g}\n  ${tells}`)}call set_up()
parallel { cpu0 { call f() } cpu1 { call ${same ? "f" : "g"}() } }
`;
  });

// -------------------------------------------------------------------------------------------------- scenarios

const place = fc.constantFrom("buf[0]", "buf[1]", "buf[0] + 8");
const action: Text = fc.oneof(
  { weight: 3, arbitrary: place.map((p) => `read ${p} -> any`) },
  { weight: 3, arbitrary: fc.tuple(place, fc.nat(2)).map(([p, v]) => `write ${p} = ${v} -> any`) },
  { weight: 1, arbitrary: place.map((p) => `atomic add ${p} 1 -> any`) },
  fc.constantFrom("madvise buf[0] dontneed", "madvise buf dontneed"),
  fc.constant("barrier b"),
  fc.constantFrom("wait until value(buf[0]) == 1", "wait until second == 0", "wait until first == 1"),
  fc.constantFrom(
    "wait until count(fault) > 1",
    "if first is none { write buf[1] = 5 -> any }",
    "if second == 0 { write buf[1] = 6 -> any }",
    "write buf[1] = first + 1 -> any",
    "expect value(buf[0]) < 2",
    "expect no alloc",
    "expect events { fault(cpu0) alloc }",
  ),
);
const kept = fc.constantFrom("read buf[0]", "write buf[1] = 3", "atomic add buf[0] 1");
const block = (result: string): Text =>
  fc
    .tuple(lines(action, 0, 1), kept, lines(action, 0, 2))
    .map(([before, verb, after]) => `${before}\n  ${verb} -> any as ${result}\n  ${after}`);

/** Two CPUs that use two pages concurrently and read each other's results. */
export const scenarioText: Text = fc
  .record({
    warm: fc.constantFrom("", "cpu0 write buf = 0\n"),
    first: block("first"),
    second: block("second"),
    end: fc.constantFrom(
      "",
      "never value(buf[0]) == 2 and first is none\n",
      "finally count(alloc) < 2\n",
      "expect events { fault(cpu1) fault(cpu0) }\n",
    ),
  })
  .map(
    ({ warm, first, second, end }) => `process app { buf: anon 2 pages }
invariant "no-lost-write" off
${warm}parallel {
  cpu0 {
  ${first}
  }
  cpu1 {
  ${second}
  }
}
${end}`,
  );

// ------------------------------------------------------------------------------------------------------ twins

/** What makes threads that do the same different all the same: after the `parallel`, or by name. */
const naming: Text = fc.constantFrom(
  "cpu0 call look() as seen\n",
  "expect no fault(cpu0)\n",
  "cpu1 read buf[0] -> any\n",
  "cpu2 read buf[0] -> any\n",
);
const mostlyNone = (text: Text): Text => fc.oneof({ weight: 4, arbitrary: fc.constant("") }, text);
const modelTwins: Text = fc
  .record({
    f: lines(statement, 1, 3),
    other: fc.constantFrom("", "", "cpu3 { call other(1) }", "cpu3 { call g() }", "call g()"),
    g: lines(simple, 1, 2),
    twins: fc.constantFrom(2, 2, 3),
    tells: mostlyNone(naming),
  })
  .map(({ f, g, other, twins, tells }) => {
    const body = (name: string, text: string): string =>
      `fn ${name}() { let p = s\n  let q = l\n  let x = 0\n  let y = 0\n  ${text}\n  return x + y }\n`;
    const threads = Array.from({ length: twins }, (_, i) => `cpu${i} { call f() }`).join(" ");
    return `cpu cpu0, cpu1, cpu2, cpu3 on N0\n${declarations}${body("f", f)}${body("g", g)}parallel { ${threads} ${other} }\n${tells}`;
  });

const twinAction: Text = fc.oneof(
  { weight: 3, arbitrary: place.map((p) => `read ${p} -> any`) },
  { weight: 3, arbitrary: fc.tuple(place, fc.nat(2)).map(([p, v]) => `write ${p} = ${v} -> any`) },
  { weight: 2, arbitrary: place.map((p) => `atomic add ${p} 1 -> any`) },
  fc.constantFrom("madvise buf[0] dontneed", "madvise buf dontneed", "madvise buf[0] pageout -> any"),
  fc.constantFrom("barrier b", "wait until value(buf[0]) == 1", "wait until count(fault) > 1"),
  fc.constantFrom("if value(buf[0]) == 1 { write buf[1] = 5 -> any }", "expect value(buf[0]) < 2", "expect no alloc"),
);
const scenarioTwins: Text = fc
  .record({
    warm: fc.constantFrom("", "cpu0 write buf = 0\n", "cpu2 write buf = 0\n"),
    block: fc.array(twinAction, { minLength: 1, maxLength: 3 }),
    isKept: fc.boolean(),
    end: fc.constantFrom("", "never value(buf[0]) == 2\n", "finally count(alloc) < 2\n", "exists value(buf[0]) == 1\n"),
    tells: mostlyNone(fc.constantFrom("finally r0 is none or r1 is none\n", "cpu0 read buf[0] -> any\n")),
  })
  .map(({ warm, block, isKept, end, tells }) => {
    // All on one line: a failure is told apart by its line.
    const one = (i: number): string => {
      const kept = isKept || tells.includes("r0") ? `read buf[1] -> any as r${i}` : "";
      return `cpu${i} { ${block.join("  ")}  ${kept} }`;
    };
    return `cpu cpu0, cpu1, cpu2 on N0
process app { buf: anon 2 pages }
invariant "no-lost-write" off
${warm}parallel { ${one(0)} ${one(1)} }
${end}${tells}`;
  });

/** Two or three threads that do the same; in some of these programs something tells them apart. */
export const twinText: Text = fc.oneof(modelTwins, scenarioTwins);
