/** The commands of `hmm`, each with its options: what the help lists and the dispatcher runs. */
import type { ExitStatus, OptionInfo, Words } from "./arguments.ts";

/** Where output goes: machine-readable text and results to `out`, messages to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether messages may use colour, and progress may be drawn over. */
  readonly color: boolean;
  readonly interactive: boolean;
}

/** A command. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly doc: string;
  readonly options: readonly OptionInfo[];
  /** Does it. The code that does is loaded only then. */
  run(words: Words, terminal: Terminal): Promise<ExitStatus>;
}

const kernel: OptionInfo = { name: "kernel", value: "PROFILE", doc: "run under this profile, whatever the file says" };
const driver: OptionInfo = {
  name: "driver",
  value: "NAME|FILE.hmm",
  doc: "all devices have this driver, or that of a file with its profile, whatever the scenario says",
};
const json: OptionInfo = { name: "json", doc: "machine-readable output: one JSON object a line" };

export const commands: readonly Command[] = [
  {
    name: "run",
    usage: "hmm run FILE…",
    doc: "Runs each scenario once, deterministically, and prints the checks that failed.",
    options: [
      { name: "seed", value: "N", doc: "another interleaving (default 0: a thread runs until it waits or ends)" },
      { name: "schedule", value: "FILE", doc: "replay an interleaving that `hmm check --save` kept" },
      kernel,
      driver,
      json,
      { name: "state", doc: "with --json: the pages' state after each statement" },
      { name: "max-steps", value: "N", doc: "most steps before giving up (default 10 million)" },
    ],
    run: async (words, terminal) => (await import("./run.ts")).run(words, terminal),
  },
  {
    name: "check",
    usage: "hmm check FILE…",
    doc: "Explores all interleavings; a failure is printed with the interleaving that leads to it.",
    options: [
      {
        name: "failures",
        value: "N",
        doc: "go on until N different failures are found (default 1; a file with `finds` is searched for what it finds)",
      },
      { name: "max-states", value: "N", doc: "most states to visit" },
      { name: "max-depth", value: "N", doc: "cut executions after N moves" },
      { name: "max-time", value: "S", doc: "most seconds for each file" },
      { name: "max-memory", value: "MIB", doc: "most MiB for the states seen and the way to the present one" },
      { name: "workers", value: "N", doc: "search with N threads, which share what they have seen" },
      {
        name: "preemptions",
        value: "N",
        doc: "only executions that change N times at most from a thread that could go on",
      },
      { name: "random", value: "N", doc: "N executions chosen at random, in place of all" },
      { name: "seed", value: "N", doc: "with --random: other ones (default 0)" },
      { name: "no-reduce", value: "LIST", doc: "without these reductions: merge, symmetry, threads, locks, or all" },
      { name: "shard", value: "i/n", doc: "one of n parts of the search, which together are all of it" },
      { name: "merge", doc: "puts the results of parts together: the files that --shard i/n --json wrote" },
      kernel,
      driver,
      {
        name: "twin",
        doc: "of a file that shows a bug, or a --driver that is one: what is right in place of what is wrong",
      },
      json,
      { name: "graph", value: "FILE.svg|dot", doc: "draw the states of a small scenario and the moves between them" },
      { name: "save", value: "DIR", doc: "keep the interleaving of each failure as a file there" },
    ],
    run: async (words, terminal) => (await import("./check.ts")).check(words, terminal),
  },
  {
    name: "compare",
    usage: "hmm compare FILE… --kernel A --kernel B…",
    doc: "Runs a scenario under several designs: outcomes and costs side by side.",
    options: [
      { name: "kernel", value: "PROFILE", many: true, doc: "a profile to compare, whatever the file says" },
      {
        name: "driver",
        value: "NAME",
        many: true,
        doc: "a driver to compare: in place of the others of these, or of all",
      },
      { name: "json", doc: "machine-readable output: one JSON object" },
      { name: "max-steps", value: "N", doc: "most steps of each run before giving up (default 10 million)" },
    ],
    run: async (words, terminal) => (await import("./compare.ts")).compareFiles(words, terminal),
  },
  {
    name: "new",
    usage: "hmm new scenario|driver [FILE]",
    doc: "Makes a file from a template by a few questions, or by these options; prints it if no file is named.",
    options: [
      { name: "driver", value: "NAME", doc: "the device's driver, or the one that the new driver extends" },
      { name: "template", value: "ID", doc: "what happens: touch, migrate, atomics, race" },
      { name: "kernel", value: "PROFILE", doc: "the kernel profile" },
      { name: "title", value: "TEXT", doc: "the scenario's title" },
      { name: "name", value: "NAME", doc: "the new driver's name" },
      { name: "from", value: "WHAT", doc: "build the new driver on: another, nothing" },
      { name: "override", value: "NAME", doc: "the callback that the new driver has of its own" },
    ],
    run: async (words, terminal) => (await import("./new.ts")).newFile(words, terminal),
  },
  {
    name: "museum",
    usage: "hmm museum [FILE…]",
    doc: "Finds the bug of each file (those of scenarios/bugs if none is named), checks its twin, and prints a table.",
    options: [json],
    run: async (words, terminal) => (await import("./museum.ts")).museum(words, terminal),
  },
  {
    name: "export",
    usage: "hmm export --as promela FILE",
    doc: "Writes a scenario as a model that another tool reads: promela, for SPIN.",
    options: [
      { name: "as", value: "FORMAT", doc: "what to write: promela" },
      { name: "output", short: "o", value: "OUT", doc: "the file to write (default: standard output)" },
      kernel,
      { name: "room", value: "N", doc: "N times the room for pages, stacks and lists (default 1)" },
    ],
    run: async (words, terminal) => (await import("./export.ts")).exportFile(words, terminal),
  },
  {
    name: "profiles",
    usage: "hmm profiles",
    doc: "Lists the kernel profiles that ship.",
    options: [],
    run: async (words, terminal) => (await import("./lists.ts")).profiles(words, terminal),
  },
  {
    name: "drivers",
    usage: "hmm drivers",
    doc: "Lists the drivers that ship.",
    options: [],
    run: async (words, terminal) => (await import("./lists.ts")).drivers(words, terminal),
  },
  {
    name: "invariants",
    usage: "hmm invariants",
    doc: "Lists the invariants that are checked after every step.",
    options: [],
    run: async (words, terminal) => (await import("./lists.ts")).invariants(words, terminal),
  },
  {
    name: "dap",
    usage: "hmm dap",
    doc: "The debug adapter on standard input and output, or on a port of this machine, for other editors.",
    options: [
      { name: "port", value: "N", doc: "listen on 127.0.0.1 (0: a free port) and print which port it is" },
      { name: "once", doc: "with --port: end when the first client has left" },
    ],
    run: async (words, { out }) => {
      const { dap, dapOnPort } = await import("./dap.ts");
      const port = words.number("port");
      return port === undefined ? dap() : dapOnPort(port, words.flag("once"), out);
    },
  },
];
