/**
 * Declared variables of model code: a driver's (one set for each context, or for the device), the kernel model's own, and
 * the scenario's. Tables and lists are heap objects that live for good; locks are values that name a lock.
 */
import { KEEPER } from "../machine/heap.ts";
import type { Machine } from "../machine/machine.ts";
import type { DenseColumn, SparseColumn } from "../store/column.ts";
import { cellWord } from "../store/journal.ts";
import type { Value } from "../store/value.ts";
import { NONE, payloadOf, Tag, tagOf } from "../store/value.ts";
import type { DriverInfo, Program, VariableInfo } from "./program.ts";
import type { VM } from "./vm.ts";
import { WATCHED_CALLBACKS, WATCHED_FUNCTIONS } from "./watched.ts";

/** Spaces of device variables follow those of contexts; the kernel's own come last. */
const DEVICE_SPACE = 0x4000;
const KERNEL_SPACE = 0x7fff;

export class Variables {
  /** Variables of the scenario: `let`, `as`, loops. */
  readonly scenario: DenseColumn;
  /** Evaluates an initial value; set by the VM. */
  evaluate: (entry: number, self: Value) => Value = () => NONE;
  private readonly machine: Machine;
  private readonly program: Program;
  /** The kernel model's own, by slot. */
  readonly kernel: DenseColumn;
  // Those of contexts and devices: (space, slot).
  private readonly cells: SparseColumn;
  private readonly drivers: (DriverInfo | undefined)[];
  private readonly slotsByName: Map<string, number>[] = [];
  /** By function: whether the listener is told when it is called and when it returns. */
  private readonly watched: boolean[];

  constructor(machine: Machine, program: Program) {
    this.machine = machine;
    this.program = program;
    this.cells = machine.store.sparseValues("variables", { chunkBits: 4 });
    this.kernel = machine.store.values("kernel variables");
    this.scenario = machine.store.values("scenario");
    this.watched = program.functions.map(() => false);
    this.drivers = program.machine.devices.map((d) => program.drivers.find((driver) => driver.name === d.driver));
    for (const driver of this.drivers) {
      this.slotsByName.push(new Map(driver?.variables.map((v, i) => [v.name, i])));
      for (const callback of WATCHED_CALLBACKS) {
        const fn = driver?.callbacks[callback];
        if (fn !== undefined) this.watched[fn] = true;
      }
    }
    for (const name of WATCHED_FUNCTIONS) {
      const fn = program.functionTable[program.slotNames.indexOf(name)] ?? -1;
      if (fn >= 0) this.watched[fn] = true;
    }
    for (let i = 0; i < program.scenarioVariables.length; i++) this.scenario.set(i, NONE);
  }

  /** Gives a variable of the scenario a value; of a list (a report) it keeps a copy. */
  setScenario(slot: number, value: Value): void {
    this.scenario.set(slot, this.machine.heap.replace(this.scenario.get(slot), value));
  }

  /** Replaces each value of a declared variable by what `change` makes of it. */
  changeEach(change: (value: Value) => Value): void {
    const { cells, kernel } = this;
    for (let slot = 0; slot < kernel.used; slot++) kernel.set(slot, change(kernel.get(slot)));
    for (let cell = 0; cell < cells.used; cell++) {
      const value = cells.at(cell);
      const now = change(value);
      if (now !== value) cells.set(cells.spaceOf(cell), cells.indexOf(cell), now);
    }
  }

  /** The cells of the kernel model's lists, tables and locks, which stay what they are; as `cellWord` names them. */
  constantCells(): number[] {
    return this.program.variables.flatMap(({ kind }, slot) => (kind === "var" ? [] : [cellWord(this.kernel.id, slot)]));
  }
  /** Whether the listener is told when function `fn` is called and when it returns. */
  isWatched(fn: number): boolean {
    return this.watched[fn] === true;
  }

  /** Gives the kernel model's variables their initial values. */
  setUpKernel(): void {
    this.setUp(this.program.variables, KERNEL_SPACE, NONE, () => true);
  }
  /** Gives a device's own variables their initial values. */
  setUpDevice(device: Value): void {
    const id = payloadOf(device);
    this.setUp(this.drivers[id]?.variables ?? [], DEVICE_SPACE + id, device, (v) => v.device);
  }
  /** Gives a context's variables their initial values. */
  setUpContext(context: Value): void {
    const device = this.machine.devices.deviceOfContext(payloadOf(context));
    this.setUp(this.drivers[device]?.variables ?? [], payloadOf(context), context, (v) => !v.device);
  }
  private setUp(
    variables: readonly VariableInfo[],
    space: number,
    self: Value,
    which: (v: VariableInfo) => boolean,
  ): void {
    variables.forEach((variable, slot) => {
      if (!which(variable)) return;
      this.put(space, slot, this.initialValue(variable, space, slot, self));
    });
  }
  private initialValue(variable: VariableInfo, space: number, slot: number, self: Value): Value {
    const heap = this.machine.heap;
    switch (variable.kind) {
      case "var":
        if (variable.option !== undefined) return this.optionValue(variable, variable.option, self);
        return variable.initial < 0 ? NONE : this.evaluate(variable.initial, self);
      case "list":
        return heap.make(KEEPER, Tag.list, 0);
      case "table":
        return heap.make(KEEPER, Tag.table, 0);
      default: {
        const type = variable.kind === "lock" ? "sleep" : variable.kind;
        return this.machine.locks.declared(space, slot, type, this.ownerName(self), variable.name);
      }
    }
  }
  private optionValue(variable: VariableInfo, option: string, self: Value): Value {
    if (tagOf(self) !== Tag.device) return this.program.options[option] ?? variable.fallback;
    const device = this.program.machine.devices[payloadOf(self)];
    return device?.options.find((o) => o.name === option)?.value ?? variable.fallback;
  }
  private ownerName(self: Value): string {
    if (tagOf(self) === Tag.device) return this.program.machine.devices[payloadOf(self)]?.name ?? "device";
    if (tagOf(self) === Tag.context) {
      return this.program.machine.devices[this.machine.devices.deviceOfContext(payloadOf(self))]?.name ?? "device";
    }
    return "";
  }

  private at(space: number, slot: number): Value {
    return space === KERNEL_SPACE ? this.kernel.get(slot) : this.cells.get(space, slot);
  }
  private put(space: number, slot: number, value: Value): void {
    if (space === KERNEL_SPACE) this.kernel.set(slot, value);
    else this.cells.set(space, slot, value);
  }

  /** Variable `slot` of a context's or device's driver. */
  private variableOf(self: Value, slot: number): VariableInfo | undefined {
    const tag = tagOf(self);
    if (tag === Tag.device) return this.drivers[payloadOf(self)]?.variables[slot];
    if (tag !== Tag.context) return undefined;
    return this.drivers[this.machine.devices.deviceOfContext(payloadOf(self))]?.variables[slot];
  }
  /** The space of variable `slot` of `self`: its context's, or its device's. */
  private spaceOf(vm: VM, self: Value, slot: number): number {
    const variable = this.variableOf(self, slot);
    const isDevice = tagOf(self) === Tag.device;
    if (variable === undefined) return vm.fail("there is no 'self' here: this is not a driver's code");
    if (variable.device) {
      const id = payloadOf(self);
      return DEVICE_SPACE + (isDevice ? id : this.machine.devices.deviceOfContext(id));
    }
    if (isDevice) {
      return vm.fail(
        `'${variable.name}' belongs to a process's context, and 'self' is the device here (declare it 'device ${variable.kind === "var" ? "var" : variable.kind} ${variable.name}')`,
      );
    }
    return payloadOf(self);
  }
  get(vm: VM, self: Value, slot: number): Value {
    return this.cells.get(this.spaceOf(vm, self, slot), slot);
  }
  set(vm: VM, self: Value, slot: number, value: Value): void {
    const space = this.spaceOf(vm, self, slot);
    this.assign(vm, this.variableOf(self, slot) as VariableInfo, space, slot, value);
  }
  setKernel(vm: VM, slot: number, value: Value): void {
    this.assign(vm, this.program.variables[slot] as VariableInfo, KERNEL_SPACE, slot, value);
  }
  private assign(vm: VM, variable: VariableInfo, space: number, slot: number, value: Value): void {
    const heap = this.machine.heap;
    if (variable.kind === "list" || variable.kind === "table") {
      if (tagOf(value) !== Tag[variable.kind]) vm.fail(`'${variable.name}' is a ${variable.kind}; this is not one`);
      heap.assign(this.at(space, slot), value);
      return;
    }
    if (variable.kind !== "var") vm.fail(`'${variable.name}' is a lock and cannot be assigned`);
    // A declared variable keeps a copy: the original ends with the function that made it.
    this.put(space, slot, heap.replace(this.at(space, slot), value));
  }

  /** The slot of a driver's variable by name, for `context.name` and `device.name`; -1 if it has none. */
  find(object: Value, name: string): number {
    const device =
      tagOf(object) === Tag.device ? payloadOf(object) : this.machine.devices.deviceOfContext(payloadOf(object));
    return this.slotsByName[device]?.get(name) ?? -1;
  }

  /** The driver of a context or device. */
  driverOf(object: Value): DriverInfo | undefined {
    const device =
      tagOf(object) === Tag.device ? payloadOf(object) : this.machine.devices.deviceOfContext(payloadOf(object));
    return this.drivers[device];
  }

  /** The function of callback `name` (a field id) of a context or device; -1 if its driver does not have it. */
  callback(vm: VM, self: Value, name: number): number {
    const tag = tagOf(self);
    const text = vm.program.fieldNames[name] ?? "";
    if (tag !== Tag.context && tag !== Tag.device) {
      return vm.fail(`${text}(…) is called on ${vm.describe(self)}, which has no callbacks`);
    }
    const device = tag === Tag.device ? payloadOf(self) : this.machine.devices.deviceOfContext(payloadOf(self));
    return this.drivers[device]?.callbacks[text] ?? -1;
  }
}
