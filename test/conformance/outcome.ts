/** What the statements of one operation ended with, and the machine as it was right after them. */
import type { Simulation } from "../../sim-core/explore/simulation.ts";
import type { Value } from "../../sim-core/store/value.ts";
import { box, isInteger, Tag, tagOf } from "../../sim-core/store/value.ts";
import { isError } from "../../sim-core/vm/is-kind.ts";

/** How one statement ended. */
export interface Outcome {
  readonly verb: string;
  /** An errno or signal by name, if that is what it ended with. */
  readonly error: string | undefined;
  /** A number, if that is what it ended with; words beyond 2^53 as text. */
  readonly value: number | string | undefined;
  /** Of a snapshot. */
  readonly report: readonly string[] | undefined;
}

/** The end of an operation: what its statements ended with, in order, and the simulation. */
export class OperationEnd {
  readonly outcomes: readonly Outcome[];
  readonly simulation: Simulation;

  constructor(simulation: Simulation, outcomes: readonly Outcome[]) {
    this.simulation = simulation;
    this.outcomes = outcomes;
  }

  /** How the last statement ended. @throws Error if none did */
  get last(): Outcome {
    const last = this.outcomes.at(-1);
    if (last === undefined) throw new Error("no statement of the operation ended");
    return last;
  }
  /** The process of this name. @throws Error if the scenario has none */
  process(name: string): number {
    const id = this.simulation.program.machine.processes.findIndex((process) => process.name === name);
    if (id < 0) throw new Error(`there is no process ${name}`);
    return id;
  }

  /** A variable of the driver that serves a device for a process: a number, or a list of words. */
  driverVariable(device: string, process: string, name: string): readonly (number | string)[] {
    const { machine, vm, program } = this.simulation;
    const deviceId = program.machine.devices.findIndex((d) => d.name === device);
    const context = box(Tag.context, machine.devices.contextId(deviceId, this.process(process)));
    const value = vm.variables.get(vm, context, vm.variables.find(context, name));
    if (tagOf(value) !== Tag.list) return [number(this.simulation, value)];
    const words: (number | string)[] = [];
    for (let i = 0; i < machine.heap.length(value); i++)
      words.push(number(this.simulation, machine.heap.get(value, i)));
    return words;
  }
}

/** Reads an outcome as the log has it. */
export function readOutcome(
  simulation: Simulation,
  verb: string,
  outcome: Value,
  report: readonly string[] | undefined,
): Outcome {
  const error = isError(outcome) ? simulation.describe(outcome) : undefined;
  const value = error === undefined && isInteger(outcome) ? number(simulation, outcome) : undefined;
  return { verb, error, value, report };
}

function number(simulation: Simulation, value: Value): number | string {
  const text = simulation.describe(value);
  return Number.isSafeInteger(Number(text)) ? Number(text) : text;
}
