/**
 * Breakpoints on data: they stop after a step that changed something, or loaded or stored a word of memory. Whether a step may have
 * done so is seen in the journal; only then is it looked at what there was before and after.
 */

import { truthy } from "../sim-core/store/value.ts";
import { sizeOf } from "../sim-core/vm/instructions.ts";
import { Op, StatementFlag } from "../sim-core/vm/op.ts";
import { primitives } from "../sim-core/vm/primitives.ts";
import type { Data, DataReader } from "./data.ts";
import { dataOf } from "./data.ts";
import { changeText, DataWatch } from "./data-watch.ts";
import type { EvaluationFrame } from "./evaluate.ts";
import { Hits, hitConditionProblem, meetsHitCondition } from "./hits.ts";
import type { DataAccessType } from "./protocol.ts";
import { messageOf } from "./request.ts";
import type { Session } from "./session.ts";

/** A data breakpoint as the client asks for it. */
export interface DataRequest {
  readonly dataId: string;
  readonly access: DataAccessType;
  readonly condition?: string | undefined;
  readonly hitCondition?: string | undefined;
  /** The number that it shall have; a new one if not given. */
  readonly id?: number | undefined;
}

/** A data breakpoint of the session. */
export interface DataBreakpoint {
  readonly id: number;
  readonly dataId: string;
  /** undefined if it cannot be; `message` says why. */
  readonly data: Data | undefined;
  /** The memory that it is, if it is some: loads and stores there count. */
  readonly memory: Extract<Data, { kind: "range" }> | undefined;
  readonly message: string | undefined;
  readonly access: DataAccessType;
  readonly condition: string | undefined;
  readonly hitCondition: string | undefined;
  /** When it was hit with its condition true. */
  readonly hits: Hits;
}

/** What a step did to something that is watched. */
export interface DataHit {
  readonly breakpoint: DataBreakpoint;
  /** `value(buf[0]): 1 → 5`. */
  readonly text: string;
}

const accessPrimitives = new Set(
  primitives.flatMap(({ name }, id) => (/^(cpu|device)_(load|store|atomic)$/.test(name) ? [id] : [])),
);

export class DataBreakpoints {
  private readonly session: Session;
  private readonly reader: DataReader;
  private list: readonly DataBreakpoint[] = [];
  private watches = new Map<DataBreakpoint, DataWatch>();
  /** By program counter: whether the statement there may load or store. */
  private readonly accesses = new Map<number, boolean>();

  constructor(session: Session, reader: DataReader) {
    this.session = session;
    this.reader = reader;
  }

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.list.length === 0;
  }

  /** Replaces all. `nextId` gives numbers to new ones; one that stays as it was keeps its number and its count. In order. */
  set(requests: readonly DataRequest[], nextId: (wanted?: number) => number): readonly DataBreakpoint[] {
    const made: DataBreakpoint[] = [];
    for (const request of requests) {
      // What two lists ask for is one breakpoint: it stops, and counts, once.
      const same = [...made, ...this.list].find(
        (b) =>
          b.dataId === request.dataId &&
          b.access === request.access &&
          b.condition === request.condition &&
          b.hitCondition === request.hitCondition,
      );
      made.push(same ?? this.make(request, nextId(request.id)));
    }
    this.list = [...new Set(made)].filter((b) => b.data !== undefined);
    this.watches = new Map(
      made.flatMap((b) => (b.data === undefined ? [] : [[b, new DataWatch(this.session, this.reader, b.data)]])),
    );
    return made;
  }
  private make({ dataId, access, condition, hitCondition }: DataRequest, id: number): DataBreakpoint {
    const common = { id, dataId, access, condition, hitCondition, hits: new Hits() };
    try {
      const data = dataOf(dataId);
      const problem =
        hitConditionProblem(hitCondition) ??
        this.conditionProblem(condition) ??
        ((access === "read" || access === "readWrite") && !this.reader.canBeRead(data)
          ? "Only loads from memory can be watched."
          : undefined);
      const memory = this.reader.memoryOf(data);
      return { ...common, data: problem === undefined ? data : undefined, memory, message: problem };
    } catch (error) {
      return { ...common, data: undefined, memory: undefined, message: messageOf(error) };
    }
  }
  private conditionProblem(condition: string | undefined): string | undefined {
    if (condition === undefined || condition.trim() === "") return undefined;
    return this.session.evaluator.problems(condition, { kind: "scenario", offset: undefined })[0]?.message;
  }

  /** Forgets the hits of steps after `newest`, which history no longer has. */
  forgetAfter(newest: number): void {
    for (const breakpoint of this.list) {
      breakpoint.hits.forgetAfter(newest);
      this.watches.get(breakpoint)?.forgetAfter(newest);
    }
  }

  /** The steps up to `oldest` were forgotten; hits in them count on. */
  forgetTo(oldest: number): void {
    for (const breakpoint of this.list) breakpoint.hits.forgetTo(oldest);
  }

  /**
   * What step `step` of the history did that is to stop. The present moment may be another one than `step` if the step did nothing
   * of the kind; if it did, `step` is the present moment afterwards. `frameAt`: where conditions are evaluated, after a step.
   */
  at(step: number, frameAt: (step: number) => EvaluationFrame | undefined): DataHit[] {
    const found: DataHit[] = [];
    for (const breakpoint of this.list) {
      const { hits, hitCondition } = breakpoint;
      const isNext = hits.countedTo === step - 1;
      const text = this.heldText(breakpoint, step, frameAt);
      if (text === undefined) {
        if (isNext) hits.countedTo = step;
      } else if (hitCondition === undefined || this.isHit(breakpoint, step, frameAt)) {
        found.push({ breakpoint, text });
      }
    }
    return found;
  }
  /** What a step did to a datum, if the breakpoint's condition holds then. */
  private heldText(
    breakpoint: DataBreakpoint,
    step: number,
    frameAt: (step: number) => EvaluationFrame | undefined,
  ): string | undefined {
    const text = this.hitText(breakpoint, step);
    if (text === undefined) return undefined;
    this.session.timeline.goTo(step);
    return this.holds(breakpoint, frameAt(step)) ? text : undefined;
  }
  /** Whether a breakpoint that `step` hits stops by its hit condition: by how often it was hit since the beginning. */
  private isHit(
    breakpoint: DataBreakpoint,
    step: number,
    frameAt: (step: number) => EvaluationFrame | undefined,
  ): boolean {
    const { hits, hitCondition } = breakpoint;
    // It may be younger than the history, or some of that may have been jumped over.
    for (let at = Math.max(hits.countedTo, this.session.timeline.oldest) + 1; at < step; at++) {
      if (this.heldText(breakpoint, at, frameAt) !== undefined) hits.note(at);
    }
    this.session.timeline.goTo(step);
    hits.countedTo = Math.max(hits.countedTo, step);
    return meetsHitCondition(hitCondition, hits.note(step));
  }
  private holds({ condition }: DataBreakpoint, frame: EvaluationFrame | undefined): boolean {
    if (condition === undefined || condition.trim() === "") return true;
    const result = this.session.evaluator.evaluate(condition, frame);
    // One that cannot be evaluated stops: the user sees where it makes no sense.
    return !result.ok || truthy(result.value);
  }

  private hitText(breakpoint: DataBreakpoint, step: number): string | undefined {
    const { data, access, memory } = breakpoint;
    if (data === undefined) return undefined;
    const change = access === "read" ? undefined : this.watches.get(breakpoint)?.changeAt(step);
    if (change !== undefined) return changeText(this.reader, data, change);
    return memory === undefined || access === "change" ? undefined : this.access(breakpoint, memory, step);
  }

  /** A load or store of the range by the step that is watched. */
  private access(
    { access }: DataBreakpoint,
    memory: Extract<Data, { kind: "range" }>,
    step: number,
  ): string | undefined {
    const { timeline, simulation } = this.session;
    if (timeline.isIntervention(step) || !this.mayAccess(timeline.pcOf(step))) return undefined;
    const { pageSize } = simulation.machine;
    const found = timeline.accessesOf(step).find(({ process, vpn, word, isStore }) => {
      if (process !== memory.process || (isStore ? access === "read" : access === "write")) return false;
      const address = vpn * pageSize + 8 * word;
      return address < memory.end && address + 8 > memory.start;
    });
    if (found === undefined) return undefined;
    timeline.goTo(step);
    const at = found.vpn * pageSize + 8 * found.word;
    const data: Data = { kind: "range", process: memory.process, start: at, end: at + 8 };
    const value = this.reader.text(data, this.reader.read(data));
    return found.isStore
      ? `${this.reader.elementName(data, 0)}: stored ${value}, which it was already`
      : `${this.reader.elementName(data, 0)}: read, it is ${value}`;
  }
  private mayAccess(start: number): boolean {
    let may = this.accesses.get(start);
    if (may !== undefined) return may;
    const { code } = this.session.program;
    may = false;
    for (let pc = start; pc >= 0 && pc < code.length; pc += sizeOf(code[pc] as number)) {
      const op = code[pc];
      if (op === Op.statement && pc !== start && ((code[pc + 2] as number) & StatementFlag.inAtomic) === 0) break;
      // What an atomic block calls belongs to its step.
      if (op === Op.call || op === Op.callSlot || op === Op.callBack) may ||= isAtomic(code, start, pc);
      if (op === Op.primitive && accessPrimitives.has(code[pc + 1] as number)) may = true;
    }
    this.accesses.set(start, may);
    return may;
  }
}

/** Whether the code from the statement at `start` to `pc` is of an atomic block. */
function isAtomic(code: Int32Array, start: number, pc: number): boolean {
  for (let at = start; at <= pc; at += sizeOf(code[at] as number)) {
    if (at !== start && code[at] === Op.statement) return true;
  }
  return false;
}
