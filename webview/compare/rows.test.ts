import assert from "node:assert/strict";
import { test } from "node:test";
import type { Compared } from "../../debug/protocol.ts";
import { isToComparison } from "./messages.ts";
import { countOf, groupsOf, standing } from "./rows.ts";

const page = { kind: "page", what: "pte(buf[0]).kind", before: "present", after: "swap" } as const;
const event = { kind: "event", what: "count(copy)", before: "1", after: "2" } as const;
const compared: Compared = {
  here: "linux-6.12",
  kernel: "linux-6.15",
  statements: 2,
  behind: 0,
  statement: "cpu0 read buf -> 1",
  differences: [event, page],
};

test("differences stand in groups, and what is new since the last stop is marked", () => {
  assert.deepEqual(groupsOf(compared, undefined), [
    { title: "Pages", rows: [{ what: page.what, here: "present", there: "swap", isNew: false }] },
    { title: "How often events happened", rows: [{ what: "count(copy)", here: "1", there: "2", isNew: false }] },
  ]);
  const before = { ...compared, differences: [{ ...event, after: "3" }, page] };
  const isNew = groupsOf(compared, before).map(({ rows }) => rows.map((row) => row.isNew));
  assert.deepEqual(isNew, [[false], [true]]);
});

test("it says where both stand, and when one cannot follow", () => {
  assert.equal(standing(compared), "Both after 2 statements, the last one: cpu0 read buf -> 1.");
  assert.match(standing({ ...compared, behind: 1 }), /Here 1 more has ended: linux-6\.15 cannot go on\.$/);
  assert.match(standing({ ...compared, statements: 0, statement: "" }), /^At the beginning/);
  assert.deepEqual([compared, { ...compared, differences: [] }, { ...compared, differences: [page] }].map(countOf), [
    "2 differences.",
    "Nothing is different.",
    "1 difference.",
  ]);
});

test("messages are checked", () => {
  const message = { type: "compared", title: "t", over: false, compared };
  assert.ok(isToComparison(message));
  assert.ok(!isToComparison({ ...message, compared: { ...compared, statements: -1 } }));
  assert.ok(!isToComparison({ ...message, compared: { ...compared, differences: [{ ...page, kind: "x" }] } }));
});
