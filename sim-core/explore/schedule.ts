/** A schedule: which thread moves when, and what was chosen. Saved as a file, replayed by the command line and the debugger. */
import type { Simulation } from "./simulation.ts";

/** One move: a thread runs one statement that touches shared state, and the local ones around it. */
export interface Move {
  readonly thread: number;
  /** Answers to `choose` and `inject maybe` in the move, in order; empty for most. */
  readonly choices: readonly number[];
  /** Of the last one: with it the last so many moves lead back to where they began, for ever; and which rule that breaks. */
  readonly closes?: Circle;
}

/** A move of a search, which may begin with statements that take a lock and end with such that give one back (`LockMoves`). */
export interface MergedMove extends Move {
  /** How many statements take a lock first: 0 or 1. */
  readonly ahead: number;
  /** How many give locks back at the end. */
  readonly behind: number;
}

/** The moves that a schedule has for those of a search: one for each statement that touches shared state. */
export function plainMoves(merged: readonly MergedMove[]): Move[] {
  const moves: Move[] = [];
  const firsts: number[] = [];
  for (const { thread, choices, ahead, behind } of merged) {
    firsts.push(moves.length);
    for (let i = 0; i < ahead; i++) moves.push({ thread, choices: [] });
    moves.push({ thread, choices });
    for (let i = 0; i < behind; i++) moves.push({ thread, choices: [] });
  }
  const closes = merged.at(-1)?.closes;
  const last = moves.pop();
  if (last === undefined) return moves;
  const round = closes === undefined ? 0 : moves.length + 1 - (firsts.at(-closes.moves) ?? 0);
  moves.push(closes === undefined ? last : { ...last, closes: { ...closes, moves: round } });
  return moves;
}

/** Which rule a circle breaks: each is an invariant that a file can switch off or on. */
export type CircleId = "progress-bound" | "livelock" | "ping-pong";

/** A circle: how many moves it has. */
export interface Circle {
  readonly moves: number;
  readonly id: CircleId;
}

/**
 * The file's form. `moves`: runs of [thread name, how many], a move with choices as [thread name, 1, choices]. `closes`: the last
 * so many of them lead back to where they began.
 */
export interface ScheduleFile {
  readonly type: "hmm-schedule";
  readonly version: 1;
  readonly title: string;
  readonly kernel: string;
  readonly moves: readonly (readonly [string, number] | readonly [string, number, readonly number[]])[];
  readonly closes?: Circle;
}

/** Most moves of a file: none that an exploration finds is longer. */
const MAX_MOVES = 10_000_000;

/** Writes moves as a file's contents. */
export function saveSchedule(simulation: Simulation, moves: readonly Move[]): ScheduleFile {
  const runs: [string, number, (readonly number[])?][] = [];
  for (const { thread, choices } of moves) {
    const name = simulation.threadName(thread);
    const last = runs.at(-1);
    if (choices.length > 0) runs.push([name, 1, choices]);
    else if (last !== undefined && last[0] === name && last[2] === undefined) last[1]++;
    else runs.push([name, 1]);
  }
  const { title, kernel } = simulation.program;
  const closes = moves.at(-1)?.closes;
  return {
    type: "hmm-schedule",
    version: 1,
    title,
    kernel,
    moves: runs.map(([name, count, choices]) => (choices === undefined ? [name, count] : [name, count, choices])),
    ...(closes === undefined ? {} : { closes }),
  };
}

/** The moves of a file's contents, or why it cannot be used. */
export function loadSchedule(simulation: Simulation, contents: unknown): readonly Move[] | string {
  if (!isScheduleFile(contents)) return "this is not a schedule (of a version that this program knows)";
  const { kernel } = simulation.program;
  if (contents.kernel !== kernel) return `the schedule is of kernel "${contents.kernel}", and this is "${kernel}"`;
  if (contents.moves.reduce((sum, [, count]) => sum + count, 0) > MAX_MOVES) return "the schedule is too long";
  const threads = new Map<string, number>();
  for (let t = 0; t <= simulation.program.machine.threads.length; t++) threads.set(simulation.threadName(t), t);
  const moves: Move[] = [];
  for (const [name, count, choices] of contents.moves) {
    const worker = /^worker (\d+)$/.exec(name)?.[1];
    const thread = threads.get(name) ?? (worker === undefined ? undefined : Number(worker));
    if (thread === undefined) return `the schedule moves '${name}', which this scenario does not have`;
    for (let i = 0; i < count; i++) moves.push({ thread, choices: choices ?? [] });
  }
  const last = moves.pop();
  if (last !== undefined) moves.push(contents.closes === undefined ? last : { ...last, closes: contents.closes });
  return moves;
}

function isScheduleFile(contents: unknown): contents is ScheduleFile {
  if (typeof contents !== "object" || contents === null) return false;
  const { type, version, kernel, moves, closes } = contents as Partial<ScheduleFile>;
  if (typeof kernel !== "string" || !(closes === undefined || isCircle(closes))) return false;
  if (type !== "hmm-schedule" || version !== 1 || !Array.isArray(moves)) return false;
  return moves.every(
    (m) =>
      Array.isArray(m) &&
      typeof m[0] === "string" &&
      Number.isInteger(m[1]) &&
      m[1] >= 0 &&
      (m[2] === undefined || (Array.isArray(m[2]) && m[2].every((choice) => Number.isInteger(choice) && choice >= 0))),
  );
}

const CIRCLES: readonly unknown[] = ["progress-bound", "livelock", "ping-pong"] satisfies CircleId[];

function isCircle(value: unknown): value is Circle {
  if (typeof value !== "object" || value === null) return false;
  const { moves, id } = value as Partial<Circle>;
  return Number.isInteger(moves) && (moves ?? 0) > 0 && CIRCLES.includes(id);
}
