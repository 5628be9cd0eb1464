/**
 * What the machine and the VM tell whoever checks the rules: single accesses and moments that a state does not show by
 * itself. The machine knows no rule; `checks/` implements this.
 */
import type { Value } from "../store/value.ts";

export interface Watch {
  /** `thread` took `lock`; `sleeping`: it would have waited for it (`lock`, not `trylock`). */
  acquired(thread: number, lock: Value, read: boolean, sleeping: boolean): void;
  /** `thread` released `lock`. */
  released(thread: number, lock: Value): void;
  /** `thread` wrote a valid entry for page `vpn` into the device table of `context`. */
  inserted(context: number, vpn: number, entry: Value, thread: number): void;
  /** The CPU's entry of a page changes from `old` to `entry`; called before it does. */
  entryChanging(process: number, vpn: number, old: Value, entry: Value): void;
  /**
   * A CPU (`device` -1) or device used frame `pfn` for word `word` of page `vpn`, through a translation that need not be the
   * present one. Called before a store takes effect.
   */
  accessed(process: number, vpn: number, pfn: number, word: number, store: boolean, device: number): void;
  /**
   * The callback of subscription `sub` (`invalidate`, or `invalidate_start` of an mm-wide one) returned `result` for
   * [start, end). Called by the VM.
   */
  invalidated(sub: number, start: number, end: number, reason: Value, owner: Value, result: Value): void;
  /** `thread`'s call of migrate_vma_finalize for [start, end) of `process` returned. Called by the VM. */
  finalized(thread: number, process: number, start: number, end: number): void;
  /** A statement of the scenario that `thread` ran has ended. Called by the VM. */
  statementEnded(thread: number): void;
  /** `thread` (a worker, or one whose block is done) has ended. Called by the VM. */
  threadEnded(thread: number): void;
}
