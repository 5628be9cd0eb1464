/** A list that differs is shortened to what it takes, and stays one that can be run. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Judged } from "./shrink.ts";
import { shrink } from "./shrink.ts";

const list = [
  "open h0 0",
  "map A anon 4",
  "map B anon 2",
  "cpu_write A 0 4 100",
  "cpu_write B 0 2 7",
  "to_dev h0 A 0 2",
  "fork C",
  "C> cpu_read A 0 1",
  "madvise A 0 1 cold",
  "pagemap A",
  "munmap B 0 2",
];

/** Takes a list for one that differs, at its `pagemap`, if it wrote to A and gave advice before. */
function judgeAll(lists: readonly (readonly string[])[]): Judged[] {
  return lists.map((lines) => {
    const written = lines.indexOf("cpu_write A 0 4 100");
    const advised = lines.indexOf("madvise A 0 1 cold");
    const index = lines.indexOf("pagemap A");
    const differs = written >= 0 && advised > written && index > advised;
    const difference = { kind: "pages", index, operation: "pagemap A", expected: "zero", got: "page" } as const;
    return { lines, recording: "", differences: differs ? [difference] : [] };
  });
}

test("what is left is what the difference takes, with the region that it needs", () => {
  assert.deepEqual(shrink(list, "", "linux-6.12", judgeAll).lines, [
    "map A anon 4",
    "cpu_write A 0 4 100",
    "madvise A 0 1 cold",
    "pagemap A",
  ]);
});

test("a list that does not differ is refused", () => {
  assert.throws(() => shrink(list.slice(0, 5), "", "linux-6.12", judgeAll), /the list does not differ/);
});
