import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RegionState } from "../messages.ts";
import { Rows } from "./rows.ts";

function region(id: number, process: string, pages: number, touched: readonly number[]): RegionState {
  return { id, process, name: `r${id}`, kind: "anon rw", start: 0x1000 * id, pages, mapped: true, touched };
}

/** All rows as text, a line each. */
function picture(rows: Rows): string[] {
  return Array.from({ length: rows.length }, (_, i) => {
    const row = rows.at(i);
    switch (row?.kind) {
      case "process":
        return row.process;
      case "region":
        return ` ${rows.regions[row.region]?.name}`;
      case "page":
        return `  ${row.page}`;
      case "run":
        return `  ${row.from}..${row.to}`;
      default:
        return "nothing";
    }
  });
}

test("pages that nothing is known of are one row, the others one each", () => {
  const rows = new Rows([region(0, "app", 64, [0, 2, 10, 1])]);
  assert.deepEqual(picture(rows), ["app", " r0", "  0", "  1", "  2..10", "  10", "  11..64"]);
});

test("regions stand under their process", () => {
  const rows = new Rows([region(0, "app", 1, []), region(1, "app", 1, [0, 1]), region(2, "child", 3, [2, 1])]);
  assert.deepEqual(picture(rows), ["app", " r0", "  0..1", " r1", "  0", "child", " r2", "  0..2", "  2"]);
});

test("without regions there are no rows", () => {
  const rows = new Rows([]);
  assert.equal(rows.length, 0);
  assert.equal(rows.at(0), undefined);
  assert.deepEqual(rows.headingsOf(0), { process: -1, region: -1 });
});

test("a million pages cost as many rows and no time", () => {
  const rows = new Rows([region(0, "app", 1_000_000, [0, 1_000_000])]);
  assert.equal(rows.length, 1_000_002);
  assert.deepEqual(rows.at(777_779), { kind: "page", region: 0, page: 777_777 });
  assert.equal(rows.rowOf(0, 777_777), 777_779);
});

test("headings are those of the row's own region and process", () => {
  const rows = new Rows([region(0, "app", 4, [0, 4]), region(1, "child", 4, [1, 1])]);
  assert.deepEqual(rows.headingsOf(4), { process: 0, region: 1 });
  assert.deepEqual(rows.headingsOf(9), { process: 6, region: 7 });
});

test("pages beyond the region, and runs that overlap, do no harm", () => {
  const rows = new Rows([region(0, "app", 4, [0, 3, 2, 9])]);
  assert.deepEqual(picture(rows), ["app", " r0", "  0", "  1", "  2", "  3"]);
});

/** Regions with random runs of touched pages. */
const layouts = fc
  .array(
    fc.tuple(
      fc.constantFrom("a", "b"),
      fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 4 })), { maxLength: 8 }),
    ),
    {
      maxLength: 5,
    },
  )
  .map((list) =>
    list.map(([process, gaps], id) => {
      let next = 0;
      const touched = gaps.flatMap(([gap, count]) => {
        const first = next + gap;
        next = first + count;
        return [first, count];
      });
      return region(id, process, next + 2, touched);
    }),
  );

test("every page has the row that shows it", () => {
  fc.assert(
    fc.property(layouts, (regions) => {
      const rows = new Rows(regions);
      regions.forEach(({ pages }, index) => {
        for (let page = 0; page < pages; page++) {
          const row = rows.at(rows.rowOf(index, page));
          assert.equal(row?.region, index);
          if (row?.kind === "page") assert.equal(row.page, page);
          else assert.ok(row?.kind === "run" && row.from <= page && page < row.to);
        }
        assert.equal(rows.rowOf(index, pages), -1);
      });
    }),
  );
});
