/** Breakpoints and filters as the client asks for them, and remembers them for a restart. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Breakpoint, FunctionRequest, LineRequest } from "./breakpoints.ts";
import type { ClientView } from "./client-view.ts";
import { dataId } from "./data.ts";
import type { DataBreakpoint, DataRequest } from "./data-breakpoints.ts";
import { dataRequests } from "./data-requests.ts";
import type { ActiveFilter } from "./filters.ts";
import type { DataStop, DataStopState } from "./protocol.ts";
import type { Arguments } from "./request.ts";
import type { Session } from "./session.ts";
import { findSource } from "./sources.ts";

interface Made {
  readonly breakpoints: DebugProtocol.Breakpoint[];
}

export class BreakpointRequests {
  private readonly linesByPath = new Map<string, readonly LineRequest[]>();
  private functions: readonly FunctionRequest[] = [];
  private data: readonly DataRequest[] = [];
  /** Besides those of the client's own list. */
  private dataAlso: readonly DataStop[] = [];
  private filters: readonly ActiveFilter[] | undefined;
  private also: readonly string[] = [];

  setLines(session: Session, view: ClientView, args: Arguments): Made {
    const path = view.pathOf(args.object("source"), session.program);
    const requests: LineRequest[] = args.has("breakpoints")
      ? args.objects("breakpoints").map((b) => ({
          ...view.place(b),
          condition: b.optionalString("condition"),
          hitCondition: b.optionalString("hitCondition"),
          logMessage: b.optionalString("logMessage"),
        }))
      : args.numbers("lines").map((line) => ({ line: view.ownLine(line) }));
    const breakpoints = this.apply(session, view, path, requests);
    this.linesByPath.set(
      path,
      requests.map((request, i) => ({ ...request, id: breakpoints[i]?.id })),
    );
    return { breakpoints };
  }

  setFunctions(session: Session, view: ClientView, args: Arguments): Made {
    this.functions = args.objects("breakpoints").map((b) => ({
      name: b.string("name"),
      condition: b.optionalString("condition"),
      hitCondition: b.optionalString("hitCondition"),
    }));
    const made = session.breakpoints.setFunctions(this.functions);
    return { breakpoints: made.map((b) => told(session, view, b)) };
  }

  setData(session: Session, args: Arguments): Made {
    this.data = dataRequests(args);
    return { breakpoints: this.applyData(session).own.map(toldData) };
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
    return {
      breakpoints: problems.map((message) => ({
        verified: message === undefined,
        ...(message === undefined ? {} : { message }),
      })),
    };
  }

  /** Events that stop besides, from the view of events. */
  setAlso(session: Session, events: readonly string[]): void {
    this.also = events;
    session.filters.setAlso(events);
  }

  /** Sets everything anew in another session. Returns the line breakpoints, which may have moved. */
  repeat(session: Session, view: ClientView): DebugProtocol.Breakpoint[] {
    session.breakpoints.setFunctions(this.functions);
    if (this.filters !== undefined) session.filters.set(this.filters);
    session.filters.setAlso(this.also);
    this.applyData(session);
    return [...this.linesByPath].flatMap(([path, requests]) => this.apply(session, view, path, requests));
  }

  private apply(
    session: Session,
    view: ClientView,
    path: string,
    requests: readonly LineRequest[],
  ): DebugProtocol.Breakpoint[] {
    const source = findSource(session.program, path);
    if (source < 0) {
      const message = "This file is not part of the scenario that is being debugged.";
      return requests.map(({ line, id }) => ({
        ...(id === undefined ? {} : { id }),
        verified: false,
        line: view.clientLine(line),
        message,
      }));
    }
    return session.breakpoints.setLines(source, requests).map((b, i) => told(session, view, b, requests[i]));
  }
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
