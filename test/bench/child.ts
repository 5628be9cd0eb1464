/** Measures one group once, or its rows that are measured apart, and prints the figures as JSON: what `main.ts` runs as a process of its own. */
import { GROUPS } from "./groups.ts";

const group = GROUPS.find((g) => g.name === process.argv[2]);
if (group === undefined) throw new Error(`there is no group '${process.argv[2]}'`);
const figures = process.argv[3] === "apart" ? group.measureApart?.() : await group.measure();
process.stdout.write(`${JSON.stringify(figures ?? {})}\n`);
