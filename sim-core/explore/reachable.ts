/** Which code can still run: for whoever looks at all that a program may do. */
import { goesOn, layoutOf, sizeOf } from "../vm/instructions.ts";
import { Op } from "../vm/op.ts";
import type { Program } from "../vm/program.ts";

/** A place where code can go on: a program counter, and the function whose code it is. */
export interface Entry {
  readonly function: number;
  readonly pc: number;
}

/** The instructions that can be reached from `entries`, in whatever thread, each with the function whose code it is. */
export function reachable(program: Program, entries: readonly Entry[]): ReadonlyMap<number, number> {
  const { code } = program;
  const found = new Map<number, number>();
  const open = [...entries];
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    for (let { pc } = entry; !found.has(pc); ) {
      const op = code[pc] as number;
      found.set(pc, entry.function);
      for (const fn of entered(program, pc)) {
        const info = program.functions[fn];
        if (info !== undefined) open.push({ function: fn, pc: info.entry });
      }
      const target = layoutOf(op).indexOf("T");
      if (target >= 0) open.push({ function: entry.function, pc: code[pc + 1 + target] as number });
      if (!goesOn(op)) break;
      pc += sizeOf(op);
    }
  }
  return found;
}

/** The functions that the instruction at `pc` may call or start a thread on. */
function entered({ code, drivers, fieldNames, functionTable }: Program, pc: number): readonly number[] {
  const which = code[pc + 1] as number;
  const callbacks = (name: string): number[] => drivers.flatMap((driver) => driver.callbacks[name] ?? []);
  switch (code[pc]) {
    case Op.call:
      return [which];
    case Op.callSlot:
      return [functionTable[which] ?? -1];
    case Op.callBack:
      return callbacks(fieldNames[which] ?? "");
    case Op.spawn:
      return [code[pc + 2] === 1 ? (functionTable[which] ?? -1) : which];
    case Op.start:
      // A device's context is set up by then, at the latest.
      return [code[pc + 2] as number, ...callbacks("open")];
    case Op.startKernel:
      return [code[pc + 2] as number];
    default:
      return [];
  }
}
