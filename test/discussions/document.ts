/** docs/discussions.md, from the files and what came out of them. */
import type { Comparison } from "../../language/compare/compare.ts";
import type { Mark, Row } from "../../language/compare/table.ts";
import { tableOf } from "../../language/compare/table.ts";

const HEAD = `# What was argued about

The questions of the mail threads about heterogeneous memory, each as a scenario (\`scenarios/discussions\`) that runs under the designs that
were argued about. The tables are what \`hmm compare FILE\` prints: of costs that differ the **cheapest** is bold, what did not end alike is
in *italics*. Costs are counted, not timed: an access over a link counts nothing.
`;

const MARKS: Readonly<Record<Mark, string>> = { none: "", cheapest: "**", differs: "*", wrong: "*" };

/** The whole document. `texts` and `comparisons` by the files' names. */
export function discussionsDocument(
  texts: ReadonlyMap<string, string>,
  comparisons: ReadonlyMap<string, Comparison>,
): string {
  const parts = [...texts].map(([name, text]) => {
    const comparison = comparisons.get(name);
    return comparison === undefined ? "" : section(name, text, comparison);
  });
  return HEAD + parts.join("");
}

function section(name: string, text: string, comparison: Comparison): string {
  const { columns, verdicts, costs, differences } = tableOf(comparison);
  const lines = text.split("\n");
  const head = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith("///")),
  );
  const rows = [verdicts, ...costs, ...differences].map(rowOf).join("");
  const columnHeads = `| | ${columns.join(" | ")} |\n|---|${columns.map(() => "---").join("|")}|\n`;
  const said = head.map((line) => line.slice(4));
  return `\n## ${comparison.title}\n\n[${name}](../scenarios/discussions/${name})\n\n${said.join("\n")}\n\n${columnHeads}${rows}`;
}

function rowOf({ head, line, cells }: Row): string {
  const place = line === undefined ? "" : `line ${line}: `;
  const texts = cells.map(({ text, mark }) => `${MARKS[mark]}${text}${MARKS[mark]}`);
  return `| ${`${place}${head}`.replaceAll("|", "\\|")} | ${texts.join(" | ")} |\n`;
}
