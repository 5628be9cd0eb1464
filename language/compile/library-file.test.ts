import assert from "node:assert/strict";
import { test } from "node:test";
import { addDeclarations } from "../library-declarations.ts";
import { shippedLibrary } from "../testing/run.ts";
import { librarySignature, readLibrary, writeLibrary } from "./library-file.ts";
import { signatureOf } from "./signature.ts";

/** As plain data: what is undefined is left out, as in a file. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

test("a library is read as it was written, with the signature that its sources give", () => {
  const library = shippedLibrary();
  const read = readLibrary(writeLibrary(library));
  assert.deepEqual(read, plain(library));
  assert.deepEqual(librarySignature(read), plain(addDeclarations(signatureOf(library), library.sources)));
});

test("the signature is not made again of what is read", () => {
  const library = shippedLibrary();
  const text = writeLibrary(library).replace('"defaultProfile":"linux-', '"defaultProfile":"as stored, linux-');
  assert.match(librarySignature(readLibrary(text)).defaultProfile, /^as stored/);
});

test("the file is ASCII, whatever the model's comments say", () => {
  const library = shippedLibrary();
  const [source] = library.sources;
  assert.ok(source !== undefined);
  const sources = [{ ...source, text: "// … 𝄞\n" }];
  const text = writeLibrary({ ...library, sources });
  assert.doesNotMatch(text, /[^\0-\x7f]/);
  assert.equal(readLibrary(text).sources[0]?.text, "// … 𝄞\n");
});

for (const text of ["", "{", "null", "7", "[]", '{"library":{}}', "version https://example.org/pointer"]) {
  test(`what is no library is refused: '${text}'`, () =>
    assert.throws(() => readLibrary(text), /library\.json.* damaged/));
}
