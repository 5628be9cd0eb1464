/** Names, slots and scratch registers of one function while its code is made. */

import type { Value } from "../../sim-core/store/value.ts";
import { SCRATCH } from "../../sim-core/vm/program.ts";
import type { Span } from "../syntax/tree.ts";
import type { Builder, Register } from "./builder.ts";
import { CompileError } from "./builder.ts";

/** What a name outside a function's own locals means. */
export type Meaning =
  | { readonly kind: "constant"; readonly value: Value }
  /** variable of `self`, by slot */
  | { readonly kind: "driverVariable"; readonly slot: number }
  | { readonly kind: "kernelVariable"; readonly slot: number }
  | { readonly kind: "scenarioVariable"; readonly slot: number };

/** What a called name means. */
export type Callee =
  | { readonly kind: "function"; readonly function: number }
  | { readonly kind: "slot"; readonly slot: number }
  | { readonly kind: "struct"; readonly struct: number };

/** The world around a function: where names that are not its locals are looked up. */
export interface Surroundings {
  lookup(name: string): Meaning | undefined;
  callee(name: string): Callee | undefined;
  /** The function that the one being compiled overrides, for `super(…)`. */
  readonly superFunction: number | undefined;
}

export class FunctionScope {
  readonly builder: Builder;
  readonly source: number;
  readonly around: Surroundings;
  readonly slots: string[];
  /** Whether the statement being compiled has touched shared state so far. */
  shared = false;
  /** Depth of `atomic` blocks. */
  atomic = 0;
  private readonly blocks: Map<string, number>[] = [new Map()];
  private scratch = 0;

  constructor(builder: Builder, source: number, around: Surroundings, params: readonly string[]) {
    this.builder = builder;
    this.source = source;
    this.around = around;
    this.slots = [...params];
    params.forEach((name, i) => {
      this.blocks[0]?.set(name, i);
    });
  }

  push(): void {
    this.blocks.push(new Map());
  }
  pop(): void {
    this.blocks.pop();
  }
  /** A new slot called `name`, visible until the block ends; names beginning with a dot are the compiler's own. */
  declare(name: string): Register {
    const slot = this.slots.length;
    this.slots.push(name);
    this.blocks[this.blocks.length - 1]?.set(name, slot);
    return slot;
  }
  /** A new slot called `name` for the debugger, which no name leads to yet. */
  declareHidden(name: string): Register {
    return this.slots.push(name) - 1;
  }
  /** Makes `name` stand for `register` until the block ends. */
  bind(name: string, register: Register): void {
    this.blocks[this.blocks.length - 1]?.set(name, register);
  }
  local(name: string): Register | undefined {
    for (let i = this.blocks.length - 1; i >= 0; i--) {
      const slot = this.blocks[i]?.get(name);
      if (slot !== undefined) return slot;
    }
    return undefined;
  }
  /** Locals visible here, for the debugger's expressions. */
  visible(): ReadonlyMap<string, Register> {
    const all = new Map<string, number>();
    for (const block of this.blocks) for (const [name, slot] of block) all.set(name, slot);
    return all;
  }

  /** The first of `count` new scratch registers in a row, as a scratch index (register `~index`). */
  temporaries(count: number): number {
    const at = this.scratch;
    this.scratch += count;
    if (this.scratch > SCRATCH)
      throw new CompileError("this expression is too large", this.source, { start: 0, end: 0 });
    return at;
  }
  temporary(): Register {
    return ~this.temporaries(1);
  }
  /** Frees the scratch registers: a statement begins. */
  resetTemporaries(): void {
    this.scratch = 0;
  }
  get temporaryMark(): number {
    return this.scratch;
  }
  set temporaryMark(mark: number) {
    this.scratch = mark;
  }

  fail(message: string, span: Span): never {
    throw new CompileError(message, this.source, span);
  }
}
