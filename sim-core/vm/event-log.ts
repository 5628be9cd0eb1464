/**
 * What happened: one record an event, and one for each scenario statement that ended. The log is no part of a state's hash;
 * its length is a cell, so that stepping back shortens it and stepping forward again brings the same records back.
 */
import type { DenseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";

/** An event as it was emitted. A place has its process (-1: none) and addresses, half-open. */
export interface EventRecord {
  readonly kind: "event";
  readonly event: number;
  /** The step (see `Store.step`) in which it happened. */
  readonly step: number;
  readonly thread: number;
  /** Index of the program's spots: the statement of model code or scenario that emitted it. */
  readonly spot: number;
  /** Scenario statement being run, or -1. */
  readonly statement: number;
  readonly function: number;
  /** Fields other than the place, in the event's order. */
  readonly fields: readonly Value[];
  readonly process: number;
  readonly start: number;
  readonly end: number;
}

/** A scenario statement that ended. */
export interface StatementRecord {
  readonly kind: "statement";
  readonly step: number;
  readonly thread: number;
  readonly statement: number;
  readonly outcome: Value;
  /** For a report, what was reported of each page; else undefined. */
  readonly report: readonly string[] | undefined;
  readonly ok: boolean;
}

export type LogRecord = EventRecord | StatementRecord;

export class EventLog {
  /** Off while exploring: nobody reads it then. */
  enabled = true;
  private readonly records: LogRecord[] = [];
  /** How many records were forgotten: the index of the first in `records`. */
  private dropped = 0;
  private readonly count: DenseColumn;

  constructor(store: Store) {
    this.count = store.int("log.length", { hashed: false });
  }

  /** Number of records up to the present moment. */
  get length(): number {
    return this.count.get(0);
  }
  /** The index of the oldest record that was not forgotten. */
  get oldest(): number {
    return this.dropped;
  }
  /** Record `index` (oldest <= index < length); also those of a future that was stepped back from, while it lasts. */
  at(index: number): LogRecord | undefined {
    return this.records[index - this.dropped];
  }
  append(record: LogRecord): void {
    if (!this.enabled) return;
    const length = this.length;
    const at = length - this.dropped;
    // What was stepped back from and is now gone another way is forgotten.
    if (this.records.length > at) this.records.length = at;
    // Not pushed: a copy of a state has its length without the records before it.
    this.records[at] = record;
    this.count.set(0, length + 1);
  }
  /** Forgets the records of steps up to and including `step`, which can no longer be undone. */
  dropBefore(step: number): void {
    const kept = this.records.findIndex((record) => record.step > step);
    const count = kept < 0 ? this.records.length : kept;
    this.records.splice(0, count);
    this.dropped += count;
  }
}
