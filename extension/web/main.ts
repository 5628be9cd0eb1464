/** The extension's entry in browsers, where the extension host is a web worker. */

import * as vscode from "vscode";
import { activateExtension } from "../activate.ts";
import type { Engine, WorkerPort } from "../host.ts";

/** What is used of a browser's Worker and of its blobs; the extension host has them. */
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
    startWorker: () => webWorker(vscode.Uri.joinPath(dist, "worker", "explore-web.js")),
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

/**
 * Starts a worker. Its script is read like any other file and given as a blob: addresses of extensions are not always such
 * that a worker may be made of them.
 */
function webWorker(script: vscode.Uri): WorkerPort {
  let receive: (message: unknown) => void = () => {};
  let fail: (reason: string) => void = () => {};
  let ended = false;
  const starting = (async () => {
    const url = URL.createObjectURL(
      new Blob([await vscode.workspace.fs.readFile(script)], { type: "text/javascript" }),
    );
    const worker = new Worker(url);
    worker.addEventListener("message", ({ data }) => receive(data));
    worker.addEventListener("error", ({ message }) => fail(message ?? "it could not be started"));
    return worker;
  })();
  const withWorker = (use: (worker: BrowserWorker) => void): void => {
    starting.then(use, (error: unknown) => {
      if (!ended) fail(error instanceof Error ? error.message : String(error));
    });
  };
  return {
    post: (message) => withWorker((worker) => worker.postMessage(message)),
    onMessage: (take) => {
      receive = take;
    },
    onError: (take) => {
      fail = take;
    },
    terminate: () => {
      ended = true;
      withWorker((worker) => worker.terminate());
    },
  };
}
