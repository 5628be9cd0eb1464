import assert from "node:assert/strict";
import { test } from "node:test";
import { paint } from "./paint.ts";

/** Escape sequences in a form that can be read. */
function shown(line: string): string {
  return paint(line)
    .replaceAll("\u001b[", "<")
    .replaceAll(/(?<=<\d+)m/g, ">");
}

test("verdicts and the names of failures are coloured", () => {
  assert.equal(shown('PASS "t", 3 steps'), '<32>PASS<0> "t", 3 steps');
  assert.equal(
    shown("/w/a.hmm:7:3: invariant mirror-subset: gpu0"),
    "/w/a.hmm:7:3: <31>invariant mirror-subset<0>: gpu0",
  );
  assert.equal(shown("    because /w/a.hmm:4:1: x"), "<2>    because<0> /w/a.hmm:4:1: x");
  assert.equal(shown("cpu0     line 7: munmap"), "cpu0     line 7: munmap");
});

test("a title cannot steer the terminal", () => {
  assert.equal(paint("\u001b]0;evil\u0007 text"), " ]0;evil  text");
});
