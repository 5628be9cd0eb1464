/**
 * Which slots of a function's frame are dead at each statement and call: nobody will read them before they are written.
 * The explorer clears them, so that states which differ only in leftovers are one.
 */

import { layoutOf, sizeOf } from "../../sim-core/vm/instructions.ts";
import { Op } from "../../sim-core/vm/op.ts";

/**
 * Fills in the dead runs of the code of one function, `[entry, end)`. `slots`: number of slots; `keep`: slots that are
 * read when the function returns. `addRun` stores a run of slots and returns where it begins.
 */
export function fillDeadRuns(
  code: number[],
  entry: number,
  end: number,
  slots: number,
  keep: readonly number[],
  addRun: (slots: readonly number[]) => number,
): void {
  const starts: number[] = [];
  for (let pc = entry; pc < end; pc += sizeOf(code[pc] as number)) starts.push(pc);
  const liveIn = new Map<number, Set<number>>(starts.map((pc) => [pc, new Set()]));
  const empty = new Set<number>();
  const liveAt = (pc: number): ReadonlySet<number> => liveIn.get(pc) ?? empty;

  let changed = true;
  while (changed) {
    changed = false;
    for (let i = starts.length - 1; i >= 0; i--) {
      const pc = starts[i] as number;
      const live = liveOut(code, pc, liveAt, keep);
      const layout = layoutOf(code[pc] as number);
      for (let k = 0; k < layout.length; k++) {
        if (layout[k] === "d") live.delete(code[pc + 1 + k] as number);
      }
      for (let k = 0; k < layout.length; k++) {
        const operand = code[pc + 1 + k] as number;
        if (layout[k] === "r" && operand >= 0) live.add(operand);
      }
      const before = liveIn.get(pc) as Set<number>;
      if (live.size > before.size) {
        for (const slot of live) before.add(slot);
        changed = true;
      }
    }
  }

  for (const pc of starts) {
    const layout = layoutOf(code[pc] as number);
    const at = layout.indexOf("D");
    if (at < 0) continue;
    let live: ReadonlySet<number> = liveAt(pc);
    if (code[pc] !== Op.statement) {
      const after = liveOut(code, pc, liveAt, keep);
      after.delete(code[pc + 1 + layout.indexOf("d")] as number);
      live = after;
    }
    const dead: number[] = [];
    for (let slot = 0; slot < slots; slot++) if (!live.has(slot)) dead.push(slot);
    code[pc + 1 + at] = addRun(dead);
  }
}

function liveOut(
  code: readonly number[],
  pc: number,
  liveAt: (pc: number) => ReadonlySet<number>,
  keep: readonly number[],
): Set<number> {
  const op = code[pc] as number;
  if (op === Op.return || op === Op.done) return new Set(keep);
  const live = new Set<number>();
  const layout = layoutOf(op);
  const target = layout.indexOf("T");
  if (target >= 0) for (const slot of liveAt(code[pc + 1 + target] as number)) live.add(slot);
  if (op !== Op.jump) for (const slot of liveAt(pc + sizeOf(op))) live.add(slot);
  return live;
}
