/**
 * Statements of scenarios to instructions. The top level runs on the director (thread 0), which starts each thread on a
 * function of its own and waits for it; a thread's block is one such function.
 */

import { box, NONE, Tag } from "../../sim-core/store/value.ts";
import { Op, StatementFlag } from "../../sim-core/vm/op.ts";
import type { ResolvedThread } from "../resolve/model.ts";
import type {
  Action,
  Block,
  Expect,
  ExpectEvents,
  ExpectNo,
  For,
  If,
  Parallel,
  Repeat,
  ScenarioStatement,
  Span,
  ThreadBlock,
} from "../syntax/tree.ts";
import { compileAction } from "./action.ts";
import type { Register } from "./builder.ts";
import { eventPattern } from "./patterns.ts";
import type { ScenarioContext } from "./scenario-context.ts";
import { ScenarioExpressions, scenarioScope } from "./scenario-expression.ts";
import type { FunctionScope } from "./scope.ts";

/** What a block's statements run as: the director, a scenario thread, or a thread for one statement of the kernel. */
export type Runner =
  | { readonly kind: "director" }
  | { readonly kind: "thread"; readonly thread: ResolvedThread }
  | { readonly kind: "kernel" };

/** Barriers of the `parallel` that is being compiled: how many blocks have each, and the variable that counts arrivals. */
type Barriers = ReadonlyMap<string, { readonly blocks: number; readonly variable: number }>;

export class ScenarioStatements {
  readonly context: ScenarioContext;
  readonly scope: FunctionScope;
  readonly expressions: ScenarioExpressions;
  readonly runner: Runner;
  /** Barriers of the `parallel` that this runs in; undefined if it runs alone. */
  private readonly barriers: Barriers | undefined;
  /** What is to be watched for from the beginning of the next statement on: instructions. */
  private watching: number[] = [];

  constructor(context: ScenarioContext, runner: Runner, barriers?: Barriers) {
    this.context = context;
    this.scope = scenarioScope(context);
    this.expressions = new ScenarioExpressions(this.scope, context);
    this.runner = runner;
    this.barriers = barriers;
  }

  /** Begins a step at `span`; `compile` emits what it does. */
  step(span: Span, compile: () => void): void {
    const { scope } = this;
    const { builder } = scope;
    scope.resetTemporaries();
    scope.shared = false;
    const at = builder.here;
    builder.emit(Op.statement, builder.spot(this.context.source, span), 0, 0);
    if (this.watching.length > 0) scope.shared = true;
    this.beginWatching();
    compile();
    builder.code[at + 2] = scope.shared ? StatementFlag.shared : 0;
  }

  /** Whether other threads, or checks after every step, can see between the steps of a statement. */
  get isWatched(): boolean {
    const { properties } = this.context.resolved;
    const isSeen = (kind: string) => kind === "always" || kind === "never";
    return this.barriers !== undefined || properties.some((p) => isSeen(p.declaration.property));
  }
  private beginWatching(): void {
    this.context.builder.emit(...this.watching);
    this.watching = [];
  }

  /** Compiles a block's statements; `next` are the checks that ask about the last one besides those after it. */
  statements(list: readonly ScenarioStatement[], next: readonly EventCheck[] = []): void {
    list.forEach((statement, i) => {
      if (!isCheck(statement)) this.watchFor(checksAfter(list, i, next));
      this.statement(statement);
    });
  }

  /** What these checks ask about the events of the statement that comes now starts anew. */
  private watchFor(checks: readonly EventCheck[]): void {
    for (const check of checks) {
      if (check.kind === "expectEvents") this.watching.push(Op.watch, this.matcherOf(check));
      else this.watching.push(Op.resetCounter, this.counterOf(check));
    }
  }
  private matcherOf(check: ExpectEvents): number {
    return this.context.once(check, () => {
      const patterns = check.events.map((e) => eventPattern(this.context, e.name.text, e.args, e));
      return this.context.builder.matchers.push({ patterns }) - 1;
    });
  }
  private counterOf(check: ExpectNo): number {
    return this.context.once(check, () => {
      const { event } = check;
      const pattern = eventPattern(this.context, event.name.text, event.args, event);
      return this.context.builder.counters.push({ pattern, inPages: false, watched: true }) - 1;
    });
  }

  statement(s: ScenarioStatement): void {
    const { builder } = this.context;
    switch (s.kind) {
      case "action":
        this.action(s);
        return;
      case "threadBlock":
        this.threadBlock(s);
        return;
      case "parallel":
        this.parallel(s);
        return;
      case "let":
        this.step(s, () => {
          const slot = this.context.variable(s.name);
          const value = this.expressions.compile(s.value);
          this.scope.shared = true;
          builder.emit(Op.setScenario, slot, value);
          this.expressions.mustBeSound(s.value, s);
        });
        return;
      case "if":
        this.if(s);
        return;
      case "for":
        this.for(s);
        return;
      case "repeat":
        this.repeat(s);
        return;
      case "waitUntil":
        // What happens while it waits counts: watching begins in a step of its own, which does not wait.
        if (this.watching.length > 0) this.step({ start: s.start, end: s.condition.start }, () => {});
        this.step(s, () => {
          const value = this.expressions.compile(s.condition);
          this.scope.shared = true;
          builder.emit(Op.wait, value);
        });
        return;
      case "barrier":
        this.barrier(s.name.text, s);
        return;
      case "expect":
        this.expect(s);
        return;
      case "expectEvents":
        this.step(s, () => {
          this.scope.shared = true;
          builder.emit(Op.expectEvents, this.matcherOf(s), this.check(s));
        });
        return;
      case "expectNo":
        this.step(s, () => {
          this.scope.shared = true;
          builder.emit(Op.expectNone, this.counterOf(s), this.check(s));
        });
        return;
    }
  }

  private check(s: Expect | ExpectEvents | ExpectNo): number {
    const { builder, source } = this.context;
    const id = builder.check(source, s, []);
    if (s.kind === "expect") {
      this.context.defer(() => {
        const check = builder.checks[id];
        if (check !== undefined)
          builder.checks[id] = { ...check, parts: ScenarioExpressions.parts(this.context, s.condition) };
      });
    }
    return id;
  }
  private expect(s: Expect): void {
    this.step(s, () => {
      const value = this.expressions.compile(s.condition);
      this.scope.shared = true;
      this.context.builder.emit(Op.expect, value, this.check(s));
    });
  }

  private action(s: Action): void {
    const { builder, resolved } = this.context;
    if (s.verb.text === "inject") {
      compileAction(this, s);
      return;
    }
    const thread = resolved.threadOf.get(s);
    if (this.runner.kind !== "director") {
      compileAction(this, s);
      return;
    }
    this.beginWatching();
    if (thread === undefined) {
      const slot = this.context.hidden("kernel");
      const fn = this.functionFor({ kind: "kernel" }, s, (inner) => inner.statement(s));
      builder.emit(Op.startKernel, 0, fn, slot, Op.joinKernel, slot);
      return;
    }
    const fn = this.functionFor({ kind: "thread", thread }, s, (inner) => inner.statement(s));
    builder.emit(Op.start, thread.index + 1, fn, this.spotOf(s), Op.join, thread.index + 1);
  }
  private spotOf(span: Span): number {
    return this.context.builder.spot(this.context.source, span);
  }

  private threadBlock(s: ThreadBlock): void {
    const { builder, resolved } = this.context;
    const thread = resolved.threadOf.get(s);
    if (this.runner.kind !== "director" || thread === undefined) {
      this.statements(s.body.statements);
      return;
    }
    this.beginWatching();
    const fn = this.functionFor({ kind: "thread", thread }, s, (inner) => inner.statements(s.body.statements));
    builder.emit(Op.start, thread.index + 1, fn, this.spotOf(s), Op.join, thread.index + 1);
  }

  private parallel(s: Parallel): void {
    const { builder, resolved } = this.context;
    this.beginWatching();
    const barriers = this.barriersOf(s);
    for (const { variable } of barriers.values()) builder.emit(Op.setScenario, variable, builder.constant(0));
    // Statements of one thread run one after another even if they do not stand in one block.
    const byThread = new Map<ResolvedThread, ScenarioStatement[]>();
    const kernel: Action[] = [];
    for (const child of s.body.statements) {
      if (child.kind !== "action" && child.kind !== "threadBlock") {
        this.context.fail("'parallel' holds blocks and statements of threads", child);
      }
      const thread = resolved.threadOf.get(child);
      if (thread === undefined) {
        if (child.kind === "action") kernel.push(child);
        continue;
      }
      const list = byThread.get(thread) ?? [];
      list.push(child);
      byThread.set(thread, list);
    }
    const joins: number[][] = [];
    for (const [thread, list] of byThread) {
      const fn = this.functionFor(
        { kind: "thread", thread },
        list[0] ?? s,
        (inner) => inner.statements(list),
        barriers,
      );
      builder.emit(Op.start, thread.index + 1, fn, this.spotOf(list[0] ?? s));
      joins.push([Op.join, thread.index + 1]);
    }
    for (const action of kernel) {
      const slot = this.context.hidden("kernel");
      const fn = this.functionFor({ kind: "kernel" }, action, (inner) => inner.statement(action), barriers);
      builder.emit(Op.startKernel, 0, fn, slot);
      joins.push([Op.joinKernel, slot]);
    }
    for (const join of joins) builder.emit(...join);
  }

  private barriersOf(s: Parallel): Barriers {
    const found = new Map<string, { blocks: number; variable: number }>();
    for (const child of s.body.statements) {
      const names = new Set<string>();
      collectBarriers(child, names);
      for (const name of names) {
        const known = found.get(name);
        if (known !== undefined) known.blocks++;
        else found.set(name, { blocks: 1, variable: this.context.hidden(`barrier ${name}`) });
      }
    }
    return found;
  }
  private barrier(name: string, span: Span): void {
    const { builder } = this.context;
    const barrier = this.barriers?.get(name);
    if (barrier === undefined) this.context.fail("a barrier stands in a block of 'parallel'", span);
    const target = this.scope.declareHidden(".barrier");
    this.step(span, () => {
      this.scope.shared = true;
      const arrived = this.scope.temporary();
      const n = builder.constant(barrier.blocks);
      builder.emit(Op.getScenario, arrived, barrier.variable, Op.add, arrived, arrived, builder.constant(1));
      builder.emit(Op.setScenario, barrier.variable, arrived);
      // All of this round have arrived when the count reaches the next multiple of the number of blocks.
      const rounds = this.scope.temporary();
      builder.emit(Op.add, rounds, arrived, builder.constant(barrier.blocks - 1), Op.divide, rounds, rounds, n);
      builder.emit(Op.multiply, target, rounds, n);
    });
    this.step(span, () => {
      this.scope.shared = true;
      const arrived = this.scope.temporary();
      builder.emit(
        Op.getScenario,
        arrived,
        barrier.variable,
        Op.greaterEqual,
        arrived,
        arrived,
        target,
        Op.wait,
        arrived,
      );
    });
  }

  private if(s: If<ScenarioStatement>): void {
    const { builder } = this.context;
    let skip = 0;
    this.step({ start: s.start, end: s.condition.end }, () => {
      const condition = this.expressions.compile(s.condition);
      this.scope.shared = true;
      this.expressions.mustBeSound(s.condition, { start: s.start, end: s.condition.end });
      builder.emit(Op.jumpIfFalse, condition, 0);
      skip = builder.here - 1;
    });
    this.statements(s.then.statements);
    if (s.else === undefined) {
      builder.patch(skip);
      return;
    }
    builder.emit(Op.jump, 0);
    const end = builder.here - 1;
    builder.patch(skip);
    if (s.else.kind === "if") this.if(s.else);
    else this.statements(s.else.statements);
    builder.patch(end);
  }

  private for(s: For<ScenarioStatement>): void {
    const { builder } = this.context;
    const slot = this.context.variable(s.variable);
    const to = this.scope.declareHidden(".to");
    const counter = this.scope.declareHidden(`.${s.variable.text}`);
    this.step({ start: s.start, end: s.body.start }, () => {
      if (s.to === undefined) this.context.fail("'for' in a scenario takes a range: for i in a..b", s);
      const header = { start: s.start, end: s.to.end };
      this.expressions.compile(s.from, counter);
      this.expressions.mustBeSound(s.from, header);
      this.expressions.compile(s.to, to);
      this.expressions.mustBeSound(s.to, header);
    });
    this.loop(counter, to, s.body, () => builder.emit(Op.setScenario, slot, counter));
  }
  private repeat(s: Repeat): void {
    const to = this.scope.declareHidden(".to");
    const counter = this.scope.declareHidden(".count");
    this.step({ start: s.start, end: s.body.start }, () => {
      this.expressions.compile(s.count, to);
      this.expressions.mustBeSound(s.count, { start: s.start, end: s.count.end });
      this.context.builder.emit(Op.move, counter, this.context.builder.constant(0));
    });
    this.loop(counter, to, s.body, () => {});
  }
  private loop(counter: Register, to: Register, body: Block<ScenarioStatement>, each: () => void): void {
    const { builder } = this.context;
    const top = builder.here;
    const test = this.scope.temporary();
    builder.emit(Op.less, test, counter, to, Op.jumpIfFalse, test, 0);
    const exit = builder.here - 1;
    each();
    // A check at the body's beginning asks, from the second time on, about its last statement.
    this.statements(body.statements, leadingChecks(body.statements));
    builder.emit(Op.add, counter, counter, builder.constant(1), Op.jump, top);
    builder.patch(exit);
  }

  /** Declares a function that runs as `runner`; its code is made later. */
  private functionFor(
    runner: Runner,
    span: Span,
    compile: (inner: ScenarioStatements) => void,
    barriers = this.barriers,
  ): number {
    const name = runner.kind === "thread" ? runner.thread.name : runner.kind;
    return compileRunner(this.context, runner, name, span, compile, barriers);
  }
}

/** Declares a function that runs as `runner`; its code is made when the context finishes. */
export function compileRunner(
  context: ScenarioContext,
  runner: Runner,
  name: string,
  span: Span,
  compile: (inner: ScenarioStatements) => void,
  barriers?: Barriers,
): number {
  const { builder, source } = context;
  const role = runner.kind === "director" ? "director" : "thread";
  const id = builder.declareFunction({ name, owner: undefined, role, params: [], source, span, doc: undefined });
  context.defer(() => {
    const inner = new ScenarioStatements(context, runner, barriers);
    const entry = builder.here;
    compile(inner);
    builder.emit(Op.return, builder.constant(NONE));
    builder.finishFunction(id, entry, inner.scope.slots, false);
  });
  return id;
}

/** Whether a statement is a check or a `let`: such do not count as "the statement before". */
function isCheck(s: ScenarioStatement): boolean {
  return s.kind === "expect" || s.kind === "expectEvents" || s.kind === "expectNo" || s.kind === "let";
}

/** A check that asks about the events of the statement before it. */
type EventCheck = ExpectEvents | ExpectNo;

/** The checks that ask about statement `i` of a block; `next` are those that come after the block's end. */
function checksAfter(list: readonly ScenarioStatement[], i: number, next: readonly EventCheck[]): EventCheck[] {
  const found = leadingChecks(list, i + 1);
  for (let j = i + 1; j < list.length; j++) if (!isCheck(list[j] as ScenarioStatement)) return found;
  return [...found, ...next];
}
/** The checks that stand before the first other statement of a list from `from` on, be it inside a block there. */
function leadingChecks(list: readonly ScenarioStatement[], from = 0): EventCheck[] {
  const found: EventCheck[] = [];
  for (let i = from; i < list.length; i++) {
    const statement = list[i] as ScenarioStatement;
    if (statement.kind === "expectEvents" || statement.kind === "expectNo") found.push(statement);
    if (isCheck(statement)) continue;
    return [...found, ...insideChecks(statement)];
  }
  return found;
}
function insideChecks(statement: ScenarioStatement): EventCheck[] {
  switch (statement.kind) {
    case "threadBlock":
    case "for":
    case "repeat":
      return leadingChecks(statement.body.statements);
    case "parallel":
      return statement.body.statements.flatMap(insideChecks);
    case "if": {
      const otherwise = statement.else;
      const inElse =
        otherwise === undefined
          ? []
          : otherwise.kind === "if"
            ? insideChecks(otherwise)
            : leadingChecks(otherwise.statements);
      return [...leadingChecks(statement.then.statements), ...inElse];
    }
    default:
      return [];
  }
}

function collectBarriers(s: ScenarioStatement, names: Set<string>): void {
  switch (s.kind) {
    case "barrier":
      names.add(s.name.text);
      return;
    case "threadBlock":
    case "for":
    case "repeat":
      for (const inner of s.body.statements) collectBarriers(inner, names);
      return;
    case "if":
      for (const inner of s.then.statements) collectBarriers(inner, names);
      if (s.else?.kind === "if") collectBarriers(s.else, names);
      else for (const inner of s.else?.statements ?? []) collectBarriers(inner, names);
  }
}

/** The value of a thread as statements and the explorer know it. */
export function threadValue(thread: ResolvedThread): number {
  return box(Tag.thread, thread.index + 1);
}
