/** An interleaving as a story: who moved, at which lines of the user's text, and what happened. */
import type { Simulation } from "../../sim-core/explore/simulation.ts";
import type { Terminal } from "../commands.ts";
import { eventText } from "./events.ts";
import { paint } from "./paint.ts";

/** Events that say little to a reader of a story. */
const QUIET = new Set(["lock", "unlock", "alloc", "free"]);

/** Prints the history of a simulation by thread. */
export function printStory(simulation: Simulation, terminal: Terminal): void {
  const { program, store, vm } = simulation;
  terminal.out("    the interleaving:\n");
  let thread = -1;
  let line = "";
  let record = 0;
  const quiet = (name: string) => QUIET.has(name.slice(0, name.indexOf("(")));
  for (let step = store.oldestStep + 1; step <= store.step; step++) {
    const made = simulation.steps.at(step);
    if (made === undefined) continue;
    const own = simulation.spot(made.spot);
    const statement = program.statements[made.statement]?.spot;
    const spot = simulation.isLibrary(own) && statement !== undefined ? statement : own;
    const text = program.sources[spot.source]?.text.slice(spot.start, spot.end).replace(/\s+/g, " ") ?? "";
    const here = `${spot.source}:${spot.line} ${text}`;
    if (made.thread !== thread) {
      thread = made.thread;
      line = "";
    }
    if (here !== line && !simulation.isLibrary(spot)) {
      line = here;
      terminal.out(
        `      ${paint(terminal, "bold", simulation.threadName(thread).padEnd(8))} ${spot.line}: ${text.slice(0, 100)}\n`,
      );
    }
    for (; record < vm.log.length; record++) {
      const logged = vm.log.at(record);
      if (logged === undefined || logged.step > step) break;
      if (logged.kind !== "event") continue;
      const told = eventText(simulation, logged);
      if (!quiet(told)) terminal.out(`                 ${paint(terminal, "dim", told)}\n`);
    }
  }
}
