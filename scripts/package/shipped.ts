// What belongs in the VSIX. .vscodeignore says the same to vsce; `npm test` compares the two.

import { cpSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Patterns from the project's root of the files that run, or that a reader of the extension's page sees. */
const patterns = [
  "package.json",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  "dist/extension.cjs",
  "dist/engine.cjs",
  "dist/library.json",
  "dist/web/*.cjs",
  "dist/worker/*.{js,mjs}",
  "dist/webview/*.{js,css,ttf}",
  "dist/{,web/,worker/,webview/}*.LEGAL.txt",
  "extension/language-configuration.json",
  "extension/icons/*.{svg,png}",
  "extension/syntaxes/*.json",
  "extension/walkthrough/*.md",
  "scenarios/examples.json",
  "scenarios/{lessons,bugs,discussions,contract}/*.hmm",
];

/** The files to ship that exist now under `root`, as paths from it with forward slashes, sorted. */
export function shippedFiles(root: string): string[] {
  return globSync(patterns, { cwd: root })
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
}

/** The extension's identity as VS Code writes it in the name of its folder: publisher.name-version. */
export function extensionFolderName(root: string): string {
  const manifest: { publisher: string; name: string; version: string } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  return `${manifest.publisher}.${manifest.name}-${manifest.version}`;
}

/** Which of the extension's two entries a host runs. */
export type EntryKind = "node" | "web";

/**
 * Lays the built extension, as the VSIX would unpack, into a folder of extensions.
 *
 * @param kind "web" leaves out the Node entry, so that VS Code runs the web one in a worker of the browser
 */
export function layExtension(root: string, extensionsFolder: string, kind: EntryKind): void {
  const target = join(extensionsFolder, extensionFolderName(root));
  for (const path of shippedFiles(root)) cpSync(join(root, path), join(target, path), { recursive: true });
  if (kind === "node") return;
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { main: _, extensionKind: __, ...rest } = manifest;
  writeFileSync(join(target, "package.json"), JSON.stringify(rest));
}
