/** `hmm dap`: the debug adapter on standard input and output, for editors that have no such thing built in. */
import { resolve } from "node:path";
import { HmmDebugAdapter } from "../debug/adapter.ts";
import type { ExitStatus } from "./arguments.ts";
import { Exit } from "./arguments.ts";
import { library, readText } from "./files.ts";

/** Serves one client; done when its end of the stream closes. */
export async function dap(): Promise<ExitStatus> {
  const adapter = new HmmDebugAdapter({
    library,
    files: { read: async (path) => readText(path), resolve: (path) => resolve(path) },
    yieldToHost: () => new Promise((done) => setImmediate(done)),
  });
  // Ending is this command's own business: what was written last must reach the client.
  adapter.setRunAsServer(true);
  const closed = new Promise<void>((done) => {
    process.stdin.once("close", done);
    process.stdin.once("end", done);
    adapter.onFinished = done;
  });
  adapter.start(process.stdin, process.stdout);
  await closed;
  process.stdin.destroy();
  return Exit.held;
}
