/** Which frames pages have, in the states of a search: an allocation takes the lowest free one, and a freed one leaves no trace. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import { Explorer } from "./explorer.ts";

function endStatesOf(text: string): number {
  const result = new Explorer(programOf(`process app { buf: anon 2 pages }\n${text}`)).run();
  assert.ok(result.complete);
  return result.endStates;
}

test("pages that were allocated in either order: once they are freed, there is one state", () => {
  for (const after of ["madvise buf dontneed", "munmap buf"]) {
    assert.equal(endStatesOf(`parallel { cpu0 write buf[0] = 1  cpu1 write buf[1] = 2 }\ncpu0 ${after}`), 1, after);
  }
  const each = "{ write buf[0] = 1  madvise buf[0] dontneed }";
  assert.equal(endStatesOf(`parallel { cpu0 ${each}  cpu1 ${each.replaceAll("[0]", "[1]")} }`), 1);
});

test("as long as they are mapped, states that differ in who has which frame are two", () => {
  assert.equal(endStatesOf("parallel { cpu0 write buf[0] = 1  cpu1 write buf[1] = 2 }"), 2);
});
