/** The worker's loop, the same in Node and in browsers: takes tasks and does one after the other. */

import type { Library } from "../../language/compile/builder.ts";
import type { WorkerPort } from "../host.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";
import { doTask } from "./tasks.ts";

/** How the worker is reached, and what it works with. */
export interface Line {
  readonly post: (message: FromWorker) => void;
  /** Sets who gets the messages. */
  readonly receive: (take: (message: ToWorker) => void) => void;
  /** Starts another worker like this one. */
  readonly startWorker: () => WorkerPort;
  readonly library: Library;
}

/** Serves tasks for as long as the worker lives. */
export function serve({ post, receive, startWorker, library }: Line): void {
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
        library,
        breathe: () => new Promise((resolve) => setTimeout(resolve, 0)),
        now: () => performance.now(),
      });
      cancelled.delete(id);
    });
  });
}
