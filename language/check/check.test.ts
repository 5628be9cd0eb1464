import { test } from "node:test";
import { checkDiagnostics } from "../testing/analyse.ts";

const machine = `device gpu0 uses dmirror { memory 4 MiB }
device nic0 uses mlx5_odp
process app { buf: anon 4 pages }
`;

/** What is wrong with statements under a small machine; line 1 is the first statement. */
function check(statements: string, expected: string): void {
  checkDiagnostics(`${statements}\n${machine}`, expected);
}

test("who may use a verb", () => {
  check("cpu0 exclusive buf", "1:6-15 wrong-user: `exclusive` is a device's verb; `cpu0` is a CPU.");
  check("gpu0 munmap buf", "1:6-12 wrong-user: `munmap` is a CPU's verb; `gpu0` is a device.");
  check("thread q: app on gpu0\nq fork as c", "2:3-7 wrong-user: `fork` is a CPU's verb; `q` runs on a device.");
  check("cpu0 reclaim buf", "1:6-13 wrong-user: `reclaim` is the kernel's own: it is written without a thread.");
  check(
    "read buf",
    "1:1-5 no-thread: `read` needs a thread: `cpu0 read …`. (Only the kernel's own verbs and `inject` stand without one.)",
  );
  check(
    "migrate buf to gpu0",
    "1:1-8 no-thread: `migrate` needs a thread: `gpu0 migrate …`. (Only the kernel's own verbs and `inject` stand without one.)",
  );
  check("cpu0 { reclaim buf read buf inject fail copy }", "");
  check(
    "gpu0 { read buf inject fail copy reclaim buf }",
    "1:34-41 wrong-user: `reclaim` is the kernel's own: it runs on a CPU, not in the block of device `gpu0`.",
  );
  check("gpu0 call folio_put(1)\ncall folio_put(1)", "");
});

test("operands", () => {
  check("reclaim 3", "1:9-10 bad-size: `reclaim` takes a place or a number of pages.");
  check("reclaim 0 pages", "1:9-16 bad-size: That is not a number of pages that a machine can have.");
  check("inject fail copy times 2 pages", "1:24-31 bad-size: This is a plain number, without a unit.");
  check(
    "gpu0 migrate buf to nic0",
    "1:21-25 no-memory: `nic0` has no memory of its own. (`device … { memory 16 MiB }` gives it some.)",
  );
  check("cpu0 vm_read buf", "1:14-17 no-process: `vm_read` names the process: `vm_read app.buf`.");
  check("call folio_put(1, 2)", "1:6-21 arity: The arguments do not fit: `folio_put(folio)`.");
  check("call pte_get(1, 2)", "1:6-13 unknown-function: `pte_get` is a primitive; `call` is for functions.");
});

test("what a verb can end with", () => {
  check(
    "cpu0 read buf -> 3 pages",
    "1:18-25 wrong-outcome: `read` does not end with a number of pages: it ends with success, a value (`-> 7`), an errno (`-> EBUSY`) or a signal (`-> SIGBUS`).",
  );
  check(
    "cpu0 munmap buf -> 1",
    "1:20-21 wrong-outcome: `munmap` does not end with a number: it ends with success, an errno (`-> EBUSY`) or a signal (`-> SIGBUS`).",
  );
  check(
    "gpu0 read buf -> zero read",
    "1:18-27 wrong-outcome: `read` does not end so: it ends with success, a value (`-> 7`), an errno (`-> EBUSY`) or a signal (`-> SIGBUS`). (Such a report is what `snapshot` ends with.)",
  );
  check(
    "gpu0 snapshot buf -> 1",
    "1:22-23 wrong-outcome: `snapshot` does not end with a number: it ends with success, a report (`-> zero read`), an errno (`-> EBUSY`) or a signal (`-> SIGBUS`).",
  );
  check("gpu0 snapshot buf -> local remote read", "1:22-39 contradiction: A page is not both `local` and `remote`.");
  check(
    "cpu0 read buf -> gpu0",
    "1:18-22 wrong-outcome: `gpu0` is not what a statement can end with: it ends with success, a value (`-> 7`), an errno (`-> EBUSY`) or a signal (`-> SIGBUS`).",
  );
  check(
    "cpu0 munmap buf -> EBUSY as r cpu0 read buf -> any cpu0 read buf -> SIGBUS cpu0 read buf -> r gpu0 migrate buf to gpu0 -> 3",
    "",
  );
});

test("parallel, barriers, blocks", () => {
  check("parallel { cpu0 { barrier b } gpu0 read buf reclaim buf }", "");
  check(
    "parallel { let a = 1 }",
    "1:12-15 misplaced-statement: In `parallel` stand blocks of threads, statements with their thread, and the kernel's own statements. (Put this into a thread's block.)",
  );
  check("parallel { cpu0 { } cpu0 { } }", "1:21-25 two-blocks: `cpu0` has a block in this `parallel` already.");
  check("parallel { parallel { } }", "1:12-20 misplaced-parallel: A `parallel` cannot stand inside another one.");
  check("cpu0 { parallel { } }", "1:8-16 misplaced-parallel: A `parallel` cannot stand in a thread's block.");
  check(
    "cpu0 { gpu0 read buf }",
    "1:8-12 other-thread: This is a block of `cpu0`; a statement of `gpu0` cannot stand in it. (What threads do at the same time stands in `parallel`, each in a block of its own.)",
  );
  check("barrier b", "1:1-10 misplaced-barrier: A `barrier` stands in the blocks of a `parallel`.");
  check(
    "expect no fault\ncpu0 exit\nexpect no fault",
    "1:1-16 no-statement-before: There is no statement before this whose events it could look at.",
  );
});

test("fields and words of observations", () => {
  check(
    "expect folio(buf[0]).refcnt == 1",
    "1:22-28 unknown-field: `folio(P)` has no field `refcnt`: `where`, `kind`, `order`, `refcount`, `mapcount`, `pincount`, `locked`, `lru`, `dirty` or `pfn`. (Did you mean `refcount`?)",
  );
  check("expect value(buf).kind == present", "1:19-23 unknown-field: `value(P)` is a number; it has no fields.");
  check(
    "expect pte(buf).kind == shmem",
    "1:25-30 unknown-word: It is never `shmem`: it is `none`, `present`, `zero`, `swap`, `migration`, `device_private`, `device_exclusive`, `marker` or `hwpoison`.",
  );
  check(
    "expect pte(buf).kind == 3",
    "1:25-26 unknown-word: It is never that: it is `none`, `present`, `zero`, `swap`, `migration`, `device_private`, `device_exclusive`, `marker` or `hwpoison`.",
  );
  check("expect pte(buf).kind in [present, zero] and vma(buf).start in buf and free(N0) in 1..5", "");
  check("expect [1] == 1", "1:8-11 misplaced-list: A list stands only right of `in`.");
  check("expect 1 in 2", "1:13-14 not-a-range: Right of `in` stands a range `a..b`, a place or a list.");
  check("expect gpu0.memory == 1", "1:13-19 unknown-field: There is no field `memory` here.");
  check(
    "expect app.buf == 1",
    "1:8-15 not-a-value: `app.buf` is a region, which is no value. (The word stored in it is `value(app.buf)`.)",
  );
  check("expect pte(buf, 1).huge", "1:8-19 arity: The arguments do not fit: `pte(P)`.");
  check("let p = pte(buf)\nexpect p.kind == present and p is not error", "");
  check(
    "expect value(buf) is errr",
    "1:22-26 unknown-kind: `errr` is no kind of value: `error`, `none`, `number`, `word`, `process`, `vma`, `folio`, `entry`, `list` or `device`. (Did you mean `error`?)",
  );
});

test("devices, drivers, profiles and their options", () => {
  check("device d uses amdkfd { memory 1 MiB granularity 4 }", "");
  check(
    "device d uses amdkfd { granularty 4 }",
    "1:24-34 unknown-attribute: `granularty` is no attribute of a device (`memory`, `coherent as NODE`) and no option of driver `amdkfd`, which has `granularity`. (Did you mean `granularity`?)",
  );
  check("device d uses amdkfd { granularity on }", "1:36-38 wrong-value: `granularity` is a number.");
  check('kernel "linux-6.15" { notify_exclusive maybe }', "1:40-45 wrong-value: `notify_exclusive` is `on` or `off`.");
  check(
    'kernel "linux-6.12" { notify_exclusive on }',
    "1:23-39 unknown-attribute: Profile `linux-6.12` has no switches.",
  );
  check('kernel "linux-6.15" kernel "linux-6.12"', "1:28-40 kernel-twice: The profile is chosen already.");
  check(
    'kernel "a" extends "b" { }',
    "1:20-23 unknown-profile: There is no kernel profile `b`: there are `linux-6.12`, `linux-6.15`, `linux-7.0`, `proposal/unmap-and-pin` and `proposal/cdm-node`.",
  );
  check('kernel "a" extends "a" { }', "1:20-23 extends-itself: Profile `a` extends itself.");
  check("driver d extends d { }", "1:18-19 extends-itself: Driver `d` extends itself.");
  check("driver d extends dmirror { option size 4 on open() { } }\ndevice e uses d { size 8 }", "");
  check(
    "driver d { on invalidat(range) { } on invalidate(range) { } on open() { } on open() { } }",
    "1:15-24 unknown-callback: There is no callback `invalidat`. (Did you mean `invalidate`?)\n1:39-55 arity: The parameters do not fit: `on invalidate(sub, range, seq)`.\n1:78-82 declared-twice: `on open` is declared already.",
  );
  check(
    'kernel "k" extends "linux-6.12" { fn folio_put(a, b) { } }',
    "1:38-47 arity: This overrides `folio_put(folio)`; the parameters do not fit.",
  );
  check("node N1 { movable }", "1:6-8 missing-attribute: Node `N1` needs its memory: `memory 64 MiB`.");
});
