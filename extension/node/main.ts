/** The extension's entry in Node: on the desktop, in remote hosts and in code-server. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as vscode from "vscode";
import { activateExtension } from "../activate.ts";
import type { Engine } from "../host.ts";
import { startWorker } from "./worker-port.ts";

export function activate(context: vscode.ExtensionContext): void {
  const dist = join(context.extensionPath, "dist");
  activateExtension(context, {
    loadEngine: async () => {
      const engine: Engine = createRequire(join(dist, "extension.cjs"))("./engine.cjs");
      return engine;
    },
    readLibrary: () => readFile(join(dist, "library.json"), "latin1"),
    startWorker: () => startWorker(join(dist, "worker", "explore-node.mjs")),
  });
}
