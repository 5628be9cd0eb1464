/** Files: their kinds and sizes, where they are mapped, and what a process is charged for their pages. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { box, FALSE, payloadOf, Tag, TRUE } from "../store/value.ts";
import { word } from "../store/words.ts";
import type { MachineDescription, RegionDescription } from "./description.ts";
import { fields } from "./fields.ts";
import { app, BASE, PrimitiveFailure, TEST_MACHINE, TestCaller } from "./test-machine.ts";

const PAGE = 4096;

function region(name: string, at: number, more: Partial<RegionDescription>): RegionDescription {
  const plain = { readable: true, writable: true, shared: false, initial: true };
  return { name, process: 0, start: BASE + at * PAGE, pages: 4, kind: "file", ...plain, ...more };
}

/** One file mapped twice, the second time longer; a memfd; shared memory; what a driver maps. */
const MACHINE: MachineDescription = {
  ...TEST_MACHINE,
  processes: [
    { name: "app", regions: [0, 1, 2, 3, 4] },
    { name: "child", parent: 0, regions: [] },
  ],
  regions: [
    region("short", 0, { file: "data", shared: true }),
    region("long", 16, { file: "data", pages: 6 }),
    region("frames", 32, { file: "memfd:frames", shared: true }),
    region("ring", 48, { kind: "shmem", shared: true }),
    region("regs", 64, { kind: "driver", driver: 0, shared: true }),
  ],
};
const [DATA, FRAMES, RING] = [0, 1, 2];

function vmaField(call: TestCaller, page: number, name: string): number {
  const vma = call.run("find_vma", app, BASE + page * PAGE);
  const found = fields.find((field) => field.tag === Tag.vma && field.name === name);
  return found?.get(call, payloadOf(vma)) ?? Number.NaN;
}

test("regions that name one file share it; it is as long as the longest, and of a disk unless its name says memfd", () => {
  const call = new TestCaller(MACHINE);
  assert.equal(vmaField(call, 0, "file"), DATA);
  assert.equal(vmaField(call, 16, "file"), DATA);
  assert.equal(call.run("file_pages", DATA), 6);
  assert.equal(call.run("file_kind", DATA), word("file"));
  assert.equal(call.run("file_kind", FRAMES), word("shmem"));
  assert.equal(call.run("file_kind", RING), word("shmem"));
});

test("a file can be cut and grow again, and no longer than regions map of it", () => {
  const call = new TestCaller(MACHINE);
  call.run("file_set_pages", DATA, 2);
  assert.equal(call.run("file_pages", DATA), 2);
  call.run("file_set_pages", DATA, 6);
  assert.equal(call.run("file_pages", DATA), 6);
  assert.throws(() => call.run("file_set_pages", DATA, 7), PrimitiveFailure);
});

test("where pages of a file are mapped: each vma that has any of them, with the addresses of those", () => {
  const call = new TestCaller(MACHINE);
  const maps = (first: number, last: number): number => call.list(call.run("file_maps", DATA, first, last)).length;
  assert.equal(maps(0, 1), 2);
  assert.equal(maps(4, 6), 1, "only the longer region reaches so far");
  assert.equal(maps(6, 8), 0);
});

test("a new entry may be written through only where nobody wants to be told of it", () => {
  const call = new TestCaller(MACHINE);
  const writable = (page: number): number => vmaField(call, page, "prot_writable");
  assert.equal(writable(0), FALSE, "a disk's file is told of writes");
  assert.equal(writable(16), FALSE, "a private mapping copies");
  assert.equal(writable(32), TRUE);
  assert.equal(writable(48), TRUE);
  assert.equal(vmaField(call, 0, "page_mkwrite"), TRUE);
  assert.equal(vmaField(call, 32, "page_mkwrite"), FALSE);
});

test("what a driver maps is special whether it inserts pages or not", () => {
  const call = new TestCaller(MACHINE);
  assert.equal(vmaField(call, 64, "pfnmap"), TRUE);
  assert.equal(vmaField(call, 64, "special"), TRUE);
  assert.equal(vmaField(call, 0, "special"), FALSE);
});

test("a process is charged for pages of files apart from its own", () => {
  const call = new TestCaller(MACHINE);
  const { rssAnon, rssFile } = call.machine.processes;
  const cached = call.run("page_alloc");
  call.run("folio_get", cached);
  call.run("pagecache_add", cached, RING, 1);
  call.run("add_mm_counter", app, cached, 1);
  const own = call.run("page_alloc");
  call.run("rmap_add", own, app, BASE + 16 * PAGE);
  call.run("add_mm_counter", app, own, 1);
  assert.deepEqual([rssAnon.get(0), rssFile.get(0)], [1, 1]);
  call.run("add_mm_counter", app, cached, -1);
  assert.deepEqual([rssAnon.get(0), rssFile.get(0)], [1, 0]);
});

test("a file's blocks that are punched out read as zero", () => {
  const call = new TestCaller(MACHINE);
  const page = call.run("page_alloc");
  call.run("folio_get", page);
  call.run("pagecache_add", page, DATA, 1);
  call.run("word_set", page, 0, 7);
  call.run("file_write", page);
  call.run("file_clear", DATA, 1, 2);
  call.run("file_read", page);
  assert.equal(call.run("word_get", page, 0), 0);
  assert.equal(call.run("pagecache_get", DATA, 1), box(Tag.folio, payloadOf(page)));
});
