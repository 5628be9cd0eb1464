/** The memory of processes as clients see it: references to addresses, and bytes as base64. */
import { describeProcess } from "../sim-core/machine/describe.ts";
import { observePage } from "../sim-core/machine/observe.ts";
import type { Value } from "../sim-core/store/value.ts";
import { fromBigInt, toBigInt } from "../sim-core/store/value.ts";
import { bytesOfWord } from "./assign.ts";
import { RequestError } from "./request.ts";
import type { Session } from "./session.ts";

/** Most bytes in one answer. */
export const READ_LIMIT = 2 ** 16;
/** Most bytes that are written at once. */
const WRITE_LIMIT = 2 ** 16;

/** A reference to an address of a process. */
export function memoryReference(process: number, address: number): string {
  return `${process}:0x${address.toString(16)}`;
}
/** What a reference refers to. @throws RequestError */
export function referredTo(
  session: Session,
  reference: string,
): { readonly process: number; readonly address: number } {
  const match = /^(?:(\d{1,5}):)?(0x[0-9a-f]{1,16}|\d{1,16})$/i.exec(reference.trim());
  const process = Number(match?.[1] ?? 0);
  const address = Number(match?.[2] ?? Number.NaN);
  const { processes } = session.simulation.machine.description;
  if (match === null || processes[process] === undefined || address >= 2 ** 48) {
    throw new RequestError(`'${reference.slice(0, 80)}' is no reference to memory.`);
  }
  return { process, address };
}

/** The bytes from an address on, as far as memory is mapped without a gap; and how many could not be read. */
export function readBytes(
  session: Session,
  process: number,
  address: number,
  count: number,
): { readonly bytes: Uint8Array; readonly unreadable: number } {
  const { machine } = session.simulation;
  const wanted = Math.min(count, READ_LIMIT);
  const bytes = new Uint8Array(wanted);
  let at = 0;
  while (at < wanted) {
    const offset = (address + at) % 8;
    const word = wordAt(session, process, address + at - offset);
    if (word === undefined) break;
    const part = bytesOfWord(word).subarray(offset, offset + wanted - at);
    bytes.set(part, at);
    at += part.length;
  }
  if (at === wanted) return { bytes, unreadable: 0 };
  // How far the gap goes: to the next page at least.
  const gap = machine.pageSize - ((address + at) % machine.pageSize);
  return { bytes: bytes.subarray(0, at), unreadable: Math.min(gap, wanted - at) };
}
function wordAt(session: Session, process: number, address: number): bigint | undefined {
  const { machine } = session.simulation;
  if (address < 0 || describeProcess(machine, process).exists === false) return undefined;
  return toBigInt(observePage(machine, "value", "", process, address));
}

/** The words that a process has after `bytes` are written at an address: the parts of words around them stay. @throws RequestError */
export function wordsWith(
  session: Session,
  process: number,
  address: number,
  bytes: Uint8Array,
): { readonly start: number; readonly words: readonly Value[] } {
  if (bytes.length === 0 || bytes.length > WRITE_LIMIT)
    throw new RequestError(`From 1 to ${WRITE_LIMIT} bytes can be written at once.`);
  const start = address - (address % 8);
  const end = Math.ceil((address + bytes.length) / 8) * 8;
  const all = new Uint8Array(end - start);
  for (let at = start; at < end; at += 8) {
    const word = wordAt(session, process, at);
    if (word === undefined) throw new RequestError(`There is no memory at 0x${at.toString(16)}.`);
    all.set(bytesOfWord(word), at - start);
  }
  all.set(bytes, address - start);
  const view = new DataView(all.buffer);
  return { start, words: Array.from({ length: all.length / 8 }, (_, i) => fromBigInt(view.getBigInt64(8 * i, true))) };
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const left = bytes.length - i;
    const bits = (a << 16) | (b << 8) | c;
    text += alphabet[bits >> 18];
    text += alphabet[(bits >> 12) & 63];
    text += left > 1 ? alphabet[(bits >> 6) & 63] : "=";
    text += left > 2 ? alphabet[bits & 63] : "=";
  }
  return text;
}
/** Bytes out of base64. @throws RequestError for what is none */
export function fromBase64(text: string): Uint8Array {
  const digits = text.replace(/=+$/, "");
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1) throw new RequestError("The data are no base64.");
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let count = 0;
  let at = 0;
  for (const digit of digits) {
    bits = (bits << 6) | alphabet.indexOf(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[at++] = (bits >> count) & 255;
  }
  return bytes;
}
