/** Which scenario a command means when it names none: the active editor's, else the one that was looked at last. */

import * as vscode from "vscode";
import { isOwn, pathOf } from "./paths.ts";

let last: vscode.Uri | undefined;

function note(document: vscode.TextDocument | undefined): void {
  if (document !== undefined && isOwn(document)) last = document.uri;
}

/** Keeps watch over which scenario is looked at. */
export function watchScenarios(): vscode.Disposable {
  note(vscode.window.activeTextEditor?.document);
  return vscode.window.onDidChangeActiveTextEditor((editor) => note(editor?.document));
}

/** The scenario that is meant; undefined if none was looked at. The panel and sources of the model are none. */
export function currentScenario(): vscode.Uri | undefined {
  note(vscode.window.activeTextEditor?.document);
  return last ?? vscode.window.visibleTextEditors.map(({ document }) => document).find(isOwn)?.uri;
}

/** The scenario that a command is about: what it was called with, else the current one. Says what to do if there is none. */
export async function scenarioDocument(given: unknown): Promise<vscode.TextDocument | undefined> {
  const uri = given instanceof vscode.Uri ? given : currentScenario();
  const document = uri === undefined ? undefined : await vscode.workspace.openTextDocument(uri);
  if (document !== undefined && isOwn(document)) return document;
  void vscode.window.showErrorMessage("Open a .hmm scenario first, then try again.");
  return undefined;
}

/** The launch configuration for a scenario. */
export function launchConfiguration(uri: vscode.Uri): vscode.DebugConfiguration {
  return { type: "hmm", request: "launch", name: `Debug ${baseName(uri)}`, program: pathOf(uri) };
}

/** The last part of a file's path. */
export function baseName(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf("/") + 1);
}
