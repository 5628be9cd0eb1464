/**
 * An execution as a story: who moved, at which lines of the user's text, what happened, and which entries changed. The same for the
 * command line and the editor.
 */
import type { Simulation } from "../sim-core/explore/simulation.ts";
import { deviceName, entryName, pageName } from "../sim-core/machine/names.ts";
import type { SparseColumn } from "../sim-core/store/column.ts";
import { isLeaf } from "../sim-core/store/entry.ts";
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
  /** A circle begins: what follows can be repeated for ever. */
  | { readonly kind: "round"; readonly text: string };

/** Events that say little to a reader. */
const QUIET = new Set(["lock", "unlock", "alloc", "free"]);
/** Most characters of a statement. */
const LONGEST_TEXT = 100;

/** The history of a simulation. `roundFrom`: the moment after which a circle begins. */
export function storyOf(simulation: Simulation, roundFrom?: number): StoryPart[] {
  const { program, store, vm, machine } = simulation;
  const parts: StoryPart[] = [];
  const changes = changesByStep(simulation);
  let here = "";
  let record = vm.log.oldest;
  for (let step = store.oldestStep + 1; step <= store.step; step++) {
    if (step - 1 === roundFrom) {
      parts.push({ kind: "round", text: "from here on it goes round: what follows leads back to this moment" });
      here = "";
    }
    const made = simulation.steps.at(step);
    if (made === undefined) continue;
    const own = simulation.spot(made.spot);
    const statement = program.statements[made.statement]?.spot;
    const spot = simulation.isLibrary(own) && statement !== undefined ? statement : own;
    const at = `${made.thread} ${spot.source}:${spot.start}`;
    if (at !== here && !simulation.isLibrary(spot)) {
      here = at;
      const source = program.sources[spot.source];
      const text = (source?.text.slice(spot.start, spot.end) ?? "").replace(/\s+/g, " ").slice(0, LONGEST_TEXT);
      const path = spot.source === mainSource(simulation) ? undefined : source?.path;
      parts.push({ kind: "statement", thread: simulation.threadName(made.thread), path, line: spot.line, text });
    }
    for (const text of changes.get(step) ?? []) parts.push({ kind: "change", text });
    for (; record < vm.log.length; record++) {
      const logged = vm.log.at(record);
      if (logged === undefined || logged.step > step) break;
      if (logged.kind !== "event" || QUIET.has(eventName(logged))) continue;
      parts.push({ kind: "event", text: eventText(machine, logged, (value) => simulation.describe(value)) });
    }
  }
  return parts;
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
