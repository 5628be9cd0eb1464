/** Reading the arguments of primitives: each gives what a value stands for, or fails with what was expected. */
import type { Value } from "../../store/value.ts";
import { isPlainInteger, NONE, payloadOf, Tag, tagOf, truthy } from "../../store/value.ts";
import type { Caller } from "../caller.ts";

function wrong(call: Caller, primitive: string, expected: string, value: Value): never {
  return call.fail(`${primitive}: expected ${expected}, got ${call.describe(value)}`);
}

/** The argument at `args[at]`; the compiler puts `none` where an optional one was left out. */
export function argument(args: Float64Array, at: number): Value {
  return args[at] as number;
}

/** Id of a process that exists. */
export function processArgument(call: Caller, primitive: string, value: Value): number {
  if (tagOf(value) !== Tag.process) return wrong(call, primitive, "a process", value);
  return payloadOf(value);
}
/** Frame of a page, or the zero page. */
export function pageArgument(call: Caller, primitive: string, value: Value): number {
  if (tagOf(value) !== Tag.folio) return wrong(call, primitive, "a folio or a page", value);
  return payloadOf(value);
}
/** Frame of the first page of the folio that the argument is, or is a page of. */
export function folioArgument(call: Caller, primitive: string, value: Value): number {
  return call.machine.folios.headOf(pageArgument(call, primitive, value));
}
/** Number of a swap slot. */
export function slotArgument(call: Caller, primitive: string, value: Value): number {
  if (!isPlainInteger(value) || value < 0) return wrong(call, primitive, "a swap slot", value);
  return value;
}
/** Number of a file that exists. */
export function fileArgument(call: Caller, primitive: string, value: Value): number {
  if (!isPlainInteger(value) || call.machine.files.all[value] === undefined)
    return wrong(call, primitive, "a file", value);
  return value;
}
/** Row of a vma that exists. */
export function vmaArgument(call: Caller, primitive: string, value: Value): number {
  if (tagOf(value) !== Tag.vma) return wrong(call, primitive, "a vma", value);
  const vma = payloadOf(value);
  if (!call.machine.vmas.exists(vma)) return call.fail(`${primitive}: this vma was removed`);
  return vma;
}
/** Id of a context. */
export function contextArgument(call: Caller, primitive: string, value: Value): number {
  if (tagOf(value) !== Tag.context) return wrong(call, primitive, "a context (self)", value);
  return payloadOf(value);
}
/** Id of a device; a context stands for its own. */
export function deviceArgument(call: Caller, primitive: string, value: Value): number {
  if (tagOf(value) === Tag.context) return call.machine.devices.deviceOfContext(payloadOf(value));
  if (tagOf(value) !== Tag.device) return wrong(call, primitive, "a device", value);
  return payloadOf(value);
}
/** Row of a subscription that exists. */
export function subscriptionArgument(call: Caller, primitive: string, value: Value): number {
  if (tagOf(value) !== Tag.subscription) return wrong(call, primitive, "a subscription", value);
  const sub = payloadOf(value);
  if (!call.machine.notifiers.exists(sub)) return call.fail(`${primitive}: this notifier was removed`);
  return sub;
}
/** An entry. */
export function entryArgument(call: Caller, primitive: string, value: Value): Value {
  return tagOf(value) === Tag.entry ? value : wrong(call, primitive, "an entry", value);
}
/** A byte address. */
export function addressArgument(call: Caller, primitive: string, value: Value): number {
  if (!isPlainInteger(value) || value < 0 || value > 2 ** 47) return wrong(call, primitive, "an address", value);
  return value;
}
/** A plain integer. */
export function numberArgument(call: Caller, primitive: string, value: Value): number {
  return isPlainInteger(value) ? value : wrong(call, primitive, "a number", value);
}
/** A truth value that may have been left out: then `otherwise`. */
export function flagArgument(value: Value, otherwise: boolean): boolean {
  return value === NONE ? otherwise : truthy(value);
}

/** First page and page behind the last of the bytes [start, end). */
export function pageRange(call: Caller, primitive: string, start: Value, end: Value): readonly [number, number] {
  const first = addressArgument(call, primitive, start);
  const last = addressArgument(call, primitive, end);
  const { pageSize } = call.machine;
  return [Math.floor(first / pageSize), Math.ceil(last / pageSize)];
}
