/** Injected faults: which operation is to fail, may fail, or takes long, and how often. A new one takes the next row. */
import type { DenseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";
import type { BaseWord } from "../store/words.ts";
import { word } from "../store/words.ts";

/** What happens to the operation: it fails; it may fail; it takes until no other thread can move. */
export type InjectionMode = "fail" | "maybe" | "delay";
const MODES: readonly InjectionMode[] = ["fail", "maybe", "delay"];

/** Operations that faults can be injected into. */
export const INJECTION_SITES = [
  "device_alloc",
  "page_alloc",
  "copy",
  "folio_lock",
  "notifier",
  "swap_io",
] as const satisfies readonly BaseWord[];
export type InjectionSite = (typeof INJECTION_SITES)[number];

/** A fault that is injected. */
export interface InjectedFault {
  readonly mode: InjectionMode;
  /** -1: any. */
  readonly device: number;
  /** How often it still happens; undefined: without end. */
  readonly times: number | undefined;
  /** How many operations still pass before it begins. */
  readonly after: number;
}

export class Injection {
  /** Site + 1; 0 is a free row. */
  private readonly site: DenseColumn;
  /** Device + 1; 0: any. */
  private readonly device: DenseColumn;
  private readonly mode: DenseColumn;
  /** How often it still happens, plus 1; 0: without end. */
  private readonly times: DenseColumn;
  /** How many operations still pass before it begins. */
  private readonly after: DenseColumn;
  private readonly count: DenseColumn;

  constructor(store: Store) {
    this.site = store.int("inject.site");
    this.device = store.int("inject.device");
    this.mode = store.int("inject.mode");
    this.times = store.int("inject.times");
    this.after = store.int("inject.after");
    this.count = store.int("inject.count");
  }

  /** Adds a fault: on `device` only (-1: any), `times` times (undefined: always), after `after` operations that pass. */
  add(site: InjectionSite, device: number, mode: InjectionMode, times: number | undefined, after: number): void {
    const row = this.count.get(0);
    this.count.set(0, row + 1);
    this.site.set(row, INJECTION_SITES.indexOf(site) + 1);
    this.device.set(row, device + 1);
    this.mode.set(row, MODES.indexOf(mode));
    this.times.set(row, times === undefined ? 0 : times + 1);
    this.after.set(row, after);
  }

  /**
   * An operation of this sort is about to happen (device: -1 for none). Counts it, and returns the first fault that applies
   * to it, or undefined. One that is to happen a number of times is only used up by `use`. `cannotFail`: it can be delayed only,
   * and is no operation for faults that make one fail.
   */
  consult(
    site: InjectionSite,
    device: number,
    cannotFail = false,
  ): { readonly row: number; readonly mode: InjectionMode } | undefined {
    let found: number | undefined;
    for (let row = 0; row < this.count.get(0); row++) {
      if (this.site.get(row) !== INJECTION_SITES.indexOf(site) + 1) continue;
      if (cannotFail && MODES[this.mode.get(row)] !== "delay") continue;
      const only = this.device.get(row) - 1;
      if (only >= 0 && only !== device) continue;
      if (this.times.get(row) === 1) continue;
      const after = this.after.get(row);
      if (after > 0) this.after.set(row, after - 1);
      else found ??= row;
    }
    return found === undefined ? undefined : { row: found, mode: MODES[this.mode.get(found)] ?? "fail" };
  }
  /** Whether any operation is still to be delayed. */
  get delays(): boolean {
    for (let row = 0; row < this.count.get(0); row++) {
      if (MODES[this.mode.get(row)] === "delay" && this.times.get(row) !== 1) return true;
    }
    return false;
  }
  /** The fault of `row` happened: it counts towards its times. */
  use(row: number): void {
    const times = this.times.get(row);
    if (times > 1) this.times.set(row, times - 1);
  }

  /** The faults of a site that are still to happen, in the order in which they were injected. */
  pending(site: InjectionSite): InjectedFault[] {
    return this.rowsOf(site).map((row) => {
      const times = this.times.get(row);
      return {
        mode: MODES[this.mode.get(row)] ?? "fail",
        device: this.device.get(row) - 1,
        times: times === 0 ? undefined : times - 1,
        after: this.after.get(row),
      };
    });
  }
  /** Has no fault of a site happen any more. */
  cancel(site: InjectionSite): void {
    for (const row of this.rowsOf(site)) this.times.set(row, 1);
  }
  private rowsOf(site: InjectionSite): number[] {
    const rows: number[] = [];
    for (let row = 0; row < this.count.get(0); row++) {
      if (this.site.get(row) === INJECTION_SITES.indexOf(site) + 1 && this.times.get(row) !== 1) rows.push(row);
    }
    return rows;
  }

  /** The site that a word names, or undefined. */
  static siteOf(value: Value): InjectionSite | undefined {
    return INJECTION_SITES.find((site) => word(site) === value);
  }
}
