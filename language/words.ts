/** The words of the language by role. Grammars for editors, the parser, checks and completion all take them from here. */

import { events } from "./events.ts";
import { facts } from "./facts.ts";
import { policies } from "./policies.ts";
import { advice, atomicOperations, injectModes, injectPoints, protections, verbs } from "./verbs.ts";

/** Never a name, except after a `.` */
export const reservedWords = ["and", "or", "not", "in", "is", "implies", "all", "any", "true", "false"] as const;

/** Words that begin a declaration at the top level. */
export const declarationWords = [
  "scenario",
  "import",
  "page_size",
  "kernel",
  "node",
  "cpu",
  "device",
  "process",
  "thread",
  "driver",
  "always",
  "never",
  "finally",
  "exists",
  "finds",
  "invariant",
] as const;

/** Words that begin a declaration at the top level, in a driver and in a profile. */
export const memberWords = ["fn", "struct", "var", "const", "table", "list", "lock", "option"] as const;

/** Words besides verbs that begin a statement of a scenario. */
export const scenarioStatementWords = ["let", "if", "for", "repeat", "wait", "barrier", "expect", "parallel"] as const;

/** Words that begin a statement of model code; nothing that model code declares may be called so. */
export const modelStatementWords = [
  "let",
  "if",
  "match",
  "loop",
  "while",
  "for",
  "break",
  "continue",
  "return",
  "lock",
  "unlock",
  "wait",
  "atomic",
  "spawn",
  "emit",
  "expect",
] as const;

/** Words that stand inside declarations and statements. */
export const innerWords = [
  "extends",
  "uses",
  "on",
  "off",
  "as",
  "to",
  "at",
  "else",
  "until",
  "step",
  "events",
  "no",
  "times",
  "after",
  "longterm",
  "system",
  "spin",
  "self",
  "super",
] as const;

/** Words of what stands in a node's or device's braces. */
export const attributeWords = ["memory", "movable", "coherent"] as const;

/** What a region can be backed by. */
export const backingWords = ["anon", "shmem", "hugetlb", "file", "driver"] as const;

/** What may follow a region's size. */
export const mappingWords = ["ro", "rw", "none", "shared", "private", "thp", "nothp", "at", "on"] as const;

/** Units of numbers. */
export const unitWords = ["B", "KiB", "MiB", "GiB", "TiB", "page", "pages"] as const;

/** Qualifiers of what snapshot reports. */
export const reportQualifiers = ["zero", "huge", "local", "remote"] as const;

/** What snapshot reports of a page. */
export const reportWords = ["none", "error", "read", "write"] as const;

/** Words that the grammar itself needs: no setting may be called so. */
export const structuralWords: ReadonlySet<string> = new Set<string>([
  ...reservedWords,
  ...declarationWords,
  ...memberWords,
  ...scenarioStatementWords,
  ...modelStatementWords,
  ...innerWords,
  ...attributeWords,
  ...backingWords,
  ...mappingWords,
]);

/** Every word of the language: no CPU, device or thread may be called so. */
export const languageWords: ReadonlySet<string> = new Set<string>([
  ...structuralWords,
  ...unitWords,
  ...reportQualifiers,
  ...reportWords,
  ...protections,
  ...atomicOperations,
  ...advice.keys(),
  ...policies.keys(),
  ...injectModes.keys(),
  ...injectPoints.keys(),
  ...verbs.map((verb) => verb.name),
  ...events.map((event) => event.name),
  ...facts.map((fact) => fact.name),
]);

const reserved: ReadonlySet<string> = new Set(reservedWords);

/** True for the ten words that are never names. */
export function isReserved(word: string): boolean {
  return reserved.has(word);
}
