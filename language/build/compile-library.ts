/**
 * Build step: compiles the kernel model and the drivers (`sim-core/kernel`, `sim-core/drivers`) to the library that
 * ships. Usage: `node language/build/compile-library.ts OUTPUT.json`
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { compileLibrary } from "../compile/library.ts";
import { writeLibrary } from "../compile/library-file.ts";
import { readLibraryFiles } from "./read-library.ts";

const output = process.argv[2] ?? "dist/library.json";
const { library, problems } = compileLibrary(readLibraryFiles());
for (const { path, line, column, message } of problems) console.error(`sim-core/${path}:${line}:${column}: ${message}`);
if (library === undefined) process.exit(1);
mkdirSync(dirname(output), { recursive: true });
writeFileSync(output, writeLibrary(library));
