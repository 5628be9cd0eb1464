/** A state graph as a picture: laid out in layers by dagre, colours that are told apart in dark and in light. */
import dagre from "@dagrejs/dagre";
import type { GraphState, StateGraph } from "../sim-core/explore/state-graph.ts";
import { stateLabel } from "../sim-core/explore/state-graph.ts";

/** Of a monospaced font of 11 pixels. */
const CHARACTER = 6.7;
const LINE = 14;
const PADDING = 6;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** What a screen reader says of a state. */
function spoken(state: GraphState, number: number): string {
  const kinds = { first: "first state", inner: "state", end: "end", failed: "failed state" };
  return `${kinds[state.kind]} ${number}: ${stateLabel(state).replaceAll("\n", "; ")}`;
}

/**
 * The graph as SVG text. Each move has its statement as a tooltip; which thread makes it is its colour and label. In a picture that
 * is no file (`isPart`), states can have the focus (`data-state` says which), and the colours are its page's.
 */
export function graphSvg({ title, states, moves, complete }: StateGraph, isPart = false): string {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 20, ranksep: 40, marginx: 16, marginy: 40 });
  graph.setDefaultEdgeLabel(() => ({}));
  states.forEach((state, i) => {
    const lines = stateLabel(state).split("\n");
    const width = Math.max(...lines.map((line) => line.length), 2) * CHARACTER + 2 * PADDING;
    graph.setNode(String(i), { width, height: lines.length * LINE + 2 * PADDING });
  });
  moves.forEach(({ from, to, thread }, i) => {
    graph.setEdge(String(from), String(to), { width: thread.length * CHARACTER, height: LINE }, String(i));
  });
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const threads = [...new Set(moves.map(({ thread }) => thread))].sort();
  const parts = moves.map(({ from, to, thread, what }, i) => {
    const laid: LaidMove = graph.edge({ v: String(from), w: String(to), name: String(i) });
    const { points = [], x = 0, y = 0 } = laid;
    const path = points.map((p, at) => `${at === 0 ? "M" : "L"}${p.x.toFixed(1)},${p.y.toFixed(1)}`).join("");
    const colour = threads.indexOf(thread) % COLOURS;
    return `<g class="move t${colour}"${isPart ? ` data-from="${from}" data-to="${to}"` : ""}><title>${escaped(`${thread} ${what}`)}</title><path d="${path}" marker-end="url(#arrow)"/><text x="${x.toFixed(1)}" y="${y.toFixed(1)}">${escaped(thread)}</text></g>`;
  });
  states.forEach((state, i) => {
    const focus = isPart
      ? ` data-state="${i}" role="button" tabindex="${i === 0 ? 0 : -1}" aria-label="${escaped(spoken(state, i))}"`
      : "";
    parts.push(box(state, graph.node(String(i)), focus));
  });
  const role = isPart ? ` role="group" aria-label="${escaped(`${title}: ${states.length} states`)}"` : "";
  const note = complete ? "" : " (the states nearest to the first one)";
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" width="${Math.ceil(width)}" height="${Math.ceil(height)}"${role}>
<title>${escaped(title)}</title>
${isPart ? "" : `<style>${STYLE}</style>`}
<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerUnits="userSpaceOnUse" markerWidth="8" markerHeight="8" orient="auto"><path d="M0,0L8,4L0,8z"/></marker></defs>
<rect class="paper" width="100%" height="100%"/>
<text class="heading" x="16" y="22">${escaped(`${title}: ${states.length} states${note}`)}</text>
${parts.join("\n")}
</svg>
`;
}

/** A move as it was laid out: the points of its line, and the middle of its label. */
interface LaidMove {
  readonly points?: readonly { readonly x: number; readonly y: number }[] | undefined;
  readonly x?: number | undefined;
  readonly y?: number | undefined;
}
interface Place {
  readonly x?: number | undefined;
  readonly y?: number | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

function box(state: GraphState, { x = 0, y = 0, width = 0, height = 0 }: Place, attributes: string): string {
  const left = x - width / 2;
  const top = y - height / 2;
  const lines = stateLabel(state)
    .split("\n")
    .map(
      (line, i) =>
        `<text x="${(left + PADDING).toFixed(1)}" y="${(top + PADDING + 10 + i * LINE).toFixed(1)}">${escaped(line)}</text>`,
    );
  const rect = `<rect x="${left.toFixed(1)}" y="${top.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" rx="3"/>`;
  return `<g class="state ${state.kind}"${attributes}>${rect}${lines.join("")}</g>`;
}

/** Colours of threads in the style below; a sixth thread has the first one's again. */
const COLOURS = 5;
const STYLE = `
svg { font: 11px ui-monospace, Menlo, Consolas, monospace; --ink: #1f2328; --paper: #ffffff; --box: #f6f8fa; --bad: #b3261e; --badbox: #f9dedc; }
@media (prefers-color-scheme: dark) { svg { --ink: #e6edf3; --paper: #0d1117; --box: #161b22; --bad: #ff8a80; --badbox: #4a1512; } }
.paper { fill: var(--paper); } text { fill: var(--ink); } .heading { font-size: 13px; font-weight: bold; }
.state rect { fill: var(--box); stroke: var(--ink); } .state.first rect { stroke-width: 2.5; } .state.end rect { stroke-dasharray: 4 2; stroke-width: 2; }
.state.failed rect { fill: var(--badbox); stroke: var(--bad); stroke-width: 2; }
.move path { fill: none; stroke: currentColor; } .move text { fill: currentColor; text-anchor: middle; } marker path { fill: context-stroke; stroke: none; }
.t0 { color: #1f77b4; } .t1 { color: #d1700c; } .t2 { color: #2a8f2a; } .t3 { color: #9467bd; } .t4 { color: #8c6d31; }
`;
