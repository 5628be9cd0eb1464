/**
 * Changes of the state by hand: what-ifs that become part of the history. Each is a step of its own, which is undone by stepping
 * back like any other; what history had after it is forgotten.
 */
import { parseExpression } from "../language/syntax/parser.ts";
import { fields as machineFields } from "../sim-core/machine/fields.ts";
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
import { placeText } from "./events.ts";
import { isSettable, setField } from "./fields-by-name.ts";
import { injectedFault, siteNamed } from "./injected.ts";
import { RequestError } from "./request.ts";
import type { Session } from "./session.ts";
import type { Intervention } from "./timeline.ts";

/** Flags of entries that can be set by hand. */
const settableFlags = new Map<string, number>([
  ["writable", EntryFlag.writable],
  ["dirty", EntryFlag.dirty],
  ["young", EntryFlag.young],
  ["atomic", EntryFlag.atomic],
]);

/** The words of a place, by address. */
interface WordsOfPlace {
  readonly process: number;
  readonly start: number;
  readonly words: readonly number[];
}

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
  setExpression(typed: string, value: string, frame: EvaluationFrame | undefined): Data | undefined {
    const site = /^\s*inject\s+(\w+)\s*$/.exec(typed)?.[1];
    if (site !== undefined) {
      this.setInjected({ kind: "injected", site }, value);
      return undefined;
    }
    const text = this.session.evaluator.spelled(typed, frame);
    const place = this.placeOf(text);
    if (place !== undefined) {
      this.setWords(text, place, this.valueOf(value, frame));
      const { process, start } = place;
      const [last = start] = place.words.slice(-1);
      return { kind: "range", process, start, end: last + 8 };
    }
    const fact = this.factWrite(text, this.valueOf(value, frame));
    if (fact !== undefined) {
      this.make(text, { kind: "expression", text }, fact, this.pageOf(text));
      return undefined;
    }
    const data = this.reader.ofExpression(text, frame);
    if (data === undefined || data.kind === "expression") {
      const { evaluator } = this.session;
      const [problem] = evaluator.problems(text, evaluator.placeOf(frame), true);
      throw new RequestError(problem?.message ?? `'${text}' is not something that can be set.`);
    }
    this.setData(data, value, frame);
    return undefined;
  }

  /** Sets a datum to what an expression says in a frame. @throws RequestError if it cannot be set */
  setData(data: Data, value: string, frame: EvaluationFrame | undefined): void {
    if (data.kind === "injected") {
      this.setInjected(data, value);
      return;
    }
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
      case "field":
        this.make(data.name, data, () => setField(vm, data.of, data.field, to));
    }
  }

  /** Whether something can be set: whether it is there at this moment is not asked. */
  canSet(data: Data): boolean {
    switch (data.kind) {
      case "lock":
      case "expressions":
        return false;
      case "field":
        return isSettable(this.session.simulation.vm, data.of, data.field);
      case "expression":
        return this.placeOf(data.text) !== undefined || this.isSettableFact(data.text);
      default:
        return true;
    }
  }
  private isSettableFact(text: string): boolean {
    const [, fact = "", field = ""] = /^\s*(\w+)\s*\(.*\)\s*\.\s*(\w+)\s*$/s.exec(text) ?? [];
    if (fact === "pte") return settableFlags.has(field) && field !== "atomic";
    if (fact === "mirror") return settableFlags.has(field) || field === "valid";
    return (
      fact === "folio" && machineFields.some((f) => f.tag === Tag.folio && f.name === field && f.set !== undefined)
    );
  }

  /** Sets what is to happen to an operation from now on: `none`, `fail times 1`. */
  private setInjected(data: Extract<Data, { kind: "injected" }>, value: string): void {
    const { injection } = this.machine;
    const site = siteNamed(data.site);
    if (site === undefined) throw new RequestError(`No fault can be injected into '${data.site}'.`);
    const fault = injectedFault(this.machine, value);
    this.make(this.reader.name(data), data, () => {
      injection.cancel(site);
      if (fault !== undefined) injection.add(site, fault.device, fault.mode, fault.times, fault.after);
    });
  }
  /** Writes words into the memory of a process as it is mapped now. @throws RequestError where nothing is mapped */
  setMemory(process: number, address: number, words: readonly Value[]): void {
    const data: Data = { kind: "range", process, start: address, end: address + 8 * words.length };
    const write = (): void => {
      for (const [i, word] of words.entries()) this.store(process, address + 8 * i, word);
    };
    this.make(this.reader.name(data), data, write, data);
  }
  /** Writes a word into each page of a place, as a statement of the language does. @throws RequestError where nothing is mapped */
  private setWords(text: string, { process, words }: WordsOfPlace, value: Value): void {
    const [start = 0] = words;
    const data: Data = { kind: "range", process, start, end: start + 8 };
    const name = words.length === 1 ? text : `${text} (${words.length} pages, the first word)`;
    const about = { process, start, end: (words.at(-1) ?? start) + 8 };
    const write = (): void => {
      for (const at of words) this.store(process, at, value);
    };
    this.make(name, data, write, about);
  }
  private store(process: number, at: number, word: Value): void {
    const { machine } = this;
    if (!isInteger(word)) throw new RequestError("Memory holds numbers.");
    const entry = machine.pageTables.translation(process, machine.vpn(at));
    if (!targetsFolio(entry)) {
      const place = placeText(machine, process, at, at + 8);
      throw new RequestError(`No page is mapped at ${place}, 0x${at.toString(16)}: there is nothing to write to.`);
    }
    machine.storeWord(machine.folios.contentsOf(pfnOf(entry)), (at % machine.pageSize) / 8, word);
  }
  /** The words that a place (`buf[0..2] + 8`), or what is stored there (`value(buf)`), stands for: one a page. */
  private placeOf(text: string): WordsOfPlace | undefined {
    const { pageSize } = this.machine;
    const inner = /^\s*value\s*\((.*)\)\s*$/s.exec(text)?.[1] ?? text;
    const at = this.reader.address(inner);
    if (at === undefined) return undefined;
    const pages = Math.max(1, Math.ceil(at.bytes / pageSize));
    return { ...at, words: Array.from({ length: pages }, (_, i) => at.start + i * pageSize) };
  }
  /** The page that `pte(P).writable` and the like are about. */
  private pageOf(text: string): { readonly process: number; readonly start: number; readonly end: number } | undefined {
    const { pageSize } = this.machine;
    const place = /^[^(]*\((?:\s*\w+\s*,)?(.*)\)/s.exec(text)?.[1];
    const at = place === undefined ? undefined : this.reader.address(place);
    return at === undefined ? undefined : { process: at.process, start: at.start, end: at.start + pageSize };
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
      return () => setField(vm, folio, field, to);
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
  private make(name: string, data: Data, write: Write, about?: Intervention["about"]): void {
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
      timeline.intervene(thread, `${name}: ${before} → ${after}`, write, about);
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
