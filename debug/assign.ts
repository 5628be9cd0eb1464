/**
 * Changes of the state by hand: what-ifs that become part of the history. Each is a step of its own, which is undone by stepping
 * back like any other; what history had after it is forgotten.
 */
import { parseExpression } from "../language/syntax/parser.ts";
import {
  EntryFlag,
  EntryKind,
  flagsOf,
  kindOf,
  makeEntry,
  NO_ENTRY,
  pfnOf,
  targetsFolio,
} from "../sim-core/store/entry.ts";
import type { Value } from "../sim-core/store/value.ts";
import { isInteger, NONE, Tag, tagOf, truthy } from "../sim-core/store/value.ts";
import { ModelError } from "../sim-core/vm/model-error.ts";
import type { Data, DataReader } from "./data.ts";
import type { EvaluationFrame } from "./evaluate.ts";
import { RequestError } from "./request.ts";
import type { Session } from "./session.ts";

/** Flags of entries that can be set by hand. */
const settableFlags = new Map<string, number>([
  ["writable", EntryFlag.writable],
  ["dirty", EntryFlag.dirty],
  ["young", EntryFlag.young],
  ["atomic", EntryFlag.atomic],
]);

/** A change that can be made: it writes, or throws. */
type Write = () => void;

export class Assigner {
  private readonly session: Session;
  private readonly reader: DataReader;

  constructor(session: Session) {
    this.session = session;
    this.reader = session.data;
  }

  private get machine() {
    return this.session.simulation.machine;
  }

  /**
   * Sets what an expression names to what another one says, both in a frame. Returns the memory that was written, if it was some.
   * @throws RequestError if it cannot be set
   */
  setExpression(text: string, value: string, frame: EvaluationFrame | undefined): Data | undefined {
    const memory = this.reader.memoryOf({ kind: "expression", text });
    if (memory !== undefined) {
      this.setMemory(memory.process, memory.start, [this.valueOf(value, frame)]);
      return memory;
    }
    const fact = this.factWrite(text, this.valueOf(value, frame));
    if (fact !== undefined) {
      this.make(text, { kind: "expression", text }, fact);
      return undefined;
    }
    const data = this.reader.ofExpression(text, frame);
    if (data === undefined || data.kind === "expression")
      throw new RequestError(`'${text}' is not something that can be set.`);
    this.setData(data, value, frame);
    return undefined;
  }

  /** Sets a datum to what an expression says in a frame. @throws RequestError if it cannot be set */
  setData(data: Data, value: string, frame: EvaluationFrame | undefined): void {
    const to = this.valueOf(value, frame);
    const { vm } = this.session.simulation;
    switch (data.kind) {
      case "expression":
        this.setExpression(data.text, value, frame);
        return;
      case "range":
        this.setMemory(data.process, data.start, [to]);
        return;
      case "lock":
        throw new RequestError("A lock cannot be set by hand: what its holder does afterwards would mean nothing.");
      case "local":
        if (!this.reader.exists(data)) throw new RequestError(`${data.name} is no more: its function has returned.`);
        this.make(data.name, data, () => vm.frameCells.set(data.base + data.slot, to));
        return;
      case "variable":
        this.make(data.name, data, () => vm.variables.setScenario(data.slot, to));
        return;
      case "element":
        this.make(data.name, data, () => this.machine.heap.set(data.of, data.index, to));
        return;
      case "field": {
        const field = vm.program.fieldNames.indexOf(data.field);
        this.make(data.name, data, () => vm.fields.set(vm, data.of, field, to));
      }
    }
  }

  /** Writes words into the memory of a process as it is mapped now. @throws RequestError where nothing is mapped */
  setMemory(process: number, address: number, words: readonly Value[]): void {
    const { machine } = this;
    const data: Data = { kind: "range", process, start: address, end: address + 8 * words.length };
    this.make(this.reader.name(data), data, () => {
      words.forEach((word, i) => {
        if (!isInteger(word)) throw new RequestError("Memory holds numbers.");
        const at = address + 8 * i;
        const entry = machine.pageTables.translation(process, machine.vpn(at));
        if (!targetsFolio(entry))
          throw new RequestError(`No page is mapped at 0x${at.toString(16)}: there is nothing to write to.`);
        machine.storeWord(machine.folios.contentsOf(pfnOf(entry)), (at % machine.pageSize) / 8, word);
      });
    });
  }

  /** A change of an entry or folio of a place: `pte(buf[0]).writable`, `mirror(gpu0, buf[0]).valid`, `folio(buf[0]).dirty`. */
  private factWrite(text: string, to: Value): Write | undefined {
    const { node } = parseExpression(text);
    if (node?.kind !== "member" || node.object.kind !== "call" || node.object.callee.kind !== "name") return undefined;
    const call = node.object;
    const fact = node.object.callee.text;
    const field = node.member.text;
    const last = call.args.at(-1)?.value;
    if (last === undefined) return undefined;
    if (fact === "folio") {
      const folio = this.valueOf(text.slice(call.start, call.end), undefined);
      if (tagOf(folio) !== Tag.folio) throw new RequestError("There is no folio here.");
      const { vm } = this.session.simulation;
      return () => vm.fields.set(vm, folio, vm.program.fieldNames.indexOf(field), to);
    }
    if (fact !== "pte" && fact !== "mirror") return undefined;
    const at = this.reader.address(text.slice(last.start, last.end));
    if (at === undefined) throw new RequestError("This place is not known: its page must be a number.");
    const vpn = this.machine.vpn(at.start);
    if (fact === "pte") return () => this.setEntry(at.process, vpn, field, to);
    const device = this.machine.description.devices.findIndex(
      (d) => d.name === text.slice(call.args[0]?.value.start, call.args[0]?.value.end),
    );
    if (device < 0) throw new RequestError("This device is not known.");
    return () => this.setMirror(this.machine.devices.contextId(device, at.process), vpn, field, to);
  }
  private setEntry(process: number, vpn: number, field: string, to: Value): void {
    const { pageTables } = this.machine;
    const entry = pageTables.translation(process, vpn);
    if (kindOf(entry) === EntryKind.none) throw new RequestError("There is no entry here that could be changed.");
    pageTables.setFlags(process, vpn, entry, withFlag(entry, field, to));
  }
  private setMirror(context: number, vpn: number, field: string, to: Value): void {
    const { mirrors } = this.machine;
    const entry = mirrors.get(context, vpn);
    if (kindOf(entry) === EntryKind.none) throw new RequestError("The device has no entry here that could be changed.");
    if (field === "valid" && !truthy(to)) mirrors.clear(context, vpn, vpn + 1);
    else mirrors.set(context, vpn, makeEntry(kindOf(entry), pfnOf(entry), withFlag(entry, field, to)));
  }

  private valueOf(text: string, frame: EvaluationFrame | undefined): Value {
    const result = this.session.evaluate(text, frame, true);
    if (!result.ok) throw new RequestError(`${text}: ${result.problems[0]?.message ?? "this has no value"}`);
    return result.value;
  }

  /** Makes a change, as a step of the history that says what it was. */
  private make(name: string, data: Data, write: Write): void {
    const { reader, session } = this;
    const { timeline } = session;
    const thread = session.stop.thread ?? 0;
    const before = reader.text(data, reader.read(data));
    let after = "";
    try {
      session.simulation.store.trial(() => {
        write();
        after = reader.text(data, reader.read(data));
      });
      timeline.intervene(thread, `${name}: ${before} → ${after}`, write);
    } catch (error) {
      if (error instanceof ModelError) throw new RequestError(error.message);
      throw error;
    }
    session.standHere();
  }
}

function withFlag(entry: Value, field: string, to: Value): number {
  const flag = settableFlags.get(field);
  if (flag === undefined || entry === NO_ENTRY || to === NONE) {
    const names = [...settableFlags.keys()].join(", ");
    throw new RequestError(
      `'${field}' of an entry cannot be set by hand: ${names} can. For more, try a statement of the language.`,
    );
  }
  return truthy(to) ? flagsOf(entry) | flag : flagsOf(entry) & ~flag;
}

/** A word as bytes, little-endian; a value that is no number has none. */
export function bytesOfWord(word: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt.asIntN(64, word), true);
  return bytes;
}
