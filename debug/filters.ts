/** Exception filters: which events and failures stop, and on what condition. A filter's id is the event's name. */
import type { Failure, FailureKind } from "../sim-core/explore/failure.ts";
import type { EventName } from "../sim-core/machine/events.ts";
import { EVENTS, Event } from "../sim-core/machine/events.ts";
import type { EventRecord } from "../sim-core/vm/event-log.ts";
import type { Evaluator, EventFields } from "./evaluate.ts";
import type { EventCount } from "./protocol.ts";
import type { Session } from "./session.ts";

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

/** The filters, one for each event, in the order in which they are offered: what fails, what faults and notifies, the rest. */
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
  filter("livelock", "Livelocks", "A thread repeats a fault for ever, and nobody else can move.", "true", true),
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
  filter("alloc", "Allocations", "A page is allocated.", "where == gpu0"),
  filter("free", "Frees", "A page is freed.", "where == gpu0"),
  filter("split", "Splits", "A huge page or its entry is split.", "place in buf[0]"),
  filter("pin", "Pins", "A page is pinned (FOLL_PIN).", "place in buf[0]"),
  filter("unpin", "Unpins", "A page is no longer pinned.", "place in buf[0]"),
  filter("subscribe", "Subscriptions", "A driver subscribes to a range's invalidations.", "device == gpu0"),
  filter("unsubscribe", "Unsubscriptions", "A driver's subscription ends.", "device == gpu0"),
  filter("lock", "Locks taken", "A thread takes a lock.", 'name == "mmap_lock of app"'),
  filter("unlock", "Locks released", "A thread releases a lock.", 'name == "mmap_lock of app"'),
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
  /** Where the program stands at the stop. */
  readonly mode?: StopMode | undefined;
}

/** `after`: the statement that emits the event is done; `before`: it is the next one. */
export type StopMode = "after" | "before";

interface Active {
  readonly condition: string | undefined;
  readonly mode: StopMode;
}

export class Filters {
  private readonly evaluator: Evaluator;
  private readonly active = new Map<string, Active>();
  /** Whether any event (not only failures) may stop. Asked at each step. */
  watchesEvents = false;
  /** Whether any filter stops in front of what emits its event. */
  stopsBefore = false;

  constructor(evaluator: Evaluator) {
    this.evaluator = evaluator;
    this.set(FILTERS.filter((f) => f.byDefault));
  }

  /** Events that stop besides those that `set` names: without a condition, after them. */
  private also: readonly string[] = [];
  /** Lets these events stop besides. Names of none are passed over. */
  setAlso(ids: readonly string[]): void {
    const given = [...this.active].filter(([id]) => !this.also.includes(id) || this.given.has(id));
    this.active.clear();
    for (const [id, active] of given) this.active.set(id, active);
    this.also = ids.filter((id) => EVENTS.some((event) => event.name === id));
    this.addAlso();
  }
  private addAlso(): void {
    for (const id of this.also) if (!this.active.has(id)) this.active.set(id, { condition: undefined, mode: "after" });
    this.watchesEvents = [...this.active.keys()].some((id) => !failureFilters.has(id));
    this.stopsBefore = [...this.active.values()].some(({ mode }) => mode === "before");
  }
  /** Names that `set` gave. */
  private given: ReadonlySet<string> = new Set();
  /** Whether an event stops at all. */
  isActive(id: string): boolean {
    return this.active.has(id);
  }

  /** Switches exactly these filters on. Returns what is wrong with each, in order; undefined if nothing is. */
  set(filters: readonly ActiveFilter[]): (string | undefined)[] {
    this.active.clear();
    const problems = filters.map(({ id, condition, mode }) => {
      const event = EVENTS.findIndex((e) => e.name === id);
      if (event < 0) return `There is no event '${id}'.`;
      const text = condition?.trim() === "" ? undefined : condition;
      if (text !== undefined) {
        const [problem] = this.evaluator.problems(text, { kind: "event", event });
        if (problem !== undefined) return problem.message;
      }
      this.active.set(id, { condition: text, mode: mode ?? "after" });
      return undefined;
    });
    this.given = new Set(this.active.keys());
    this.addAlso();
    return problems;
  }

  /** Whether an event stops, in a mode. A condition that cannot be evaluated does. */
  stopsAtEvent(record: EventRecord, mode: StopMode = "after"): boolean {
    const id = EVENTS[record.event]?.name ?? "";
    const active = this.active.get(id);
    if (active?.mode !== mode) return false;
    return this.holds(active.condition, () => this.evaluator.fieldsOf(record));
  }
  /** Whether a failure stops: in a mode, or in any. */
  stopsAtFailure(failure: Failure, mode?: StopMode): boolean {
    const id = filterOf(failure);
    const active = this.active.get(id);
    if (active === undefined || (mode !== undefined && active.mode !== mode)) return false;
    return this.holds(active.condition, () => {
      const values =
        id === "expectation"
          ? [failure.spot.line]
          : id === "invariant"
            ? [this.evaluator.fragments.string(failure.id)]
            : [];
      return { event: Event[id], values };
    });
  }
  /** Why an event's condition could not be evaluated, though it stopped for that; undefined if it could. */
  problemAt(record: EventRecord): string | undefined {
    const condition = this.active.get(EVENTS[record.event]?.name ?? "")?.condition;
    if (condition === undefined) return undefined;
    const result = this.evaluator.eventCondition(condition, this.evaluator.fieldsOf(record));
    if (typeof result === "boolean") return undefined;
    return `the condition '${condition}': ${result[0]?.message ?? "it cannot be evaluated"}`;
  }
  private holds(condition: string | undefined, fields: () => EventFields): boolean {
    if (condition === undefined) return true;
    const result = this.evaluator.eventCondition(condition, fields());
    return typeof result !== "boolean" || result;
  }
}

const failureFilters = new Set<string>(["invariant", "expectation", "deadlock", "livelock"]);

/** The events that can stop, with how often each happened up to the present moment. */
export function eventCounts(session: Session): EventCount[] {
  const { timeline, filters } = session;
  const counts = new Map(timeline.eventCounts().map((count, event) => [EVENTS[event]?.name ?? "", count]));
  for (const failure of timeline.failures) {
    const name = filterOf(failure);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return FILTERS.map(({ id, label }) => ({
    name: id,
    label,
    count: counts.get(id) ?? 0,
    stops: filters.isActive(id),
  }));
}
