/** The worker's loop, the same in Node and in browsers: takes tasks and does one after the other. */

import type { WorkerPort } from "../host.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";
import { doTask } from "./tasks.ts";

/** How the worker is reached. */
export interface Line {
  readonly post: (message: FromWorker) => void;
  /** Sets who gets the messages. */
  readonly receive: (take: (message: ToWorker) => void) => void;
  /** Starts another worker like this one. */
  readonly startWorker: () => WorkerPort;
}

/** Serves tasks for as long as the worker lives. */
export function serve({ post, receive, startWorker }: Line): void {
  const cancelled = new Set<number>();
  let last: Promise<void> = Promise.resolve();
  receive((message) => {
    if (message.type === "cancel") {
      cancelled.add(message.id);
      return;
    }
    const { id, task } = message;
    last = last.then(async () => {
      await doTask(id, task, {
        isCancelled: () => cancelled.has(id),
        post,
        startWorker,
        breathe: () => new Promise((resolve) => setTimeout(resolve, 0)),
        now: () => performance.now(),
      });
      cancelled.delete(id);
    });
  });
}
