import assert from "node:assert/strict";
import { test } from "node:test";
import { hexOf } from "./colours.ts";

test("colours of a theme in every form that VS Code writes", () => {
  assert.equal(hexOf(" #1f1f1f"), "#1f1f1f");
  assert.equal(hexOf("#79797966"), "#79797966");
  assert.equal(hexOf("#fff"), "#ffffff");
  assert.equal(hexOf("rgb(255, 0, 16)"), "#ff0010ff");
  assert.equal(hexOf("rgba(121, 121, 121, 0.4)"), "#79797966");
  assert.equal(hexOf("rgb(1 2 3 / 50%)"), "#01020380");
});

test("what is no colour is left to Monaco", () => {
  for (const value of ["", "inherit", "var(--x)", "#12345"]) assert.equal(hexOf(value), undefined);
});
