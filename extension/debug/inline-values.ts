/** Values beside the lines of the function that execution stands in. */

import * as vscode from "vscode";
import { languageId } from "../paths.ts";
import { inlineNames } from "./inline-names.ts";

/** Registers the provider. */
export function registerInlineValues(): vscode.Disposable {
  return vscode.languages.registerInlineValuesProvider(languageId, {
    provideInlineValues: (document, viewPort, { stoppedLocation }) => {
      const lines = document.getText().split(/\r?\n/);
      return inlineNames(lines, stoppedLocation.start.line)
        .filter(({ line }) => line >= viewPort.start.line && line <= viewPort.end.line)
        .map(({ line, start, end, text, kind }) => {
          const range = new vscode.Range(line, start, line, end);
          return kind === "variable"
            ? new vscode.InlineValueVariableLookup(range, text, true)
            : new vscode.InlineValueEvaluatableExpression(range, text);
        });
    },
  });
}
