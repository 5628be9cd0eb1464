/**
 * The debug adapter: requests of the Debug Adapter Protocol to a session, and its stops to events. It runs inline in an editor or
 * on streams (`start`), in Node and in browsers alike; files and waiting are the host's.
 *
 * Whatever a request holds, it is answered: with an error if it makes no sense, never by falling over.
 */
import { DebugSession, Event, OutputEvent, Response } from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Library } from "../language/compile/builder.ts";
import type { LoadedScenario } from "../language/compile/front-door.ts";
import { librarySignature, loadScenario, readImports } from "../language/compile/front-door.ts";
import { completeFragment } from "../language/features/completion/complete.ts";
import { parse, parseExpression, parseStatement } from "../language/syntax/parser.ts";
import { DIRECTOR } from "../sim-core/explore/simulation.ts";
import { verdictOfRun } from "../sim-core/explore/verdict.ts";
import { ModelError } from "../sim-core/vm/model-error.ts";
import type { Spot } from "../sim-core/vm/program.ts";
import type { Breakpoint, FunctionRequest, LineRequest } from "./breakpoints.ts";
import type { ActiveFilter } from "./filters.ts";
import { FILTERS } from "./filters.ts";
import type { FileAccess, LaunchArguments } from "./launch.ts";
import { Panel, PanelError } from "./panel.ts";
import type { HmmEvents } from "./protocol.ts";
import { Arguments, RequestError } from "./request.ts";
import type { Go } from "./session.ts";
import { ScheduleError, Session } from "./session.ts";
import { baseName, clientPath, findSource, modelPath, textPlace } from "./sources.ts";
import type { Frame, Stop } from "./stop.ts";
import type { VariableNode } from "./variables.ts";
import { Variables } from "./variables.ts";
import { whatIf } from "./what-if.ts";

export interface AdapterOptions {
  readonly library: Library;
  readonly files: FileAccess;
  /** Lets the host do other things during a long run. */
  readonly yieldToHost: () => Promise<void>;
}

/** What `initialize` says that the adapter can do. */
export const CAPABILITIES: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsFunctionBreakpoints: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsBreakpointLocationsRequest: true,
  supportsEvaluateForHovers: true,
  supportsClipboardContext: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: [".", "(", " "],
  supportsStepBack: true,
  supportsSteppingGranularity: true,
  supportsSingleThreadExecutionRequests: true,
  supportsRestartRequest: true,
  supportsTerminateRequest: true,
  supportsExceptionInfoRequest: true,
  supportsExceptionFilterOptions: true,
  supportsExceptionOptions: false,
  supportsLoadedSourcesRequest: true,
  supportsDelayedStackTraceLoading: true,
  exceptionBreakpointFilters: FILTERS.map(({ id, label, description, byDefault, example }) => ({
    filter: id,
    label,
    description,
    default: byDefault,
    supportsCondition: true,
    conditionDescription: `Stops only where this holds, for example: ${example}`,
  })),
};

/** A program that is being debugged. */
interface Debuggee {
  readonly arguments: LaunchArguments;
  readonly loaded: LoadedScenario;
  readonly session: Session;
  readonly panel: Panel;
  readonly variables: Variables;
}

/** Puts work off until the request has been answered. */
type After = (work: () => void) => void;
type Handler = (args: Arguments, after: After) => unknown;

export class HmmDebugAdapter extends DebugSession {
  /** Told when the client has taken its leave. */
  onFinished: () => void = () => {};
  private readonly options: AdapterOptions;
  private debuggee: Debuggee | undefined;
  private lineBase = 1;
  private columnBase = 1;
  /** The client shows texts of the scheme `hmm-model` itself; others get a reference to ask with. */
  private readsModelScheme = false;
  private paused = false;
  private running = false;
  private ended = false;
  private configured = false;
  // What the client asked for, kept for a restart.
  private readonly linesByPath = new Map<string, readonly LineRequest[]>();
  private functionRequests: readonly FunctionRequest[] = [];
  private filterRequests: readonly ActiveFilter[] | undefined;
  // References of the present stop.
  private frames: { readonly thread: number; readonly frame: Frame }[] = [];
  private containers: (() => readonly VariableNode[])[] = [];

  constructor(options: AdapterOptions) {
    super();
    this.options = options;
    // A message that is no JSON is no reason to end.
    this.removeAllListeners("error");
    this.on("error", (event: DebugProtocol.Event) => {
      this.sendEvent(new OutputEvent(`A message could not be understood: ${String(event.body)}\n`, "stderr"));
    });
  }

  /** The session of the scenario that is being debugged: for hosts in the same process. */
  get session(): Session | undefined {
    return this.debuggee?.session;
  }

  private readonly handlers: Readonly<Record<string, Handler>> = {
    initialize: (args) => this.initialize(args),
    launch: (args, after) => this.launch(args, after),
    attach: () => {
      throw new RequestError("There is nothing to attach to: a scenario is launched.");
    },
    configurationDone: (_, after) => this.configurationDone(after),
    restart: (args, after) => this.restart(args, after),
    disconnect: (_, after) => {
      this.finish();
      after(() => this.onFinished());
    },
    terminate: (_, after) => {
      this.finish();
      after(() => this.sendEvent(new Event("terminated")));
    },
    setBreakpoints: (args) => this.setBreakpoints(args),
    setFunctionBreakpoints: (args) => this.setFunctionBreakpoints(args),
    setExceptionBreakpoints: (args) => this.setExceptionBreakpoints(args),
    breakpointLocations: (args) => this.breakpointLocations(args),
    threads: () => ({
      threads: this.program()
        .session.threads()
        .map(({ id, name }) => ({ id: id + 1, name })),
    }),
    stackTrace: (args) => this.stackTrace(args),
    scopes: (args) => this.scopes(args),
    variables: (args) => this.variables(args),
    evaluate: (args) => this.evaluate(args),
    completions: (args) => this.completions(args),
    exceptionInfo: () => this.exceptionInfo(),
    continue: (args, after) => this.proceed(after, this.goArguments("continue", args), { allThreadsContinued: true }),
    next: (args, after) => this.proceed(after, this.goArguments("stepOver", args)),
    stepIn: (args, after) => this.proceed(after, this.goArguments("stepIn", args)),
    stepOut: (args, after) => this.proceed(after, this.goArguments("stepOut", args)),
    stepBack: (args, after) => {
      const thread = this.thread(args);
      const finest = args.optionalString("granularity") === "instruction";
      this.moved(after, () => this.stopped().stepBack(thread, finest));
    },
    reverseContinue: (_, after) => this.moved(after, () => this.stopped().reverseContinue()),
    pause: (_, after) => this.pause(after),
    source: (args) => this.source(args),
    loadedSources: () => this.loadedSources(),
    "hmm/session": () => this.program().panel.info(),
    "hmm/position": (args) => this.program().panel.position(args.optionalNumber("since")),
    "hmm/rows": (args) => ({
      pages: this.program().panel.rows(args.number("region"), args.number("from"), args.number("to")),
    }),
    "hmm/events": (args) => ({ events: this.program().panel.events(args.number("from"), args.number("to")) }),
    "hmm/details": (args) => ({ sections: this.program().panel.details(args.number("region"), args.number("page")) }),
    "hmm/failures": () => ({ failures: this.program().panel.failures() }),
    "hmm/goTo": (args, after) => {
      const step = args.number("step");
      this.moved(after, () => this.stopped().goTo(step));
      return {};
    },
    "hmm/whatIf": (args) => whatIf(this.stopped(), args.string("text").slice(0, 20_000)),
  };

  // ------------------------------------------------------------------------------------------------- dispatch

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    const response: DebugProtocol.Response = new Response(request);
    const command = String(request.command);
    const handler = Object.hasOwn(this.handlers, command) ? this.handlers[command] : undefined;
    if (handler === undefined) {
      this.fail(response, new RequestError(`The debugger does not know the request '${command}'.`));
      return;
    }
    const afterwards: (() => void)[] = [];
    const answer = (body: unknown): void => {
      if (body !== undefined) response.body = body;
      this.sendResponse(response);
      for (const work of afterwards) work();
    };
    try {
      const result = handler(new Arguments(request.arguments, command), (work) => afterwards.push(work));
      if (result instanceof Promise) result.then(answer, (error: unknown) => this.fail(response, error));
      else answer(result);
    } catch (error) {
      this.fail(response, error);
    }
  }
  private fail(response: DebugProtocol.Response, error: unknown): void {
    const isExpected = error instanceof RequestError || error instanceof PanelError || error instanceof RangeError;
    const message = isExpected ? messageOf(error) : `The debugger has made a mistake: ${messageOf(error)}`;
    const showUser = !isExpected || response.command === "launch" || response.command === "restart";
    response.success = false;
    response.message = message;
    response.body = { error: { id: isExpected ? 1 : 2, format: message, showUser } };
    this.sendResponse(response);
  }

  private program(): Debuggee {
    if (this.debuggee === undefined) throw new RequestError("No scenario has been launched.");
    return this.debuggee;
  }
  /** The session, which must not be running. */
  private stopped(): Session {
    const { session } = this.program();
    if (this.running) throw new RequestError("The scenario is running: pause it first.");
    if (this.ended) throw new RequestError("The scenario has ended.");
    return session;
  }

  // --------------------------------------------------------------------------------------------------- launch

  private initialize(args: Arguments): DebugProtocol.Capabilities {
    this.lineBase = args.optionalFlag("linesStartAt1") === false ? 0 : 1;
    this.columnBase = args.optionalFlag("columnsStartAt1") === false ? 0 : 1;
    this.readsModelScheme = args.optionalString("clientID") === "vscode";
    return CAPABILITIES;
  }

  private async launch(args: Arguments, after: After): Promise<void> {
    this.debuggee = await this.load(launchArguments(args));
    after(() => this.sendEvent(new Event("initialized")));
  }

  private async load(launch: LaunchArguments): Promise<Debuggee> {
    const { files, library } = this.options;
    const path = files.resolve?.(withoutFileScheme(launch.program)) ?? withoutFileScheme(launch.program);
    const text = await files.read(launch.program).catch((error: unknown) => {
      throw new RequestError(`${launch.program}: ${messageOf(error)}`);
    });
    const readImport = await readImports(text, path, (imported) => files.read(imported));
    const { kernel, seed, stepIntoModel } = launch;
    const loaded = loadScenario(text, path, { library, readImport, ...(kernel === undefined ? {} : { kernel }) });
    const { compiled, context } = loaded;
    if (compiled === undefined) throw new RequestError(mistakes(loaded));
    const schedule = launch.schedule === undefined ? undefined : await this.readSchedule(launch.schedule);
    try {
      const session = new Session(
        { compiled, context },
        {
          ...(seed === undefined ? {} : { seed }),
          ...(stepIntoModel === undefined ? {} : { stepIntoModel }),
          ...(schedule === undefined ? {} : { schedule }),
        },
      );
      session.onLog = (message, spot) => this.output(`${message}\n`, "console", session, spot);
      return {
        arguments: launch,
        loaded,
        session,
        panel: new Panel(session),
        variables: new Variables(session, compiled),
      };
    } catch (error) {
      if (error instanceof ScheduleError) throw new RequestError(`${launch.schedule}: ${error.message}`);
      if (error instanceof ModelError) throw new RequestError(`${baseName(path)}: ${error.message}`);
      throw error;
    }
  }
  private async readSchedule(path: string): Promise<unknown> {
    const text = await this.options.files.read(path).catch((error: unknown) => {
      throw new RequestError(`${path}: ${messageOf(error)}`);
    });
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new RequestError(`${path}: this is not a schedule: it is no JSON.`);
    }
  }

  private configurationDone(after: After): void {
    const debuggee = this.program();
    if (this.configured) return;
    this.configured = true;
    after(() => this.begin(debuggee));
  }
  private begin({ arguments: launch, session }: Debuggee): void {
    if (launch.stopOnEntry === true && launch.noDebug !== true) {
      session.showEntry();
      this.report(session.stop);
      return;
    }
    this.run(session, { kind: "continue" });
  }

  private async restart(args: Arguments, after: After): Promise<void> {
    const before = this.program();
    this.paused = true;
    const debuggee = await this.load(
      args.has("arguments") ? launchArguments(args.object("arguments")) : before.arguments,
    );
    this.debuggee = debuggee;
    this.running = false;
    this.ended = false;
    this.paused = false;
    this.forgetReferences();
    const { session } = debuggee;
    for (const [path, requests] of this.linesByPath) {
      for (const breakpoint of this.applyLines(session, path, requests)) {
        this.sendEvent(new Event("breakpoint", { reason: "changed", breakpoint }));
      }
    }
    session.breakpoints.setFunctions(this.functionRequests);
    if (this.filterRequests !== undefined) session.filters.set(this.filterRequests);
    after(() => this.begin(debuggee));
  }
  private finish(): void {
    this.paused = true;
    this.ended = true;
  }

  // ---------------------------------------------------------------------------------------------- breakpoints

  private setBreakpoints(args: Arguments): { breakpoints: DebugProtocol.Breakpoint[] } {
    const { session } = this.program();
    const source = args.object("source");
    const path = this.pathOf(source, session);
    const requests: LineRequest[] = args.has("breakpoints")
      ? args.objects("breakpoints").map((b) => {
          const column = b.optionalNumber("column");
          return {
            line: this.ownLine(b.number("line")),
            column: column === undefined ? undefined : this.ownColumn(column),
            condition: b.optionalString("condition"),
            hitCondition: b.optionalString("hitCondition"),
            logMessage: b.optionalString("logMessage"),
          };
        })
      : args.numbers("lines").map((line) => ({ line: this.ownLine(line) }));
    const made = this.applyLines(session, path, requests);
    this.linesByPath.set(
      path,
      requests.map((request, i) => ({ ...request, id: made[i]?.id })),
    );
    return { breakpoints: made };
  }
  private applyLines(session: Session, path: string, requests: readonly LineRequest[]): DebugProtocol.Breakpoint[] {
    const source = findSource(session.program, path);
    if (source < 0) {
      const message = "This file is not part of the scenario that is being debugged.";
      return requests.map(({ line, id }) => ({
        ...(id === undefined ? {} : { id }),
        verified: false,
        line: this.clientLine(line),
        message,
      }));
    }
    return session.breakpoints.setLines(source, requests).map((b, i) => this.breakpoint(session, b, requests[i]));
  }
  private breakpoint(session: Session, b: Breakpoint, request?: LineRequest): DebugProtocol.Breakpoint {
    const { place } = b;
    const source = session.program.sources[b.source];
    return {
      id: b.id,
      verified: place !== undefined,
      ...(b.message === undefined ? {} : { message: b.message }),
      ...(source === undefined ? {} : { source: this.dapSource(session, b.source) }),
      ...(place === undefined
        ? request === undefined
          ? {}
          : { line: this.clientLine(request.line) }
        : {
            line: this.clientLine(place.line),
            column: this.clientColumn(place.column),
            endLine: this.clientLine(place.endLine),
            endColumn: this.clientColumn(place.endColumn),
          }),
    };
  }
  private setFunctionBreakpoints(args: Arguments): { breakpoints: DebugProtocol.Breakpoint[] } {
    const { session } = this.program();
    this.functionRequests = args.objects("breakpoints").map((b) => ({
      name: b.string("name"),
      condition: b.optionalString("condition"),
      hitCondition: b.optionalString("hitCondition"),
    }));
    const made = session.breakpoints.setFunctions(this.functionRequests);
    return { breakpoints: made.map((b) => this.breakpoint(session, b)) };
  }

  private setExceptionBreakpoints(args: Arguments): { breakpoints: DebugProtocol.Breakpoint[] } {
    const { session } = this.program();
    this.filterRequests = [
      ...args.strings("filters").map((id) => ({ id })),
      ...args.objects("filterOptions").map((option) => ({
        id: option.string("filterId"),
        condition: option.optionalString("condition"),
      })),
    ];
    const problems = session.filters.set(this.filterRequests);
    return {
      breakpoints: problems.map((message) => ({
        verified: message === undefined,
        ...(message === undefined ? {} : { message }),
      })),
    };
  }

  private breakpointLocations(args: Arguments): { breakpoints: DebugProtocol.BreakpointLocation[] } {
    const { session } = this.program();
    const source = findSource(session.program, this.pathOf(args.object("source"), session));
    if (source < 0) return { breakpoints: [] };
    const line = this.ownLine(args.number("line"));
    const column = args.optionalNumber("column");
    const endLine = args.optionalNumber("endLine");
    const endColumn = args.optionalNumber("endColumn");
    const from = { line, column: column === undefined ? undefined : this.ownColumn(column) };
    const to = {
      line: endLine === undefined ? line : this.ownLine(endLine),
      column: endColumn === undefined ? undefined : this.ownColumn(endColumn),
    };
    return {
      breakpoints: session.breakpoints.places(source, from, to).map((place) => ({
        line: this.clientLine(place.line),
        column: this.clientColumn(place.column),
        endLine: this.clientLine(place.endLine),
        endColumn: this.clientColumn(place.endColumn),
      })),
    };
  }

  // ------------------------------------------------------------------------------------------------ going on

  private goArguments(kind: Go["kind"], args: Arguments): Go {
    const alone = args.flag("singleThread");
    if (kind === "continue") {
      if (!alone) return { kind };
      return { kind, thread: this.thread(args), alone };
    }
    const finest = args.optionalString("granularity") === "instruction";
    return { kind, thread: this.thread(args), alone, finest };
  }
  private thread(args: Arguments): number {
    const id = args.number("threadId") - 1;
    const { session } = this.program();
    if (id >= 0 && id < session.simulation.machine.threads.length) return id;
    throw new RequestError(`There is no thread ${id + 1}.`);
  }

  /** Goes on after the answer has been sent. */
  private proceed<T>(after: After, go: Go, body?: T): T | undefined {
    const session = this.stopped();
    after(() => this.run(session, go));
    return body;
  }
  private run(session: Session, go: Go): void {
    this.forgetReferences();
    this.paused = false;
    this.running = true;
    session.begin(go);
    this.goOn(session);
  }
  /** Runs until it stops: at once if that is soon, else in turns with the host. */
  private goOn(session: Session): void {
    try {
      const stop = session.slice();
      if (stop !== undefined) {
        this.running = false;
        this.report(stop);
        return;
      }
    } catch (error) {
      this.broken(error);
      return;
    }
    this.options.yieldToHost().then(
      () => {
        if (this.debuggee?.session !== session || this.ended) return;
        if (!this.paused) {
          this.goOn(session);
          return;
        }
        this.running = false;
        this.report(session.pause());
      },
      (error: unknown) => this.broken(error),
    );
  }
  private broken(error: unknown): void {
    this.running = false;
    this.ended = true;
    this.sendEvent(new OutputEvent(`The debugger has made a mistake: ${messageOf(error)}\n`, "stderr"));
    this.sendEvent(new Event("terminated"));
  }
  private pause(after: After): void {
    if (this.running) this.paused = true;
    else if (!this.ended) after(() => this.report({ ...this.program().session.stop, reason: "pause" }));
  }
  /** A move through history: the stop is told after the answer. */
  private moved(after: After, move: () => Stop): void {
    const stop = move();
    this.forgetReferences();
    after(() => this.report(stop));
  }

  private report(stop: Stop): void {
    const { session } = this.program();
    const { timeline } = session;
    const hasEnded = timeline.ended !== undefined;
    const moved: HmmEvents["hmm/moved"] = { step: timeline.now, newest: timeline.newest, ended: hasEnded };
    this.sendEvent(new Event("hmm/moved", moved));
    if (stop.reason === "finished" || (this.program().arguments.noDebug === true && hasEnded)) {
      this.end(session);
      return;
    }
    if (this.program().arguments.noDebug === true && stop.reason !== "pause") {
      this.run(session, { kind: "continue" });
      return;
    }
    const body: DebugProtocol.StoppedEvent["body"] = {
      reason: stop.reason,
      threadId: (stop.thread ?? DIRECTOR) + 1,
      allThreadsStopped: true,
      ...(stop.filter === undefined ? {} : { text: stop.filter }),
      ...(stop.description === undefined ? {} : { description: stop.description }),
      ...(stop.breakpoints === undefined ? {} : { hitBreakpointIds: [...stop.breakpoints] }),
    };
    this.sendEvent(new Event("stopped", body));
  }
  private end(session: Session): void {
    this.ended = true;
    const { failures } = session.timeline;
    for (const failure of failures) {
      const because = failure.because.map((cause) => {
        const { path, line } = textPlace(session.program, cause.spot);
        return `  because ${baseName(path)}:${line}: ${cause.message}\n`;
      });
      this.output(`${failure.message}\n${because.join("")}`, "stderr", session, failure.spot);
    }
    const passes = verdictOfRun(session.program, failures) === "pass";
    const verdict =
      failures.length === 0 ? "nothing failed" : passes ? "it shows what the file says it finds" : "failed";
    this.output(`The scenario has ended after ${timelineText(session)}: ${verdict}.\n`, "console");
    this.sendEvent(new Event("exited", { exitCode: passes ? 0 : 1 }));
    this.sendEvent(new Event("terminated"));
  }
  private output(text: string, category: string, session?: Session, spot?: Spot): void {
    const event: DebugProtocol.OutputEvent = new OutputEvent(text, category);
    if (session !== undefined && spot !== undefined) {
      event.body.source = this.dapSource(session, spot.source);
      event.body.line = this.clientLine(spot.line);
      event.body.column = this.clientColumn(spot.column);
    }
    this.sendEvent(event);
  }

  // --------------------------------------------------------------------------------------- stack and variables

  private forgetReferences(): void {
    this.frames = [];
    this.containers = [];
  }

  private stackTrace(args: Arguments): { stackFrames: DebugProtocol.StackFrame[]; totalFrames: number } {
    const { session } = this.program();
    const thread = this.thread(args);
    const all = session.frames(thread);
    const first = Math.max(0, args.optionalNumber("startFrame") ?? 0);
    const levels = args.optionalNumber("levels") ?? 0;
    const wanted = all.slice(first, levels > 0 ? first + levels : undefined);
    return {
      stackFrames: wanted.map((frame) => this.stackFrame(session, thread, frame)),
      totalFrames: all.length,
    };
  }
  private stackFrame(session: Session, thread: number, frame: Frame): DebugProtocol.StackFrame {
    const { spot } = frame;
    const text = session.program.sources[spot.source]?.text.slice(spot.start, spot.end) ?? "";
    const lines = text.split("\n");
    const endColumn = (lines.length === 1 ? spot.column : 1) + (lines.at(-1)?.length ?? 0);
    const isSubtle = frame.isModel && this.program().arguments.stepIntoModel === false;
    return {
      id: this.frames.push({ thread, frame }),
      name: frame.name,
      source: this.dapSource(session, spot.source),
      line: this.clientLine(spot.line),
      column: this.clientColumn(spot.column),
      endLine: this.clientLine(spot.line + lines.length - 1),
      endColumn: this.clientColumn(endColumn),
      ...(isSubtle ? { presentationHint: "subtle" } : {}),
    };
  }
  private frame(id: number): { readonly thread: number; readonly frame: Frame } {
    const found = this.frames[id - 1];
    if (found === undefined) throw new RequestError(`There is no stack frame ${id} at this stop.`);
    return found;
  }

  private scopes(args: Arguments): { scopes: DebugProtocol.Scope[] } {
    const { variables } = this.program();
    const { thread, frame } = this.frame(args.number("frameId"));
    return {
      scopes: variables.scopes(thread, frame).map(({ name, hint, expensive, children }) => ({
        name,
        ...(hint === undefined ? {} : { presentationHint: hint }),
        variablesReference: this.containers.push(children),
        expensive,
      })),
    };
  }
  private variables(args: Arguments): { variables: DebugProtocol.Variable[] } {
    const reference = args.number("variablesReference");
    const children = this.containers[reference - 1];
    if (children === undefined) throw new RequestError(`There are no variables ${reference} at this stop.`);
    const filter = args.optionalString("filter");
    const start = Math.max(0, args.optionalNumber("start") ?? 0);
    const count = args.optionalNumber("count") ?? 0;
    const all = children();
    const isIndexed = (node: VariableNode) => node.name.startsWith("[");
    const fitting = filter === undefined ? all : all.filter((node) => isIndexed(node) === (filter === "indexed"));
    const wanted = fitting.slice(start, count > 0 ? start + count : undefined);
    return { variables: wanted.map((node) => this.variable(node)) };
  }
  private variable(node: VariableNode): DebugProtocol.Variable {
    return {
      name: node.name,
      value: node.value,
      ...(node.type === undefined ? {} : { type: node.type }),
      ...(node.evaluateName === undefined ? {} : { evaluateName: node.evaluateName }),
      variablesReference: node.children === undefined ? 0 : this.containers.push(node.children),
      ...(node.indexed === undefined ? {} : { indexedVariables: node.indexed }),
    };
  }

  private evaluate(args: Arguments): DebugProtocol.EvaluateResponse["body"] {
    const { session, variables } = this.program();
    const text = args.string("expression").trim();
    const context = args.optionalString("context") ?? "watch";
    const id = args.optionalNumber("frameId");
    const frame = id === undefined ? undefined : this.frame(id).frame;
    if (context === "repl" && isStatement(text)) return this.tryStatement(text);
    const result = session.evaluate(text, frame, true);
    if (!result.ok) throw new RequestError(result.problems[0]?.message ?? "This cannot be evaluated.");
    const node = variables.node("", result.value, text);
    const { value, type, variablesReference, indexedVariables } = this.variable(node);
    return {
      result: value,
      ...(type === undefined ? {} : { type }),
      variablesReference,
      ...(indexedVariables === undefined ? {} : { indexedVariables }),
    };
  }
  /** A statement in the debug console: what it would do. */
  private tryStatement(text: string): DebugProtocol.EvaluateResponse["body"] {
    const { ok, outcome, changes, events, problems } = whatIf(this.stopped(), text);
    if (problems.length > 0 && outcome === "" && events.length === 0) {
      throw new RequestError(problems.map((p) => p.message).join("\n"));
    }
    const head = `${ok ? "It would end with" : "It would fail with"} ${outcome}`;
    const lines = [
      ...problems.map((p) => p.message),
      ...changes.map(({ what, before, after }) => `${what}: ${before} → ${after}`),
    ];
    const children = (): VariableNode[] => [
      ...changes.map(({ what, before, after }) => ({ name: what, value: `${before} → ${after}` })),
      ...events.map(({ event, text: fields }, i) => ({ name: `${i}: ${event}`, value: fields })),
    ];
    const result = [lines.length === 0 ? `${head} and change nothing.` : `${head}.`, ...lines].join("\n");
    return { result, variablesReference: this.containers.push(children) };
  }

  /** What may be typed in the debug console: names of the scenario, and the locals of a frame of the model. */
  private completions(args: Arguments): { targets: DebugProtocol.CompletionItem[] } {
    const { loaded, session } = this.program();
    const text = args.string("text");
    const line = (args.optionalNumber("line") ?? this.lineBase) - this.lineBase;
    const lineStart = text
      .split("\n")
      .slice(0, line)
      .reduce((sum, part) => sum + part.length + 1, 0);
    const offset = Math.min(lineStart + this.ownColumn(args.number("column")) - 1, text.length);
    const { resolved } = loaded.compiled ?? {};
    if (resolved === undefined) return { targets: [] };
    const signature = librarySignature(this.options.library);
    const { start, end, items } = completeFragment(parse(text).tokens, resolved, signature, offset);
    const id = args.optionalNumber("frameId");
    const locals = id === undefined ? [] : session.localNames(this.frame(id).frame);
    return {
      targets: [
        ...locals.map((name) => ({
          label: name,
          type: "variable" as const,
          start: start - lineStart,
          length: end - start,
        })),
        ...items.map(({ label, insert, isSnippet, detail }) => ({
          label,
          text: isSnippet ? insert.replaceAll(/\$\{\d+:?([^}]*)\}|\$\d/g, "$1") : insert,
          ...(detail === "" ? {} : { detail }),
          start: start - lineStart,
          length: end - start,
        })),
      ],
    };
  }

  private exceptionInfo(): DebugProtocol.ExceptionInfoResponse["body"] {
    const { session, panel } = this.program();
    const { filter, description, failure } = session.stop;
    if (filter === undefined) throw new RequestError("Execution did not stop at an exception.");
    const body: DebugProtocol.ExceptionInfoResponse["body"] = {
      exceptionId: failure === undefined ? filter : failure.id,
      ...(description === undefined ? {} : { description }),
      breakMode: "always",
    };
    if (failure === undefined) return body;
    const { because } = panel.failure(failure);
    const lines = because.map(
      ({ message, place }) => `    at ${message} (${place.path}:${place.line}:${place.column})`,
    );
    return {
      ...body,
      details: {
        message: failure.message,
        typeName: filter,
        ...(lines.length === 0 ? {} : { stackTrace: lines.join("\n") }),
      },
    };
  }

  // -------------------------------------------------------------------------------------------------- sources

  private dapSource(session: Session, index: number): DebugProtocol.Source {
    const source = session.program.sources[index];
    if (source === undefined) return {};
    const common = { name: baseName(source.path), path: clientPath(source) };
    if (!source.library) return common;
    const origin = source.path.startsWith("drivers/") ? "driver model" : "kernel model";
    return { ...common, origin, ...(this.readsModelScheme ? {} : { sourceReference: index + 1 }) };
  }
  /** The path of a source as a client gives it, by path or reference. */
  private pathOf(source: Arguments, session: Session): string {
    const reference = source.optionalNumber("sourceReference") ?? 0;
    const named = session.program.sources[reference - 1];
    if (named !== undefined) return clientPath(named);
    const path = source.optionalString("path");
    if (path === undefined) throw new RequestError("A source needs a path or a reference.");
    return path;
  }
  private source(args: Arguments): DebugProtocol.SourceResponse["body"] {
    const { library } = this.options;
    const session = this.debuggee?.session;
    const sources = session?.program.sources ?? library.sources;
    const given = args.has("source") ? args.object("source") : undefined;
    const reference = given?.optionalNumber("sourceReference") ?? args.optionalNumber("sourceReference") ?? 0;
    const path = given?.optionalString("path");
    const model = path === undefined ? undefined : modelPath(path);
    const found = sources[reference - 1] ?? sources.find((s) => s.library && s.path === model);
    if (found === undefined) throw new RequestError(`There is no source ${path ?? reference}.`);
    return { content: found.text, mimeType: "text/x-hmm" };
  }
  private loadedSources(): { sources: DebugProtocol.Source[] } {
    const { session } = this.program();
    return { sources: session.program.sources.map((_, i) => this.dapSource(session, i)) };
  }

  // ------------------------------------------------------------------------------------------ lines and columns

  private ownLine(line: number): number {
    return line + 1 - this.lineBase;
  }
  private ownColumn(column: number): number {
    return column + 1 - this.columnBase;
  }
  private clientLine(line: number): number {
    return line - 1 + this.lineBase;
  }
  private clientColumn(column: number): number {
    return column - 1 + this.columnBase;
  }
}

function launchArguments(args: Arguments): LaunchArguments {
  const program = args.string("program");
  if (program.trim() === "") throw new RequestError("launch: 'program' names no scenario.");
  const kernel = args.optionalString("kernel");
  const seed = args.optionalNumber("seed");
  const schedule = args.optionalString("schedule");
  const stopOnEntry = args.optionalFlag("stopOnEntry");
  const stepIntoModel = args.optionalFlag("stepIntoModel");
  return {
    program,
    ...(kernel === undefined || kernel === "" ? {} : { kernel }),
    ...(seed === undefined ? {} : { seed }),
    ...(schedule === undefined || schedule === "" ? {} : { schedule }),
    ...(stopOnEntry === undefined ? {} : { stopOnEntry }),
    ...(stepIntoModel === undefined ? {} : { stepIntoModel }),
    noDebug: args.flag("noDebug"),
  };
}

/** What is wrong with a scenario, one line a mistake, with places. */
function mistakes({ diagnostics }: LoadedScenario): string {
  const lines = diagnostics
    .filter((d) => d.severity === "error")
    .map((d) => `${baseName(d.path)}:${d.line}:${d.column}: ${d.message}${d.hint === undefined ? "" : ` ${d.hint}`}`);
  const shown = lines.slice(0, 10);
  if (lines.length > shown.length) shown.push(`and ${lines.length - shown.length} more`);
  const what = lines.length === 1 ? "a mistake" : `${lines.length} mistakes`;
  return `The scenario has ${what}:\n${shown.join("\n")}`;
}

function isStatement(text: string): boolean {
  const expression = parseExpression(text);
  if (expression.node !== undefined && expression.diagnostics.length === 0) return false;
  const statement = parseStatement(text);
  return statement.node !== undefined;
}

function withoutFileScheme(path: string): string {
  if (!/^file:\/\//i.test(path)) return path;
  const rest = path.slice("file://".length);
  try {
    const decoded = decodeURIComponent(rest);
    return /^\/[A-Za-z]:/.test(decoded) ? decoded.slice(1) : decoded;
  } catch {
    return rest;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function timelineText({ timeline }: Session): string {
  return timeline.now === 1 ? "1 step" : `${timeline.now.toLocaleString("en")} steps`;
}
