/** `--driver`: a scenario with another driver than its own. */
import { dirname, relative, resolve } from "node:path";
import { withDriver } from "../language/compare/with-driver.ts";
import { parse } from "../language/syntax/parser.ts";
import { UsageError } from "./arguments.ts";
import { readText } from "./files.ts";

/**
 * The text of the scenario at `path` with all devices under `driver`: the name of one that ships or that the file knows, or a `.hmm` file, whose
 * last driver is meant. @throws UsageError if that file cannot be read or declares none
 */
export function underDriver(text: string, path: string, driver: string): string {
  if (!driver.endsWith(".hmm")) return withDriver(text, driver, []);
  const declared = parse(readText(driver)).file.items.filter((item) => item.kind === "driver");
  const last = declared.at(-1);
  if (last === undefined)
    throw new UsageError(`${driver}: there is no driver in this file: driver mine extends dmirror { … }`);
  const from = relative(dirname(resolve(path)), resolve(driver)).replaceAll("\\", "/");
  return `${withDriver(text, last.name.text, [])}\nimport "${from.startsWith(".") ? from : `./${from}`}"\n`;
}
