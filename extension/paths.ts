/**
 * How files are called inside the engine: on the local disk by their path, elsewhere (virtual workspaces, unsaved files,
 * model sources) by their URI. Both forms are what VS Code takes as the path of a debug source.
 */

import * as vscode from "vscode";

/** The engine's name of a file. */
export function pathOf(uri: vscode.Uri): string {
  return uri.scheme === "file" ? uri.fsPath : uri.toString();
}

/** The file that the engine calls so. */
export function uriOf(path: string): vscode.Uri {
  // A Windows drive is one letter; schemes have more.
  return /^[a-zA-Z][a-zA-Z0-9+.-]+:/.test(path) ? vscode.Uri.parse(path) : vscode.Uri.file(path);
}

/** The text of a file as the user sees it: unsaved changes count. @throws an error that says why it cannot be read */
export async function readFile(path: string): Promise<string> {
  const uri = uriOf(path);
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open !== undefined) return open.getText();
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}

/** The language's id. */
export const languageId = "hmm";

/** Scheme of the model's own sources. */
export const modelScheme = "hmm-model";

/** Schemes of texts that nobody edits: the model's sources, the other side of a comparison, output. */
const foreign: ReadonlySet<string> = new Set([modelScheme, "git", "gitfs", "scm", "output"]);

/** Whether a document is a scenario, driver or profile of the user's, and not of the model that ships. */
export function isOwn(document: vscode.TextDocument): boolean {
  return document.languageId === languageId && !foreign.has(document.uri.scheme);
}
