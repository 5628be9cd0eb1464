/** Events, outcomes and values as text. */
import { EVENTS } from "../sim-core/machine/events.ts";
import type { Machine } from "../sim-core/machine/machine.ts";
import { cpuName, deviceName, hex, processName } from "../sim-core/machine/names.ts";
import { NONE } from "../sim-core/store/value.ts";
import type { EventRecord, LogRecord } from "../sim-core/vm/event-log.ts";
import type { SeenEvent } from "../sim-core/vm/patterns.ts";

/** A range of a process's addresses as the region that a scenario declares there. */
export interface NamedPlace {
  readonly process: string;
  /** undefined where no region is declared */
  readonly region: string | undefined;
  /** First page of the region, and how many. */
  readonly page: number;
  readonly pages: number;
  readonly address: number;
}

/** The region that [start, end) of a process begins in; undefined where there is no process. */
export function namedPlace(machine: Machine, process: number, start: number, end: number): NamedPlace | undefined {
  if (process < 0) return undefined;
  const { description, pageSize } = machine;
  const pages = Math.max(1, Math.ceil((end - start) / pageSize));
  const owner = processName(machine, process);
  for (let at: number | undefined = process; at !== undefined; at = description.processes[at]?.parent) {
    for (const id of description.processes[at]?.regions ?? []) {
      const region = description.regions[id];
      if (region === undefined || start < region.start || start >= region.start + region.pages * pageSize) continue;
      const page = Math.floor((start - region.start) / pageSize);
      return { process: owner, region: region.name, page, pages, address: start };
    }
  }
  return { process: owner, region: undefined, page: 0, pages, address: start };
}

/** A place as the language writes it: `buf[2]`, `buf[2..4]`, `counter`; all of a process is its name. */
export function placeText(machine: Machine, process: number, start: number, end: number): string {
  const place = namedPlace(machine, process, start, end);
  if (place === undefined) return "";
  const { description, pageSize } = machine;
  const prefix = description.processes.length > 1 ? `${place.process}.` : "";
  if (place.region === undefined) {
    if (start === 0 && end >= 2 ** 47) return `all of ${place.process}`;
    return `${hex(start)}..${hex(end)} of ${place.process}`;
  }
  const declared = description.regions.find((r) => r.name === place.region && r.start <= start);
  if (declared !== undefined && place.page === 0 && place.pages === declared.pages) return `${prefix}${place.region}`;
  const last = place.page + place.pages;
  const index = place.pages === 1 ? `${place.page}` : `${place.page}..${last}`;
  const offset = start % pageSize;
  return `${prefix}${place.region}[${index}]${offset === 0 ? "" : ` + ${offset}`}`;
}

/** The name of an event. */
export function eventName(record: EventRecord): string {
  return EVENTS[record.event]?.name ?? `event ${record.event}`;
}

/** An event's fields, as names and texts, without those that it does not have. */
export function eventFields(
  machine: Machine,
  record: EventRecord,
  describe: (value: number) => string,
): readonly (readonly [name: string, text: string])[] {
  const fields: [string, string][] = [];
  EVENTS[record.event]?.fields.forEach((name, i) => {
    if (name === "place") {
      const text = placeText(machine, record.process, record.start, record.end);
      if (text !== "") fields.push([name, text]);
      return;
    }
    const value = record.fields[i];
    if (value === undefined || value === NONE) return;
    // What a function returned is a word, 0 among them.
    fields.push([name, name === "result" && value === 0 ? "ok" : describe(value)]);
  });
  return fields;
}

/** An event's fields in one line: `reason: EXCLUSIVE, phase: start, place: counter, owner: gpu0`. */
export function fieldsText(machine: Machine, record: EventRecord, describe: (value: number) => string): string {
  return eventFields(machine, record, describe)
    .map(([name, text]) => `${name}: ${text}`)
    .join(", ");
}

/** An event as the language writes it: `fault(thread: cpu0, place: counter, access: write)`. */
export function eventText(machine: Machine, record: EventRecord, describe: (value: number) => string): string {
  return `${eventName(record)}(${fieldsText(machine, record, describe)})`;
}

/** The record as patterns look at it. */
export function seenEvent(record: LogRecord | undefined): SeenEvent | undefined {
  return record?.kind === "event" && "aliases" in record && "pages" in record ? (record as SeenEvent) : undefined;
}

/** Names of a thread's CPU or device. */
export function runsOn(
  machine: Machine,
  thread: number,
): { readonly kind: "cpu" | "device"; readonly name: string } | undefined {
  const device = machine.threads.deviceOf(thread);
  if (device >= 0) return { kind: "device", name: deviceName(machine, device) };
  const cpu = machine.threads.cpuOf(thread);
  return cpu < 0 ? undefined : { kind: "cpu", name: cpuName(machine, cpu) };
}
