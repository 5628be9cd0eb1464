/**
 * Fragments: expressions and statements that are compiled against a scenario that is being run. Watches, hovers, conditions of
 * breakpoints and filters, log messages, what-if statements. Their code is appended to the scenario's, so that indexes of what
 * was there before stay what they are.
 */
import { EVENTS } from "../../sim-core/machine/events.ts";
import type { Value } from "../../sim-core/store/value.ts";
import { Op } from "../../sim-core/vm/op.ts";
import type { CounterInfo, Program } from "../../sim-core/vm/program.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { factByName } from "../facts.ts";
import type { Context } from "../resolve/context.ts";
import type { FragmentOptions } from "../resolve/fragment.ts";
import { bindExpression, bindFragmentStatement } from "../resolve/fragment.ts";
import type { ResolvedPlace, ResolvedThread } from "../resolve/model.ts";
import { parseExpression } from "../syntax/parser.ts";
import type { CallExpr, Expr, ScenarioStatement } from "../syntax/tree.ts";
import type { Register } from "./builder.ts";
import { Builder, CompileError } from "./builder.ts";
import { DeclarationCompiler } from "./declarations.ts";
import { eventPattern } from "./patterns.ts";
import type { CompiledScenario } from "./scenario.ts";
import type { ScenarioContext } from "./scenario-context.ts";
import { ScenarioExpressions, scenarioScope } from "./scenario-expression.ts";
import type { Runner } from "./scenario-statement.ts";
import { compileRunner } from "./scenario-statement.ts";
import type { Surroundings } from "./scope.ts";
import { FunctionScope } from "./scope.ts";
import { visibleLocals } from "./visible.ts";

/** Where an expression stands. */
export type FragmentPlace =
  /** In the scenario's main file; without an offset at its end. */
  | { readonly kind: "scenario"; readonly offset: number | undefined }
  /** In a model function, at an offset of its source: its locals are read from the frame that it is evaluated in. */
  | { readonly kind: "model"; readonly function: number; readonly offset: number }
  /** About an event: its fields can be named. */
  | { readonly kind: "event"; readonly event: number };

/** What is wrong with a fragment; offsets are of its text. */
export interface FragmentProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** An expression that can be evaluated (`VM.evaluate`) under `Fragments.program`. */
export interface CompiledExpression {
  readonly entry: number;
  /**
   * Of an event's condition: how many values are given to the evaluation first. They are its fields, in order; of one with a place, which
   * is told by where it begins, where it ends and its process follow.
   */
  readonly fields: number;
  /** Then, for each of these, how many events so far match it. */
  readonly counts: readonly CounterInfo[];
}

/** A statement to be tried. */
export interface CompiledStatement {
  /** The function to run. */
  readonly function: number;
  /** The thread that it runs as; undefined for a statement of the kernel itself. */
  readonly thread: ResolvedThread | undefined;
}

type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly FragmentProblem[] };

/** Observations of a frame that change nothing and make nothing. */
const harmless = new Set(
  "pte_get pmd_get pte_next ptl find_vma word_get mirror is_locked min max zero_page entry".split(" "),
);

/** Results kept: more different fragments than this make the oldest be compiled anew. */
const LIMIT = 500;

export class Fragments {
  private readonly compiled: CompiledScenario;
  private readonly names: Context;
  private builder: Builder;
  private current: Program;
  private readonly cache = new Map<string, Result<CompiledExpression>>();

  constructor(compiled: CompiledScenario, names: Context) {
    this.compiled = compiled;
    this.names = names;
    this.builder = fragmentBuilder(compiled);
    this.current = compiled.program;
  }

  /** The scenario's program with all fragments so far. */
  get program(): Program {
    return this.current;
  }
  /** How often the program was begun anew: entries of expressions compiled before are void. */
  generation = 0;

  /** Compiles an expression. `placesAreValues`: a place alone stands for its value. */
  expression(text: string, place: FragmentPlace, placesAreValues = false): Result<CompiledExpression> {
    const key = `${JSON.stringify(place)} ${placesAreValues} ${text}`;
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    if (this.cache.size >= LIMIT) this.startAnew();
    const result = this.compileExpression(text, place, placesAreValues);
    this.cache.set(key, result);
    return result;
  }
  private isKept = false;
  /** What was compiled so far stays part of the program for good: something is being run that was. */
  keep(): void {
    this.isKept = true;
  }
  private startAnew(): void {
    this.cache.clear();
    if (this.isKept) return;
    this.builder = fragmentBuilder(this.compiled);
    this.current = this.compiled.program;
    this.generation++;
  }

  private compileExpression(text: string, place: FragmentPlace, placesAreValues: boolean): Result<CompiledExpression> {
    const bound =
      place.kind === "model"
        ? this.bindInModel(text, place, placesAreValues)
        : this.bindInScenario(text, place, placesAreValues);
    if (!bound.ok) return bound;
    const { node, around, locals } = bound.value;
    const context = this.context(bound.value.text);
    const fields = place.kind === "event" ? (EVENTS[place.event]?.fields ?? []) : [];
    return this.attempt(text.length, () => {
      const scope =
        around === undefined ? scenarioScope(context) : new FunctionScope(context.builder, context.source, around, []);
      const hasPlace = fields.includes("place");
      const size = fields.length + (hasPlace ? 2 : 0);
      const given = scope.temporaries(size);
      fields.forEach((name, i) => {
        scope.bind(name, ~(given + i));
      });
      for (const [name, slot] of locals) scope.bind(name, slot);
      const counters = counterCalls(node);
      const counts: CounterInfo[] = [];
      const firstCount = scope.temporaries(counters.length);
      const compiler = new FragmentExpressions(scope, context, (counter) => {
        const id = counts.push(counter) - 1;
        return ~(firstCount + id);
      });
      if (hasPlace) compiler.placeGiven = { end: ~(given + fields.length), process: ~(given + fields.length + 1) };
      const { builder } = context;
      const entry = builder.here;
      const register = compiler.compile(node);
      builder.emit(Op.done, register);
      this.publish();
      return { entry, fields: size, counts };
    });
  }

  private bindInScenario(
    text: string,
    place: Exclude<FragmentPlace, { kind: "model" }>,
    placesAreValues: boolean,
  ): Result<BoundExpression> {
    const options: FragmentOptions = {
      placesAreValues,
      ...(place.kind === "scenario" && place.offset !== undefined ? { offset: place.offset } : {}),
      ...(place.kind === "event" ? { names: EVENTS[place.event]?.fields ?? [] } : {}),
    };
    const bound = bindExpression(this.compiled.resolved, this.names, text, options);
    if (bound.node === undefined) return failed(bound.diagnostics);
    return { ok: true, value: { text: bound.text, node: bound.node, around: undefined, locals: new Map() } };
  }

  /**
   * The place that a text spells (`buf[1]`, `app.buf[0..4]`), as written in the scenario's main file; undefined if it spells none.
   * Only indexes that are constant can be told.
   */
  place(text: string): ResolvedPlace | undefined {
    const bound = bindExpression(this.compiled.resolved, this.names, `value(${text})`);
    const { node } = bound;
    const [arg] = node?.kind === "call" ? node.args : [];
    return arg === undefined ? undefined : this.compiled.resolved.places.get(arg.value);
  }

  // -------------------------------------------------------------------------------------------- in model code

  private bindInModel(
    text: string,
    place: FragmentPlace & { kind: "model" },
    placesAreValues: boolean,
  ): Result<BoundExpression> {
    const parsed = parseExpression(text);
    if (parsed.node === undefined || parsed.diagnostics.length > 0) return failed(parsed.diagnostics);
    const { program } = this.compiled;
    const info = program.functions[place.function];
    const source = program.sources[info?.spot.source ?? 0];
    const locals =
      info === undefined || source === undefined
        ? new Map<string, number>()
        : visibleLocals(source.text, info, place.offset);
    const around = this.surroundings(info?.owner);
    const problems: FragmentProblem[] = [];
    const known = new Set<string>([...locals.keys(), "self"]);
    const isModelName = (name: string): boolean =>
      known.has(name) || around.lookup(name) !== undefined || this.isOwnWord(name);
    const first = firstName(parsed.node);
    if (placesAreValues && first !== undefined && !isModelName(first)) {
      const asPlace = this.bindInScenario(text, { kind: "scenario", offset: undefined }, true);
      if (asPlace.ok) return asPlace;
    }
    const inScenario = (expr: Expr): void => {
      const part = text.slice(expr.start, expr.end);
      const bound = bindExpression(this.compiled.resolved, this.names, part);
      for (const d of bound.diagnostics) {
        problems.push({ message: d.message, start: d.start + expr.start, end: d.end + expr.start });
      }
      if (bound.node !== undefined) replaced.set(expr, bound.node);
    };
    const replaced = new Map<Expr, Expr>();
    const visit = (expr: Expr): void => {
      switch (expr.kind) {
        case "name":
          if (!isModelName(expr.text)) inScenario(expr);
          return;
        case "member":
          if (isFact(expr.object)) inScenario(expr);
          else visit(expr.object);
          return;
        case "index":
          visit(expr.object);
          visit(expr.index);
          return;
        case "unary":
          visit(expr.operand);
          return;
        case "binary":
          visit(expr.left);
          visit(expr.right);
          return;
        case "is":
          visit(expr.left);
          return;
        case "in":
          visit(expr.left);
          if (expr.right.kind === "list") for (const item of expr.right.items) visit(item);
          else visit(expr.right);
          if (expr.to !== undefined) visit(expr.to);
          return;
        case "quantifier":
          visit(expr.from);
          visit(expr.to);
          known.add(expr.variable.text);
          visit(expr.body);
          return;
        case "call":
          if (isFact(expr)) {
            inScenario(expr);
          } else if (expr.callee.kind !== "name" || !harmless.has(expr.callee.text)) {
            const message = "Here only observations can be called, which change nothing.";
            problems.push({ message, start: expr.start, end: expr.end });
          } else {
            for (const arg of expr.args) visit(arg.value);
          }
          return;
        default:
      }
    };
    visit(parsed.node);
    if (problems.length > 0) return { ok: false, problems };
    return { ok: true, value: { text, node: substitute(parsed.node, replaced), around, locals } };
  }

  /** Whether a name is a word of the model that no declaration of the scenario hides. */
  private isOwnWord(name: string): boolean {
    const { globals, results } = this.compiled.resolved;
    return this.builder.words.includes(name) && !globals.has(name) && !results.has(name);
  }

  /** What names of a driver's code (`owner`) or the kernel's mean. */
  private surroundings(owner: string | undefined): Surroundings {
    const declarations = new DeclarationCompiler(this.builder, BigInt(this.compiled.resolved.pageSize));
    const kernel = declarations.kernel(undefined);
    const driver = this.builder.drivers.find((d) => d.name === owner);
    if (driver === undefined) return kernel;
    return {
      superFunction: undefined,
      callee: () => undefined,
      lookup: (name) => {
        const constant = driver.constants[name];
        if (constant !== undefined) return { kind: "constant", value: constant };
        const slot = driver.variables.findIndex((v) => v.name === name);
        return slot >= 0 ? { kind: "driverVariable", slot } : kernel.lookup(name);
      },
    };
  }

  // ----------------------------------------------------------------------------------------------- statements

  /** Compiles a statement to be tried. `thread`: the thread that it belongs to if it begins with its verb. */
  statement(text: string, thread?: string): Result<CompiledStatement> {
    const options: FragmentOptions = thread === undefined ? {} : { thread };
    const bound = bindFragmentStatement(this.compiled.resolved, this.names, text, options);
    const { node } = bound;
    if (node === undefined) return failed(bound.diagnostics);
    const runs = this.runnerOf(node, thread);
    if (runs === undefined) {
      const message = "What can be tried is a statement of one thread, a block `t0 { … }`, or one of the kernel's own.";
      return { ok: false, problems: [{ message, start: node.start, end: node.end }] };
    }
    const context = this.context(text);
    return this.attempt(text.length, () => {
      const fn = compileRunner(context, runs, "what-if", node, (inner) => {
        if (node.kind === "threadBlock") inner.statements(node.body.statements);
        else inner.statement(node);
      });
      context.finish();
      this.publish();
      return { function: fn, thread: runs.kind === "thread" ? runs.thread : undefined };
    });
  }
  private runnerOf(node: ScenarioStatement, enclosing: string | undefined): Runner | undefined {
    const { resolved } = this.compiled;
    if (node.kind === "action" || node.kind === "threadBlock") {
      const thread = resolved.threadOf.get(node);
      if (thread !== undefined) return { kind: "thread", thread };
      return node.kind === "action" ? { kind: "kernel" } : undefined;
    }
    const thread = resolved.threads.find((t) => t.name === enclosing);
    if (thread !== undefined && node.kind !== "parallel") return { kind: "thread", thread };
    return undefined;
  }

  // --------------------------------------------------------------------------------------------------- common

  private context(text: string): ScenarioContext {
    const source = this.builder.addSource({ path: "", text, library: false });
    return this.compiled.context.over(this.builder, source);
  }

  private attempt<T>(length: number, work: () => T): Result<T> {
    try {
      return { ok: true, value: work() };
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      const { start, end } = error.span;
      const problem = { message: error.message, start: Math.min(start, length), end: Math.min(end, length) };
      return { ok: false, problems: [problem] };
    }
  }

  /** Makes a program of what the builder holds now. */
  private publish(): void {
    const { builder, current } = this;
    const code = new Int32Array(builder.code.length);
    code.set(current.code);
    for (let i = current.code.length; i < code.length; i++) code[i] = builder.code[i] as number;
    const { sources, spots, constants, words, strings, fieldNames, functions, slotNames } = builder;
    const { statements, scenarioVariables, counters, matchers, checks } = builder;
    const dead = Int32Array.from(builder.dead);
    this.current = {
      ...current,
      code,
      dead,
      sources,
      spots,
      constants,
      words,
      strings,
      fieldNames,
      functions,
      slotNames,
      statements,
      scenarioVariables,
      counters,
      matchers,
      checks,
    };
  }

  /** The same if an expression has it; undefined for a text that none can compare with. */
  knownString(text: string): Value | undefined {
    return this.builder.strings.includes(text) ? this.builder.string(text) : undefined;
  }
  /** The value of a text as expressions have it: to compare a string of the host with one that an expression holds. */
  string(text: string): Value {
    return this.builder.string(text);
  }
}

interface BoundExpression {
  readonly text: string;
  readonly node: Expr;
  readonly around: Surroundings | undefined;
  readonly locals: ReadonlyMap<string, number>;
}

/** Expressions in which `count(…)` is given and not kept by the scenario. */
class FragmentExpressions extends ScenarioExpressions {
  /** Of an event's condition: where the event's place ends, and its process. */
  placeGiven: { readonly end: Register; readonly process: Register } | undefined;
  private readonly given: (counter: CounterInfo) => Register;

  constructor(scope: FunctionScope, context: ScenarioContext, given: (counter: CounterInfo) => Register) {
    super(scope, context);
    this.given = given;
  }

  /** An event's place is in another one where they overlap, as in patterns. */
  protected override membershipOfPlace(expr: Expr, left: Register, right: Expr, into: Register): void {
    const place = this.context.resolved.places.get(right);
    const { placeGiven } = this;
    if (place === undefined || placeGiven === undefined || expr.kind !== "name" || expr.text !== "place") {
      super.membershipOfPlace(expr, left, right, into);
      return;
    }
    const { builder, resolved } = this.context;
    const { process, address, pages } = this.place(place, right);
    const end = this.scope.temporary();
    builder.emit(Op.multiply, end, pages, builder.constant(resolved.pageSize), Op.add, end, end, address);
    builder.emit(Op.equal, into, process, placeGiven.process, Op.jumpIfFalse, into, 0);
    const ofOther = builder.here - 1;
    builder.emit(Op.less, into, left, end, Op.jumpIfFalse, into, 0);
    const isBehind = builder.here - 1;
    builder.emit(Op.less, into, address, placeGiven.end);
    builder.patch(ofOther);
    builder.patch(isBehind);
  }

  protected override count(expr: CallExpr, into: Register | undefined): Register {
    const [event, ...args] = expr.args;
    if (event?.value.kind !== "name") return this.context.fail("count takes an event: count(fault, gpu0)", expr);
    const pattern = eventPattern(this.context, event.value.text, args, expr);
    const register = this.given({ pattern, inPages: EVENTS[pattern.event]?.name === "copy", watched: false });
    return this.deliver(register, into);
  }
}

function fragmentBuilder(compiled: CompiledScenario): Builder {
  const builder = new Builder(compiled.built);
  const { statements, scenarioVariables, counters, matchers, properties, injections } = compiled.program;
  builder.statements.push(...statements);
  builder.scenarioVariables.push(...scenarioVariables);
  builder.counters.push(...counters);
  builder.matchers.push(...matchers);
  builder.properties.push(...properties);
  builder.injections.push(...injections);
  return builder;
}

function failed(diagnostics: readonly Diagnostic[]): { readonly ok: false; readonly problems: FragmentProblem[] } {
  return {
    ok: false,
    problems: diagnostics.map(({ message, hint, start, end }) => ({
      message: hint === undefined ? message : `${message} ${hint}`,
      start,
      end,
    })),
  };
}

/** The name that an expression begins with, if it may spell a place. */
function firstName(expr: Expr): string | undefined {
  switch (expr.kind) {
    case "name":
      return expr.text;
    case "member":
    case "index":
      return firstName(expr.object);
    case "binary":
      return firstName(expr.left);
    default:
      return undefined;
  }
}

function isFact(expr: Expr): boolean {
  return expr.kind === "call" && expr.callee.kind === "name" && factByName.has(expr.callee.text);
}

function counterCalls(expr: Expr): CallExpr[] {
  const found: CallExpr[] = [];
  walk(expr, (e) => {
    if (e.kind === "call" && e.callee.kind === "name" && e.callee.text === "count") found.push(e);
  });
  return found;
}

function walk(expr: Expr, visit: (expr: Expr) => void): void {
  visit(expr);
  for (const child of childrenOf(expr)) walk(child, visit);
}

function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "member":
      return [expr.object];
    case "index":
      return [expr.object, expr.index];
    case "unary":
      return [expr.operand];
    case "binary":
      return [expr.left, expr.right];
    case "is":
      return [expr.left];
    case "in":
      return expr.to === undefined ? [expr.left, expr.right] : [expr.left, expr.right, expr.to];
    case "quantifier":
      return [expr.from, expr.to, expr.body];
    case "call":
      return expr.args.map((arg) => arg.value);
    case "list":
      return expr.items;
    default:
      return [];
  }
}

/** The expression with some of its parts exchanged. */
function substitute(expr: Expr, parts: ReadonlyMap<Expr, Expr>): Expr {
  const part = parts.get(expr);
  if (part !== undefined) return part;
  const of = (e: Expr): Expr => substitute(e, parts);
  switch (expr.kind) {
    case "member":
      return { ...expr, object: of(expr.object) };
    case "index":
      return { ...expr, object: of(expr.object), index: of(expr.index) };
    case "unary":
      return { ...expr, operand: of(expr.operand) };
    case "binary":
      return { ...expr, left: of(expr.left), right: of(expr.right) };
    case "is":
      return { ...expr, left: of(expr.left) };
    case "in": {
      const to = expr.to === undefined ? undefined : of(expr.to);
      return { ...expr, left: of(expr.left), right: of(expr.right), to };
    }
    case "quantifier":
      return { ...expr, from: of(expr.from), to: of(expr.to), body: of(expr.body) };
    case "call":
      return { ...expr, args: expr.args.map((arg) => ({ ...arg, value: of(arg.value) })) };
    case "list":
      return { ...expr, items: expr.items.map(of) };
    default:
      return expr;
  }
}
