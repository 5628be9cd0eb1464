/** The machine: one object whose parts own the columns of the state. */
import { Store } from "../store/store.ts";
import type { MachineDescription } from "./description.ts";
import { Heap } from "./heap.ts";
import { Threads } from "./threads.ts";
import type { Watch } from "./watch.ts";

export class Machine {
  readonly description: MachineDescription;
  readonly store = new Store();
  readonly heap: Heap;
  readonly threads: Threads;
  /** Who is told of accesses and moments (the invariants); no part of the state. */
  watch: Watch | undefined;

  constructor(description: MachineDescription) {
    this.description = description;
    this.threads = new Threads(this.store);
    this.heap = new Heap(this.store);
  }
}
