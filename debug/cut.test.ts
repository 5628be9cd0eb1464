/** A history that became too long: its older half is forgotten, all that goes with it too, and whoever asks is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shippedLibrary } from "../language/testing/run.ts";
import { dataId } from "./data.ts";
import { Hits } from "./hits.ts";
import type { Body } from "./testing/client.ts";
import { InlineClient, sessionOf } from "./testing/client.ts";

const library = shippedLibrary();
const program = "/home/user/scenario.hmm";
const rounds = 14;
const text = `scenario "long"
device gpu0 uses dmirror { memory 64 KiB }
process app { buf: anon 4 pages  counter: anon 1 page }
inject maybe copy
repeat ${rounds} {
  cpu0 write buf = 1
  gpu0 migrate buf to gpu0
  cpu0 read buf
  cpu0 madvise buf dontneed
}
`;

/** A client at the end of the scenario; of its history at most `historyLimit` steps are kept. */
async function ended(historyLimit: number): Promise<InlineClient> {
  const c = new InlineClient(library, { [program]: text });
  await c.start({ program, stopOnEntry: true, stopAtEnd: true, historyLimit });
  await c.next("stopped");
  await c.move("continue", { threadId: 2 });
  return c;
}
const whole = 4_000_000;
const short = 1000;

async function oldest(c: InlineClient): Promise<number> {
  return Number((await c.ask("hmm/why", { place: "buf[0]" })).oldest);
}

test("going back ends at the cut, and says so", async () => {
  const c = await ended(short);
  const told = c.events.filter(({ body }) => /history has become too long/.test(String(body.output)));
  assert.equal(told.length, 1);
  const { reason, text: description } = await c.move("reverseContinue", { threadId: 2 });
  const first = await oldest(c);
  assert.ok(first > 0);
  assert.equal(reason, "entry");
  assert.match(String(description), /^The history goes back no further: what was before step [\d,]+ is forgotten\.$/);
  const stop = await c.move("stepBack", { threadId: 2 });
  assert.equal(stop.text, description);
  const reply = await c.request("hmm/goTo", { step: first - 1 });
  assert.match(reply.message ?? "", /^Moment \d+ was forgotten: the history begins at \d+\. 'historyLimit' /);
});

test("what is kept is bounded, and is the same as in a history that is whole", async () => {
  const [cut, all] = [await ended(short), await ended(whole)];
  const [here, there] = [cut.adapter.session, all.adapter.session];
  assert.ok(here !== undefined && there !== undefined);
  const { timeline } = here;
  assert.ok(timeline.newest - timeline.oldest <= short);
  assert.equal(timeline.newest, there.timeline.newest);
  for (const moment of [timeline.oldest, timeline.newest, timeline.oldest + 100, timeline.newest - 1]) {
    const seen: readonly (readonly number[])[] = [here, there].map(({ timeline: t, simulation }): readonly number[] => {
      t.goTo(moment);
      const by = moment > timeline.oldest ? [t.threadOf(moment), t.pcOf(moment), t.depthOf(moment)] : [];
      return [...simulation.store.computeHash(), t.recordsAt(moment), ...by];
    });
    assert.deepEqual(seen[0], seen[1]);
  }
  // The event log begins with the oldest step, and so do the recorded choices.
  const { log } = here.simulation.vm;
  assert.equal(log.oldest, timeline.recordsAt(timeline.oldest));
  assert.equal(log.at(log.oldest - 1), undefined);
  assert.ok((log.at(log.oldest)?.step ?? 0) > timeline.oldest);
  for (const { timeline: t } of [here, there]) t.goTo(t.newest);
  const moves = timeline.moves();
  assert.ok(moves.length < short);
  assert.deepEqual(moves, there.timeline.moves().slice(-moves.length));
  assert.equal((await cut.ask("hmm/schedule", {})).complete, false);
});

test("events are counted with those that were forgotten; where that cannot be, it is said", async () => {
  const [cut, all] = [await ended(short), await ended(whole)];
  const counts = async (c: InlineClient) => (await c.ask("hmm/eventCounts", {})).events as Body[];
  assert.deepEqual(await counts(cut), await counts(all));
  const value = async (c: InlineClient, expression: string) =>
    (await c.request("evaluate", { expression })).body.result;
  for (const expression of ["count(migrate)", "count(fault)", "count(copy)"]) {
    assert.equal(await value(cut, expression), await value(all, expression), expression);
  }
  const reply = await cut.request("evaluate", { expression: "count(fault, cpu0)" });
  assert.match(reply.message ?? "", /^The events up to step \d+ were forgotten/);
  const places = [await cut.ask("hmm/position", {}), await all.ask("hmm/position", {})] as const;
  assert.equal(Number(places[0].eventCount) + Number(places[0].eventsForgotten), places[1].eventCount);
  const first50 = async (c: InlineClient, from: number): Promise<Body[]> =>
    ((await c.ask("hmm/events", { from, to: from + 50 })).events as Body[]).map((event, i) => {
      assert.equal(event.index, from + i);
      return { ...event, index: 0 };
    });
  assert.deepEqual(await first50(cut, 0), await first50(all, Number(places[0].eventsForgotten)));
});

test("why, and what an expression was, go back to the cut and say so; changes by hand before it do not stand in the way", async () => {
  const c = new InlineClient(library, { [program]: text });
  await c.start({ program, stopOnEntry: true, stopAtEnd: true, historyLimit: short });
  await c.next("stopped");
  await c.ask("setBreakpoints", { source: { path: program }, breakpoints: [{ line: 7 }] });
  await c.move("continue", { threadId: 2 });
  await c.ask("setBreakpoints", { source: { path: program }, breakpoints: [] });
  await c.ask("setExpression", { expression: "value(buf[0])", value: "5" });
  await c.move("continue", { threadId: 2 });
  const why = await c.ask("hmm/why", { place: "buf[0]" });
  assert.equal(why.complete, false);
  assert.ok((why.chain as Body[]).every(({ step }) => Number(step) > Number(why.oldest)));
  const told = await c.ask("evaluate", { expression: "why buf[0]", context: "repl" });
  assert.match(String(told.result), /\(what was before step [\d,]+ is forgotten\)/);
  const track = await c.ask("hmm/track", { expression: "vma(buf).start" });
  assert.equal(track.complete, false);
  assert.deepEqual(
    (track.points as Body[]).map(({ step }) => step),
    [why.oldest],
  );
  const reply = await c.request("hmm/toChange", { expression: "vma(buf).start", which: "first" });
  assert.match(reply.message ?? "", /since step \d+; what was before it is forgotten\.$/);
  assert.equal(((await c.ask("hmm/changes", {})).changes as Body[]).length, 1);
});

test("a count with fields that stops goes on over the cut", () => {
  const stops = (historyLimit: number): number[] => {
    const session = sessionOf(library, text, { historyLimit });
    const data = session.data.named("count(fault, cpu0)");
    assert.ok(typeof data !== "string");
    session.dataBreakpoints.set([{ dataId: dataId(data), access: "change" }], () => 1);
    const found: number[] = [];
    for (
      let stop = session.runNow({ kind: "continue" });
      stop.reason === "data breakpoint";
      stop = session.runNow({ kind: "continue" })
    ) {
      found.push(session.timeline.now);
    }
    return found;
  };
  const found = stops(short);
  assert.ok(found.length > rounds);
  assert.deepEqual(found, stops(whole));
});

test("hits that are found while going back are counted in their order", () => {
  const hits = new Hits();
  assert.equal(hits.note(50), 1);
  assert.equal(hits.note(70), 2);
  assert.equal(hits.note(20), 1);
  assert.equal(hits.note(70), 3);
});

test("hits count on over the cut", () => {
  const stops = (historyLimit: number): number[] => {
    const session = sessionOf(library, text, { historyLimit });
    session.breakpoints.setLines(session.mainSource, [{ line: 6, hitCondition: "% 7" }]);
    const found: number[] = [];
    for (
      let stop = session.runNow({ kind: "continue" });
      stop.reason === "breakpoint";
      stop = session.runNow({ kind: "continue" })
    ) {
      found.push(session.timeline.now);
    }
    return found;
  };
  const found = stops(short);
  assert.equal(found.length, Math.floor(rounds / 7));
  assert.deepEqual(found, stops(whole));
});
