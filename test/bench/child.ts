/** Measures one group once and prints its figures as JSON: what `main.ts` runs as a process of its own. */
import { GROUPS } from "./groups.ts";

const group = GROUPS.find((g) => g.name === process.argv[2]);
if (group === undefined) throw new Error(`there is no group '${process.argv[2]}'`);
process.stdout.write(`${JSON.stringify(await group.measure())}\n`);
