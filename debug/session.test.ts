/** The session: stepping, breakpoints, filters, time travel. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { shippedLibrary } from "../language/testing/run.ts";
import { Panel } from "./panel.ts";
import type { Go, Session } from "./session.ts";
import { ScheduleError } from "./session.ts";
import { sessionOf } from "./testing/client.ts";
import { whatIf } from "./what-if.ts";

const library = shippedLibrary();

const machine = `
device gpu0 uses dmirror { memory 64 KiB }
process app { buf: anon 4 pages  counter: anon 1 page }
`;
const migrating = `scenario "migrate and fault back"${machine}
cpu0 write buf = 1
gpu0 migrate buf[0] to gpu0
cpu0 read buf[0] -> 1
expect value(buf[0]) == 1
`;
const racing = `scenario "two threads"${machine}
cpu0 write counter = 0
parallel {
  cpu0 { write counter = 1  read buf[0]  write buf[1] = 2 }
  gpu0 { read counter  write buf[1] = 3 }
}
`;

function open(text: string, options = {}): Session {
  return sessionOf(library, text, options);
}
/** Where a session stands: thread, innermost frame, line. */
function at(session: Session): string {
  const { reason, thread } = session.stop;
  if (thread === undefined) return reason;
  const [frame] = session.frames(thread);
  return `${reason} ${session.simulation.threadName(thread)} ${frame?.name} :${frame?.spot.line}`;
}
function step(session: Session, kind: "stepIn" | "stepOver" | "stepOut", more: Partial<Go> = {}): string {
  session.runNow({ kind, thread: session.stop.thread ?? 0, ...more } as Go);
  return at(session);
}

test("step over goes from statement to statement of the scenario, whichever thread runs it", () => {
  const session = open(migrating);
  assert.equal(at(session), "entry cpu0 cpu0 write buf = 1 :5");
  assert.equal(step(session, "stepOver"), "step gpu0 gpu0 migrate buf[0] to gpu0 :6");
  assert.equal(step(session, "stepOver"), "step cpu0 cpu0 read buf[0] -> 1 :7");
  assert.equal(step(session, "stepOver"), "step scenario expect value(buf[0]) == 1 :8");
  assert.equal(step(session, "stepOver"), "finished");
  assert.equal(session.timeline.failures.length, 0);
});

test("step over goes into loops of the top level", () => {
  const session = open(`${machine}
    repeat 2 {
      cpu0 write counter = 1
    }`);
  assert.equal(at(session), "entry scenario repeat 2 :5");
  assert.equal(step(session, "stepOver"), "step cpu0 cpu0 write counter = 1 :6");
  assert.equal(step(session, "stepOver"), "step cpu0 cpu0 write counter = 1 :6");
  assert.equal(step(session, "stepOver"), "finished");
});

test("step back undoes what step over did", () => {
  const session = open(migrating);
  const places = [at(session)];
  const hashes = [session.simulation.store.hashLow];
  while (step(session, "stepOver") !== "finished") {
    places.push(at(session));
    hashes.push(session.simulation.store.hashLow);
  }
  for (let i = places.length - 1; i >= 0; i--) {
    session.stepBack(session.stop.thread ?? 0);
    assert.equal(at(session).replace(/^\w+ /, ""), places[i]?.replace(/^\w+ /, ""));
    assert.equal(session.simulation.store.hashLow, hashes[i]);
  }
  assert.equal(session.timeline.now, 0);
});

test("step in goes into the model, step out back to the caller", () => {
  const session = open(migrating);
  assert.match(step(session, "stepIn"), /^step cpu0 user_write/);
  while (session.frames(1).length < 3) step(session, "stepIn");
  const depth = session.frames(1).length;
  step(session, "stepOut");
  assert.ok(session.frames(1).length < depth);
});

test("without the model's code, step in stays with the scenario", () => {
  const session = open(migrating, { stepFilter: "scenario" });
  assert.equal(step(session, "stepIn"), "step gpu0 gpu0 migrate buf[0] to gpu0 :6");
});

test("one thread alone", () => {
  const session = open(racing);
  step(session, "stepOver");
  const [cpu, gpu] = [1, 3];
  for (let i = 0; i < 5; i++) {
    session.runNow({ kind: "stepIn", thread: gpu, alone: true });
    assert.equal(session.stop.thread, gpu);
  }
  assert.equal(session.frames(cpu).length, 1, "the other has not moved");
  assert.ok(session.frames(gpu).length > 1);
});

test("a thread that cannot go on alone says what it waits for", () => {
  const session = open(`${machine}
    parallel { cpu0 { wait until value(counter) == 1 } gpu0 { write counter = 1 } }`);
  session.runNow({ kind: "stepOver", thread: 1, alone: true });
  assert.match(session.stop.description ?? "", /cpu0 cannot go on alone: it waits for 'value\(counter\) == 1'/);
});

test("breakpoints: line, condition, hits, log", () => {
  const text = `${machine}
    for i in 0..4 { cpu0 write buf[i] = i }
    cpu0 read buf[3]`;
  const session = open(text);
  const source = session.program.sources.length - 1;
  const log: string[] = [];
  session.onLog = (line) => log.push(line);
  const [first] = session.breakpoints.setLines(source, [{ line: 5, column: 20, condition: "i == 2" }]);
  assert.equal(first?.place?.line, 5);
  session.runNow({ kind: "continue" });
  assert.equal(session.stop.reason, "breakpoint");
  assert.deepEqual(session.evaluate("i", session.frames(session.stop.thread ?? 0).at(-1)), { ok: true, value: 2 });

  session.goTo(0);
  session.breakpoints.setLines(source, [{ line: 5, column: 20, hitCondition: "% 2" }]);
  session.runNow({ kind: "continue" });
  assert.deepEqual(session.evaluate("i", session.frames(session.stop.thread ?? 0).at(-1)), { ok: true, value: 1 });

  session.goTo(0);
  session.breakpoints.setLines(source, [{ line: 5, column: 20, logMessage: "i={i} {{}} {buf[0]} {nothing}" }]);
  session.runNow({ kind: "continue" });
  assert.equal(session.stop.reason, "finished");
  assert.equal(log.length, 4);
  assert.equal(log[3], "i=3 {} 0 <There is nothing called `nothing`.>");
});

test("a breakpoint that cannot be says why", () => {
  const session = open(migrating);
  const source = session.program.sources.length - 1;
  const made = session.breakpoints.setLines(source, [
    { line: 1 },
    { line: 99 },
    { line: 5, condition: "bufff == 1" },
    { line: 5, hitCondition: "sometimes" },
  ]);
  assert.deepEqual(
    made.map((b) => b.place?.line),
    [5, undefined, undefined, undefined],
  );
  for (const breakpoint of made.slice(1)) assert.notEqual(breakpoint.message, undefined);
});

test("breakpoints in the model and at functions", () => {
  const session = open(migrating);
  session.breakpoints.setFunctions([{ name: "dmirror.migrate_to_ram" }, { name: "no_such_function" }]);
  session.runNow({ kind: "continue" });
  assert.equal(session.stop.reason, "function breakpoint");
  assert.match(at(session), /cpu0 dmirror.migrate_to_ram/);
  const [frame] = session.frames(1);
  const line = (frame?.spot.line ?? 0) + 1;
  session.breakpoints.setFunctions([]);
  const [moved] = session.breakpoints.setLines(frame?.spot.source ?? 0, [{ line }]);
  session.runNow({ kind: "continue" });
  assert.deepEqual(session.stop.breakpoints, [moved?.id]);
});

test("filters stop at events, with conditions over their fields", () => {
  const session = open(migrating);
  session.filters.set([{ id: "fault", condition: "access == read and thread == cpu0" }]);
  session.runNow({ kind: "continue" });
  assert.equal(session.stop.filter, "fault");
  assert.equal(session.stop.description, "fault(thread: cpu0, place: buf[0], access: read)");
  assert.deepEqual(session.filters.set([{ id: "nofault" }, { id: "notifier", condition: "reason ==" }]), [
    "There is no event 'nofault'.",
    "Expected an expression.",
  ]);
  session.goTo(0);
  session.filters.set([{ id: "notifier", condition: "place in buf[0..1] and reason == MIGRATE and owner == gpu0" }]);
  session.runNow({ kind: "continue" });
  assert.match(
    session.stop.description ?? "",
    /^notifier\(reason: MIGRATE, phase: start, place: buf\[0\], owner: gpu0\)/,
  );
});

test("after an exception a step shows where the thread stands, and back is before what did it", () => {
  const session = open(migrating);
  session.filters.set([{ id: "migrate_to_ram" }]);
  session.runNow({ kind: "continue" });
  const { now } = session.timeline;
  const place = at(session);
  assert.match(place, /^exception cpu0/);
  step(session, "stepOver");
  assert.equal(session.timeline.now, now, "the statement that did it is done already");
  session.goTo(0);
  session.runNow({ kind: "continue" });
  session.stepBack(1);
  assert.equal(session.timeline.now, now - 1);
  assert.equal(at(session).replace(/^\w+ /, ""), place.replace(/^\w+ /, ""));
});

test("failed checks, broken invariants and deadlocks stop where they are", () => {
  const failing = open(`${machine}
    cpu0 write counter = 1
    cpu0 read counter -> 2
    expect value(counter) == 3
    finally value(counter) == 4`);
  const seen: string[] = [];
  for (failing.runNow({ kind: "continue" }); failing.stop.reason !== "finished"; failing.runNow({ kind: "continue" })) {
    seen.push(`${failing.stop.filter} ${failing.frames(failing.stop.thread ?? 0)[0]?.spot.line}`);
  }
  assert.deepEqual(seen, ["expectation 6", "expectation 7", "expectation 8"]);

  const stuck = open(`${machine}
    parallel { cpu0 { wait until value(counter) == 1 } cpu1 { wait until value(counter) == 2 } }`);
  stuck.runNow({ kind: "continue" });
  assert.equal(stuck.stop.filter, "deadlock");
  assert.match(stuck.stop.description ?? "", /cpu0 waits for .* and cpu1 waits for /);
  assert.equal(stuck.runNow({ kind: "continue" }).reason, "finished");
});

test("reverse continue finds the stops again, the last one first", () => {
  const session = open(migrating);
  session.filters.set([{ id: "fault" }]);
  const moments: number[] = [];
  for (session.runNow({ kind: "continue" }); session.stop.reason !== "finished"; session.runNow({ kind: "continue" })) {
    moments.push(session.timeline.now);
  }
  assert.ok(moments.length >= 2);
  for (const moment of moments.toReversed()) {
    assert.equal(session.reverseContinue().filter, "fault");
    assert.equal(session.timeline.now, moment);
  }
  assert.equal(session.reverseContinue().reason, "entry");
});

test("an endless run is interrupted", async () => {
  const session = open(`${machine}
    parallel { cpu0 { for i in 0..100000000 { read counter } } }`);
  let turns = 0;
  const stop = await session.runToStop(
    { kind: "continue" },
    { yieldToHost: async () => void turns++, paused: () => turns >= 3 },
  );
  assert.equal(stop.reason, "pause");
  assert.equal(session.isRunning, false);
});

test("a schedule that does not fit is refused", () => {
  assert.throws(() => open(migrating, { schedule: { type: "something else" } }), ScheduleError);
});

test("what-if tries a statement and leaves the state as it is", () => {
  const session = open(migrating);
  step(session, "stepOver");
  const { hashLow } = session.simulation.store;
  const { newest } = session.timeline;
  const tried = whatIf(session, "gpu0 migrate buf[0] to gpu0  cpu0 read buf[0]");
  assert.deepEqual(tried.problems, []);
  assert.ok(tried.ok);
  assert.ok(tried.events.some((e) => e.event === "migrate_to_ram"));
  assert.equal(session.simulation.store.hashLow, hashLow);
  assert.equal(session.timeline.newest, newest);
  const moved = whatIf(session, "gpu0 migrate buf[0] to gpu0");
  assert.ok(moved.changes.some((c) => c.what === "pte(buf[0]).kind" && c.after === "device_private"));
  assert.equal(moved.outcome, "1");
  assert.match(whatIf(session, "cpu0 raed buf").problems[0]?.message ?? "", /read/);
  assert.match(whatIf(session, "parallel { cpu0 read buf }").problems[0]?.message ?? "", /one thread/);
});

test("what-if says what a statement would wait for", () => {
  const session = open(migrating);
  step(session, "stepOver");
  session.filters.set([{ id: "migrate", condition: "phase == setup" }]);
  session.runNow({ kind: "continue" });
  assert.match(whatIf(session, "cpu0 read buf[0]").problems[0]?.message ?? "", /would wait for/);
});

test("expressions in a frame of the model: its locals, its driver's variables, the scenario's places", () => {
  const session = open(migrating);
  session.breakpoints.setFunctions([{ name: "dmirror.migrate_to_ram" }]);
  session.runNow({ kind: "continue" });
  const [frame] = session.frames(1);
  const value = (text: string): string => {
    const result = session.evaluate(text, frame, true);
    return result.ok ? session.evaluator.describe(result.value) : `! ${result.problems[0]?.message}`;
  };
  assert.equal(value("vmf.process"), "app");
  assert.equal(value("pte(buf[0]).kind"), "device_private");
  assert.equal(value("pte_get(vmf.process, vmf.addr) == vmf.orig"), "true");
  assert.equal(value("buf[1]"), "1");
  assert.equal(value("self"), "gpu0");
  assert.equal(value("count(fault) > 1"), "true");
  assert.match(value("folio_get(vmf.page)"), /^! Here only observations/);
  assert.match(value("nothing.at.all"), /^! There is nothing called/);
  assert.match(value("1 / 0"), /^! /);
});

test("walks through history: the same moment is the same state, and goes on in the same way", () => {
  const moves = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constantFrom("stepIn", "stepOver", "stepOut", "back", "finest" as const) }),
      fc.record({ kind: fc.constant("goTo" as const), to: fc.double({ min: 0, max: 1, noNaN: true }) }),
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(moves, fc.integer({ min: 0, max: 3 }), (walk, seed) => {
      const session = open(racing, { seed });
      const { store } = session.simulation;
      const panel = new Panel(session);
      const seen = new Map<number, string>();
      const look = (): string => {
        const rows = panel.regions.flatMap((r) => panel.rows(r.id, 0, r.description.pages));
        return `${store.hashLow} ${store.hashHigh} ${session.timeline.recordsAt(session.timeline.now)} ${JSON.stringify(rows)}`;
      };
      for (const move of walk) {
        const thread = session.stop.thread ?? 0;
        if (move.kind === "goTo") session.goTo(Math.floor(move.to * session.timeline.newest));
        else if (move.kind === "back") session.stepBack(thread);
        else if (session.stop.reason === "finished") break;
        else if (move.kind === "finest") session.runNow({ kind: "stepIn", thread, finest: true });
        else session.runNow({ kind: move.kind, thread });
        const { now } = session.timeline;
        const before = seen.get(now);
        if (before === undefined) seen.set(now, look());
        else assert.equal(look(), before, `moment ${now}`);
      }
      assert.deepEqual(store.computeHash(), [store.hashLow, store.hashHigh]);
    }),
    { numRuns: 60 },
  );
});

test("the panel is told what changed since its last look", () => {
  const session = open(migrating);
  const panel = new Panel(session);
  assert.equal(panel.position(undefined).stale, true);
  step(session, "stepOver");
  const first = panel.position(0);
  const region = panel.regions.find((r) => r.description.name === "buf");
  assert.deepEqual(
    first.changes.map((c) => [c.region, c.now.page, c.before.pte.kind, c.now.pte.kind]),
    [0, 1, 2, 3].map((page) => [region?.id, page, "none", "present"]),
  );
  assert.deepEqual(first.regions[0]?.touched, [0, 4]);
  const moment = session.timeline.now;
  session.stepBack(session.stop.thread ?? 0);
  const back = panel.position(moment);
  assert.equal(back.changes.length, 4);
  assert.equal(back.eventsPast < back.eventCount, true);
  assert.deepEqual(back.regions[0]?.touched, []);
  session.runNow({ kind: "stepIn", thread: 3, alone: true });
  const other = panel.position(0);
  assert.equal(other.eventsFrom <= other.eventCount, true);
  assert.throws(() => panel.rows(99, 0, 1), /no region/);
  assert.throws(() => panel.rows(0, -1, 1), /pages 0 to 3/);
});

test("a statement of several steps is one: its breakpoint is reached once, and next goes over it", () => {
  const session = open(`${machine}
    parallel {
      cpu0 { write counter = 2  barrier b  read counter as r }
      cpu1 { barrier b  read counter }
    }
    cpu0 read counter`);
  const source = session.program.sources.length - 1;
  session.breakpoints.setLines(source, [
    { line: 6, column: 33 },
    { line: 6, column: 44 },
  ]);
  const reached: string[] = [];
  while (session.runNow({ kind: "continue" }).reason !== "finished") reached.push(at(session));
  assert.deepEqual(reached, ["breakpoint cpu0 barrier b :6", "breakpoint cpu0 read counter as r :6"]);
  const back: string[] = [];
  while (session.reverseContinue().reason !== "entry") back.push(at(session));
  assert.deepEqual(back, reached.toReversed());
  session.breakpoints.setLines(source, []);
  const stepped: string[] = [];
  for (let i = 0; i < 4; i++) {
    session.runNow({ kind: "stepOver", thread: 1 });
    stepped.push(at(session));
  }
  assert.deepEqual(stepped, [
    "step cpu0 barrier b :6",
    "step cpu0 read counter as r :6",
    "step cpu0 cpu0 read counter :9",
    "finished",
  ]);
  for (const place of stepped.slice(0, 3).toReversed()) {
    session.stepBack(1);
    assert.equal(at(session), place);
  }
});
