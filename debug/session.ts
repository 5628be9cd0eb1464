/**
 * The one object that debuggers, panels and tests talk to: an execution of a scenario with breakpoints, filters and a position in
 * its history. It knows no protocol and no host.
 *
 * A breakpoint is seen in front of its statement, by making the step and undoing it: which thread moves next is the scheduler's
 * to say, and a thread that waits has not reached its statement yet. What was undone stays in the history and is done again when
 * execution goes on, so that the same state always continues in the same way.
 */
import type { CompiledScenario } from "../language/compile/scenario.ts";
import type { Context } from "../language/resolve/context.ts";
import type { Failure } from "../sim-core/explore/failure.ts";
import { isFoundAtEnd } from "../sim-core/explore/failure.ts";
import type { Move } from "../sim-core/explore/schedule.ts";
import { loadSchedule } from "../sim-core/explore/schedule.ts";
import type { Simulation } from "../sim-core/explore/simulation.ts";
import { DIRECTOR } from "../sim-core/explore/simulation.ts";
import { ThreadStatus } from "../sim-core/machine/threads.ts";
import type { Program, Spot } from "../sim-core/vm/program.ts";
import type { Breakpoints } from "./breakpoints.ts";
import type { Data } from "./data.ts";
import { DataReader } from "./data.ts";
import { DataBreakpoints } from "./data-breakpoints.ts";
import type { Change } from "./data-watch.ts";
import { DataWatch } from "./data-watch.ts";
import type { Evaluation, EvaluationFrame } from "./evaluate.ts";
import { Evaluator } from "./evaluate.ts";
import type { Filters } from "./filters.ts";
import type { StopBefore } from "./launch.ts";
import { Locals } from "./locals.ts";
import type { StepFilter } from "./protocol.ts";
import { Stacks } from "./stacks.ts";
import { Standing } from "./standing.ts";
import type { Frame, Stop } from "./stop.ts";
import { Stops } from "./stops.ts";
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
  /**
   * Back to where a thread began its last statement that is no deeper than the present one, from the beginning of a thread's block to
   * the statement of the scenario before; or to what stops on the way. `finest`: one step, whoever made it.
   */
  | { readonly kind: "stepBack"; readonly thread: number; readonly alone?: false; readonly finest?: boolean }
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
  /** Of a run back: the moment that was looked at last; what the step to it did was not, unless `isDone`. */
  moment: number;
  isDone: boolean;
  /** Of a run back: the moment at which it ends. */
  readonly until: number;
  /** Of a run back from the end: failures found there that it comes by, the last one first. */
  readonly atEnd: Failure[];
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
  readonly locals: Locals;
  /** Where threads stand in the scenario's text, now and in the past. */
  readonly standing: Standing;
  /** Told of what log points print, and where they are; on the way back an arrow comes first. */
  onLog: (text: string, spot: Spot) => void = () => {};
  /** Told when the oldest part of history was forgotten, with the first moment that is left. */
  onCut: (oldest: number) => void = () => {};
  /** Where `stepIn` and `stepOut` stop. */
  stepFilter: StepFilter;
  /** The scenario's main file, an index of the program's sources. */
  readonly mainSource: number;
  private readonly stacks: Stacks;
  private readonly stops: Stops;
  private present: Stop;
  private run: Run | undefined;
  /** Whether the statement that is next was shown to the user already: a breakpoint in front of it does not stop again. */
  private shown = false;
  /** The step whose log points have printed already, as it is yet to be made. */
  private loggedStep = -1;
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
    const { schedule } = options;
    this.timeline = new Timeline(
      compiled.program,
      options.seed ?? 0,
      schedule === undefined ? undefined : (simulation) => readSchedule(simulation, schedule),
      options.historyLimit,
    );
    this.stacks = new Stacks(this.timeline, this.mainSource);
    this.locals = new Locals(compiled, this.simulation);
    this.evaluator = new Evaluator(compiled, context, this.timeline, this.locals);
    this.standing = new Standing(this.timeline);
    this.data = new DataReader(this);
    this.dataBreakpoints = new DataBreakpoints(this, this.data);
    this.stops = new Stops(this.timeline, this.stacks, this.evaluator, this.dataBreakpoints);
    this.stops.onLog = (text, spot) => this.onLog(text, spot);
    this.breakpoints = this.stops.breakpoints;
    this.filters = this.stops.filters;
    this.timeline.onForget = (newest) => {
      this.stops.forgetAfter(newest);
      if (this.loggedStep > newest) this.loggedStep = -1;
    };
    this.timeline.onCut = (oldest) => {
      this.stops.forgetTo(oldest);
      this.onCut(oldest);
    };
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
    const thread =
      isStep && go.alone !== true && this.standing.depthOf(go.thread) === 0 ? this.timeline.next() : go.thread;
    const depth = thread === undefined ? 0 : this.standing.depthOf(thread);
    const { now, oldest } = this.timeline;
    const until = go.kind === "stepBack" ? this.backFrom(go.thread, go.finest === true) : oldest;
    // What a step did is shown as that step, the step being made.
    const isDone = this.present.frames !== undefined && !this.isAtEndFailure();
    const atEnd = isBack(go) && !isDone ? this.passedAtEnd() : [];
    if (isBack(go)) this.loggedStep = -1;
    this.run = { go, thread, depth, flowing: false, made: 0, moment: now, isDone, until, atEnd };
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
      const stop = isBack(run.go) ? this.oneBack(run) : this.oneStep(run);
      if (stop !== undefined) return this.stopAt(stop);
      if (++run.made >= RUN_LIMIT && !isBack(run.go)) return this.stopAt(this.endlessLoop(run.made));
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
    if (this.run !== undefined && isBack(this.run.go)) this.timeline.goTo(this.run.moment);
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
    // After an exception it is the statement that did it that is shown, which is done already.
    this.shown = stop.frames === undefined;
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
    const hit = this.stops.hasBreakpoint(step) ? this.reached(step, mayBreak) : undefined;
    if (hit !== undefined) return hit;
    if (run.go.kind === "to" && run.made > 0 && run.go.pcs.has(timeline.pcOf(step))) {
      timeline.back();
      return { reason: "goto", thread: timeline.threadOf(step) };
    }
    const ahead = mayBreak ? this.stops.beforeEvent(step) : undefined;
    if (ahead !== undefined) return ahead;
    if (run.flowing && this.isFlowsEnd(run.go, step)) {
      timeline.back();
      return { reason: "step", thread: timeline.threadOf(step) };
    }
    return this.doneBy(step) ?? this.goalReached(run, step);
  }
  /** Breakpoints in front of step `step`; where the user was shown it already, it counts and is logged and does not stop. */
  private reached(step: number, mayBreak: boolean): Stop | undefined {
    const isLogged = this.loggedStep === step;
    this.loggedStep = step;
    return this.stops.atBreakpoint(step, { mayStop: mayBreak, isLogged });
  }

  /** Whether step `step` begins where a run stops whose thread has ended. */
  private isFlowsEnd(go: Go, step: number): boolean {
    if (go.kind === "stepIn" && this.stepFilter === "all") return true;
    return this.standing.isOfScenario(step);
  }

  private goalReached(run: Run, step: number): Stop | undefined {
    const { go } = run;
    const { timeline } = this;
    if (go.kind !== "stepIn" && go.kind !== "stepOver" && go.kind !== "stepOut") return undefined;
    const thread = timeline.threadOf(step);
    if (go.finest === true) return { reason: "step", thread: timeline.next() ?? thread };
    if (thread !== run.thread) return undefined;
    const depth = this.standing.depthOf(thread);
    if (depth === 0) {
      run.flowing = true;
      return undefined;
    }
    if (this.standing.isWithin(thread)) return undefined;
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
    if (this.stepFilter === "all" || this.standing.isAtScenario(thread)) return true;
    if (this.stepFilter === "scenario") return false;
    const [frame] = this.stacks.now(thread);
    return frame === undefined || isOfDriver(this.program, frame);
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
    const brief = found === undefined ? "nothing to do here" : `waits for ${found.what}`;
    return { reason: "step", thread, description, brief };
  }
  private endlessLoop(steps: number): Stop {
    const thread = this.timeline.next();
    const name = thread === undefined ? "" : this.simulation.threadName(thread);
    const description = `${steps.toLocaleString("en")} steps without a stop: is this an endless loop? ${name} is here.`;
    return { reason: "pause", thread, description, brief: "an endless loop?" };
  }

  /** The execution has ended: what was found wrong at its end is shown first, each once. */
  private atEnd(): Stop {
    const atEnd = this.endFailures();
    const { failure } = this.present;
    const shownIndex = failure === undefined ? -1 : atEnd.indexOf(failure);
    const next = atEnd.slice(shownIndex + 1).find((f) => this.filters.stopsAtFailure(f));
    if (next !== undefined) return this.stops.ofFailure(next, undefined);
    return { reason: "finished", thread: undefined };
  }
  /** What was found when the execution had ended, at the present moment. */
  private endFailures(): Failure[] {
    const { timeline } = this;
    const nothingRan = timeline.now === 0;
    return timeline.failures.filter((f) => f.step === timeline.now && (nothingRan || isFoundAtEnd(f)));
  }
  private isAtEndFailure(): boolean {
    const { failure } = this.present;
    return failure !== undefined && this.endFailures().includes(failure);
  }
  /** Those of them that a run back from here comes by. */
  private passedAtEnd(): Failure[] {
    if (this.timeline.ended === undefined) return [];
    const all = this.endFailures();
    const { failure } = this.present;
    const shown = failure === undefined ? -1 : all.indexOf(failure);
    return all.slice(0, shown < 0 ? undefined : shown).filter((f) => this.filters.stopsAtFailure(f));
  }

  /** Why execution stops after step `step`, which leads to the present: an exception, data that it changed, or both. */
  private doneBy(step: number): Stop | undefined {
    const exception = this.exceptionAt(step);
    if (exception !== undefined && this.timeline.now !== step) return exception;
    const data = this.stops.atData(step);
    if (exception !== undefined) this.timeline.goTo(step);
    if (exception === undefined || data?.breakpoints === undefined) return exception ?? data;
    return {
      ...exception,
      description: `${exception.description}; ${data.description}`,
      breakpoints: data.breakpoints,
    };
  }
  /** What step `step` did that a filter stops at; in front of it, if the first run stops before a failure. */
  private exceptionAt(step: number): Stop | undefined {
    const stop = this.stops.atException(step);
    return stop?.failure !== undefined && this.stopBefore === "failure" ? this.justBefore(stop, step) : stop;
  }
  /** The saved interleaving has led to where it ends. */
  private scheduleOver(): Stop {
    this.stopBefore = undefined;
    return {
      reason: "goto",
      thread: this.timeline.next(),
      description: "the interleaving leads here",
      brief: "it leads here",
    };
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

  // --------------------------------------------------------------------------------------------------- frames

  /** The stack of a thread, innermost first; for the one that an exception stopped, as it was at the statement that did it. */
  frames(thread: number): readonly Frame[] {
    if (this.present.thread === thread && this.present.frames !== undefined) return this.present.frames;
    // While it waits for what it has started, the top level is at no statement.
    if (thread === DIRECTOR && this.standing.depthOf(DIRECTOR) === 0) return [];
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
    if (!shown.includes(DIRECTOR) && (this.standing.isAtScenario(DIRECTOR) || shown.length === 0)) shown.push(DIRECTOR);
    return shown.sort((a, b) => a - b).map((id) => ({ id, name: simulation.threadName(id) }));
  }

  /** Evaluates an expression in a frame, or in the scenario at large. A place alone is its value if `placesAreValues`. */
  evaluate(text: string, frame: EvaluationFrame | undefined, placesAreValues = false): Evaluation {
    return this.evaluator.evaluate(text, frame, placesAreValues);
  }

  /** The moment after which `lastChange` looks for a change: the oldest one, unless the history is very long. */
  searchedFrom(): number {
    return Math.max(this.timeline.oldest, this.timeline.now - CHANGE_LIMIT);
  }
  /** The last step up to the present moment that changed a datum; undefined if none since `searchedFrom` did. */
  lastChange(data: Data): Change | undefined {
    const { timeline } = this;
    const { now } = timeline;
    const from = this.searchedFrom();
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

  // ---------------------------------------------------------------------------------------------- time travel

  /** Goes to a moment of the history. @throws RangeError if it is not one */
  goTo(moment: number): Stop {
    this.run = undefined;
    this.timeline.goTo(moment);
    return this.stopAt({ reason: "goto", thread: this.timeline.next() });
  }

  /** Goes back to where the function of a frame of `thread` was entered; `depth` counts from the outermost frame, 1. */
  restartFrame(thread: number, depth: number): Stop {
    const entry = this.standing.entryOf(thread, depth);
    if (entry === this.timeline.oldest && entry > 0) return this.backTo(entry);
    this.timeline.goTo(entry);
    return this.stopAt({ reason: "goto", thread });
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

  /** The reverse of `stepOver`, or of a single step; or to what stops on the way. */
  stepBack(thread: number, finest = false): Stop {
    return this.runNow({ kind: "stepBack", thread, finest });
  }
  /** The moment at which a step back from here ends. */
  private backFrom(thread: number, finest: boolean): number {
    const { now, oldest } = this.timeline;
    const { frames, failure } = this.present;
    const isOfStep = frames !== undefined && this.present.thread === thread && !(failure && isFoundAtEnd(failure));
    return finest || isOfStep ? Math.max(now - 1, oldest) : this.standing.beforeStatement(thread);
  }
  private backTo(moment: number): Stop {
    this.timeline.goTo(moment);
    if (moment === this.timeline.oldest) return this.stopAt(this.beginning());
    return this.stopAt({ reason: "step", thread: this.timeline.threadOf(moment + 1) });
  }
  /** The oldest moment of the history: the beginning of the scenario, or what is left after a cut. */
  private beginning(): Stop {
    const { oldest } = this.timeline;
    const thread = this.timeline.next();
    if (oldest === 0) return { reason: "entry", thread };
    const description = `The history goes back no further: what was before step ${oldest.toLocaleString("en")} is forgotten.`;
    return { reason: "entry", thread, description, brief: "history begins here" };
  }

  /** Back to the last breakpoint, event or failure that stops; to the beginning if there is none. */
  reverseContinue(): Stop {
    return this.runNow({ kind: "reverse" });
  }
  /** Looks whether execution would have stopped one moment before the one that a run back looked at last. */
  private oneBack(run: Run): Stop | undefined {
    const { timeline } = this;
    const failure = run.atEnd.pop();
    if (failure !== undefined) return this.stops.ofFailure(failure, undefined);
    const { moment, until } = run;
    // Where it began it stands after the step, or in front of the next one: what the step did then lies behind it, too.
    if (!run.isDone && moment > timeline.oldest) {
      const stop = this.stopAfter(moment);
      if (stop !== undefined) return stop;
    }
    run.isDone = false;
    if (moment <= until) return this.backTo(until);
    run.moment = moment - 1;
    const isStepped = run.go.kind === "stepBack" && run.moment === until;
    return (isStepped ? undefined : this.stopAhead(moment)) ?? (run.moment === until ? this.backTo(until) : undefined);
  }
  /** Why execution stops after step `step` of the past. */
  private stopAfter(step: number): Stop | undefined {
    if (!this.stops.hasException(step)) return this.stops.atData(step);
    this.timeline.goTo(step);
    return this.doneBy(step);
  }
  /** Why execution stops in front of step `step` of the past. */
  private stopAhead(step: number): Stop | undefined {
    const { timeline, stops } = this;
    if (stops.hasBreakpoint(step)) {
      timeline.goTo(step);
      const stop = stops.atBreakpoint(step, { isBack: true });
      if (stop !== undefined) return stop;
    }
    if (!stops.hasEventAhead(step)) return undefined;
    timeline.goTo(step);
    return stops.beforeEvent(step);
  }
}

/** Whether a way leads back. */
function isBack(go: Go): boolean {
  return go.kind === "reverse" || go.kind === "stepBack";
}

function readSchedule(simulation: Simulation, contents: unknown): readonly Move[] {
  const moves = loadSchedule(simulation, contents);
  if (typeof moves === "string") throw new ScheduleError(moves);
  return moves;
}

/** Whether a frame is of a driver's code, or of the user's own. */
export function isOfDriver(program: Program, frame: Frame): boolean {
  return !frame.isModel || program.sources[frame.spot.source]?.path.startsWith("drivers/") === true;
}
