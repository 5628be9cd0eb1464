/** From code back to statements: which statement stands at a program counter, and where breakpoints can be. */
import { layoutOf } from "./instructions.ts";
import { Op, StatementFlag } from "./op.ts";
import type { Program } from "./program.ts";

/** A statement as an instruction: where its code begins, its spot, and its flags. */
export interface CodeStatement {
  readonly pc: number;
  readonly spot: number;
  readonly flags: number;
  readonly function: number;
}

export class CodeMap {
  private program: Program;
  private readonly byFunction = new Map<number, readonly CodeStatement[]>();

  constructor(program: Program) {
    this.program = program;
  }

  /** Takes a program that extends the present one. */
  extend(program: Program): void {
    this.program = program;
  }

  /** The statements of function `fn` in the order of its code. */
  statementsOf(fn: number): readonly CodeStatement[] {
    let found = this.byFunction.get(fn);
    if (found === undefined) {
      const list: CodeStatement[] = [];
      const info = this.program.functions[fn];
      const { code } = this.program;
      for (let pc = info?.entry ?? 0; pc < (info?.end ?? 0); ) {
        const op = code[pc] as number;
        if (op === Op.statement) {
          list.push({ pc, spot: code[pc + 1] as number, flags: code[pc + 2] as number, function: fn });
        }
        pc += layoutOf(op).length + 1;
      }
      found = list;
      this.byFunction.set(fn, found);
    }
    return found;
  }

  /** The spot of the statement that `pc` of function `fn` belongs to; that of the function's name if it has none. */
  spotAt(fn: number, pc: number): number {
    let spot = -1;
    for (const statement of this.statementsOf(fn)) {
      if (statement.pc > pc) break;
      spot = statement.spot;
    }
    return spot;
  }

  /** Whether the instruction at `pc` begins a statement that touches shared state. */
  isShared(pc: number): boolean {
    const { code } = this.program;
    return code[pc] === Op.statement && ((code[pc + 2] as number) & StatementFlag.shared) !== 0;
  }

  /** Whether the instruction at `pc` begins a statement that nobody else can see. */
  isLocal(pc: number): boolean {
    return this.program.code[pc] === Op.statement && !this.isShared(pc);
  }

  /** All statements of a source that are steps of their own, in no set order. */
  inSource(source: number): CodeStatement[] {
    const list: CodeStatement[] = [];
    this.program.functions.forEach((info, fn) => {
      if (info.spot.source !== source) return;
      for (const statement of this.statementsOf(fn)) {
        if ((statement.flags & StatementFlag.inAtomic) === 0) list.push(statement);
      }
    });
    return list;
  }
}
