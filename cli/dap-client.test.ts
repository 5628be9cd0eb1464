/**
 * `hmm dap` by the messages that nvim-dap and dap-mode send, over a TCP port: lines from 1, no ids of VS Code, sources by reference.
 * Needs the build (`npm test` builds first).
 */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const hmm = join(root, "dist", "cli", "hmm.mjs");
const program = join(root, "scenarios", "01-migrate-and-fault-back.hmm");

interface Message {
  readonly type: string;
  readonly command?: string;
  readonly event?: string;
  readonly request_seq?: number;
  readonly success?: boolean;
  readonly message?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}
type Body = Readonly<Record<string, unknown>>;

/** A client as small as one can be: frames messages, and waits for the ones that it wants. */
class Client {
  private readonly socket: Socket;
  private rest = Buffer.alloc(0);
  private readonly seen: Message[] = [];
  private waiting: (() => void)[] = [];
  private seq = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.rest = Buffer.concat([this.rest, chunk]);
      this.take();
      for (const wake of this.waiting.splice(0)) wake();
    });
  }
  private take(): void {
    for (;;) {
      const head = /^Content-Length: (\d+)\r\n\r\n/.exec(this.rest.subarray(0, 64).toString("latin1"));
      const length = Number(head?.[1]);
      const start = head?.[0].length ?? 0;
      if (head === null || this.rest.length < start + length) return;
      this.seen.push(JSON.parse(this.rest.subarray(start, start + length).toString("utf8")) as Message);
      this.rest = this.rest.subarray(start + length);
    }
  }
  /** The first message that fits and that nobody has waited for yet. */
  async wait(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const at = this.seen.findIndex(fits);
      const [found] = at < 0 ? [] : this.seen.splice(at, 1);
      if (found !== undefined) return found;
      await new Promise<void>((done) => this.waiting.push(done));
    }
  }
  event(name: string): Promise<Message> {
    return this.wait((message) => message.event === name);
  }
  async ask(command: string, args: object = {}): Promise<Body> {
    const seq = ++this.seq;
    const text = JSON.stringify({ seq, type: "request", command, arguments: args });
    this.socket.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    const reply = await this.wait((message) => message.type === "response" && message.request_seq === seq);
    assert.equal(reply.success, true, `${command}: ${reply.message}`);
    return reply.body ?? {};
  }
}

const servers: ChildProcess[] = [];
after(() => {
  for (const server of servers) server.kill();
});
async function serving(...options: string[]): Promise<{ process: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [hmm, "dap", "--port", "0", ...options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  servers.push(child);
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { host, port } = JSON.parse(line.toString()) as { host: string; port: number };
  assert.equal(host, "127.0.0.1");
  return { process: child, port };
}
async function connected(port: number): Promise<{ client: Client; socket: Socket }> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return { client: new Client(socket), socket };
}

test("a client that is not VS Code's debugs over TCP", async () => {
  const server = await serving("--once");
  const { client, socket } = await connected(server.port);
  // As nvim-dap begins.
  const capabilities = await client.ask("initialize", {
    clientID: "neovim",
    clientName: "neovim",
    adapterID: "nvim-dap",
    pathFormat: "path",
    columnsStartAt1: true,
    linesStartAt1: true,
    supportsRunInTerminalRequest: true,
    supportsVariableType: true,
    supportsProgressReporting: true,
    locale: "C",
  });
  assert.equal(capabilities.supportsStepBack, true);
  const launched = client.ask("launch", {
    type: "hmm",
    request: "launch",
    name: "scenario",
    program,
    stopOnEntry: true,
  });
  await client.event("initialized");
  await client.ask("setExceptionBreakpoints", { filters: ["migrate_to_ram"] });
  await client.ask("configurationDone");
  await launched;
  const entry = (await client.event("stopped")).body;
  assert.equal(entry?.reason, "entry");
  await client.ask("continue", { threadId: entry?.threadId });
  const stop = (await client.event("stopped")).body;
  assert.equal(stop?.text, "migrate_to_ram(device: gpu0, place: buf[1])");
  const { stackFrames } = await client.ask("stackTrace", { threadId: stop?.threadId, startFrame: 0, levels: 20 });
  const [frame] = stackFrames as { id: number; name: string; source: { sourceReference: number; path: string } }[];
  assert.match(frame?.name ?? "", /^do_\w+\(vmf\)$/);
  // The model's own files are on no disk: they are asked for by reference.
  const { sourceReference } = frame?.source ?? {};
  const { content } = await client.ask("source", { source: frame?.source, sourceReference });
  assert.ok(String(content).includes(`fn ${frame?.name}`));
  const { scopes } = await client.ask("scopes", { frameId: frame?.id });
  const [locals] = scopes as { variablesReference: number }[];
  const { variables } = await client.ask("variables", { variablesReference: locals?.variablesReference });
  assert.ok((variables as { name: string }[]).some(({ name }) => name === "vmf"));
  await client.ask("stepBack", { threadId: stop?.threadId });
  assert.equal((await client.event("stopped")).body?.reason, "step");
  await client.ask("disconnect", { restart: false, terminateDebuggee: true });
  const exited = once(server.process, "exit");
  socket.end();
  assert.deepEqual((await exited)[0], 0);
});

test("clients at once have sessions of their own, and one that vanishes harms nobody", async () => {
  const server = await serving();
  const begin = async (client: Client, seed: number): Promise<Body | undefined> => {
    await client.ask("initialize", { adapterID: "hmm", clientID: "emacs" });
    const launched = client.ask("launch", { program, stopOnEntry: true, seed });
    await client.event("initialized");
    await client.ask("configurationDone");
    await launched;
    return (await client.event("stopped")).body;
  };
  const [a, b] = [await connected(server.port), await connected(server.port)];
  const [first, second] = await Promise.all([begin(a.client, 0), begin(b.client, 3)]);
  await a.client.ask("next", { threadId: first?.threadId });
  await a.client.event("stopped");
  a.socket.destroy();
  await b.client.ask("next", { threadId: second?.threadId });
  await b.client.event("stopped");
  const { threads } = await b.client.ask("threads");
  assert.ok((threads as unknown[]).length > 0);
  b.socket.destroy();
  const exited = once(server.process, "exit");
  server.process.kill();
  await exited;
});
