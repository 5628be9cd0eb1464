/**
 * `npm run bench [-- GROUP…] [--json] [--runs N]`: measures the budgets of docs/performance.md. Each figure is that of a whole
 * process of its own, several times over: the median, with the lowest and the highest. Nothing is asserted.
 *
 * group.ts     what a group is            groups/      one file a group
 * child.ts     one measurement            programs.ts  scenarios to measure with; ownership.ts, kernel-mix.ts
 */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Figures, Group, Row } from "./group.ts";
import { GROUPS } from "./groups.ts";

/** A row's figures over all runs, lowest first. */
interface Result {
  readonly group: Group;
  readonly row: Row;
  readonly values: readonly number[];
}

const names = GROUPS.map((g) => g.name).join(", ");
const usage = `usage: npm run bench [-- GROUP…] [--json] [--runs N]\ngroups: ${names}\n`;

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean" }, runs: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help === true) {
    process.stdout.write(usage);
    return;
  }
  const unknown = positionals.filter((name) => !GROUPS.some((g) => g.name === name));
  if (unknown.length > 0) throw new Error(`there is no group ${unknown.join(", ")}; the groups are ${names}`);
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  if (runs !== undefined && !(Number.isInteger(runs) && runs > 0)) throw new Error("--runs takes a number from 1 up");
  const json = values.json === true;
  const groups = positionals.length === 0 ? GROUPS : GROUPS.filter((g) => positionals.includes(g.name));
  if (!json) process.stdout.write(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? "?"}\n`);
  for (const group of groups) {
    const results = measure(group, runs ?? group.runs);
    if (json) for (const result of results) process.stdout.write(`${JSON.stringify(asJson(result))}\n`);
    else process.stdout.write(`\n${asTable(group, results)}`);
  }
}

function measure(group: Group, runs: number): Result[] {
  const figures: Figures[] = [];
  for (let run = 0; run < runs; run++) figures.push(measureOnce(group));
  return group.rows.map((row) => {
    const values = figures.map((f) => f[row.name] ?? Number.NaN).sort((a, b) => a - b);
    return { group, row, values };
  });
}

function measureOnce(group: Group): Figures {
  const apart = group.measureApart === undefined ? {} : inProcess(group.name, "apart");
  return { ...inProcess(group.name), ...apart };
}
function inProcess(...words: readonly string[]): Figures {
  const child = fileURLToPath(new URL("child.ts", import.meta.url));
  // The collector is called by hand where memory is measured; the heap's limit is for the widest explorations.
  const flags = ["--expose-gc", "--max-old-space-size=4096"];
  const output = execFileSync(process.execPath, [...flags, child, ...words], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const figures: Figures = JSON.parse(output);
  return figures;
}

function median(values: readonly number[]): number {
  const middle = values.length >> 1;
  const upper = values[middle] ?? Number.NaN;
  return values.length % 2 === 1 ? upper : ((values[middle - 1] ?? upper) + upper) / 2;
}
function bound(row: Row): number | undefined {
  if (row.budget === undefined) return undefined;
  return "atLeast" in row.budget ? row.budget.atLeast : row.budget.atMost;
}
function met(row: Row, value: number): boolean | undefined {
  if (row.budget === undefined) return undefined;
  return "atLeast" in row.budget ? value >= row.budget.atLeast : value <= row.budget.atMost;
}

function asJson({ group, row, values }: Result): object {
  const value = rounded(median(values));
  const name = /^\w+$/.test(row.name) ? `${group.name}.${row.name}` : `${group.name}: ${row.name}`;
  return { name, value, unit: row.unit, budget: bound(row) ?? null };
}
function asTable(group: Group, results: readonly Result[]): string {
  const cells = results.map(({ row, values }) => {
    const value = median(values);
    const limit = bound(row);
    const sign = row.budget !== undefined && "atLeast" in row.budget ? ">=" : "<=";
    const range = values.length > 1 ? `${show(values[0])} - ${show(values.at(-1))}` : "";
    const verdict = { true: "met", false: "missed", undefined: "" }[`${met(row, value)}`];
    return [row.name, show(value), row.unit, range, limit === undefined ? "" : `${sign} ${show(limit)}`, verdict ?? ""];
  });
  const head = [group.name, "median", "", "range", "budget", ""];
  const widths = head.map((_, i) => Math.max(...[head, ...cells].map((row) => (row[i] ?? "").length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i === 1 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return `${group.title}\n${[head, ...cells].map((row) => `  ${line(row)}\n`).join("")}`;
}
function rounded(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(4));
}
function show(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "?";
  return rounded(value).toLocaleString("en-US", { maximumFractionDigits: 3 });
}

try {
  main();
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
}
