/**
 * Post-mortem: a trace that `hmm run --json` has written, opened as a session without the scenario. Each event and each statement
 * that ended is a moment; one goes through them in both directions, and there is nothing else to run.
 */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { ClientView } from "./client-view.ts";
import type { Arguments } from "./request.ts";
import { RequestError } from "./request.ts";
import { baseName } from "./sources.ts";
import type { Fields } from "./trace-values.ts";
import { isFields, valueIn } from "./trace-values.ts";

/** A line of a trace, as it was read. */
type Line = Fields;

/** Why a trace's session stands where it stands. */
export interface TraceStop {
  readonly reason: "entry" | "step" | "breakpoint" | "function breakpoint" | "exception" | "goto" | "pause";
  readonly threadId: number;
  readonly text?: string;
  readonly description?: string;
  readonly hitBreakpointIds?: readonly number[];
}

/** Fields that tell where a line belongs and not what it is about. */
const frameFields = new Set(["type", "n", "line", "thread", "function"]);

export class TraceSession {
  readonly title: string;
  readonly verdict: string;
  /** The scenario's file, as the trace names it. */
  readonly path: string;
  /** Where that file is now; undefined if it is nowhere: then no line can be shown. */
  scenario: string | undefined;
  private readonly moments: readonly Line[];
  /** State after statements, by the number of moments before it: of traces that were written with `--state`. */
  private readonly states: readonly { readonly at: number; readonly pages: readonly Line[] }[];
  private readonly threads: readonly string[];
  private readonly view: ClientView;
  private now = 0;
  /** Numbers of breakpoints, by the lines and by the functions that they are at. */
  private lines: ReadonlyMap<number, number> = new Map();
  private functions: ReadonlyMap<string, number> = new Map();
  private nextId = 1;
  private filters: ReadonlySet<string> = new Set(["expectation", "invariant", "deadlock", "livelock"]);
  private containers: Line[] = [];

  /** @throws RequestError if the text is no trace */
  constructor(text: string, view: ClientView) {
    this.view = view;
    const lines = text
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map(parsed);
    const scenario = lines.find((line) => line.type === "scenario");
    if (scenario === undefined) throw new RequestError("This is no trace: `hmm run --json FILE` writes one.");
    this.path = String(scenario.file ?? "");
    this.scenario = this.path;
    this.title = String(scenario.title ?? "");
    this.verdict = String(lines.find((line) => line.type === "result")?.verdict ?? "unknown");
    const moments: Line[] = [];
    const states: { at: number; pages: Line[] }[] = [];
    for (const line of lines) {
      if (line.type === "event" || line.type === "statement") moments.push(line);
      else if (line.type === "state") states.push({ at: moments.length, pages: objects(line.pages) });
    }
    this.moments = moments;
    this.states = states;
    this.threads = [...new Set(moments.map((line) => threadName(line)))];
  }

  /** The moment before which it stands, and how many there are. */
  get position(): { readonly step: number; readonly newest: number } {
    return { step: this.now, newest: this.moments.length };
  }

  private get line(): Line | undefined {
    return this.moments[this.now];
  }
  private stop(reason: TraceStop["reason"], more: Partial<TraceStop> = {}): TraceStop {
    this.containers = [];
    const threadId = Math.max(0, this.threads.indexOf(threadName(this.line ?? {}))) + 1;
    return { reason, threadId, ...more };
  }
  entry(): TraceStop {
    return this.stop("entry");
  }
  /** To the beginning. */
  restart(): TraceStop {
    this.now = 0;
    return this.entry();
  }
  /** Where it stands, once more. */
  pause(): TraceStop {
    return this.stop("pause");
  }

  // ------------------------------------------------------------------------------------------------- movement

  /** To the next or the last moment. */
  step(way: 1 | -1): TraceStop {
    this.now = Math.min(Math.max(this.now + way, 0), this.moments.length);
    if (this.now === this.moments.length) return this.atEnd();
    return this.now === 0 ? this.entry() : this.stop("step");
  }
  goTo(moment: number): TraceStop {
    if (moment < 0 || moment > this.moments.length)
      throw new RequestError(`The trace has moments 0 to ${this.moments.length}.`);
    this.now = moment;
    return this.stop("goto");
  }
  /** On to what stops, in either direction. */
  run(way: 1 | -1): TraceStop {
    for (let at = this.now + way; at >= 0 && at < this.moments.length; at += way) {
      const line = this.moments[at] ?? {};
      const before = this.moments[at - 1];
      const atLine =
        typeof line.line === "number" && before?.line !== line.line ? this.lines.get(line.line) : undefined;
      const isNewFunction = typeof line.function === "string" && before?.function !== line.function;
      const inFunction = isNewFunction ? this.functions.get(String(line.function)) : undefined;
      const isCaught = typeof line.event === "string" && this.filters.has(line.event);
      if (atLine === undefined && inFunction === undefined && !isCaught) continue;
      this.now = at;
      const hitBreakpointIds = [atLine, inFunction].filter((id) => id !== undefined);
      if (!isCaught)
        return this.stop(atLine === undefined ? "function breakpoint" : "breakpoint", { hitBreakpointIds });
      return this.stop("exception", { text: textOf(line), description: String(line.event) });
    }
    this.now = way > 0 ? this.moments.length : 0;
    return way > 0 ? this.atEnd() : this.entry();
  }
  private atEnd(): TraceStop {
    return this.stop("pause", { description: `The trace ends: ${this.verdict}.` });
  }

  setBreakpoints(args: Arguments): { breakpoints: DebugProtocol.Breakpoint[] } {
    const known = new Set(this.moments.map((line) => line.line));
    const isOurs = baseName(args.object("source").optionalString("path") ?? "") === baseName(this.path);
    const lines = new Map<number, number>();
    const breakpoints = args.objects("breakpoints").map((b): DebugProtocol.Breakpoint => {
      const line = this.view.ownLine(b.number("line"));
      const problem =
        isOurs && known.has(line)
          ? b.has("logMessage")
            ? "Nothing is logged in a trace."
            : undefined
          : "Nothing in the trace happened at this line.";
      const id = this.nextId++;
      if (problem === undefined) lines.set(line, id);
      return { id, line: this.view.clientLine(line), ...asTold(problem, b) };
    });
    if (isOurs) this.lines = lines;
    return { breakpoints };
  }
  /** Breakpoints at functions that something happened in. */
  setFunctions(args: Arguments): { breakpoints: DebugProtocol.Breakpoint[] } {
    const known = new Set(this.moments.map((line) => line.function));
    const functions = new Map<string, number>();
    const breakpoints = args.objects("breakpoints").map((b): DebugProtocol.Breakpoint => {
      const name = b.string("name");
      const id = this.nextId++;
      if (known.has(name)) functions.set(name, id);
      return { id, ...asTold(known.has(name) ? undefined : "Nothing in the trace happened in this function.", b) };
    });
    this.functions = functions;
    return { breakpoints };
  }
  /** Data are not watched: a trace has what happened, and the state after statements at most. */
  setData(args: Arguments): { breakpoints: DebugProtocol.Breakpoint[] } {
    const message = "In a trace nothing changes by itself: data cannot be watched.";
    return { breakpoints: args.objects("breakpoints").map(() => ({ verified: false, message })) };
  }
  setFilters(args: Arguments): { breakpoints: DebugProtocol.Breakpoint[] } {
    const names = args.strings("filters");
    const options = args.objects("filterOptions");
    this.filters = new Set([...names, ...options.map((option) => option.string("filterId"))]);
    return { breakpoints: [...names.map(() => ({ verified: true })), ...options.map((o) => asTold(undefined, o))] };
  }
  /** Lines at which something happened, in a range. */
  locations(args: Arguments): { breakpoints: DebugProtocol.BreakpointLocation[] } {
    const first = this.view.ownLine(args.number("line"));
    const last = args.has("endLine") ? this.view.ownLine(args.number("endLine")) : first;
    const lines = new Set(this.moments.map(({ line }) => line).filter((line) => typeof line === "number"));
    const found = [...lines].filter((line) => line >= first && line <= last).sort((a, b) => a - b);
    return { breakpoints: found.map((line) => ({ line: this.view.clientLine(line) })) };
  }
  /** The moments that a line has: to be gone to. */
  gotoTargets(args: Arguments): { targets: DebugProtocol.GotoTarget[] } {
    const line = this.view.ownLine(args.number("line"));
    const targets = this.moments.flatMap((moment, at): DebugProtocol.GotoTarget[] =>
      moment.line === line ? [{ id: at + 1, label: `${at}: ${textOf(moment)}`, line: args.number("line") }] : [],
    );
    return { targets: targets.slice(0, TARGET_LIMIT) };
  }

  // -------------------------------------------------------------------------------------------------- looking

  threadList(): { threads: DebugProtocol.Thread[] } {
    return { threads: this.threads.map((name, i) => ({ id: i + 1, name })) };
  }
  stackTrace(args: Arguments): { stackFrames: DebugProtocol.StackFrame[]; totalFrames: number } {
    const { line } = this;
    if (line === undefined || this.threads[args.number("threadId") - 1] !== threadName(line)) {
      return { stackFrames: [], totalFrames: 0 };
    }
    const name = typeof line.function === "string" ? `${textOf(line)} in ${line.function}` : textOf(line);
    const source = this.source();
    const frame: DebugProtocol.StackFrame = {
      id: 1,
      name: source === undefined && typeof line.line === "number" ? `${name}, line ${line.line}` : name,
      ...(source === undefined ? {} : { source }),
      line: this.view.clientLine(typeof line.line === "number" ? line.line : 1),
      column: this.view.clientColumn(1),
    };
    // VS Code asks for the first frame, then for the rest.
    return { stackFrames: (args.optionalNumber("startFrame") ?? 0) > 0 ? [] : [frame], totalFrames: 1 };
  }
  scopes(): { scopes: DebugProtocol.Scope[] } {
    const scopes: DebugProtocol.Scope[] = [
      { name: "Moment", variablesReference: this.keep(this.line ?? {}), expensive: false },
    ];
    const state = this.states.findLast(({ at }) => at <= this.now);
    if (state !== undefined) {
      const pages = Object.fromEntries(
        state.pages.map((page) => [`${String(page.region)}[${String(page.page)}]`, page]),
      );
      scopes.push({ name: "Pages", variablesReference: this.keep(pages), expensive: false });
    }
    return { scopes };
  }
  variables(args: Arguments): { variables: DebugProtocol.Variable[] } {
    const line = this.containers[args.number("variablesReference") - 1];
    if (line === undefined) throw new RequestError("There are no such variables at this moment.");
    return {
      variables: Object.entries(line).map(([name, value]) => ({
        name,
        value: typeof value === "object" && value !== null ? "" : String(value),
        variablesReference: typeof value === "object" && value !== null ? this.keep({ ...value }) : 0,
        presentationHint: { attributes: ["readOnly"] },
      })),
    };
  }
  /** A field of the present moment, by name; or what an observation of a page was after the last statement. */
  evaluate(args: Arguments): DebugProtocol.EvaluateResponse["body"] {
    const expression = args.string("expression").trim();
    const state = this.states.findLast(({ at }) => at <= this.now);
    const value = valueIn(expression, this.line ?? {}, state?.pages ?? []);
    if (value === undefined) {
      const how = state === undefined ? "no state, unless it was written with --state" : "pages that were touched";
      throw new RequestError(`A trace holds what happened, and ${how}: '${expression}' is not in it.`);
    }
    return isFields(value)
      ? { result: JSON.stringify(value), variablesReference: this.keep(value) }
      : { result: value === null ? "none" : String(value), variablesReference: 0 };
  }
  /** The names of the present moment's fields. */
  completions(args: Arguments): { targets: DebugProtocol.CompletionItem[] } {
    const typed = /\w*$/.exec(args.string("text"))?.[0] ?? "";
    const names = Object.keys(this.line ?? {}).filter((name) => name.startsWith(typed));
    return { targets: names.map((label) => ({ label, type: "field" })) };
  }
  /** The event that it stopped at. @throws RequestError if it is at none */
  exceptionInfo(): DebugProtocol.ExceptionInfoResponse["body"] {
    const { line } = this;
    if (typeof line?.event !== "string") throw new RequestError("The trace does not stand at an event.");
    return { exceptionId: line.event, description: textOf(line), breakMode: "always" };
  }
  /** The scenario's file; undefined where it is not to be had. */
  source(): DebugProtocol.Source | undefined {
    return this.scenario === undefined ? undefined : { name: baseName(this.scenario), path: this.scenario };
  }
  private keep(line: Line): number {
    return this.containers.push(line);
  }
}

/** Most moments of a line that are offered. */
const TARGET_LIMIT = 50;

/** A breakpoint as it is told: what it asks for besides its place is not looked at. */
function asTold(problem: string | undefined, asked: Arguments): { verified: boolean; message?: string } {
  if (problem !== undefined) return { verified: false, message: problem };
  if (!asked.has("condition") && !asked.has("hitCondition")) return { verified: true };
  return { verified: true, message: "Conditions are not looked at in a trace: it stops each time." };
}

function parsed(line: string): Line {
  let found: unknown;
  try {
    found = JSON.parse(line);
  } catch {
    throw new RequestError("This is no trace: it is not one JSON object a line.");
  }
  if (typeof found !== "object" || found === null) throw new RequestError("This is no trace: a line is no object.");
  return { ...found };
}
function objects(list: unknown): Line[] {
  return Array.isArray(list) ? list.filter((item): item is Line => typeof item === "object" && item !== null) : [];
}
function threadName(line: Line): string {
  return typeof line.thread === "string" ? line.thread : "scenario";
}
/** A moment as a person reads it. */
function textOf(line: Line): string {
  if (line.type === "statement") return `${String(line.verb)} ended with ${String(line.outcome)}`;
  const fields = Object.entries(line).filter(
    ([name]) => !frameFields.has(name) && name !== "event" && name !== "process",
  );
  return `${String(line.event)}(${fields.map(([name, value]) => `${name}: ${String(value)}`).join(", ")})`;
}
