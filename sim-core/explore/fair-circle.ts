/**
 * A short circle through states of a component that a fair scheduler may keep to for ever: every thread that can move in one of its
 * states does move in it (strong fairness). Locks of the kernel are handed on in the order of asking, and who waits for one that
 * others take again and again gets it at last: to be able to move now and then is enough.
 */
import type { Component, ComponentMove } from "./components.ts";
import { OUTSIDE } from "./components.ts";

/** Moves to look at in search of a short circle: a tenth of a second. */
const BUDGET = 500_000;
/** States of a component from which a circle is tried at most. */
const MOST_STARTS = 64;

/** A circle, and how it is reached from the component's state 0. */
export interface Circle {
  readonly way: readonly ComponentMove[];
  /** The moves of one round. */
  readonly round: readonly ComponentMove[];
}

/** The shortest circle found in which no thread that can move is left out; undefined if there is none. */
export function fairCircle(component: Component): Circle | undefined {
  const out = movesByState(component.states, component.moves);
  const all = Array.from({ length: component.states }, (_, state) => state);
  const pending: (readonly number[])[] = [all];
  for (let states = pending.pop(); states !== undefined; states = pending.pop()) {
    const within = new Set(states);
    const left = leftOut(within, out);
    if (left.size === 0) return shortest(within, out);
    // Where one of those can move, it would at last: a circle keeps to the other states.
    const kept = new Set(states.filter((s) => !(out[s] ?? []).some(({ move }) => left.has(move.thread))));
    pending.push(...componentsOf(kept, out));
  }
  return undefined;
}

type Out = readonly (readonly ComponentMove[])[];

function movesByState(states: number, moves: readonly ComponentMove[]): Out {
  const out: ComponentMove[][] = Array.from({ length: states }, () => []);
  for (const move of moves) out[move.from]?.push(move);
  return out;
}

/** Threads that can move in one of the states, but have no move that stays among them. */
function leftOut(states: ReadonlySet<number>, out: Out): Set<number> {
  const able = new Set<number>();
  const moving = new Set<number>();
  for (const state of states) {
    for (const { to, move } of out[state] ?? []) {
      able.add(move.thread);
      if (states.has(to)) moving.add(move.thread);
    }
  }
  for (const thread of moving) able.delete(thread);
  return able;
}

/** The strongly connected components among `states` that have a move: Tarjan's algorithm once more, on what is known already. */
function componentsOf(states: ReadonlySet<number>, out: Out): number[][] {
  const found: number[][] = [];
  const number = new Map<number, number>();
  const lowest = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const path: { readonly state: number; next: number }[] = [];
  const enter = (state: number) => {
    number.set(state, number.size);
    lowest.set(state, number.size - 1);
    open.push(state);
    isOpen.add(state);
    path.push({ state, next: 0 });
  };
  const lower = (state: number, to: number) => lowest.set(state, Math.min(lowest.get(state) ?? to, to));
  const leave = (state: number) => {
    path.pop();
    const low = lowest.get(state) ?? 0;
    const before = path.at(-1);
    if (before !== undefined) lower(before.state, low);
    if (low !== number.get(state)) return;
    const own = open.splice(open.lastIndexOf(state));
    for (const s of own) isOpen.delete(s);
    const hasMove = own.length > 1 || (out[state] ?? []).some(({ to }) => to === state);
    if (hasMove) found.push(own);
  };
  for (const start of states) {
    if (number.has(start)) continue;
    enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const move = (out[top.state] ?? [])[top.next++];
      if (move === undefined) leave(top.state);
      else if (states.has(move.to)) {
        if (!number.has(move.to)) enter(move.to);
        else if (isOpen.has(move.to)) lower(top.state, number.get(move.to) ?? 0);
      }
    }
  }
  return found;
}

/** The shortest of the circles that are found from some of the states. */
function shortest(states: ReadonlySet<number>, out: Out): Circle | undefined {
  const everywhere = new Set(out.keys());
  let size = 1;
  for (const s of states) size += out[s]?.length ?? 0;
  const starts = Math.max(1, Math.min(MOST_STARTS, Math.floor(BUDGET / (size * 6))));
  let best: Circle | undefined;
  let tried = 0;
  for (const start of states) {
    if (tried++ >= starts) break;
    const round = roundFrom(start, states, out);
    if (best !== undefined && round.length >= best.round.length) continue;
    const way = start === 0 ? [] : path(0, everywhere, out, ({ to }) => to === start);
    if (way !== undefined) best = { way, round };
  }
  return best;
}

/** A closed walk from `start` among `states` in which every thread that can move on the way does. */
function roundFrom(start: number, states: ReadonlySet<number>, out: Out): ComponentMove[] {
  const round: ComponentMove[] = [];
  const able = new Set<number>();
  const moved = new Set<number>();
  let at = start;
  const visit = (state: number) => {
    for (const { move } of out[state] ?? []) able.add(move.thread);
  };
  const go = (moves: readonly ComponentMove[]) => {
    for (const move of moves) {
      round.push(move);
      moved.add(move.move.thread);
      at = move.to;
      visit(at);
    }
  };
  visit(start);
  for (;;) {
    const missing = [...able].filter((thread) => !moved.has(thread));
    if (missing.length === 0 && at === start && round.length > 0) return round;
    const goal = (move: ComponentMove) => (missing.length > 0 ? missing.includes(move.move.thread) : move.to === start);
    const more = path(at, states, out, goal);
    if (more === undefined) return round;
    go(more);
  }
}

/** The fewest moves among `states` from `from` to a move that is wanted, that one included. */
function path(
  from: number,
  states: ReadonlySet<number>,
  out: Out,
  isWanted: (move: ComponentMove) => boolean,
): ComponentMove[] | undefined {
  const reachedBy = new Map<number, ComponentMove | undefined>([[from, undefined]]);
  const queue = [from];
  for (let i = 0; i < queue.length; i++) {
    for (const move of out[queue[i] as number] ?? []) {
      if (move.to === OUTSIDE || !states.has(move.to)) continue;
      if (isWanted(move)) return [...movesTo(move.from, reachedBy), move];
      if (reachedBy.has(move.to)) continue;
      reachedBy.set(move.to, move);
      queue.push(move.to);
    }
  }
  return undefined;
}
function movesTo(state: number, reachedBy: ReadonlyMap<number, ComponentMove | undefined>): ComponentMove[] {
  const moves: ComponentMove[] = [];
  for (let move = reachedBy.get(state); move !== undefined; move = reachedBy.get(move.from)) moves.push(move);
  return moves.reverse();
}
