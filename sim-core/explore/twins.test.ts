/** Threads that do the same: they stand for each other, unless something tells them apart. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import { Exchange } from "./exchange.ts";
import { Explorer } from "./explorer.ts";
import { nextRandom, randomBelow } from "./random.ts";
import { replay } from "./replay.ts";
import type { ExploreResult } from "./search.ts";
import { Simulation } from "./simulation.ts";
import { findTwins } from "./twins.ts";

const machine = `cpu cpu0, cpu1, cpu2, cpu3 on N0
device gpu0 uses dmirror { memory 4 pages }
device gpu1 uses dmirror { memory 4 pages }
process app { buf: anon 1 page }
process other { own: anon 1 page }
thread g0: app on gpu0
thread g1: app on gpu0
thread h0: app on gpu1
thread c0: app on cpu0
thread c1: app on cpu1
thread c2: app on cpu2
thread c3: app on cpu3
thread o1: other on cpu1
`;

function twinsOf(text: string): readonly string[] {
  const program = programOf(`${machine}${text}`);
  const threads = findTwins(program)?.threads ?? [];
  return threads.map((thread) => program.machine.threads[thread - 1]?.name ?? "?");
}

test("threads that do the same are found", () => {
  for (const [text, ...names] of [
    ["parallel { c0 write buf = 1  c1 write buf = 1 }", "c0", "c1"],
    ["parallel { c0 write buf = 1  c1 write buf = 2  c2 write buf = 1 }", "c0", "c2"],
    ["parallel { c0 read buf -> any as x  c1 read buf -> any as y }", "c0", "c1"],
    ["c0 write buf = 0  parallel { g0 write buf = 1  g1 write buf = 1  c0 read buf -> any }", "g0", "g1"],
    ["parallel { c0 { repeat 2 { read buf } barrier b } c1 { repeat 2 { read buf } barrier b } }", "c0", "c1"],
    ["parallel { c0 read buf  c1 read buf  c2 read buf }  c3 read buf", "c0", "c1", "c2"],
    ["parallel { c0 read buf  c1 read buf }  finally count(fault) > 0", "c0", "c1"],
    ["o1 write own = 1  parallel { c0 read buf  c1 read buf }", "c0", "c1"],
  ] as const) {
    assert.deepEqual(twinsOf(text), names, text);
  }
});

test("whatever tells them apart", () => {
  for (const text of [
    "parallel { c0 write buf = 1  c1 write buf = 2 }",
    "parallel { c0 write buf = 1  c1 { write buf = 1  read buf } }",
    "parallel { c0 write buf = 1  o1 write own = 1 }",
    "parallel { g0 write buf = 1  h0 write buf = 1 }",
    "c0 write buf = 1  c1 write buf = 1",
    // Afterwards one of them goes on, or another process's thread with what is in its TLB.
    "parallel { c0 read buf  c1 read buf }  c0 read buf",
    "parallel { c0 read buf  c1 read buf }  o1 read own",
    "parallel { c0 read buf  c1 read buf  o1 read own }",
    "repeat 2 { parallel { c0 read buf  c1 read buf } }",
    // Names.
    "parallel { c0 read buf  c1 read buf }  expect no fault(cpu0)",
    "parallel { c0 read buf  c1 read buf }  finally count(fault, cpu1) == 1",
    "parallel { c0 read buf -> any as x  c1 read buf -> any as y }  exists x == 0 and y == 1",
    "parallel { c0 { read buf -> any as x  wait until y == 0 } c1 { read buf -> any as y  wait until x == 0 } }",
  ]) {
    assert.deepEqual(twinsOf(text), [], text);
  }
});

function explored(text: string): { reduced: ExploreResult; all: ExploreResult } {
  const program = programOf(`${machine}${text}`);
  return {
    reduced: new Explorer(program).run(),
    all: new Explorer(program, { without: ["threads"] }).run(),
  };
}

test("two stand for each other: half as many states, three: a sixth, but for those that are the same either way", () => {
  for (const [text, share] of [
    ["parallel { c0 { write buf = 1 } c1 { write buf = 1 } }", 2],
    ["c0 write buf = 1  parallel { g0 { read buf } g1 { read buf } }", 2],
    ["parallel { c0 { atomic add buf 1 } c1 { atomic add buf 1 } c2 { atomic add buf 1 } }", 6],
  ] as const) {
    const { reduced, all } = explored(text);
    assert.ok(reduced.complete && all.complete, text);
    assert.deepEqual([reduced.failures.length, all.failures.length], [0, 0], text);
    assert.ok(reduced.states < (all.states / share) * 1.25, `${text}: ${reduced.states} of ${all.states}`);
    assert.ok(reduced.states * share >= all.states, `${text}: ${reduced.states} of ${all.states}`);
  }
});

test("what goes wrong for one of them is found, and its moves lead there in any run", () => {
  const text = "parallel { c0 { atomic add buf 1 -> 0 } c1 { atomic add buf 1 -> 0 } }";
  const { reduced } = explored(text);
  const [found] = reduced.failures;
  assert.ok(found);
  assert.equal(replay(programOf(`${machine}${text}`), found.moves, found.failure).failure?.id, "expectation");
});

test("an endless execution of theirs is found", () => {
  const text = `var turn = 0
fn f() { loop { wait until turn == 0  turn = 1  turn = 0 } }
parallel { c0 call f()  c1 call f() }`;
  const { reduced, all } = explored(text);
  assert.deepEqual(
    reduced.failures.map(({ failure }) => failure.id),
    all.failures.map(({ failure }) => failure.id),
  );
  assert.equal(reduced.failures[0]?.failure.id, "livelock");
});

test("a table that is sorted by threads tells them apart: it is begun again", () => {
  const text = `table t
var first = none
fn f() { t[current_thread()] = 1  first = t[current_thread()] }
parallel { c0 call f()  c1 call f() }`;
  const { reduced, all } = explored(text);
  assert.ok(reduced.complete);
  assert.equal(reduced.states, all.states);
});

test("an execution and the one in which the others move instead have the same hashes, step by step", () => {
  for (const text of [
    "parallel { c0 { atomic add buf 1  madvise buf dontneed  read buf } c1 { atomic add buf 1  madvise buf dontneed  read buf } }",
    "c3 write buf = 1  g0 migrate buf to gpu0  parallel { c0 { read buf  write buf = 2 } c1 { read buf  write buf = 2 } }",
    "c3 write buf = 1  parallel { g0 { read buf  write buf = 2 } g1 { read buf  write buf = 2 } h0 migrate buf to gpu1 -> any }",
    `list l
table t
var s = none
struct rec { n = 0 }
lock m
fn work(x) { lock m  push(l, x)  unlock m }
fn add(r) { r.n += 1  let q = rec(n: r.n)  return q }
fn f() { let r = rec()  for i in 0..2 { r = add(r)  lock m  t[i] = r.n  spawn work(r)  s = current_thread()  unlock m } return r.n }
parallel { c0 { call f() } c1 { call f() } c2 { call f() } }`,
    // Workers and what they are given; columns that grow while they are written.
    "driver nouveau\nc3 write buf = 1  parallel { g0 { read buf  write buf = 2 } g1 { read buf  write buf = 2 } h0 migrate buf to gpu1 -> any }",
  ]) {
    const driver = text.startsWith("driver nouveau") ? "nouveau" : "dmirror";
    const program = programOf(`${machine.replaceAll("dmirror", driver)}${text.replace("driver nouveau", "")}`);
    const twins = findTwins(program);
    assert.ok(twins !== undefined, text);
    const { threads, joins } = twins;
    // The first two are exchanged, or each is the next one.
    const next = (thread: number): number => threads[(threads.indexOf(thread) + 1) % threads.length] ?? thread;
    for (let seed = 1; seed <= 8; seed++) {
      const [one, other] = [0, 1].map(() => new Simulation(program, { merged: true, record: false, renumber: true }));
      assert.ok(one !== undefined && other !== undefined);
      const exchanges: (Exchange | undefined)[] = [one, other].map((simulation) => Exchange.of(simulation, twins));
      for (const exchange of exchanges) exchange?.follow(-1);
      let generator = seed;
      let compared = 0;
      for (let depth = 0; depth < 600 && !one.finished; depth++) {
        const running: readonly number[] = one.running().filter((thread) => one.canStep(thread));
        generator = nextRandom(generator);
        const thread: number = running[randomBelow(generator, running.length)] ?? 0;
        const its = threads.includes(thread) ? next(thread) : thread;
        assert.equal(one.step(thread), other.step(its));
        for (const exchange of exchanges) exchange?.follow(depth);
        const pc = one.machine.threads.pc.get(0);
        if (pc < joins.from || pc >= joins.to) continue;
        const anew = Exchange.of(one, twins);
        anew?.follow(-1);
        const hashes = [...exchanges, anew].map((exchange) => [exchange?.low, exchange?.high]);
        assert.deepEqual(hashes, [hashes[0], hashes[0], hashes[0]], `${text}: seed ${seed}, move ${depth}`);
        compared++;
      }
      assert.ok(compared > 10, text);
    }
  }
});

test("of each column it is known what it says of threads and CPUs", () => {
  const program = programOf(`${machine}parallel { c0 read buf  c1 read buf }`);
  const twins = findTwins(program);
  assert.ok(twins !== undefined && Exchange.of(new Simulation(program), twins) !== undefined);
});
