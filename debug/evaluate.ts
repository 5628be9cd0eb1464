/** Evaluates the language's own expressions on a moment of the history: in a frame, in the scenario at large, or about an event. */
import type { CompiledExpression, FragmentPlace, FragmentProblem } from "../language/compile/fragment.ts";
import { Fragments } from "../language/compile/fragment.ts";
import type { CompiledScenario } from "../language/compile/scenario.ts";
import type { Context } from "../language/resolve/context.ts";
import { qualified } from "../language/resolve/qualify.ts";
import { EVENTS, Event } from "../sim-core/machine/events.ts";
import type { Value } from "../sim-core/store/value.ts";
import { box, NONE, payloadOf, Tag, tagOf, truthy } from "../sim-core/store/value.ts";
import { ArithmeticError } from "../sim-core/vm/arithmetic.ts";
import { describeValue } from "../sim-core/vm/describe-value.ts";
import type { EventRecord } from "../sim-core/vm/event-log.ts";
import { ModelError } from "../sim-core/vm/model-error.ts";
import type { Names, SeenEvent } from "../sim-core/vm/patterns.ts";
import { matches } from "../sim-core/vm/patterns.ts";
import type { CounterInfo } from "../sim-core/vm/program.ts";
import { seenEvent } from "./events.ts";
import type { Locals } from "./locals.ts";
import type { Timeline } from "./timeline.ts";

/** A frame as expressions see it. */
export interface EvaluationFrame {
  readonly function: number;
  /** First cell of its slots; 0 if it is no longer there, and its locals with it. */
  readonly base: number;
  readonly self: Value;
  /** Offset of its statement in the source that it is in, and whether that is the scenario's main file. */
  readonly offset: number;
  readonly inMainFile: boolean;
  /** The process of the thread that it belongs to, where that is known: a bare region that several processes have is its own. */
  readonly process?: number | undefined;
}

export type Evaluation =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly FragmentProblem[] };

/** What an event's condition looks at: its number and its fields in order. */
export interface EventFields {
  readonly event: number;
  readonly values: readonly Value[];
}

export class Evaluator {
  readonly fragments: Fragments;
  private readonly timeline: Timeline;
  private readonly names: Context;
  private readonly locals: Locals;
  /** Counters that were asked for, by what they count, with what of it was forgotten since. */
  private readonly counters = new Map<string, { readonly counter: CounterInfo; forgotten: number }>();

  constructor(compiled: CompiledScenario, names: Context, timeline: Timeline, locals: Locals) {
    this.names = names;
    this.locals = locals;
    this.fragments = new Fragments(compiled, names);
    this.timeline = timeline;
    timeline.whenForgotten((event) => {
      for (const asked of this.counters.values())
        asked.forgotten += timesOf(asked.counter, event, this.timeline.simulation.vm);
    });
  }

  /** A value as text. */
  describe(value: Value): string {
    return describeValue(this.timeline.simulation.machine, this.fragments.program, value);
  }

  /** Evaluates in a frame, or (without one) as at the end of the scenario's file. `placesAreValues`: see `Fragments`. */
  evaluate(text: string, frame: EvaluationFrame | undefined, placesAreValues = false): Evaluation {
    const spelled = this.spelled(text, frame);
    const compiled = this.fragments.expression(spelled, this.placeOf(frame), placesAreValues);
    if (!compiled.ok) return compiled;
    return this.run(compiled.value, spelled, [], frame);
  }

  /** An expression as it can be evaluated without the frame: a region that several processes have is that of the frame's own one. */
  spelled(text: string, frame: EvaluationFrame | undefined): string {
    const process = this.timeline.simulation.program.machine.processes[frame?.process ?? -1];
    if (frame === undefined || process === undefined) return text;
    return qualified(text, this.names, process.name, (name) => this.locals.slot(frame, name) !== undefined);
  }

  /** What is wrong with an expression as a condition at a place, before anything runs. `placesAreValues`: see `Fragments`. */
  problems(text: string, place: FragmentPlace, placesAreValues = false): readonly FragmentProblem[] {
    const compiled = this.fragments.expression(text, place, placesAreValues);
    return compiled.ok ? [] : compiled.problems;
  }

  /** Whether a condition over an event's fields holds. */
  eventCondition(text: string, { event, values }: EventFields): boolean | readonly FragmentProblem[] {
    const compiled = this.fragments.expression(text, { kind: "event", event });
    if (!compiled.ok) return compiled.problems;
    const result = this.run(compiled.value, text, values, undefined);
    return result.ok ? truthy(result.value) : result.problems;
  }

  /**
   * An event's fields as conditions compare them: a place is its address, a thread that goes by its CPU's name is that CPU, a lock is the
   * name that it is shown by.
   */
  fieldsOf(record: EventRecord): EventFields {
    const fields: readonly string[] = EVENTS[record.event]?.fields ?? [];
    const isNowhere = record.process < 0;
    const values = fields.map((name, i) => {
      if (name === "place") return isNowhere ? NONE : record.start;
      const value = record.fields[i] ?? NONE;
      if (record.event === Event.lock || record.event === Event.unlock) {
        return this.fragments.knownString(this.describe(value)) ?? value;
      }
      return tagOf(value) === Tag.thread ? this.asNamed(payloadOf(value)) : value;
    });
    // Where a place ends, and whose it is: whether it overlaps another one.
    if (fields.includes("place")) {
      values.push(isNowhere ? NONE : record.end, isNowhere ? NONE : box(Tag.process, record.process));
    }
    return { event: record.event, values };
  }
  private asNamed(thread: number): Value {
    const { threads, cpus, devices } = this.timeline.simulation.program.machine;
    const info = threads[thread - 1];
    if (info?.cpu !== undefined && cpus[info.cpu]?.name === info.name) return box(Tag.cpu, info.cpu);
    if (info?.device !== undefined && devices[info.device]?.name === info.name) return box(Tag.device, info.device);
    return box(Tag.thread, thread);
  }

  /** The place that fragments of a frame stand at. */
  placeOf(frame: EvaluationFrame | undefined): FragmentPlace {
    if (frame === undefined) return { kind: "scenario", offset: undefined };
    const role = this.timeline.simulation.program.functions[frame.function]?.role;
    if (role === "fn" || role === "callback") return { kind: "model", function: frame.function, offset: frame.offset };
    return { kind: "scenario", offset: frame.inMainFile ? frame.offset : undefined };
  }

  private run(
    expression: CompiledExpression,
    text: string,
    fields: readonly Value[],
    frame: EvaluationFrame | undefined,
  ): Evaluation {
    const { vm } = this.timeline.simulation;
    const failed = (message: string): Evaluation => ({
      ok: false,
      problems: [{ message, start: 0, end: text.length }],
    });
    if (vm.program !== this.fragments.program) vm.extend(this.fragments.program);
    const counts = expression.counts.map((counter) => this.count(counter));
    if (counts.includes(undefined)) return failed(this.forgottenEvents());
    const given = [...fields, ...counts.map((count) => count ?? 0)];
    try {
      const value = vm.evaluate(expression.entry, frame?.base ?? 0, frame?.self ?? NONE, given);
      const problem = vm.observer.takeProblem();
      return problem === undefined ? { ok: true, value } : failed(problem);
    } catch (error) {
      if (error instanceof ModelError || error instanceof ArithmeticError) return failed(error.message);
      throw error;
    }
  }

  /** How many events match; undefined if that depends on events that were forgotten before anybody asked. */
  private count(counter: CounterInfo): number | undefined {
    const { timeline } = this;
    let count = this.countForgotten(counter);
    if (count === undefined) return undefined;
    for (let i = timeline.oldestRecord; i < timeline.recordsAt(timeline.now); i++) {
      const event = seenEvent(timeline.record(i));
      if (event !== undefined) count += timesOf(counter, event, timeline.simulation.vm);
    }
    return count;
  }
  private countForgotten(counter: CounterInfo): number | undefined {
    const { pattern, inPages } = counter;
    const { forgotten } = this.timeline;
    const all = (inPages ? forgotten.pages : forgotten.events)[pattern.event] ?? 0;
    if (pattern.fields.every(({ kind }) => kind === "any")) return all;
    const key = JSON.stringify([pattern.event, pattern.fields, inPages]);
    const asked = this.counters.get(key);
    if (asked !== undefined) return asked.forgotten;
    if (all > 0) return undefined;
    this.counters.set(key, { counter, forgotten: 0 });
    return 0;
  }
  private forgottenEvents(): string {
    return `The events up to step ${this.timeline.oldest} were forgotten, all but how many there were of each: those with a field or place cannot be counted any more. 'historyLimit' of the launch configuration sets how many steps are kept.`;
  }
}

/** How often an event counts. */
function timesOf({ pattern, inPages }: CounterInfo, event: SeenEvent, names: Names): number {
  if (!matches(pattern, event, names)) return 0;
  return inPages ? event.pages : 1;
}
