/** The language's plain results as VS Code's types. */

import * as vscode from "vscode";
import type { Diagnostic } from "../../language/diagnostic.ts";
import type { Completion, CompletionKind, Completions } from "../../language/features/completion/items.ts";
import type { OutlineItem, OutlineKind } from "../../language/features/outline.ts";

/** Offsets of a text as a range. */
export function rangeOf(document: vscode.TextDocument, start: number, end: number): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

/** What is wrong with a document; at least one character of it is marked. */
export function toDiagnostic(document: vscode.TextDocument, diagnostic: Diagnostic): vscode.Diagnostic {
  const { start, end, message, hint, severity, code } = diagnostic;
  const made = new vscode.Diagnostic(
    rangeOf(document, start, Math.max(end, start + 1)),
    hint === undefined ? message : `${message}\n${hint}`,
    severity === "error" ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
  );
  made.source = "hmm";
  made.code = code;
  return made;
}

const { CompletionItemKind, SymbolKind } = vscode;

const completionKinds: Readonly<Record<CompletionKind, vscode.CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  verb: CompletionItemKind.Method,
  function: CompletionItemKind.Function,
  field: CompletionItemKind.Field,
  event: CompletionItemKind.Event,
  region: CompletionItemKind.Variable,
  process: CompletionItemKind.Module,
  thread: CompletionItemKind.Struct,
  machine: CompletionItemKind.Struct,
  variable: CompletionItemKind.Variable,
  word: CompletionItemKind.EnumMember,
  error: CompletionItemKind.Constant,
  profile: CompletionItemKind.Module,
  driver: CompletionItemKind.Class,
  option: CompletionItemKind.Property,
  snippet: CompletionItemKind.Snippet,
};

/** What may be typed, in the order in which the language offers it. */
export function toCompletions(
  document: vscode.TextDocument,
  { items, start, end }: Completions,
): vscode.CompletionList {
  const range = rangeOf(document, start, end);
  return new vscode.CompletionList(items.map((item, index) => toCompletion(item, index, range)));
}

function toCompletion(item: Completion, index: number, range: vscode.Range): vscode.CompletionItem {
  const made = new vscode.CompletionItem({ label: item.label, description: item.detail }, completionKinds[item.kind]);
  if (item.doc !== "") made.documentation = new vscode.MarkdownString(item.doc);
  made.insertText = item.isSnippet ? new vscode.SnippetString(item.insert) : item.insert;
  made.range = range;
  made.sortText = String(index).padStart(5, "0");
  return made;
}

const symbolKinds: Readonly<Record<OutlineKind, vscode.SymbolKind>> = {
  scenario: SymbolKind.File,
  kernel: SymbolKind.Package,
  node: SymbolKind.Object,
  cpu: SymbolKind.Object,
  device: SymbolKind.Object,
  process: SymbolKind.Namespace,
  region: SymbolKind.Array,
  thread: SymbolKind.Event,
  driver: SymbolKind.Class,
  function: SymbolKind.Function,
  callback: SymbolKind.Method,
  struct: SymbolKind.Struct,
  field: SymbolKind.Field,
  variable: SymbolKind.Variable,
  constant: SymbolKind.Constant,
  lock: SymbolKind.Key,
  option: SymbolKind.Property,
  property: SymbolKind.Boolean,
  parallel: SymbolKind.Event,
};

/** An item of the outline with all that it contains. */
export function toSymbol(document: vscode.TextDocument, item: OutlineItem): vscode.DocumentSymbol {
  const made = new vscode.DocumentSymbol(
    item.name === "" ? "?" : item.name,
    item.detail,
    symbolKinds[item.kind],
    rangeOf(document, item.start, item.end),
    rangeOf(document, item.selectionStart, item.selectionEnd),
  );
  made.children = item.children.map((child) => toSymbol(document, child));
  return made;
}
