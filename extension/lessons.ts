/** The command that opens a lesson of the walkthrough. */

import * as vscode from "vscode";
import type { Services } from "./services.ts";

/** Where the lessons are, in the extension and in a checkout. */
const FOLDER = ["scenarios", "lessons"] as const;

/** Registers "HMM: Open Lesson". */
export function registerLessons(services: Services): vscode.Disposable {
  return vscode.commands.registerCommand("hmm.openLesson", (name?: unknown) =>
    services.guard("The lesson cannot be opened", async () => {
      if (typeof name === "string") await openLesson(services.extensionUri, name);
      // Without a name: where they are listed.
      else
        await vscode.commands.executeCommand("workbench.action.openWalkthrough", `${services.extensionId}#hmm.lessons`);
    }),
  );
}

/**
 * Opens the lesson's own file if the workspace has it, else its text as a file that is not saved yet: a lesson is there to be changed, and
 * the extension's folder is not the place for that.
 */
async function openLesson(extensionUri: vscode.Uri, name: string): Promise<void> {
  const file = `${name}.hmm`;
  const [own] = await vscode.workspace.findFiles(`**/${FOLDER[1]}/${file}`, "**/node_modules/**", 1);
  const document = await vscode.workspace.openTextDocument(own ?? vscode.Uri.from({ scheme: "untitled", path: file }));
  if (own === undefined && document.getText() === "") {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extensionUri, ...FOLDER, file));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), new TextDecoder().decode(bytes));
    await vscode.workspace.applyEdit(edit);
  }
  await vscode.window.showTextDocument(document);
  await vscode.commands.executeCommand("setContext", `hmm.lesson.${name}`, true);
}
