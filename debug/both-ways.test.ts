/** Stops are of the history, whichever way one comes to them: what stops a run stops a run back, in the opposite order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { shippedLibrary } from "../language/testing/run.ts";
import { dataId } from "./data.ts";
import { DataWatch } from "./data-watch.ts";
import type { ActiveFilter } from "./filters.ts";
import { FILTERS } from "./filters.ts";
import type { Session } from "./session.ts";
import { sessionOf } from "./testing/client.ts";

const library = shippedLibrary();

const machine = `device gpu0 uses dmirror { memory 64 KiB }
process app { buf: anon 4 pages  counter: anon 1 page }
`;
const text = `${machine}cpu0 write buf = 1
for i in 0..6 { cpu0 write buf[1] = i }
parallel {
  cpu0 { write counter = 1  read buf[0] }
  gpu0 { migrate buf[0..2] to gpu0 -> any }
}
finally value(buf[1]) == 3
cpu0 read buf[0] -> 2
expect value(buf[1]) == 4
`;

function watch(session: Session, expression: string, more: { hitCondition?: string } = {}): void {
  const data = session.data.named(expression);
  assert.ok(typeof data !== "string");
  session.dataBreakpoints.set([{ dataId: dataId(data), access: "change", ...more }], session.breakpoints.newId);
}
/** Where a session stands and why. */
function stopOf({ stop, timeline }: Session): string {
  const { reason, filter = "", breakpoints = [], description = "" } = stop;
  return `${timeline.now} ${reason} ${filter} ${breakpoints.join()} ${description}`;
}
function forward(session: Session): string[] {
  const found: string[] = [];
  while (session.runNow({ kind: "continue" }).reason !== "finished") found.push(stopOf(session));
  return found;
}
function back(session: Session): string[] {
  const found: string[] = [];
  while (session.reverseContinue().reason !== "entry") found.push(stopOf(session));
  return found;
}

test("a run back from the end finds all that stopped a run, the last of it first", () => {
  const lines = fc.array(
    fc.record({
      line: fc.integer({ min: 3, max: 12 }),
      column: fc.option(fc.constantFrom(17, 30), { nil: undefined }),
      hitCondition: fc.option(fc.constantFrom("% 2", "> 3", "2"), { nil: undefined }),
      condition: fc.option(fc.constantFrom("value(buf[0]) == 1", "count(fault) > 4"), { nil: undefined }),
    }),
    { maxLength: 4 },
  );
  const filters = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom("fault", "notifier", "migrate", "expectation", "tlb_flush"),
      mode: fc.constantFrom("before" as const, "after" as const),
    }),
    { maxLength: 3, selector: ({ id }) => id },
  );
  const data = fc.option(fc.constantFrom("pte(buf[0])", "value(buf[1])", "count(fault)", "folio(buf[0])"), {
    nil: undefined,
  });
  const hitCondition = fc.option(fc.constantFrom("% 2", "> 2"), { nil: undefined });
  const seed = fc.integer({ min: 0, max: 3 });
  const late = fc.boolean();
  fc.assert(
    fc.property(lines, filters, data, hitCondition, seed, late, (requests, active, datum, hits, order, isLate) => {
      const set = (session: Session): void => {
        session.breakpoints.setLines(session.mainSource, requests);
        session.filters.set(active);
        if (datum !== undefined) watch(session, datum, hits === undefined ? {} : { hitCondition: hits });
      };
      const first = sessionOf(library, text, { seed: order });
      set(first);
      const stops = forward(first);
      // Set at the end, they are the same: what was reached before counts.
      const second = isLate ? sessionOf(library, text, { seed: order }) : first;
      if (isLate) {
        second.filters.set([]);
        forward(second);
        set(second);
      }
      assert.deepEqual(back(second), stops.toReversed());
    }),
    { numRuns: 25 },
  );
});

test("a breakpoint in front of the statement after one that stopped is not passed over", () => {
  const session = sessionOf(library, text);
  session.breakpoints.setLines(session.mainSource, [{ line: 11 }]);
  session.filters.set([{ id: "expectation" }]);
  const reasons = forward(session).map((stop) => stop.split(" ").slice(1, 3).join(" "));
  assert.deepEqual(reasons, ["exception expectation", "breakpoint ", "exception expectation", "exception expectation"]);
});

test("who steps from line to line meets log points and counts hits, each once", () => {
  const session = sessionOf(library, text);
  const log: string[] = [];
  session.onLog = (line) => log.push(line);
  session.showEntry();
  session.breakpoints.setLines(session.mainSource, [
    { line: 3, logMessage: "begins" },
    { line: 4, column: 17, logMessage: "{i}" },
    { line: 4, column: 17, hitCondition: "5" },
  ]);
  const next = (): string => session.runNow({ kind: "stepOver", thread: session.stop.thread ?? 0 }).reason;
  for (let i = 0; i < 5; i++) assert.equal(next(), "step");
  assert.deepEqual(log, ["begins", "0", "1", "2"]);
  session.runNow({ kind: "continue" });
  assert.equal(session.stop.reason, "breakpoint");
  assert.deepEqual(log, ["begins", "0", "1", "2", "3", "4"]);
  // It has told already where it stands.
  next();
  assert.equal(log.length, 6);
  session.stepBack(1);
  next();
  assert.deepEqual(log.slice(6), ["4"], "what is done once more is told once more");
});

test("log points print on the way back, too, the last first, and say that it is the way back", () => {
  const session = sessionOf(library, text);
  const log: string[] = [];
  session.onLog = (line) => log.push(line);
  session.showEntry();
  const breakpoints = [
    { line: 4, column: 17, logMessage: "{i}" },
    { line: 4, column: 17, hitCondition: "3" },
  ];
  session.breakpoints.setLines(session.mainSource, breakpoints);
  assert.equal(session.runNow({ kind: "continue" }).reason, "breakpoint");
  assert.deepEqual(log, ["0", "1", "2"]);
  session.reverseContinue();
  assert.deepEqual(log.slice(3), ["← 1", "← 0"]);
  session.runNow({ kind: "continue" });
  assert.deepEqual(log.slice(5), ["0", "1", "2"], "what is done once more is told once more");
});

test("stepping back stops at what lies on the way", () => {
  const session = sessionOf(library, text);
  session.runNow({ kind: "stepOver", thread: 1 });
  session.filters.set([{ id: "fault" }]);
  session.breakpoints.setFunctions([{ name: "do_anonymous_page" }]);
  session.stepBack(session.stop.thread ?? 0);
  assert.equal(session.stop.reason, "function breakpoint");
  session.stepBack(1);
  assert.notEqual(session.stop.reason, "entry");
  session.filters.set([]);
  session.breakpoints.setFunctions([]);
  while (session.frames(1).length > 1) session.stepBack(1);
  assert.equal(session.timeline.now, 0);
});

test("one step that does both stops for both", () => {
  const session = sessionOf(library, text);
  session.filters.set([{ id: "fault" }]);
  watch(session, "count(fault)");
  const [stop = ""] = forward(session);
  assert.match(stop, /^\d+ exception fault \d+ fault\(thread: cpu0.*\); count\(fault\): 0 → 1, by cpu0 at /);
});

test("a failure can be stopped at in front of the step that shows it", () => {
  const stops = (mode: ActiveFilter["mode"]): [number, string][] => {
    const session = sessionOf(library, text);
    session.filters.set([{ id: "expectation", mode }]);
    const found: [number, string][] = [];
    while (session.runNow({ kind: "continue" }).reason !== "finished") {
      found.push([session.timeline.now, session.stop.description ?? ""]);
    }
    return found;
  };
  const [after, before] = [stops("after"), stops("before")];
  assert.deepEqual(
    before.slice(0, 2).map(([moment]) => moment),
    after.slice(0, 2).map(([moment]) => moment - 1),
  );
  assert.match(before[0]?.[1] ?? "", /^The next step shows it: read ended with 1, not with 2/);
  assert.deepEqual(before[2], after[2], "what is found at the end has no step");
});

test("a place in a condition is met where it overlaps, and a lock goes by its name; what filters show as examples can be written", () => {
  const session = sessionOf(library, text);
  const stops = (id: string, condition: string): number => {
    session.goTo(0);
    assert.deepEqual(session.filters.set([{ id, condition }]), [undefined]);
    return forward(session).length;
  };
  const whole = `${machine}cpu0 write buf = 1\ngpu0 migrate buf to gpu0\n`;
  const moving = sessionOf(library, whole);
  moving.filters.set([{ id: "notifier", condition: "place in buf[2] and reason == MIGRATE and phase == start" }]);
  assert.match(forward(moving).join(), /notifier\(reason: MIGRATE, phase: start, place: buf, owner: gpu0\)/);
  moving.goTo(0);
  moving.filters.set([{ id: "notifier", condition: "place in counter" }]);
  assert.deepEqual(forward(moving), []);
  assert.ok(stops("lock", 'name == "mmap_lock of app"') > 0);
  assert.equal(stops("lock", 'name == "mmap_lock of nobody"'), 0);
  assert.deepEqual(
    FILTERS.map(({ id, example }) => session.filters.set([{ id, condition: example }])[0]),
    FILTERS.map(() => undefined),
  );
});

test("a condition that has no value stops, and says why", () => {
  const session = sessionOf(library, text);
  session.filters.set([{ id: "fault", condition: "1 / (value(counter) - value(counter)) == 1" }]);
  assert.match(forward(session)[0] ?? "", /fault\(thread: cpu0.*\); the condition '1 \/ .* == 1': division by zero$/);
});

test("what is seen of changes in the journal is what reading at each moment sees", () => {
  const swapping = `${machine}cpu0 write buf = 1
reclaim buf[1]
cpu0 read buf[1]
gpu0 migrate buf[0..2] to gpu0
gpu0 write buf[0] = 4
cpu0 write buf[0] = 5
cpu0 madvise buf[3] dontneed
cpu0 munmap buf[2]
cpu0 mmap weights: file "weights.bin" 2 pages shared
cpu0 write weights[0] = 3
reclaim weights[0]
cpu0 read weights[0]
`;
  const session = sessionOf(library, swapping);
  session.filters.set([]);
  forward(session);
  const { timeline, data: reader } = session;
  for (const expression of [
    "value(buf[1])",
    "buf[0..4]",
    "weights",
    "pte(buf[2])",
    "mirror(gpu0, buf[0])",
    "folio(buf[0])",
  ]) {
    const data = reader.named(expression);
    assert.ok(typeof data !== "string");
    const seen: number[] = [];
    const watched = new DataWatch(session, reader, data);
    for (let step = 1; step <= timeline.newest; step++) if (watched.changeAt(step) !== undefined) seen.push(step);
    const read: number[] = [];
    timeline.goTo(0);
    let before = reader.read(data).join();
    for (let step = 1; step <= timeline.newest; step++) {
      timeline.goTo(step);
      const now = reader.read(data).join();
      if (now !== before) read.push(step);
      before = now;
    }
    assert.ok(read.length > 0, expression);
    assert.deepEqual(seen, read, expression);
  }
});
