/** The parts of the comparison: reading lists and recordings, translating, comparing, making random lists. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { callsOfTrace, compareCalls } from "./call-sequence.ts";
import { MODEL_CALLS } from "./calls.ts";
import { compare } from "./compare.ts";
import { LEFT_OUT } from "./left-out.ts";
import { listText, parseList } from "./list.ts";
import { runInModel } from "./model-run.ts";
import { FEATURES, randomList } from "./random-list.ts";
import { parseRecording } from "./recording.ts";
import { CannotTranslate } from "./translation.ts";
import { translate } from "./translator.ts";

const KERNEL = "linux-6.12";
const list = (...lines: string[]) => parseList("test.txt", listText(lines, ""));
const answers = (...lines: string[]) => runInModel(list(...lines), KERNEL).operations.map(({ answer }) => answer);

test("a list is read as the runner reads it", () => {
  const read = parseList(
    "a/b/01-x.txt",
    "# options:\n# options: --fixed\nfork C # a child\n\nC> cpu_read A 0 1\nD> exit\n",
  );
  assert.equal(read.name, "01-x");
  assert.deepEqual(read.options, ["", "--fixed"]);
  assert.deepEqual(
    read.operations.map(({ child, words }) => [child, words.join(" ")]),
    [
      [undefined, "fork C"],
      ["C", "cpu_read A 0 1"],
      [undefined, "D> exit"],
    ],
  );
});

test("a file is closed when its last holder has closed it", () => {
  const text = translate(
    list("open d0 0", "fork C", "close d0", "C> exit", "open d0 0", "pin A 0 1", "fork D", "unpin A", "D> exit"),
    KERNEL,
  );
  const after = (operation: number) => {
    const lines = text.text.split("\n");
    const { line = 0 } = text.operations[operation] ?? {};
    return lines.slice(line).slice(0, lines.slice(line).indexOf("")).join("; ");
  };
  assert.equal(after(2), "");
  assert.equal(after(3), "child_C_cpu0 exit -> any; d0 call dmirror_fops_release() -> any");
  assert.equal(after(7), "");
  assert.match(after(8), /^child_D_cpu0 exit -> any; cpu0 call drop_pages\(P, 0x0, 0x1000, false\)/);
});

test("what cannot be said in a scenario is told with the operation", () => {
  assert.throws(() => translate(list("open d0 0", "open e0 0"), KERNEL), CannotTranslate);
  assert.throws(() => translate(list("map A anon 2 w"), KERNEL), /operation 0, 'map A anon 2 w': /);
  assert.throws(() => translate(list("frobnicate A"), KERNEL), /no 'frobnicate'/);
});

test("operations beyond a region end as they do for the kernel", () => {
  assert.deepEqual(answers("map A anon 2", "cpu_write A 0 3 5", "munmap A 5 1", "mprotect A 1 2 r"), [
    { ret: 0 },
    { ret: -1, signal: "SIGSEGV code 1 at page 2", values: undefined },
    { ret: 0 },
    { ret: -1, errno: "ENOMEM" },
  ]);
});

test("a difference in a result, in a page and in a frame is found", () => {
  const run = runInModel(list("map A anon 2", "cpu_write A 0 2 5", "pagemap A", "cpu_read A 0 2"), KERNEL);
  const recorded = (pages: string, values: string) =>
    parseRecording(
      `{"i": 0, "op": "map A anon 2", "ret": 0}\n{"i": 1, "op": "cpu_write A 0 2 5", "ret": 0, "trace": [\n  "> handle_mm_fault A+0"]}\n{"i": 2, "op": "pagemap A", "ret": 0, "pages": [${pages}]}\n{"i": 3, "op": "cpu_read A 0 2", "ret": 0, "vals": [${values}]}\n`,
    );
  const kinds = (pages: string, values: string) =>
    compare(run, recorded(pages, values))
      .differences.filter(({ kind }) => kind !== "calls")
      .map(({ kind, index, got }) => `${kind} ${index}: ${got}`);
  const good = '"s1 only map=1 anon", "s2 only map=1 anon lru"';
  assert.deepEqual(kinds(good, "5, 6"), []);
  assert.deepEqual(kinds(good, "5, 7"), ["results 3: ret 0, values [5, 6]"]);
  assert.deepEqual(kinds('"s1 map=2 anon", "s2 only map=1 anon"', "5, 6"), ["pages 2: page system only map=1 anon"]);
  assert.deepEqual(kinds('"none", "dev_write:d0.1"', "5, 6"), [
    "pages 2: page system only map=1 anon",
    "pages 2: page system only map=1 anon",
  ]);
  assert.deepEqual(kinds('"s1 only map=1 anon", "s1 only map=1 anon"', "5, 6"), ["pages 2: another frame than before"]);
});

test("of a trace the entries of functions count, with places, reasons and owners", () => {
  const trace = [
    "> migrate_vma_setup A+0.A+4 select=SYSTEM owner=dev0 fault=none",
    "C| > dmirror_interval_invalidate dev=dev0 A+0.A+4 MIGRATE owner=dev0 seq+0",
    "@ set_migration_pte A+0 pte=mig_read:s6",
    " < migrate_device_unmap = 4",
    "  - flush_tlb_mm_range outside.outside",
  ];
  const calls = [
    "migrate_vma_setup A+0.A+4 owner=dev0 select=SYSTEM",
    "dmirror_interval_invalidate A+0.A+4 MIGRATE owner=dev0",
    "flush_tlb_mm_range outside.outside",
  ];
  const [operation] = list("to_dev d0 A 0 4").operations;
  assert.ok(operation);
  assert.deepEqual(callsOfTrace(trace), calls);
  assert.equal(compareCalls(operation, trace, calls), undefined);
  assert.match(compareCalls(operation, trace, calls.slice(1))?.got ?? "", /^→ dmirror_interval_invalidate/);
});

test("functions that the model leaves out stand by name in docs/model-limits.md", () => {
  const limits = readFileSync(join(import.meta.dirname, "..", "..", "docs", "model-limits.md"), "utf8");
  for (const name of LEFT_OUT) {
    assert.ok(limits.includes(`\`${name}\``), `${name} is not in docs/model-limits.md`);
    assert.ok(!MODEL_CALLS.has(name), `${name} is in the model`);
  }
});

test("random lists are the same for the same seed, and translate", () => {
  const all = new Set(FEATURES);
  assert.deepEqual(randomList(7, 3, all), randomList(7, 3, all));
  assert.notDeepEqual(randomList(7, 3, all).lines, randomList(7, 4, all).lines);
  for (let number = 0; number < 200; number++) {
    const { lines, options } = randomList(11, number, all);
    translate(parseList("random", listText(lines, options)), KERNEL);
  }
});
