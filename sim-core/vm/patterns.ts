/**
 * Events that a scenario asks about: `count(…)`, `expect events`, `expect no`. Each is a small automaton whose state is a
 * cell, so that a state's hash knows what the rest of the execution depends on, and nothing else of the past.
 */
import { EVENTS } from "../machine/events.ts";
import type { DenseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";
import { NONE } from "../store/value.ts";
import type { EventRecord } from "./event-log.ts";
import type { EventPatternInfo, Program } from "./program.ts";

/** Fields and place of an event, and how a thread stands for its CPU or device. */
export interface SeenEvent extends EventRecord {
  /** For each field, other values that also name it: of a thread, its CPU and its device. */
  readonly aliases: readonly (readonly Value[])[];
  /** Number of pages that the event is about, for events that say so; else 1. */
  readonly pages: number;
}

/** Knows by which name a value is shown. */
export interface Names {
  describe(value: Value): string;
}

export class EventWatch {
  private program: Program;
  private readonly counts: DenseColumn;
  private readonly progress: DenseColumn;
  /** By event: whether a pattern looks for it. */
  private wanted: boolean[] = [];

  constructor(store: Store, program: Program) {
    this.counts = store.int("watch.count");
    this.progress = store.int("watch.progress");
    this.program = program;
    this.extend(program);
  }

  extend(program: Program): void {
    this.program = program;
    this.wanted = EVENTS.map(() => false);
    for (const counter of program.counters) this.wanted[counter.pattern.event] = true;
    for (const matcher of program.matchers) for (const pattern of matcher.patterns) this.wanted[pattern.event] = true;
  }

  /** Whether any pattern looks for `event`. */
  wants(event: number): boolean {
    return this.wanted[event] === true;
  }

  see(event: SeenEvent, names: Names): void {
    if (!this.wants(event.event)) return;
    this.program.counters.forEach((counter, i) => {
      if (matches(counter.pattern, event, names)) {
        this.counts.set(i, this.counts.get(i) + (counter.inPages ? event.pages : 1));
      }
    });
    this.program.matchers.forEach((matcher, i) => {
      const at = this.progress.get(i);
      const next = matcher.patterns[at];
      if (next !== undefined && matches(next, event, names)) this.progress.set(i, at + 1);
    });
  }

  countOf(counter: number): number {
    return this.counts.get(counter);
  }
  resetCounter(counter: number): void {
    this.counts.set(counter, 0);
  }
  resetMatcher(matcher: number): void {
    this.progress.set(matcher, 0);
  }
  /** What a matcher still waits for, as a message; undefined if it has seen all. */
  missing(matcher: number): string | undefined {
    const patterns = this.program.matchers[matcher]?.patterns ?? [];
    const at = this.progress.get(matcher);
    const next = patterns[at];
    if (next === undefined) return undefined;
    const before = patterns[at - 1];
    return before === undefined ? `there was no ${next.text}` : `there was no ${next.text} after ${before.text}`;
  }
}

/** Whether `event` is what `pattern` looks for. A place matches where it overlaps. */
export function matches(pattern: EventPatternInfo, event: SeenEvent, names: Names): boolean {
  if (pattern.event !== event.event) return false;
  return pattern.fields.every((field, i) => {
    switch (field.kind) {
      case "value":
        return event.fields[i] === field.value || (event.aliases[i]?.includes(field.value) ?? false);
      case "shown":
        return names.describe(event.fields[i] ?? NONE) === field.text;
      case "place":
        return event.process === field.process && event.start < field.end && event.end > field.start;
      default:
        return true;
    }
  });
}
