/**
 * Sessions of random requests, malformed ones among them: whatever is sent, each request is answered, nothing falls over, and the
 * state is what its history says.
 */
import fc from "fast-check";
import type { Body } from "../../debug/testing/client.ts";
import { InlineClient } from "../../debug/testing/client.ts";
import type { Library } from "../../language/compile/builder.ts";

const program = "/home/user/scenario.hmm";
const broken = "/home/user/broken.hmm";
const text = `scenario "random"
device gpu0 uses dmirror { memory 32 KiB }
process app { buf: anon 4 pages  counter: anon 1 page }
let n = 2
cpu0 write buf = 1
parallel {
  cpu0 { write counter = n  read buf[0] }
  cpu1 { read counter }
  gpu0 { migrate buf[0..2] to gpu0 -> any }
}
cpu0 read buf[0] -> 1
expect value(buf[1]) == 1
`;
/** Turns of the host in which a request must be answered: many more than any of these takes. */
const PATIENCE = 20_000;

const commands = [
  ..."initialize launch attach configurationDone restart disconnect terminate cancel setBreakpoints".split(" "),
  ..."setFunctionBreakpoints setExceptionBreakpoints setDataBreakpoints dataBreakpointInfo breakpointLocations".split(
    " ",
  ),
  ..."threads stackTrace scopes variables setVariable setExpression evaluate completions exceptionInfo".split(" "),
  ..."readMemory writeMemory locations modules loadedSources source pause nonsense toString __proto__".split(" "),
  ..."hmm/session hmm/position hmm/rows hmm/events hmm/details hmm/failures hmm/whatIf hmm/schedule".split(" "),
  ..."hmm/changes hmm/why hmm/track hmm/explore hmm/follow hmm/eventCounts hmm/stopAtEvents hmm/stepFilter hmm/functions hmm/reload hmm/compare".split(
    " ",
  ),
];
/** What makes execution move: of these there are more. */
const moves = [
  ..."continue next stepIn stepOut stepBack reverseContinue goto gotoTargets restartFrame stepInTargets".split(" "),
  ..."terminateThreads hmm/goTo hmm/runThread hmm/toChange".split(" "),
];

const expressions = [
  ..."buf[0] value(buf[1]) pte(buf[0]).kind pte(buf[0]).writable folio(buf[0]).refcount n".split(" "),
  ..."mirror(gpu0,buf[0]).valid count(fault) free(gpu0) 1/0 ((( buf[99] vmf.addr self".split(" "),
  ...["cpu0 read buf", "do cpu0 write buf = 3", "do gpu0 migrate buf to gpu0", "why buf[0]", "do }", "why", ""],
];
const small = fc.integer({ min: -2, max: 12 });
const condition = fc.option(fc.constantFrom("n == 2", "value(counter) == 2", "(", "true", "nothing"), {
  nil: undefined,
});
const hits = fc.option(fc.constantFrom("2", "> 1", "% 2", "x"), { nil: undefined });
const dataIds = fc.constantFrom(
  '{"kind":"expression","text":"pte(buf[0]).kind"}',
  '{"kind":"expression","text":"buf[0]"}',
  '{"kind":"variable","name":"n","slot":0}',
  '{"kind":"local","name":"x","thread":1,"function":3,"base":8,"slot":0}',
  '{"kind":"range","process":0,"start":0,"end":64}',
  '{"kind":"lock","lock":1}',
  '{"kind":"range"}',
  "nonsense",
);

/** Arguments of which a part makes sense for any request. */
const sensible = fc.record(
  {
    threadId: fc.integer({ min: 0, max: 6 }),
    threadIds: fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 2 }),
    frameId: small,
    variablesReference: fc.integer({ min: -1, max: 40 }),
    targetId: small,
    locationReference: small,
    source: fc.record({ path: fc.constantFrom(program, "hmm-model:/kernel/memory.hmm", "x") }),
    breakpoints: fc.array(
      fc.record({
        line: fc.integer({ min: -2, max: 16 }),
        name: fc.constantFrom("do_swap_page", "migrate_vma_setup", "dmirror.migrate_to_ram", "nobody"),
        dataId: dataIds,
        accessType: fc.constantFrom("read", "write", "readWrite", "other"),
        condition,
        hitCondition: hits,
        logMessage: fc.option(fc.constantFrom("n is {n}", "{", "{{}}"), { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
    filters: fc.array(fc.constantFrom("fault", "notifier", "invariant", "expectation", "zzz"), { maxLength: 3 }),
    filterOptions: fc.array(
      fc.record({
        filterId: fc.constantFrom("copy", "migrate", "lock"),
        mode: fc.constantFrom("before", "after", "never"),
        condition,
      }),
      { maxLength: 2 },
    ),
    events: fc.array(fc.constantFrom("fault", "copy", "zzz"), { maxLength: 2 }),
    expression: fc.constantFrom(...expressions),
    name: fc.constantFrom(...expressions, "vmf", "buf", "pte", "0x7f0000000000"),
    value: fc.constantFrom("1", "true", "none", "n + 1", "buf[0]", "((", "0x10"),
    context: fc.constantFrom("repl", "hover", "watch", "clipboard", "variables"),
    format: fc.record({ hex: fc.boolean(), parameterValues: fc.boolean() }),
    text: fc.constantFrom("cpu0 read buf", "gpu0 exclusive buf[1]", "}}}", "pte(", "va"),
    memoryReference: fc.constantFrom("0:0x7f0000000000", "9:0x0", "here", "0x1000"),
    data: fc.constantFrom("AQ==", "AAAAAAAAAAA=", "*", ""),
    asAddress: fc.boolean(),
    bytes: fc.integer({ min: -1, max: 5000 }),
    count: fc.integer({ min: -1, max: 300 }),
    offset: fc.integer({ min: -20, max: 5000 }),
    start: small,
    filter: fc.constantFrom("all", "drivers", "scenario", "indexed", "named", "x"),
    granularity: fc.constantFrom("statement", "line", "instruction"),
    singleThread: fc.boolean(),
    step: fc.integer({ min: -3, max: 900 }),
    since: fc.integer({ min: -5, max: 900 }),
    region: fc.integer({ min: -1, max: 2 }),
    page: fc.integer({ min: -1, max: 5 }),
    from: fc.integer({ min: -5, max: 50 }),
    to: fc.integer({ min: -5, max: 50 }),
    line: fc.integer({ min: -5, max: 16 }),
    column: fc.integer({ min: -5, max: 60 }),
    place: fc.constantFrom("buf[0]", "counter", "nowhere", "pte(buf[1]).kind"),
    which: fc.constantFrom("first", "last", "?"),
    maxStates: fc.integer({ min: -1, max: 300 }),
    failure: fc.integer({ min: -1, max: 2 }),
    requestId: fc.integer({ min: 0, max: 40 }),
    kernel: fc.constantFrom("linux-6.15", "linux-0.1", ""),
    trace: fc.constantFrom("/nowhere", program),
    program: fc.constantFrom(program, broken, "/nowhere"),
    seed: fc.integer({ min: -1, max: 5 }),
    stopOnEntry: fc.boolean(),
    stopAtEnd: fc.boolean(),
  },
  { requiredKeys: ["threadId", "frameId", "line", "expression"] },
);
const request = fc.tuple(
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...moves) }, { weight: 2, arbitrary: fc.constantFrom(...commands) }),
  fc.oneof({ weight: 8, arbitrary: sensible }, { weight: 1, arbitrary: fc.jsonValue() }),
);
const session = fc.record({
  launch: fc.record({
    seed: fc.integer({ min: 0, max: 4 }),
    stopAtEnd: fc.boolean(),
    historyLimit: fc.constantFrom(1000, 4_000_000),
  }),
  requests: fc.array(request, { minLength: 5, maxLength: 40 }),
});

/** Runs `runs` random sessions. @throws with a shrunk counterexample, and the seed to find it again */
export async function runRandomSessions(library: Library, runs: number, seed?: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(session, async ({ launch, requests }) => {
      const client = new InlineClient(library, { [program]: text, [broken]: "cpu0 wriet buf = 1\n" });
      await client.start({ program, stopOnEntry: true, ...launch });
      for (const [command, args] of requests) await answered(client, command, args);
      checkState(client);
      await answered(client, "disconnect", {});
    }),
    { numRuns: runs, ...(seed === undefined ? {} : { seed }) },
  );
}

/** Sends a request, which must be answered, and not with a mistake of the adapter's. */
async function answered(client: InlineClient, command: string, args: unknown): Promise<void> {
  let isAnswered = false;
  const reply = client.request(command, args).then((found) => {
    isAnswered = true;
    return found;
  });
  for (let turn = 0; !isAnswered; turn++) {
    if (turn > PATIENCE) throw new Error(`${command} ${JSON.stringify(args)} was not answered`);
    await new Promise((done) => setImmediate(done));
  }
  const told = [(await reply).message ?? "", ...client.events.map(({ body }) => outputOf(body))];
  const mistake = told.find((line) => line.includes("has made a mistake"));
  if (mistake !== undefined) throw new Error(`${command} ${JSON.stringify(args)}: ${mistake}`);
}
function outputOf(body: Body): string {
  return typeof body.output === "string" ? body.output : "";
}

/**
 * The state's hash is that of its cells, the same moment is the same state on the way back and forth, and what is known of the
 * history's steps is of these steps.
 */
function checkState(client: InlineClient): void {
  const { session: debugged } = client.adapter;
  if (debugged === undefined || debugged.isRunning) return;
  const { store } = debugged.simulation;
  const { timeline } = debugged;
  const here = timeline.now;
  const hash = (): string => store.computeHash().join(" ");
  const before = hash();
  if (before !== `${store.hashLow} ${store.hashHigh}`) throw new Error("the hash is not that of the cells");
  if (here < timeline.oldest || here > timeline.newest) throw new Error("the present is no moment of the history");
  const failures = timeline.failures.length;
  timeline.goTo(timeline.oldest);
  timeline.goTo(timeline.newest);
  timeline.goTo(here);
  if (hash() !== before) throw new Error("the same moment is another state after a walk through the history");
  if (timeline.failures.length !== failures) throw new Error("failures are lost on a walk through the history");
  const { oldest, newest } = timeline;
  // Records of the setting up are of no step.
  const first = oldest === 0 ? 0 : timeline.recordsAt(oldest);
  if (first !== timeline.oldestRecord) throw new Error("the event log begins elsewhere");
  for (let moment = oldest; moment < newest; moment++) {
    const [from, to] = [timeline.recordsAt(moment), timeline.recordsAt(moment + 1)];
    for (let i = from; i < to; i++) {
      if (timeline.record(i)?.step !== moment + 1) throw new Error(`record ${i} is not of step ${moment + 1}`);
    }
    if (debugged.simulation.steps.at(moment + 1) === undefined) throw new Error(`nobody made step ${moment + 1}`);
  }
}
