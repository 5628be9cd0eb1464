/**
 * The devices' own page tables and TLBs, one of each for every context (a device working for a process). Their entries hold
 * no references: the driver keeps them valid through notifiers. As in the CPU's tables there are entries of a page, and huge
 * ones above; a page of its own hides the huge one.
 */
import type { DenseColumn, SparseColumn } from "../store/column.ts";
import { entryOfLeaf, NO_ENTRY } from "../store/entry.ts";
import type { Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";
import { eachPage } from "./pages.ts";

export class Mirrors {
  /** Entries, addressed by (context, virtual page number); of kind `present`, 0 if not valid. */
  readonly entries: SparseColumn;
  /** Huge entries, addressed by (context, virtual page number / pages of a huge entry). */
  readonly huge: SparseColumn;
  /** Cached translations (see `tlbs.ts`), addressed like `entries`. */
  readonly tlb: SparseColumn;
  /** By context: 1 while the device's queues are stopped. It uses neither table nor TLB then, whatever they say. */
  readonly stopped: DenseColumn;
  /** How many pages a huge entry maps. */
  readonly span: number;

  constructor(store: Store, span: number) {
    this.span = span;
    this.entries = store.sparseValues("mirror");
    this.huge = store.sparseValues("mirror.huge", { chunkBits: 4 });
    this.tlb = store.sparseInt("mirror.tlb");
    this.stopped = store.int("mirror.stopped");
  }

  /** What translates page `vpn` for the device: its entry, or its part of a huge one; `NO_ENTRY` if nothing does. */
  get(context: number, vpn: number): Value {
    const value = this.entries.get(context, vpn);
    if (value !== 0) return value;
    if (this.huge.used === 0) return NO_ENTRY;
    const huge = this.huge.get(context, Math.floor(vpn / this.span));
    return huge === 0 ? NO_ENTRY : entryOfLeaf(huge, vpn % this.span);
  }
  /** The same as far as the device can use it now: `NO_ENTRY` while its queues are stopped. */
  live(context: number, vpn: number): Value {
    return this.stopped.get(context) === 0 ? this.get(context, vpn) : NO_ENTRY;
  }
  /** Writes the entry of page `vpn`. */
  set(context: number, vpn: number, entry: Value): void {
    this.entries.set(context, vpn, entry === NO_ENTRY ? 0 : entry);
  }
  /** Writes the huge entry that covers page `vpn`; entries of single pages there go. */
  setHuge(context: number, vpn: number, entry: Value): void {
    const first = vpn - (vpn % this.span);
    eachPage(this.entries, context, first, first + this.span, (page) => this.entries.set(context, page, 0));
    this.huge.set(context, first / this.span, entry === NO_ENTRY ? 0 : entry);
  }
  /**
   * Drops the entries of pages [from, to), and whole every huge one that reaches into them. Returns how many pages lost theirs.
   * The device's TLB keeps what it has cached.
   */
  clear(context: number, from: number, to: number): number {
    let dropped = 0;
    eachPage(this.entries, context, from, to, (vpn) => {
      this.entries.set(context, vpn, 0);
      dropped++;
    });
    const { span } = this;
    if (this.huge.used > 0) {
      eachPage(this.huge, context, Math.floor(from / span), Math.ceil(to / span), (at) => {
        this.huge.set(context, at, 0);
        dropped += span;
      });
    }
    return dropped;
  }
  /** Calls `visit` with each page of [from, to) that the device has an entry for, and the entry. */
  forEach(context: number, from: number, to: number, visit: (vpn: number, entry: Value) => void): void {
    eachPage(this.entries, context, from, to, visit);
    const { span } = this;
    if (this.huge.used === 0) return;
    eachPage(this.huge, context, Math.floor(from / span), Math.ceil(to / span), (at, huge) => {
      for (let vpn = Math.max(from, at * span); vpn < Math.min(to, (at + 1) * span); vpn++) {
        if (this.entries.get(context, vpn) === 0) visit(vpn, entryOfLeaf(huge, vpn - at * span));
      }
    });
  }
  /** Drops what the device has cached for pages [from, to). */
  flush(context: number, from: number, to: number): void {
    eachPage(this.tlb, context, from, to, (vpn) => this.tlb.set(context, vpn, 0));
  }
}
