/**
 * An execution as a story: who moved, at which lines of the user's text, what happened, and which entries changed. The same for the
 * command line and the editor.
 */
import type { Simulation } from "../sim-core/explore/simulation.ts";
import { deviceName, entryName, pageName } from "../sim-core/machine/names.ts";
import type { SparseColumn } from "../sim-core/store/column.ts";
import { isLeaf } from "../sim-core/store/entry.ts";
import type { Spot } from "../sim-core/vm/program.ts";
import { eventName, eventText } from "./events.ts";

/** Something that a story tells. */
export type StoryPart =
  /** A thread comes to a statement: at a line of a file, the scenario's own if `path` is undefined. */
  | {
      readonly kind: "statement";
      readonly thread: string;
      readonly path: string | undefined;
      readonly line: number;
      readonly text: string;
    }
  /** An event, as the language writes it. */
  | { readonly kind: "event"; readonly text: string }
  /** An entry of a CPU's or a device's table is another now. */
  | { readonly kind: "change"; readonly text: string }
  /** How far the thread has come inside the kernel or a driver that ships, where another one's turn begins. */
  | { readonly kind: "place"; readonly text: string }
  /** A circle begins: what follows can be repeated for ever. */
  | { readonly kind: "round"; readonly text: string };

/** Events that say little to a reader. */
const QUIET = new Set(["lock", "unlock", "alloc", "free"]);
/** Most characters of a statement. */
const LONGEST_TEXT = 100;

/**
 * The history of a simulation, turn by turn. `roundFrom`: the moment after which a circle begins. What a thread does for its next
 * statement that no other thread can see is told with its next move that they can: it has run ahead only because nobody sees it, and is
 * not told if nothing comes after it. Where a thread stops inside the kernel or a driver that ships, it is said where.
 */
export function storyOf(simulation: Simulation, roundFrom?: number): StoryPart[] {
  const { store } = simulation;
  const telling = new Telling(simulation);
  const changes = changesByStep(simulation);
  const events = eventsByStep(simulation);
  const inside = (step: number): StoryPart[] => [
    ...(changes.get(step) ?? []).map((text) => ({ kind: "change", text }) as const),
    ...(events.get(step) ?? []).map((text) => ({ kind: "event", text }) as const),
  ];
  // What there was before the first step: devices were set up.
  telling.parts.push(...inside(store.oldestStep));
  for (const made of stepsOf(simulation)) {
    if (made.step - 1 === roundFrom) telling.beginRound();
    telling.tell(made, inside(made.step));
  }
  telling.end();
  return telling.parts;
}

/** A step as it is told. */
interface ToldStep {
  readonly step: number;
  readonly thread: number;
  /** The statement that was made, of the program's spots. */
  readonly spot: number;
  /** The function that it stands in; -1 if that is not known. */
  readonly function: number;
  /** The scenario's statement that it belongs to; -1 if none. */
  readonly statement: number;
  /** Whether no other thread can see it. */
  readonly isLocal: boolean;
  /** Whether the scenario's statement ended with it. */
  readonly ended: boolean;
}

/** The steps of a history that are known, in their order. */
function stepsOf({ steps, store, machine, codeMap, program, vm }: Simulation): ToldStep[] {
  const ends = new Set<string>();
  for (let at = vm.log.oldest; at < vm.log.length; at++) {
    const logged = vm.log.at(at);
    if (logged?.kind === "statement") ends.add(`${logged.step} ${logged.thread}`);
  }
  const told: ToldStep[] = [];
  for (let step = store.oldestStep + 1; step <= store.step; step++) {
    const made = steps.at(step);
    if (made === undefined) continue;
    // Where the thread stood before it.
    let pc = -1;
    store.forEachWriteBetween(step - 1, step, (column, cell, old) => {
      if (pc < 0 && column === machine.threads.pc && cell === made.thread) pc = old;
    });
    told.push({
      step,
      ...made,
      function: pc < 0 ? -1 : program.functions.findIndex(({ entry, end }) => entry <= pc && pc < end),
      isLocal: pc >= 0 && codeMap.isLocal(pc),
      ended: ends.has(`${step} ${made.thread}`),
    });
  }
  return told;
}

/** The events of each step as text, but for those that say little. */
function eventsByStep(simulation: Simulation): Map<number, string[]> {
  const { vm, machine } = simulation;
  const found = new Map<number, string[]>();
  for (let at = vm.log.oldest; at < vm.log.length; at++) {
    const logged = vm.log.at(at);
    if (logged?.kind !== "event" || QUIET.has(eventName(logged))) continue;
    const texts = found.get(logged.step) ?? [];
    found.set(logged.step, texts);
    texts.push(eventText(machine, logged, (value) => simulation.describe(value)));
  }
  return found;
}

/** Puts a story together. */
class Telling {
  readonly parts: StoryPart[] = [];
  private readonly simulation: Simulation;
  private readonly main: number;
  /** The step that was told last: its thread's turn it is. */
  private last: ToldStep | undefined;
  /** The place that was told last, and all of this turn. */
  private here = "";
  private readonly toldInTurn = new Set<string>();
  /** By thread: what it did since its last move that others can see. */
  private readonly ahead = new Map<number, { readonly made: ToldStep; readonly inside: readonly StoryPart[] }[]>();
  /** The thread of the last step of all. */
  private latest = -1;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.main = mainSource(simulation);
  }

  /** Tells of a step and of what happened in it. */
  tell(made: ToldStep, inside: readonly StoryPart[]): void {
    const ahead = this.ahead.get(made.thread) ?? [];
    this.ahead.set(made.thread, ahead);
    ahead.push({ made, inside });
    this.latest = made.thread;
    if (!made.isLocal || (ahead.length === 1 && this.endsTurn(made))) this.tellAhead(made.thread);
  }
  /** Whether a step belongs to the statement that was told last, and so to its turn. */
  private endsTurn({ thread, statement }: ToldStep): boolean {
    const { last } = this;
    return last !== undefined && last.thread === thread && last.statement === statement && !last.ended;
  }
  /** A circle begins: what was done until now is told. */
  beginRound(): void {
    for (const thread of this.ahead.keys()) this.tellAhead(thread);
    this.endTurn();
    this.last = undefined;
    this.parts.push({ kind: "round", text: "from here on it goes round: what follows leads back to this moment" });
  }
  /** Nothing follows: something may have happened that nobody looks at, and the last step of all is what the story is told for. */
  end(): void {
    for (const [thread, ahead] of this.ahead) {
      if (thread !== this.latest && ahead.some(({ inside }) => inside.length > 0)) this.tellAhead(thread);
    }
    this.tellAhead(this.latest);
  }

  private tellAhead(thread: number): void {
    const ahead = this.ahead.get(thread) ?? [];
    if (ahead.length > 0 && thread !== this.last?.thread) this.endTurn();
    for (const { made, inside } of ahead) this.tellStep(made, inside);
    ahead.length = 0;
  }
  /** Says where the thread stands that has moved last, if it is in the midst of what the user's own text does not show. */
  private endTurn(): void {
    const { last, simulation } = this;
    this.here = "";
    this.toldInTurn.clear();
    if (last === undefined || last.ended) return;
    const spot = simulation.spot(last.spot);
    if (!simulation.isLibrary(spot)) return;
    const { path, line, text } = this.place(spot);
    const name = last.function < 0 ? "its function" : simulation.functionName(last.function);
    const where = `${path}:${line}`;
    const how = text === "}" ? `the end of ${name} (${where})` : `${where} in ${name}: ${text}`;
    this.parts.push({ kind: "place", text: `up to ${how}` });
  }
  private tellStep(made: ToldStep, inside: readonly StoryPart[]): void {
    const { simulation } = this;
    this.last = made;
    const own = simulation.spot(made.spot);
    const isBehind = simulation.isLibrary(own);
    const statement = simulation.program.statements[made.statement]?.spot;
    const spot = isBehind ? (statement ?? own) : own;
    const at = `${spot.source}:${spot.start}`;
    // What the user's text does not show is told by its statement: once in a turn, and again where something comes of it. A worker has none.
    const isKnown = isBehind && (statement === undefined ? this.toldInTurn.size > 0 : this.isQuiet(at, inside));
    if (at !== this.here && !isKnown) {
      this.here = at;
      this.toldInTurn.add(at);
      this.parts.push({ kind: "statement", thread: simulation.threadName(made.thread), ...this.place(spot) });
    }
    this.parts.push(...inside);
  }
  private isQuiet(at: string, inside: readonly StoryPart[]): boolean {
    return inside.length === 0 && this.toldInTurn.has(at);
  }
  private place(spot: Spot): { readonly path: string | undefined; readonly line: number; readonly text: string } {
    const source = this.simulation.program.sources[spot.source];
    const text = (source?.text.slice(spot.start, spot.end) ?? "").replace(/\s+/g, " ").slice(0, LONGEST_TEXT);
    return { path: spot.source === this.main ? undefined : source?.path, line: spot.line, text };
  }
}

/** The scenario's own source: the first that is not the library's. */
function mainSource({ program }: Simulation): number {
  return program.sources.findIndex(({ library }) => !library);
}

/** What entries each step changed: `buf[0]: none → present(0x1, writable)`, `gpu0's buf[0]: …`. */
function changesByStep({ machine }: Simulation): Map<number, string[]> {
  const { store, pageTables, mirrors, devices } = machine;
  const tracked = new Map<unknown, (space: number, index: number) => string>([
    [pageTables.pte, (process, vpn) => pageName(machine, process, vpn)],
    [pageTables.pmd, (process, table) => `pmd of ${pageName(machine, process, table * pageTables.span)}`],
    [mirrors.entries, (context, vpn) => ofDevice(context, vpn)],
    [mirrors.huge, (context, table) => `pmd of ${ofDevice(context, table * pageTables.span)}`],
  ]);
  const ofDevice = (context: number, vpn: number): string =>
    `${deviceName(machine, devices.deviceOfContext(context))}'s ${pageName(machine, devices.processOfContext(context), vpn)}`;
  // The journal has what each write replaced: what it wrote is what the next one replaced, or what is there now.
  const writes = new Map<string, { column: SparseColumn; cell: number; before: { step: number; value: number }[] }>();
  for (let step = store.oldestStep + 1; step <= store.step; step++) {
    store.forEachWriteBetween(step - 1, step, (column, cell, old) => {
      if (!tracked.has(column)) return;
      const key = `${column.id} ${cell}`;
      const known = writes.get(key) ?? { column: column as SparseColumn, cell, before: [] };
      writes.set(key, known);
      if (known.before.at(-1)?.step !== step) known.before.push({ step, value: old });
    });
  }
  const found = new Map<number, string[]>();
  for (const { column, cell, before } of writes.values()) {
    const name = tracked.get(column)?.(column.spaceOf(cell), column.indexOf(cell)) ?? "";
    before.forEach(({ step, value }, i) => {
      const now = before[i + 1]?.value ?? column.at(cell);
      const [from, to] = [entryName(value), entryName(now)];
      // A page table that comes or goes changes no page.
      if (from === to || (column === pageTables.pmd && !isLeaf(value) && !isLeaf(now))) return;
      const texts = found.get(step) ?? [];
      found.set(step, texts);
      texts.push(`${name}: ${from} → ${to}`);
    });
  }
  return found;
}
