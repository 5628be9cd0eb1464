/** The contract of a driver, scenarios/driver-contract.hmm and scenarios/contract: its parts, each as a scenario of its own, under any driver. */
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Offer } from "../../language/compare/offer.ts";
import { withDriver } from "../../language/compare/with-driver.ts";
import { loadScenario } from "../../language/compile/front-door.ts";
import { shippedLibrary } from "../../language/testing/run.ts";
import type { Program } from "../../sim-core/vm/program.ts";

const scenarios = join(import.meta.dirname, "..", "..", "scenarios");

/** The file that every driver keeps. */
export const EVERYBODYS = "driver-contract.hmm";

/** Its files, from the folder of scenarios. */
export const contractFiles: readonly string[] = [
  EVERYBODYS,
  ...globSync("contract/*.hmm", { cwd: scenarios })
    .map((path) => path.replaceAll("\\", "/"))
    .sort(),
];

/** A part of a file, with the declarations that stand before the first. */
export interface Part {
  /** From the folder of scenarios. */
  readonly file: string;
  /** What the comment in front of it says up to the colon. */
  readonly title: string;
  readonly text: string;
}

/** A file's text. */
export function contractText(file: string): string {
  return readFileSync(join(scenarios, file), "utf8");
}

/** The parts of a file: each begins with a comment that begins with its title. */
export function partsOf(file: string): Part[] {
  const [declarations = "", ...parts] = contractText(file).split(/\n(?=\/\/ [A-Z][^:\n]*: )/);
  return parts.map((part) => ({ file, title: part.slice(3, part.indexOf(": ")), text: `${declarations}\n${part}` }));
}

/** All parts of all files, in order. */
export function allParts(): Part[] {
  return contractFiles.flatMap(partsOf);
}

/** The shipped drivers that are for a kernel which was only proposed. */
const KERNELS: Readonly<Record<string, string>> = {
  dmirror_v13: "proposal/hmm-v13",
  cdm: "proposal/cdm-node",
};

/** What a shipped driver offers. */
export function offerOfShipped(driver: string): Offer {
  return { driver, kernel: KERNELS[driver], declarations: "" };
}

/** A text of the contract under a driver. @throws Error with all that is wrong with it */
export function programUnder(text: string, { driver, kernel, declarations }: Offer): Program {
  const brought = declarations === "" ? "" : '\nimport "./driver.hmm"\n';
  const { compiled, diagnostics } = loadScenario(`${withDriver(text, driver, [])}${brought}`, basename(EVERYBODYS), {
    library: shippedLibrary(),
    readImport: () => declarations,
    ...(kernel === undefined ? {} : { kernel }),
  });
  if (compiled !== undefined) return compiled.program;
  throw new Error(diagnostics.map((d) => `${d.line}:${d.column} ${d.message}`).join("\n"));
}
