/**
 * Statements that only take or give back a lock, and need no point of interleaving of their own. Nobody who waits for a lock can tell
 * whether it was taken just before its holder's next statement or some steps earlier: what others do in between is the same without
 * it (a right mover, in Lipton's terms), and likewise when it is given back (a left mover). So a move of an exploration may take a
 * lock, make one statement that others can see, and give locks back. Not so where somebody looks at a lock without waiting for it
 * (`trylock`, `is_locked`): see `Locks.observed`. A statement that may wait itself is not put behind a lock, as a thread that holds
 * one lock and waits for another is what deadlocks are made of.
 */
import { LOCK_CLASSES, LockClass, LockKind } from "../machine/locks.ts";
import { layoutOf, sizeOf } from "./instructions.ts";
import { Op, StatementFlag } from "./op.ts";
import { primitives, SHARED_FIELDS } from "./primitives.ts";
import type { FunctionInfo, Program, VariableInfo } from "./program.ts";

/** What a statement is, as far as locks go. */
export const LockMove = {
  none: 0,
  /** It takes a lock, and does nothing else. */
  locks: 1,
  /** It gives a lock back, and does nothing else. */
  unlocks: 2,
  /** It may have to wait. */
  waits: 3,
  /** No statement: an instruction that looks at a lock without waiting for it. */
  looks: 4,
} as const;

export interface LockMoves {
  /** By place of the code: what the statement or instruction that begins there is (`LockMove`). */
  readonly kinds: Uint8Array;
  /** By place of such a statement: the list that it finds its lock in, a variable of the kernel model. Nobody may change that list. */
  readonly lists: ReadonlyMap<number, number>;
}

/** Fields that name a lock by what others may change. */
const CHANGING = new Set(["rmap_lock", "file_rmap_lock"]);

const LOOKING = new Set(["trylock", "is_locked"]);

/** What the statements of `program` are. */
export function lockMovesOf(program: Program): LockMoves {
  const { code } = program;
  const kinds = new Uint8Array(code.length);
  const lists = new Map<number, number>();
  const functions = program.functions.toSorted((a, b) => a.entry - b.entry);
  let last = 0;
  for (let pc = 0; pc < code.length; pc += sizeOf(code[pc] as number)) {
    while (last + 1 < functions.length && (functions[last + 1]?.entry ?? 0) <= pc) last++;
    const info = functions[last];
    if (code[pc] === Op.primitive && looksAtLock(code, pc)) kinds[pc] = LockMove.looks;
    else if (
      code[pc] === Op.statement &&
      ((code[pc + 2] as number) & StatementFlag.shared) !== 0 &&
      info !== undefined
    ) {
      kinds[pc] = kindOf(program, info, pc, lists);
    }
  }
  return { kinds, lists };
}

/**
 * The same for searches that know nothing of each other and have to move the same locks: no lock from a list, and none of a class that
 * code may look at which can be reached (`reachable`, by place: the function).
 */
export function settledLockMovesOf(
  program: Program,
  reachable: ReadonlyMap<number, number>,
): { readonly moves: LockMoves; readonly lookedAt: readonly number[] } {
  const { kinds, lists } = lockMovesOf(program);
  for (const pc of lists.keys()) kinds[pc] = kinds[pc] === LockMove.locks ? LockMove.waits : LockMove.none;
  const lookedAt = new Set<number>();
  for (const [pc, fn] of reachable) {
    const info = program.functions[fn];
    if (kinds[pc] !== LockMove.looks) continue;
    for (const c of info === undefined ? ALL_CLASSES : classesAt(program, info, pc)) lookedAt.add(c);
  }
  return { moves: { kinds, lists: new Map() }, lookedAt: [...lookedAt] };
}

/** The classes that the lock may be of that the primitive at `pc` looks at. */
function classesAt(program: Program, info: FunctionInfo, pc: number): readonly number[] {
  const { code } = program;
  let start = info.entry;
  for (let at = start; at < pc; at += sizeOf(code[at] as number)) if (code[at] === Op.statement) start = at;
  let register = ~(code[pc + 3] as number);
  let classes: readonly number[] | undefined;
  // What wrote the register last, and if it was moved there, what wrote that one.
  for (let end = pc; classes === undefined; ) {
    let writer = -1;
    for (let at = start; at < end; at += sizeOf(code[at] as number)) {
      const d = layoutOf(code[at] as number).indexOf("d");
      if (d >= 0 && code[at + 1 + d] === register) writer = at;
    }
    if (writer < 0) return ALL_CLASSES;
    if (code[writer] === Op.move) {
      register = code[writer + 2] as number;
      end = writer;
    } else classes = classesBy(program, info, writer);
  }
  return classes;
}
function classesBy(program: Program, info: FunctionInfo, writer: number): readonly number[] {
  const { code } = program;
  const own = (scope: number, variable: VariableInfo | undefined): readonly number[] =>
    variable === undefined || !isLock(variable)
      ? ALL_CLASSES
      : [scope + LockKind[variable.kind === "lock" ? "sleep" : (variable.kind as "spin" | "rw")]];
  switch (code[writer]) {
    case Op.getVariable: {
      const variable = variableOf(program, info, code[writer + 2] as number);
      return own(variable?.device === true ? LockClass.device : LockClass.context, variable);
    }
    case Op.getGlobal:
      return own(LockClass.kernel, program.variables[code[writer + 2] as number]);
    case Op.getField:
      return FIELD_CLASSES[program.fieldNames[code[writer + 3] as number] ?? ""] ?? ALL_CLASSES;
    default:
      return ALL_CLASSES;
  }
}
const ALL_CLASSES: readonly number[] = Array.from({ length: LOCK_CLASSES }, (_, c) => c);
/** Fields that name locks of some classes only. */
const DECLARED = ALL_CLASSES.slice(LockClass.context);
const FIELD_CLASSES: Readonly<Record<string, readonly number[]>> = {
  mmap_lock: [LockClass.mmap],
  lock: [LockClass.vma, ...DECLARED],
  rmap_lock: [LockClass.rmap, ...DECLARED],
};

/** Whether the primitive at `pc` looks at a lock, other than in `wait until not is_locked(…)`, which goes on as if it had taken it. */
function looksAtLock(code: Int32Array, pc: number): boolean {
  if (!LOOKING.has(primitives[code[pc + 1] as number]?.name ?? "")) return false;
  const not = pc + sizeOf(Op.primitive);
  const wait = not + sizeOf(Op.not);
  const isWaiting =
    code[not] === Op.not &&
    code[not + 2] === code[pc + 2] &&
    code[wait] === Op.wait &&
    code[wait + 1] === code[not + 1];
  return !isWaiting;
}

function kindOf(program: Program, info: FunctionInfo, start: number, lists: Map<number, number>): number {
  const { code } = program;
  // Whose lock it is may depend on nothing that others change.
  let isFixed = ((code[start + 2] as number) & StatementFlag.inAtomic) === 0;
  let list = -1;
  for (let pc = start + sizeOf(Op.statement); pc < info.end; pc += sizeOf(code[pc] as number)) {
    switch (code[pc]) {
      case Op.lock:
      case Op.unlock: {
        if (!isFixed) return code[pc] === Op.lock ? LockMove.waits : LockMove.none;
        if (list >= 0) lists.set(start, list);
        return code[pc] === Op.lock ? LockMove.locks : LockMove.unlocks;
      }
      case Op.wait:
      case Op.join:
      case Op.joinKernel:
        return LockMove.waits;
      case Op.statement:
        // What stands in an `atomic` belongs to it; only its first statement may wait.
        if (((code[pc + 2] as number) & StatementFlag.inAtomic) === 0) return LockMove.none;
        isFixed = false;
        break;
      case Op.move:
      case Op.self:
        break;
      case Op.getField: {
        const name = program.fieldNames[code[pc + 3] as number] ?? "";
        isFixed &&= !SHARED_FIELDS.has(name) && !CHANGING.has(name);
        break;
      }
      case Op.primitive:
        isFixed &&= primitives[code[pc + 1] as number]?.effect === "pure";
        break;
      case Op.getVariable:
        isFixed &&= isLock(variableOf(program, info, code[pc + 2] as number));
        break;
      case Op.getGlobal: {
        const slot = code[pc + 2] as number;
        const kind = program.variables[slot]?.kind;
        if (kind === "list" && list < 0) list = slot;
        else isFixed &&= isLock(program.variables[slot]);
        break;
      }
      case Op.getIndex:
        isFixed &&= list >= 0;
        break;
      default:
        isFixed = false;
    }
  }
  return LockMove.none;
}

function variableOf(program: Program, info: FunctionInfo, slot: number): VariableInfo | undefined {
  return program.drivers.find(({ name }) => name === info.owner)?.variables[slot];
}
function isLock(variable: VariableInfo | undefined): boolean {
  return variable?.kind === "lock" || variable?.kind === "spin" || variable?.kind === "rw";
}
