/** Checks what stands after `->`: whether a verb can end so at all. */

import type { Action, Expr, Outcome } from "../syntax/tree.ts";
import { isInPages } from "../syntax/tree.ts";
import type { Verb } from "../verbs.ts";
import type { ExpressionChecker } from "./expressions.ts";
import type { Reporter } from "./reporter.ts";

/** Checks the outcome of an action of the main file. */
export function checkOutcome(
  reporter: Reporter,
  expressions: ExpressionChecker,
  action: Action,
  outcome: Outcome,
  verb: Verb,
): void {
  switch (outcome.kind) {
    case "anyOutcome":
      return;
    case "reportOutcome":
      if (!verb.outcomes.includes("report")) {
        reporter.error(0, "wrong-outcome", `\`${verb.name}\` does not end so: ${endsWith(verb)}.`, outcome, {
          hint: "Such a report is what `snapshot` ends with.",
        });
        return;
      }
      checkWords(reporter, action, outcome);
      return;
    case "valueOutcome":
      expressions.check(outcome.value);
      checkValue(reporter, outcome.value, verb);
  }
}

function checkWords(reporter: Reporter, action: Action, outcome: Outcome & { readonly kind: "reportOutcome" }): void {
  const seen = new Set<string>();
  for (const word of outcome.words) {
    if (seen.has(word.text)) reporter.error(0, "declared-twice", `\`${word.text}\` is given already.`, word);
    seen.add(word.text);
  }
  const last = outcome.words.at(-1);
  if (seen.has("local") && seen.has("remote") && last !== undefined) {
    reporter.error(0, "contradiction", "A page is not both `local` and `remote`.", outcome);
  }
  if (last?.text === "none" && outcome.words.length > 1) {
    reporter.error(
      0,
      "contradiction",
      `Where \`${action.verb.text}\` finds nothing there is nothing more to say.`,
      outcome,
    );
  }
}

function checkValue(reporter: Reporter, value: Expr, verb: Verb): void {
  const { outcomes } = verb;
  const wrong = (message: string) => reporter.error(0, "wrong-outcome", message, value);
  switch (value.kind) {
    case "name": {
      const binding = reporter.resolved.bindings.get(value);
      if (binding?.kind === "word" && value.text !== "none") {
        wrong(`\`${value.text}\` is not what \`${verb.name}\` can end with: ${endsWith(verb)}.`);
      } else if (binding?.kind === "word" && !outcomes.includes("value")) {
        wrong(`\`${verb.name}\` does not end so: ${endsWith(verb)}.`);
      } else if (binding !== undefined && isThing(binding.kind) && verb.name !== "call") {
        wrong(`\`${value.text}\` is not what a statement can end with: ${endsWith(verb)}.`);
      }
      return;
    }
    case "size":
      if (isInPages(value) && !outcomes.includes("count")) {
        wrong(`\`${verb.name}\` does not end with a number of pages: ${endsWith(verb)}.`);
      } else if (!isInPages(value) && !outcomes.includes("value") && !outcomes.includes("count")) {
        wrong(`\`${verb.name}\` does not end with a number: ${endsWith(verb)}.`);
      }
      return;
    case "string":
    case "boolean":
      wrong(`\`${verb.name}\` does not end so: ${endsWith(verb)}.`);
      return;
    default:
      if (!outcomes.includes("value") && !outcomes.includes("count")) {
        wrong(`\`${verb.name}\` does not end with a number: ${endsWith(verb)}.`);
      }
  }
}

function isThing(kind: string): boolean {
  return kind === "node" || kind === "cpu" || kind === "device" || kind === "process" || kind === "thread";
}

/** "it ends with a value, or with an errno or signal" */
export function endsWith(verb: Verb): string {
  const ways: string[] = [];
  if (verb.outcomes.includes("value")) ways.push("a value (`-> 7`)");
  if (verb.outcomes.includes("count")) ways.push("a number of pages (`-> 3 pages`)");
  if (verb.outcomes.includes("report")) ways.push("a report (`-> zero read`)");
  ways.push("an errno (`-> EBUSY`)", "a signal (`-> SIGBUS`)");
  const last = ways.pop();
  return `it ends with success${ways.length === 0 ? "" : `, ${ways.join(", ")}`} or ${last}`;
}
