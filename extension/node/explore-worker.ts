/** The worker in Node. */

import { readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { readLibrary } from "../../language/compile/library-file.ts";
import { serve } from "../worker/serve.ts";
import { startWorker } from "./worker-port.ts";

const port = parentPort;
if (port === null) throw new Error("This file is a worker's: it is not run by itself.");
serve({
  post: (message) => port.postMessage(message),
  receive: (take) => port.on("message", take),
  library: readLibrary(readFileSync(new URL("../library.json", import.meta.url), "latin1")),
  startWorker: () => startWorker(new URL(import.meta.url)),
});
