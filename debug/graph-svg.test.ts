/** The picture of a state graph: by itself a file with its own style; as part of a page, states that can have the focus. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadScenario } from "../language/compile/front-door.ts";
import { programOf, shippedLibrary } from "../language/testing/run.ts";
import { scheduleTo, stateGraph } from "../sim-core/explore/state-graph.ts";
import { graphSvg } from "./graph-svg.ts";
import { Session } from "./session.ts";

const text = `process app { a: anon 1 page }
var n = 0
fn increment() { let seen = n  n = seen + 1 }
fn check() { expect n == 2 }
parallel { cpu0 { call increment() }  cpu1 { call increment() } }
call check()
`;

test("a file has its style, and nothing to click", () => {
  const svg = graphSvg(stateGraph(programOf(text)));
  assert.match(svg, /<style>/);
  assert.doesNotMatch(svg, /tabindex|data-state/);
});

test("in a page each state can have the focus and says what it is, and moves say between which states they are", () => {
  const graph = stateGraph(programOf(text));
  const svg = graphSvg(graph, true);
  assert.doesNotMatch(svg, /<style>/);
  assert.equal([...svg.matchAll(/data-state="/g)].length, graph.states.length);
  assert.equal([...svg.matchAll(/tabindex="0"/g)].length, 1, "one of them at first");
  assert.match(svg, /aria-label="failed state \d+: expectation: /);
  assert.equal([...svg.matchAll(/data-from="\d+" data-to="\d+"/g)].length, graph.moves.length);
});

test("the interleaving to a failed state leads a session to just before its failure", () => {
  const { compiled, context } = loadScenario(text, "test.hmm", { library: shippedLibrary() });
  assert.ok(compiled);
  const graph = stateGraph(compiled.program);
  const failed = graph.states.findIndex(({ kind }) => kind === "failed");
  const session = new Session({ compiled, context }, { schedule: scheduleTo(graph, failed), stopBefore: "failure" });
  const stop = session.runNow({ kind: "continue", thread: 0 } as Parameters<Session["runNow"]>[0]);
  assert.equal(stop.failure?.id, "expectation");
  assert.match(stop.description ?? "", /^The next step shows it/);
});
