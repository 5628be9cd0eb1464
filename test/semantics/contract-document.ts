/** docs/driver-contract.md. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Part } from "./contract.ts";
import { contractFiles, EVERYBODYS } from "./contract.ts";
import { BREAKS, SEEN_IN_PART } from "./shipped-breaks.ts";

const HEAD = `# The contract of a driver

What the kernel and a process may expect of any driver whose device works on the process's memory, as scenarios that any driver can be run
through, in every interleaving:

    hmm check scenarios/driver-contract.hmm --driver NAME
    hmm check scenarios/contract/*.hmm --driver NAME

The first is what every driver that ships keeps. The others are what some of them do not, since they follow their source, mistakes included,
or what not every kernel can do. NAME is a driver, or a \`.hmm\` file that has one, such as \`scenarios/bugs/tlb-not-flushed.hmm\`: its driver
takes the place of the devices' own, and its profile and the functions that it overrides go along. With \`--twin\` a file of the bug museum
gives what is right. Each bug of the museum breaks a part of this: which one is in [museum.md](museum.md).

A file is checked from its beginning to the first part that breaks. Each part has memory of its own and may stand alone, with the declarations
that stand before the first: so \`npm test\` runs them, and so this page was made.

## Parts

`;

const TABLE = `
## What drivers that ship do not keep

A name is that of the bug in \`scenarios/bugs\`.

| part | driver | why |
|---|---|---|
`;

/** The whole document. */
export function contractDocument(parts: readonly Part[], drivers: readonly string[]): string {
  const lists = contractFiles.map((file) => {
    const titles = parts.filter((part) => part.file === file).map(({ title }) => title);
    const who = file === EVERYBODYS ? "every driver that ships" : keepers(titles, drivers);
    return `- [${file}](../scenarios/${file}) (kept by ${who}): ${titles.join(" · ")}\n`;
  });
  const rows = parts.flatMap(({ title }) =>
    Object.entries(BREAKS[title] ?? {}).map(([name, why]) => `| ${title} | \`${name}\` | ${linked(why)} |\n`),
  );
  const bounded = Object.entries(SEEN_IN_PART).map(([title, names]) => `"${title}" under ${names.join(", ")}`);
  const limit = `\nAll interleavings of each part are seen, except of ${bounded.join(", ")}: the first 60,000 states.\n`;
  return HEAD + lists.join("") + TABLE + rows.join("") + limit;
}

/** The drivers that keep all of these. */
function keepers(titles: readonly string[], drivers: readonly string[]): string {
  return drivers.filter((name) => titles.every((title) => BREAKS[title]?.[name] === undefined)).join(", ");
}

function linked(why: string): string {
  const path = `scenarios/bugs/${why}.hmm`;
  return existsSync(join(import.meta.dirname, "..", "..", path)) ? `[${why}](../${path})` : why;
}
