/** The state graph's page: the picture, drawn already, with a script for the keyboard and the style of the theme. */

import type * as vscode from "vscode";
import { pageHtml } from "../panel/html.ts";
import type { DrawnGraph } from "../worker/protocol.ts";

export function graphHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { svg, states, complete }: DrawnGraph,
): string {
  const failed = states.filter((state) => state.failed).length;
  const whole = complete ? "all there are" : "those nearest to the first one; there are more than can be drawn";
  const wrong = failed === 0 ? "none fails" : `${failed} failed`;
  const body = `<header>
<p><strong>${states.length} states</strong> (${whole}), ${wrong}.</p>
<p class="dim">Arrow keys follow the moves, F goes to the next failure, Enter or a click opens the interleaving in the debugger.</p>
<div role="group" aria-label="Size"><button id="smaller" title="Smaller (-)">−</button><button id="larger" title="Larger (+)">+</button><button id="whole" title="All of it (0)">All of it</button></div>
</header>
<main tabindex="-1">${svg}</main>
`;
  return pageHtml(webview, extensionUri, { title: "HMM state graph", name: "graph", body });
}
