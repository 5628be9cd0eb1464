/** One file of the bug museum: what is found in it, how fast, and whether its twin holds. */
import { basename } from "node:path";
import type { Library } from "../language/compile/builder.ts";
import { loadScenario } from "../language/compile/front-door.ts";
import { twinOf } from "../language/twin.ts";
import { Explorer } from "../sim-core/explore/explorer.ts";
import { simplest } from "../sim-core/explore/simplest.ts";
import { isExpected, verdictOfCheck } from "../sim-core/explore/verdict.ts";
import type { Program } from "../sim-core/vm/program.ts";

/** Most states to visit of a file or its twin: an exhibit shows its bug in few, or it is none. */
const MAX_STATES = 100_000;

/** Most states among which the shortest schedule is looked for. */
const MAX_STATES_NEAR = 3000;

/** A bug that was found. */
export interface Exhibit {
  /** The pattern: the file's name. */
  readonly pattern: string;
  readonly title: string;
  /** What the file says it finds, and the exploration found. */
  readonly finds: string;
  /** States visited until it was found. */
  readonly states: number;
  /** Moves of the schedule with the fewest changes of thread. */
  readonly moves: number;
  /** How often it changes from one thread to another. */
  readonly changes: number;
  /** States of the twin, all of which hold. */
  readonly twinStates: number;
}

/** Looks at the scenario `text` of the file at `path`, and at its twin. Returns what it shows, or why it is no exhibit. */
export function exhibitOf(text: string, path: string, library: Library): Exhibit | string {
  const program = programOf(text, path, library);
  if (typeof program === "string") return program;
  const [finds] = program.finds;
  if (finds === undefined) return "it does not say what it finds (`finds`)";
  const result = new Explorer(program, { maxStates: MAX_STATES }).run();
  const found = result.failures.find(({ failure, alone }) => alone && isExpected(program, failure));
  if (found === undefined) return `${finds} is not found in ${result.states} states`;
  const { moves } = simplest(program, found, MAX_STATES_NEAR);
  const changes = moves.filter(({ thread }, i) => i > 0 && thread !== moves[i - 1]?.thread).length;

  const twinText = twinOf(text);
  if (twinText === undefined) return "nothing in it is wrong by itself, so that it has no twin (language/twin.ts)";
  const twin = programOf(twinText, path, library);
  if (typeof twin === "string") return `its twin: ${twin}`;
  const held = new Explorer(twin, { maxStates: MAX_STATES }).run();
  const { verdict } = verdictOfCheck(twin, held);
  if (verdict === "limit") return `its twin has more than ${MAX_STATES} states`;
  if (verdict === "fail") return `its twin fails: ${held.failures[0]?.failure.message ?? "a property does not hold"}`;

  const pattern = basename(path).replace(/\.hmm$/, "");
  const { title } = program;
  return { pattern, title, finds, states: result.states, moves: moves.length, changes, twinStates: held.states };
}

function programOf(text: string, path: string, library: Library): Program | string {
  const { compiled, diagnostics } = loadScenario(text, path, { library });
  const error = diagnostics.find(({ severity }) => severity === "error");
  return compiled?.program ?? `line ${error?.line}: ${error?.message}`;
}
