/** The requests of a session that looks at a trace: what goes through it, and a refusal of all that would run or change something. */
import { Event } from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { HmmEvents } from "./protocol.ts";
import type { Arguments, Handler } from "./request.ts";
import { RequestError } from "./request.ts";
import type { TraceSession, TraceStop } from "./trace.ts";

/** Requests that are the same whatever is looked at. */
const SHARED = ["initialize", "launch", "attach", "disconnect", "terminate", "cancel", "source"];

/** The handlers while `trace` is looked at. `all`: those of a scenario that runs. */
export function traceHandlers(
  trace: TraceSession,
  all: Readonly<Record<string, Handler>>,
  send: (event: DebugProtocol.Event) => void,
): Readonly<Record<string, Handler>> {
  const move =
    (to: (args: Arguments) => TraceStop): Handler =>
    (args, after) => {
      const stop = to(args);
      after(() => {
        const moved: HmmEvents["hmm/moved"] = { ...trace.position, ended: false };
        send(new Event("hmm/moved", moved));
        send(new Event("stopped", { ...stop, allThreadsStopped: true }));
      });
      return {};
    };
  const refused: Handler = () => {
    throw new RequestError("This is a trace: what happened can be looked at, and nothing be run or changed.");
  };
  const own: Record<string, Handler> = {
    configurationDone: move(() => trace.entry()),
    restart: move(() => trace.restart()),
    pause: move(() => trace.pause()),
    threads: () => trace.threadList(),
    stackTrace: (args) => trace.stackTrace(args),
    scopes: () => trace.scopes(),
    variables: (args) => trace.variables(args),
    evaluate: (args) => trace.evaluate(args),
    setBreakpoints: (args) => trace.setBreakpoints(args),
    setExceptionBreakpoints: (args) => trace.setFilters(args),
    setFunctionBreakpoints: (args) => trace.setFunctions(args),
    setDataBreakpoints: (args) => trace.setData(args),
    breakpointLocations: (args) => trace.locations(args),
    completions: (args) => trace.completions(args),
    exceptionInfo: () => trace.exceptionInfo(),
    loadedSources: () => ({ sources: [trace.source()].filter((source) => source !== undefined) }),
    modules: () => ({ modules: [], totalModules: 0 }),
    gotoTargets: (args) => trace.gotoTargets(args),
    goto: move((args) => trace.goTo(args.number("targetId") - 1)),
    continue: move(() => trace.run(1)),
    reverseContinue: move(() => trace.run(-1)),
    next: move(() => trace.step(1)),
    stepIn: move(() => trace.step(1)),
    stepOut: move(() => trace.step(1)),
    stepBack: move(() => trace.step(-1)),
    "hmm/goTo": move((args) => trace.goTo(args.number("step"))),
  };
  for (const [name, handler] of Object.entries(all)) own[name] ??= SHARED.includes(name) ? handler : refused;
  return own;
}
