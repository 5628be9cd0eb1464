/** docs/museum.md, from what was found. */
import type { Exhibit } from "../../cli/exhibit.ts";
import type { Break } from "./contract.ts";

const HEAD = `# The bug museum

Each file of \`scenarios/bugs\` is a bug of a driver or of a kernel that was made, or nearly made, by somebody: the wrong callback or
function as an override of the right one, and the shortest scenario in which it shows. \`hmm check FILE\` finds it; \`hmm check --twin FILE\`
checks the same scenario with what is right in its place, and finds nothing. \`hmm museum\` prints this table. \`hmm run FILE\` goes on
after what the file finds, and tells what breaks then as its consequence.

*Found* is what the file says it \`finds\`: an invariant ([invariants.md](invariants.md)), a deadlock, or an expectation of its own.
*States* were visited until then; *moves* and *changes* of thread has the schedule that is told, the one with the fewest changes.
*Twin* is how many states the twin has in all. The last column names a part of the contract of a driver ([driver-contract.md](driver-contract.md))
that the bug breaks and the twin keeps, and what is found there: \`hmm check scenarios/driver-contract.hmm scenarios/contract/*.hmm --driver FILE\`.

| bug | what goes wrong | found | states | moves | changes | twin | breaks of the contract |
|---|---|---|---|---|---|---|---|
`;

/** Bugs that no part of the contract shows, and why. */
export const NO_PART: Readonly<Record<string, string>> = {
  "khugepaged-pullback": "what a kernel does for a process that asks for it; a driver can neither cause nor prevent it",
  "numa-scan-thrash": "it costs time and breaks nothing; every kernel that ships does so to every driver",
};

const TAIL = `
## Not here

Patterns that the model cannot show, because it lacks what they are about: a device's folio not marked dirty when exclusive access ends (anonymous pages are written out whether or not); the page map
of one driver used by another after its module is gone (there are no modules); a huge migration entry that is skipped instead of waited for.
Filling a hole where userfaultfd listens could be one: migrate_vma_insert_page looks (\`userfaultfd_missing\`), and no file here has it forget to.
Counters that share a page, and a debugger that reads what a device has, are nobody's mistake, so there is nothing right to put in
their place: \`scenarios/09-ping-pong.hmm\` and \`scenarios/17-a-debugger-disturbs.hmm\` show them.
`;

/** The row of one, and what it breaks of the contract. */
export function rowOf(
  { pattern, title, finds, states, moves, changes, twinStates }: Exhibit,
  breaks: Break | undefined,
): string {
  const what = title.slice(title.indexOf(":") + 2);
  const link = `[${pattern}](../scenarios/bugs/${pattern}.hmm)`;
  const part = breaks === undefined ? (NO_PART[pattern] ?? "nothing") : `${breaks.title}: \`${breaks.id}\``;
  return `| ${link} | ${what} | \`${finds}\` | ${states} | ${moves} | ${changes} | ${twinStates} | ${part} |\n`;
}

/** What a document says that a bug breaks, by its pattern. */
export function breaksIn(document: string): ReadonlyMap<string, Break> {
  const rows = document.matchAll(/bugs\/([a-z0-9-]+)\.hmm\) .* \| ([^|:]+): `([a-z-]+)` \|$/gm);
  return new Map([...rows].map(([, pattern = "", title = "", id = ""]) => [pattern, { title, id }]));
}

/** The whole document. */
export function museumDocument(exhibits: readonly Exhibit[], breaks: ReadonlyMap<string, Break>): string {
  return HEAD + exhibits.map((exhibit) => rowOf(exhibit, breaks.get(exhibit.pattern))).join("") + TAIL;
}
