/** Which functions a scenario can reach: what is translated. */
import { sizeOf } from "../../sim-core/vm/instructions.ts";
import { Op } from "../../sim-core/vm/op.ts";
import type { Program } from "../../sim-core/vm/program.ts";

/** Calls `visit` with each instruction of [from, to). */
export function eachInstruction(
  program: Program,
  from: number,
  to: number,
  visit: (op: number, pc: number) => void,
): void {
  for (let pc = from; pc < to; ) {
    const op = program.code[pc] as number;
    visit(op, pc);
    pc += sizeOf(op);
  }
}

/** The function of callback `name` for each device, -1 where its driver has none. */
export function callbacksOf(program: Program, name: string): readonly number[] {
  return program.machine.devices.map(
    ({ driver }) => program.drivers.find((d) => d.name === driver)?.callbacks[name] ?? -1,
  );
}

/** The functions that an instruction may enter. */
function targetsOf(program: Program, op: number, pc: number): readonly number[] {
  const { code, functionTable, fieldNames } = program;
  const operand = code[pc + 1] as number;
  switch (op) {
    case Op.call:
      return [operand];
    case Op.callSlot:
      return [functionTable[operand] ?? -1];
    case Op.callBack:
      return callbacksOf(program, fieldNames[operand] ?? "");
    case Op.start:
    case Op.startKernel:
      return [code[pc + 2] as number];
    case Op.spawn:
      return [code[pc + 2] === 1 ? (functionTable[operand] ?? -1) : operand];
    default:
      return [];
  }
}

/** The functions that the scenario's top level leads to, lowest first. */
export function reachable(program: Program): readonly number[] {
  const seen = new Set<number>();
  const todo = [program.director];
  for (let fn = todo.pop(); fn !== undefined; fn = todo.pop()) {
    const info = program.functions[fn];
    if (info === undefined || seen.has(fn)) continue;
    seen.add(fn);
    eachInstruction(program, info.entry, info.end, (op, pc) => todo.push(...targetsOf(program, op, pc)));
  }
  return [...seen].sort((a, b) => a - b);
}

/** The cells of a frame's header. */
const HEADER = 3;

/** How deep the stacks of threads get. */
export interface Stacks {
  /** By thread of the scenario, the director first: the most cells that its stack takes. */
  readonly threads: readonly number[];
  /** The same for any worker or statement of the kernel's own; 0 if there are none. */
  readonly worker: number;
}

/**
 * The most cells that stacks take, by who calls whom; a function that calls itself, by whatever way, is taken to do so once.
 */
export function stacksOf(program: Program, functions: readonly number[]): Stacks {
  const depth = stackDepth(program);
  const threads = [depth(program.director), ...program.machine.threads.map(() => 0)];
  let worker = 0;
  for (const fn of functions) {
    const info = program.functions[fn];
    eachInstruction(program, info?.entry ?? 0, info?.end ?? 0, (op, pc) => {
      const deepest = Math.max(0, ...targetsOf(program, op, pc).map(depth));
      const thread = program.code[pc + 1] as number;
      if (op === Op.start) threads[thread] = Math.max(threads[thread] ?? 0, deepest);
      if (op === Op.spawn || op === Op.startKernel) worker = Math.max(worker, deepest);
    });
  }
  return { threads: threads.map((cells) => (cells === 0 ? 0 : cells + HEADER)), worker: worker + HEADER };
}

/** How many cells a call of a function takes, with all that it calls. */
function stackDepth(program: Program): (fn: number) => number {
  const known = new Map<number, number>();
  const under = new Set<number>();
  const depth = (fn: number): number => {
    const info = program.functions[fn];
    const before = known.get(fn);
    if (info === undefined || before !== undefined || under.has(fn)) return before ?? 0;
    under.add(fn);
    let below = 0;
    eachInstruction(program, info.entry, info.end, (op, pc) => {
      if (op !== Op.call && op !== Op.callSlot && op !== Op.callBack) return;
      for (const target of targetsOf(program, op, pc)) below = Math.max(below, depth(target));
    });
    under.delete(fn);
    known.set(fn, HEADER + info.slots.length + below);
    return HEADER + info.slots.length + below;
  };
  return depth;
}
