/**
 * A scenario as a model for SPIN: `exportPromela` translates its threads and all model code that they can reach, statement by
 * statement, to C that stands in a Promela file, over arrays that have just room for the scenario. SPIN decides which thread
 * moves next, and keeps, hashes and compares the states; no result of the explorer goes into it.
 *
 * reach.ts        which functions             sizes.ts       how long the arrays are
 * instruction.ts  an instruction as C         function.ts    a function as C
 * tables.ts       the machine and program     properties.ts  always, never, finally, exists, finds
 * initial.ts      the first state             promela.ts     the processes
 * refusals.ts     what is not exported        runtime/       the C that every model has: primitives, fields, locks, rules
 */
import { Op } from "../../sim-core/vm/op.ts";
import type { Program } from "../../sim-core/vm/program.ts";
import { blocks } from "./blocks.ts";
import { translateExpression, translateFunction } from "./function.ts";
import { firstState, InitialStateError } from "./initial.ts";
import { Instructions } from "./instruction.ts";
import { processes, threadNames } from "./promela.ts";
import { properties, propertyEntries } from "./properties.ts";
import { eachInstruction, reachable, stacksOf } from "./reach.ts";
import type { Refusal } from "./refusals.ts";
import { refusals, uncheckedInvariants } from "./refusals.ts";
import { packed, runtime, state, verdict } from "./runtime/index.ts";
import { arrayLengths, layOut, stackTables } from "./sizes.ts";
import {
  declarations,
  dispatcher,
  functionTables,
  machineTables,
  names,
  placeTables,
  programTables,
  seeing,
} from "./tables.ts";

export type { Refusal } from "./refusals.ts";

/** Ways that one step may go where something in it is chosen or may fail. */
const MOVES = 8;

export interface ExportOptions {
  /** How many times the usual room there is for frames, lists, stacks and the like; 1 unless given. */
  readonly room?: number;
}

/** The model's text, or why there is none. */
export type Exported =
  | { readonly text: string; readonly functions: number; readonly refusals: readonly [] }
  | { readonly text: undefined; readonly refusals: readonly Refusal[] };

/** Translates a scenario to a Promela model. */
export function exportPromela(program: Program, options: ExportOptions = {}): Exported {
  const room = options.room ?? 1;
  const functions = reachable(program);
  const layout = layOut(program, room);
  const refused = refusals(program, layout, functions);
  if (refused.length > 0) return { text: undefined, refusals: refused };
  const stacks = stacksOf(program, functions);
  const lengths = arrayLengths(program, layout, stacks, room);
  let first: string;
  try {
    first = firstState(program, layout, lengths);
  } catch (error) {
    if (!(error instanceof InitialStateError)) throw error;
    return { text: undefined, refusals: [{ message: error.message, spot: undefined }] };
  }
  const own = exportedPrimitives();
  const instructions = new Instructions(program, (name) => own.has(name));
  const moves = hasChoices(program, functions) ? MOVES : 1;
  const code = functions.map((fn) => translateFunction(program, instructions, fn));
  const expressions = propertyEntries(program).map((entry) => translateExpression(program, instructions, entry));
  const threads = lengths.NT as number;
  const all = [...runtime, verdict, code.join("")].join("\n");
  const sizes = Object.entries(lengths).map(([name, n]) => `${name} = ${n}`);
  const text = [
    header(program),
    `c_decl {\n\\#include <setjmp.h>\n\\#include <stdio.h>\n\\#include <stdlib.h>\n\\#include <string.h>\nenum { ${sizes.join(", ")}, NMOVES = ${moves} };\n}\n`,
    blocks("c_decl", [state, packed]),
    'c_state "HPacked S" "Global"\nc_track "&H" "sizeof(HHidden)" "UnMatched"\n',
    blocks("c_code", [
      names(program, all),
      declarations,
      machineTables(program, layout),
      stackTables(stacks, room),
      programTables(program),
      functionTables(program, functions),
      placeTables(program, functions),
      ...runtime,
      seeing(program),
      ...code,
      dispatcher(functions),
      ...expressions,
      properties(program),
      first,
      threadNames(program, threads),
      verdict,
    ]),
    processes(program, threads, moves),
  ].join("\n");
  return { text, functions: functions.length, refusals: [] };
}

/** The primitives that the runtime has; an execution that needs another ends without a verdict. */
export function exportedPrimitives(): ReadonlySet<string> {
  return new Set(
    runtime.flatMap((text) => [...text.matchAll(/^static V p_(\w+)\(V \*a\)/gm)].map((m) => m[1] as string)),
  );
}
/** The fields that the runtime has, of any kind of value. */
export function exportedFields(): ReadonlySet<string> {
  return new Set(runtime.flatMap((text) => [...text.matchAll(/\bFLD_(\w+)/g)].map((m) => m[1] as string)));
}

/** Whether any step may go several ways by itself. */
function hasChoices(program: Program, functions: readonly number[]): boolean {
  if (program.injections.some(({ mode }) => mode === "maybe")) return true;
  return functions.some((fn) => {
    const info = program.functions[fn];
    let found = false;
    eachInstruction(program, info?.entry ?? 0, info?.end ?? 0, (op) => {
      found ||= op === Op.choose;
    });
    return found;
  });
}

function header(program: Program): string {
  const title = program.title.replace(/[^\x20-\x7e]/g, "?").replaceAll("*/", "* /");
  return `/*
 * "${title}" (${program.kernel}), exported by hmm export --as promela.
 *
 *   spin -a MODEL.pml && gcc -O2 -DVECTORSZ=65536 -o pan pan.c && ./pan -m1000000
 *
 * An error's message begins with "hmm:" and names the check that failed; "no verdict" means that an execution needs what this
 * export leaves out. Not looked at: livelocks and ${uncheckedInvariants.join(", ")}.
 */
`;
}
