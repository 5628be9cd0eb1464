import assert from "node:assert/strict";
import { test } from "node:test";
import { bool, box, NONE, Tag, TRUE } from "../store/value.ts";
import { BASE_WORDS, error, word } from "../store/words.ts";
import {
  describeFolioInDetail,
  describeLocks,
  describeMemory,
  describeNotifiers,
  describePage,
  describeProcess,
  describeTlbs,
  touchedPages,
} from "./describe.ts";
import { folioLock, LockClass, makeLock } from "./locks.ts";
import { describeValue, placeName } from "./names.ts";
import { freePages, observePage } from "./observe.ts";
import { app, BASE, buf, gpu0, mirror0, TestCaller } from "./test-machine.ts";

function touched(): TestCaller {
  const call = new TestCaller();
  const folio = call.run("page_alloc");
  call.run("clear_page", folio);
  call.run("rmap_add", folio, app, buf(1));
  call.run("pte_set", app, buf(1), call.run("entry", word("present"), folio, TRUE));
  call.run("lru_add", folio);
  call.run("cpu_store", buf(1, 16), 7);
  call.run("pte_set", app, buf(2), call.run("entry", word("zero")));
  call.run("map", mirror0, buf(1), call.run("pte_get", app, buf(1)));
  return call;
}

test("a page as the state table shows it", () => {
  const { machine } = touched();
  const noMirror = { valid: false, writable: false, atomic: false, huge: false, pfn: null };
  assert.deepEqual(describePage(machine, 0, buf(0)), {
    pte: { kind: "none", writable: false, dirty: false, young: false, exclusive: false, huge: false, pfn: null },
    folio: null,
    mirrors: { gpu0: noMirror, gpu1: noMirror },
  });
  assert.deepEqual(describePage(machine, 0, buf(1)), {
    pte: { kind: "present", writable: true, dirty: true, young: true, exclusive: true, huge: false, pfn: 1 },
    folio: {
      where: "N0",
      kind: "anon",
      order: 0,
      refcount: 1,
      mapcount: 1,
      pincount: 0,
      locked: false,
      lru: true,
      dirty: false,
      pfn: 1,
    },
    mirrors: { gpu0: { valid: true, writable: true, atomic: false, huge: false, pfn: 1 }, gpu1: noMirror },
  });
  assert.equal(describePage(machine, 0, buf(2)).pte.kind, "zero");
  assert.equal(describePage(machine, 0, buf(2)).folio?.kind, "zero");
});

test("observations agree with the state table", () => {
  const { machine } = touched();
  const see = (fact: "value" | "pte" | "pmd" | "folio" | "mirror" | "vma", field: string, at: number, device = -1) =>
    observePage(machine, fact, field, 0, at, device);
  assert.equal(see("value", "", buf(1, 16)), 7);
  assert.equal(see("value", "", buf(0)), 0, "a hole of anonymous memory reads 0");
  assert.equal(see("value", "", 4096), NONE);
  assert.equal(see("pte", "kind", buf(1)), word("present"));
  assert.equal(see("pte", "kind", buf(0)), word("none"));
  assert.equal(see("pte", "exclusive", buf(1)), TRUE);
  assert.equal(see("pte", "pfn", buf(0)), NONE);
  assert.equal(see("pmd", "kind", buf(0)), word("table"), "page 1 has an entry in it");
  assert.equal(see("folio", "", buf(0)), NONE);
  assert.equal(see("folio", "mapcount", buf(0)), NONE);
  assert.equal(see("folio", "where", buf(1)), box(Tag.node, 0));
  assert.equal(see("mirror", "valid", buf(1), 0), TRUE);
  assert.equal(see("mirror", "valid", buf(1), 1), bool(false));
  assert.equal(see("vma", "start", buf(5)), BASE);
  assert.equal(see("vma", "kind", 4096), NONE);
  assert.equal(freePages(machine, box(Tag.node, 0)), 63);
  assert.equal(freePages(machine, gpu0), 8);
  assert.equal(freePages(machine, word("any")), NONE);
});

test("details: who holds what, who has cached what", () => {
  const call = touched();
  call.machine.locks.tryLock(call, folioLock(1), false);
  call.machine.locks.tryLock(call, makeLock(LockClass.mmap, 0), true);
  call.run("device_load", mirror0, buf(1));
  const details = describeFolioInDetail(call.machine, 1);
  assert.equal(details.lockedBy, "t0");
  assert.deepEqual(details.holders, { entries: 1, running: 0, gup: 0, cache: 0, private: 0, batch: 0 });
  assert.deepEqual(describeTlbs(call.machine, 0, buf(1)), {
    cpu0: { pfn: 1, writable: true },
    gpu0: { pfn: 1, writable: true },
  });
  assert.deepEqual(describeLocks(call.machine), [
    { name: "mmap_lock of app", lock: makeLock(LockClass.mmap, 0), read: true, threads: ["t0"] },
    { name: "folio 0x1", lock: folioLock(1), read: false, threads: ["t0"] },
  ]);
  assert.deepEqual(describeMemory(call.machine)[0], { name: "N0", device: null, pages: 64, free: 63 });
  assert.deepEqual(describeMemory(call.machine)[3], { name: "N2", device: "gpu1", pages: 4, free: 4 });
});

test("a process with its vmas; notifiers; what is touched", () => {
  const call = touched();
  call.run("notifier_insert", mirror0, 0, BASE);
  const process = describeProcess(call.machine, 0);
  assert.deepEqual(
    process.vmas.map((v) => [v.region, v.kind, v.flags.join(" ")]),
    [
      ["buf", "anon", "rd wr"],
      ["other", "anon", "rd wr"],
    ],
  );
  const [notifier] = describeNotifiers(call.machine);
  assert.equal(notifier?.name, "gpu0's notifier of app 0x0-0x7f0000000000");
  assert.deepEqual(touchedPages(call.machine, 0, 0, 2 ** 36, 10), [buf(1) / 4096, buf(2) / 4096]);
  assert.deepEqual(touchedPages(call.machine, 0, 0, 2 ** 36, 1), [buf(1) / 4096]);
});

test("values by name", () => {
  const call = touched();
  const name = (value: number): string => describeValue(call.machine, BASE_WORDS, value);
  const shown = [
    3,
    NONE,
    error("EBUSY"),
    box(Tag.folio, 0x12),
    box(Tag.folio, 0),
    app,
    mirror0,
    call.run("pte_get", app, buf(1)),
    call.run("pte_get", app, buf(0)),
    call.run("find_vma", app, buf(1)),
    box(Tag.node, 2),
    box(Tag.thread, 3),
    box(Tag.region, 0),
  ].map(name);
  assert.deepEqual(shown, [
    "3",
    "none",
    "EBUSY",
    "folio 0x12",
    "the zero page",
    "app",
    "gpu0 for app",
    "present(0x1, writable, dirty, young)",
    "none",
    "vma 0x7f0000000000-0x7f0000008000 of app",
    "N2",
    "g0",
    "region buf",
  ]);
  assert.equal(placeName(call.machine, 0, buf(3, 8)), "app.buf[3] + 8");
  assert.equal(placeName(call.machine, 0, 0x1000), "0x1000 of app");
});
