import assert from "node:assert/strict";
import { test } from "node:test";
import type { Comparison, DesignResult } from "../../language/compare/compare.ts";
import { comparisonHtml } from "./comparison-html.ts";

function design(name: string, faults: number, outcome: string): DesignResult {
  return {
    name,
    kernel: name,
    verdict: "pass",
    steps: 1,
    costs: { cpu_faults: faults },
    outcomes: [{ line: 4, column: 1, text: "cpu0 read <buf>", outcome }],
    failures: [],
  };
}

test("the cheaper figure and what is not alike stand out, and texts are escaped", () => {
  const comparison: Comparison = { title: "a < b", designs: [design("A", 3, "1"), design("B", 2, "EIO")] };
  const html = comparisonHtml(comparison, "n0nce");
  assert.match(html, /<h1>a &lt; b<\/h1>/);
  assert.match(html, /faults of CPUs<\/th><td class="number none">3<\/td><td class="number cheapest">2<\/td>/);
  assert.match(html, /cpu0 read &lt;buf&gt;<\/th><td class="text differs">1<\/td><td class="text differs">EIO<\/td>/);
  assert.match(html, /style-src 'nonce-n0nce'/);
  assert.doesNotMatch(html, /<script/);
});
