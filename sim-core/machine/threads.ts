/**
 * Simulated threads: CPU tasks, device queues, kernel daemons, driver workers. What a thread is and where it stands; its
 * stack of frames belongs to the VM. Thread 0 is the director, which runs the scenario's top level.
 */
import type { DenseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";

/** What a thread is doing. The ids of `finished` threads are used again for later workers. */
export const ThreadStatus = { unused: 0, idle: 1, running: 2, finished: 3 } as const;

/** Columns hold one row a thread; process, cpu, device and context are stored plus 1 so that 0 means none. */
export class Threads {
  readonly status: DenseColumn;
  readonly process: DenseColumn;
  readonly cpu: DenseColumn;
  readonly device: DenseColumn;
  /** Program counter of the statement to run next. */
  readonly pc: DenseColumn;
  /** First cell of the top frame. */
  readonly frame: DenseColumn;
  /** Statement of the scenario being run, as an index of the program's statements, plus 1. */
  readonly statement: DenseColumn;
  /** References to folios that running code of this thread holds (see `folios.ts`). */
  readonly refs: DenseColumn;
  /** What the current statement ended with. */
  readonly outcome: DenseColumn;
  /** The subscription and sequence number that this thread sampled last (`read_begin`), plus 1; and the number. */
  readonly sampledSubscription: DenseColumn;
  readonly sampledSeq: DenseColumn;
  private readonly count: DenseColumn;
  /** What is of no use once a worker has ended. */
  private readonly ofWorker: readonly DenseColumn[];

  constructor(store: Store) {
    this.status = store.int("thread.status");
    this.process = store.int("thread.process");
    this.cpu = store.int("thread.cpu");
    this.device = store.int("thread.device");
    this.pc = store.int("thread.pc");
    this.frame = store.int("thread.frame");
    this.statement = store.int("thread.statement");
    this.refs = store.int("thread.refs");
    this.outcome = store.values("thread.outcome");
    this.sampledSubscription = store.int("thread.sampledSubscription");
    this.sampledSeq = store.int("thread.sampledSeq");
    this.count = store.int("thread.count");
    this.ofWorker = [this.process, this.cpu, this.device, this.pc, this.frame, this.outcome];
  }

  /** One more than the highest thread id in use. */
  get length(): number {
    return this.count.get(0);
  }

  /** Makes a thread (process, cpu, device: ids or -1), idle; takes the lowest finished id from `firstWorker` up, if any. */
  create(process: number, cpu: number, device: number, firstWorker: number): number {
    let id = this.length;
    for (let t = firstWorker; t < this.length; t++) {
      if (this.status.get(t) === ThreadStatus.finished) {
        id = t;
        break;
      }
    }
    if (id === this.length) this.count.set(0, id + 1);
    this.status.set(id, ThreadStatus.idle);
    this.process.set(id, process + 1);
    this.cpu.set(id, cpu + 1);
    this.device.set(id, device + 1);
    return id;
  }

  /**
   * A worker has ended, and nobody waits for it: its id may be used again, by one that has sampled nothing. Where all executions are looked
   * for, what else it was goes too, so that states do not differ by who worked under that id before (`forget`).
   */
  finish(id: number, forget: boolean): void {
    this.status.set(id, ThreadStatus.finished);
    this.sampledSubscription.set(id, 0);
    this.sampledSeq.set(id, 0);
    if (!forget) return;
    for (const column of this.ofWorker) column.set(id, 0);
  }

  /** Forgets what any thread sampled of subscription `sub`, which is gone. */
  forgetSamples(sub: number): void {
    for (let thread = 0; thread < this.length; thread++) {
      if (this.sampledSubscription.get(thread) !== sub + 1) continue;
      this.sampledSubscription.set(thread, 0);
      this.sampledSeq.set(thread, 0);
    }
  }

  /** Process of `thread`, or -1. */
  processOf(thread: number): number {
    return this.process.get(thread) - 1;
  }
  /** CPU of `thread`, or -1 (a device queue). */
  cpuOf(thread: number): number {
    return this.cpu.get(thread) - 1;
  }
  /** Device of `thread`, or -1. */
  deviceOf(thread: number): number {
    return this.device.get(thread) - 1;
  }
}
