/** The extension's entry in browsers, where the extension host is a web worker. */

import * as vscode from "vscode";
import { activateExtension } from "../activate.ts";
import type { Engine } from "../host.ts";
import type { BrowserWorker } from "./worker-port.ts";
import { workerPort } from "./worker-port.ts";

declare const Worker: new (url: string) => BrowserWorker;

export function activate(context: vscode.ExtensionContext): void {
  const dist = vscode.Uri.joinPath(context.extensionUri, "dist");
  activateExtension(context, {
    loadEngine: async () => evaluateModule(await readText(vscode.Uri.joinPath(dist, "engine.cjs"))),
    readLibrary: () => readText(vscode.Uri.joinPath(dist, "library.json")),
    startWorker: () => workerPort(startWorker(vscode.Uri.joinPath(dist, "worker", "explore-web.js"))),
  });
}

async function readText(uri: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
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
  return typeof exports.analyse === "function" && typeof exports.readLibrary === "function";
}

/**
 * Starts a worker. Its script is read like any other file and given as a blob: addresses of extensions are not always such
 * that a worker may be made of them.
 */
async function startWorker(script: vscode.Uri): Promise<BrowserWorker> {
  const blob = new Blob([await vscode.workspace.fs.readFile(script)], { type: "text/javascript" });
  return new Worker(URL.createObjectURL(blob));
}
