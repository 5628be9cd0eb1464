/**
 * Devices and their contexts: a context is one driver instance, for a device and a process that it works for. A context's id
 * follows from the two, so it is the same however it came to exist.
 */
import type { DenseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";
import type { Value } from "../store/value.ts";
import { NONE } from "../store/value.ts";
import type { DeviceDescription } from "./description.ts";

export class Devices {
  /** Number of devices. */
  readonly length: number;
  /** 1 for contexts that exist. */
  readonly contextExists: DenseColumn;
  private readonly notifier: DenseColumn;
  /** By device: its link carries atomics. */
  readonly linkAtomics: readonly boolean[];
  /** By device: its driver does not go by sequence numbers. */
  readonly checksRanges: readonly boolean[];
  private readonly processes: number;

  constructor(store: Store, devices: readonly DeviceDescription[], processes: number) {
    this.length = devices.length;
    this.linkAtomics = devices.map((device) => device.linkAtomics === true);
    this.checksRanges = devices.map((device) => device.checksRanges === true);
    this.processes = processes;
    this.contextExists = store.int("context.exists");
    this.notifier = store.values("context.notifier");
  }

  /** One more than the highest possible context id. */
  get contexts(): number {
    return this.length * this.processes;
  }
  /** Id of the context of `device` for `process`, whether it exists or not. */
  contextId(device: number, process: number): number {
    return device * this.processes + process;
  }
  hasContext(context: number): boolean {
    return this.contextExists.get(context) !== 0;
  }
  deviceOfContext(context: number): number {
    return Math.floor(context / this.processes);
  }
  processOfContext(context: number): number {
    return context % this.processes;
  }
  /** The subscription that the driver calls its own (`self.notifier`), or `none`. */
  notifierOf(context: number): Value {
    const value = this.notifier.get(context);
    return value === 0 ? NONE : value;
  }
  setNotifier(context: number, sub: Value): void {
    this.notifier.set(context, sub === NONE ? 0 : sub);
  }
}
