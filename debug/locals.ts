/** The locals of frames: where one lies, by its name, and which names a text can use. */
import type { CompiledScenario } from "../language/compile/scenario.ts";
import { visibleLocals } from "../language/compile/visible.ts";
import { localsAt } from "../language/resolve/fragment.ts";
import type { Simulation } from "../sim-core/explore/simulation.ts";
import type { EvaluationFrame } from "./evaluate.ts";
import type { Frame } from "./stop.ts";

export class Locals {
  private readonly compiled: CompiledScenario;
  private readonly simulation: Simulation;

  constructor(compiled: CompiledScenario, simulation: Simulation) {
    this.compiled = compiled;
    this.simulation = simulation;
  }

  /** The slot of a local of a frame, by name: of its function's frame, or of the scenario's variables. */
  slot(frame: EvaluationFrame, name: string): { readonly isScenario: boolean; readonly slot: number } | undefined {
    const info = this.simulation.program.functions[frame.function];
    if (info?.role !== "fn" && info?.role !== "callback") {
      const { slots } = this.compiled.context;
      const local = localsAt(this.compiled.resolved, frame.inMainFile ? frame.offset : undefined).find(
        (l) => l.name === name,
      );
      const slot = slots.get(local === undefined ? `as ${name}` : local.at.name);
      return slot === undefined ? undefined : { isScenario: true, slot };
    }
    const text = this.simulation.program.sources[info.spot.source]?.text;
    const slot = text === undefined || frame.base === 0 ? undefined : visibleLocals(text, info, frame.offset).get(name);
    return slot === undefined ? undefined : { isScenario: false, slot };
  }
  /** The thread that a frame of the present moment belongs to. */
  threadOfFrame(frame: EvaluationFrame): number | undefined {
    const { vm, machine } = this.simulation;
    for (let thread = 0; thread < machine.threads.length; thread++) {
      if (vm.framesOf(thread).some((f) => f.base === frame.base && f.function === frame.function)) return thread;
    }
    return undefined;
  }

  /** The names of locals that expressions in a frame can use. */
  names(frame: Frame): readonly string[] {
    if (frame.isScenario)
      return localsAt(this.compiled.resolved, frame.inMainFile ? frame.offset : undefined).map((l) => l.name);
    const info = this.simulation.program.functions[frame.function];
    const text = this.simulation.program.sources[info?.spot.source ?? 0]?.text;
    if (info === undefined || text === undefined) return [];
    return [...visibleLocals(text, info, frame.offset).keys()];
  }
}
