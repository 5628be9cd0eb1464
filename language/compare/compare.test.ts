/** What is compared, and how it is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { shippedLibrary } from "../testing/run.ts";
import type { Comparison } from "./compare.ts";
import { compare } from "./compare.ts";
import { comparedBy, designsOf, nameOf } from "./designs.ts";
import { tableOf } from "./table.ts";
import { withDriver } from "./with-driver.ts";

const SCENARIO = `device gpu0 uses nouveau { memory 64 KiB }
process app { counter: anon 1 page }
cpu0 write counter = 1
gpu0 atomic add counter 1
reclaim counter -> any as freed
expect freed == 1
`;

function compared(text: string, kernels: readonly string[], drivers: readonly string[] = []): Comparison {
  const result = compare(text, "test.hmm", designsOf({ kernels, drivers }), { library: shippedLibrary() }, 100_000);
  assert.ok(!("diagnostics" in result));
  return result;
}

test("the file's own line says what is compared", () => {
  const asked = comparedBy(
    `scenario "x"\n// compare: --kernel linux-6.12 --kernel "proposal/unmap-and-pin" --driver a\n`,
  );
  assert.deepEqual(asked, { kernels: ["linux-6.12", "proposal/unmap-and-pin"], drivers: ["a"] });
  assert.deepEqual(designsOf(asked).map(nameOf), ["linux-6.12 a", "proposal/unmap-and-pin a"]);
  assert.deepEqual(comparedBy("// nothing of the kind"), { kernels: [], drivers: [] });
});

test("a driver takes the place of those that it is compared with, else of all", () => {
  const text = "device a uses x\ndevice b uses y\n";
  assert.equal(withDriver(text, "longer", ["y", "longer"]), "device a uses x\ndevice b uses longer\n");
  assert.equal(withDriver(text, "z", ["z"]), "device a uses z\ndevice b uses z\n");
});

test("what differs is told, the rest is counted; what does not hold is told where it holds", () => {
  const table = tableOf(compared(SCENARIO, ["linux-6.12", "linux-6.15"]));
  assert.deepEqual(table.columns, ["linux-6.12", "linux-6.15"]);
  assert.deepEqual(
    table.verdicts.cells.map(({ text }) => text),
    ["fail", "pass"],
  );
  const [reclaim, expectation] = table.differences;
  assert.equal(reclaim?.line, 5);
  assert.deepEqual(reclaim?.cells, [
    { text: "0", mark: "differs" },
    { text: "1", mark: "differs" },
  ]);
  assert.deepEqual(
    expectation?.cells.map(({ text }) => text),
    ["does not hold", "holds"],
  );
  assert.equal(table.alike, 2);
});

test("of costs that differ the cheapest is marked; such as nobody has are left out", () => {
  const { costs } = tableOf(compared(SCENARIO, ["linux-6.12", "linux-6.15"]));
  const flushes = costs.find(({ head }) => head === "TLB flushes");
  assert.deepEqual(flushes?.cells[0]?.mark, "cheapest");
  assert.equal(flushes?.cells[1]?.mark, "none");
  const exclusive = costs.find(({ head }) => head === "pages made exclusive");
  assert.deepEqual(
    exclusive?.cells.map(({ mark }) => mark),
    ["none", "none"],
  );
  assert.ok(!costs.some(({ head }) => head === "pages copied"));
});

test("drivers are compared likewise, and what cannot be run says under which design", () => {
  const { designs } = compared(SCENARIO.replace("expect freed == 1", ""), [], ["dmirror", "nouveau"]);
  assert.deepEqual(
    designs.map(({ name }) => name),
    ["dmirror", "nouveau"],
  );
  const result = compare(
    SCENARIO,
    "t.hmm",
    designsOf({ kernels: ["no"], drivers: [] }),
    { library: shippedLibrary() },
    9,
  );
  assert.ok("diagnostics" in result && result.design === "no");
});
