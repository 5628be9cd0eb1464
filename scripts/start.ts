// `npm start [-- --port N]`: a real VS Code workbench in the browser, with the extension built from this checkout and the
// scenarios open. Ctrl+C ends it and everything that it started.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { installHost, isFree, newcomerSettings, startHost } from "../test/host/code-server.ts";
import { giveUp, root, SetupError } from "./bootstrap.mjs";

const usualPort = 8137;

/** Prints a phase's line when it begins and completes it with its time when it ends. */
async function phase<T>(title: string, work: () => T | Promise<T>): Promise<T> {
  process.stdout.write(`${title} … `);
  const startedAt = performance.now();
  try {
    const result = await work();
    process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stdout.write("failed\n");
    throw error;
  }
}

/**
 * @param asked the value of --port, if given
 * @throws {SetupError} the value is no port, or that port is taken
 */
async function choosePort(asked: string | undefined): Promise<number> {
  if (asked !== undefined) {
    const port = Number(asked);
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      throw new SetupError(`--port takes a number from 1 to 65535, not '${asked}'.`);
    }
    if (await isFree(port)) return port;
    throw new SetupError(`Port ${port} is taken. Give another with --port, or leave it out and one is found.`);
  }
  for (let port = usualPort; port < usualPort + 50; port += 1) if (await isFree(port)) return port;
  throw new SetupError(`All ports from ${usualPort} to ${usualPort + 49} are taken. Give one with --port.`);
}

function build(): void {
  const result = spawnSync(process.execPath, [join(root, "scripts", "build.ts"), "--quiet"], { encoding: "utf8" });
  if (result.status !== 0) throw new SetupError(`${result.error?.message ?? ""}${result.stderr}`.trim());
}

try {
  const { values } = parseArgs({ options: { port: { type: "string" } } });
  const port = await choosePort(values.port);
  await phase("Building the extension", build);
  await phase("Installing VS Code's server (a minute or two the first time)", () => installHost());
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => ending.abort());
  const host = await phase("Starting VS Code's server", () =>
    startHost({
      port,
      // By port, so that two can run at once.
      folder: join(root, ".host", `start-${port}`),
      workspace: join(root, "scenarios"),
      settings: newcomerSettings,
      signal: ending.signal,
    }),
  );
  process.stdout.write(`\nOpen this in a browser:  ${host.url}\nEnd with Ctrl+C.\n`);
  await host.ended;
  if (!ending.signal.aborted) throw new SetupError(`VS Code's server ended by itself. Its log: ${host.logFile}`);
  await phase("\nEnding", () => host.stop());
} catch (error) {
  giveUp(error);
}
