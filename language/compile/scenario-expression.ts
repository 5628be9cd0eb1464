/** Expressions of scenarios: those of model code, with places, observations and counts of events. */

import { EVENTS } from "../../sim-core/machine/events.ts";
import { box, Tag } from "../../sim-core/store/value.ts";
import { FACTS } from "../../sim-core/vm/observer.ts";
import { Op } from "../../sim-core/vm/op.ts";
import type { CheckPart } from "../../sim-core/vm/program.ts";
import type { ResolvedPlace } from "../resolve/model.ts";
import type { CallExpr, Expr, Span } from "../syntax/tree.ts";
import type { Register } from "./builder.ts";
import { ExpressionCompiler } from "./expression.ts";
import { eventPattern } from "./patterns.ts";
import type { ScenarioContext } from "./scenario-context.ts";
import { FunctionScope } from "./scope.ts";

/** A place as registers: its process, the address of its first word, and how many pages it has. */
export interface PlaceRegisters {
  readonly process: Register;
  readonly address: Register;
  readonly pages: Register;
  /** Number of pages if that is known before the run. */
  readonly constantPages: number | undefined;
}

const factNames: readonly string[] = FACTS;

/** A scope for code outside model functions: names are resolved already. */
export function scenarioScope(context: ScenarioContext): FunctionScope {
  const around = { superFunction: undefined, lookup: () => undefined, callee: () => undefined };
  return new FunctionScope(context.builder, context.source, around, []);
}

export class ScenarioExpressions extends ExpressionCompiler {
  readonly context: ScenarioContext;

  constructor(scope: FunctionScope, context: ScenarioContext) {
    super(scope, context.pageSize);
    this.context = context;
  }

  protected override name(text: string, expr: Expr, into: Register | undefined): Register {
    const { builder } = this.context;
    const local = this.scope.local(text);
    if (local !== undefined) return this.deliver(local, into);
    const binding = expr.kind === "name" ? this.context.resolved.bindings.get(expr) : undefined;
    if (binding?.kind === "local") {
      const slot = this.context.variable(binding.at.name);
      return this.result(into, (d) => builder.emit(Op.getScenario, d, slot));
    }
    if (binding?.kind === "result") {
      const slot = this.context.result(binding.name);
      // Another thread's statement may end at any time.
      this.scope.shared = true;
      return this.result(into, (d) => builder.emit(Op.getScenario, d, slot));
    }
    if (binding?.kind === "member") {
      const slot = builder.variables.findIndex((v) => v.name === binding.name);
      if (slot >= 0) {
        this.scope.shared = true;
        return this.result(into, (d) => builder.emit(Op.getGlobal, d, slot));
      }
    }
    const value = binding === undefined ? undefined : this.context.valueOf(binding);
    if (value !== undefined) return this.deliver(builder.constant(value), into);
    return super.name(text, expr, into);
  }

  /** A place to registers; an index that is not constant is checked against the region when it runs. */
  place(place: ResolvedPlace, span: Span): PlaceRegisters {
    const { builder } = this.context;
    const { region, process } = place;
    const pageSize = this.context.resolved.pageSize;
    const processRegister = builder.constant(box(Tag.process, process.index));
    const { firstPage, endPage, offsetBytes } = place;
    if (firstPage !== undefined && endPage !== undefined && offsetBytes !== undefined) {
      const address = builder.constant(region.start + firstPage * pageSize + offsetBytes);
      const pages = endPage - firstPage;
      return { process: processRegister, address, pages: builder.constant(pages), constantPages: pages };
    }
    const address = this.scope.temporary();
    const spot = builder.spot(this.context.source, span);
    let pages = builder.constant(place.index === undefined ? region.pages : 1);
    if (place.index === undefined) {
      builder.emit(Op.move, address, builder.constant(region.start));
    } else {
      const index = this.compile(place.index, this.scope.temporary());
      if (place.to === undefined) {
        builder.emit(Op.checkIndex, index, builder.constant(region.pages), spot);
      } else {
        const to = this.compile(place.to, this.scope.temporary());
        builder.emit(Op.checkIndex, to, builder.constant(region.pages + 1), spot);
        builder.emit(Op.checkIndex, index, to, spot);
        pages = this.scope.temporary();
        builder.emit(Op.subtract, pages, to, index);
      }
      builder.emit(Op.multiply, address, index, builder.constant(pageSize));
      builder.emit(Op.add, address, address, builder.constant(region.start));
    }
    if (place.offset !== undefined) {
      const offset = this.compile(place.offset);
      builder.emit(Op.checkIndex, offset, builder.constant(pageSize), spot);
      builder.emit(Op.add, address, address, offset);
    }
    const constantPages = place.to === undefined ? (place.index === undefined ? region.pages : 1) : undefined;
    return { process: processRegister, address, pages, constantPages };
  }

  protected override member(object: Expr, field: string, into: Register | undefined): Register {
    if (object.kind === "call" && object.callee.kind === "name" && factNames.includes(object.callee.text)) {
      return this.observe(object, field, into);
    }
    return super.member(object, field, into);
  }

  protected override call(expr: CallExpr, into: Register | undefined): Register {
    const name = expr.callee.kind === "name" ? expr.callee.text : "";
    if (factNames.includes(name)) return this.observe(expr, undefined, into);
    if (name === "free") {
      const where = expr.args[0];
      if (where === undefined) return this.context.fail("free takes a node or a device", expr);
      this.scope.shared = true;
      const register = this.compile(where.value);
      return this.result(into, (d) => this.context.builder.emit(Op.free, d, register));
    }
    if (name === "count") return this.count(expr, into);
    return super.call(expr, into);
  }

  private observe(expr: CallExpr, field: string | undefined, into: Register | undefined): Register {
    const { builder, resolved } = this.context;
    const name = expr.callee.kind === "name" ? expr.callee.text : "";
    const operand = expr.args[name === "mirror" ? 1 : 0];
    const place = operand === undefined ? undefined : resolved.places.get(operand.value);
    if (operand === undefined || place === undefined) return this.context.fail(`${name} takes a place`, expr);
    let device = -1;
    if (name === "mirror") {
      const written = expr.args[0]?.value;
      const binding = written?.kind === "name" ? resolved.bindings.get(written) : undefined;
      if (binding?.kind === "device") device = binding.index;
      else if (binding?.kind === "thread" && binding.on.kind === "device") device = binding.on.index;
      else return this.context.fail("mirror takes a device and a place", expr);
    }
    this.scope.shared = true;
    const { process, address, pages } = this.place(place, operand.value);
    const fact = factNames.indexOf(name);
    const fieldId = field === undefined ? -1 : builder.field(field);
    return this.result(into, (d) => builder.emit(Op.observe, d, fact, fieldId, device, process, address, pages));
  }

  protected count(expr: CallExpr, into: Register | undefined): Register {
    const { builder } = this.context;
    const [event, ...args] = expr.args;
    if (event?.value.kind !== "name") return this.context.fail("count takes an event: count(fault, gpu0)", expr);
    const pattern = eventPattern(this.context, event.value.text, args, expr);
    const inPages = EVENTS[pattern.event]?.name === "copy";
    const key = JSON.stringify([pattern.event, pattern.fields]);
    let counter = builder.counters.findIndex(
      (c) => !c.watched && JSON.stringify([c.pattern.event, c.pattern.fields]) === key,
    );
    if (counter < 0) counter = builder.counters.push({ pattern, inPages, watched: false }) - 1;
    this.scope.shared = true;
    return this.result(into, (d) => builder.emit(Op.count, d, counter));
  }

  protected override membershipOfPlace(expr: Expr, left: Register, right: Expr, into: Register): void {
    const { builder, resolved } = this.context;
    const place = resolved.places.get(right);
    if (place === undefined) {
      super.membershipOfPlace(expr, left, right, into);
      return;
    }
    const { address, pages } = this.place(place, right);
    const end = this.scope.temporary();
    builder.emit(Op.multiply, end, pages, builder.constant(resolved.pageSize), Op.add, end, end, address);
    builder.emit(Op.greaterEqual, into, left, address, Op.jumpIfFalse, into, 0);
    const patch = builder.here - 1;
    builder.emit(Op.less, into, left, end);
    builder.patch(patch);
  }

  /** Makes the statement at `span` fail if `expr`, compiled just before, had no value. */
  mustBeSound(expr: Expr, span: Span): void {
    if (!ScenarioExpressions.mayBeUnsound(expr)) return;
    const { builder, source } = this.context;
    builder.emit(Op.sound, builder.statementCheck(source, span), builder.here + 3);
  }
  /** Whether an expression may have no value: it divides, reckons with what is no number, or observes pages that differ. */
  private static mayBeUnsound(expr: Expr): boolean {
    const any = (list: readonly (Expr | undefined)[]) =>
      list.some((e) => e !== undefined && ScenarioExpressions.mayBeUnsound(e));
    switch (expr.kind) {
      case "binary":
        return "+-*/%".includes(expr.operator) || any([expr.left, expr.right]);
      case "unary":
        return (expr.operator === "-" && expr.operand.kind !== "size") || any([expr.operand]);
      case "in":
        return any([expr.left, expr.right, expr.to]);
      case "is":
        return any([expr.left]);
      case "quantifier":
        return any([expr.from, expr.to, expr.body]);
      case "list":
        return any(expr.items);
      default:
        return isObservation(expr) || expr.kind === "index";
    }
  }

  /** The entry of an expression function for `expr`: code of its own that ends with `done`. */
  static entry(context: ScenarioContext, expr: Expr): number {
    const entry = context.builder.here;
    const compiler = new ScenarioExpressions(scenarioScope(context), context);
    const register = compiler.compile(expr);
    context.builder.emit(Op.done, register);
    return entry;
  }

  /** The observations in a check, each as an expression function, so that a failure can say what they were. */
  static parts(context: ScenarioContext, expr: Expr): CheckPart[] {
    const parts = new Map<string, CheckPart>();
    const visit = (e: Expr): void => {
      if (isObservation(e)) {
        const text = context.builder.text(context.source, e);
        if (!parts.has(text)) parts.set(text, { text, entry: ScenarioExpressions.entry(context, e) });
        return;
      }
      switch (e.kind) {
        case "binary":
          visit(e.left);
          visit(e.right);
          return;
        case "unary":
          visit(e.operand);
          return;
        case "is":
        case "in":
          visit(e.left);
          return;
        case "name":
          if (["local", "result", "member"].includes(context.resolved.bindings.get(e)?.kind ?? "")) {
            parts.set(e.text, { text: e.text, entry: ScenarioExpressions.entry(context, e) });
          }
      }
    };
    visit(expr);
    return [...parts.values()];
  }
}

function isObservation(expr: Expr): boolean {
  const call = expr.kind === "member" ? expr.object : expr;
  if (call.kind !== "call" || call.callee.kind !== "name") return false;
  return factNames.includes(call.callee.text) || call.callee.text === "count" || call.callee.text === "free";
}
