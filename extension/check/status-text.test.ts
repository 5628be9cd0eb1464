/** What the status bar says: short, with what matters, and for screen readers without icons. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FoundFailure, TaskResult } from "../worker/protocol.ts";
import { progressStatus, resultStatus } from "./status-text.ts";

const range = { path: "a.hmm", line: 1, column: 1, endLine: 1, endColumn: 2 };
const failure = (expected: boolean): FoundFailure => ({
  kind: "invariant",
  id: "mirror-subset",
  message: "gpu0 maps what the CPU does not",
  range,
  because: [],
  expected,
  story: [],
});
const result: TaskResult = {
  title: "t",
  kernel: "linux-7.0",
  verdict: "pass",
  failures: [],
  steps: 10,
  story: [],
  states: 12_345,
  transitions: 20_000,
  depth: 100,
  complete: true,
  stopped: "",
  workers: 1,
  notes: [],
  milliseconds: 50,
};

test("progress: states in the text; rate, depth and queue in the tooltip", () => {
  const status = progressStatus({ states: 12_345, rate: 50_000.4, depth: 321, queue: 99, phase: "search" });
  assert.equal(status.text, "$(sync~spin) HMM: 12,345 states");
  assert.match(status.tooltip, /50,000 a second, depth 321, 99 to go on from/);
  const simplest = progressStatus({ states: 1, rate: 1, depth: 1, queue: 1, phase: "simplest" });
  assert.match(simplest.tooltip, /a failure was found/);
});

test("verdicts: what holds where, what does not, what the file says it shows, and what is not known", () => {
  assert.equal(resultStatus(result, false).label, "HMM: holds in all interleavings, 12,345 states");
  assert.equal(resultStatus(result, true).label, "HMM: holds in the deterministic run");
  const fails = resultStatus({ ...result, verdict: "fail", failures: [failure(false)] }, false);
  assert.equal(fails.text, "$(error) HMM: mirror-subset");
  assert.match(fails.tooltip, /gpu0 maps what the CPU does not/);
  const shows = resultStatus({ ...result, failures: [failure(true)], complete: false }, false);
  assert.equal(shows.label, "HMM: shows mirror-subset, as the file says");
  const limit = resultStatus({ ...result, verdict: "limit", complete: false }, false);
  assert.equal(limit.text, "$(circle-outline) HMM: 12,345 states");
  for (const { label } of [fails, shows, limit]) assert.doesNotMatch(label, /\$\(/);
});
