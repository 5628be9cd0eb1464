import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { FromPanel, PageState, ToPanel } from "./messages.ts";
import { isFromPanel, isToPanel, whatIfLimit, windowLimit } from "./messages.ts";

const page: PageState = {
  page: 3,
  value: "-7",
  pte: { kind: "present", writable: true, dirty: false, young: true, exclusive: true, huge: false, pfn: 0x201 },
  folio: {
    where: "N0",
    kind: "anon",
    order: 0,
    refcount: 1,
    mapcount: 1,
    pincount: 0,
    locked: false,
    lru: true,
    dirty: false,
    pfn: 0x201,
  },
  mirrors: [{ valid: true, writable: false, atomic: false, huge: false, pfn: 0x201 }, null],
  tlbs: [{ name: "cpu0", pfn: 0x201, writable: true }],
};

const toPanel: readonly ToPanel[] = [
  { type: "empty", version: 1 },
  { type: "empty", version: 1, trace: "run.jsonl" },
  {
    type: "session",
    version: 1,
    session: {
      version: 1,
      title: "t",
      kernel: "linux-6.12",
      pageSize: 4096,
      devices: ["gpu0"],
      processes: ["app"],
      threads: [{ name: "cpu0", kind: "cpu" }],
    },
  },
  {
    type: "stop",
    step: 1,
    total: 2,
    ended: false,
    regions: [
      { id: 0, process: "app", name: "buf", kind: "anon rw", start: 4096, pages: 4, mapped: true, touched: [0, 1] },
    ],
    changes: [{ region: 0, before: page, now: page }],
    stale: false,
    eventCount: 1,
    eventsPast: 1,
    eventsFrom: 0,
    announcement: "",
  },
  { type: "running" },
  { type: "ended" },
  { type: "breakpoints", breakpoints: [{ expression: "pte(buf[1])", enabled: true }], announcement: "" },
  { type: "rows", request: 1, region: 0, pages: [page] },
  {
    type: "events",
    request: 2,
    from: 0,
    events: [
      {
        index: 0,
        step: 1,
        thread: -1,
        threadName: "",
        event: "deadlock",
        text: "",
        place: { path: "/a.hmm", line: 1, column: 1 },
        statement: undefined,
      },
    ],
  },
  { type: "details", request: 3, sections: [{ title: "Holders", rows: [["entries", "1"]] }] },
  {
    type: "whatIf",
    request: 4,
    result: { ok: true, outcome: "ok", changes: [{ what: "a", before: "1", after: "2" }], events: [], problems: [] },
  },
  { type: "completions", request: 5, completions: { items: [], start: 0, end: 0 } },
];

const fromPanel: readonly FromPanel[] = [
  { type: "ready", version: 1 },
  { type: "rows", request: 1, region: 0, from: 0, to: windowLimit },
  { type: "events", request: 1, from: 5, to: 5 },
  { type: "details", request: 1, region: 0, page: 4 },
  { type: "goTo", step: 0 },
  { type: "move", move: "back" },
  { type: "openEvent", index: 7 },
  { type: "whatIf", request: 1, text: "cpu0 read buf" },
  { type: "complete", request: 1, text: "cpu0", offset: 4 },
  { type: "break", expression: "pte(buf[1])" },
  { type: "debug" },
];

test("every message passes in its own direction and in no other", () => {
  for (const message of toPanel) {
    assert.ok(isToPanel(message), message.type);
    if (message.type !== "rows" && message.type !== "events") assert.equal(isFromPanel(message), false, message.type);
  }
  for (const message of fromPanel) {
    assert.ok(isFromPanel(message), message.type);
    assert.equal(isToPanel(message), false, message.type);
  }
});

test("messages stay what they are when they are copied", () => {
  for (const message of [...toPanel, ...fromPanel]) assert.deepEqual(structuredClone(message), message);
});

/** Some place inside a message and something else to put there. */
function damage(message: object): fc.Arbitrary<unknown> {
  const paths: (readonly string[])[] = [];
  const visit = (value: unknown, path: readonly string[]) => {
    if (path.length > 0) paths.push(path);
    if (typeof value === "object" && value !== null) {
      for (const [key, inner] of Object.entries(value)) visit(inner, [...path, key]);
    }
  };
  visit(message, []);
  const junk = fc.constantFrom<unknown>(Symbol.iterator, Number.NaN, -5, 1.5, { evil: true });
  return fc.tuple(fc.constantFrom(...paths), junk).map(([path, value]) => {
    const copy: Record<string, unknown> = structuredClone({ ...message });
    let at: Record<string, unknown> = copy;
    for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
    at[path.at(-1) ?? ""] = value;
    return copy;
  });
}

test("a message with anything wrong in it does not pass", () => {
  for (const message of toPanel) {
    fc.assert(
      fc.property(damage(message), (damaged) => !isToPanel(damaged)),
      { numRuns: 60 },
    );
  }
  for (const message of fromPanel) {
    fc.assert(
      fc.property(damage(message), (damaged) => !isFromPanel(damaged)),
      { numRuns: 60 },
    );
  }
});

test("anything at all is answered without an exception", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      assert.equal(isToPanel(value), false);
      assert.equal(isFromPanel(value), false);
    }),
  );
});

test("names that every object has are no types", () => {
  for (const type of ["constructor", "toString", "__proto__"]) {
    assert.equal(isToPanel({ type }), false);
    assert.equal(isFromPanel({ type }), false);
  }
});

test("a hostile panel cannot ask for too much", () => {
  assert.equal(isFromPanel({ type: "rows", request: 1, region: 0, from: 0, to: windowLimit + 1 }), false);
  assert.equal(isFromPanel({ type: "events", request: 1, from: 10, to: 9 }), false);
  assert.equal(isFromPanel({ type: "whatIf", request: 1, text: "x".repeat(whatIfLimit + 1) }), false);
  assert.equal(isFromPanel({ type: "complete", request: 1, text: "ab", offset: 3 }), false);
  assert.equal(isFromPanel({ type: "goTo", step: 2 ** 60 }), false);
});
