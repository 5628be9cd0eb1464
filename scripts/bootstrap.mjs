// What every entry script needs before it can do anything: the dependencies of package-lock.json, and a Node that runs
// TypeScript as it is. Plain JavaScript, for it must run on the Node that the contributor has (18 or newer).

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import "./follow-parent.mjs";

/** The folder that holds package.json, without a trailing separator. */
export const root = join(fileURLToPath(import.meta.url), "..", "..");

/** Node's options that make a child end with the process that started it, and its children with it. */
export const followParent = ["--import", new URL("./follow-parent.mjs", import.meta.url).href];

/** Says that a script cannot go on for a reason that the person at the terminal can mend: shown without a stack. */
export class SetupError extends Error {}

/**
 * Brings `folder`/node_modules to the state that `folder`/package-lock.json describes. Costs a hash of two files when
 * nothing changed.
 *
 * @param {string} folder absolute path of a folder with package.json and package-lock.json
 * @param {{ onInstall?: () => void, after?: () => void }} [hooks] `onInstall` is called before an installation, `after`
 *   after npm has finished and before the installation counts as done
 * @returns {boolean} whether anything was installed
 * @throws {SetupError} npm failed
 */
export function ensureInstalled(folder, hooks = {}) {
  const lockText = readFileSync(join(folder, "package-lock.json"), "utf8");
  const digest = createHash("sha256").update(lockText).digest("hex");
  const stamp = join(folder, "node_modules", ".installed-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return false;
  const untouched = hooks.after === undefined && holdsLock(folder, lockText);
  if (!untouched) {
    hooks.onInstall?.();
    npm(["ci"], folder);
    hooks.after?.();
  }
  writeFileSync(stamp, digest);
  return !untouched;
}

/**
 * Whether npm's own record of what it installed agrees with the lock file (as it does after `npm install`).
 *
 * @param {string} folder
 * @param {string} lockText
 */
function holdsLock(folder, lockText) {
  const record = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(lockText).packages;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === "" || entry.optional === true || installed[path]?.version === entry.version,
  );
}

/**
 * Runs npm in `folder` and waits for it. What npm prints is shown only when it fails.
 *
 * @param {string[]} args
 * @param {string} folder
 * @throws {SetupError} npm could not be started or failed
 */
export function npm(args, folder) {
  // The npm that runs this script, if one does: it need not be on PATH, and is a script of Node.
  const own = process.env.npm_execpath;
  const [command, first] = own?.endsWith(".js")
    ? [process.env.npm_node_execpath ?? process.execPath, [own]]
    : ["npm", []];
  const full = [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const result = spawnSync(command, [...first, ...full], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    shell: command === "npm" && process.platform === "win32",
  });
  if (result.status === 0) return;
  const why = result.error?.message ?? `${result.stdout}${result.stderr}`.trim();
  throw new SetupError(`'npm ${args.join(" ")}' failed in ${folder}:\n${why}`);
}

/**
 * The Node that runs the project's TypeScript: the present one if it can, else the one among the dependencies.
 *
 * @returns {string} absolute path of the executable
 * @throws {SetupError} there is none
 */
export function findNode() {
  if (stripsTypes(process.versions.node)) return process.execPath;
  const packaged = packagedNode();
  if (packaged !== undefined) return packaged;
  throw new SetupError(
    `This project needs Node 22.18 or newer; this is ${process.versions.node}, and for ${process.platform}-${process.arch} ` +
      "none comes with the dependencies. Install a newer one from https://nodejs.org and try again.",
  );
}

/** Node 24 from the optional dependencies, or undefined where they have none for this platform. */
export function packagedNode() {
  const path = join(root, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
  return existsSync(path) ? path : undefined;
}

/** @param {string} version for instance "22.18.0" */
function stripsTypes(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

/**
 * Runs `args` with `node` in this terminal and ends this process as the child ended. Ctrl+C in a terminal reaches
 * the child by itself; a signal sent to this process alone is handed on.
 *
 * @param {string} node
 * @param {string[]} args
 */
export function become(node, args) {
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", ...args], { stdio: "inherit" });
  child.on("error", (error) => {
    process.stderr.write(`Cannot start ${node}: ${error.message}\n`);
    process.exit(70);
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      const fromTerminal = signal === "SIGINT" && process.stdin.isTTY;
      if (!fromTerminal) child.kill(signal);
    });
  }
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
}

/**
 * Prints `error` for a person and ends the process with status 70 (an error of the software, not of the input).
 *
 * @param {unknown} error
 * @returns {never}
 */
export function giveUp(error) {
  const isForPerson = error instanceof SetupError || (error instanceof Error && isUsageError(error));
  const text = error instanceof Error ? (isForPerson ? error.message : error.stack) : String(error);
  process.stderr.write(`${text}\n`);
  process.exit(70);
}

/**
 * Whether parseArgs() did not like the command line.
 *
 * @param {Error} error
 */
function isUsageError(error) {
  return "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
}
