/** docs/invariants.md, from the list of invariants. */
import { INVARIANTS } from "../../sim-core/checks/index.ts";

const HEAD = `# The invariants

What holds after every step of a right kernel with right drivers. \`hmm run\` and \`hmm check\` look at each of them as they go, and a
file switches one off or on by \`invariant "ID" off\`, \`invariant "ID" on\`. A file that shows a known bug says \`finds "ID"\`.
\`hmm invariants\` prints the list. Rules that the kernel itself breaks for a moment are looked at when the lock is released under
which it may: counts and entries with the page-table lock, a device's table with its driver's lock.

What a violation blames: the line that made the step, and as \`because\` the earlier lines that wrote the cells it names.

`;

/** The whole document. */
export function invariantsDocument(): string {
  const rows = INVARIANTS.map(({ id, statement, needs, offBecause }) => {
    const example = `[broken](../test/invariants/${id}.hmm), [kept](../test/invariants/${id}.twin.hmm)`;
    return `| \`${id}\` | ${statement} | ${needs} | ${offBecause === undefined ? "on" : `off: ${offBecause}`} | ${example} |\n`;
  });
  return `${HEAD}| id | statement | about | default | shown by |\n|---|---|---|---|---|\n${rows.join("")}`;
}
