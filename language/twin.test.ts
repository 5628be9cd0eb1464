import assert from "node:assert/strict";
import { test } from "node:test";
import { twinOf } from "./twin.ts";

const DRIVER = `driver wrong extends dmirror {
  on page_free(page) { }
}
`;

test("a driver of the file gives way to the shipped one that it extends, and nothing is found any more", () => {
  const twin = twinOf(`finds "deadlock"\n${DRIVER}device gpu0 uses wrong\ndevice gpu1 uses nouveau\n`);
  assert.equal(twin, `\n${DRIVER}device gpu0 uses dmirror\ndevice gpu1 uses nouveau\n`);
});

test("… also over several steps, or to the driver `right`", () => {
  const worse = "driver worse extends wrong { }\n";
  assert.match(twinOf(`finds "deadlock"\n${DRIVER}${worse}device d uses worse`) ?? "", /device d uses dmirror/);
  const right = "driver right extends wrong { }\n";
  assert.match(twinOf(`finds "deadlock"\n${DRIVER}${right}device d uses wrong`) ?? "", /device d uses right/);
});

test("`right` takes the place of a shipped driver that is wrong, and of no other", () => {
  const text = `finds "deadlock"\ndriver right extends nouveau { }\ndevice a uses nouveau\ndevice b uses dmirror`;
  assert.match(twinOf(text) ?? "", /device a uses right\ndevice b uses dmirror$/);
});

test("a profile of the file gives way to the one that it extends, and the lines stay where they are", () => {
  const text = `kernel "wrong" extends "linux-6.12" {\n  fn f() { }\n}\nfinds "deadlock"\n`;
  assert.equal(twinOf(text), `kernel "linux-6.12"\n\n\n\n`);
  assert.equal(twinOf(`kernel "linux-6.15" { notify_exclusive off }\nfinds "deadlock"`), `kernel "linux-6.15"\n`);
});

test("the profile `right` is left as the only one", () => {
  const text = `kernel "linux-5.14"\nkernel "right" extends "linux-6.1" { }\nfinds "deadlock"\n`;
  assert.equal(twinOf(text), `\nkernel "right" extends "linux-6.1" { }\n\n`);
});

test("what finds nothing, or has nothing of its own, has no twin", () => {
  assert.equal(twinOf(`${DRIVER}device gpu0 uses wrong`), undefined);
  assert.equal(twinOf(`finds "deadlock"\ndevice gpu0 uses dmirror`), undefined);
  assert.equal(twinOf(`finds "deadlock"\ndriver wrong extends wrong { }\ndevice gpu0 uses wrong`), undefined);
});
