import assert from "node:assert/strict";
import { test } from "node:test";
import { filterWords, passes, placeText } from "./event-filter.ts";

const event = {
  index: 0,
  step: 4,
  thread: 1,
  threadName: "gpu0",
  event: "notifier",
  text: "reason: MIGRATE, phase: start, place: buf[2]",
  place: { path: "hmm-model:/kernel/migrate_device.hmm", line: 210, column: 3 },
  statement: undefined,
};

function shows(filter: string): boolean {
  return passes(event, filterWords(filter));
}

test("every word must occur, in whatever case, anywhere in the row", () => {
  assert.ok(shows(""));
  assert.ok(shows("notifier migrate"));
  assert.ok(shows("GPU0 buf[2]"));
  assert.ok(shows("migrate_device.hmm:210"));
  assert.equal(shows("notifier fault"), false);
});

test("a word with a minus must not occur", () => {
  assert.ok(shows("-lock"));
  assert.equal(shows("-migrate"), false);
  assert.ok(shows("-"), "a minus alone says nothing yet");
});

test("places are told by their file's name", () => {
  assert.equal(placeText(event.place), "migrate_device.hmm:210");
  assert.equal(placeText({ path: "C:\\work\\a.hmm", line: 3, column: 1 }), "a.hmm:3");
  assert.equal(placeText(undefined), "");
});
