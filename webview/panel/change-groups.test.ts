import assert from "node:assert/strict";
import { test } from "node:test";
import { groupChanges } from "./change-groups.ts";

test("fields of one thing stand together, plain values alone", () => {
  const groups = groupChanges([
    { what: "value(buf[0])", before: "7", after: "5" },
    { what: "pte(buf[0]).kind", before: "device_private", after: "present" },
    { what: "pte(buf[0]).dirty", before: "false", after: "true" },
    { what: "pte(buf[1]).dirty", before: "false", after: "true" },
    { what: "gpu0: free pages", before: "3", after: "4" },
  ]);
  assert.deepEqual(
    groups.map(
      ({ subject, fields }) => `${subject}: ${fields.map((f) => `${f.field} ${f.before}>${f.after}`).join(", ")}`,
    ),
    [
      "value(buf[0]):  7>5",
      "pte(buf[0]): .kind device_private>present, .dirty false>true",
      "pte(buf[1]): .dirty false>true",
      "gpu0: free pages:  3>4",
    ],
  );
});

test("a thing that changed as a whole does not swallow its fields", () => {
  const groups = groupChanges([
    { what: "folio(buf[0])", before: "none", after: "0x1 in N0" },
    { what: "folio(buf[0]).locked", before: "false", after: "true" },
  ]);
  assert.deepEqual(
    groups.map(({ fields }) => fields.length),
    [1, 1],
  );
});
