/** A comparison as a table: what differs stands out, and of the costs the cheapest. */
import { COSTS } from "../../sim-core/explore/costs.ts";
import type { Comparison, DesignResult } from "./compare.ts";

/** How a cell stands out: `cheapest` of a row of costs that differ, `differs` from what others came to, `wrong` what does not hold. */
export type Mark = "none" | "cheapest" | "differs" | "wrong";

export interface Cell {
  readonly text: string;
  readonly mark: Mark;
}

/** A row; `line` of the scenario, where it is about one. */
export interface Row {
  readonly head: string;
  readonly line: number | undefined;
  readonly cells: readonly Cell[];
}

export interface Table {
  /** The designs. */
  readonly columns: readonly string[];
  /** Whether all held. */
  readonly verdicts: Row;
  readonly costs: readonly Row[];
  /** The statements that did not end alike, and what did not hold under one of the designs. */
  readonly differences: readonly Row[];
  /** How many statements ended alike under all. */
  readonly alike: number;
}

/** The table of a comparison. Costs that are 0 for all are left out. */
export function tableOf({ designs }: Comparison): Table {
  const verdicts = row(
    "all held",
    undefined,
    designs.map(({ verdict }) => verdict),
    (text) => (text === "pass" ? "none" : "wrong"),
  );
  const costs = COSTS.map(({ id, label }) => ({ label, values: designs.map((design) => design.costs[id] ?? 0) }))
    .filter(({ values }) => values.some((value) => value > 0))
    .map(({ label, values }) => costRow(label, values));
  const { rows, alike } = outcomeRows(designs);
  return {
    columns: designs.map(({ name }) => name),
    verdicts,
    costs,
    differences: [...rows, ...failureRows(designs)],
    alike,
  };
}

function row(head: string, line: number | undefined, texts: readonly string[], markOf: (text: string) => Mark): Row {
  return { head, line, cells: texts.map((text) => ({ text, mark: markOf(text) })) };
}

function costRow(label: string, values: readonly number[]): Row {
  const least = Math.min(...values);
  const differ = values.some((value) => value !== least);
  return row(label, undefined, values.map(String), (text) => (differ && Number(text) === least ? "cheapest" : "none"));
}

/** Statements by where they stand and how often they had run by then: `9:1 #2`. */
function outcomeRows(designs: readonly DesignResult[]): { rows: Row[]; alike: number } {
  const statements = new Map<string, { line: number; column: number; head: string; texts: (string | undefined)[] }>();
  designs.forEach(({ outcomes }, d) => {
    const times = new Map<string, number>();
    for (const { line, column, text, outcome } of outcomes) {
      const at = `${line}:${column}`;
      const time = (times.get(at) ?? 0) + 1;
      times.set(at, time);
      const key = `${at} #${time}`;
      const head = time === 1 ? text : `${text} (${time})`;
      const known = statements.get(key) ?? { line, column, head, texts: designs.map(() => undefined) };
      known.texts[d] = outcome;
      statements.set(key, known);
    }
  });
  const all = [...statements.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  const different = all.filter(({ texts }) => texts.some((text) => text !== texts[0]));
  const rows = different.map(({ line, head, texts }) =>
    row(
      head,
      line,
      texts.map((text) => text ?? "did not run"),
      () => "differs",
    ),
  );
  return { rows, alike: all.length - different.length };
}

function failureRows(designs: readonly DesignResult[]): Row[] {
  const failures = new Map<string, { line: number; head: string }>();
  for (const design of designs) {
    for (const { line, id, message } of design.failures) {
      const key = `${line} ${id}`;
      if (!failures.has(key)) failures.set(key, { line, head: `${id}: ${message}` });
    }
  }
  return [...failures].map(([key, { line, head }]) =>
    row(
      head,
      line,
      designs.map((design) => (design.failures.some((f) => `${f.line} ${f.id}` === key) ? "does not hold" : "holds")),
      (text) => (text === "holds" ? "none" : "wrong"),
    ),
  );
}
