/** Finds what the names in a scenario's statements stand for: threads, places, targets, values. */

import { policies } from "../policies.ts";
import { didYouMean, oneOf } from "../suggest.ts";
import type { Action, Block, Expr, If, Name, Outcome, ScenarioStatement, ThreadBlock } from "../syntax/tree.ts";
import type { TargetKind } from "../verbs.ts";
import { verbByName } from "../verbs.ts";
import type { ExprBinder } from "./bind-expr.ts";
import type { Context } from "./context.ts";
import { kindText } from "./context.ts";
import type { Binding, ResolvedThread } from "./model.ts";
import { reportNoThread } from "./processes.ts";

/** The thread whose block a statement stands in; `unknown` if the block names none that exists (which is reported). */
type Enclosing = ResolvedThread | "unknown" | undefined;

/** Binds statements of the main file. */
export function bindStatements(
  binder: ExprBinder,
  statements: readonly ScenarioStatement[],
  enclosing: Enclosing,
): void {
  for (const statement of statements) bindStatement(binder, statement, enclosing);
}

/** Binds one statement; what it declares is added to the innermost block. */
export function bindStatement(binder: ExprBinder, statement: ScenarioStatement, enclosing: Enclosing): void {
  switch (statement.kind) {
    case "action":
      bindAction(binder, statement, enclosing);
      return;
    case "threadBlock":
      bindBlock(binder, statement.body, findThread(binder, statement, statement.thread) ?? "unknown");
      return;
    case "parallel":
      bindBlock(binder, statement.body, enclosing);
      return;
    case "let":
      binder.value(statement.value);
      declareLocal(binder, statement.name, "let");
      return;
    case "if":
      bindIf(binder, statement, enclosing);
      return;
    case "for":
      binder.value(statement.from);
      if (statement.to !== undefined) binder.value(statement.to);
      binder.scopes.push();
      declareLocal(binder, statement.variable, "for");
      bindStatements(binder, statement.body.statements, enclosing);
      binder.scopes.pop();
      return;
    case "repeat":
      binder.value(statement.count);
      bindBlock(binder, statement.body, enclosing);
      return;
    case "waitUntil":
    case "expect":
      binder.value(statement.condition);
      return;
    case "expectEvents":
      for (const event of statement.events) binder.event(event);
      return;
    case "expectNo":
      binder.event(statement.event);
      return;
    case "barrier":
      binder.ctx.bindings.set(statement.name, {
        kind: "barrier",
        name: statement.name.text,
        at: { file: binder.file, name: statement.name },
        doc: undefined,
        declaration: statement,
      });
      return;
  }
}

function declareLocal(binder: ExprBinder, name: Name, role: "let" | "for"): void {
  const { ctx, file } = binder;
  const global = ctx.globals.get(name.text) ?? ctx.results.get(name.text) ?? ctx.regionsByName.get(name.text)?.[0];
  if (global?.at !== undefined) {
    ctx.error(file, "declared-twice", `\`${name.text}\` is declared already, in ${ctx.where(global.at, file)}.`, name);
    return;
  }
  binder.scopes.add(name, role);
}

function bindBlock(binder: ExprBinder, block: Block<ScenarioStatement>, enclosing: Enclosing): void {
  binder.scopes.push();
  bindStatements(binder, block.statements, enclosing);
  binder.scopes.pop();
}

function bindIf(binder: ExprBinder, statement: If<ScenarioStatement>, enclosing: Enclosing): void {
  let at: If<ScenarioStatement> | Block<ScenarioStatement> | undefined = statement;
  while (at?.kind === "if") {
    binder.value(at.condition);
    bindBlock(binder, at.then, enclosing);
    at = at.else;
  }
  if (at !== undefined) bindBlock(binder, at, enclosing);
}

function findThread(binder: ExprBinder, node: Action | ThreadBlock, name: Name): ResolvedThread | undefined {
  const { ctx, file } = binder;
  if (name.text === "") return undefined;
  const thread = ctx.threadByName.get(name.text);
  if (thread === undefined) {
    reportNoThread(ctx, file, name);
    return undefined;
  }
  ctx.threadOf.set(node, thread);
  ctx.bindings.set(name, thread);
  return thread;
}

function bindAction(binder: ExprBinder, action: Action, enclosing: Enclosing): void {
  const { ctx } = binder;
  const { operands } = action;
  let thread = enclosing;
  if (action.thread !== undefined) thread = findThread(binder, action, action.thread) ?? "unknown";
  else if (typeof enclosing === "object") ctx.threadOf.set(action, enclosing);
  // A thread that does not exist is one mistake; what it would have done is not looked at for more.
  const placeThread = thread === "unknown" ? undefined : thread;
  if (operands.declares !== undefined) bindNewName(binder, action, operands.declares);
  if (thread !== "unknown") {
    if (operands.place !== undefined) binder.place(operands.place, placeThread);
    if (operands.place2 !== undefined) binder.place(operands.place2, placeThread);
  }
  if (operands.value !== undefined) binder.value(operands.value);
  if (operands.expected !== undefined) binder.value(operands.expected);
  if (operands.target !== undefined) bindTarget(binder, action, operands.target);
  if (operands.call !== undefined) bindCall(binder, action);
  if (action.outcome !== undefined) bindOutcome(binder, action.outcome);
  if (action.as !== undefined) {
    const result = ctx.results.get(action.as.text);
    if (result !== undefined) ctx.bindings.set(action.as, result);
  }
}

function bindNewName(binder: ExprBinder, action: Action, name: Name): void {
  const { ctx } = binder;
  const declared =
    action.verb.text === "fork"
      ? ctx.globals.get(name.text)
      : ctx.regionsByName.get(name.text)?.find((region) => region.at?.name === name);
  if (declared !== undefined) ctx.bindings.set(name, declared);
}

function bindOutcome(binder: ExprBinder, outcome: Outcome): void {
  if (outcome.kind === "valueOutcome") binder.value(outcome.value);
}

function targetKinds(action: Action): readonly TargetKind[] {
  if (action.verb.text === "inject") return ["device"];
  if (action.verb.text === "hint") return policies.get(action.operands.word?.text ?? "")?.target ?? [];
  for (const shape of verbByName.get(action.verb.text)?.operands ?? []) if (shape.kind === "target") return shape.of;
  return [];
}

function bindTarget(binder: ExprBinder, action: Action, name: Name): void {
  const { ctx, file } = binder;
  const kinds = targetKinds(action);
  if (name.text === "" || kinds.length === 0) return;
  const declared = ctx.globals.get(name.text);
  if (declared === undefined && name.text === "system" && kinds.includes("system")) {
    ctx.bindings.set(name, { kind: "word", name: "system" });
    return;
  }
  if ((declared?.kind === "node" || declared?.kind === "device") && kinds.includes(declared.kind)) {
    ctx.bindings.set(name, declared);
    return;
  }
  const what = kinds.map((kind) => (kind === "system" ? "`system`" : `a ${kind}`)).join(" or ");
  const message =
    declared === undefined
      ? `There is no ${kinds.filter((kind) => kind !== "system").join(" or ")} \`${name.text}\`.`
      : `\`${name.text}\` is ${kindText(declared)}; \`${action.verb.text}\` needs ${what} here.`;
  ctx.error(file, declared === undefined ? "unknown-name" : "wrong-kind", message, name, () => {
    const fitting = [...ctx.nodes, ...ctx.devices].filter((candidate) => kinds.includes(candidate.kind));
    const names = fitting.map((candidate) => candidate.name);
    if (kinds.includes("system")) names.push("system");
    const near = didYouMean(name.text, names, name.start, name.end);
    return near.hint === undefined && names.length > 0 && names.length < 8
      ? { hint: `It can be ${oneOf(names)}.` }
      : near;
  });
}

function bindCall(binder: ExprBinder, action: Action): void {
  const { ctx, file } = binder;
  const { call } = action.operands;
  if (call === undefined) return;
  for (const arg of call.args) bindCallArg(binder, arg.value, action);
  const { callee } = call;
  if (callee.kind !== "name") return;
  const ofDriver = driverFunction(ctx, callee.text, action);
  if (ofDriver !== undefined) {
    ctx.bindings.set(callee, ofDriver);
    return;
  }
  const member = ctx.members.get(callee.text);
  if (member?.declaration.kind === "fn") {
    ctx.bindings.set(callee, member);
    return;
  }
  const own = ctx.profileMembers.get(callee.text);
  if (own?.declaration.kind === "fn") {
    ctx.bindings.set(callee, own);
    return;
  }
  const signature = ctx.library.functions.find((row) => row.name === callee.text);
  if (signature !== undefined) {
    ctx.bindings.set(callee, { kind: "libraryFunction", name: callee.text, signature });
    return;
  }
  const isPrimitive = ctx.library.primitives.some((row) => row.name === callee.text);
  ctx.error(
    file,
    "unknown-function",
    isPrimitive
      ? `\`${callee.text}\` is a primitive; \`call\` is for functions.`
      : `There is no function \`${callee.text}\`.`,
    callee,
    () => {
      const names = [...ctx.members.keys(), ...ctx.library.functions.map((row) => row.name)];
      return isPrimitive ? {} : didYouMean(callee.text, names, callee.start, callee.end);
    },
  );
}

/** The function of that name which the driver of the statement's device has, if it stands on a device's thread. */
function driverFunction(ctx: Context, name: string, action: Action): Binding | undefined {
  const on = ctx.threadOf.get(action)?.on;
  let driver = on?.kind === "device" ? on.driver : undefined;
  // A driver may extend another; one that extends itself has been reported.
  for (const seen = new Set<string>(); driver !== undefined && !seen.has(driver); ) {
    seen.add(driver);
    const declared = ctx.drivers.get(driver);
    if (declared === undefined) break;
    const { declaration, at } = declared;
    const member = declaration.members.find((row) => row.kind === "fn" && row.name.text === name);
    if (member !== undefined) {
      const place = { file: at.file, name: member.name };
      return { kind: "member", name, at: place, doc: member.doc, declaration: member, owner: declaration };
    }
    driver = declaration.extends?.text;
  }
  const signature = ctx.library.drivers
    .find((row) => row.name === driver)
    ?.members.find((row) => row.name === name && row.kind === "fn");
  if (signature === undefined) return undefined;
  return { kind: "libraryFunction", name, signature: { ...signature, optional: 0, named: [] } };
}

/** An argument of `call` is a value, a place (its address), or the name of a process or other entity. */
function bindCallArg(binder: ExprBinder, value: Expr, action: Action): void {
  const { ctx } = binder;
  if (value.kind === "name" || value.kind === "index" || value.kind === "member") {
    const first = firstName(value);
    if (first !== undefined && binder.scopes.find(first) === undefined && ctx.regionsByName.has(first)) {
      const thread = ctx.threadOf.get(action);
      binder.placeExpr(value, thread);
      return;
    }
  }
  binder.value(value);
}

function firstName(expr: Expr): string | undefined {
  let at = expr;
  while (at.kind === "index" || at.kind === "member") at = at.object;
  return at.kind === "name" ? at.text : undefined;
}
