/** The `.hmm` files that ship, for tests. */

import { readdirSync, readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);

/** A file and its text. */
export interface ShippedFile {
  readonly name: string;
  readonly text: string;
}

/** Every `.hmm` file of a folder of the repository (`scenarios`, `sim-core/kernel`), by name. */
export function shippedFiles(folder: string): ShippedFile[] {
  return readdirSync(new URL(`${folder}/`, root))
    .filter((name) => name.endsWith(".hmm"))
    .toSorted()
    .map((name) => ({ name, text: readFileSync(new URL(`${folder}/${name}`, root), "utf8") }));
}
