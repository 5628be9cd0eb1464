/** `hmm dap`: the debug adapter on standard input and output or on a TCP port, for editors that have no such thing built in. */
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import { resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { HmmDebugAdapter } from "../debug/adapter.ts";
import type { ExitStatus } from "./arguments.ts";
import { Exit, UsageError } from "./arguments.ts";
import { library, readText } from "./files.ts";

/** Serves one client; done when its end of the stream closes. */
export async function dap(): Promise<ExitStatus> {
  await serve(process.stdin, process.stdout);
  process.stdin.destroy();
  return Exit.held;
}

/**
 * Serves clients that connect to a port of this machine, each with a session of its own. Says on standard output, as one JSON
 * object, which port it is (0 lets the system choose). With `once`, done when the first client has left.
 */
export async function dapOnPort(port: number, isOnce: boolean, out: (text: string) => void): Promise<ExitStatus> {
  const server = createServer((socket: Socket) => {
    // A client that goes away in the middle of something is none of our business.
    socket.on("error", () => socket.destroy());
    void serve(socket, socket).then(() => {
      socket.end();
      if (isOnce) server.close();
    });
  });
  // Only this machine: a debugger reads any file that it is asked for.
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (error) {
    throw new UsageError(
      `hmm dap: port ${port} cannot be used: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const { address, port: chosen } = server.address() as AddressInfo;
  out(`${JSON.stringify({ type: "dap", host: address, port: chosen })}\n`);
  await once(server, "close");
  return Exit.held;
}

/** Serves a client on streams until it leaves. */
async function serve(input: Readable, output: Writable): Promise<void> {
  const adapter = new HmmDebugAdapter({
    library: library(),
    files: { read: async (path) => readText(path), resolve: (path) => resolve(path) },
    yieldToHost: () => new Promise((done) => setImmediate(done)),
  });
  // Ending is this command's own business: what was written last must reach the client.
  adapter.setRunAsServer(true);
  const closed = new Promise<void>((done) => {
    input.once("close", done);
    input.once("end", done);
    adapter.onFinished = done;
  });
  adapter.start(input, output);
  await closed;
  adapter.leave();
}
