/** Bits of `Processes.state`, from when an address space is to go. */
export const MmState = {
  /** SIGKILL is pending for its threads. */
  killed: 1,
  /** Its contents may be gone (MMF_UNSTABLE). */
  unstable: 2,
  /** The OOM killer has nothing to expect of it any more (MMF_OOM_SKIP). */
  oomSkip: 4,
  /** The OOM killer counts on its memory (mark_oom_victim). */
  oomVictim: 8,
} as const;

/** Address spaces (struct mm_struct): whether they exist, their notifier sequence and what they count. One row a process. */
import type { DenseColumn } from "../store/column.ts";
import type { Store } from "../store/store.ts";

export class Processes {
  readonly exists: DenseColumn;
  /** `invalidate_seq` of mm/mmu_notifier.c (v6.12): even when no invalidation that hit a subscription is under way. */
  readonly seq: DenseColumn;
  /** `active_invalidate_ranges`: starts without their end yet. */
  readonly active: DenseColumn;
  /** 1 from the first subscription of any kind on (mm->notifier_subscriptions). */
  readonly hasNotifiers: DenseColumn;
  /** MM_ANONPAGES. */
  readonly rssAnon: DenseColumn;
  /** MM_FILEPAGES and MM_SHMEMPAGES. */
  readonly rssFile: DenseColumn;
  /** MM_SWAPENTS. */
  readonly swapents: DenseColumn;
  /** Changes of entries under way whose TLB flush is still to come (mm->tlb_flush_pending). */
  readonly tlbFlushPending: DenseColumn;
  /** Bits of `MmState`. */
  readonly state: DenseColumn;
  readonly length: number;

  constructor(store: Store, count: number) {
    this.length = count;
    this.exists = store.int("process.exists");
    this.seq = store.int("process.seq");
    this.active = store.int("process.active");
    this.hasNotifiers = store.int("process.hasNotifiers");
    this.rssAnon = store.int("process.rssAnon");
    this.rssFile = store.int("process.rssFile");
    this.swapents = store.int("process.swapents");
    this.tlbFlushPending = store.int("process.tlbFlushPending");
    this.state = store.int("process.state");
  }

  /** The process starts to exist, with no subscriptions. */
  create(process: number): void {
    this.exists.set(process, 1);
    this.seq.set(process, 2);
    this.active.set(process, 0);
    this.hasNotifiers.set(process, 0);
    this.rssAnon.set(process, 0);
    this.rssFile.set(process, 0);
    this.swapents.set(process, 0);
    this.tlbFlushPending.set(process, 0);
    this.state.set(process, 0);
  }
  has(process: number, bit: number): boolean {
    return (this.state.get(process) & bit) !== 0;
  }
  /** Sets or clears one bit of `state`. */
  put(process: number, bit: number, on: boolean): void {
    const state = this.state.get(process);
    this.state.set(process, on ? state | bit : state & ~bit);
  }
}
