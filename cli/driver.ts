/** `--driver`, `--twin`: a scenario with another driver than its own, or without its bug. */
import { dirname, relative, resolve } from "node:path";
import { offerOf } from "../language/compare/offer.ts";
import { withDriver } from "../language/compare/with-driver.ts";
import { twinOf } from "../language/twin.ts";
import { UsageError } from "./arguments.ts";
import type { Variant } from "./files.ts";
import { readImport, readText } from "./files.ts";

/** What the command line asks of a scenario besides its own text. */
export interface Wanted {
  /** The name of a driver that ships or that the file knows, or a `.hmm` file that has one (language/compare/offer.ts). */
  readonly driver: string | undefined;
  /** What is right in place of what is wrong: in the driver's file, if one is named, else in the scenario. */
  readonly twin: boolean;
}

/**
 * The scenario at `path` as it is wanted. The profile and the model code of a driver's file go along with it.
 * @throws UsageError if that file cannot be read, or has no driver, or there is no twin
 */
export function variantOf(text: string, path: string, { driver, twin }: Wanted): Variant {
  if (driver?.endsWith(".hmm") === true) return underDriverOf(driver, text, path, twin);
  const meant = twin ? twinText(text, path) : text;
  return { text: driver === undefined ? meant : withDriver(meant, driver, []) };
}

function underDriverOf(file: string, text: string, path: string, twin: boolean): Variant {
  const offer = offerOf(twin ? twinText(readText(file), file) : readText(file));
  if (offer === undefined)
    throw new UsageError(`${file}: there is no driver in this file: driver mine extends dmirror { … }`);
  const from = relative(dirname(resolve(path)), resolve(file)).replaceAll("\\", "/");
  return {
    text: `${withDriver(text, offer.driver, [])}\nimport "${from.startsWith(".") ? from : `./${from}`}"\n`,
    readImport: (at) => (resolve(at) === resolve(file) ? offer.declarations : readImport(at)),
    ...(offer.kernel === undefined ? {} : { kernel: offer.kernel }),
  };
}

/** What is right in place of what is wrong. @throws UsageError if the text shows no bug */
function twinText(text: string, path: string): string {
  const twin = twinOf(text);
  if (twin !== undefined) return twin;
  throw new UsageError(`${path}: it has no twin: it must say what it \`finds\`, in a driver or profile of its own`);
}
