/** What cannot be exported, with the place and the reason. What only an execution shows ends it in SPIN, without a verdict. */
import { INVARIANTS } from "../../sim-core/checks/invariants.ts";
import { Op } from "../../sim-core/vm/op.ts";
import type { Program, Spot } from "../../sim-core/vm/program.ts";
import { eachInstruction } from "./reach.ts";
import type { Layout } from "./sizes.ts";
import { patternsOf } from "./tables.ts";

/** Why a scenario cannot be exported. */
export interface Refusal {
  readonly message: string;
  /** Where; undefined for what the file as a whole says. */
  readonly spot: Spot | undefined;
}

/** Pages that a model may have in all: a state has some dozens of bytes for each. */
export const MOST_PAGES = 64;

/** Rules that are about huge pages, or about many steps: the model has neither. */
const NOT_CHECKED = new Set(["thp-homogeneous", "device-map-order", "progress-bound", "livelock", "ping-pong"]);

/** The invariants that hold in `hmm check` and that an exported model does not look at. */
export const uncheckedInvariants: readonly string[] = INVARIANTS.map((i) => i.id).filter((id) => NOT_CHECKED.has(id));

export function refusals(program: Program, layout: Layout, functions: readonly number[]): readonly Refusal[] {
  const found: Refusal[] = [];
  const { machine } = program;
  for (const region of machine.regions) {
    const owner = machine.processes[region.process]?.name ?? "?";
    if (region.kind === "hugetlb") {
      found.push({
        message: `region ${owner}.${region.name} is hugetlb memory: huge pages are not exported`,
        spot: undefined,
      });
    } else if (region.pages > MOST_PAGES) {
      found.push({
        message: `region ${owner}.${region.name} has ${region.pages} pages: a model has at most ${MOST_PAGES} in all`,
        spot: undefined,
      });
    }
  }
  if (found.length === 0 && layout.pages > MOST_PAGES) {
    found.push({
      message: `the regions have ${layout.pages} pages in all: a model has at most ${MOST_PAGES}`,
      spot: undefined,
    });
  }
  for (const fn of functions) {
    const info = program.functions[fn];
    eachInstruction(program, info?.entry ?? 0, info?.end ?? 0, (op, pc) => {
      if (op !== Op.inject) return;
      const fault = program.injections[program.code[pc + 1] as number];
      if (fault?.mode === "delay")
        found.push({ message: `'inject delay' (${fault.site}) is not exported`, spot: info?.spot });
    });
  }
  for (const { text, fields, spot } of patternsOf(program)) {
    if (fields.some(({ kind }) => kind === "shown"))
      found.push({ message: `'${text}' asks for a lock by its name, which is not exported`, spot });
  }
  for (const id of program.finds) {
    if (NOT_CHECKED.has(id)) {
      found.push({ message: `the file finds "${id}", which an exported model does not look for`, spot: undefined });
    }
  }
  return found;
}
