/**
 * Moves by what they depend on. A move reads a few cells and is given a few answers; from any state in which these are the same, it is the
 * same move: it makes the same writes, and changes the hash by the same. So a search that has made it once does not run its
 * statements again. (LTSmin's transition caching does this for models in other languages.)
 *
 * What is known is found by the frame that the thread is in (`known-frames.ts`), and from there by a decision tree over what else the
 * move has read, which was noted while it ran (`store/read-log.ts`): a way through the tree says all that its end depends on. What
 * depends on more, or shows a failure, is run each time.
 */

import { grownFloats, grownInts } from "../store/growing.ts";
import { cellWord } from "../store/journal.ts";
import { ReadLog } from "../store/read-log.ts";
import type { Writes } from "../store/store.ts";
import { StepResult } from "../vm/vm.ts";
import { answerWord, DecisionTree, MOST_ANSWERS } from "./decision-tree.ts";
import { KnownFrames } from "./known-frames.ts";
import type { Simulation } from "./simulation.ts";

/** What answers a move's questions. */
export interface Answers {
  /** They are asked for from the first on. */
  beginMove(): void;
}

/** What a move does. */
export interface Known extends Writes {
  /** It is to be run each time: it depends on more than cells, or shows something. */
  readonly isRunEachTime: boolean;
  /** It waits, and does nothing. */
  readonly isBlocked: boolean;
  readonly ahead: number;
  readonly behind: number;
  readonly spot: number;
  readonly statementEnded: boolean;
  /** `Store.layout` in front of it, when it was run; -1 if it does not depend on that. */
  readonly layout: number;
}
/** Bytes that one takes, about. */
const KNOWN_BYTES = 100;

/** Beyond so many moves, edges of trees, or writes, all is forgotten. */
const MOST_KNOWN = 2 ** 17;
const MOST_EDGES = 2 ** 18;
const MOST_WRITES = 2 ** 19;
/** What a place in the code loses by a move that has to be run, and gains by one that is known: at `LEAST_CREDIT` it is left alone. */
const MISS_COST = 8;
const MOST_CREDIT = 2 ** 12;
const LEAST_CREDIT = -(2 ** 9);

export class TransitionCache {
  private readonly simulation: Simulation;
  private readonly log: ReadLog;
  private readonly frames: KnownFrames;
  private readonly tree: DecisionTree;
  /** By frame: the edge to its tree, 0 if there is none. */
  private trees = new Int32Array(2 ** 7);
  /** By place in the code: what it has gained. */
  private readonly credit: Int16Array;
  private readonly known: Known[] = [];
  // The writes of all known moves.
  private words = new Int32Array(2 ** 8);
  private values = new Float64Array(2 ** 8);
  private writeCount = 0;
  private told = 0;
  /** Whether what is to be run next is worth remembering. */
  private isToBeKept = false;
  /** How many moves were known, and how many were run to be remembered. */
  hits = 0;
  misses = 0;

  /** `simulation` must not record. */
  constructor(simulation: Simulation) {
    const { program, store, vm } = simulation;
    this.simulation = simulation;
    this.log = new ReadLog(vm.variables.constantCells());
    this.frames = new KnownFrames(program, vm.frameCells);
    this.tree = new DecisionTree(store.columns);
    this.credit = new Int16Array(program.code.length);
  }

  /** Bytes that are taken. */
  get bytes(): number {
    const { credit, frames, known, tree, trees, values, words } = this;
    const arrays = credit.byteLength + trees.byteLength + values.byteLength + words.byteLength;
    return arrays + frames.bytes + tree.bytes + known.length * KNOWN_BYTES;
  }

  /** Forgets everything: to be called when moves are to be made in another way. What executions show of that it sees itself. */
  clear(): void {
    this.frames.clear();
    this.tree.clear();
    this.trees.fill(0);
    this.credit.fill(0);
    this.known.length = 0;
    this.writeCount = 0;
    this.told = this.countTold();
  }

  /**
   * What executions have shown so far that moves depend on and that is no state: lists that are to stay as they are, as who changes one is
   * to be seen; classes of lock that are looked at; whether anybody's progress is followed. Each only grows.
   */
  private countTold(): number {
    const { machine, progress } = this.simulation;
    return machine.heap.guards + machine.locks.observedClasses + (progress.hasBegun ? 1 : 0);
  }

  /**
   * What a step of `thread` would do now. Undefined if that is not known: then it is to be made by `run`, for which `answers` are asked
   * for from the first again.
   */
  find(thread: number, answers: Answers): Known | undefined {
    const { machine, store, vm } = this.simulation;
    if (this.countTold() !== this.told) this.clear();
    const pc = machine.threads.pc.get(thread);
    const credit = this.credit[pc] as number;
    this.isToBeKept = credit > LEAST_CREDIT;
    if (!this.isToBeKept) return undefined;
    const frame = this.frames.find(pc, machine.threads.frame.get(thread));
    const known = frame === 0 ? undefined : this.known[this.tree.walk(this.trees[frame] as number, vm.chooser)];
    if (known === undefined || known.isRunEachTime || (known.layout >= 0 && known.layout !== store.layout)) {
      answers.beginMove();
      this.isToBeKept = known?.isRunEachTime !== true;
      this.credit[pc] = Math.max(credit - MISS_COST, LEAST_CREDIT);
      return undefined;
    }
    this.hits++;
    if (credit < MOST_CREDIT) this.credit[pc] = credit + 1;
    return known;
  }
  /** Makes a move that is known, of a thread that does not wait, as a step of the store. */
  repeat(known: Known): void {
    const { simulation } = this;
    const { store, vm } = simulation;
    store.mark();
    store.repeat(this.words, this.values, known);
    simulation.ahead = known.ahead;
    simulation.behind = known.behind;
    if (known.statementEnded) simulation.statementEnded = true;
    vm.spot = known.spot;
  }

  /**
   * Runs a step of `thread`, as `Simulation.step`, for which `find` has found nothing, and remembers what it did if that pays. Before,
   * `failures` must be empty and `statementEnded` false.
   */
  run(thread: number): StepResult {
    const { log, simulation } = this;
    const { machine, store, vm } = simulation;
    if (!this.isToBeKept) return simulation.step(thread);
    const { hashLow, hashHigh, layout } = store;
    const { chooser } = vm;
    this.misses++;
    if (this.isFull) this.clear();
    const pc = machine.threads.pc.get(thread);
    const base = machine.threads.frame.get(thread);
    const tree = this.treeOf(pc, base);
    const { id } = vm.frameCells;
    log.begin();
    for (const column of [machine.threads.pc, machine.threads.frame]) log.give(cellWord(column.id, thread));
    this.frames.eachCell(pc, base, (cell) => log.give(cellWord(id, cell)));
    vm.chooser = (range, isFault) => {
      const answer = chooser(range, isFault);
      if (range < MOST_ANSWERS) log.noteAnswer(answerWord(range, isFault), answer);
      else log.noteOther();
      return answer;
    };
    let result: StepResult;
    try {
      result = simulation.step(thread, log);
    } finally {
      vm.chooser = chooser;
    }
    const isRunEachTime = !log.isWhole || simulation.failures.length > 0 || result === StepResult.failed;
    const from = this.writeCount;
    if (!this.tree.put(tree, log, this.known.length)) return result;
    if (!isRunEachTime && result !== StepResult.blocked) this.keepWrites();
    this.known.push({
      isRunEachTime,
      isBlocked: result === StepResult.blocked,
      ahead: simulation.ahead,
      behind: simulation.behind,
      spot: vm.spot,
      statementEnded: simulation.statementEnded,
      layout: log.readsLayout ? layout : -1,
      from,
      to: this.writeCount,
      low: (store.hashLow - hashLow) | 0,
      high: (store.hashHigh - hashHigh) | 0,
    });
    return result;
  }
  private get isFull(): boolean {
    const { frames, known, tree, writeCount } = this;
    return known.length >= MOST_KNOWN || tree.size >= MOST_EDGES || writeCount >= MOST_WRITES || frames.isFull;
  }
  /** The edge to the tree of a thread's frame, from now on known. */
  private treeOf(pc: number, base: number): number {
    const frame = this.frames.add(pc, base);
    if (frame >= this.trees.length) this.trees = grownInts(this.trees);
    if (this.trees[frame] === 0) this.trees[frame] = this.tree.newTree();
    return this.trees[frame] as number;
  }

  /** Appends the cells that the last move has written to those that are remembered, each once, with what it holds now. */
  private keepWrites(): void {
    const { members } = this.simulation.store;
    const kept = new Set<number>();
    this.simulation.store.forEachWrite((column, cell) => {
      const word = cellWord(column.id, cell);
      if (kept.has(word) || members?.has(column) === true) return;
      kept.add(word);
      if (this.writeCount === this.words.length) {
        this.words = grownInts(this.words);
        this.values = grownFloats(this.values);
      }
      this.words[this.writeCount] = word;
      this.values[this.writeCount++] = column.at(cell);
    });
  }
}
