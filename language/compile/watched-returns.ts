/**
 * Finds the statements that end a function whose return a rule judges by what other threads have done by then (`vm/watched.ts`). Such
 * a statement is a point of interleaving: a callback that leaves its work to a worker may return before the worker has begun, or
 * after it is done.
 */
import { layoutOf, sizeOf } from "../../sim-core/vm/instructions.ts";
import { Op, StatementFlag } from "../../sim-core/vm/op.ts";
import { JUDGED_AT_RETURN, WATCHED_CALLBACKS } from "../../sim-core/vm/watched.ts";
import type { SharingInput } from "./sharing.ts";
import { targetsOf } from "./sharing.ts";

/** Marks the statements in `code` that end such a function, or one that it ends with a call of. */
export function markWatchedReturns(code: { [index: number]: number }, input: SharingInput): void {
  const open = input.functions.flatMap(({ name, role }, fn) =>
    JUDGED_AT_RETURN.has(name) && (role === "callback") === WATCHED_CALLBACKS.includes(name) ? [fn] : [],
  );
  const seen = new Set(open);
  for (let fn = open.pop(); fn !== undefined; fn = open.pop()) {
    const { entry = 0, end = 0 } = input.functions[fn] ?? {};
    for (let pc = entry; pc < end; pc += sizeOf(code[pc] as number)) {
      const op = code[pc] as number;
      const isCall = op === Op.call || op === Op.callSlot || op === Op.callBack;
      if ((op !== Op.statement && !isCall) || !leadsToReturn(code, pc)) continue;
      if (op === Op.statement) code[pc + 2] = (code[pc + 2] as number) | StatementFlag.shared;
      for (const callee of isCall ? targetsOf(code, pc, input) : []) {
        if (seen.has(callee)) continue;
        seen.add(callee);
        open.push(callee);
      }
    }
  }
}

/** Whether what comes behind the instruction at `from` returns before another statement begins or a function is called. */
function leadsToReturn(code: { readonly [index: number]: number }, from: number): boolean {
  const seen = new Set<number>();
  const open = [from + sizeOf(code[from] as number)];
  for (let pc = open.pop(); pc !== undefined; pc = open.pop()) {
    if (seen.has(pc)) continue;
    seen.add(pc);
    const op = code[pc] as number;
    if (op === Op.return) return true;
    if (op === Op.statement || op === Op.done || op === Op.call || op === Op.callSlot || op === Op.callBack) continue;
    const target = layoutOf(op).indexOf("T");
    if (target >= 0) open.push(code[pc + 1 + target] as number);
    if (op !== Op.jump) open.push(pc + sizeOf(op));
  }
  return false;
}
