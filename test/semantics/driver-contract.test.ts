/**
 * Every driver that ships keeps scenarios/driver-contract.hmm: in a run, and in all interleavings of each of its parts. Each part has
 * memory of its own, so it may stand alone.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { withDriver } from "../../language/compare/with-driver.ts";
import { loadScenario } from "../../language/compile/front-door.ts";
import { exploreText, runText, shippedLibrary, showFailure } from "../../language/testing/run.ts";
import type { Program } from "../../sim-core/vm/program.ts";

const contract = readFileSync(join(import.meta.dirname, "..", "..", "scenarios", "driver-contract.hmm"), "utf8");

/** Those for a kernel that was only proposed. */
const KERNELS: Readonly<Record<string, string>> = {
  dmirror_v13: "proposal/hmm-v13",
  cdm: "proposal/cdm-node",
};

/** States to look at of one part. */
const STATES = 60_000;

/** Parts with more interleavings than that, by driver: `hmm check` has seen them all. */
const LARGE: Readonly<Record<string, readonly string[]>> = {
  xe_svm: ["Both at once"],
  mlx5_odp: ["Memory is dropped", "Memory is reclaimed", "To the device's memory"],
};

/** The contract's parts, each with the declarations that stand before the first. */
function partsOf(text: string): { title: string; text: string }[] {
  const [declarations = "", ...parts] = text.split(/\n(?=\/\/ )/);
  return parts.map((part) => ({ title: part.slice(3, part.indexOf("\n")), text: `${declarations}\n${part}` }));
}

/** @throws Error with all that is wrong with the text */
function programOf(text: string, driver: string): Program {
  const kernel = KERNELS[driver];
  const { compiled, diagnostics } = loadScenario(withDriver(text, driver, []), "driver-contract.hmm", {
    library: shippedLibrary(),
    ...(kernel === undefined ? {} : { kernel }),
  });
  if (compiled !== undefined) return compiled.program;
  throw new Error(diagnostics.map((d) => `${d.line}:${d.column} ${d.message}`).join("\n"));
}

test("the contract has parts", () => assert.ok(partsOf(contract).length > 6));

for (const { name } of shippedLibrary().drivers) {
  test(`${name} keeps the contract`, () => {
    assert.deepEqual(runText(programOf(contract, name)).failures, []);
  });
  for (const { title, text } of partsOf(contract)) {
    test(`${name}, in every order: ${title}`, () => {
      const { failures, complete } = exploreText(programOf(text, name), { maxStates: STATES });
      assert.deepEqual(
        failures.map(({ failure }) => showFailure(failure)),
        [],
      );
      const isLarge = LARGE[name]?.some((start) => title.startsWith(start)) ?? false;
      assert.ok(complete || isLarge, "not all interleavings were seen");
    });
  }
}
