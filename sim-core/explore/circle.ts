/** A circle that an execution has gone round: how it is told, and whether moves really lead round. */
import { PROGRESS_ID } from "../checks/index.ts";
import type { Program } from "../vm/program.ts";
import type { Failure } from "./failure.ts";
import type { CircleId, Move } from "./schedule.ts";
import { Simulation } from "./simulation.ts";

/** What is wrong where `round` has just led back to the state before it. */
export function circleFailure(simulation: Simulation, id: CircleId, round: readonly Move[]): Failure {
  const threads = [...new Set(round.map(({ thread }) => thread))].sort((a, b) => a - b);
  const { step } = simulation.store;
  const standing = threads.map((thread) => ({ thread, ...simulation.standing(thread) }));
  const spot = standing[0]?.spot ?? simulation.spot(0);
  const thread = threads[0] ?? 0;
  if (id === PROGRESS_ID) {
    const because = simulation.circleCauses();
    return { kind: "livelock", id, spot, message: simulation.circleText(thread), because, step, thread };
  }
  const because = standing.map(({ thread: t, spot: at, where }) => {
    return { spot: at, message: `${simulation.threadName(t)} is in ${where}`, step };
  });
  const names = threads.map((t) => simulation.threadName(t));
  return { kind: "livelock", id, spot, message: textOf(id, names, round.length), because, step, thread };
}

function textOf(id: CircleId, names: readonly string[], moves: number): string {
  const isOne = names.length === 1;
  const who = isOne ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  const round = `after ${moves} ${moves === 1 ? "move" : "moves"} all is as it was, and no statement has ended`;
  if (id === "livelock") return `${who} ${isOne ? "goes" : "go"} round for ever: ${round}; no order of steps leads out`;
  if (isOne) return `${who} can go round for ever: ${round}; only other answers to what is chosen lead out`;
  return `${who} can keep each other from getting on for ever: ${round}, though each has moved; other orders of steps lead out`;
}

/**
 * The states of the circle that the last moves are a round of, by their hashes, from the one before the round to the one after it,
 * which is the same; undefined if they do not lead round.
 */
export function statesOfRound(program: Program, moves: readonly Move[]): readonly string[] | undefined {
  if (moves.at(-1)?.closes === undefined) return undefined;
  const simulation = new Simulation(program, { merged: true, record: false, renumber: true });
  const first = moves.length - (moves.at(-1)?.closes?.moves ?? 0);
  if (first === moves.length || first < 0) return undefined;
  const states: string[] = [];
  for (const [i, { thread, choices }] of moves.entries()) {
    if (i === first) states.push(hashOf(simulation));
    let asked = 0;
    simulation.vm.chooser = () => choices[asked++] ?? 0;
    if (!simulation.isRunning(thread)) return undefined;
    simulation.step(thread);
    if (simulation.failures.length > 0) return undefined;
    if (i >= first) states.push(hashOf(simulation));
  }
  return states[0] === states.at(-1) ? states : undefined;
}

/** A state's hash as text. */
export function hashOf({ store }: Simulation): string {
  return `${store.hashLow} ${store.hashHigh}`;
}
