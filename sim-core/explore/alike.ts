/**
 * Finds a set whose members a program treats alike: the numbers of a range that `choose` picks from and that are used for nothing but
 * to look up lists that have one element for each, and to be compared with each other. Renaming such members leads from any state
 * to one that goes on in the same way, so that it is enough to look at one of them (`members.ts`).
 *
 * The code that can still be reached is read once. Whatever may hold the same values is one class (union of what is assigned to what,
 * passed, returned or compared), and each use of a class is noted; a use that tells members apart, such as reckoning with them or
 * telling which is less, spoils it.
 */
import { addressed, goesOn, layoutOf, sizeOf } from "../vm/instructions.ts";
import { Op } from "../vm/op.ts";
import { primitives } from "../vm/primitives.ts";
import type { Program } from "../vm/program.ts";
import { SCRATCH } from "../vm/program.ts";
import type { Entry } from "./reachable.ts";
import { reachable } from "./reachable.ts";

/** A set of members that are treated alike. */
export interface Alike {
  /** Its members are the numbers below it. */
  readonly size: number;
  /** Where `choose` gives one of them. */
  readonly choices: ReadonlySet<number>;
  /** Variables of the kernel model that are lists with an element for each. */
  readonly lists: readonly number[];
  /** Of these, those of locks, which are used for nothing but locking, through the list. */
  readonly lockLists: readonly number[];
  /** Variables of the kernel model that may hold a member. */
  readonly variables: readonly number[];
  /** By function: the slots that may hold a member. */
  readonly slots: ReadonlyMap<number, readonly number[]>;
  /** Variables that are read as such: no lock of a list may be one. */
  readonly read: ReadonlySet<number>;
}

/** What is known of values that may be the same. */
interface Class {
  /** Ranges that `choose` picks them from, and where. */
  readonly sources: { readonly size: number; readonly pc: number }[];
  readonly constants: Set<number>;
  /** Used as nothing but a lock may be. */
  locked: boolean;
  /** Used in a way that tells members apart. */
  spoilt: boolean;
  /** Kept in a variable or a slot. */
  kept: boolean;
}

/** A list among the kernel model's variables. */
interface ListUse {
  /** The values that it is looked up by. */
  readonly indexes: number[];
  readonly element: number;
  isSet: boolean;
  /** Used for more than to look up and set elements. */
  spoilt: boolean;
}

/** The largest set that the code from `entries` on treats alike; undefined if there is none. */
export function findAlike(program: Program, entries: readonly Entry[]): Alike | undefined {
  return new Reader(program).read(entries);
}

const LOCKING = new Set(["is_locked", "trylock"]);

class Reader {
  private readonly program: Program;
  private readonly parents: number[] = [];
  private readonly classes: (Class | undefined)[] = [];
  private readonly slots = new Map<string, number>();
  private readonly globals = new Map<number, number>();
  private readonly returns = new Map<number, number>();
  private readonly lists = new Map<number, ListUse>();
  private readonly readVariables = new Set<number>();
  // Scratch registers: by register, the values that it may hold where the code being read stands. And what they may hold where a jump
  // leads.
  private registers = new Map<number, readonly number[]>();
  private readonly arriving = new Map<number, Map<number, readonly number[]>>();
  /** By value: the list variable that it is. */
  private readonly listOf = new Map<number, number>();
  private functionAt: ReadonlyMap<number, number> = new Map();

  constructor(program: Program) {
    this.program = program;
  }

  read(entries: readonly Entry[]): Alike | undefined {
    const { program } = this;
    const properties = program.properties.map(({ entry }) => ({ function: -1, pc: entry }));
    this.functionAt = reachable(program, [...entries, ...properties]);
    const order = [...this.functionAt.keys()].sort((a, b) => a - b);
    if (!order.some((pc) => program.code[pc] === Op.choose)) return undefined;
    // Twice, so that what a loop brings back to its head is known there.
    for (let round = 0; round < 2; round++) {
      let fallsTo = -1;
      for (const pc of order) {
        const arriving = this.arriving.get(pc);
        if (fallsTo !== pc) this.registers = new Map(arriving);
        else if (arriving !== undefined) this.registers = joined(this.registers, arriving);
        this.instruction(pc, this.functionAt.get(pc) ?? -1);
        fallsTo = goesOn(program.code[pc] as number) ? pc + sizeOf(program.code[pc] as number) : -1;
      }
    }
    return this.largest();
  }

  // ----------------------------------------------------------------------------------------------------- classes

  private fresh(): number {
    const value = this.parents.length;
    this.parents.push(value);
    this.classes.push({ sources: [], constants: new Set(), locked: false, spoilt: false, kept: false });
    return value;
  }
  private root(value: number): number {
    let at = value;
    while (this.parents[at] !== at) at = this.parents[at] as number;
    return at;
  }
  private classOf(value: number): Class {
    return this.classes[this.root(value)] as Class;
  }
  private unite(a: number, b: number): void {
    const [to, from] = [this.root(a), this.root(b)];
    if (to === from) return;
    const kept = this.classes[to] as Class;
    const lost = this.classes[from] as Class;
    this.parents[from] = to;
    this.classes[from] = undefined;
    kept.sources.push(...lost.sources);
    for (const constant of lost.constants) kept.constants.add(constant);
    kept.locked ||= lost.locked;
    kept.spoilt ||= lost.spoilt;
    kept.kept ||= lost.kept;
  }
  private named<K>(names: Map<K, number>, name: K): number {
    let value = names.get(name);
    if (value === undefined) {
      value = this.fresh();
      names.set(name, value);
    }
    return value;
  }
  private slot(fn: number, slot: number): number {
    const value = this.named(this.slots, `${fn} ${slot}`);
    this.classOf(value).kept = true;
    return value;
  }
  private list(variable: number): ListUse {
    let use = this.lists.get(variable);
    if (use === undefined) {
      use = { indexes: [], element: this.fresh(), isSet: false, spoilt: false };
      this.lists.set(variable, use);
    }
    return use;
  }

  /** The values that register operand `r` may hold; a constant is noted in a class of its own. */
  private values(fn: number, r: number): readonly number[] {
    if (r >= 0) return [this.slot(fn, r)];
    const index = ~r;
    if (index < SCRATCH) return this.registers.get(index) ?? [];
    const value = this.fresh();
    this.classOf(value).constants.add(this.program.constants[index - SCRATCH] ?? 0);
    return [value];
  }
  /** They may be one another. */
  private uniteAll(values: readonly number[]): number {
    const [first] = values;
    if (first === undefined) return this.fresh();
    for (const value of values) this.unite(first, value);
    // A list that something else may stand for is not looked into any further.
    if (values.length > 1) for (const value of values) this.spoilList(value);
    return first;
  }
  private define(fn: number, d: number, value: number): void {
    if (d < 0) this.registers.set(~d, [value]);
    else {
      this.spoilList(value);
      this.unite(this.slot(fn, d), value);
    }
  }
  private spoilList(value: number): void {
    const variable = this.listOf.get(value);
    if (variable !== undefined) this.list(variable).spoilt = true;
  }
  private spoil(values: readonly number[]): void {
    for (const value of values) {
      this.classOf(value).spoilt = true;
      this.spoilList(value);
    }
  }
  private spoilRun(at: number, count: number): void {
    for (let i = 0; i < count; i++) this.spoil(this.registers.get(at + i) ?? []);
  }

  // ------------------------------------------------------------------------------------------------ instructions

  private instruction(pc: number, fn: number): void {
    const { program } = this;
    const { code } = program;
    const at = (i: number): number => code[pc + i] as number;
    const op = at(0);
    switch (op) {
      case Op.statement:
        break;
      case Op.move:
        if (at(1) >= 0 && ~at(2) >= SCRATCH && this.isDeadStore(pc)) break;
        this.define(fn, at(1), this.uniteAll(this.values(fn, at(2))));
        break;
      case Op.choose:
        this.choose(pc, fn);
        break;
      case Op.equal:
      case Op.notEqual: {
        this.uniteAll([...this.values(fn, at(2)), ...this.values(fn, at(3))]);
        this.define(fn, at(1), this.fresh());
        break;
      }
      case Op.jumpIfEqual:
      case Op.jumpIfNotEqual:
        this.uniteAll([...this.values(fn, at(1)), ...this.values(fn, at(2))]);
        break;
      case Op.getGlobal:
        this.getGlobal(fn, at(1), at(2));
        break;
      case Op.setGlobal:
        this.unite(this.global(at(1)), this.uniteAll(this.values(fn, at(2))));
        if (program.variables[at(1)]?.kind !== "var") this.list(at(1)).spoilt = true;
        break;
      case Op.getIndex:
        this.define(fn, at(1), this.element(fn, at(2), at(3), false));
        break;
      case Op.setIndex:
        this.unite(this.element(fn, at(1), at(2), true), this.uniteAll(this.values(fn, at(3))));
        break;
      case Op.lock:
      case Op.unlock:
        this.useLock(this.values(fn, at(1)));
        break;
      case Op.primitive:
        this.primitive(fn, pc);
        break;
      case Op.call:
        this.call(fn, [at(1)], at(2), at(3), at(4));
        break;
      case Op.callSlot:
        this.call(fn, [program.functionTable[at(1)] ?? -1], at(2), at(3), at(4));
        break;
      case Op.callBack: {
        this.spoil(this.values(fn, at(2)));
        const name = program.fieldNames[at(1)] ?? "";
        this.call(
          fn,
          program.drivers.flatMap(({ callbacks }) => callbacks[name] ?? []),
          at(3),
          at(4),
          at(5),
        );
        break;
      }
      case Op.return:
        this.unite(this.named(this.returns, fn), this.uniteAll(this.values(fn, at(1))));
        break;
      case Op.newStruct:
        this.spoilRun(at(3), program.structs[at(2)]?.fields.length ?? 0);
        this.define(fn, at(1), this.fresh());
        break;
      case Op.emit:
        this.spoilRun(at(2), at(3));
        break;
      case Op.spawn:
        this.spoilRun(at(3), at(4));
        break;
      default:
        this.other(pc, fn);
    }
    const target = layoutOf(op).indexOf("T");
    if (target >= 0) {
      const to = at(1 + target);
      this.arriving.set(to, joined(this.arriving.get(to) ?? new Map(), this.registers));
    }
  }
  /** An instruction that may do anything with what it reads. */
  private other(pc: number, fn: number): void {
    const { code } = this.program;
    const layout = layoutOf(code[pc] as number);
    for (const i of addressed(layout, "r")) this.spoil(this.values(fn, code[pc + 1 + i] as number));
    for (const i of addressed(layout, "d")) this.define(fn, code[pc + 1 + i] as number, this.fresh());
  }
  /** Whether what a `move` stores is read by nobody: the slot is dead at the statement behind it. */
  private isDeadStore(pc: number): boolean {
    const { code, dead } = this.program;
    const next = pc + sizeOf(Op.move);
    if (code[next] !== Op.statement) return false;
    for (let i = code[next + 3] as number; (dead[i] as number) >= 0; i++) if (dead[i] === code[pc + 1]) return true;
    return false;
  }
  private choose(pc: number, fn: number): void {
    const { code, constants } = this.program;
    const [from, to] = [code[pc + 2] as number, code[pc + 3] as number];
    const value = this.fresh();
    const isConstant = (r: number): boolean => ~r >= SCRATCH;
    const size = isConstant(to) ? (constants[~to - SCRATCH] ?? 0) : 0;
    if (isConstant(from) && constants[~from - SCRATCH] === 0 && size > 1) {
      this.classOf(value).sources.push({ size, pc });
    } else {
      this.spoil([value, ...this.values(fn, from), ...this.values(fn, to)]);
    }
    this.define(fn, code[pc + 1] as number, value);
  }
  private global(variable: number): number {
    const value = this.named(this.globals, variable);
    this.classOf(value).kept = true;
    return value;
  }
  private getGlobal(fn: number, d: number, variable: number): void {
    const kind = this.program.variables[variable]?.kind;
    this.readVariables.add(variable);
    if (kind !== "list" || d >= 0) {
      const value = this.global(variable);
      if (kind === "list") this.list(variable).spoilt = true;
      this.define(fn, d, value);
      return;
    }
    const value = this.fresh();
    this.listOf.set(value, variable);
    this.define(fn, d, value);
  }
  /** The value that stands for the elements of the list in register `list`, which is looked up by register `index`. */
  private element(fn: number, list: number, index: number, isSet: boolean): number {
    const indexes = this.values(fn, index);
    const [value, ...others] = this.values(fn, list);
    const variable = value === undefined || others.length > 0 ? undefined : this.listOf.get(value);
    if (variable === undefined) {
      this.spoil(indexes);
      this.spoil(this.values(fn, list));
      return this.fresh();
    }
    const use = this.list(variable);
    use.indexes.push(this.uniteAll(indexes));
    use.isSet ||= isSet;
    return use.element;
  }
  private useLock(values: readonly number[]): void {
    for (const value of values) {
      this.classOf(value).locked = true;
      this.spoilList(value);
    }
  }
  private primitive(fn: number, pc: number): void {
    const { code } = this.program;
    const primitive = primitives[code[pc + 1] as number];
    const args = code[pc + 3] as number;
    const isLocking = primitive !== undefined && LOCKING.has(primitive.name);
    if (isLocking) this.useLock(this.registers.get(args) ?? []);
    else this.spoilRun(args, primitive?.params.length ?? SCRATCH);
    this.define(fn, code[pc + 2] as number, this.fresh());
  }
  private call(fn: number, callees: readonly number[], args: number, count: number, d: number): void {
    const results: number[] = [];
    for (const callee of callees) {
      const params = this.program.functions[callee]?.params ?? 0;
      for (let i = 0; i < Math.min(count, params); i++) {
        const values = this.registers.get(args + i) ?? [];
        for (const value of values) this.spoilList(value);
        this.unite(this.slot(callee, i), this.uniteAll(values));
      }
      results.push(this.named(this.returns, callee));
    }
    this.define(fn, d, this.uniteAll(results));
  }

  // ----------------------------------------------------------------------------------------------------- verdict

  private largest(): Alike | undefined {
    let found: Alike | undefined;
    const roots = new Set(this.parents.map((_, value) => this.root(value)));
    for (const root of roots) {
      const alike = this.alike(root);
      if (alike !== undefined && alike.size > (found?.size ?? 0)) found = alike;
    }
    return found;
  }
  private alike(root: number): Alike | undefined {
    const { sources, constants, locked, spoilt } = this.classOf(root);
    const size = sources[0]?.size ?? 0;
    if (size === 0 || locked || spoilt || sources.some((source) => source.size !== size)) return undefined;
    for (const constant of constants)
      if (constant >= 0 && constant < size && Number.isInteger(constant)) return undefined;
    const lists: number[] = [];
    const lockLists: number[] = [];
    for (const [variable, use] of this.lists) {
      if (!use.indexes.some((index) => this.root(index) === root)) continue;
      if (use.spoilt || use.indexes.some((index) => this.root(index) !== root)) return undefined;
      const element = this.classOf(use.element);
      if (this.root(use.element) === root) return undefined;
      lists.push(variable);
      if (!element.locked) continue;
      if (use.isSet || element.kept || element.spoilt) return undefined;
      lockLists.push(variable);
    }
    const slots = new Map<number, number[]>();
    for (const [name, value] of this.slots) {
      if (this.root(value) !== root) continue;
      const [fn, slot] = name.split(" ").map(Number);
      slots.set(fn ?? -1, [...(slots.get(fn ?? -1) ?? []), slot ?? -1]);
    }
    const variables = [...this.globals].flatMap(([variable, value]) => (this.root(value) === root ? [variable] : []));
    const choices = new Set(sources.map(({ pc }) => pc));
    return { size, choices, lists, lockLists, variables, slots, read: this.readVariables };
  }
}

function joined(
  a: ReadonlyMap<number, readonly number[]>,
  b: ReadonlyMap<number, readonly number[]>,
): Map<number, readonly number[]> {
  const both = new Map(a);
  for (const [register, values] of b) both.set(register, [...new Set([...(both.get(register) ?? []), ...values])]);
  return both;
}
