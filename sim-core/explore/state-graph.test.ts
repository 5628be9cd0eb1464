/** The graph of a small scenario's states: all of them, with the moves between them and the failures marked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { programOf } from "../../language/testing/run.ts";
import { Explorer } from "./explorer.ts";
import type { StateGraph } from "./state-graph.ts";
import { stateGraph } from "./state-graph.ts";

const counter = (wrong: number): string => `process app { a: anon 1 page }
var n = 0
fn increment() { let seen = n  n = seen + 1 }
parallel {
  cpu0 { call increment() }
  cpu1 { call increment() }
}
fn look() { expect n != ${wrong} }
call look()
`;
const kinds = ({ states }: StateGraph): string[] => states.map(({ kind }) => kind);

test("each state once, each move once, from the first to the end", () => {
  const p = programOf(counter(9));
  const graph = stateGraph(p);
  const { states, transitions } = new Explorer(p, { without: ["threads", "locks"] }).run();
  assert.equal(graph.states.length, states);
  assert.equal(graph.moves.length, transitions);
  assert.equal(graph.complete, true);
  assert.equal(graph.states[0]?.kind, "first");
  assert.ok(kinds(graph).includes("end"));
  assert.ok(graph.moves.every(({ from, to }) => from < graph.states.length && to < graph.states.length));
  assert.ok(graph.moves.some(({ thread, what }) => thread === "cpu0" && what.includes("let seen = n")));
});

test("a failure is a state of its own, with what is wrong, and nothing goes on from it", () => {
  const graph = stateGraph(programOf(counter(1)));
  const failed = graph.states.findIndex(({ kind }) => kind === "failed");
  assert.match(graph.states[failed]?.message ?? "", /^expectation: .*n is 1/);
  assert.ok(graph.moves.every(({ from }) => from !== failed));
  assert.ok(kinds(graph).includes("end"), "other executions go well");
});

test("states that no order of steps leads out of are marked, those before them are not", () => {
  const waiting = `process app { a: anon 1 page }
var go = 0
fn wait_for_one() { while go != 1 { } }
fn set(value) { go = value }
parallel { cpu0 { call wait_for_one() } cpu1 { call set(1) call set(2) } }
`;
  const { states, moves, complete } = stateGraph(programOf(waiting));
  assert.equal(complete, true);
  assert.equal(states[0]?.kind, "first");
  const stuck = states.flatMap(({ kind, message }, i) => (kind === "failed" && /^livelock: /.test(message) ? [i] : []));
  assert.ok(stuck.length > 0);
  for (const { from, to } of moves) if (stuck.includes(from)) assert.ok(stuck.includes(to), "nothing leads out");
  assert.ok(
    states.some(({ kind }) => kind === "end"),
    "other executions end",
  );
  const off = stateGraph(programOf(`invariant "livelock" off\n${waiting}`));
  assert.ok(off.states.every(({ kind }) => kind !== "failed"));
});

test("no more than asked for, and it says so", () => {
  const graph = stateGraph(programOf(counter(9)), 5);
  assert.equal(graph.complete, false);
  assert.ok(graph.states.length < 12);
});
