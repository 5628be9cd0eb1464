/** Analyses texts with the small library of the tests. */

import assert from "node:assert/strict";
import type { Analysis } from "../analyse.ts";
import { analyse } from "../analyse.ts";
import { testLibrary } from "./library.ts";
import { dedent, showDiagnostics } from "./show.ts";

/** Analyses a text; `files` are what it can import, by path. */
export function analyseText(text: string, files: Readonly<Record<string, string>> = {}): Analysis {
  return analyse(text, { path: "/home/user/main.hmm", readImport: (path) => files[path], library: testLibrary });
}

/** Expects these diagnostics (see `showDiagnostics`) for a text; none if `expected` is empty. */
export function checkDiagnostics(text: string, expected: string, files: Readonly<Record<string, string>> = {}): void {
  const source = dedent(text);
  const { diagnostics } = analyseText(source, files);
  assert.equal(showDiagnostics(source, diagnostics), dedent(expected).trim());
}
