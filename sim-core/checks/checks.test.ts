import assert from "node:assert/strict";
import { test } from "node:test";
import { folioLock, LockClass, makeLock, ptlOf } from "../machine/locks.ts";
import { app, BASE, buf, child, gpu0, gpu1, mirror0, mirror1, TestCaller } from "../machine/test-machine.ts";
import { NO_ENTRY } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { FALSE, NONE, payloadOf, TRUE } from "../store/value.ts";
import type { BaseWord } from "../store/words.ts";
import { word } from "../store/words.ts";
import { Checks } from "./checks.ts";

/** A machine whose every step is checked. */
class Bench extends TestCaller {
  // Nobody is charged for the pages that tests map by hand.
  readonly checks = new Checks(this.machine, { "rss-equals-entries": false });
  readonly mutex = this.machine.locks.declared(0, 0, "sleep", "gpu0", "mutex");

  /** Does `action` as one step; returns what is broken after it, as "id: message". */
  step(action: () => unknown): string[] {
    this.machine.store.mark();
    this.checks.begin(this.thread);
    action();
    return this.checks.afterStep().map((v) => `${v.id}: ${v.message}`);
  }
  /** Does each action as a step of its own and expects nothing to be broken. */
  fine(...actions: (() => unknown)[]): void {
    for (const action of actions) assert.deepEqual(this.step(action), []);
  }
  /** Expects the step to break just this invariant. */
  breaks(id: string, message: RegExp, action: () => unknown): void {
    const found = this.step(action);
    assert.equal(found.length, 1, `one thing is broken: ${found.join("; ")}`);
    assert.ok(found[0]?.startsWith(`${id}: `), found[0]);
    assert.match(found[0] ?? "", message);
  }

  entry(kind: BaseWord, folio: Value, writable = FALSE): Value {
    return this.run("entry", word(kind), folio, writable, writable);
  }
  set(addr: number, kind: BaseWord, folio: Value, writable = FALSE): Value {
    return this.run("pte_set", app, addr, this.entry(kind, folio, writable));
  }
  lock(lock: Value, read = false): void {
    assert.ok(this.machine.locks.tryLock(this, lock, read));
  }
  unlock(lock: Value): void {
    assert.ok(this.machine.locks.unlock(this, lock));
  }
  ptl(addr = BASE): Value {
    return this.run("ptl", app, addr);
  }
  /** Maps a new writable page, as a fault does. */
  fault(addr: number, value = 0): Value {
    let folio: Value = NONE;
    this.fine(
      () => {
        folio = this.run("page_alloc");
      },
      () => this.run("clear_page", folio),
      () => this.run("word_set", folio, 0, value),
      () => this.lock(this.ptl(addr)),
      () => this.run("rmap_add", folio, app, addr),
      () => this.run("lru_add", folio),
      () => this.set(addr, "present", folio, TRUE),
      () => this.unlock(this.ptl(addr)),
    );
    return folio;
  }
  /** Locks a page and puts a migration entry in its place. */
  collect(addr: number, folio: Value): void {
    this.fine(
      () => this.lock(this.ptl(addr)),
      () => this.run("folio_trylock", folio),
      () => this.run("rmap_try_share", folio, app, addr),
      () => this.run("folio_mark_dirty", folio),
      () => this.set(addr, "migration", folio, TRUE),
      () => this.run("rmap_remove", folio, app, addr),
      () => this.run("tlb_flush", app, addr, addr + 4096),
      () => this.unlock(this.ptl(addr)),
    );
  }
  /** Puts an entry to `folio` where a migration entry was. */
  restore(addr: number, kind: BaseWord, folio: Value): void {
    this.fine(
      () => this.run("folio_get", folio),
      () => this.lock(this.ptl(addr)),
      () => this.run("rmap_add", folio, app, addr, TRUE),
      () => this.set(addr, kind, folio, TRUE),
      () => this.unlock(this.ptl(addr)),
    );
  }
  /** Samples the notifier and maps the page on gpu0, as a driver should. */
  mapOnGpu(addr: number, what: Value): void {
    const notifier = this.machine.devices.notifierOf(0);
    const sub = notifier === NONE ? this.run("notifier_insert", mirror0, 0, 2 ** 47) : notifier;
    this.machine.devices.setNotifier(0, sub);
    this.fine(
      () => this.run("seq_sample", sub),
      () => this.lock(this.mutex),
      () => this.run("map", mirror0, addr, what),
      () => this.unlock(this.mutex),
    );
  }
}

test("refcount-equals-holders: an entry without a reference, a double put, a leak", () => {
  const b = new Bench();
  const folio = b.fault(buf(0));
  const [first] = b.step(() => {
    b.run("rmap_add", folio, app, buf(1));
    b.set(buf(1), "present", folio);
  });
  assert.match(first ?? "", /folio 0x1 has a refcount of 1.*2 by CPU entries, -1 by running code/);
  const c = new Bench();
  const page = c.fault(buf(0));
  assert.match(c.step(() => c.run("folio_put_testzero", page))[0] ?? "", /^refcount-equals-holders: .*did not hold/);

  const d = new Bench();
  d.fine(() => d.run("page_alloc"));
  d.breaks("refcount-equals-holders", /t0 ended and still holds 1 reference \(of folio 0x1\)/, () => {
    d.checks.statementEnded(1);
  });

  const e = new Bench();
  const waiting = e.fault(buf(0));
  e.fine(
    () => e.run("folio_get", waiting),
    () => e.run("lru_batch_add", waiting),
  );
  assert.match(
    e.step(() => e.run("folio_put_testzero", waiting))[0] ?? "",
    /1 by CPU entries, -1 .*, 1 by an LRU-add batch;/,
  );
});

test("mapcount-equals-entries: entries and count may differ under the page-table lock, and not after it", () => {
  const b = new Bench();
  const folio = b.fault(buf(0));
  b.fine(
    () => b.lock(b.ptl()),
    () => b.run("rmap_remove", folio, app, buf(0)),
  );
  b.breaks("mapcount-equals-entries", /folio 0x1 has a mapcount of 0, and 1 entry maps it/, () => b.unlock(b.ptl()));
  const c = new Bench();
  const page = c.fault(buf(0));
  c.breaks("mapcount-equals-entries", /mapcount of 2/, () => c.run("rmap_add", page, app, buf(0)));
});

test("no-free-mapped: freed while an entry names it, or while locked", () => {
  const b = new Bench();
  const folio = b.fault(buf(0));
  b.fine(() => b.run("folio_trylock", folio));
  const found = b.step(() => {
    b.machine.folios.refcount.set(0, payloadOf(folio), 0);
  });
  assert.ok(found.some((m) => /^no-free-mapped: folio 0x1 has no references left, and a CPU entry maps it/.test(m)));
  const c = new Bench();
  let page: Value = NONE;
  c.fine(() => {
    page = c.run("device_page_alloc", gpu0);
  });
  c.breaks("no-free-mapped", /t0 has it locked/, () => c.run("folio_put_testzero", page));
});

test("writable-implies-exclusive: a fork that leaves the parent's entry writable", () => {
  const b = new Bench();
  const folio = b.fault(buf(0));
  b.fine(() => {
    b.run("process_create", child);
    b.run("vma_dup", b.run("find_vma", app, buf(0)), child);
  });
  const dup = (protect: boolean): (() => unknown)[] => [
    () => b.lock(b.ptl()),
    () => b.lock(ptlOf(1, Math.floor(buf(0) / 4096 / 512))),
    () => b.run("folio_get", folio),
    () => b.run("rmap_try_dup", folio, child, buf(0)),
    () => protect && b.set(buf(0), "present", folio),
    () => b.run("pte_set", child, buf(0), b.entry("present", folio)),
    () => b.unlock(ptlOf(1, Math.floor(buf(0) / 4096 / 512))),
  ];
  const start = b.machine.store.step;
  b.fine(...dup(false));
  b.breaks(
    "writable-implies-exclusive",
    /app\.buf\[0\] of app maps folio 0x1 writable, and the folio is not exclusive/,
    () => b.unlock(b.ptl()),
  );
  b.machine.store.goTo(start);
  b.fine(...dup(true), () => b.unlock(b.ptl()));
});

test("migration-entry-locked: unlocked, or let go, before the entry is replaced", () => {
  const b = new Bench();
  const folio = b.fault(buf(0));
  b.collect(buf(0), folio);
  const start = b.machine.store.step;
  b.breaks(
    "migration-entry-locked",
    /migration entry of app\.buf\[0\] names folio 0x1, and the folio is not locked/,
    () => b.run("folio_unlock", folio),
  );
  b.machine.store.goTo(start);
  b.restore(buf(0), "present", folio);
  b.fine(
    () => b.run("folio_unlock", folio),
    () => b.run("folio_put_testzero", folio),
    () => b.checks.statementEnded(1),
  );
});

test("no-migration-survives-finalize: only what somebody else is moving may be left", () => {
  const b = new Bench();
  const folio = b.fault(buf(3));
  b.collect(buf(3), folio);
  b.fine(() => b.checks.finalized(2, 0, buf(0), buf(8)));
  b.fine(() => b.checks.finalized(1, 0, buf(0), buf(3)));
  b.breaks("no-migration-survives-finalize", /app\.buf\[3\] still has a migration entry, to folio 0x1/, () =>
    b.checks.finalized(1, 0, buf(0), buf(8)),
  );
});

test("mirror-subset: the CPU's entry goes and the device's stays", () => {
  const b = new Bench();
  const folio = b.fault(buf(0));
  b.mapOnGpu(buf(0), b.run("pte_get", app, buf(0)));
  const start = b.machine.store.step;
  b.breaks(
    "mirror-subset",
    /gpu0 maps folio 0x1 writable for app\.buf\[0\], and the CPU's entry is present\(0x1\)/,
    () => b.set(buf(0), "present", folio),
  );
  b.machine.store.goTo(start);
  // While the driver holds its lock it is about to put that right, or it has not.
  b.fine(
    () => b.lock(b.mutex),
    () => b.set(buf(0), "present", folio),
  );
  const locked = b.machine.store.step;
  b.breaks("mirror-subset", /gpu0 maps folio 0x1 writable/, () => b.unlock(b.mutex));
  b.machine.store.goTo(locked);
  b.fine(
    () => b.run("unmap", mirror0, buf(0), buf(1)),
    () => b.run("flush_tlb", mirror0, buf(0), buf(1)),
    () => b.unlock(b.mutex),
  );
});

test("mirror-subset: a page on its way to the device may be mapped there before the CPU's entry says so", () => {
  const b = new Bench();
  const folio = b.fault(buf(0), 5);
  b.mapOnGpu(buf(0), b.run("pte_get", app, buf(0)));
  b.collect(buf(0), folio);
  let page: Value = NONE;
  b.fine(
    () => {
      page = b.run("device_page_alloc", gpu0);
    },
    () => b.run("copy_page", page, folio),
    () => b.run("folio_copy_mapping", page, folio),
    () => b.lock(b.mutex),
    () => b.run("map", mirror0, buf(0), page, TRUE),
    () => b.run("flush_tlb", mirror0, buf(0), buf(1)),
    () => b.unlock(b.mutex),
    () => b.run("device_store", mirror0, buf(0), 6),
  );
  b.restore(buf(0), "device_private", page);
  b.fine(
    () => b.run("folio_unlock", page),
    () => b.run("folio_put_testzero", page),
    () => b.run("folio_unlock", folio),
    () => b.run("folio_put_testzero", folio),
    () => b.run("page_release", folio),
    () => b.checks.finalized(1, 0, buf(0), buf(8)),
    () => b.checks.statementEnded(1),
  );
});

test("no-stale-after-invalidate: an entry or a TLB left behind, unless the driver may ignore the call", () => {
  const b = new Bench();
  b.fault(buf(0));
  b.mapOnGpu(buf(0), b.run("pte_get", app, buf(0)));
  b.fine(() => b.run("device_load", mirror0, buf(0)));
  const sub = payloadOf(b.machine.devices.notifierOf(0));
  const returned =
    (reason: BaseWord, owner: Value, result: Value = TRUE) =>
    () =>
      b.checks.invalidated(sub, buf(0), buf(8), word(reason), owner, result);
  assert.equal(b.step(returned("CLEAR", NONE)).length, 1, "nobody's own doing");
  assert.equal(b.step(returned("MIGRATE", gpu1)).length, 1, "another device's migration");
  b.fine(returned("MIGRATE", gpu0), returned("EXCLUSIVE", gpu0), returned("CLEAR", NONE, FALSE));
  b.fine(() => b.run("unmap", mirror0, buf(0), buf(8)));
  b.breaks(
    "no-stale-after-invalidate",
    /gpu0's TLB still has a translation to folio 0x1.*not flushed/,
    returned("CLEAR", NONE),
  );
  b.fine(() => b.run("flush_tlb", mirror0, buf(0), buf(8)), returned("CLEAR", NONE));
});

test("no-stale-after-invalidate: with an mm-wide notifier it is that one's callback that counts", () => {
  const b = new Bench();
  b.fault(buf(0));
  b.mapOnGpu(buf(0), b.run("pte_get", app, buf(0)));
  b.fine(() => b.run("notifier_register", mirror0));
  const sub = payloadOf(b.machine.devices.notifierOf(0));
  b.fine(() => b.checks.invalidated(sub, buf(0), buf(8), word("CLEAR"), NONE, TRUE));
  b.breaks("no-stale-after-invalidate", /gpu0 still has an entry/, () =>
    b.checks.invalidatedWide(0, buf(0), buf(8), word("CLEAR"), NONE, NONE),
  );
});

test("seq-checked-insert: no lock, no sample, a sample that is too old", () => {
  const b = new Bench();
  b.fault(buf(0));
  const entry = b.run("pte_get", app, buf(0));
  const map = () => b.run("map", mirror0, buf(0), entry);
  b.breaks("seq-checked-insert", /gpu0 mapped app\.buf\[0\] without holding a lock of its driver/, map);
  b.fine(
    () => b.run("unmap", mirror0, buf(0), buf(1)),
    () => b.lock(b.mutex),
  );
  b.breaks("seq-checked-insert", /t0 had sampled no sequence number/, map);
  b.fine(() => b.run("unmap", mirror0, buf(0), buf(1)));
  const sub = b.run("notifier_insert", mirror0, 0, 2 ** 47);
  b.fine(
    () => b.run("seq_sample", sub),
    map,
    () => b.run("set_seq", sub, 3),
  );
  b.breaks("seq-checked-insert", /sequence 1, and an invalidation has made it 3/, () =>
    b.run("map", mirror0, buf(0), entry, FALSE),
  );
});

test("exclusive-no-cpu-map: a CPU entry or another device beside an atomic one", () => {
  const b = new Bench();
  const folio = b.fault(buf(0));
  b.fine(
    () => b.lock(b.ptl()),
    () => b.run("folio_mark_dirty", folio),
    () => b.set(buf(0), "device_exclusive", folio, TRUE),
    () => b.run("rmap_remove", folio, app, buf(0)),
    () => b.unlock(b.ptl()),
    () => b.run("folio_trylock", folio),
    () => b.lock(b.mutex),
    () => b.run("map", mirror0, buf(0), folio, TRUE, TRUE),
    () => b.unlock(b.mutex),
  );
  const start = b.machine.store.step;
  b.breaks(
    "exclusive-no-cpu-map",
    /gpu0 may do atomics on folio 0x1 for app\.buf\[0\], and a CPU entry of app maps it/,
    () => {
      b.run("rmap_add", folio, app, buf(0));
      b.set(buf(0), "present", folio, TRUE);
    },
  );
  b.machine.store.goTo(start);
  const other = b.machine.locks.declared(2, 0, "sleep", "gpu1", "mutex");
  b.fine(() => b.lock(other));
  b.breaks("exclusive-no-cpu-map", /and gpu1 maps it too/, () => b.run("map", mirror1, buf(0), folio));
});

test("exclusive-no-cpu-map: a CPU's TLB that was not flushed", () => {
  const b = new Bench();
  const folio = b.fault(buf(0));
  b.fine(
    () => b.run("cpu_store", buf(0), 2),
    () => b.lock(b.ptl()),
    () => b.run("folio_mark_dirty", folio),
    () => b.set(buf(0), "device_exclusive", folio, TRUE),
    () => b.run("rmap_remove", folio, app, buf(0)),
    () => b.unlock(b.ptl()),
    () => b.run("folio_trylock", folio),
    () => b.lock(b.mutex),
  );
  b.breaks("exclusive-no-cpu-map", /and the TLB of cpu0 still has app\.buf\[0\]: it was not flushed/, () =>
    b.run("map", mirror0, buf(0), folio, TRUE, TRUE),
  );
});

test("writable-implies-exclusive: a store through a translation that is writable still, after the page was shared", () => {
  const b = new Bench();
  const folio = b.fault(buf(0), 1);
  const mmap = makeLock(LockClass.mmap, 0);
  b.fine(
    () => b.run("cpu_store", buf(0), 2),
    () => b.lock(mmap),
    () => {
      // What fork does, without the child's part.
      b.run("rmap_try_share", folio, app, buf(0));
      b.set(buf(0), "present", folio);
    },
    () => b.run("cpu_store", buf(0), 3), // as if before fork
    () => b.unlock(mmap),
  );
  b.breaks("writable-implies-exclusive", /a CPU stores to app\.buf\[0\] through an old translation to folio 0x1/, () =>
    b.run("cpu_store", buf(0), 4),
  );
});

test("no-free-mapped: a page that is freed before the TLBs are flushed is still used", () => {
  const b = new Bench();
  const folio = b.fault(buf(0), 1);
  b.fine(
    () => b.run("cpu_load", buf(0)),
    () => {
      b.run("pte_clear", app, buf(0));
      b.run("rmap_remove", folio, app, buf(0));
    },
    () => b.run("cpu_load", buf(0)), // the page is still there: as if before
    () => b.run("folio_put_testzero", folio),
  );
  b.breaks("no-free-mapped", /a CPU reads app\.buf\[0\] through an old translation to folio 0x1, which was freed/, () =>
    b.run("cpu_load", buf(0)),
  );
  b.fine(() => b.run("tlb_flush", app, buf(0), buf(1)));
});

test("no-lost-write: a store through a translation that should have been flushed", () => {
  const b = new Bench();
  const old = b.fault(buf(0), 1);
  b.fine(() => b.run("cpu_store", buf(0), 2));
  let page: Value = NONE;
  b.fine(() => {
    // What a copy on write does, without the flush.
    page = b.run("page_alloc");
    b.run("copy_page", page, old);
    b.run("pte_clear", app, buf(0));
    b.run("rmap_add", page, app, buf(0));
    b.set(buf(0), "present", page, TRUE);
    b.run("rmap_remove", old, app, buf(0));
  });
  b.fine(
    () => b.run("cpu_load", buf(0)),
    // Its code still holds the old page: the flush may be about to come.
    () => b.run("cpu_store", buf(0), 4),
    () => b.run("folio_put_testzero", old),
  );
  b.breaks(
    "no-lost-write",
    /a CPU stores to app\.buf\[0\] through an old translation to folio 0x1, and the page is present\(0x2/,
    () => b.run("cpu_store", buf(0), 3),
  );
  b.breaks("no-lost-write", /a CPU reads app\.buf\[0\] through an old translation/, () => b.run("cpu_load", buf(0)));
  b.fine(
    () => b.run("tlb_flush", app, buf(0), buf(1)),
    () => b.run("cpu_store", buf(0), 3),
  );
});

test("no-lost-write: what is stored after the copy does not move, and a page that was not copied loses all", () => {
  for (const fault of ["none", "late store", "no copy"] as const) {
    const b = new Bench();
    const folio = b.fault(buf(0), 1);
    // The device keeps its translation: it has ignored the invalidation and will be told by nobody.
    b.mapOnGpu(buf(0), b.run("pte_get", app, buf(0)));
    b.fine(() => b.run("device_load", mirror0, buf(0)));
    b.collect(buf(0), folio);
    let page: Value = NONE;
    b.fine(
      () => {
        page = b.run("page_alloc");
      },
      () => b.run("folio_trylock", page),
      () => b.run("device_store", mirror0, buf(0), 2),
      () => fault !== "no copy" && b.run("copy_page", page, folio),
      () => fault === "late store" && b.run("device_store", mirror0, buf(0), 3),
      () => b.run("folio_copy_mapping", page, folio),
      () => b.lock(b.mutex),
      () => b.run("unmap", mirror0, buf(0), buf(1)),
      () => b.run("flush_tlb", mirror0, buf(0), buf(1)),
      () => b.unlock(b.mutex),
      () => b.run("folio_get", page),
      () => b.lock(b.ptl()),
      () => b.run("rmap_add", page, app, buf(0), TRUE),
    );
    const set = () => b.set(buf(0), "present", page, TRUE);
    if (fault === "none") b.fine(set);
    else b.breaks("no-lost-write", /app\.buf\[0\] moves from folio 0x1 to folio 0x2, which lacks/, set);
  }
});

test("locks-released and lock-order", () => {
  const b = new Bench();
  const mmap = makeLock(LockClass.mmap, 0);
  b.fine(
    () => b.lock(mmap, true),
    () => b.lock(folioLock(1)),
    () => b.lock(b.mutex),
    () => b.lock(b.ptl()),
    () => b.machine.locks.tryLock(b, folioLock(2), false, false),
  );
  b.breaks(
    "locks-released",
    /t0 ended and still holds mmap_lock of app, folio 0x1, folio 0x2, ptl of app 0x7f0000000000 and 1 more/,
    () => b.checks.threadEnded(1),
  );
  b.fine(() => b.unlock(mmap));
  b.breaks("lock-order", /t0 waited for mmap_lock of app while it held ptl of app 0x7f0000000000/, () => b.lock(mmap));
  b.fine(
    () => b.unlock(b.ptl()),
    () => b.unlock(b.mutex),
  );
  b.breaks("lock-order", /waited for folio 0x3 while it held folio 0x1/, () => b.lock(folioLock(3)));
});

test("an invariant that is off is not reported", () => {
  const b = new TestCaller();
  const checks = new Checks(b.machine, { "locks-released": false });
  b.machine.locks.tryLock(b, folioLock(1), false);
  checks.statementEnded(1);
  assert.deepEqual(checks.afterStep(), []);
});

test("a violation names the cells that hold the values, so that their last writers can be found", () => {
  const b = new Bench();
  const folio = b.fault(buf(0));
  b.mapOnGpu(buf(0), b.run("pte_get", app, buf(0)));
  b.machine.store.mark();
  b.run("pte_set", app, buf(0), NO_ENTRY);
  const violation = b.checks.afterStep().find((v) => v.id === "mirror-subset");
  assert.deepEqual(
    violation?.cells.map((c) => c.what),
    ["gpu0's entry of app.buf[0]", "the CPU's entry of app.buf[0]"],
  );
  const [mirror, entry] = violation?.cells ?? [];
  assert.ok(mirror !== undefined && entry !== undefined);
  const { store } = b.machine;
  assert.equal(store.lastWrite(entry.column, entry.cell), store.step);
  assert.ok((store.lastWrite(mirror.column, mirror.cell) ?? 0) < store.step);
  assert.ok(folio);
});
