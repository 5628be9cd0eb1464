/**
 * References that GUP users hold (get_user_pages, pin_user_pages; mm/gup.c, v6.12): who asked for a page by which address. A
 * new one takes the lowest free row.
 */
import type { DenseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import type { Folios } from "./folios.ts";
import { PIN_BIAS } from "./folios.ts";

export class Gups {
  /** Process + 1; 0 is a free row. */
  readonly process: DenseColumn;
  readonly vpn: DenseColumn;
  readonly pfn: DenseColumn;
  /** 1 for FOLL_PIN, 0 for FOLL_GET. */
  readonly pin: DenseColumn;
  private readonly rows: DenseColumn;
  private readonly folios: Folios;

  constructor(store: Store, folios: Folios) {
    this.folios = folios;
    this.process = store.int("gup.process");
    this.vpn = store.values("gup.vpn");
    this.pfn = store.int("gup.pfn");
    this.pin = store.int("gup.pin");
    this.rows = store.int("gup.rows", { hashed: false });
  }

  /** One more than the highest row ever used. */
  get length(): number {
    return this.rows.get(0);
  }

  /** One reference that `thread` holds on `pfn` becomes one of the user of page `vpn`; a pin takes PIN_BIAS in all. */
  hold(thread: number, process: number, vpn: number, pfn: number, pin: boolean): void {
    const rows = this.rows.get(0);
    let row = 0;
    while (row < rows && this.process.get(row) !== 0) row++;
    if (row === rows) this.rows.set(0, rows + 1);
    this.process.set(row, process + 1);
    this.vpn.set(row, vpn);
    this.pfn.set(row, pfn);
    this.pin.set(row, pin ? 1 : 0);
    this.move(thread, pfn, pin, 1);
  }
  /** Gives a reference back to `thread`: that of the lowest row of page `vpn` of this sort. Returns its frame, or -1. */
  release(thread: number, process: number, vpn: number, pin: boolean): number {
    for (let row = 0; row < this.length; row++) {
      if (this.process.get(row) !== process + 1 || this.vpn.get(row) !== vpn) continue;
      if (this.pin.get(row) !== (pin ? 1 : 0)) continue;
      const pfn = this.pfn.get(row);
      for (const column of [this.process, this.vpn, this.pfn, this.pin]) column.set(row, 0);
      this.move(thread, pfn, pin, -1);
      return pfn;
    }
    return -1;
  }

  /** The same for the lowest row of `process` at all. */
  releaseNext(thread: number, process: number): number {
    for (let row = 0; row < this.length; row++) {
      if (this.process.get(row) !== process + 1) continue;
      return this.release(thread, process, this.vpn.get(row), this.pin.get(row) === 1);
    }
    return -1;
  }

  private move(thread: number, pfn: number, pin: boolean, sign: number): void {
    const { folios } = this;
    const head = folios.headOf(pfn);
    // A large folio has a counter of its own for pins.
    const amount = pin && folios.order(head) === 0 ? PIN_BIAS : 1;
    folios.hold(thread, head, -sign);
    folios.gups.set(0, head, folios.gups.get(0, head) + sign * amount);
    if (!pin) return;
    folios.refcount.set(0, head, folios.refcount.get(0, head) + sign * (amount - 1));
    folios.pins.set(0, head, folios.pins.get(0, head) + sign);
  }
}
