/** The `hmm` command as a user runs it: exit statuses, messages, JSON. Needs the build (`npm test` builds first). */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { hastyDriver } from "../language/testing/hasty-driver.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const scenarios = join(root, "scenarios");
let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "hmm-cli-"));
});
after(() => rmSync(folder, { recursive: true }));

function hmm(...args: string[]) {
  const done = spawnSync(process.execPath, [join(root, "dist", "cli", "hmm.mjs"), ...args], {
    encoding: "utf8",
    cwd: root,
  });
  return { status: done.status, out: done.stdout, err: done.stderr };
}
function jsonLines(text: string): Record<string, unknown>[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
interface ToldFailure {
  readonly kind: string;
  readonly id: string;
  readonly line: number;
  readonly message: string;
  readonly because: readonly { readonly line: number; readonly message: string }[];
  readonly consequence?: boolean;
}
/** The failures of a line's object; none if it has none. */
function failuresOf(line: Record<string, unknown> | undefined): readonly ToldFailure[] {
  return (line?.failures ?? []) as readonly ToldFailure[];
}
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
function scenario(start: string): string {
  const name = readdirSync(scenarios).find((n) => n.startsWith(start));
  assert.ok(name, `a scenario that begins with ${start}`);
  return join(scenarios, name);
}

test("a scenario that holds: exit status 0 and a line that says so", () => {
  const { status, out } = hmm("run", scenario("01-"));
  assert.equal(status, 0);
  assert.match(out, /pass: "A CPU read brings one page back, and only that one" \(linux-6\.12\)/);
});

test("--driver puts another driver in the place of the scenario's own: one that ships, or the last of a file", () => {
  const contract = scenario("driver-contract");
  assert.match(hmm("run", contract, "--driver", "kvm").out, /pass: "The contract of a driver"/);
  const mine = file(
    "mine.hmm",
    `driver deaf extends dmirror {
  on invalidate(sub, range, seq) {
    lock mutex
    set_seq(sub, seq)
    unlock mutex
    return true
  }
}
`,
  );
  const broken = hmm("run", contract, "--driver", mine);
  assert.equal(broken.status, 1);
  assert.match(broken.out, /no-stale-after-invalidate: dev0 still has an entry/);
  const bug = join(scenarios, "bugs/swapped-not-collected.hmm");
  const found = hmm("run", contract, "--driver", bug);
  assert.match(found.out, /expect brought != EBUSY does not hold: brought is EBUSY/);
  assert.match(found.out, /fail: "The contract of a driver" \(linux-6\.12\)/, "its profile goes along");
  const unknown = hmm("check", contract, "--driver", "nouvaeu");
  assert.equal(unknown.status, 2);
  assert.match(unknown.err, /There is no driver `nouvaeu`/);
  const none = hmm("check", contract, "--driver", file("none.hmm", "process app { a: anon 1 page }"));
  assert.equal(none.status, 2);
  assert.match(none.err, /there is no driver in this file/);
});

test("--driver with a file of the bug museum: what is wrong breaks the contract, with --twin what is right keeps it", () => {
  const part = join(scenarios, "contract/short-of-memory.hmm");
  const bug = join(scenarios, "bugs/oom-reaper-starved.hmm");
  const wrong = hmm("check", part, "--driver", bug);
  assert.equal(wrong.status, 1);
  assert.match(wrong.out, /short-of-memory\.hmm:\d+:1: expectation: write failed with SIGKILL/);
  const right = hmm("check", part, "--driver", bug, "--twin");
  assert.match(right.out, /progress-bound/, "which is dmirror's own, and comes later");
  assert.doesNotMatch(right.out, /SIGKILL/);
});

test("several files: the worst status counts", () => {
  const bad = file("bad.hmm", "process app { a: anon 1 page }\ncpu0 read a -> 5\n");
  const { status, out } = hmm("run", scenario("00-"), bad);
  assert.equal(status, 1);
  assert.match(out, /bad\.hmm:2:1: expectation: read ended with 0, not with 5/);
});

test("run --json: scenario, then events and statements in order, then the result", () => {
  const path = file("json.hmm", "process app { a: anon 2 pages }\ncpu0 write a[1] = 7\ncpu0 read a[1] -> 7\n");
  const { status, out } = hmm("run", "--json", path);
  assert.equal(status, 0);
  const lines = jsonLines(out);
  assert.deepEqual(lines[0], { type: "scenario", file: path, title: "json.hmm", kernel: "linux-7.0" });
  const fault = lines.find((l) => l.event === "fault");
  assert.deepEqual(
    [fault?.thread, fault?.process, fault?.line, fault?.region, fault?.page, fault?.pages, fault?.access],
    ["cpu0", "app", 2, "a", 1, 1, "write"],
  );
  const statements = lines.filter((l) => l.type === "statement");
  assert.deepEqual(
    statements.map((l) => [l.line, l.thread, l.verb, l.outcome, l.ok]),
    [
      [2, "cpu0", "write", 0, true],
      [3, "cpu0", "read", 7, true],
    ],
  );
  const numbers = lines.flatMap((l) => (typeof l.n === "number" ? [l.n] : []));
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => a - b),
  );
  const result = lines.at(-1);
  assert.equal(result?.type, "result");
  assert.equal(result?.verdict, "pass");
  assert.deepEqual(result?.failures, []);
  assert.deepEqual(result?.counts, { alloc: 1, fault: 1, lock: 2, unlock: 2 });
});

test("run --json --state: the pages after each statement", () => {
  const path = file(
    "state.hmm",
    "device gpu0 uses dmirror { memory 1 MiB }\nprocess app { a: anon 1 page }\ncpu0 write a = 1\ngpu0 migrate a to gpu0\n",
  );
  const states = jsonLines(hmm("run", "--json", "--state", path).out).filter((l) => l.type === "state");
  assert.deepEqual(
    states.map((s) => s.after),
    [3, 4],
  );
  const [page] = (states[1]?.pages ?? []) as {
    pte: { kind: string };
    folio: { where: string };
    mirrors: { gpu0: { valid: boolean } };
  }[];
  assert.equal(page?.pte.kind, "device_private");
  assert.equal(page?.folio.where, "gpu0");
  assert.equal(page?.mirrors.gpu0.valid, true);
});

test("check explores the atomics scenario completely", () => {
  const { status, out } = hmm("check", "--json", scenario("02-"));
  assert.equal(status, 0);
  const [result] = jsonLines(out);
  assert.equal(result?.verdict, "pass");
  assert.equal(result?.complete, true);
  assert.deepEqual(result?.failures, []);
  const { missProbability = 1 } = result ?? {};
  assert.ok(typeof missProbability === "number" && missProbability > 0 && missProbability < 1e-9, `${missProbability}`);
  assert.equal(result?.stopped, undefined);
});

test("check says what kept it from seeing all", () => {
  const [result] = jsonLines(hmm("check", "--json", "--max-states", "10", scenario("02-")).out);
  assert.deepEqual([result?.verdict, result?.complete, result?.stopped], ["limit", false, "states"]);
  assert.equal(result?.missProbability, undefined);
});

test("check finds the missing retry, and its schedule replays to the same failure", () => {
  const text = `
${hastyDriver}device gpu0 uses hasty { memory 4 MiB }
process app { buf: anon 1 page }
cpu0 write buf = 1
parallel {
  cpu0 { madvise buf dontneed  write buf = 2 }
  gpu0 { read buf -> any }
}
gpu0 read buf -> 2
`;
  const path = file("race.hmm", text);
  const checked = hmm("check", "--json", "--save", folder, path);
  assert.equal(checked.status, 1);
  const [result] = jsonLines(checked.out);
  const [failure] = failuresOf(result);
  assert.equal(failure?.line, 8);
  assert.ok((failure?.because.length ?? 0) > 0);
  const replayed = hmm("run", "--json", "--schedule", join(folder, "race.schedule.json"), path);
  assert.equal(replayed.status, 1);
  const [again] = failuresOf(jsonLines(replayed.out).at(-1));
  assert.deepEqual([again?.id, again?.line, again?.message], [failure?.id, failure?.line, failure?.message]);
});

test("check --graph draws the states as SVG or DOT, and takes nothing else", () => {
  const path = file("small.hmm", "process app { a: anon 1 page }\ncpu0 write a = 1\n");
  for (const [name, begins] of [
    ["states.svg", /^<svg /],
    ["states.dot", /^digraph /],
  ] as const) {
    const { status, err } = hmm("check", "--graph", join(folder, name), path);
    assert.equal(status, 0);
    assert.match(err, /states \(all\) drawn to /);
    assert.match(readFileSync(join(folder, name), "utf8"), begins);
  }
  const wrong = hmm("check", "--graph", "states.png", path);
  assert.equal(wrong.status, 2);
  assert.match(wrong.err, /ends in \.svg or \.dot, not 'states\.png'/);
});

test("check --random, --preemptions and --shard look at a part, and say so; what does not go together is refused", () => {
  const path = file(
    "part.hmm",
    "process app { a: anon 1 page }\nparallel { cpu0 { write a = 1 } cpu1 { write a = 2 } }\n",
  );
  for (const [words, why] of [
    [["--random", "5"], /the number of random walks/],
    [["--preemptions", "0"], /the bound on preemptions/],
    [["--shard", "1/2"], /being one part of it/],
  ] as const) {
    const { status, out } = hmm("check", ...words, path);
    assert.equal(status, 3);
    assert.match(out, why);
  }
  assert.match(hmm("check", "--shard", "3/2", path).err, /takes i\/n with 1 <= i <= n, as in 2\/8, not '3\/2'/);
  assert.match(hmm("check", "--seed", "3", path).err, /--seed goes with --random/);
});

test("what the file says it finds is a pass, and not to find it a failure", () => {
  assert.equal(hmm("check", scenario("10-")).status, 0);
  const path = file("nothing.hmm", 'finds "mirror-subset"\nprocess app { a: anon 1 page }\ncpu0 write a = 1\n');
  const { status, out } = hmm("check", path);
  assert.equal(status, 1);
  assert.match(out, /no execution shows just mirror-subset/);
});

test("what comes of what the file says it finds is told as that, by a run as by a check", () => {
  const bug = join(scenarios, "bugs", "alloc-fail-unchecked.hmm");
  const told = hmm("run", bug);
  assert.equal(told.status, 0);
  assert.match(told.out, /:13:7: expectation: expect dpage != none does not hold/);
  assert.match(told.out, /:14:7: error, a consequence: folio_trylock: expected a folio or a page, got none/);
  assert.match(told.out, /pass: .*showing expectation as the file says/);
  const { verdict, failures } = jsonLines(hmm("run", "--json", bug).out).at(-1) ?? {};
  assert.equal(verdict, "pass");
  assert.deepEqual(
    failuresOf({ failures }).map((f) => [f.id, f.consequence]),
    [
      ["expectation", undefined],
      ["error", true],
    ],
  );
  assert.equal(hmm("check", bug).status, 0);
});

test("check --failures goes on to as many different failures, each with an interleaving of its own", () => {
  const path = file(
    "several.hmm",
    `process app { a: anon 1 page }
parallel {
  cpu0 { write a = 1  expect value(a) == 1 }
  cpu1 { write a = 2  expect value(a) == 2 }
}
finally value(a) == 3
`,
  );
  const lines = (...words: string[]) =>
    failuresOf(jsonLines(hmm("check", "--json", ...words, path).out)[0]).map(({ line }) => line);
  assert.equal(lines().length, 1);
  assert.deepEqual(lines("--failures", "1"), lines());
  assert.equal(lines("--failures", "2").length, 2);
  assert.deepEqual([...lines("--failures", "9")].sort(), [3, 4, 6], "there are no more");

  const saved = join(folder, "several");
  const { status, out } = hmm("check", "--failures", "9", "--save", saved, path);
  assert.equal(status, 1);
  assert.match(out, /:3:\d+: expectation: expect value\(a\) == 1 does not hold/);
  assert.match(out, /:4:\d+: expectation: expect value\(a\) == 2 does not hold/);
  assert.match(out, /:6:1: finally: finally value\(a\) == 3 does not hold/);
  assert.match(out, /fail: .*: 3 failures, all interleavings/);
  for (const name of ["several.schedule.json", "several-2.schedule.json", "several-3.schedule.json"]) {
    const replayed = hmm("run", "--schedule", join(saved, name), path);
    assert.equal(replayed.status, 1, name);
  }
});

test("check --failures says what is wrong with its value, and what it cannot be with", () => {
  const path = scenario("00-");
  for (const bad of ["0", "-1", "two", "1.5", ""]) {
    const { status, err } = hmm("check", `--failures=${bad}`, path);
    assert.equal(status, 2, bad);
    assert.match(err, /--failures takes a whole number of at least 1, not '/, bad);
  }
  for (const other of ["--random", "--workers"]) {
    const { status, err } = hmm("check", "--failures", "2", other, "2", path);
    assert.equal(status, 2, other);
    assert.match(err, /--failures goes without --random and --workers/);
  }
  assert.match(hmm("check", "--help").out, /--failures N +go on until N different failures are found/);
});

test("a file that finds a bug passes although other executions break something else", () => {
  const path = file(
    "other.hmm",
    `finds "deadlock"
process app { a: anon 1 page }
let zero = 0
parallel {
  cpu0 { if value(a) == 0 { expect zero == 1 } }
  cpu1 { write a = 1  wait until value(a) == 2 }
}
`,
  );
  const { status, out } = hmm("check", path, "--json");
  const [line] = jsonLines(out);
  assert.equal(status, 0);
  assert.deepEqual(
    failuresOf(line).map((f) => f.id),
    ["deadlock"],
  );
});

test("a scenario that cannot end is a livelock, with its place", () => {
  const path = file(
    "circle.hmm",
    `driver bad extends dmirror {
  on device_fault(addr, access) {
    loop {
      lock self.process.mmap_lock
      unlock self.process.mmap_lock
    }
  }
}
device gpu0 uses bad { memory 1 MiB }
process app { a: anon 1 page }
gpu0 read a
`,
  );
  const { status, out } = hmm("check", path, "--json");
  const [line] = jsonLines(out);
  assert.equal(status, 1);
  const [failure] = failuresOf(line);
  assert.deepEqual([failure?.id, failure?.line], ["livelock", 4]);
});

test("an execution without end is cut, with its place", () => {
  const path = file(
    "growing.hmm",
    `driver bad extends dmirror {
  var n = 0
  on device_fault(addr, access) {
    loop { n += 1 }
  }
}
device gpu0 uses bad { memory 1 MiB }
process app { a: anon 1 page }
gpu0 read a
`,
  );
  const { status, out } = hmm("check", path);
  assert.equal(status, 3);
  assert.match(
    out,
    /growing\.hmm:4:12: limit: an execution does not end within 1000000 moves: gpu0 is in bad\.device_fault/,
  );
});

test("an unmet exists is a failure", () => {
  const path = file("exists.hmm", "exists count(fault) == 9\nprocess app { a: anon 1 page }\ncpu0 write a = 1\n");
  const { status, out } = hmm("check", path);
  assert.equal(status, 1);
  assert.match(out, /no execution ends so: exists count\(fault\) == 9/);
});

test("mistakes: every error with its place on standard error, exit status 2", () => {
  const { status, out, err } = hmm("run", scenario("12-"));
  assert.equal(status, 2);
  assert.equal(out, "");
  assert.equal(err.match(/: error: /g)?.length, 8);
  assert.match(err, /did you mean `buf`/i);
});

test("input that is no scenario is answered", () => {
  assert.match(hmm("run", file("empty.hmm", "")).err, /empty\.hmm:1:1: error: The file is empty/);
  assert.match(hmm("run", join(folder, "missing.hmm")).err, /there is no such file/);
  assert.match(hmm("run", folder).err, /this is a folder/);
  writeFileSync(join(folder, "binary.hmm"), Uint8Array.of(0xff, 0xfe, 0x80));
  assert.match(hmm("run", join(folder, "binary.hmm")).err, /not UTF-8/);
  for (const args of [["run", join(folder, "missing.hmm")], ["frobnicate"], ["run"], ["run", "--seed", "x", "a"], []]) {
    assert.equal(hmm(...args).status, 2, args.join(" "));
  }
});

test("a file that cannot be written is answered, before the search where that can be known", () => {
  const path = file("plain.hmm", "process app { a: anon 1 page }\ncpu0 write a = 1\n");
  const nowhere = join(folder, "nowhere", "x");
  for (const args of [
    ["check", "--graph", `${nowhere}.svg`, path],
    ["check", "--save", path, path],
    ["new", "scenario", `${nowhere}.hmm`],
    ["export", "--as", "promela", "-o", nowhere, path],
  ]) {
    const { status, out, err } = hmm(...args);
    assert.deepEqual([status, out], [2, ""], args.join(" "));
    assert.match(err, /^(the folder )?\S+ cannot be (written|made): .*\n$/, args.join(" "));
  }
});

test("an endless loop in a driver ends at the bound, saying where", () => {
  const text = `
driver spinner extends dmirror {
  lock m
  on device_fault(addr, access) {
    loop {
      lock m
      unlock m
    }
  }
}
device gpu0 uses spinner { memory 1 MiB }
process app { buf: anon 1 page }
gpu0 read buf
`;
  const { status, out } = hmm("run", "--max-steps", "20000", file("loop.hmm", text));
  assert.equal(status, 3);
  assert.match(out, /loop\.hmm:[67]:\d+: limit: no end after 20000 steps: gpu0 is in spinner\.device_fault/);
});

test("a callback that never unlocks: a deadlock that names both waiters", () => {
  const text = `
driver forgetful extends dmirror {
  on invalidate(sub, range, seq) {
    lock self.mutex
    set_seq(sub, seq)
    return true
  }
}
device gpu0 uses forgetful { memory 1 MiB }
process app { buf: anon 2 pages }
cpu0 write buf = 1
parallel {
  cpu0 { madvise buf[0] dontneed  read buf[0] -> any }
  gpu0 { read buf[1] -> any }
  cpu1 { madvise buf[1] dontneed }
}
`;
  const { status, out } = hmm("run", "--json", file("deadlock.hmm", text));
  assert.equal(status, 1);
  const failures = failuresOf(jsonLines(out).at(-1));
  assert.ok(failures.some((f) => f.id === "locks-released" && f.line === 13));
  const deadlock = failures.find((f) => f.id === "deadlock");
  assert.match(deadlock?.message ?? "", /cpu1 waits for gpu0\.mutex, which cpu0 holds/);
  assert.match(deadlock?.message ?? "", /gpu0 waits for gpu0\.mutex, which cpu0 holds/);
  assert.deepEqual(
    deadlock?.because.map(({ message }) => message.replace(/ here.*/, "")),
    ["cpu0 took gpu0.mutex", "cpu1 waits", "gpu0 waits"],
  );
});

test("lists and help", () => {
  assert.match(hmm("profiles").out, /^linux-6\.12 .*\n(.*\n)*linux-7\.0 /m);
  assert.match(hmm("drivers").out, /^dmirror .*\n(.*\n)*nouveau /m);
  assert.match(
    hmm("invariants").out,
    /^refcount-equals-holders .*\n(.*\n)*own-device-revoked-before-copy +\(off by default\) /,
  );
  for (const args of [["--help"], ["run", "--help"], ["--version"]]) assert.equal(hmm(...args).status, 0);
});

test("museum: a table of bugs found and twins that hold; what shows none is said", () => {
  const bug = join(scenarios, "bugs", "tlb-not-flushed.hmm");
  const { status, out } = hmm("museum", bug);
  assert.equal(status, 0);
  assert.match(out, /^pattern +found +states/);
  assert.match(out, /^tlb-not-flushed +no-stale-after-invalidate +\d+ +\d+ +\d+ +\d+$/m);
  const [exhibit] = jsonLines(hmm("museum", "--json", bug).out);
  assert.equal(exhibit?.finds, "no-stale-after-invalidate");
  const none = hmm("museum", scenario("01-"));
  assert.equal(none.status, 1);
  assert.match(none.err, /01-.*: no exhibit: it does not say what it finds/);
});

test("check --twin: the same scenario without what is wrong in it", () => {
  const bug = join(scenarios, "bugs", "tlb-not-flushed.hmm");
  assert.match(hmm("check", bug).out, /shows no-stale-after-invalidate as the file says/);
  const twin = hmm("check", "--twin", bug);
  assert.equal(twin.status, 0);
  assert.doesNotMatch(twin.out, /shows/);
  const none = hmm("check", "--twin", scenario("01-"));
  assert.equal(none.status, 2);
  assert.match(none.err, /it has no twin/);
});

test("compare: outcomes and costs side by side, what differs and what is cheaper marked", () => {
  const reclaim = scenario("30-");
  const { status, out } = hmm("compare", reclaim, "--kernel", "linux-6.12", "--kernel", "linux-6.15");
  assert.equal(status, 0);
  assert.match(out, /linux-6\.12 +linux-6\.15\n/);
  assert.match(out, /^pages made exclusive +1 \* +2 *$/m);
  assert.match(out, /^14: reclaim counter .* 0 ! +1 !$/m);
  const [object] = jsonLines(hmm("compare", "--json", reclaim, "--kernel", "linux-6.12", "--kernel", "linux-6.15").out);
  assert.equal(object?.type, "compare");
  const designs = (object?.designs ?? []) as readonly { readonly name: string }[];
  assert.deepEqual(
    designs.map(({ name }) => name),
    ["linux-6.12", "linux-6.15"],
  );
});

test("compare: a file can name its designs itself; fewer than two are refused", () => {
  const text = `// compare: --driver dmirror --driver nouveau
device gpu0 uses dmirror { memory 64 KiB }
process app { buf: anon 1 page }
cpu0 write buf = 1
gpu0 atomic add buf 1 -> any
`;
  assert.match(hmm("compare", file("own-designs.hmm", text)).out, /dmirror +nouveau\n/);
  const refused = hmm("compare", scenario("01-"), "--kernel", "linux-6.12");
  assert.equal(refused.status, 2);
  assert.match(refused.err, /name at least two designs/);
  const unknown = hmm("compare", scenario("01-"), "--kernel", "linux-6.12", "--kernel", "linux-1.0");
  assert.equal(unknown.status, 2);
  assert.match(unknown.err, /cannot be run as linux-1\.0/);
});

test("threads that may take a page from each other for ever are noted; the file can make it a failure, with a round of it as story", () => {
  const text = (more: string): string => `${more}device gpu0 uses dmirror { memory 1 MiB }
process app { a: anon 1 page }
cpu0 write a = 1
gpu0 migrate a to gpu0
parallel { cpu0 { read a -> 1 }  cpu1 { read a -> 1 } }
`;
  const noted = hmm("check", file("noted.hmm", text('kernel "linux-6.12"\n')));
  assert.equal(noted.status, 0);
  assert.match(noted.out, /noted\.hmm:6:\d+: note: cpu0 and cpu1 can keep each other from getting on for ever/);
  const failing = file("failing.hmm", text('kernel "linux-6.12" invariant "ping-pong" on\n'));
  const schedule = join(folder, "round");
  const { status, out } = hmm("check", "--save", schedule, failing);
  assert.equal(status, 1);
  assert.match(out, /failing\.hmm:6:\d+: ping-pong: /);
  const again = hmm("run", "--schedule", join(schedule, "failing.schedule.json"), failing);
  assert.equal(again.status, 1);
  assert.match(again.out, /ping-pong: cpu0 and cpu1/);
});

test("new: a scenario and a driver that hold as they are made; nothing is overwritten", () => {
  const made = join(folder, "made.hmm");
  assert.equal(
    hmm("new", "scenario", made, "--driver", "nouveau", "--template", "atomics", "--title", "Mine").status,
    0,
  );
  assert.match(readFileSync(made, "utf8"), /^scenario "Mine"$/m);
  assert.equal(hmm("check", made).status, 0);
  const again = hmm("new", "scenario", made);
  assert.equal(again.status, 2);
  assert.match(again.err, /there is such a file/);

  const { out } = hmm("new", "driver", "--name", "hasty", "--override", "device_fault");
  assert.match(out, /^driver hasty extends dmirror \{$/m);
  assert.equal(hmm("run", file("hasty.hmm", out)).status, 0);
});

test("new: what cannot be made is said", () => {
  assert.match(hmm("new", "kernel").err, /say what is to be made/);
  assert.match(hmm("new", "scenario", "--driver", "nvidia").err, /--driver is one of dmirror, nouveau/);
  assert.match(hmm("new", "driver", "--name", "my driver").err, /a name of letters, digits and _/);
});

test("check --workers: the verdict and the counts are those of one thread", () => {
  const counts = (...args: string[]) => {
    const { states, transitions, verdict, complete } = jsonLines(hmm("check", "--json", ...args).out)[0] ?? {};
    return { states, transitions, verdict, complete };
  };
  // It has so many states that others are started.
  const waiting = join(scenarios, "13-waiting-for-a-migration.hmm");
  const alone = counts(waiting);
  assert.equal(alone.verdict, "pass");
  assert.deepEqual(counts("--workers", "2", waiting), alone);
  const wrong = join(scenarios, "10-driver-forgets-the-retry.hmm");
  assert.equal(counts("--workers", "3", wrong).verdict, counts(wrong).verdict);

  const race = join(scenarios, "05-a-fault-races-with-dontneed.hmm");
  const full = hmm("check", "--workers", "2", "--max-memory", "1", "--max-states", "1000", race);
  assert.equal(full.status, 3);
  assert.match(full.out, /not complete \(stopped by the bound on states\)/);
  assert.match(hmm("check", "--workers", "2", "--shard", "1/2", race).err, /--workers goes without/);
  assert.match(hmm("check", "--no-reduce", "pages", race).err, /there is no reduction 'pages'/);
});

test("check --max-depth: longer executions are cut, and the result says so", () => {
  const race = join(scenarios, "05-a-fault-races-with-dontneed.hmm");
  for (const options of [[], ["--workers", "2"], ["--preemptions", "1"]]) {
    const cut = hmm("check", "--max-depth", "5", ...options, race);
    assert.equal(cut.status, 3, cut.out);
    assert.match(
      cut.out,
      /limit: .*not complete \(stopped by the bound on depth\), \d+ states, \d+ transitions, depth 5,/,
    );
    assert.doesNotMatch(cut.out, /endless loop/);
  }
  const [whole] = jsonLines(hmm("check", "--json", "--max-depth", "1000", race).out);
  assert.deepEqual([whole?.verdict, whole?.complete], ["pass", true]);
  const walks = hmm("check", "--random", "3", "--max-depth", "4", race);
  assert.match(walks.out, /stopped by the number of random walks\).*depth 4,/);
  assert.match(hmm("check", "--max-depth", "0", race).err, /--max-depth takes/);
});

test("export: a model for SPIN, to a file or standard output, or why there is none", () => {
  const model = join(folder, "hello.pml");
  const { status, out, err } = hmm("export", "--as", "promela", scenario("00-"), "-o", model);
  assert.equal(status, 0);
  assert.equal(out, "");
  assert.match(err, /hello\.pml: a model for SPIN\. To search it: spin -a /);
  const text = readFileSync(model, "utf8");
  assert.match(text, /^ {2}:: d_step \{ c_expr \{ \(h_try\)\(1, 0\) \} -> c_code \{ h_commit\(1\); \} \}$/m);

  const huge = file("huge.hmm", "process app { a: hugetlb 2 MiB }\ncpu0 write a = 1\n");
  const refused = hmm("export", "--as", "promela", huge);
  assert.equal(refused.status, 2);
  assert.match(refused.err, /huge\.hmm: not exported: region app\.a is hugetlb memory/);

  assert.equal(hmm("export", "--as", "docx", huge).status, 2);
});
