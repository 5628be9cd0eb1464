/** Declarations of model code: functions, structs, variables, drivers and profiles, of the library and of scenarios alike. */
import type { Value } from "../../sim-core/store/value.ts";
import { NONE } from "../../sim-core/store/value.ts";
import { Op } from "../../sim-core/vm/op.ts";
import type { ProfileInfo, VariableInfo, VariableKind } from "../../sim-core/vm/program.ts";
import { WATCHED_CALLBACKS, WATCHED_FUNCTIONS } from "../../sim-core/vm/watched.ts";
import type {
  Block,
  CallbackDecl,
  DriverDecl,
  FunctionDecl,
  KernelDecl,
  Member,
  ModelStatement,
  StructDecl,
} from "../syntax/tree.ts";
import type { Builder, CompiledDriver } from "./builder.ts";
import { CompileError } from "./builder.ts";
import { constantValue, settingValue } from "./constant.ts";
import { ExpressionCompiler, NEW_ARRAY } from "./expression.ts";
import { StatementCompiler } from "./model-statement.ts";
import type { Callee, Meaning, Surroundings } from "./scope.ts";
import { FunctionScope } from "./scope.ts";

/** A function whose body is compiled once everything is declared. */
interface PendingBody {
  readonly function: number;
  readonly source: number;
  readonly params: readonly string[];
  readonly body: Block<ModelStatement>;
  readonly around: Surroundings;
}

const variableKinds: Readonly<Record<string, VariableKind>> = { sleep: "lock", spin: "spin", rw: "rw" };

/** Functions of these names tell the checks their parameters when they return. */
const reporting = new Set([...WATCHED_FUNCTIONS, ...WATCHED_CALLBACKS]);

export class DeclarationCompiler {
  readonly builder: Builder;
  private readonly pageSize: bigint;
  private readonly pending: PendingBody[] = [];
  /** What names of the scenario mean in the scenario's own model code (devices, nodes). */
  private readonly outer: (name: string) => Meaning | undefined;

  constructor(builder: Builder, pageSize: bigint, outer: (name: string) => Meaning | undefined = () => undefined) {
    this.builder = builder;
    this.pageSize = pageSize;
    this.outer = outer;
  }

  /** Surroundings of the kernel model's own functions. */
  kernel(superFunction: number | undefined): Surroundings {
    return {
      superFunction,
      lookup: (name) => this.kernelMeaning(name),
      callee: (name) => this.kernelCallee(name),
    };
  }
  private kernelMeaning(name: string): Meaning | undefined {
    const { builder } = this;
    const constant = builder.namedConstants[name];
    if (constant !== undefined) {
      return { kind: "constant", value: name === "PAGE_SIZE" ? Number(this.pageSize) : constant };
    }
    const slot = builder.variables.findIndex((v) => v.name === name);
    if (slot >= 0) return { kind: "kernelVariable", slot };
    return this.outer(name);
  }
  private kernelCallee(name: string): Callee | undefined {
    const { builder } = this;
    const struct = builder.structNames[name];
    if (struct !== undefined && !builder.hasSlot(name))
      return name === "map" || name === "range" ? undefined : { kind: "struct", struct };
    if (builder.hasSlot(name)) return { kind: "slot", slot: builder.slot(name) };
    return undefined;
  }

  /** Declares a member of the kernel model: of its top level (`owner` undefined) or of a profile. */
  kernelMember(member: Member, source: number, owner: string | undefined, overrides: Map<number, number>): void {
    const { builder } = this;
    switch (member.kind) {
      case "fn": {
        const slot = builder.slot(member.name.text);
        const hidden = overrides.get(slot) ?? builder.baseFunctions[slot] ?? -1;
        this.checkParameters(member, source, hidden);
        const id = this.addFunction(member, source, owner, this.kernel(hidden >= 0 ? hidden : undefined));
        if (owner === undefined) builder.baseFunctions[slot] = id;
        else overrides.set(slot, id);
        return;
      }
      case "struct":
        this.struct(member, source, (name) => this.kernelMeaning(name));
        return;
      case "const":
        builder.namedConstants[member.name.text] = this.constant(member, source, (name) => this.kernelMeaning(name));
        return;
      default: {
        const variable = this.variable(member, source, this.kernel(undefined));
        const at = builder.variables.findIndex((v) => v.name === variable.name);
        // Code that belongs to all profiles may ask for a switch of one: in the others it is none.
        if (owner !== undefined && variable.option !== undefined) {
          if (at < 0) builder.variables.push({ ...variable, fallback: NONE });
        } else if (at >= 0) builder.variables[at] = variable;
        else builder.variables.push(variable);
      }
    }
  }

  /** Who calls a function does not know which one a profile has in its place: both take as many arguments. */
  private checkParameters(decl: FunctionDecl, source: number, hidden: number): void {
    const base = this.builder.functions[hidden];
    if (base === undefined || base.params === decl.params.length) return;
    const takes = (n: number): string => `${n} argument${n === 1 ? "" : "s"}`;
    throw new CompileError(
      `'${base.name}' takes ${takes(decl.params.length)} here; the function that it overrides takes ${takes(base.params)}`,
      source,
      decl.name,
    );
  }

  /** Declares a profile (`kernel "NAME" …`). Its functions override those of what it extends. */
  profile(decl: KernelDecl, source: number): ProfileInfo {
    const { builder } = this;
    const name = decl.profile?.value ?? "";
    const parentName = decl.extends?.kind === "string" ? decl.extends.value : undefined;
    const inherited = new Map<number, number>();
    for (const profile of this.chain(parentName)) {
      for (const [slot, fn] of Object.entries(profile.overrides)) inherited.set(Number(slot), fn);
    }
    const own = new Map(inherited);
    for (const member of decl.members) this.kernelMember(member, source, name, own);
    const overrides: Record<number, number> = {};
    for (const [slot, fn] of own) if (inherited.get(slot) !== fn) overrides[slot] = fn;
    const options: Record<string, Value> = {};
    for (const member of decl.members) {
      if (member.kind === "option") options[member.name.text] = settingValue(member.value, builder, this.pageSize);
    }
    for (const setting of decl.settings)
      options[setting.name.text] = settingValue(setting.value, builder, this.pageSize);
    const info: ProfileInfo = { name, extends: parentName, doc: decl.doc, overrides, options };
    builder.profiles.push(info);
    return info;
  }
  /** Profiles from the root to `name`. */
  chain(name: string | undefined): readonly ProfileInfo[] {
    const profiles: ProfileInfo[] = [];
    for (let at = name; at !== undefined; ) {
      const profile = this.builder.profiles.find((p) => p.name === at);
      if (profile === undefined || profiles.includes(profile)) break;
      profiles.unshift(profile);
      at = profile.extends;
    }
    return profiles;
  }

  /** Declares a driver; what it extends must be declared already. */
  driver(decl: DriverDecl, source: number): CompiledDriver {
    const { builder } = this;
    const name = decl.name.text;
    const base = builder.drivers.find((d) => d.name === decl.extends?.text);
    if (decl.extends !== undefined && base === undefined) {
      throw new CompileError(`there is no driver '${decl.extends.text}'`, source, decl.extends);
    }
    const variables: VariableInfo[] = [...(base?.variables ?? [])];
    const constants: Record<string, Value> = { ...base?.constants };
    const structs: Record<string, number> = { ...base?.structs };
    const functions: Record<string, number> = { ...base?.functions };
    const callbacks: Record<string, number> = { ...base?.callbacks };
    const lookup = (text: string): Meaning | undefined => {
      const constant = constants[text];
      if (constant !== undefined) return { kind: "constant", value: constant };
      const slot = variables.findIndex((v) => v.name === text);
      return slot >= 0 ? { kind: "driverVariable", slot } : this.kernelMeaning(text);
    };
    const around = (superFunction: number | undefined): Surroundings => ({
      superFunction,
      lookup,
      callee: (text) => {
        const struct = structs[text];
        if (struct !== undefined) return { kind: "struct", struct };
        const fn = functions[text];
        return fn !== undefined ? { kind: "function", function: fn } : this.kernelCallee(text);
      },
    });
    for (const member of decl.members) {
      switch (member.kind) {
        case "fn":
          functions[member.name.text] = this.addFunction(
            member,
            source,
            name,
            around(base?.functions[member.name.text]),
          );
          break;
        case "struct":
          structs[member.name.text] = this.struct(member, source, lookup);
          break;
        case "const":
          constants[member.name.text] = this.constant(member, source, lookup);
          break;
        default: {
          const variable = this.variable(member, source, around(undefined));
          const at = variables.findIndex((v) => v.name === variable.name);
          if (at >= 0) variables[at] = variable;
          else variables.push(variable);
        }
      }
    }
    for (const setting of decl.settings) {
      const at = variables.findIndex((v) => v.option === setting.name.text);
      const variable = variables[at];
      if (variable === undefined)
        throw new CompileError(`driver '${name}' has no option '${setting.name.text}'`, source, setting);
      variables[at] = { ...variable, fallback: settingValue(setting.value, builder, this.pageSize) };
    }
    for (const callback of decl.callbacks) {
      callbacks[callback.name.text] = this.addFunction(
        callback,
        source,
        name,
        around(base?.callbacks[callback.name.text]),
      );
    }
    const driver: CompiledDriver = {
      name,
      extends: decl.extends?.text,
      callbacks,
      variables,
      functions,
      constants,
      structs,
      doc: decl.doc,
    };
    const at = builder.drivers.findIndex((d) => d.name === name);
    if (at >= 0) builder.drivers[at] = driver;
    else builder.drivers.push(driver);
    return driver;
  }

  private addFunction(
    decl: FunctionDecl | CallbackDecl,
    source: number,
    owner: string | undefined,
    around: Surroundings,
  ): number {
    const params = decl.params.map((p) => p.text);
    const role = decl.kind === "fn" ? "fn" : "callback";
    const id = this.builder.declareFunction({
      name: decl.name.text,
      owner,
      role,
      params,
      source,
      span: decl.name,
      doc: decl.doc,
    });
    this.pending.push({ function: id, source, params, body: decl.body, around });
    return id;
  }

  private struct(decl: StructDecl, source: number, lookup: (name: string) => Meaning | undefined): number {
    const { builder } = this;
    const defaults = decl.fields.map((field) => {
      if (field.isArray) return builder.word(NEW_ARRAY);
      if (field.default === undefined) return NONE;
      const value = constantValue(field.default, builder, lookup, this.pageSize);
      if (value === undefined) throw new CompileError("a field's default must be a constant", source, field.default);
      return value;
    });
    return builder.addStruct(
      decl.name.text,
      decl.fields.map((f) => f.name.text),
      defaults,
    );
  }

  private constant(
    decl: Member & { kind: "const" },
    source: number,
    lookup: (name: string) => Meaning | undefined,
  ): Value {
    const value = constantValue(decl.value, this.builder, lookup, this.pageSize);
    if (value === undefined)
      throw new CompileError(`'${decl.name.text}' is a constant: its value must be known here`, source, decl.value);
    return value;
  }

  private variable(
    decl: Exclude<Member, { kind: "fn" | "struct" | "const" }>,
    source: number,
    around: Surroundings,
  ): VariableInfo {
    const name = decl.name.text;
    const { device } = decl;
    const plain = { name, device, initial: -1, option: undefined, fallback: NONE };
    switch (decl.kind) {
      case "table":
        return { ...plain, kind: "table" };
      case "listDecl":
        return { ...plain, kind: "list" };
      case "lockDecl":
        return { ...plain, kind: variableKinds[decl.type] ?? "lock" };
      case "option": {
        const fallback = settingValue(decl.value, this.builder, this.pageSize);
        return { ...plain, name: `option ${name}`, kind: "var", device: true, option: name, fallback };
      }
      case "var": {
        const scope = new FunctionScope(this.builder, source, around, []);
        const initial = this.builder.here;
        this.builder.emit(Op.statement, this.builder.spot(source, decl), 0, 0);
        this.builder.emit(Op.done, new ExpressionCompiler(scope, this.pageSize).compile(decl.value));
        return { ...plain, kind: "var", initial };
      }
    }
  }

  /** Compiles the bodies of everything declared so far. */
  finish(): void {
    for (const { function: id, source, params, body, around } of this.pending) {
      const { builder } = this;
      const scope = new FunctionScope(builder, source, around, params);
      const entry = builder.here;
      const statements = new StatementCompiler(scope, new ExpressionCompiler(scope, this.pageSize));
      statements.block(body);
      // A function without a `return` at its end gives none; the statement there is its closing brace.
      statements.step({ start: Math.max(body.end - 1, body.start), end: body.end }, () => {
        builder.emit(Op.return, builder.constant(NONE));
      });
      builder.finishFunction(id, entry, scope.slots, reporting.has(builder.functions[id]?.name ?? ""));
      statements.tellParts();
    }
    this.pending.length = 0;
  }
}
