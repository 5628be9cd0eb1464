/** What is looked at while the program stands: stacks, scopes, variables, expressions. References last until it moves. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Library } from "../language/compile/builder.ts";
import { librarySignature } from "../language/compile/library-file.ts";
import { completeFragment } from "../language/features/completion/complete.ts";
import { parse, parseExpression, parseStatement } from "../language/syntax/parser.ts";
import type { Value } from "../sim-core/store/value.ts";
import { truthy } from "../sim-core/store/value.ts";
import { Assigner } from "./assign.ts";
import type { ClientView } from "./client-view.ts";
import type { Debuggee } from "./debuggee.ts";
import { memoryReference } from "./memory.ts";
import { moduleId } from "./modules.ts";
import { perform } from "./perform.ts";
import type { Reason, TextPlace } from "./protocol.ts";
import type { Arguments } from "./request.ts";
import { RequestError } from "./request.ts";
import type { Session } from "./session.ts";
import { isOfDriver } from "./session.ts";
import { textPlace } from "./sources.ts";
import type { Frame } from "./stop.ts";
import type { VariableNode } from "./variables.ts";
import { whatIf } from "./what-if.ts";
import { reasonText } from "./why.ts";

/** What names of frames tell besides. */
interface FrameParts {
  readonly values: boolean;
  readonly line: boolean;
}

/** What answers about a variable or a value have in common. */
type Shown = Pick<
  DebugProtocol.Variable,
  "value" | "type" | "variablesReference" | "indexedVariables" | "memoryReference" | "valueLocationReference"
>;

/** The thread that a request names. @throws RequestError */
export function threadOf(session: Session, args: Arguments): number {
  const id = args.number("threadId") - 1;
  if (id >= 0 && id < session.simulation.machine.threads.length) return id;
  throw new RequestError(`There is no thread ${id + 1}.`);
}

export class Inspector {
  private readonly debuggee: Debuggee;
  private readonly view: ClientView;
  private readonly library: Library;
  private readonly assigner: Assigner;
  /** Told when a statement that was typed has become part of the execution. */
  onPerformed: () => void = () => {};
  /** Sets what an expression says by hand, and says what it is then; the adapter sets it. */
  assign: (target: string, value: string, frame: Frame | undefined) => string = () => "";
  /** What the debug console asks about the past; the adapter sets it. */
  history: { whyPlace(place: string): Reason } | undefined;
  private frames: { readonly thread: number; readonly frame: Frame }[] = [];
  private containers: Pick<VariableNode, "children" | "indexed" | "window">[] = [];
  /** Variables whose origin can be asked for, by location reference. */
  private traced: VariableNode[] = [];

  constructor(debuggee: Debuggee, view: ClientView, library: Library) {
    this.debuggee = debuggee;
    this.view = view;
    this.library = library;
    this.assigner = new Assigner(debuggee.session);
  }

  /** The program moves: what was told of it is past. */
  forget(): void {
    this.frames = [];
    this.containers = [];
    this.traced = [];
  }

  threads(): { threads: DebugProtocol.Thread[] } {
    return { threads: this.debuggee.session.threads().map(({ id, name }) => ({ id: id + 1, name })) };
  }

  stackTrace(args: Arguments): { stackFrames: DebugProtocol.StackFrame[]; totalFrames: number } {
    const { session } = this.debuggee;
    const thread = threadOf(session, args);
    const all = session.frames(thread);
    const first = Math.max(0, args.optionalNumber("startFrame") ?? 0);
    const levels = args.optionalNumber("levels") ?? 0;
    const format = args.has("format") ? args.object("format") : undefined;
    const parts = { values: format?.flag("parameterValues") ?? false, line: format?.flag("line") ?? false };
    const wanted = all.slice(first, levels > 0 ? first + levels : undefined);
    const isSubtle = subtleFrames(session, all[0]);
    return {
      stackFrames: wanted.map((frame) =>
        this.stackFrame(session, thread, frame, { ...parts, subtle: isSubtle(frame) }),
      ),
      totalFrames: all.length,
    };
  }
  /** What a frame is called: a function with its parameters, as the kernel names them, and their values if asked for. */
  private frameName(session: Session, frame: Frame, parts: FrameParts): string {
    const info = session.program.functions[frame.function];
    const line = parts.line ? `:${frame.spot.line}` : "";
    if (frame.isScenario || info === undefined) return `${frame.name}${line}`;
    const parameters = info.slots.slice(0, info.params).map((name, slot) => {
      if (!parts.values || frame.base === 0) return name;
      const value = session.simulation.vm.slotOf({ ...frame, pc: 0 }, slot);
      return `${name}=${session.evaluator.describe(value)}`;
    });
    return `${frame.name}(${parameters.join(", ")})${line}`;
  }
  private stackFrame(
    session: Session,
    thread: number,
    frame: Frame,
    parts: FrameParts & { readonly subtle: boolean },
  ): DebugProtocol.StackFrame {
    const { spot } = frame;
    const module = moduleId(session, spot.source);
    const text = session.program.sources[spot.source]?.text.slice(spot.start, spot.end) ?? "";
    const lines = text.split("\n");
    const endColumn = (lines.length === 1 ? spot.column : 1) + (lines.at(-1)?.length ?? 0);
    return {
      id: this.frames.push({ thread, frame }),
      name: this.frameName(session, frame, parts),
      canRestart: frame.base !== 0,
      ...(module === undefined ? {} : { moduleId: module }),
      source: this.view.source(session.program, spot.source),
      line: this.view.clientLine(spot.line),
      column: this.view.clientColumn(spot.column),
      endLine: this.view.clientLine(spot.line + lines.length - 1),
      endColumn: this.view.clientColumn(endColumn),
      ...(parts.subtle ? { presentationHint: "subtle" } : {}),
    };
  }
  /** The frame of an id. @throws RequestError */
  frameOf(id: number): Frame {
    return this.frame(id).frame;
  }
  /** The thread of a frame, and how many frames its stack has from the outermost to this one. @throws RequestError */
  positionOf(id: number): { readonly thread: number; readonly depth: number } {
    const { thread, frame } = this.frame(id);
    const stack = this.debuggee.session.frames(thread);
    const index = stack.findIndex((f) => f.base === frame.base && f.function === frame.function);
    if (index < 0) throw new RequestError("This frame is no more.");
    return { thread, depth: stack.length - index };
  }
  private frame(id: number): { readonly thread: number; readonly frame: Frame } {
    const found = this.frames[id - 1];
    if (found === undefined) throw new RequestError(`There is no stack frame ${id} at this stop.`);
    return found;
  }

  scopes(args: Arguments): { scopes: DebugProtocol.Scope[] } {
    const { variables } = this.debuggee;
    const { thread, frame } = this.frame(args.number("frameId"));
    return {
      scopes: variables.scopes(thread, frame).map(({ name, hint, expensive, children }) => ({
        name,
        ...(hint === undefined ? {} : { presentationHint: hint }),
        variablesReference: this.containers.push({ children }),
        expensive,
      })),
    };
  }
  variables(args: Arguments): { variables: DebugProtocol.Variable[] } {
    const container = this.container(args.number("variablesReference"));
    const filter = args.optionalString("filter");
    const start = Math.max(0, args.optionalNumber("start") ?? 0);
    const count = args.optionalNumber("count") ?? 0;
    const isHex = wantsHex(args);
    // All children of what has elements are elements.
    const isOther = filter !== undefined && (filter === "indexed") !== (container.indexed !== undefined);
    const wanted = isOther
      ? []
      : container.window !== undefined && count > 0
        ? container.window(start, count)
        : (container.children?.() ?? []).slice(start, count > 0 ? start + count : undefined);
    return { variables: wanted.map((node) => this.variable(node, isHex)) };
  }
  private container(reference: number): Pick<VariableNode, "children" | "indexed" | "window"> {
    const container = this.containers[reference - 1];
    if (container === undefined) throw new RequestError(`There are no variables ${reference} at this stop.`);
    return container;
  }
  private childrenOf(reference: number): readonly VariableNode[] {
    return this.container(reference).children?.() ?? [];
  }
  /** A child of what a reference stands for, by name; undefined if there is none. @throws RequestError for no reference */
  child(reference: number, name: string): VariableNode | undefined {
    return this.childrenOf(reference).find((node) => node.name === name);
  }
  /** A value as a variable. */
  node(text: string, value: Value): VariableNode {
    return this.debuggee.variables.node("", value, text);
  }
  /** What answers tell of a variable besides its name. */
  shown(node: VariableNode, isHex = false): Shown {
    const { view } = this;
    return {
      value: isHex ? inHex(node.value) : node.value,
      ...(node.type === undefined || !view.can("supportsVariableType") ? {} : { type: node.type }),
      variablesReference: node.children === undefined ? 0 : this.containers.push(node),
      ...(node.indexed === undefined || !view.can("supportsVariablePaging") ? {} : { indexedVariables: node.indexed }),
      ...(node.memory === undefined || !view.can("supportsMemoryReferences")
        ? {}
        : { memoryReference: memoryReference(node.memory.process, node.memory.address) }),
      ...(this.isTraceable(node) ? { valueLocationReference: this.traced.push(node) } : {}),
    };
  }
  private variable(node: VariableNode, isHex: boolean): DebugProtocol.Variable {
    const attributes = this.isSettable(node) ? [] : ["readOnly"];
    return {
      name: node.name,
      ...this.shown(node, isHex),
      ...(node.evaluateName === undefined ? {} : { evaluateName: node.evaluateName }),
      presentationHint: {
        kind: node.kind ?? "data",
        attributes,
        ...(node.lazy === true ? { lazy: true } : {}),
      },
    };
  }
  private isSettable({ kind, data, evaluateName }: VariableNode): boolean {
    if (kind === "property") return false;
    if (data !== undefined) return this.assigner.canSet(data);
    return evaluateName !== undefined && this.assigner.canSet({ kind: "expression", text: evaluateName });
  }
  private isTraceable(node: VariableNode): boolean {
    return node.data !== undefined || node.evaluateName !== undefined || node.step !== undefined;
  }

  /** Where the value of a variable comes from: the statement that changed it last. */
  locations(args: Arguments): DebugProtocol.LocationsResponse["body"] {
    const { session } = this.debuggee;
    const node = this.traced[args.number("locationReference") - 1];
    if (node === undefined) throw new RequestError("There is no such location at this stop.");
    const data = node.data ?? session.data.ofExpression(node.evaluateName ?? "", undefined);
    const step = node.step ?? (data === undefined ? undefined : session.lastChange(data)?.step);
    if (step === undefined) {
      const from = session.searchedFrom();
      const since = from === 0 ? "the beginning" : `step ${from}, where the search for it ends`;
      throw new RequestError(`${node.name} has not changed since ${since}.`);
    }
    const spot = session.spotOf(step);
    return {
      source: this.view.source(session.program, spot.source),
      line: this.view.clientLine(spot.line),
      column: this.view.clientColumn(spot.column),
    };
  }

  /** Evaluates an expression; in the debug console a statement is tried, if the program stands (`mayTry`). */
  evaluate(args: Arguments, mayTry: () => Session): DebugProtocol.EvaluateResponse["body"] {
    const { session, variables } = this.debuggee;
    const typed = args.string("expression").trim();
    const context = args.optionalString("context") ?? "watch";
    const id = args.optionalNumber("frameId");
    const frame = id === undefined ? undefined : this.frame(id).frame;
    if (context === "repl") {
      const told = this.command(typed, frame, mayTry);
      if (told !== undefined) return told;
    }
    const why = context === "repl" ? /^why\s+(.+)$/s.exec(typed)?.[1] : undefined;
    if (why !== undefined && this.history !== undefined) {
      mayTry();
      const asked = session.evaluator.spelled(why, frame);
      const reason = this.history.whyPlace(asked);
      const pages = Math.ceil((session.data.address(asked)?.bytes ?? 0) / session.simulation.machine.pageSize);
      const more =
        pages > 1 ? `\n${asked} has ${pages.toLocaleString("en")} pages; this is about ${reason.place}.` : "";
      return { result: `${reasonText(reason)}${more}`, variablesReference: 0 };
    }
    const done = context === "repl" ? /^do\s+(.+)$/s.exec(typed)?.[1] : undefined;
    if (done !== undefined) {
      const result = perform(mayTry(), done);
      this.onPerformed();
      return { result, variablesReference: 0 };
    }
    if (context === "repl" && isStatement(typed)) return this.tryStatement(mayTry(), typed);
    const text = session.evaluator.spelled(typed, frame);
    const result = session.evaluate(text, frame, true);
    const at = session.data.address(text);
    const pages = Math.ceil((at?.bytes ?? 0) / session.simulation.machine.pageSize);
    // Pages that hold different words have no value together; who looks at them wants to see each.
    if (at !== undefined && pages > 1 && (!result.ok || context !== "clipboard") && !isLocalOf(session, frame, text)) {
      const { value, ...rest } = this.shown(variables.place(text, at.process, at.start, pages), wantsHex(args));
      return { result: value, ...rest };
    }
    if (!result.ok) throw new RequestError(result.problems[0]?.message ?? "This cannot be evaluated.");
    // A place is its memory, and under the mouse and in watches what is known of its page.
    const isShown = context === "hover" || context === "watch";
    const memory =
      at === undefined
        ? {}
        : {
            memory: { process: at.process, address: at.start },
            ...(isShown ? { children: () => variables.page(at.process, at.start) } : {}),
          };
    const node = { ...variables.node("", result.value, text), ...memory };
    const { value, ...rest } = this.shown(node, wantsHex(args));
    return { result: context === "clipboard" ? wholeText(node) : value, ...rest };
  }
  /** What the debug console understands besides expressions and statements; undefined for anything else. */
  private command(
    text: string,
    frame: Frame | undefined,
    mayTry: () => Session,
  ): DebugProtocol.EvaluateResponse["body"] | undefined {
    const { session } = this.debuggee;
    const told = (result: string): DebugProtocol.EvaluateResponse["body"] => ({ result, variablesReference: 0 });
    if (/^(?:help|\?)$/.test(text) && !session.evaluate(text, frame, true).ok) return told(CONSOLE_HELP);
    if (text === "why") throw new RequestError("Why what? Name a page: why buf[0].");
    if (text === "do") throw new RequestError("Do what? Write a statement: do cpu0 write buf[0] = 1.");
    const checked = /^expect\s+(?!events\b|no\b)(.+)$/s.exec(text)?.[1];
    if (checked !== undefined) {
      const result = session.evaluate(checked, frame);
      if (!result.ok) throw new RequestError(result.problems[0]?.message ?? "This cannot be evaluated.");
      return told(truthy(result.value) ? "It holds." : "It does not hold.");
    }
    const [, target = "", value = ""] = /^([^=]*[^=!<>\s])\s*=(?!=)\s*(.+)$/s.exec(text) ?? [];
    if (target === "" || isStatement(text) || parseExpression(target).diagnostics.length > 0) return undefined;
    mayTry();
    return told(this.assign(target, value, frame));
  }
  /** A statement in the debug console: what it would do. */
  private tryStatement(session: Session, text: string): DebugProtocol.EvaluateResponse["body"] {
    const { ok, outcome, changes, events, problems } = whatIf(session, text);
    if (problems.length > 0 && outcome === "" && events.length === 0) {
      throw new RequestError(problems.map((p) => p.message).join("\n"));
    }
    // What is injected has no outcome: it is about what comes after.
    const end = outcome === "" ? "It would do its work later" : `It would end with ${outcome}`;
    const head = ok ? end : `It would fail with ${outcome}`;
    const lines = [
      ...problems.map((p) => p.message),
      ...changes.map(({ what, before, after }) => `${what}: ${before} → ${after}`),
    ];
    const children = (): VariableNode[] => [
      ...changes.map(({ what, before, after }) => ({ name: what, value: `${before} → ${after}` })),
      ...events.map(({ event, text: fields }, i) => ({ name: `${i}: ${event}`, value: fields })),
    ];
    const result = [
      lines.length === 0 ? `${head} and change nothing${outcome === "" ? " now" : ""}.` : `${head}.`,
      ...lines,
    ].join("\n");
    return { result, variablesReference: this.containers.push({ children }) };
  }

  /** What may be typed in the debug console: names of the scenario, and the locals of a frame of the model. */
  completions(args: Arguments): { targets: DebugProtocol.CompletionItem[] } {
    const { compiled, session } = this.debuggee;
    const text = args.string("text");
    const line = args.has("line") ? this.view.ownLine(args.number("line")) - 1 : 0;
    const lineStart = text
      .split("\n")
      .slice(0, line)
      .reduce((sum, part) => sum + part.length + 1, 0);
    const offset = Math.min(lineStart + this.view.ownColumn(args.number("column")) - 1, text.length);
    const signature = librarySignature(this.library);
    // What stands behind `do` is a statement, behind `why` a place.
    const [head = "", word = ""] = /^\s*(do|why)\s/.exec(text) ?? [];
    const isCommand = word !== "" && offset >= head.length;
    const shift = isCommand ? (word === "why" ? WHY_PLACE.length : 0) - head.length : 0;
    const typed = isCommand ? `${word === "why" ? WHY_PLACE : ""}${text.slice(head.length)}` : text;
    const found = completeFragment(parse(typed).tokens, compiled.resolved, signature, offset + shift);
    const { items } = found;
    const [start, end] = [found.start - shift, found.end - shift];
    const commands = /^\s*\w*$/.test(text.slice(0, offset)) ? COMMANDS : [];
    const id = args.optionalNumber("frameId");
    const locals = id === undefined ? [] : session.locals.names(this.frame(id).frame);
    return {
      targets: [
        ...commands.map(([label, detail]) => ({ label, detail, start: start - lineStart, length: end - start })),
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

  exceptionInfo(): DebugProtocol.ExceptionInfoResponse["body"] {
    const { session, panel } = this.debuggee;
    const { filter, description, failure } = session.stop;
    if (filter === undefined) throw new RequestError("Execution did not stop at an exception.");
    const body: DebugProtocol.ExceptionInfoResponse["body"] = {
      exceptionId: failure === undefined ? filter : failure.id,
      ...(description === undefined ? {} : { description }),
      breakMode: "always",
    };
    const { because } = failure === undefined ? { because: [] } : panel.failure(failure);
    const frames = session.frames(session.stop.thread ?? 0);
    const stack = frames.map((frame) => lineOf(frame.name, textPlace(session.program, frame.spot)));
    const statement = session.program.statements.find(({ spot }) => spot.start === frames.at(-1)?.spot.start);
    const history = this.eventsBefore();
    return {
      ...body,
      details: {
        message: failure?.message ?? description ?? filter,
        typeName: filter,
        ...(statement === undefined ? {} : { fullTypeName: `${filter} in: ${statement.text.replace(/\s+/g, " ")}` }),
        stackTrace: because.length > 0 ? because.map((b) => lineOf(b.message, b.place)).join("\n") : stack.join("\n"),
        ...(history.length === 0 ? {} : { innerException: history }),
      },
    };
  }
  /** The last events before the present moment, the latest first: what an exception comes after. */
  private eventsBefore(): DebugProtocol.ExceptionDetails[] {
    const { panel, session } = this.debuggee;
    const { timeline } = session;
    const end = timeline.recordsAt(Math.max(timeline.now - 1, timeline.oldest)) - timeline.oldestRecord;
    return panel
      .events(Math.max(0, end - EVENTS_BEFORE), end)
      .reverse()
      .map(({ event, text, step, threadName, place }) => ({
        typeName: event,
        message: `step ${step}: ${event}(${text}) by ${threadName}`,
        ...(place === undefined ? {} : { stackTrace: lineOf(event, place) }),
      }));
  }
}

/** What is put in front of a place, so that it is completed as one. */
const WHY_PLACE = "value(";
/** The words that the debug console has besides the language's. */
const COMMANDS = [
  ["do", "does a statement, first of what follows"],
  ["why", "what led to a page's state"],
  ["help", "what can be typed here"],
] as const;

/** What `help` says in the debug console. */
const CONSOLE_HELP = [
  "buf[0], pte(buf[0]).kind, count(fault): what an expression is",
  "buf[0] = 5, pte(buf[0]).writable = false: sets it by hand, a step that stepping back undoes",
  "cpu0 read buf[0]: what a statement would do; do cpu0 read buf[0]: does it, first of what follows",
  "why buf[0]: what led to a page's state",
  "expect value(buf[0]) == 5: whether it holds",
].join("\n");

/** Events before an exception that are told with it. */
const EVENTS_BEFORE = 5;

/** A line of a stack trace. */
function lineOf(name: string, { path, line, column }: TextPlace): string {
  return `    at ${name} (${path}:${line}:${column})`;
}

/** Whether a text names a local of a frame, which then hides a region of that name. */
function isLocalOf(session: Session, frame: Frame | undefined, text: string): boolean {
  return frame !== undefined && session.locals.slot(frame, text) !== undefined;
}
function isStatement(text: string): boolean {
  const expression = parseExpression(text);
  if (expression.node !== undefined && expression.diagnostics.length === 0) return false;
  const statement = parseStatement(text);
  return statement.node !== undefined;
}

/** Whether a request asks for numbers in hexadecimal. */
function wantsHex(args: Arguments): boolean {
  return args.has("format") && args.object("format").flag("hex");
}
/** A number in hexadecimal; any other text as it is. */
function inHex(text: string): string {
  if (!/^-?\d{1,20}$/.test(text)) return text;
  const value = BigInt(text);
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}
/** A value with what is directly in it, for the clipboard. */
function wholeText(node: VariableNode): string {
  const children = node.children?.() ?? [];
  return [node.value, ...children.map(({ name, value }) => `  ${name}: ${value}`)].join("\n");
}

/**
 * Which frames of a stack are of no interest now: clients fold them. Without a step filter those of the kernel model are, unless
 * the innermost one is among them: who stands in the kernel wants to see how execution came there.
 */
function subtleFrames(session: Session, innermost: Frame | undefined): (frame: Frame) => boolean {
  if (session.stepFilter === "scenario") return (frame) => frame.isModel;
  const isOfKernel = (frame: Frame) => !isOfDriver(session.program, frame);
  if (session.stepFilter === "all" && innermost !== undefined && isOfKernel(innermost)) return () => false;
  return isOfKernel;
}
