/** Replays a schedule with everything recorded, up to the failure that it leads to. */
import type { Program } from "../vm/program.ts";
import { addCauses } from "./check-causes.ts";
import type { Failure } from "./failure.ts";
import type { Move } from "./schedule.ts";
import { Scheduler } from "./scheduler.ts";
import { Simulation } from "./simulation.ts";

/** Steps that a replay may take for each move before it counts as lost: a move has few statements. */
const STEPS_A_MOVE = 100_000;

/** Where a replay came to. */
export interface Replayed {
  /** It stands just after the step that showed the failure. */
  readonly simulation: Simulation;
  /** undefined if the schedule does not lead there. */
  readonly failure: Failure | undefined;
  /** Of a circle: the moment at which its round begins. */
  readonly roundFrom: number | undefined;
}

/** A replay in slices. */
export class Replay {
  private readonly simulation: Simulation;
  private readonly scheduler: Scheduler;
  private readonly expected: Failure;
  /** Moves before the round of a circle; -1 if there is none. */
  private readonly beforeRound: number;
  private roundFrom: number | undefined;
  private left: number;
  private over = false;

  constructor(program: Program, moves: readonly Move[], expected: Failure) {
    this.simulation = new Simulation(program);
    this.scheduler = new Scheduler(this.simulation, 0, moves);
    this.expected = expected;
    const round = moves.at(-1)?.closes?.moves;
    this.beforeRound = round === undefined ? -1 : moves.length - round;
    this.left = (moves.length + 1) * STEPS_A_MOVE;
  }

  /** Makes `steps` more steps at most. Returns whether it is over. */
  advance(steps: number): boolean {
    const { simulation, scheduler } = this;
    for (let i = 0; i < steps && !this.over; i++) {
      if (this.found() !== undefined || this.left-- <= 0) this.over = true;
      else {
        // What nobody sees belongs to the moves before.
        if (this.roundFrom === undefined && scheduler.used === this.beforeRound && scheduler.isBetweenMoves())
          this.roundFrom = simulation.store.step;
        const known = simulation.failures.length;
        const progress = scheduler.step();
        if (progress.kind === "stuck") simulation.deadlock();
        else if (progress.kind === "finished") simulation.checkEnd();
        addCauses(simulation, known);
        if (progress.kind !== "moved") this.over = true;
      }
    }
    return this.over;
  }
  private found(): Failure | undefined {
    const { kind, id } = this.expected;
    return this.simulation.failures.find((f) => f.kind === kind && f.id === id);
  }

  /** Where it came to; before it is over, where it is. */
  result(): Replayed {
    const { simulation, roundFrom } = this;
    const last = this.over && this.left > 0 ? simulation.failures[0] : undefined;
    return { simulation, failure: this.found() ?? last, roundFrom };
  }
}

/** Runs `program` along `moves` until `expected` has been found again. */
export function replay(program: Program, moves: readonly Move[], expected: Failure): Replayed {
  const going = new Replay(program, moves, expected);
  while (!going.advance(STEPS_A_MOVE));
  return going.result();
}
