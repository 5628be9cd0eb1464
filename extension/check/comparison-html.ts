/** A comparison as a page: a table without scripts, in the colours of the editor. */

import type { Comparison } from "../../language/compare/compare.ts";
import type { Row } from "../../language/compare/table.ts";
import { tableOf } from "../../language/compare/table.ts";

const STYLE = `
body { color: var(--vscode-editor-foreground); background: var(--vscode-editor-background); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); padding: 0 16px 16px; }
h1 { font-size: 1.2em; font-weight: 600; }
table { border-collapse: collapse; }
caption, th, td { text-align: left; padding: 3px 12px 3px 0; border-bottom: 1px solid var(--vscode-editorWidget-border, transparent); }
caption { font-weight: 600; padding-top: 14px; }
thead th { font-weight: 600; }
tbody th { font-weight: 400; max-width: 40em; }
td { font-family: var(--vscode-editor-font-family); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.cheapest { color: var(--vscode-charts-green); font-weight: 700; }
.cheapest::after { content: " \\2713"; }
.differs { color: var(--vscode-charts-yellow); font-weight: 700; }
.wrong { color: var(--vscode-errorForeground); font-weight: 700; }
.line { opacity: .7; }
`;

/** The whole page. `nonce`: a random word for its style. */
export function comparisonHtml(comparison: Comparison, nonce: string): string {
  const { columns, verdicts, costs, differences, alike } = tableOf(comparison);
  const head = `<thead><tr><th scope="col"></th>${columns.map((name) => `<th scope="col">${escaped(name)}</th>`).join("")}</tr></thead>`;
  const table = (caption: string, rows: readonly Row[], kind: string) =>
    rows.length === 0
      ? ""
      : `<table><caption>${caption}</caption>${head}<tbody>${rows.map((row) => rowHtml(row, kind)).join("")}</tbody></table>`;
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>HMM comparison</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<h1>${escaped(comparison.title)}</h1>
${table("Costs: the cheapest is marked", costs, "number")}
${table("What is not alike", [verdicts, ...differences], "text")}
<p>${alike === 1 ? "1 statement" : `${alike} statements`} ended alike.</p>
</body>
</html>`;
}

function rowHtml({ head, line, cells }: Row, kind: string): string {
  const place = line === undefined ? "" : `<span class="line">${line}</span> `;
  const texts = cells.map(({ text, mark }) => `<td class="${kind} ${mark}">${escaped(text)}</td>`);
  return `<tr><th scope="row">${place}${escaped(head)}</th>${texts.join("")}</tr>`;
}

/** A text as it stands in a page. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
