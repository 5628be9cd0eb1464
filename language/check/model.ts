/**
 * Checks model code: arities, fields, where calls of functions stand, `atomic`, loops, assignments. Names have been checked
 * by resolving.
 */

import { callbackByName } from "../callbacks.ts";
import { eventByName } from "../events.ts";
import { facts } from "../facts.ts";
import type { LibrarySignature } from "../library-signature.ts";
import type { LibraryIndex } from "../resolve/library-index.ts";
import { indexLibrary } from "../resolve/library-index.ts";
import type { Binding, Resolved } from "../resolve/model.ts";
import { didYouMean, oneOf } from "../suggest.ts";
import type {
  Arg,
  Block,
  CallbackDecl,
  CallExpr,
  DriverDecl,
  EventPattern,
  Expr,
  FunctionDecl,
  If,
  KernelDecl,
  Member,
  MemberExpr,
  ModelStatement,
  Name,
} from "../syntax/tree.ts";
import type { Reporter } from "./reporter.ts";

/** Where a statement stands in its function. */
interface Where {
  readonly inLoop: boolean;
  /** Inside `atomic`; `first` if it is that block's first statement. */
  readonly atomic: "none" | "first" | "later";
}

/** What can be called, as far as its arguments go. */
interface Signature {
  readonly name: string;
  readonly params: readonly string[];
  readonly optional: number;
  readonly named: readonly string[];
}

/** What all files of a scenario have in common: the fields and methods that there are. */
export class ModelWorld {
  readonly library: LibraryIndex;
  readonly valueKinds: readonly string[];
  readonly fields: ReadonlySet<string>;
  readonly methods: ReadonlyMap<string, Signature>;

  constructor(resolved: Resolved, library: LibrarySignature) {
    this.library = indexLibrary(library);
    this.valueKinds = library.valueKinds;
    const fields = new Set(this.library.fields.keys());
    const methods = new Map<string, Signature>(this.library.methods);
    for (const fact of facts) for (const field of fact.fields) fields.add(field.name);
    for (const callback of callbackByName.values()) methods.set(callback.name, { ...callback, named: [] });
    const addMembers = (members: readonly Member[]) => {
      for (const member of members) {
        if (member.kind === "struct") for (const field of member.fields) fields.add(field.name.text);
        else if (member.kind !== "fn") fields.add(member.name.text);
        else methods.set(member.name.text, signatureOfFunction(member));
      }
    };
    for (const { parsed } of resolved.files) {
      for (const item of parsed.file.items) {
        if (item.kind === "struct") addMembers([item]);
        else if (item.kind === "driver" || item.kind === "kernel") addMembers(item.members);
      }
    }
    this.fields = fields;
    this.methods = methods;
  }
}

function signatureOfFunction(fn: FunctionDecl): Signature {
  return { name: fn.name.text, params: fn.params.map((param) => param.text), optional: 0, named: [] };
}

/** Checks the model code of one file. */
export class ModelChecker {
  private readonly reporter: Reporter;
  private readonly world: ModelWorld;
  private readonly file: number;
  /** The function that is being checked may call `super`, with these parameters. */
  private superSignature: Signature | undefined;

  constructor(reporter: Reporter, world: ModelWorld, file: number) {
    this.reporter = reporter;
    this.world = world;
    this.file = file;
  }

  /** Checks a member of a driver, of a profile, or (without `owner`) of the top level. */
  member(member: Member, owner: DriverDecl | KernelDecl | undefined): void {
    switch (member.kind) {
      case "fn":
        this.function(member, owner);
        return;
      case "struct": {
        const seen = new Set<string>();
        for (const field of member.fields) {
          if (seen.has(field.name.text)) {
            this.error("declared-twice", `Field \`${field.name.text}\` is declared already.`, field.name);
          }
          seen.add(field.name.text);
          if (field.default !== undefined) this.value(field.default);
        }
        return;
      }
      case "var":
      case "const":
        this.value(member.value);
        return;
      case "table":
      case "listDecl":
      case "lockDecl":
      case "option":
        return;
    }
  }

  /** Checks a function or callback. */
  function(declaration: FunctionDecl | CallbackDecl, owner: DriverDecl | KernelDecl | undefined): void {
    // A profile that extends no other still builds on the functions of the top level.
    const overrides = owner?.extends !== undefined;
    const params = declaration.params.map((param) => param.text);
    this.superSignature = overrides ? { name: "super", params, optional: 0, named: [] } : undefined;
    this.block(declaration.body, { inLoop: false, atomic: "none" });
  }

  private error(
    code: string,
    message: string,
    where: { readonly start: number; readonly end: number },
    extra: Parameters<Reporter["error"]>[4] = {},
  ): void {
    this.reporter.error(this.file, code, message, where, extra);
  }

  private block(block: Block<ModelStatement>, where: Where): void {
    block.statements.forEach((statement, position) => {
      const isLater = where.atomic !== "none" && position > 0;
      this.statement(statement, isLater ? { ...where, atomic: "later" } : where);
    });
  }

  private statement(statement: ModelStatement, where: Where): void {
    const inner: Where = where.atomic === "none" ? where : { ...where, atomic: "later" };
    switch (statement.kind) {
      case "let":
        this.valueOrCall(statement.value);
        return;
      case "assign":
        this.target(statement.target);
        if (statement.operator === "=") this.valueOrCall(statement.value);
        else this.value(statement.value);
        return;
      case "callStatement":
        this.valueOrCall(statement.call);
        return;
      case "spawn":
        if (statement.call.kind === "call") this.call(statement.call, true);
        return;
      case "if":
        this.if(statement, inner);
        return;
      case "match":
        this.value(statement.subject);
        this.arms(statement.arms);
        for (const arm of statement.arms) this.block(arm.body, inner);
        return;
      case "loop":
        this.block(statement.body, { ...inner, inLoop: true });
        return;
      case "while":
        this.value(statement.condition);
        this.block(statement.body, { ...inner, inLoop: true });
        return;
      case "for":
        this.value(statement.from);
        if (statement.to !== undefined) this.value(statement.to);
        if (statement.step !== undefined) this.value(statement.step);
        this.block(statement.body, { ...inner, inLoop: true });
        return;
      case "atomic":
        this.block(statement.body, { ...where, atomic: "first" });
        return;
      case "break":
      case "continue":
        if (!where.inLoop) this.error("no-loop", `\`${statement.kind}\` stands in no loop.`, statement);
        return;
      case "return":
        if (statement.value !== undefined) this.valueOrCall(statement.value);
        return;
      case "lock":
      case "waitUntil":
        if (where.atomic === "later") {
          const word = statement.kind === "lock" ? "lock" : "wait";
          this.error(
            "blocks-in-atomic",
            `\`${word}\` can block, and inside \`atomic\` only its first statement may.`,
            { start: statement.start, end: statement.start + word.length },
            { hint: "The block begins when its first statement may go on." },
          );
        }
        if (statement.kind === "lock") this.lockTarget(statement.target);
        else this.value(statement.condition);
        return;
      case "unlock":
        this.lockTarget(statement.target);
        return;
      case "expect":
        this.value(statement.condition);
        return;
      case "emit":
        this.emit(statement.event);
        return;
    }
  }

  private if(statement: If<ModelStatement>, where: Where): void {
    let at: If<ModelStatement> | Block<ModelStatement> | undefined = statement;
    while (at?.kind === "if") {
      this.value(at.condition);
      this.block(at.then, where);
      at = at.else;
    }
    if (at !== undefined) this.block(at, where);
  }

  private arms(
    arms: readonly {
      readonly words: readonly (
        | Name
        | { readonly kind: "size"; readonly value: bigint; readonly start: number; readonly end: number }
      )[];
      readonly isElse: boolean;
      readonly start: number;
      readonly end: number;
    }[],
  ): void {
    const seen = new Set<string>();
    for (const arm of arms) {
      const keys = arm.isElse
        ? ["else"]
        : arm.words.map((word) => (word.kind === "name" ? word.text : String(word.value)));
      keys.forEach((key, position) => {
        const where = arm.words[position] ?? { start: arm.start, end: arm.start + key.length };
        if (key !== "" && seen.has(key)) this.error("declared-twice", `There is an arm for \`${key}\` already.`, where);
        seen.add(key);
      });
    }
  }

  /** What stands right of `=` or `return`, or alone: here a function may be called. */
  private valueOrCall(expr: Expr): void {
    if (expr.kind === "call") this.call(expr, true);
    else this.value(expr);
  }

  private value(expr: Expr): void {
    switch (expr.kind) {
      case "call":
        this.call(expr, false);
        return;
      case "member":
        this.memberOf(expr);
        return;
      case "index":
        this.value(expr.object);
        this.value(expr.index);
        if (expr.to !== undefined) {
          this.error("misplaced-range", "Model code has no slices: one index stands in `[ ]`.", expr.to);
        }
        return;
      case "list":
        this.error("misplaced-list", "A list stands only right of `in`.", expr, {
          hint: "`array(n)` makes a new list.",
        });
        return;
      case "unary":
        this.value(expr.operand);
        return;
      case "binary":
        this.value(expr.left);
        this.value(expr.right);
        return;
      case "in":
        this.value(expr.left);
        if (expr.right.kind === "list" && expr.to === undefined) for (const item of expr.right.items) this.value(item);
        else this.value(expr.right);
        if (expr.to !== undefined) this.value(expr.to);
        return;
      case "is": {
        this.value(expr.left);
        const { word } = expr;
        const kinds = this.world.valueKinds;
        if (word.text !== "" && word.text !== "error" && !kinds.includes(word.text)) {
          this.error("unknown-kind", `\`${word.text}\` is no kind of value: ${oneOf(kinds)}.`, word, () =>
            didYouMean(word.text, kinds, word.start, word.end),
          );
        }
        return;
      }
      case "quantifier":
        this.value(expr.from);
        this.value(expr.to);
        this.value(expr.body);
        return;
      case "name":
      case "size":
      case "string":
      case "boolean":
      case "missing":
        return;
    }
  }

  private memberOf(expr: MemberExpr): void {
    const { object, member } = expr;
    this.value(object);
    if (member.text === "" || this.world.fields.has(member.text)) return;
    this.error("unknown-field", `No struct or handle has a field \`${member.text}\`.`, member, () =>
      didYouMean(member.text, this.world.fields, member.start, member.end),
    );
  }

  private call(expr: CallExpr, mayCallFunction: boolean): void {
    const { callee, args } = expr;
    for (const arg of args) {
      this.value(arg.value);
      if (arg.to !== undefined) {
        this.value(arg.to);
        if (!(callee.kind === "name" && callee.text === "choose")) {
          this.error("misplaced-range", "A range stands only in `choose(a..b)`.", arg);
        }
      }
    }
    const signature = this.signatureOf(expr);
    if (signature !== undefined) this.checkArgs(expr, signature.signature);
    if (signature?.isFunction && !mayCallFunction) {
      this.error(
        "call-placement",
        `\`${signature.signature.name}\` is called inside an expression; a function's call is a whole statement, or all that stands right of \`=\` or \`return\`.`,
        callee,
        { hint: "First `let result = …`: the function may be interrupted, an expression may not." },
      );
    }
  }

  /** What a call calls; undefined, after a report, if that is nothing. */
  private signatureOf(expr: CallExpr): { signature: Signature; isFunction: boolean } | undefined {
    const { callee, args } = expr;
    if (callee.kind === "member") {
      this.value(callee.object);
      const method = this.world.methods.get(callee.member.text);
      if (method !== undefined) return { signature: method, isFunction: true };
      if (callee.member.text === "") return undefined;
      this.error("unknown-function", `There is no callback \`${callee.member.text}\`.`, callee.member, () =>
        didYouMean(callee.member.text, this.world.methods.keys(), callee.member.start, callee.member.end),
      );
      return undefined;
    }
    if (callee.kind !== "name") {
      this.error("not-a-function", "Only functions, primitives and callbacks are called.", callee);
      return undefined;
    }
    switch (callee.text) {
      case "super":
        if (this.superSignature === undefined) {
          this.error("no-super", "`super` calls what a function overrides; this one overrides nothing.", callee);
          return undefined;
        }
        return { signature: this.superSignature, isFunction: true };
      case "option":
        if (args.length !== 1 || args[0]?.value.kind !== "name") {
          this.error("arity", "The argument does not fit: `option(NAME)`.", expr);
        }
        return undefined;
      case "choose":
        if (args.length !== 1 || args[0]?.to === undefined) {
          this.error("arity", "The argument does not fit: `choose(a..b)`.", expr);
        }
        return undefined;
      default: {
        const binding = this.reporter.resolved.bindings.get(callee);
        return binding === undefined ? undefined : signatureOfBinding(binding);
      }
    }
  }

  private checkArgs(expr: CallExpr, signature: Signature): void {
    const { params, optional, named } = signature;
    const usage = `${signature.name}(${[...params, ...named.map((name) => `${name}: …`)].join(", ")})`;
    const given = new Set<string>();
    let positional = 0;
    for (const arg of expr.args) {
      const name = arg.name?.text ?? params[positional];
      if (arg.name === undefined) positional++;
      if (name === undefined) {
        this.error("arity", `Too many arguments: \`${usage}\`.`, arg);
        return;
      }
      if (!this.checkArg(arg, name, given, signature, usage)) return;
      given.add(name);
    }
    const missing = params.slice(0, params.length - optional).filter((param) => !given.has(param));
    if (missing.length > 0) {
      const what = missing.map((param) => `\`${param}\``).join(", ");
      this.error("arity", `Too few arguments, without ${what}: \`${usage}\`.`, expr.callee);
    }
  }

  private checkArg(arg: Arg, name: string, given: ReadonlySet<string>, signature: Signature, usage: string): boolean {
    if (given.has(name)) {
      this.error("arity", `Argument \`${name}\` is given already.`, arg);
      return false;
    }
    const { name: written } = arg;
    if (written === undefined || signature.params.includes(name) || signature.named.includes(name)) return true;
    this.error("arity", `There is no argument \`${name}\`: \`${usage}\`.`, written, () =>
      didYouMean(name, [...signature.params, ...signature.named], written.start, written.end),
    );
    return false;
  }

  private target(target: Expr): void {
    switch (target.kind) {
      case "name": {
        const binding = this.reporter.resolved.bindings.get(target);
        const why = binding === undefined ? undefined : whyNotAssigned(binding);
        if (why !== undefined)
          this.error("not-assignable", `\`${target.text}\` is ${why}; it cannot be assigned.`, target);
        return;
      }
      case "member":
      case "index":
        this.value(target);
        return;
      case "missing":
        return;
      default:
        this.value(target);
        this.error("not-assignable", "Only a name, a field or an element can be assigned.", target);
    }
  }

  private lockTarget(target: Expr): void {
    this.value(target);
    if (target.kind !== "name") return;
    const binding = this.reporter.resolved.bindings.get(target);
    const kind =
      binding?.kind === "member"
        ? binding.declaration.kind
        : binding?.kind === "libraryMember"
          ? binding.signature.kind
          : undefined;
    if (kind === undefined || kind === "lockDecl" || kind === "lock" || kind === "var") {
      if (binding?.kind !== "word" && binding?.kind !== "error") return;
    }
    this.error("not-a-lock", `\`${target.text}\` is no lock.`, target);
  }

  private emit(pattern: EventPattern): void {
    const event = eventByName.get(pattern.name.text);
    pattern.args.forEach((arg, position) => {
      this.value(arg.value);
      if (event === undefined) return;
      const signature = `${event.name}(${event.fields.map((field) => field.name).join(", ")})`;
      const { name } = arg;
      if (name === undefined) {
        if (position >= event.fields.length)
          this.error("too-many-arguments", `Too many arguments: \`${signature}\`.`, arg);
      } else if (!event.fields.some((field) => field.name === name.text)) {
        this.error("unknown-field", `Event \`${event.name}\` has no field \`${name.text}\`: \`${signature}\`.`, name);
      }
    });
  }
}

function signatureOfBinding(binding: Binding): { signature: Signature; isFunction: boolean } | undefined {
  switch (binding.kind) {
    case "libraryFunction":
      return { signature: binding.signature, isFunction: true };
    case "primitive":
      return { signature: binding.signature, isFunction: false };
    case "libraryMember": {
      const { name, params, kind } = binding.signature;
      if (kind === "fn") return { signature: { name, params, optional: 0, named: [] }, isFunction: true };
      return { signature: { name, params, optional: params.length, named: [] }, isFunction: false };
    }
    case "member": {
      const { declaration } = binding;
      if (declaration.kind === "fn") return { signature: signatureOfFunction(declaration), isFunction: true };
      if (declaration.kind !== "struct") return undefined;
      const params = declaration.fields.map((field) => field.name.text);
      return {
        signature: { name: declaration.name.text, params, optional: params.length, named: [] },
        isFunction: false,
      };
    }
    default:
      return undefined;
  }
}

function whyNotAssigned(binding: Binding): string | undefined {
  switch (binding.kind) {
    case "word":
    case "error":
      return "a word";
    case "member":
      return whyNotMember(binding.declaration.kind);
    case "libraryMember":
      return whyNotMember(binding.signature.kind);
    default:
      return undefined;
  }
}

function whyNotMember(kind: string): string | undefined {
  if (kind === "const") return "a constant";
  if (kind === "lockDecl" || kind === "lock") return "a lock";
  if (kind === "option") return "an option, which is set where the machine is declared";
  return undefined;
}
