/** Fair circles in graphs at random: what is found is one, and where none is found there is none. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ComponentMove } from "./components.ts";
import { OUTSIDE } from "./components.ts";
import { fairCircle } from "./fair-circle.ts";

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly thread: number;
}
const toMove = ({ from, to, thread }: Edge): ComponentMove => ({
  from,
  to,
  move: { thread, choices: [], ahead: 0, behind: 0 },
});

/** A ring through all states, so that they are one component, and other moves; some lead out. */
const graphs = fc
  .record({
    ring: fc.array(fc.nat(2), { minLength: 1, maxLength: 6 }),
    others: fc.array(fc.record({ from: fc.nat(5), to: fc.integer({ min: OUTSIDE, max: 5 }), thread: fc.nat(2) }), {
      maxLength: 8,
    }),
  })
  .map(({ ring, others }) => {
    const states = ring.length;
    const edges = ring.map((thread, from): Edge => ({ from, to: (from + 1) % states, thread }));
    const more = others.map((e): Edge => ({ ...e, from: e.from % states, to: e.to < 0 ? OUTSIDE : e.to % states }));
    return { states, moves: [...edges, ...more].map(toMove) };
  });

/** Whether a set of states is strongly connected, with a move, and leaves no thread out that can move in it. */
function isFair(states: ReadonlySet<number>, moves: readonly ComponentMove[]): boolean {
  const inside = moves.filter(({ from, to }) => states.has(from) && states.has(to));
  if (inside.length === 0) return false;
  for (const start of states) {
    const seen = new Set([start]);
    for (const s of seen) for (const { from, to } of inside) if (from === s) seen.add(to);
    if (seen.size !== states.size) return false;
  }
  const able = new Set(moves.filter(({ from }) => states.has(from)).map(({ move }) => move.thread));
  return [...able].every((thread) => inside.some(({ move }) => move.thread === thread));
}

test("a circle is found exactly where a set of states is fair", () => {
  fc.assert(
    fc.property(graphs, ({ states, moves }) => {
      const sets = Array.from({ length: 2 ** states }, (_, bits) => {
        return new Set(Array.from({ length: states }, (__, s) => s).filter((s) => (bits >> s) & 1));
      });
      const circle = fairCircle({ states, moves, way: [] });
      assert.equal(
        circle !== undefined,
        sets.some((set) => isFair(set, moves)),
      );
      if (circle === undefined) return;
      const walk = [...circle.way, ...circle.round];
      walk.forEach((move, i) => {
        assert.ok(moves.includes(move));
        assert.equal(move.from, i === 0 ? 0 : walk[i - 1]?.to, "each begins where the one before ended");
      });
      assert.equal(circle.round.at(-1)?.to, circle.round[0]?.from, "it leads round");
      const visited = new Set(circle.round.map(({ from }) => from));
      const able = moves.filter(({ from }) => visited.has(from)).map(({ move }) => move.thread);
      const moving = circle.round.map(({ move }) => move.thread);
      assert.deepEqual([...new Set(able)].sort(), [...new Set(moving)].sort());
    }),
    { numRuns: 3000 },
  );
});
