/** Replays a schedule with everything recorded, up to the failure that it leads to. */
import type { Program } from "../vm/program.ts";
import type { Failure } from "./failure.ts";
import type { Move } from "./schedule.ts";
import { Scheduler } from "./scheduler.ts";
import { Simulation } from "./simulation.ts";

/** Steps that a replay may take for each move before it counts as lost: a move has few statements. */
const STEPS_A_MOVE = 100_000;

/**
 * Runs `program` along `moves` until `expected` has been found again. The simulation stands just after the step that showed it;
 * `failure` is undefined if the schedule does not lead there.
 */
export function replay(
  program: Program,
  moves: readonly Move[],
  expected: Failure,
): { simulation: Simulation; failure: Failure | undefined } {
  const simulation = new Simulation(program);
  const scheduler = new Scheduler(simulation, 0, moves);
  const same = (f: Failure) => f.kind === expected.kind && f.id === expected.id;
  for (let i = 0; i < (moves.length + 1) * STEPS_A_MOVE; i++) {
    const found = simulation.failures.find(same);
    if (found !== undefined) return { simulation, failure: found };
    const progress = scheduler.step();
    if (progress.kind === "moved") continue;
    if (progress.kind === "stuck") simulation.deadlock();
    else simulation.checkEnd();
    return { simulation, failure: simulation.failures.find(same) ?? simulation.failures[0] };
  }
  return { simulation, failure: undefined };
}
