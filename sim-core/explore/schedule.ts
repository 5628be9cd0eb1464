/** A schedule: which thread moves when, and what was chosen. Saved as a file, replayed by the command line and the debugger. */
import type { Simulation } from "./simulation.ts";

/** One move: a thread runs one statement that touches shared state, and the local ones around it. */
export interface Move {
  readonly thread: number;
  /** Answers to `choose` and `inject maybe` in the move, in order; empty for most. */
  readonly choices: readonly number[];
}

/** The file's form. `moves`: runs of [thread name, how many], a move with choices as [thread name, 1, choices]. */
export interface ScheduleFile {
  readonly type: "hmm-schedule";
  readonly version: 1;
  readonly title: string;
  readonly kernel: string;
  readonly moves: readonly (readonly [string, number] | readonly [string, number, readonly number[]])[];
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
  return {
    type: "hmm-schedule",
    version: 1,
    title,
    kernel,
    moves: runs.map(([name, count, choices]) => (choices === undefined ? [name, count] : [name, count, choices])),
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
  return moves;
}

function isScheduleFile(contents: unknown): contents is ScheduleFile {
  if (typeof contents !== "object" || contents === null) return false;
  const { type, version, kernel, moves } = contents as Partial<ScheduleFile>;
  if (typeof kernel !== "string") return false;
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
