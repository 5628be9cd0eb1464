/** Large folios and PMD-level entries, swap slots and files: what their primitives do to entries, references and counts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Checks } from "../checks/checks.ts";
import { kindOf, NO_ENTRY, pfnOf } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { box, FALSE, NONE, payloadOf, Tag, TRUE } from "../store/value.ts";
import { word } from "../store/words.ts";
import { describePage } from "./describe.ts";
import type { MachineDescription } from "./description.ts";
import { folioLock } from "./locks.ts";
import { observePage } from "./observe.ts";
import { app, BASE, TEST_MACHINE, TestCaller } from "./test-machine.ts";

const HUGE = 512;
const at = (page: number): number => BASE + page * 4096;

/** 1,024 pages of anonymous memory, a file of 8 pages, memory for several huge pages. */
const machine: MachineDescription = {
  ...TEST_MACHINE,
  nodes: [
    { name: "N0", pages: 3 * HUGE, movable: false },
    { name: "N1", pages: HUGE, movable: true },
  ],
  processes: [
    { name: "app", regions: [0, 1] },
    { name: "child", parent: 0, regions: [] },
  ],
  regions: [
    {
      name: "big",
      process: 0,
      start: BASE,
      pages: 2 * HUGE,
      kind: "anon",
      readable: true,
      writable: true,
      shared: false,
      initial: true,
    },
    {
      name: "text",
      process: 0,
      start: at(2 * HUGE),
      pages: 8,
      kind: "file",
      file: "a",
      readable: true,
      writable: true,
      shared: true,
      initial: true,
    },
  ],
};

/** Maps a huge page at the beginning of `big`, as a fault does. */
function hugePage(): { call: TestCaller; folio: Value } {
  const call = new TestCaller(machine);
  const folio = call.run("page_alloc", NONE, 9);
  call.run("clear_page", folio);
  call.run("rmap_add", folio, app, BASE, NONE, TRUE);
  call.run("pmd_set", app, BASE, leaf(call, "present", folio, TRUE));
  return { call, folio };
}
function leaf(call: TestCaller, kind: "present" | "migration" | "zero", folio: Value, writable: Value): Value {
  return call.run("entry", word(kind), folio, writable, writable, writable, FALSE, TRUE);
}
const counts = (call: TestCaller, page: Value): (number | undefined)[] => {
  const { folios } = call.machine;
  const head = folios.headOf(payloadOf(page));
  return [folios.refcount.get(0, head), folios.mapcount.get(0, head), folios.entireMapcount.get(0, head)];
};
test("a huge page: one reference, one mapping, and each page translated", () => {
  const { call, folio } = hugePage();
  const { machine: m } = call;
  assert.deepEqual(counts(call, folio), [1, 1, 1]);
  assert.equal(m.pageTables.get(0, m.vpn(at(7))), NO_ENTRY, "no page-table entry below a leaf");
  const page = m.pageTables.translation(0, m.vpn(at(7)));
  assert.equal(pfnOf(page), payloadOf(folio) + 7);
  assert.equal(call.run("cpu_store", at(7), 5), 0);
  assert.equal(call.run("cpu_load", at(7)), 5);
  assert.equal(observePage(m, "value", "", 0, at(7)), 5);
  assert.equal(observePage(m, "pmd", "huge", 0, at(300)), TRUE);
  assert.equal(describePage(m, 0, at(511)).folio?.order, 9);
  assert.equal(m.folios.headOf(payloadOf(folio) + 511), payloadOf(folio));
  assert.equal(m.pools.freeOf(m.pools.all[0] as (typeof m.pools.all)[number]), 2 * HUGE);
  assert.throws(
    () => call.run("pte_set", app, at(3), call.run("entry", word("zero"))),
    /a huge leaf maps app.big\[3\]; split it first/,
  );
  const last = call.run("folio_page", folio, HUGE - 1);
  assert.throws(
    () => call.run("pmd_set", app, BASE, leaf(call, "present", last, TRUE)),
    /there is no memory for all of a huge page from folio 0x[0-9a-f]+ on/,
  );
});

test("a page of a folio by its number; what holds nothing but zeros; the size of a huge page", () => {
  const { call, folio } = hugePage();
  const page = call.run("folio_page", folio, 7);
  assert.equal(payloadOf(page), payloadOf(folio) + 7);
  assert.throws(() => call.run("folio_page", folio, HUGE), /has 512 pages, none with number 512/);
  assert.equal(call.run("page_is_zero", page), TRUE);
  call.run("word_set", page, 8, 1);
  assert.equal(call.run("page_is_zero", page), FALSE);
  assert.equal(call.run("page_is_zero", folio), TRUE, "another page's words are no business of the first");
  assert.equal(call.run("pmd_size"), HUGE * 4096);
  assert.equal(call.run("pmd_order"), 9);
});

test("splitting the leaf gives each page an entry and the folio their references", () => {
  const { call, folio } = hugePage();
  call.run("pmd_split", app, at(3));
  assert.deepEqual(counts(call, folio), [HUGE, HUGE, 0]);
  const { pageTables, folios } = call.machine;
  assert.equal(pfnOf(pageTables.get(0, call.machine.vpn(at(511)))), payloadOf(folio) + 511);
  assert.ok(folios.has(payloadOf(folio) + 511, 8), "each page is exclusive as the whole was");
  assert.equal(folios.temps.get(0, payloadOf(folio)), 0, "the running code holds none of them");
});

test("a large folio that is unmapped and locked becomes small ones, with the migration entries they had", () => {
  const { call, folio } = hugePage();
  const { machine: m } = call;
  assert.throws(() => call.run("folio_split", folio), /does not hold the lock/);
  call.run("folio_trylock", folio);
  assert.throws(() => call.run("folio_split", folio), /must be unmapped, and held by this thread alone/);
  call.run("pmd_split", app, at(0), word("migration"));
  assert.deepEqual(counts(call, folio), [1, 0, 0]);
  assert.equal(m.folios.migrationEntries(payloadOf(folio)), HUGE);
  const pages = call.list(call.run("folio_split", folio));
  assert.equal(pages.length, HUGE);
  assert.deepEqual(counts(call, pages[9] as Value), [1, 0, 0]);
  assert.equal(m.folios.order(payloadOf(folio)), 0);
  assert.equal(m.folios.migrationEntries(payloadOf(pages[9] as Value)), 1);
  assert.equal(m.folios.index(payloadOf(pages[9] as Value)), m.folios.index(payloadOf(folio)) + 9);
  assert.ok(
    pages.every((page) => m.locks.isHeld(folioLock(payloadOf(page)))),
    "each is locked, as the whole was",
  );
});

test("large folios come from the top of a node's memory, small ones from the bottom, and both are found again", () => {
  const call = new TestCaller(machine);
  const huge = call.run("page_alloc", NONE, 9);
  const small = call.run("page_alloc");
  assert.equal(payloadOf(small), 1);
  assert.equal(payloadOf(huge), 1 + 2 * HUGE);
  const more = call.run("page_alloc", NONE, 9);
  assert.equal(payloadOf(more), 1 + HUGE);
  assert.equal(call.run("page_alloc", box(Tag.node, 0), 9), NONE, "a small page is in the way of the third");
  for (const page of [huge, more, small]) {
    call.run("folio_put_testzero", page);
    call.run("page_release", page);
  }
  assert.equal(payloadOf(call.run("page_alloc", box(Tag.node, 0), 9)), 1 + 2 * HUGE);
  assert.equal(call.run("page_alloc", box(Tag.node, 1), 0, FALSE), NONE, "only movable pages from ZONE_MOVABLE");
});

test("swap: a slot lives as long as an entry or the cache has it", () => {
  const call = new TestCaller(machine);
  const page = call.run("page_alloc");
  call.run("word_set", page, 0, 42);
  const slot = call.run("swap_alloc");
  call.run("folio_get", page);
  call.run("swap_cache_add", page, slot);
  assert.deepEqual(counts(call, page), [2, 0, 0]);
  assert.equal(call.machine.folios.temps.get(0, payloadOf(page)), 1, "the other is the cache's");
  call.run("swap_dup", slot);
  call.run("swap_write", page);
  assert.equal(call.run("swap_cache_get", slot), page);
  call.run("swap_cache_remove", page);
  assert.equal(call.run("swap_cache_get", slot), NONE);
  assert.equal(call.run("swap_alloc"), 1, "an entry still names slot 0");
  const again = call.run("page_alloc");
  call.run("swap_read", again, slot);
  assert.equal(call.run("word_get", again, 0), 42);
  call.run("swap_put", slot);
  assert.equal(call.run("swap_alloc"), 0);
  assert.throws(() => call.run("swap_put", slot), /no entry names swap slot 0/);
});

test("the page cache holds a reference for each page, and a hole of a file reads what the file holds", () => {
  const call = new TestCaller(machine);
  const { machine: m } = call;
  const file = 0;
  assert.equal(call.run("pagecache_get", file, 3), NONE);
  assert.equal(observePage(m, "value", "", 0, at(2 * HUGE + 3)), 0);
  const page = call.run("page_alloc");
  call.run("folio_get", page);
  call.run("pagecache_add", page, file, 3);
  call.run("file_read", page);
  assert.deepEqual(counts(call, page), [2, 0, 0]);
  call.run("word_set", page, 0, 7);
  assert.equal(observePage(m, "value", "", 0, at(2 * HUGE + 3)), 7, "what the page cache holds is what the file holds");
  assert.deepEqual(
    call.list(call.run("rmap", page)).map((map) => call.list(map)[2]),
    [at(2 * HUGE + 3)],
  );
  call.run("file_write", page);
  call.run("pagecache_remove", page);
  assert.equal(observePage(m, "value", "", 0, at(2 * HUGE + 3)), 7, "and it was written to the disk");
});

test("references are known after each step: the huge page's entries, the caches", () => {
  const call = new TestCaller(machine);
  const checks = new Checks(call.machine, { "rss-equals-entries": false });
  const { store } = call.machine;
  const steps: (() => unknown)[] = [];
  let page: Value = NONE;
  let folio: Value = NONE;
  steps.push(
    () => (page = call.run("page_alloc")),
    () => call.run("folio_get", page),
    () => call.run("swap_cache_add", page, call.run("swap_alloc")),
    () => (folio = call.run("page_alloc", NONE, 9)),
    () => {
      call.run("rmap_add", folio, app, BASE, NONE, TRUE);
      call.run("pmd_set", app, BASE, leaf(call, "present", folio, TRUE));
    },
    () => call.run("pmd_split", app, BASE),
  );
  for (const step of steps) {
    store.mark();
    step();
    assert.deepEqual(
      checks.afterStep().map((v) => v.message),
      [],
    );
  }
  store.mark();
  call.run("folio_put_testzero", page);
  call.run("folio_put_testzero", page);
  assert.match(checks.afterStep()[0]?.message ?? "", /1 by the swap cache/);
  assert.equal(kindOf(call.machine.pageTables.getPmd(0, call.machine.vpn(BASE))), 10);
});
