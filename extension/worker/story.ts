/** An execution in words: who moved, at which lines of the user's text, and what happened. */

import { eventName, eventText } from "../../debug/events.ts";
import type { Simulation } from "../../sim-core/explore/simulation.ts";

/** Events that say little to a reader. */
const quiet = new Set(["lock", "unlock", "alloc", "free"]);
/** Most lines; of a longer story the end is told. */
const longest = 2000;

/** The history of a simulation, a line each. */
export function storyOf(simulation: Simulation): string[] {
  const { program, store, vm, machine } = simulation;
  const lines: string[] = [];
  let here = "";
  let record = 0;
  for (let step = store.oldestStep + 1; step <= store.step; step++) {
    const made = simulation.steps.at(step);
    if (made === undefined) continue;
    const own = simulation.spot(made.spot);
    const statement = program.statements[made.statement]?.spot;
    const spot = simulation.isLibrary(own) && statement !== undefined ? statement : own;
    const at = `${made.thread} ${spot.source}:${spot.start}`;
    if (at !== here && !simulation.isLibrary(spot)) {
      here = at;
      const text = (program.sources[spot.source]?.text.slice(spot.start, spot.end) ?? "").replace(/\s+/g, " ");
      lines.push(`${simulation.threadName(made.thread).padEnd(8)} line ${spot.line}: ${text.slice(0, 100)}`);
    }
    for (; record < vm.log.length; record++) {
      const logged = vm.log.at(record);
      if (logged === undefined || logged.step > step) break;
      if (logged.kind !== "event" || quiet.has(eventName(logged))) continue;
      lines.push(`         ${eventText(machine, logged, (value) => simulation.describe(value))}`);
    }
  }
  if (lines.length <= longest) return lines;
  return [`… ${lines.length - longest} lines before`, ...lines.slice(-longest)];
}
