/**
 * Where the history stops execution: breakpoints in front of a step, and events, failures and changes of data that it made. Nothing
 * here knows which way execution goes.
 */
import type { FragmentProblem } from "../language/compile/fragment.ts";
import type { Failure } from "../sim-core/explore/failure.ts";
import { isFoundAtEnd } from "../sim-core/explore/failure.ts";
import { DIRECTOR } from "../sim-core/explore/simulation.ts";
import { NONE, truthy } from "../sim-core/store/value.ts";
import type { CodeStatement } from "../sim-core/vm/code-map.ts";
import type { EventRecord } from "../sim-core/vm/event-log.ts";
import type { Spot } from "../sim-core/vm/program.ts";
import type { Breakpoint } from "./breakpoints.ts";
import { Breakpoints, logMessageParts } from "./breakpoints.ts";
import type { DataBreakpoints } from "./data-breakpoints.ts";
import type { Evaluator } from "./evaluate.ts";
import { eventText } from "./events.ts";
import type { StopMode } from "./filters.ts";
import { Filters, filterOf } from "./filters.ts";
import { meetsHitCondition } from "./hits.ts";
import { baseName, textPlace } from "./sources.ts";
import type { Stacks } from "./stacks.ts";
import type { Frame, Stop } from "./stop.ts";
import type { Timeline } from "./timeline.ts";

/** What stands in front of what log points print on the way back: it does not happen anew. */
const BACK = "← ";

/** How execution comes by a breakpoint. */
interface Passing {
  readonly mayStop: boolean;
  readonly isLogged: boolean;
  readonly isBack: boolean;
}

export class Stops {
  readonly breakpoints: Breakpoints;
  readonly filters: Filters;
  /** Told of what log points print, and where they are; what they print on the way back begins with {@link BACK}. */
  onLog: (text: string, spot: Spot) => void = () => {};
  private readonly timeline: Timeline;
  private readonly stacks: Stacks;
  private readonly evaluator: Evaluator;
  private readonly dataBreakpoints: DataBreakpoints;

  constructor(timeline: Timeline, stacks: Stacks, evaluator: Evaluator, dataBreakpoints: DataBreakpoints) {
    this.timeline = timeline;
    this.stacks = stacks;
    this.evaluator = evaluator;
    this.dataBreakpoints = dataBreakpoints;
    this.filters = new Filters(evaluator);
    this.breakpoints = new Breakpoints(timeline.simulation.program, (condition, statement) =>
      this.conditionProblem(condition, statement),
    );
  }

  /** Steps after `newest` are no longer in the history. */
  forgetAfter(newest: number): void {
    this.breakpoints.forgetAfter(newest);
    this.dataBreakpoints.forgetAfter(newest);
  }
  /** Steps up to `oldest` were forgotten. */
  forgetTo(oldest: number): void {
    this.breakpoints.forgetTo(oldest);
    this.dataBreakpoints.forgetTo(oldest);
  }

  // ----------------------------------------------------------------------------------------------- breakpoints

  private conditionProblem(condition: string, { function: fn, spot }: CodeStatement): string | undefined {
    const view = { function: fn, base: 0, pc: 0, self: NONE };
    const { evaluator } = this;
    const { simulation } = this.timeline;
    const problemIn = (process: number | undefined): string | undefined => {
      const frame = this.stacks.frame(view, simulation.spot(spot), process);
      return evaluator.problems(evaluator.spelled(condition, frame), evaluator.placeOf(frame))[0]?.message;
    };
    const problem = problemIn(undefined);
    if (problem === undefined) return undefined;
    // Whose threads come by is not known: what means something to those of one process is no mistake.
    const isKnownToSome = simulation.program.machine.processes.some((_, process) => problemIn(process) === undefined);
    return isKnownToSome ? undefined : problem;
  }

  /** Whether a breakpoint may be in front of the statement that step `step` made: cheap to know. */
  hasBreakpoint(step: number): boolean {
    return !this.breakpoints.isEmpty && this.breakpoints.at(this.timeline.pcOf(step)) !== undefined;
  }
  /**
   * Breakpoints in front of the statement that step `step`, which leads to the present, made. If any stops, it is undone. Unless
   * `mayStop` they only count and log; `isLogged`: they have logged already; `isBack`: execution runs back.
   */
  atBreakpoint(
    step: number,
    { mayStop = true, isLogged = false, isBack = false }: Readonly<Partial<Passing>> = {},
  ): Stop | undefined {
    const { timeline } = this;
    const thread = timeline.threadOf(step);
    const reached = this.breakpoints.at(timeline.pcOf(step)) ?? [];
    timeline.back();
    const [frame] = this.stacks.now(thread);
    const hit: Breakpoint[] = [];
    let problem: string | undefined;
    for (const breakpoint of reached) {
      const holds = this.conditionHolds(breakpoint, frame);
      if (holds === false || !this.isHit(breakpoint, step)) continue;
      if (typeof holds === "string") problem = holds;
      if (breakpoint.logMessage === undefined) hit.push(breakpoint);
      else if (frame !== undefined && !isLogged)
        this.onLog(`${isBack ? BACK : ""}${this.logText(breakpoint.logMessage, frame)}`, frame.spot);
    }
    if (hit.length === 0 || !mayStop) {
      timeline.forward();
      return undefined;
    }
    const reason = hit.some((b) => b.kind === "line") ? "breakpoint" : "function breakpoint";
    const told = problem === undefined ? {} : { description: problem, brief: "its condition fails" };
    return { reason, thread, ...told, breakpoints: hit.map((b) => b.id) };
  }
  /** Whether a breakpoint that step `step` reaches stops by its hit condition: by how often it was reached since the beginning. */
  private isHit(breakpoint: Breakpoint, step: number): boolean {
    const { hitCondition, hits } = breakpoint;
    if (hitCondition === undefined) return true;
    const { timeline } = this;
    const here = timeline.now;
    // It may be younger than the history, or some of that may have been jumped over.
    for (let at = Math.max(hits.countedTo, timeline.oldest) + 1; at < step; at++) {
      if (this.breakpoints.at(timeline.pcOf(at))?.includes(breakpoint) !== true) continue;
      timeline.goTo(at - 1);
      const [frame] = this.stacks.now(timeline.threadOf(at));
      if (this.conditionHolds(breakpoint, frame) !== false) hits.note(at);
    }
    timeline.goTo(here);
    hits.countedTo = Math.max(hits.countedTo, step);
    return meetsHitCondition(hitCondition, hits.note(step));
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

  // ------------------------------------------------------------------------------------------------------ data

  /** What step `step` did to data that are watched. */
  atData(step: number): Stop | undefined {
    if (this.dataBreakpoints.isEmpty) return undefined;
    const { timeline } = this;
    const { simulation } = timeline;
    const thread = timeline.threadOf(step);
    const hits = this.dataBreakpoints.at(step, (at) => this.stacks.now(timeline.threadOf(at))[0]);
    if (hits.length === 0) return undefined;
    const frames = this.stacks.before(step);
    const by = timeline.isIntervention(step) ? "by hand" : `by ${simulation.threadName(thread)}`;
    const spot = frames[0]?.spot;
    const where = spot === undefined ? "" : ` at ${baseName(textPlace(simulation.program, spot).path)}:${spot.line}`;
    return {
      reason: "data breakpoint",
      thread,
      description: `${hits.map(({ text }) => text).join("; ")}, ${by}${where}`,
      breakpoints: hits.map(({ breakpoint }) => breakpoint.id),
      frames,
    };
  }

  // --------------------------------------------------------------------------------------- failures and events

  /** What step `step`, which leads to the present, did that a filter stops at. */
  atException(step: number): Stop | undefined {
    const failure = this.failureOf(step, "after");
    if (failure !== undefined) return this.ofFailure(failure, step);
    const event = this.filters.watchesEvents ? this.eventAt(step) : undefined;
    return event === undefined ? undefined : this.ofEvent(event, step);
  }
  /** Whether `atException` finds anything for a step of the past. The present moment may be any. */
  hasException(step: number): boolean {
    if (this.failureOf(step, "after") !== undefined) return true;
    return this.filters.watchesEvents && this.eventAt(step) !== undefined;
  }
  /** The last failure that step `step` showed and a filter stops at, in a mode. */
  private failureOf(step: number, mode: StopMode): Failure | undefined {
    return this.timeline
      .failuresOf(step)
      .findLast((failure) => !isFoundAtEnd(failure) && this.filters.stopsAtFailure(failure, mode));
  }
  /** An event of step `step`, or what it broke, in front of which is to be stopped; the step is undone. */
  beforeEvent(step: number): Stop | undefined {
    if (!this.filters.stopsBefore) return undefined;
    const failure = this.failureOf(step, "before");
    const event = failure === undefined ? this.eventAt(step, "before") : undefined;
    const found = failure === undefined ? event && this.ofEvent(event, step) : this.ofFailure(failure, step);
    if (found === undefined) return undefined;
    const { frames: _, ...stop } = found;
    this.timeline.goTo(step - 1);
    const description = failure === undefined ? stop.description : `The next step shows it: ${stop.description}`;
    return { ...stop, description, thread: this.timeline.threadOf(step) };
  }
  /** Whether there is one. The present moment may be any. */
  hasEventAhead(step: number): boolean {
    if (!this.filters.stopsBefore) return false;
    return this.failureOf(step, "before") !== undefined || this.eventAt(step, "before") !== undefined;
  }
  private eventAt(step: number, mode: StopMode = "after"): EventRecord | undefined {
    const { timeline, filters } = this;
    for (let i = timeline.recordsAt(step - 1); i < timeline.recordsAt(step); i++) {
      const record = timeline.record(i);
      if (record?.kind === "event" && filters.stopsAtEvent(record, mode)) return record;
    }
    return undefined;
  }
  private ofEvent(event: EventRecord, step: number): Stop {
    const { timeline } = this;
    const text = eventText(timeline.simulation.machine, event, (value) => this.evaluator.describe(value));
    const filter = text.slice(0, text.indexOf("("));
    const problem = this.filters.problemAt(event);
    return {
      reason: "exception",
      thread: timeline.threadOf(step),
      filter,
      description: problem === undefined ? text : `${text}; ${problem}`,
      event,
      frames: this.stacks.before(step),
    };
  }
  /** The stop at a failure that step `step` showed, or the end of the execution. */
  ofFailure(failure: Failure, step: number | undefined): Stop {
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
}

/** The frames with the innermost one at a spot. */
function atSpot(frames: readonly Frame[], spot: Spot, otherwise: Frame): Frame[] {
  const [first, ...rest] = frames;
  if (first === undefined) return [otherwise];
  return [{ ...first, spot, offset: spot.start }, ...rest];
}

function firstMessage(problems: readonly FragmentProblem[]): string {
  return problems[0]?.message ?? "it cannot be evaluated";
}
