/**
 * Notifier subscriptions (mm/mmu_notifier.c, v6.12): interval ones (struct mmu_interval_notifier) and mm-wide ones
 * (struct mmu_notifier). A new one takes the lowest free row.
 *
 * The sequence numbers here and in `processes.ts` only grow in a run; see `sequence-numbers.ts` for an exploration.
 */
import type { DenseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import type { Devices } from "./devices.ts";
import type { Processes } from "./processes.ts";
import type { SequenceNumbers } from "./sequence-numbers.ts";
import type { Threads } from "./threads.ts";

/** Where a subscription stands. */
export const SubscriptionState = {
  free: 0,
  /** In the interval tree (or registered, if mm-wide). */
  active: 1,
  /** Waits for the running invalidation to end before it goes into the tree. */
  inserting: 2,
  /** In the tree until the running invalidation ends. */
  removing: 3,
} as const;

export class Notifiers {
  readonly state: DenseColumn;
  /** 1 for an mm-wide subscription. */
  readonly wide: DenseColumn;
  readonly context: DenseColumn;
  /** Byte addresses, half-open. */
  readonly start: DenseColumn;
  readonly end: DenseColumn;
  /** `invalidate_seq` of the subscription: odd. */
  readonly seq: DenseColumn;
  /** Mm-wide ones: order of registration within their process, from 1. */
  private readonly order: DenseColumn;
  private readonly rows: DenseColumn;
  private readonly devices: Devices;
  private readonly processes: Processes;
  private readonly threads: Threads;
  private readonly numbers: SequenceNumbers;

  constructor(store: Store, devices: Devices, processes: Processes, threads: Threads, numbers: SequenceNumbers) {
    this.devices = devices;
    this.processes = processes;
    this.threads = threads;
    this.numbers = numbers;
    this.state = store.int("notifier.state");
    this.wide = store.int("notifier.wide");
    this.context = store.int("notifier.context");
    this.start = store.values("notifier.start");
    this.end = store.values("notifier.end");
    this.seq = store.int("notifier.seq");
    this.order = store.int("notifier.order");
    this.rows = store.int("notifier.rows", { hashed: false });
  }

  /** One more than the highest row ever used. */
  get length(): number {
    return this.rows.get(0);
  }
  exists(sub: number): boolean {
    return this.state.get(sub) !== SubscriptionState.free;
  }
  processOf(sub: number): number {
    return this.devices.processOfContext(this.context.get(sub));
  }

  /** __mmu_interval_notifier_insert: makes an interval subscription of `context` for [start, end). Returns its row. */
  insert(context: number, start: number, end: number): number {
    const sub = this.add(context, start, end);
    const process = this.devices.processOfContext(context);
    const seq = this.processes.seq.get(process);
    if (this.processes.active.get(process) === 0) {
      this.state.set(sub, SubscriptionState.active);
      this.seq.set(sub, seq - 1);
    } else if (seq % 2 === 1) {
      this.state.set(sub, SubscriptionState.inserting);
      this.seq.set(sub, seq);
    } else {
      // An invalidation is under way that found nothing: assume that this one is affected by it.
      this.processes.seq.set(process, seq + 1);
      this.state.set(sub, SubscriptionState.active);
      this.seq.set(sub, seq + 1);
    }
    return sub;
  }
  /** __mmu_notifier_register: makes an mm-wide subscription of `context`. Returns its row. */
  register(context: number): number {
    const sub = this.add(context, 0, 2 ** 47);
    const process = this.devices.processOfContext(context);
    let last = 0;
    for (let s = 0; s < this.length; s++) {
      if (s !== sub && this.wide.get(s) === 1 && this.processOf(s) === process)
        last = Math.max(last, this.order.get(s));
    }
    this.wide.set(sub, 1);
    this.order.set(sub, last + 1);
    this.state.set(sub, SubscriptionState.active);
    return sub;
  }
  /**
   * The first half of mmu_interval_notifier_remove (and all of mmu_notifier_unregister). While an invalidation is under way
   * the subscription stays in the tree until its end. Returns the sequence number that the caller waits to see change, 0 if
   * there is nothing to wait for.
   */
  remove(sub: number): number {
    const process = this.processOf(sub);
    const seq = this.processes.seq.get(process);
    if (this.wide.get(sub) === 0 && seq % 2 === 1 && this.state.get(sub) === SubscriptionState.active) {
      this.state.set(sub, SubscriptionState.removing);
      return seq;
    }
    this.free(sub);
    if (this.processes.active.get(process) === 0) this.renumber(process);
    return 0;
  }
  /** The deferred insertions and removals of `process`, done when its last invalidation ends (mn_itree_inv_end). */
  applyDeferred(process: number): void {
    for (let sub = 0; sub < this.length; sub++) {
      const state = this.state.get(sub);
      if (state !== SubscriptionState.inserting && state !== SubscriptionState.removing) continue;
      if (this.processOf(sub) !== process) continue;
      if (state === SubscriptionState.inserting) this.state.set(sub, SubscriptionState.active);
      else this.free(sub);
    }
    this.renumber(process);
  }
  /** No invalidation is under way: while exploring, the numbers that are still kept somewhere become the lowest. */
  private renumber(process: number): void {
    const { numbers, threads } = this;
    if (!numbers.renumbered) return;
    const subs: number[] = [];
    for (let sub = 0; sub < this.length; sub++) {
      if (this.exists(sub) && this.wide.get(sub) === 0 && this.processOf(sub) === process) subs.push(sub);
    }
    const samplers: number[] = [];
    for (let thread = 0; thread < threads.length; thread++) {
      const sub = threads.sampledSubscription.get(thread) - 1;
      if (sub >= 0 && subs.includes(sub)) samplers.push(thread);
    }
    const kept = [...subs.map((sub) => this.seq.get(sub)), ...samplers.map((thread) => threads.sampledSeq.get(thread))];
    const renamed = numbers.renumber(process, kept);
    for (const sub of subs) this.seq.set(sub, renamed.get(this.seq.get(sub)) ?? 1);
    for (const thread of samplers) threads.sampledSeq.set(thread, renamed.get(threads.sampledSeq.get(thread)) ?? 1);
    this.processes.seq.set(process, 2 * Math.max(renamed.size, 1));
  }

  /** Interval subscriptions in the tree of `process` that overlap [start, end), by start address, then row. */
  overlapping(process: number, start: number, end: number): number[] {
    const found: number[] = [];
    for (let sub = 0; sub < this.length; sub++) {
      const state = this.state.get(sub);
      if (state !== SubscriptionState.active && state !== SubscriptionState.removing) continue;
      if (this.wide.get(sub) === 1 || this.processOf(sub) !== process) continue;
      if (this.start.get(sub) < end && start < this.end.get(sub)) found.push(sub);
    }
    return found.length < 2 ? found : found.sort((a, b) => this.start.get(a) - this.start.get(b) || a - b);
  }
  /** Mm-wide subscriptions of `process`, the last that was registered first (hlist_add_head_rcu). */
  wideOf(process: number): number[] {
    const found: number[] = [];
    for (let sub = 0; sub < this.length; sub++) {
      if (this.exists(sub) && this.wide.get(sub) === 1 && this.processOf(sub) === process) found.push(sub);
    }
    return found.length < 2 ? found : found.sort((a, b) => this.order.get(b) - this.order.get(a));
  }
  /** Whether `context` has an mm-wide subscription. */
  hasWide(context: number): boolean {
    return this.has(context, 1);
  }
  /** Whether `context` has an interval subscription. */
  hasInterval(context: number): boolean {
    return this.has(context, 0);
  }
  private has(context: number, wide: number): boolean {
    for (let sub = 0; sub < this.length; sub++) {
      if (this.exists(sub) && this.wide.get(sub) === wide && this.context.get(sub) === context) return true;
    }
    return false;
  }

  private add(context: number, start: number, end: number): number {
    const rows = this.rows.get(0);
    let sub = 0;
    while (sub < rows && this.exists(sub)) sub++;
    if (sub === rows) this.rows.set(0, rows + 1);
    this.context.set(sub, context);
    this.start.set(sub, start);
    this.end.set(sub, end);
    this.processes.hasNotifiers.set(this.devices.processOfContext(context), 1);
    return sub;
  }
  private free(sub: number): void {
    for (const column of [this.state, this.wide, this.context, this.start, this.end, this.seq, this.order]) {
      column.set(sub, 0);
    }
  }
}
