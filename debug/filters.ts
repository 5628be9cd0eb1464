/** Exception filters: which events and failures stop, and on what condition. A filter's id is the event's name. */
import type { Failure, FailureKind } from "../sim-core/explore/failure.ts";
import type { EventName } from "../sim-core/machine/events.ts";
import { EVENTS, Event } from "../sim-core/machine/events.ts";
import type { EventRecord } from "../sim-core/vm/event-log.ts";
import type { Evaluator, EventFields } from "./evaluate.ts";

/** A filter as the client offers it. */
export interface FilterInfo {
  readonly id: EventName;
  readonly label: string;
  readonly description: string;
  readonly byDefault: boolean;
  /** What a condition may look like. */
  readonly example: string;
}

function filter(id: EventName, label: string, description: string, example: string, byDefault = false): FilterInfo {
  return { id, label, description, example, byDefault };
}

/** The filters, in the order in which they are offered. Every other event's name can be used too. */
export const FILTERS: readonly FilterInfo[] = [
  filter(
    "invariant",
    "Broken invariants",
    "A rule that holds after every step does not, or model code made a mistake.",
    'id == "mirror-subset"',
    true,
  ),
  filter(
    "expectation",
    "Failed checks",
    "An expect, an outcome, or a property of the file does not hold.",
    "line == 12",
    true,
  ),
  filter("deadlock", "Deadlocks", "Threads are left and none of them can go on.", "true", true),
  filter(
    "fault",
    "Faults",
    "A CPU or device touches a page that it may not use as it is.",
    "access == write and thread == cpu0",
  ),
  filter(
    "migrate_to_ram",
    "migrate_to_ram",
    "A CPU touches a page in device-private memory: its driver must bring it back.",
    "device == gpu0",
  ),
  filter(
    "notifier",
    "MMU notifications",
    "mmu_notifier_invalidate_range_start and _end.",
    "reason == EXCLUSIVE and owner == gpu0",
  ),
  filter(
    "interval_invalidate",
    "Interval invalidations",
    "A driver's invalidate callback is about to be called.",
    "device == gpu0",
  ),
  filter("migrate", "Migrations", "A phase of migrate_vma is done.", "phase == finalize and moved < collected"),
  filter("exclusive", "Exclusive access", "A device gets or loses exclusive access to a page.", "what == break"),
  filter("range_fault", "hmm_range_fault", "hmm_range_fault returns.", "result == EBUSY"),
  filter("retry", "Retries", "A driver starts over because an invalidation came in between.", "device == gpu0"),
  filter("tlb_flush", "TLB flushes", "A CPU or device forgets cached translations.", "by == gpu0"),
  filter("copy", "Copies", "The contents of a page are copied.", "by == device"),
  filter("oom", "Out of memory", "There is no free page.", "where == gpu0"),
  filter("signal", "Signals", "An access ends with a signal.", "name == SIGBUS"),
];

const filterOfKind: Readonly<Record<FailureKind, EventName>> = {
  expectation: "expectation",
  property: "expectation",
  invariant: "invariant",
  error: "invariant",
  deadlock: "deadlock",
  livelock: "livelock",
  limit: "deadlock",
};

/** The filter that a failure belongs to. */
export function filterOf(failure: Failure): EventName {
  return filterOfKind[failure.kind];
}

/** A filter that is on. */
export interface ActiveFilter {
  readonly id: string;
  readonly condition?: string | undefined;
}

export class Filters {
  private readonly evaluator: Evaluator;
  private readonly active = new Map<string, string | undefined>();

  constructor(evaluator: Evaluator) {
    this.evaluator = evaluator;
    this.set(FILTERS.filter((f) => f.byDefault));
  }

  /** Switches exactly these filters on. Returns what is wrong with each, in order; undefined if nothing is. */
  set(filters: readonly ActiveFilter[]): (string | undefined)[] {
    this.active.clear();
    return filters.map(({ id, condition }) => {
      const event = EVENTS.findIndex((e) => e.name === id);
      if (event < 0) return `There is no event '${id}'.`;
      const text = condition?.trim() === "" ? undefined : condition;
      if (text !== undefined) {
        const [problem] = this.evaluator.problems(text, { kind: "event", event });
        if (problem !== undefined) return problem.message;
      }
      this.active.set(id, text);
      return undefined;
    });
  }

  /** Whether any event (not only failures) may stop. */
  get watchesEvents(): boolean {
    for (const id of this.active.keys()) if (!failureFilters.has(id)) return true;
    return false;
  }

  /** Whether an event stops. A condition that cannot be evaluated does. */
  stopsAtEvent(record: EventRecord): boolean {
    const id = EVENTS[record.event]?.name ?? "";
    if (!this.active.has(id)) return false;
    return this.holds(this.active.get(id), () => this.evaluator.fieldsOf(record));
  }
  /** Whether a failure stops. */
  stopsAtFailure(failure: Failure): boolean {
    const id = filterOf(failure);
    if (!this.active.has(id)) return false;
    return this.holds(this.active.get(id), () => {
      const values =
        id === "expectation"
          ? [failure.spot.line]
          : id === "invariant"
            ? [this.evaluator.fragments.string(failure.id)]
            : [];
      return { event: Event[id], values };
    });
  }
  private holds(condition: string | undefined, fields: () => EventFields): boolean {
    if (condition === undefined) return true;
    const result = this.evaluator.eventCondition(condition, fields());
    return typeof result !== "boolean" || result;
  }
}

const failureFilters = new Set<string>(["invariant", "expectation", "deadlock", "livelock"]);
