/** Compiles a resolved scenario against the library: the program that the VM runs. */
import type { MachineDescription } from "../../sim-core/machine/description.ts";
import type { Value } from "../../sim-core/store/value.ts";
import { FALSE, TRUE } from "../../sim-core/store/value.ts";
import { MAX_CODE, MAX_FUNCTIONS } from "../../sim-core/vm/frames.ts";
import { sizeOf } from "../../sim-core/vm/instructions.ts";
import { Op, StatementFlag } from "../../sim-core/vm/op.ts";
import { FATAL_SIGNAL_PENDING, primitives } from "../../sim-core/vm/primitives.ts";
import type { ProfileInfo, Program, PropertyInfo, Spot } from "../../sim-core/vm/program.ts";
import type { Resolved } from "../resolve/model.ts";
import type { DriverDecl, KernelDecl } from "../syntax/tree.ts";
import type { Library } from "./builder.ts";
import { Builder, CompileError, PAGE_SIZE_CONSTANT } from "./builder.ts";
import { settingValue } from "./constant.ts";
import { DeclarationCompiler } from "./declarations.ts";
import { missingFunctions } from "./missing.ts";
import { ScenarioContext } from "./scenario-context.ts";
import { ScenarioExpressions } from "./scenario-expression.ts";
import { compileRunner } from "./scenario-statement.ts";
import { markSharing } from "./sharing.ts";
import { markWatchedReturns } from "./watched-returns.ts";

/** What compiling asks for besides the file. */
export interface CompileOptions {
  /** Runs the scenario under this profile, whatever the file says. */
  readonly kernel?: string;
}

/** A mistake that only compiling finds: the file's index in `Resolved.files`, and where in it. */
export interface CompileProblem {
  readonly file: number;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** A compiled scenario, with what fragments (watches, conditions, what-if statements) are compiled against. */
export interface CompiledScenario {
  readonly program: Program;
  readonly library: Library;
  readonly resolved: Resolved;
  /** The builder after the scenario: fragments extend a copy of it. */
  readonly built: Library;
  /** Which slot each of the scenario's variables has. */
  readonly context: ScenarioContext;
}

/** Compiles a scenario whose checks found no error. */
export function compileScenario(
  resolved: Resolved,
  library: Library,
  options: CompileOptions = {},
): { compiled: CompiledScenario | undefined; problems: CompileProblem[] } {
  const builder = new Builder(library);
  builder.constants[PAGE_SIZE_CONSTANT] = resolved.pageSize;
  const firstSource = builder.sources.length;
  for (const file of resolved.files) builder.addSource({ path: file.path, text: file.parsed.text, library: false });
  const problems: CompileProblem[] = [];
  const attempt = <T>(file: number, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      const inFile = error.source >= firstSource ? error.source - firstSource : file;
      problems.push({ file: inFile, message: error.message, start: error.span.start, end: error.span.end });
      return undefined;
    }
  };
  const context = new ScenarioContext(builder, resolved, firstSource);
  const declarations = new DeclarationCompiler(builder, context.pageSize, (name) => {
    const binding = resolved.globals.get(name);
    const value = binding === undefined ? undefined : context.valueOf(binding);
    return value === undefined ? undefined : { kind: "constant", value };
  });

  declareModelCode(resolved, declarations, firstSource, attempt);
  const profile = attempt(0, () => selectProfile(resolved, options, builder, declarations));
  attempt(0, () => declarations.finish());

  const file = resolved.files[0]?.parsed.file ?? { start: 0, end: 0 };
  let director = -1;
  attempt(0, () => {
    director = compileRunner(context, { kind: "director" }, "scenario", { start: file.start, end: file.end }, (inner) =>
      inner.statements(resolved.statements),
    );
    context.finish();
  });
  for (const { file: index, declaration } of resolved.properties) {
    attempt(index, () => {
      const own = index === 0 ? context : context.inFile(firstSource + index);
      builder.properties.push(compileProperty(own, declaration));
    });
  }
  if (profile !== undefined && problems.length === 0) {
    problems.push(
      ...missingProblems(resolved, library, builder, profile, firstSource),
      ...coherentProblems(resolved, profile),
    );
  }
  const fits = Math.min(MAX_CODE / builder.code.length, MAX_FUNCTIONS / builder.functions.length);
  if (fits <= 1) {
    const share = Math.floor(100 * fits);
    const message = `The scenario is too long to run: a program holds some ${share} % of it. Write it with loops, or as several files.`;
    problems.push({ file: 0, message, start: file.start, end: file.start });
  }
  if (problems.length > 0 || profile === undefined) return { compiled: undefined, problems };

  const built = builder.library();
  const program = makeProgram(builder, library, resolved, profile, director);
  return { compiled: { program, library, resolved, built, context }, problems };
}

/** What the scenario and its drivers call and the profile does not have. */
function missingProblems(
  resolved: Resolved,
  library: Library,
  builder: Builder,
  profile: SelectedProfile,
  firstSource: number,
): CompileProblem[] {
  const drivers = new Set(resolved.devices.map((device) => device.driver));
  const found = missingFunctions(builder, profile.table, library.functions.length, drivers);
  return found.map(({ name, caller, spot }) => {
    const lacks = `Kernel "${profile.name}" has no function \`${name}\``;
    const { source, start, end } = builder.spots[spot] ?? { source: 0, start: 0, end: 0 };
    if (source >= firstSource) return { file: source - firstSource, message: `${lacks}.`, start, end };
    const by = builder.functions[caller];
    const line = resolved.kernel.declaration ?? { start: 0, end: 0 };
    const who = by?.owner === undefined ? `\`${by?.name}\`` : `\`${by.name}\` of \`${by.owner}\``;
    return { file: 0, message: `${lacks}, which ${who} calls.`, start: line.start, end: line.end };
  });
}

/** The profile's switch that says whether there is coherent device memory; a profile without it has it. */
const COHERENT_MEMORY = "coherent_memory";

/** The profile's switch that makes coherent device memory a node like any other. */
const MANAGED_NODE = "coherent_node";

/** The profile's switch that has free device pages count one reference. */
const COUNTS_FREE_DEVICE_PAGES = "free_device_pages_count";

/** Devices with coherent memory, where the profile has none. */
function coherentProblems(resolved: Resolved, profile: SelectedProfile): CompileProblem[] {
  if (profile.options[COHERENT_MEMORY] !== FALSE) return [];
  const message = `Kernel "${profile.name}" has no coherent device memory (MEMORY_DEVICE_COHERENT).`;
  return resolved.devices
    .filter((device) => device.node !== undefined)
    .map((device) => {
      const { start, end } = device.declaration.name;
      return { file: device.at?.file ?? 0, message, start, end };
    });
}

function compileProperty(
  context: ScenarioContext,
  declaration: Resolved["properties"][number]["declaration"],
): PropertyInfo {
  const { builder, source } = context;
  return {
    kind: declaration.property,
    text: builder.text(source, declaration),
    spot: builder.spots[builder.spot(source, declaration)] as Spot,
    entry: ScenarioExpressions.entry(context, declaration.condition),
    parts: ScenarioExpressions.parts(context, declaration.condition),
  };
}

function declareModelCode(
  resolved: Resolved,
  declarations: DeclarationCompiler,
  firstSource: number,
  attempt: (file: number, work: () => void) => void,
): void {
  const members = [...resolved.members.values()];
  for (const kinds of [["const"], ["struct"], ["fn", "var", "table", "listDecl", "lockDecl", "option"]]) {
    for (const member of members) {
      if (member.owner !== undefined || !kinds.includes(member.declaration.kind)) continue;
      attempt(member.at.file, () =>
        declarations.kernelMember(member.declaration, firstSource + member.at.file, undefined, new Map()),
      );
    }
  }
  for (const profile of resolved.profiles) {
    attempt(profile.file, () => declarations.profile(profile.declaration, firstSource + profile.file));
  }
  const waiting = [...resolved.drivers.values()];
  const done = new Set<DriverDecl>();
  const visit = (driver: (typeof waiting)[number], depth: number): void => {
    if (done.has(driver.declaration) || depth > waiting.length) return;
    const base = driver.declaration.extends;
    const own = base === undefined ? undefined : resolved.drivers.get(base.text);
    if (own !== undefined) visit(own, depth + 1);
    done.add(driver.declaration);
    attempt(driver.at.file, () => declarations.driver(driver.declaration, firstSource + driver.at.file));
  };
  for (const driver of waiting) visit(driver, 0);
}

interface SelectedProfile {
  readonly name: string;
  readonly table: readonly number[];
  readonly options: Readonly<Record<string, Value>>;
}

/** The function table and switches of the profile that the scenario runs under. */
function selectProfile(
  resolved: Resolved,
  options: CompileOptions,
  builder: Builder,
  declarations: DeclarationCompiler,
): SelectedProfile {
  const name = options.kernel ?? resolved.kernel.profile;
  const chain = declarations.chain(name);
  const at: KernelDecl | undefined = resolved.kernel.declaration;
  if (chain.length === 0) {
    const known = builder.profiles.map((p) => `"${p.name}"`).join(", ");
    throw new CompileError(`there is no kernel "${name}"; there are ${known}`, -1, at ?? { start: 0, end: 0 });
  }
  const table = [...builder.baseFunctions];
  const values: Record<string, Value> = {};
  const apply = (profile: ProfileInfo): void => {
    for (const [slot, fn] of Object.entries(profile.overrides)) table[Number(slot)] = fn;
    Object.assign(values, profile.options);
  };
  chain.forEach(apply);
  if (options.kernel === undefined) {
    for (const setting of resolved.kernel.settings) {
      values[setting.name.text] = settingValue(setting.value, builder, BigInt(resolved.pageSize));
    }
  }
  return { name, table, options: values };
}

function makeProgram(
  builder: Builder,
  library: Library,
  resolved: Resolved,
  profile: SelectedProfile,
  director: number,
): Program {
  const path = resolved.files[0]?.path ?? "";
  return {
    title: resolved.title ?? path.replace(/^.*[\\/]/, ""),
    kernel: profile.name,
    sources: builder.sources,
    spots: builder.spots,
    code: codeOf(builder, library.functions.length),
    constants: builder.constants,
    words: builder.words,
    strings: builder.strings,
    fieldNames: builder.fieldNames,
    functions: builder.functions,
    slotNames: builder.slotNames,
    functionTable: profile.table,
    structs: builder.structs,
    drivers: builder.drivers,
    variables: builder.variables,
    options: profile.options,
    dead: Int32Array.from(builder.dead),
    machine: {
      ...describeMachine(resolved, builder, profile.options[MANAGED_NODE] === TRUE),
      ...(profile.options[COUNTS_FREE_DEVICE_PAGES] === TRUE ? { countsFreeDevicePages: true } : {}),
    },
    statements: builder.statements,
    scenarioVariables: builder.scenarioVariables,
    counters: builder.counters,
    matchers: builder.matchers,
    checks: builder.checks,
    properties: builder.properties,
    injections: builder.injections,
    director,
    invariants: Object.fromEntries(resolved.invariants),
    finds: resolved.finds.flatMap((f) => (f.id === undefined ? [] : [f.id.value])),
  };
}

const fatalSignalPending = primitives.findIndex((p) => p.name === FATAL_SIGNAL_PENDING);

/** Whether code of the scenario's own, that of functions from `first` on, may kill a process. */
function kills(builder: Builder, code: Int32Array, first: number): boolean {
  for (const { entry, end } of builder.functions.slice(first)) {
    for (let pc = entry; pc < end; pc += sizeOf(code[pc] as number)) {
      if (code[pc] === Op.callSlot && builder.slotNames[code[pc + 1] as number] === "send_sig") return true;
      if (code[pc] === Op.setField && builder.fieldNames[code[pc + 2] as number] === "killed") return true;
    }
  }
  return false;
}

/**
 * The code, in which emitting an event that the scenario asks about is a point of interleaving: the order can be seen. So is asking
 * whether the running thread has been killed, where somebody may be.
 */
function codeOf(builder: Builder, libraryFunctions: number): Int32Array {
  const code = Int32Array.from(builder.code);
  const asked = new Set(builder.counters.map((c) => c.pattern.event));
  for (const { patterns } of builder.matchers) for (const { event } of patterns) asked.add(event);
  let statement = -1;
  // The library's own code has been looked at; it depends on a scenario's code only where that has drivers or functions.
  if (builder.functions.slice(libraryFunctions).some((f) => f.role === "fn" || f.role === "callback")) {
    markSharing(code, builder);
    markWatchedReturns(code, builder);
  }
  const signals = kills(builder, code, libraryFunctions);
  if (asked.size === 0 && !signals) return code;
  for (let pc = 0; pc < code.length; pc += sizeOf(code[pc] as number)) {
    if (code[pc] === Op.statement) statement = pc;
    const emits = code[pc] === Op.emit && asked.has(code[pc + 1] as number);
    const asks = signals && code[pc] === Op.primitive && code[pc + 1] === fatalSignalPending;
    if ((emits || asks) && statement >= 0) {
      code[statement + 2] = (code[statement + 2] as number) | StatementFlag.shared;
    }
  }
  return code;
}

/** Options of drivers that the machine must know of: the link carries atomics; sequence numbers are not what it goes by. */
const LINK_ATOMICS = "link_atomics";
const CHECKS_RANGES = "checks_ranges";

/** Whether an option is on: as the device sets it, else as its driver says. */
function hasTrait(device: Resolved["devices"][number], option: string, builder: Builder, pageSize: bigint): boolean {
  const setting = device.settings.find((s) => s.name.text === option);
  if (setting !== undefined) return settingValue(setting.value, builder, pageSize) === TRUE;
  const variables = builder.drivers.find((d) => d.name === device.driver)?.variables ?? [];
  return variables.find((v) => v.option === option)?.fallback === TRUE;
}

/** `managed`: coherent device memory is an ordinary node. */
function describeMachine(resolved: Resolved, builder: Builder, managed: boolean): MachineDescription {
  const pageSize = BigInt(resolved.pageSize);
  return {
    pageSize: resolved.pageSize,
    nodes: resolved.nodes
      .filter((n) => n.device === undefined)
      .map(({ name, pages, movable }) => ({ name, pages, movable })),
    cpus: resolved.cpus.map(({ name, node }) => ({ name, node: node.index })),
    devices: resolved.devices.map((device) => ({
      name: device.name,
      driver: device.driver,
      pages: device.pages,
      ...(device.node === undefined ? {} : { coherent: device.node.name, managed }),
      ...(hasTrait(device, LINK_ATOMICS, builder, pageSize) ? { linkAtomics: true } : {}),
      ...(hasTrait(device, CHECKS_RANGES, builder, pageSize) ? { checksRanges: true } : {}),
      options: device.settings.map((s) => ({ name: s.name.text, value: settingValue(s.value, builder, pageSize) })),
    })),
    processes: resolved.processes.map((process) => ({
      name: process.name,
      ...(process.parent === undefined ? {} : { parent: process.parent.index }),
      regions: [...process.regions.values()].map((r) => r.index),
    })),
    regions: resolved.regions.map((region) => ({
      name: region.name,
      process: region.process.index,
      start: region.start,
      pages: region.pages,
      kind: region.backing,
      ...(region.file === undefined ? {} : { file: region.file }),
      ...(region.device === undefined ? {} : { driver: region.device.index }),
      readable: region.readable,
      writable: region.writable,
      shared: region.shared,
      ...(region.thp === undefined ? {} : { thp: region.thp }),
      ...(region.node === undefined ? {} : { node: region.node.index }),
      initial: region.initial,
    })),
    threads: resolved.threads.map((thread) => ({
      name: thread.name,
      process: thread.process.index,
      ...(thread.on.kind === "cpu" ? { cpu: thread.on.index } : { device: thread.on.index }),
    })),
  };
}
