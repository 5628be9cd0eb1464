/** Properties of any sequence of primitives, right or wrong ones: nothing is lost by undoing, and what is counted is there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Checks } from "../checks/checks.ts";
import { EntryKind, kindOf, pfnOf, targetsFolio } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { box, FALSE, NONE, Tag, TRUE } from "../store/value.ts";
import { word } from "../store/words.ts";
import { FolioFlag } from "./folios.ts";
import type { Machine } from "./machine.ts";
import { primitives } from "./primitives.ts";
import { app, BASE, buf, child, gpu0, gpu1, mirror0, mirror1, PrimitiveFailure, TestCaller } from "./test-machine.ts";

const folio = fc.oneof(fc.constantFrom(0, 1, 2, 3, 65, 69, 70, 77), fc.nat(90)).map((pfn) => box(Tag.folio, pfn));
const process = fc.constantFrom(app, app, app, child);
const address = fc.oneof(
  fc.nat(7).map((i) => buf(i)),
  fc.nat(1).map((i) => BASE + 0x100000 + i * 4096),
  fc.nat(63).map((i) => buf(i % 8, i * 8)),
);
const flag = fc.constantFrom(TRUE, FALSE, NONE);
const context = fc.constantFrom(mirror0, mirror1);
const number = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer());

/** A value for a parameter of this name; sometimes one that it must not have. */
function valueFor(name: string, entry: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  const right: fc.Arbitrary<Value> = (() => {
    switch (name.replace("?", "")) {
      case "folio":
      case "new":
      case "old":
      case "dst":
      case "src":
        return folio;
      case "process":
        return process;
      case "child":
        return fc.constant(child);
      case "addr":
      case "start":
      case "end":
        return address;
      case "entry":
        return entry;
      case "what":
        return fc.oneof(folio, entry);
      case "self":
      case "context":
        return context;
      case "device":
        return fc.constantFrom(gpu0, gpu1);
      case "node":
        return fc.nat(2).map((n) => box(Tag.node, n));
      case "vma":
      case "like":
        return fc.nat(4).map((v) => box(Tag.vma, v));
      case "sub":
        return fc.nat(2).map((s) => box(Tag.subscription, s));
      case "region":
        return fc.nat(2).map((r) => box(Tag.region, r));
      case "op":
        return fc.constantFrom(word("add"), word("xchg"), word("cas"));
      case "kind":
        return fc.constantFrom(word("present"), word("zero"), word("migration"), word("device_exclusive"));
      case "reason":
        return fc.constantFrom(word("CLEAR"), word("MIGRATE"));
      case "offset":
        return fc.nat(511).map((w) => w * 8);
      case "writable":
      case "dirty":
      case "young":
      case "exclusive":
      case "atomic":
      case "pin":
      case "blockable":
        return flag;
      default:
        return number;
    }
  })();
  return fc.oneof({ weight: 20, arbitrary: right }, { weight: 1, arbitrary: fc.constantFrom<Value>(NONE, 3, app) });
}

const entry: fc.Arbitrary<Value> = fc
  .tuple(fc.constantFrom<EntryKind>(0, 1, 1, 2, 4, 5, 6), fc.constantFrom(1, 2, 3, 69), fc.nat(15))
  .map(([kind, pfn, flags]) => box(Tag.entry, kind === 0 ? 0 : (flags * 16 + kind) * 2 ** 30 + (kind === 2 ? 0 : pfn)));

type Call = { readonly name: string; readonly args: readonly Value[]; readonly thread: number };
const call: fc.Arbitrary<Call> = fc.constantFrom(...primitives).chain((p) =>
  fc.record({
    name: fc.constant(p.name),
    args: fc.tuple(...p.params.map((param) => valueFor(param, entry))),
    thread: fc.constantFrom(1, 2, 3),
  }),
);
const calls = fc.array(call, { minLength: 1, maxLength: 60 });

/** Runs each call as a step; what fails is a step that did less. */
function perform(caller: TestCaller, list: readonly Call[], after: () => void): void {
  for (const { name, args, thread } of list) {
    caller.thread = thread;
    caller.machine.store.mark();
    try {
      caller.run(name, ...args);
    } catch (error) {
      if (!(error instanceof PrimitiveFailure)) throw error;
    }
    after();
  }
}

/** All cells that are not 0. */
function contents(machine: Machine): string {
  const lines: string[] = [];
  for (const column of machine.store.columns) {
    for (let cell = 0; cell < column.used; cell++) {
      const value = column.at(cell);
      if (value !== 0 && value !== undefined) lines.push(`${column.name} ${cell} ${value}`);
    }
  }
  return lines.sort().join("\n");
}

test("undo brings back every earlier state and its hash, and redo every later one", () => {
  fc.assert(
    fc.property(calls, (list) => {
      const caller = new TestCaller();
      const { store } = caller.machine;
      const states = [contents(caller.machine)];
      const hashes = [[store.hashLow, store.hashHigh]];
      perform(caller, list, () => {
        states.push(contents(caller.machine));
        hashes.push([store.hashLow, store.hashHigh]);
      });
      for (let step = list.length - 1; step >= 0; step--) {
        assert.ok(store.undo());
        assert.equal(contents(caller.machine), states[step]);
        assert.deepEqual([store.hashLow, store.hashHigh], hashes[step]);
      }
      store.goTo(list.length);
      assert.equal(contents(caller.machine), states.at(-1));
    }),
    { numRuns: 60 },
  );
});

test("the maintained hash is the computed one, with the checks running", () => {
  fc.assert(
    fc.property(calls, (list) => {
      const caller = new TestCaller();
      const checks = new Checks(caller.machine);
      const { store } = caller.machine;
      perform(caller, list, () => {
        checks.afterStep();
        assert.deepEqual([...store.computeHash()], [store.hashLow, store.hashHigh]);
      });
    }),
    { numRuns: 60 },
  );
});

test("free and allocated frames add up to each pool, and counted entries are those in the tables", () => {
  fc.assert(
    fc.property(calls, (list) => {
      const caller = new TestCaller();
      const { machine } = caller;
      perform(caller, list, () => {});
      const { folios, pools, pageTables } = machine;
      for (const pool of pools.all) {
        let allocated = 0;
        for (let pfn = pool.base; pfn < pool.base + pool.pages; pfn++) {
          if (folios.has(pfn, FolioFlag.allocated)) allocated++;
        }
        assert.equal(allocated + pools.freeOf(pool), pool.pages, pool.name);
      }
      const counted = new Map<string, number>();
      for (let p = 0; p < 2; p++) {
        pageTables.pte.forEach(p, 0, 2 ** 36, (_vpn, value) => {
          const kind = kindOf(value);
          const sort =
            kind === EntryKind.migration ? "migration" : kind === EntryKind.device_exclusive ? "exclusive" : "mapped";
          if (!targetsFolio(value)) return;
          const key = `${pfnOf(value)} ${sort}`;
          counted.set(key, (counted.get(key) ?? 0) + 1);
        });
      }
      for (let pfn = 0; pfn < 100; pfn++) {
        assert.equal(folios.mappedEntries(pfn), counted.get(`${pfn} mapped`) ?? 0);
        assert.equal(folios.exclusiveEntries(pfn), counted.get(`${pfn} exclusive`) ?? 0);
        assert.equal(folios.migrationEntries(pfn), counted.get(`${pfn} migration`) ?? 0);
        const held = folios.mappedEntries(pfn) + folios.exclusiveEntries(pfn);
        const ledger =
          held +
          folios.temps.get(0, pfn) +
          folios.gups.get(0, pfn) +
          folios.cacheReferences(pfn) +
          folios.privateReferences(pfn) +
          folios.batchReferences(pfn);
        assert.equal(folios.refcount.get(0, pfn), ledger, "the two sides of the ledger");
      }
    }),
    { numRuns: 100 },
  );
});

test("what was done and undone by the code itself leaves the same state: allocation is canonical", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5), { maxLength: 20 }), (order) => {
      const caller = new TestCaller();
      const { store } = caller.machine;
      // That a process once had notifiers is never forgotten (mm_has_notifiers).
      caller.run("notifier_remove", caller.run("notifier_insert", mirror0, 0, 4096));
      const before = [store.hashLow, store.hashHigh];
      const held: Value[] = [];
      for (const i of order) {
        if (i < 3 || held.length === 0) held.push(caller.run("page_alloc"));
        else {
          const [page] = held.splice(i % held.length, 1) as [Value];
          caller.run("folio_put_testzero", page);
          caller.run("page_release", page);
        }
      }
      for (const page of held) {
        caller.run("folio_put_testzero", page);
        caller.run("page_release", page);
      }
      const sub = caller.run("notifier_insert", mirror0, 0, 4096);
      caller.run("notifier_remove", sub);
      const upper = caller.run("vma_insert", app, box(Tag.region, 2));
      caller.run("vma_remove", upper);
      assert.deepEqual([store.hashLow, store.hashHigh], before);
    }),
  );
});
