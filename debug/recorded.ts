/** A simulation that remembers of each step of its history what a debugger asks for, as long as the step can be undone. */
import { ByStep } from "../sim-core/explore/by-step.ts";
import { Simulation } from "../sim-core/explore/simulation.ts";
import { EVENTS } from "../sim-core/machine/events.ts";
import type { SeenEvent } from "../sim-core/vm/patterns.ts";
import type { StepResult } from "../sim-core/vm/vm.ts";
import { seenEvent } from "./events.ts";

/** What there was in the part of the history that was forgotten. */
export interface Forgotten {
  /** By event: how many there were, and of how many pages. */
  readonly events: readonly number[];
  readonly pages: readonly number[];
  /** How many statements of the scenario had ended. */
  readonly statements: number;
}

export class RecordedSimulation extends Simulation {
  /** Where each step began: its thread's program counter, and how deep its stack was. */
  private readonly pcs = new ByStep();
  private readonly depths = new ByStep(Uint8Array);
  /** How many records the event log has after each step. */
  private readonly records = new ByStep();
  /** What steps chose (`choose`, injected faults), for those that did. */
  private readonly choices = new Map<number, readonly number[]>();
  private chosen: number[] = [];
  /** Called with each event that is about to be forgotten. */
  onForgotten: (event: SeenEvent) => void = () => {};
  private readonly cut = { events: EVENTS.map(() => 0), pages: EVENTS.map(() => 0), statements: 0 };

  /** From now on what is chosen is noted. Call it once the scheduler has said who chooses. */
  noteChoices(): void {
    const { chooser } = this.vm;
    this.vm.chooser = (n, isFault) => {
      const choice = chooser(n, isFault);
      this.chosen.push(choice);
      return choice;
    };
  }
  override step(thread: number): StepResult {
    const at = this.store.step + 1;
    const pc = this.machine.threads.pc.get(thread);
    const depth = this.vm.depthOf(thread);
    if (this.chosen.length > 0) this.chosen = [];
    const result = super.step(thread);
    if (this.store.step !== at) return result;
    this.note(at, pc, depth);
    return result;
  }
  override intervene(thread: number, work: () => void): void {
    this.chosen = [];
    super.intervene(thread, work);
    this.note(this.store.step, -1, 0);
  }
  private note(at: number, pc: number, depth: number): void {
    this.pcs.set(at, pc);
    this.depths.set(at, Math.min(depth, 255));
    if (this.chosen.length > 0) this.choices.set(at, this.chosen);
    else if (this.choices.size > 0) this.choices.delete(at);
    this.noteRecords();
  }
  /** Notes how long the event log is at the present moment. */
  noteRecords(): void {
    this.records.set(this.store.step, this.vm.log.length);
  }

  pcOf(step: number): number {
    return this.pcs.get(step);
  }
  depthOf(step: number): number {
    return this.depths.get(step);
  }
  choicesOf(step: number): readonly number[] {
    return this.choices.get(step) ?? [];
  }
  recordsAt(moment: number): number {
    return this.records.get(moment);
  }
  /** What was forgotten with the oldest steps. */
  get forgotten(): Forgotten {
    return this.cut;
  }

  override dropBefore(step: number): void {
    const { cut } = this;
    const { log } = this.vm;
    for (let i = log.oldest; i < this.recordsAt(step); i++) {
      const record = log.at(i);
      if (record?.kind === "statement") cut.statements++;
      const event = seenEvent(record);
      if (event === undefined) continue;
      this.onForgotten(event);
      cut.events[event.event] = (cut.events[event.event] ?? 0) + 1;
      cut.pages[event.event] = (cut.pages[event.event] ?? 0) + event.pages;
    }
    super.dropBefore(step);
    for (const numbers of [this.pcs, this.depths, this.records]) numbers.dropBefore(step);
    for (const at of this.choices.keys()) if (at <= step) this.choices.delete(at);
  }
}
