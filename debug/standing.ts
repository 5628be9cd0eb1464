/** Where threads stand in the scenario's text, and the moments of the history at which they began what they are in. */
import type { Simulation } from "../sim-core/explore/simulation.ts";
import { DIRECTOR } from "../sim-core/explore/simulation.ts";
import type { Timeline } from "./timeline.ts";

export class Standing {
  private readonly timeline: Timeline;
  private readonly simulation: Simulation;
  /** Where statements of the scenario begin. */
  private readonly scenarioPcs = new Set<number>();
  /** Where they go on: at the steps of a statement that follow its first one. */
  private readonly laterPcs = new Set<number>();

  constructor(timeline: Timeline) {
    this.timeline = timeline;
    this.simulation = timeline.simulation;
    const { codeMap, program } = this.simulation;
    program.functions.forEach((info, fn) => {
      if (info.role !== "thread" && info.role !== "director") return;
      const begun = new Set<string>();
      for (const { pc, spot } of codeMap.statementsOf(fn)) {
        const { start, end } = this.simulation.spot(spot);
        const span = `${start}-${end}`;
        (begun.has(span) ? this.laterPcs : this.scenarioPcs).add(pc);
        begun.add(span);
      }
    });
  }

  /** How deep a thread's stack is; 0 if it has nothing to do. So has the top level while it waits for what it has started. */
  depthOf(thread: number): number {
    if (thread === DIRECTOR && !this.isAtScenario(DIRECTOR) && !this.isWithin(DIRECTOR)) return 0;
    return this.simulation.vm.depthOf(thread);
  }
  /** Whether a thread stands in front of a statement of the scenario. */
  isAtScenario(thread: number): boolean {
    const { vm, machine } = this.simulation;
    return vm.depthOf(thread) === 1 && this.scenarioPcs.has(machine.threads.pc.get(thread));
  }
  /** Whether a thread stands in the middle of a statement of the scenario: behind its first step, and in no call. */
  isWithin(thread: number): boolean {
    const { vm, machine } = this.simulation;
    return vm.depthOf(thread) === 1 && this.laterPcs.has(machine.threads.pc.get(thread));
  }
  /** Whether step `step` of the history began a statement of the scenario. */
  isOfScenario(step: number): boolean {
    return this.timeline.depthOf(step) === 1 && this.scenarioPcs.has(this.timeline.pcOf(step));
  }
  /** The threads that could make a step now. */
  movable(): number[] {
    const { simulation } = this;
    return simulation.running().filter((t) => (t !== DIRECTOR || this.isAtScenario(DIRECTOR)) && simulation.canStep(t));
  }

  /** Moments of the history, oldest first, in front of a step from one of these program counters. */
  momentsAt(pcs: ReadonlySet<number>): number[] {
    const { timeline } = this;
    const found: number[] = [];
    for (let step = timeline.oldest + 1; step <= timeline.newest; step++) {
      if (pcs.has(timeline.pcOf(step))) found.push(step - 1);
    }
    return found;
  }
  /** The moment at which the function of a frame of `thread` was entered; `depth` counts from the outermost frame, 1. */
  entryOf(thread: number, depth: number): number {
    const { timeline } = this;
    let entry = timeline.now;
    for (let step = timeline.now; step > timeline.oldest; step--) {
      if (timeline.threadOf(step) !== thread || timeline.isIntervention(step)) continue;
      const at = timeline.depthOf(step);
      if (at >= depth) entry = step - 1;
      if (at < depth || (depth === 1 && at === 1 && this.isEntry(timeline.pcOf(step)))) break;
    }
    return entry;
  }
  private isEntry(pc: number): boolean {
    return this.simulation.program.functions.some((info) => info.entry === pc);
  }
  /**
   * The moment at which `thread` began its last statement that is no deeper than the present one; from the beginning of a thread's
   * block, the moment before the scenario's last statement. The oldest moment if there is none.
   */
  beforeStatement(thread: number): number {
    const { timeline } = this;
    const depth = this.depthOf(thread);
    const ofThread = depth > 0 && thread !== DIRECTOR && !this.isAtItsBeginning(thread);
    for (let step = timeline.now; step > timeline.oldest; step--) {
      const isIt = ofThread
        ? timeline.threadOf(step) === thread &&
          timeline.depthOf(step) <= depth &&
          !this.laterPcs.has(timeline.pcOf(step))
        : this.isOfScenario(step);
      if (isIt) return step - 1;
    }
    return timeline.oldest;
  }
  private isAtItsBeginning(thread: number): boolean {
    const { vm, program } = this.simulation;
    const [frame, ...rest] = vm.framesOf(thread);
    return rest.length === 0 && frame?.pc === program.functions[frame?.function ?? -1]?.entry;
  }
}
