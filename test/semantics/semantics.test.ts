/** Each scenario of the files beside this holds under each profile that it names, in all interleavings, or breaks as it says. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadScenario } from "../../language/compile/front-door.ts";
import { exploreText, runText, shippedLibrary, showFailure } from "../../language/testing/run.ts";
import type { Program } from "../../sim-core/vm/program.ts";
import { casesOf } from "./cases.ts";

/** @throws Error with all that is wrong with the text */
function programOf(text: string, file: string, kernel: string | undefined): Program {
  const { compiled, diagnostics } = loadScenario(text, file, {
    library: shippedLibrary(),
    ...(kernel === undefined ? {} : { kernel }),
  });
  if (compiled !== undefined) return compiled.program;
  throw new Error(diagnostics.map((d) => `${d.path}:${d.line}:${d.column} ${d.message}`).join("\n"));
}

for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith(".hmm"))) {
  const cases = casesOf(readFileSync(join(import.meta.dirname, file), "utf8"));
  test(`${file} has scenarios`, () => assert.ok(cases.length > 0));
  for (const { title, kernel, breaks, text } of cases) {
    test(`${file}: ${title}${kernel === undefined ? "" : ` (${kernel})`}`, () => {
      const program = programOf(text, file, kernel);
      if (breaks === undefined) assert.deepEqual(runText(program).failures, []);
      const explored = exploreText(program);
      const found = explored.failures.map(({ failure }) => failure);
      if (breaks !== undefined) {
        const ids = found.map(({ id }) => id);
        assert.deepEqual(ids, [breaks], explored.shown.join("\n"));
      } else {
        assert.deepEqual(found.map(showFailure), []);
        assert.ok(explored.complete, `not all interleavings were seen: ${explored.stopped}`);
      }
    });
  }
}
