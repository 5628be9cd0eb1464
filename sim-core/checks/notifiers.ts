/** interval-seq-odd, start-end-paired, nonblockable-no-sleep and notifier-removed-quiesced: invalidations and who hears of them. */
import { spins } from "../machine/locks.ts";
import type { Machine } from "../machine/machine.ts";
import { deviceName, hex, processName, subscriptionName, threadName } from "../machine/names.ts";
import { SubscriptionState } from "../machine/notifiers.ts";
import { eachPage } from "../machine/pages.ts";
import type { DenseColumn, SparseColumn } from "../store/column.ts";
import type { Value } from "../store/value.ts";
import { FALSE, payloadOf, Tag, tagOf } from "../store/value.ts";
import { seqCell } from "./cells.ts";
import type { FunctionCall } from "./function-call.ts";
import { argumentOf } from "./function-call.ts";
import type { Scope } from "./scope.ts";
import type { Cell } from "./violation.ts";

/** What is under way: it follows from where the threads stand, but a thread's stack is hard to read backwards. */
export class Invalidations {
  private readonly scope: Scope;
  private readonly machine: Machine;
  /** (thread, object): 1 for a range that was started and not ended. */
  private readonly open: SparseColumn;
  /** By thread: callbacks for ranges that may not block that it is in. */
  private readonly atomic: DenseColumn;
  /** By subscription: its callbacks that are running. */
  private readonly running: DenseColumn;
  /** By subscription: the thread, plus 1, that is removing it. */
  private readonly remover: DenseColumn;
  /** (context, thread): that driver's callbacks that the thread is in. By context: those of all threads. */
  private readonly callers: SparseColumn;
  private readonly callbacks: DenseColumn;
  /** (context, page): 1 for an entry that came while another thread was in a callback, which need not have waited for it. */
  private readonly late: SparseColumn;

  constructor(scope: Scope) {
    this.scope = scope;
    this.machine = scope.machine;
    const { store } = scope.machine;
    this.open = store.sparseInt("checks.openRanges", { chunkBits: 3 });
    this.atomic = store.int("checks.atomicCallbacks", { hashed: false });
    this.running = store.int("checks.runningCallbacks", { hashed: false });
    this.remover = store.int("checks.removers", { hashed: false });
    this.callers = store.sparseInt("checks.callbackCallers", { chunkBits: 3, hashed: false });
    this.callbacks = store.int("checks.callbacks", { hashed: false });
    this.late = store.sparseInt("checks.lateEntries", { chunkBits: 3 });
  }

  /** `thread` entered a page in a device's table. */
  inserted(context: number, vpn: number, thread: number): void {
    const others = this.callbacks.get(context) - this.callers.get(context, thread);
    this.late.set(context, vpn, others > 0 ? 1 : 0);
  }
  /** Whether an entry came while an invalidation's callback was running already: one that has done its work has not missed it. */
  isLate(context: number, vpn: number): boolean {
    return this.late.get(context, vpn) !== 0;
  }
  /** A thread enters a callback of a driver (`change` 1), or leaves it (-1). */
  private inCallback(context: number, thread: number, change: number): void {
    this.callers.set(context, thread, this.callers.get(context, thread) + change);
    this.count(this.callbacks, context, change);
    if (this.callbacks.get(context) > 0) return;
    eachPage(this.late, context, 0, Number.POSITIVE_INFINITY, (vpn) => this.late.set(context, vpn, 0));
  }

  called(call: FunctionCall): void {
    switch (call.name) {
      case "invalidate":
        this.count(this.running, payloadOf(argumentOf(call, 0)), 1);
        this.inCallback(this.machine.notifiers.context.get(payloadOf(argumentOf(call, 0))), call.thread, 1);
        if (call.field(argumentOf(call, 1), "blockable") === FALSE) this.count(this.atomic, call.thread, 1);
        break;
      case "invalidate_start":
        this.inCallback(payloadOf(call.self), call.thread, 1);
        if (call.field(argumentOf(call, 0), "blockable") === FALSE) this.count(this.atomic, call.thread, 1);
        break;
      case "mmu_notifier_invalidate_range_end":
        this.ended(call);
        break;
      case "mmu_interval_notifier_remove":
        this.remover.set(payloadOf(argumentOf(call, 0)), call.thread + 1);
        break;
      default:
    }
  }
  returned(call: FunctionCall, result: Value): void {
    switch (call.name) {
      case "invalidate":
        this.count(this.running, payloadOf(argumentOf(call, 0)), -1);
        this.inCallback(this.machine.notifiers.context.get(payloadOf(argumentOf(call, 0))), call.thread, -1);
        if (call.field(argumentOf(call, 1), "blockable") === FALSE) this.count(this.atomic, call.thread, -1);
        break;
      case "invalidate_start":
        this.inCallback(payloadOf(call.self), call.thread, -1);
        if (call.field(argumentOf(call, 0), "blockable") === FALSE) this.count(this.atomic, call.thread, -1);
        break;
      case "mmu_notifier_invalidate_range_start":
      case "mmu_notifier_invalidate_range_start_nonblock":
        if (tagOf(result) !== Tag.error) this.started(call);
        break;
      case "mmu_interval_notifier_remove":
        this.removed(call);
        break;
      default:
    }
  }

  private count(column: DenseColumn, row: number, change: number): void {
    column.set(row, column.get(row) + change);
  }
  private activeCells(process: number): Cell[] {
    const { processes } = this.machine;
    const name = processName(this.machine, process);
    return [
      { column: processes.active, cell: process, what: `the invalidations of ${name} that are under way` },
      { column: processes.seq, cell: process, what: `the notifier sequence of ${name}` },
    ];
  }
  private openCell(thread: number, object: number): Cell[] {
    const at = this.open.find(thread, object);
    return at < 0 ? [] : [{ column: this.open, cell: at, what: "the range that was started" }];
  }
  private rangeName(call: FunctionCall, range: Value): string {
    return `${processName(this.machine, payloadOf(call.field(range, "process")))} ${hex(call.field(range, "start"))}-${hex(call.field(range, "end"))}`;
  }

  private started(call: FunctionCall): void {
    const range = argumentOf(call, 0);
    const object = this.machine.heap.numberOf(payloadOf(range));
    if (this.open.get(call.thread, object) !== 0) {
      this.scope.report(
        "start-end-paired",
        `${threadName(this.machine, call.thread)} started the invalidation of ${this.rangeName(call, range)}, and one that it had started before was never ended`,
        [...this.openCell(call.thread, object), ...this.activeCells(payloadOf(call.field(range, "process")))],
      );
    }
    this.open.set(call.thread, object, 1);
  }
  private ended(call: FunctionCall): void {
    const range = argumentOf(call, 0);
    const object = this.machine.heap.numberOf(payloadOf(range));
    if (this.open.get(call.thread, object) !== 0) {
      this.open.set(call.thread, object, 0);
      return;
    }
    this.scope.report(
      "start-end-paired",
      `${threadName(this.machine, call.thread)} ends the invalidation of ${this.rangeName(call, range)}, which is not under way: its start was refused, or it was ended already`,
      [...this.openCell(call.thread, object), ...this.activeCells(payloadOf(call.field(range, "process")))],
    );
  }
  /** An operation of `thread` ended: so have its invalidations. */
  operationEnded(thread: number): void {
    const left: number[] = [];
    this.open.forEach(thread, 0, 2 ** 30, (object) => left.push(object));
    if (left.length === 0) return;
    const process = this.machine.threads.processOf(thread);
    this.scope.report(
      "start-end-paired",
      `${threadName(this.machine, thread)} ended and has not ended ${left.length === 1 ? "an invalidation that it started" : `${left.length} invalidations that it started`}: whoever reads the page tables for a device waits for ever`,
      [...left.flatMap((object) => this.openCell(thread, object)), ...(process < 0 ? [] : this.activeCells(process))],
    );
    for (const object of left) this.open.set(thread, object, 0);
  }

  /** `thread` took a lock that it would have waited for. */
  slept(thread: number, lock: Value): void {
    if (this.atomic.get(thread) <= 0 || spins(lock)) return;
    this.scope.report(
      "nonblockable-no-sleep",
      `${threadName(this.machine, thread)} waits for ${this.machine.locks.name(lock)} in a callback for a range that may not block`,
      [{ column: this.atomic, cell: thread, what: "the callback that may not block" }],
    );
  }

  private removed(call: FunctionCall): void {
    const sub = payloadOf(argumentOf(call, 0));
    // Otherwise its row was freed, and may be another's by now.
    const isThere = this.remover.get(sub) === call.thread + 1 && this.machine.notifiers.exists(sub);
    if (this.remover.get(sub) === call.thread + 1) this.remover.set(sub, 0);
    if (!isThere) return;
    const name = subscriptionName(this.machine, sub);
    const what =
      this.running.get(sub) > 0 ? "a callback of it is running" : "it is still in the tree and will be called";
    this.scope.report(
      "notifier-removed-quiesced",
      `${threadName(this.machine, call.thread)} took ${name} for removed, and ${what}: what the callback uses may be gone by then`,
      this.subscriptionCells(sub),
    );
  }
  private subscriptionCells(sub: number): Cell[] {
    return [
      { column: this.machine.notifiers.state, cell: sub, what: `the state of ${subscriptionName(this.machine, sub)}` },
      ...seqCell(this.machine, sub),
    ];
  }

  /** A subscription was written. */
  checkSubscription(sub: number): void {
    const { notifiers } = this.machine;
    if (!notifiers.exists(sub)) {
      const running = this.running.get(sub);
      this.remover.set(sub, 0);
      if (running <= 0) return;
      this.running.set(sub, 0);
      this.scope.report(
        "notifier-removed-quiesced",
        "a notifier is gone while a callback of it is running",
        this.subscriptionCells(sub),
      );
      return;
    }
    if (notifiers.wide.get(sub) === 1 || notifiers.seq.get(sub) % 2 === 1) return;
    const device = deviceName(this.machine, this.machine.devices.deviceOfContext(notifiers.context.get(sub)));
    this.scope.report(
      "interval-seq-odd",
      `${device}'s notifier has the sequence number ${notifiers.seq.get(sub)}, which is even: read_begin would take it for one that no invalidation can have`,
      this.subscriptionCells(sub),
    );
  }
  /** A process's notifier sequence, or how many invalidations are under way, was written. */
  checkProcess(process: number): void {
    const { notifiers, processes } = this.machine;
    const seq = processes.seq.get(process);
    const active = processes.active.get(process);
    const name = processName(this.machine, process);
    if (active < 0) {
      const message = `more invalidations of ${name} were ended than started (${active} are under way)`;
      this.scope.report("interval-seq-odd", message, this.activeCells(process));
    } else if (active === 0 && seq % 2 === 1) {
      const message = `no invalidation of ${name} is under way, and its notifier sequence ${seq} is odd: read_begin waits for ever`;
      this.scope.report("interval-seq-odd", message, this.activeCells(process));
    } else if (active === 0) {
      for (let sub = 0; sub < notifiers.length; sub++) {
        const state = notifiers.state.get(sub);
        if (state !== SubscriptionState.inserting && state !== SubscriptionState.removing) continue;
        if (notifiers.processOf(sub) !== process) continue;
        const message = `no invalidation of ${name} is under way, and ${subscriptionName(this.machine, sub)} waits for the end of one`;
        this.scope.report("interval-seq-odd", message, [...this.subscriptionCells(sub), ...this.activeCells(process)]);
      }
    }
  }
}
