/** Who made each step of the history, and where: for "who changed this last", the time line and replay. No part of the state. */
import type { Store } from "../store/store.ts";

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
  private threads = new Int32Array(1 << 10);
  private spots = new Int32Array(1 << 10);
  private statements = new Int32Array(1 << 10);

  constructor(store: Store) {
    this.store = store;
  }

  /** Notes who made the present step. */
  record(thread: number, spot: number, statement = -1): void {
    const at = this.store.step;
    if (at >= this.threads.length) {
      this.threads = doubled(this.threads);
      this.spots = doubled(this.spots);
      this.statements = doubled(this.statements);
    }
    this.threads[at] = thread;
    this.spots[at] = spot;
    this.statements[at] = statement;
  }

  /** Who made step `step`; undefined if it was not recorded. */
  at(step: number): MadeStep | undefined {
    if (step <= 0 || step > this.store.newestStep) return undefined;
    return {
      thread: this.threads[step] as number,
      spot: this.spots[step] as number,
      statement: this.statements[step] as number,
    };
  }
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
