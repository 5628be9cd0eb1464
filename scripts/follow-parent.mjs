// Ends this process when the process that started it is gone. npm and its shell do not hand every signal on, and nobody
// can when killed outright: without this a server would be left behind. Also given to node as `--import`, which processes
// that it forks inherit.

import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    // As if somebody had asked: whoever has something to clean up handles this signal.
    process.kill(process.pid, "SIGTERM");
  }, 500);
  timer.unref();
}
