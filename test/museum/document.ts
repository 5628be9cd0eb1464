/** docs/museum.md, from what was found. */
import type { Exhibit } from "../../cli/exhibit.ts";

const HEAD = `# The bug museum

Each file of \`scenarios/bugs\` is a bug of a driver or of a kernel that was made, or nearly made, by somebody: the wrong callback or
function as an override of the right one, and the shortest scenario in which it shows. \`hmm check FILE\` finds it; \`hmm check --twin FILE\`
checks the same scenario with what is right in its place, and finds nothing. \`hmm museum\` prints this table.

*Found* is what the file says it \`finds\`: an invariant ([invariants.md](invariants.md)), a deadlock, or an expectation of its own.
*States* were visited until then; *moves* and *changes* of thread has the schedule that is told, the one with the fewest changes.
The last column is how many states the twin has in all.

| bug | what goes wrong | found | states | moves | changes | twin |
|---|---|---|---|---|---|---|
`;

const TAIL = `
## Not here

Patterns that the model cannot show, because it lacks what they are about: filling a hole where userfaultfd listens (there is no
userfaultfd); a device's folio not marked dirty when exclusive access ends (anonymous pages are written out whether or not); the page map
of one driver used by another after its module is gone (there are no modules); a huge migration entry that is skipped instead of waited for.
Counters that share a page, and a debugger that reads what a device has, are nobody's mistake, so there is nothing right to put in
their place: \`scenarios/09-ping-pong.hmm\` and \`scenarios/17-a-debugger-disturbs.hmm\` show them.
`;

/** The row of one. */
export function rowOf({ pattern, title, finds, states, moves, changes, twinStates }: Exhibit): string {
  const what = title.slice(title.indexOf(":") + 2);
  return `| [${pattern}](../scenarios/bugs/${pattern}.hmm) | ${what} | \`${finds}\` | ${states} | ${moves} | ${changes} | ${twinStates} |\n`;
}

/** The whole document. */
export function museumDocument(exhibits: readonly Exhibit[]): string {
  return HEAD + exhibits.map(rowOf).join("") + TAIL;
}
