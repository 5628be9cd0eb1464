/** `hmm check FILE…`: all interleavings. */
import { basename, join } from "node:path";
import { storyOf } from "../debug/story.ts";
import type { Checked, CheckProgress, ToldFailure } from "../sim-core/explore/checking.ts";
import { Checking } from "../sim-core/explore/checking.ts";
import { Explorer } from "../sim-core/explore/explorer.ts";
import type { Failure } from "../sim-core/explore/failure.ts";
import { failureKey } from "../sim-core/explore/failure.ts";
import { Pace } from "../sim-core/explore/pace.ts";
import { ParallelSearch } from "../sim-core/explore/parallel-search.ts";
import { RandomWalks } from "../sim-core/explore/random-walks.ts";
import type { ScheduleFile } from "../sim-core/explore/schedule.ts";
import { saveSchedule } from "../sim-core/explore/schedule.ts";
import type { ExploreResult, FoundFailure, Reduction, Search, Shard } from "../sim-core/explore/search.ts";
import { REDUCTIONS } from "../sim-core/explore/search.ts";
import { GRAPH_STATES, stateGraph } from "../sim-core/explore/state-graph.ts";
import type { Finding, Verdict } from "../sim-core/explore/verdict.ts";
import type { Program } from "../sim-core/vm/program.ts";
import type { ExitStatus, Words } from "./arguments.ts";
import { Exit, UsageError } from "./arguments.ts";
import type { Terminal } from "./commands.ts";
import { variantOf } from "./driver.ts";
import { makeFolder, readText, writeText } from "./files.ts";
import { failureJson, pathOf, printFailure } from "./format/failure.ts";
import { graphDot } from "./format/graph-dot.ts";
import { paint } from "./format/paint.ts";
import { printStory } from "./format/story.ts";
import { Interrupt } from "./interrupt.ts";
import type { MergedJson, PartJson } from "./merge.ts";
import { MergeError, merge, readParts } from "./merge.ts";
import { loadOrReport, worst } from "./run.ts";
import { searchByThreads } from "./workers.ts";

/** Milliseconds between lines of progress. */
const PROGRESS_MS = 200;

export async function check(words: Words, terminal: Terminal): Promise<ExitStatus> {
  if (words.flag("merge")) return mergeFiles(words, terminal);
  if (words.files.length === 0) throw new UsageError("hmm check: name a scenario: hmm check FILE.hmm");
  const statuses: ExitStatus[] = [];
  using interrupt = new Interrupt();
  for (const path of words.files) {
    if (interrupt.requested) statuses.push(Exit.limit);
    else statuses.push(await checkFile(path, words, terminal, interrupt));
  }
  return worst(statuses);
}

async function checkFile(path: string, words: Words, terminal: Terminal, interrupt: Interrupt): Promise<ExitStatus> {
  const driver = words.text("driver");
  const wanted = { driver, twin: words.flag("twin") };
  const file = loadOrReport(path, words.text("kernel"), terminal, (text) => variantOf(text, path, wanted));
  const program = file?.loaded.compiled?.program;
  if (program === undefined) return Exit.invalid;
  const saved = words.text("save");
  // Whether it can be is known before the search.
  if (saved !== undefined) makeFolder(saved);
  const picture = words.text("graph");
  if (picture !== undefined) await drawGraph(program, picture, path, terminal);
  const startedAt = performance.now();
  const { result, verdict, findings, told: all } = await checked(program, path, words, terminal, interrupt);
  const ms = Math.round(performance.now() - startedAt);
  const found = different(all, failuresWanted(words));

  const told = found.map(({ failure, moves, simulation }, i) => {
    const schedule = saveSchedule(simulation, moves);
    return { failure, schedule, savedAs: saved === undefined ? undefined : save(saved, path, i, schedule) };
  });
  if (words.flag("json")) {
    const failures = [
      ...told.map(({ failure, schedule }) => ({ ...failureJson(program, failure, path), schedule })),
      ...findings.map(({ kind, id, message, spot }) => ({
        kind,
        id,
        ...(spot === undefined || pathOf(program, spot) === path ? {} : { file: pathOf(program, spot) }),
        line: spot?.line ?? 1,
        column: spot?.column ?? 1,
        message,
        because: [],
      })),
    ];
    const { complete, states, transitions, depth, stopped, missProbability } = result;
    const doubt = complete ? { missProbability } : { stopped };
    const notes = notesOf(program, result).map(({ failure }) => failureJson(program, failure, path));
    const whole = { type: "check", file: path, verdict, complete, states, transitions, depth, ms, failures };
    const shard = words.text("shard");
    const change = variantText(words);
    const part =
      shard === undefined ? {} : { part: { ...partJson(program, result, searchText(words), shard), ...change } };
    terminal.out(`${JSON.stringify({ ...whole, ...doubt, ...(notes.length === 0 ? {} : { notes }), ...part })}\n`);
  } else {
    const given = driver === undefined ? "" : ` --driver ${driver}`;
    found.forEach(({ failure, simulation, roundFrom }, i) => {
      printFailure(program, failure, terminal);
      printStory(storyOf(simulation, roundFrom), terminal);
      const at = told[i]?.savedAs;
      if (at !== undefined) terminal.out(`    kept as ${at}: hmm run --schedule ${at}${given} ${path}\n`);
    });
    for (const finding of findings) printFinding(program, path, finding, terminal);
    for (const { failure } of notesOf(program, result)) printNote(program, failure, terminal);
    terminal.out(`${path}: ${summary(program, result, verdict, ms, found.length, terminal)}\n`);
  }
  return verdict === "pass" ? Exit.held : verdict === "fail" ? Exit.failed : Exit.limit;
}

/** How many different failures are looked for, at most. */
function failuresWanted(words: Words): number {
  return words.number("failures", 1) ?? 1;
}
/** The first `most` of several failures, those that are the same at the same place being one; one failure may come with others. */
function different(told: readonly ToldFailure[], most: number): readonly ToldFailure[] {
  if (most === 1) return told;
  const found = new Map<string, ToldFailure>();
  for (const one of told) {
    const key = failureKey(one.failure);
    if (!found.has(key)) found.set(key, one);
  }
  return [...found.values()].slice(0, most);
}

/** `hmm check --merge FILE…`. */
function mergeFiles(words: Words, terminal: Terminal): ExitStatus {
  if (words.files.length === 0)
    throw new UsageError("hmm check --merge: name files that 'hmm check --shard i/n --json' wrote");
  let merged: MergedJson[];
  try {
    merged = merge(words.files.flatMap((path) => readParts(readText(path), path)));
  } catch (error) {
    if (error instanceof MergeError) throw new UsageError(`hmm check --merge: ${error.message}`);
    throw error;
  }
  for (const result of merged) {
    if (words.flag("json")) terminal.out(`${JSON.stringify(result)}\n`);
    else printMerged(result, terminal);
  }
  return worst(
    merged.map(({ verdict }) => (verdict === "pass" ? Exit.held : verdict === "fail" ? Exit.failed : Exit.limit)),
  );
}
function printMerged(
  { file, verdict, failures, states, transitions, depth, merged, complete }: MergedJson,
  terminal: Terminal,
): void {
  for (const failure of failures) {
    const place = `${failure.file ?? file}:${failure.line}:${failure.column}`;
    terminal.out(`${place}: ${paint(terminal, "red", failure.id)}: ${failure.message}\n`);
  }
  const { parts, missing, search, statesAtLeast } = merged;
  // A part that found a failure has stopped there.
  const without = missing.length === 0 ? "" : `, without all of ${missing.join(", ")}`;
  const whole = complete ? search : `not complete (${search}${without})`;
  const word = verdict === "pass" ? paint(terminal, "green", "pass") : paint(terminal, "red", verdict);
  const seen = `${statesAtLeast} to ${states} states (parts see some states twice), ${transitions} transitions, depth ${depth}`;
  terminal.out(`${file}: ${word}: ${whole}, ${parts} parts, ${seen}\n`);
}

/** How the words say that is searched: the same for all parts of one search. */
function searchText(words: Words): string {
  const walks = words.number("random", 1);
  const depth = words.number("max-depth", 1);
  const ofMoves = depth === undefined ? [] : [`up to ${depth} moves`];
  if (walks !== undefined) return [`${walks} random walks, seed ${words.number("seed") ?? 0}`, ...ofMoves].join(", ");
  const preemptions = words.number("preemptions");
  const bound = words.number("max-states", 1);
  const bounds = [
    ...(preemptions === undefined ? [] : [`up to ${preemptions} preemptions`]),
    ...(bound === undefined ? [] : [`up to ${bound} states a part`]),
    ...ofMoves,
  ];
  return bounds.length === 0 ? "all interleavings" : `interleavings with ${bounds.join(", ")}`;
}
/** What is searched in place of what the file says. */
function variantText(words: Words): Pick<PartJson, "variant"> {
  const driver = words.text("driver");
  const said = [...(driver === undefined ? [] : [`driver ${driver}`]), ...(words.flag("twin") ? ["twin"] : [])];
  return said.length === 0 ? {} : { variant: said.join(", ") };
}
/** What a part of a search says of itself, so that the parts can be put together. */
function partJson({ kernel, finds }: Program, result: ExploreResult, search: string, shard: string): PartJson {
  const whole =
    result.complete || result.stopped === "shard" || result.stopped === "walks" || result.stopped === "preemptions";
  const unwitnessed = result.unwitnessed.map(({ text, spot }) => {
    const message = `no execution ends so: ${text}`;
    return { kind: "property", id: "exists", line: spot.line, column: spot.column, message, because: [] };
  });
  return { shard, kernel, search, whole, finds, unwitnessed };
}

/** What is no failure, but worth knowing: where the file does not ask about it. */
function notesOf({ finds, invariants }: Program, { pingPong, failures }: ExploreResult): readonly FoundFailure[] {
  if (pingPong === undefined || failures.length > 0 || finds.length > 0) return [];
  return invariants["ping-pong"] === undefined ? [pingPong] : [];
}
function printNote(program: Program, { spot, message }: Failure, terminal: Terminal): void {
  const place = `${pathOf(program, spot)}:${spot.line}:${spot.column}`;
  const how = `'invariant "ping-pong" on' shows how, 'off' leaves this note out`;
  terminal.out(`${place}: ${paint(terminal, "dim", "note")}: ${message} (${how})\n`);
}

function printFinding(program: Program, path: string, { id, message, spot }: Finding, terminal: Terminal): void {
  const place = spot === undefined ? path : `${pathOf(program, spot)}:${spot.line}:${spot.column}`;
  terminal.out(`${place}: ${paint(terminal, "red", id)}: ${message}\n`);
}

/** Checks in slices, so that Ctrl+C stops it with what is known so far. */
async function checked(
  program: Program,
  path: string,
  words: Words,
  terminal: Terminal,
  interrupt: Interrupt,
): Promise<Checked> {
  const maxTime = words.number("max-time", 1);
  const search = searchFor(program, path, words);
  const checking = new Checking(program, search);
  const startedAt = performance.now();
  const until = maxTime === undefined ? Number.POSITIVE_INFINITY : startedAt + maxTime * 1000;
  const pace = new Pace();
  let shownAt = startedAt;
  let now = startedAt;
  try {
    while (!checking.advance(pace.size)) {
      const before = now;
      now = performance.now();
      pace.took(now - before);
      if (now > until || interrupt.requested) checking.cancel();
      if (terminal.interactive && now - shownAt >= PROGRESS_MS) {
        shownAt = now;
        terminal.err(`\r${progressText(checking.progress(), now - startedAt)} \u001b[K`);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    if (terminal.interactive) terminal.err("\r\u001b[K");
  }
  if (search instanceof ParallelSearch && search.trouble !== undefined)
    terminal.err(`${path}: fewer threads searched than --workers says: ${search.trouble}\n`);
  return checking.checked();
}

function progressText({ phase, states, depth, queue }: CheckProgress, ms: number): string {
  if (phase !== "search") return "a failure was found; looking for the simplest interleaving that shows it";
  const rate = Math.round(states / Math.max(ms / 1000, 0.001));
  return `${states} states, ${rate} a second, depth ${depth}, ${queue} to go on from; Ctrl+C stops with what is known`;
}

/** Writes a picture of all states to a file, as SVG or DOT by its name. */
async function drawGraph(program: Program, file: string, path: string, terminal: Terminal): Promise<void> {
  const isSvg = file.endsWith(".svg");
  if (!isSvg && !file.endsWith(".dot")) {
    throw new UsageError(`hmm check: --graph takes a file that ends in .svg or .dot, not '${file}'`);
  }
  const graph = stateGraph(program);
  const text = isSvg ? (await import("../debug/graph-svg.ts")).graphSvg(graph) : graphDot(graph);
  writeText(file, text);
  const whole = graph.complete ? "all" : `those nearest to the first, at most ${GRAPH_STATES}`;
  terminal.err(`${path}: ${graph.states.length} states (${whole}) drawn to ${file}\n`);
}

/** The search that the options ask for. */
function searchFor(program: Program, path: string, words: Words): Search {
  const maxStates = words.number("max-states", 1);
  const maxDepth = words.number("max-depth", 1);
  const mebibytes = words.number("max-memory", 1);
  const maxBytes = mebibytes === undefined ? undefined : mebibytes * 2 ** 20;
  const workers = words.number("workers", 1);
  const walks = words.number("random", 1);
  const seed = words.number("seed");
  const maxPreemptions = words.number("preemptions");
  const shard = shardOf(words.text("shard"));
  const without = reductionsOf(words.text("no-reduce"));
  const failures = failuresWanted(words);
  if (failures > 1 && (walks !== undefined || (workers ?? 1) > 1)) {
    throw new UsageError("hmm check: --failures goes without --random and --workers: these stop at the first failure");
  }
  if (walks !== undefined) {
    if ([maxPreemptions, maxStates, mebibytes, workers].some((option) => option !== undefined)) {
      throw new UsageError(
        "hmm check: --random goes without --preemptions, --max-states, --max-memory and --workers: it looks at single executions",
      );
    }
    return new RandomWalks(program, {
      walks,
      ...(maxDepth === undefined ? {} : { maxDepth }),
      ...(seed === undefined ? {} : { seed }),
      ...(shard === undefined ? {} : { shard }),
    });
  }
  if (seed !== undefined) throw new UsageError("hmm check: --seed goes with --random");
  if (workers !== undefined && workers > 1) {
    if (maxPreemptions !== undefined || shard !== undefined) {
      throw new UsageError("hmm check: --workers goes without --preemptions and --shard");
    }
    const source = { path, kernel: words.text("kernel"), twin: words.flag("twin"), driver: words.text("driver") };
    return searchByThreads(program, { source, workers, without, maxStates, maxDepth, maxBytes });
  }
  return new Explorer(program, {
    ...(maxStates === undefined ? {} : { maxStates }),
    ...(maxDepth === undefined ? {} : { maxDepth }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(maxPreemptions === undefined ? {} : { maxPreemptions }),
    ...(shard === undefined ? {} : { shard }),
    // What a file says it finds is looked for whatever else there is.
    ...(failures === 1 || program.finds.length > 0 ? {} : { maxFailures: failures }),
    without,
  });
}

/** `merge,threads`: the reductions to do without; `all` is all of them. */
function reductionsOf(text: string | undefined): readonly Reduction[] {
  if (text === undefined) return [];
  if (text === "all") return REDUCTIONS;
  return text.split(",").map((name) => {
    const reduction = REDUCTIONS.find((known) => known === name);
    if (reduction !== undefined) return reduction;
    throw new UsageError(
      `hmm check: there is no reduction '${name}': --no-reduce takes ${REDUCTIONS.join(", ")} or all`,
    );
  });
}

/** `i/n`: part i of n, counted from 1. */
function shardOf(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const [, i, n] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  const index = Number(i);
  const of = Number(n);
  if (!(index >= 1 && index <= of)) {
    throw new UsageError(`hmm check: --shard takes i/n with 1 <= i <= n, as in 2/8, not '${text}'`);
  }
  return { index: index - 1, of };
}

function save(folder: string, path: string, index: number, schedule: ScheduleFile): string {
  const name = `${basename(path).replace(/\.hmm$/, "")}${index === 0 ? "" : `-${index + 1}`}.schedule.json`;
  const at = join(folder, name);
  writeText(at, `${JSON.stringify(schedule)}\n`);
  return at;
}

function summary(
  program: Program,
  result: ExploreResult,
  verdict: Verdict,
  ms: number,
  failures: number,
  terminal: Terminal,
): string {
  const word = verdict === "pass" ? paint(terminal, "green", "pass") : paint(terminal, "red", verdict);
  const { states, transitions, depth, complete, stopped } = result;
  const why = {
    states: "the bound on states",
    memory: "the bound on memory",
    depth: "the bound on depth",
    preemptions: "the bound on preemptions",
    shard: "being one part of it",
    walks: "the number of random walks",
    cancelled: "time or an interrupt",
    failure: failures > 1 ? "the number of failures" : "a failure",
  };
  const many = failures > 1 ? `${failures} failures, ` : "";
  const whole = complete
    ? `${many}all interleavings`
    : `${many}not complete (stopped by ${stopped === undefined ? "?" : why[stopped]})`;
  const shows =
    verdict === "pass" && program.finds.length > 0 ? `, shows ${program.finds.join(", ")} as the file says` : "";
  const doubt = complete ? `, a missed state has probability ${result.missProbability.toExponential(0)}` : "";
  return `${word}: "${program.title}" (${program.kernel}): ${whole}, ${states} states, ${transitions} transitions, depth ${depth}, ${ms} ms${doubt}${shows}`;
}
