/** What the parts of the scenario compiler share: the resolved file, the builder, and which slot a variable has. */
import type { Value } from "../../sim-core/store/value.ts";
import { box, NONE, Tag } from "../../sim-core/store/value.ts";
import type { Binding, Resolved } from "../resolve/model.ts";
import type { Expr, Name, Span } from "../syntax/tree.ts";
import type { Builder } from "./builder.ts";
import { CompileError } from "./builder.ts";
import { constantValue } from "./constant.ts";

export class ScenarioContext {
  readonly builder: Builder;
  readonly resolved: Resolved;
  /** The main file, an index of the builder's sources. */
  readonly source: number;
  private readonly variables = new Map<Name | string, number>();
  private readonly waiting: (() => void)[] = [];

  constructor(builder: Builder, resolved: Resolved, source: number) {
    this.builder = builder;
    this.resolved = resolved;
    this.source = source;
  }

  /** The same context for code that stands in another source. */
  inFile(source: number): ScenarioContext {
    const other = new ScenarioContext(this.builder, this.resolved, source);
    for (const [key, slot] of this.variables) other.variables.set(key, slot);
    return other;
  }

  /** The same names and slots for code that another builder makes: a fragment's. */
  over(builder: Builder, source: number): ScenarioContext {
    const other = new ScenarioContext(builder, this.resolved, source);
    for (const [key, slot] of this.variables) other.variables.set(key, slot);
    return other;
  }
  /** The slots of variables, by what declares them: the name of a `let` or loop, `as NAME` for what a statement ended with. */
  get slots(): ReadonlyMap<Name | string, number> {
    return this.variables;
  }

  get pageSize(): bigint {
    return BigInt(this.resolved.pageSize);
  }

  /** Compiles later what needs code of its own: code of one function is in one piece. */
  defer(compile: () => void): void {
    this.waiting.push(compile);
  }
  /** Compiles all that was put off, and what that puts off. */
  finish(): void {
    // What is put off meanwhile is appended and comes too.
    for (const compile of this.waiting) compile();
    this.waiting.length = 0;
  }

  /** A scenario variable for a declared name (`let`, loop), made at its first use. */
  variable(declared: Name): number {
    return this.slotFor(declared, declared.text);
  }
  /** The scenario variable that keeps what `as NAME` names. */
  result(name: string): number {
    return this.slotFor(`as ${name}`, name);
  }
  private readonly numbers = new Map<object, number>();
  /** The number that `make` gave for `key` the first time. */
  once(key: object, make: () => number): number {
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = make();
      this.numbers.set(key, number);
    }
    return number;
  }
  /** A scenario variable of the compiler's own. */
  hidden(name: string): number {
    return this.builder.scenarioVariables.push(`.${name}`) - 1;
  }
  private slotFor(key: Name | string, name: string): number {
    let slot = this.variables.get(key);
    if (slot === undefined) {
      slot = this.builder.scenarioVariables.push(name) - 1;
      this.variables.set(key, slot);
    }
    return slot;
  }

  /** The value of a binding that is a thing of the machine or a word; undefined for variables and functions. */
  valueOf(binding: Binding): Value | undefined {
    switch (binding.kind) {
      case "node":
        return binding.device === undefined ? box(Tag.node, binding.index) : box(Tag.device, binding.device.index);
      case "cpu":
        return box(Tag.cpu, binding.index);
      case "device":
        return box(Tag.device, binding.index);
      case "process":
        return box(Tag.process, binding.index);
      case "thread":
        // An implicit thread goes by its CPU's or device's name, and stands for it.
        return binding.declaration === undefined
          ? box(binding.on.kind === "cpu" ? Tag.cpu : Tag.device, binding.on.index)
          : box(Tag.thread, binding.index + 1);
      case "word":
        return binding.name === "none" ? NONE : this.builder.word(binding.name);
      case "error":
        return this.builder.word(binding.name);
      case "member":
        return binding.declaration.kind === "const" ? this.builder.namedConstants[binding.name] : undefined;
      default:
        return undefined;
    }
  }

  /** The value of an expression that is known before the run. */
  constant(expr: Expr): Value | undefined {
    return constantValue(
      expr,
      this.builder,
      (name) => {
        const binding = expr.kind === "name" ? this.resolved.bindings.get(expr) : this.resolved.globals.get(name);
        const value = binding === undefined ? undefined : this.valueOf(binding);
        return value === undefined ? undefined : { kind: "constant", value };
      },
      this.pageSize,
    );
  }

  fail(message: string, span: Span): never {
    throw new CompileError(message, this.source, span);
  }
}
