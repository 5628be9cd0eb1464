/** Debugging with a long past: going to any moment of it, and how much a data breakpoint slows a run. */
import { InlineClient } from "../../../debug/testing/client.ts";
import { shippedLibrary } from "../../../language/testing/run.ts";
import type { Group } from "../group.ts";

const PROGRAM = "/bench.hmm";
const STEPS = 1_000_000;
const JUMPS = 100;
/** Steps of the shorter runs: with data breakpoints, and back. */
const SHORT = 100_000;

const scenario = `scenario "A long past"
device gpu0 uses dmirror { memory 64 KiB }
process app { small: anon 4 pages }
repeat 1000000 {
  cpu0 write small = 1
  gpu0 migrate small to gpu0
  cpu0 read small
  cpu0 madvise small dontneed
}
`;

export const debug: Group = {
  name: "debug",
  title: "Debugging with a past of a million steps",
  runs: 3,
  rows: [
    { name: "go to any moment, median", unit: "ms", budget: { atMost: 100 } },
    { name: "go to any moment, longest", unit: "ms", budget: { atMost: 100 } },
    { name: "go to any moment, longest, processor time", unit: "ms" },
    { name: "step back, of the time of step in", unit: "times", budget: { atMost: 2 } },
    { name: "continue", unit: "steps/s" },
    { name: "continue with a data breakpoint", unit: "steps/s" },
    { name: "reverse continue with a data breakpoint", unit: "steps/s" },
    { name: "follow an expression over the past", unit: "steps/s" },
  ],
  async measure() {
    const client = new InlineClient(shippedLibrary(), { [PROGRAM]: scenario });
    await client.start({ program: PROGRAM, stopOnEntry: true });
    await client.next("stopped");
    const session = client.adapter.session;
    if (session === undefined) throw new Error("there is no session");
    const { timeline } = session;
    const rate = (steps: number, work: () => void): number => {
      const start = performance.now();
      work();
      return (1000 * steps) / (performance.now() - start);
    };
    const forward = (steps: number): void => {
      session.begin({ kind: "continue" });
      for (let left = steps; left > 0; left -= 4000) {
        if (session.slice(Math.min(4000, left)) !== undefined) throw new Error("the run stopped too early");
      }
      session.pause();
    };
    session.filters.set([]);
    const plain = rate(SHORT, () => forward(SHORT));
    // Something that never changes, so that it is looked at and never stops.
    const dataId = JSON.stringify({ kind: "expression", text: "vma(small).start" });
    const watch = [{ dataId, access: "write" as const }];
    session.dataBreakpoints.set(watch, session.breakpoints.newId);
    const watched = rate(SHORT, () => forward(SHORT));
    const back = rate(2 * SHORT, () => session.reverseContinue());
    session.dataBreakpoints.set([], session.breakpoints.newId);
    const followed = await timed(() => client.ask("hmm/track", { expression: "vma(small).start" }));
    const past = timeline.newest;
    session.goTo(past);
    forward(STEPS - past);

    const jump = async (step: number): Promise<number> => timed(() => client.move("hmm/goTo", { step }));
    const moments = [0, timeline.newest];
    let random = 1;
    for (let i = 0; i < JUMPS; i++) {
      random = (Math.imul(random, 1664525) + 1013904223) | 0;
      moments.push((random >>> 8) % (timeline.newest + 1));
    }
    const times: number[] = [];
    const processorTimes: number[] = [];
    for (const moment of moments) {
      const before = process.cpuUsage();
      times.push(await jump(moment));
      const { user, system } = process.cpuUsage(before);
      processorTimes.push((user + system) / 1000);
    }
    times.sort((a, b) => a - b);
    return {
      "go to any moment, median": times[times.length >> 1] ?? Number.NaN,
      "go to any moment, longest": times.at(-1) ?? Number.NaN,
      "go to any moment, longest, processor time": Math.max(...processorTimes),
      "step back, of the time of step in": await stepBackRatio(client),
      continue: plain,
      "continue with a data breakpoint": watched,
      "reverse continue with a data breakpoint": back,
      "follow an expression over the past": (1000 * past) / followed,
    };
  },
};

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** How long 2,000 steps back take, of the time of the same steps in. */
async function stepBackRatio(client: InlineClient): Promise<number> {
  let threadId: unknown = 2;
  const many = (command: string): Promise<number> =>
    timed(async () => {
      for (let i = 0; i < 2000; i++) ({ threadId } = await client.move(command, { threadId }));
    });
  await many("stepIn");
  await many("stepBack");
  const forward = await many("stepIn");
  return (await many("stepBack")) / forward;
}
