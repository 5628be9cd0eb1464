/**
 * What the machine tells whoever checks the rules as it happens: single accesses that a state does not show by itself. The
 * machine knows no rule; `checks/` implements this.
 */
import type { Value } from "../store/value.ts";

export interface Watch {
  /** `thread` took `lock`; `sleeping`: it would have waited for it (`lock`, not `trylock`). */
  acquired(thread: number, lock: Value, read: boolean, sleeping: boolean): void;
  /** `thread` wrote a valid entry for page `vpn` into the device table of `context`. */
  inserted(context: number, vpn: number, entry: Value, thread: number): void;
  /** The CPU's entry of a page changes from `old` to `entry`; called before it does. */
  entryChanging(process: number, vpn: number, old: Value, entry: Value): void;
  /** The PMD-level entry of the pages from `vpn` on changes from `old` to `entry`; called before it does. */
  leafChanging(process: number, vpn: number, old: Value, entry: Value): void;
  /**
   * A CPU (`device` -1) or device used frame `pfn` for word `word` of page `vpn`, through a translation that need not be the
   * present one. Called before a store takes effect.
   */
  accessed(process: number, vpn: number, pfn: number, word: number, store: boolean, device: number): void;
}
