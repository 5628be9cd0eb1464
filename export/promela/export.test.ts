/** The text of an exported model, what is refused, and that the C runtime keeps up with the machine. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import { fields } from "../../sim-core/machine/fields.ts";
import { primitives } from "../../sim-core/vm/primitives.ts";
import { exportedFields, exportedPrimitives, exportPromela } from "./index.ts";

/** Primitives and fields that the model leaves out: an execution that needs one ends with "no verdict". */
const LEFT_OUT_PRIMITIVES: readonly string[] = [];
const LEFT_OUT_FIELDS: readonly string[] = [];

function textOf(scenario: string, room?: number): string {
  const { text, refusals } = exportPromela(programOf(scenario), room === undefined ? {} : { room });
  assert.deepEqual(refusals, []);
  return text ?? "";
}
function refused(scenario: string): string[] {
  return exportPromela(programOf(scenario)).refusals.map(({ message }) => message);
}

test("a process for each thread and worker, one for the top level, one for the end", () => {
  const text = textOf("process app { a: anon 1 page }\ncpu0 write a = 1");
  const names = [...text.matchAll(/^proctype (\w+)\(\)/gm)].map((m) => m[1]);
  assert.deepEqual(names, ["T_scenario", "T_cpu0", "T_cpu1", "T_worker_3", "T_worker_4", "The_end"]);
  assert.match(text, /run T_scenario\(\);\n {4}run T_cpu0\(\);/);
});

test("functions that nothing can reach are not translated; each that is names its place", () => {
  const text = textOf("process app { a: anon 1 page }\ncpu0 write a = 1");
  assert.match(text, /\/\* handle_mm_fault, kernel\/memory\.hmm:\d+ \*\//);
  assert.doesNotMatch(text, /\/\* migrate_vma_setup, /);
});

test("the arrays have room for the scenario's pages, words and properties", () => {
  const text = textOf("process app { a: anon 3 pages }\ncpu0 write a + 16 = 1\nfinally value(a + 16) == 1");
  assert.match(text, /NPAGES = 3, /);
  assert.match(text, /NWORDS = 2, /);
  assert.match(text, /h_report\("finally", "test\.hmm:3: finally value\(a \+ 16\) == 1"\)/);
});

test("more room is asked for", () => {
  const scenario = "process app { a: anon 1 page }\ncpu0 write a = 1";
  const room = (text: string, name: string): number => Number(new RegExp(`${name} = (\\d+)`).exec(text)?.[1]);
  assert.equal(room(textOf(scenario, 2), "NSTACK"), 2 * room(textOf(scenario), "NSTACK"));
});

test("SPIN's parser takes blocks of 64 KiB: all are shorter", () => {
  const text = textOf(
    "device gpu0 uses nouveau { memory 4 MiB }\nprocess app { a: anon 1 page }\ngpu0 migrate a to gpu0",
  );
  const blocks = text.split(/^c_(?:decl|code) \{$/m).map((block) => block.length);
  assert.ok(Math.max(...blocks) < 60_000, `the longest has ${Math.max(...blocks)} characters`);
});

test("a step that chooses goes several ways", () => {
  const text = textOf(`process app { a: anon 1 page }
    device gpu0 uses dmirror { memory 4 MiB }
    inject maybe device_alloc on gpu0 times 1
    cpu0 write a = 1
    gpu0 migrate a to gpu0 -> any`);
  assert.match(text, /d_step \{ c_expr \{ \(h_try\)\(1, 1\) \}/);
});

test("what is refused says why", () => {
  assert.deepEqual(refused("process app { a: anon 512 pages }\ncpu0 write a = 1"), [
    "region app.a has 512 pages: a model has at most 64 in all",
  ]);
  assert.deepEqual(refused("process app { a: anon 40 pages  b: anon 40 pages }\ncpu0 write a = 1"), [
    "the regions have 80 pages in all: a model has at most 64",
  ]);
  assert.deepEqual(refused("process app { a: hugetlb 2 MiB }\ncpu0 write a = 1"), [
    "region app.a is hugetlb memory: huge pages are not exported",
  ]);
  assert.deepEqual(refused("process app { a: anon 1 page }\ninject delay page_alloc times 1\ncpu0 write a = 1"), [
    "'inject delay' (page_alloc) is not exported",
  ]);
  assert.deepEqual(refused("process app { a: anon 1 page }\nlock m\ncpu0 write a = 1\nexpect no lock(m)"), [
    "'lock(m)' asks for a lock by its name, which is not exported",
  ]);
  assert.deepEqual(refused('finds "livelock"\nprocess app { a: anon 1 page }\ncpu0 write a = 1'), [
    'the file finds "livelock", which an exported model does not look for',
  ]);
});

test("the runtime has every primitive of the machine, or it is said here that it is left out", () => {
  const own = exportedPrimitives();
  const missing = primitives.map((p) => p.name).filter((name) => !own.has(name) && !LEFT_OUT_PRIMITIVES.includes(name));
  assert.deepEqual(missing, [], "write them in C in export/promela/runtime, or add them to LEFT_OUT_PRIMITIVES here");
});

test("the runtime has every field of the machine, or it is said here that it is left out", () => {
  const own = exportedFields();
  const missing = fields.map((f) => f.name).filter((name) => !own.has(name) && !LEFT_OUT_FIELDS.includes(name));
  assert.deepEqual(
    [...new Set(missing)],
    [],
    "write them in C in export/promela/runtime, or add them to LEFT_OUT_FIELDS here",
  );
});
