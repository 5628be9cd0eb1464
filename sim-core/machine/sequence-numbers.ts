/**
 * The sequence numbers of notifiers as values of model code.
 *
 * In a run they are plain numbers, the kernel's. While interleavings are explored they only matter as far as they are equal or
 * not, and would tell apart any two rounds of a thread that tries in vain: so they are values of a kind of their own then,
 * which can be found wherever they are kept, and are numbered anew, from the lowest, whenever no invalidation is under way.
 */
import type { Value } from "../store/value.ts";
import { box, isPlainInteger, payloadOf, Tag, tagOf } from "../store/value.ts";

/** Something that keeps values of model code: calls `change` with each, and replaces it by what that returns. */
export type ValueHolder = (change: (value: Value) => Value) => void;

/** Whose a number is: a process's, or from `FIRST_CONTEXT` on one that a driver's context keeps for itself. */
const PROCESSES = 2 ** 16;
const FIRST_CONTEXT = 2 ** 15;

export class SequenceNumbers {
  /** Whether they are numbered anew. Set before the first step. */
  renumbered = false;
  /** Wherever values of model code are kept. */
  readonly holders: ValueHolder[] = [];

  /** Number `seq` of `process` as model code sees it. */
  value(process: number, seq: number): Value {
    return this.renumbered && seq !== 0 ? box(Tag.sequence, seq * PROCESSES + process) : seq;
  }
  /**
   * The number after `seq` of a count that context `context` keeps for itself. While exploring those before it that are still kept
   * somewhere are numbered anew first; `seq` itself must be kept, in the variable that the result goes to.
   */
  next(context: number, seq: number): Value {
    if (!this.renumbered) return seq + 1;
    const owner = FIRST_CONTEXT + context;
    const renamed = this.renumber(owner, []);
    return this.value(owner, 2 * renamed.size + 1);
  }
  /** The number that a value is; undefined if it is none. */
  numberOf(value: Value): number | undefined {
    if (isPlainInteger(value)) return value;
    return tagOf(value) === Tag.sequence ? Math.floor(payloadOf(value) / PROCESSES) : undefined;
  }

  /**
   * Numbers those of `process` anew: 1, 3, 5 … in the same order. `kept` are numbers that the machine itself keeps. Returns the
   * new ones by the old.
   */
  renumber(process: number, kept: Iterable<number>): ReadonlyMap<number, number> {
    const used = new Set<number>(kept);
    const isOurs = (value: Value): boolean => tagOf(value) === Tag.sequence && payloadOf(value) % PROCESSES === process;
    for (const holder of this.holders) {
      holder((value) => {
        if (isOurs(value)) used.add(Math.floor(payloadOf(value) / PROCESSES));
        return value;
      });
    }
    const renamed = new Map<number, number>();
    let changed = false;
    for (const old of [...used].sort((a, b) => a - b)) {
      const now = 2 * renamed.size + 1;
      renamed.set(old, now);
      changed ||= now !== old;
    }
    if (!changed) return renamed;
    for (const holder of this.holders) {
      holder((value) => {
        if (!isOurs(value)) return value;
        const old = Math.floor(payloadOf(value) / PROCESSES);
        return this.value(process, renamed.get(old) ?? old);
      });
    }
    return renamed;
  }
}
