/** Values as messages, variables and the panel show them. */
import type { Machine } from "../machine/machine.ts";
import { describeValue as describeMachineValue } from "../machine/names.ts";
import type { Value } from "../store/value.ts";
import { payloadOf, Tag, tagOf } from "../store/value.ts";
import type { Program } from "./program.ts";

/** `value` as text: a number, a word, an error's name, `folio 0x12`, `vm_fault {…}`. */
export function describeValue(machine: Machine, program: Program, value: Value): string {
  switch (tagOf(value)) {
    case Tag.struct:
      return `${program.structs[machine.heap.typeOf(value)]?.name ?? "struct"} {…}`;
    case Tag.list: {
      const length = machine.heap.length(value);
      return length === 1 ? "list of 1" : `list of ${length}`;
    }
    case Tag.table:
      return `table of ${machine.heap.length(value) / 2}`;
    case Tag.member:
      return `${payloadOf(value)}`;
    case Tag.string:
      return JSON.stringify(program.strings[payloadOf(value)] ?? "");
    default:
      return describeMachineValue(machine, program.words, value);
  }
}
