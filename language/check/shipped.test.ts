import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { analyse } from "../analyse.ts";
import { readLibraryFiles } from "../build/read-library.ts";
import { compileLibrary } from "../compile/library.ts";
import { signatureOf } from "../compile/signature.ts";
import { showDiagnostics } from "../testing/show.ts";

const files = readLibraryFiles();
const { library, problems } = compileLibrary(files);
assert.ok(library, JSON.stringify(problems[0]));
const signature = signatureOf(library);

/** What is wrong with a text, with the library that ships. */
function diagnose(path: string, text: string): string {
  const { diagnostics } = analyse(text, { path, readImport: () => undefined, library: signature });
  return showDiagnostics(text, diagnostics);
}

test("nothing is wrong with the kernel model and the drivers", () => {
  for (const { path, text } of files) assert.equal(diagnose(path, text), "", path);
});

test("the scenario with mistakes gives one clear error for each of them; the others give none", () => {
  const folder = new URL("../../scenarios/", import.meta.url);
  for (const name of readdirSync(folder, { encoding: "utf8", recursive: true }).filter((file) =>
    file.endsWith(".hmm"),
  )) {
    const text = readFileSync(new URL(name, folder), "utf8");
    const found = diagnose(name, text);
    if (!name.startsWith("12-")) {
      assert.equal(found, "", name);
      continue;
    }
    const places = found.split("\n").map((line) =>
      line
        .split(/[-:] ?/)
        .slice(0, 2)
        .join(":"),
    );
    assert.deepEqual(places, ["3:8", "4:42", "7:3", "9:1", "10:14", "11:15", "12:6", "13:22"], found);
  }
});
