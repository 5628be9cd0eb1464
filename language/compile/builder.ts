/**
 * Collects code, constants, names and functions while a library or a scenario is compiled. A scenario's builder starts
 * from the library's, so that the library's own indexes stay what they are.
 */

import { BUILTIN_STRUCTS } from "../../sim-core/machine/structs.ts";
import type { Value } from "../../sim-core/store/value.ts";
import { box, FALSE, NONE, Tag, TRUE } from "../../sim-core/store/value.ts";
import { BASE_WORDS, errorId } from "../../sim-core/store/words.ts";
import type {
  CheckInfo,
  CounterInfo,
  DriverInfo,
  FunctionInfo,
  FunctionRole,
  InjectionInfo,
  MatcherInfo,
  ProfileInfo,
  PropertyInfo,
  Source,
  Spot,
  StatementInfo,
  StructInfo,
  VariableInfo,
} from "../../sim-core/vm/program.ts";
import { SCRATCH } from "../../sim-core/vm/program.ts";
import type { Span } from "../syntax/tree.ts";
import { fillDeadRuns } from "./liveness.ts";

/** A register operand: a slot (>= 0), or a scratch register or constant (< 0). */
export type Register = number;

/** Index of the constant that holds the page size in bytes; the scenario sets it. */
export const PAGE_SIZE_CONSTANT = 1;
/** The register of the page size. */
export const PAGE_SIZE_REGISTER: Register = ~(SCRATCH + PAGE_SIZE_CONSTANT);

/** A mistake that only compiling finds. The checks find nearly all before; these have a place too. */
export class CompileError extends Error {
  readonly source: number;
  readonly span: Span;
  constructor(message: string, source: number, span: Span) {
    super(message);
    this.source = source;
    this.span = span;
  }
}

/** What code of a library consists of; plain data that can be stored as JSON. */
export interface Library {
  readonly sources: readonly Source[];
  readonly spots: readonly Spot[];
  readonly code: readonly number[];
  readonly constants: readonly Value[];
  readonly words: readonly string[];
  readonly strings: readonly string[];
  readonly fieldNames: readonly string[];
  readonly functions: readonly FunctionInfo[];
  readonly slotNames: readonly string[];
  /** Function of each slot where no profile overrides it, -1 where only profiles have it. */
  readonly baseFunctions: readonly number[];
  readonly structs: readonly StructInfo[];
  readonly drivers: readonly CompiledDriver[];
  readonly profiles: readonly ProfileInfo[];
  readonly variables: readonly VariableInfo[];
  readonly dead: readonly number[];
  /** `expect` in model code. */
  readonly checks: readonly CheckInfo[];
  /** Named constants of the kernel model. */
  readonly namedConstants: Readonly<Record<string, Value>>;
  /** Struct types by name. */
  readonly structNames: Readonly<Record<string, number>>;
  /** Default of each struct's fields, `none` where there is none. */
  readonly structDefaults: readonly (readonly Value[])[];
}

/** A driver with what code that extends it needs. */
export interface CompiledDriver extends DriverInfo {
  /** Its functions by name, inherited ones included. */
  readonly functions: Readonly<Record<string, number>>;
  readonly constants: Readonly<Record<string, Value>>;
  readonly structs: Readonly<Record<string, number>>;
}

/** Line starts of a text, for lines and columns. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
  return starts;
}

export class Builder {
  readonly sources: Source[];
  readonly spots: Spot[];
  readonly code: number[];
  readonly constants: Value[];
  readonly words: string[];
  readonly strings: string[];
  readonly fieldNames: string[];
  readonly functions: FunctionInfo[];
  readonly slotNames: string[];
  readonly baseFunctions: number[];
  readonly structs: StructInfo[];
  readonly structDefaults: Value[][];
  readonly structNames: Record<string, number>;
  readonly drivers: CompiledDriver[];
  readonly profiles: ProfileInfo[];
  readonly variables: VariableInfo[];
  readonly dead: number[];
  readonly namedConstants: Record<string, Value>;
  readonly statements: StatementInfo[] = [];
  readonly scenarioVariables: string[] = [];
  readonly counters: CounterInfo[] = [];
  readonly matchers: MatcherInfo[] = [];
  readonly properties: PropertyInfo[] = [];
  readonly checks: CheckInfo[];
  readonly injections: InjectionInfo[] = [];
  private readonly constantIds: Map<Value, number>;
  private readonly wordIds: Map<string, number>;
  private readonly fieldIds: Map<string, number>;
  private readonly slotIds: Map<string, number>;
  private readonly deadRuns = new Map<string, number>();
  private readonly lines = new Map<number, number[]>();

  constructor(from?: Library) {
    this.sources = [...(from?.sources ?? [])];
    this.spots = [...(from?.spots ?? [{ source: 0, start: 0, end: 0, line: 1, column: 1 }])];
    // The code begins with a `done` that nothing points to, so that address 0 means nowhere.
    this.code = [...(from?.code ?? [55, ~SCRATCH])];
    this.constants = [...(from?.constants ?? [NONE, 4096])];
    this.words = [...(from?.words ?? BASE_WORDS)];
    this.strings = [...(from?.strings ?? [])];
    this.fieldNames = [...(from?.fieldNames ?? [])];
    this.functions = [...(from?.functions ?? [])];
    this.slotNames = [...(from?.slotNames ?? [])];
    this.baseFunctions = [...(from?.baseFunctions ?? [])];
    this.dead = [...(from?.dead ?? [-1])];
    this.checks = [...(from?.checks ?? [])];
    this.drivers = [...(from?.drivers ?? [])];
    this.profiles = [...(from?.profiles ?? [])];
    this.variables = [...(from?.variables ?? [])];
    this.namedConstants = { ...(from?.namedConstants ?? { PAGE_SIZE: 4096, PAGE_SHIFT: 12 }) };
    this.structs = [...(from?.structs ?? [])];
    this.structDefaults = (from?.structDefaults ?? []).map((d) => [...d]);
    this.structNames = { ...(from?.structNames ?? {}) };
    this.constantIds = new Map(this.constants.map((c, i) => [c, i]));
    // The page size has a constant of its own: a library is compiled before it is known.
    for (const [value, id] of this.constantIds) if (id === PAGE_SIZE_CONSTANT) this.constantIds.delete(value);
    this.wordIds = new Map(this.words.map((w, i) => [w, i]));
    this.fieldIds = new Map(this.fieldNames.map((f, i) => [f, i]));
    this.slotIds = new Map(this.slotNames.map((s, i) => [s, i]));
    if (from === undefined) {
      this.structs.push({ name: "", fields: [] });
      this.structDefaults.push([]);
      for (const struct of BUILTIN_STRUCTS) {
        this.addStruct(
          struct.name,
          struct.fields,
          struct.fields.map(() => NONE),
        );
      }
    }
  }

  emit(...words: number[]): void {
    for (const word of words) this.code.push(word);
  }
  get here(): number {
    return this.code.length;
  }
  /** Makes the jump whose target operand stands at `at` lead here. */
  patch(at: number): void {
    this.code[at] = this.here;
  }

  constant(value: Value): Register {
    let id = this.constantIds.get(value);
    if (id === undefined) {
      id = this.constants.length;
      this.constants.push(value);
      this.constantIds.set(value, id);
    }
    return ~(SCRATCH + id);
  }
  /** The constant that a register operand names, if it is one. */
  constantOf(register: Register): Value | undefined {
    return register < 0 && ~register >= SCRATCH ? this.constants[~register - SCRATCH] : undefined;
  }
  /** The value of a word: an error, `on`, `off`, `ok` or a symbol of its own. */
  word(text: string): Value {
    if (text === "ok") return 0;
    if (text === "on" || text === "true") return TRUE;
    if (text === "off" || text === "false") return FALSE;
    const error = errorId(text);
    if (error !== undefined) return box(Tag.error, error);
    let id = this.wordIds.get(text);
    if (id === undefined) {
      id = this.words.length;
      this.words.push(text);
      this.wordIds.set(text, id);
    }
    return box(Tag.symbol, id);
  }
  string(text: string): Value {
    let id = this.strings.indexOf(text);
    if (id < 0) id = this.strings.push(text) - 1;
    return box(Tag.string, id);
  }
  field(name: string): number {
    let id = this.fieldIds.get(name);
    if (id === undefined) {
      id = this.fieldNames.length;
      this.fieldNames.push(name);
      this.fieldIds.set(name, id);
    }
    return id;
  }
  /** The slot of the function table for `name`; makes it if it is new. */
  slot(name: string): number {
    let id = this.slotIds.get(name);
    if (id === undefined) {
      id = this.slotNames.length;
      this.slotNames.push(name);
      this.baseFunctions.push(-1);
      this.slotIds.set(name, id);
    }
    return id;
  }
  hasSlot(name: string): boolean {
    return this.slotIds.has(name);
  }
  addStruct(name: string, fields: readonly string[], defaults: readonly Value[]): number {
    const id = this.structs.length;
    this.structs.push({ name, fields: fields.map((f) => this.field(f)) });
    this.structDefaults.push([...defaults]);
    this.structNames[name] = id;
    return id;
  }
  addSource(source: Source): number {
    return this.sources.push(source) - 1;
  }

  /** A new check whose text is that of `span`. */
  check(source: number, span: Span, parts: CheckInfo["parts"]): number {
    return (
      this.checks.push({ text: this.text(source, span), spot: this.spots[this.spot(source, span)] as Spot, parts }) - 1
    );
  }
  /** A new check that fails if an expression of the statement at `span` has no value. */
  statementCheck(source: number, span: Span): number {
    const id = this.check(source, span, []);
    this.checks[id] = { ...(this.checks[id] as CheckInfo), isStatement: true };
    return id;
  }
  /** The text of a span of a source. */
  text(source: number, span: Span): string {
    return (this.sources[source]?.text ?? "").slice(span.start, span.end);
  }
  /** The spot of a span of a source. */
  spot(source: number, span: Span): number {
    const { line, column } = this.position(source, span.start);
    return this.spots.push({ source, start: span.start, end: span.end, line, column }) - 1;
  }
  /** 1-based line and column of an offset of a source. */
  position(source: number, offset: number): { line: number; column: number } {
    let starts = this.lines.get(source);
    if (starts === undefined) {
      starts = lineStarts(this.sources[source]?.text ?? "");
      this.lines.set(source, starts);
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  }

  /** Declares a function without code yet; `finishFunction` completes it. */
  declareFunction(info: {
    name: string;
    owner: string | undefined;
    role: FunctionRole;
    params: readonly string[];
    source: number;
    span: Span;
    doc: string | undefined;
  }): number {
    const spot = this.spots[this.spot(info.source, info.span)] as Spot;
    const { name, owner, role, params, doc } = info;
    return (
      this.functions.push({ name, owner, role, params: params.length, slots: params, entry: 0, end: 0, spot, doc }) - 1
    );
  }
  /** Completes function `id`, whose code runs from `entry` to here. `keep`: parameters are read after it returns. */
  finishFunction(id: number, entry: number, slots: readonly string[], keep: boolean): void {
    const info = this.functions[id] as FunctionInfo;
    this.functions[id] = { ...info, slots, entry, end: this.here };
    const kept = keep ? slots.slice(0, info.params).map((_, i) => i) : [];
    fillDeadRuns(this.code, entry, this.here, slots.length, kept, (run) => this.deadRun(run));
  }
  private deadRun(slots: readonly number[]): number {
    if (slots.length === 0) return 0;
    const key = slots.join(",");
    let at = this.deadRuns.get(key);
    if (at === undefined) {
      at = this.dead.length;
      this.dead.push(...slots, -1);
      this.deadRuns.set(key, at);
    }
    return at;
  }

  /** What has been collected, as a library. */
  library(): Library {
    const { sources, spots, code, constants, words, strings, fieldNames, functions, slotNames, baseFunctions } = this;
    const { structs, structDefaults, structNames, drivers, profiles, variables, dead, namedConstants, checks } = this;
    return {
      sources,
      spots,
      code,
      constants,
      words,
      strings,
      fieldNames,
      functions,
      slotNames,
      baseFunctions,
      structs,
      structDefaults,
      structNames,
      drivers,
      profiles,
      variables,
      dead,
      namedConstants,
      checks,
    };
  }
}
