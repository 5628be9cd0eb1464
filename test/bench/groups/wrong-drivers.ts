/** For each file that ships and shows a known bug: how long an exploration takes to find it, and after how many states. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { programOf } from "../../../language/testing/run.ts";
import { Explorer } from "../../../sim-core/explore/explorer.ts";
import { verdictOfCheck } from "../../../sim-core/explore/verdict.ts";
import type { Figures, Group, Row } from "../group.ts";

const scenarios = fileURLToPath(new URL("../../../scenarios/", import.meta.url));

interface WrongFile {
  readonly name: string;
  readonly text: string;
}

function wrongFiles(): WrongFile[] {
  const names = readdirSync(scenarios, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".hmm"));
  const files = names.sort().map((name) => ({
    name: name.replace(/\.hmm$/, "").replaceAll("\\", "/"),
    text: readFileSync(`${scenarios}${name}`, "utf8"),
  }));
  return files.filter(({ text }) => /^finds /m.test(text) && !/^import /m.test(text));
}

const files = wrongFiles();

export const wrongDrivers: Group = {
  name: "wrong-drivers",
  title: "Exploration: seconds of the processor and states to the first violation, for each file that shows a bug",
  runs: 1,
  rows: files.flatMap(({ name }): Row[] => [
    { name: `${name} s`, unit: "CPU s" },
    { name: `${name} states`, unit: "states" },
  ]),
  measure() {
    const figures: Record<string, number> = {};
    for (const { name, text } of files) Object.assign(figures, timeToFind(name, text));
    return figures;
  },
};

function timeToFind(name: string, text: string): Figures {
  const program = programOf(text);
  const before = process.cpuUsage();
  const result = new Explorer(program).run();
  const { user, system } = process.cpuUsage(before);
  const { verdict } = verdictOfCheck(program, result);
  if (verdict !== "pass") throw new Error(`${name} does not show what it says: ${verdict}`);
  return { [`${name} s`]: (user + system) / 1e6, [`${name} states`]: result.states };
}
