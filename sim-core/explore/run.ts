/** Runs a simulation to its end: the loop around the scheduler that all hosts share. */
import { addCauses } from "./check-causes.ts";
import type { Failure } from "./failure.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Simulation } from "./simulation.ts";

/** Most steps of a run that is given no other bound. */
export const DEFAULT_MAX_STEPS = 10_000_000;

/** How a run ended: by itself, or at the bound. */
export type RunEnd = "ended" | "limit";

/** A run in progress. */
export class Run {
  readonly simulation: Simulation;
  readonly scheduler: Scheduler;
  private readonly maxSteps: number;
  steps = 0;

  constructor(simulation: Simulation, scheduler: Scheduler, maxSteps = DEFAULT_MAX_STEPS) {
    this.simulation = simulation;
    this.scheduler = scheduler;
    this.maxSteps = maxSteps;
  }

  /** Makes one step; undefined while the run goes on. Its end checks what must hold there, or reports the deadlock. */
  step(): RunEnd | undefined {
    if (this.steps >= this.maxSteps) {
      this.reportLimit();
      return "limit";
    }
    const { failures } = this.simulation;
    const known = failures.length;
    const progress = this.scheduler.step();
    if (progress.kind === "moved") this.steps++;
    else if (progress.kind === "stuck") this.simulation.deadlock();
    else this.simulation.checkEnd();
    if (failures.length > known) addCauses(this.simulation, known);
    if (progress.kind === "moved") return this.simulation.goesRound ? "ended" : undefined;
    return "ended";
  }

  private reportLimit(): Failure {
    const { simulation } = this;
    const thread = this.scheduler.lastMoved;
    const { spot, where } = simulation.standing(thread);
    const message = `no end after ${this.steps} steps: ${simulation.threadName(thread)} is in ${where}`;
    return simulation.fail("limit", "limit", spot, message, thread, []);
  }
}
