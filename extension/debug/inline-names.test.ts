import assert from "node:assert/strict";
import { test } from "node:test";
import { inlineNames } from "./inline-names.ts";

const model = `fn other(a) {
}
/// A doc.
fn do_swap_page(vmf, flags) {
  let folio = vmf.orig.folio // let nothing
  for x in 0..2 {
    folio_get(folio)
  }
}`.split("\n");

test("names of the function that execution stands in, up to the line where it stands", () => {
  assert.deepEqual(
    inlineNames(model, 6).map(({ line, text, kind }) => `${line} ${text} ${kind}`),
    ["3 vmf variable", "3 flags variable", "4 folio variable", "5 x variable"],
  );
  const [first] = inlineNames(model, 6);
  assert.equal(model[3]?.slice(first?.start, first?.end), "vmf");
});

test("in a scenario, observations of its checks", () => {
  const lines = ["let n = 2", "cpu0 write buf = n", "expect value(buf[0]) == n and pte(buf[0]).kind == present"];
  assert.deepEqual(
    inlineNames(lines, 2).map(({ text, kind }) => `${text} ${kind}`),
    ["n variable", "value(buf[0]) expression", "pte(buf[0]).kind expression"],
  );
  assert.deepEqual(inlineNames([], 3), []);
});
