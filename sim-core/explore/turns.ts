/** In which order one of several searches tries threads: each begins with another one, and every other one goes down. */
export class Turns {
  private readonly worker: number;
  /** By thread, one further, the first one in front: which one is next; -1 behind the last. */
  private following: Int32Array = new Int32Array();

  /** @param worker the search's number, from 0 up */
  constructor(worker: number) {
    this.worker = worker;
  }

  /** The thread to try after `thread`, or the first for -1, where there are `threads`; -1 if there is none. */
  after(thread: number, threads: number): number {
    if (this.following.length !== threads + 1) this.following = this.order(threads);
    return this.following[thread + 1] as number;
  }

  private order(threads: number): Int32Array {
    const step = this.worker % 2 === 1 ? threads - 1 : 1;
    const following = new Int32Array(threads + 1).fill(-1);
    let last = -1;
    for (let i = 0; i < threads; i++) {
      const thread = (this.worker + i * step) % threads;
      following[last + 1] = thread;
      last = thread;
    }
    return following;
  }
}
