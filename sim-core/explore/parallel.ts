/**
 * One search by several at once, which share the set of states seen (`SharedVisited`): who comes to a state first goes on from it. Each
 * goes its own way: it tries threads in an order of its own, and goes through the first few moves of every execution, whoever was
 * there. Of states that are another's it counts nothing, so that together they count what one search alone does.
 */
import type { Program } from "../vm/program.ts";
import { failureKey } from "./failure.ts";
import type { ExploreResult } from "./search.ts";
import type { StateSet } from "./visited.ts";

/** What one of several searches came to, as plain data: properties by their number. */
export interface PartResult extends Omit<ExploreResult, "unwitnessed"> {
  readonly unwitnessed: readonly number[];
}

/** `result` as plain data. */
export function partResult(program: Program, result: ExploreResult): PartResult {
  return { ...result, unwitnessed: result.unwitnessed.map((property) => program.properties.indexOf(property)) };
}

/** What a search's parts found together; `visited` is the set that they shared. */
export function togetherOf(program: Program, parts: readonly PartResult[], visited: StateSet): ExploreResult {
  const seen = new Set<string>();
  const failures = parts
    .flatMap((part) => part.failures)
    .sort((a, b) => a.moves.length - b.moves.length)
    .filter(({ failure, alone }) => {
      const key = `${failureKey(failure)} ${alone}`;
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    });
  const reasons = parts.flatMap(({ stopped }) => stopped ?? []);
  // One that stops has the others cancelled.
  const stopped = reasons.find((reason) => reason !== "cancelled") ?? reasons[0];
  return {
    states: visited.size,
    transitions: parts.reduce((sum, part) => sum + part.transitions, 0),
    depth: Math.max(0, ...parts.map(({ depth }) => depth)),
    complete: parts.length > 0 && parts.every(({ complete }) => complete),
    stopped,
    failures,
    unwitnessed: program.properties.filter((_, i) => parts.every(({ unwitnessed }) => unwitnessed.includes(i))),
    cutShort: parts.find(({ cutShort }) => cutShort !== undefined)?.cutShort,
    pingPong: parts.find(({ pingPong }) => pingPong !== undefined)?.pingPong,
    livelocksSought: parts.every(({ livelocksSought }) => livelocksSought),
    endStates: parts.reduce((sum, part) => sum + part.endStates, 0),
    missProbability: visited.missProbability,
  };
}
