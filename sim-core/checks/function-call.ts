/** A call of a function that rules are about, as the VM tells of it. */
import type { Machine } from "../machine/machine.ts";
import type { Value } from "../store/value.ts";
import { NONE, Tag, tagOf } from "../store/value.ts";

export interface FunctionCall {
  readonly name: string;
  readonly thread: number;
  /** The context or device whose driver's callback it is; `none` for a function of the kernel. */
  readonly self: Value;
  readonly args: readonly Value[];
  /** Field `name` of a struct or handle; `none` if it has no such field. */
  field(object: Value, name: string): Value;
}

/** Argument `i`; `none` if it was not given. */
export function argumentOf(call: FunctionCall, i: number): Value {
  return call.args[i] ?? NONE;
}

/** The elements of a list; none of what is no list. */
export function elementsOf(machine: Machine, list: Value): Value[] {
  if (tagOf(list) !== Tag.list) return [];
  return Array.from({ length: machine.heap.length(list) }, (_, i) => machine.heap.get(list, i));
}
