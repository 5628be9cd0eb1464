/** The extension's entry in Node: on the desktop, in remote hosts and in code-server. */

import { createRequire } from "node:module";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type * as vscode from "vscode";
import { activateExtension } from "../activate.ts";
import type { Engine, WorkerPort } from "../host.ts";

export function activate(context: vscode.ExtensionContext): void {
  const dist = join(context.extensionPath, "dist");
  activateExtension(context, {
    loadEngine: async () => {
      const engine: Engine = createRequire(join(dist, "extension.cjs"))("./engine.cjs");
      return engine;
    },
    startWorker: () => nodeWorker(join(dist, "worker", "explore-node.mjs")),
  });
}

function nodeWorker(path: string): WorkerPort {
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
