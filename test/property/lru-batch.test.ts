/**
 * With the profile's option `lru_batch` off, that there are batches costs an exploration nothing: it looks at as many states, in as
 * many transitions, as one under a kernel that knows no batch.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { exploreText, programOf } from "../../language/testing/run.ts";

const NO_BATCHES = `kernel "no batches" extends "linux-6.12" {
  fn folio_add_lru(folio) { lru_add(folio) }
  fn folio_putback_lru(folio) { lru_add(folio) }
  fn lru_add_drain() { }
  fn lru_add_drain_all() { }
  fn lru_cache_disable() { }
  fn lru_cache_enable() { }
}`;

function shipped(name: string): string {
  return readFileSync(new URL(`../../scenarios/${name}.hmm`, import.meta.url), "utf8");
}

function explored(text: string, kernel: string): { states: number; transitions: number; complete: boolean } {
  const { states, transitions, complete } = exploreText(programOf(text.replace('kernel "linux-6.12"', kernel)));
  return { states, transitions, complete };
}

test("with it on there are more: somebody can come between a batch and its list", () => {
  const text = shipped("05-a-fault-races-with-dontneed");
  const on = explored(text, 'kernel "linux-6.12" { lru_batch on }');
  assert.ok(on.complete);
  assert.ok(on.states > explored(text, 'kernel "linux-6.12"').states);
});

for (const name of ["05-a-fault-races-with-dontneed", "27-a-long-term-pin-moves-a-page"]) {
  const text = shipped(name);
  test(`${name}: as many states as without batches`, () => {
    const off = explored(text, 'kernel "linux-6.12"');
    assert.ok(off.complete);
    assert.deepEqual(off, explored(text, NO_BATCHES));
  });
}
