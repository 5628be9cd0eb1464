import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyWords } from "./empty-words.ts";

test("without a session the panel says how to start one", () => {
  const { title, canStart } = emptyWords(undefined);
  assert.equal(title, "No scenario is being debugged");
  assert.ok(canStart);
});

test("of a saved trace it says that one is debugged, what it has, and what it has not", () => {
  const { title, text, hints, canStart } = emptyWords("run.jsonl");
  assert.equal(title, "A saved trace is being debugged: run.jsonl");
  assert.match(text, /no page tables/);
  assert.match(hints.join("\n"), /Variables.*\n.*debug console.*\n.*the scenario itself/);
  assert.ok(!canStart, "F5 goes on in the trace");
});
