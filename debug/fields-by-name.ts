/** Fields of handles and structs, and variables of drivers, by their names: also of those that no code of the program spells so. */
import type { Field } from "../sim-core/machine/fields.ts";
import { fields as machineFields } from "../sim-core/machine/fields.ts";
import type { Value } from "../sim-core/store/value.ts";
import { payloadOf, Tag, tagOf } from "../sim-core/store/value.ts";
import type { VM } from "../sim-core/vm/vm.ts";

/** A field's value. @throws ModelError if there is no such field */
export function readField(vm: VM, of: Value, name: string): Value {
  const field = fieldOf(of, name);
  if (field !== undefined) return field.get(vm, payloadOf(of));
  const slot = slotOf(vm, of, name);
  if (slot >= 0) return vm.variables.get(vm, of, slot);
  return vm.fields.get(vm, of, vm.program.fieldNames.indexOf(name));
}
/** Sets a field. @throws ModelError if it cannot be set */
export function setField(vm: VM, of: Value, name: string, to: Value): void {
  if (!isSettable(vm, of, name)) vm.fail(`field '${name}' of ${vm.describe(of)} cannot be set`);
  const field = fieldOf(of, name);
  const slot = slotOf(vm, of, name);
  if (field?.set !== undefined) field.set(vm, payloadOf(of), to);
  else if (slot >= 0) vm.variables.set(vm, of, slot, to);
  else vm.fields.set(vm, of, vm.program.fieldNames.indexOf(name), to);
}
/** Whether a field can be set. */
export function isSettable(vm: VM, of: Value, name: string): boolean {
  const field = fieldOf(of, name);
  if (field !== undefined) return field.set !== undefined;
  const slot = slotOf(vm, of, name);
  if (slot >= 0) return vm.variables.driverOf(of)?.variables[slot]?.kind === "var";
  return tagOf(of) === Tag.struct;
}

function fieldOf(of: Value, name: string): Field | undefined {
  const tag = tagOf(of);
  return machineFields.find((field) => field.tag === tag && field.name === name);
}
/** A variable of the driver of a context or device; -1 if it has none of that name. */
function slotOf(vm: VM, of: Value, name: string): number {
  const tag = tagOf(of);
  return tag === Tag.context || tag === Tag.device ? vm.variables.find(of, name) : -1;
}
