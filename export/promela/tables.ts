/** The tables of an exported model: what the C runtime asks of the scenario, its machine and its program. */

import { invariantsOn } from "../../sim-core/checks/invariants.ts";
import { REGION_KINDS } from "../../sim-core/machine/description.ts";
import { EVENTS } from "../../sim-core/machine/events.ts";
import { filesOf } from "../../sim-core/machine/files.ts";
import { regionFlags } from "../../sim-core/machine/machine.ts";
import { NONE, truthy } from "../../sim-core/store/value.ts";
import { BASE_WORDS, ERROR_NAMES } from "../../sim-core/store/words.ts";
import { Op, StatementFlag } from "../../sim-core/vm/op.ts";
import type { EventPatternInfo, Program } from "../../sim-core/vm/program.ts";
import { WATCHED_CALLBACKS, WATCHED_FUNCTIONS } from "../../sim-core/vm/watched.ts";
import { cArray, cLongArray, cString, cValue } from "./c-value.ts";
import { callbacksOf, eachInstruction } from "./reach.ts";
import type { Layout } from "./sizes.ts";

const VARIABLE_KINDS = {
  var: "VK_VAR",
  list: "VK_LIST",
  table: "VK_TABLE",
  lock: "VK_LOCK",
  spin: "VK_LOCK",
  rw: "VK_LOCK",
} as const;

/** Names that `text` uses with `prefix`, each once. */
function namesIn(text: string, prefix: string): string[] {
  return [...new Set([...text.matchAll(new RegExp(`\\b${prefix}(\\w+)`, "g"))].map((m) => m[1] as string))].sort();
}

function enumOf(prefix: string, names: readonly string[], value: (name: string, i: number) => string | number): string {
  if (names.length === 0) return "";
  const items = names.map((name, i) => `  ${prefix}${name} = ${value(name, i)}`);
  return `enum {\n${items.join(",\n")}\n};\n`;
}

const HOOKS = [...WATCHED_FUNCTIONS, ...WATCHED_CALLBACKS];

/** The numbers of words, errors, events, fields and watched functions that `runtime` names. */
export function names(program: Program, runtime: string): string {
  return [
    enumOf("WD_", namesIn(runtime, "WD_"), (name) => BASE_WORDS.indexOf(name) * 32 + 1),
    enumOf("E_", namesIn(runtime, "E_"), (name) => ERROR_NAMES.indexOf(name) * 32 + 2),
    enumOf("EV_", namesIn(runtime, "EV_"), (name) => EVENTS.findIndex((e) => e.name === name)),
    // A field that the program does not name gets a number that none has.
    enumOf("FLD_", namesIn(runtime, "FLD_"), (name, i) => {
      const id = program.fieldNames.indexOf(name);
      return id < 0 ? -2 - i : id;
    }),
    enumOf("HK_", HOOKS, (_, i) => i + 1),
    "enum { VK_VAR = 0, VK_LIST = 1, VK_TABLE = 2, VK_LOCK = 3 };\nenum { POISON = 16 };\n",
  ].join("");
}

/** What a declaration in front of the runtime must say, since the runtime's parts call each other. */
export const declarations = `
static V h_fail(const char *what);
static V h_left_out(const char *what);
static void h_emit(int event, int n, V *given);
static int h_in_scenario(void);
static int h_rule_on(const char *id);
static int h_struct_pos(int type, int field);
static int h_var_kind(int device, int slot);
static int h_var_device(int device, int slot);
static int h_var_slot(int device, int field);
static int h_kernel_kind(int slot);
static void h_check_nothing_held(int process);
static int fn_run(int fn, int pc);
static int fn_slots(int fn);
static int fn_params(int fn);
static int fn_entry(int fn);
static int fn_hook(int fn);
static int fn_scenario(int fn);
static int fn_thread(int fn);
static int pc_statement(int pc);
static int pc_local(int pc);
static int pc_spot(int pc);
static void h_properties(void);
static const char *spot_name(int spot);
`;

/** The machine of the scenario, as arrays. */
export function machineTables(program: Program, layout: Layout): string {
  const { machine } = program;
  const { files, ofRegion } = filesOf(machine);
  const pages = layout.spans.flatMap((s) =>
    Array.from({ length: s.pages }, (_, i) => ({ process: s.process, vpn: s.vpn + i })),
  );
  const { regions } = machine;
  const exclusive = truthy(program.options.exclusive_mapcount ?? NONE);
  return [
    `enum { PAGE_BYTES = ${machine.pageSize}, SPAN_PAGES = ${layout.span}, PMD_ORDER = ${Math.log2(layout.span)}, NSPAN = ${layout.spans.length}, NTABLES = ${layout.tables.length},`,
    `  NNODES = ${machine.nodes.length}, NCPU = ${machine.cpus.length}, NDEV = ${machine.devices.length}, NFILES = ${files.length}, FIRST_WORKER = ${machine.threads.length + 1},`,
    `  EXCLUSIVE_MAPPED = ${exclusive ? 1 : 0}, COUNTS_FREE = ${machine.countsFreeDevicePages === true ? 1 : 0} };\n`,
    cArray(
      "int",
      "pool_base",
      layout.pools.map((p) => p.pool.base),
    ),
    cArray(
      "int",
      "pool_pages",
      layout.pools.map((p) => p.pool.pages),
    ),
    cArray(
      "int",
      "pool_window",
      layout.pools.map((p) => p.window),
    ),
    cArray(
      "int",
      "pool_first",
      layout.pools.map((p) => p.first),
    ),
    cArray(
      "int",
      "pool_device",
      layout.pools.map((p) => p.pool.device),
    ),
    cArray(
      "int",
      "pool_node",
      layout.pools.map((p) => p.pool.node),
    ),
    cArray(
      "int",
      "pool_managed",
      layout.pools.map((p) => Number(p.pool.managed)),
    ),
    cArray(
      "int",
      "pool_movable",
      layout.pools.map((p) => Number(p.pool.movable)),
    ),
    cArray(
      "int",
      "device_checks",
      machine.devices.map((d) => Number(d.checksRanges === true)),
    ),
    cArray(
      "int",
      "device_links",
      machine.devices.map((d) => Number(d.linkAtomics === true)),
    ),
    cArray(
      "int",
      "cpu_node",
      machine.cpus.map((c) => c.node),
    ),
    cArray(
      "int",
      "page_process",
      pages.map((p) => p.process),
    ),
    cArray(
      "V",
      "page_vpn",
      pages.map((p) => `${p.vpn}LL`),
    ),
    cArray(
      "int",
      "span_process",
      layout.spans.map((s) => s.process),
    ),
    cArray(
      "V",
      "span_vpn",
      layout.spans.map((s) => `${s.vpn}LL`),
    ),
    cArray(
      "int",
      "span_pages",
      layout.spans.map((s) => s.pages),
    ),
    cArray(
      "int",
      "span_first",
      layout.spans.map((s) => s.first),
    ),
    cArray(
      "int",
      "table_process",
      layout.tables.map((t) => t.process),
    ),
    cArray(
      "V",
      "table_at",
      layout.tables.map((t) => `${t.at}LL`),
    ),
    cArray(
      "V",
      "region_start",
      regions.map((r) => `${r.start}LL`),
    ),
    cArray(
      "int",
      "region_pages",
      regions.map((r) => r.pages),
    ),
    cArray(
      "int",
      "region_process",
      regions.map((r) => r.process),
    ),
    cArray(
      "int",
      "region_kind",
      regions.map((r) => REGION_KINDS.indexOf(r.kind)),
    ),
    cArray(
      "int",
      "region_flags",
      regions.map((r) => regionFlags(r)),
    ),
    cArray(
      "int",
      "region_node",
      regions.map((r) => r.node ?? -1),
    ),
    cArray("int", "region_file", ofRegion),
    cArray(
      "int",
      "region_driver",
      regions.map((r) => r.driver ?? -1),
    ),
    cArray(
      "int",
      "file_pages",
      files.map((f) => f.pages),
    ),
    cArray(
      "int",
      "file_offset",
      files.map((f) => f.offset),
    ),
    cArray(
      "int",
      "file_kind",
      files.map((f) => REGION_KINDS.indexOf(f.kind)),
    ),
    cArray("int", "word_offset", layout.words),
    cArray("int", "event_wanted", wantedEvents(program)),
    cArray(
      "int",
      "event_place",
      EVENTS.map((e) => e.fields.indexOf("place")),
    ),
    cArray(
      "int",
      "event_pages",
      EVENTS.map((e) => e.fields.indexOf("pages")),
    ),
  ].join("\n");
}

/** All events that the scenario asks for. */
export function patternsOf(program: Program): readonly EventPatternInfo[] {
  return [...program.counters.map((c) => c.pattern), ...program.matchers.flatMap((m) => m.patterns)];
}
function wantedEvents(program: Program): number[] {
  const wanted = new Set(patternsOf(program).map((p) => p.event));
  return EVENTS.map((_, i) => Number(wanted.has(i)));
}

/** A condition that holds of an event which is what `pattern` looks for. */
function condition(pattern: EventPatternInfo): string {
  const parts = [`event == ${pattern.event}`];
  pattern.fields.forEach((field, i) => {
    if (field.kind === "value") parts.push(`h_names(fields, n, ${i}, ${cValue(field.value)})`);
    if (field.kind === "place") parts.push(`h_at_place(${field.process}, ${field.start}LL, ${field.end}LL)`);
  });
  return parts.join(" && ");
}

/** What counts events and follows those that are expected in order. */
function seeing(program: Program): string {
  const lines = program.counters.map(
    (counter, i) => `  if (${condition(counter.pattern)}) W.counts[${i}] += ${counter.inPages ? "pages" : "1"};`,
  );
  program.matchers.forEach((matcher, i) => {
    lines.push(`  switch (W.progress[${i}]) {`);
    matcher.patterns.forEach((pattern, at) => {
      lines.push(`  case ${at}: if (${condition(pattern)}) W.progress[${i}]++; break;`);
    });
    lines.push("  default: break;", "  }");
  });
  return `static void h_see(int event, int n, V *fields, int pages) {\n${lines.join("\n")}\n}\n`;
}

function structPositions(program: Program): string {
  const cases = program.structs.flatMap((struct, type) =>
    struct.fields.map((field, i) => `  case ${type * 4096 + field}: return ${i};`),
  );
  return `static int h_struct_pos(int type, int field) {\n  if (field < 0) return -1;\n  switch (type * 4096 + field) {\n${cases.join("\n")}\n  default: return -1;\n  }\n}\n`;
}

function variableTables(program: Program): string {
  const drivers = program.machine.devices.map(({ driver }) => program.drivers.find((d) => d.name === driver));
  const each = (what: (slot: number, device: number) => string): string =>
    drivers.flatMap((d, device) => (d?.variables ?? []).map((_, slot) => what(slot, device))).join("\n");
  const bySlot = (name: string, value: (slot: number, device: number) => string | number): string =>
    `static int ${name}(int device, int slot) {\n  switch (device * 1024 + slot) {\n${each((slot, device) => `  case ${device * 1024 + slot}: return ${value(slot, device)};`)}\n  default: return -1;\n  }\n}\n`;
  const fields = each((slot, device) => {
    const field = program.fieldNames.indexOf(drivers[device]?.variables[slot]?.name ?? "");
    return field < 0 ? "" : `  case ${device * 4096 + field}: return ${slot};`;
  });
  const kernel = program.variables.map((v, slot) => `  case ${slot}: return ${VARIABLE_KINDS[v.kind]};`).join("\n");
  return [
    bySlot("h_var_kind", (slot, device) => VARIABLE_KINDS[drivers[device]?.variables[slot]?.kind ?? "var"]),
    bySlot("h_var_device", (slot, device) => Number(drivers[device]?.variables[slot]?.device ?? false)),
    `static int h_var_slot(int device, int field) {\n  if (field < 0) return -1;\n  switch (device * 4096 + field) {\n${fields}\n  default: return -1;\n  }\n}\n`,
    `static int h_kernel_kind(int slot) {\n  switch (slot) {\n${kernel}\n  default: return VK_LOCK;\n  }\n}\n`,
  ].join("\n");
}

/** Tables about what the program declares. */
export function programTables(program: Program): string {
  const off = invariantsOn(program.invariants);
  const on = [...off].map((id) => `  if (strcmp(id, ${cString(id)}) == 0) return 1;`);
  return [
    `static int h_rule_on(const char *id) {\n${on.join("\n")}\n  return 0;\n}\n`,
    structPositions(program),
    variableTables(program),
  ].join("\n");
}

export { seeing };

/** Tables about the functions that are translated, and the dispatcher that enters them. */
export function functionTables(program: Program, functions: readonly number[]): string {
  const last = Math.max(...functions) + 1;
  const known = new Set(functions);
  const of = (value: (fn: number) => number | string): (number | string)[] =>
    Array.from({ length: last }, (_, fn) => (known.has(fn) ? value(fn) : 0));
  const info = (fn: number) => program.functions[fn];
  const hooks = hooksOf(program);
  const table = (name: string, value: (fn: number) => number | string): string =>
    `${cArray("int", `${name}_of`, of(value))}static int ${name}(int fn) { return fn < 0 || fn >= ${last} ? 0 : ${name}_of[fn]; }\n`;
  return [
    table("fn_slots", (fn) => info(fn)?.slots.length ?? 0),
    table("fn_params", (fn) => info(fn)?.params ?? 0),
    table("fn_entry", (fn) => info(fn)?.entry ?? 0),
    table("fn_hook", (fn) => hooks.get(fn) ?? 0),
    table("fn_scenario", (fn) => Number(info(fn)?.role !== "fn" && info(fn)?.role !== "callback")),
    table("fn_thread", (fn) => Number(info(fn)?.role === "thread")),
  ].join("");
}

function hooksOf(program: Program): Map<number, number> {
  const hooks = new Map<number, number>();
  HOOKS.forEach((name, i) => {
    const fn = program.functionTable[program.slotNames.indexOf(name)] ?? -1;
    if (WATCHED_FUNCTIONS.includes(name) && fn >= 0) hooks.set(fn, i + 1);
    if (WATCHED_CALLBACKS.includes(name))
      for (const of of callbacksOf(program, name)) if (of >= 0) hooks.set(of, i + 1);
  });
  return hooks;
}

/** The function that enters a translated one. */
export function dispatcher(functions: readonly number[]): string {
  const cases = functions.map((fn) => `  case ${fn}: return f${fn}(pc);`);
  return `static int fn_run(int fn, int pc) {\n  switch (fn) {\n${cases.join("\n")}\n  default: h_left_out("a function that is not translated"); return FAILED;\n  }\n}\n`;
}

/** Where steps begin, and the places of statements. */
export function placeTables(program: Program, functions: readonly number[]): string {
  const pcs: { pc: number; spot: number; shared: boolean }[] = [];
  for (const fn of functions) {
    const info = program.functions[fn];
    eachInstruction(program, info?.entry ?? 0, info?.end ?? 0, (op, pc) => {
      if (op !== Op.statement) return;
      const flags = program.code[pc + 2] as number;
      pcs.push({ pc, spot: program.code[pc + 1] as number, shared: (flags & StatementFlag.shared) !== 0 });
    });
  }
  pcs.sort((a, b) => a.pc - b.pc);
  const spots = [...new Set(pcs.map((p) => p.spot))].sort((a, b) => a - b);
  const places = spots.map((spot) => program.spots[spot]);
  return [
    cLongArray(
      "int",
      "pc_at",
      pcs.map((p) => p.pc),
    ),
    cLongArray(
      "int",
      "pc_spots",
      pcs.map((p) => p.spot),
    ),
    cLongArray(
      "char",
      "pc_shared",
      pcs.map((p) => Number(p.shared)),
    ),
    cLongArray("int", "spot_at", spots),
    cLongArray(
      "short",
      "spot_source",
      places.map((p) => p?.source ?? 0),
    ),
    cLongArray(
      "int",
      "spot_line",
      places.map((p) => p?.line ?? 0),
    ),
    cArray(
      "char *const",
      "source_names",
      program.sources.map((s) => cString(s.path)),
    ),
    `static int h_search(int (*at)(int), int n, int x) {
  int low = 0, high = n - 1;
  while (low <= high) {
    int middle = (low + high) / 2;
    if (at(middle) == x) return middle;
    if (at(middle) < x) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
static int pc_statement(int pc) {
  return h_search(pc_at, ${pcs.length}, pc) >= 0;
}
static int pc_local(int pc) {
  int i = h_search(pc_at, ${pcs.length}, pc);
  return i >= 0 && !pc_shared(i);
}
static int pc_spot(int pc) {
  int i = h_search(pc_at, ${pcs.length}, pc);
  return i < 0 ? -1 : pc_spots(i);
}
static const char *spot_name(int spot) {
  static char name[200];
  int i = h_search(spot_at, ${spots.length}, spot);
  if (i < 0) return "";
  snprintf(name, sizeof(name), "%s:%d", source_names[spot_source(i)], spot_line(i));
  return name;
}
`,
  ].join("");
}
