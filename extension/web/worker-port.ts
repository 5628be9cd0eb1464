/** A browser's worker as the extension talks to it. */

import type { WorkerPort } from "../host.ts";

/** What is used of a browser's Worker. */
export interface BrowserWorker {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "error", listener: (event: { readonly message?: string }) => void): void;
  terminate(): void;
}

/** The line to a worker that is being started. */
export function workerPort(starting: Promise<BrowserWorker>): WorkerPort {
  let receive: (message: unknown) => void = () => {};
  let fail: (reason: string) => void = () => {};
  let ended = false;
  const withWorker = (use: (worker: BrowserWorker) => void): void => {
    starting.then(use, (error: unknown) => {
      if (!ended) fail(error instanceof Error ? error.message : String(error));
    });
  };
  withWorker((worker) => {
    worker.addEventListener("message", ({ data }) => receive(data));
    worker.addEventListener("error", ({ message }) => fail(message ?? "it could not be started"));
  });
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
