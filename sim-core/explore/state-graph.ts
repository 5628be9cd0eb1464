/** All states of a small scenario and the moves between them, as data to be drawn. */
import type { Program } from "../vm/program.ts";
import type { MadeMove } from "./breadth-first.ts";
import { BreadthFirst } from "./breadth-first.ts";
import type { ScheduleFile } from "./schedule.ts";
import type { Simulation } from "./simulation.ts";
import { DIRECTOR } from "./simulation.ts";

/** A state, by its place in the list. */
export interface GraphState {
  /** Where each thread that has something to do stands: `cpu0 12: write buf = 1`. */
  readonly standing: readonly string[];
  /** `end`: the execution is over; `failed`: something is wrong, as `message` says. Nothing goes on from either, but for a livelock. */
  readonly kind: "first" | "inner" | "end" | "failed";
  readonly message: string;
  /** The move by which it was first reached, by its place in the list; -1: it is the first state. */
  readonly by: number;
}
export interface GraphMove {
  readonly from: number;
  readonly to: number;
  /** Name of the thread that moves. */
  readonly thread: string;
  /** The line of its statement and the statement's text. */
  readonly what: string;
  /** What was chosen in it. */
  readonly choices: readonly number[];
}
export interface StateGraph {
  readonly title: string;
  readonly kernel: string;
  readonly states: readonly GraphState[];
  readonly moves: readonly GraphMove[];
  /** Whether these are all; false where `maxStates` was reached. */
  readonly complete: boolean;
}

/** States that a picture can show. */
export const GRAPH_STATES = 2_000;
/** States that a picture on the screen can show at once. */
export const PANEL_STATES = 400;
const MAX_BYTES = 2 ** 29;

/** The states of `program` and the moves between them; at most `maxStates`, those nearest to the first. */
export function stateGraph(program: Program, maxStates = GRAPH_STATES): StateGraph {
  const drawing = new GraphSearch(program, maxStates);
  while (!drawing.advance(maxStates));
  return drawing.graph();
}

/** The search for all states of a small scenario, in slices. */
export class GraphSearch {
  private readonly program: Program;
  private readonly maxStates: number;
  private readonly search: BreadthFirst;
  private readonly states: GraphState[] = [];
  private readonly moves: GraphMove[] = [];
  /** Places by the search's numbers; it has none for failed states. */
  private readonly placeOf = new Map<number, number>();
  /** What each thread is about to do, by the search's number of the state. */
  private readonly texts = new Map<string, string>();

  constructor(program: Program, maxStates = GRAPH_STATES) {
    this.program = program;
    this.maxStates = maxStates;
    this.search = new BreadthFirst(program, {
      maxStates,
      maxBytes: MAX_BYTES,
      wanted: () => false,
      onMove: (move, simulation) => this.moved(move, simulation),
      onEnd: (state, simulation) => this.ended(state, simulation),
    });
    this.placeOf.set(0, this.add(describe(this.search.simulation, "first", 0, this.texts, -1)));
  }

  /** Looks at `states` more states at most. Returns whether it is over. */
  advance(states: number): boolean {
    return this.search.advance(states);
  }
  /** What is known so far. */
  graph(): StateGraph {
    const { program, moves } = this;
    const complete = this.search.advance(0) && this.search.states < this.maxStates;
    const looks = complete && program.invariants.livelock !== false;
    const states = looks ? withoutWayOut(this.states, moves) : this.states;
    return { title: program.title, kernel: program.kernel, states, moves, complete };
  }

  private moved({ from, to, isNew, thread, choices }: MadeMove, simulation: Simulation): void {
    const by = this.moves.length;
    let at: number;
    if (to === undefined) {
      const message = simulation.failures.map((f) => `${f.id}: ${f.message}`).join("; ");
      at = this.add({ standing: [], kind: "failed", message, by });
    } else {
      if (isNew) this.placeOf.set(to, this.add(describe(simulation, "inner", to, this.texts, by)));
      at = this.place(to);
    }
    const what = this.texts.get(`${from} ${thread}`) ?? "";
    this.moves.push({ from: this.place(from), to: at, thread: simulation.threadName(thread), what, choices });
  }
  private ended(state: number, simulation: Simulation): void {
    const at = this.place(state);
    const [failure] = simulation.failures;
    const now = this.states[at];
    if (now === undefined) return;
    const kind = failure === undefined ? "end" : "failed";
    this.states[at] = { ...now, kind, message: failure === undefined ? "" : `${failure.id}: ${failure.message}` };
  }
  private add(state: GraphState): number {
    return this.states.push(state) - 1;
  }
  private place(state: number): number {
    return this.placeOf.get(state) ?? 0;
  }
}

/** All states of a program; those from which no order of moves leads to an end or to a failure are a livelock. */
function withoutWayOut(states: readonly GraphState[], moves: readonly GraphMove[]): readonly GraphState[] {
  const before = new Map<number, number[]>();
  for (const { from, to } of moves) before.set(to, [...(before.get(to) ?? []), from]);
  const open = states.flatMap(({ kind }, i) => (kind === "end" || kind === "failed" ? [i] : []));
  const leadsOut = new Set(open);
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const from of before.get(state) ?? []) {
      if (leadsOut.has(from)) continue;
      leadsOut.add(from);
      open.push(from);
    }
  }
  const message = "livelock: no order of steps leads from here to an end";
  return states.map((state, i) => (leadsOut.has(i) ? state : { ...state, kind: "failed", message }));
}

/** The label of a state: where its threads stand, and what is wrong with it. */
export function stateLabel(state: GraphState): string {
  const lines = state.message === "" ? state.standing : [...state.standing, state.message.slice(0, 100)];
  return lines.length > 0 ? lines.join("\n") : state.kind === "end" ? "the end" : "";
}

/** The interleaving that leads to a state of a graph, as a schedule's file has it: the one with the fewest moves. */
export function scheduleTo({ title, kernel, states, moves }: StateGraph, state: number): ScheduleFile {
  const way: (readonly [string, number, readonly number[]])[] = [];
  for (let move = moves[states[state]?.by ?? -1]; move !== undefined; move = moves[states[move.from]?.by ?? -1]) {
    way.push([move.thread, 1, move.choices]);
  }
  return { type: "hmm-schedule", version: 1, title, kernel, moves: way.reverse() };
}

/** Where the threads stand in the present state, numbered `state`; notes for each thread what it is about to do. */
function describe(
  simulation: Simulation,
  kind: GraphState["kind"],
  state: number,
  texts: Map<string, string>,
  by: number,
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
  return { standing, kind, message: "", by };
}
