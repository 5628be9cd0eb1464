import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventRow, FromPanel, PageState, ToPanel } from "../messages.ts";
import { PanelModel } from "./model.ts";

function page(number: number, value: string): PageState {
  const pte = { kind: "none", writable: false, dirty: false, young: false, exclusive: false, huge: false, pfn: null };
  return { page: number, value, pte, folio: null, mirrors: [], tlbs: [] };
}

function event(index: number): EventRow {
  return {
    index,
    step: index + 1,
    thread: 0,
    threadName: "cpu0",
    event: "fault",
    text: "",
    place: undefined,
    statement: undefined,
  };
}

const stop: Extract<ToPanel, { type: "stop" }> = {
  type: "stop",
  step: 5,
  total: 9,
  ended: false,
  changes: [],
  stale: false,
  eventCount: 0,
  eventsPast: 0,
  eventsFrom: 0,
  announcement: "",
};
const regions = [
  { id: 7, process: "app", name: "buf", kind: "anon rw", start: 0, pages: 1000, mapped: true, touched: [0, 1000] },
];

/** A model in a session with one region, and what it asks for. */
function begin() {
  const asked: Omit<FromPanel, "request">[] = [];
  const model = new PanelModel((question) => asked.push(question));
  model.apply({
    type: "session",
    version: 1,
    session: { version: 1, title: "t", kernel: "k", pageSize: 4096, devices: [], processes: [], threads: [] },
  });
  model.apply({ ...stop, regions, stale: true });
  return { model, asked };
}

test("pages are asked for when they come into view, a block at once and once only", () => {
  const { model, asked } = begin();
  assert.equal(model.page(0, 130), undefined);
  assert.equal(model.page(0, 131), undefined);
  assert.deepEqual(asked, [{ type: "rows", region: 7, from: 128, to: 256 }]);
  model.apply({ type: "rows", request: 1, region: 7, pages: [page(130, "4")] });
  assert.equal(model.page(0, 130)?.value, "4");
});

test("a stop brings what changed, with what it was", () => {
  const { model, asked } = begin();
  model.apply({ ...stop, step: 6, changes: [{ region: 7, before: page(3, "1"), now: page(3, "2") }] });
  assert.equal(model.page(0, 3)?.value, "2");
  assert.equal(model.before(0, 3)?.value, "1");
  assert.deepEqual(model.changedRows(), [5]);
  assert.deepEqual(asked, []);
  model.apply({ ...stop, step: 7 });
  assert.equal(model.page(0, 3)?.value, "2", "what is known stays known");
  assert.equal(model.before(0, 3), undefined, "but it is no change of the last stop");
});

test("told of the same moment again, the panel keeps what led there", () => {
  const { model } = begin();
  model.apply({ ...stop, step: 6, changes: [{ region: 7, before: page(3, "1"), now: page(3, "2") }] });
  model.apply({ ...stop, step: 6 });
  assert.equal(model.before(0, 3)?.value, "1");
});

test("where too much changed, all pages are asked for anew", () => {
  const { model, asked } = begin();
  model.apply({ type: "rows", request: 1, region: 7, pages: [page(0, "1")] });
  model.apply({ ...stop, step: 8, stale: true });
  assert.equal(model.page(0, 0), undefined);
  assert.equal(asked.length, 1);
});

test("nothing is asked for while the program runs, nor after the session", () => {
  const { model, asked } = begin();
  model.apply({ type: "running" });
  assert.equal(model.page(0, 0), undefined);
  model.apply({ ...stop });
  model.apply({ type: "ended" });
  assert.equal(model.page(0, 0), undefined);
  assert.deepEqual(asked, []);
  assert.equal(model.state, "over");
});

test("events stay known until the history has others", () => {
  const { model, asked } = begin();
  model.apply({ ...stop, eventCount: 3, eventsPast: 3 });
  assert.equal(model.event(1), undefined);
  assert.deepEqual(asked, [{ type: "events", from: 0, to: 3 }]);
  model.apply({ type: "events", request: 1, from: 0, events: [event(0), event(1), event(2)] });
  model.apply({ ...stop, eventCount: 4, eventsPast: 1, eventsFrom: 1 });
  assert.equal(model.event(0)?.step, 1);
  assert.equal(model.event(1), undefined, "from here on there are others");
});

test("a new session forgets the old one", () => {
  const { model } = begin();
  model.apply({ type: "rows", request: 1, region: 7, pages: [page(0, "1")] });
  model.apply({ type: "empty", version: 1, trace: "run.jsonl" });
  assert.equal(model.state, "empty");
  assert.equal(model.trace, "run.jsonl");
  assert.equal(model.rows.length, 0);
  model.apply({ type: "empty", version: 1 });
  assert.equal(model.trace, undefined);
});
