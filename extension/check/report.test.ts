import assert from "node:assert/strict";
import { test } from "node:test";
import type { FoundFailure, TaskResult } from "../worker/protocol.ts";
import { checkSummary, report, runSummary } from "./report.ts";

const range = { path: "/w/a.hmm", line: 7, column: 3, endLine: 7, endColumn: 9 };
const failure: FoundFailure = {
  kind: "invariant",
  id: "mirror-subset",
  message: "gpu0 maps counter, the CPU does not",
  range,
  because: [{ message: "gpu0: map(self, addr, r)", range: { ...range, line: 4, column: 1 } }],
  expected: false,
  story: ["cpu0     line 7: munmap counter"],
};
const result: TaskResult = {
  title: "t",
  kernel: "linux-6.12",
  verdict: "pass",
  failures: [],
  steps: 1234,
  story: [],
  states: 1,
  transitions: 0,
  depth: 0,
  complete: true,
  stopped: "",
  workers: 1,
  notes: [],
  milliseconds: 12.4,
};

test("a run's summary", () => {
  assert.equal(runSummary(result), 'PASS "t" (linux-6.12), 1,234 steps');
  assert.equal(
    runSummary({ ...result, verdict: "fail", failures: [failure, failure] }),
    'FAIL "t" (linux-6.12), 1,234 steps: gpu0 maps counter, the CPU does not (and 1 more)',
  );
  assert.equal(
    runSummary({ ...result, failures: [{ ...failure, expected: true }] }),
    'PASS "t" (linux-6.12), 1,234 steps, showing what the file says it finds',
  );
});

test("a check's summary says whether it saw everything, and if not, why", () => {
  assert.equal(checkSummary(result), 'PASS "t" (linux-6.12), 1 state in 12 ms, all interleavings');
  const cut = checkSummary({ ...result, verdict: "limit", complete: false, stopped: "states" });
  assert.match(cut, /not all interleavings: the bound on states was reached \(setting hmm.check.maxStates\)$/);
});

test("a report has every failure with its place, its causes and the interleaving", () => {
  assert.deepEqual(report("summary", { ...result, failures: [failure] }), [
    "The execution:",
    "    cpu0     line 7: munmap counter",
    "/w/a.hmm:7:3: invariant mirror-subset: gpu0 maps counter, the CPU does not",
    "    because /w/a.hmm:4:1: gpu0: map(self, addr, r)",
    "",
    "summary",
  ]);
  const later = { ...failure, because: [], story: [], expected: true, consequence: true };
  assert.deepEqual(
    report("summary", { ...result, failures: [later] })[0],
    "/w/a.hmm:7:3: invariant mirror-subset, a consequence: gpu0 maps counter, the CPU does not",
  );
});
