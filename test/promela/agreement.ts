/** That SPIN and the explorer come to the same about a scenario, told by one line of a table. */
import assert from "node:assert/strict";
import { Explorer } from "../../sim-core/explore/explorer.ts";
import { verdictOfCheck } from "../../sim-core/explore/verdict.ts";
import { scenarioAt, spin } from "./spin.ts";

/** States of SPIN's own: in front of the first one, and three for each execution that has come to an end. */
const BEFORE = 1;
const AT_AN_END = 3;

/** A scenario that holds: no error, and state for state as many, and as many ends. */
export function agreeThatItHolds(path: string): void {
  const program = scenarioAt(path);
  // SPIN knows no symmetry.
  const explored = new Explorer(program, { without: ["symmetry", "threads", "locks"] }).run();
  assert.equal(verdictOfCheck(program, explored).verdict, "pass", `${path}: the explorer's verdict`);
  const { errors, notes, states, endStates } = spin(program);
  assert.deepEqual({ errors, notes }, { errors: [], notes: [] }, `${path}: SPIN's verdict`);
  assert.equal(endStates, explored.endStates, `${path}: executions that end`);
  assert.equal(states, explored.states + BEFORE + AT_AN_END * endStates, `${path}: states`);
}

/** A scenario that shows what it says it finds: SPIN's first error is just that. */
export function agreeThatItShows(path: string, id: string): void {
  const program = scenarioAt(path);
  const explored = new Explorer(program).run();
  assert.equal(verdictOfCheck(program, explored).verdict, "pass", `${path}: the explorer's verdict`);
  const { errors } = spin(program);
  assert.equal(errors.length, 1, `${path}: SPIN's errors`);
  assert.match(errors[0] as string, new RegExp(`^${id} .*, as the file says$`));
}
