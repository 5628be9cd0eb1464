/**
 * The program format: what the compiler makes and the VM runs. Plain data.
 *
 * Code is a flat array of 32-bit words: an opcode and its operands (see `op.ts`). A *register* operand is, if >= 0, a slot
 * of the running function's frame; if < 0, `~operand` is an index into the low registers: `SCRATCH` scratch registers that
 * live within a step, then the program's constants.
 */
import type { MachineDescription } from "../machine/description.ts";
import type { InjectionMode, InjectionSite } from "../machine/injection.ts";
import type { Value } from "../store/value.ts";

/** Number of scratch registers; constants follow them. */
export const SCRATCH = 256;

/** A text that code came from. */
export interface Source {
  /** Path or URI as given; library files have paths like `kernel/memory.hmm`. */
  readonly path: string;
  readonly text: string;
  /** Whether it ships with the product (kernel model or driver). */
  readonly library: boolean;
}

/** A statement's place: source index, half-open range of UTF-16 offsets, and 1-based line and column of its start. */
export interface Spot {
  readonly source: number;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

export type FunctionRole = "fn" | "callback" | "thread" | "director" | "expression";

/** A function of model code, or what the compiler makes of a thread's statements. */
export interface FunctionInfo {
  readonly name: string;
  /** The driver or profile it belongs to, if any: shown as `nouveau.invalidate`. */
  readonly owner: string | undefined;
  readonly role: FunctionRole;
  readonly params: number;
  /** Names of the frame's slots, parameters first; compiler's own ones begin with a dot. */
  readonly slots: readonly string[];
  /** Where its code begins and ends (exclusive). */
  readonly entry: number;
  readonly end: number;
  readonly spot: Spot;
  readonly doc: string | undefined;
}

export interface StructInfo {
  readonly name: string;
  /** Field ids (indexes of `fieldNames`) in order. */
  readonly fields: readonly number[];
}

export type VariableKind = "var" | "table" | "list" | "lock" | "spin" | "rw";

/** A declared variable of a driver (one for each context, or for the device) or of the kernel model (one in all). */
export interface VariableInfo {
  readonly name: string;
  readonly kind: VariableKind;
  /** One for the device and not for each process. */
  readonly device: boolean;
  /** What it starts as: the entry of an expression function, or -1. */
  readonly initial: number;
  /** For a device's option or a profile's switch: its name; the value comes from the scenario or is `fallback`. */
  readonly option: string | undefined;
  readonly fallback: Value;
}

export interface DriverInfo {
  readonly name: string;
  readonly extends: string | undefined;
  /** Callback name -> function, inherited ones included. */
  readonly callbacks: Readonly<Record<string, number>>;
  /** Inherited ones first. */
  readonly variables: readonly VariableInfo[];
  readonly doc: string | undefined;
}

export interface ProfileInfo {
  readonly name: string;
  readonly extends: string | undefined;
  readonly doc: string | undefined;
  /** Slot of the function table -> function, for those that the profile overrides. */
  readonly overrides: Readonly<Record<number, number>>;
  /** Declared switches and their defaults, inherited ones included. */
  readonly options: Readonly<Record<string, Value>>;
}

/** How an outcome is judged. */
export type ExpectedOutcome = "success" | "any" | "value" | "report" | "allMoved";

/** A statement of the scenario that does something. */
export interface StatementInfo {
  readonly spot: Spot;
  /** Thread's name; "" for the kernel's own statements. */
  readonly thread: string;
  readonly verb: string;
  readonly text: string;
  readonly expected: ExpectedOutcome;
  /** For `report`: what each page must be reported as, like "zero read". */
  readonly report: string | undefined;
}

/** What one field of an event must be: any, a value, what is shown by a name (a lock), or a place (process and addresses, half-open). */
export type FieldPattern =
  | { readonly kind: "any" }
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "shown"; readonly text: string }
  | { readonly kind: "place"; readonly process: number; readonly start: number; readonly end: number };

/** An event to look for. `fields` in the event's order, shorter if the rest may be anything. */
export interface EventPatternInfo {
  readonly event: number;
  readonly fields: readonly FieldPattern[];
  readonly text: string;
  readonly spot: Spot;
}

/** Counts matching events. */
export interface CounterInfo {
  readonly pattern: EventPatternInfo;
  /** Adds the event's pages and not 1. */
  readonly inPages: boolean;
  /** Of `expect no`: reset by the statement that it watches; `count(…)` runs from the start. */
  readonly watched: boolean;
}

/** `expect events { … }`: how many of `patterns`, in order, have been seen since it was reset. */
export interface MatcherInfo {
  readonly patterns: readonly EventPatternInfo[];
}

/** An observation inside a check, told with its value when the check fails. */
export interface CheckPart {
  readonly text: string;
  /** Entry of an expression function. */
  readonly entry: number;
}

/** A check: `expect EXPR`, or what a property says; or a statement whose expressions must have a value. */
export interface CheckInfo {
  readonly text: string;
  readonly spot: Spot;
  readonly parts: readonly CheckPart[];
  readonly isStatement?: boolean;
}

export interface PropertyInfo extends CheckInfo {
  readonly kind: "always" | "never" | "finally" | "exists";
  /** Entry of an expression function. */
  readonly entry: number;
}

/** A fault that `inject` arms. */
export interface InjectionInfo {
  readonly site: InjectionSite;
  /** Device id, or -1 for any. */
  readonly device: number;
  readonly mode: InjectionMode;
  /** How often; undefined: always. */
  readonly times: number | undefined;
  readonly after: number;
}

/** Everything needed to run a scenario under one profile. Its numbers of 54 bits and more are this process's: see `value.ts`. */
export interface Program {
  readonly title: string;
  readonly kernel: string;
  readonly sources: readonly Source[];
  readonly spots: readonly Spot[];
  readonly code: Int32Array;
  readonly constants: readonly Value[];
  readonly words: readonly string[];
  readonly strings: readonly string[];
  readonly fieldNames: readonly string[];
  readonly functions: readonly FunctionInfo[];
  /** Name of each slot of the function table; the kernel's functions are called through it. */
  readonly slotNames: readonly string[];
  /** Function of each slot under this program's profile, -1 if it has none. */
  readonly functionTable: readonly number[];
  readonly structs: readonly StructInfo[];
  readonly drivers: readonly DriverInfo[];
  /** The kernel model's own variables. */
  readonly variables: readonly VariableInfo[];
  /** Switches of the profile as the scenario has them. */
  readonly options: Readonly<Record<string, Value>>;
  /** Slots dead at some point: runs of slot numbers, each ended by -1; instructions name the start of a run. */
  readonly dead: Int32Array;
  readonly machine: MachineDescription;
  readonly statements: readonly StatementInfo[];
  /** Names of scenario variables (`let`, `as`, loop variables), by slot; the compiler's own begin with a dot. */
  readonly scenarioVariables: readonly string[];
  readonly counters: readonly CounterInfo[];
  readonly matchers: readonly MatcherInfo[];
  readonly checks: readonly CheckInfo[];
  readonly properties: readonly PropertyInfo[];
  readonly injections: readonly InjectionInfo[];
  /** Function that runs the scenario's top level, -1 if there is no scenario. */
  readonly director: number;
  /** Ids of invariants switched on or off by the file. */
  readonly invariants: Readonly<Record<string, boolean>>;
  /** What the file says is wrong with it. */
  readonly finds: readonly string[];
}
