/** The what-if editor's bundle: Monaco, as much of it as one small editor needs, with the language's own grammar. */

import * as monaco from "monaco-editor/editor/editor.api";
import "monaco-editor/features/bracketMatching/register";
import "monaco-editor/features/clipboard/register";
import "monaco-editor/features/codeEditor/register";
import "monaco-editor/features/codicon/register";
import "monaco-editor/features/comment/register";
import "monaco-editor/features/cursorUndo/register";
import "monaco-editor/features/hover/register";
import "monaco-editor/features/linesOperations/register";
import "monaco-editor/features/placeholderText/register";
import "monaco-editor/features/snippet/register";
// The package's own register file for this one leaves the widget out.
import "monaco-editor/editor/contrib/suggest/browser/suggestController";
import "monaco-editor/features/wordOperations/register";
import { languageConfiguration, languageId, monarchLanguage } from "../../language/monarch.ts";
import type { Completions, WhatIfResult } from "../messages.ts";
import type { Editor, EditorOptions } from "./api.ts";
import { globalName } from "./api.ts";
import { themeOf } from "./theme.ts";

const themeName = "hmm";
const markerOwner = "hmm";

function updateTheme(): void {
  monaco.editor.defineTheme(themeName, themeOf(document.body));
  monaco.editor.setTheme(themeName);
}

function registerLanguage(complete: EditorOptions["complete"]): void {
  monaco.languages.register({ id: languageId });
  // Monaco's declarations ask for arrays that may be changed; it does not change them.
  monaco.languages.setMonarchTokensProvider(languageId, structuredMonarch());
  monaco.languages.setLanguageConfiguration(languageId, {
    comments: { lineComment: "//", blockComment: ["/*", "*/"] },
    brackets: languageConfiguration.brackets.map(([open, close]) => [open, close]),
    autoClosingPairs: languageConfiguration.autoClosingPairs.map((pair) => ({
      open: pair.open,
      close: pair.close,
      ...("notIn" in pair ? { notIn: [...pair.notIn] } : {}),
    })),
    surroundingPairs: languageConfiguration.surroundingPairs.map(([open, close]) => ({ open, close })),
  });
  monaco.languages.registerCompletionItemProvider(languageId, {
    triggerCharacters: [".", "(", " ", "["],
    provideCompletionItems: async (model, position, _context, cancelled) => {
      const offset = model.getOffsetAt(position);
      const completions = await complete(model.getValue(), offset);
      if (cancelled.isCancellationRequested || model.isDisposed()) return { suggestions: [] };
      return { suggestions: suggestions(model, completions) };
    },
  });
}

function structuredMonarch(): monaco.languages.IMonarchLanguage {
  const { tokenizer, ...rest } = monarchLanguage;
  const states: monaco.languages.IMonarchLanguage["tokenizer"] = {};
  for (const [state, rules] of Object.entries(tokenizer)) {
    states[state] = rules.map((rule) =>
      "include" in rule ? { ...rule } : ([...rule] as monaco.languages.IMonarchLanguageRule),
    );
  }
  return { ...rest, tokenizer: states };
}

function suggestions(model: monaco.editor.ITextModel, completions: Completions): monaco.languages.CompletionItem[] {
  const range = monaco.Range.fromPositions(
    model.getPositionAt(completions.start),
    model.getPositionAt(completions.end),
  );
  return completions.items.map((item, index) => ({
    label: item.label,
    kind: kinds()[item.kind] ?? monaco.languages.CompletionItemKind.Text,
    detail: item.detail,
    documentation: { value: item.doc },
    insertText: item.insert,
    ...(item.isSnippet ? { insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet } : {}),
    // In the order in which the language offers them.
    sortText: String(index).padStart(5, "0"),
    range,
  }));
}

function kinds(): Readonly<Record<string, monaco.languages.CompletionItemKind>> {
  const { CompletionItemKind: kind } = monaco.languages;
  return {
    keyword: kind.Keyword,
    verb: kind.Method,
    function: kind.Function,
    field: kind.Field,
    event: kind.Event,
    region: kind.Variable,
    process: kind.Module,
    thread: kind.Struct,
    machine: kind.Struct,
    variable: kind.Variable,
    word: kind.EnumMember,
    error: kind.Constant,
    profile: kind.Module,
    driver: kind.Class,
    option: kind.Property,
    snippet: kind.Snippet,
  };
}

/** Workers must be of the page's own origin: the script is fetched and made one. */
function makeWorker(url: string): Promise<Worker> {
  return fetch(url)
    .then((response) => response.blob())
    .then((script) => new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" }))));
}

function createEditor(options: EditorOptions): Editor {
  Reflect.set(globalThis, "MonacoEnvironment", { getWorker: () => makeWorker(options.workerUrl) });
  registerLanguage(options.complete);
  updateTheme();
  const style = getComputedStyle(document.body);
  const fontSize = Number.parseFloat(style.getPropertyValue("--vscode-editor-font-size")) || 13;
  const editor = monaco.editor.create(options.container, {
    value: options.text,
    language: languageId,
    theme: themeName,
    ariaLabel: "Statement to try. Ctrl+Enter tries it. Ctrl+M changes what Tab does.",
    automaticLayout: true,
    fontFamily: style.getPropertyValue("--vscode-editor-font-family") || "monospace",
    fontSize,
    minimap: { enabled: false },
    lineNumbers: "off",
    glyphMargin: false,
    folding: false,
    lineDecorationsWidth: 12,
    lineNumbersMinChars: 0,
    overviewRulerLanes: 0,
    renderLineHighlight: "none",
    scrollBeyondLastLine: false,
    wordWrap: "on",
    wordBasedSuggestions: "off",
    fixedOverflowWidgets: true,
    padding: { top: 6, bottom: 6 },
    placeholder: "cpu0 read buf[0]",
    contextmenu: false,
    tabFocusMode: false,
    scrollbar: { alwaysConsumeMouseWheel: false, verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
  });
  editor.addCommand(
    monaco.KeyCode.Escape,
    options.onLeave,
    "!suggestWidgetVisible && !parameterHintsVisible && !inSnippetMode && !editorHasSelection",
  );
  editor.onDidChangeModelContent(() => {
    const model = editor.getModel();
    if (model !== null) monaco.editor.setModelMarkers(model, markerOwner, []);
    options.onChange(editor.getValue());
  });
  return {
    get text() {
      return editor.getValue();
    },
    focus: () => editor.focus(),
    showProblems: (problems) => showProblems(editor.getModel(), problems),
    updateTheme,
  };
}

function showProblems(model: monaco.editor.ITextModel | null, problems: WhatIfResult["problems"]): void {
  if (model === null) return;
  monaco.editor.setModelMarkers(
    model,
    markerOwner,
    problems.map(({ message, start, end }) => {
      const from = model.getPositionAt(start);
      const to = model.getPositionAt(Math.max(end, start + 1));
      return {
        severity: monaco.MarkerSeverity.Error,
        message,
        startLineNumber: from.lineNumber,
        startColumn: from.column,
        endLineNumber: to.lineNumber,
        endColumn: to.column,
      };
    }),
  );
}

Reflect.set(globalThis, globalName, createEditor);
