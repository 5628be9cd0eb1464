/** What the page-table panel asks of a session: see `protocol.ts`. */

import type { Failure } from "../sim-core/explore/failure.ts";
import { describeFolioInDetail, describePage, describeProcess, vmaFlagNames } from "../sim-core/machine/describe.ts";
import { hex } from "../sim-core/machine/names.ts";
import { observePage } from "../sim-core/machine/observe.ts";
import { payloadOf, Tag, tagOf } from "../sim-core/store/value.ts";
import { eventName, fieldsText } from "./events.ts";
import type { PageSet, Region } from "./pages.ts";
import { changedPages, listRegions, pageState, regionState, samePage, touchedRuns } from "./pages.ts";
import type {
  DetailSection,
  EventRow,
  FailureInfo,
  PageChange,
  PageState,
  Position,
  SessionInfo,
  TextPlace,
} from "./protocol.ts";
import { PROTOCOL_VERSION, WINDOW_LIMIT } from "./protocol.ts";
import type { Session } from "./session.ts";
import { textPlace } from "./sources.ts";

/** Steps over which differences are looked for; over more, everything is asked for anew. */
const COMPARE_LIMIT = 200_000;

/** A request for what there is not: a region, a page. */
export class PanelError extends Error {}

export class Panel {
  readonly regions: readonly Region[];
  private readonly session: Session;
  /** Touched pages of each region as of `runsMoment`. */
  private runs: (readonly number[])[] = [];
  private runsMoment = -1;
  /** Of the last position told: how many events there were, and how many were forgotten. */
  private eventsTold = 0;
  private eventsForgotten = 0;

  constructor(session: Session) {
    this.session = session;
    this.regions = listRegions(session.simulation.machine);
  }

  private get machine() {
    return this.session.simulation.machine;
  }
  private readonly show = (value: number): string => this.session.simulation.describe(value);

  /** What does not change during a session. */
  info(): SessionInfo {
    const { program } = this.session;
    const { machine } = program;
    return {
      version: PROTOCOL_VERSION,
      title: program.title,
      kernel: program.kernel,
      pageSize: machine.pageSize,
      devices: machine.devices.map((d) => d.name),
      processes: machine.processes.map((p) => p.name),
      threads: [
        { name: "scenario", kind: "scenario" as const },
        ...machine.threads.map((t) => ({
          name: t.name,
          kind: t.device === undefined ? ("cpu" as const) : ("device" as const),
        })),
      ],
    };
  }

  /** Where execution stands, and what differs from moment `since`. */
  position(since: number | undefined): Position {
    const { session } = this;
    const { timeline, stop } = session;
    const { now, newest } = timeline;
    const { divergedAt } = timeline;
    const isKnown = since !== undefined && since <= Math.min(newest, divergedAt) && since >= timeline.oldest;
    const near = isKnown && Math.abs(since - now) <= COMPARE_LIMIT;
    const pages = near ? changedPages(this.machine, since, now, WINDOW_LIMIT) : undefined;
    this.updateRuns(near && this.runsMoment === since ? pages : undefined);
    const eventsForgotten = timeline.oldestRecord;
    const eventCount = timeline.recordsAt(newest) - eventsForgotten;
    const firstNew = divergedAt > newest ? eventCount : timeline.recordsAt(divergedAt) - eventsForgotten;
    const areNumbered = since !== undefined && this.eventsForgotten === eventsForgotten;
    const eventsFrom = areNumbered ? Math.min(this.eventsTold, firstNew) : 0;
    this.eventsTold = eventCount;
    this.eventsForgotten = eventsForgotten;
    timeline.divergedAt = Number.POSITIVE_INFINITY;
    const thread = stop.reason === "finished" ? undefined : stop.thread;
    return {
      step: now,
      newest,
      ended: timeline.ended !== undefined,
      regions: this.regions.map((region, i) => regionState(this.machine, region, this.runs[i] ?? [])),
      changes: pages === undefined || since === undefined ? [] : this.changes(pages, since),
      stale: pages === undefined,
      eventCount,
      eventsPast: timeline.recordsAt(now) - eventsForgotten,
      eventsForgotten,
      eventsFrom,
      thread,
      place: thread === undefined ? undefined : this.placeOf(thread),
    };
  }
  private placeOf(thread: number): TextPlace | undefined {
    const [frame] = this.session.frames(thread);
    return frame === undefined ? undefined : textPlace(this.session.program, frame.spot);
  }
  /** Brings the runs of touched pages up to date: all, or those of regions in which a page of `changed` lies. */
  private updateRuns(changed: PageSet | undefined): void {
    this.runs = this.regions.map((region, i) => {
      const known = this.runs[i];
      const from = this.machine.vpn(region.description.start);
      const isSame =
        changed !== undefined && changed.within(region.process, from, from + region.description.pages).length === 0;
      if (isSame && known !== undefined) return known;
      return touchedRuns(this.machine, region.process, region.description.start, region.description.pages);
    });
    this.runsMoment = this.session.timeline.now;
  }
  private changes(pages: PageSet, since: number): PageChange[] {
    const { timeline } = this.session;
    const { now } = timeline;
    const wanted: { region: Region; page: number; now: PageState }[] = [];
    for (const region of this.regions) {
      const from = this.machine.vpn(region.description.start);
      for (const vpn of pages.within(region.process, from, from + region.description.pages)) {
        wanted.push({ region, page: vpn - from, now: pageState(this.machine, region, vpn - from, this.show) });
      }
    }
    if (wanted.length === 0) return [];
    timeline.goTo(since);
    const before = wanted.map(({ region, page }) => pageState(this.machine, region, page, this.show));
    timeline.goTo(now);
    const found: PageChange[] = [];
    wanted.forEach((change, i) => {
      const old = before[i];
      if (old !== undefined && !samePage(old, change.now)) {
        found.push({ region: change.region.id, before: old, now: change.now });
      }
    });
    return found;
  }

  /** Pages [from, to) of a region, at most `WINDOW_LIMIT`. @throws PanelError */
  rows(id: number, from: number, to: number): PageState[] {
    const region = this.region(id);
    const first = this.checkPage(region, from);
    if (!Number.isInteger(to)) throw new PanelError(`'to' is a page number, not ${String(to)}`);
    const end = Math.min(to, region.description.pages, first + WINDOW_LIMIT);
    const pages: PageState[] = [];
    for (let page = first; page < end; page++) pages.push(pageState(this.machine, region, page, this.show));
    return pages;
  }
  private region(id: number): Region {
    const region = this.regions[id];
    if (region === undefined) throw new PanelError(`There is no region ${String(id)}.`);
    return region;
  }
  private checkPage(region: Region, page: number): number {
    if (Number.isInteger(page) && page >= 0 && page < region.description.pages) return page;
    throw new PanelError(
      `${region.description.name} has pages 0 to ${region.description.pages - 1}, not ${String(page)}.`,
    );
  }

  /**
   * Events [from, to) of the history, of which the oldest that it has is 0, at most `WINDOW_LIMIT`; statements that ended are among
   * them.
   */
  events(from: number, to: number): EventRow[] {
    const { timeline } = this.session;
    const count = timeline.recordsAt(timeline.newest) - timeline.oldestRecord;
    const first = Number.isInteger(from) ? Math.max(0, from) : 0;
    const last = Math.min(Number.isInteger(to) ? to : first, count, first + WINDOW_LIMIT);
    const rows: EventRow[] = [];
    for (let index = first; index < last; index++) {
      const row = this.eventRow(index);
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }
  private eventRow(index: number): EventRow | undefined {
    const { session } = this;
    const { program, simulation } = session;
    const record = session.timeline.record(session.timeline.oldestRecord + index);
    if (record === undefined) return undefined;
    const statement = program.statements[record.statement];
    const place = statement === undefined ? undefined : textPlace(program, statement.spot);
    const common = {
      index,
      step: record.step,
      thread: record.thread,
      threadName: record.thread < 0 ? "" : simulation.threadName(record.thread),
      statement: place,
    };
    if (record.kind === "statement") {
      const outcome = record.report === undefined ? this.show(record.outcome) : record.report.join(", ");
      const text = `${(statement?.text ?? "").replace(/\s+/g, " ")} → ${outcome}`;
      return { ...common, event: "statement", text, place };
    }
    const spot = program.spots[record.spot];
    return {
      ...common,
      event: eventName(record),
      text: fieldsText(simulation.machine, record, this.show),
      place: spot === undefined ? undefined : textPlace(program, spot),
    };
  }

  /** Everything about one page. @throws PanelError */
  details(id: number, page: number): DetailSection[] {
    const { machine } = this;
    const region = this.region(id);
    const { process, description } = region;
    const address = description.start + this.checkPage(region, page) * machine.pageSize;
    const state = pageState(machine, region, page, this.show);
    const sections: DetailSection[] = [
      { title: "Page", rows: this.pageRows(region, page, address, state) },
      { title: "CPU entry", rows: rowsOf(state.pte) },
    ];
    const { folio, mirrors } = describePage(machine, process, address);
    if (folio !== null) {
      const { holders, mapping, ...rest } = describeFolioInDetail(machine, folio.pfn);
      const extra = {
        ...rest,
        ...holders,
        mapping: mapping === null ? null : `root ${mapping.root}, page ${mapping.index}`,
      };
      sections.push({ title: "Folio", rows: rowsOf(extra) });
    }
    for (const [device, mirror] of Object.entries(mirrors)) sections.push({ title: device, rows: rowsOf(mirror) });
    if (state.tlbs.length > 0) {
      const rows = state.tlbs.map((t) => [t.name, `${hex(t.pfn)} ${t.writable ? "rw" : "ro"}`] as const);
      sections.push({ title: "Cached translations", rows });
    }
    const vma = observePage(machine, "vma", "", process, address);
    if (tagOf(vma) === Tag.vma) sections.push({ title: "VMA", rows: this.vmaRows(payloadOf(vma)) });
    return sections;
  }
  private pageRows(region: Region, page: number, address: number, state: PageState): (readonly [string, string])[] {
    const { process, description } = region;
    return [
      ["place", `${describeProcess(this.machine, process).name}.${description.name}[${page}]`],
      ["address", hex(address)],
      ["value", state.value === "" ? "none" : state.value],
    ];
  }
  private vmaRows(vma: number): (readonly [string, string])[] {
    const { vmas } = this.machine;
    return [
      ["start", hex(vmas.start.get(vma))],
      ["end", hex(vmas.end.get(vma))],
      ["kind", vmas.kind(vma)],
      ["flags", vmaFlagNames(vmas.flags.get(vma)).join(" ")],
    ];
  }

  /** What failed up to the present moment. */
  failures(): FailureInfo[] {
    return this.session.timeline.failures.map((failure) => this.failure(failure));
  }
  /** A failure as the protocol tells it. */
  failure({ kind, id, message, spot, step, because }: Failure): FailureInfo {
    const { program } = this.session;
    return {
      kind,
      id,
      message,
      place: textPlace(program, spot),
      step,
      because: because.map((cause) => ({
        message: cause.message,
        place: textPlace(program, cause.spot),
        step: cause.step,
      })),
    };
  }
}

function rowsOf(object: object): (readonly [string, string])[] {
  return Object.entries(object).map(([name, value]) => [name, fieldText(name, value)] as const);
}
function fieldText(name: string, value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (name === "pfn" && typeof value === "number") return hex(value);
  return String(value);
}
