/** A file from text to all that is known and wrong about it: parse, resolve, check. */

import { check } from "./check/check.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { Diagnostics } from "./diagnostic.ts";
import type { Context } from "./resolve/context.ts";
import type { Resolved } from "./resolve/model.ts";
import type { ResolveOptions } from "./resolve/resolve.ts";
import { resolveWithContext } from "./resolve/resolve.ts";
import type { Parsed } from "./syntax/parser.ts";
import { parse } from "./syntax/parser.ts";

/** What there is to know about a file. */
export interface Analysis {
  readonly parsed: Parsed;
  readonly resolved: Resolved;
  /** What is wrong with the file itself, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  /** The same for each of `resolved.files`, imported ones too; the first is the file itself. */
  readonly byFile: readonly (readonly Diagnostic[])[];
  /** What further expressions are bound in: watches, conditions, what-if statements. */
  readonly context: Context;
}

/** Parses, resolves and checks a text. */
export function analyse(text: string, options: ResolveOptions): Analysis {
  return analyseParsed(parse(text), options);
}

/** Resolves and checks a parsed text. */
export function analyseParsed(parsed: Parsed, options: ResolveOptions): Analysis {
  const { resolved, ctx } = resolveWithContext(parsed, options);
  const checked = check(resolved, options.library);
  const byFile = resolved.files.map((file, index) => merge(file.diagnostics, checked[index] ?? []));
  return { parsed, resolved, diagnostics: byFile[0] ?? [], byFile, context: ctx };
}

/** Both lists in the order of the text, at most one message at a place. */
function merge(resolving: readonly Diagnostic[], checking: readonly Diagnostic[]): Diagnostic[] {
  const all = new Diagnostics();
  const seen = new Set<string>();
  for (const diagnostic of [...resolving, ...checking]) {
    const key = `${diagnostic.start}:${diagnostic.end}`;
    if (seen.has(key)) continue;
    seen.add(key);
    all.add(diagnostic);
  }
  return all.finish();
}
