/** What was compared and what differs, as text. */
import type { Difference } from "./compare.ts";
import { KINDS } from "./compare.ts";
import type { ComparedList } from "./kept.ts";

/** The table, and each difference. `withCalls`: those in calls too, which do not count against agreement. */
export function showReport(
  lists: readonly ComparedList[],
  withCalls: boolean,
): { readonly text: string; readonly agrees: boolean } {
  const lines = [row(["list", ...KINDS])];
  let agrees = true;
  for (const { name, comparison } of lists) {
    const counts = KINDS.map((kind) => {
      const wrong = new Set(comparison.differences.filter((d) => d.kind === kind).map((d) => d.index)).size;
      const all = comparison.compared[kind];
      return wrong === 0 ? `${all}` : `${Math.max(all - wrong, 0)} of ${all}`;
    });
    lines.push(row([name, ...counts]));
  }
  const shown: string[] = [];
  for (const { name, comparison } of lists) {
    for (const difference of comparison.differences) {
      if (difference.kind !== "calls") agrees = false;
      if (difference.kind !== "calls" || withCalls) shown.push(showDifference(name, difference));
    }
  }
  if (shown.length > 0) lines.push("", ...shown);
  lines.push("", agrees ? "results and pages agree" : "results or pages differ");
  return { text: `${lines.join("\n")}\n`, agrees };
}

/** One difference on three lines. */
export function showDifference(name: string, { kind, index, operation, expected, got }: Difference): string {
  const where = index < 0 ? "" : `, operation ${index}: ${operation}`;
  return `${name}${where} (${kind})\n  expected  ${expected.replaceAll("\n", "\n            ")}\n  got       ${got.replaceAll("\n", "\n            ")}`;
}

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(26) : cell.padStart(10))).join(" ");
}
