/** A worker of Node as the extension talks to it. */

import { Worker } from "node:worker_threads";
import type { WorkerPort } from "../host.ts";

/** Starts a worker on the script at `path`, a path or a file: URL. */
export function startWorker(path: string | URL): WorkerPort {
  // A scenario that needs more memory than this ends its worker, not the extension host.
  const worker = new Worker(path, { resourceLimits: { maxOldGenerationSizeMb: 4096 } });
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (receive) => worker.on("message", receive),
    onError: (receive) => {
      worker.on("error", (error) => receive(error instanceof Error ? error.message : String(error)));
      worker.on("exit", (code) => {
        if (code !== 0) receive(`it ended with exit code ${code}`);
      });
    },
    terminate: () => void worker.terminate(),
  };
}
