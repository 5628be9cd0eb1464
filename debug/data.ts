/**
 * Things of the state that can be watched, and some of them set: what an expression says, a local, a field of a handle, the words
 * of a range of addresses, a lock. Each has an id that a client can keep and give back.
 */
import type { ResolvedPlace } from "../language/resolve/model.ts";
import { LockClass, makeLock } from "../sim-core/machine/locks.ts";
import { processName, threadName } from "../sim-core/machine/names.ts";
import { observePage } from "../sim-core/machine/observe.ts";
import type { Value } from "../sim-core/store/value.ts";
import { NONE, Tag, tagOf } from "../sim-core/store/value.ts";
import { ModelError } from "../sim-core/vm/model-error.ts";
import type { EvaluationFrame } from "./evaluate.ts";
import { placeText } from "./events.ts";
import { readField } from "./fields-by-name.ts";
import { injectedNumbers, injectedText, siteNamed } from "./injected.ts";
import { RequestError } from "./request.ts";
import type { Session } from "./session.ts";

/** Where a datum is. Plain data: as text it is its id. */
export type Data =
  /** What an expression of the scenario says: `pte(buf[0]).kind`, `folio(buf[0]).refcount`, `count(fault)`. */
  | { readonly kind: "expression"; readonly text: string }
  /** Several expressions that are about one thing, such as a folio and its counts. */
  | { readonly kind: "expressions"; readonly name: string; readonly texts: readonly string[] }
  /** A slot of the frame of model function `function` whose first cell is `base`, while the frame lasts. */
  | {
      readonly kind: "local";
      readonly name: string;
      readonly thread: number;
      readonly function: number;
      readonly base: number;
      readonly slot: number;
    }
  /** A variable of the scenario. */
  | { readonly kind: "variable"; readonly name: string; readonly slot: number }
  /** A field of a handle or struct, a variable of a driver. */
  | { readonly kind: "field"; readonly name: string; readonly of: Value; readonly field: string }
  /** An element of a list. */
  | { readonly kind: "element"; readonly name: string; readonly of: Value; readonly index: number }
  /** The words at [start, end) of a process. */
  | { readonly kind: "range"; readonly process: number; readonly start: number; readonly end: number }
  /** Who holds a lock. */
  | { readonly kind: "lock"; readonly lock: Value }
  /** The faults that are injected into an operation. */
  | { readonly kind: "injected"; readonly site: string };

/** Most words of a range. */
const RANGE_LIMIT = 4096;

/** The id of a datum. */
export function dataId(data: Data): string {
  return JSON.stringify(data);
}
/** The datum of an id. @throws RequestError for what is none */
export function dataOf(id: string): Data {
  let found: unknown;
  try {
    found = JSON.parse(id);
  } catch {
    found = undefined;
  }
  if (!isData(found)) throw new RequestError(`'${id.slice(0, 80)}' is not the id of something that can be watched.`);
  return found;
}

/** The numbers and texts that each kind has. */
const shapes: Readonly<
  Record<Data["kind"], { readonly numbers: readonly string[]; readonly texts: readonly string[] }>
> = {
  expression: { numbers: [], texts: ["text"] },
  expressions: { numbers: [], texts: ["name"] },
  local: { numbers: ["thread", "function", "base", "slot"], texts: ["name"] },
  variable: { numbers: ["slot"], texts: ["name"] },
  field: { numbers: ["of"], texts: ["name", "field"] },
  element: { numbers: ["of", "index"], texts: ["name"] },
  range: { numbers: ["process", "start", "end"], texts: [] },
  lock: { numbers: ["lock"], texts: [] },
  injected: { numbers: [], texts: ["site"] },
};
function isData(data: unknown): data is Data {
  if (typeof data !== "object" || data === null || !("kind" in data) || typeof data.kind !== "string") return false;
  if (!Object.hasOwn(shapes, data.kind)) return false;
  const { numbers, texts } = shapes[data.kind as Data["kind"]];
  const held: Readonly<Record<string, unknown>> = { ...data };
  // Cells are asked for by these numbers: none may be negative or huge.
  const isNumber = (name: string): boolean => {
    const value = held[name];
    return typeof value === "number" && value >= 0 && value < 2 ** 50;
  };
  const isList = (list: unknown): boolean =>
    Array.isArray(list) && list.length <= EXPRESSIONS_LIMIT && list.every((text) => typeof text === "string");
  return (
    numbers.every(isNumber) &&
    texts.every((name) => typeof held[name] === "string") &&
    (data.kind !== "expressions" || isList(held.texts))
  );
}

/** Most expressions that are one datum. */
const EXPRESSIONS_LIMIT = 16;

/** What is watched of the memory behind an entry: which it is, and what changes of it. */
const folioParts = ["", ".refcount", ".mapcount", ".pincount", ".locked", ".dirty"];

/** What a datum holds: one value, or for a range one a word. */
export type Held = readonly Value[];

/** Reads data at the session's present moment. */
export class DataReader {
  private readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  private get simulation() {
    return this.session.simulation;
  }

  /** What a datum is called. */
  name(data: Data): string {
    const { machine } = this.simulation;
    switch (data.kind) {
      case "expression":
        return data.text;
      case "range":
        return placeText(machine, data.process, data.start, data.end);
      case "lock":
        return machine.locks.name(data.lock);
      case "injected":
        return `inject ${data.site}`;
      default:
        return data.name;
    }
  }
  /** What the datum of an id is called; the id itself if it is of none. */
  nameOfId(id: string): string {
    try {
      return this.name(dataOf(id));
    } catch (error) {
      if (error instanceof RequestError) return id;
      throw error;
    }
  }
  /** What element `index` of what a datum holds is called. */
  elementName(data: Data, index: number): string {
    if (data.kind === "expressions") return data.texts[index] ?? data.name;
    if (data.kind !== "range" || data.end - data.start <= 8) return this.name(data);
    const at = data.start + 8 * index;
    return `value(${placeText(this.simulation.machine, data.process, at, at + 8)})`;
  }

  /** Whether a datum is there at all at this moment: a local whose function has returned is not. */
  exists(data: Data): boolean {
    if (data.kind !== "local") return true;
    const frames = this.simulation.vm.framesOf(data.thread);
    return frames.some((frame) => frame.base === data.base && frame.function === data.function);
  }

  /** What a datum holds now. Something that cannot be told is `none`. */
  read(data: Data): Held {
    const { vm, machine } = this.simulation;
    switch (data.kind) {
      case "expression": {
        const result = this.session.evaluate(data.text, undefined, true);
        return [result.ok ? result.value : NONE];
      }
      case "expressions":
        return data.texts.flatMap((text) => this.read({ kind: "expression", text }));
      case "local":
        return [this.exists(data) ? vm.frameCells.get(data.base + data.slot) : NONE];
      case "variable":
        return [vm.variables.scenario.get(data.slot)];
      case "field": {
        try {
          return [readField(vm, data.of, data.field)];
        } catch (error) {
          if (error instanceof ModelError) return [NONE];
          throw error;
        }
      }
      case "element":
        return [data.index < machine.heap.length(data.of) ? machine.heap.get(data.of, data.index) : NONE];
      case "lock":
        return machine.locks.owners(data.lock);
      case "injected": {
        const site = siteNamed(data.site);
        return site === undefined ? [] : injectedNumbers(machine, site);
      }
      case "range": {
        const words: Value[] = [];
        for (let at = data.start; at < data.end; at += 8) {
          words.push(observePage(machine, "value", "", data.process, at));
        }
        return words;
      }
    }
  }
  /** What was read, as text. */
  text(data: Data, held: Held): string {
    if (data.kind === "lock") {
      const names = held.map((thread) => threadName(this.simulation.machine, thread));
      return names.length === 0 ? "free" : `held by ${names.join(" and ")}`;
    }
    if (data.kind === "injected") return injectedText(this.simulation.machine, held);
    return held.map((value) => this.session.evaluator.describe(value)).join(" ");
  }

  /** The words from `address` on, `bytes` long. @throws RequestError if there are too many, or there is no such process */
  range(process: number, address: number, bytes: number): Data {
    const { machine } = this.simulation;
    if (machine.description.processes[process] === undefined) throw new RequestError("There is no process here.");
    if (bytes < 1) throw new RequestError("A range has at least one byte.");
    const start = Math.floor(address / 8) * 8;
    const end = Math.ceil((address + bytes) / 8) * 8;
    if (end - start > 8 * RANGE_LIMIT) {
      const most = (8 * RANGE_LIMIT).toLocaleString("en");
      throw new RequestError(
        `At most ${most} bytes can be watched at once: this is ${(end - start).toLocaleString("en")}.`,
      );
    }
    return { kind: "range", process, start, end };
  }

  /** The address of a place that a text spells, and the bytes that it names; undefined if it spells none with constant indexes. */
  address(text: string): { readonly process: number; readonly start: number; readonly bytes: number } | undefined {
    const place = this.session.evaluator.fragments.place(text);
    return place === undefined ? undefined : addressOf(place, this.simulation.machine.pageSize);
  }

  /** The datum that an expression names; undefined if it cannot be watched from here. */
  ofExpression(text: string, frame: EvaluationFrame | undefined): Data | undefined {
    const { evaluator } = this.session;
    const local = frame === undefined ? undefined : this.ofLocal(text, frame);
    if (local !== undefined) return local;
    const spelled = evaluator.spelled(text, frame);
    if (evaluator.evaluate(spelled, undefined, true).ok) return { kind: "expression", text: spelled };
    // `vmf.addr` in a function of the model: a field of what a local holds.
    const member = /^(.+)\.(\w+)$/s.exec(text.trim());
    if (member === null || frame === undefined) return undefined;
    const [, object = "", field = ""] = member;
    const of = evaluator.evaluate(object, frame);
    if (!of.ok || tagOf(of.value) === 0) return undefined;
    return { kind: "field", name: text.trim(), of: of.value, field };
  }
  /** The datum to watch where a client means this one: of a folio its counts and its lock count too. */
  watchable(data: Data): Data {
    if (data.kind !== "expression" || !/^\s*folio\s*\([^()]*\)\s*$/.test(data.text)) return data;
    const name = data.text.trim();
    return { kind: "expressions", name, texts: folioParts.map((part) => `${name}${part}`) };
  }
  /** The datum to watch that an expression of the scenario names, a place being all its memory; or why there is none. */
  named(text: string): Data | string {
    try {
      const at = this.address(text);
      if (at !== undefined) return this.range(at.process, at.start, at.bytes);
    } catch (error) {
      if (error instanceof RequestError) return error.message;
      throw error;
    }
    const found = this.followed(text);
    return typeof found === "string" ? found : this.watchable(found);
  }
  private ofLocal(text: string, frame: EvaluationFrame): Data | undefined {
    const name = text.trim();
    const { session } = this;
    const slot = session.locals.slot(frame, name);
    if (slot === undefined) return undefined;
    if (slot.isScenario) return { kind: "variable", name, slot: slot.slot };
    const thread = session.locals.threadOfFrame(frame);
    if (thread === undefined) return undefined;
    return { kind: "local", name, thread, function: frame.function, base: frame.base, slot: slot.slot };
  }

  /** What can be followed over the history: a lock by its name, or an expression of the scenario; or why there is none. */
  followed(text: string): Data | string {
    // That it has no value at this moment means nothing: it may have one at others.
    const { evaluator } = this.session;
    const compiled = evaluator.fragments.expression(text, evaluator.placeOf(undefined), true);
    if (compiled.ok) return { kind: "expression", text };
    return this.lockCalled(text) ?? compiled.problems[0]?.message ?? "This cannot be evaluated.";
  }
  /** A lock by the name that it is shown by (`mmap_lock of app`, `gpu0.mutex`), or as model code spells it: `app.mmap_lock`. */
  lockCalled(text: string): Data | undefined {
    const name = text.trim();
    const { machine } = this.simulation;
    const owner = /^(?:mmap_lock of (\w+)|(\w+)\.mmap_lock)$/.exec(name);
    const process = machine.description.processes.findIndex((p) => p.name === (owner?.[1] ?? owner?.[2]));
    const lock = process < 0 ? machine.locks.called(name) : makeLock(LockClass.mmap, process);
    return lock === undefined ? undefined : { kind: "lock", lock };
  }

  /** The name of the process that a datum is in, where it is a range. */
  processName(data: Data): string {
    return data.kind === "range" ? processName(this.simulation.machine, data.process) : "";
  }
  /** Whether a watch of this datum makes sense in another session of the same scenario. */
  canPersist(data: Data): boolean {
    return (
      data.kind !== "local" &&
      data.kind !== "variable" &&
      data.kind !== "field" &&
      data.kind !== "element" &&
      data.kind !== "lock"
    );
  }
  /** Whether the datum of an id is there in another session, too: of the same program (`isSame`), or of one that was edited. */
  isKept(id: string, isSame: boolean): boolean {
    try {
      const data = dataOf(id);
      return this.canPersist(data) || (isSame && (data.kind === "lock" || data.kind === "variable"));
    } catch (error) {
      if (error instanceof RequestError) return true;
      throw error;
    }
  }
  /** Whether reading can be watched: of memory, which CPUs and devices load from. */
  canBeRead(data: Data): boolean {
    return data.kind === "range" || (data.kind === "expression" && this.memoryOf(data) !== undefined);
  }
  /** The words of memory that a datum is. */
  memoryOf(data: Data): Extract<Data, { kind: "range" }> | undefined {
    if (data.kind === "range") return data;
    if (data.kind !== "expression") return undefined;
    const inner = /^\s*value\s*\((.*)\)\s*$/s.exec(data.text)?.[1] ?? data.text;
    const at = this.address(inner);
    if (at === undefined) return undefined;
    // A place of pages stands for the word at the beginning of its first page.
    return { kind: "range", process: at.process, start: at.start, end: at.start + 8 };
  }
}

function addressOf(
  { process, region, firstPage, endPage, offset, offsetBytes, index }: ResolvedPlace,
  pageSize: number,
): { process: number; start: number; bytes: number } | undefined {
  if (index !== undefined && firstPage === undefined) return undefined;
  if (offset !== undefined && offsetBytes === undefined) return undefined;
  const first = firstPage ?? 0;
  const start = region.start + first * pageSize + (offsetBytes ?? 0);
  const pages = (endPage ?? (index === undefined ? region.pages : first + 1)) - first;
  return { process: process.index, start, bytes: offset === undefined ? pages * pageSize : 8 };
}

/** Whether a value is one that names something: an entry, a handle, a struct. */
export function isHandle(value: Value): boolean {
  const tag = tagOf(value);
  return tag !== 0 && tag !== Tag.symbol && tag !== Tag.error && tag !== Tag.wide && tag !== Tag.string;
}
