// The VS Code that `npm start` and the end-to-end tests run: code-server, a real workbench with a Node extension host,
// served to a browser on this machine. Installed from npm alone, apart from the project's own dependencies, for it is
// large; nothing of it leaves this folder and the HOST folder that a caller gives.

import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ensureInstalled, followParent, npm, packagedNode, root, SetupError } from "../../scripts/bootstrap.mjs";
import type { EntryKind } from "../../scripts/package/shipped.ts";
import { layExtension } from "../../scripts/package/shipped.ts";

const packageFolder = join(root, "test", "host");
const codeServer = join(packageFolder, "node_modules", "code-server");

/** User settings of a host, by their VS Code names. */
export type Settings = Readonly<Record<string, unknown>>;

/** A calm picture for somebody who opens the project for the first time: no chat, no tips, nothing fetched or sent. */
export const newcomerSettings: Settings = {
  "workbench.colorTheme": "Default Dark Modern",
  "window.autoDetectColorScheme": false,
  "chat.disableAIFeatures": true,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "security.workspace.trust.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.enableExperiments": false,
  "workbench.tips.enabled": false,
  "git.openRepositoryInParentFolders": "always",
  "debug.openDebug": "openOnSessionStart",
  "debug.toolBarLocation": "docked",
  "editor.minimap.enabled": false,
};

/**
 * Installs code-server and the dependencies of the VS Code inside it, if they are not there yet.
 *
 * @param onInstall called before an installation, which takes a minute or two
 * @returns whether anything was installed
 * @throws {SetupError} npm failed
 */
export function installHost(onInstall: () => void = () => {}): boolean {
  return ensureInstalled(packageFolder, {
    onInstall,
    // What code-server's own postinstall would do; without --legacy-peer-deps npm 11 refuses its lock file.
    after: () => npm(["ci", "--omit=dev", "--legacy-peer-deps"], join(codeServer, "lib", "vscode")),
  });
}

/** A running host. */
export interface Host {
  /** The address of the workbench with the workspace open. */
  readonly url: string;
  /** Where its output goes. */
  readonly logFile: string;
  /** Settles when the server's process has ended, by itself or by {@link stop}. */
  readonly ended: Promise<void>;
  /** Ends the server and everything that it started; settles when they are gone. */
  stop(): Promise<void>;
}

export interface HostOptions {
  /** A port on 127.0.0.1 that is free. */
  readonly port: number;
  /** A scratch folder: user data, extensions, logs. Extensions in it are replaced by the built one. */
  readonly folder: string;
  /** Absolute path of the folder to open. */
  readonly workspace: string;
  readonly settings: Settings;
  /** Which entry of the extension runs; Node's if not given. */
  readonly entry?: EntryKind;
  /** Ends the host, even while it is still starting. */
  readonly signal?: AbortSignal;
}

/**
 * Starts a host with the built extension in it and waits until it answers.
 *
 * @throws {SetupError} it did not come up, or was told to end before; the message has the end of its log
 */
export async function startHost({
  port,
  folder,
  workspace,
  settings,
  entry = "node",
  signal,
}: HostOptions): Promise<Host> {
  const extensions = join(folder, "ext");
  rmSync(extensions, { recursive: true, force: true });
  mkdirSync(extensions, { recursive: true });
  layExtension(root, extensions, entry);
  writeSettings(folder, settings);
  const logFile = join(folder, "host.log");
  const log = openSync(logFile, "w");
  const child = spawn(
    nodeForHost(),
    [
      ...followParent,
      join(codeServer, "out", "node", "entry.js"),
      ...["--auth", "none", "--bind-addr", `127.0.0.1:${port}`],
      ...["--user-data-dir", join(folder, "data"), "--extensions-dir", extensions],
      ...["--config", join(folder, "config.yaml")],
      "--disable-telemetry",
      "--disable-update-check",
      "--disable-workspace-trust",
      "--disable-getting-started-override",
      "--disable-proxy",
      workspace,
    ],
    // A process group of its own, so that all that it starts can be ended with it.
    { stdio: ["ignore", log, log], detached: true, env: hostEnvironment(folder) },
  );
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.on("exit", () => resolve());
    child.on("error", () => resolve());
  });
  const host: Host = {
    url: `http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}`,
    logFile,
    ended,
    stop: () => endGroup(child, ended),
  };
  signal?.addEventListener("abort", () => void host.stop());
  if (await answers(`http://127.0.0.1:${port}/healthz`, child)) return host;
  await host.stop();
  throw new SetupError(`VS Code's server did not come up on port ${port}. The end of ${logFile}:\n${endOf(logFile)}`);
}

/** code-server runs on Node 24 only. */
function nodeForHost(): string {
  const packaged = packagedNode();
  if (packaged !== undefined) return packaged;
  if (process.versions.node.startsWith("24.")) return process.execPath;
  throw new SetupError(
    `VS Code's server runs on Node 24 only; this is ${process.versions.node}, and none comes with the dependencies for ` +
      `${process.platform}-${process.arch}. Start this with Node 24.`,
  );
}

/** No extension gallery, and no file outside `folder`. */
function hostEnvironment(folder: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("npm_") && !name.startsWith("VSCODE_"));
  return {
    ...Object.fromEntries(own),
    EXTENSIONS_GALLERY: "{}",
    XDG_DATA_HOME: join(folder, "xdg-data"),
    XDG_CACHE_HOME: join(folder, "xdg-cache"),
    XDG_CONFIG_HOME: join(folder, "xdg-config"),
  };
}

/** Settings that somebody changed in the workbench stay. */
function writeSettings(folder: string, settings: Settings): void {
  const user = join(folder, "data", "User");
  mkdirSync(user, { recursive: true });
  try {
    writeFileSync(join(user, "settings.json"), `${JSON.stringify(settings, undefined, 2)}\n`, { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

/** Asks `url` until it answers 200; false if the process ends first, or after half a minute. */
async function answers(url: string, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + 30_000;
  while (child.exitCode === null && child.signalCode === null && child.pid !== undefined && Date.now() < deadline) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return true;
    await delay(50);
  }
  return false;
}

async function endGroup(child: ChildProcess, ended: Promise<void>): Promise<void> {
  const group = child.pid;
  if (group === undefined) return;
  signalGroup(group, "SIGTERM");
  await ended;
  // Those that it started notice by themselves that it is gone (follow-parent.mjs); they get this long to finish.
  const patience = Date.now() + 5_000;
  while (signalGroup(group, 0)) {
    if (Date.now() > patience) {
      signalGroup(group, "SIGKILL");
      return;
    }
    await delay(50);
  }
}

/** Whether there was a process to signal. */
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    return false; // ESRCH: nobody is left.
  }
}

/** The lines are thousands of characters long: the beginnings of the last ones tell enough. */
function endOf(logFile: string): string {
  const lines = readFileSync(logFile, "utf8").trim().split("\n").slice(-15);
  return lines.map((line) => line.slice(0, 300)).join("\n");
}

/** Whether nothing listens on `port` of this machine's loopback. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A port that the system says is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1" }, () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === "object") resolve(address.port);
        else reject(new Error("The system gave no port."));
      });
    });
  });
}
