import assert from "node:assert/strict";
import { test } from "node:test";
import { offerOf } from "./offer.ts";

test("the driver is the file's own that a device uses, else what the devices use, else the last", () => {
  const own = "driver a extends dmirror { }\ndriver b extends a { }\n";
  assert.equal(offerOf(`${own}device x uses nouveau\ndevice y uses a\n`)?.driver, "a");
  assert.equal(offerOf(`${own}device x uses nouveau\n`)?.driver, "nouveau");
  assert.equal(offerOf(own)?.driver, "b");
  assert.equal(offerOf("process app { a: anon 1 page }"), undefined);
});

test("the profile is the one that the file chooses", () => {
  const device = "device x uses dmirror\n";
  assert.equal(offerOf(device)?.kernel, undefined);
  assert.equal(offerOf(`${device}kernel "mine" extends "linux-6.12" { }`)?.kernel, "mine");
  assert.equal(offerOf(`${device}kernel "mine" extends "linux-6.12" { }\nkernel "linux-6.15"`)?.kernel, "linux-6.15");
});

test("drivers, profiles and model code stay where they are; all else is blank", () => {
  const text = `var n = 0
process app { buf: anon 1 page }
driver mine extends dmirror { }
device gpu0 uses mine
cpu0 write buf = 1
expect value(buf) == 1
`;
  const declarations = offerOf(text)?.declarations;
  assert.equal(declarations?.length, text.length);
  assert.equal(declarations?.trim().replaceAll(/\s+/g, " "), "var n = 0 driver mine extends dmirror { }");
  assert.equal(declarations?.indexOf("driver"), text.indexOf("driver"));
});
