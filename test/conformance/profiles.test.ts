/** Every profile that ships runs every scenario that ships, and explores some of its interleavings; or says what it does otherwise. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadScenario } from "../../language/compile/front-door.ts";
import { exploreText, runText, shippedLibrary } from "../../language/testing/run.ts";

/** States to look at of each: the interleavings of the scenario's own profile are all explored elsewhere. */
const STATES = 3000;

/** Where a scenario ends otherwise under a profile, and what is said then. */
const OTHERWISE: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  // Another driver's private page was an error before 5.19.
  "linux-5.14": {
    "16-two-devices.hmm": /read ended with EFAULT, not with 8/,
    "28-coherent-memory-and-pins.hmm": /has no coherent device memory/,
    "driver-contract.hmm": /expect seen != EFAULT does not hold/,
  },
  // There coherent memory is a node like others.
  "proposal/cdm-node": { "28-coherent-memory-and-pins.hmm": /mbind ended with 0, not with EINVAL/ },
  // What these ask is how pages become exclusive; here none does.
  "proposal/unmap-and-pin": {
    "09-ping-pong.hmm": /expect fought == 16 does not hold: fought is 0/,
    "30-reclaim-of-an-exclusive-page.hmm": /pte\(counter\)\.kind is device_private/,
    "20-exclusive-for-everybody.hmm": /there was no notifier\(EXCLUSIVE, start, lock_word, gpu0\)/,
  },
};

/** Scenarios for a proposal: in which profiles they run, and what the others say. */
const NEEDS: Readonly<Record<string, { readonly kernels: readonly string[]; readonly says: RegExp }>> = {
  "24-unmap-and-pin.hmm": {
    kernels: ["proposal/unmap-and-pin"],
    says: /expect pte\(counter\)\.kind == device_private and .* does not hold/,
  },
  "23-memory-of-a-device-as-a-node.hmm": {
    kernels: ["proposal/cdm-node"],
    says: /has no function `cdm_alloc_page`|has no coherent device memory/,
  },
  // Its own kernel has no swap, which another profile has.
  "32-the-oom-reaper-and-a-driver.hmm": { kernels: ["without swap"], says: /there was no oom\(N0\)/ },
  "33-a-huge-page-to-a-device.hmm": {
    kernels: ["linux-6.19", "linux-7.0"],
    says: /expect pmd\(big\)\.kind == device_private and .* does not hold/,
  },
  "22-one-call-for-a-migration.hmm": { kernels: ["proposal/hmm-v13"], says: /has no function `hmm_migrate`/ },
};

/** Bugs of a kernel that other interleavings of these scenarios may show. */
const RACES: Readonly<Record<string, RegExp>> = {
  // CVE-2022-3523: a fault calls the driver for a device page to which it holds no reference.
  "linux-5.14": /expect vmf\.page\.refcount > 0 does not hold/,
};

const scenarios = join(import.meta.dirname, "..", "..", "scenarios");
/** All but the mistakes, and those that bring a kernel of their own. */
const names = readdirSync(scenarios).filter((name) => {
  if (!name.endsWith(".hmm")) return false;
  const text = readFileSync(join(scenarios, name), "utf8");
  const { compiled } = loadScenario(text, name, { library: shippedLibrary() });
  return compiled !== undefined && shippedLibrary().profiles.some((p) => p.name === compiled.program.kernel);
});
test("there are scenarios to run", () => assert.ok(names.length > 20));

for (const { name: kernel } of shippedLibrary().profiles) {
  test(`${kernel} runs the scenarios that ship`, () => {
    for (const name of names) {
      const text = readFileSync(join(scenarios, name), "utf8");
      const { compiled, diagnostics } = loadScenario(text, name, { library: shippedLibrary(), kernel });
      const needs = NEEDS[name];
      const lacks = needs === undefined || needs.kernels.includes(kernel) ? undefined : needs.says;
      const otherwise = OTHERWISE[kernel]?.[name] ?? lacks;
      if (compiled === undefined) {
        const said = diagnostics.map((d) => `${d.line}: ${d.message}`).join("\n");
        assert.match(said, otherwise ?? /(?!)/, `${name} under ${kernel}`);
        continue;
      }
      const { program } = compiled;
      const failures = runText(program).failures.filter(
        (failure) => !program.finds.some((id) => failure.includes(` ${id}: `)),
      );
      if (otherwise !== undefined) {
        assert.match(failures.join("\n"), otherwise, `${name} under ${kernel}`);
        continue;
      }
      assert.deepEqual(failures, [], `${name} under ${kernel}`);
      const unexpected = exploreText(program, { maxStates: STATES })
        .failures.map(({ failure }) => failure)
        .filter(({ id, message }) => !program.finds.includes(id) && !(RACES[kernel] ?? /(?!)/).test(message));
      assert.deepEqual(unexpected, [], `${name} under ${kernel}, explored`);
    }
  });
}
