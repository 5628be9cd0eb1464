// Making the VSIX, and reading which files it holds.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, SetupError } from "../bootstrap.mjs";
import { extensionFolderName } from "./shipped.ts";

/**
 * Packages what is in dist/ now.
 *
 * @returns the VSIX's absolute path
 * @throws {SetupError} vsce refused; the message is its own
 */
export function packageVsix(): string {
  const output = join(root, "dist", `${extensionFolderName(root)}.vsix`);
  mkdirSync(join(root, "dist"), { recursive: true });
  const vsce = join(root, "node_modules", "@vscode", "vsce", "vsce");
  const options = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"];
  const result = spawnSync(process.execPath, [vsce, "package", ...options, "-o", output], {
    cwd: root,
    encoding: "utf8",
  });
  if (result.status !== 0) {
    throw new SetupError(`The VSIX could not be made:\n${result.error?.message ?? ""}${result.stdout}${result.stderr}`);
  }
  return output;
}

/**
 * The names in a zip file's central directory, in its order.
 *
 * @throws {Error} `path` is no zip file
 */
export function namesInZip(path: string): string[] {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf("PK\x05\x06", undefined, "latin1");
  if (end < 0) throw new Error(`${path} is not a zip file`);
  const names: string[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = bytes.readUInt16LE(at + 28);
    names.push(bytes.toString("utf8", at + 46, at + 46 + nameLength));
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return names;
}

/** The paths in the project of the files in a VSIX, sorted; what vsce adds of its own is left out. */
export function projectFilesInVsix(path: string): string[] {
  const renamed = new Map([
    ["readme.md", "README.md"],
    ["changelog.md", "CHANGELOG.md"],
    ["LICENSE.txt", "LICENSE"],
  ]);
  return namesInZip(path)
    .filter((name) => name.startsWith("extension/"))
    .map((name) => name.slice("extension/".length))
    .map((name) => renamed.get(name) ?? name)
    .sort();
}
