/** Monaco's theme, made of the colours of VS Code's: those of its parts, and for the text those nearest in meaning. */

import type * as monaco from "monaco-editor/editor/editor.api";

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

/** `#rrggbb` or `#rrggbbaa`, as Monaco wants colours; undefined for what is no colour. */
export function hexOf(color: string): string | undefined {
  const value = color.trim();
  if (/^#([0-9a-f]{6}|[0-9a-f]{8})$/i.test(value)) return value;
  if (/^#[0-9a-f]{3,4}$/i.test(value)) return `#${[...value.slice(1)].map((digit) => digit + digit).join("")}`;
  const parts = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)(?:[\s,/]+([\d.]+)(%)?)?\s*\)$/.exec(value);
  if (parts === null) return undefined;
  const [, red, green, blue, alpha, percent] = parts;
  const opacity = alpha === undefined ? 1 : Number(alpha) / (percent === undefined ? 1 : 100);
  const bytes = [Number(red), Number(green), Number(blue), opacity * 255];
  return `#${bytes
    .map((byte) =>
      Math.round(Math.min(Math.max(byte, 0), 255))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

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
