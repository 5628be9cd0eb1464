/** Runs and explores texts with the library that ships, for tests: a text in, what happened as lines out. */

import { readLibraryFiles } from "../../language/build/read-library.ts";
import { Explorer } from "../../sim-core/explore/explorer.ts";
import type { Failure } from "../../sim-core/explore/failure.ts";
import { Run } from "../../sim-core/explore/run.ts";
import type { Move } from "../../sim-core/explore/schedule.ts";
import { Scheduler } from "../../sim-core/explore/scheduler.ts";
import type { ExploreOptions, ExploreResult } from "../../sim-core/explore/search.ts";
import { Simulation } from "../../sim-core/explore/simulation.ts";
import { EVENTS } from "../../sim-core/machine/events.ts";
import type { LogRecord } from "../../sim-core/vm/event-log.ts";
import type { Program } from "../../sim-core/vm/program.ts";
import type { Library } from "../compile/builder.ts";
import type { PlacedDiagnostic } from "../compile/front-door.ts";
import { loadScenario } from "../compile/front-door.ts";
import { compileLibrary } from "../compile/library.ts";

/** Steps after which a run is taken to have no end. */
const STEP_LIMIT = 200_000;

let library: Library | undefined;

/** The library that ships, compiled once for a test process. */
export function shippedLibrary(): Library {
  if (library === undefined) {
    const { library: made, problems } = compileLibrary(readLibraryFiles());
    if (made === undefined) throw new Error(problems.map((p) => `${p.path}:${p.line}: ${p.message}`).join("\n"));
    library = made;
  }
  return library;
}

/** Other files that a text can import, by path. */
export type Files = Readonly<Record<string, string>>;

/** What the front door says of a text, as `line:column message` lines, errors only. */
export function errorsOf(text: string, files: Files = {}): string[] {
  const { diagnostics } = loadScenario(text, "test.hmm", {
    library: shippedLibrary(),
    readImport: (path) => files[path],
  });
  return diagnostics.filter((d) => d.severity === "error").map(showDiagnostic);
}
function showDiagnostic({ path, line, column, message }: PlacedDiagnostic): string {
  return `${path === "test.hmm" ? "" : `${path}:`}${line}:${column} ${message}`;
}

/** The program of a text. @throws Error with all that is wrong with it */
export function programOf(text: string, files: Files = {}): Program {
  const { compiled, diagnostics } = loadScenario(text, "test.hmm", {
    library: shippedLibrary(),
    readImport: (path) => files[path],
  });
  if (compiled === undefined) throw new Error(diagnostics.map(showDiagnostic).join("\n"));
  return compiled.program;
}

/** How a run went. */
export interface Ran {
  readonly simulation: Simulation;
  readonly scheduler: Scheduler;
  readonly steps: number;
  /** `line kind: message`, in the order in which they were found. */
  readonly failures: readonly string[];
  /** `line verb -> outcome` of each statement, in the order of ending. */
  readonly outcomes: readonly string[];
  /** `event(field, …)` in order. */
  readonly events: readonly string[];
}

/** How to run: by which seed or schedule, with which files to import, for how many steps at most. */
export interface RunOptions {
  readonly seed?: number;
  readonly schedule?: readonly Move[];
  readonly files?: Files;
  readonly limit?: number;
}

/** Runs a text, or a program, to its end or limit. @throws Error if it does not load */
export function runText(text: string | Program, options: RunOptions = {}): Ran {
  const program = typeof text === "string" ? programOf(text, options.files) : text;
  const simulation = new Simulation(program);
  const scheduler = new Scheduler(simulation, options.seed ?? 0, options.schedule);
  const run = new Run(simulation, scheduler, options.limit ?? STEP_LIMIT);
  while (run.step() === undefined);
  const log: LogRecord[] = [];
  for (let i = 0; i < simulation.vm.log.length; i++) log.push(simulation.vm.log.at(i) as LogRecord);
  return {
    simulation,
    scheduler,
    steps: run.steps,
    failures: simulation.failures.map((failure) => showFailure(failure)),
    outcomes: log.flatMap((record) => (record.kind === "statement" ? [showStatement(simulation, record)] : [])),
    events: log.flatMap((record) => (record.kind === "event" ? [showEvent(simulation, record)] : [])),
  };
}

/** `line kind: message`. */
export function showFailure({ spot, id, message }: Failure): string {
  return `${spot.line} ${id}: ${message}`;
}

function showStatement(simulation: Simulation, record: LogRecord & { kind: "statement" }): string {
  const info = simulation.program.statements[record.statement];
  const outcome = record.report?.join(", ") ?? simulation.describe(record.outcome);
  return `${info?.spot.line} ${info?.verb} -> ${outcome}`;
}

function showEvent(simulation: Simulation, record: LogRecord & { kind: "event" }): string {
  const description = EVENTS[record.event];
  const fields = record.fields.map((value, i) =>
    description?.fields[i] === "place" ? placeOf(simulation, record) : simulation.describe(value),
  );
  return `${description?.name}(${fields.join(", ")})`;
}

function placeOf(simulation: Simulation, record: LogRecord & { kind: "event" }): string {
  const { regions, pageSize } = simulation.program.machine;
  const region = regions.find((r) => record.start >= r.start && record.start < r.start + r.pages * pageSize);
  if (region === undefined) return `0x${record.start.toString(16)}..0x${record.end.toString(16)}`;
  const first = Math.floor((record.start - region.start) / pageSize);
  const pages = Math.ceil((record.end - record.start) / pageSize);
  return pages === 1 ? `${region.name}[${first}]` : `${region.name}[${first}..${first + pages}]`;
}

/** How an exploration went. */
export interface Explored extends ExploreResult {
  /** `line kind: message` of each failure found. */
  readonly shown: readonly string[];
}

/** Explores all interleavings of a text, up to 200,000 states unless `options` says otherwise. */
export function exploreText(text: string | Program, options: ExploreOptions = {}, files: Files = {}): Explored {
  const program = typeof text === "string" ? programOf(text, files) : text;
  const result = new Explorer(program, { maxStates: 200_000, ...options }).run();
  return { ...result, shown: result.failures.map(({ failure }) => showFailure(failure)) };
}
