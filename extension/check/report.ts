/** What the report of a run or a check says. Pure text. */

import type { FoundFailure, TaskResult } from "../worker/protocol.ts";

const verdicts = { pass: "PASS", fail: "FAIL", limit: "LIMIT" } as const;

const reasons: Readonly<Record<string, string>> = {
  states: "the bound on states was reached (setting hmm.BOUNDS.maxStates)",
  time: "the time was up (setting hmm.BOUNDS.maxSeconds)",
  cancelled: "it was cancelled",
  memory: "the set of states is full (setting hmm.BOUNDS.maxStates)",
  depth: "the bound on the length of an execution was reached",
  failure: "a failure was found",
};

/** One line: what a run came to. */
export function runSummary({ verdict, title, kernel, steps, failures }: TaskResult): string {
  const wrong = failures.filter((failure) => !failure.expected);
  const first = wrong[0];
  const shown = failures.length > wrong.length && verdict === "pass" ? ", showing what the file says it finds" : "";
  const what =
    first === undefined ? "" : `: ${first.message}${wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : ""}`;
  return `${verdicts[verdict]} "${title}" (${kernel}), ${counted(steps, "step")}${shown}${what}`;
}

/** One line: what a check came to. `bounds`: the settings that bound it. */
export function checkSummary(result: TaskResult, bounds: "check" | "liveCheck" = "check"): string {
  const { verdict, title, kernel, states, complete, stopped, workers, milliseconds, failures } = result;
  const whole = complete
    ? "all interleavings"
    : `not all interleavings: ${(reasons[stopped] ?? stopped).replace("BOUNDS", bounds)}`;
  const wrong = failures.filter((failure) => !failure.expected);
  const first = wrong[0];
  const shown = verdict === "pass" && failures.length > 0 ? ", showing what the file says it finds" : "";
  const what = first === undefined ? "" : `: ${first.message}`;
  const by = workers === 1 ? "" : ` by ${workers} workers`;
  return `${verdicts[verdict]} "${title}" (${kernel}), ${counted(states, "state")}${by} in ${Math.round(milliseconds)} ms, ${whole}${shown}${what}`;
}

/** The whole report, a line each, the summary last: a terminal shows its end. Places are as VS Code makes links of. */
export function report(summary: string, { failures, story, notes }: TaskResult): string[] {
  const happened = story.length === 0 ? [] : ["What happened:", ...story.map(indent), ""];
  return [...happened, ...failures.flatMap(describe), ...notes, summary];
}

function describe({ kind, id, message, range, because, consequence, story, schedule }: FoundFailure): string[] {
  const name = kind === "invariant" ? `invariant ${id}` : id;
  const heading = consequence === true ? `${name}, a consequence` : name;
  const way =
    story.length === 0 ? [] : [schedule === undefined ? "The execution:" : "The interleaving:", ...story.map(indent)];
  return [
    ...way,
    `${place(range)}: ${heading}: ${message}`,
    ...because.map((cause) => indent(`because ${place(cause.range)}: ${cause.message}`)),
    "",
  ];
}

function place({
  path,
  line,
  column,
}: {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}): string {
  return `${path}:${line}:${column}`;
}

function indent(line: string): string {
  return `    ${line}`;
}

function counted(n: number, what: string): string {
  return `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
}
