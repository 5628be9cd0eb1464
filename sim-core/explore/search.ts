/** Options, progress and result of a search through executions. */

import type { Snapshot } from "../store/store.ts";
import type { PropertyInfo } from "../vm/program.ts";
import type { Failure } from "./failure.ts";
import type { Move } from "./schedule.ts";
import type { SharedVisited } from "./shared-visited.ts";
import type { Simulation } from "./simulation.ts";

/**
 * What makes a search smaller and yet finds the same. `merge`: statements that no other thread can see are one move with the one
 * before, and what nobody will read is forgotten. `symmetry`: of the members of a set that the program treats alike, one stands for
 * all (see `alike.ts`). `threads`: of threads that do the same, each stands for the others (see `twins.ts`). `locks`: taking a lock is
 * one move with the statement behind it, giving it back one with that before (see `lock-moves.ts`).
 */
export const REDUCTIONS = ["merge", "symmetry", "threads", "locks"] as const;
export type Reduction = (typeof REDUCTIONS)[number];

/** Bounds of an exploration. */
export interface ExploreOptions {
  /** Most states to visit. */
  readonly maxStates?: number;
  /**
   * Most moves in one execution; `DEFAULT_MAX_DEPTH` if not given. A state that is first reached by so many moves is not gone on from, also
   * where fewer lead to it.
   */
  readonly maxDepth?: number;
  /** Called every few thousand states; returning false stops. */
  readonly onProgress?: (progress: ExploreProgress) => boolean;
  /**
   * Goes on after the first failure, up to so many different ones. If not given, the first one ends the exploration; of a file
   * that says what it finds, the first that is just that.
   */
  readonly maxFailures?: number;
  /**
   * Most preemptions in one execution: changes from a thread that could go on. Not given: any number. Where a state was reached by
   * which thread, and how often the execution had been preempted by then, is part of it then.
   */
  readonly maxPreemptions?: number;
  /** Explores one of several parts, which together are everything; see `Shard`. */
  readonly shard?: Shard;
  /** Most bytes for the set of states seen and the path, of each search: see `memory`. */
  readonly maxBytes?: number;
  /** It is one of several searches that share the set of states seen (`parallel.ts`), the `worker`-th from 0 up. */
  readonly shared?: { readonly visited: SharedVisited; readonly worker: number };
  /** Reductions that are left out; the others are made wherever they apply. */
  readonly without?: readonly Reduction[];
  /** Classes of lock (`LockClass`) that somebody is known to look at without waiting: they are taken and given back in moves of their own. */
  readonly lookedAt?: readonly number[];
  /** Moves, those that wait included, after which those that follow are remembered (`transition-cache.ts`); `REMEMBER_AFTER` if not given. */
  readonly rememberAfter?: number;
  /** False: executions that go on for ever are not looked for. */
  readonly livelocks?: boolean;
  /** Called in each final state. */
  readonly onEnd?: (simulation: Simulation) => void;
  /** A state to begin from in place of the scenario's beginning: of a simulation of the same program that records everything. */
  readonly from?: Snapshot;
}

/**
 * One of `of` parts of a search, `index` (0 <= index < of). Parts know nothing of each other and yet leave nothing out. Random walks are
 * dealt out by number. A search with bounded preemptions goes through executions without any in each part, and is dealt out by the state
 * behind the first one. An exhaustive search goes through the first few moves with several threads in each part, and from there on only
 * through the states that are this part's and all that follow them: parts meet in most states, and differ in which they come to first.
 */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** How a search has to begin again: see `ExploreOptions`. */
export interface Beginning {
  readonly without: readonly Reduction[];
  readonly lookedAt: readonly number[];
}

/** A search through executions, in slices. */
export interface Search {
  /** Makes `transitions` moves more at most, so that the host can do other things in between. Returns whether it is over. */
  advance(transitions: number): boolean;
  progress(): ExploreProgress;
  /** Stops it where it stands; what it knows by then stays known. */
  cancel(): void;
  result(): ExploreResult;
}

export interface ExploreProgress {
  readonly states: number;
  readonly transitions: number;
  /** Moves of the execution that is looked at. */
  readonly depth: number;
  /** States that the search has yet to go on from; of one that goes deep, those on its path. */
  readonly queue: number;
}

/** A failure with the moves that lead to it. */
export interface FoundFailure {
  readonly failure: Failure;
  readonly moves: readonly Move[];
  /** Whether nothing else failed with it. */
  readonly alone: boolean;
}

export interface ExploreResult {
  readonly states: number;
  readonly transitions: number;
  /** Longest execution in moves. */
  readonly depth: number;
  /** Whether every reachable state was visited. */
  readonly complete: boolean;
  /** Why not, if not. */
  readonly stopped:
    | "states"
    | "memory"
    | "depth"
    | "preemptions"
    | "shard"
    | "walks"
    | "cancelled"
    | "failure"
    | undefined;
  readonly failures: readonly FoundFailure[];
  /** `exists` properties that no execution showed; only meaningful if complete. */
  readonly unwitnessed: readonly PropertyInfo[];
  /** The first execution that was cut at the bound of moves although none was asked for, if one was: it may never end. */
  readonly cutShort: Failure | undefined;
  /** Threads that can keep each other from getting on for as long as they are unlucky; no failure unless the file asks for it. */
  readonly pingPong: FoundFailure | undefined;
  /** Whether all circles were looked at; false where there were too many states in them, or it was switched off. */
  readonly livelocksSought: boolean;
  /** Executions that came to an end, counted once for each final state. */
  readonly endStates: number;
  readonly missProbability: number;
}
