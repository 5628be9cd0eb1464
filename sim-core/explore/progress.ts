/**
 * Whether a thread gets on: a CPU or device that faults on one page again and again, while the page's entries stay as they are and
 * nobody else does anything, never will (progress-bound).
 */
import type { Machine } from "../machine/machine.ts";
import type { DenseColumn } from "../store/column.ts";
import type { Value } from "../store/value.ts";

/** Times that a fault may be repeated in a run before it counts as a livelock. */
export const PROGRESS_BOUND = 32;
/** Times after which a thread lets others go first, if there are any. */
const PATIENCE = 8;

/** Rows of the column: who faults, where, how, what the page's entries are, how often; then each thread's last step that faulted. */
const Row = { thread: 0, page: 1, access: 2, entry: 3, mirror: 4, count: 5, steps: 6 } as const;

export class Progress {
  private readonly machine: Machine;
  /** Whether anybody has faulted in any execution, or in what a state was taken over from: before, there is nothing to follow. No state. */
  hasBegun = false;
  // Not hashed: how often something was tried is history, not state.
  private readonly rows: DenseColumn;

  constructor(machine: Machine) {
    this.machine = machine;
    this.rows = machine.store.values("progress", { hashed: false });
  }

  /** `thread` traps on page `vpn` of its process. */
  faulted(thread: number, vpn: number, access: Value): void {
    this.hasBegun = true;
    const { devices, mirrors, pageTables, store, threads } = this.machine;
    const process = threads.processOf(thread);
    const device = threads.deviceOf(thread);
    const entry = process < 0 ? 0 : pageTables.translation(process, vpn);
    const mirror = process < 0 || device < 0 ? 0 : mirrors.get(devices.contextId(device, process), vpn);
    const now = [thread + 1, vpn, access, entry, mirror];
    const same = now.every((value, row) => this.rows.get(row) === value);
    for (const [row, value] of now.entries()) this.rows.set(row, value);
    this.rows.set(Row.count, same ? this.count + 1 : 1);
    this.rows.set(Row.steps + thread, store.step);
  }
  /** `thread` made a step: whoever faults may find something changed. */
  moved(thread: number): void {
    if (this.count !== 0 && this.thread !== thread) this.rows.set(Row.count, 0);
  }
  /** A statement of `thread` ended. */
  ended(thread: number): void {
    if (this.count !== 0 && this.thread === thread) this.rows.set(Row.count, 0);
  }

  /** How often the last fault has been repeated with nothing changing. */
  get count(): number {
    return this.rows.get(Row.count);
  }
  /** Who repeats it, and on which page. */
  get thread(): number {
    return this.rows.get(Row.thread) - 1;
  }
  get page(): number {
    return this.rows.get(Row.page);
  }
  /** Whether `thread` has tried in vain often enough to let others go first. */
  isSpinning(thread: number): boolean {
    return this.count >= PATIENCE && this.thread === thread;
  }
  /** Whether `thread` faulted within the last `steps` steps. */
  faultedWithin(thread: number, steps: number): boolean {
    return this.rows.get(Row.steps + thread) > this.machine.store.step - steps;
  }
}
