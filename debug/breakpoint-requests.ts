/** Breakpoints and filters as the client asks for them, and remembers them for a restart. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Breakpoint, FunctionRequest, LineRequest } from "./breakpoints.ts";
import type { ClientView } from "./client-view.ts";
import { dataId } from "./data.ts";
import type { DataBreakpoint, DataRequest } from "./data-breakpoints.ts";
import { dataRequests } from "./data-requests.ts";
import type { ActiveFilter } from "./filters.ts";
import { lineMap } from "./line-map.ts";
import type { DataStop, DataStopState } from "./protocol.ts";
import type { Arguments } from "./request.ts";
import type { Session } from "./session.ts";
import { baseName, findSource } from "./sources.ts";

interface Made {
  readonly breakpoints: DebugProtocol.Breakpoint[];
}

/** The breakpoints of a file. */
interface FileLines {
  readonly requests: readonly LineRequest[];
  /** The text that their lines are of; undefined if it is not known: that of the program then. */
  readonly text: string | undefined;
}

/** What is wrong with what a breakpoint was given, and where that is. */
export interface Complaint {
  readonly text: string;
  readonly path?: string;
  /** Counted from 1, of the file as it is now. */
  readonly line?: number;
}

export class BreakpointRequests {
  /** Told of each breakpoint that never stops because its condition or count is wrong, once as long as it stays so. */
  onComplaint: (complaint: Complaint, session: Session) => void = () => {};
  /** What was told of each list. */
  private readonly complaints = new Map<string, ReadonlySet<string>>();
  private readonly linesByPath = new Map<string, FileLines>();
  private functions: readonly FunctionRequest[] = [];
  private data: readonly DataRequest[] = [];
  /** Besides those of the client's own list. */
  private dataAlso: readonly DataStop[] = [];
  private filters: readonly ActiveFilter[] | undefined;
  private also: readonly string[] = [];

  /** `text`: what the file holds now, where it is known. */
  setLines(session: Session, view: ClientView, args: Arguments, text: string | undefined): Made {
    const path = view.pathOf(args.object("source"), session.program);
    const requests: LineRequest[] = args.has("breakpoints")
      ? args.objects("breakpoints").map((b) => ({
          ...view.place(b),
          condition: b.optionalString("condition"),
          hitCondition: b.optionalString("hitCondition"),
          logMessage: b.optionalString("logMessage"),
        }))
      : args.numbers("lines").map((line) => ({ line: view.ownLine(line) }));
    const breakpoints = this.apply(session, view, path, { requests, text });
    this.complainOfLines(session, path, requests, breakpoints);
    this.linesByPath.set(path, {
      requests: requests.map((request, i) => ({ ...request, id: breakpoints[i]?.id })),
      text: text ?? textOf(session, path),
    });
    return { breakpoints };
  }

  setFunctions(session: Session, view: ClientView, args: Arguments): Made {
    const wanted = args.objects("breakpoints").map((b) => ({
      name: b.string("name"),
      condition: b.optionalString("condition"),
      hitCondition: b.optionalString("hitCondition"),
    }));
    // One that stays as it was keeps its number.
    const before = new Map(this.functions.map((request) => [functionKey(request), request.id]));
    this.functions = wanted.map((request) => {
      const id = before.get(functionKey(request));
      before.delete(functionKey(request));
      return { ...request, id };
    });
    const made = session.breakpoints.setFunctions(this.functions);
    this.functions = this.functions.map((request, i) => ({ ...request, id: made[i]?.id }));
    this.complainOfFunctions(session, made);
    return { breakpoints: made.map((b) => told(session, view, b)) };
  }

  setData(session: Session, args: Arguments): Made {
    this.data = dataRequests(args);
    const { own } = this.applyData(session);
    this.data = this.data.map((request, i) => ({ ...request, id: own[i]?.id }));
    const complaints = own.flatMap(({ condition, hitCondition, dataId: id, message }): Complaint[] => {
      if (message === undefined || id === undefined || (condition ?? hitCondition) === undefined) return [];
      return [{ text: `The data breakpoint on ${session.data.nameOfId(id)} never stops: ${message}` }];
    });
    this.complain("data", complaints, session);
    return { breakpoints: own.map(toldData) };
  }

  /** Data that stop besides, from a list that the client keeps itself. */
  setDataAlso(session: Session, stops: readonly DataStop[]): { breakpoints: DataStopState[] } {
    this.dataAlso = stops;
    return { breakpoints: this.applyData(session).also };
  }
  private applyData(session: Session): { own: readonly DataBreakpoint[]; also: DataStopState[] } {
    const also = this.dataAlso.map(({ expression, accessType }) => {
      const data = session.data.named(expression);
      return typeof data === "string" ? data : { dataId: dataId(data), access: accessType };
    });
    const requests = [...this.data, ...also.flatMap((found) => (typeof found === "string" ? [] : [found]))];
    const made = session.dataBreakpoints.set(requests, session.breakpoints.newId);
    let next = this.data.length;
    const states = also.map((found) => {
      const message = typeof found === "string" ? found : made[next++]?.message;
      return { verified: message === undefined, ...(message === undefined ? {} : { message }) };
    });
    return { own: made.slice(0, this.data.length), also: states };
  }

  setFilters(session: Session, args: Arguments): Made {
    this.filters = [
      ...args.strings("filters").map((id) => ({ id })),
      ...args.objects("filterOptions").map((option) => ({
        id: option.string("filterId"),
        condition: option.optionalString("condition"),
        mode: option.optionalString("mode") === "before" ? ("before" as const) : ("after" as const),
      })),
    ];
    const problems = session.filters.set(this.filters);
    const modes = args.objects("filterOptions").map((option) => modeProblem(option.optionalString("mode")));
    const first = problems.length - modes.length;
    const complaints = this.filters.flatMap(({ id, condition }, i): Complaint[] => {
      const problem = condition === undefined ? undefined : problems[i];
      return problem === undefined
        ? []
        : [{ text: `The condition of the event '${id}' is wrong, and it never stops: ${problem}` }];
    });
    this.complain("filters", complaints, session);
    return {
      breakpoints: problems.map((problem, i) => {
        const message = problem ?? modes[i - first];
        return { verified: problem === undefined, ...(message === undefined ? {} : { message }) };
      }),
    };
  }

  /** Events that stop besides, from the view of events. */
  setAlso(session: Session, events: readonly string[]): void {
    this.also = events;
    session.filters.setAlso(events);
  }

  /**
   * Sets everything of `before` anew in another session, which may be of edited files. Returns the breakpoints as they are now, those
   * that moved and those that are no more among them.
   */
  repeat(before: Session, session: Session, view: ClientView): DebugProtocol.Breakpoint[] {
    const lines = [...this.linesByPath].flatMap(([path, { requests, text }]) => {
      const now = textOf(session, path);
      const map = text === undefined || now === undefined || text === now ? undefined : lineMap(text, now);
      const moved = map === undefined ? requests : requests.map((r) => ({ ...r, line: map.nearest(r.line) }));
      this.linesByPath.set(path, { requests: moved, text: now ?? text });
      const made = this.apply(session, view, path, { requests: moved, text: now });
      this.complainOfLines(session, path, moved, made);
      return made;
    });
    const made = session.breakpoints.setFunctions(this.functions);
    this.complainOfFunctions(session, made);
    const functions = made.map((b) => told(session, view, b));
    if (this.filters !== undefined) session.filters.set(this.filters);
    session.filters.setAlso(this.also);
    // What lasts no longer than a frame, or is known by its place in memory, is another thing in another session.
    const isSame = isSameProgram(before, session);
    const gone = this.data.filter(({ dataId: id }) => !session.data.isKept(id, isSame));
    this.data = this.data.filter((request) => !gone.includes(request));
    const data = this.applyData(session).own.map(toldData);
    const message = "It was of the execution before: set it again.";
    return [...lines, ...functions, ...data, ...gone.map(({ id }) => ({ id: id ?? 0, verified: false, message }))];
  }

  private complainOfLines(
    session: Session,
    path: string,
    requests: readonly LineRequest[],
    made: readonly DebugProtocol.Breakpoint[],
  ): void {
    const complaints = requests.flatMap(({ line }, i): Complaint[] => {
      const problem = session.breakpoints.problemOf(made[i]?.id ?? 0);
      if (problem === undefined) return [];
      return [{ text: `The breakpoint at ${baseName(path)}:${line} never stops: ${problem}`, path, line }];
    });
    this.complain(`lines of ${path}`, complaints, session);
  }
  private complainOfFunctions(session: Session, made: readonly Breakpoint[]): void {
    const complaints = made.flatMap(({ problem }, i): Complaint[] => {
      const name = this.functions[i]?.name ?? "";
      return problem === undefined ? [] : [{ text: `The breakpoint at ${name} never stops: ${problem}` }];
    });
    this.complain("functions", complaints, session);
  }
  /** Tells of what is wrong in a list of breakpoints, as far as it was not told when the list was set last. */
  private complain(list: string, complaints: readonly Complaint[], session: Session): void {
    const before = this.complaints.get(list);
    this.complaints.set(list, new Set(complaints.map(({ text }) => text)));
    for (const complaint of complaints) if (before?.has(complaint.text) !== true) this.onComplaint(complaint, session);
  }

  private apply(
    session: Session,
    view: ClientView,
    path: string,
    { requests, text }: FileLines,
  ): DebugProtocol.Breakpoint[] {
    const unverified = ({ line, id }: LineRequest, message: string): DebugProtocol.Breakpoint => ({
      id: session.breakpoints.newId(id),
      verified: false,
      line: view.clientLine(line),
      message,
    });
    const source = findSource(session.program, path);
    if (source < 0) {
      return requests.map((r) => unverified(r, "This file is not part of the scenario that is being debugged."));
    }
    const own = textOf(session, path);
    if (text === undefined || own === undefined || text === own) {
      return session.breakpoints.setLines(source, requests).map((b, i) => told(session, view, b, requests[i]));
    }
    // The file was edited since: the program's lines are those of the text that it was made of.
    const [toOwn, toFile] = [lineMap(text, own), lineMap(own, text)];
    const placed = requests.flatMap((request) => {
      const line = toOwn.same(request.line);
      return line === undefined ? [] : [{ ...request, line }];
    });
    const made = session.breakpoints.setLines(source, placed);
    let next = 0;
    return requests.map((request) => {
      const b = toOwn.same(request.line) === undefined ? undefined : made[next++];
      if (b === undefined) {
        return unverified(request, "This line was edited since the program was started: reload or restart it.");
      }
      const line = b.place === undefined ? undefined : toFile.same(b.place.line);
      if (b.place === undefined || line === undefined)
        return { ...told(session, view, b, request), line: view.clientLine(request.line) };
      const endLine = line + b.place.endLine - b.place.line;
      return { ...told(session, view, b, request), ...view.range({ ...b.place, line, endLine }) };
    });
  }
}

/** The text that a program was made of, of a file that is the user's own. */
function textOf({ program }: Session, path: string): string | undefined {
  const source = program.sources[findSource(program, path)];
  return source === undefined || source.library ? undefined : source.text;
}
/** Whether two sessions run the same texts, so that what is numbered in one is the same in the other. */
function isSameProgram(a: Session, b: Session): boolean {
  const own = ({ program }: Session) => program.sources.filter(({ library, path }) => !library && path !== "");
  return JSON.stringify(own(a)) === JSON.stringify(own(b)) && a.program.kernel === b.program.kernel;
}
/** What is wrong with a filter's mode: it stops after the event then. */
function modeProblem(mode: string | undefined): string | undefined {
  if (mode === undefined || mode === "before" || mode === "after") return undefined;
  return `There is no mode '${mode}': an event stops before or after its statement. It stops after it.`;
}
function functionKey({ name, condition, hitCondition }: FunctionRequest): string {
  return JSON.stringify([name, condition, hitCondition]);
}

function toldData({ id, message }: DataBreakpoint): DebugProtocol.Breakpoint {
  return { id, verified: message === undefined, ...(message === undefined ? {} : { message }) };
}

/** Where breakpoints can be in a range of a source. */
export function breakpointLocations(
  session: Session,
  view: ClientView,
  args: Arguments,
): { breakpoints: DebugProtocol.BreakpointLocation[] } {
  const source = findSource(session.program, view.pathOf(args.object("source"), session.program));
  if (source < 0) return { breakpoints: [] };
  const from = view.place(args);
  const to = args.has("endLine") ? view.place(args, "endLine", "endColumn") : { line: from.line };
  return { breakpoints: session.breakpoints.places(source, from, to).map((place) => view.range(place)) };
}

function told(session: Session, view: ClientView, b: Breakpoint, request?: LineRequest): DebugProtocol.Breakpoint {
  const { place } = b;
  const asked = request === undefined ? {} : { line: view.clientLine(request.line) };
  return {
    id: b.id,
    verified: place !== undefined,
    ...(b.message === undefined ? {} : { message: b.message }),
    ...(b.source < 0 ? {} : { source: view.source(session.program, b.source) }),
    ...(place === undefined ? asked : view.range(place)),
  };
}
