/** Finds what the names in model code stand for: locals, what the driver or profile declares, the library, words. */

import { eventByName } from "../events.ts";
import { didYouMean } from "../suggest.ts";
import type {
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
  ModelStatement,
  Name,
} from "../syntax/tree.ts";
import { modelStatementWords } from "../words.ts";
import { signals, valueWords } from "./bind-expr.ts";
import type { Context } from "./context.ts";
import type { LibraryIndex } from "./library-index.ts";
import { indexLibrary } from "./library-index.ts";
import type { Binding } from "./model.ts";
import { declaredMember, extendsLimit } from "./model.ts";
import { Scopes } from "./scopes.ts";

const statementWords: ReadonlySet<string> = new Set(modelStatementWords);

/** Functions that are compiled in and that no signature lists. */
export const builtins: ReadonlySet<string> = new Set(["super", "option", "choose"]);

const noBindings: ReadonlyMap<string, Binding> = new Map();

/** Binds the model code of one driver, one profile, or a file's top level. */
export class ModelBinder {
  private readonly ctx: Context;
  private readonly file: number;
  private readonly library: LibraryIndex;
  private readonly scopes: Scopes;
  /** Names of the owner's members, inherited ones included. */
  private readonly own: ReadonlyMap<string, Binding>;
  private readonly callbacks: ReadonlySet<string>;

  constructor(ctx: Context, file: number, owner: DriverDecl | KernelDecl | undefined) {
    this.ctx = ctx;
    this.file = file;
    this.library = indexLibrary(ctx.library);
    this.scopes = new Scopes(ctx, file);
    this.own = owner === undefined ? noBindings : membersOf(ctx, file, owner);
    this.callbacks = new Set(owner?.kind === "driver" ? owner.callbacks.map((callback) => callback.name.text) : []);
  }

  /** Binds a function or callback. */
  function(declaration: FunctionDecl | CallbackDecl): void {
    this.scopes.push();
    for (const param of declaration.params) this.declareLocal(param, "param");
    this.block(declaration.body);
    this.scopes.pop();
  }

  /** Binds the values of variables, constants and struct fields. */
  member(member: Member): void {
    if (member.kind === "fn") this.function(member);
    else if (member.kind === "var" || member.kind === "const") this.value(member.value);
    else if (member.kind === "struct") {
      for (const field of member.fields) if (field.default !== undefined) this.value(field.default);
    }
  }

  private declareLocal(name: Name, role: "let" | "for" | "param"): void {
    const { ctx, file } = this;
    if (statementWords.has(name.text)) {
      ctx.error(file, "word-of-language", `\`${name.text}\` begins a statement; it may not be declared.`, name);
      return;
    }
    const member = this.own.get(name.text) ?? ctx.members.get(name.text);
    if (member?.kind === "member" && member.at.file === file && this.scopes.find(name.text) === undefined) {
      const where = ctx.where(member.at, file);
      ctx.error(file, "declared-twice", `\`${name.text}\` is declared already, in ${where}.`, name);
    }
    this.scopes.add(name, role);
  }

  private block(block: Block<ModelStatement>): void {
    this.scopes.push();
    for (const statement of block.statements) this.statement(statement);
    this.scopes.pop();
  }

  private statement(statement: ModelStatement): void {
    switch (statement.kind) {
      case "let":
        this.value(statement.value);
        this.declareLocal(statement.name, "let");
        return;
      case "assign":
        this.value(statement.target);
        this.value(statement.value);
        return;
      case "callStatement":
      case "spawn":
        this.value(statement.call);
        return;
      case "if":
        this.if(statement);
        return;
      case "match":
        this.value(statement.subject);
        for (const arm of statement.arms) {
          for (const word of arm.words) if (word.kind === "name") this.armWord(word);
          this.block(arm.body);
        }
        return;
      case "loop":
      case "atomic":
        this.block(statement.body);
        return;
      case "while":
        this.value(statement.condition);
        this.block(statement.body);
        return;
      case "for":
        this.value(statement.from);
        if (statement.to !== undefined) this.value(statement.to);
        if (statement.step !== undefined) this.value(statement.step);
        this.scopes.push();
        this.declareLocal(statement.variable, "for");
        this.block(statement.body);
        this.scopes.pop();
        return;
      case "return":
        if (statement.value !== undefined) this.value(statement.value);
        return;
      case "lock":
      case "unlock":
        this.value(statement.target);
        return;
      case "waitUntil":
      case "expect":
        this.value(statement.condition);
        return;
      case "emit":
        this.event(statement.event);
        return;
      case "break":
      case "continue":
        return;
    }
  }

  private if(statement: If<ModelStatement>): void {
    let at: If<ModelStatement> | Block<ModelStatement> | undefined = statement;
    while (at?.kind === "if") {
      this.value(at.condition);
      this.block(at.then);
      at = at.else;
    }
    if (at !== undefined) this.block(at);
  }

  private value(expr: Expr): void {
    switch (expr.kind) {
      case "name":
        this.valueName(expr);
        return;
      case "list":
        for (const item of expr.items) this.value(item);
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
      case "binary":
        this.value(expr.left);
        this.value(expr.right);
        return;
      case "in":
        this.value(expr.left);
        this.value(expr.right);
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

  private call(expr: CallExpr): void {
    const { callee, args } = expr;
    if (callee.kind === "name") {
      if (callee.text === "option") {
        this.optionName(args[0]?.value);
        return;
      }
      this.callee(callee);
    } else {
      this.value(callee);
    }
    for (const arg of args) {
      this.value(arg.value);
      if (arg.to !== undefined) this.value(arg.to);
    }
  }

  private callee(name: Name): void {
    const { ctx, file, library } = this;
    const { text } = name;
    if (text === "" || builtins.has(text)) return;
    const binding =
      this.own.get(text) ?? ctx.members.get(text) ?? ctx.profileMembers.get(text) ?? this.fromLibrary(text);
    if (binding !== undefined && isCallable(binding)) {
      ctx.bindings.set(name, binding);
      return;
    }
    const local = this.scopes.find(text);
    if (local !== undefined || binding !== undefined) {
      ctx.error(file, "not-a-function", `\`${text}\` is not a function.`, name);
      return;
    }
    if (this.callbacks.has(text)) {
      ctx.error(file, "not-a-function", `\`${text}\` is a callback: it is called as \`self.${text}(…)\`.`, name);
      return;
    }
    ctx.error(file, "unknown-function", `There is no function \`${text}\`.`, name, () => {
      const names = [
        ...this.own.keys(),
        ...ctx.members.keys(),
        ...library.functions.keys(),
        ...library.primitives.keys(),
      ];
      return didYouMean(text, [...names, ...builtins], name.start, name.end);
    });
  }

  private fromLibrary(name: string): Binding | undefined {
    const { library } = this;
    const signature = library.functions.get(name);
    if (signature !== undefined) return { kind: "libraryFunction", name, signature };
    const member = library.members.get(name);
    if (member !== undefined) return { kind: "libraryMember", name, signature: member };
    const primitive = library.primitives.get(name);
    return primitive === undefined ? undefined : { kind: "primitive", name, signature: primitive };
  }

  private valueName(name: Name): void {
    const { ctx, file } = this;
    const { text } = name;
    if (text === "" || ctx.bindings.has(name)) return;
    const binding = this.scopes.find(text) ?? this.own.get(text) ?? ctx.members.get(text) ?? this.fromLibrary(text);
    if (binding !== undefined && !isFunction(binding)) {
      ctx.bindings.set(name, binding);
      return;
    }
    const word = this.word(text);
    if (word !== undefined) {
      ctx.bindings.set(name, word);
      return;
    }
    if (binding !== undefined) {
      ctx.error(file, "not-a-value", `\`${text}\` is a function; a call needs parentheses.`, name);
      return;
    }
    const global = ctx.globals.get(text);
    if (global !== undefined || ctx.regionsByName.has(text)) {
      ctx.error(file, "not-a-value", `\`${text}\` is of the scenario; model code cannot name it.`, name);
      return;
    }
    ctx.error(file, "unknown-name", `There is nothing called \`${text}\`.`, name, () =>
      didYouMean(text, this.valueNames(), name.start, name.end),
    );
  }

  private valueNames(): string[] {
    const { library, ctx } = this;
    return [
      ...this.scopes.names(),
      ...this.own.keys(),
      ...ctx.members.keys(),
      ...library.members.keys(),
      ...library.words.keys(),
      ...library.errors.keys(),
    ];
  }

  private word(text: string): Binding | undefined {
    if (this.library.errors.has(text) || signals.includes(text)) return { kind: "error", name: text };
    if (text === "self" || this.library.words.has(text) || valueWords.has(text)) return { kind: "word", name: text };
    return undefined;
  }

  /** A word of an arm: the value's own word first, then a constant. */
  private armWord(name: Name): void {
    const { ctx, file } = this;
    if (name.text === "") return;
    const member = this.own.get(name.text) ?? ctx.members.get(name.text) ?? this.library.members.get(name.text);
    const word = this.word(name.text);
    if (word !== undefined) {
      ctx.bindings.set(name, word);
    } else if (member !== undefined) {
      this.valueName(name);
    } else {
      ctx.error(file, "unknown-name", `There is no word \`${name.text}\`.`, name, () =>
        didYouMean(name.text, [...this.library.words.keys(), ...this.library.errors.keys()], name.start, name.end),
      );
    }
  }

  private optionName(expr: Expr | undefined): void {
    const { ctx, file } = this;
    if (expr?.kind !== "name") return;
    const names = optionNames(ctx);
    const own = this.own.get(expr.text);
    if (own !== undefined) ctx.bindings.set(expr, own);
    else if (names.has(expr.text)) ctx.bindings.set(expr, { kind: "word", name: expr.text });
    else {
      ctx.error(file, "unknown-option", `There is no option \`${expr.text}\`.`, expr, () =>
        didYouMean(expr.text, names, expr.start, expr.end),
      );
    }
  }

  private event(pattern: EventPattern): void {
    const { ctx, file } = this;
    const { name, args } = pattern;
    if (name.text === "") return;
    const event = eventByName.get(name.text);
    if (event === undefined) {
      ctx.error(file, "unknown-event", `There is no event \`${name.text}\`.`, name, () =>
        didYouMean(name.text, eventByName.keys(), name.start, name.end),
      );
    } else {
      ctx.bindings.set(name, { kind: "event", name: name.text });
    }
    args.forEach((arg, position) => {
      const field =
        arg.name === undefined ? event?.fields[position] : event?.fields.find((row) => row.name === arg.name?.text);
      if (arg.value.kind === "name" && field?.words.includes(arg.value.text)) {
        ctx.bindings.set(arg.value, { kind: "word", name: arg.value.text });
      } else {
        this.value(arg.value);
      }
      if (arg.name !== undefined && field !== undefined) {
        ctx.bindings.set(arg.name, { kind: "field", name: field.name, signature: undefined });
      }
    });
  }
}

/** Every switch of a profile and option of a driver that code may ask for. */
export function optionNames(ctx: Context): Set<string> {
  const names = new Set<string>();
  for (const profile of ctx.library.profiles) for (const option of profile.options) names.add(option.name);
  for (const driver of ctx.library.drivers) for (const option of driver.options) names.add(option.name);
  for (const { declaration } of ctx.profiles) {
    for (const member of declaration.members) if (member.kind === "option") names.add(member.name.text);
  }
  for (const { declaration } of ctx.drivers.values()) {
    for (const member of declaration.members) if (member.kind === "option") names.add(member.name.text);
  }
  for (const member of ctx.members.values()) if (member.declaration.kind === "option") names.add(member.name);
  return names;
}

function isFunction(binding: Binding): boolean {
  switch (binding.kind) {
    case "libraryFunction":
    case "primitive":
      return true;
    case "member":
      return binding.declaration.kind === "fn" || binding.declaration.kind === "struct";
    case "libraryMember":
      return binding.signature.kind === "fn" || binding.signature.kind === "struct";
    default:
      return false;
  }
}

function isCallable(binding: Binding): boolean {
  return isFunction(binding);
}

/** The members that code in a driver or profile sees as its own, inherited ones included; nearer ones hide farther ones. */
export function membersOf(ctx: Context, file: number, owner: DriverDecl | KernelDecl): Map<string, Binding> {
  const members = new Map<string, Binding>();
  const seen = new Set<DriverDecl | KernelDecl>();
  let at: { file: number; declaration: DriverDecl | KernelDecl } | undefined = { file, declaration: owner };
  while (at !== undefined && !seen.has(at.declaration) && seen.size <= extendsLimit) {
    const { declaration, file: from }: { file: number; declaration: DriverDecl | KernelDecl } = at;
    seen.add(declaration);
    for (const member of declaration.members) {
      if (!members.has(member.name.text)) members.set(member.name.text, declaredMember(from, member, declaration));
    }
    at = undefined;
    if (declaration.kind === "driver") {
      const base = declaration.extends?.text ?? "";
      const local = ctx.drivers.get(base);
      if (local !== undefined) at = { file: local.at.file, declaration: local.declaration };
      else addLibraryMembers(indexLibrary(ctx.library), base, members);
    } else if (declaration.extends?.kind === "string") {
      const base = declaration.extends.value;
      const local = ctx.profileByName.get(base);
      if (local !== undefined) at = { file: local.file, declaration: local.declaration };
    }
  }
  return members;
}

function addLibraryMembers(library: LibraryIndex, driver: string, members: Map<string, Binding>): void {
  const signature = library.drivers.get(driver);
  for (const member of signature?.members ?? []) {
    if (!members.has(member.name)) {
      members.set(member.name, { kind: "libraryMember", name: member.name, signature: member });
    }
  }
  for (const option of signature?.options ?? []) {
    if (members.has(option.name)) continue;
    members.set(option.name, {
      kind: "libraryMember",
      name: option.name,
      signature: { name: option.name, kind: "option", params: [], doc: option.doc, location: option.location },
    });
  }
}
