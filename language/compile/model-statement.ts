/** Statements of model code to instructions. A statement begins with `Op.statement`, unless it only groups others. */
import { EVENTS } from "../../sim-core/machine/events.ts";
import { FALSE, NONE } from "../../sim-core/store/value.ts";
import { Op, StatementFlag } from "../../sim-core/vm/op.ts";
import { primitives } from "../../sim-core/vm/primitives.ts";
import type { CheckInfo, CheckPart } from "../../sim-core/vm/program.ts";
import type { Block, CallExpr, Expr, For, If, Match, ModelStatement, Span } from "../syntax/tree.ts";
import type { Register } from "./builder.ts";
import { ExpressionCompiler } from "./expression.ts";
import { FunctionScope } from "./scope.ts";

/** The number that a literal, perhaps with a minus, is; undefined for any other expression. */
function literal(expr: Expr): number | undefined {
  if (expr.kind === "size") return Number(expr.value);
  if (expr.kind !== "unary" || expr.operator !== "-" || expr.operand.kind !== "size") return undefined;
  return -Number(expr.operand.value);
}

/** What an expression looks at: names, fields and elements, the largest of them. Calls are left out: they may do something. */
function partsOf(expr: Expr, isVariable: (name: string) => boolean): Expr[] {
  switch (expr.kind) {
    case "name":
      return isVariable(expr.text) ? [expr] : [];
    case "call":
      return expr.args.flatMap((arg) => partsOf(arg.value, isVariable));
    case "member":
    case "index":
      return hasCall(expr) ? [] : [expr];
    case "binary":
      return [...partsOf(expr.left, isVariable), ...partsOf(expr.right, isVariable)];
    case "unary":
      return partsOf(expr.operand, isVariable);
    case "in":
    case "is":
      return partsOf(expr.left, isVariable);
    default:
      return [];
  }
}
function hasCall(expr: Expr): boolean {
  switch (expr.kind) {
    case "name":
    case "size":
      return false;
    case "member":
      return hasCall(expr.object);
    case "index":
      return hasCall(expr.object) || hasCall(expr.index);
    default:
      return true;
  }
}

interface LoopContext {
  /** Where `continue` goes, or its jumps to patch. */
  readonly continues: number[];
  readonly breaks: number[];
}

const primitiveNames = new Set(primitives.map((p) => p.name));

export class StatementCompiler {
  readonly scope: FunctionScope;
  readonly expressions: ExpressionCompiler;
  private readonly loops: LoopContext[] = [];
  /** The function's `expect` statements, and what their names stand for. */
  private readonly told: { check: number; condition: Expr; visible: ReadonlyMap<string, Register> }[] = [];

  constructor(scope: FunctionScope, expressions = new ExpressionCompiler(scope)) {
    this.scope = scope;
    this.expressions = expressions;
  }

  block(block: Block<ModelStatement>): void {
    this.scope.push();
    for (const statement of block.statements) this.statement(statement);
    this.scope.pop();
  }

  /** Begins a step at `span`; what `compile` emits is the step's head, and decides whether it touches shared state. */
  step(span: Span, compile: () => void): void {
    const { scope } = this;
    const { builder } = scope;
    scope.resetTemporaries();
    scope.shared = false;
    const at = builder.here;
    builder.emit(Op.statement, builder.spot(scope.source, span), 0, 0);
    compile();
    builder.code[at + 2] = (scope.shared ? StatementFlag.shared : 0) | (scope.atomic > 0 ? StatementFlag.inAtomic : 0);
  }

  statement(s: ModelStatement): void {
    // Annotated, so that the compiler knows where `scope.fail` ends a path.
    const scope: FunctionScope = this.scope;
    const { expressions } = this;
    const { builder } = scope;
    switch (s.kind) {
      case "let": {
        let slot = -1;
        this.step(s, () => {
          // The name is visible after its own statement, so its value may still use an outer one of that name.
          const value = this.valueInto(s.value, () => {
            slot = scope.declareHidden(s.name.text);
            return slot;
          });
          if (slot < 0) {
            slot = scope.declareHidden(s.name.text);
            builder.emit(Op.move, slot, value);
          }
        });
        scope.bind(s.name.text, slot);
        return;
      }
      case "assign":
        this.step(s, () => this.assign(s.target, s.operator, s.value));
        return;
      case "callStatement":
        this.step(s, () => {
          if (s.call.kind !== "call") scope.fail("only a call may stand alone", s);
          this.statementCall(s.call, scope.temporary());
        });
        return;
      case "if":
        this.if(s);
        return;
      case "match":
        this.match(s);
        return;
      case "loop": {
        const top = builder.here;
        const loop = this.enterLoop();
        this.block(s.body);
        builder.emit(Op.jump, top);
        this.leaveLoop(loop, top);
        return;
      }
      case "while": {
        const top = builder.here;
        let exits: number[] = [];
        this.step({ start: s.start, end: s.condition.end }, () => {
          exits = expressions.jump(s.condition, false);
        });
        const loop = this.enterLoop();
        this.block(s.body);
        builder.emit(Op.jump, top);
        for (const exit of exits) builder.patch(exit);
        this.leaveLoop(loop, top);
        return;
      }
      case "for":
        this.for(s);
        return;
      case "break":
      case "continue": {
        const loop = this.loops[this.loops.length - 1];
        if (loop === undefined) scope.fail(`'${s.kind}' stands outside a loop`, s);
        this.step(s, () => {
          builder.emit(Op.jump, 0);
          (s.kind === "break" ? loop.breaks : loop.continues).push(builder.here - 1);
        });
        return;
      }
      case "return":
        this.step(s, () => {
          const value = s.value === undefined ? builder.constant(NONE) : this.value(s.value);
          builder.emit(Op.return, value);
        });
        return;
      case "lock":
        this.step(s, () => {
          scope.shared = true;
          builder.emit(Op.lock, expressions.compile(s.target), s.read ? 1 : 0);
        });
        return;
      case "unlock":
        this.step(s, () => {
          scope.shared = true;
          builder.emit(Op.unlock, expressions.compile(s.target));
        });
        return;
      case "waitUntil":
        this.step(s, () => {
          scope.shared = true;
          builder.emit(Op.wait, expressions.compile(s.condition));
        });
        return;
      case "atomic": {
        const header = { start: s.start, end: s.start + "atomic".length };
        this.step(header, () => {
          scope.shared = true;
        });
        scope.atomic++;
        this.block(s.body);
        scope.atomic--;
        return;
      }
      case "spawn":
        this.step(s, () => {
          scope.shared = true;
          if (s.call.kind !== "call" || s.call.callee.kind !== "name") scope.fail("spawn takes a call: spawn f(…)", s);
          const name = s.call.callee.text;
          const callee = scope.around.callee(name);
          if (callee === undefined || callee.kind === "struct") scope.fail(`there is no function '${name}'`, s.call);
          const at = this.arguments(s.call);
          const id = callee.kind === "slot" ? callee.slot : callee.function;
          builder.emit(Op.spawn, id, callee.kind === "slot" ? 1 : 0, at, s.call.args.length);
        });
        return;
      case "emit":
        this.step(s, () => {
          const event = EVENTS.findIndex((e) => e.name === s.event.name.text);
          const description = EVENTS[event];
          if (description === undefined) scope.fail(`there is no event '${s.event.name.text}'`, s.event);
          const at = scope.temporaries(description.fields.length);
          expressions.placeArguments(s.event.args, description.fields, at, s.event.name.text, s.event.name);
          builder.emit(Op.emit, event, at, description.fields.length);
        });
        return;
      case "expect":
        this.step(s, () => {
          scope.shared = true;
          const holds = expressions.jump(s.condition, true);
          const check = builder.check(scope.source, s, []);
          builder.emit(Op.expect, builder.constant(FALSE), check);
          for (const at of holds) builder.patch(at);
          this.told.push({ check, condition: s.condition, visible: scope.visible() });
        });
        return;
    }
  }

  /** Compiles, after the function's own code, what its checks tell of when they fail. */
  tellParts(): void {
    const { builder, source, around } = this.scope;
    for (const { check, condition, visible } of this.told) {
      const parts = new Map<string, CheckPart>();
      const isVariable = (name: string) => visible.has(name) || around.lookup(name)?.kind.endsWith("Variable") === true;
      for (const expr of partsOf(condition, isVariable)) {
        const text = builder.text(source, expr);
        if (parts.has(text)) continue;
        const scope = new FunctionScope(builder, source, around, []);
        for (const [name, register] of visible) scope.bind(name, register);
        const entry = builder.here;
        builder.emit(Op.done, new ExpressionCompiler(scope, this.expressions.pageSize).compile(expr));
        parts.set(text, { text, entry });
      }
      builder.checks[check] = { ...(builder.checks[check] as CheckInfo), parts: [...parts.values()] };
    }
  }

  /** A value that may also be a call of a function or callback. */
  value(expr: Expr): Register {
    return this.valueInto(expr, () => this.scope.temporary());
  }
  private valueInto(expr: Expr, into: () => Register): Register {
    if (expr.kind === "call" && this.isFunctionCall(expr)) {
      const d = into();
      this.statementCall(expr, d);
      return d;
    }
    return this.expressions.compile(expr, into());
  }
  private isFunctionCall(call: CallExpr): boolean {
    if (call.callee.kind === "member") return true;
    if (call.callee.kind !== "name") return false;
    const name = call.callee.text;
    if (name === "super") return true;
    if (name === "option" || name === "choose") return false;
    const callee = this.scope.around.callee(name);
    if (callee !== undefined) return callee.kind !== "struct";
    return false;
  }

  /** A call of a function or callback, or of a primitive for its effect; the result goes to `into`. */
  statementCall(call: CallExpr, into: Register): void {
    // Annotated, so that the compiler knows where `scope.fail` ends a path.
    const scope: FunctionScope = this.scope;
    const { expressions } = this;
    const { builder } = scope;
    if (call.callee.kind === "member") {
      const receiver = expressions.compile(call.callee.object);
      const at = this.arguments(call);
      builder.emit(Op.callBack, builder.field(call.callee.member.text), receiver, at, call.args.length, into, 0);
      return;
    }
    if (call.callee.kind === "name") {
      const name = call.callee.text;
      if (name === "super") {
        const target = scope.around.superFunction;
        if (target === undefined) scope.fail("'super' stands only in what overrides something", call);
        builder.emit(Op.call, target, this.arguments(call), call.args.length, into, 0);
        return;
      }
      const callee = scope.around.callee(name);
      if (callee?.kind === "function") {
        builder.emit(Op.call, callee.function, this.arguments(call), call.args.length, into, 0);
        return;
      }
      if (callee?.kind === "slot" && !primitiveNames.has(name)) {
        builder.emit(Op.callSlot, callee.slot, this.arguments(call), call.args.length, into, 0);
        return;
      }
    }
    expressions.compile(call, into);
  }
  private arguments(call: CallExpr): number {
    const at = this.scope.temporaries(call.args.length);
    call.args.forEach((arg, i) => {
      if (arg.name !== undefined) this.scope.fail("functions take their arguments by position", arg);
      this.expressions.compile(arg.value, ~(at + i));
    });
    return at;
  }

  private assign(target: Expr, operator: "=" | "+=" | "-=", value: Expr): void {
    // Annotated, so that the compiler knows where `scope.fail` ends a path.
    const scope: FunctionScope = this.scope;
    const { expressions } = this;
    const { builder } = scope;
    const combine = (old: () => Register): Register => {
      if (operator === "=") return this.value(value);
      const before = old();
      const by = expressions.compile(value);
      const d = scope.temporary();
      builder.emit(operator === "+=" ? Op.add : Op.subtract, d, before, by);
      return d;
    };
    switch (target.kind) {
      case "name": {
        const local = scope.local(target.text);
        if (local !== undefined) {
          if (operator === "=") {
            const result = this.valueInto(value, () => local);
            if (result !== local) builder.emit(Op.move, local, result);
          } else
            builder.emit(
              Op.move,
              local,
              combine(() => local),
            );
          return;
        }
        const meaning = scope.around.lookup(target.text);
        if (meaning?.kind === "driverVariable" || meaning?.kind === "kernelVariable") {
          const register = combine(() => expressions.compile(target));
          scope.shared = true;
          builder.emit(meaning.kind === "driverVariable" ? Op.setVariable : Op.setGlobal, meaning.slot, register);
          return;
        }
        scope.fail(
          meaning === undefined
            ? `'${target.text}' is not declared: 'let ${target.text} = …' does`
            : `'${target.text}' cannot be assigned`,
          target,
        );
        return;
      }
      case "member": {
        const ofSelf = target.object.kind === "name" && target.object.text === "self";
        const meaning = ofSelf ? scope.around.lookup(target.member.text) : undefined;
        // The value comes first: if it is a call, scratch registers from before it are gone.
        const register = combine(() => expressions.compile(target));
        if (meaning?.kind === "driverVariable") {
          scope.shared = true;
          builder.emit(Op.setVariable, meaning.slot, register);
          return;
        }
        const receiver = expressions.compile(target.object);
        if (expressions.isSharedField(target.member.text)) scope.shared = true;
        builder.emit(Op.setField, receiver, builder.field(target.member.text), register);
        return;
      }
      case "index": {
        const register = combine(() => expressions.compile(target));
        const object = expressions.compile(target.object);
        const index = expressions.compile(target.index);
        builder.emit(Op.setIndex, object, index, register);
        return;
      }
      default:
        scope.fail("this cannot be assigned", target);
    }
  }

  private if(s: If<ModelStatement>): void {
    const { builder } = this.scope;
    let skips: number[] = [];
    this.step({ start: s.start, end: s.condition.end }, () => {
      skips = this.expressions.jump(s.condition, false);
    });
    this.block(s.then);
    if (s.else === undefined) {
      for (const skip of skips) builder.patch(skip);
      return;
    }
    builder.emit(Op.jump, 0);
    const end = builder.here - 1;
    for (const skip of skips) builder.patch(skip);
    if (s.else.kind === "if") this.if(s.else);
    else this.block(s.else);
    builder.patch(end);
  }

  private match(s: Match): void {
    const { scope } = this;
    const { builder } = scope;
    const arms: number[][] = s.arms.map(() => []);
    let otherwise = 0;
    this.step({ start: s.start, end: s.subject.end }, () => {
      const subject = this.expressions.compile(s.subject);
      const test = scope.temporary();
      s.arms.forEach((arm, i) => {
        for (const word of arm.words) {
          const value = word.kind === "name" ? this.armWord(word.text) : this.expressions.compile(word);
          builder.emit(Op.equal, test, subject, value, Op.jumpIfTrue, test, 0);
          arms[i]?.push(builder.here - 1);
        }
      });
      builder.emit(Op.jump, 0);
      otherwise = builder.here - 1;
    });
    const ends: number[] = [];
    let hasElse = false;
    s.arms.forEach((arm, i) => {
      for (const patch of arms[i] ?? []) builder.patch(patch);
      if (arm.isElse) {
        hasElse = true;
        builder.patch(otherwise);
      }
      this.block(arm.body);
      builder.emit(Op.jump, 0);
      ends.push(builder.here - 1);
    });
    if (!hasElse) builder.patch(otherwise);
    for (const end of ends) builder.patch(end);
  }
  /** A word of an arm: a constant of that name if there is one, else the word. */
  private armWord(text: string): Register {
    const { scope } = this;
    const meaning = scope.around.lookup(text);
    if (meaning?.kind === "constant") return scope.builder.constant(meaning.value);
    return scope.builder.constant(text === "none" ? NONE : scope.builder.word(text));
  }

  private for(s: For<ModelStatement>): void {
    // Annotated, so that the compiler knows where `scope.fail` ends a path.
    const scope: FunctionScope = this.scope;
    const { expressions } = this;
    const { builder } = scope;
    const header = { start: s.start, end: s.body.start };
    scope.push();
    if (s.to === undefined) {
      const list = scope.declareHidden(".list");
      const index = scope.declareHidden(".index");
      const item = scope.declareHidden(s.variable.text);
      this.step(header, () => {
        const from = expressions.compile(s.from);
        builder.emit(Op.copyList, list, from, Op.move, index, builder.constant(0));
      });
      const top = builder.here;
      const length = scope.temporary();
      const test = scope.temporary();
      builder.emit(Op.getField, length, list, builder.field("length"), Op.less, test, index, length);
      builder.emit(Op.jumpIfFalse, test, 0);
      const exit = builder.here - 1;
      builder.emit(Op.getIndex, item, list, index);
      scope.bind(s.variable.text, item);
      const loop = this.enterLoop();
      this.block(s.body);
      this.patchContinues(loop);
      builder.emit(Op.add, index, index, builder.constant(1), Op.jump, top);
      builder.patch(exit);
      this.leaveLoop(loop, undefined);
    } else {
      const variable = scope.declareHidden(s.variable.text);
      const to = scope.declareHidden(".to");
      const step = scope.declareHidden(".step");
      this.step(header, () => {
        expressions.compile(s.from, variable);
        if (s.to !== undefined) expressions.compile(s.to, to);
        if (s.step !== undefined) expressions.compile(s.step, step);
        else builder.emit(Op.move, step, builder.constant(1));
      });
      const top = builder.here;
      const exits = this.rangeTest(variable, to, step, s.step);
      scope.bind(s.variable.text, variable);
      const loop = this.enterLoop();
      this.block(s.body);
      this.patchContinues(loop);
      builder.emit(Op.add, variable, variable, step, Op.jump, top);
      for (const exit of exits) builder.patch(exit);
      this.leaveLoop(loop, undefined);
    }
    scope.pop();
  }

  /** Leaves a `for` when its variable has reached `to`, from below, or from above where the step is negative. */
  private rangeTest(variable: Register, to: Register, step: Register, written: Expr | undefined): readonly number[] {
    const { scope } = this;
    const { builder } = scope;
    const known = written === undefined ? 1 : literal(written);
    if (known === 0) scope.fail("a step of 0 never gets to the end", written ?? { start: 0, end: 0 });
    const test = scope.temporary();
    if (known !== undefined) {
      builder.emit(known > 0 ? Op.less : Op.greater, test, variable, to, Op.jumpIfFalse, test, 0);
      return [builder.here - 1];
    }
    builder.emit(Op.less, test, step, builder.constant(0), Op.jumpIfTrue, test, 0);
    const down = builder.here - 1;
    builder.emit(Op.less, test, variable, to, Op.jumpIfFalse, test, 0);
    const exits = [builder.here - 1];
    builder.emit(Op.jump, 0);
    const body = builder.here - 1;
    builder.patch(down);
    builder.emit(Op.greater, test, variable, to, Op.jumpIfFalse, test, 0);
    exits.push(builder.here - 1);
    builder.patch(body);
    return exits;
  }

  private enterLoop(): LoopContext {
    const loop: LoopContext = { continues: [], breaks: [] };
    this.loops.push(loop);
    return loop;
  }
  private patchContinues(loop: LoopContext): void {
    for (const patch of loop.continues) this.scope.builder.patch(patch);
  }
  private leaveLoop(loop: LoopContext, top: number | undefined): void {
    const { builder } = this.scope;
    this.loops.pop();
    if (top !== undefined) for (const patch of loop.continues) builder.code[patch] = top;
    for (const patch of loop.breaks) builder.patch(patch);
  }
}
