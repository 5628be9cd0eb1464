/** The command that opens a scenario that ships: a bug of the museum, an argument, a part of the contract of drivers. */

import * as vscode from "vscode";
import { languageId, pathOf, readFile } from "./paths.ts";
import type { Services } from "./services.ts";

/** One of scenarios/examples.json: its folder and file's name there, and the scenario's title. */
interface Example {
  readonly folder: string;
  readonly name: string;
  readonly title: string;
}

/** What the folders hold. */
const FOLDERS: Readonly<Record<string, string>> = {
  bugs: "The bug museum",
  discussions: "The arguments",
  contract: "The contract of a driver",
};

/** Registers "HMM: Open Example". */
export function registerExamples(services: Services): vscode.Disposable {
  return vscode.commands.registerCommand("hmm.openExample", () =>
    services.guard("The examples cannot be opened", async () => {
      const read = (...path: string[]) =>
        readFile(pathOf(vscode.Uri.joinPath(services.extensionUri, "scenarios", ...path)));
      // A list, since the web has no folders to read.
      const examples: readonly Example[] = JSON.parse(await read("examples.json"));
      const chosen = await vscode.window.showQuickPick(itemsOf(examples), {
        title: "Open Example",
        matchOnDescription: true,
      });
      if (chosen?.example === undefined) return;
      const { folder, name } = chosen.example;
      const content = await read(folder, `${name}.hmm`);
      // Not saved yet: it is there to be changed, and the extension's folder is not the place for that.
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: languageId, content }));
    }),
  );
}

function itemsOf(examples: readonly Example[]): (vscode.QuickPickItem & { readonly example?: Example })[] {
  return Object.entries(FOLDERS).flatMap(([folder, label]) => [
    { label, kind: vscode.QuickPickItemKind.Separator },
    ...examples
      .filter((example) => example.folder === folder)
      .map((example) => ({ label: example.name, description: example.title, example })),
  ]);
}
