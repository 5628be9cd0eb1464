/**
 * Finds the statements that touch lists and structs which declared variables keep, however they came to them: `let s = state`
 * and then `s.count += 1`, or a helper that is given `state`. Other threads can see what such a statement does, so it is a
 * point of interleaving, as one that names the variable is.
 *
 * The analysis walks the code until nothing new is learnt. Of each register, field and return value it knows whether a list or
 * struct may be there (`OBJECT`), and whether that may be one that a variable keeps (`KEPT`). Fields go by their names and
 * elements of lists are all one: it errs on the side of more points of interleaving.
 */
import { layoutOf } from "../../sim-core/vm/instructions.ts";
import { Op, StatementFlag } from "../../sim-core/vm/op.ts";
import { primitives } from "../../sim-core/vm/primitives.ts";
import type { DriverInfo, FunctionInfo, ProfileInfo, StructInfo, VariableInfo } from "../../sim-core/vm/program.ts";
import { SCRATCH } from "../../sim-core/vm/program.ts";

const OBJECT = 1;
const KEPT = 2;

/** Primitives that make a list or struct. */
const makers: ReadonlySet<string> = new Set([
  "array",
  "range",
  "notifier_range",
  "rmap",
  "notifiers",
  "mm_notifiers",
  "vmas",
  "device_pages",
]);

/** What the analysis looks at: a builder has it all. */
export interface SharingInput {
  readonly functions: readonly FunctionInfo[];
  readonly structs: readonly StructInfo[];
  readonly drivers: readonly DriverInfo[];
  readonly profiles: readonly ProfileInfo[];
  readonly variables: readonly VariableInfo[];
  readonly fieldNames: readonly string[];
  readonly baseFunctions: readonly number[];
}

/** Marks the statements in `code` that touch what declared variables keep as points of interleaving. */
export function markSharing(code: { [index: number]: number }, input: SharingInput): void {
  const keepsObjects = [...input.variables, ...input.drivers.flatMap((d) => d.variables)].some(
    (v) => v.kind === "list" || v.kind === "table" || (v.kind === "var" && v.option === undefined),
  );
  if (keepsObjects) new Sharing(code, input).run();
}

/** The functions that the call at `pc` may be of, under any profile and driver. */
export function targetsOf(
  code: { readonly [index: number]: number },
  pc: number,
  { baseFunctions, drivers, fieldNames, profiles }: SharingInput,
): number[] {
  const which = code[pc + 1] as number;
  switch (code[pc]) {
    case Op.call:
      return [which];
    case Op.callSlot:
      return inSlot(which, baseFunctions, profiles);
    case Op.callBack:
      return drivers.flatMap((d) => d.callbacks[fieldNames[which] ?? ""] ?? []);
    default:
      return [];
  }
}
function inSlot(slot: number, baseFunctions: readonly number[], profiles: readonly ProfileInfo[]): number[] {
  const found = [baseFunctions[slot] ?? -1];
  for (const profile of profiles) found.push(profile.overrides[slot] ?? -1);
  return found.filter((id) => id >= 0);
}

class Sharing {
  private readonly code: { [index: number]: number };
  private readonly input: SharingInput;
  private readonly slots: Uint8Array[];
  private readonly returns: Uint8Array;
  private readonly fields: Uint8Array;
  private readonly variables = new Map<string, number>();
  private readonly driverVariables: ReadonlySet<string>;
  private readonly scratch = new Uint8Array(SCRATCH);
  private elements = 0;
  private changed = false;
  private statement = -1;

  constructor(code: { [index: number]: number }, input: SharingInput) {
    this.code = code;
    this.input = input;
    this.slots = input.functions.map((f) => new Uint8Array(Math.max(f.slots.length, f.params)));
    this.returns = new Uint8Array(input.functions.length);
    this.fields = new Uint8Array(input.fieldNames.length);
    this.driverVariables = new Set(input.drivers.flatMap((d) => d.variables.map((v) => v.name)));
    for (const v of input.variables) if (v.kind === "list" || v.kind === "table") this.learnVariable(v.name, OBJECT);
    for (const d of input.drivers) {
      for (const v of d.variables)
        if (v.kind === "list" || v.kind === "table") this.learnVariable(`.${v.name}`, OBJECT);
    }
    this.initialValues();
  }

  run(): void {
    do {
      this.changed = false;
      this.input.functions.forEach((info, fn) => {
        this.function(info, fn);
      });
    } while (this.changed);
  }

  /** A variable that begins as a struct keeps one. */
  private initialValues(): void {
    const look = (variable: VariableInfo, name: string): void => {
      if (variable.initial < 0) return;
      for (let pc = variable.initial; this.code[pc] !== Op.done; pc += layoutOf(this.code[pc] as number).length + 1) {
        if (this.code[pc] === Op.newStruct || this.code[pc] === Op.primitive) this.learnVariable(name, OBJECT);
      }
    };
    for (const variable of this.input.variables) look(variable, variable.name);
    for (const driver of this.input.drivers) for (const v of driver.variables) look(v, `.${v.name}`);
  }

  private learnVariable(name: string, bits: number): void {
    const old = this.variables.get(name) ?? 0;
    if ((old | bits) === old) return;
    this.variables.set(name, old | bits);
    this.changed = true;
  }
  /** What reading a place that keeps objects gives, if it may hold any. */
  private kept(bits: number): number {
    return (bits & OBJECT) !== 0 ? OBJECT | KEPT : 0;
  }

  private function(info: FunctionInfo, fn: number): void {
    const { code } = this;
    const owner = this.input.drivers.find((d) => d.name === info.owner);
    this.scratch.fill(0);
    this.statement = -1;
    for (let pc = info.entry; pc < info.end; ) {
      const op = code[pc] as number;
      this.instruction(fn, owner, op, pc);
      pc += layoutOf(op).length + 1;
    }
  }

  private bits(fn: number, register: number): number {
    if (register >= 0) return this.slots[fn]?.[register] ?? 0;
    return ~register < SCRATCH ? (this.scratch[~register] as number) : 0;
  }
  private put(fn: number, register: number, bits: number): void {
    if (register < 0) {
      if (~register < SCRATCH) this.scratch[~register] = (this.scratch[~register] as number) | bits;
      return;
    }
    this.learn(this.slots[fn], register, bits);
  }
  private learn(table: Uint8Array | undefined, at: number, bits: number): void {
    const old = table?.[at];
    if (table === undefined || old === undefined || (old | bits) === old) return;
    table[at] = old | bits;
    this.changed = true;
  }
  private learnElements(bits: number): void {
    this.changed ||= (this.elements | bits) !== this.elements;
    this.elements |= bits;
  }
  /** The statement touches what has `bits`. */
  private touch(bits: number): void {
    if ((bits & KEPT) === 0 || this.statement < 0) return;
    const at = this.statement + 2;
    this.code[at] = (this.code[at] as number) | StatementFlag.shared;
  }

  private call(fn: number, targets: readonly number[], args: number, count: number, into: number): void {
    for (const target of targets) {
      for (let i = 0; i < count; i++) this.learn(this.slots[target], i, this.scratch[args + i] as number);
      this.put(fn, into, this.returns[target] ?? 0);
    }
  }

  private instruction(fn: number, owner: DriverInfo | undefined, op: number, pc: number): void {
    const { code } = this;
    const operand = (i: number): number => code[pc + i] as number;
    switch (op) {
      case Op.statement:
        this.statement = pc;
        this.scratch.fill(0);
        return;
      case Op.move:
        this.put(fn, operand(1), this.bits(fn, operand(2)));
        return;
      case Op.primitive:
        this.primitive(fn, operand(1), operand(2), operand(3));
        return;
      case Op.getField: {
        const object = this.bits(fn, operand(2));
        const bits = this.fields[operand(3)] ?? 0;
        const name = this.input.fieldNames[operand(3)] ?? "";
        this.touch(object);
        this.put(fn, operand(1), (object & KEPT) !== 0 ? this.kept(bits) : bits);
        if (this.driverVariables.has(name)) {
          this.touch(KEPT);
          this.put(fn, operand(1), this.kept(this.variables.get(`.${name}`) ?? 0));
        }
        return;
      }
      case Op.setField: {
        const name = this.input.fieldNames[operand(2)] ?? "";
        this.touch(this.bits(fn, operand(1)));
        this.learn(this.fields, operand(2), this.bits(fn, operand(3)));
        if (!this.driverVariables.has(name)) return;
        this.touch(KEPT);
        this.learnVariable(`.${name}`, this.bits(fn, operand(3)) & OBJECT);
        return;
      }
      case Op.call:
      case Op.callSlot:
        this.call(fn, targetsOf(code, pc, this.input), operand(2), operand(3), operand(4));
        return;
      case Op.callBack:
        this.call(fn, targetsOf(code, pc, this.input), operand(3), operand(4), operand(5));
        return;
      case Op.spawn:
        this.call(
          fn,
          operand(2) === 1 ? inSlot(operand(1), this.input.baseFunctions, this.input.profiles) : [operand(1)],
          operand(3),
          operand(4),
          ~(SCRATCH - 1),
        );
        return;
      case Op.return:
        this.learn(this.returns, fn, this.bits(fn, operand(1)));
        return;
      case Op.getIndex: {
        const list = this.bits(fn, operand(2));
        this.touch(list);
        this.put(fn, operand(1), (list & KEPT) !== 0 ? this.kept(this.elements) : this.elements);
        return;
      }
      case Op.setIndex:
        this.touch(this.bits(fn, operand(1)));
        this.learnElements(this.bits(fn, operand(3)));
        return;
      case Op.getVariable:
        this.put(fn, operand(1), this.kept(this.variables.get(`.${owner?.variables[operand(2)]?.name}`) ?? 0));
        return;
      case Op.setVariable:
        this.learnVariable(`.${owner?.variables[operand(1)]?.name}`, this.bits(fn, operand(2)) & OBJECT);
        return;
      case Op.getGlobal:
        this.put(fn, operand(1), this.kept(this.variables.get(this.input.variables[operand(2)]?.name ?? "") ?? 0));
        return;
      case Op.setGlobal:
        this.learnVariable(this.input.variables[operand(1)]?.name ?? "", this.bits(fn, operand(2)) & OBJECT);
        return;
      case Op.newStruct: {
        const fields = this.input.structs[operand(2)]?.fields ?? [];
        fields.forEach((field, i) => {
          this.learn(this.fields, field, this.scratch[operand(3) + i] as number);
        });
        this.put(fn, operand(1), OBJECT);
        return;
      }
      case Op.copyList: {
        const list = this.bits(fn, operand(2));
        this.touch(list);
        if ((list & KEPT) !== 0) this.learnElements(this.kept(this.elements));
        this.put(fn, operand(1), OBJECT);
        return;
      }
      case Op.emit:
        for (let i = 0; i < operand(3); i++) this.touch(this.scratch[operand(2) + i] as number);
        return;
      default:
    }
  }

  private primitive(fn: number, id: number, into: number, args: number): void {
    const primitive = primitives[id];
    const count = primitive?.params.length ?? 0;
    for (let i = 0; i < count; i++) this.touch(this.scratch[args + i] as number);
    switch (primitive?.name) {
      case "push":
        this.learnElements(this.scratch[args + 1] as number);
        return;
      case "pop":
      case "remove":
        // What a kept list gives away is a copy.
        this.put(fn, into, this.elements);
        return;
      default:
        if (makers.has(primitive?.name ?? "")) this.put(fn, into, OBJECT);
        if (primitive?.name === "rmap") this.learnElements(OBJECT);
    }
  }
}
