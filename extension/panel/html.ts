/** The pages of webviews: where their scripts and styles come from, and that nothing else may be loaded. */

import * as vscode from "vscode";

/** Where the webview's files are. */
export function webviewRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, "dist", "webview");
}

/** The icon of a webview's tab. */
export function panelIcon(extensionUri: vscode.Uri): { readonly light: vscode.Uri; readonly dark: vscode.Uri } {
  const icon = (name: string) => vscode.Uri.joinPath(extensionUri, "extension", "icons", name);
  return { light: icon("hmm-light.svg"), dark: icon("hmm-dark.svg") };
}

/** What is a page's own. */
export interface Page {
  readonly title: string;
  /** Its script and its style are NAME.js and NAME.css. */
  readonly name: string;
  /** What its policy allows besides them, as directives; of `style-src`, `styles` more. */
  readonly allowed?: readonly string[];
  readonly styles?: string;
  /** HTML attributes of its body, given the address of a file. */
  readonly attributes?: (address: (name: string) => string, nonce: string) => string;
  /** HTML. */
  readonly body?: string;
}

/** A page as HTML. Only its own script runs, by the nonce. */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, page: Page): string {
  const nonce = makeNonce();
  const address = (name: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extensionUri), name)).toString();
  const { title, name, allowed = [], styles, attributes, body = "" } = page;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}${styles === undefined ? "" : ` ${styles}`}`,
    ...allowed,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${address(`${name}.css`)}">
</head>
<body${attributes === undefined ? "" : ` ${attributes(address, nonce)}`}>
${body}<script nonce="${nonce}" type="module" src="${address(`${name}.js`)}"></script>
</body>
</html>`;
}

/** The page tables' page. Monaco needs style attributes, its worker a blob of our own script. */
export function panelHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const source = webview.cspSource;
  return pageHtml(webview, extensionUri, {
    title: "HMM page tables",
    name: "panel",
    styles: "'unsafe-inline'",
    allowed: [`font-src ${source}`, `img-src ${source} data:`, `connect-src ${source}`, "worker-src blob:"],
    attributes: (address, nonce) =>
      `data-nonce="${nonce}" data-editor-script="${address("monaco.js")}" data-editor-style="${address("monaco.css")}" data-editor-worker="${address("monaco-worker.js")}"`,
  });
}

/** A word that only this page knows. */
function makeNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
