/** Whatever the answers, what is made runs and holds in every interleaving. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { verdictOfCheck } from "../../sim-core/explore/verdict.ts";
import { exploreText, programOf, shippedLibrary } from "../testing/run.ts";
import { CALLBACKS, newDriver, TEMPLATES_FROM_NOTHING } from "./driver.ts";
import { newScenario, TEMPLATE_DRIVERS, TEMPLATES } from "./scenario.ts";

function holds(text: string): void {
  const program = programOf(text);
  const result = exploreText(program, { maxStates: 200_000 });
  const { verdict, findings } = verdictOfCheck(program, result);
  assert.equal(
    verdict,
    "pass",
    `${text}\n${result.shown.join("\n")}${findings.map(({ message }) => message).join("\n")}`,
  );
}

const [dmirror] = TEMPLATE_DRIVERS;
const [touch] = TEMPLATES;
assert.ok(dmirror !== undefined && touch !== undefined);

test("the drivers ship, and their templates are there", () => {
  const shipped = shippedLibrary().drivers.map(({ name }) => name);
  for (const { name, templates } of TEMPLATE_DRIVERS) {
    assert.ok(shipped.includes(name), name);
    for (const id of templates)
      assert.ok(
        TEMPLATES.some((template) => template.id === id),
        id,
      );
  }
});

for (const driver of TEMPLATE_DRIVERS) {
  test(`scenarios with ${driver.name}`, () => {
    for (const template of TEMPLATES.filter(({ id }) => driver.templates.includes(id))) {
      const kernel = driver.kernels?.[0] ?? "linux-6.12";
      holds(newScenario({ title: `"${template.title}"`, kernel, driver, template }));
    }
  });
}

test("drivers that extend another, and change all that it has or nothing", () => {
  const race = TEMPLATES.find(({ id }) => id === "race") ?? touch;
  const scenario = { title: "t", kernel: "linux-7.0", driver: dmirror, template: race };
  const all = CALLBACKS.map(({ name }) => name);
  holds(newDriver({ name: "mine", overrides: all, scenario }));
  holds(newDriver({ name: "mine", overrides: [], scenario }));
});

test("a driver that builds on no other", () => {
  for (const id of TEMPLATES_FROM_NOTHING) {
    const template = TEMPLATES.find((t) => t.id === id) ?? touch;
    const scenario = { title: "t", kernel: "linux-6.12", driver: dmirror, template };
    const text = newDriver({ name: "mine", overrides: undefined, scenario });
    assert.match(text, /^driver mine \{$/m);
    assert.match(text, /^device dev0 uses mine$/m);
    holds(text);
  }
});

test("what is in a title stays in it", () => {
  const text = newScenario({ title: 'a "b"\n\\', kernel: "linux-6.12", driver: dmirror, template: touch });
  assert.equal(programOf(text).title, 'a "b" \\');
});
