/** Finds what the names in a check's or statement's expression stand for. */

import type { EventField } from "../events.ts";
import { eventByName, events } from "../events.ts";
import { factByName, facts } from "../facts.ts";
import { didYouMean } from "../suggest.ts";
import { placeOfExpr } from "../syntax/place.ts";
import type { Arg, CallExpr, EventPattern, Expr, Name, Place } from "../syntax/tree.ts";
import type { Context } from "./context.ts";
import { kindText } from "./context.ts";
import { findDevice } from "./machine.ts";
import type { ResolvedThread } from "./model.ts";
import { resolvePlace } from "./places.ts";
import type { Scopes } from "./scopes.ts";

const noWords: readonly string[] = [];

/** Words that a value can be wherever it comes from: the kinds of entries, the reasons of notifiers … */
export const valueWords: ReadonlySet<string> = new Set([
  "none",
  "ok",
  ...facts.flatMap((fact) => fact.fields.flatMap((field) => field.words)),
  ...events.flatMap((event) => event.fields.flatMap((field) => field.words)),
  "read",
  "write",
  "error",
]);

/** Signals that a statement can end with. */
export const signals: readonly string[] = ["SIGBUS", "SIGSEGV"];

/** Binds the expressions of one file of a scenario. */
export class ExprBinder {
  readonly ctx: Context;
  readonly file: number;
  readonly scopes: Scopes;
  private readonly errors: ReadonlySet<string>;

  constructor(ctx: Context, file: number, scopes: Scopes) {
    this.ctx = ctx;
    this.file = file;
    this.scopes = scopes;
    this.errors = new Set([...ctx.library.errors.map((error) => error.name), ...signals]);
  }

  /** Binds an expression that is a value. `words` are what its names mean first. */
  value(expr: Expr, words: readonly string[] = noWords): void {
    switch (expr.kind) {
      case "name":
        this.valueName(expr, words);
        return;
      case "list":
        for (const item of expr.items) this.value(item, words);
        return;
      case "member":
        this.value(expr.object);
        return;
      case "index":
        this.value(expr.object);
        this.value(expr.index);
        if (expr.to !== undefined) this.value(expr.to);
        return;
      case "call":
        this.call(expr);
        return;
      case "unary":
        this.value(expr.operand);
        return;
      case "binary": {
        const compares = expr.operator === "==" || expr.operator === "!=";
        this.value(expr.left, compares ? wordsOf(expr.right) : noWords);
        this.value(expr.right, compares ? wordsOf(expr.left) : noWords);
        return;
      }
      case "in":
        this.value(expr.left);
        if (expr.to === undefined && this.spellsPlace(expr.right)) {
          this.placeExpr(expr.right);
          return;
        }
        this.value(expr.right, wordsOf(expr.left));
        if (expr.to !== undefined) this.value(expr.to);
        return;
      case "is":
        this.value(expr.left);
        return;
      case "quantifier":
        this.value(expr.from);
        this.value(expr.to);
        this.scopes.push();
        this.scopes.add(expr.variable, "quantifier");
        this.value(expr.body);
        this.scopes.pop();
        return;
      case "size":
      case "string":
      case "boolean":
      case "missing":
        return;
    }
  }

  /** Binds a place and the expressions in it. */
  place(place: Place, thread: ResolvedThread | undefined, node: Place | Expr = place): void {
    if (place.index !== undefined) this.value(place.index);
    if (place.to !== undefined) this.value(place.to);
    if (place.offset !== undefined) this.value(place.offset);
    const resolved = resolvePlace(this.ctx, this.file, place, thread);
    if (resolved !== undefined) this.ctx.places.set(node, resolved);
  }

  /** Binds an event's name and arguments. */
  event(pattern: EventPattern): void {
    this.eventArgs(pattern.name, pattern.args);
  }

  private eventArgs(name: Name, args: readonly Arg[]): void {
    const { ctx, file } = this;
    if (name.text === "") return;
    const event = eventByName.get(name.text);
    if (event === undefined) {
      ctx.error(file, "unknown-event", `There is no event \`${name.text}\`.`, name, () =>
        didYouMean(name.text, eventByName.keys(), name.start, name.end),
      );
      return;
    }
    ctx.bindings.set(name, { kind: "event", name: name.text });
    args.forEach((arg, position) => {
      const field =
        arg.name === undefined ? event.fields[position] : event.fields.find((f) => f.name === arg.name?.text);
      if (field === undefined) {
        this.reportNoField(name, event.fields, arg);
        return;
      }
      if (arg.name !== undefined) {
        ctx.bindings.set(arg.name, { kind: "field", name: field.name, signature: undefined });
      }
      this.eventArg(field, arg.value);
    });
  }

  private reportNoField(event: Name, fields: readonly EventField[], arg: Arg): void {
    const { ctx, file } = this;
    const { name } = arg;
    const signature = `${event.text}(${fields.map((field) => field.name).join(", ")})`;
    if (name !== undefined) {
      ctx.error(
        file,
        "unknown-field",
        `Event \`${event.text}\` has no field \`${name.text}\`: \`${signature}\`.`,
        name,
        () =>
          didYouMean(
            name.text,
            fields.map((field) => field.name),
            name.start,
            name.end,
          ),
      );
      return;
    }
    ctx.error(file, "too-many-arguments", `Too many arguments: \`${signature}\`.`, arg);
  }

  private eventArg(field: EventField, expr: Expr): void {
    const { ctx, file } = this;
    if (expr.kind === "name") {
      if (expr.text === "_") return;
      if (field.words.includes(expr.text)) {
        ctx.bindings.set(expr, { kind: "word", name: expr.text });
        return;
      }
      const named = ctx.globals.get(expr.text);
      if (!this.fits(field, named?.kind) && this.eventArgMistake(field, expr)) return;
    }
    switch (field.type) {
      case "place":
        this.placeExpr(expr);
        return;
      case "name":
      case "invariant":
        if (expr.kind !== "name") this.value(expr);
        return;
      default:
        this.value(expr, field.words);
    }
    if (expr.kind === "string" && field.type !== "signal") {
      ctx.error(file, "wrong-kind", `\`${field.name}\` is not a string.`, expr);
    }
  }

  /** True if a declared name of this kind can be what the field holds. */
  private fits(field: EventField, kind: string | undefined): boolean {
    switch (field.type) {
      case "thread":
        return kind === "thread" || kind === "cpu" || kind === "device";
      case "actor":
        return kind === "cpu" || kind === "device";
      case "device":
      case "owner":
        return kind === "device";
      case "memory":
        return kind === "node" || kind === "device";
      default:
        return true;
    }
  }

  /** Reports a name that cannot be what the field holds; false if it may be a value after all. */
  private eventArgMistake(field: EventField, name: Name): boolean {
    const { ctx, file } = this;
    if (this.scopes.find(name.text) !== undefined || ctx.results.has(name.text) || name.text === "none") return false;
    const what =
      field.type === "thread"
        ? "a thread, CPU or device"
        : field.type === "actor"
          ? "a CPU or device"
          : field.type === "memory"
            ? "a node or device"
            : "a device";
    const other = ctx.globals.get(name.text);
    const region = ctx.regionsByName.get(name.text);
    const is = other !== undefined ? ` is ${kindText(other)},` : region !== undefined ? " is a region," : " is";
    ctx.error(file, "wrong-kind", `\`${name.text}\`${is} not ${what}, which \`${field.name}\` is.`, name, () => {
      const names = [...ctx.globals.values()].filter((d) => this.fits(field, d.kind)).map((d) => d.name);
      return didYouMean(name.text, names, name.start, name.end);
    });
    return true;
  }

  /** Binds an expression that must spell a place, as a check sees it or (with `thread`) as that thread does. */
  placeExpr(expr: Expr, thread?: ResolvedThread): void {
    if (expr.kind === "missing") return;
    const place = placeOfExpr(expr);
    if (place === undefined) {
      this.ctx.error(
        this.file,
        "not-a-place",
        "This is no place: write `region`, `region[i]` or `PROCESS.region[i]`.",
        expr,
      );
      return;
    }
    this.place(place, thread, expr);
  }

  private spellsPlace(expr: Expr): boolean {
    const first = placeOfExpr(expr)?.path[0];
    if (first === undefined || this.scopes.find(first.text) !== undefined || this.ctx.results.has(first.text))
      return false;
    const declared = this.ctx.globals.get(first.text);
    return declared === undefined ? this.ctx.regionsByName.has(first.text) : declared.kind === "process";
  }

  private call(expr: CallExpr): void {
    const { ctx, file } = this;
    const { callee, args } = expr;
    if (callee.kind !== "name") {
      ctx.error(file, "not-a-function", "Only the observation functions are called in checks.", callee, {
        hint: `They are ${facts.map((fact) => `\`${fact.usage}\``).join(", ")}.`,
      });
      return;
    }
    const fact = factByName.get(callee.text);
    if (fact === undefined) {
      const isModel = ctx.members.get(callee.text)?.declaration.kind === "fn" || this.isModelFunction(callee.text);
      ctx.error(
        file,
        "unknown-function",
        isModel
          ? `\`${callee.text}\` is a function of the model; a check cannot call it.`
          : `There is no function \`${callee.text}\`.`,
        callee,
        () =>
          isModel
            ? { hint: `As a statement: \`call ${callee.text}(…)\`.` }
            : didYouMean(callee.text, factByName.keys(), callee.start, callee.end),
      );
      return;
    }
    ctx.bindings.set(callee, { kind: "fact", name: fact.name });
    if (fact.name === "count") {
      const [event, ...rest] = args;
      if (event?.value.kind === "name" && event.name === undefined) this.eventArgs(event.value, rest);
      else ctx.error(file, "unknown-event", "`count` needs an event: `count(fault, gpu0)`.", event ?? callee);
      return;
    }
    this.factArgs(expr, fact.parameters, fact.usage);
  }

  private isModelFunction(name: string): boolean {
    const { functions, primitives } = this.ctx.library;
    return functions.some((row) => row.name === name) || primitives.some((row) => row.name === name);
  }

  private factArgs(expr: CallExpr, parameters: readonly string[], usage: string): void {
    const { ctx, file } = this;
    const { args } = expr;
    if (args.length !== parameters.length || args.some((arg) => arg.name !== undefined)) {
      ctx.error(file, "arity", `The arguments do not fit: \`${usage}\`.`, expr);
      return;
    }
    parameters.forEach((parameter, position) => {
      const value = args[position]?.value;
      if (value === undefined || value.kind === "missing") return;
      if (parameter === "place") {
        this.placeExpr(value);
      } else if (value.kind !== "name") {
        ctx.error(
          file,
          "wrong-kind",
          `The name of a ${parameter === "device" ? "device" : "node or device"} is needed.`,
          value,
        );
      } else if (parameter === "device") {
        findDevice(ctx, file, value);
      } else {
        this.memoryName(value);
      }
    });
  }

  private memoryName(name: Name): void {
    const { ctx, file } = this;
    const found = ctx.globals.get(name.text);
    if (found?.kind === "node" || found?.kind === "device") {
      ctx.bindings.set(name, found);
      return;
    }
    const message =
      found === undefined
        ? `There is no node or device \`${name.text}\`.`
        : `\`${name.text}\` is ${kindText(found)}, not a node or device.`;
    ctx.error(file, "unknown-name", message, name, () => {
      const names = [...ctx.nodes, ...ctx.devices].map((candidate) => candidate.name);
      return didYouMean(name.text, names, name.start, name.end);
    });
  }

  private valueName(name: Name, words: readonly string[]): void {
    const { ctx, file } = this;
    const { text } = name;
    if (text === "" || ctx.bindings.has(name)) return;
    if (words.includes(text)) {
      ctx.bindings.set(name, { kind: "word", name: text });
      return;
    }
    const declared = this.scopes.find(text) ?? ctx.results.get(text) ?? ctx.globals.get(text);
    if (declared !== undefined) {
      if (isValue(declared.kind)) ctx.bindings.set(name, declared);
      else ctx.error(file, "not-a-value", `\`${text}\` is ${kindText(declared)}, which is no value.`, name);
      return;
    }
    if (this.errors.has(text)) {
      ctx.bindings.set(name, { kind: "error", name: text });
      return;
    }
    if (ctx.regionsByName.has(text)) {
      ctx.error(file, "not-a-value", `\`${text}\` is a region, which is no value.`, name, {
        hint: `The word stored in it is \`value(${text})\`.`,
      });
      return;
    }
    if (valueWords.has(text)) {
      ctx.bindings.set(name, { kind: "word", name: text });
      return;
    }
    this.reportUnknownValue(name, words);
  }

  private reportUnknownValue(name: Name, words: readonly string[]): void {
    const { ctx, file } = this;
    const message =
      words.length > 0
        ? `\`${name.text}\` is none of the words that can stand here: ${words.map((word) => `\`${word}\``).join(", ")}.`
        : `There is nothing called \`${name.text}\`.`;
    ctx.error(file, "unknown-name", message, name, () => {
      const isFact = factByName.has(name.text);
      if (isFact) return { hint: `It is a function: \`${factByName.get(name.text)?.usage}\`.` };
      const names = [...words, ...this.scopes.names(), ...ctx.results.keys(), ...ctx.globals.keys(), ...this.errors];
      return didYouMean(name.text, names, name.start, name.end);
    });
  }
}

function isValue(kind: string): boolean {
  return kind !== "driver" && kind !== "barrier" && kind !== "callback" && kind !== "region";
}

/** The words that the value of an expression has of its own: `.kind` and its like; none for most. */
export function wordsOf(expr: Expr): readonly string[] {
  if (expr.kind !== "member" || expr.object.kind !== "call" || expr.object.callee.kind !== "name") return noWords;
  const fact = factByName.get(expr.object.callee.text);
  return fact?.fields.find((field) => field.name === expr.member.text)?.words ?? noWords;
}
