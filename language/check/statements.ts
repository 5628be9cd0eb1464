/** Checks the statements of scenarios: who may use a verb, operands, where blocks and barriers stand, outcomes. */

import type { ResolvedThread } from "../resolve/model.ts";
import type { Action, Block, If, Name, Place, ScenarioStatement, Size, ThreadBlock } from "../syntax/tree.ts";
import { isInPages } from "../syntax/tree.ts";
import type { Verb } from "../verbs.ts";
import { verbByName } from "../verbs.ts";
import type { ExpressionChecker } from "./expressions.ts";
import { checkOutcome } from "./outcomes.ts";
import type { Reporter } from "./reporter.ts";

/** Where a statement stands. */
interface Where {
  /** The thread of the block around; `unknown` if that names none. */
  readonly thread: ResolvedThread | "unknown" | undefined;
  /** Inside a `parallel`, at any depth. */
  readonly inParallel: boolean;
}

/** Checks the statements of the main file. */
export class StatementChecker {
  private readonly reporter: Reporter;
  private readonly expressions: ExpressionChecker;

  constructor(reporter: Reporter, expressions: ExpressionChecker) {
    this.reporter = reporter;
    this.expressions = expressions;
  }

  /** Checks the statements at the top level. */
  topLevel(statements: readonly ScenarioStatement[]): void {
    this.statements(statements, { thread: undefined, inParallel: false });
    const first = statements.find((statement) => statement.kind !== "let" && statement.kind !== "expect");
    if (first?.kind === "expectEvents" || first?.kind === "expectNo") {
      this.error("no-statement-before", "There is no statement before this whose events it could look at.", first);
    }
  }

  /** Checks a statement that stands in no file, as in the block of `thread`. */
  fragment(statement: ScenarioStatement, thread: ResolvedThread | undefined): void {
    this.statement(statement, { thread, inParallel: false });
  }

  private error(
    code: string,
    message: string,
    where: { readonly start: number; readonly end: number },
    hint?: string,
  ): void {
    this.reporter.error(0, code, message, where, hint === undefined ? {} : { hint });
  }

  private statements(statements: readonly ScenarioStatement[], where: Where): void {
    for (const statement of statements) this.statement(statement, where);
  }

  private statement(statement: ScenarioStatement, where: Where): void {
    switch (statement.kind) {
      case "action":
        this.action(statement, where);
        return;
      case "threadBlock":
        this.threadBlock(statement, where);
        return;
      case "parallel":
        this.parallel(statement.body, statement.start, where);
        return;
      case "let":
        this.expressions.check(statement.value);
        return;
      case "if":
        this.if(statement, where);
        return;
      case "for":
        this.expressions.check(statement.from);
        if (statement.to !== undefined) this.expressions.check(statement.to);
        this.statements(statement.body.statements, where);
        return;
      case "repeat":
        this.expressions.check(statement.count);
        this.statements(statement.body.statements, where);
        return;
      case "waitUntil":
      case "expect":
        this.expressions.check(statement.condition);
        return;
      case "expectEvents":
        for (const event of statement.events) this.expressions.event(event);
        return;
      case "expectNo":
        this.expressions.event(statement.event);
        return;
      case "barrier":
        if (!where.inParallel) {
          this.error("misplaced-barrier", "A `barrier` stands in the blocks of a `parallel`.", statement);
        }
    }
  }

  private if(statement: If<ScenarioStatement>, where: Where): void {
    let at: If<ScenarioStatement> | Block<ScenarioStatement> | undefined = statement;
    while (at?.kind === "if") {
      this.expressions.check(at.condition);
      this.statements(at.then.statements, where);
      at = at.else;
    }
    if (at !== undefined) this.statements(at.statements, where);
  }

  private threadBlock(statement: ThreadBlock, where: Where): void {
    const thread = this.reporter.resolved.threadOf.get(statement) ?? "unknown";
    this.checkNested(statement.thread, thread, where);
    this.statements(statement.body.statements, { ...where, thread });
  }

  /** A statement or block of one thread does not stand in another's block. */
  private checkNested(name: Name, thread: ResolvedThread | "unknown", where: Where): void {
    if (typeof where.thread !== "object" || thread === "unknown" || thread === where.thread) return;
    this.error(
      "other-thread",
      `This is a block of \`${where.thread.name}\`; a statement of \`${thread.name}\` cannot stand in it.`,
      name,
      "What threads do at the same time stands in `parallel`, each in a block of its own.",
    );
  }

  private parallel(body: Block<ScenarioStatement>, start: number, where: Where): void {
    const keyword = { start, end: start + "parallel".length };
    if (where.inParallel) this.error("misplaced-parallel", "A `parallel` cannot stand inside another one.", keyword);
    else if (where.thread !== undefined) {
      this.error("misplaced-parallel", "A `parallel` cannot stand in a thread's block.", keyword);
    }
    const blocks = new Set<ResolvedThread>();
    for (const statement of body.statements) {
      if (statement.kind === "threadBlock") {
        const thread = this.reporter.resolved.threadOf.get(statement);
        if (thread !== undefined && blocks.has(thread)) {
          this.error("two-blocks", `\`${thread.name}\` has a block in this \`parallel\` already.`, statement.thread);
        }
        if (thread !== undefined) blocks.add(thread);
      } else if (statement.kind !== "action" && statement.kind !== "parallel") {
        this.error(
          "misplaced-statement",
          "In `parallel` stand blocks of threads, statements with their thread, and the kernel's own statements.",
          { start: statement.start, end: Math.min(statement.end, statement.start + firstWordLength(statement)) },
          "Put this into a thread's block.",
        );
      }
      this.statement(statement, { thread: undefined, inParallel: true });
    }
  }

  private action(action: Action, where: Where): void {
    const verb = verbByName.get(action.verb.text);
    if (verb === undefined) return;
    const thread = this.checkUser(action, verb, where);
    this.checkPlaces(action, verb, thread);
    this.checkNumbers(action);
    this.checkTarget(action);
    const { value, expected, call } = action.operands;
    if (value !== undefined) this.expressions.check(value);
    if (expected !== undefined) this.expressions.check(expected);
    for (const arg of call?.args ?? []) {
      if (this.reporter.resolved.places.get(arg.value) === undefined) this.expressions.check(arg.value);
    }
    if (call !== undefined) this.checkCall(action);
    if (action.outcome !== undefined) checkOutcome(this.reporter, this.expressions, action, action.outcome, verb);
  }

  /** The thread that runs the action, if it has one; reports one that may not use the verb. */
  private checkUser(action: Action, verb: Verb, where: Where): ResolvedThread | undefined {
    const { resolved } = this.reporter;
    const mayBeKernel = verb.users.includes("kernel");
    if (action.thread === undefined && where.thread === undefined) {
      if (!mayBeKernel) this.reportNoThread(action, verb);
      return undefined;
    }
    const thread = resolved.threadOf.get(action);
    if (thread === undefined) return undefined;
    if (action.thread !== undefined) this.checkNested(action.thread, thread, where);
    const { kind } = thread.on;
    if (verb.users.includes(kind)) return thread;
    if (mayBeKernel && action.thread === undefined) {
      if (kind === "cpu" || verb.name === "inject") return undefined;
      this.error(
        "wrong-user",
        `\`${verb.name}\` is the kernel's own: it runs on a CPU, not in the block of device \`${thread.on.name}\`.`,
        action.verb,
      );
      return undefined;
    }
    const is = kind === "cpu" ? "a CPU" : "a device";
    if (mayBeKernel) {
      this.reporter.error(
        0,
        "wrong-user",
        `\`${verb.name}\` is the kernel's own: it is written without a thread.`,
        action.verb,
        {
          fix: {
            title: `Remove \`${action.thread?.text}\``,
            edits: [{ start: action.start, end: action.verb.start, text: "" }],
          },
        },
      );
    } else {
      const whose = verb.users.includes("device") ? "a device's verb" : "a CPU's verb";
      const runs = thread.name === thread.on.name ? `\`${thread.name}\` is ${is}` : `\`${thread.name}\` runs on ${is}`;
      this.error("wrong-user", `\`${verb.name}\` is ${whose}; ${runs}.`, action.verb);
    }
    return thread;
  }

  private reportNoThread(action: Action, verb: Verb): void {
    const { threads } = this.reporter.resolved;
    const example = threads.find((thread) => verb.users.includes(thread.on.kind))?.name ?? "t0";
    this.error(
      "no-thread",
      `\`${verb.name}\` needs a thread: \`${example} ${verb.name} …\`.`,
      action.verb,
      "Only the kernel's own verbs and `inject` stand without one.",
    );
  }

  private checkPlaces(action: Action, verb: Verb, thread: ResolvedThread | undefined): void {
    const { place, place2 } = action.operands;
    const isOther = verb.operands.some((shape) => shape.kind === "processPlace");
    if (isOther && place !== undefined && place.path.length === 1) {
      const process = thread?.process.name ?? "app";
      const name = place.path[0];
      this.reporter.error(
        0,
        "no-process",
        `\`${verb.name}\` names the process: \`${verb.name} ${process}.${name?.text}\`.`,
        place,
      );
    }
    if (isOther || thread === undefined) return;
    if (place !== undefined) this.checkOwn(place, thread);
    if (place2 !== undefined) this.checkOwn(place2, thread);
  }

  private checkOwn(place: Place, thread: ResolvedThread): void {
    const found = this.reporter.resolved.places.get(place);
    const written = place.path[0];
    if (found === undefined || written === undefined || found.process === thread.process) return;
    this.error(
      "other-process",
      `\`${thread.name}\` works in \`${thread.process.name}\`, not in \`${found.process.name}\`.`,
      written,
      "Only `vm_read` and `vm_write` reach another process.",
    );
  }

  private checkNumbers(action: Action): void {
    const { pages, times, after } = action.operands;
    if (pages !== undefined && !isInPages(pages)) {
      this.reporter.error(0, "bad-size", `\`${action.verb.text}\` takes a place or a number of pages.`, pages, {
        ...(pages.unit === undefined
          ? { fix: { title: "Write `pages`", edits: [{ start: pages.end, end: pages.end, text: " pages" }] } }
          : {}),
      });
    } else if (pages !== undefined && (pages.value === 0n || pages.value > 2n ** 35n)) {
      this.error("bad-size", "That is not a number of pages that a machine can have.", pages);
    }
    for (const number of [times, after]) if (number !== undefined) this.checkPlain(number);
  }

  private checkPlain(number: Size): void {
    if (number.unit !== undefined) this.error("bad-size", "This is a plain number, without a unit.", number);
    else if (number.value > 1_000_000_000n) this.error("bad-size", "This is more than can happen.", number);
  }

  private checkTarget(action: Action): void {
    const { target, word } = action.operands;
    if (target === undefined) return;
    const bound = this.reporter.resolved.bindings.get(target);
    if (bound?.kind !== "device" || bound.pages > 0) return;
    if (action.verb.text === "migrate" || word?.text === "preferred" || action.verb.text === "offline") {
      this.error(
        "no-memory",
        `\`${bound.name}\` has no memory of its own.`,
        target,
        "`device … { memory 16 MiB }` gives it some.",
      );
    }
  }

  private checkCall(action: Action): void {
    const call = action.operands.call;
    if (call === undefined || call.callee.kind !== "name") return;
    const bound = this.reporter.resolved.bindings.get(call.callee);
    const params =
      bound?.kind === "libraryFunction"
        ? bound.signature.params
        : bound?.kind === "member" && bound.declaration.kind === "fn"
          ? bound.declaration.params.map((param) => param.text)
          : undefined;
    const optional = bound?.kind === "libraryFunction" ? bound.signature.optional : 0;
    if (params === undefined) return;
    const given = call.args.length;
    if (given > params.length || given < params.length - optional) {
      this.error("arity", `The arguments do not fit: \`${call.callee.text}(${params.join(", ")})\`.`, call);
    }
  }
}

function firstWordLength(statement: ScenarioStatement): number {
  switch (statement.kind) {
    case "waitUntil":
      return "wait".length;
    case "expectEvents":
    case "expectNo":
      return "expect".length;
    case "threadBlock":
    case "action":
      return 1;
    default:
      return statement.kind.length;
  }
}
