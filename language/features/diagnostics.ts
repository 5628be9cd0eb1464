/** What is wrong with a file, and what would mend it, as an editor shows it. */

import type { Analysis } from "../analyse.ts";
import { analyse } from "../analyse.ts";
import type { Diagnostic, Fix } from "../diagnostic.ts";
import type { ResolveOptions } from "../resolve/resolve.ts";

/** Everything wrong with a text, in its order. */
export function diagnose(text: string, options: ResolveOptions): readonly Diagnostic[] {
  return analyse(text, options).diagnostics;
}

/** A fix and what it mends. */
export interface QuickFix extends Fix {
  readonly diagnostic: Diagnostic;
}

/** The fixes for what is wrong in [start, end] (an empty range: at that place). */
export function fixesAt(analysis: Analysis, start: number, end: number): QuickFix[] {
  const fixes: QuickFix[] = [];
  for (const diagnostic of analysis.diagnostics) {
    const { fix } = diagnostic;
    if (fix === undefined || diagnostic.start > end || diagnostic.end < start) continue;
    fixes.push({ ...fix, diagnostic });
  }
  return fixes;
}

/**
 * The range that an editor underlines for a diagnostic: its own, or (where something is missing) the character before it,
 * so that there is something to see.
 */
export function underlined(text: string, diagnostic: Diagnostic): { readonly start: number; readonly end: number } {
  const { start, end } = diagnostic;
  if (end > start) return { start, end };
  const isLineStart = start === 0 || text[start - 1] === "\n";
  return isLineStart ? { start, end: Math.min(start + 1, text.length) } : { start: start - 1, end: start };
}
