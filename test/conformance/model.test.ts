/** The scenarios that ship: each holds, and those that show a bug have the interleaving that they promise. */
import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { explore, load, run } from "./harness.ts";

const scenarios = globSync(join(import.meta.dirname, "..", "..", "scenarios", "*.hmm")).sort();

/** Files that are not meant to compile. */
const MISTAKES = new Set(["12-mistakes.hmm"]);

for (const file of scenarios.filter((path) => !MISTAKES.has(basename(path)))) {
  const name = basename(file);
  test(`it runs: ${name}`, () => {
    const program = load(file);
    const unexpected = run(program).filter((failure) => !program.finds.some((id) => failure.includes(` ${id}: `)));
    assert.deepEqual(unexpected, []);
  });
  test(`it holds, or shows its bug, in all interleavings: ${name}`, () => {
    const program = load(file);
    const result = explore(program);
    const found = result.failures.map(({ failure }) => failure.id);
    if (program.finds.length > 0) {
      assert.deepEqual(found, program.finds);
    } else {
      assert.deepEqual(found, []);
      assert.ok(result.complete, `stopped for ${result.stopped} after ${result.states} states`);
    }
  });
}
