/** What-if: a statement is run to its end on a copy of the present state, and what it changed is told. */

import type { CompiledStatement } from "../language/compile/fragment.ts";
import { isStatement } from "../language/resolve/walk-statements.ts";
import { parse } from "../language/syntax/parser.ts";
import { Simulation } from "../sim-core/explore/simulation.ts";
import { describeMemory } from "../sim-core/machine/describe.ts";
import { EVENTS } from "../sim-core/machine/events.ts";
import type { Value } from "../sim-core/store/value.ts";
import { box, NONE, payloadOf, Tag, tagOf } from "../sim-core/store/value.ts";
import { ModelError } from "../sim-core/vm/model-error.ts";
import { StepResult } from "../sim-core/vm/vm.ts";
import { eventName, fieldsText } from "./events.ts";
import { changedPages, listRegions, pageState } from "./pages.ts";
import type { PageState, WhatIfChange, WhatIfResult } from "./protocol.ts";
import type { Session } from "./session.ts";

/** Steps that a tried statement may take. */
const STEP_LIMIT = 100_000;
/** Most pages whose changes are told. */
const PAGE_LIMIT = 200;

/** Tries one statement, or several that stand one after another, each as a thread of its own that nothing disturbs. */
export function whatIf(session: Session, text: string): WhatIfResult {
  const statements: { readonly compiled: CompiledStatement; readonly start: number; readonly end: number }[] = [];
  for (const { part, start } of splitStatements(text)) {
    const result = session.evaluator.fragments.statement(part);
    if (!result.ok) {
      const problems = result.problems.map((p) => ({ ...p, start: p.start + start, end: p.end + start }));
      return { ok: false, outcome: "", changes: [], events: [], problems };
    }
    statements.push({ compiled: result.value, start, end: start + part.length });
  }
  if (statements.length === 0) {
    const problems = [{ message: "Write a statement: `cpu0 write counter = 1`.", start: 0, end: text.length }];
    return { ok: false, outcome: "", changes: [], events: [], problems };
  }
  const copy = new Simulation(session.evaluator.fragments.program);
  copy.restore(session.simulation.store.snapshot());
  const trial = new Trial(copy);
  const problems: { message: string; start: number; end: number }[] = [];
  for (const { compiled, start, end } of statements) {
    const message = trial.run(compiled);
    if (message !== undefined) {
      problems.push({ message, start, end });
      break;
    }
  }
  for (const failure of copy.failures) problems.push({ message: failure.message, start: 0, end: text.length });
  return {
    ok: problems.length === 0 && trial.ok,
    outcome: trial.outcome,
    changes: changes(session.simulation, copy),
    events: trial.events(),
    problems,
  };
}

/** The statements of a text one by one; a text with mistakes is one, so that they are told. */
function splitStatements(text: string): readonly { readonly part: string; readonly start: number }[] {
  if (text.trim() === "") return [];
  const { file, diagnostics } = parse(text);
  if (diagnostics.length > 0 || file.items.length === 0 || !file.items.every(isStatement)) {
    return [{ part: text, start: 0 }];
  }
  return file.items.map(({ start, end }) => ({ part: text.slice(start, end), start }));
}

class Trial {
  outcome = "";
  ok = true;
  private readonly simulation: Simulation;
  private readonly firstRecord: number;
  private readonly names = new Map<number, string>();
  private steps = 0;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.firstRecord = simulation.vm.log.length;
  }

  /** Runs a statement. Returns why it did not come to its end, if it did not. */
  run(statement: CompiledStatement): string | undefined {
    const { simulation } = this;
    const { vm } = simulation;
    const before = new Set(simulation.running());
    simulation.store.mark();
    const thread = startStatement(simulation, statement);
    if (typeof thread === "string") return thread;
    this.names.set(thread, statement.thread?.name ?? "kernel");
    // It goes first; what it puts off to workers follows, and lets it go on where it waits for them.
    for (;;) {
      const own = simulation.running().filter((t) => !before.has(t));
      if (own.length === 0) break;
      let moved = false;
      for (const t of own) {
        const result = simulation.step(t);
        if (result === StepResult.blocked) continue;
        moved = true;
        if (++this.steps > STEP_LIMIT) return `It has not ended after ${STEP_LIMIT.toLocaleString("en")} steps.`;
        break;
      }
      if (!moved) {
        const waiting = simulation.waiting().find((w) => w.thread === thread || own.includes(w.thread));
        return `It would wait for ${waiting?.what ?? "another thread"}.`;
      }
    }
    for (let i = this.firstRecord; i < vm.log.length; i++) {
      const record = vm.log.at(i);
      if (record?.kind !== "statement" || record.thread !== thread) continue;
      this.outcome = record.report === undefined ? simulation.describe(record.outcome) : record.report.join(", ");
      this.ok = record.ok;
    }
    return undefined;
  }

  /** A value as text; the thread that a statement runs as here goes by the name of the one that it stands for. */
  private describe(value: number): string {
    const name = tagOf(value) === Tag.thread ? this.names.get(payloadOf(value)) : undefined;
    return name ?? this.simulation.describe(value);
  }

  events(): { event: string; text: string }[] {
    const { vm, machine } = this.simulation;
    const found: { event: string; text: string }[] = [];
    for (let i = this.firstRecord; i < vm.log.length; i++) {
      const record = vm.log.at(i);
      if (record?.kind !== "event" || EVENTS[record.event] === undefined) continue;
      found.push({
        event: eventName(record),
        text: fieldsText(machine, record, (value) => this.describe(value)),
      });
    }
    return found;
  }
}

/** Starts a statement as a thread of its own. Returns the thread, or why there can be none. */
export function startStatement(simulation: Simulation, { function: fn, thread }: CompiledStatement): number | string {
  const { vm, machine } = simulation;
  const fresh = (process: number, cpu: number, device: number, self: Value): number => {
    const id = machine.threads.create(process, cpu, device, vm.firstWorker);
    vm.start(id, fn, [], self);
    return id;
  };
  if (thread === undefined) return fresh(-1, -1, -1, NONE);
  const process = thread.process.index;
  if (machine.processes.exists.get(process) === 0) return `Process ${thread.process.name} does not exist here.`;
  if (thread.on.kind === "cpu") return fresh(process, thread.on.index, -1, NONE);
  const device = thread.on.index;
  try {
    vm.openContext(device, process);
  } catch (error) {
    if (error instanceof ModelError) return error.message;
    throw error;
  }
  return fresh(process, -1, device, box(Tag.context, machine.devices.contextId(device, process)));
}

/** What differs between the session's state and the copy's, field by field. */
function changes(now: Simulation, copy: Simulation): WhatIfChange[] {
  const found: WhatIfChange[] = [];
  const pages = changedPages(copy.machine, copy.store.oldestStep, copy.store.step, PAGE_LIMIT);
  if (pages === undefined) found.push({ what: "pages", before: "", after: `more than ${PAGE_LIMIT} changed` });
  for (const region of listRegions(copy.machine)) {
    const { description, process } = region;
    const from = copy.machine.vpn(description.start);
    const owner = copy.machine.description.processes.length > 1 ? `${processOf(copy, process)}.` : "";
    for (const vpn of pages?.within(process, from, from + description.pages) ?? []) {
      const page = vpn - from;
      const name = `${owner}${description.name}${description.pages > 1 ? `[${page}]` : ""}`;
      const before = pageState(now.machine, region, page, (v) => now.describe(v));
      const after = pageState(copy.machine, region, page, (v) => copy.describe(v));
      found.push(...pageChanges(copy, name, before, after));
    }
  }
  const memoryBefore = describeMemory(now.machine);
  describeMemory(copy.machine).forEach(({ name, free }, i) => {
    const before = memoryBefore[i]?.free;
    if (before !== undefined && before !== free) {
      found.push({ what: `free(${name})`, before: String(before), after: String(free) });
    }
  });
  return found;
}

/** What of a page is different from one state to another, by the expressions that say so. */
export function pageChanges(copy: Simulation, name: string, before: PageState, after: PageState): WhatIfChange[] {
  const found: WhatIfChange[] = [];
  const add = (what: string, a: unknown, b: unknown): void => {
    const [x, y] = [text(a), text(b)];
    if (x !== y) found.push({ what, before: x, after: y });
  };
  add(`value(${name})`, before.value === "" ? "none" : before.value, after.value === "" ? "none" : after.value);
  compare(`pte(${name})`, before.pte, after.pte, add);
  if (before.folio === null || after.folio === null || before.folio.pfn !== after.folio.pfn) {
    add(`folio(${name})`, folioText(before), folioText(after));
  } else {
    compare(`folio(${name})`, before.folio, after.folio, add);
  }
  copy.machine.description.devices.forEach((device, i) => {
    const [a, b] = [before.mirrors[i], after.mirrors[i]];
    if (a !== null && a !== undefined && b !== null && b !== undefined) {
      compare(`mirror(${device.name}, ${name})`, a, b, add);
    }
  });
  add(`TLBs of ${name}`, tlbText(before), tlbText(after));
  return found;
}

function compare<T extends object>(
  what: string,
  a: T,
  b: T,
  add: (what: string, a: unknown, b: unknown) => void,
): void {
  for (const [field, value] of Object.entries(a)) {
    add(`${what}.${field}`, value, Object.entries(b).find(([name]) => name === field)?.[1]);
  }
}
function text(value: unknown): string {
  if (value === null || value === undefined) return "none";
  return String(value);
}
function folioText({ folio }: PageState): string {
  return folio === null ? "none" : `0x${folio.pfn.toString(16)} in ${folio.where}`;
}
function tlbText({ tlbs }: PageState): string {
  const parts = tlbs.map((t) => `${t.name}: 0x${t.pfn.toString(16)}${t.writable ? " rw" : " ro"}`);
  return parts.length === 0 ? "none" : parts.join(", ");
}
function processOf(simulation: Simulation, process: number): string {
  return simulation.machine.description.processes[process]?.name ?? "";
}
