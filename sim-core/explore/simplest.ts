/** A failure by the interleaving that is easiest to read: few changes of thread, then few moves. */
import type { Program } from "../vm/program.ts";
import { BreadthFirst } from "./breadth-first.ts";
import type { FoundFailure } from "./explorer.ts";
import { shorten } from "./shorten.ts";

/** States among which the shortest interleaving is looked for: about a second with the whole kernel model. */
const MAX_STATES = 30_000;
const MAX_BYTES = 2 ** 28;

/**
 * The same failure, at the same line, by an execution with as few changes of thread as any has, if the states nearest to the first
 * one show it; else by the given one, with turns of threads put together as far as the failure stays.
 */
export function simplest(program: Program, found: FoundFailure, maxStates = MAX_STATES): FoundFailure {
  const { id, spot } = found.failure;
  const search = new BreadthFirst(program, {
    maxStates,
    maxBytes: MAX_BYTES,
    fewest: "turns",
    wanted: (failure, alone) =>
      failure.id === id &&
      failure.spot.source === spot.source &&
      failure.spot.start === spot.start &&
      alone === found.alone,
  });
  search.advance(Number.POSITIVE_INFINITY);
  return search.result() ?? shorten(program, found);
}
