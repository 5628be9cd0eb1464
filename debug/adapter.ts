/**
 * The debug adapter: requests of the Debug Adapter Protocol to a session, and its stops to events. It runs inline in an editor or
 * on streams (`start`), in Node and in browsers alike; files and waiting are the host's.
 *
 * Whatever a request holds, it is answered: with an error if it makes no sense, never by falling over.
 */
import { DebugSession, Event, OutputEvent, Response } from "@vscode/debugadapter";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Library } from "../language/compile/builder.ts";
import { DIRECTOR } from "../sim-core/explore/simulation.ts";
import { BreakpointRequests, breakpointLocations } from "./breakpoint-requests.ts";
import { CAPABILITIES, TRACE_CAPABILITIES } from "./capabilities.ts";
import { ClientView, requestedSource } from "./client-view.ts";
import { compareWith } from "./compare.ts";
import { DataRequests, dataStops } from "./data-requests.ts";
import type { Debuggee } from "./debuggee.ts";
import { launchArguments, load, stepFilterOf } from "./debuggee.ts";
import { eventCounts } from "./filters.ts";
import { modelFunctions } from "./functions.ts";
import { HistoryRequests } from "./history-requests.ts";
import { Inspector, threadOf } from "./inspector.ts";
import type { FileAccess, LaunchArguments } from "./launch.ts";
import type { Work } from "./long-work.ts";
import { CancelledError, LongWork } from "./long-work.ts";
import { modules } from "./modules.ts";
import { PanelError } from "./panel.ts";
import type { Compared, Reloaded } from "./protocol.ts";
import { catchUp } from "./reload.ts";
import type { After, Handler } from "./request.ts";
import { Arguments, messageOf, RequestError } from "./request.ts";
import type { Go, Session } from "./session.ts";
import { baseName, findSource, modelPath } from "./sources.ts";
import type { Stop } from "./stop.ts";
import { Telling } from "./telling.ts";
import { TraceSession } from "./trace.ts";
import { traceHandlers } from "./trace-requests.ts";
import { TravelRequests } from "./travel-requests.ts";
import { whatIf } from "./what-if.ts";

export interface AdapterOptions {
  readonly library: Library;
  readonly files: FileAccess;
  /** Lets the host do other things during a long run. */
  readonly yieldToHost: () => Promise<void>;
}

/** The most text that is tried as a what-if. */
const WHAT_IF_LIMIT = 20_000;

/** A program that is being debugged, and what is looked at of it. */
interface Opened extends Debuggee {
  readonly inspector: Inspector;
  readonly data: DataRequests;
  readonly travel: TravelRequests;
  readonly history: HistoryRequests;
}

export class HmmDebugAdapter extends DebugSession {
  /** Told when the client has taken its leave. */
  onFinished: () => void = () => {};
  private readonly options: AdapterOptions;
  private view = new ClientView();
  private opened: Opened | undefined;
  private readonly requests = new BreakpointRequests();
  private readonly work: LongWork;
  private readonly telling: Telling;
  /** Whether the client was shown the end of the scenario. */
  private endShown = false;
  private paused = false;
  private running = false;
  private ended = false;
  private configured = false;

  constructor(options: AdapterOptions) {
    super();
    this.options = options;
    this.telling = new Telling(
      () => this.view,
      (event) => this.sendEvent(event),
    );
    this.requests.onComplaint = (complaint, session) => this.telling.complaint(complaint, session);
    this.work = new LongWork(
      (event) => this.sendEvent(event),
      options.yieldToHost,
      () => this.view.can("supportsProgressReporting"),
    );
    // A message that is no JSON is no reason to end.
    this.removeAllListeners("error");
    this.on("error", (event: DebugProtocol.Event) => {
      this.sendEvent(new OutputEvent(`A message could not be understood: ${String(event.body)}\n`, "stderr"));
    });
  }

  /** The client is gone: a run under way ends. */
  leave(): void {
    this.finish();
  }
  /** The session of the scenario that is being debugged: for hosts in the same process. */
  get session(): Session | undefined {
    return this.opened?.session;
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
    setBreakpoints: (args) => this.inTurn(this.setBreakpoints(args)),
    setFunctionBreakpoints: (args) => this.requests.setFunctions(this.program().session, this.view, args),
    setExceptionBreakpoints: (args) => this.requests.setFilters(this.program().session, args),
    dataBreakpointInfo: (args) => this.program().data.dataBreakpointInfo(args),
    setDataBreakpoints: (args) => this.requests.setData(this.program().session, args),
    setVariable: (args) => this.standing().data.setVariable(args),
    setExpression: (args) => this.standing().data.setExpression(args),
    readMemory: (args) => this.program().data.readMemory(args),
    writeMemory: (args) => this.standing().data.writeMemory(args),
    locations: (args) => this.standing().inspector.locations(args),
    breakpointLocations: (args) => breakpointLocations(this.program().session, this.view, args),
    threads: () => this.program().inspector.threads(),
    stackTrace: (args) => this.program().inspector.stackTrace(args),
    scopes: (args) => this.program().inspector.scopes(args),
    variables: (args) => this.program().inspector.variables(args),
    evaluate: (args) => this.program().inspector.evaluate(args, () => this.stopped()),
    completions: (args) => this.program().inspector.completions(args),
    exceptionInfo: () => this.program().inspector.exceptionInfo(),
    continue: (args, after) => this.proceed(after, this.goArguments("continue", args), { allThreadsContinued: true }),
    next: (args, after) => this.proceed(after, this.goArguments("stepOver", args)),
    stepIn: (args, after) => {
      const target = args.optionalNumber("targetId");
      if (target === undefined) return this.proceed(after, this.goArguments("stepIn", args));
      const thread = this.standing().travel.targetThread(target);
      return this.proceed(after, { kind: "stepIn", thread, alone: true });
    },
    stepInTargets: (args) => this.standing().travel.stepInTargets(args),
    gotoTargets: (args) => this.program().travel.gotoTargets(args),
    goto: (args, after) => {
      const to = this.standing().travel.goto(args);
      if ("kind" in to) return this.proceed(after, to);
      return this.moved(after, () => to);
    },
    restartFrame: (args, after) => this.moved(after, () => this.standing().travel.restartFrame(args)),
    terminateThreads: (args, after) => {
      const { session, travel } = this.standing();
      this.moved(after, () => {
        travel.terminateThreads(args);
        return session.stop;
      });
    },
    cancel: (args) => this.work.cancel(args.optionalNumber("requestId"), args.optionalString("progressId")),
    modules: (args) => modules(this.program().session, args),
    stepOut: (args, after) => this.proceed(after, this.goArguments("stepOut", args)),
    stepBack: (args, after) => {
      const thread = threadOf(this.program().session, args);
      const finest = args.optionalString("granularity") === "instruction";
      return this.proceed(after, { kind: "stepBack", thread, finest });
    },
    reverseContinue: (_, after) => this.proceed(after, { kind: "reverse" }),
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
    "hmm/runThread": (args, after) => {
      const thread = this.standing().travel.thread(args);
      after(() => this.sendEvent(new Event("continued", { threadId: thread + 1, allThreadsContinued: false })));
      return this.proceed(after, { kind: "continue", thread, alone: true }, {});
    },
    "hmm/schedule": () => this.program().travel.schedule(),
    "hmm/changes": () => ({
      changes: this.program().session.timeline.interventions.map(({ step, text }) => ({ step, text })),
    }),
    "hmm/why": (args) => this.standing().history.why(args),
    "hmm/track": (args, _, request) => {
      const { history } = this.standing();
      return this.work.run("Following an expression", request, (turn) =>
        history.track(args.string("expression"), turn),
      );
    },
    "hmm/toChange": async (args, after, request) => {
      const { history, session } = this.standing();
      const which = args.string("which") === "first" ? "first" : "last";
      const expression = args.string("expression");
      const stop = await this.work.run("Looking for a change", request, (turn) =>
        history.toChange(expression, which, turn),
      );
      this.moved(after, () => stop);
      return { step: session.timeline.now };
    },
    "hmm/explore": (args, _, request) => {
      const { history } = this.standing();
      const most = args.optionalNumber("maxStates");
      return this.work.run("Exploring from here", request, (turn) => history.explore(most, turn));
    },
    "hmm/follow": (args, after) => {
      const { history, session } = this.standing();
      history.follow(args.number("failure"));
      // To follow something else is a step of the history, too, with another future.
      after(() => {
        this.telling.moved(session);
        this.telling.invalidated(["all"]);
      });
      return {};
    },
    "hmm/reload": (_, after, request) => this.reload(after, request),
    "hmm/compare": (args, _, request) => this.compare(args.string("kernel"), request),
    "hmm/eventCounts": () => ({ events: eventCounts(this.program().session) }),
    "hmm/stopAtEvents": (args) => {
      this.requests.setAlso(this.program().session, args.strings("events"));
      return {};
    },
    "hmm/stopAtData": (args) =>
      this.requests.setDataAlso(this.program().session, dataStops(args.objects("breakpoints"))),
    "hmm/functions": () => ({ functions: modelFunctions(this.program().session.program) }),
    "hmm/stepFilter": (args) => {
      this.program().session.stepFilter = stepFilterOf(args.string("filter"));
      this.telling.invalidated(["stacks"]);
      return {};
    },
    "hmm/whatIf": (args) => whatIf(this.stopped(), args.string("text").slice(0, WHAT_IF_LIMIT)),
  };

  // ------------------------------------------------------------------------------------------------- dispatch

  /** Requests that wait until the one before has been answered. */
  private readonly queue: DebugProtocol.Request[] = [];
  private isBusy = false;
  /** Lets requests wait for a piece of work: what follows breakpoints counts on them. */
  private async inTurn<T>(work: Promise<T>): Promise<T> {
    this.isBusy = true;
    try {
      return await work;
    } finally {
      this.isBusy = false;
    }
  }
  private takeQueued(): void {
    while (!this.isBusy) {
      const request = this.queue.shift();
      if (request === undefined) return;
      this.answer(request);
    }
  }
  protected override dispatchRequest(request: DebugProtocol.Request): void {
    if (this.isBusy || this.queue.length > 0) this.queue.push(request);
    else this.answer(request);
  }
  private answer(request: DebugProtocol.Request): void {
    const response: DebugProtocol.Response = new Response(request);
    const command = String(request.command);
    const handlers = this.traceHandlers ?? this.handlers;
    const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined;
    if (handler === undefined) {
      this.fail(response, new RequestError(`The debugger does not know the request '${command}'.`));
      return;
    }
    const afterwards: (() => void)[] = [];
    const send = (body: unknown): void => {
      if (body !== undefined) response.body = body;
      this.sendResponse(response);
      for (const work of afterwards) work();
    };
    try {
      const args = new Arguments(request.arguments, command);
      const result = handler(args, (work) => afterwards.push(work), request.seq);
      if (!(result instanceof Promise)) send(result);
      else {
        const done = result.then(send, (error: unknown) => this.fail(response, error));
        void done.then(() => this.takeQueued());
      }
    } catch (error) {
      this.fail(response, error);
    }
  }
  private fail(response: DebugProtocol.Response, error: unknown): void {
    const isExpected = error instanceof RequestError || error instanceof PanelError || error instanceof RangeError;
    const message = isExpected ? messageOf(error) : `The debugger has made a mistake: ${messageOf(error)}`;
    const isCancelled = error instanceof CancelledError;
    const showUser = !isExpected || response.command === "launch" || response.command === "restart";
    response.success = false;
    response.message = message;
    if (!isCancelled) response.body = { error: { id: isExpected ? 1 : 2, format: message, showUser } };
    this.sendResponse(response);
  }

  private program(): Opened {
    if (this.opened === undefined) throw new RequestError("No scenario has been launched.");
    return this.opened;
  }
  /** What is debugged, which must not be running. */
  private standing(): Opened {
    this.stopped();
    return this.program();
  }
  /** The session, which must not be running. */
  private stopped(): Session {
    const { session } = this.program();
    if (this.running) throw new RequestError("The scenario is running: pause it first.");
    if (this.ended) throw new RequestError("The scenario has ended.");
    return session;
  }

  /** Line breakpoints: those of a file that was edited since are of its text as it is now. */
  private async setBreakpoints(args: Arguments): Promise<ReturnType<BreakpointRequests["setLines"]>> {
    const { session } = this.program();
    const path = this.view.pathOf(args.object("source"), session.program);
    const isOwn = findSource(session.program, path) >= 0 && modelPath(path) === undefined;
    const text = isOwn ? await this.options.files.read(path).catch(() => undefined) : undefined;
    return this.requests.setLines(this.program().session, this.view, args, text);
  }

  // --------------------------------------------------------------------------------------------------- launch

  private initialize(args: Arguments): DebugProtocol.Capabilities {
    this.view = new ClientView(args);
    return CAPABILITIES;
  }

  private async launch(args: Arguments, after: After): Promise<void> {
    if (args.has("trace")) {
      await this.launchTrace(args.string("trace"), after);
      return;
    }
    if (this.traceHandlers !== undefined) this.sendEvent(new Event("capabilities", { capabilities: CAPABILITIES }));
    this.traceHandlers = undefined;
    this.opened = await this.open(launchArguments(args));
    // It may be the second one of a client that keeps its adapter.
    this.configured = false;
    this.running = false;
    this.ended = false;
    this.endShown = false;
    const { session } = this.opened;
    const { stopAtEvents = [], stopAtData = [] } = this.opened.arguments;
    this.requests.setAlso(session, stopAtEvents);
    const { breakpoints } = this.requests.setDataAlso(session, stopAtData);
    breakpoints.forEach(({ message }, i) => {
      if (message !== undefined)
        this.telling.output(`${stopAtData[i]?.expression} does not stop: ${message}\n`, "stderr");
    });
    const name = session.program.title === "" ? baseName(this.opened.arguments.program) : session.program.title;
    after(() => {
      this.sendEvent(new Event("process", { name, isLocalProcess: false, startMethod: "launch" }));
      this.sendEvent(new Event("initialized"));
    });
  }
  /** The handlers while a trace is looked at. */
  private traceHandlers: Readonly<Record<string, Handler>> | undefined;
  private async launchTrace(path: string, after: After): Promise<void> {
    const text = await this.options.files.read(path).catch((error: unknown) => {
      throw new RequestError(`${path}: ${messageOf(error)}`);
    });
    const trace = new TraceSession(text, this.view);
    trace.scenario = await this.scenarioOf(trace, path);
    this.traceHandlers = traceHandlers(trace, this.handlers, (event) => this.sendEvent(event));
    after(() => {
      this.sendEvent(new Event("capabilities", { capabilities: TRACE_CAPABILITIES }));
      this.sendEvent(new Event("process", { name: trace.title, isLocalProcess: false, startMethod: "attach" }));
      this.sendEvent(new Event("initialized"));
      if (trace.scenario !== undefined) return;
      const name = baseName(trace.path);
      const what = `The trace's scenario, ${trace.path}, is not there: its lines have numbers, and no text.`;
      this.telling.output(`${what} With ${name} in the trace's folder they would be shown.\n`, "console");
    });
  }
  /** The file of a trace's scenario: where the trace says, or else of the same name beside the trace. */
  private async scenarioOf({ path }: TraceSession, trace: string): Promise<string | undefined> {
    const beside = trace.slice(0, trace.length - baseName(trace).length) + baseName(path);
    for (const place of [path, beside]) {
      const isThere = await this.options.files.read(place).then(
        () => true,
        () => false,
      );
      if (isThere) return place;
    }
    return undefined;
  }
  private async open(launch: LaunchArguments): Promise<Opened> {
    const { library, files } = this.options;
    const debuggee = await load(launch, library, files);
    const { session } = debuggee;
    session.onLog = (message, spot) => this.telling.output(`${message}\n`, "console", session, spot);
    const inspector = new Inspector(debuggee, this.view, library);
    const data = new DataRequests(session, inspector, (changed) => this.telling.changedByHand(session, changed));
    const travel = new TravelRequests(session, this.view, inspector);
    const history = new HistoryRequests(session, debuggee.panel);
    inspector.history = history;
    inspector.assign = (target, value, frame) => data.assign(target, value, frame);
    inspector.onPerformed = () => this.telling.changedByHand(session, {});
    session.onCut = (oldest) => this.telling.historyWasCut(session, oldest);
    return { ...debuggee, inspector, data, travel, history };
  }

  private configurationDone(after: After): void {
    const opened = this.program();
    if (this.configured) return;
    this.configured = true;
    after(() => this.begin(opened));
  }
  private begin({ arguments: launch, session }: Opened): void {
    if (launch.stopOnEntry === true && launch.noDebug !== true) {
      session.showEntry();
      this.report(session.stop);
      return;
    }
    this.run(session, { kind: "continue" });
  }

  /** Begins anew with the files as they are now, and the same breakpoints. */
  private async restart(args: Arguments, after: After): Promise<void> {
    const before = this.program();
    const wasRunning = this.running;
    this.finish();
    let opened: Opened;
    try {
      opened = await this.open(args.has("arguments") ? launchArguments(args.object("arguments")) : before.arguments);
    } catch (error) {
      // The program is debugged on as it was.
      this.ended = false;
      this.running = false;
      if (wasRunning) this.report(before.session.pause());
      throw error;
    }
    this.opened = opened;
    this.running = false;
    this.ended = false;
    this.telling.sourcesChanged(before.session, opened.session);
    for (const breakpoint of this.requests.repeat(before.session, opened.session, this.view)) {
      this.sendEvent(new Event("breakpoint", { reason: "changed", breakpoint }));
    }
    after(() => this.begin(opened));
  }
  /** Begins anew with the files as they are now, at the same place if the past is the same. */
  private async reload(after: After, request: number): Promise<Reloaded> {
    const before = this.standing();
    const opened = await this.open(before.arguments);
    const { session } = opened;
    const caught = await this.work.run("Reloading", request, (turn) => catchUp(before.session, session, turn));
    if (this.opened !== before || this.running)
      throw new RequestError("Execution has moved on meanwhile: reload again.");
    this.opened = opened;
    this.ended = false;
    this.telling.sourcesChanged(before.session, session);
    for (const breakpoint of this.requests.repeat(before.session, session, this.view)) {
      this.sendEvent(new Event("breakpoint", { reason: "changed", breakpoint }));
    }
    const stop = session.goTo(session.timeline.now);
    const description = caught.same ? "Reloaded" : `Reloaded; ${caught.because}`;
    after(() => this.report({ ...stop, description, brief: "Reloaded" }));
    return { step: caught.moment, same: caught.same, because: caught.because };
  }
  private companions = new Map<string, Session>();
  private async compare(kernel: string, request: number): Promise<Compared> {
    const here = this.standing();
    const key = `${kernel} ${here.arguments.program}`;
    let there = this.companions.get(key);
    if (there === undefined || this.comparedWith !== here.session) {
      if (this.comparedWith !== here.session) this.companions.clear();
      this.comparedWith = here.session;
      const { library, files } = this.options;
      there = (await load({ ...here.arguments, kernel }, library, files)).session;
      this.companions.set(key, there);
    }
    const other = there;
    const compared = await this.work.run("Following under another kernel", request, (turn) =>
      compareWith(here.session, other, turn),
    );
    return compared;
  }
  private comparedWith: Session | undefined;

  private finish(): void {
    this.paused = true;
    this.ended = true;
  }

  // ------------------------------------------------------------------------------------------------ going on

  private goArguments(kind: Exclude<Go["kind"], "reverse" | "stepBack" | "to">, args: Arguments): Go {
    const alone = args.flag("singleThread");
    if (kind === "continue") {
      if (!alone) return { kind };
      return { kind, thread: threadOf(this.program().session, args), alone };
    }
    const finest = args.optionalString("granularity") === "instruction";
    return { kind, thread: threadOf(this.program().session, args), alone, finest };
  }
  /** Goes on after the answer has been sent. */
  private proceed<T>(after: After, go: Go, body?: T): T | undefined {
    const session = this.stopped();
    after(() => this.run(session, go));
    return body;
  }
  private run(session: Session, go: Go): void {
    this.forget();
    this.paused = false;
    this.running = true;
    session.begin(go);
    this.goOn(session, this.work.begin(go.kind === "reverse" || go.kind === "stepBack" ? "Running back" : "Running"));
  }
  /** Runs until it stops: at once if that is soon, else in turns with the host. */
  private goOn(session: Session, work: Work): void {
    try {
      const stop = session.slice();
      if (stop !== undefined) {
        work.end();
        this.running = false;
        this.report(stop);
        return;
      }
    } catch (error) {
      work.end();
      this.broken(error);
      return;
    }
    work.turn(undefined, `step ${session.timeline.now.toLocaleString("en")}`);
    this.options.yieldToHost().then(
      () => {
        if (this.opened?.session !== session || this.ended) {
          work.end();
          return;
        }
        if (!this.paused && !work.cancelled) {
          this.goOn(session, work);
          return;
        }
        work.end();
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
  /** The program moves: what was told of where it stood is past. */
  private forget(): void {
    const { inspector, travel } = this.program();
    inspector.forget();
    travel.forget();
  }
  /** A move through history: the stop is told after the answer. */
  private moved(after: After, move: () => Stop): void {
    const stop = move();
    this.forget();
    after(() => this.report(stop));
  }

  private report(stop: Stop): void {
    const { session } = this.program();
    const hasEnded = session.timeline.ended !== undefined;
    this.telling.moved(session);
    this.telling.threadsOf(session);
    if (stop.reason === "finished" && this.program().arguments.stopAtEnd === true && !this.endShown) {
      this.endShown = true;
      const isStuck = session.timeline.ended === "stuck";
      const how = isStuck ? "Nothing can move any more" : "The scenario has ended";
      const thread = isStuck ? session.threads().find(({ id }) => id !== DIRECTOR)?.id : undefined;
      this.telling.stopped(
        {
          reason: "pause",
          description: `${how}; one can still go back.`,
          brief: isStuck ? "nothing can move" : "the end",
          thread: thread ?? DIRECTOR,
        },
        session,
      );
      return;
    }
    if (stop.reason !== "finished") this.endShown = false;
    if (stop.reason === "finished" || (this.program().arguments.noDebug === true && hasEnded)) {
      this.ended = true;
      this.telling.ended(session);
      return;
    }
    if (this.program().arguments.noDebug === true && stop.reason !== "pause") {
      this.run(session, { kind: "continue" });
      return;
    }
    this.telling.stopped(stop, session);
  }

  // -------------------------------------------------------------------------------------------------- sources

  private source(args: Arguments): DebugProtocol.SourceResponse["body"] {
    const sources = this.session?.program.sources ?? this.options.library.sources;
    return { content: requestedSource(args, sources).text, mimeType: "text/x-hmm" };
  }
  private loadedSources(): { sources: DebugProtocol.Source[] } {
    const { program } = this.program().session;
    return { sources: program.sources.flatMap(({ path }, i) => (path === "" ? [] : [this.view.source(program, i)])) };
  }
}
