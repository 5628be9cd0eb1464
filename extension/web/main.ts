/** The extension's entry in browsers, where the extension host is a web worker. */

import * as vscode from "vscode";
import { activateExtension } from "../activate.ts";
import type { Engine, WorkerPort } from "../host.ts";

/** What is used of a browser's Worker; the extension host has one. */
interface BrowserWorker {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "error", listener: (event: { readonly message?: string }) => void): void;
  terminate(): void;
}
declare const Worker: new (url: string) => BrowserWorker;

export function activate(context: vscode.ExtensionContext): void {
  const dist = vscode.Uri.joinPath(context.extensionUri, "dist");
  activateExtension(context, {
    loadEngine: async () => {
      const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(dist, "engine.cjs"));
      return evaluateModule(new TextDecoder().decode(bytes));
    },
    startWorker: () => webWorker(vscode.Uri.joinPath(dist, "worker", "explore-web.js").toString(true)),
  });
}

/**
 * Runs a CommonJS bundle of our own. There is no require() of files in a web extension host, and VS Code itself loads the
 * entry in just this way.
 */
function evaluateModule(source: string): Engine {
  const module: { exports: Partial<Engine> } = { exports: {} };
  new Function("module", "exports", `${source}\n//# sourceURL=hmm-engine.cjs`)(module, module.exports);
  const { exports } = module;
  if (!isEngine(exports)) throw new Error("dist/engine.cjs is not what it should be");
  return exports;
}

function isEngine(exports: Partial<Engine>): exports is Engine {
  return typeof exports.analyse === "function" && exports.library !== undefined;
}

function webWorker(url: string): WorkerPort {
  const worker = new Worker(url);
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (receive) => worker.addEventListener("message", ({ data }) => receive(data)),
    onError: (receive) =>
      worker.addEventListener("error", ({ message }) => receive(message ?? "it could not be started")),
    terminate: () => worker.terminate(),
  };
}
