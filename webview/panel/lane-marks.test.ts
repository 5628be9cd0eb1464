import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventRow } from "../messages.ts";
import { lanesOf, mostLanes, nearestMark } from "./lane-marks.ts";

function event(index: number, threadName: string, name: string, step: number): EventRow {
  return { index, step, thread: 1, threadName, event: name, text: "", place: undefined, statement: undefined };
}

test("a lane for each thread, without the events of every other step", () => {
  const lanes = lanesOf([
    event(0, "cpu0", "fault", 3),
    event(1, "cpu0", "lock", 4),
    event(2, "gpu0", "notifier", 9),
    event(3, "cpu0", "migrate_to_ram", 12),
    event(4, "", "deadlock", 13),
  ]);
  assert.deepEqual(
    lanes.map(({ thread, marks }) => `${thread}: ${marks.map((mark) => `${mark.event}@${mark.step}`).join(" ")}`),
    ["cpu0: fault@3 migrate_to_ram@12", "gpu0: notifier@9"],
  );
});

test("there are only so many lanes", () => {
  const events = Array.from({ length: 20 }, (_, i) => event(i, `worker ${i}`, "fault", i));
  assert.equal(lanesOf(events).length, mostLanes);
});

test("a click takes the nearest mark, if one is near", () => {
  const [lane] = lanesOf([event(0, "cpu0", "fault", 10), event(1, "cpu0", "copy", 20)]);
  assert.ok(lane !== undefined);
  assert.equal(nearestMark(lane, 13, 5)?.index, 0);
  assert.equal(nearestMark(lane, 17, 5)?.index, 1);
  assert.equal(nearestMark(lane, 40, 5), undefined);
});
