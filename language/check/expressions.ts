/** Checks the expressions of scenarios: fields, words, lists, kinds of values. Names have been checked by resolving. */

import { factByName, facts } from "../facts.ts";
import type { LibrarySignature } from "../library-signature.ts";
import { wordsOf } from "../resolve/bind-expr.ts";
import { regionOf } from "../resolve/model.ts";
import { didYouMean, oneOf } from "../suggest.ts";
import type { Arg, CallExpr, EventPattern, Expr, MemberExpr } from "../syntax/tree.ts";
import type { Reporter } from "./reporter.ts";

const allFields: ReadonlySet<string> = new Set(facts.flatMap((fact) => fact.fields.map((field) => field.name)));

/** Checks expressions of one file. */
export class ExpressionChecker {
  readonly reporter: Reporter;
  private readonly library: LibrarySignature;
  private readonly file: number;

  constructor(reporter: Reporter, library: LibrarySignature, file: number) {
    this.reporter = reporter;
    this.library = library;
    this.file = file;
  }

  /** Checks an expression and all in it. */
  check(expr: Expr): void {
    switch (expr.kind) {
      case "list":
        this.reporter.error(this.file, "misplaced-list", "A list stands only right of `in`.", expr);
        return;
      case "member":
        this.member(expr);
        return;
      case "index":
        this.reporter.error(
          this.file,
          "not-a-list",
          "Only places have an index, inside `pte(…)`, `value(…)` and their like.",
          expr,
        );
        return;
      case "call":
        this.call(expr);
        return;
      case "unary":
        this.check(expr.operand);
        return;
      case "binary":
        this.check(expr.left);
        this.check(expr.right);
        if (expr.operator === "==" || expr.operator === "!=") {
          this.comparedWith(wordsOf(expr.left), expr.right);
          this.comparedWith(wordsOf(expr.right), expr.left);
        }
        return;
      case "in":
        this.check(expr.left);
        if (expr.to !== undefined) {
          this.check(expr.right);
          this.check(expr.to);
        } else if (expr.right.kind === "list") {
          for (const item of expr.right.items) {
            this.check(item);
            this.comparedWith(wordsOf(expr.left), item);
          }
        } else if (this.reporter.resolved.places.get(expr.right) === undefined && expr.right.kind === "size") {
          this.reporter.error(
            this.file,
            "not-a-range",
            "Right of `in` stands a range `a..b`, a place or a list.",
            expr.right,
          );
        } else if (expr.right.kind === "call" || expr.right.kind === "boolean" || expr.right.kind === "string") {
          this.reporter.error(
            this.file,
            "not-a-range",
            "Right of `in` stands a range `a..b`, a place or a list.",
            expr.right,
          );
        }
        return;
      case "is": {
        this.check(expr.left);
        const { word } = expr;
        const kinds = this.library.valueKinds;
        if (word.text !== "" && word.text !== "error" && !kinds.includes(word.text)) {
          this.reporter.error(
            this.file,
            "unknown-kind",
            `\`${word.text}\` is no kind of value: ${oneOf(kinds)}.`,
            word,
            () => didYouMean(word.text, kinds, word.start, word.end),
          );
        }
        return;
      }
      case "quantifier":
        this.check(expr.from);
        this.check(expr.to);
        this.check(expr.body);
        return;
      case "name":
      case "size":
      case "string":
      case "boolean":
      case "missing":
        return;
    }
  }

  /** Checks an event's arguments (their names and number are checked by resolving). */
  event(pattern: EventPattern): void {
    this.args(pattern.args);
  }

  private args(args: readonly Arg[]): void {
    for (const arg of args) {
      if (arg.to !== undefined) {
        this.reporter.error(this.file, "misplaced-range", "A range cannot stand here.", arg);
      } else if (this.reporter.resolved.places.get(arg.value) === undefined && arg.value.kind !== "index") {
        this.check(arg.value);
      }
    }
  }

  private call(expr: CallExpr): void {
    const fact = expr.callee.kind === "name" ? factByName.get(expr.callee.text) : undefined;
    if (fact?.name === "count") this.args(expr.args.slice(1));
    for (const arg of expr.args) {
      if (fact?.name !== "count" && arg.to !== undefined) {
        this.reporter.error(this.file, "misplaced-range", "A range cannot stand here.", arg);
      }
    }
  }

  private member(expr: MemberExpr): void {
    const { object, member } = expr;
    if (member.text === "") return;
    if (object.kind !== "call") {
      this.memberOfValue(expr);
      return;
    }
    this.call(object);
    const fact = object.callee.kind === "name" ? factByName.get(object.callee.text) : undefined;
    if (fact === undefined || fact.fields.some((field) => field.name === member.text)) return;
    if (fact.fields.length === 0) {
      this.reporter.error(this.file, "unknown-field", `\`${fact.usage}\` is a number; it has no fields.`, member);
      return;
    }
    const names = fact.fields.map((field) => field.name);
    this.reporter.error(
      this.file,
      "unknown-field",
      `\`${fact.usage}\` has no field \`${member.text}\`: ${oneOf(names)}.`,
      member,
      () => didYouMean(member.text, names, member.start, member.end),
    );
  }

  private memberOfValue(expr: MemberExpr): void {
    const { object, member } = expr;
    this.check(object);
    const binding = object.kind === "name" ? this.reporter.resolved.bindings.get(object) : undefined;
    if (object.kind === "name" && binding === undefined) return;
    if (object.kind === "name" && binding?.kind === "process" && regionOf(binding, member.text) !== undefined) {
      const place = `${object.text}.${member.text}`;
      this.reporter.error(this.file, "not-a-value", `\`${place}\` is a region, which is no value.`, expr, {
        hint: `The word stored in it is \`value(${place})\`.`,
      });
      return;
    }
    const mayHaveFields = object.kind === "member" || binding?.kind === "local";
    if (mayHaveFields && allFields.has(member.text)) return;
    this.reporter.error(this.file, "unknown-field", `There is no field \`${member.text}\` here.`, member, () =>
      mayHaveFields ? didYouMean(member.text, allFields, member.start, member.end) : {},
    );
  }

  /** What is compared with a field that has words of its own must be one of them, or a value known only later. */
  private comparedWith(words: readonly string[], other: Expr): void {
    if (words.length === 0) return;
    if (other.kind === "name") {
      const binding = this.reporter.resolved.bindings.get(other);
      if (binding === undefined || binding.kind === "local" || binding.kind === "result") return;
      if (words.includes(other.text) || other.text === "none") return;
      this.reporter.error(
        this.file,
        "unknown-word",
        `It is never \`${other.text}\`: it is ${oneOf(words)}.`,
        other,
        () => didYouMean(other.text, words, other.start, other.end),
      );
    } else if (other.kind === "size" || other.kind === "string" || other.kind === "boolean") {
      this.reporter.error(this.file, "unknown-word", `It is never that: it is ${oneOf(words)}.`, other);
    }
  }
}
