/** What a primitive may ask of whoever runs it: the VM gives one of these to each call. */
import type { Value } from "../store/value.ts";
import type { EventId } from "./events.ts";
import type { Machine } from "./machine.ts";

/** A place of an event: addresses `[start, end)` of a process (by id). */
export interface Place {
  readonly process: number;
  readonly start: number;
  readonly end: number;
}

export interface Caller {
  readonly machine: Machine;
  /** Id of the running thread; -1 while an expression is evaluated for a check. */
  readonly thread: number;
  /** Id of the context of the innermost driver frame; -1 outside driver code. */
  readonly context: number;
  /** Emits an event with its fields in order (see `EVENTS`); a place is a `Place`, or a value that stands for one. */
  emit(event: EventId, ...fields: (Value | Place)[]): void;
  /** A number in [0, n): by seed when running, each in turn when exploring. */
  choose(n: number): number;
  /** Whether a fault that may happen does: never when running, either way in turn when exploring. */
  mayFail(): boolean;
  /** Returns when no other thread can move; until then the statement waits. */
  delay(): void;
  /** The model code made a mistake: ends the run with `message` at the line of the call. */
  fail(message: string): never;
  /** A value as a message shows it. */
  describe(value: Value): string;
  /** A new empty list that lives until the running function returns. */
  newList(): Value;
  /** A new struct of type `type` (see `structs.ts`) with these field values in order. */
  newStruct(type: number, ...fields: Value[]): Value;
}
