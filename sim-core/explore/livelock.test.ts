/** Executions that never end: which are reported, which are only told of, which are none, and that they can be replayed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import { statesOfRound } from "./circle.ts";
import { Explorer } from "./explorer.ts";
import { replay } from "./replay.ts";
import { loadSchedule, saveSchedule } from "./schedule.ts";
import { Scheduler } from "./scheduler.ts";
import type { ExploreResult, FoundFailure } from "./search.ts";
import { simplest } from "./simplest.ts";
import { Simulation } from "./simulation.ts";
import { verdictOfCheck } from "./verdict.ts";

const explore = (text: string): ExploreResult => new Explorer(programOf(text)).run();
const ids = ({ failures }: ExploreResult): string[] => failures.map(({ failure }) => failure.id);
function only({ failures }: ExploreResult): FoundFailure {
  assert.equal(failures.length, 1);
  return failures[0] ?? assert.fail();
}

/** cpu0 waits for a value that cpu1 sets, and then `after`. */
const waiting = (after: string): string => `process app { a: anon 1 page }
var n = 0
fn wait_for_one() { while n != 1 { } }
fn set(value) { n = value }
parallel {
  cpu0 { call wait_for_one() }
  cpu1 { call set(1) ${after} }
}
`;

test("who waits for what has passed goes round for ever, although other executions end", () => {
  const result = explore(waiting("call set(2)"));
  const { failure, alone } = only(result);
  assert.equal(failure.id, "livelock");
  assert.equal(failure.kind, "livelock");
  assert.ok(alone);
  assert.equal(failure.spot.line, 3);
  assert.match(
    failure.message,
    /^cpu0 goes round for ever: after \d+ moves? all is as it was, and no statement has ended; no order of steps leads out$/,
  );
  assert.match(failure.because[0]?.message ?? "", /^cpu0 is in wait_for_one \(test\.hmm:3\)/);
});

test("waiting for somebody who has yet to move is no livelock: a fair scheduler lets him", () => {
  const result = explore(waiting(""));
  assert.deepEqual(ids(result), []);
  assert.equal(result.pingPong, undefined);
  assert.ok(result.complete && result.livelocksSought);
});

test("two of them that wait for ever go round together", () => {
  const text = `process app { a: anon 1 page }
var n = 0
fn wait_for(value) { while n != value { } }
parallel { cpu0 { call wait_for(1) }  cpu1 { call wait_for(2) } }
`;
  const { failure, moves } = only(explore(text));
  assert.match(failure.message, /^cpu0 and cpu1 go round for ever/);
  assert.ok((moves.at(-1)?.closes?.moves ?? 0) >= 2);
});

/** Each writes a word and gets on if the other has not written since. */
const contest = `process app { a: anon 1 page }
var turn = 0
fn take(me) { loop { turn = me  if turn == me { return } } }
parallel { cpu0 { call take(1) }  cpu1 { call take(2) } }
`;

test("threads that undo each other's work are told of, and are a failure where the file asks for it", () => {
  const result = explore(contest);
  assert.deepEqual(ids(result), []);
  assert.equal(verdictOfCheck(programOf(contest), result).verdict, "pass");
  assert.equal(result.pingPong?.failure.id, "ping-pong");
  assert.match(result.pingPong?.failure.message ?? "", /^cpu0 and cpu1 can keep each other from getting on for ever/);
  assert.deepEqual(ids(explore(`invariant "ping-pong" on\n${contest}`)), ["ping-pong"]);
  for (const id of ["livelock", "ping-pong"]) {
    const p = programOf(`finds "${id}"\n${contest}`);
    assert.equal(verdictOfCheck(p, new Explorer(p).run()).verdict, "pass");
  }
});

test("who waits for a lock that another takes again and again gets it: kernel locks are handed on in order", () => {
  const text = `process app { a: anon 1 page }
lock m spin
var done = 0
fn poll() { loop { lock m  let seen = done  unlock m  if seen == 1 { return } } }
fn finish() { lock m  done = 1  unlock m }
parallel { cpu0 { call poll() }  cpu1 { call finish() } }
`;
  const result = explore(text);
  assert.deepEqual(ids(result), []);
  assert.equal(result.pingPong, undefined);
});

test("what an injected fault delays comes at last: nobody who polls for it goes round for ever", () => {
  const text = `device gpu0 uses dmirror { memory 1 MiB }
process app { a: anon 1 page }
var moved = 0
fn poll() { while moved == 0 { } }
fn note() { moved = 1 }
cpu0 write a = 1
inject delay copy
parallel { gpu0 { migrate a to gpu0  call note() }  cpu0 { call poll() } }
`;
  const result = explore(text);
  assert.deepEqual(ids(result), []);
  assert.equal(result.pingPong, undefined);
});

test("livelocks can be left out, by the file and by whoever searches", () => {
  const off = `invariant "livelock" off\n${waiting("call set(2)")}`;
  assert.deepEqual(ids(explore(off)), []);
  const result = new Explorer(programOf(waiting("call set(2)")), { livelocks: false }).run();
  assert.deepEqual(result.failures, []);
  assert.equal(result.livelocksSought, false);
});

test("a livelock is replayed to the end of its first round, from a file too, and goes on", () => {
  const p = programOf(waiting("call set(2)"));
  const found = only(new Explorer(p).run());
  const short = simplest(p, found);
  assert.ok(short.moves.length <= found.moves.length);
  assert.ok(statesOfRound(p, short.moves) !== undefined, "it still leads round");
  const again = replay(p, short.moves, short.failure);
  assert.equal(again.failure?.message, short.failure.message);

  const simulation = new Simulation(p);
  const file: unknown = JSON.parse(JSON.stringify(saveSchedule(simulation, short.moves)));
  const moves = loadSchedule(simulation, file);
  assert.deepEqual(moves, short.moves);
  assert.ok(typeof moves !== "string");
  const scheduler = new Scheduler(simulation, 0, moves);
  for (let i = 0; i < 1000; i++) assert.equal(scheduler.step().kind, "moved");
  assert.deepEqual(
    simulation.failures.map(({ id }) => id),
    ["livelock"],
    "told once",
  );
});

test("a schedule that says it leads round, but does not any more, shows nothing", () => {
  const found = only(explore(waiting("call set(2)")));
  const mended = programOf(waiting("call set(1)"));
  assert.equal(statesOfRound(mended, found.moves), undefined);
  assert.notEqual(replay(mended, found.moves, found.failure).failure?.id, "livelock");
});

test("one that the kernel model shows: a CPU faults for ever on a page whose reference was leaked", () => {
  const text = `driver leaky extends dmirror {
  on migrate(range, to) {
    let r = super(range, to)
    folio_get(pte_get(self.process, range.start).folio)
    return r
  }
}
invariant "refcount-equals-holders" off
device gpu0 uses leaky { memory 1 MiB }
process app { va: anon 1 page }
cpu0 write va = 1
parallel {
  gpu0 { migrate va to gpu0 -> any }
  cpu0 { read va -> 1 }
}
`;
  const found = only(explore(text));
  assert.equal(found.failure.id, "progress-bound");
  assert.equal(found.failure.spot.line, 14);
  const short = simplest(programOf(text), found);
  const again = replay(programOf(text), short.moves, short.failure);
  assert.match(again.failure?.message ?? "", /^cpu0 faults on va again and again/);
});

test("up to 6.14, CPUs that fault on one device page may keep each other from getting on; from 6.15 on one waits", () => {
  const text = (kernel: string) => `kernel "${kernel}"
device gpu0 uses dmirror { memory 4 MiB }
process app { buf: anon 1 page }
cpu0 write buf = 1
gpu0 migrate buf to gpu0
parallel { cpu0 { read buf -> 1 }  cpu1 { read buf -> 1 } }
`;
  assert.match(explore(text("linux-6.12")).pingPong?.failure.message ?? "", /^cpu0 and cpu1 can keep each other/);
  for (const kernel of ["linux-6.15", "linux-7.0"]) assert.equal(explore(text(kernel)).pingPong, undefined, kernel);
});
