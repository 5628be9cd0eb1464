/** The files of the model library, read from the project: for the build and for tests that compile it themselves. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { LibraryFile } from "../compile/library.ts";

const simCore = fileURLToPath(new URL("../../sim-core/", import.meta.url));

/** All `.hmm` files of `sim-core/kernel` and `sim-core/drivers`, with paths relative to `sim-core`. */
export function readLibraryFiles(): LibraryFile[] {
  const files: LibraryFile[] = [];
  for (const folder of ["kernel", "drivers"]) {
    for (const name of readdirSync(join(simCore, folder), { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".hmm")) continue;
      const path = join(simCore, folder, name);
      files.push({ path: relative(simCore, path).split(sep).join("/"), text: readFileSync(path, "utf8") });
    }
  }
  return files;
}
