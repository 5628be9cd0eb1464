/** What scenarios see of the machine: observations of places, records of events, and whether an outcome is the one asked for. */
import type { Place } from "../machine/caller.ts";
import { EVENTS } from "../machine/events.ts";
import type { Machine } from "../machine/machine.ts";
import { freePages, observePage } from "../machine/observe.ts";
import { EntryFlag, EntryKind, hasFlag, kindOf, pfnOf } from "../store/entry.ts";
import type { Value } from "../store/value.ts";
import { box, NONE, payloadOf, Tag, tagOf } from "../store/value.ts";
import { describeValue } from "./describe-value.ts";
import { isError } from "./is-kind.ts";
import type { SeenEvent } from "./patterns.ts";
import type { Program, StatementInfo } from "./program.ts";

/** The observations, by the number that `Op.observe` has. `unmoved` counts pages that are mapped and not at a target. */
export const FACTS = ["value", "pte", "pmd", "folio", "mirror", "vma", "unmoved"] as const;
export type Fact = (typeof FACTS)[number];

/** Whether a statement ended as it should. */
export interface Judgement {
  readonly ok: boolean;
  /** Of a report: what each page was reported as. */
  readonly report: readonly string[] | undefined;
}

export class Observer {
  program: Program;
  /** Why the last observation has no one answer: pages differ. */
  problem: string | undefined;
  private readonly machine: Machine;

  constructor(machine: Machine, program: Program) {
    this.machine = machine;
    this.program = program;
  }

  /** The reason why the present check fails whatever it says; forgets it. */
  takeProblem(): string | undefined {
    const problem = this.problem;
    this.problem = undefined;
    return problem;
  }

  /** What all pages of a place have in common; if they differ, `none`, and `problem` says which do. */
  observe(fact: number, field: number, device: number, process: Value, address: Value, pages: Value): Value {
    const name = FACTS[fact] ?? "value";
    const pageSize = this.program.machine.pageSize;
    const pid = payloadOf(process);
    if (name === "unmoved") return this.unmoved(pid, address, pages, device);
    const fieldName = field < 0 ? "" : (this.program.fieldNames[field] ?? "");
    const first = observePage(this.machine, name, fieldName, pid, address, device);
    for (let page = 1; page < pages; page++) {
      const other = observePage(this.machine, name, fieldName, pid, address + page * pageSize, device);
      if (other !== first) {
        const what = fieldName === "" ? name : `${name}.${fieldName}`;
        const show = (value: Value) => describeValue(this.machine, this.program, value);
        this.problem ??= `${what} is not the same for all pages: page 0 has ${show(first)}, page ${page} has ${show(other)}`;
        return NONE;
      }
    }
    return first;
  }

  private unmoved(process: number, address: number, pages: number, device: number): number {
    const pageSize = this.program.machine.pageSize;
    let count = 0;
    for (let page = 0; page < pages; page++) {
      const addr = address + page * pageSize;
      const entry = observePage(this.machine, "pte", "", process, addr, -1);
      const kind = tagOf(entry) === Tag.entry ? kindOf(entry) : EntryKind.none;
      if (kind === EntryKind.none || kind === EntryKind.swap || kind === EntryKind.marker) continue;
      const where = observePage(this.machine, "folio", "where", process, addr, -1);
      const there = device < 0 ? tagOf(where) === Tag.node : where === box(Tag.device, device);
      if (!there) count++;
    }
    return count;
  }

  /** Free pages of a node or device. */
  free(where: Value): Value {
    return freePages(this.machine, where);
  }

  /** The record of an event whose fields are given in order, the place as a `Place` or a value that stands for one. */
  eventRecord(event: number, given: readonly (Value | Place)[], thread: number, spot: number, fn: number): SeenEvent {
    const description = EVENTS[event];
    const fields: Value[] = [];
    const aliases: Value[][] = [];
    let place: Place = { process: -1, start: 0, end: 0 };
    let pages = 1;
    given.forEach((value, i) => {
      const name = description?.fields[i];
      if (typeof value !== "number" || name === "place") {
        place = typeof value === "number" ? this.placeOf(value, thread) : value;
        fields.push(NONE);
        return;
      }
      fields.push(tagOf(value) === Tag.sequence ? (this.machine.numbers.numberOf(value) ?? value) : value);
      if (name === "pages") pages = value;
      if (tagOf(value) === Tag.thread) aliases[i] = this.standIns(payloadOf(value));
    });
    const { process, start, end } = place;
    const statement = thread < 0 ? -1 : this.machine.threads.statement.get(thread) - 1;
    const step = this.machine.store.step;
    return {
      kind: "event",
      event,
      step,
      thread,
      spot,
      statement,
      function: fn,
      fields,
      process,
      start,
      end,
      aliases,
      pages,
    };
  }

  /** A CPU or device stands for its threads. */
  private standIns(thread: number): Value[] {
    const cpu = this.machine.threads.cpuOf(thread);
    const device = this.machine.threads.deviceOf(thread);
    const values: Value[] = [];
    if (device >= 0) values.push(box(Tag.device, device));
    else if (cpu >= 0) values.push(box(Tag.cpu, cpu));
    return values;
  }

  private placeOf(value: Value, thread: number): Place {
    const pageSize = this.program.machine.pageSize;
    const tag = tagOf(value);
    if (tag === 0) {
      const start = Math.floor(value / pageSize) * pageSize;
      return { process: thread < 0 ? -1 : this.machine.threads.processOf(thread), start, end: start + pageSize };
    }
    if (tag === Tag.struct) {
      const struct = this.program.structs[this.machine.heap.typeOf(value)];
      const field = (name: string): Value | undefined => {
        const at = struct?.fields.findIndex((id) => this.program.fieldNames[id] === name) ?? -1;
        return at < 0 ? undefined : this.machine.heap.get(value, at);
      };
      const process = field("process");
      const start = field("start") ?? field("addr");
      const pid =
        process === undefined ? (thread < 0 ? -1 : this.machine.threads.processOf(thread)) : payloadOf(process);
      if (start !== undefined) return { process: pid, start, end: field("end") ?? start + pageSize };
    }
    if (tag === Tag.folio) return this.machine.placeOfFolio(payloadOf(value));
    return { process: -1, start: 0, end: 0 };
  }

  /** Judges what a statement ended with. */
  judge(statement: StatementInfo, outcome: Value, expected: Value): Judgement {
    switch (statement.expected) {
      case "any":
        return { ok: true, report: this.reportOf(outcome) };
      case "success":
        return { ok: !isError(outcome), report: this.reportOf(outcome) };
      case "value":
        return { ok: outcome === expected, report: undefined };
      case "allMoved":
        return { ok: !isError(outcome) && expected === 0, report: undefined };
      case "report": {
        const report = this.reportOf(outcome);
        return { ok: report?.every((page) => page === statement.report) ?? false, report };
      }
    }
  }

  /** What hmm_range_fault reported, page by page, if that is what the outcome is: a list of entries, `none` and errors. */
  private reportOf(outcome: Value): readonly string[] | undefined {
    if (tagOf(outcome) !== Tag.list) return undefined;
    const pages: string[] = [];
    for (let i = 0; i < this.machine.heap.length(outcome); i++) {
      pages.push(this.reportOfPage(this.machine.heap.get(outcome, i)));
    }
    return pages;
  }
  private reportOfPage(page: Value): string {
    if (isError(page)) return "error";
    if (tagOf(page) !== Tag.entry || kindOf(page) === EntryKind.none) return "none";
    const words: string[] = [];
    if (kindOf(page) === EntryKind.zero) words.push("zero");
    if (hasFlag(page, EntryFlag.huge)) words.push("huge");
    const device = kindOf(page) === EntryKind.zero ? -1 : this.machine.folios.deviceOf(pfnOf(page));
    if (device >= 0) words.push(device === this.machine.threads.deviceOf(this.reporter) ? "local" : "remote");
    words.push(hasFlag(page, EntryFlag.writable) ? "write" : "read");
    return words.join(" ");
  }
  /** The thread whose report is being read: `local` means its device. */
  reporter = -1;
}
