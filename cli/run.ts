/** `hmm run FILE…`: each scenario once, deterministically. */

import { Run } from "../sim-core/explore/run.ts";
import { loadSchedule } from "../sim-core/explore/schedule.ts";
import { Scheduler } from "../sim-core/explore/scheduler.ts";
import { Simulation } from "../sim-core/explore/simulation.ts";
import { bearingsOf, verdictOfRun } from "../sim-core/explore/verdict.ts";
import { EVENTS } from "../sim-core/machine/events.ts";
import { ModelError } from "../sim-core/vm/model-error.ts";
import type { ExitStatus, Words } from "./arguments.ts";
import { Exit, UsageError } from "./arguments.ts";
import type { Terminal } from "./commands.ts";
import { variantOf } from "./driver.ts";
import type { LoadedFile, Variant } from "./files.ts";
import { loadFile, readText } from "./files.ts";
import { printDiagnostics } from "./format/diagnostics.ts";
import { eventJson, eventOfFailure, failureEventJson, stateJson, statementJson } from "./format/events.ts";
import { failureJson, printFailure } from "./format/failure.ts";
import { paint } from "./format/paint.ts";

/** Steps of history that are kept for the causes of a failure; a longer run forgets the oldest. */
const KEPT_STEPS = 1_000_000;

export function run(words: Words, terminal: Terminal): ExitStatus {
  if (words.files.length === 0) throw new UsageError("hmm run: name a scenario: hmm run FILE.hmm");
  const statuses = words.files.map((path) => runFile(path, words, terminal));
  return worst(statuses);
}

/** The exit status for several files: invalid input first, then a failure, then a limit. */
export function worst(statuses: readonly ExitStatus[]): ExitStatus {
  for (const status of [Exit.invalid, Exit.failed, Exit.limit]) if (statuses.includes(status)) return status;
  return Exit.held;
}

/** Loads a file, with `change` made to its text, and prints what is wrong with it; undefined if it cannot be run. */
export function loadOrReport(
  path: string,
  kernel: string | undefined,
  terminal: Terminal,
  change?: (text: string) => Variant,
): LoadedFile | undefined {
  let file: LoadedFile;
  try {
    file = loadFile(path, kernel, change);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.err(`${error.message}\n`);
    return undefined;
  }
  const { diagnostics, compiled } = file.loaded;
  printDiagnostics(diagnostics, (at) => (at === path ? file.text : undefined), terminal);
  return compiled === undefined ? undefined : file;
}

function runFile(path: string, words: Words, terminal: Terminal): ExitStatus {
  const driver = words.text("driver");
  const wanted = { driver, twin: false };
  const file = loadOrReport(path, words.text("kernel"), terminal, (text) => variantOf(text, path, wanted));
  const program = file?.loaded.compiled?.program;
  if (program === undefined) return Exit.invalid;
  const json = words.flag("json");
  if (json) print(terminal, { type: "scenario", file: path, title: program.title, kernel: program.kernel });

  let simulation: Simulation;
  try {
    simulation = new Simulation(program);
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    const spot = program.spots[error.spot];
    terminal.err(
      `${path}: the devices cannot be set up: ${error.message} (${program.sources[spot?.source ?? 0]?.path}:${spot?.line})\n`,
    );
    return Exit.failed;
  }
  const scheduler = new Scheduler(simulation, words.number("seed") ?? 0);
  const schedulePath = words.text("schedule");
  if (schedulePath !== undefined) follow(simulation, scheduler, schedulePath);

  const report = new Report(simulation, terminal, json, words.flag("state"));
  const going = new Run(simulation, scheduler, words.number("max-steps", 1));
  let end = going.step();
  for (; end === undefined; end = going.step()) {
    report.flush();
    if (going.steps % KEPT_STEPS === 0) simulation.dropBefore(simulation.store.step - KEPT_STEPS);
  }
  report.flush();
  return report.finish(path, going.steps);
}

function follow(simulation: Simulation, scheduler: Scheduler, path: string): void {
  let contents: unknown;
  try {
    contents = JSON.parse(readText(path));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path}: this is not a schedule: ${error instanceof Error ? error.message : String(error)}`);
  }
  const moves = loadSchedule(simulation, contents);
  if (typeof moves === "string") throw new UsageError(`${path}: ${moves}`);
  scheduler.follow(moves);
}

function print(terminal: Terminal, object: unknown): void {
  terminal.out(`${JSON.stringify(object)}\n`);
}

/** Prints a run as it goes on. */
class Report {
  private readonly simulation: Simulation;
  private readonly terminal: Terminal;
  private readonly json: boolean;
  private readonly state: boolean;
  private readonly counts: Record<string, number> = {};
  private told = 0;
  private toldFailures = 0;
  private n = 0;

  constructor(simulation: Simulation, terminal: Terminal, json: boolean, state: boolean) {
    this.simulation = simulation;
    this.terminal = terminal;
    this.json = json;
    this.state = state;
  }

  /** Tells what has been logged since the last call. */
  flush(): void {
    const { simulation, terminal } = this;
    const { log } = simulation.vm;
    for (const length = log.length; this.told < length; this.told++) {
      const record = log.at(this.told);
      if (record === undefined) continue;
      if (record.kind === "event") {
        const name = EVENTS[record.event]?.name ?? "";
        this.counts[name] = (this.counts[name] ?? 0) + 1;
        this.n++;
        if (this.json) print(terminal, eventJson(simulation, record, this.n));
        continue;
      }
      this.n++;
      if (!this.json) continue;
      print(terminal, statementJson(simulation, record, this.n));
      const line = simulation.program.statements[record.statement]?.spot.line;
      if (this.state && line !== undefined) print(terminal, stateJson(simulation, line));
    }
    for (; this.toldFailures < simulation.failures.length; this.toldFailures++) {
      const failure = simulation.failures[this.toldFailures];
      const name = failure === undefined ? undefined : eventOfFailure(failure);
      if (failure === undefined || name === undefined) continue;
      this.counts[name] = (this.counts[name] ?? 0) + 1;
      this.n++;
      if (this.json) print(terminal, failureEventJson(simulation, failure, this.n));
    }
  }

  finish(path: string, steps: number): ExitStatus {
    const { simulation, terminal } = this;
    const { program, failures } = simulation;
    const verdict = verdictOfRun(program, failures);
    const bearings = bearingsOf(program, failures);
    if (this.json) {
      const told = failures.map((f, i) => ({
        ...failureJson(program, f, path),
        ...(bearings[i] === "consequence" ? { consequence: true } : {}),
      }));
      print(terminal, { type: "result", verdict, failures: told, counts: this.counts, steps });
    } else {
      failures.forEach((failure, i) => {
        printFailure(program, failure, terminal, bearings[i]);
      });
      const note =
        bearings.includes("expected") && verdict === "pass"
          ? `, showing ${program.finds.join(", ")} as the file says`
          : "";
      const word = verdict === "pass" ? paint(terminal, "green", "pass") : paint(terminal, "red", verdict);
      terminal.out(`${path}: ${word}: "${program.title}" (${program.kernel}), ${steps} steps${note}\n`);
    }
    return verdict === "pass" ? Exit.held : verdict === "fail" ? Exit.failed : Exit.limit;
  }
}
