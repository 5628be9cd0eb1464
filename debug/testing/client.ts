/** A client of the debug adapter in the same process, and scenarios out of texts: for tests. */
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Library } from "../../language/compile/builder.ts";
import { loadScenario } from "../../language/compile/front-door.ts";
import { HmmDebugAdapter } from "../adapter.ts";
import type { SessionOptions } from "../session.ts";
import { Session } from "../session.ts";

/** A session over a scenario's text. @throws Error with what is wrong with the text */
export function sessionOf(library: Library, text: string, options: SessionOptions = {}): Session {
  const { compiled, context, diagnostics } = loadScenario(text, "/home/user/test.hmm", { library });
  if (compiled === undefined) throw new Error(diagnostics.map((d) => `${d.line}:${d.column}: ${d.message}`).join("\n"));
  return new Session({ compiled, context }, options);
}

/** What a response or event holds, loosely: tests look at what they expect. */
export type Body = Readonly<Record<string, unknown>>;

export interface Reply {
  readonly success: boolean;
  readonly message: string | undefined;
  readonly body: Body;
}
export interface SeenEvent {
  readonly event: string;
  readonly body: Body;
}

/** Talks to an adapter over files that are given as texts. */
export class InlineClient {
  readonly adapter: HmmDebugAdapter;
  /** All events so far, in order. */
  readonly events: SeenEvent[] = [];
  private readonly replies = new Map<number, (reply: Reply) => void>();
  private readonly waiting: { readonly event: string; readonly found: (event: SeenEvent) => void }[] = [];
  private unseen = 0;
  private seq = 1;

  constructor(library: Library, files: Readonly<Record<string, string>>) {
    this.adapter = new HmmDebugAdapter({
      library,
      files: {
        read: async (path) => {
          const text = files[path];
          if (text === undefined) throw new Error("there is no such file");
          return text;
        },
      },
      yieldToHost: () => Promise.resolve(),
    });
    this.adapter.onDidSendMessage((message) => this.receive(message as DebugProtocol.ProtocolMessage));
  }

  /** Sends a request and waits for its response. */
  request(command: string, args?: unknown): Promise<Reply> {
    return this.raw({ type: "request", command, ...(args === undefined ? {} : { arguments: args }) });
  }
  /** The number of the last request. */
  get lastSeq(): number {
    return this.seq - 1;
  }
  /** The same for any message that has a response. */
  raw(message: Body): Promise<Reply> {
    const seq = this.seq++;
    const reply = new Promise<Reply>((resolve) => this.replies.set(seq, resolve));
    this.adapter.handleMessage({ ...message, seq } as DebugProtocol.Request);
    return reply;
  }
  /** A request that must succeed. */
  async ask(command: string, args?: unknown): Promise<Body> {
    const reply = await this.request(command, args);
    if (!reply.success) throw new Error(`${command}: ${reply.message}`);
    return reply.body;
  }
  /** The next event of that name that no call of this has given yet; those in between are passed over. */
  next(event: string): Promise<SeenEvent> {
    while (this.unseen < this.events.length) {
      const seen = this.events[this.unseen++];
      if (seen?.event === event) return Promise.resolve(seen);
    }
    return new Promise((found) => this.waiting.push({ event, found }));
  }

  /** The next event of any of these names that no call of this has given yet. */
  async nextOf(names: readonly string[]): Promise<SeenEvent> {
    for (;;) {
      const { length } = this.events;
      for (; this.unseen < length; this.unseen++) {
        const seen = this.events[this.unseen];
        if (seen === undefined || !names.includes(seen.event)) continue;
        this.unseen++;
        return seen;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private receive(message: DebugProtocol.ProtocolMessage): void {
    if (message.type === "response") {
      const { request_seq, success, message: text, body } = message as DebugProtocol.Response;
      this.replies.get(request_seq)?.({ success, message: text, body: (body ?? {}) as Body });
      this.replies.delete(request_seq);
      return;
    }
    if (message.type !== "event") return;
    const { event, body } = message as DebugProtocol.Event;
    const seen = { event, body: (body ?? {}) as Body };
    this.events.push(seen);
    const at = this.waiting.findIndex((w) => w.event === event);
    if (at < 0) return;
    this.unseen = this.events.length;
    for (const { found } of this.waiting.splice(at, 1)) found(seen);
  }

  /** Initializes, launches, lets `configure` set breakpoints, and says that it is done. */
  async start(launch: Body, configure: () => Promise<unknown> = async () => {}, abilities: Body = {}): Promise<void> {
    const counting = { linesStartAt1: true, columnsStartAt1: true };
    await this.ask("initialize", { adapterID: "hmm", ...counting, pathFormat: "path", ...abilities });
    const launched = this.ask("launch", launch);
    await this.next("initialized");
    await launched;
    await configure();
    await this.ask("configurationDone");
  }
  /** Sends a request that moves, and gives the stop that follows. */
  async move(command: string, args: Body): Promise<Body> {
    await this.ask(command, args);
    return (await this.next("stopped")).body;
  }
  /** The frames of a thread: names and lines, innermost first. */
  async stack(threadId: unknown): Promise<readonly Frame[]> {
    const { stackFrames } = await this.ask("stackTrace", { threadId });
    return stackFrames as readonly Frame[];
  }
  /** The variables of a scope of a frame, by name. */
  async scope(frameId: number, name: string): Promise<ReadonlyMap<string, Variable>> {
    const { scopes } = await this.ask("scopes", { frameId });
    const scope = (scopes as readonly { name: string; variablesReference: number }[]).find((s) => s.name === name);
    return this.children(scope?.variablesReference ?? 0);
  }
  async children(variablesReference: number): Promise<ReadonlyMap<string, Variable>> {
    const { variables } = await this.ask("variables", { variablesReference });
    return new Map((variables as readonly Variable[]).map((v) => [v.name, v]));
  }
}

export interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly canRestart?: boolean;
  readonly source: { readonly path: string; readonly name: string; readonly sourceReference?: number };
}
export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly variablesReference: number;
  readonly valueLocationReference?: number;
  readonly evaluateName?: string;
  readonly memoryReference?: string;
}
