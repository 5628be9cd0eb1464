/**
 * The trace of each shipped scenario, against the text beside this file. After a change that is meant to change them,
 * `UPDATE_GOLDEN=1 npm test -- --only unit golden` writes them anew; the diff is to be read.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadScenario } from "../../language/compile/front-door.ts";
import { shippedLibrary } from "../../language/testing/run.ts";
import { traceOf } from "./trace.ts";

const scenarios = fileURLToPath(new URL("../../scenarios/", import.meta.url));
const golden = fileURLToPath(new URL("./traces/", import.meta.url));
const update = process.env.UPDATE_GOLDEN === "1";

const names = readdirSync(scenarios).filter((name) => name.endsWith(".hmm"));
test("there are scenarios to trace", () => assert.ok(names.length > 10));

for (const name of names) {
  test(name, () => {
    const text = readFileSync(join(scenarios, name), "utf8");
    const { compiled, diagnostics } = loadScenario(text, name, { library: shippedLibrary() });
    const trace =
      compiled === undefined
        ? `${diagnostics.map((d) => `${d.line}:${d.column}: ${d.message}`).join("\n")}\n`
        : traceOf(compiled.program);
    const path = join(golden, name.replace(/\.hmm$/, ".txt"));
    if (update) writeFileSync(path, trace);
    assert.ok(existsSync(path), `${path} is missing: UPDATE_GOLDEN=1 makes it`);
    assert.equal(trace, readFileSync(path, "utf8"));
  });
}
