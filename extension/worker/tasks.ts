/** Does what the worker is asked for, in slices, so that it can be told to stop in between. */

import { graphSvg } from "../../debug/graph-svg.ts";
import { storyOf } from "../../debug/story.ts";
import { compare } from "../../language/compare/compare.ts";
import type { Library } from "../../language/compile/builder.ts";
import { loadScenario } from "../../language/compile/front-door.ts";
import { Checking } from "../../sim-core/explore/checking.ts";
import type { Failure } from "../../sim-core/explore/failure.ts";
import { Pace } from "../../sim-core/explore/pace.ts";
import { searchPart } from "../../sim-core/explore/parallel-search.ts";
import { Run } from "../../sim-core/explore/run.ts";
import { saveSchedule } from "../../sim-core/explore/schedule.ts";
import { Scheduler } from "../../sim-core/explore/scheduler.ts";
import { Simulation } from "../../sim-core/explore/simulation.ts";
import { GraphSearch, PANEL_STATES, scheduleTo } from "../../sim-core/explore/state-graph.ts";
import type { Bearing } from "../../sim-core/explore/verdict.ts";
import { bearingsOf, isExpected, verdictOfRun } from "../../sim-core/explore/verdict.ts";
import type { Program } from "../../sim-core/vm/program.ts";
import type { WorkerPort } from "../host.ts";
import type { DrawnGraph, FileRange, FoundFailure, FromWorker, ScenarioText, Task, TaskResult } from "./protocol.ts";
import { rangeOfSpot } from "./ranges.ts";
import { beginSearch } from "./search.ts";
import { storyLines } from "./story.ts";

/** Steps of a run between looks at messages. */
const slice = 4096;
/** Steps of history that a run keeps for the causes of a failure. */
const keptSteps = 500_000;
/** States of a graph between looks at messages. */
const graphSlice = 64;
/** Milliseconds between messages about progress. */
const progressEvery = 200;

/** What a task needs of the worker around it. */
export interface TaskHost {
  readonly isCancelled: () => boolean;
  readonly post: (message: FromWorker) => void;
  /** Starts another worker like this one. */
  readonly startWorker: () => WorkerPort;
  readonly library: Library;
  /** Lets messages in. */
  readonly breathe: () => Promise<void>;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Does a task and posts how it ended. Never throws. */
export async function doTask(id: number, task: Task, host: TaskHost): Promise<void> {
  try {
    if (task.kind === "compare") return host.post(compared(id, task, host.library));
    const loaded = load(task.scenario, host.library);
    if (loaded.program === undefined) return host.post({ type: "invalid", id, ...loaded });
    const { program } = loaded;
    if (task.kind === "graph") {
      const graph = await draw(program, host);
      return host.post({ type: "drawn", id, graph });
    }
    if (task.kind === "part") {
      const report = searchPart(program, task.part, host.now);
      return host.post({ type: "searched", id, report });
    }
    const result = task.kind === "run" ? await run(program, task, host) : await check(id, program, task, host);
    host.post({ type: "done", id, result });
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    host.post({ type: "failed", id, message });
  }
}

/** Runs the designs one after the other; there is nothing to be told in between. */
function compared(id: number, task: Extract<Task, { kind: "compare" }>, library: Library): FromWorker {
  const { path, text } = task.scenario;
  const readImport = importsOf(task.scenario);
  const comparison = compare(text, path, task.designs, { library, readImport }, task.maxSteps);
  if (!("diagnostics" in comparison)) return { type: "compared", id, comparison };
  const first = comparison.diagnostics.find(({ severity }) => severity === "error");
  if (first === undefined) throw new Error("A scenario without an error did not compile.");
  return { type: "invalid", id, message: `As ${comparison.design}: ${first.message}`, range: first };
}

function importsOf({ imports }: ScenarioText): (path: string) => string | undefined {
  return (wanted) => (Object.hasOwn(imports, wanted) ? imports[wanted] : undefined);
}

function load(
  scenario: ScenarioText,
  library: Library,
):
  | { readonly program: Program }
  | { readonly program: undefined; readonly message: string; readonly range: FileRange } {
  const { path, text } = scenario;
  const readImport = importsOf(scenario);
  const { compiled, diagnostics } = loadScenario(text, path, { library, readImport });
  if (compiled !== undefined) return { program: compiled.program };
  const first = diagnostics.find(({ severity }) => severity === "error");
  if (first === undefined) throw new Error("A scenario without an error did not compile.");
  return { program: undefined, message: first.message, range: first };
}

async function run(program: Program, task: Extract<Task, { kind: "run" }>, host: TaskHost): Promise<TaskResult> {
  const startedAt = host.now();
  const simulation = new Simulation(program);
  const going = new Run(simulation, new Scheduler(simulation, 0), task.maxSteps);
  while (going.step() === undefined) {
    if (going.steps % slice !== 0) continue;
    await host.breathe();
    if (host.isCancelled()) break;
    if (going.steps % keptSteps < slice) simulation.dropBefore(simulation.store.step - keptSteps);
  }
  const { failures } = simulation;
  const bearings = bearingsOf(program, failures);
  return {
    ...nothing(program),
    verdict: host.isCancelled() ? "limit" : verdictOfRun(program, failures),
    failures: failures.map((failure, i) => found(program, failure, [], bearings[i])),
    steps: going.steps,
    story: task.story ? storyLines(storyOf(simulation)) : [],
    milliseconds: host.now() - startedAt,
  };
}

async function check(
  id: number,
  program: Program,
  task: Extract<Task, { kind: "check" }>,
  host: TaskHost,
): Promise<TaskResult> {
  const startedAt = host.now();
  const begun = beginSearch(program, task, host.startWorker);
  const checking = new Checking(program, begun.search);
  const pace = new Pace();
  let toldAt = startedAt;
  let before = startedAt;
  while (!checking.advance(pace.size)) {
    const now = host.now();
    pace.took(now - before);
    if (now - startedAt > task.maxSeconds * 1000) checking.cancel();
    if (now - toldAt >= progressEvery) {
      toldAt = now;
      const { states, depth, queue, phase } = checking.progress();
      host.post({ type: "progress", id, states, depth, queue, phase, rate: (states * 1000) / (now - startedAt) });
    }
    await host.breathe();
    if (host.isCancelled()) checking.cancel();
    before = host.now();
  }
  const { result, verdict, findings, told } = checking.checked();
  const failures = told.map(({ failure, moves, simulation, roundFrom }): FoundFailure => {
    const story = storyLines(storyOf(simulation, roundFrom));
    return { ...found(program, failure, story), schedule: saveSchedule(simulation, moves) };
  });
  const others = findings.map(({ kind, id, message, spot }): FoundFailure => {
    const path = program.sources[spot?.source ?? -1]?.path ?? mainPath(program);
    const line = spot?.line ?? 1;
    const column = spot?.column ?? 1;
    const range = { path, line, column, endLine: line, endColumn: column + 1 };
    return { kind, id, message, range, because: [], expected: program.finds.includes(id), story: [] };
  });
  const { states, transitions, depth, complete, stopped } = result;
  return {
    ...nothing(program),
    verdict,
    failures: [...failures, ...others],
    states,
    transitions,
    depth,
    complete,
    stopped: stopped === "cancelled" && !host.isCancelled() ? "time" : (stopped ?? ""),
    ...begun.searchers(),
    milliseconds: host.now() - startedAt,
  };
}

/** Draws all states, or those that are known when it is told to stop. */
async function draw(program: Program, host: TaskHost): Promise<DrawnGraph> {
  const search = new GraphSearch(program, PANEL_STATES);
  while (!host.isCancelled() && !search.advance(graphSlice)) await host.breathe();
  const graph = search.graph();
  const states = graph.states.map(({ kind }, i) => ({ failed: kind === "failed", schedule: scheduleTo(graph, i) }));
  return { svg: graphSvg(graph, true), states, complete: graph.complete };
}

/** The path of the scenario itself. */
function mainPath(program: Program): string {
  return program.sources.find((source) => !source.library)?.path ?? "";
}

function nothing(program: Program): TaskResult {
  return {
    title: program.title,
    kernel: program.kernel,
    verdict: "pass",
    failures: [],
    steps: 0,
    story: [],
    states: 0,
    transitions: 0,
    depth: 0,
    complete: false,
    stopped: "",
    workers: 1,
    notes: [],
    milliseconds: 0,
  };
}

/** `bearing`: what it is, where it is one of a run. */
function found(program: Program, failure: Failure, story: readonly string[], bearing?: Bearing): FoundFailure {
  const { kind, id, message, spot, because } = failure;
  return {
    kind,
    id,
    message,
    range: rangeOfSpot(program, spot),
    because: because.map((cause) => ({ message: cause.message, range: rangeOfSpot(program, cause.spot) })),
    expected: bearing === "consequence" || isExpected(program, failure),
    ...(bearing === "consequence" ? { consequence: true } : {}),
    story,
  };
}
