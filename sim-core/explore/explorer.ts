/**
 * All interleavings: depth-first, going back by undoing, with the set of states seen. A state is expanded once; what it does
 * wrong is found on whatever path reaches it first.
 */

import { Event } from "../machine/events.ts";
import { lockMovesOf, settledLockMovesOf } from "../vm/lock-moves.ts";
import type { Program, PropertyInfo } from "../vm/program.ts";
import { StepResult } from "../vm/vm.ts";
import { Exchange } from "./exchange.ts";
import type { Failure } from "./failure.ts";
import { FoundFailures } from "./found-failures.ts";
import type { Lasso } from "./livelock.ts";
import { failsByPingPong, Livelocks } from "./livelock.ts";
import { Path } from "./path.ts";
import { Preemptions } from "./preemptions.ts";
import type { Entry } from "./reachable.ts";
import { reachable } from "./reachable.ts";
import { plainMoves } from "./schedule.ts";
import type {
  Beginning,
  ExploreOptions,
  ExploreProgress,
  ExploreResult,
  FoundFailure,
  Reduction,
  Search,
} from "./search.ts";
import type { SharedVisited } from "./shared-visited.ts";
import { DIRECTOR, Simulation } from "./simulation.ts";
import { treatAlike } from "./symmetry.ts";
import type { Known } from "./transition-cache.ts";
import { Turns } from "./turns.ts";
import { findTwins } from "./twins.ts";
import type { StateSet } from "./visited.ts";
import { Visited } from "./visited.ts";

/** Moves after which an execution is cut: some hundred bytes are kept for each. */
export const DEFAULT_MAX_DEPTH = 1_000_000;

/** Moves from where there are several threads that each part of a search goes through: the states behind them are dealt out. */
const SHARD_DEPTH = 7;

/** Moves from where there are several threads that each of several searches goes through, whoever was there before. */
const SHARED_DEPTH = 8;

/** Moves after which a search is a large one: in smaller ones most moves are made only once or twice. */
const REMEMBER_AFTER = 2 ** 14;

/** Moves that take about as long as making a piece of room in the set of states. */
const ROOM_MOVES = 1 << 9;

/** Most statements of a move that are made one by one to see which one fails. */
const MOST_STATEMENTS = 10_000;

/** A step that is a probe of 2^12 transitions between calls of `onProgress`. */
const PROGRESS_MASK = 0xfff;

export class Explorer implements Search {
  readonly simulation: Simulation;
  private readonly options: ExploreOptions;
  private visited: StateSet;
  private readonly path = new Path();
  private readonly found: FoundFailures;
  private unwitnessed: Set<PropertyInfo>;
  private transitions = 0;
  /** Moves from states that are another search's, which counts them. */
  private others = 0;
  /** States of the path's beginning that are gone on from, also where they are another search's. */
  private sharedUntil = Number.POSITIVE_INFINITY;
  /** Those of them that are another search's, and that this one has gone on from. */
  private readonly goneThrough: Visited | undefined;
  /** Of one of several searches but the first: in which order it tries threads. */
  private readonly turns: Turns | undefined;
  /** Moves behind which states are dealt out to the parts of a search. */
  private dealtAt = Number.POSITIVE_INFINITY;
  /** By state of the path's beginning: whether it is another search's. */
  private readonly isOthers: boolean[] = [];
  private depth = 0;
  private endStates = 0;
  private stopped: ExploreResult["stopped"];
  private begun = false;
  /** Whether executions were cut at the bound of moves; the first, where nobody has asked for that. */
  private wereCut = false;
  private cutShort: Failure | undefined;
  private livelocks: Livelocks | undefined;
  private pingPong: FoundFailure | undefined;
  private readonly maxStates: number;
  private readonly maxDepth: number;
  /** It searches alone, through everything, and a state is its hash. */
  private readonly isPlain: boolean;
  /** Only where they are bounded. */
  private readonly preemptions: Preemptions | undefined;
  /** Of one of several searches: how all of them have to begin again, if they have to. */
  again: Beginning | undefined;
  /** How many classes of lock were known to be looked at when the search began. */
  private observedClasses = 0;
  /** Whether it was looked whether the program treats anything alike. */
  private knowsSymmetry = false;
  private readonly rememberAfter: number;
  /** Gives states their hashes where threads stand for each other. */
  private exchange: Exchange | undefined;

  constructor(program: Program, options: ExploreOptions = {}) {
    this.options = options;
    const { from } = options;
    this.rememberAfter = options.rememberAfter ?? REMEMBER_AFTER;
    // Sequence numbers of a state from elsewhere are plain numbers, and stay so.
    const renumber = from === undefined;
    this.simulation = new Simulation(program, { merged: this.reduces("merge"), record: false, renumber });
    if (from !== undefined) this.simulation.resume(from);
    this.simulation.remember(this.rememberAfter);
    this.maxStates = options.maxStates ?? Number.POSITIVE_INFINITY;
    this.maxDepth = options.maxDepth ?? DEFAULT_MAX_DEPTH;
    const { maxPreemptions } = options;
    if (maxPreemptions !== undefined) this.preemptions = new Preemptions(this.simulation, this.path, maxPreemptions);
    this.isPlain = options.shard === undefined && options.shared === undefined && this.preemptions === undefined;
    this.visited = options.shared?.visited ?? new Visited();
    if (options.shared !== undefined) this.goneThrough = new Visited();
    if (options.shared !== undefined && options.shared.worker > 0) this.turns = new Turns(options.shared.worker);
    this.found = new FoundFailures(program, options.maxFailures);
    this.unwitnessed = exists(program);
    const twins = this.reduces("threads") && this.preemptions === undefined ? findTwins(program) : undefined;
    if (twins !== undefined) this.exchange = Exchange.of(this.simulation, twins);
    // Circles are of states as they are, also where the search goes by other hashes.
    const closed = this.exchange === undefined ? options.shared?.visited : undefined;
    if (options.livelocks !== false) this.livelocks = new Livelocks(this.simulation, closed);
    this.simulation.vm.chooser = (n) => this.path.choose(n);
    const { vm, machine } = this.simulation;
    const { locks } = machine;
    if (this.mayMoveLocks(program)) {
      const settled = this.isPart ? settledLockMovesOf(program, reachable(program, allEntries(program))) : undefined;
      vm.lockMoves = settled?.moves ?? lockMovesOf(program);
      for (const lockClass of settled?.lookedAt ?? options.lookedAt ?? []) locks.observe(lockClass);
    }
    this.observedClasses = locks.observedClasses;
  }

  /** Whether it is one of several parts that know nothing of each other. */
  private get isPart(): boolean {
    return (this.options.shard?.of ?? 1) > 1;
  }
  /**
   * Whether locks may be taken and given back within other moves. Not where somebody is told of it, where a fault holds a thread up in
   * the midst of a statement, or where moves are counted.
   */
  private mayMoveLocks(program: Program): boolean {
    const { machine, vm } = this.simulation;
    if (!this.reduces("merge") || !this.reduces("locks") || this.preemptions !== undefined) return false;
    if (machine.injection.delays || program.injections.some(({ mode }) => mode === "delay")) return false;
    return !vm.watch.wants(Event.lock) && !vm.watch.wants(Event.unlock);
  }

  /** Explores until all is seen, a bound is reached, or enough failures are found. */
  run(): ExploreResult {
    while (!this.advance(Number.POSITIVE_INFINITY))
      if (this.options.onProgress?.(this.progress()) === false) this.cancel();
    return this.result();
  }

  /** Explores `transitions` moves more at most, so that the host can do other things in between. Returns whether it is over. */
  advance(transitions: number): boolean {
    const { path, simulation } = this;
    if (!this.begun) this.begin();
    let until = this.transitions + transitions;
    while (path.length > 0 && this.stopped === undefined) {
      if (this.visited.isCrowded) {
        this.visited.makeRoom();
        until -= ROOM_MOVES;
        if (this.transitions >= until) break;
        continue;
      }
      if (this.hasToldLocks) {
        this.beginWithLocksTold();
        break;
      }
      if (this.livelocks?.isLooking) {
        if (!this.lookForCircles(this.livelocks, transitions)) break;
        continue;
      }
      if (!path.nextAnswers()) {
        const thread = this.nextAllowed(path.thread);
        if (thread < 0) {
          if (!path.moved && this.atEnd()) break;
          this.leave();
          continue;
        }
        path.thread = thread;
      }
      path.beginMove();
      simulation.statementEnded = false;
      const known = simulation.foresee(path.thread, path);
      if (known === undefined ? simulation.run(path.thread) === StepResult.blocked : known.isBlocked) continue;
      const { ahead, behind } = known ?? simulation;
      path.noteMoved(ahead, behind);
      this.transitions++;
      if (this.isOthers[path.length - 1] === true) this.others++;
      if (known === undefined) this.arrive(path.thread);
      else if (!this.foreseesState) {
        simulation.repeat(known);
        this.arrive(path.thread);
      } else if (this.isNewBehind(known)) {
        simulation.repeat(known);
        this.enter();
      } else if (this.mayBeInCircle((simulation.store.hashLow + known.low) | 0, known.statementEnded)) {
        simulation.repeat(known);
        this.comeAround();
      }
      if (this.transitions >= until) break;
      if ((this.transitions & PROGRESS_MASK) === 0 && this.isOutOfMemory()) this.stopped ??= "memory";
      if ((this.transitions & PROGRESS_MASK) === 0 && this.options.onProgress?.(this.progress()) === false)
        this.cancel();
    }
    if (path.length === 0 && this.exchange?.isTold === true) this.beginWithoutSymmetry();
    return path.length === 0 || this.stopped !== undefined;
  }

  /** `thread` has made a move: keeps what it has shown, and goes on from the state that it led to, or back. */
  private arrive(thread: number): void {
    const { path, simulation } = this;
    if (!this.knowsSymmetry) this.lookForSymmetry();
    if (simulation.failures.length > 0) {
      const enough = this.takeLast(thread);
      this.retreat();
      if (enough) this.stopped = "failure";
    } else if (path.length >= this.maxDepth) {
      this.wereCut = true;
      if (this.options.maxDepth === undefined) this.cutShort ??= this.endless(thread);
      this.retreat();
    } else if (this.isNew(thread)) this.enter();
    else if (this.mayBeInCircle(this.hashLow, simulation.statementEnded)) this.comeAround();
    else this.retreat();
  }
  /** Goes on from the state that the last move led to. */
  private enter(): void {
    const { path } = this;
    path.push();
    this.livelocks?.onPath.push(this.hashLow);
    this.preemptions?.note();
    if (path.length > this.depth) this.depth = path.length;
    if (this.visited.knownSize >= this.maxStates) this.stopped = "states";
  }
  /** The last move led to a state that may lie on a circle: looks for circles if some were not looked at yet, or goes back. */
  private comeAround(): void {
    const together = this.options.shared?.visited;
    // Where one cannot look at all circles, the others need not.
    if (together?.areCirclesLeft === true) this.livelocks = undefined;
    this.livelocks?.begin(together?.knownSize);
    if (this.livelocks?.isLooking !== true) this.retreat();
  }

  /** Whether it is known before a remembered move is made which state it leads to: most lead to one that was seen before. */
  private get foreseesState(): boolean {
    const { exchange, knowsSymmetry, path, simulation } = this;
    const isOwnHash = exchange === undefined && simulation.store.members === undefined;
    return isOwnHash && knowsSymmetry && path.length < this.maxDepth && (this.isPlain || this.isFarAmong);
  }
  /** Whether it is one of several searches, and beyond the states that all of them go on from. */
  private get isFarAmong(): boolean {
    const { shard, shared } = this.options;
    return (
      shared !== undefined &&
      shard === undefined &&
      this.preemptions === undefined &&
      this.path.length >= this.sharedUntil
    );
  }
  /** Whether a remembered move leads to a state that was not seen before. */
  private isNewBehind({ low, high }: Known): boolean {
    const { hashLow, hashHigh } = this.simulation.store;
    return this.add((hashLow + low) | 0, (hashHigh + high) | 0);
  }
  /** Adds a state to those seen. Returns whether it was new. */
  private add(hashLow: number, hashHigh: number): boolean {
    const isNew = this.visited.add(hashLow, hashHigh);
    if (!isNew && this.options.shared?.visited.isFull === true) this.stopped ??= "memory";
    return isNew;
  }

  // The hash that the state goes by which the last move led to.
  private get hashLow(): number {
    return this.exchange === undefined ? this.simulation.store.hashLow : this.exchange.low;
  }
  private get hashHigh(): number {
    return this.exchange === undefined ? this.simulation.store.hashHigh : this.exchange.high;
  }

  private begin(): void {
    const { simulation } = this;
    this.begun = true;
    if (!this.knowsSymmetry) this.lookForSymmetry();
    this.exchange?.follow(-1);
    const isNew = this.visited.add(this.hashLow, this.hashHigh);
    if (this.options.shared !== undefined) this.isOthers[0] = !isNew;
    if (this.found.take(simulation.failures, [])) this.stopped = "failure";
    else {
      this.path.push();
      this.livelocks?.onPath.push(this.hashLow);
      this.preemptions?.begin();
    }
  }

  /** Whether a state that was seen before, of this hash, may lie on a circle that its last move closes. */
  private mayBeInCircle(hashLow: number, statementEnded: boolean): boolean {
    if (this.livelocks === undefined) return false;
    // What is another search's may be on that one's path, and a circle may be partly one's and partly another's.
    const visited = this.options.shared?.visited;
    // Nothing leads back over the end of a statement.
    if (visited?.isOthers === true) return !visited.isClosed && !statementEnded;
    return this.livelocks.onPath.has(hashLow);
  }
  private isOutOfMemory(): boolean {
    const { maxBytes, shared } = this.options;
    if (shared?.visited.isFull === true) return true;
    if (maxBytes === undefined) return false;
    const { visited, path } = this.memory();
    return path + (shared === undefined ? visited : 0) > maxBytes;
  }

  /** Whether an execution has shown that somebody looks at locks which were moved so far, or changes where they are found. */
  private get hasToldLocks(): boolean {
    const { heap, locks } = this.simulation.machine;
    return locks.observedClasses !== this.observedClasses || heap.isGuardBroken;
  }
  /** Begins again, with moves of their own for taking and giving back the locks that were found to be looked at. */
  private beginWithLocksTold(): void {
    const { machine, vm } = this.simulation;
    if (this.isPart)
      throw new Error("a lock is looked at that reading the code did not find: parts do not fit together");
    this.observedClasses = machine.locks.observedClasses;
    const hasListChanged = machine.heap.isGuardBroken;
    if (hasListChanged) vm.lockMoves = undefined;
    if (!this.beginAnew({ without: hasListChanged ? ["locks"] : [], lookedAt: machine.locks.lookedAt() })) return;
    this.knowsSymmetry = false;
    this.begin();
  }
  /** Begins again without symmetry. */
  private beginWithoutSymmetry(): void {
    if (!this.beginAnew({ without: ["symmetry", "threads"], lookedAt: [] })) return;
    this.exchange = undefined;
    this.begin();
  }
  /** Forgets what was seen, and goes back to the beginning. False for one of several searches: only all of them together can. */
  private beginAnew(again: Beginning): boolean {
    const { path, simulation } = this;
    if (this.options.shared !== undefined) {
      this.again = again;
      this.cancel();
      return false;
    }
    this.livelocks?.cancel();
    for (; path.length > 0; path.pop()) if (path.length > 1) simulation.store.rollback();
    simulation.failures.length = 0;
    simulation.store.members = undefined;
    simulation.vm.memberChoices = new Set();
    // Lists that locks are found in are made before: that they are made again is no change of them.
    simulation.machine.heap.unguard();
    simulation.remember(this.rememberAfter);
    this.visited = new Visited();
    if (this.options.livelocks !== false) this.livelocks = new Livelocks(simulation);
    this.found.clear();
    this.unwitnessed = exists(simulation.program);
    this.transitions = 0;
    this.depth = 0;
    this.endStates = 0;
    this.wereCut = false;
    this.cutShort = undefined;
    this.pingPong = undefined;
    return true;
  }

  private reduces(by: Reduction): boolean {
    return !(this.options.without?.includes(by) ?? false);
  }
  /**
   * Where for the first time there are several threads, looks whether they treat a set's members alike. Before, there was one way to
   * go; if there were more, the state that this holds from is not the only one, and it is left alone. What is dead has to be 0 for it.
   */
  private lookForSymmetry(): void {
    const { path, simulation } = this;
    const others = simulation.running().filter((t) => t !== DIRECTOR);
    if (others.length < 2) return;
    this.knowsSymmetry = true;
    this.sharedUntil = path.length + SHARED_DEPTH;
    this.dealtAt = path.length + SHARD_DEPTH;
    if (!this.reduces("symmetry") || !this.reduces("merge")) return;
    if (path.length > 0 && path.moves(path.length).some(({ choices }) => choices.length > 0)) return;
    // One of both: a member's hash is not a sum over cells.
    if (treatAlike(simulation) > 0) this.exchange = undefined;
    simulation.remembered?.clear();
  }

  /** Whether the state that a move of `thread` led to is to be gone on from: not seen before, and this part's. */
  private isNew(thread: number): boolean {
    this.exchange?.follow(this.path.length - 1);
    const { hashLow, hashHigh, preemptions } = this;
    if (this.isPlain) return this.add(hashLow, hashHigh);
    const { shard, shared } = this.options;
    if (shard !== undefined && shard.of > 1) {
      const isMine = (hashLow >>> 0) % shard.of === shard.index;
      const moves = this.path.length;
      if (preemptions !== undefined) {
        // How often an execution was preempted is part of a state: behind the first time the parts have little in common.
        if (!isMine && preemptions.isFirst(thread)) return false;
      } else if (moves === this.dealtAt && !isMine) return false;
      else if (moves < this.dealtAt && moves >= this.dealtAt - SHARD_DEPTH) {
        // Each part goes through these, however often it comes by; they count once.
        this.visited.add(hashLow, hashHigh);
        return true;
      }
    }
    if (shared !== undefined) return this.isNewAmong(shared.visited);
    return this.visited.add(hashLow ^ (preemptions?.mixFor(thread) ?? 0), hashHigh);
  }

  /** The same where several searches share what they have seen. */
  private isNewAmong(visited: SharedVisited): boolean {
    const { hashLow, hashHigh } = this;
    const depth = this.path.length;
    const isNew = this.add(hashLow, hashHigh);
    if (depth >= this.sharedUntil) return isNew;
    this.isOthers[depth] = !isNew;
    return isNew || (visited.isOthers && this.goneThrough?.add(hashLow, hashHigh) === true);
  }

  /** As `nextRunning`, without the threads that would be one preemption too many. */
  private nextAllowed(after: number): number {
    let thread = this.nextRunning(after);
    while (thread >= 0 && this.preemptions?.allows(thread) === false) thread = this.nextRunning(thread);
    return thread;
  }

  /** Stops the exploration where it stands. */
  cancel(): void {
    this.livelocks?.cancel();
    this.stopped ??= "cancelled";
  }
  /** How far it is. */
  progress(): ExploreProgress {
    const { length } = this.path;
    return { states: this.visited.size, transitions: this.transitions, depth: length, queue: length };
  }
  /** Bytes taken now by the set of states seen, and at the longest by the path: journal, marks, levels and moves. */
  memory(): { readonly visited: number; readonly path: number } {
    return {
      visited: this.visited.bytes,
      path:
        this.path.bytes +
        (this.exchange?.bytes ?? 0) +
        (this.simulation.remembered?.bytes ?? 0) +
        this.simulation.store.journalCapacity,
    };
  }
  /** What is known so far. */
  result(): ExploreResult {
    const over = this.begun && this.path.length === 0;
    const whole =
      over && this.stopped === undefined && !this.wereCut && this.preemptions?.wereTooMany !== true && !this.isPart;
    return {
      states: this.visited.size,
      transitions: this.transitions - this.others,
      depth: this.depth,
      complete: whole,
      stopped: this.stopped ?? (over ? this.bound() : "cancelled"),
      cutShort: this.cutShort,
      pingPong: this.pingPong,
      livelocksSought: this.livelocks !== undefined,
      failures: this.found.list,
      unwitnessed: [...this.unwitnessed],
      endStates: this.endStates,
      missProbability: this.visited.missProbability,
    };
  }

  /** What kept a search that came to its end from seeing everything. */
  private bound(): ExploreResult["stopped"] {
    if (this.wereCut) return "depth";
    if (this.preemptions?.wereTooMany === true) return "preemptions";
    return this.isPart ? "shard" : undefined;
  }

  /** What an execution is that has more moves than any that ends. */
  private endless(thread: number): Failure {
    const { simulation } = this;
    const { spot, where } = simulation.standing(thread);
    const name = simulation.threadName(thread);
    const message = `an execution does not end within ${this.maxDepth} moves: ${name} is in ${where}; is this an endless loop?`;
    return { kind: "limit", id: "limit", spot, message, because: [], step: simulation.store.step, thread };
  }

  /**
   * The last move has led to a state of this very execution: looks whether executions go round there for ever, and goes back. Returns
   * whether that is known; it takes as long as it takes.
   */
  private lookForCircles(livelocks: Livelocks, moves: number): boolean {
    const isOver = livelocks.advance(moves);
    const together = this.options.shared?.visited;
    if (this.hasToldLocks || (!isOver && together?.areCirclesLeft === true)) {
      // What was found rests on moves that are to be made otherwise, and the search begins again; or others have left circles out.
      livelocks.cancel();
      this.retreat();
      return true;
    }
    if (!isOver) return false;
    // Where not all circles can be looked at, the search goes on without.
    if (livelocks.isCut) {
      this.livelocks = undefined;
      together?.leaveCircles();
    }
    const { program, store } = this.simulation;
    const { livelock, pingPong } = livelocks;
    const isLivelock = livelock !== undefined && program.invariants[livelock.failure.id] !== false;
    const isPingPong = failsByPingPong(program);
    if (store.members !== undefined) {
      this.retreat();
      // It leads back to this state but for names of members: to be shown, it has to lead to the very state.
      if (isLivelock || (isPingPong && pingPong !== undefined)) this.beginWithoutSymmetry();
      return true;
    }
    let isEnough = isLivelock && this.found.takeCircle(this.alongPath(livelock));
    if (pingPong !== undefined && this.pingPong === undefined) {
      this.pingPong = this.alongPath(pingPong);
      if (isPingPong) isEnough = this.found.takeCircle(this.pingPong) || isEnough;
    }
    if (isEnough) this.stopped = "failure";
    this.retreat();
    return true;
  }
  private alongPath({ failure, moves }: Lasso): FoundFailure {
    return { failure, moves: plainMoves([...this.path.moves(this.path.length), ...moves]), alone: true };
  }
  /** The lowest thread above `thread` that has something to do; -1 if there is none. It may be waiting. */
  private nextRunning(thread: number): number {
    const { threads } = this.simulation.machine;
    const { length } = threads;
    if (this.turns !== undefined) return this.nextTurned(thread, this.turns);
    for (let t = thread + 1; t < length; t++) {
      if (this.simulation.isRunning(t) && !(t === DIRECTOR && this.simulation.isJoining(t))) return t;
    }
    return -1;
  }

  /** The same in an order of its own. */
  private nextTurned(thread: number, turns: Turns): number {
    const { length } = this.simulation.machine.threads;
    for (let t = turns.after(thread, length); t >= 0; t = turns.after(t, length))
      if (this.simulation.isRunning(t) && !(t === DIRECTOR && this.simulation.isJoining(t))) return t;
    return -1;
  }

  /** Goes back over the last move. */
  private retreat(): void {
    this.simulation.store.rollback();
    if (this.simulation.failures.length > 0) this.simulation.failures.length = 0;
  }
  /** Goes back to the state before the last one on the path. */
  private leave(): void {
    const { shared } = this.options;
    if (shared !== undefined && this.livelocks !== undefined && this.exchange === undefined) {
      // All that follow are closed: those on the path and those of others were looked at when a move led there.
      const { hashLow, hashHigh } = this.simulation.store;
      shared.visited.close(hashLow, hashHigh);
    }
    this.path.pop();
    this.livelocks?.onPath.pop();
    if (this.path.length > 0) this.retreat();
  }

  /** No thread can move: the execution has ended, or is stuck. Returns whether to stop. */
  private atEnd(): boolean {
    const { simulation } = this;
    if (simulation.finished) {
      if (this.isOthers[this.path.length - 1] !== true) this.endStates++;
      this.options.onEnd?.(simulation);
      for (const property of simulation.checkEnd()) this.unwitnessed.delete(property);
    } else {
      simulation.deadlock();
    }
    const enough = this.found.take(simulation.failures, plainMoves(this.path.moves(this.path.length - 1)));
    simulation.failures.length = 0;
    if (enough) this.stopped = "failure";
    return enough;
  }

  /**
   * Keeps what the last move has shown. Returns whether there is enough of it. The move is made once more, one statement at a time: the
   * first that shows something is the one that a replay comes to.
   */
  private takeLast(thread: number): boolean {
    const { path, simulation } = this;
    const { codeMap, failures, machine, store, vm } = simulation;
    const { lockMoves, merged } = vm;
    const moves = plainMoves(path.moves(path.length));
    const before = moves.length - (1 + simulation.ahead + simulation.behind);
    const shown = failures.slice();
    store.rollback();
    failures.length = 0;
    vm.lockMoves = undefined;
    vm.merged = false;
    path.beginMove();
    let made = 0;
    let plain = 0;
    for (; made < MOST_STATEMENTS && failures.length === 0 && simulation.isRunning(thread); made++) {
      if (codeMap.isShared(machine.threads.pc.get(thread))) plain++;
      if (simulation.step(thread) === StepResult.blocked) break;
    }
    const enough =
      failures.length > 0
        ? this.found.take(failures, moves.slice(0, before + Math.max(plain, 1)))
        : this.found.take(shown, moves);
    for (; made > 1; made--) store.rollback();
    if (made === 0) store.mark();
    vm.lockMoves = lockMoves;
    vm.merged = merged;
    return enough;
  }
}

/** Where code begins that may run: the scenario, and what its properties say. */
function allEntries(program: Program): Entry[] {
  const { director, functions, properties } = program;
  const entry = functions[director]?.entry;
  const begins = entry === undefined ? [] : [{ function: director, pc: entry }];
  return [...begins, ...properties.map((property) => ({ function: -1, pc: property.entry }))];
}

function exists(program: Program): Set<PropertyInfo> {
  return new Set(program.properties.filter(({ kind }) => kind === "exists"));
}
