/** The editor's features: each calls the language's function of that name and turns its result into VS Code's types. */

import * as vscode from "vscode";
import type { Documents } from "../documents.ts";
import { languageId, modelScheme, pathOf, uriOf } from "../paths.ts";
import type { Services } from "../services.ts";
import { rangeOf, toCompletions, toSymbol } from "./convert.ts";

/** Registers completion, hover, outline, go to definition, and what the debugger evaluates under the mouse. */
export function registerProviders(services: Services, documents: Documents): vscode.Disposable[] {
  const own: vscode.DocumentSelector = languageId;
  const { languages } = vscode;
  return [
    languages.registerCompletionItemProvider(
      own,
      {
        provideCompletionItems: async (document, position, cancelled) => {
          const { engine, analysis, signature } = await documents.analyse(document);
          if (cancelled.isCancellationRequested) return undefined;
          return toCompletions(document, engine.complete(analysis, signature, document.offsetAt(position)));
        },
      },
      ".",
      '"',
      "(",
    ),
    languages.registerHoverProvider(own, {
      provideHover: async (document, position, cancelled) => {
        const { engine, analysis, signature } = await documents.analyse(document);
        if (cancelled.isCancellationRequested) return undefined;
        const found = engine.hover(analysis, signature, document.offsetAt(position));
        if (found === undefined) return undefined;
        return new vscode.Hover(new vscode.MarkdownString(found.markdown), rangeOf(document, found.start, found.end));
      },
    }),
    languages.registerDocumentSymbolProvider(own, {
      provideDocumentSymbols: async (document, cancelled) => {
        const { engine } = await services.load();
        if (cancelled.isCancellationRequested) return undefined;
        return engine.outline(engine.parse(document.getText())).map((item) => toSymbol(document, item));
      },
    }),
    languages.registerDefinitionProvider(own, {
      provideDefinition: async (document, position) => {
        const { engine, analysis, signature, library } = await documents.analyse(document);
        const found = engine.definition(analysis, signature, document.offsetAt(position));
        if (found === undefined) return undefined;
        const uri = found.library ? modelUri(found.file) : uriOf(found.file);
        if (found.file === pathOf(document.uri))
          return new vscode.Location(uri, rangeOf(document, found.start, found.end));
        const text = found.library
          ? library.sources.find((source) => source.path === found.file)?.text
          : analysis.resolved.files.find((file) => file.path === found.file)?.parsed.text;
        if (text === undefined) return undefined;
        return new vscode.Location(uri, new vscode.Range(positionIn(text, found.start), positionIn(text, found.end)));
      },
    }),
    languages.registerEvaluatableExpressionProvider(own, {
      provideEvaluatableExpression: async (document, position) => {
        const { engine } = await services.load();
        const found = engine.evaluatableExpression(document.getText(), document.offsetAt(position));
        if (found === undefined) return undefined;
        return new vscode.EvaluatableExpression(rangeOf(document, found.start, found.end), found.text);
      },
    }),
  ];
}

/** Where a source of the model is read: `hmm-model:/kernel/memory.hmm`. */
export function modelUri(path: string): vscode.Uri {
  return vscode.Uri.from({ scheme: modelScheme, path: `/${path}` });
}

function positionIn(text: string, offset: number): vscode.Position {
  const before = text.slice(0, offset);
  const line = before.split("\n").length - 1;
  return new vscode.Position(line, offset - (before.lastIndexOf("\n") + 1));
}
