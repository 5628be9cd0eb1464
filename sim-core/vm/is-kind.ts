/** `x is WORD`: which kind of value a value is. */
import { EntryKind, kindOf } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { isInteger, NONE, payloadOf, Tag, tagOf } from "../store/value.ts";
import { ERROR_NAMES } from "../store/words.ts";
import { IsKind } from "./op.ts";

/** Tag of each kind that is simply a tag. */
const tags: Readonly<Record<number, number>> = {
  [IsKind.process]: Tag.process,
  [IsKind.vma]: Tag.vma,
  [IsKind.folio]: Tag.folio,
  [IsKind.map]: Tag.struct,
  [IsKind.thread]: Tag.thread,
  [IsKind.device]: Tag.device,
  [IsKind.context]: Tag.context,
  [IsKind.subscription]: Tag.subscription,
  [IsKind.lock]: Tag.lock,
  [IsKind.entry]: Tag.entry,
  [IsKind.list]: Tag.list,
  [IsKind.node]: Tag.node,
};

/** Whether `value` is of kind `kind` (see `IsKind`). VM_FAULT_RETRY, _FALLBACK and _NOPAGE are no errors. */
export function isKind(value: Value, kind: number): boolean {
  switch (kind) {
    case IsKind.error:
      return isError(value);
    case IsKind.none:
      return value === NONE || (tagOf(value) === Tag.entry && kindOf(value) === EntryKind.none);
    case IsKind.number:
      return isInteger(value);
    case IsKind.word:
      return tagOf(value) === Tag.symbol && value !== NONE;
    case IsKind.signal:
      return isError(value) && (ERROR_NAMES[payloadOf(value)] ?? "").startsWith("SIG");
    default:
      return tagOf(value) === tags[kind];
  }
}

/** An errno, a signal, or a failed fault. */
export function isError(value: Value): boolean {
  if (tagOf(value) !== Tag.error) return false;
  const name = ERROR_NAMES[payloadOf(value)];
  return name !== "VM_FAULT_RETRY" && name !== "VM_FAULT_FALLBACK" && name !== "VM_FAULT_NOPAGE";
}
