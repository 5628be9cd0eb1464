/** The state graph's page: the picture, drawn already, with a script for the keyboard and the style of the theme. */

import * as vscode from "vscode";
import { makeNonce, webviewRoot } from "../panel/html.ts";
import type { DrawnGraph } from "../worker/protocol.ts";

export function graphHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { svg, states, complete }: DrawnGraph,
): string {
  const nonce = makeNonce();
  const address = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extensionUri), name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const failed = states.filter((state) => state.failed).length;
  const whole = complete ? "all there are" : "those nearest to the first one; there are more than can be drawn";
  const wrong = failed === 0 ? "none fails" : `${failed} failed`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>HMM state graph</title>
<link rel="stylesheet" href="${address("graph.css")}">
</head>
<body>
<header>
<p><strong>${states.length} states</strong> (${whole}), ${wrong}.</p>
<p class="dim">Arrow keys follow the moves, F goes to the next failure, Enter or a click opens the interleaving in the debugger.</p>
<div role="group" aria-label="Size"><button id="smaller" title="Smaller (-)">−</button><button id="larger" title="Larger (+)">+</button><button id="whole" title="All of it (0)">All of it</button></div>
</header>
<main tabindex="-1">${svg}</main>
<script nonce="${nonce}" type="module" src="${address("graph.js")}"></script>
</body>
</html>`;
}
