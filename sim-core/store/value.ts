/**
 * What one cell of the state holds: a value of the `.hmm` language in one double.
 *
 * - An integer of the language is a 64-bit word. Those of magnitude below 2^53 are stored as themselves.
 * - Everything else is `payload + tag / 32`: a fraction names the kind, the whole part is the payload (0 <= payload < 2^46).
 *   Two values are equal exactly when their doubles are, whatever they are.
 * - Words of 2^53 and beyond are interned (`wide`): the payload is an index into a table that only grows.
 */

/** The kinds of value that are not plain integers. */
export const Tag = {
  /** `none`, `true`, `false`, and every word (`present`, `MIGRATE`, `read` …); payload: symbol id. */
  symbol: 1,
  /** An errno, a signal or a VM_FAULT code; payload: error id. `ok` is the integer 0. */
  error: 2,
  /** A page-table or device-table entry; payload: see `entry.ts`. */
  entry: 3,
  /** A folio (or page: they are the same for order 0); payload: pfn of its first page. */
  folio: 4,
  /** An address space (the kernel's mm); payload: process id. */
  process: 5,
  /** A mapped range of a process; payload: vma row. */
  vma: 6,
  /** A simulated thread; payload: thread id. */
  thread: 7,
  /** A device; payload: device id. */
  device: 8,
  /** One driver instance: a device working for a process; payload: context id. */
  context: 9,
  /** A notifier subscription; payload: subscription row. */
  subscription: 10,
  /** A lock; payload: see `machine/locks.ts`. */
  lock: 11,
  /** A NUMA node; payload: node id. */
  node: 12,
  /** A list (also `array(n)`); payload: heap object id. */
  list: 13,
  /** A struct; payload: heap object id. */
  struct: 14,
  /** A declared `table`; payload: heap object id. */
  table: 15,
  /** An integer of 2^53 or more in magnitude; payload: index of the interned word. */
  wide: 16,
  /** A string; payload: string id of the program. */
  string: 17,
  /** A CPU; payload: cpu id. */
  cpu: 18,
  /** A region of a scenario as `mmap` takes it; payload: region id of the machine's description. */
  region: 19,
  /** A sleeping DMA copy; payload: fence row. */
  fence: 20,
  /** A notifier's sequence number while exploring; payload: see `machine/sequence-numbers.ts`. */
  sequence: 21,
  /** One of a set that the program treats alike, while exploring; payload: which one. See `members.ts`. */
  member: 22,
} as const;
export type Tag = (typeof Tag)[keyof typeof Tag];

/** A value of the language, as one cell holds it. */
export type Value = number;

/** Builds the value of kind `tag` with `payload` (0 <= payload < 2^46). */
export function box(tag: Tag, payload: number): Value {
  return payload + tag / 32;
}
/** The kind of `value`; 0 for a plain integer. */
export function tagOf(value: Value): number {
  return (value - Math.floor(value)) * 32;
}
/** The payload of a value that is not a plain integer. */
export function payloadOf(value: Value): number {
  return Math.floor(value);
}
/** Whether `value` is a plain (not wide) integer. */
export function isPlainInteger(value: Value): boolean {
  return Math.floor(value) === value;
}

/** Symbols with fixed ids; further words get ids from `FIRST_WORD` up, in the order of the program's word table. */
export const NONE: Value = box(Tag.symbol, 0);
export const FALSE: Value = box(Tag.symbol, 1);
export const TRUE: Value = box(Tag.symbol, 2);
/** The integer 0 is `ok`. */
export const OK: Value = 0;
export function bool(b: boolean): Value {
  return b ? TRUE : FALSE;
}
/** What counts as true in a condition: everything but `none`, `false` and 0. */
export function truthy(value: Value): boolean {
  return value !== NONE && value !== FALSE && value !== 0;
}

/** 64-bit words that do not fit a double exactly. Only grows, so an index means the same word for the process's life. */
const wideWords: bigint[] = [];
const wideIndex = new Map<bigint, number>();

/** The value of a 64-bit word (taken modulo 2^64, signed). */
export function fromBigInt(word: bigint): Value {
  const signed = BigInt.asIntN(64, word);
  if (signed >= -9007199254740991n && signed <= 9007199254740991n) return Number(signed);
  let index = wideIndex.get(signed);
  if (index === undefined) {
    index = wideWords.length;
    wideWords.push(signed);
    wideIndex.set(signed, index);
  }
  return box(Tag.wide, index);
}
/** The 64-bit word of an integer value, signed; undefined for a value that is no integer. */
export function toBigInt(value: Value): bigint | undefined {
  if (isPlainInteger(value)) return BigInt(value);
  if (tagOf(value) === Tag.wide) return wideWords[payloadOf(value)];
  return undefined;
}
/** Whether `value` is an integer, wide or not. */
export function isInteger(value: Value): boolean {
  return isPlainInteger(value) || tagOf(value) === Tag.wide;
}
