/** The worker in browsers. */

import type { ToWorker } from "../worker/protocol.ts";
import { serve } from "../worker/serve.ts";

/** What is used of a browser's worker scope. */
interface WorkerScope {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: ToWorker }) => void): void;
}
declare const self: WorkerScope;

serve({
  post: (message) => self.postMessage(message),
  receive: (take) => self.addEventListener("message", ({ data }) => take(data)),
});
