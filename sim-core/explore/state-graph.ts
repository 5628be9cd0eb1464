/** All states of a small scenario and the moves between them, as data to be drawn. */
import type { Program } from "../vm/program.ts";
import { BreadthFirst } from "./breadth-first.ts";
import type { Simulation } from "./simulation.ts";
import { DIRECTOR } from "./simulation.ts";

/** A state, by its place in the list. */
export interface GraphState {
  /** Where each thread that has something to do stands: `cpu0 12: write buf = 1`. */
  readonly standing: readonly string[];
  /** `end`: the execution is over; `failed`: something is wrong, as `message` says; nothing goes on from either. */
  readonly kind: "first" | "inner" | "end" | "failed";
  readonly message: string;
}
export interface GraphMove {
  readonly from: number;
  readonly to: number;
  /** Name of the thread that moves. */
  readonly thread: string;
  /** The line of its statement and the statement's text. */
  readonly what: string;
}
export interface StateGraph {
  readonly title: string;
  readonly states: readonly GraphState[];
  readonly moves: readonly GraphMove[];
  /** Whether these are all; false where `maxStates` was reached. */
  readonly complete: boolean;
}

/** States that a picture can show. */
export const GRAPH_STATES = 2_000;
const MAX_BYTES = 2 ** 29;

/** The states of `program` and the moves between them; at most `maxStates`, those nearest to the first. */
export function stateGraph(program: Program, maxStates = GRAPH_STATES): StateGraph {
  const states: GraphState[] = [];
  const moves: GraphMove[] = [];
  // Numbers of the search, and of the failed states that it does not number.
  const placeOf = new Map<number, number>();
  const add = (state: GraphState): number => states.push(state) - 1;
  const texts = new Map<string, string>();
  const place = (state: number): number => placeOf.get(state) ?? 0;
  const search = new BreadthFirst(program, {
    maxStates,
    maxBytes: MAX_BYTES,
    wanted: () => false,
    onMove({ from, to, isNew, thread }, simulation) {
      const what = texts.get(`${from} ${thread}`) ?? "";
      const name = simulation.threadName(thread);
      if (to === undefined) {
        const message = simulation.failures.map((f) => `${f.id}: ${f.message}`).join("; ");
        moves.push({ from: place(from), to: add({ standing: [], kind: "failed", message }), thread: name, what });
        return;
      }
      if (isNew) placeOf.set(to, add(describe(simulation, "inner", to, texts)));
      moves.push({ from: place(from), to: place(to), thread: name, what });
    },
    onEnd(state, simulation) {
      const at = place(state);
      const [failure] = simulation.failures;
      const now = states[at];
      if (now === undefined) return;
      const kind = failure === undefined ? "end" : "failed";
      states[at] = { ...now, kind, message: failure === undefined ? "" : `${failure.id}: ${failure.message}` };
    },
  });
  placeOf.set(0, add(describe(search.simulation, "first", 0, texts)));
  search.advance(Number.POSITIVE_INFINITY);
  return { title: program.title, states, moves, complete: search.states < maxStates };
}

/** Where the threads stand in the present state, numbered `state`; notes for each thread what it is about to do. */
function describe(
  simulation: Simulation,
  kind: GraphState["kind"],
  state: number,
  texts: Map<string, string>,
): GraphState {
  const standing: string[] = [];
  for (const thread of simulation.running()) {
    const frames = simulation.vm.framesOf(thread);
    const [frame] = frames;
    const spot = frame === undefined ? simulation.standing(thread).spot : simulation.frameSpot(frame);
    const text = simulation.program.sources[spot.source]?.text.slice(spot.start, spot.end).replace(/\s+/g, " ") ?? "";
    const place = simulation.isLibrary(spot)
      ? `${simulation.program.sources[spot.source]?.path}:${spot.line}`
      : String(spot.line);
    const what = `${place}: ${text.slice(0, 60)}`;
    texts.set(`${state} ${thread}`, what);
    if (thread !== DIRECTOR) standing.push(`${simulation.threadName(thread)} ${what}`);
  }
  return { standing, kind, message: "" };
}
