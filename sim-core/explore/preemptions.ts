/**
 * Preemptions of an execution: changes from a thread that could have gone on. Where they are bounded, it is part of a state by which thread
 * it was reached, and how many there were by then.
 */
import type { Path } from "./path.ts";
import type { Simulation } from "./simulation.ts";

/** How it stands in a state: preemptions so far, who moved last, and whether that thread can go on. */
interface Standing {
  readonly used: number;
  readonly last: number;
  readonly canGoOn: boolean;
}

export class Preemptions {
  /** Whether an execution was not gone on with, as it would have had too many. */
  wereTooMany = false;
  private readonly simulation: Simulation;
  private readonly path: Path;
  private readonly most: number;
  /** By state on the path. */
  private readonly standings: Standing[] = [];

  /** Of the execution along `path`, of which each may have `most` (0 or more). */
  constructor(simulation: Simulation, path: Path, most: number) {
    this.simulation = simulation;
    this.path = path;
    this.most = most;
  }

  /** The first state was put on the path. */
  begin(): void {
    this.standings.length = 0;
    this.standings.push({ used: 0, last: -1, canGoOn: false });
    this.wereTooMany = false;
  }
  /** Another state was put on the path. */
  note(): void {
    const { path, simulation, standings } = this;
    const before = path.length - 1;
    const last = path.threadAt(before - 1);
    const used = this.usedAt(before - 1, last);
    const canGoOn = simulation.isRunning(last) && simulation.canStep(last);
    standings.length = before;
    standings.push({ used, last, canGoOn });
  }

  /** How many there are if `thread` moves from the last state on the path. */
  usedBy(thread: number): number {
    return this.usedAt(this.path.length - 1, thread);
  }
  private usedAt(index: number, thread: number): number {
    const now = this.standings[index];
    if (now === undefined) return 0;
    return now.used + (now.canGoOn && now.last !== thread ? 1 : 0);
  }
  /** Whether a move of `thread` from the last state on the path is the first. */
  isFirst(thread: number): boolean {
    return this.usedBy(thread) === 1 && this.standings[this.path.length - 1]?.used === 0;
  }
  /** Whether `thread` may move from the last state on the path; if not, that is noted. */
  allows(thread: number): boolean {
    const isAllowed = this.usedBy(thread) <= this.most;
    if (!isAllowed) this.wereTooMany = true;
    return isAllowed;
  }
  /** To be mixed into the hash of the state that a move of `thread` led to. */
  mixFor(thread: number): number {
    return Math.imul(thread + 1 + 0x1000 * this.usedBy(thread), 0x9e3779b1);
  }
}
