/** A state graph in the language of Graphviz. */
import type { StateGraph } from "../../sim-core/explore/state-graph.ts";
import { stateLabel } from "../../sim-core/explore/state-graph.ts";

const quoted = (text: string): string =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;

/** The graph as DOT text. */
export function graphDot({ title, states, moves }: StateGraph): string {
  const lines = [`digraph ${quoted(title)} {`, "  node [shape=box, fontname=monospace, fontsize=9]"];
  states.forEach((state, i) => {
    const look = {
      first: ", style=bold",
      inner: "",
      end: ", peripheries=2",
      failed: ', style=filled, fillcolor="#f4c7c3", color="#b3261e"',
    }[state.kind];
    lines.push(`  s${i} [label=${quoted(stateLabel(state))}${look}]`);
  });
  for (const { from, to, thread, what } of moves) {
    lines.push(`  s${from} -> s${to} [label=${quoted(`${thread} ${what}`)}, fontname=monospace, fontsize=8]`);
  }
  return `${lines.join("\n")}\n}\n`;
}
