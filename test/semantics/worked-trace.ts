/** Leads a scenario through one interleaving by hand, thread by thread, and says what happened and how the pages stand. */
import assert from "node:assert/strict";
import { eventText } from "../../cli/format/events.ts";
import { programOf } from "../../language/testing/run.ts";
import { Scheduler } from "../../sim-core/explore/scheduler.ts";
import { Simulation } from "../../sim-core/explore/simulation.ts";
import { describePage } from "../../sim-core/machine/describe.ts";

/** More steps than any operation of a worked trace takes. */
const LIMIT = 10_000;

export class WorkedTrace {
  readonly simulation: Simulation;
  private readonly scheduler: Scheduler;
  private readonly depths = new Map<number, number>();
  private told = 0;

  /** Runs the scenario until `statements` of its statements have ended. @throws Error if the text does not load */
  constructor(text: string, statements: number) {
    this.simulation = new Simulation(programOf(text));
    this.scheduler = new Scheduler(this.simulation, 0);
    for (let ended = 0; ended < statements; ) {
      assert.equal(this.scheduler.step().kind, "moved", "the scenario ended before its trace began");
      ended += this.news().filter((what) => what.startsWith("= ")).length;
    }
    // The top level starts the threads of what follows.
    while (this.simulation.running().length < 2 && this.scheduler.move(0) !== undefined);
    for (const thread of this.simulation.running()) this.depths.set(thread, 1);
  }

  /**
   * Lets `thread` go on until something that begins with `what` happens: a function is called (`> do_swap_page`), an event
   * (`notifier(MIGRATE, start`) or the end of the statement (`= 7`, with its outcome).
   */
  until(thread: string, what: string): void {
    const id = this.thread(thread);
    const seen: string[] = [];
    for (let steps = 0; steps < LIMIT; steps++) {
      assert.ok(
        this.scheduler.move(id) !== undefined,
        `${thread} waits, and there was no '${what}':\n${seen.join("\n")}`,
      );
      const happened = [...this.entered(id), ...this.news()];
      seen.push(...happened);
      if (happened.some((line) => line.startsWith(what))) return;
    }
    assert.fail(`${thread} goes on and on, and there was no '${what}'`);
  }

  /** Lets `thread` go on until it waits: in function `name`. */
  untilItWaits(thread: string, name: string): void {
    const id = this.thread(thread);
    for (let steps = 0; this.scheduler.move(id) !== undefined; steps++) {
      this.entered(id);
      this.news();
      assert.ok(steps < LIMIT, `${thread} does not wait`);
    }
    const [frame] = this.simulation.vm.framesOf(id);
    assert.equal(frame === undefined ? "nothing: it has ended" : this.name(frame.function), name);
  }

  /** How page `page` of a region stands: `present w dirty young | N0 ref 1 map 1 locked | gpu0 rw`. */
  page(region: string, page = 0, process = 0): string {
    const { machine, program } = this.simulation;
    const start = program.machine.regions.find((r) => r.name === region)?.start ?? 0;
    const { pte, folio, mirrors } = describePage(machine, process, start + page * machine.pageSize);
    const words = (row: Readonly<Record<string, boolean>>): string[] => Object.keys(row).filter((key) => row[key]);
    const { writable, dirty, young, exclusive } = pte;
    const entry = [pte.kind, ...words({ w: writable, x: exclusive, dirty, young })].join(" ");
    const memory = folio === null ? "-" : `${folio.where} ref ${folio.refcount} map ${folio.mapcount}`;
    const devices = Object.entries(mirrors)
      .filter(([, mirror]) => mirror.valid)
      .map(([name, m]) => `${name} ${[...words({ r: m.valid, w: m.writable, a: m.atomic })].join("")}`);
    return [entry, `${memory}${folio?.locked ? " locked" : ""}`, ...devices].join(" | ");
  }

  private thread(name: string): number {
    const id = this.simulation.running().find((thread) => this.simulation.threadName(thread) === name);
    assert.ok(id !== undefined, `${name} has nothing to do`);
    return id;
  }
  private name(fn: number): string {
    return this.simulation.functionName(fn).replace(/^.*\./, "");
  }
  /** The function that the last step of a thread called. */
  private entered(thread: number): string[] {
    const frames = this.simulation.vm.framesOf(thread);
    const before = this.depths.get(thread) ?? 1;
    this.depths.set(thread, frames.length);
    const [top] = frames;
    return top !== undefined && frames.length > before ? [`> ${this.name(top.function)}`] : [];
  }
  /** Events and ends of statements since the last call. */
  private news(): string[] {
    const { simulation } = this;
    const { log } = simulation.vm;
    const lines: string[] = [];
    for (; this.told < log.length; this.told++) {
      const record = log.at(this.told);
      if (record?.kind === "event") lines.push(eventText(simulation, record));
      else if (record !== undefined) lines.push(`= ${simulation.describe(record.outcome)}`);
    }
    return lines;
  }
}
