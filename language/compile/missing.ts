/**
 * Finds calls of kernel functions that the chosen profile does not have, in the code that a scenario can reach: from its own
 * statements and the drivers of its devices, through the functions as the profile has them.
 */
import { layoutOf } from "../../sim-core/vm/instructions.ts";
import { Op } from "../../sim-core/vm/op.ts";
import type { Builder } from "./builder.ts";

/** A call of a function that is not there. */
export interface MissingFunction {
  /** Its name. */
  readonly name: string;
  /** Index into the builder's functions of the one that calls it. */
  readonly caller: number;
  /** Index into the builder's spots of the statement that calls it. */
  readonly spot: number;
}

/** Callbacks that are called without a call in the model's code. */
const OPENING: readonly string[] = ["open", "close", "mmap"];

/**
 * The calls that lead nowhere, each function named once. `table` is the profile's function of each slot, `firstOwn` the first
 * function of the scenario, `drivers` the names of those that its devices use.
 */
export function missingFunctions(
  builder: Builder,
  table: readonly number[],
  firstOwn: number,
  drivers: ReadonlySet<string>,
): MissingFunction[] {
  const { code, functions } = builder;
  const used = builder.drivers.filter((d) => drivers.has(d.name));
  const missing: MissingFunction[] = [];
  const seen = new Set<number>();
  const waiting: number[] = [];
  const reach = (fn: number | undefined): void => {
    if (fn === undefined || fn < 0 || seen.has(fn)) return;
    seen.add(fn);
    waiting.push(fn);
  };
  const reachCallback = (name: string): void => {
    for (const driver of used) reach(driver.callbacks[name]);
  };
  functions.forEach((info, fn) => {
    if (fn >= firstOwn && info.role !== "fn" && info.role !== "callback") reach(fn);
  });
  for (const name of OPENING) reachCallback(name);
  for (let caller = waiting.pop(); caller !== undefined; caller = waiting.pop()) {
    const info = functions[caller];
    if (info === undefined) continue;
    let spot = -1;
    const reachSlot = (slot: number): void => {
      const name = builder.slotNames[slot] ?? "";
      if ((table[slot] ?? -1) >= 0) reach(table[slot]);
      else if (!missing.some((m) => m.name === name)) missing.push({ name, caller: caller as number, spot });
    };
    for (let pc = info.entry; pc < info.end; pc += layoutOf(code[pc] as number).length + 1) {
      const operand = code[pc + 1] as number;
      switch (code[pc]) {
        case Op.statement:
          spot = operand;
          break;
        case Op.call:
          reach(operand);
          break;
        case Op.callSlot:
          reachSlot(operand);
          break;
        case Op.spawn:
          if (code[pc + 2] === 1) reachSlot(operand);
          else reach(operand);
          break;
        case Op.callBack:
          reachCallback(builder.fieldNames[operand] ?? "");
          break;
        default:
      }
    }
  }
  return missing;
}
