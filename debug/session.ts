/**
 * The one object that debuggers, panels and tests talk to: an execution of a scenario with breakpoints, filters and a position in
 * its history. It knows no protocol and no host.
 *
 * A breakpoint is seen in front of its statement, by making the step and undoing it: which thread moves next is the scheduler's
 * to say, and a thread that waits has not reached its statement yet. What was undone stays in the history and is done again when
 * execution goes on, so that the same state always continues in the same way.
 */
import type { FragmentProblem } from "../language/compile/fragment.ts";
import type { CompiledScenario } from "../language/compile/scenario.ts";
import { visibleLocals } from "../language/compile/visible.ts";
import type { Context } from "../language/resolve/context.ts";
import { localsAt } from "../language/resolve/fragment.ts";
import type { Resolved } from "../language/resolve/model.ts";
import type { Failure } from "../sim-core/explore/failure.ts";
import type { Move } from "../sim-core/explore/schedule.ts";
import { loadSchedule } from "../sim-core/explore/schedule.ts";
import type { Simulation } from "../sim-core/explore/simulation.ts";
import { DIRECTOR } from "../sim-core/explore/simulation.ts";
import { ThreadStatus } from "../sim-core/machine/threads.ts";
import { NONE, truthy } from "../sim-core/store/value.ts";
import type { CodeStatement } from "../sim-core/vm/code-map.ts";
import type { EventRecord } from "../sim-core/vm/event-log.ts";
import type { Program, Spot } from "../sim-core/vm/program.ts";
import type { Breakpoint } from "./breakpoints.ts";
import { Breakpoints, logMessageParts } from "./breakpoints.ts";
import type { Data } from "./data.ts";
import { DataReader } from "./data.ts";
import { DataBreakpoints } from "./data-breakpoints.ts";
import type { Change } from "./data-watch.ts";
import { DataWatch } from "./data-watch.ts";
import type { Evaluation, EvaluationFrame } from "./evaluate.ts";
import { Evaluator } from "./evaluate.ts";
import { eventText } from "./events.ts";
import type { StopMode } from "./filters.ts";
import { Filters, filterOf } from "./filters.ts";
import type { StopBefore } from "./launch.ts";
import type { StepFilter } from "./protocol.ts";
import { baseName, textPlace } from "./sources.ts";
import { Stacks } from "./stacks.ts";
import type { Frame, Stop } from "./stop.ts";
import { Timeline } from "./timeline.ts";

export interface SessionOptions {
  /** Picks an interleaving; 0 lets a thread run until it waits or ends. */
  readonly seed?: number;
  /** Contents of a saved schedule: the interleaving to follow. */
  readonly schedule?: unknown;
  /** Where `stepIn` and `stepOut` stop; everywhere if not given. */
  readonly stepFilter?: StepFilter;
  /** Where the first run stops, besides where breakpoints and filters say. */
  readonly stopBefore?: StopBefore;
  /** The most steps that can be undone; some millions if not given. */
  readonly historyLimit?: number;
}

/** What a compiled scenario gives a session; `LoadedScenario` of the front door fits once it is known to be without errors. */
export interface SessionScenario {
  readonly compiled: CompiledScenario;
  readonly context: Context;
}

/** A way to go on. `thread` is the one that the user looks at; `alone`: only it moves. */
export type Go =
  | { readonly kind: "continue"; readonly thread?: number | undefined; readonly alone?: boolean }
  /** Forward to a statement at one of these program counters, or whatever else stops. */
  | { readonly kind: "to"; readonly pcs: ReadonlySet<number>; readonly thread?: undefined; readonly alone?: false }
  /** Back to the last breakpoint, event or failure that stops; to the beginning if there is none. */
  | { readonly kind: "reverse"; readonly thread?: number | undefined; readonly alone?: false }
  | {
      readonly kind: "stepIn" | "stepOver" | "stepOut";
      readonly thread: number;
      readonly alone?: boolean;
      /** One step of whoever is next, however small. */
      readonly finest?: boolean;
    };

/** How a host lets a long run be interrupted. */
export interface RunControl {
  /** Lets the host do other things; called between slices. */
  readonly yieldToHost: () => Promise<void>;
  /** Whether the run shall stop where it is. */
  readonly paused: () => boolean;
}

/** Steps that a run makes before it lets the host have its turn: some milliseconds. */
const SLICE = 4000;
/** Steps after which a run without a stop asks whether it is an endless loop. */
const RUN_LIMIT = 3_000_000;

/** Steps in which the last change of something is looked for. */
const CHANGE_LIMIT = 1_000_000;

/** A run under way. */
interface Run {
  readonly go: Go;
  /** The thread that is stepped. */
  readonly thread: number | undefined;
  /** Depth of its stack when it began. */
  readonly depth: number;
  /** The thread has ended: the run stops where the next statement of the scenario begins, or any if `stepIn` is asked for. */
  flowing: boolean;
  made: number;
  /** Of a run back: the moment that was looked at last. */
  moment: number;
}

/** A schedule that does not fit the scenario. */
export class ScheduleError extends Error {}

export class Session {
  readonly timeline: Timeline;
  readonly breakpoints: Breakpoints;
  readonly dataBreakpoints: DataBreakpoints;
  readonly filters: Filters;
  readonly evaluator: Evaluator;
  readonly data: DataReader;
  /** Told of what log points print, and where they are. */
  onLog: (text: string, spot: Spot) => void = () => {};
  /** Told when the oldest part of history was forgotten, with the first moment that is left. */
  onCut: (oldest: number) => void = () => {};
  /** Where `stepIn` and `stepOut` stop. */
  stepFilter: StepFilter;
  /** The scenario's main file, an index of the program's sources. */
  readonly mainSource: number;
  private readonly resolved: Resolved;
  private readonly compiled: CompiledScenario;
  private readonly stacks: Stacks;
  private readonly scenarioPcs = new Set<number>();
  private present: Stop;
  private run: Run | undefined;
  /** Whether the statement that is next was shown to the user already: a breakpoint in front of it does not stop again. */
  private shown = false;
  /** Where the first run stops; undefined once it has. */
  private stopBefore: StopBefore | undefined;

  /**
   * @throws ScheduleError if the schedule does not fit
   * @throws ModelError if a driver's `open` fails
   */
  constructor(scenario: SessionScenario, options: SessionOptions = {}) {
    const { compiled, context } = scenario;
    this.stepFilter = options.stepFilter ?? "all";
    this.stopBefore = options.stopBefore;
    this.mainSource = compiled.library.sources.length;
    this.resolved = compiled.resolved;
    this.compiled = compiled;
    const { schedule } = options;
    this.timeline = new Timeline(
      compiled.program,
      options.seed ?? 0,
      schedule === undefined ? undefined : (simulation) => readSchedule(simulation, schedule),
      options.historyLimit,
    );
    this.stacks = new Stacks(this.timeline, this.mainSource);
    this.evaluator = new Evaluator(compiled, context, this.timeline);
    this.breakpoints = new Breakpoints(compiled.program, (condition, statement) =>
      this.conditionProblem(condition, statement),
    );
    this.data = new DataReader(this);
    this.dataBreakpoints = new DataBreakpoints(this, this.data);
    this.timeline.onForget = (newest) => {
      this.breakpoints.forgetAfter(newest);
      this.dataBreakpoints.forgetAfter(newest);
    };
    this.timeline.onCut = (oldest) => {
      this.breakpoints.forgetTo(oldest);
      this.dataBreakpoints.forgetTo(oldest);
      this.onCut(oldest);
    };
    this.filters = new Filters(this.evaluator);
    const { codeMap } = this.simulation;
    compiled.program.functions.forEach((info, fn) => {
      if (info.role !== "thread" && info.role !== "director") return;
      for (const statement of codeMap.statementsOf(fn)) this.scenarioPcs.add(statement.pc);
    });
    this.present = { reason: "entry", thread: this.timeline.next() };
  }

  /** What is run; statements that are typed extend it. */
  get program(): Program {
    return this.simulation.program;
  }
  get simulation(): Simulation {
    return this.timeline.simulation;
  }
  /** Why it stands where it stands. */
  get stop(): Stop {
    return this.present;
  }
  /** Whether a run is under way: begun, and not stopped yet. */
  get isRunning(): boolean {
    return this.run !== undefined;
  }

  // ------------------------------------------------------------------------------------------------- going on

  /** Begins to go on; `slice` does it. At the very beginning a breakpoint in front of the first statement counts. */
  begin(go: Go): void {
    const isStep = go.kind === "stepIn" || go.kind === "stepOver" || go.kind === "stepOut";
    // Of a thread that has nothing to do, nothing can be stepped: the one that is next is meant.
    const thread = isStep && go.alone !== true && this.depthOf(go.thread) === 0 ? this.timeline.next() : go.thread;
    const depth = thread === undefined ? 0 : this.depthOf(thread);
    this.run = { go, thread, depth, flowing: false, made: 0, moment: this.timeline.now };
  }

  /** Goes on for at most `steps` steps. Returns the stop, or undefined if the run is still under way. */
  slice(steps = SLICE): Stop | undefined {
    const { run } = this;
    if (run === undefined) return this.present;
    if (run.made === 0) {
      const finished = this.finishStatement(run);
      if (finished !== undefined) return this.stopAt(finished);
    }
    for (let i = 0; i < steps; i++) {
      const stop = run.go.kind === "reverse" ? this.oneBack(run) : this.oneStep(run);
      if (stop !== undefined) return this.stopAt(stop);
      if (++run.made >= RUN_LIMIT && run.go.kind !== "reverse") return this.stopAt(this.endlessLoop(run.made));
    }
    return undefined;
  }

  /** Goes on until it stops, in slices between which the host may do other things. */
  async runToStop(go: Go, control: RunControl): Promise<Stop> {
    this.begin(go);
    for (;;) {
      const stop = this.slice();
      if (stop !== undefined) return stop;
      await control.yieldToHost();
      if (control.paused()) return this.pause();
    }
  }
  /** The same without a host that could interrupt it. */
  runNow(go: Go): Stop {
    this.begin(go);
    for (;;) {
      const stop = this.slice();
      if (stop !== undefined) return stop;
    }
  }

  /** The user has been shown the beginning: a breakpoint in front of the first statement does not stop again. */
  showEntry(): void {
    this.shown = true;
  }

  /** Stops the run under way where it is. */
  pause(): Stop {
    if (this.run?.go.kind === "reverse") this.timeline.goTo(this.run.moment);
    return this.stopAt({ reason: "pause", thread: this.timeline.next() });
  }

  /**
   * The state was changed by hand: why it stands here is still so, but what an exception showed of the past is not what a step
   * from here begins with.
   */
  standHere(): void {
    this.run = undefined;
    const { reason, thread } = this.present;
    this.present = { reason, thread };
    this.shown = true;
  }

  private stopAt(stop: Stop): Stop {
    this.present = stop;
    this.run = undefined;
    this.shown = true;
    return stop;
  }

  /**
   * After an exception the thread is shown at the statement that did it, which is done already: a step from there finishes the
   * statement, and shows where the thread really stands.
   */
  private finishStatement(run: Run): Stop | undefined {
    const { go } = run;
    const { present } = this;
    if (present.frames === undefined || (go.kind !== "stepIn" && go.kind !== "stepOver")) return undefined;
    if (go.finest === true || go.thread !== present.thread || !this.simulation.isRunning(go.thread)) return undefined;
    return { reason: "step", thread: go.thread };
  }

  private oneStep(run: Run): Stop | undefined {
    const { timeline } = this;
    const alone = run.go.alone === true ? run.go.thread : undefined;
    if (this.stopBefore === "scheduleEnd" && timeline.isScheduleOver) return this.scheduleOver();
    const forward = timeline.forward(alone);
    if (forward === "blocked") return this.waits(alone ?? DIRECTOR);
    if (forward !== "moved") return this.atEnd();
    const step = timeline.now;
    const mayBreak = run.made > 0 || !this.shown;
    if (mayBreak && !this.breakpoints.isEmpty) {
      const reached = this.breakpoints.at(timeline.pcOf(step));
      const hit = reached === undefined ? undefined : this.reached(reached, step);
      if (hit !== undefined) return hit;
    }
    if (run.go.kind === "to" && run.made > 0 && run.go.pcs.has(timeline.pcOf(step))) {
      timeline.back();
      return { reason: "goto", thread: timeline.threadOf(step) };
    }
    const ahead = mayBreak ? this.eventAhead(step) : undefined;
    if (ahead !== undefined) return ahead;
    if (run.flowing && this.isFlowsEnd(run.go, step)) {
      timeline.back();
      return { reason: "step", thread: timeline.threadOf(step) };
    }
    return this.exceptionAt(step) ?? this.dataStop(step) ?? this.goalReached(run, step);
  }

  /** Whether step `step` begins where a run stops whose thread has ended. */
  private isFlowsEnd(go: Go, step: number): boolean {
    if (go.kind === "stepIn" && this.stepFilter === "all") return true;
    return this.timeline.depthOf(step) === 1 && this.scenarioPcs.has(this.timeline.pcOf(step));
  }

  private goalReached(run: Run, step: number): Stop | undefined {
    const { go } = run;
    const { timeline } = this;
    if (go.kind === "continue" || go.kind === "reverse" || go.kind === "to") return undefined;
    const thread = timeline.threadOf(step);
    if (go.finest === true) return { reason: "step", thread: timeline.next() ?? thread };
    if (thread !== run.thread) return undefined;
    const depth = this.depthOf(thread);
    if (depth === 0) {
      run.flowing = true;
      return undefined;
    }
    switch (go.kind) {
      case "stepIn":
        return this.isShownByFilter(thread) ? { reason: "step", thread } : undefined;
      case "stepOver":
        return depth <= run.depth ? { reason: "step", thread } : undefined;
      case "stepOut":
        return depth < run.depth && this.isShownByFilter(thread) ? { reason: "step", thread } : undefined;
    }
  }
  /** Whether the step filter lets a step stop where a thread stands. */
  private isShownByFilter(thread: number): boolean {
    if (this.stepFilter === "all" || this.isAtScenario(thread)) return true;
    if (this.stepFilter === "scenario") return false;
    const [frame] = this.stacks.now(thread);
    return frame === undefined || isOfDriver(this.program, frame);
  }
  /** How deep a thread's stack is; 0 if it has nothing to do. So has the top level while it waits for what it has started. */
  private depthOf(thread: number): number {
    if (thread === DIRECTOR && !this.isAtScenario(DIRECTOR)) return 0;
    return this.simulation.vm.depthOf(thread);
  }
  private isAtScenario(thread: number): boolean {
    return (
      this.simulation.vm.depthOf(thread) === 1 && this.scenarioPcs.has(this.simulation.machine.threads.pc.get(thread))
    );
  }

  private waits(thread: number): Stop {
    const name = this.simulation.threadName(thread);
    const found = this.simulation.isRunning(thread)
      ? this.simulation.waiting().find((w) => w.thread === thread)
      : undefined;
    const description =
      found === undefined
        ? `${name} has nothing to do here.`
        : `${name} cannot go on alone: it waits for ${found.what}.`;
    return { reason: "step", thread, description };
  }
  private endlessLoop(steps: number): Stop {
    const thread = this.timeline.next();
    const name = thread === undefined ? "" : this.simulation.threadName(thread);
    const description = `${steps.toLocaleString("en")} steps without a stop: is this an endless loop? ${name} is here.`;
    return { reason: "pause", thread, description };
  }

  /** The execution has ended: what was found wrong at its end is shown first, each once. */
  private atEnd(): Stop {
    const { present, timeline } = this;
    const nothingRan = timeline.now === 0;
    const atEnd = timeline.failures.filter((f) => f.step === timeline.now && (nothingRan || isFoundAtEnd(f)));
    const shownIndex = present.failure === undefined ? -1 : atEnd.indexOf(present.failure);
    const next = atEnd.slice(shownIndex + 1).find((f) => this.filters.stopsAtFailure(f));
    if (next !== undefined) return this.failureStop(next, undefined);
    return { reason: "finished", thread: undefined };
  }

  // --------------------------------------------------------------------------------------- breakpoints, filters

  private conditionProblem(condition: string, { function: fn, spot }: CodeStatement): string | undefined {
    const view = { function: fn, base: 0, pc: 0, self: NONE };
    const place = this.evaluator.placeOf(this.stacks.frame(view, this.simulation.spot(spot)));
    return this.evaluator.problems(condition, place)[0]?.message;
  }

  /** Breakpoints in front of the statement that step `step` made. If any stops, the step is undone. */
  private reached(breakpoints: readonly Breakpoint[], step: number): Stop | undefined {
    const { timeline } = this;
    const thread = timeline.threadOf(step);
    timeline.back();
    const [frame] = this.stacks.now(thread);
    const hit: Breakpoint[] = [];
    let problem: string | undefined;
    for (const breakpoint of breakpoints) {
      const holds = this.conditionHolds(breakpoint, frame);
      if (holds === false || !this.breakpoints.hit(breakpoint, step)) continue;
      if (typeof holds === "string") problem = holds;
      if (breakpoint.logMessage === undefined) hit.push(breakpoint);
      else if (frame !== undefined) this.onLog(this.logText(breakpoint.logMessage, frame), frame.spot);
    }
    if (hit.length === 0) {
      timeline.forward();
      return undefined;
    }
    const reason = hit.some((b) => b.kind === "line") ? "breakpoint" : "function breakpoint";
    return { reason, thread, description: problem, breakpoints: hit.map((b) => b.id) };
  }
  /** Whether a condition holds; a text says why it cannot be known. */
  private conditionHolds({ condition }: Breakpoint, frame: Frame | undefined): boolean | string {
    if (condition === undefined) return true;
    const result = this.evaluator.evaluate(condition, frame);
    return result.ok ? truthy(result.value) : `The condition '${condition}': ${firstMessage(result.problems)}`;
  }
  private logText(message: string, frame: Frame): string {
    return logMessageParts(message)
      .map(({ kind, text }) => {
        if (kind === "text") return text;
        const result = this.evaluator.evaluate(text, frame, true);
        return result.ok ? this.evaluator.describe(result.value) : `<${firstMessage(result.problems)}>`;
      })
      .join("");
  }

  /** What step `step` did to data that are watched. */
  private dataStop(step: number): Stop | undefined {
    if (this.dataBreakpoints.isEmpty) return undefined;
    const { timeline } = this;
    const thread = timeline.threadOf(step);
    const hits = this.dataBreakpoints.at(step, () => this.stacks.now(thread)[0]);
    if (hits.length === 0) return undefined;
    const frames = this.stacks.before(step);
    const by = timeline.isIntervention(step) ? "by hand" : `by ${this.simulation.threadName(thread)}`;
    const spot = frames[0]?.spot;
    const where = spot === undefined ? "" : ` at ${baseName(textPlace(this.program, spot).path)}:${spot.line}`;
    return {
      reason: "data breakpoint",
      thread,
      description: `${hits.map(({ text }) => text).join("; ")}, ${by}${where}`,
      breakpoints: hits.map(({ breakpoint }) => breakpoint.id),
      frames,
    };
  }

  /** What step `step` did that a filter stops at. */
  private exceptionAt(step: number): Stop | undefined {
    const { timeline, filters } = this;
    const failures = timeline.failures;
    for (let i = failures.length - 1; i >= 0 && failures[i]?.step === step; i--) {
      const failure = failures[i];
      if (failure !== undefined && !isFoundAtEnd(failure) && filters.stopsAtFailure(failure)) {
        const stop = this.failureStop(failure, step);
        return this.stopBefore === "failure" ? this.justBefore(stop, step) : stop;
      }
    }
    const event = filters.watchesEvents ? this.eventAt(step) : undefined;
    return event === undefined ? undefined : this.eventStop(event, step);
  }
  /** The saved interleaving has led to where it ends. */
  private scheduleOver(): Stop {
    this.stopBefore = undefined;
    return { reason: "goto", thread: this.timeline.next(), description: "the interleaving leads here" };
  }
  /** A failure that step `step` shows, told in front of it: the step is undone, and shows it when it is made again. */
  private justBefore({ frames: _, ...stop }: Stop, step: number): Stop {
    this.stopBefore = undefined;
    this.timeline.goTo(step - 1);
    return {
      ...stop,
      thread: this.timeline.threadOf(step),
      description: `The next step shows it: ${stop.description}`,
    };
  }
  /** An event of step `step` in front of which is to be stopped: the step is undone. */
  private eventAhead(step: number): Stop | undefined {
    const { timeline } = this;
    const event = this.filters.stopsBefore ? this.eventAt(step, "before") : undefined;
    if (event === undefined) return undefined;
    const { frames: _, ...stop } = this.eventStop(event, step);
    timeline.goTo(step - 1);
    return stop;
  }
  private eventAt(step: number, mode: StopMode = "after"): EventRecord | undefined {
    const { timeline, filters } = this;
    for (let i = timeline.recordsAt(step - 1); i < timeline.recordsAt(step); i++) {
      const record = timeline.record(i);
      if (record?.kind === "event" && filters.stopsAtEvent(record, mode)) return record;
    }
    return undefined;
  }
  private eventStop(event: EventRecord, step: number): Stop {
    const text = eventText(this.simulation.machine, event, (value) => this.evaluator.describe(value));
    const filter = text.slice(0, text.indexOf("("));
    return {
      reason: "exception",
      thread: this.timeline.threadOf(step),
      filter,
      description: text,
      event,
      frames: this.stacks.before(step),
    };
  }
  private failureStop(failure: Failure, step: number | undefined): Stop {
    const before = step === undefined ? [] : this.stacks.before(step);
    const own = before.filter((frame) => !frame.isModel);
    const isCheck = failure.kind === "expectation" || failure.kind === "property";
    let frames: readonly Frame[] | undefined = before;
    if (failure.kind === "deadlock") frames = undefined;
    else if (isCheck) frames = atSpot(own, failure.spot, this.stacks.topLevel(failure.spot));
    else if (before.length === 0) frames = [this.stacks.topLevel(failure.spot)];
    return {
      reason: "exception",
      thread: failure.thread < 0 ? DIRECTOR : failure.thread,
      filter: filterOf(failure),
      description: failure.message,
      failure,
      ...(frames === undefined ? {} : { frames }),
    };
  }

  // --------------------------------------------------------------------------------------------------- frames

  /** The stack of a thread, innermost first; for the one that an exception stopped, as it was at the statement that did it. */
  frames(thread: number): readonly Frame[] {
    if (this.present.thread === thread && this.present.frames !== undefined) return this.present.frames;
    return this.stacks.now(thread);
  }
  /**
   * Threads to show: those that the scenario's statements name, workers that have something to do, and the scenario's top level
   * where it is at a statement of its own.
   */
  threads(): { readonly id: number; readonly name: string }[] {
    const { simulation, program } = this;
    const named = new Set(program.statements.map((s) => s.thread));
    const shown: number[] = [];
    program.machine.threads.forEach(({ name }, i) => {
      if (named.has(name) || simulation.isRunning(i + 1)) shown.push(i + 1);
    });
    for (const thread of simulation.running()) if (thread >= simulation.vm.firstWorker) shown.push(thread);
    const { thread } = this.present;
    if (thread !== undefined && !shown.includes(thread)) shown.push(thread);
    if (!shown.includes(DIRECTOR) && (this.isAtScenario(DIRECTOR) || shown.length === 0)) shown.push(DIRECTOR);
    return shown.sort((a, b) => a - b).map((id) => ({ id, name: simulation.threadName(id) }));
  }

  /** Evaluates an expression in a frame, or in the scenario at large. A place alone is its value if `placesAreValues`. */
  evaluate(text: string, frame: EvaluationFrame | undefined, placesAreValues = false): Evaluation {
    return this.evaluator.evaluate(text, frame, placesAreValues);
  }

  /** The moment after which `lastChange` looks for a change: the oldest one, unless the history is very long. */
  searchedFrom(most = CHANGE_LIMIT): number {
    return Math.max(this.timeline.oldest, this.timeline.now - most);
  }
  /** The last step up to the present moment that changed a datum; undefined if none in the last `most` steps did. */
  lastChange(data: Data, most = CHANGE_LIMIT): Change | undefined {
    const { timeline } = this;
    const { now } = timeline;
    const from = this.searchedFrom(most);
    const watch = new DataWatch(this, this.data, data);
    let change: Change | undefined;
    for (let step = now; step > from && change === undefined; step--) {
      change = watch.changeAt(step);
    }
    timeline.goTo(now);
    return change;
  }
  /** The statement that made a step of the history. */
  spotOf(step: number): Spot {
    return this.simulation.spot(this.simulation.steps.at(step)?.spot ?? -1);
  }

  /** The slot of a local of a frame, by name: of its function's frame, or of the scenario's variables. */
  localSlot(frame: EvaluationFrame, name: string): { readonly isScenario: boolean; readonly slot: number } | undefined {
    const info = this.program.functions[frame.function];
    if (info?.role !== "fn" && info?.role !== "callback") {
      const { slots } = this.compiled.context;
      const local = localsAt(this.resolved, frame.inMainFile ? frame.offset : undefined).find((l) => l.name === name);
      const slot = slots.get(local === undefined ? `as ${name}` : local.at.name);
      return slot === undefined ? undefined : { isScenario: true, slot };
    }
    const text = this.program.sources[info.spot.source]?.text;
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
  localNames(frame: Frame): readonly string[] {
    if (frame.isScenario)
      return localsAt(this.resolved, frame.inMainFile ? frame.offset : undefined).map((l) => l.name);
    const info = this.program.functions[frame.function];
    const text = this.program.sources[info?.spot.source ?? 0]?.text;
    if (info === undefined || text === undefined) return [];
    return [...visibleLocals(text, info, frame.offset).keys()];
  }

  // ---------------------------------------------------------------------------------------------- time travel

  /** Goes to a moment of the history. @throws RangeError if it is not one */
  goTo(moment: number): Stop {
    this.run = undefined;
    this.timeline.goTo(moment);
    return this.stopAt({ reason: "goto", thread: this.timeline.next() });
  }

  /** Goes back to where the function of a frame of `thread` was entered; `depth` counts from the outermost frame, 1. */
  restartFrame(thread: number, depth: number): Stop {
    const { timeline } = this;
    let entry = timeline.now;
    for (let step = timeline.now; step > timeline.oldest; step--) {
      if (timeline.threadOf(step) !== thread || timeline.isIntervention(step)) continue;
      const at = timeline.depthOf(step);
      if (at >= depth) entry = step - 1;
      if (at < depth || (depth === 1 && at === 1 && this.isEntry(timeline.pcOf(step)))) break;
    }
    if (entry === timeline.oldest && entry > 0) return this.backTo(entry, "step");
    this.timeline.goTo(entry);
    return this.stopAt({ reason: "goto", thread });
  }
  private isEntry(pc: number): boolean {
    return this.program.functions.some((info) => info.entry === pc);
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
  /** The threads that could make a step now. */
  movable(): number[] {
    const { simulation } = this;
    return simulation.running().filter((t) => (t !== DIRECTOR || this.isAtScenario(DIRECTOR)) && simulation.canStep(t));
  }
  /** Ends a thread where it stands, by hand: it does not move any more, and keeps the locks that it has. */
  terminateThread(thread: number): void {
    const { simulation } = this;
    if (!simulation.isRunning(thread)) return;
    const { threads } = simulation.machine;
    const status = thread >= simulation.vm.firstWorker ? ThreadStatus.finished : ThreadStatus.idle;
    this.timeline.intervene(thread, `${simulation.threadName(thread)} is ended`, () => {
      threads.status.set(thread, status);
      threads.statement.set(thread, 0);
    });
    this.stopAt({
      reason: "pause",
      thread: this.timeline.next(),
      description: `${simulation.threadName(thread)} was ended.`,
    });
  }

  /**
   * The reverse of `stepOver`: back to where this thread began its last statement that is no deeper than the present one; from
   * the beginning of a thread's block, to the statement of the scenario before. `finest`: one step, whoever made it.
   */
  stepBack(thread: number, finest = false): Stop {
    const { timeline } = this;
    const { now, oldest } = timeline;
    const exception = this.present.frames !== undefined && this.present.thread === thread && now > oldest;
    const foundAtEnd = this.present.failure !== undefined && isFoundAtEnd(this.present.failure);
    if (now === oldest) return this.stopAt(this.beginning());
    if (finest || (exception && !foundAtEnd)) return this.backTo(now - 1, "step");
    const depth = this.depthOf(thread);
    const ofThread = depth > 0 && thread !== DIRECTOR && !this.isAtItsBeginning(thread);
    for (let moment = now - 1; moment >= oldest; moment--) {
      const by = timeline.threadOf(moment + 1);
      const at = timeline.depthOf(moment + 1);
      if (ofThread ? by === thread && at <= depth : at === 1 && this.scenarioPcs.has(timeline.pcOf(moment + 1))) {
        return this.backTo(moment, "step");
      }
    }
    return this.backTo(oldest, "step");
  }
  private isAtItsBeginning(thread: number): boolean {
    const [frame, ...rest] = this.simulation.vm.framesOf(thread);
    return rest.length === 0 && frame?.pc === this.program.functions[frame?.function ?? -1]?.entry;
  }
  private backTo(moment: number, reason: "step"): Stop {
    this.timeline.goTo(moment);
    if (moment === this.timeline.oldest) return this.stopAt(this.beginning());
    return this.stopAt({ reason, thread: this.timeline.threadOf(moment + 1) });
  }
  /** The oldest moment of the history: the beginning of the scenario, or what is left after a cut. */
  private beginning(): Stop {
    const { oldest } = this.timeline;
    const thread = this.timeline.next();
    if (oldest === 0) return { reason: "entry", thread };
    const description = `The history goes back no further: what was before step ${oldest.toLocaleString("en")} is forgotten.`;
    return { reason: "entry", thread, description };
  }

  /** Back to the last breakpoint, event or failure that stops; to the beginning if there is none. */
  reverseContinue(): Stop {
    return this.runNow({ kind: "reverse" });
  }
  /** Looks whether execution would have stopped one moment before the one that a run back looked at last. */
  private oneBack(run: Run): Stop | undefined {
    const { timeline } = this;
    const { oldest } = timeline;
    const moment = run.moment - 1;
    if (moment < oldest) return this.backTo(oldest, "step");
    run.moment = moment;
    const reached = this.breakpoints.at(timeline.pcOf(moment + 1));
    if (reached !== undefined) {
      timeline.goTo(moment + 1);
      const stop = this.reached(reached, moment + 1);
      if (stop !== undefined) return stop;
    }
    if (this.filters.stopsBefore && this.eventAt(moment + 1, "before") !== undefined) {
      timeline.goTo(moment + 1);
      return this.eventAhead(moment + 1);
    }
    if (moment === oldest) return this.backTo(oldest, "step");
    return this.exceptionInPast(moment) ?? this.dataStop(moment);
  }
  private exceptionInPast(moment: number): Stop | undefined {
    const { timeline, filters } = this;
    const fails = timeline.failures.some((f) => f.step === moment && !isFoundAtEnd(f) && filters.stopsAtFailure(f));
    if (!fails && (!filters.watchesEvents || this.eventAt(moment) === undefined)) return undefined;
    timeline.goTo(moment);
    return this.exceptionAt(moment);
  }
}

function readSchedule(simulation: Simulation, contents: unknown): readonly Move[] {
  const moves = loadSchedule(simulation, contents);
  if (typeof moves === "string") throw new ScheduleError(moves);
  return moves;
}

/** Failures that are found when nothing can move any more, and belong to no step. */
function isFoundAtEnd(failure: Failure): boolean {
  return failure.kind === "deadlock" || (failure.kind === "property" && failure.id === "finally");
}

/** The frames with the innermost one at a spot. */
function atSpot(frames: readonly Frame[], spot: Spot, otherwise: Frame): Frame[] {
  const [first, ...rest] = frames;
  if (first === undefined) return [otherwise];
  return [{ ...first, spot, offset: spot.start }, ...rest];
}

/** Whether a frame is of a driver's code, or of the user's own. */
export function isOfDriver(program: Program, frame: Frame): boolean {
  return !frame.isModel || program.sources[frame.spot.source]?.path.startsWith("drivers/") === true;
}

function firstMessage(problems: readonly FragmentProblem[]): string {
  return problems[0]?.message ?? "it cannot be evaluated";
}
