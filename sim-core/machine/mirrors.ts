/**
 * The devices' own page tables and TLBs, one of each for every context (a device working for a process). Their entries hold
 * no references: the driver keeps them valid through notifiers.
 */
import type { SparseColumn } from "../store/column.ts";
import { NO_ENTRY } from "../store/entry.ts";
import type { Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";
import { eachPage } from "./pages.ts";

export class Mirrors {
  /** Entries, addressed by (context, virtual page number); of kind `present`, 0 if not valid. */
  readonly entries: SparseColumn;
  /** Cached translations (see `tlbs.ts`), addressed alike. */
  readonly tlb: SparseColumn;

  constructor(store: Store) {
    this.entries = store.sparseValues("mirror");
    this.tlb = store.sparseInt("mirror.tlb");
  }

  /** The device's entry of page `vpn`; `NO_ENTRY` if it has none. */
  get(context: number, vpn: number): Value {
    const value = this.entries.get(context, vpn);
    return value === 0 ? NO_ENTRY : value;
  }
  set(context: number, vpn: number, entry: Value): void {
    this.entries.set(context, vpn, entry === NO_ENTRY ? 0 : entry);
  }
  /** Drops the entries of pages [from, to). The device's TLB keeps what it has cached. */
  clear(context: number, from: number, to: number): void {
    eachPage(this.entries, context, from, to, (vpn) => this.entries.set(context, vpn, 0));
  }
  /** Drops what the device has cached for pages [from, to). */
  flush(context: number, from: number, to: number): void {
    eachPage(this.tlb, context, from, to, (vpn) => this.tlb.set(context, vpn, 0));
  }
}
