/** Monaco's theme, made of the colours of VS Code's: those of its parts, and for the text those nearest in meaning. */

import type * as monaco from "monaco-editor/editor/editor.api";
import { hexOf } from "./colours.ts";

/** The theme that `body`, a webview's, is in now. */
export function themeOf(body: HTMLElement): monaco.editor.IStandaloneThemeData {
  const style = getComputedStyle(body);
  const kind = body.className;
  const base = kind.includes("vscode-high-contrast-light")
    ? "hc-light"
    : kind.includes("vscode-high-contrast")
      ? "hc-black"
      : kind.includes("vscode-light")
        ? "vs"
        : "vs-dark";
  const colors: Record<string, string> = {};
  for (const name of colorNames) {
    const value = hexOf(style.getPropertyValue(`--vscode-${name.replaceAll(".", "-")}`));
    if (value !== undefined) colors[name] = value;
  }
  return { base, inherit: true, rules: rules[base], colors };
}

const colorNames = [
  "editor.background",
  "editor.foreground",
  "editor.selectionBackground",
  "editor.inactiveSelectionBackground",
  "editorCursor.foreground",
  "editorError.foreground",
  "editorWidget.background",
  "editorWidget.border",
  "editorSuggestWidget.background",
  "editorSuggestWidget.border",
  "editorSuggestWidget.foreground",
  "editorSuggestWidget.selectedBackground",
  "editorSuggestWidget.selectedForeground",
  "editorSuggestWidget.highlightForeground",
  "editorSuggestWidget.focusHighlightForeground",
  "editorHoverWidget.background",
  "editorHoverWidget.border",
  "editorHoverWidget.foreground",
  "editorBracketMatch.background",
  "editorBracketMatch.border",
  "focusBorder",
  "list.hoverBackground",
  "list.activeSelectionBackground",
  "list.activeSelectionForeground",
  "scrollbarSlider.background",
  "scrollbarSlider.hoverBackground",
  "scrollbarSlider.activeBackground",
  "input.placeholderForeground",
  "contrastBorder",
  "contrastActiveBorder",
];

type Rules = monaco.editor.ITokenThemeRule[];

function tokens(keyword: string, verb: string, fact: string, constant: string, member: string): Rules {
  return [
    { token: "keyword", foreground: keyword },
    { token: "keyword.verb", foreground: verb },
    { token: "predefined", foreground: fact },
    { token: "function", foreground: fact },
    { token: "constant", foreground: constant },
    { token: "variable.member", foreground: member },
  ];
}

/** As VS Code's own themes of the four kinds colour what the language's grammar calls the same. */
const rules: Readonly<Record<monaco.editor.BuiltinTheme, Rules>> = {
  "vs-dark": tokens("C586C0", "569CD6", "DCDCAA", "4FC1FF", "9CDCFE"),
  vs: tokens("AF00DB", "0000FF", "795E26", "0070C1", "001080"),
  "hc-black": tokens("C586C0", "569CD6", "DCDCAA", "4FC1FF", "9CDCFE"),
  "hc-light": tokens("B5200D", "0F4A85", "5E2CBC", "02715D", "001080"),
};
