/** Expressions of model code to instructions. */

import { fromBigInt, NONE } from "../../sim-core/store/value.ts";
import { IsKind, Op } from "../../sim-core/vm/op.ts";
import { primitives, SHARED_FIELDS } from "../../sim-core/vm/primitives.ts";
import type { Arg, BinaryExpr, CallExpr, Expr, InExpr, IsExpr, QuantifierExpr, Size } from "../syntax/tree.ts";
import { isInPages, sizeInBytes } from "../syntax/tree.ts";
import type { Register } from "./builder.ts";
import { PAGE_SIZE_REGISTER } from "./builder.ts";
import type { FunctionScope } from "./scope.ts";

const primitiveIds = new Map(primitives.map((p, i) => [p.name, i]));

/** Fields with words of their own: compared with one, a word means that word before a declared name. */
const wordFields = new Set(["kind", "reason", "phase", "access", "what", "result", "by", "lru", "perm"]);

const binaryOps: Readonly<Record<string, number>> = {
  "==": Op.equal,
  "!=": Op.notEqual,
  "<": Op.less,
  "<=": Op.lessEqual,
  ">": Op.greater,
  ">=": Op.greaterEqual,
  "+": Op.add,
  "-": Op.subtract,
  "*": Op.multiply,
  "/": Op.divide,
  "%": Op.remainder,
};

/** Default of a struct's array field: each struct gets an empty list of its own. */
export const NEW_ARRAY = ".array";

/** Compiles expressions within one function. Scenario expressions extend it with places and observations. */
export class ExpressionCompiler {
  readonly scope: FunctionScope;
  readonly pageSize: bigint;

  constructor(scope: FunctionScope, pageSize = 4096n) {
    this.scope = scope;
    this.pageSize = pageSize;
  }

  /** Compiles `expr`; its value is in the register returned: `into` if given, else wherever it lies or a scratch register. */
  compile(expr: Expr, into?: Register): Register {
    const builder = this.scope.builder;
    switch (expr.kind) {
      case "size":
        return this.size(expr, into);
      case "boolean":
        return this.deliver(builder.constant(builder.word(expr.value ? "true" : "false")), into);
      case "string":
        return this.deliver(builder.constant(builder.string(expr.value)), into);
      case "name":
        return this.name(expr.text, expr, into);
      case "member":
        return this.member(expr.object, expr.member.text, into);
      case "index": {
        const object = this.compile(expr.object);
        const index = this.compile(expr.index);
        return this.result(into, (d) => builder.emit(Op.getIndex, d, object, index));
      }
      case "call":
        return this.call(expr, into);
      case "unary": {
        const operand = this.compile(expr.operand);
        return this.result(into, (d) => builder.emit(expr.operator === "-" ? Op.negate : Op.not, d, operand));
      }
      case "binary":
        return this.binary(expr, into);
      case "in":
        return this.membership(expr, into);
      case "is":
        return this.kindTest(expr, into);
      case "quantifier":
        return this.quantifier(expr, into);
      case "list":
        return this.scope.fail("a list may stand only right of 'in'", expr);
      case "missing":
        return this.scope.fail("an expression is missing here", expr);
    }
  }

  /**
   * Compiles a condition as jumps: control goes on behind it if it does not hold, or with `when` false if it does. Returns the places
   * of the other jumps' targets, to be patched.
   */
  jump(expr: Expr, when: boolean): number[] {
    const { builder } = this.scope;
    if (expr.kind === "unary" && expr.operator === "not") return this.jump(expr.operand, !when);
    if (expr.kind === "binary" && (expr.operator === "and" || expr.operator === "or" || expr.operator === "implies")) {
      // What the left side has to be for the right one not to matter, and what the whole is then.
      const decisive = expr.operator !== "and";
      const ofLeft = expr.operator === "or";
      const left = this.jump(expr.left, ofLeft);
      const right = this.jump(expr.right, when);
      if (when === decisive) return [...left, ...right];
      for (const at of left) builder.patch(at);
      return right;
    }
    const mark = this.scope.temporaryMark;
    if (expr.kind === "binary" && (expr.operator === "==" || expr.operator === "!=")) {
      const left = this.compile(expr.left);
      const right = this.comparand(expr.left, expr.right);
      this.scope.temporaryMark = mark;
      builder.emit((expr.operator === "==") === when ? Op.jumpIfEqual : Op.jumpIfNotEqual, left, right, 0);
      return [builder.here - 1];
    }
    const condition = this.compile(expr);
    this.scope.temporaryMark = mark;
    builder.emit(when ? Op.jumpIfTrue : Op.jumpIfFalse, condition, 0);
    return [builder.here - 1];
  }

  /** Whether reading or writing a handle's field of this name can be seen by other threads. */
  isSharedField(field: string): boolean {
    return SHARED_FIELDS.has(field);
  }

  protected deliver(register: Register, into: Register | undefined): Register {
    if (into === undefined || into === register) return register;
    this.scope.builder.emit(Op.move, into, register);
    return into;
  }
  protected result(into: Register | undefined, emit: (d: Register) => void): Register {
    const d = into ?? this.scope.temporary();
    emit(d);
    return d;
  }

  private size(expr: Size, into: Register | undefined): Register {
    const { builder } = this.scope;
    if (!isInPages(expr)) return this.deliver(builder.constant(fromBigInt(sizeInBytes(expr, this.pageSize))), into);
    if (expr.value === 1n) return this.deliver(PAGE_SIZE_REGISTER, into);
    const count = builder.constant(fromBigInt(expr.value));
    return this.result(into, (d) => builder.emit(Op.multiply, d, count, PAGE_SIZE_REGISTER));
  }

  protected name(text: string, expr: Expr, into: Register | undefined): Register {
    const { scope } = this;
    const { builder } = scope;
    const local = scope.local(text);
    if (local !== undefined) return this.deliver(local, into);
    if (text === "PAGE_SIZE") return this.deliver(PAGE_SIZE_REGISTER, into);
    if (text === "self") return this.result(into, (d) => builder.emit(Op.self, d));
    const meaning = scope.around.lookup(text);
    switch (meaning?.kind) {
      case "constant":
        return this.deliver(builder.constant(meaning.value), into);
      case "driverVariable":
        scope.shared = true;
        return this.result(into, (d) => builder.emit(Op.getVariable, d, meaning.slot));
      case "kernelVariable":
        scope.shared = true;
        return this.result(into, (d) => builder.emit(Op.getGlobal, d, meaning.slot));
      case "scenarioVariable":
        return this.result(into, (d) => builder.emit(Op.getScenario, d, meaning.slot));
      default:
        return this.deliver(builder.constant(this.word(text, expr)), into);
    }
  }
  /** The value of a word that names nothing declared. */
  protected word(text: string, _expr: Expr): number {
    return text === "none" ? NONE : this.scope.builder.word(text);
  }

  protected member(object: Expr, field: string, into: Register | undefined): Register {
    const { scope } = this;
    const { builder } = scope;
    if (object.kind === "name" && object.text === "self" && scope.local("self") === undefined) {
      const meaning = scope.around.lookup(field);
      if (meaning?.kind === "driverVariable") {
        scope.shared = true;
        return this.result(into, (d) => builder.emit(Op.getVariable, d, meaning.slot));
      }
    }
    const from = this.compile(object);
    if (SHARED_FIELDS.has(field)) scope.shared = true;
    return this.result(into, (d) => builder.emit(Op.getField, d, from, builder.field(field)));
  }

  protected binary(expr: BinaryExpr, into: Register | undefined): Register {
    const { scope } = this;
    const { builder } = scope;
    if (expr.operator === "and" || expr.operator === "or" || expr.operator === "implies") {
      const d = into !== undefined && into < 0 ? into : scope.temporary();
      this.compile(expr.left, d);
      if (expr.operator === "implies") builder.emit(Op.not, d, d);
      builder.emit(expr.operator === "and" ? Op.jumpIfFalse : Op.jumpIfTrue, d, 0);
      const patch = builder.here - 1;
      this.compile(expr.right, d);
      builder.patch(patch);
      // What these give is a truth value, whatever their sides are.
      if (!((expr.operator === "implies" || isTruthValue(expr.left)) && isTruthValue(expr.right))) {
        builder.emit(Op.not, d, d, Op.not, d, d);
      }
      return this.deliver(d, into);
    }
    const op = binaryOps[expr.operator] ?? Op.equal;
    const a = this.compile(expr.left);
    const b = this.comparand(expr.left, expr.right);
    return this.result(into, (d) => builder.emit(op, d, a, b));
  }

  /** The right side of a comparison: a word of the field on the left means that word. */
  protected comparand(left: Expr, right: Expr): Register {
    if (
      left.kind === "member" &&
      wordFields.has(left.member.text) &&
      right.kind === "name" &&
      this.isFieldWord(right.text)
    ) {
      return this.scope.builder.constant(this.word(right.text, right));
    }
    return this.compile(right);
  }
  protected isFieldWord(text: string): boolean {
    return this.scope.builder.words.includes(text);
  }

  private membership(expr: InExpr, into: Register | undefined): Register {
    const { builder } = this.scope;
    const left = this.compile(expr.left);
    const d = into !== undefined && into < 0 ? into : this.scope.temporary();
    if (expr.to !== undefined) {
      const from = this.compile(expr.right);
      builder.emit(Op.greaterEqual, d, left, from, Op.jumpIfFalse, d, 0);
      const patch = builder.here - 1;
      const to = this.compile(expr.to);
      builder.emit(Op.less, d, left, to);
      builder.patch(patch);
    } else if (expr.right.kind === "list") {
      const patches: number[] = [];
      builder.emit(Op.move, d, builder.constant(builder.word("false")));
      for (const item of expr.right.items) {
        const value = this.comparand(expr.left, item);
        builder.emit(Op.equal, d, left, value, Op.jumpIfTrue, d, 0);
        patches.push(builder.here - 1);
      }
      for (const patch of patches) builder.patch(patch);
    } else {
      this.membershipOfPlace(expr.left, left, expr.right, d);
    }
    if (expr.negated) builder.emit(Op.not, d, d);
    return this.deliver(d, into);
  }
  /** `left`: where the value of `expr` is. */
  protected membershipOfPlace(_expr: Expr, _left: Register, right: Expr, _into: Register): void {
    this.scope.fail("right of 'in' stands a range a..b or a list [a, b]", right);
  }

  private kindTest(expr: IsExpr, into: Register | undefined): Register {
    const { builder } = this.scope;
    const value = this.compile(expr.left);
    const kind = IsKind[expr.word.text as keyof typeof IsKind];
    const d = into !== undefined && into < 0 ? into : this.scope.temporary();
    if (kind !== undefined) builder.emit(Op.is, d, value, kind);
    else builder.emit(Op.equal, d, value, builder.constant(this.word(expr.word.text, expr.word)));
    if (expr.negated) builder.emit(Op.not, d, d);
    return this.deliver(d, into);
  }

  private quantifier(expr: QuantifierExpr, into: Register | undefined): Register {
    const { scope } = this;
    const { builder } = scope;
    const d = into !== undefined && into < 0 ? into : scope.temporary();
    const variable = scope.temporary();
    const to = scope.temporary();
    this.compile(expr.from, variable);
    this.compile(expr.to, to);
    const all = expr.quantifier === "all";
    builder.emit(Op.move, d, builder.constant(builder.word(all ? "true" : "false")));
    const test = scope.temporary();
    const top = builder.here;
    builder.emit(Op.less, test, variable, to, Op.jumpIfFalse, test, 0);
    const exit = builder.here - 1;
    const mark = scope.temporaryMark;
    this.withName(expr.variable.text, variable, () => this.compile(expr.body, d));
    scope.temporaryMark = mark;
    builder.emit(all ? Op.jumpIfFalse : Op.jumpIfTrue, d, 0);
    const out = builder.here - 1;
    builder.emit(Op.add, variable, variable, builder.constant(1), Op.jump, top);
    builder.patch(exit);
    builder.patch(out);
    return this.deliver(d, into);
  }
  /** Compiles with `name` standing for a register. */
  protected withName(name: string, register: Register, compile: () => void): void {
    this.scope.push();
    this.scope.bind(name, register);
    compile();
    this.scope.pop();
  }

  /** A call inside an expression: primitives, structs and what is compiled in. Functions are calls of whole statements. */
  protected call(expr: CallExpr, into: Register | undefined): Register {
    const { scope } = this;
    const { builder } = scope;
    if (expr.callee.kind !== "name") return scope.fail("a callback is called by a statement of its own", expr);
    const name = expr.callee.text;
    if (name === "option") return this.option(expr, into);
    if (name === "choose") {
      const range = expr.args[0];
      if (range?.to === undefined) return scope.fail("choose takes a range: choose(a..b)", expr);
      scope.shared = true;
      const from = this.compile(range.value);
      const to = this.compile(range.to);
      return this.result(into, (d) => builder.emit(Op.choose, d, from, to));
    }
    const callee = scope.around.callee(name);
    if (callee?.kind === "struct") return this.newStruct(callee.struct, expr, into);
    const id = primitiveIds.get(name);
    const primitive = id === undefined ? undefined : primitives[id];
    if (id === undefined || primitive === undefined) {
      return scope.fail(
        callee === undefined
          ? `there is no function '${name}'`
          : `'${name}' is a function: call it by a statement of its own, or alone right of '=' or 'return'`,
        expr.callee,
      );
    }
    if (primitive.effect !== "pure") scope.shared = true;
    const mark = scope.temporaryMark;
    const at = scope.temporaries(primitive.params.length);
    this.placeArguments(
      expr.args,
      primitive.params.map((p) => p.replace(/\?$/, "")),
      at,
      name,
      expr,
    );
    scope.temporaryMark = mark;
    const d = into ?? scope.temporary();
    builder.emit(Op.primitive, id, d, at);
    return d;
  }

  /** Puts arguments into consecutive scratch registers from `at`, named ones in place, `none` where none is given. */
  placeArguments(args: readonly Arg[], params: readonly string[], at: number, name: string, expr: Expr): void {
    const { scope } = this;
    const given: (Arg | undefined)[] = params.map(() => undefined);
    let position = 0;
    for (const arg of args) {
      const index = arg.name === undefined ? position++ : params.indexOf(arg.name.text);
      if (index < 0 || index >= params.length) {
        scope.fail(
          arg.name === undefined
            ? `'${name}' takes ${params.length} arguments, not ${args.length}`
            : `'${name}' has no argument '${arg.name.text}'`,
          arg,
        );
      }
      given[index] = arg;
    }
    void expr;
    given.forEach((arg, i) => {
      if (arg === undefined) scope.builder.emit(Op.move, ~(at + i), scope.builder.constant(NONE));
      else this.compile(arg.value, ~(at + i));
    });
  }

  private newStruct(type: number, expr: CallExpr, into: Register | undefined): Register {
    const { scope } = this;
    const { builder } = scope;
    const fields = (builder.structs[type]?.fields ?? []).map((f) => builder.fieldNames[f] ?? "");
    const defaults = builder.structDefaults[type] ?? [];
    const mark = scope.temporaryMark;
    const at = scope.temporaries(fields.length);
    let position = 0;
    const given = new Map<number, Expr>();
    for (const arg of expr.args) {
      const index = arg.name === undefined ? position++ : fields.indexOf(arg.name.text);
      if (index < 0 || index >= fields.length) {
        scope.fail(`struct '${builder.structs[type]?.name}' has no field '${arg.name?.text ?? index + 1}'`, arg);
      }
      given.set(index, arg.value);
    }
    fields.forEach((_, i) => {
      const value = given.get(i);
      if (value !== undefined) this.compile(value, ~(at + i));
      else if (defaults[i] === builder.word(NEW_ARRAY)) this.newArray(~(at + i));
      else builder.emit(Op.move, ~(at + i), builder.constant(defaults[i] ?? NONE));
    });
    scope.temporaryMark = mark;
    const d = into ?? scope.temporary();
    builder.emit(Op.newStruct, d, type, at);
    return d;
  }

  private newArray(into: Register): void {
    const { builder } = this.scope;
    const length = this.scope.temporaries(1);
    builder.emit(Op.move, ~length, builder.constant(0), Op.primitive, primitiveIds.get("array") ?? 0, into, length);
  }

  private option(expr: CallExpr, into: Register | undefined): Register {
    const { scope } = this;
    const name = expr.args[0]?.value;
    if (name?.kind !== "name") return scope.fail("option takes the name of a switch: option(notify_exclusive)", expr);
    const meaning = scope.around.lookup(`option ${name.text}`);
    if (meaning?.kind === "driverVariable") {
      return this.result(into, (d) => scope.builder.emit(Op.getVariable, d, meaning.slot));
    }
    if (meaning?.kind === "kernelVariable") {
      return this.result(into, (d) => scope.builder.emit(Op.getGlobal, d, meaning.slot));
    }
    return scope.fail(`there is no option '${name.text}'`, name);
  }
}

/** Whether an expression gives `true` or `false` and nothing else. */
function isTruthValue(expr: Expr): boolean {
  switch (expr.kind) {
    case "binary":
      return !["+", "-", "*", "/", "%"].includes(expr.operator);
    case "unary":
      return expr.operator === "not";
    case "in":
    case "is":
      return true;
    default:
      return false;
  }
}
