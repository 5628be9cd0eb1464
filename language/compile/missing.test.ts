import assert from "node:assert/strict";
import { test } from "node:test";
import { readLibraryFiles } from "../build/read-library.ts";
import { errorsOf } from "../testing/run.ts";
import { compileLibrary } from "./library.ts";

const page = "process app { buf: anon 1 page }\n";

test("a driver that calls what its kernel does not have is told where", () => {
  const driver = (kernel: string): string => `kernel "${kernel}"
driver old extends dmirror {
  on exclusive(range) {
    let pages = array(0)
    let n = make_device_exclusive_range(self.process, range.start, range.end, pages, none)
    return n
  }
}
device gpu0 uses old { memory 1 MiB }
${page}gpu0 exclusive buf -> any`;
  assert.deepEqual(errorsOf(driver("linux-6.15")), [
    '5:5 Kernel "linux-6.15" has no function `make_device_exclusive_range`.',
  ]);
  assert.deepEqual(errorsOf(driver("linux-6.12")), []);
});

test("what nothing in the scenario reaches may be missing", () => {
  const text = `kernel "linux-6.15"
driver old extends dmirror {
  fn unused(process) { make_device_exclusive_range(process, 0, 0, none, none) }
}
driver other extends dmirror {
  on exclusive(range) { make_device_exclusive_range(self.process, 0, 0, none, none) }
}
device gpu0 uses old { memory 1 MiB }
${page}cpu0 write buf = 1`;
  assert.deepEqual(errorsOf(text), []);
});

test("a function that the scenario calls, and one that a kernel function of its own calls", () => {
  assert.deepEqual(errorsOf(`kernel "linux-6.12"\n${page}cpu0 call make_device_exclusive(app, 0, none) -> any`), [
    '3:1 Kernel "linux-6.12" has no function `make_device_exclusive`.',
  ]);
  const own = `kernel "mine" extends "linux-6.1" {
  fn folio_put(folio) { softleaf_entry_wait_on_locked(none, 0, none) }
}
${page}cpu0 write buf = 1`;
  assert.deepEqual(errorsOf(own), ['2:25 Kernel "mine" has no function `softleaf_entry_wait_on_locked`.']);
});

test("coherent device memory in a kernel that has none", () => {
  const text = (kernel: string): string => `kernel "${kernel}"
device gpu0 uses dmirror { memory 1 MiB coherent as N1 }
${page}cpu0 write buf = 1`;
  assert.deepEqual(errorsOf(text("linux-5.14")), [
    '2:8 Kernel "linux-5.14" has no coherent device memory (MEMORY_DEVICE_COHERENT).',
  ]);
  assert.deepEqual(errorsOf(text("linux-6.1")), []);
});

test("an override in the library takes as many arguments as what it overrides", () => {
  const text = 'kernel "x" extends "linux-6.12" {\n  fn folio_put(folio, twice) { }\n}';
  const { problems } = compileLibrary([...readLibraryFiles(), { path: "kernel/profiles/x.hmm", text }]);
  assert.deepEqual(problems, [
    {
      path: "kernel/profiles/x.hmm",
      line: 2,
      column: 6,
      message: "'folio_put' takes 2 arguments here; the function that it overrides takes 1 argument",
    },
  ]);
});
