/** Who made each step of the history, and where: for "who changed this last", the time line and replay. No part of the state. */
import type { Store } from "../store/store.ts";
import { ByStep } from "./by-step.ts";

/** A step that was made. */
export interface MadeStep {
  readonly thread: number;
  /** Index of the program's spots. */
  readonly spot: number;
  /** Scenario statement that it belongs to, or -1. */
  readonly statement: number;
}

export class StepLog {
  private readonly store: Store;
  private readonly threads = new ByStep();
  private readonly spots = new ByStep();
  private readonly statements = new ByStep();

  constructor(store: Store) {
    this.store = store;
  }

  /** Notes who made the present step. */
  record(thread: number, spot: number, statement = -1): void {
    const at = this.store.step;
    this.threads.set(at, thread);
    this.spots.set(at, spot);
    this.statements.set(at, statement);
  }

  /** Who made step `step`; undefined if it was not recorded, or is forgotten. */
  at(step: number): MadeStep | undefined {
    if (step <= this.store.oldestStep || step > this.store.newestStep) return undefined;
    return {
      thread: this.threads.get(step),
      spot: this.spots.get(step),
      statement: this.statements.get(step),
    };
  }
  /** Forgets the steps before `step`. */
  dropBefore(step: number): void {
    for (const numbers of [this.threads, this.spots, this.statements]) numbers.dropBefore(step);
  }
}
