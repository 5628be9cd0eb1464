import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_ENTRY } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { box, FALSE, fromBigInt, NONE, payloadOf, Tag, TRUE, toBigInt } from "../store/value.ts";
import { word } from "../store/words.ts";
import { POISON } from "./content.ts";
import { fields } from "./fields.ts";
import { Lru } from "./folios.ts";
import { folioLock, LockClass, makeLock } from "./locks.ts";
import { observePage } from "./observe.ts";
import { primitives } from "./primitives.ts";
import { app, BASE, buf, child, gpu0, mirror0, mirror1, PrimitiveFailure, TestCaller } from "./test-machine.ts";

const field = (call: TestCaller, value: Value, tag: number, name: string): Value => {
  const found = fields.find((f) => f.tag === tag && f.name === name);
  if (found === undefined) throw new Error(`no field ${name}`);
  return found.get(call, payloadOf(value));
};

function setField(call: TestCaller, value: Value, tag: number, name: string, to: Value): void {
  const found = fields.find((f) => f.tag === tag && f.name === name);
  if (found?.set === undefined) throw new Error(`field ${name} cannot be set`);
  found.set(call, payloadOf(value), to);
}

/** What a list holds. */
function items(call: TestCaller, list: Value): Value[] {
  const { heap } = call.machine;
  return Array.from({ length: heap.length(list) }, (_, i) => heap.get(list, i));
}

/** Does what an anonymous write fault does, without its locks. */
function faultIn(call: TestCaller, addr: number): Value {
  const folio = call.run("page_alloc");
  call.run("clear_page", folio);
  call.run("rmap_add", folio, app, addr);
  call.run("pte_set", app, addr, call.run("entry", word("present"), folio, TRUE, TRUE));
  return folio;
}

test("names, parameters and effects of primitives are well-formed, and every row documents itself", () => {
  const names = new Set<string>();
  for (const p of primitives) {
    assert.match(p.name, /^[a-z_]+$/);
    assert.ok(!names.has(p.name), `${p.name} stands twice`);
    names.add(p.name);
    assert.ok(p.doc.length > 20, `${p.name} has no doc`);
    const optional = p.params.map((x) => x.endsWith("?"));
    assert.deepEqual(optional, [...optional].sort(), `${p.name}: optional parameters come last`);
  }
});

test("a reference passes from the thread to the entry and back", () => {
  const call = new TestCaller();
  const { folios, threads } = call.machine;
  const folio = faultIn(call, buf(0));
  const pfn = payloadOf(folio);
  assert.equal(folios.refcount.get(0, pfn), 1);
  assert.equal(folios.temps.get(0, pfn), 0);
  assert.equal(folios.mappedEntries(pfn), 1);
  assert.equal(threads.refs.get(1), 0);

  const old = call.run("pte_clear", app, buf(0));
  assert.equal(field(call, old, Tag.entry, "folio"), folio);
  assert.equal(threads.refs.get(1), 1);
  assert.equal(folios.mappedEntries(pfn), 0);
  call.run("rmap_remove", folio, app, buf(0));
  assert.equal(call.run("folio_put_testzero", folio), TRUE);
  call.run("page_release", folio);
  assert.equal(threads.refs.get(1), 0);
  assert.deepEqual(call.events, ["alloc N0 1", "free N0 1"]);
});

test("replacing an entry by one of the same folio moves no reference", () => {
  const call = new TestCaller();
  const folio = faultIn(call, buf(0));
  call.run("pte_set", app, buf(0), call.run("entry", word("present"), folio));
  assert.equal(call.machine.folios.temps.get(0, payloadOf(folio)), 0);
  assert.equal(call.machine.folios.mappedEntries(payloadOf(folio)), 1);
});

test("migration entries hold no reference and are counted apart", () => {
  const call = new TestCaller();
  const folio = faultIn(call, buf(0));
  const pfn = payloadOf(folio);
  call.run("pte_set", app, buf(0), call.run("entry", word("migration"), folio, TRUE));
  assert.equal(call.machine.folios.migrationEntries(pfn), 1);
  assert.equal(call.machine.folios.mappedEntries(pfn), 0);
  assert.equal(call.machine.folios.temps.get(0, pfn), 1);
});

test("a batch holds a reference to each folio that waits in it; each CPU has one, and threads without a CPU share one", () => {
  const call = new TestCaller();
  const { folios, threads } = call.machine;
  const [cpu0, cpu1] = [box(Tag.cpu, 0), box(Tag.cpu, 1)];
  const [a, b, c] = [0, 1, 2].map((page) => faultIn(call, buf(page))) as [Value, Value, Value];
  const wait = (folio: Value, thread: number): Value => {
    call.thread = thread;
    call.run("folio_get", folio);
    return call.run("lru_batch_add", folio);
  };
  assert.deepEqual([wait(b, 1), wait(a, 1), wait(c, 3)], [1, 2, 1]);
  assert.equal(folios.lru(payloadOf(a)), Lru.batch);
  assert.equal(folios.temps.get(0, payloadOf(a)), 0);
  assert.equal(folios.batchReferences(payloadOf(a)), 1);
  assert.deepEqual(items(call, call.run("lru_batches")), [NONE, cpu0]);
  assert.deepEqual(items(call, call.run("lru_batch_move", cpu1)), []);

  call.thread = 2;
  assert.deepEqual(items(call, call.run("lru_batch_move", cpu0)), [a, b]);
  assert.equal(threads.refs.get(2), 2);
  assert.equal(folios.lru(payloadOf(a)), Lru.on);
  assert.equal(folios.batchReferences(payloadOf(a)), 0);
  assert.deepEqual(items(call, call.run("lru_batches")), [NONE]);
});

test("a page that was allocated holds poison until it is cleared or copied to", () => {
  const call = new TestCaller();
  const folio = call.run("page_alloc");
  assert.equal(call.run("word_get", folio, 0), POISON);
  call.run("clear_page", folio);
  assert.equal(call.run("word_get", folio, 0), 0);
});

test("allocation takes the lowest free frame, of the CPU's node first", () => {
  const call = new TestCaller();
  const [a, b] = [call.run("page_alloc"), call.run("page_alloc")];
  assert.deepEqual([payloadOf(a), payloadOf(b)], [1, 2]);
  call.run("folio_put_testzero", a);
  call.run("page_release", a);
  assert.equal(call.run("page_alloc"), a);
  call.thread = 2;
  assert.equal(payloadOf(call.run("page_alloc")), 65, "cpu1 is on N1");
  assert.equal(call.run("page_alloc", box(Tag.node, 1)), box(Tag.folio, 66));
});

test("a full node gives none; without a node the next one is asked", () => {
  const call = new TestCaller();
  for (let i = 0; i < 4; i++) call.run("page_alloc", box(Tag.node, 1));
  assert.equal(call.run("page_alloc", box(Tag.node, 1)), NONE);
  call.thread = 2;
  assert.equal(payloadOf(call.run("page_alloc")), 1);
});

test("device pages come locked, and coherent ones are a node's too", () => {
  const call = new TestCaller();
  const page = call.run("device_page_alloc", gpu0);
  assert.equal(field(call, page, Tag.folio, "where"), gpu0);
  assert.equal(field(call, page, Tag.folio, "device_private"), TRUE);
  assert.equal(field(call, page, Tag.folio, "locked"), TRUE);
  const coherent = call.run("device_page_alloc", box(Tag.device, 1));
  assert.equal(field(call, coherent, Tag.folio, "where"), box(Tag.device, 1));
  assert.equal(field(call, coherent, Tag.folio, "node"), box(Tag.node, 2));
  assert.equal(field(call, coherent, Tag.folio, "coherent"), TRUE);
  assert.deepEqual(call.list(call.run("device_pages", gpu0)), [page]);
  assert.equal(field(call, box(Tag.node, 2), Tag.node, "has_memory"), FALSE);
});

test("compaction takes the highest free page; what is isolated or offline gives none", () => {
  const call = new TestCaller();
  const node = box(Tag.node, 0);
  const low = call.run("page_alloc", node);
  const high = call.run("page_alloc_above", node, Number(field(call, low, Tag.folio, "pfn")));
  assert.deepEqual(call.list(call.run("node_pages", node)), [low, high]);
  assert.equal(call.run("page_alloc_above", node, Number(field(call, high, Tag.folio, "pfn"))), NONE);
  assert.equal(field(call, node, Tag.node, "has_memory"), TRUE);
  setField(call, node, Tag.node, "isolated", TRUE);
  assert.equal(call.run("page_alloc", node), NONE);
  assert.equal(call.run("page_alloc_above", node, 0), NONE);
  setField(call, node, Tag.node, "offline", TRUE);
  assert.equal(field(call, node, Tag.node, "has_memory"), FALSE);
  assert.equal(field(call, node, Tag.node, "free"), 0);
});

test("vmas that were cut can be joined while they are alike", () => {
  const call = new TestCaller();
  const lower = call.run("find_vma", app, BASE);
  const upper = call.run("vma_split", lower, BASE + 4096);
  assert.equal(call.run("vma_can_join", lower, upper), TRUE);
  setField(call, upper, Tag.vma, "writable", FALSE);
  assert.equal(call.run("vma_can_join", lower, upper), FALSE);
  assert.throws(() => call.run("vma_join", lower, upper), /not alike, or apart/);
  setField(call, upper, Tag.vma, "writable", TRUE);
  const end = field(call, upper, Tag.vma, "end");
  call.run("vma_join", lower, upper);
  assert.equal(field(call, lower, Tag.vma, "end"), end);
  assert.equal(call.run("find_vma", app, BASE + 4096), lower);
});

test("misuse says what was expected and what it got", () => {
  const call = new TestCaller();
  const folio = call.run("page_alloc");
  const cases: [RegExp, () => unknown][] = [
    [/^folio_get: expected a folio or a page, got none$/, () => call.run("folio_get", NONE)],
    [/^pte_get: expected a process, got 5$/, () => call.run("pte_get", 5, BASE)],
    [/^pte_get: expected an address, got present$/, () => call.run("pte_get", app, word("present"))],
    [/^entry: MIGRATE is no kind of entry$/, () => call.run("entry", word("MIGRATE"))],
    [/^entry: a present entry needs a page$/, () => call.run("entry", word("present"))],
    [/still has a refcount of 1$/, () => call.run("page_release", folio)],
    [/is free already$/, () => call.run("page_release", box(Tag.folio, 9))],
    [/does not hold the lock of folio 0x1$/, () => call.run("folio_unlock", folio)],
    [/^word_get: offset 4 is not a multiple of 8/, () => call.run("word_get", folio, 4)],
    [/the zero page may only be mapped to be read$/, () => call.run("map", mirror0, BASE, call.run("zero_page"), TRUE)],
    [/^map: none has no page/, () => call.run("map", mirror0, BASE, NO_ENTRY)],
    [/^map: expected a context \(self\), got gpu0$/, () => call.run("map", gpu0, BASE, folio)],
    [/^lru_batch_move: expected a CPU or none, got gpu0$/, () => call.run("lru_batch_move", gpu0)],
    [/no vma at 0x10 of app/, () => call.run("rmap_add", folio, app, 0x10)],
  ];
  for (const [message, run] of cases) {
    assert.throws(
      run,
      (error: unknown) => error instanceof PrimitiveFailure && message.test(error.message),
      `${message}`,
    );
  }
});

test("a fork's reverse map has both processes, and pinned pages are not shared", () => {
  const call = new TestCaller();
  const folio = faultIn(call, buf(1));
  call.run("process_create", child);
  const vma = call.run("find_vma", app, buf(1));
  const copy = call.run("vma_dup", vma, child);
  const maps = call.list(call.run("rmap", folio)).map((m) => call.list(m));
  assert.deepEqual(maps, [
    [app, vma, buf(1), buf(2), folio],
    [child, copy, buf(1), buf(2), folio],
  ]);
  assert.equal(call.run("rmap_try_dup", folio, child, buf(1)), TRUE);
  assert.equal(field(call, folio, Tag.folio, "exclusive"), FALSE);

  const pinned = faultIn(call, buf(2));
  call.run("folio_get", pinned);
  call.run("gup_hold", app, buf(2), pinned, TRUE);
  assert.equal(field(call, pinned, Tag.folio, "refcount"), 1025);
  assert.equal(field(call, pinned, Tag.folio, "pincount"), 1);
  assert.equal(call.run("rmap_try_share", pinned, app, buf(2)), FALSE);
  assert.equal(field(call, pinned, Tag.folio, "exclusive"), TRUE);
  assert.equal(call.run("gup_release", app, buf(2)), NONE, "a pin is no plain reference");
  assert.equal(call.run("gup_release", app, buf(2), TRUE), pinned);
  assert.equal(field(call, pinned, Tag.folio, "refcount"), 2);
  assert.equal(call.machine.threads.refs.get(1), 1);
});

test("vmas split, move and go, and page indexes follow", () => {
  const call = new TestCaller();
  const lower = call.run("find_vma", app, buf(0));
  const folio = faultIn(call, buf(5));
  const upper = call.run("vma_split", lower, buf(4));
  assert.equal(field(call, lower, Tag.vma, "end"), buf(4));
  assert.equal(call.run("find_vma", app, buf(5)), upper);
  const moved = call.run("vma_insert_at", app, BASE + 0x500000, BASE + 0x504000, upper);
  const maps = call.list(call.run("rmap", folio)).map((m) => call.list(m)[2]);
  assert.deepEqual(maps, [buf(5), BASE + 0x501000]);
  call.run("vma_remove", upper);
  assert.equal(call.run("find_vma", app, buf(5)), NONE);
  assert.deepEqual(call.list(call.run("vmas", app, BASE, BASE + 0x1000000)).length, 3);
  assert.equal(call.run("vma_insert", app, box(Tag.region, 2)), upper, "the lowest free row");
  assert.equal(call.run("vma_insert", app, box(Tag.region, 2)), NONE, "something is there");
  assert.ok(moved !== NONE);
});

test("an interval notifier's sequence numbers follow mm/mmu_notifier.c", () => {
  const call = new TestCaller();
  const { notifiers, processes } = call.machine;
  const sub = call.run("notifier_insert", mirror0, 0, 2 ** 40);
  assert.equal(notifiers.seq.get(payloadOf(sub)), 1, "idle: one less than the process's");
  assert.equal(call.run("seq_sample", sub), 1);
  assert.equal(call.run("read_retry", sub, 1), FALSE);
  // An invalidation starts and finds it.
  processes.active.set(0, 1);
  processes.seq.set(0, 3);
  call.run("set_seq", sub, 3);
  assert.equal(call.run("read_retry", sub, 1), TRUE);
  // A second one comes meanwhile: it waits for the end.
  const late = call.run("notifier_insert", mirror1, 0, 2 ** 48 / 4);
  assert.deepEqual(call.list(call.run("notifiers", app, BASE, BASE + 1)), []);
  assert.deepEqual(call.list(call.run("notifiers", app, 0, 1)), [sub]);
  assert.equal(notifiers.seq.get(payloadOf(late)), 3);
  assert.equal(call.run("notifier_remove", sub), 3, "wait for this number to change");
  assert.deepEqual(call.list(call.run("notifiers", app, 0, 1)), [sub], "in the tree until the end");
  processes.active.set(0, 0);
  processes.seq.set(0, 4);
  call.run("notifier_apply_deferred", app);
  assert.deepEqual(call.list(call.run("notifiers", app, 0, 1)), [late]);
  assert.deepEqual(
    call.events.map((e) => e.split(" ")[0]),
    ["subscribe", "retry", "subscribe", "unsubscribe"],
  );
});

test("inserting while an invalidation found nothing makes the sequence odd", () => {
  const call = new TestCaller();
  const { notifiers, processes } = call.machine;
  processes.active.set(0, 1);
  const sub = call.run("notifier_insert", mirror0, 0, 4096);
  assert.equal(processes.seq.get(0), 3);
  assert.equal(notifiers.seq.get(payloadOf(sub)), 3);
});

test("mm-wide notifiers: the one registered last comes first", () => {
  const call = new TestCaller();
  const a = call.run("notifier_register", mirror1);
  const b = call.run("notifier_register", mirror0);
  assert.deepEqual(call.list(call.run("mm_notifiers", app)), [b, a]);
  assert.equal(call.run("notifier_remove", a), 0);
  const c = call.run("notifier_register", mirror1);
  assert.equal(c, a, "the lowest free row");
  assert.deepEqual(call.list(call.run("mm_notifiers", app)), [c, b]);
});

test("a CPU's access faults, walks, and then goes by its TLB", () => {
  const call = new TestCaller();
  const fault = word("fault");
  assert.equal(call.run("cpu_load", buf(0)), fault);
  const folio = faultIn(call, buf(0));
  assert.equal(call.run("cpu_store", buf(0, 8), 7), 0);
  assert.equal(call.run("cpu_load", buf(0, 8)), 7);
  assert.equal(observePage(call.machine, "pte", "young", 0, buf(0)), TRUE);
  assert.equal(observePage(call.machine, "value", "", 0, buf(0, 8)), 7);
  // The entry goes, the translation stays until it is flushed.
  call.run("pte_clear", app, buf(0));
  assert.equal(call.run("cpu_load", buf(0, 8)), 7);
  call.thread = 2;
  assert.equal(call.run("cpu_load", buf(0, 8)), fault, "the other CPU had cached nothing");
  call.thread = 1;
  call.run("tlb_flush", app, buf(0), buf(1));
  assert.equal(call.run("cpu_load", buf(0, 8)), fault);
  assert.equal(call.events.at(-1), "tlb_flush cpu0 [0,4096)");
  assert.ok(folio);
});

test("a store walks again to set the dirty flag, and a read-only entry faults", () => {
  const call = new TestCaller();
  const folio = faultIn(call, buf(0));
  call.run("pte_set", app, buf(0), call.run("entry", word("present"), folio, TRUE));
  call.run("cpu_load", buf(0));
  assert.equal(observePage(call.machine, "pte", "dirty", 0, buf(0)), FALSE);
  call.run("cpu_store", buf(0), 1);
  assert.equal(observePage(call.machine, "pte", "dirty", 0, buf(0)), TRUE);
  call.run("pte_set", app, buf(0), call.run("entry", word("present"), folio));
  call.run("tlb_flush", app, buf(0), buf(1));
  assert.equal(call.run("cpu_store", buf(0), 2), word("fault"));
  assert.equal(call.run("cpu_load", buf(0)), 1);
});

test("atomics give the value before and wrap at 64 bits", () => {
  const call = new TestCaller();
  faultIn(call, buf(0));
  const max = fromBigInt(0x7fffffffffffffffn);
  assert.equal(call.run("cpu_atomic", buf(0), word("xchg"), max), 0);
  assert.equal(call.run("cpu_atomic", buf(0), word("add"), 1), max);
  assert.equal(toBigInt(call.run("cpu_load", buf(0))), -0x8000000000000000n);
  assert.equal(toBigInt(call.run("cpu_atomic", buf(0), word("cas"), 5, 6)), -0x8000000000000000n);
  assert.equal(toBigInt(call.run("cpu_load", buf(0))), -0x8000000000000000n, "not what was expected: unchanged");
  call.run("cpu_atomic", buf(0), word("cas"), fromBigInt(-0x8000000000000000n), 6);
  assert.equal(call.run("cpu_load", buf(0)), 6);
});

test("a device goes by its own table and TLB; atomics on system memory need the right", () => {
  const call = new TestCaller();
  const fault = word("fault");
  const folio = faultIn(call, buf(0));
  assert.equal(call.run("device_load", mirror0, buf(0)), fault);
  call.run("map", mirror0, buf(0), call.run("pte_get", app, buf(0)));
  assert.equal(call.run("device_store", mirror0, buf(0), 3), 0);
  assert.equal(call.run("device_atomic", mirror0, buf(0), word("add"), 1), fault);
  call.run("map", mirror0, buf(0), folio, NONE, TRUE);
  assert.equal(call.run("device_atomic", mirror0, buf(0), word("add"), 1), 3);
  assert.equal(observePage(call.machine, "mirror", "atomic", 0, buf(0), 0), TRUE);
  assert.equal(call.run("unmap", mirror0, buf(0), buf(8)), 1);
  assert.equal(call.run("device_load", mirror0, buf(0)), 4, "cached");
  call.run("flush_tlb", mirror0, buf(0), buf(8));
  assert.equal(call.run("device_load", mirror0, buf(0)), fault);

  const own = call.run("device_page_alloc", gpu0);
  call.run("clear_page", own);
  call.run("map", mirror0, buf(1), own, TRUE);
  assert.equal(call.run("device_atomic", mirror0, buf(1), word("add"), 1), 0, "own memory: writing is enough");
  assert.equal(call.run("device_load", mirror1, buf(1)), fault, "the other device has a table of its own");
});

test("copying moves all words, and clears what the target had", () => {
  const call = new TestCaller();
  const [a, b] = [call.run("page_alloc"), call.run("page_alloc")];
  for (const [folio, words] of [
    [a, { 0: 1, 8: 2, 4088: 3 }],
    [b, { 16: 9, 2048: 9 }],
  ] as const) {
    call.run("clear_page", folio);
    for (const [offset, value] of Object.entries(words)) call.run("word_set", folio, Number(offset), value);
  }
  assert.equal(call.machine.content.difference(payloadOf(a), payloadOf(b)), 0);
  call.run("copy_page", b, a);
  assert.deepEqual(
    [0, 8, 16, 2048, 4088].map((offset) => call.run("word_get", b, offset)),
    [1, 2, 0, 0, 3],
  );
  assert.equal(call.machine.content.difference(payloadOf(a), payloadOf(b)), -1);
  assert.equal(call.events.at(-1), "copy N0 N0 cpu 1");
});

test("locks: readers share, writers do not, and names say whose they are", () => {
  const call = new TestCaller();
  const { locks } = call.machine;
  const mmap = makeLock(LockClass.mmap, 0);
  assert.equal(locks.tryLock(call, mmap, true), true);
  call.thread = 2;
  assert.equal(locks.tryLock(call, mmap, false), false);
  assert.equal(locks.tryLock(call, mmap, true), true);
  assert.deepEqual(locks.owners(mmap), [1, 2]);
  assert.equal(locks.unlock(call, mmap), true);
  assert.equal(locks.unlock(call, mmap), false, "released once");
  call.thread = 1;
  assert.deepEqual(locks.heldByThread(1), [{ lock: mmap, read: true }]);
  assert.equal(locks.unlock(call, mmap), true);
  assert.equal(locks.isHeld(mmap), false);
  assert.equal(locks.holdsAny(1), false);
  const mutex = locks.declared(0, 2, "sleep", "gpu0", "mutex");
  const names = [mmap, folioLock(0x12), mutex, call.run("ptl", app, buf(0))].map((lock) => locks.name(lock));
  assert.deepEqual(names, ["mmap_lock of app", "folio 0x12", "gpu0.mutex", "ptl of app 0x7f0000000000"]);
});

test("injected faults wait, apply to their device, and are used up", () => {
  const { injection } = new TestCaller().machine;
  injection.add("device_alloc", 1, "fail", 2, 1);
  assert.equal(injection.consult("device_alloc", 0), undefined, "another device");
  assert.equal(injection.consult("device_alloc", 1), undefined, "the first passes");
  for (let i = 0; i < 2; i++) {
    const fault = injection.consult("device_alloc", 1);
    assert.equal(fault?.mode, "fail");
    injection.use(fault.row);
  }
  assert.equal(injection.consult("device_alloc", 1), undefined);
});

test("what a file system keeps with a page holds a reference, once", () => {
  const call = new TestCaller();
  const { folios, threads } = call.machine;
  const folio = faultIn(call, buf(0));
  call.run("folio_attach_private", folio);
  assert.equal(field(call, folio, Tag.folio, "private"), TRUE);
  assert.equal(folios.refcount.get(0, payloadOf(folio)), 2);
  assert.equal(threads.refs.get(1), 0);
  assert.throws(() => call.run("folio_attach_private", folio), /has data already/);
  call.run("folio_detach_private", folio);
  assert.equal(threads.refs.get(1), 1);
  assert.throws(() => call.run("folio_detach_private", folio), /has no data/);
});
