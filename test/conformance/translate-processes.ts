/** Looks at a process, fork and exit. */
import type { ListState, Translated } from "./list-state.ts";
import { FIRST_PROCESS, failed, hmmProcess, PAGE } from "./list-state.ts";
import { mincore, pagemap, smaps } from "./observe.ts";
import { emptyPipe, stopPinning } from "./translate-accesses.ts";
import { closeFile } from "./translate-devices.ts";

/** Looks that change nothing: no statement, the machine itself is asked. */
export function look(t: ListState): Translated {
  const { range, process } = t;
  const { hmmName } = process;
  const { region, start, count } = range;
  switch (t.words[0]) {
    case "pagemap":
      return {
        lines: [],
        answer: (end) => ({ ret: 0, pages: pagemap(end.simulation, end.process(hmmName), start, count) }),
      };
    case "smaps": {
      const [from, to] = region === undefined ? [0, 0] : [region.base, region.base + region.pages * PAGE];
      return {
        lines: [],
        answer: (end) => ({ ret: 0, smaps: smaps(end.simulation, end.process(hmmName), from, to) }),
      };
    }
    default:
      return {
        lines: [],
        answer: (end) => {
          const core = mincore(end.simulation, end.process(hmmName), start, count);
          return core === undefined ? { ...failed("ENOMEM"), core: "" } : { ret: 0, core };
        },
      };
  }
}

/** Forks, whoever the operation is for: the runner itself does. */
export function forkChild(t: ListState): Translated {
  const name = t.words[1] ?? t.cannot("fork needs a name for the child");
  if (t.processes.has(name)) return t.cannot(`there is a process ${name} already`);
  // Whoever the operation is for, the runner itself forks.
  const parent = t.processes.get(FIRST_PROCESS) ?? t.cannot("the first process is gone");
  const hmmName = hmmProcess(name);
  const cpu = `${hmmName}_cpu0`;
  if (t.threads.has(cpu))
    return t.cannot(`there was a process ${name} before; the names in a scenario are its for good`);
  t.threads.set(cpu, `${hmmName} on cpu0`);
  t.processes.set(name, {
    hmmName,
    cpu,
    regions: new Map(parent.regions),
    handles: new Map(parent.handles),
    pipe: parent.pipe,
    pinFile: parent.pinFile,
  });
  for (const files of [t.deviceFiles, t.pipes, t.pinFiles]) files.fork(FIRST_PROCESS, name);
  return {
    lines: [`${parent.cpu} fork as ${hmmName} -> any`],
    answer: ({ last }) => ({ ret: last.error === undefined ? 0 : -1 }),
  };
}

/** A child ends: its memory goes first, then the files that it was the last to hold. */
export function exitChild(t: ListState): Translated {
  if (t.operation.child === undefined) return t.cannot("only a child can exit");
  const { process } = t;
  const lines = [`${process.cpu} exit -> any`];
  for (const file of t.deviceFiles.exit(t.who)) {
    // The model's exit closes what the process has open for itself.
    if (file.of.process !== t.who) lines.push(closeFile(file));
  }
  for (const pipe of t.pipes.exit(t.who)) lines.push(...emptyPipe(t, pipe));
  if (t.pinFiles.exit(t.who).length > 0) lines.push(...stopPinning(t));
  t.processes.delete(t.who);
  return { lines, answer: () => ({ ret: 0 }) };
}
