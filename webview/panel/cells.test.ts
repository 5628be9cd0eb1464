import assert from "node:assert/strict";
import { test } from "node:test";
import type { PageState } from "../messages.ts";
import { cellsOf, columnsOf } from "./cells.ts";

const none: PageState["pte"] = {
  kind: "none",
  writable: false,
  dirty: false,
  young: false,
  exclusive: false,
  huge: false,
  pfn: null,
};
const folio: NonNullable<PageState["folio"]> = {
  where: "N0",
  kind: "anon",
  order: 0,
  refcount: 2,
  mapcount: 1,
  pincount: 0,
  locked: false,
  lru: true,
  dirty: false,
  pfn: 0x201,
};
const untouched: PageState = { page: 2, value: "", pte: none, folio: null, mirrors: [null], tlbs: [] };

/** A page's cells as text: chips in brackets. */
function picture(page: Partial<PageState>): string[] {
  return cellsOf({ ...untouched, ...page }, 0x7f00_0000_2000).map(({ parts }) =>
    parts
      .map((part) => {
        if (part.kind === "flags") return part.flags.map(([letter, on]) => (on ? letter : "·")).join("");
        return part.kind === "chip" ? `[${part.text}]` : part.text;
      })
      .join(" "),
  );
}

function words(page: Partial<PageState>): string[] {
  return cellsOf({ ...untouched, ...page }, 0x7f00_0000_2000).map((cell) => cell.words);
}

test("a page that nothing is known of", () => {
  assert.deepEqual(picture({}), ["2 0x7f0000002000", "–", "–", "–", "–"]);
  assert.deepEqual(words({}), ["page 2 at 0x7f0000002000", "nothing", "nothing", "nothing", "nothing"]);
});

test("a page of system memory that a device maps", () => {
  const page = {
    value: "7",
    pte: { ...none, kind: "present", writable: true, dirty: true, exclusive: true, huge: false, pfn: 0x201 },
    folio,
    mirrors: [{ valid: true, writable: false, atomic: false, huge: false, pfn: 0x201 }],
  };
  assert.deepEqual(picture(page), ["2 0x7f0000002000", "7", "[present] WD·", "[N0] 0x201 r2 m1 E··", "R·· 0x201"]);
  assert.deepEqual(words(page), [
    "page 2 at 0x7f0000002000",
    "7",
    "present, writable, dirty, frame 0x201",
    "on N0, anon, frame 0x201, 2 references, mapped once, PageAnonExclusive, on an LRU list",
    "read-only, frame 0x201",
  ]);
});

test("a page of a huge page, mapped by one entry on both sides", () => {
  const huge = { ...none, kind: "present", writable: true, huge: true, pfn: 0x403 };
  const page = {
    pte: huge,
    folio: { ...folio, pfn: 0x400, order: 9 },
    mirrors: [{ valid: true, writable: true, atomic: false, huge: true, pfn: 0x403 }],
  };
  assert.deepEqual(picture(page).slice(2), ["[present] W··H", "[N0] 0x400 ×512 r2 m1 ···", "RW·H 0x403"]);
  assert.deepEqual(words(page).slice(2), [
    "present, writable, part of a huge mapping, frame 0x403",
    "on N0, anon, 512 pages, frame 0x400, 2 references, mapped once, on an LRU list",
    "writable, part of a huge mapping, frame 0x403",
  ]);
});

test("the zero page has no counts", () => {
  const page = { pte: { ...none, kind: "zero", pfn: 0 }, folio: { ...folio, kind: "zero", pfn: 0 } };
  assert.equal(picture(page)[3], "[N0] zero page");
  assert.equal(words(page)[3], "the zero page");
});

test("a locked and pinned folio says so", () => {
  const page = { pte: { ...none, kind: "migration", pfn: 0x201 }, folio: { ...folio, locked: true, pincount: 3 } };
  assert.equal(picture(page)[3], "[N0] 0x201 r2 m1 ·LP");
});

test("a TLB that has another frame than the entry is stale", () => {
  const present = { ...none, kind: "present", pfn: 0x201 };
  const fresh = { name: "cpu0", pfn: 0x201, writable: true };
  assert.equal(picture({ pte: present, tlbs: [fresh] })[2], "[present] ···");
  assert.equal(picture({ pte: present, tlbs: [{ ...fresh, pfn: 0x300 }] })[2], "[present] ··· [TLB]");
  assert.equal(words({ pte: none, tlbs: [fresh] })[2], "nothing; cached in TLBs: cpu0 0x201 writable");
});

test("there is a column for each device", () => {
  const names = columnsOf(["gpu0", "nic0"]).map(({ name }) => name);
  assert.deepEqual(names, ["Page", "Value", "CPU entry", "Folio", "gpu0", "nic0"]);
});
