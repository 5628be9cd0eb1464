/** `[THREAD] VERB OPERANDS [-> OUTCOME] [as NAME]`: a statement of a scenario that does something. */

import type { InjectionMode, InjectionSite } from "../../sim-core/machine/injection.ts";
import { StructId } from "../../sim-core/machine/structs.ts";
import { box, isInteger, NONE, Tag } from "../../sim-core/store/value.ts";
import { FACTS } from "../../sim-core/vm/observer.ts";
import { IsKind, Op, StatementFlag } from "../../sim-core/vm/op.ts";
import { primitives } from "../../sim-core/vm/primitives.ts";
import type { ExpectedOutcome, Spot } from "../../sim-core/vm/program.ts";
import type { ResolvedPlace } from "../resolve/model.ts";
import type { Action, Expr, Name, Place } from "../syntax/tree.ts";
import { isInPages } from "../syntax/tree.ts";
import type { Register } from "./builder.ts";
import type { PlaceRegisters } from "./scenario-expression.ts";
import type { ScenarioStatements } from "./scenario-statement.ts";

/** Compiles an action into the function that `into` makes; it runs there, on the thread of that function. */
export function compileAction(into: ScenarioStatements, action: Action): void {
  new ActionCompiler(into, action).compile();
}

class ActionCompiler {
  private readonly into: ScenarioStatements;
  private readonly action: Action;
  /** Where the statement's end must be patched in: jumps of what gives it up. */
  private readonly exits: number[] = [];
  private check: number | undefined;

  constructor(into: ScenarioStatements, action: Action) {
    this.into = into;
    this.action = action;
  }
  private get builder() {
    return this.into.context.builder;
  }
  private get scope() {
    return this.into.scope;
  }

  compile(): void {
    const { into, action, builder } = this;
    if (action.verb.text === "inject") {
      into.step(action, () => {
        this.scope.shared = true;
        builder.emit(Op.inject, this.injection());
      });
      return;
    }
    const statement = this.statement();
    into.step(action, () => {
      builder.emit(Op.begin, statement);
      this.run(statement);
      for (const exit of this.exits) builder.patch(exit);
    });
  }

  private statement(): number {
    const { action, builder, into } = this;
    const { source, resolved } = into.context;
    const thread = resolved.threadOf.get(action);
    const outcome = action.outcome;
    let expected: ExpectedOutcome = action.verb.text === "migrate" ? "allMoved" : "success";
    if (outcome?.kind === "anyOutcome") expected = "any";
    else if (outcome?.kind === "valueOutcome") expected = "value";
    else if (outcome?.kind === "reportOutcome") expected = "report";
    return (
      builder.statements.push({
        spot: builder.spots[builder.spot(source, action)] as Spot,
        thread: thread?.name ?? "",
        verb: action.verb.text,
        text: builder.text(source, action),
        expected,
        report: outcome?.kind === "reportOutcome" ? normalReport(outcome.words) : undefined,
      }) - 1
    );
  }

  private run(statement: number): void {
    const { action } = this;
    const { operands } = action;
    switch (action.verb.text) {
      case "read":
      case "write":
      case "atomic":
      case "vm_read":
      case "vm_write":
        this.accessEachPage(statement);
        return;
      case "mmap":
      case "mremap": {
        const region = this.declaredRegion();
        if (action.verb.text === "mmap") {
          this.end(statement, this.callKernel("sys_mmap", [region]));
          return;
        }
        const { address, end } = this.range(operands.place);
        const to =
          operands.address !== undefined ? this.builder.constant(Number(operands.address.value)) : this.regionStart();
        this.end(statement, this.callKernel("sys_mremap", [address, end, to, region]));
        return;
      }
      case "munmap":
        this.rangeCall(statement, "sys_munmap");
        return;
      case "mprotect": {
        const word = operands.word?.text;
        const truth = (yes: boolean) => this.builder.constant(this.builder.word(yes ? "true" : "false"));
        this.rangeCall(statement, "sys_mprotect", [truth(word !== "none"), truth(word === "rw")]);
        return;
      }
      case "madvise":
        this.rangeCall(statement, "sys_madvise", [this.word(operands.word)]);
        return;
      case "mlock":
        this.rangeCall(statement, "sys_mlock");
        return;
      case "munlock":
        this.rangeCall(statement, "sys_munlock");
        return;
      case "mbind":
        this.rangeCall(statement, "sys_mbind", [this.target()]);
        return;
      case "move":
        this.rangeCall(statement, "sys_move_pages", [this.target()]);
        return;
      case "fork":
        this.end(statement, this.callKernel("sys_fork", [this.child()]));
        return;
      case "exit":
        this.end(statement, this.callKernel("sys_exit", []));
        return;
      case "get":
        this.rangeCall(statement, "gup_get", [this.flag(operands.rw)]);
        return;
      case "put":
        this.rangeCall(statement, "gup_put");
        return;
      case "pin":
        this.rangeCall(statement, "gup_pin", [this.flag(operands.longterm), this.flag(operands.rw)]);
        return;
      case "unpin":
        this.rangeCall(statement, "gup_unpin");
        return;
      case "migrate":
        this.migrate(statement);
        return;
      case "exclusive":
      case "release":
      case "prefetch":
      case "snapshot":
        this.end(statement, this.callDriver(action.verb.text, [this.rangeStruct(operands.place)]));
        return;
      case "evict": {
        const pages =
          operands.pages === undefined
            ? this.builder.constant(NONE)
            : this.builder.constant(Number(operands.pages.value));
        const range = operands.place === undefined ? this.builder.constant(NONE) : this.rangeStruct(operands.place);
        this.end(statement, this.callDriver("evict", [range, pages]));
        return;
      }
      case "hint": {
        const target = operands.target === undefined ? this.builder.constant(NONE) : this.target();
        this.end(
          statement,
          this.callDriver("hint", [this.rangeStruct(operands.place), this.word(operands.word), target]),
        );
        return;
      }
      case "unbind":
      case "remove":
        this.end(statement, this.callDriver(action.verb.text, [], this.ownDevice()));
        return;
      case "call":
        this.call(statement);
        return;
      default:
        this.kernelStatement(statement);
    }
  }

  // ------------------------------------------------------------------------------------------------ operands

  private resolvedPlace(place: Place | undefined): ResolvedPlace {
    const found = place === undefined ? undefined : this.into.context.resolved.places.get(place);
    return found ?? this.into.context.fail("a place is missing here", place ?? this.action);
  }
  private place(place: Place | undefined): PlaceRegisters {
    return this.into.expressions.place(this.resolvedPlace(place), place ?? this.action);
  }
  /** Start and end (exclusive) of a place's pages, in bytes. */
  private range(place: Place | undefined): { process: Register; address: Register; end: Register; pages: Register } {
    const { process, address, pages } = this.place(place);
    const { builder } = this;
    const { pageSize } = this.into.context.resolved;
    const start = builder.constantOf(address);
    const count = builder.constantOf(pages);
    if (start !== undefined && count !== undefined) {
      return { process, address, end: builder.constant(start + count * pageSize), pages };
    }
    const end = this.scope.temporary();
    builder.emit(Op.multiply, end, pages, builder.constant(pageSize), Op.add, end, end, address);
    return { process, address, end, pages };
  }
  /** A place as the `range` struct that callbacks get. */
  private rangeStruct(place: Place | undefined): Register {
    const { process, address, end } = this.range(place);
    const { builder, scope } = this;
    const fields = [
      process,
      address,
      end,
      builder.constant(NONE),
      builder.constant(NONE),
      builder.constant(builder.word("true")),
    ];
    const at = scope.temporaries(fields.length);
    fields.forEach((register, i) => {
      builder.emit(Op.move, ~(at + i), register);
    });
    const d = scope.temporary();
    builder.emit(Op.newStruct, d, StructId.range, at);
    return d;
  }
  private word(name: Name | undefined): Register {
    return this.builder.constant(name === undefined || name.text === "none" ? NONE : this.builder.word(name.text));
  }
  private flag(name: Name | undefined): Register {
    return this.builder.constant(this.builder.word(name === undefined ? "false" : "true"));
  }
  private target(): Register {
    const name = this.action.operands.target;
    if (name === undefined) return this.builder.constant(NONE);
    const binding = this.into.context.resolved.bindings.get(name);
    const value = binding === undefined ? undefined : this.into.context.valueOf(binding);
    return this.builder.constant(value ?? this.builder.word(name.text));
  }
  private declaredRegion(): Register {
    const name = this.action.operands.declares;
    const binding = name === undefined ? undefined : this.into.context.resolved.bindings.get(name);
    const region = this.into.context.resolved.regions.find((r) => r.declaration === this.action);
    const index = binding?.kind === "region" ? binding.index : region?.index;
    return this.builder.constant(index === undefined ? NONE : box(Tag.region, index));
  }
  private regionStart(): Register {
    const region = this.into.context.resolved.regions.find((r) => r.declaration === this.action);
    return this.builder.constant(region?.start ?? 0);
  }
  private child(): Register {
    const child = this.into.context.resolved.processes.find((p) => p.declaration === this.action);
    if (child === undefined) this.into.context.fail("fork needs a name for the child: fork as CHILD", this.action);
    return this.builder.constant(box(Tag.process, child.index));
  }

  // --------------------------------------------------------------------------------------------------- calls

  private placeArguments(args: readonly Register[]): number {
    const at = this.scope.temporaries(args.length);
    args.forEach((register, i) => {
      this.builder.emit(Op.move, ~(at + i), register);
    });
    return at;
  }
  /** Calls a function of the kernel model; its result is in the register returned. */
  private callKernel(name: string, args: readonly Register[]): Register {
    if (!this.builder.hasSlot(name)) {
      this.into.context.fail(
        `'${this.action.verb.text}' is not in this kernel model (it has no function ${name})`,
        this.action.verb,
      );
    }
    const at = this.placeArguments(args);
    const d = this.scope.temporary();
    this.builder.emit(Op.callSlot, this.builder.slot(name), at, args.length, d, 0);
    return d;
  }
  /** Calls a callback of the driver that the thread's device has, in the thread's process. */
  private callDriver(name: string, args: readonly Register[], self = this.ownContext()): Register {
    const at = this.placeArguments(args);
    const d = this.scope.temporary();
    this.builder.emit(Op.callBack, this.builder.field(name), self, at, args.length, d, 0);
    return d;
  }
  /** The thread's device, which is `self` in the callbacks that are about no process. */
  private ownDevice(): Register {
    const d = this.scope.temporary();
    this.builder.emit(Op.getField, d, this.ownContext(), this.builder.field("device"));
    return d;
  }
  private ownContext(): Register {
    const thread = this.into.context.resolved.threadOf.get(this.action);
    if (thread === undefined)
      this.into.context.fail(`'${this.action.verb.text}' needs a device's thread in front`, this.action);
    const d = this.scope.temporary();
    this.builder.emit(Op.contextOf, d, thread.index + 1);
    return d;
  }
  private rangeCall(statement: number, name: string, extra: readonly Register[] = []): void {
    const { address, end } = this.range(this.action.operands.place);
    this.end(statement, this.callKernel(name, [address, end, ...extra]));
  }
  private call(statement: number): void {
    const { call } = this.action.operands;
    if (call === undefined || call.callee.kind !== "name")
      this.into.context.fail("call takes a function: call f(…)", this.action);
    const args = call.args.map((arg) => this.into.expressions.compile(arg.value, this.scope.temporary()));
    const name = call.callee.text;
    const ofDriver = this.driverFunction(name);
    if (ofDriver !== undefined) {
      const at = this.placeArguments(args);
      const d = this.scope.temporary();
      this.builder.emit(Op.call, ofDriver, at, args.length, d, 0);
      this.end(statement, d);
      return;
    }
    const primitive = primitives.findIndex((p) => p.name === name);
    if (primitive >= 0 && !this.builder.hasSlot(name)) {
      this.scope.shared = true;
      const at = this.placeArguments(args);
      const d = this.scope.temporary();
      this.builder.emit(Op.primitive, primitive, d, at);
      this.end(statement, d);
      return;
    }
    this.end(statement, this.callKernel(name, args));
  }
  /** A function of the driver whose device the thread is on; the thread's own code has that driver's context as `self`. */
  private driverFunction(name: string): number | undefined {
    const on = this.into.context.resolved.threadOf.get(this.action)?.on;
    if (on?.kind !== "device") return undefined;
    return this.builder.drivers.find((driver) => driver.name === on.driver)?.functions[name];
  }
  private kernelStatement(statement: number): void {
    const { action, builder } = this;
    const { operands } = action;
    const names: Readonly<Record<string, string>> = {
      reclaim: "kernel_reclaim",
      swapin: "kernel_swapin",
      compact: "kernel_compact",
      split: "kernel_split",
      ksm: "kernel_ksm",
      numa_scan: "kernel_numa_scan",
      offline: "kernel_offline",
      hwpoison: "kernel_hwpoison",
    };
    const name = names[action.verb.text] ?? `kernel_${action.verb.text}`;
    const args: Register[] = [];
    if (operands.place !== undefined) args.push(this.rangeStruct(operands.place));
    if (operands.place2 !== undefined) args.push(this.rangeStruct(operands.place2));
    if (operands.pages !== undefined) args.push(builder.constant(Number(operands.pages.value)));
    if (operands.target !== undefined) args.push(this.target());
    this.end(statement, this.callKernel(name, args));
  }

  private migrate(statement: number): void {
    const { builder, action } = this;
    const range = this.rangeStruct(action.operands.place);
    const outcome = this.callDriver("migrate", [range, this.target()]);
    if (action.outcome !== undefined) {
      this.end(statement, outcome);
      return;
    }
    // Without an outcome written, every page that is mapped must have moved: count those that have not.
    const kept = this.keep(outcome);
    const binding =
      action.operands.target === undefined
        ? undefined
        : this.into.context.resolved.bindings.get(action.operands.target);
    const device =
      binding?.kind === "device"
        ? binding.index
        : binding?.kind === "thread" && binding.on.kind === "device"
          ? binding.on.index
          : -1;
    const { process, address, pages } = this.place(action.operands.place);
    const unmoved = this.scope.temporary();
    builder.emit(Op.observe, unmoved, FACTS.indexOf("unmoved"), -1, device, process, address, pages);
    const left = this.keep(unmoved);
    this.endStep(kept);
    builder.emit(Op.end, statement, kept, left);
    this.saveResult(kept);
  }

  /** read, write, atomic and their like: the same for the word at the same offset of each page. */
  private accessEachPage(statement: number): void {
    const { builder, scope, action } = this;
    const { outcome } = action;
    const { process, address, pages, constantPages } = this.place(action.operands.place);
    const value = this.operand(action.operands.value);
    const old = this.operand(action.operands.expected);
    if (constantPages === 1) {
      this.end(statement, this.access(process, address, value, old));
      return;
    }
    // Everything that outlives a call lies in slots: scratch registers do not.
    const at = this.keep(address);
    const left = this.keep(pages);
    const keptValue = value === undefined ? undefined : this.keep(value);
    const keptOld = old === undefined ? undefined : this.keep(old);
    const result = scope.declareHidden(".result");
    const expected = outcome?.kind === "valueOutcome" ? this.keep(this.outcomeValue(outcome.value)) : undefined;
    builder.emit(Op.move, result, builder.constant(NONE));
    const top = builder.here;
    const test = scope.temporary();
    builder.emit(Op.greater, test, left, builder.constant(0), Op.jumpIfFalse, test, 0);
    const exits = [builder.here - 1];
    builder.emit(Op.move, result, this.access(process, at, keptValue, keptOld));
    if (expected !== undefined) builder.emit(Op.equal, test, result, expected, Op.jumpIfFalse, test, 0);
    else builder.emit(Op.is, test, result, IsKind.error, Op.jumpIfTrue, test, 0);
    exits.push(builder.here - 1);
    builder.emit(Op.add, at, at, builder.constant(this.into.context.resolved.pageSize));
    builder.emit(Op.subtract, left, left, builder.constant(1), Op.jump, top);
    for (const exit of exits) builder.patch(exit);
    this.endStep(result);
    builder.emit(Op.end, statement, result, expected ?? builder.constant(NONE));
    this.saveResult(result);
  }

  /** A number; what is none makes the statement fail. */
  private operand(expr: Expr | undefined): Register | undefined {
    if (expr === undefined) return undefined;
    const register = this.into.expressions.compile(expr);
    const known = this.builder.constantOf(register);
    if (known === undefined || !isInteger(known)) this.giveUpUnless(Op.number, register);
    return register;
  }
  /** Ends the statement as failed if what was reckoned just before has no value (`sound`), or is no number (`number`). */
  private giveUpUnless(op: typeof Op.sound | typeof Op.number, ...operand: Register[]): void {
    const { builder, into } = this;
    this.check ??= builder.statementCheck(into.context.source, this.action);
    if (op === Op.number) this.giveUpUnless(Op.sound);
    builder.emit(op, ...operand, this.check, 0);
    this.exits.push(builder.here - 1);
  }

  /** One access of one word; its result is in the register returned. */
  private access(
    process: Register,
    address: Register,
    value: Register | undefined,
    old: Register | undefined,
  ): Register {
    const { action, builder } = this;
    const verb = action.verb.text;
    if (verb === "vm_read") return this.callKernel("vm_read", [process, address]);
    if (verb === "vm_write") return this.callKernel("vm_write", [process, address, value ?? builder.constant(NONE)]);
    const onDevice = this.into.context.resolved.threadOf.get(action)?.on.kind === "device";
    const first = onDevice ? [this.ownContext(), address] : [address];
    const prefix = onDevice ? "device" : "user";
    if (verb === "read") return this.callKernel(`${prefix}_read`, first);
    if (verb === "write") return this.callKernel(`${prefix}_write`, [...first, value ?? builder.constant(0)]);
    // cas takes the old and the new value, the others only the operand.
    const operation = this.word(action.operands.word);
    const a = old ?? value ?? builder.constant(0);
    const b = old === undefined ? builder.constant(NONE) : (value ?? builder.constant(0));
    return this.callKernel(onDevice ? "device_atomic_op" : "user_atomic", [...first, operation, a, b]);
  }

  // ------------------------------------------------------------------------------------------------- outcome

  /** Copies a register into a slot, so that it outlives calls. */
  private keep(register: Register): Register {
    const slot = this.scope.declareHidden(".kept");
    this.builder.emit(Op.move, slot, register);
    return slot;
  }
  private outcomeValue(expr: Expr): Register {
    // `4 pages` counts pages; it is no number of bytes.
    if (expr.kind === "size" && isInPages(expr)) return this.builder.constant(Number(expr.value));
    const register = this.into.expressions.compile(expr);
    if (this.builder.constantOf(register) === undefined) this.giveUpUnless(Op.sound);
    return register;
  }
  private end(statement: number, outcome: Register): void {
    const { builder, action } = this;
    const result = this.endStep(outcome);
    const expected =
      action.outcome?.kind === "valueOutcome" ? this.outcomeValue(action.outcome.value) : builder.constant(NONE);
    builder.emit(Op.end, statement, result, expected);
    this.saveResult(result);
  }
  /** That the statement's result can be seen from now on is a step of its own where others look at it. */
  private endStep(outcome: Register): Register {
    const { builder, into, action } = this;
    if (action.as === undefined || !into.isWatched) return outcome;
    const kept = this.keep(outcome);
    builder.emit(Op.statement, builder.spot(into.context.source, action), StatementFlag.shared, 0);
    return kept;
  }
  private saveResult(outcome: Register): void {
    const { as } = this.action;
    if (as !== undefined) this.builder.emit(Op.setScenario, this.into.context.result(as.text), outcome);
  }

  private injection(): number {
    const { operands } = this.action;
    const { resolved, builder } = this.into.context;
    const binding = operands.target === undefined ? undefined : resolved.bindings.get(operands.target);
    const device =
      binding?.kind === "device"
        ? binding.index
        : binding?.kind === "thread" && binding.on.kind === "device"
          ? binding.on.index
          : -1;
    return (
      builder.injections.push({
        site: (operands.point?.text ?? "device_alloc") as InjectionSite,
        device,
        mode: (operands.word?.text ?? "fail") as InjectionMode,
        times: operands.times === undefined ? undefined : Number(operands.times.value),
        after: operands.after === undefined ? 0 : Number(operands.after.value),
      }) - 1
    );
  }
}

/** The words of a report in the order in which the machine gives them: zero, huge, local or remote, permission. */
function normalReport(words: readonly Name[]): string {
  const order = ["zero", "huge", "local", "remote", "none", "error", "read", "write"];
  return words
    .map((w) => w.text)
    .sort((a, b) => order.indexOf(a) - order.indexOf(b))
    .join(" ");
}
