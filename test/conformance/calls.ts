/** Which functions the model went through, as the oracle's trace tells a kernel's. */
import type { Simulation } from "../../sim-core/explore/simulation.ts";
import type { Value } from "../../sim-core/store/value.ts";
import type { CallTracer } from "../../sim-core/vm/vm.ts";

/** A function that was entered. */
export interface ModelCall {
  readonly name: string;
}

/** Notes the calls of functions that are traced on a real kernel too. */
export class CallRecorder implements CallTracer {
  private readonly simulation: Simulation;
  private calls: ModelCall[] = [];

  constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  entered(fn: number, _thread: number, _self: Value, _args: readonly Value[]): void {
    this.calls.push({ name: this.simulation.program.functions[fn]?.name ?? "" });
  }

  /** The calls since this was asked last. */
  take(): readonly ModelCall[] {
    const { calls } = this;
    this.calls = [];
    return calls;
  }
}
