/** Fences (struct dma_fence, include/linux/dma-fence.h, v6.12): what a device signals when a copy that it was given is done. */
import type { DenseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";

const PENDING = 1;
const SIGNALED = 2;

export class Fences {
  /** 0 is a free row. */
  private readonly state: DenseColumn;
  private readonly rows: DenseColumn;

  constructor(store: Store) {
    this.state = store.int("fence.state");
    this.rows = store.int("fence.rows", { hashed: false });
  }

  /** A new fence in the lowest free row, not signaled. */
  create(): number {
    const rows = this.rows.get(0);
    let row = 0;
    while (row < rows && this.state.get(row) !== 0) row++;
    if (row === rows) this.rows.set(0, rows + 1);
    this.state.set(row, PENDING);
    return row;
  }
  exists(fence: number): boolean {
    return this.state.get(fence) !== 0;
  }
  signal(fence: number): void {
    this.state.set(fence, SIGNALED);
  }
  isSignaled(fence: number): boolean {
    return this.state.get(fence) === SIGNALED;
  }
  /** Its row is free again. */
  remove(fence: number): void {
    this.state.set(fence, 0);
  }
}
