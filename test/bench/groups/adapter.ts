/** How long the debug adapter takes for a step, inline, while a million pages are mapped: from the request to the stop. */
import { InlineClient } from "../../../debug/testing/client.ts";
import { shippedLibrary } from "../../../language/testing/run.ts";
import type { Figures, Group } from "../group.ts";
import { touchAll } from "../touch.ts";

const PAGES = 2 ** 20;
const WARM_UP = 300;
const STEPS = 2_000;
const PROGRAM = "/bench.hmm";

const scenario = `scenario "A million pages"
node N0 { memory 8 GiB }
device gpu0 uses dmirror { memory 4 MiB }
process app { buf: anon ${PAGES} pages at 0x7f00_0000_0000  small: anon 4 pages }
repeat 1000 {
  cpu0 write small = 1
  gpu0 migrate small to gpu0
  cpu0 read small
  cpu0 madvise small dontneed
}
`;

export const adapter: Group = {
  name: "adapter",
  title: "Debug adapter, inline: request to stop with a million pages mapped",
  runs: 3,
  rows: [
    ...["next", "step in", "step back"].flatMap((name) => [
      { name: `${name}, median`, unit: "ms", budget: { atMost: 0.5 } },
      { name: `${name}, p99`, unit: "ms", budget: { atMost: 5 } },
      { name: `${name}, p99, processor time`, unit: "ms" },
    ]),
    // Some hundred steps of the model.
    { name: "next statement of the scenario, median", unit: "ms" },
    { name: "next statement of the scenario, median, processor time", unit: "ms" },
    { name: "step in with refresh, p95", unit: "ms", budget: { atMost: 2 } },
    { name: "reverse continue over 10,000 steps", unit: "ms", budget: { atMost: 100 } },
    { name: "what-if", unit: "ms" },
  ],
  async measure() {
    const client = new InlineClient(shippedLibrary(), { [PROGRAM]: scenario });
    await client.start({ program: PROGRAM, stopOnEntry: true });
    let { threadId } = (await client.next("stopped")).body;
    const machine = client.adapter.session?.simulation.machine;
    if (machine === undefined) throw new Error("there is no session");
    touchAll(machine, 0x7f00_0000_0000, PAGES);

    const move = async (command: string): Promise<void> => {
      ({ threadId } = await client.move(command, { threadId }));
    };
    const refreshed = async (command: string): Promise<void> => {
      await move(command);
      await client.ask("threads");
      const [frame] = await client.stack(threadId);
      await client.scope(frame?.id ?? 0, "Locals");
    };
    for (const command of ["next", "stepIn", "stepBack"]) await many(WARM_UP, () => move(command));
    await many(WARM_UP, () => refreshed("stepIn"));

    const stepIn = await many(STEPS, () => move("stepIn"));
    const withRefresh = await many(STEPS, () => refreshed("stepIn"));
    const stepBack = await many(STEPS, () => move("stepBack"));
    // Where history ends, so that what follows is made and not only done again.
    const { newest } = await client.ask("hmm/position", {});
    ({ threadId } = await client.move("hmm/goTo", { step: newest }));
    const next = await many(
      STEPS / 2,
      () => move("next"),
      () => move("stepIn"),
    );
    while ((await client.stack(threadId)).length > 1) await move("stepOut");
    const nextStatement = await many(STEPS / 10, () => move("next"));

    const { step } = await client.ask("hmm/position", {});
    if (Number(step) < 10_000) throw new Error("the scenario is too short");
    await client.ask("setExceptionBreakpoints", { filters: ["oom"] });
    const reverse = (await many(1, () => move("reverseContinue"))).wall[0] ?? Number.NaN;
    const start = performance.now();
    await client.ask("hmm/whatIf", { text: "cpu0 write small = 5" });
    return {
      ...figuresOf("next", next),
      "next statement of the scenario, median": quantile(nextStatement.wall, 0.5),
      "next statement of the scenario, median, processor time": quantile(nextStatement.processor, 0.5),
      ...figuresOf("step in", stepIn),
      ...figuresOf("step back", stepBack),
      "step in with refresh, p95": quantile(withRefresh.wall, 0.95),
      "reverse continue over 10,000 steps": (reverse * 10_000) / Number(step),
      "what-if": performance.now() - start,
    };
  },
};

/** How long something took each time, in ms, the shortest first: by the clock, and of the processor. */
interface Times {
  readonly wall: readonly number[];
  readonly processor: readonly number[];
}
/** Times `work`, `count` times; `before` is done before each and not timed. */
async function many(count: number, work: () => Promise<void>, before?: () => Promise<void>): Promise<Times> {
  const wall: number[] = [];
  const processor: number[] = [];
  for (let i = 0; i < count; i++) {
    await before?.();
    const used = process.cpuUsage();
    const start = performance.now();
    await work();
    wall.push(performance.now() - start);
    const { user, system } = process.cpuUsage(used);
    processor.push((user + system) / 1000);
  }
  const ascending = (a: number, b: number): number => a - b;
  return { wall: wall.sort(ascending), processor: processor.sort(ascending) };
}
function figuresOf(name: string, { wall, processor }: Times): Figures {
  return {
    [`${name}, median`]: quantile(wall, 0.5),
    [`${name}, p99`]: quantile(wall, 0.99),
    [`${name}, p99, processor time`]: quantile(processor, 0.99),
  };
}
function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
