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
import { verdictOfRun } from "../sim-core/explore/verdict.ts";
import type { Spot } from "../sim-core/vm/program.ts";
import { BreakpointRequests, breakpointLocations } from "./breakpoint-requests.ts";
import { CAPABILITIES } from "./capabilities.ts";
import { ClientView, requestedSource } from "./client-view.ts";
import type { Changed } from "./data-requests.ts";
import { DataRequests } from "./data-requests.ts";
import type { Debuggee } from "./debuggee.ts";
import { launchArguments, load } from "./debuggee.ts";
import { Inspector, threadOf } from "./inspector.ts";
import type { FileAccess, LaunchArguments } from "./launch.ts";
import { PanelError } from "./panel.ts";
import type { HmmEvents } from "./protocol.ts";
import { Arguments, messageOf, RequestError } from "./request.ts";
import type { Go, Session } from "./session.ts";
import { baseName, textPlace } from "./sources.ts";
import type { Stop } from "./stop.ts";
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
}

/** Puts work off until the request has been answered. */
type After = (work: () => void) => void;
type Handler = (args: Arguments, after: After) => unknown;

export class HmmDebugAdapter extends DebugSession {
  /** Told when the client has taken its leave. */
  onFinished: () => void = () => {};
  private readonly options: AdapterOptions;
  private view = new ClientView();
  private opened: Opened | undefined;
  private readonly requests = new BreakpointRequests();
  private paused = false;
  private running = false;
  private ended = false;
  private configured = false;

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
    setBreakpoints: (args) => this.requests.setLines(this.program().session, this.view, args),
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
    stepIn: (args, after) => this.proceed(after, this.goArguments("stepIn", args)),
    stepOut: (args, after) => this.proceed(after, this.goArguments("stepOut", args)),
    stepBack: (args, after) => {
      const thread = threadOf(this.program().session, args);
      const finest = args.optionalString("granularity") === "instruction";
      this.moved(after, () => this.stopped().stepBack(thread, finest));
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
    "hmm/whatIf": (args) => whatIf(this.stopped(), args.string("text").slice(0, WHAT_IF_LIMIT)),
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

  // --------------------------------------------------------------------------------------------------- launch

  private initialize(args: Arguments): DebugProtocol.Capabilities {
    this.view = new ClientView(args);
    return CAPABILITIES;
  }

  private async launch(args: Arguments, after: After): Promise<void> {
    this.opened = await this.open(launchArguments(args));
    after(() => this.sendEvent(new Event("initialized")));
  }
  private async open(launch: LaunchArguments): Promise<Opened> {
    const { library, files } = this.options;
    const debuggee = await load(launch, library, files);
    const { session } = debuggee;
    session.onLog = (message, spot) => this.output(`${message}\n`, "console", session, spot);
    const inspector = new Inspector(debuggee, this.view, library);
    const data = new DataRequests(session, inspector, (changed) => this.changedByHand(session, changed));
    return { ...debuggee, inspector, data };
  }
  /** The state was changed while the program stands: views are to be made anew. */
  private changedByHand(session: Session, { memory }: Changed): void {
    const { timeline } = session;
    const text = timeline.interventions.at(-1)?.text ?? "";
    this.output(`By hand: ${text}\n`, "console");
    for (const failure of timeline.failures.filter((f) => f.step === timeline.now)) {
      this.output(`${failure.message}\n`, "stderr", session, failure.spot);
    }
    const moved: HmmEvents["hmm/moved"] = { step: timeline.now, newest: timeline.newest, ended: false };
    this.sendEvent(new Event("hmm/moved", moved));
    if (this.view.can("supportsInvalidatedEvent")) this.sendEvent(new Event("invalidated", { areas: ["all"] }));
    if (memory !== undefined && this.view.can("supportsMemoryEvent")) {
      const count = memory.end - memory.start;
      this.sendEvent(new Event("memory", { memoryReference: DataRequests.reference(memory), offset: 0, count }));
    }
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
    for (const breakpoint of this.requests.repeat(opened.session, this.view)) {
      this.sendEvent(new Event("breakpoint", { reason: "changed", breakpoint }));
    }
    after(() => this.begin(opened));
  }
  private finish(): void {
    this.paused = true;
    this.ended = true;
  }

  // ------------------------------------------------------------------------------------------------ going on

  private goArguments(kind: Exclude<Go["kind"], "reverse">, args: Arguments): Go {
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
    this.program().inspector.forget();
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
        if (this.opened?.session !== session || this.ended) return;
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
    this.program().inspector.forget();
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
    const steps = session.timeline.now.toLocaleString("en");
    this.output(`The scenario has ended after step ${steps}: ${verdict}.\n`, "console");
    this.sendEvent(new Event("exited", { exitCode: passes ? 0 : 1 }));
    this.sendEvent(new Event("terminated"));
  }
  private output(text: string, category: string, session?: Session, spot?: Spot): void {
    const event: DebugProtocol.OutputEvent = new OutputEvent(text, category);
    if (session !== undefined && spot !== undefined) {
      event.body.source = this.view.source(session.program, spot.source);
      event.body.line = this.view.clientLine(spot.line);
      event.body.column = this.view.clientColumn(spot.column);
    }
    this.sendEvent(event);
  }

  // -------------------------------------------------------------------------------------------------- sources

  private source(args: Arguments): DebugProtocol.SourceResponse["body"] {
    const sources = this.session?.program.sources ?? this.options.library.sources;
    return { content: requestedSource(args, sources).text, mimeType: "text/x-hmm" };
  }
  private loadedSources(): { sources: DebugProtocol.Source[] } {
    const { program } = this.program().session;
    return { sources: program.sources.map((_, i) => this.view.source(program, i)) };
  }
}
