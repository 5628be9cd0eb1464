/** Which part of the contract of a driver (test/semantics/contract.ts) a bug of the museum breaks. */
import { offerOf } from "../../language/compare/offer.ts";
import { twinOf } from "../../language/twin.ts";
import { Explorer } from "../../sim-core/explore/explorer.ts";
import type { FoundFailure } from "../../sim-core/explore/search.ts";
import { verdictOfCheck } from "../../sim-core/explore/verdict.ts";
import type { Part } from "../semantics/contract.ts";
import { programUnder } from "../semantics/contract.ts";

/** Most states to visit of a part: what a bug breaks it breaks in few. */
const MAX_STATES = 100_000;

/** What a bug breaks: the part's title, and the id of the failure. */
export interface Break {
  readonly title: string;
  readonly id: string;
}

/** What is broken by a museum's file in one of `parts`, whose twin keeps that part; the same failure as in the file itself, if there is one. */
export function breakOf(text: string, finds: string, parts: readonly Part[]): Break | undefined {
  let found: Break | undefined;
  for (const part of parts) {
    const id = broken(text, part);
    if (id === undefined || (found !== undefined && id !== finds) || !isKeptByTwin(text, part)) continue;
    found = { title: part.title, id };
    if (id === finds) break;
  }
  return found;
}

/** The id of the failure that the bug leads to in a part; undefined if there is none, or the part cannot be run with it. */
export function broken(text: string, part: Part): string | undefined {
  return explored(text, part)?.failure?.failure.id;
}

/** Whether the part holds in all interleavings with what is right in place of the bug. */
export function isKeptByTwin(text: string, part: Part): boolean {
  return explored(twinOf(text) ?? "", part)?.verdict === "pass";
}

function explored(text: string, part: Part): { verdict: string; failure: FoundFailure | undefined } | undefined {
  const offer = offerOf(text);
  if (offer === undefined) return undefined;
  let program: ReturnType<typeof programUnder>;
  try {
    program = programUnder(part.text, offer);
  } catch {
    return undefined;
  }
  const result = new Explorer(program, { maxStates: MAX_STATES }).run();
  return { verdict: verdictOfCheck(program, result).verdict, failure: result.failures[0] };
}
