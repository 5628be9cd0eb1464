/** "Run | Debug | Check" over a scenario, and "Compare" where it names designs to compare. */

import * as vscode from "vscode";
import { comparedBy } from "../../language/compare/designs.ts";
import { isOwn, languageId } from "../paths.ts";

/** Offers to run, debug and check a file above its `scenario` line. Needs no more of the text than that line. */
export function registerCodeLens(): vscode.Disposable {
  return vscode.languages.registerCodeLensProvider(languageId, {
    provideCodeLenses: (document) => {
      if (!isOwn(document)) return [];
      const match = /^[ \t]*scenario\b/m.exec(document.getText());
      if (match === null) return [];
      const line = document.lineAt(document.positionAt(match.index + match[0].length));
      const lens = (title: string, command: string, tooltip: string) =>
        new vscode.CodeLens(line.range, { title, command, tooltip, arguments: [document.uri] });
      const { kernels, drivers } = comparedBy(document.getText());
      const designs = kernels.length + drivers.length;
      const compare = lens("Compare", "hmm.compare", `Run it under the ${designs} designs that it names, side by side`);
      return [
        lens("Run", "hmm.run", "Run the scenario once and report what does not hold"),
        lens("Debug", "hmm.debug", "Step through the scenario, with the page tables beside it"),
        lens("Check", "hmm.check", "Explore all interleavings"),
        ...(designs > 1 ? [compare] : []),
      ];
    },
  });
}
