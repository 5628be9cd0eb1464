/**
 * Executions chosen at random, by seed: for what is too large to be seen whole. One that comes back to a state of its own has gone
 * round a circle: whether executions may go round there for ever is looked for as in an exhaustive search.
 */
import type { Program } from "../vm/program.ts";
import { StepResult } from "../vm/vm.ts";
import type { Lasso } from "./livelock.ts";
import { failsByPingPong, Livelocks } from "./livelock.ts";
import { nextRandom, randomBelow } from "./random.ts";
import type { Move } from "./schedule.ts";
import { plainMoves } from "./schedule.ts";
import type { ExploreProgress, ExploreResult, FoundFailure, Search, Shard } from "./search.ts";
import { Simulation } from "./simulation.ts";
import { isExpected } from "./verdict.ts";
import { Visited } from "./visited.ts";

export interface RandomWalksOptions {
  /** Number of executions. */
  readonly walks: number;
  /** Another seed gives other executions; the same one always the same. */
  readonly seed?: number;
  /** Makes only the walks of one part. */
  readonly shard?: Shard;
  /** Moves after which an execution is given up. */
  readonly maxDepth?: number;
}

const DEFAULT_MAX_DEPTH = 100_000;
/** A thread that moved goes on three times out of four: most bugs need few changes of thread, and some need many. */
const STAY = 3;
const OUT_OF = 4;

export class RandomWalks implements Search {
  private readonly simulation: Simulation;
  private readonly options: RandomWalksOptions;
  private readonly visited = new Visited();
  private readonly found: FoundFailure[] = [];
  private readonly unwitnessed: Set<Program["properties"][number]>;
  private generator = 0;
  /** The walk that is under way, or comes next. */
  private walk = 0;
  private moves: Move[] = [];
  private answers: number[] = [];
  private last = -1;
  private transitions = 0;
  private depth = 0;
  private endStates = 0;
  private stopped: ExploreResult["stopped"];
  private livelocks: Livelocks | undefined;
  private pingPong: FoundFailure | undefined;

  constructor(program: Program, options: RandomWalksOptions) {
    this.options = options;
    this.simulation = new Simulation(program, { merged: true, record: false, renumber: true });
    this.unwitnessed = new Set(program.properties.filter((p) => p.kind === "exists"));
    this.simulation.vm.chooser = (n) => {
      const answer = this.random(n);
      this.answers.push(answer);
      return answer;
    };
    this.livelocks = new Livelocks(this.simulation);
    const { store, failures } = this.simulation;
    this.visited.add(store.hashLow, store.hashHigh);
    if (failures.length > 0) this.take();
    this.begin();
  }

  advance(transitions: number): boolean {
    for (let left = transitions; left > 0 && this.stopped === undefined; left--) {
      if (this.livelocks?.isLooking) {
        this.lookForCircles(this.livelocks, left);
        break;
      }
      if (!this.move()) this.end();
    }
    return this.stopped !== undefined;
  }
  cancel(): void {
    this.livelocks?.cancel();
    this.stopped ??= "cancelled";
  }
  progress(): ExploreProgress {
    const queue = Math.max(0, this.options.walks - this.walk);
    return { states: this.visited.size, transitions: this.transitions, depth: this.moves.length, queue };
  }
  result(): ExploreResult {
    return {
      states: this.visited.size,
      transitions: this.transitions,
      depth: this.depth,
      complete: false,
      stopped: this.stopped ?? "cancelled",
      failures: this.found,
      unwitnessed: [...this.unwitnessed],
      cutShort: undefined,
      pingPong: this.pingPong,
      livelocksSought: false,
      endStates: this.endStates,
      missProbability: 0,
    };
  }

  private random(n: number): number {
    this.generator = nextRandom(this.generator);
    return randomBelow(this.generator, n);
  }
  /** Sets out on the next walk that is this part's; if there is none, the search is over. */
  private begin(): void {
    const { walks, seed = 0, shard } = this.options;
    while (shard !== undefined && this.walk % shard.of !== shard.index) this.walk++;
    if (this.walk >= walks) this.stopped ??= "walks";
    this.generator = Math.imul(seed * 0x10001 + this.walk + 1, 0x9e3779b1) ^ 0x5bd1e995;
    this.moves = [];
    this.last = -1;
    this.livelocks?.onPath.push(this.simulation.store.hashLow);
  }

  /** Makes one move. Returns false if the execution is over: nobody can move, something failed, or it is too long. */
  private move(): boolean {
    const { simulation } = this;
    if (this.moves.length >= (this.options.maxDepth ?? DEFAULT_MAX_DEPTH)) return false;
    const running = simulation.running();
    while (running.length > 0) {
      const stays = running.includes(this.last) && this.random(OUT_OF) < STAY;
      const thread = stays ? this.last : (running[this.random(running.length)] as number);
      this.answers = [];
      if (simulation.step(thread) === StepResult.blocked) {
        running.splice(running.indexOf(thread), 1);
        continue;
      }
      this.transitions++;
      this.moves.push({ thread, choices: this.answers });
      this.last = thread;
      if (this.moves.length > this.depth) this.depth = this.moves.length;
      const { hashLow, hashHigh } = simulation.store;
      const isNew = this.visited.add(hashLow, hashHigh);
      if (simulation.failures.length > 0) return false;
      if (!isNew && this.livelocks?.onPath.has(hashLow) === true) this.livelocks.begin();
      this.livelocks?.onPath.push(hashLow);
      return true;
    }
    return false;
  }
  /** Looks at the circles that the present state lies on. An execution that cannot leave them is over. */
  private lookForCircles(livelocks: Livelocks, moves: number): void {
    if (!livelocks.advance(moves)) return;
    const { livelock, pingPong } = livelocks;
    const { program } = this.simulation;
    if (pingPong !== undefined && this.pingPong === undefined) {
      this.pingPong = this.along(pingPong);
      if (failsByPingPong(program)) this.takeLasso(this.pingPong);
    }
    const isLivelock = livelock !== undefined && program.invariants[livelock.failure.id] !== false;
    if (isLivelock) this.takeLasso(this.along(livelock));
    // Where not all circles can be looked at, the walks go on without.
    if (livelocks.isCut) this.livelocks = undefined;
    if (isLivelock) this.nextWalk();
  }
  private along({ failure, moves }: Lasso): FoundFailure {
    return { failure, moves: [...this.moves, ...plainMoves(moves)], alone: true };
  }
  private takeLasso(lasso: FoundFailure): void {
    const { program } = this.simulation;
    const isKnown = this.found.some(
      ({ failure: { id, spot } }) => id === lasso.failure.id && spot.start === lasso.failure.spot.start,
    );
    if (!isKnown) this.found.push(lasso);
    if (program.finds.length === 0 || isExpected(program, lasso.failure)) this.stopped = "failure";
  }

  /** An execution is over: what must hold at its end is looked at, and the next one begins. */
  private end(): void {
    const { simulation } = this;
    if (simulation.failures.length === 0) {
      if (simulation.finished) {
        this.endStates++;
        for (const property of simulation.checkEnd()) this.unwitnessed.delete(property);
      } else if (this.moves.length < (this.options.maxDepth ?? DEFAULT_MAX_DEPTH)) simulation.deadlock();
    }
    if (simulation.failures.length > 0) this.take();
    this.nextWalk();
  }
  /** Goes back to the beginning and sets out again. */
  private nextWalk(): void {
    const { simulation } = this;
    for (let i = this.moves.length; i > 0; i--) {
      simulation.store.rollback();
      this.livelocks?.onPath.pop();
    }
    this.livelocks?.onPath.pop();
    simulation.failures.length = 0;
    this.walk++;
    this.begin();
  }
  /** Keeps what failed. Of a file that says what it finds, the first that is just that ends the search; else the first of all. */
  private take(): void {
    const { failures, program } = this.simulation;
    const [failure] = failures;
    if (failure === undefined) return;
    const alone = failures.every(({ id }) => id === failure.id);
    const isWanted = program.finds.length === 0 || (alone && program.finds.includes(failure.id));
    const isKnown = this.found.some((f) => f.failure.id === failure.id && f.failure.spot.start === failure.spot.start);
    if (!isKnown || isWanted) this.found.push({ failure, moves: this.moves.slice(), alone });
    if (isWanted) this.stopped = "failure";
  }
}
