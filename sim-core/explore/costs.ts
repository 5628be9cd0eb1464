/** What a run cost, and how its statements ended: what one design is compared with another by. */
import type { EventName } from "../machine/events.ts";
import { EVENTS } from "../machine/events.ts";
import type { EventRecord } from "../vm/event-log.ts";
import type { Simulation } from "./simulation.ts";

/** A cost of a run. */
export interface CostInfo {
  readonly id: string;
  readonly label: string;
  /** How much one event adds; 0 if it is no such cost. */
  readonly of: (event: EventRecord, name: EventName, simulation: Simulation) => number;
}

/** A cost that counts all events of one name. */
function events(name: EventName, label: string): CostInfo {
  return { id: name, label, of: (_, other) => (other === name ? 1 : 0) };
}

/** The costs, in the order in which they are told. */
export const COSTS: readonly CostInfo[] = [
  {
    id: "cpu_faults",
    label: "faults of CPUs",
    of: (event, name, simulation) => (name === "fault" && !isOfDevice(event, simulation) ? 1 : 0),
  },
  {
    id: "device_faults",
    label: "faults of devices",
    of: (event, name, simulation) => (name === "fault" && isOfDevice(event, simulation) ? 1 : 0),
  },
  {
    id: "notifications",
    label: "notifications",
    of: ({ fields }, name, simulation) =>
      name === "notifier" && simulation.describe(fields[1] ?? 0) === "start" ? 1 : 0,
  },
  events("interval_invalidate", "callbacks of interval notifiers"),
  {
    id: "migrations",
    label: "migrations",
    of: ({ fields }, name, simulation) =>
      name === "migrate" && simulation.describe(fields[0] ?? 0) === "setup" ? 1 : 0,
  },
  events("migrate_to_ram", "pages brought back by faults"),
  { id: "pages_copied", label: "pages copied", of: ({ fields }, name) => (name === "copy" ? (fields[3] ?? 0) : 0) },
  events("tlb_flush", "TLB flushes"),
  events("retry", "retries"),
  {
    id: "exclusive",
    label: "pages made exclusive",
    of: ({ fields }, name, simulation) =>
      name === "exclusive" && simulation.describe(fields[0] ?? 0) === "make" ? 1 : 0,
  },
  events("subscribe", "subscriptions"),
];

function isOfDevice({ thread }: EventRecord, { program }: Simulation): boolean {
  return program.machine.threads[thread - 1]?.device !== undefined;
}

/** A statement that ended. */
export interface Ended {
  /** Index of the program's statements. */
  readonly statement: number;
  /** "" for the kernel's own statements. */
  readonly thread: string;
  readonly outcome: string;
}

/** What a run came to, so far. */
export interface Tally {
  /** By the ids of `COSTS`. */
  readonly costs: ReadonlyMap<string, number>;
  /** In the order of ending. */
  readonly ended: readonly Ended[];
}

/** Adds up what is in the log of a run. */
export function tallyOf(simulation: Simulation): Tally {
  const { log } = simulation.vm;
  const costs = new Map(COSTS.map(({ id }) => [id, 0]));
  const ended: Ended[] = [];
  for (let i = 0; i < log.length; i++) {
    const record = log.at(i);
    if (record === undefined) continue;
    if (record.kind === "statement") {
      const thread = simulation.program.statements[record.statement]?.thread ?? "";
      const outcome = record.report?.join(", ") ?? simulation.describe(record.outcome);
      ended.push({ statement: record.statement, thread, outcome: outcome === "none" ? "ok" : outcome });
      continue;
    }
    const name = EVENTS[record.event]?.name;
    if (name === undefined) continue;
    for (const { id, of } of COSTS) {
      const more = of(record, name, simulation);
      if (more !== 0) costs.set(id, (costs.get(id) ?? 0) + more);
    }
  }
  return { costs, ended };
}
