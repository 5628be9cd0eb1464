/** The words that editors colour, by role; from the tables of the language. */

import { eventByName, notifierReasons } from "../events.ts";
import { entryKinds, factByName, folioKinds } from "../facts.ts";
import { policies } from "../policies.ts";
import { advice, injectModes, injectPoints, verbByName } from "../verbs.ts";
import {
  attributeWords,
  backingWords,
  declarationWords,
  memberWords,
  modelStatementWords,
  reportWords,
  scenarioStatementWords,
  unitWords,
} from "../words.ts";

function sorted(words: Iterable<string>): string[] {
  return [...new Set(words)].toSorted();
}

const properties = ["always", "never", "finally", "exists"];

/** Words that begin declarations. */
export const declarations = sorted([...declarationWords, ...memberWords].filter((word) => !properties.includes(word)));

/** Words that begin or join statements, and properties. */
export const control = sorted([
  ...scenarioStatementWords,
  ...modelStatementWords,
  ...properties,
  ...["else", "until", "step", "events", "no", "on"],
]);

/** Words inside declarations and statements. */
export const modifiers = sorted([
  ...attributeWords,
  ...backingWords,
  ...["extends", "uses", "as", "to", "at", "on", "off", "ro", "rw", "shared", "private", "thp", "nothp", "longterm"],
  ...["spin", "times", "after", "system", "device"],
]);

/** Words that are operators. */
export const operators = sorted(["and", "or", "not", "in", "is", "implies", "all", "any"]);

/** Words that stand for values of their own. */
export const constants = sorted([
  ...["true", "false", "ok", "huge", "local", "remote", "atomic", "start", "end"],
  ...entryKinds,
  ...folioKinds,
  ...notifierReasons,
  ...reportWords,
]);

/** Words that verbs take. */
export const operandWords = sorted([
  ...advice.keys(),
  ...policies.keys(),
  ...injectModes.keys(),
  ...injectPoints.keys(),
  ...["add", "xchg", "cas"],
]);

export const verbs = sorted(verbByName.keys());
export const facts = sorted(factByName.keys());
export const events = sorted(eventByName.keys());
export const units = sorted(unitWords);
