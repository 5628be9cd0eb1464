/** The lessons, scenarios/lessons: short enough to be stepped through in minutes, right in all they say, and found by the walkthrough. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { exploreText, programOf } from "../../language/testing/run.ts";
import { verdictOfCheck } from "../../sim-core/explore/verdict.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(root, "scenarios", "lessons");
const names = readdirSync(folder).sort();
const textOf = (name: string) => readFileSync(join(folder, name), "utf8");

/** Statements and checks that are stepped over: five minutes' worth. */
const MOST_STATEMENTS = 24;

test("there are ten, in order", () => {
  assert.deepEqual(
    names.map((name) => name.slice(0, 2)),
    ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10"],
  );
});

for (const name of names) {
  test(name, () => {
    const program = programOf(textOf(name));
    assert.match(program.title, new RegExp(`^Lesson ${Number(name.slice(0, 2))}: `));
    assert.ok(program.statements.length + program.checks.length <= MOST_STATEMENTS, "it is short");
    const result = exploreText(program, { maxStates: 20_000 });
    assert.equal(verdictOfCheck(program, result).verdict, "pass", result.shown.join("\n"));
  });
}

/** What a lesson says one should try, and what is found then. */
const TRIED: readonly {
  readonly lesson: string;
  readonly from: string;
  readonly to: string;
  readonly finds: string;
}[] = [
  {
    lesson: "05",
    from: "let again = read_retry(self.notifier, seq)",
    to: "let again = false",
    finds: "seq-checked-insert",
  },
  { lesson: "10", from: "set_seq(sub, seq)", to: "", finds: "always" },
  { lesson: "10", from: "map(self, addr, page)", to: "map(self, addr, page, writable: true)", finds: "always" },
  {
    lesson: "10",
    from: "    if range.blockable {",
    to: "    if range.reason == PROTECTION_VMA { return true }\n    if range.blockable {",
    finds: "always",
  },
];

for (const { lesson, from, to, finds } of TRIED) {
  test(`lesson ${lesson}: ${to === "" ? `without ${from}` : to.trim().split("\n")[0]} is found`, () => {
    const name = names.find((n) => n.startsWith(lesson)) ?? "";
    const text = textOf(name);
    assert.ok(text.includes(from));
    const { failures } = exploreText(text.replaceAll(from, to), { maxStates: 20_000 });
    assert.ok(
      failures.some(({ failure }) => failure.id === finds),
      failures.map(({ failure }) => failure.id).join(", "),
    );
  });
}

test("lesson 9: with set_seq nothing is found any more, and the check says that `finds` has to go", () => {
  const name = names.find((n) => n.startsWith("09")) ?? "";
  const mended = textOf(name).replace("    unmap(self", "    set_seq(sub, seq)\n    unmap(self");
  const program = programOf(mended);
  const { verdict, findings } = verdictOfCheck(program, exploreText(program));
  assert.equal(verdict, "fail");
  assert.match(findings[0]?.message ?? "", /which the file says it finds/);
});

interface Step {
  readonly id: string;
  readonly description: string;
  readonly media: { readonly markdown: string };
  readonly completionEvents: readonly string[];
}

test("the walkthrough has a step for each, which opens it", () => {
  const { contributes } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    contributes: { walkthroughs: readonly { readonly steps: readonly Step[] }[] };
  };
  const steps = contributes.walkthroughs[0]?.steps ?? [];
  assert.deepEqual(
    steps.map(({ id }) => `${id}.hmm`),
    names,
  );
  for (const { id, description, media, completionEvents } of steps) {
    const argument = encodeURIComponent(JSON.stringify([id]));
    assert.ok(description.includes(`(command:hmm.openLesson?${argument})`), id);
    assert.deepEqual(completionEvents, [`onContext:hmm.lesson.${id}`]);
    assert.ok(existsSync(join(root, media.markdown)), media.markdown);
  }
});
