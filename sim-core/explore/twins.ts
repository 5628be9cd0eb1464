/**
 * Finds twins: threads of one `parallel` of a scenario that do the same, so that exchanging two of them leads from any state to one
 * that goes on in the same way (`exchange.ts`). They are of one process, run on CPUs of one node or on one device, and their
 * statements are the same but for the names of their results. Nothing else may tell them apart: no pattern of events names one of them
 * or its CPU, nobody but they themselves reads or writes their results, and none of them has anything to do after the `parallel`, as
 * what stands in a CPU's TLB would be seen then.
 */
import { box, Tag, truthy } from "../store/value.ts";
import { layoutOf, sizeOf } from "../vm/instructions.ts";
import { Op } from "../vm/op.ts";
import type { FieldPattern, Program } from "../vm/program.ts";
import { SCRATCH } from "../vm/program.ts";
import { reachable } from "./reachable.ts";

/** Most twins that are exchanged: of more, the others are left as they are. All orders of them are looked at in each state. */
const MOST = 4;
/** The profile's switch for per-CPU batches, which are gone through in order of the CPUs' numbers. */
const LRU_BATCH = "lru_batch";

/** Threads that do the same. Lists have an item for each of them, in the same order. */
export interface Twins {
  readonly threads: readonly number[];
  /** CPU of each; -1 for threads of a device. */
  readonly cpus: readonly number[];
  /** What each runs: functions with the same code. */
  readonly functions: readonly number[];
  /** Statements of the scenario that are the same one. */
  readonly statements: readonly (readonly number[])[];
  /** Scenario variables that are the same one. */
  readonly slots: readonly (readonly number[])[];
  /** Where the director waits for them: its `join`s, half-open. They are twins from then on. */
  readonly joins: { readonly from: number; readonly to: number };
}

/** A `parallel`: which threads it starts on which functions. */
interface Block {
  readonly starts: ReadonlyMap<number, number>;
  readonly joins: Twins["joins"];
}

/** What stands for each other in two functions with the same code: statements and scenario variables, by those of the first. */
interface Likeness {
  readonly statements: Map<number, number>;
  readonly slots: Map<number, number>;
}

/** The twins of the first `parallel` that has some; undefined if none has. */
export function findTwins(program: Program): Twins | undefined {
  for (const block of blocksOf(program)) {
    const left = [...block.starts.keys()];
    for (let first = left.shift(); first !== undefined; first = left.shift()) {
      const twins = twinsOf(program, block, first, left);
      if (twins !== undefined && isUntold(program, block, twins)) return twins;
    }
  }
  return undefined;
}

/** The `parallel`s among what the scenario's top level does: several threads are started, and then waited for. */
function blocksOf(program: Program): Block[] {
  const { code } = program;
  const { entry = 0, end = 0 } = program.functions[program.director] ?? {};
  const blocks: Block[] = [];
  let starts = new Map<number, number>();
  for (let pc = entry; pc < end; pc += sizeOf(code[pc] as number)) {
    if (code[pc] === Op.start) starts.set(code[pc + 1] as number, code[pc + 2] as number);
    else if (code[pc] !== Op.startKernel) {
      let to = pc;
      while (to < end && code[to] === Op.join) to += sizeOf(Op.join);
      if (starts.size > 1 && to > pc) blocks.push({ starts, joins: { from: pc, to } });
      starts = new Map();
    }
  }
  return blocks;
}

/** `first` with those of `others` that are its twins. */
function twinsOf(program: Program, block: Block, first: number, others: readonly number[]): Twins | undefined {
  const { description, node } = aboutThreads(program);
  const own = description(first);
  const threads = [first];
  const likenesses: Likeness[] = [];
  for (const other of others) {
    const its = description(other);
    const isAlike =
      own !== undefined &&
      its !== undefined &&
      threads.length < MOST &&
      own.process === its.process &&
      own.device === its.device &&
      (own.cpu === its.cpu || (own.cpu !== undefined && its.cpu !== undefined && node(own.cpu) === node(its.cpu)));
    const likeness = isAlike ? likenessOf(program, block.starts, first, other) : undefined;
    if (likeness === undefined) continue;
    threads.push(other);
    likenesses.push(likeness);
  }
  if (threads.length < 2) return undefined;
  const cpus = threads.map((thread) => description(thread)?.cpu ?? -1);
  const rows = (kind: keyof Likeness): number[][] =>
    [...(likenesses[0]?.[kind].keys() ?? [])].map((item) => [
      item,
      ...likenesses.map((of) => of[kind].get(item) ?? -1),
    ]);
  // What all name by the same name is no one's own.
  const slots = rows("slots").filter((row) => row.some((slot) => slot !== row[0]));
  const statements = rows("statements");
  const areOwn = [slots.flat(), statements.flat()].every((all) => new Set(all).size === all.length);
  const areOnOne = new Set(cpus).size === 1;
  if (!areOwn || !(areOnOne || new Set(cpus).size === cpus.length)) return undefined;
  const functions = threads.map((thread) => block.starts.get(thread) ?? -1);
  return { threads, cpus: areOnOne ? cpus.map(() => -1) : cpus, functions, statements, slots, joins: block.joins };
}

function aboutThreads({ machine }: Program): {
  readonly description: (thread: number) => Program["machine"]["threads"][number] | undefined;
  readonly node: (cpu: number) => number;
} {
  return {
    description: (thread) => machine.threads[thread - 1],
    node: (cpu) => machine.cpus[cpu]?.node ?? 0,
  };
}

// -------------------------------------------------------------------------------------------------------- same code

/** What stands for each other in the code of two threads; undefined if they do not do the same. */
function likenessOf(
  program: Program,
  functions: ReadonlyMap<number, number>,
  first: number,
  second: number,
): Likeness | undefined {
  const { code } = program;
  const [a, b] = [first, second].map((thread) => program.functions[functions.get(thread) ?? -1]);
  if (a === undefined || b === undefined || a === b) return undefined;
  if (a.end - a.entry !== b.end - b.entry || a.slots.length !== b.slots.length) return undefined;
  const likeness: Likeness = { statements: new Map(), slots: new Map() };
  for (let i = 0; i < a.end - a.entry; i += sizeOf(code[a.entry + i] as number)) {
    const [pcA, pcB] = [a.entry + i, b.entry + i];
    if (code[pcA] !== code[pcB]) return undefined;
    const op = code[pcA] as number;
    const isSame = [...layoutOf(op)].every((letter, k) => {
      const [x, y] = [code[pcA + 1 + k] as number, code[pcB + 1 + k] as number];
      switch (letter) {
        case "r":
        case "d":
          return x === y || (isConstant(x) && isConstant(y) && constantOf(program, x) === constantOf(program, y));
        case "T":
          return x - a.entry === y - b.entry;
        case "D":
          return deadSlots(program, x) === deadSlots(program, y);
        default:
          return isSameNumber(program, likeness, op, k, x, y, first, second);
      }
    });
    if (!isSame) return undefined;
  }
  return likeness;
}
function isConstant(register: number): boolean {
  return ~register >= SCRATCH;
}
function constantOf(program: Program, register: number): number | undefined {
  return program.constants[~register - SCRATCH];
}
function deadSlots({ dead }: Program, from: number): string {
  const slots: number[] = [];
  for (let i = from; (dead[i] ?? -1) >= 0; i++) slots.push(dead[i] as number);
  return slots.join(" ");
}

/** Whether operand `k` of an instruction means the same to both, a plain number that is `x` in the first and `y` in the second. */
function isSameNumber(
  program: Program,
  likeness: Likeness,
  op: number,
  k: number,
  x: number,
  y: number,
  first: number,
  second: number,
): boolean {
  switch (op) {
    case Op.statement:
      // Where it stands in the text.
      return k === 0 || x === y;
    case Op.begin:
    case Op.end: {
      const [a, b] = [program.statements[x], program.statements[y]];
      const isSame = a?.verb === b?.verb && a?.expected === b?.expected && a?.report === b?.report;
      return isSame && pair(likeness.statements, x, y);
    }
    case Op.expect:
    case Op.number:
      // Which check it is: for the message.
      return k === 1 || x === y;
    case Op.sound:
      return k === 0 || x === y;
    case Op.checkIndex:
      return k === 2 || x === y;
    case Op.getScenario:
    case Op.setScenario:
      return pair(likeness.slots, x, y);
    case Op.contextOf:
      return x === y || (x === first && y === second);
    default:
      return x === y;
  }
}
function pair(pairs: Map<number, number>, x: number, y: number): boolean {
  const known = pairs.get(x);
  pairs.set(x, y);
  return known === undefined || known === y;
}

// ------------------------------------------------------------------------------------------- nothing tells them apart

function isUntold(program: Program, block: Block, twins: Twins): boolean {
  const { code } = program;
  const { cpus, threads, joins } = twins;
  const { director } = program;
  const hasJoins = threads.every((thread) => isJoined(program, joins, thread));
  if (!hasJoins || (cpus[0] !== -1 && truthy(program.options[LRU_BATCH] ?? 0))) return false;
  const names = new Set([
    ...threads.map((thread) => box(Tag.thread, thread)),
    ...cpus.filter((cpu) => cpu >= 0).map((cpu) => box(Tag.cpu, cpu)),
  ]);
  const isNamed = (field: FieldPattern): boolean => field.kind === "value" && names.has(field.value);
  const patterns = [...program.counters.map(({ pattern }) => pattern), ...program.matchers.flatMap((m) => m.patterns)];
  if (program.constants.some((value) => names.has(value)) || patterns.some(({ fields }) => fields.some(isNamed))) {
    return false;
  }
  // Whoever else runs on one of their CPUs from now on would have to be exchanged too.
  const { description } = aboutThreads(program);
  const isOnTheirs = (thread: number): boolean =>
    threads.includes(thread) || cpus.includes(description(thread)?.cpu ?? -2);
  if ([...block.starts.keys()].some((thread) => !threads.includes(thread) && isOnTheirs(thread))) return false;
  for (const pc of reachable(program, [{ function: director, pc: joins.from }]).keys())
    if (code[pc] === Op.start && isOnTheirs(code[pc + 1] as number)) return false;
  const own = new Set(twins.slots.flat());
  const properties = program.properties.map(({ entry }) => ({ function: -1, pc: entry }));
  const entry = program.functions[director]?.entry ?? 0;
  for (const [pc, fn] of reachable(program, [{ function: director, pc: entry }, ...properties])) {
    if (!twins.functions.includes(fn) && own.has(slotAt(code, pc))) return false;
  }
  return true;
}
function isJoined({ code }: Program, joins: Twins["joins"], thread: number): boolean {
  for (let pc = joins.from; pc < joins.to; pc += sizeOf(Op.join)) if (code[pc + 1] === thread) return true;
  return false;
}
/** The scenario variable that the instruction at `pc` reads or writes; -1 if none. */
function slotAt(code: Int32Array, pc: number): number {
  switch (code[pc]) {
    case Op.setScenario:
    case Op.joinKernel:
      return code[pc + 1] as number;
    case Op.getScenario:
      return code[pc + 2] as number;
    case Op.startKernel:
      return code[pc + 3] as number;
    default:
      return -1;
  }
}
