/** Bare names of regions that several processes have, in texts that are looked at in the name of one of them. */

import { Diagnostics } from "../diagnostic.ts";
import { Token, tokenize } from "../syntax/tokens.ts";
import type { Context } from "./context.ts";
import { regionOf } from "./model.ts";

/**
 * The expression `text` with `PROCESS.` in front of each bare name of a region that several processes declare, if `process` has one of that
 * name: there it means its own, as in a statement of its threads. `isHidden`: names that mean something else where it stands.
 */
export function qualified(text: string, ctx: Context, process: string, isHidden: (name: string) => boolean): string {
  const owner = ctx.processes.find(({ name }) => name === process);
  if (owner === undefined) return text;
  const tokens = tokenize(text, new Diagnostics());
  const bound = new Set<string>();
  let made = "";
  let copied = 0;
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kind(i) !== Token.name) continue;
    const name = tokens.textOf(i);
    // `all buf in …` names something of its own, and so does what stands behind a dot or in front of a colon or bracket.
    const before = i === 0 ? Token.end : tokens.kind(i - 1);
    if (before === Token.name && /^(?:all|any)$/.test(tokens.textOf(i - 1))) bound.add(name);
    const after = tokens.kind(i + 1);
    if (before === Token.dot || after === Token.colon || after === Token.openParen || after === Token.dot) continue;
    if ((ctx.regionsByName.get(name)?.length ?? 0) < 2 || regionOf(owner, name) === undefined) continue;
    if (bound.has(name) || ctx.results.has(name) || isHidden(name)) continue;
    made += `${text.slice(copied, tokens.start(i))}${process}.`;
    copied = tokens.start(i);
  }
  return made + text.slice(copied);
}
