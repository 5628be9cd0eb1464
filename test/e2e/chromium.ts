// The browser of the end-to-end tests: the system's Chromium, installed from its package manager where there is none and
// that is allowed.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { SetupError } from "../../scripts/bootstrap.mjs";

const commands = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const elsewhere = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The path of a Chromium or Chrome: of the environment variable CHROMIUM, on PATH or in the usual places. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== "") return named;
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = folders.flatMap((folder) => commands.map((command) => join(folder, command)));
  return [...onPath, ...elsewhere].find((path) => existsSync(path));
}

/**
 * Finds Chromium, or installs it with apt-get if this user may.
 *
 * @param onInstall called before an installation
 * @throws {SetupError} there is none and it cannot be installed; the message says what to do
 */
export function ensureChromium(onInstall: () => void = () => {}): string {
  const found = findChromium();
  if (found !== undefined) return found;
  const aptGet = aptGetCommand();
  if (aptGet === undefined) {
    throw new SetupError(
      "The end-to-end tests need Chromium or Chrome, and none was found. Install it (on Debian: apt-get install chromium), " +
        "or name one with the environment variable CHROMIUM.",
    );
  }
  onInstall();
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"]]) {
    const result = spawnSync(aptGet[0], [...aptGet.slice(1), "-qq", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (result.status !== 0) {
      throw new SetupError(`'apt-get ${args.join(" ")}' failed:\n${result.error?.message ?? ""}${result.stderr}`);
    }
  }
  const installed = findChromium();
  if (installed === undefined)
    throw new SetupError("apt-get installed the package 'chromium', but there is no such command.");
  return installed;
}

/** apt-get as this user may run it without being asked for a password, or undefined. */
function aptGetCommand(): readonly [string, ...string[]] | undefined {
  if (spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status !== 0) return undefined;
  if (process.getuid?.() === 0) return ["apt-get"];
  return spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0 ? ["sudo", "-n", "apt-get"] : undefined;
}
