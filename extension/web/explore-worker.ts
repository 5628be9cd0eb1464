/** The worker in browsers. */

import libraryText from "#library";
import { readLibrary } from "../../language/compile/library-file.ts";
import type { ToWorker } from "../worker/protocol.ts";
import { serve } from "../worker/serve.ts";
import type { BrowserWorker } from "./worker-port.ts";
import { workerPort } from "./worker-port.ts";

/** What is used of a browser's worker scope. */
interface WorkerScope {
  readonly location: { readonly href: string };
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: ToWorker }) => void): void;
}
declare const self: WorkerScope;
declare const Worker: new (url: string) => BrowserWorker;

serve({
  post: (message) => self.postMessage(message),
  receive: (take) => self.addEventListener("message", ({ data }) => take(data)),
  library: readLibrary(libraryText),
  startWorker: () => workerPort(Promise.resolve(new Worker(self.location.href))),
});
