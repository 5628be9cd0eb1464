/** The panel's page: where its script and style come from, and that nothing else may be loaded. */

import * as vscode from "vscode";

/** Where the webview's files are. */
export function webviewRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, "dist", "webview");
}

/** The page. Scripts run only with the nonce; Monaco needs style attributes, its worker a blob of our own script. */
export function panelHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = makeNonce();
  const address = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extensionUri), name)).toString();
  const source = webview.cspSource;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'unsafe-inline'`,
    `font-src ${source}`,
    `img-src ${source} data:`,
    `connect-src ${source}`,
    "worker-src blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>HMM page tables</title>
<link rel="stylesheet" href="${address("panel.css")}">
</head>
<body data-nonce="${nonce}" data-editor-script="${address("monaco.js")}" data-editor-style="${address("monaco.css")}" data-editor-worker="${address("monaco-worker.js")}">
<script nonce="${nonce}" type="module" src="${address("panel.js")}"></script>
</body>
</html>`;
}

/** A word that only this page knows. */
export function makeNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
