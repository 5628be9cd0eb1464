/** The frames of threads as a debugger shows them: now, or as they were before a step. */
import { NONE } from "../sim-core/store/value.ts";
import type { Spot } from "../sim-core/vm/program.ts";
import type { FrameView } from "../sim-core/vm/vm.ts";
import type { Frame } from "./stop.ts";
import type { Timeline } from "./timeline.ts";

/** How much of a statement's text names a frame. */
const NAME_LENGTH = 80;

export class Stacks {
  private readonly timeline: Timeline;
  private readonly mainSource: number;

  /** `mainSource`: the scenario's main file, an index of the program's sources. */
  constructor(timeline: Timeline, mainSource: number) {
    this.timeline = timeline;
    this.mainSource = mainSource;
  }

  /** The stack of a thread at the present moment, innermost first; empty if it has nothing to do. */
  now(thread: number): Frame[] {
    const { simulation } = this.timeline;
    const process = simulation.machine.threads.processOf(thread);
    return simulation.vm.framesOf(thread).map((view) => this.frame(view, simulation.frameSpot(view), process));
  }

  /** The stack of the thread that made step `step`, as it was before; locals are those of the present moment. */
  before(step: number): Frame[] {
    const { timeline } = this;
    const thread = timeline.threadOf(step);
    const here = timeline.now;
    timeline.goTo(step - 1);
    const frames = this.now(thread);
    timeline.goTo(here);
    // A frame that has ended since has lost its locals.
    const alive = new Map(timeline.simulation.vm.framesOf(thread).map((view) => [view.base, view.function]));
    return frames.map((frame) => (alive.get(frame.base) === frame.function ? frame : { ...frame, base: 0 }));
  }

  /** A frame of the VM that stands at `spot`, of a thread of a process where that is known. */
  frame(view: FrameView, spot: Spot, process?: number): Frame {
    const { simulation } = this.timeline;
    const info = simulation.program.functions[view.function];
    const isScenario = info?.role === "thread" || info?.role === "director";
    return {
      function: view.function,
      base: view.base,
      self: view.self,
      offset: spot.start,
      inMainFile: spot.source === this.mainSource,
      name: isScenario ? this.statementText(spot) : simulation.functionName(view.function),
      spot,
      isModel: simulation.isLibrary(spot),
      isScenario,
      process,
    };
  }
  /** A frame of the scenario's top level at a spot: of checks that no thread makes. */
  topLevel(spot: Spot): Frame {
    return this.frame({ function: this.timeline.simulation.program.director, base: 0, pc: 0, self: NONE }, spot);
  }

  private statementText(spot: Spot): string {
    const { sources } = this.timeline.simulation.program;
    const text = sources[spot.source]?.text.slice(spot.start, spot.end) ?? "";
    const line = text.replace(/\s+/g, " ").trim();
    return line.length > NAME_LENGTH ? `${line.slice(0, NAME_LENGTH - 1)}…` : line;
  }
}
