/** `hmm compare FILE --kernel A --kernel B…`: outcomes and costs side by side. */
import type { Comparison } from "../language/compare/compare.ts";
import { compare } from "../language/compare/compare.ts";
import { comparedBy, designsOf } from "../language/compare/designs.ts";
import type { Mark, Row } from "../language/compare/table.ts";
import { tableOf } from "../language/compare/table.ts";
import { DEFAULT_MAX_STEPS } from "../sim-core/explore/run.ts";
import type { ExitStatus, Words } from "./arguments.ts";
import { Exit, UsageError } from "./arguments.ts";
import type { Terminal } from "./commands.ts";
import { library, readImport, readText } from "./files.ts";
import { printDiagnostics } from "./format/diagnostics.ts";
import { paint } from "./format/paint.ts";
import { worst } from "./run.ts";

/** Compares each file under the designs that the options name, or else the file itself. Status 1 if something does not hold under one. */
export function compareFiles(words: Words, terminal: Terminal): ExitStatus {
  if (words.files.length === 0) {
    throw new UsageError("hmm compare: name a scenario: hmm compare FILE.hmm --kernel A --kernel B");
  }
  return worst(words.files.map((path) => compareFile(path, words, terminal)));
}

function compareFile(path: string, words: Words, terminal: Terminal): ExitStatus {
  const text = readText(path);
  const given = { kernels: words.texts("kernel"), drivers: words.texts("driver") };
  const asked = given.kernels.length + given.drivers.length > 0 ? given : comparedBy(text);
  const designs = designsOf(asked);
  if (designs.length < 2) {
    throw new UsageError(
      `${path}: name at least two designs: --kernel A --kernel B, --driver A --driver B, or a line in the file: // compare: --kernel A --kernel B`,
    );
  }
  const comparison = compare(
    text,
    path,
    designs,
    { library: library(), readImport },
    words.number("max-steps", 1) ?? DEFAULT_MAX_STEPS,
  );
  if ("diagnostics" in comparison) {
    terminal.err(`${path}: it cannot be run as ${comparison.design}:\n`);
    printDiagnostics(comparison.diagnostics, (at) => (at === path ? text : undefined), terminal);
    return Exit.invalid;
  }
  if (words.flag("json")) terminal.out(`${JSON.stringify({ type: "compare", file: path, ...comparison })}\n`);
  else printComparison(path, comparison, terminal);
  const verdicts = comparison.designs.map(({ verdict }) => verdict);
  if (verdicts.includes("fail")) return Exit.failed;
  return verdicts.includes("limit") ? Exit.limit : Exit.held;
}

const COLORS = { cheapest: "green", differs: "yellow", wrong: "red" } as const;

/** What stands out where there is no colour. */
const SIGNS: Readonly<Record<Mark, string>> = { none: "  ", cheapest: " *", differs: " !", wrong: " !" };

function printComparison(path: string, comparison: Comparison, terminal: Terminal): void {
  const { columns, verdicts, costs, differences, alike } = tableOf(comparison);
  const label = ({ head, line }: Row) => shortened(line === undefined ? head : `${line}: ${head}`);
  const rows = [verdicts, ...costs, ...differences];
  const headWidth = Math.max(...rows.map((row) => label(row).length));
  const widths = columns.map((name, i) =>
    Math.max(name.length, ...rows.map(({ cells }) => (cells[i]?.text.length ?? 0) + 2)),
  );
  terminal.out(`${path}: "${comparison.title}"\n`);
  terminal.out(`${"".padEnd(headWidth)}  ${columns.map((name, i) => name.padStart(widths[i] ?? 0)).join("  ")}\n`);
  const print = (row: Row) => {
    const cells = row.cells.map(({ text, mark }, i) => {
      const padded = `${text}${SIGNS[mark]}`.padStart(widths[i] ?? 0);
      return mark === "none" ? padded : paint(terminal, COLORS[mark], padded);
    });
    terminal.out(`${label(row).padEnd(headWidth)}  ${cells.join("  ")}\n`);
  };
  print(verdicts);
  for (const row of costs) print(row);
  if (differences.length > 0) terminal.out("\n");
  for (const row of differences) print(row);
  terminal.out(`\n* cheapest, ! not alike; ${alike} statements ended alike\n`);
}

/** Texts longer than a line of a terminal has room for are cut. */
function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
