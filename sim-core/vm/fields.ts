/** `x.name` of model code, for every kind of value. */
import { fields as machineFields } from "../machine/fields.ts";
import type { Machine } from "../machine/machine.ts";
import type { Value } from "../store/value.ts";
import { NONE, payloadOf, Tag, tagOf } from "../store/value.ts";
import type { Program } from "./program.ts";
import type { Variables } from "./variables.ts";
import type { VM } from "./vm.ts";

type MachineField = (typeof machineFields)[number];

export class Fields {
  private readonly machine: Machine;
  private readonly variables: Variables;
  private program: Program;
  /** By tag, then field id. */
  private byTag: (MachineField | undefined)[][] = [];
  /** By struct type and field id, for all types one after another: the position in the object, or -1. */
  private structFields = new Int32Array(0);
  private lengthField = -1;

  constructor(machine: Machine, program: Program, variables: Variables) {
    this.machine = machine;
    this.variables = variables;
    this.program = program;
    this.extend(program);
  }

  extend(program: Program): void {
    this.program = program;
    const ids = new Map(program.fieldNames.map((name, i) => [name, i]));
    this.byTag = [];
    for (const field of machineFields) {
      const id = ids.get(field.name);
      if (id === undefined) continue;
      let row = this.byTag[field.tag];
      if (row === undefined) {
        row = [];
        this.byTag[field.tag] = row;
      }
      row[id] = field;
    }
    this.structFields = new Int32Array(program.structs.length * program.fieldNames.length).fill(-1);
    program.structs.forEach((struct, type) => {
      struct.fields.forEach((field, i) => {
        this.structFields[type * program.fieldNames.length + field] = i;
      });
    });
    this.lengthField = ids.get("length") ?? -1;
  }

  /** The position of field `field` in structs of type `type`, or -1. */
  private position(type: number, field: number): number {
    return this.structFields[type * this.program.fieldNames.length + field] ?? -1;
  }
  /** Where field `field` of struct `id` stands in the heap's `values`; -1 if that cannot be said so simply. */
  cellOf(id: number, field: number): number {
    const { heap } = this.machine;
    const at = this.position(heap.typeOfId(id), field);
    return at < 0 ? -1 : heap.cellOf(id, at);
  }

  /** The value of field `field` of `object`; a field of `none` is `none`. Fails for a field that it cannot have. */
  get(vm: VM, object: Value, field: number): Value {
    const tag = tagOf(object);
    if (tag === Tag.struct) {
      const at = this.position(this.machine.heap.typeOf(object), field);
      if (at >= 0) return this.machine.heap.get(object, at);
      if (this.structName(object) === "") vm.fail("this struct is no more: it ended with the function that made it");
      return vm.fail(`a ${this.structName(object)} has no field '${this.program.fieldNames[field]}'`);
    }
    const found = this.byTag[tag]?.[field];
    if (found !== undefined) return found.get(vm, payloadOf(object));
    if (object === NONE) return NONE;
    if (field === this.lengthField && tag === Tag.list) return this.machine.heap.length(object);
    if (tag === Tag.context || tag === Tag.device) {
      const variable = this.variables.find(object, this.program.fieldNames[field] ?? "");
      if (variable >= 0) return this.variables.get(vm, object, variable);
    }
    return vm.fail(`${vm.describe(object)} has no field '${this.program.fieldNames[field]}'`);
  }

  /** Sets a field of a struct, or one of a handle that may be set. */
  set(vm: VM, object: Value, field: number, value: Value): void {
    const tag = tagOf(object);
    const name = this.program.fieldNames[field] ?? "";
    if (tag === Tag.struct) {
      const at = this.position(this.machine.heap.typeOf(object), field);
      if (at < 0) vm.fail(`a ${this.structName(object)} has no field '${name}'`);
      this.machine.heap.set(object, at, value);
      return;
    }
    const found = this.byTag[tag]?.[field];
    if (found?.set !== undefined) {
      found.set(vm, payloadOf(object), value);
      return;
    }
    if (tag === Tag.context || tag === Tag.device) {
      const variable = this.variables.find(object, name);
      if (variable >= 0) {
        this.variables.set(vm, object, variable, value);
        return;
      }
    }
    vm.fail(`field '${name}' of ${vm.describe(object)} cannot be set`);
  }

  private structName(object: Value): string {
    return this.program.structs[this.machine.heap.typeOf(object)]?.name ?? "struct";
  }
}
