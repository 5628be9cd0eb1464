/** Events and statements of a run as plain data and as text. */

import type { Failure } from "../../sim-core/explore/failure.ts";
import type { Simulation } from "../../sim-core/explore/simulation.ts";
import { describePage, touchedPages } from "../../sim-core/machine/describe.ts";
import type { EventName } from "../../sim-core/machine/events.ts";
import { EVENTS } from "../../sim-core/machine/events.ts";
import type { EventRecord, StatementRecord } from "../../sim-core/vm/event-log.ts";

/** Regions up to so many pages are told whole; of larger ones, the pages that were touched. */
const WHOLE_REGION = 1024;
/** Most pages of one region in one answer. */
const MOST_PAGES = 65536;

/** The region of a process (its own or its parent's) that contains an address. */
export function regionAt(simulation: Simulation, process: number, address: number): number | undefined {
  const { processes, regions, pageSize } = simulation.program.machine;
  for (let at: number | undefined = process; at !== undefined; at = processes[at]?.parent) {
    const found = processes[at]?.regions.find((id) => {
      const region = regions[id];
      return region !== undefined && address >= region.start && address < region.start + region.pages * pageSize;
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

/** An event as `--json` gives it. `n`: its number in the run. */
export function eventJson(simulation: Simulation, event: EventRecord, n: number): Record<string, unknown> {
  const { program } = simulation;
  const description = EVENTS[event.event];
  const line = event.statement < 0 ? undefined : program.statements[event.statement]?.spot.line;
  const json: Record<string, unknown> = { type: "event", n, event: description?.name };
  if (event.thread >= 0) json.thread = simulation.threadName(event.thread);
  if (event.process >= 0) json.process = program.machine.processes[event.process]?.name;
  if (line !== undefined) json.line = line;
  if (event.function >= 0 && program.functions[event.function]?.role !== "thread") {
    json.function = program.functions[event.function]?.name;
  }
  if (event.process >= 0) Object.assign(json, placeJson(simulation, event));
  event.fields.forEach((value, i) => {
    const name = description?.fields[i];
    if (name === undefined || name === "place") return;
    const text = fieldText(simulation, name, value);
    if (text === "none") return;
    json[name] = Number.isInteger(value) && name !== "result" ? value : text;
  });
  return json;
}

/** A field as text. What a function returned is a word, 0 among them. */
function fieldText(simulation: Simulation, name: string, value: number): string {
  return name === "result" && value === 0 ? "ok" : simulation.describe(value);
}

/** The event that a failure is, as `--json` gives it; undefined for what is none of the language's events. */
export function failureEventJson(
  simulation: Simulation,
  failure: Failure,
  n: number,
): Record<string, unknown> | undefined {
  const event = eventOfFailure(failure);
  if (event === undefined) return undefined;
  const json: Record<string, unknown> = { type: "event", n, event };
  if (failure.thread > 0) json.thread = simulation.threadName(failure.thread);
  json.line = failure.spot.line;
  if (event === "invariant") json.id = failure.id;
  return json;
}

/** The name of the event that a failure is. */
export function eventOfFailure({ kind }: Failure): EventName | undefined {
  switch (kind) {
    case "expectation":
    case "property":
      return "expectation";
    case "invariant":
    case "deadlock":
    case "livelock":
      return kind;
    default:
      return undefined;
  }
}

function placeJson(simulation: Simulation, event: EventRecord): Record<string, unknown> {
  const { regions, pageSize } = simulation.program.machine;
  const id = regionAt(simulation, event.process, event.start);
  const region = id === undefined ? undefined : regions[id];
  const pages = Math.max(1, Math.ceil((event.end - event.start) / pageSize));
  const addr = `0x${event.start.toString(16)}`;
  if (region === undefined) return { pages, addr };
  return { region: region.name, page: Math.floor((event.start - region.start) / pageSize), pages, addr };
}

/** A statement that ended, as `--json` gives it. */
export function statementJson(simulation: Simulation, record: StatementRecord, n: number): Record<string, unknown> {
  const statement = simulation.program.statements[record.statement];
  return {
    type: "statement",
    n,
    line: statement?.spot.line,
    thread: statement?.thread === "" ? simulation.threadName(record.thread) : statement?.thread,
    verb: statement?.verb,
    outcome: outcomeJson(simulation, record),
    ok: record.ok,
  };
}

function outcomeJson(simulation: Simulation, record: StatementRecord): unknown {
  if (record.report !== undefined) return record.report.length === 1 ? record.report[0] : record.report;
  if (Number.isInteger(record.outcome)) return record.outcome;
  const text = simulation.describe(record.outcome);
  return text === "none" ? "ok" : text;
}

/** The pages of all regions, as `--state` gives them after the statement at `line`. */
export function stateJson(simulation: Simulation, line: number): Record<string, unknown> {
  const { machine, program } = simulation;
  const { pageSize } = machine;
  const pages: unknown[] = [];
  program.machine.processes.forEach((process, pid) => {
    if (machine.processes.exists.get(pid) === 0) return;
    for (const { name, start, count } of regionsOf(simulation, pid)) {
      const first = start / pageSize;
      const which =
        count <= WHOLE_REGION
          ? Array.from({ length: count }, (_, i) => i)
          : touchedPages(machine, pid, first, first + count, MOST_PAGES).map((vpn) => vpn - first);
      for (const page of which) {
        pages.push({
          process: process.name,
          region: name,
          page,
          ...describePage(machine, pid, start + page * pageSize),
        });
      }
    }
  });
  return { type: "state", after: line, pages };
}

function regionsOf(simulation: Simulation, pid: number): { name: string; start: number; count: number }[] {
  const { processes, regions } = simulation.program.machine;
  const found: { name: string; start: number; count: number }[] = [];
  const names = new Set<string>();
  for (let at: number | undefined = pid; at !== undefined; at = processes[at]?.parent) {
    for (const id of processes[at]?.regions ?? []) {
      const region = regions[id];
      if (region === undefined || names.has(region.name)) continue;
      names.add(region.name);
      found.push({ name: region.name, start: region.start, count: region.pages });
    }
  }
  return found;
}

/** An event as one line of text: `fault(cpu0, buf[1], read)`. */
export function eventText(simulation: Simulation, event: EventRecord): string {
  const description = EVENTS[event.event];
  const fields = (description?.fields ?? []).map((name, i) =>
    name === "place" ? placeText(simulation, event) : fieldText(simulation, name, event.fields[i] ?? 0),
  );
  while (fields.at(-1) === "none") fields.pop();
  return `${description?.name}(${fields.join(", ")})`;
}

function placeText(simulation: Simulation, event: EventRecord): string {
  if (event.process < 0) return "_";
  const { region, page, pages, addr } = placeJson(simulation, event);
  if (region === undefined) return `${addr}`;
  const whole = simulation.program.machine.regions.find((r) => r.name === region)?.pages === pages && page === 0;
  if (whole) return `${region}`;
  return pages === 1 ? `${region}[${page}]` : `${region}[${page}..${Number(page) + Number(pages)}]`;
}
