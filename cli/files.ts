/** Scenario files from the disk to programs. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { Library } from "../language/compile/builder.ts";
import type { LoadedScenario } from "../language/compile/front-door.ts";
import { loadScenario } from "../language/compile/front-door.ts";
import { readLibrary } from "../language/compile/library-file.ts";
import { UsageError } from "./arguments.ts";

let shipped: Library | undefined;

/** The model library, which lies beside the bundle's folder; read when first asked for. @throws Error if it is not there */
export function library(): Library {
  // The file is ASCII, and as Latin-1 V8 takes it as it is.
  shipped ??= readLibrary(readFileSync(new URL("../library.json", import.meta.url), "latin1"));
  return shipped;
}

/** A scenario's file and what loading it gave. */
export interface LoadedFile {
  readonly path: string;
  readonly text: string;
  readonly loaded: LoadedScenario;
}

/** The largest file that is read; a scenario has some kilobytes. */
const LARGEST = 64 * 1024 * 1024;

/** The text of a file. @throws UsageError if it cannot be read or is no text */
export function readText(path: string): string {
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > LARGEST) throw new UsageError(`${path}: the file is larger than 64 MiB`);
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path}: ${reason(error)}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${path}: the file is not UTF-8 text`);
  }
}

/** Writes a file. @throws UsageError if it cannot be written */
export function writeText(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Makes a folder, with those that it is in, unless it is there. @throws UsageError if it cannot be made */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new UsageError(
      `the folder ${path} cannot be made: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "this is a folder: name a .hmm file";
  if (code === "EACCES") return "the file may not be read";
  return error instanceof Error ? error.message : String(error);
}

/** The text of an imported file; what cannot be read is reported at the line that imports it. */
export function readImport(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** A scenario as it is to be loaded in place of what its file says. */
export interface Variant {
  readonly text: string;
  /** The profile, unless the command names another one. */
  readonly kernel?: string;
  /** Texts of imported files that are not what the disk has. */
  readonly readImport?: typeof readImport;
}

/** Loads a scenario, as `change` makes it of what the file says. What is wrong is in `loaded.diagnostics`. @throws UsageError if it cannot be read */
export function loadFile(
  path: string,
  kernel: string | undefined,
  change: (text: string) => Variant = (text) => ({ text }),
): LoadedFile {
  const variant = change(readText(path));
  const profile = kernel ?? variant.kernel;
  const loaded = loadScenario(variant.text, path, {
    library: library(),
    readImport: variant.readImport ?? readImport,
    ...(profile === undefined ? {} : { kernel: profile }),
  });
  return { path, text: variant.text, loaded };
}
