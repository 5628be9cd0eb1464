/**
 * Expressions and statements that stand in no file but mean what they would mean in one: watches, conditions of
 * breakpoints, log points, the debug console, the what-if editor. Their names are bound in the context of a resolved file.
 */

import { ExpressionChecker } from "../check/expressions.ts";
import { Reporter } from "../check/reporter.ts";
import { StatementChecker } from "../check/statements.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { Diagnostics } from "../diagnostic.ts";
import type { ParsedFragment } from "../syntax/parser.ts";
import { parse, parseExpression, parseStatement } from "../syntax/parser.ts";
import { placeOfExpr } from "../syntax/place.ts";
import type { Expr, ScenarioStatement } from "../syntax/tree.ts";
import { ExprBinder } from "./bind-expr.ts";
import { bindStatement } from "./bind-statements.ts";
import type { Context } from "./context.ts";
import type { Local, Resolved } from "./model.ts";
import { Scopes } from "./scopes.ts";
import { forEachAction } from "./walk-statements.ts";

/** Where a fragment stands. */
export interface FragmentOptions {
  /** Offset in the main file: the locals that are visible there can be named. Without it only those of the top level. */
  readonly offset?: number;
  /** The thread in whose block a statement stands, by name: it may then begin with its verb. */
  readonly thread?: string;
  /** An expression that spells a place (`buf[1]`) is taken for `value(…)` of it, as hovers and watches want. */
  readonly placesAreValues?: boolean;
  /** More names that can be used: fields of an event. */
  readonly names?: readonly string[];
}

/** A fragment; its names are bound in the maps of the resolved file (`bindings`, `places`, `threadOf`). */
export interface BoundFragment<T> {
  /** What the node's offsets are of: the fragment, or `value(…)` around it. */
  readonly text: string;
  /** undefined if there are diagnostics */
  readonly node: T | undefined;
  /** What is wrong with it; offsets are of the fragment as given. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Binds and checks an expression. */
export function bindExpression(
  resolved: Resolved,
  ctx: Context,
  text: string,
  options: FragmentOptions = {},
): BoundFragment<Expr> {
  let fragment = parseExpression(text);
  if (options.placesAreValues === true && fragment.node !== undefined && spellsPlace(ctx, fragment.node)) {
    fragment = parseExpression(`value(${text})`);
    return bind(resolved, ctx, fragment, options, text.length, (node, binder, checker) => {
      binder.value(node);
      checker.check(node);
    });
  }
  return bind(resolved, ctx, fragment, options, text.length, (node, binder, checker) => {
    binder.value(node);
    checker.check(node);
  });
}

/** Binds and checks a statement. One that declares a region or process cannot stand in a fragment. */
export function bindFragmentStatement(
  resolved: Resolved,
  ctx: Context,
  text: string,
  options: FragmentOptions = {},
): BoundFragment<ScenarioStatement> {
  const fragment = parseStatement(text);
  const thread = options.thread === undefined ? undefined : ctx.threadByName.get(options.thread);
  return bind(resolved, ctx, fragment, options, text.length, (node, binder, checker, report) => {
    forEachAction([node], (action) => {
      const name = action.operands.declares ?? action.as;
      if (name === undefined) return;
      report(`\`${action.verb.text}\` would declare \`${name.text}\`: only a file can declare names.`, name);
    });
    bindStatement(binder, node, thread);
    new StatementChecker(checker.reporter, checker).fragment(node, thread);
  });
}

function spellsPlace(ctx: Context, expr: Expr): boolean {
  const path = placeOfExpr(expr)?.path;
  const first = path?.[0]?.text ?? "";
  if (ctx.results.has(first)) return false;
  if (ctx.regionsByName.has(first)) return true;
  return path !== undefined && path.length === 2 && ctx.globals.get(first)?.kind === "process";
}

type Report = (message: string, where: { readonly start: number; readonly end: number }) => void;

function bind<T>(
  resolved: Resolved,
  ctx: Context,
  fragment: ParsedFragment<T>,
  options: FragmentOptions,
  /** Length of the fragment as given. */
  length: number,
  work: (node: T, binder: ExprBinder, checker: ExpressionChecker, report: Report) => void,
): BoundFragment<T> {
  const { text, node } = fragment;
  const shift = text.length > length ? "value(".length : 0;
  const all = new Diagnostics();
  const addAll = (list: readonly Diagnostic[]) => {
    for (const diagnostic of list) all.add(shifted(diagnostic, shift, length));
  };
  addAll(fragment.diagnostics);
  if (node === undefined || fragment.diagnostics.length > 0)
    return { text, node: undefined, diagnostics: all.finish() };
  // The fragment is a file of its own as long as it is bound, so that messages are collected apart.
  const file = ctx.files.length;
  const diagnostics = new Diagnostics();
  ctx.files.push({ path: "", parsed: parse(""), diagnostics });
  const scopes = new Scopes(ctx, file);
  scopes.push();
  for (const local of localsAt(resolved, options.offset)) scopes.show(local);
  for (const name of options.names ?? []) scopes.add({ kind: "name", text: name, start: 0, end: 0 }, "param");
  scopes.push();
  const reporter = new Reporter({ ...resolved, files: resolved.files.slice(0, 1) });
  const checker = new ExpressionChecker(reporter, ctx.library, 0);
  work(node, new ExprBinder(ctx, file, scopes), checker, (message, where) =>
    diagnostics.error("not-in-fragment", message, where.start, where.end),
  );
  ctx.files.pop();
  addAll(diagnostics.finish());
  addAll(reporter.finish()[0] ?? []);
  const found = all.finish();
  return { text, node: found.length === 0 ? node : undefined, diagnostics: found };
}

function shifted(diagnostic: Diagnostic, by: number, length: number): Diagnostic {
  if (by === 0) return diagnostic;
  const clamp = (offset: number) => Math.min(Math.max(offset - by, 0), length);
  const { fix, ...rest } = diagnostic;
  const moved = { ...rest, start: clamp(diagnostic.start), end: clamp(diagnostic.end) };
  if (fix === undefined) return moved;
  const edits = fix.edits.map(({ start, end, text }) => ({ start: clamp(start), end: clamp(end), text }));
  return { ...moved, fix: { ...fix, edits } };
}

/** The locals of the main file's statements that can be named at `offset`, outer ones first; without it, the top level's. */
export function localsAt(resolved: Resolved, offset: number | undefined): Local[] {
  const visible: Local[] = [];
  const add = (name: Local["at"]["name"]) => {
    const binding = resolved.bindings.get(name);
    if (binding?.kind === "local") visible.push(binding);
  };
  const visit = (statements: readonly ScenarioStatement[]): void => {
    for (const statement of statements) {
      if (offset !== undefined && statement.start > offset) return;
      const isInside = offset !== undefined && offset <= statement.end;
      if (statement.kind === "let") {
        if (!isInside) add(statement.name);
        continue;
      }
      if (!isInside) continue;
      switch (statement.kind) {
        case "for":
          add(statement.variable);
          visit(statement.body.statements);
          return;
        case "threadBlock":
        case "parallel":
        case "repeat":
          visit(statement.body.statements);
          return;
        case "if": {
          const otherwise = statement.else;
          if (offset <= statement.then.end) visit(statement.then.statements);
          else if (otherwise?.kind === "if") visit([otherwise]);
          else if (otherwise !== undefined) visit(otherwise.statements);
          return;
        }
        default:
      }
    }
  };
  visit(resolved.statements);
  return visible;
}
