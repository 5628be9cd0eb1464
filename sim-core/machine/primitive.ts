/** Primitives: the single hardware or atomic steps of which model code is made. */
import type { Value } from "../store/value.ts";
import type { Caller } from "./caller.ts";

/**
 * What a call of it does to the state: `pure` looks at its arguments alone, `read` at the state, `write` changes it (or
 * depends on a choice).
 */
export type Effect = "pure" | "read" | "write";

/** A row of the table of primitives. */
export interface Primitive {
  readonly name: string;
  /** Names of the parameters in positional order; one that ends in `?` may be left out and is then `none`. */
  readonly params: readonly string[];
  readonly effect: Effect;
  /** What it does, reads and writes; shown by hover. Kernel counterparts are named. */
  readonly doc: string;
  /** Does it: one atomic step. The arguments stand at args[at], args[at + 1] …, one for each parameter. */
  run(call: Caller, args: Float64Array, at: number): Value;
}
