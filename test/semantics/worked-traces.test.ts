/** Interleavings of Linux 7.0 that are worth knowing, step by step: what happens, and how the page stands afterwards. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { exploreText, runText } from "../../language/testing/run.ts";
import { WorkedTrace } from "./worked-trace.ts";

test("a page goes to a device while a CPU writes to it", () => {
  const trace = new WorkedTrace(
    `kernel "linux-7.0"
device gpu0 uses dmirror { memory 1 MiB }
device gpu1 uses dmirror { memory 1 MiB }
process app { va: anon 1 page }
cpu0 write va = 1
gpu1 read va -> 1
parallel {
  gpu0 { migrate va to gpu0 -> 1 page }
  cpu0 { write va = 2 }
}`,
    2,
  );
  assert.equal(trace.page("va"), "present w x dirty young | N0 ref 1 map 1 | gpu1 rw");

  // Collecting: the others that mirror the process drop the page, the device that migrates ignores its own notification.
  trace.until("gpu0", "> migrate_vma_collect");
  trace.until("gpu0", "notifier(MIGRATE, start, va, gpu0)");
  trace.until("gpu0", "interval_invalidate(gpu0");
  trace.until("gpu0", "interval_invalidate(gpu1");
  trace.until("gpu0", "tlb_flush(gpu1");
  trace.until("gpu0", "> migrate_vma_collect_pmd");
  trace.until("gpu0", "tlb_flush(cpu0");
  trace.until("gpu0", "notifier(MIGRATE, end");
  assert.equal(trace.page("va"), "migration w x dirty young | N0 ref 1 map 0 locked");

  // A CPU's store waits for the folio, without a reference.
  trace.until("cpu0", "fault(cpu0, va, write)");
  trace.until("cpu0", "> do_swap_page");
  trace.until("cpu0", "> migration_entry_wait");
  trace.untilItWaits("cpu0", "softleaf_entry_wait_on_locked");
  assert.equal(trace.page("va"), "migration w x dirty young | N0 ref 1 map 0 locked");

  // The page is taken off the LRU, a device page allocated and filled, and takes its place.
  trace.until("gpu0", "> migrate_device_unmap");
  trace.until("gpu0", "> migrate_vma_check_page");
  trace.until("gpu0", "alloc(gpu0, 1)");
  trace.until("gpu0", "copy(N0, gpu0, device, 1)");
  trace.until("gpu0", "> migrate_vma_pages");
  trace.until("gpu0", "> folio_migrate_mapping");
  trace.until("gpu0", "migrate(pages, 1, 1)");

  // The device maps it under its lock, before anybody else can reach it.
  trace.until("gpu0", "> dmirror_migrate_finalize_and_map");
  trace.until("gpu0", "tlb_flush(gpu0");
  assert.equal(trace.page("va"), "migration w x dirty young | N0 ref 1 map 0 locked | gpu0 rw");
  trace.until("gpu0", "> remove_migration_ptes");
  trace.until("gpu0", "free(N0, 1)");
  trace.until("gpu0", "migrate(finalize, 1, 1)");
  assert.equal(trace.page("va"), "device_private w x | gpu0 ref 1 map 1 | gpu0 rw");
  trace.until("gpu0", "= 1");

  // The store is tried again: the device page is locked and called back.
  trace.until("cpu0", "fault(cpu0, va, write)");
  trace.until("cpu0", "> do_device_private");
  trace.until("cpu0", "migrate_to_ram(gpu0, va)");
  assert.equal(trace.page("va"), "device_private w x | gpu0 ref 2 map 1 locked | gpu0 rw");
  trace.until("cpu0", "> migrate_vma_setup");
  trace.until("cpu0", "notifier(MIGRATE, start, va, gpu0)");
  trace.until("cpu0", "migrate(setup, 1, 0)");
  assert.equal(trace.page("va"), "migration w x | gpu0 ref 2 map 0 locked | gpu0 rw");
  trace.until("cpu0", "tlb_flush(gpu0");
  trace.until("cpu0", "copy(gpu0, N0, device, 1)");
  assert.equal(trace.page("va"), "migration w x | gpu0 ref 2 map 0 locked");
  trace.until("cpu0", "migrate(pages, 1, 1)");
  trace.until("cpu0", "migrate(finalize, 1, 1)");
  assert.equal(trace.page("va"), "present w x | N0 ref 1 map 1");
  trace.until("cpu0", "free(gpu0, 1)");
  trace.until("cpu0", "= 0");
  assert.equal(trace.page("va"), "present w x dirty young | N0 ref 1 map 1");
  assert.deepEqual(trace.simulation.failures, []);
});

/** A page that gpu0 is about to make exclusive; gpu1 mirrors it. */
const atomics = (others: string): string => `kernel "linux-7.0"
device gpu0 uses nouveau { memory 1 MiB }
device gpu1 uses nouveau { memory 1 MiB }
process app { va: anon 1 page }
cpu0 write va = 1
gpu1 read va -> 1
parallel {
  gpu0 { atomic add va 1 -> 1 }
  ${others}
}`;

/** gpu0 makes the page exclusive, and has it locked. */
function madeExclusive(others: string): WorkedTrace {
  const trace = new WorkedTrace(atomics(others), 2);
  trace.until("gpu0", "fault(gpu0, va, atomic)");
  trace.until("gpu0", "> read_begin");
  trace.until("gpu0", "> make_device_exclusive");
  trace.until("gpu0", "> get_user_pages_remote");
  trace.until("gpu0", "notifier(EXCLUSIVE, start, va, gpu0)");
  assert.equal(trace.page("va"), "present w x dirty young | N0 ref 2 map 1 locked | gpu1 rw");
  trace.until("gpu0", "tlb_flush(gpu1");
  trace.until("gpu0", "exclusive(make, va, gpu0)");
  trace.until("gpu0", "notifier(EXCLUSIVE, end, va, gpu0)");
  assert.equal(trace.page("va"), "device_exclusive x | N0 ref 2 map 1 locked");
  return trace;
}

test("exclusive access, and a CPU that takes it back", () => {
  const trace = madeExclusive("cpu0 { read va -> 2 }");
  trace.until("cpu0", "fault(cpu0, va, read)");
  trace.until("cpu0", "> do_swap_page");
  trace.untilItWaits("cpu0", "remove_device_exclusive_entry");
  assert.equal(trace.page("va"), "device_exclusive x | N0 ref 3 map 1 locked");

  trace.until("gpu0", "lock(gpu0.mutex)");
  trace.until("gpu0", "> folio_put");
  assert.equal(trace.page("va"), "device_exclusive x | N0 ref 3 map 1 | gpu0 rwa");
  trace.until("gpu0", "= 1");

  trace.until("cpu0", "notifier(CLEAR, start, va)");
  assert.equal(trace.page("va"), "device_exclusive x | N0 ref 2 map 1 locked | gpu0 rwa");
  trace.until("cpu0", "tlb_flush(gpu0");
  trace.until("cpu0", "exclusive(break, va");
  assert.equal(trace.page("va"), "present w x dirty | N0 ref 2 map 1 locked");
  trace.until("cpu0", "notifier(CLEAR, end, va)");
  assert.equal(trace.page("va"), "present w x dirty | N0 ref 1 map 1");
  trace.until("cpu0", "= 2");
  assert.deepEqual(trace.simulation.failures, []);
});

test("exclusive access, and a fork in between: ENOMEM", () => {
  const trace = madeExclusive("cpu1 { fork as child -> ENOMEM }");
  trace.untilItWaits("cpu1", "dup_mmap"); // for mmap_lock, which gpu0 has for reading
  trace.until("gpu0", "unlock(mmap_lock of app");
  trace.until("cpu1", "> try_restore_exclusive_pte");
  trace.until("cpu1", "= ENOMEM");
  assert.equal(trace.page("va"), "device_exclusive x | N0 ref 2 map 1 locked");
});

test("exclusive access, and another device that wants it: handed over, never shared", () => {
  const trace = madeExclusive("gpu1 { atomic add va 1 -> 2 }");
  trace.until("gpu1", "> make_device_exclusive");
  trace.untilItWaits("gpu1", "remove_device_exclusive_entry");
  assert.equal(trace.page("va"), "device_exclusive x | N0 ref 3 map 1 locked");
  trace.until("gpu0", "= 1");
  trace.until("gpu1", "notifier(CLEAR, start, va)");
  trace.until("gpu1", "tlb_flush(gpu0");
  trace.until("gpu1", "exclusive(break, va");
  trace.until("gpu1", "exclusive(make, va, gpu1)");
  assert.equal(trace.page("va"), "device_exclusive x | N0 ref 2 map 1 locked");
});

const leak = `kernel "linux-7.0"
driver leaky extends dmirror {
  on migrate(range, to) {
    let r = super(range, to)
    folio_get(pte_get(self.process, range.start).folio)      // and forgets about it
    return r
  }
}
device gpu0 uses leaky { memory 1 MiB }
process app { va: anon 1 page }
cpu0 write va = 1
gpu0 migrate va to gpu0 -> 1 page
`;
const faults = `${leak}invariant "refcount-equals-holders" off
parallel { cpu0 { read va -> 1 } }`;

test("a leaked reference to a device page: the migration back gets as far as the exact count, and the CPU faults again", () => {
  const trace = new WorkedTrace(faults, 2);
  assert.equal(trace.page("va"), "device_private w x | gpu0 ref 2 map 1 | gpu0 rw");
  for (let round = 0; round < 3; round++) {
    trace.until("cpu0", "fault(cpu0, va, read)");
    trace.until("cpu0", "migrate_to_ram(gpu0, va)");
    assert.match(trace.page("va"), /^device_private w x \| gpu0 ref 3 map 1 locked/);
    // The check while unmapping allows one reference too many for device memory.
    trace.until("cpu0", "> migrate_vma_check_page");
    assert.match(trace.page("va"), /^migration w x \| gpu0 ref 3 map 0 locked/);
    trace.until("cpu0", "migrate(setup, 1, 0)");
    trace.until("cpu0", "copy(gpu0, N0, device, 1)");
    // The commit does not: 1 of the mover and 1 of the fault are expected.
    trace.until("cpu0", "> folio_migrate_mapping");
    trace.until("cpu0", "migrate(pages, 1, 0)");
    trace.until("cpu0", "free(N0, 1)");
    trace.until("cpu0", "migrate(finalize, 1, 0)");
    assert.equal(trace.page("va"), "device_private w x | gpu0 ref 3 map 1 locked");
  }
});

test("a leaked reference to a device page: its livelock is found, and the leak itself as soon as it is made", () => {
  const { shown } = exploreText(faults);
  const circle = "cpu0 faults on va again and again, nothing changes in between, and nobody else can move";
  assert.deepEqual(shown, [`14 progress-bound: ${circle}`]);
  const ran = runText(`${leak}cpu0 read va -> 1`, { limit: 2000 });
  assert.match(
    ran.failures[0] ?? "",
    /^6 refcount-equals-holders: gpu0 ended and still holds 1 reference \(of folio 0x4/,
  );
});
